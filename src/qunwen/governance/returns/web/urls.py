"""Under /desk/returns/. A returned value is a fact: its county stands before its id."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import value

app_name = "returns"

urlpatterns = with_reasons(
    [
        path("<str:county>/<uuid:pk>/", value.page, name="value"),
        path("", value.index, name="index"),
    ]
)
