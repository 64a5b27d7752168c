"""Queueing notices inside other actions; reading and preferring."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import NO_COUNTY, action, bulk, nothing_changed, record
from qunwen.base.people.models import Resident, Staff
from qunwen.base.scope import asking, context, fixed
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.writing import demand

from . import queries
from .access import Permission
from .enums import ALWAYS, Code, Kind, State
from .models import Notice, NoticePreference, OutboxMessage

LONGEST_KEY = 150


class NoticeRefused(ValueError):
    """What was asked of a message cannot be; the text is for the person who asked."""


def said_later(sentence: Callable[..., str]) -> Callable[..., str]:
    """Mark a function that words a notice: it runs when the recipient, and so the language, is known."""
    return lazy(sentence, str)


def queue(
    *,
    county: str,
    kind: Kind | str,
    key: str,
    at: dt.datetime,
    text: str | Promise,
    phone: str | None = None,
    resident: Resident | None = None,
    staff: Staff | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Tell somebody, as part of the action that calls this: nothing is told if that is rolled back.

    `resident` or `staff` get a line in their inbox; `phone` gets a text message, unless the person
    turned this kind off. `text` is made by a function marked `said_later`, so that each reads it in the own
    language, not in that of whoever caused it. `key` names the occasion ("booking.confirmed:<id>"): the same
    key tells the same person once, however often it is queued, and every other person too.
    `payload` may hold `url`, the page inside the house where the matter stands.
    Writes no journal entry of its own. Raises OutsideAction outside an action, ValueError without
    any recipient or text or with an unknown kind.
    """
    demand(Notice)
    chosen = Kind(kind)
    person = resident or staff
    if not (phone or person) or not text:
        raise ValueError("消息要有接收人和内容")
    for one in (resident, staff):
        if one is not None:
            said = (_in_language_of(one, text), dict(payload or {}))
            _to_inbox(person=one, kind=chosen, key=key, at=at, said=said)
    if not phone:
        return
    if person is None or queries.wants_text(county=queries.home_of(person), person_id=person.pk, kind=chosen):
        message = OutboxMessage(
            county=county, key=_addressed(key, person, phone), kind=chosen, phone=phone,
            text=_in_language_of(person, text), queued_at=at, next_at=at,
        )  # fmt: skip
        _once(message, ["county", "key"])


class Told(NamedTuple):
    """One resident to tell: as the arguments of `queue`."""

    kind: Kind
    key: str
    at: dt.datetime
    text: str | Promise
    resident: Resident
    payload: Mapping[str, Any]


def queue_many(told: Sequence[Told], *, county: str) -> None:
    """Tell residents of one county what `queue` would tell each of them, by three statements for all.

    Raises as `queue` does.
    """
    demand(Notice)
    with context.crossing(county, reason="a notice goes to where its reader is"):
        silent = queries.silenced(county=county, persons=[one.resident.pk for one in told])
        notices, messages = [], []
        for one in told:
            text = _in_language_of(one.resident, one.text)
            notices.append(
                Notice(
                    county=county, key=one.key, kind=one.kind, text=text, payload=dict(one.payload), made_at=one.at,
                    resident_id=one.resident.pk,
                )
            )  # fmt: skip
            if one.resident.phone and (one.resident.pk, one.kind) not in silent:
                messages.append(
                    OutboxMessage(
                        county=county, key=_addressed(one.key, one.resident, one.resident.phone), kind=one.kind,
                        phone=one.resident.phone, text=text, queued_at=one.at, next_at=one.at,
                    )
                )  # fmt: skip
        for rows, occasion in ((notices, ["county", "resident_id", "key"]), (messages, ["county", "key"])):
            if rows:
                type(rows[0]).unscoped.bulk_create(
                    rows, update_conflicts=True, unique_fields=occasion, update_fields=occasion[-1:]
                )


def _in_language_of(person: Resident | Staff | None, text: str | Promise) -> str:
    with translation.override(queries.language_of(person)):
        return str(text)


def _addressed(key: str, person: Resident | Staff | None, phone: str) -> str:
    """The occasion and whom it is told: two people hear of one occasion each once. No number stands in it."""
    whom = str(person.pk) if person else hashlib.sha256(phone.encode()).hexdigest()[:32]
    whole = f"{key}:{whom}"
    if len(whole) <= LONGEST_KEY:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()
    return f"{whole[: LONGEST_KEY - len(digest) - 1]}:{digest}"


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
    with context.crossing(row.county, reason="a notice goes to where its reader is"):
        fixed.insert(row, once=occasion)


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
def send_again(*, message: OutboxMessage, by: Actor, at: dt.datetime) -> OutboxMessage:
    """Try a failed message again, with as many tries as at first; a second click changes nothing.

    Raises Forbidden, NoticeRefused for one whose number was refused (it would be refused again).
    """
    asking.require(Permission.SEND_AGAIN, on=message)
    message = OutboxMessage.unscoped.select_for_update().get(county=message.county, pk=message.pk)
    if message.state != State.FAILED:
        nothing_changed("not failed, or sent again already")
        return message
    if message.refused:
        raise NoticeRefused(_("这个号码被短信平台拒收，重发也发不出去。请先核对居民的手机号，再用电话等办法通知。"))
    before = {"state": message.state, "problem": message.problem}
    message.state, message.attempts, message.next_at, message.problem = State.WAITING, 0, at, ""
    message.save(update_fields=["state", "attempts", "next_at", "problem"])
    record(
        code=Code.SENT_AGAIN, by=by, at=at, subject=message,
        place="" if message.county == NO_COUNTY else message.county, label=message.get_kind_display(),
        before=before, after={"state": message.state},
    )  # fmt: skip
    return message


@action
def make_digests(*, staff: Iterable[Staff], by: Actor, at: dt.datetime) -> int:
    """One digest a day for each staff member with unread notices; how many were new.

    Counts by kind; digests themselves are not counted.
    """
    made: dict[str, int] = {}
    for person in staff:
        counts = queries.unread_by_kind(person)
        key = f"digest:{day_of(at).isoformat()}"
        before = queries.inbox_of(person).filter(key=key).exists()
        if not counts or before:
            continue
        home = queries.home_of(person)
        queue(county=home, kind=Kind.DIGEST, key=key, at=at, staff=person, text=_digest_words(counts))
        made[home] = made.get(home, 0) + 1
    for home, count in sorted(made.items()):
        place = "" if home == NO_COUNTY else home
        bulk(code=Code.DIGESTS_MADE, by=by, at=at, model=Notice, place=place, counts={"digests": count})
    if not made:
        nothing_changed("nobody has anything unread")
    return sum(made.values())


@said_later
def _digest_words(counts: Mapping[Kind, int]) -> str:
    parts = "，".join(_("%(kind)s %(n)d 条") % {"kind": kind.label, "n": n} for kind, n in counts.items())
    return _("您有 %(n)d 条消息还没有看：%(parts)s。") % {"n": sum(counts.values()), "parts": parts}
