"""Under /desk/returns/. A returned value is a fact: its county stands before its id."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import desk, loading, value

app_name = "returns"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="index"),
        path("sheet/<str:place>/<str:period>/", desk.sheet, name="sheet"),
        path("load/", loading.upload, name="load"),
        path("load/form.xlsx", loading.blank, name="load_blank"),
        path("load/check/", loading.check, name="load_check"),
        path("load/marked.xlsx", loading.marked, name="load_marked"),
        path("load/apply/", loading.apply, name="load_apply"),
        path("<str:county>/<uuid:pk>/", value.page, name="value"),
        path("<str:county>/<uuid:pk>/withdraw/", value.withdraw, name="withdraw"),
        path("<str:county>/<uuid:pk>/prove/", value.prove, name="prove"),
        path("<str:county>/<uuid:pk>/prove/<uuid:link>/remove/", value.remove_proof, name="proof_remove"),
    ]
)
