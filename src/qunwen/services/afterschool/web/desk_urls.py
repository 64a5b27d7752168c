"""Under /desk/after-school/. Addresses of facts carry the county."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import applications, complaints, days, drafting, ledgers, programme, roll, setup

app_name = "afterschool"
SESSION = "sessions/<str:county>/<uuid:pk>/"
APPLICATION = "applications/<str:county>/<uuid:pk>/"
ACTIVITY = "activities/<str:county>/<uuid:pk>/"
SCHOOL = "schools/<str:county>/<uuid:pk>/"
TERM = "terms/<str:county>/<uuid:pk>/"

urlpatterns = with_reasons(
    [
        path("", days.day, name="day"),
        path("late/", days.late, name="late"),
        path("schools/", setup.schools, name="schools"),
        path("schools/add/", setup.add_school, name="school_add"),
        path(SCHOOL, setup.school, name="school"),
        path(f"{SCHOOL}terms/add/", setup.add_term, name="term_add"),
        path(f"{SCHOOL}classes/add/", setup.add_class, name="class_add"),
        path(f"{SCHOOL}tutors/add/", setup.add_tutor, name="tutor_add"),
        path(f"{SCHOOL}pupils/", setup.pupils, name="pupils"),
        path(f"{SCHOOL}pupils/add/", setup.add_pupil, name="pupil_add"),
        path("tutors/<str:county>/<uuid:pk>/check/", setup.check_tutor, name="tutor_check"),
        path(f"{TERM}paper/", setup.paper, name="paper_apply"),
        path(f"{TERM}activities/add/", drafting.add, name="activity_add"),
        path("ledger/", ledgers.index, name="ledger"),
        path("ledger/<str:county>/<uuid:pk>/ledger.xlsx", ledgers.sheet, name="ledger_sheet"),
        path(SESSION, roll.page, name="session"),
        path(f"{SESSION}open/", roll.open_roll, name="open"),
        path(f"{SESSION}all/", roll.all_here, name="all_here"),
        path(f"{SESSION}codes/", roll.codes, name="codes"),
        path(f"{SESSION}slips/", roll.slips, name="slips"),
        path(f"{SESSION}cancel/", drafting.cancel, name="cancel"),
        path(f"{SESSION}close/", roll.close, name="close"),
        path(f"{SESSION}<uuid:child>/mark/", roll.mark, name="mark"),
        path(f"{SESSION}<uuid:child>/hand/", roll.hand, name="hand"),
        path("applications/", applications.index, name="applications"),
        path(APPLICATION, applications.page, name="application"),
        path(f"{APPLICATION}<str:verb>/", applications.decide, name="decide"),
        path("agreements/<str:county>/<uuid:pk>.docx", applications.paper, name="paper"),
        path("activities/", programme.index, name="activities"),
        path(ACTIVITY, programme.page, name="activity"),
        path(f"{ACTIVITY}dates/add/", drafting.add_date, name="date_add"),
        path(f"{ACTIVITY}<str:verb>/", programme.decide, name="activity_decide"),
        path("complaints/", complaints.index, name="complaints"),
        path("complaints/<str:county>/<uuid:pk>/", complaints.answer, name="complaint"),
    ]
)
