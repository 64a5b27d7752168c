"""Under /desk/after-school/. Addresses of facts carry the county."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import applications, complaints, days, ledgers, programme, roll

app_name = "afterschool"
SESSION = "sessions/<str:county>/<uuid:pk>/"
APPLICATION = "applications/<str:county>/<uuid:pk>/"
ACTIVITY = "activities/<str:county>/<uuid:pk>/"

urlpatterns = with_reasons(
    [
        path("", days.day, name="day"),
        path("late/", days.late, name="late"),
        path("ledger/", ledgers.index, name="ledger"),
        path("ledger/<str:county>/<uuid:pk>/ledger.xlsx", ledgers.sheet, name="ledger_sheet"),
        path(SESSION, roll.page, name="session"),
        path(f"{SESSION}open/", roll.open_roll, name="open"),
        path(f"{SESSION}all/", roll.all_here, name="all_here"),
        path(f"{SESSION}codes/", roll.codes, name="codes"),
        path(f"{SESSION}slips/", roll.slips, name="slips"),
        path(f"{SESSION}close/", roll.close, name="close"),
        path(f"{SESSION}<uuid:child>/mark/", roll.mark, name="mark"),
        path(f"{SESSION}<uuid:child>/hand/", roll.hand, name="hand"),
        path("applications/", applications.index, name="applications"),
        path(APPLICATION, applications.page, name="application"),
        path(f"{APPLICATION}<str:verb>/", applications.decide, name="decide"),
        path("agreements/<str:county>/<uuid:pk>.docx", applications.paper, name="paper"),
        path("activities/", programme.index, name="activities"),
        path(ACTIVITY, programme.page, name="activity"),
        path(f"{ACTIVITY}<str:verb>/", programme.decide, name="activity_decide"),
        path("complaints/", complaints.index, name="complaints"),
        path("complaints/<str:county>/<uuid:pk>/", complaints.answer, name="complaint"),
    ]
)
