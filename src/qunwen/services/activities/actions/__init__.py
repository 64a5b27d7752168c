"""Everything that changes activities, by stage of their life."""

from .holding import (
    add_media_report,
    note_activity,
    record_held,
    remove_media_report,
    report_held,
    set_headcounts,
)
from .loading import load_activities
from .planning import (
    change_activity,
    change_series,
    create_series,
    drop_activity,
    plan_activity,
    submit_activity,
)
from .proving import when_proved
from .publishing import cancel_activity, publish_activity, when_approved, when_returned, when_withdrawn
from .scheduling import (
    cancel_session,
    move_session,
    open_sign_up,
    open_sign_up_all,
    postpone_session,
    schedule_recurring,
    schedule_session,
)

__all__ = [
    "add_media_report",
    "cancel_activity",
    "cancel_session",
    "change_activity",
    "change_series",
    "create_series",
    "drop_activity",
    "load_activities",
    "move_session",
    "note_activity",
    "open_sign_up",
    "open_sign_up_all",
    "plan_activity",
    "postpone_session",
    "publish_activity",
    "record_held",
    "remove_media_report",
    "report_held",
    "schedule_recurring",
    "schedule_session",
    "set_headcounts",
    "submit_activity",
    "when_approved",
    "when_proved",
    "when_returned",
    "when_withdrawn",
]
