"""Entering the pool, by whichever way: the app, a paper slip, the telephone, a worker. The chance is the same."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.models import Resident
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, context
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import covers
from qunwen.services.bookings import codes
from qunwen.services.bookings.actions import groups as certified
from qunwen.services.bookings.enums import Group
from qunwen.services.bookings.party import Guest, guests
from qunwen.services.draws import wording
from qunwen.services.draws.access import Permission
from qunwen.services.draws.enums import Channel, Entry, Party, Standing, State
from qunwen.services.draws.errors import AlreadyApplied, NotOpen, WrongApplication
from qunwen.services.draws.models import Application, Draw, Member, Option, Wish

from .locking import lock_draw, lock_homes
from .telling import tell

KEY_LENGTH = 80


class Slip(NamedTuple):
    """What a paper slip or a call says beside the wishes: whom to reach, where they live, the number of the slip."""

    contact: str = ""
    phone: str = ""
    village: Place | None = None
    number: str = ""


@action
def apply(
    *, draw: Draw, people: Sequence[Guest | Resident], wishes: Sequence[Option], channel: str, groups: frozenset[str],
    key: str, by: Actor, at: dt.datetime, slip: Slip | None = None,
) -> Application:  # fmt: skip
    """Enter the pool of a draw. `wishes`: best first, as many as one likes; `people`: who comes, the first applies.

    `groups`: what staff saw the paper of, for people who are not in the register; certified groups of
    residents count by themselves. A repeated `key` gives the first answer. The draw's window is by the moment `at`:
    a slip is entered while it is open. Raises DrawRefused in its kinds, Forbidden.
    """
    who = guests(people, day_of(at))
    slip = slip or Slip()
    home = _home(draw, who, slip)
    _require(draw, who, channel, home)
    draw = lock_draw(draw)
    first = Application.unscoped.filter(county=draw.county, key=key).select_related("draw").first()
    if first is not None:
        if first.draw_id != draw.pk:
            raise WrongApplication(_("这一页已经用过了，请刷新后再申请。"))
        nothing_changed("replayed")
        return first
    if not 1 <= len(key) <= KEY_LENGTH:
        raise WrongApplication(_("页面已过期，请刷新后再申请。"))
    check_window(draw, at)
    _check_people(draw, who)
    check_wishes(draw, wishes)
    holder = _holder(who)
    lock_homes(draw.county, {one.resident.household_id for one in who if one.resident is not None})
    standing = _standing(draw, who[0], slip)
    _check_once(draw, who, standing)
    row = Application(
        county=draw.county, draw=draw, place=home if covers(draw.place_id, home.pk) else draw.place,
        home=home, resident=holder,
        household_id=holder.household_id if holder else None, contact=(slip.contact or who[0].name).strip(),
        phone=slip.phone.strip() or (holder.phone if holder else ""), who=standing, channel=Channel(channel),
        groups=_groups(draw, who, groups, at), slip=slip.number.strip(), key=key, code=_code(draw.county),
        applied_at=at, applied_by=by.name, applied_for=by.for_name,
    )  # fmt: skip
    row.save(force_insert=True)
    _write_people(row, who)
    write_wishes(row, wishes)
    record(
        code=Entry.APPLIED, by=by, at=at, subject=row, place=draw.place_id, label=row.code,
        after={"draw": draw.pk, "channel": row.channel, "people": len(who), "wishes": len(wishes), "code": row.code},
    )  # fmt: skip
    touch(county=draw.county, day=day_of(draw.closes_at), feed="draws.application")
    tell(row, "applied", wording.applied(row), at=at)
    return row


def _require(draw: Draw, who: Sequence[Guest], channel: str, home: Place) -> None:
    """A resident applies for oneself and wards; staff need the permission at the draw's place, or where the people live.

    Raises Forbidden.
    """
    if channel not in Channel.values:
        raise WrongApplication(_("没有这种申请渠道。"), field="channel")
    scope = context.current()
    if scope is not None and scope.kind == "resident":
        if channel != Channel.APP or not who or who[0].resident is None:
            raise Forbidden(_("请先用手机号登录，再为自己或家人申请。"))
        if any(one.resident is not None and one.resident.pk not in scope.residents for one in who):
            raise Forbidden(_("只能为自己和已登记监护关系的家人申请。"))
        return
    if not asking.may(Permission.APPLY_FOR, on=draw):
        asking.require(Permission.APPLY_FOR, place=home.pk)


def check_window(draw: Draw, at: dt.datetime) -> None:
    """Raises NotOpen, saying which end of the window."""
    if draw.is_open(at):
        return
    if at < draw.opens_at:
        raise NotOpen(_("还没有开始申请，%(when)s 开始。") % {"when": wording.when(draw.opens_at)})
    if draw.state == State.CALLED_OFF:
        raise NotOpen(_("这次摇号已经取消。"))
    raise NotOpen(_("申请已在 %(when)s 截止。") % {"when": wording.when(draw.closes_at)})


def _check_people(draw: Draw, who: Sequence[Guest]) -> None:
    if not who or any(not one.name.strip() for one in who):
        raise WrongApplication(_("请填写参加的人的姓名。"), field="people")
    if len(who) > draw.people_at_most:
        words = _("每份申请最多 %(limit)s 人，您填了 %(n)s 人。") % {"limit": draw.people_at_most, "n": len(who)}
        raise WrongApplication(words, field="people")
    known = [one.resident.pk for one in who if one.resident is not None]
    if len(known) != len(set(known)):
        raise WrongApplication(_("同一个人选了两次，请去掉重复的。"), field="people")
    if any(one.resident is not None and one.resident.county != draw.county for one in who):
        raise WrongApplication(_("参加的人不在本县登记，请到当地申请。"), field="people")


def check_wishes(draw: Draw, wishes: Sequence[Option]) -> None:
    """Raises WrongApplication: none, one twice, or of another draw."""
    if not wishes:
        raise WrongApplication(_("请至少选一个志愿。"), field="wishes")
    if len({one.pk for one in wishes}) != len(wishes):
        raise WrongApplication(_("同一项选了两次，请去掉重复的。"), field="wishes")
    if any(one.draw_id != draw.pk for one in wishes):
        raise WrongApplication(_("有的志愿不在这次摇号里，请刷新后再选。"), field="wishes")


def _holder(who: Sequence[Guest]) -> Resident | None:
    return who[0].resident


def _standing(draw: Draw, first: Guest, slip: Slip) -> str:
    """Who stands in the pool: a household where it counts as one, else the person; a name with its telephone."""
    if first.resident is not None:
        home = draw.party == Party.HOUSEHOLD
        return f"h:{first.resident.household_id}" if home else f"p:{first.resident.pk}"
    plain = unicodedata.normalize("NFKC", first.name + "\n" + slip.phone)
    plain = "".join(symbol for symbol in plain.casefold() if symbol == "\n" or symbol.isalnum())
    return "n:" + hashlib.sha256(plain.encode()).hexdigest()


def _check_once(draw: Draw, who: Sequence[Guest], standing: str) -> None:
    live = Application.unscoped.filter(county=draw.county, draw=draw, withdrawn_at=None)
    if live.filter(who=standing).exists():
        if standing.startswith("h:"):
            raise AlreadyApplied(_("您家已经有一份申请了，一户一份。可以在“我的摇号”里改志愿。"))
        raise AlreadyApplied(_("%(name)s已经申请过了，不用重复申请。可以改志愿。") % {"name": who[0].name})
    known = [one.resident.pk for one in who if one.resident is not None]
    twice = Member.unscoped.filter(
        county=draw.county, application__draw=draw, application__withdrawn_at=None, resident__in=known
    )
    name = twice.values_list("name", flat=True).first()
    if name is not None:
        raise AlreadyApplied(_("%(name)s已经在另一份申请里了，一个人只能在一份申请里。") % {"name": name})


def _home(draw: Draw, who: Sequence[Guest], slip: Slip) -> Place:
    """Where they live: what the register says, else what stands on the slip, else the place of the draw."""
    if who and who[0].resident is not None:
        return who[0].resident.place
    return slip.village or draw.place


def _groups(draw: Draw, who: Sequence[Guest], claimed: Iterable[str], at: dt.datetime) -> list[str]:
    """Groups for which this draw keeps places: certified ones of residents, what staff saw of everybody else."""
    wanted = {key for kept in _kept(draw) for key, _number in kept}
    scope = context.current()
    by_staff = scope is not None and scope.kind != "resident"
    known = [one.resident for one in who if one.resident is not None]
    found = {key for key in wanted if known and certified.members_of(key, known, day_of(at))}
    if by_staff:
        found |= wanted & set(claimed)
        if Group.ELDERS in wanted and any(one.group == "elder" for one in who):
            found.add(Group.ELDERS.value)
    return sorted(found)


def _kept(draw: Draw) -> Iterable[list[tuple[str, int]]]:
    return Option.unscoped.filter(county=draw.county, draw=draw).values_list("kept", flat=True)


def _code(county: str) -> str:
    while True:
        code = codes.fresh()
        if not Application.unscoped.filter(county=county, code=code).exists():
            return code


def _write_people(row: Application, who: Sequence[Guest]) -> None:
    for one in who:
        Member(
            county=row.county, application=row, place_id=row.place_id, resident=one.resident, name=one.name.strip(),
            group=one.group,
        ).save(force_insert=True)  # fmt: skip


def write_wishes(row: Application, wishes: Sequence[Option]) -> None:
    """The wishes in their order."""
    for rank, option in enumerate(wishes, 1):
        wish = Wish(county=row.county, application=row, option=option, place_id=row.place_id, rank=rank)
        wish.save(force_insert=True)


@action
def change_wishes(*, application: Application, wishes: Sequence[Option], by: Actor, at: dt.datetime) -> Application:
    """Put other wishes, or another order, while the draw takes applications. The same again changes nothing.

    Raises NotOpen, WrongApplication, Forbidden.
    """
    draw, row = _locked(application)
    check_window(draw, at)
    check_wishes(draw, wishes)
    before = list(
        Wish.unscoped.filter(county=row.county, application=row).order_by("rank").values_list("option", flat=True)
    )
    if before == [one.pk for one in wishes]:
        nothing_changed("replayed")
        return row
    Wish.unscoped.filter(county=row.county, application=row).delete()
    write_wishes(row, wishes)
    record(
        code=Entry.CHANGED, by=by, at=at, subject=row, place=draw.place_id, label=row.code,
        before={"wishes": len(before)}, after={"wishes": len(wishes)},
    )  # fmt: skip
    return row


@action
def withdraw(*, application: Application, by: Actor, at: dt.datetime) -> Application:
    """Leave the pool while the draw takes applications; one may apply anew. Twice changes nothing.

    Raises NotOpen, Forbidden.
    """
    draw, row = _locked(application)
    if row.state == Standing.WITHDRAWN:
        nothing_changed("replayed")
        return row
    check_window(draw, at)
    row.state, row.withdrawn_at = Standing.WITHDRAWN, at
    row.save(update_fields=["state", "withdrawn_at"])
    record(
        code=Entry.WITHDRAWN, by=by, at=at, subject=row, place=draw.place_id, label=row.code,
        before={"state": Standing.APPLIED}, after={"state": row.state},
    )  # fmt: skip
    touch(county=draw.county, day=day_of(draw.closes_at), feed="draws.application")
    return row


def _locked(application: Application) -> tuple[Draw, Application]:
    """The draw and the application as they stand, for who may change it. Raises Forbidden."""
    scope = context.current()
    if scope is not None and scope.kind == "resident":
        if application.resident_id not in scope.residents:
            raise Forbidden(_("只能改自己和家人的申请。"))
    else:
        asking.require(Permission.APPLY_FOR, place=application.place_id, unit=application.draw.unit_id)
    draw = lock_draw(application.draw)
    row = Application.unscoped.select_for_update().get(county=draw.county, pk=application.pk)
    row.draw = draw
    return draw, row
