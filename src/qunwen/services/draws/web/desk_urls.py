"""Under /desk/draws/. Addresses of facts carry the county."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import counter, desk, live, sandbox

app_name = "desk_draws"
DRAW = "<str:county>/<uuid:pk>/"
APPLICATION = "application/<str:county>/<uuid:pk>/"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="list"),
        path("new/", desk.notice, name="new"),
        path("sandbox/", sandbox.compare, name="sandbox"),
        path(APPLICATION, desk.application, name="application"),
        path(f"{APPLICATION}withdraw/", desk.withdraw, name="withdraw"),
        path(DRAW, desk.draw, name="draw"),
        path(f"{DRAW}freeze/", desk.freeze, name="freeze"),
        path(f"{DRAW}event/", desk.move, name="move"),
        path(f"{DRAW}call-off/", desk.call_off, name="call_off"),
        path(f"{DRAW}apply/", counter.find, name="find"),
        path(f"{DRAW}apply/slip/", counter.slip, name="slip"),
        path(f"{DRAW}apply/<uuid:resident>/", counter.resident, name="apply_for"),
        path(f"{DRAW}live/", live.stage, name="live"),
        path(f"{DRAW}live/draw/", live.carry_out, name="carry_out"),
        path(f"{DRAW}live/publish/", live.publish, name="publish"),
    ]
)
