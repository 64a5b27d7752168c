"""Queueing notices inside other actions; reading and preferring."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import NO_COUNTY, action, bulk, nothing_changed
from qunwen.base.people.models import Resident, Staff
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.writing import demand

from . import queries
from .enums import ALWAYS, Code, Kind
from .models import Notice, NoticePreference, OutboxMessage


def queue(
    *,
    county: str,
    kind: Kind | str,
    key: str,
    at: dt.datetime,
    text: str,
    phone: str | None = None,
    resident: Resident | None = None,
    staff: Staff | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Tell somebody, as part of the action that calls this: nothing is told if that is rolled back.

    `resident` or `staff` get a line in their inbox; `phone` gets a text message, unless the person
    turned this kind off. `text` is ready to read, in Simplified Chinese. `key` names the occasion
    ("booking.confirmed:<id>"): the same key tells the same person once, however often it is queued.
    `payload` may hold `url`, the page inside the house where the matter stands.
    Writes no journal entry of its own. Raises OutsideAction outside an action, ValueError without
    any recipient or text or with an unknown kind.
    """
    demand(Notice)
    chosen = Kind(kind)
    if not (phone or resident or staff) or not text:
        raise ValueError("消息要有接收人和内容")
    for person in (resident, staff):
        if person is not None:
            _to_inbox(person=person, kind=chosen, key=key, at=at, said=(text, dict(payload or {})))
    person = resident or staff
    if not phone:
        return
    if person is None or queries.wants_text(county=queries.home_of(person), person_id=person.pk, kind=chosen):
        message = OutboxMessage(
            county=county, key=key, kind=chosen, phone=phone, text=text, queued_at=at, next_at=at
        )  # fmt: skip
        _once(message, ["county", "key"])


def _to_inbox(
    *, person: Resident | Staff, kind: Kind, key: str, at: dt.datetime, said: tuple[str, dict[str, Any]]
) -> None:
    whose = "resident_id" if isinstance(person, Resident) else "staff_id"
    line = Notice(
        county=queries.home_of(person), key=key, kind=kind, text=said[0], payload=said[1], made_at=at,
        **{whose: person.pk},
    )  # fmt: skip
    _once(line, ["county", whose, "key"])


def _once(row: Notice | OutboxMessage, occasion: list[str]) -> None:
    """Insert unless the occasion is there already; what is there stays as it is.

    One statement instead of look-up, savepoint, insert and release: it stands in the busiest
    transaction of the house. The conflict is named, so every other constraint still refuses the row.
    """
    type(row).unscoped.bulk_create([row], update_conflicts=True, unique_fields=occasion, update_fields=["key"])


@action
def mark_read(*, person: Staff | Resident, notices: Iterable[uuid.UUID] | None, by: Actor, at: dt.datetime) -> int:
    """The person has read these notices (None: all); how many were unread. Others' notices are not touched.

    Reading one's own inbox is no business of the journal.
    """
    rows = queries.inbox_of(person).filter(read_at=None)
    if notices is not None:
        rows = rows.filter(pk__in=list(notices))
    nothing_changed("reading the own inbox")
    return rows.order_by().update(read_at=at)


@action
def prefer(*, person: Staff | Resident, kind: Kind, wanted: bool, by: Actor, at: dt.datetime) -> NoticePreference:
    """Turn the text messages of a kind on or off for oneself. Raises ValueError for kinds that always come."""
    if kind in ALWAYS and not wanted:
        raise ValueError(_("这类消息关系到您能不能到场，不能关闭。"))
    row, _made = NoticePreference.unscoped.update_or_create(
        county=queries.home_of(person), person_id=person.pk, kind=kind, defaults={"wanted": wanted}
    )
    nothing_changed("a preference of the own inbox")
    return row


@action
def make_digests(*, staff: Iterable[Staff], by: Actor, at: dt.datetime) -> int:
    """One digest a day for each staff member with unread notices; how many were new.

    Counts by kind; digests themselves are not counted.
    """
    made: dict[str, int] = {}
    for person in staff:
        words = _digest_words(person)
        key = f"digest:{day_of(at).isoformat()}"
        before = queries.inbox_of(person).filter(key=key).exists()
        if not words or before:
            continue
        home = queries.home_of(person)
        queue(county=home, kind=Kind.DIGEST, key=key, at=at, staff=person, text=words)
        made[home] = made.get(home, 0) + 1
    for home, count in sorted(made.items()):
        place = "" if home == NO_COUNTY else home
        bulk(code=Code.DIGESTS_MADE, by=by, at=at, model=Notice, place=place, counts={"digests": count})
    if not made:
        nothing_changed("nobody has anything unread")
    return sum(made.values())


def _digest_words(person: Staff) -> str:
    unread = queries.inbox_of(person).filter(read_at=None).exclude(kind=Kind.DIGEST).order_by()
    counts: dict[str, int] = {}
    for kind in unread.values_list("kind", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    if not counts:
        return ""
    parts = "，".join(
        _("%(kind)s %(n)d 条") % {"kind": kind.label, "n": counts[kind]} for kind in Kind if kind in counts
    )
    return _("您有 %(n)d 条消息还没有看：%(parts)s。") % {"n": sum(counts.values()), "parts": parts}
