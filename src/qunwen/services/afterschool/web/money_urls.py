"""Under /desk/after-school/money/: fees, files, exemptions, rules, calendar."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import exemptions, fee_rules, money, money_files

app_name = "afterschool_money"
SCHOOL = "schools/<str:county>/<uuid:pk>/"
BILL = "bills/<str:county>/<uuid:pk>/"

urlpatterns = with_reasons(
    [
        path("", money.index, name="index"),
        path(SCHOOL, money.school, name="school"),
        path(f"{SCHOOL}issue/", money.issue, name="issue"),
        path(f"{SCHOOL}subsidy.xlsx", money.subsidy_list, name="subsidy"),
        path(f"{SCHOOL}files/", money_files.files, name="files"),
        path(f"{SCHOOL}files/bills.csv", money_files.bills, name="bill_file"),
        path(f"{SCHOOL}files/refunds.csv", money_files.refunds, name="refund_file"),
        path(f"{SCHOOL}exemptions/", exemptions.index, name="exemptions"),
        path(f"{SCHOOL}exemptions/add/", exemptions.add, name="exemption_add"),
        path("exemptions/<str:county>/<uuid:pk>/end/", exemptions.end, name="exemption_end"),
        path(BILL, money.bill, name="bill"),
        path(f"{BILL}recount/", money.recount, name="recount"),
        path("refunds/<str:county>/<uuid:pk>/", money.refund, name="refund"),
        path("rules/", fee_rules.rules, name="rules"),
        path("calendar/", fee_rules.calendar, name="calendar"),
        path("calendar/<str:county>/file/", fee_rules.load_days, name="days_load"),
        path("calendar/<str:county>/day/", fee_rules.add_day, name="day_add"),
        path("calendar/<str:county>/day/<uuid:pk>/drop/", fee_rules.drop_day, name="day_drop"),
        path("calendar/<str:county>/year/", fee_rules.add_year, name="year_add"),
    ]
)
