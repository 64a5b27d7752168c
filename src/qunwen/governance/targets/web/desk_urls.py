"""Under /desk/targets/."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import changing, desk, splitting

app_name = "targets"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="list"),
        path("add/", changing.add, name="add"),
        path("<str:county>/<uuid:pk>/", desk.page, name="page"),
        path("<str:county>/<uuid:pk>/change/", changing.change, name="change"),
        path("<str:county>/<uuid:pk>/withdraw/", changing.withdraw, name="withdraw"),
        path("<str:county>/<uuid:pk>/split/", splitting.split, name="split"),
    ]
)
