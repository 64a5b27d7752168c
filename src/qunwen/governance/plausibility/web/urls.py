"""Under /desk/plausibility/."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import desk

app_name = "plausibility"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="list"),
        path("overview/", desk.overview, name="overview"),
        path("run/", desk.run, name="run"),
        path("<str:county>/<uuid:pk>/", desk.page, name="page"),
        path("<str:county>/<uuid:pk>/<str:step>/", desk.act, name="act"),
    ]
)
