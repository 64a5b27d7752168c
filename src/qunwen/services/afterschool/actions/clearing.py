"""What is kept of a child who no longer comes ends by itself: names, telephones, papers; numbers stay."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.scope.clock import day_of, start_of
from qunwen.services.afterschool.enums import UNDER_WAY, Entry
from qunwen.services.afterschool.errors import CareRefused
from qunwen.services.afterschool.models import (
    Agreement,
    Application,
    Bill,
    Child,
    Consent,
    HandOver,
    PickupCode,
    PickupPerson,
)
from qunwen.services.afterschool.money_enums import BillState

# No longer than needed (个人信息保护法 articles 19 and 47, 儿童个人信息网络保护规定 article 12). How long that is, is the
# house's own default: two years for questions and disputes, a month after the guardian has taken the consent back.
KEPT = dt.timedelta(days=730)
KEPT_WITHOUT_CONSENT = dt.timedelta(days=30)
CODES_KEPT = dt.timedelta(days=30)
CLEARED = "已清除"  # what stands in place of a name
SOME_GROUP = "certified"  # that there was a certified group, not which: figures of the past stay as they were


def due(county: str, day: dt.date) -> QuerySet[Child]:
    """Children whose time has come by the day: nothing in force or under way, nothing unpaid, and something to clear."""
    mine = {"county": OuterRef("county"), "child": OuterRef("pk")}
    agreements, applications = Agreement.unscoped.filter(**mine), Application.unscoped.filter(**mine)
    left = Exists(agreements.exclude(signed_by=CLEARED)) | Exists(applications.exclude(applied_by=CLEARED))
    recent = agreements.filter(replaced_at=None, ends_on__gt=day - KEPT)
    in_force = agreements.filter(replaced_at=None, ends_on__gte=day)
    asked = applications.filter(applied_at__gte=start_of(day - KEPT))
    consent = Consent.unscoped.filter(**mine)
    taken_back = Exists(consent.filter(withdrawn_at__lt=start_of(day - KEPT_WITHOUT_CONSENT))) & ~Exists(
        consent.filter(withdrawn_at=None)
    )
    idle = ~Exists(applications.filter(state__in=UNDER_WAY)) & ~Exists(in_force)
    paid = ~Exists(Bill.unscoped.filter(**mine, state=BillState.ISSUED))
    old = ~Exists(recent) & ~Exists(asked)
    return Child.unscoped.filter(Q(county=county) & left & idle & paid & (old | taken_back)).order_by("pk")


@action
def clear_child(*, child: Child, by: Actor, at: dt.datetime) -> Child:
    """Take out names, telephones, papers and groups of a child whose time has come, and take it off the list.

    Bills, rolls and the hashes of agreements stay, without a name. Raises CareRefused before its time.
    """
    row = Child.unscoped.select_for_update().get(county=child.county, pk=child.pk)
    if not due(row.county, day_of(at)).filter(pk=row.pk).exists():
        raise CareRefused(_("还没有到清除的时候，或已经清除。"))
    mine = {"county": row.county, "child": row}
    PickupCode.unscoped.filter(**mine).delete()
    PickupPerson.unscoped.filter(**mine).update(name=CLEARED, relation="", phone="", named_by=CLEARED, ended_at=at)
    HandOver.unscoped.filter(county=row.county, roll__child=row).exclude(to_name="").update(to_name=CLEARED, note="")
    HandOver.unscoped.filter(county=row.county, roll__child=row).update(note="")
    applications = Application.unscoped.filter(**mine)
    applications.exclude(groups="").update(groups=SOME_GROUP)
    applications.update(applied_by=CLEARED, reason="")
    Agreement.unscoped.filter(**mine).update(signed_by=CLEARED, paper=b"")
    row.left_at = row.left_at or at
    row.save(update_fields=["left_at"])
    record(code=Entry.CHILD_CLEARED, by=by, at=at, subject=row, place=row.place_id, label=_("学生"))
    return row


@action
def clear_codes(*, county: str, by: Actor, at: dt.datetime) -> int:
    """Pick-up codes of a month ago are of no use to anybody; how many went."""
    del by
    rows = PickupCode.unscoped.filter(county=county, day__lt=day_of(at - CODES_KEPT))
    nothing_changed("codes are worth nothing after their day; the hand-over says how it was known")
    return rows.delete()[0]
