"""When X is recorded, do Y: the one table of what areas do about each other's doings.

Key: a journal code. Values: functions `(*, entry, by, at)` that run in the same transaction.
"""

REACTIONS: dict[str, tuple[str, ...]] = {
    "bookings.booking.accepted": ("qunwen.services.school.actions.when_answered",),
    "bookings.booking.booked": ("qunwen.services.school.actions.when_booked",),
    "bookings.booking.cancelled": ("qunwen.services.school.actions.when_ended",),
    "bookings.booking.declined": ("qunwen.services.school.actions.when_ended",),
    "bookings.booking.expired": ("qunwen.services.school.actions.when_ended",),
    "bookings.booking.hold_confirmed": ("qunwen.services.school.actions.when_answered",),
    "bookings.booking.overridden": ("qunwen.services.school.actions.when_booked",),
    "bookings.booking.queued": ("qunwen.services.school.actions.when_booked",),
    "evidence.file.linked": (
        "qunwen.services.activities.actions.when_proved",
        "qunwen.services.venues.actions.when_proved",
        "qunwen.governance.returns.actions.when_proved",
    ),
    "evidence.link.removed": (
        "qunwen.services.activities.actions.when_proved",
        "qunwen.services.venues.actions.when_proved",
        "qunwen.governance.returns.actions.when_proved",
    ),
    "people.household.formed": ("qunwen.services.bookings.actions.when_home_changed",),
    "people.household.joined": ("qunwen.services.bookings.actions.when_home_changed",),
    "people.household.left": ("qunwen.services.bookings.actions.when_home_changed",),
    "reviews.item.approved": ("qunwen.services.activities.actions.when_approved",),
    "reviews.item.returned": ("qunwen.services.activities.actions.when_returned",),
    "reviews.item.withdrawn": ("qunwen.services.activities.actions.when_withdrawn",),
}
