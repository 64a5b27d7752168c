"""Where activities with limited places stand on the desk, told to the seat ledger."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.services.bookings import subjects
from qunwen.services.bookings.models import Bucket

from .access import Permission

SUBJECT = "afterschool.activity"


def declare() -> None:
    """Tell the ledger, once the apps are ready."""
    subjects.at_desk(SUBJECT, _links)
    subjects.guard(SUBJECT, Permission.CHILD_VIEW)


def _links(bucket: Bucket) -> subjects.Links:
    return [(_("课后活动"), reverse("afterschool:activity", args=[bucket.county, bucket.subject_id]))]
