"""Under /desk/rooms/. Addresses of facts carry the county."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons
from qunwen.services.rooms.models import Bundle, Series

from . import desk, lists, using

app_name = "rooms"
ONE = "<str:county>/<uuid:pk>/"
RESERVATION = "<str:county>/reservations/<uuid:pk>/"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="list"),
        path("add/", desk.add, name="add"),
        path("bundle/", using.bundle, name="bundle"),
        path("approvals/", lists.approvals, name="approvals"),
        path("repairs/", lists.repairs, name="repairs"),
        path("seasons/", lists.seasons, name="seasons"),
        path("seasons/add/", lists.add_season, name="add_season"),
        path("teams/", lists.teams, name="teams"),
        path("teams/add/", lists.add_team, name="add_team"),
        path("offers/", lists.offers, name="offers"),
        path(ONE, desk.resource, name="resource"),
        path(f"{ONE}edit/", desk.edit, name="edit"),
        path(f"{ONE}reserve/", using.reserve, name="reserve"),
        path(f"{ONE}series/", using.series, name="series"),
        path(f"{ONE}block/", desk.block, name="block"),
        path(f"{ONE}offer/", lists.offer, name="offer"),
        path(f"{ONE}screen/", desk.qr, name="screen"),
        path(f"{ONE}screen/renew/", desk.renew_door, name="renew_door"),
        path("<str:county>/blackouts/<uuid:pk>/lift/", desk.lift, name="lift"),
        path("<str:county>/seasons/<uuid:pk>/end/", lists.end_season, name="end_season"),
        path("<str:county>/teams/<uuid:pk>/end/", lists.end_team, name="end_team"),
        path("<str:county>/offers/<uuid:pk>/withdraw/", lists.withdraw_offer, name="withdraw_offer"),
        path("<str:county>/series/<uuid:pk>/", using.series_page, name="series_page"),
        path(
            "<str:county>/series/<uuid:pk>/release/", using.release_together, {"model": Series}, name="series_release"
        ),
        path("<str:county>/series/<uuid:pk>/again/", using.try_skipped, name="series_again"),
        path("<str:county>/bundles/<uuid:pk>/", using.bundle_page, name="bundle_page"),
        path(
            "<str:county>/bundles/<uuid:pk>/release/", using.release_together, {"model": Bundle}, name="bundle_release"
        ),
        path(RESERVATION, using.reservation, name="reservation"),
        path(f"{RESERVATION}approve/", using.approve, name="approve"),
        path(f"{RESERVATION}refuse/", using.refuse, name="refuse"),
        path(f"{RESERVATION}release/", using.release, name="release"),
        path(f"{RESERVATION}check-in/", using.check_in, name="check_in"),
        path(f"{RESERVATION}move/", using.move, name="move"),
        path(f"{RESERVATION}repair/", lists.repair, name="repair"),
    ]
)
