"""Everything that changes the school's records."""

from .classes import cancel_class, close_line, complete_class, publish_class
from .drawing import choices, grant, stand_in_line
from .enrolling import Answer, enrol_many, transfer, when_answered, when_booked, when_ended, withdraw
from .finishing import assess, issue_certificates, note_quality, rate, revoke_certificate
from .importing import import_pupil, import_pupils
from .lessons import cancel_lesson, move_lesson, replace_teacher
from .planning import change_class, drop_class, plan_class
from .structure import (
    add_discipline,
    add_subject,
    add_teacher,
    change_teacher,
    change_term,
    close_school,
    open_school,
    set_term,
    sign_agreement,
)
from .teaching import call_roll, sign_in

__all__ = [
    "Answer",
    "add_discipline",
    "add_subject",
    "add_teacher",
    "assess",
    "call_roll",
    "cancel_class",
    "cancel_lesson",
    "change_class",
    "change_teacher",
    "change_term",
    "choices",
    "close_line",
    "close_school",
    "complete_class",
    "drop_class",
    "enrol_many",
    "grant",
    "import_pupil",
    "import_pupils",
    "issue_certificates",
    "move_lesson",
    "note_quality",
    "open_school",
    "plan_class",
    "publish_class",
    "rate",
    "replace_teacher",
    "revoke_certificate",
    "set_term",
    "sign_agreement",
    "sign_in",
    "stand_in_line",
    "transfer",
    "when_answered",
    "when_booked",
    "when_ended",
    "withdraw",
]
