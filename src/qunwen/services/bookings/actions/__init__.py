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
from .line import accept_offer, decline_offer, settle_bucket
from .tending import Drift, move_bookings, recount

__all__ = [
    "Drift",
    "accept_offer",
    "adjust_bucket",
    "book",
    "book_for",
    "call_off",
    "cancel",
    "change_bucket",
    "check_in",
    "close_bucket",
    "decline_offer",
    "give_place",
    "mark_absent",
    "move_bookings",
    "move_places",
    "open_bucket",
    "open_buckets",
    "put_off",
    "recount",
    "reissue_ticket",
    "reopen_bucket",
    "reschedule",
    "resize_bucket",
    "settle_bucket",
    "undo_check_in",
    "walk_in",
]
