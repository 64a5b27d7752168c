"""Under /desk/activities/. Addresses of facts carry the county."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import dates, day, desk, door, lists, loading, media, plan, series

app_name = "activities"

OF_ACTIVITY = "<str:county>/<uuid:pk>/"
OF_SESSION = "dates/<str:county>/<uuid:pk>/"

urlpatterns = with_reasons(
    [
        path("", lists.index, name="list"),
        path("export.xlsx", lists.export, {"ending": "xlsx"}, name="export"),
        path("export.csv", lists.export, {"ending": "csv"}, name="export_csv"),
        path("bulk/", lists.bulk, name="bulk"),
        path("add/", desk.add, name="add"),
        path("day/", day.day_sheet, name="day"),
        path("note/", dates.note, name="note"),
        path("plan/", plan.plan, name="plan"),
        path("plan/idea/", plan.take_idea, name="idea"),
        path("load/", loading.upload, name="load"),
        path("load/blank.xlsx", loading.blank, name="load_blank"),
        path("load/check/", loading.check, name="load_check"),
        path("load/marked.xlsx", loading.marked, name="load_marked"),
        path("load/apply/", loading.apply, name="load_apply"),
        path("series/", series.index, name="series_list"),
        path("series/add/", series.add, name="series_add"),
        path("series/<str:county>/<uuid:pk>/", series.page, name="series"),
        path("series/<str:county>/<uuid:pk>/edit/", series.edit, name="series_edit"),
        path(OF_SESSION, dates.date, name="date"),
        path(f"{OF_SESSION}move/", dates.move, name="move"),
        path(f"{OF_SESSION}postpone/", dates.postpone, name="postpone"),
        path(f"{OF_SESSION}cancel/", dates.cancel, name="session_cancel"),
        path(f"{OF_SESSION}sign-up/", dates.sign_up, name="sign_up"),
        path(f"{OF_SESSION}held/", dates.held, name="held"),
        path(f"{OF_SESSION}sheet/", dates.sign_in_sheet, name="sheet"),
        path(f"{OF_SESSION}door/", door.door, name="door"),
        path(f"{OF_SESSION}door/check-in/", door.check_in, name="check_in"),
        path(f"{OF_SESSION}door/walk-in/", door.walk_in, name="walk_in"),
        path(f"{OF_SESSION}door/<uuid:booking>/tick/", door.tick, {"verb": "tick"}, name="tick"),
        path(f"{OF_SESSION}door/<uuid:booking>/undo/", door.tick, {"verb": "undo"}, name="undo"),
        path(OF_ACTIVITY, desk.page, name="page"),
        path(f"{OF_ACTIVITY}edit/", desk.edit, name="edit"),
        path(f"{OF_ACTIVITY}submit/", desk.go, {"verb": "submit"}, name="submit"),
        path(f"{OF_ACTIVITY}publish/", desk.go, {"verb": "publish"}, name="publish"),
        path(f"{OF_ACTIVITY}report/", desk.go, {"verb": "report"}, name="report"),
        path(f"{OF_ACTIVITY}cancel/", desk.cancel, name="cancel"),
        path(f"{OF_ACTIVITY}drop/", desk.drop, name="drop"),
        path(f"{OF_ACTIVITY}dates/", dates.schedule, name="schedule"),
        path(f"{OF_ACTIVITY}dates/recurring/", dates.recurring, name="recurring"),
        path(f"{OF_ACTIVITY}photos/", desk.add_photos, name="photos"),
        path(f"{OF_ACTIVITY}photos/<uuid:link>/remove/", desk.remove_photo, name="photo_remove"),
        path(f"{OF_ACTIVITY}media/", media.add, name="media"),
        path(f"{OF_ACTIVITY}media/<uuid:report>/remove/", media.remove, name="media_remove"),
    ]
)
