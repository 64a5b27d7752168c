"""Everything that changes who holds which place."""

from .announcing import put_off
from .buckets import (
    call_off,
    change_bucket,
    close_bucket,
    move_places,
    open_bucket,
    open_buckets,
    reopen_bucket,
    reschedule,
    resize_bucket,
)
from .counter import adjust_bucket, book_for, give_place
from .door import check_in, mark_absent, reissue_ticket, undo_check_in
from .giving import book, cancel, walk_in
from .groups import certify_group, end_proof
from .holding import confirm_hold, hold, prolong_hold
from .line import accept_offer, decline_offer, settle_bucket
from .lots import draw_line, freeze_line
from .merging import Merged, merge_households, when_home_changed
from .misses import Policy, appeal, review_appeal, set_policy
from .recounting import Drift, recount
from .releasing import release
from .seating import change_seats, make_plan, redraw_plan, use_plan
from .tending import move_bookings
from .together import Answer, Imported, ImportRow, Request, book_many, import_bookings

__all__ = [
    "Answer",
    "Drift",
    "ImportRow",
    "Imported",
    "Merged",
    "Policy",
    "Request",
    "accept_offer",
    "adjust_bucket",
    "appeal",
    "book",
    "book_for",
    "book_many",
    "call_off",
    "cancel",
    "certify_group",
    "change_bucket",
    "change_seats",
    "check_in",
    "close_bucket",
    "confirm_hold",
    "decline_offer",
    "draw_line",
    "end_proof",
    "freeze_line",
    "give_place",
    "hold",
    "import_bookings",
    "make_plan",
    "mark_absent",
    "merge_households",
    "move_bookings",
    "move_places",
    "open_bucket",
    "open_buckets",
    "prolong_hold",
    "put_off",
    "recount",
    "redraw_plan",
    "reissue_ticket",
    "release",
    "reopen_bucket",
    "reschedule",
    "resize_bucket",
    "review_appeal",
    "set_policy",
    "settle_bucket",
    "undo_check_in",
    "use_plan",
    "walk_in",
    "when_home_changed",
]
