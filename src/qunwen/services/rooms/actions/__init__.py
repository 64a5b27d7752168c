"""What is done with resources and reservations."""

from .keeping import mark_missed, move, renew_door
from .offering import end_team, offer_hours, offer_unused, register_team, withdraw_offer
from .reserving import About, approve, check_in, refuse, release, reserve
from .residents import EARLY, check_in_by_code, release_own, reserve_for_resident, take_offer
from .resources import SETTINGS, add_resource, block, change_resource, unblock
from .seasons import end_season, set_season
from .several import release_together, reserve_bundle, reserve_series, try_skipped

__all__ = [
    "EARLY",
    "SETTINGS",
    "About",
    "add_resource",
    "approve",
    "block",
    "change_resource",
    "check_in",
    "check_in_by_code",
    "end_season",
    "end_team",
    "mark_missed",
    "move",
    "offer_hours",
    "offer_unused",
    "refuse",
    "register_team",
    "release",
    "release_own",
    "release_together",
    "renew_door",
    "reserve",
    "reserve_bundle",
    "reserve_for_resident",
    "reserve_series",
    "set_season",
    "take_offer",
    "try_skipped",
    "unblock",
    "withdraw_offer",
]
