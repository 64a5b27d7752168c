"""The notice of a draw: what is drawn, under which rules, from which public event the seed will come."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import county_of, covers
from qunwen.services.bookings.enums import Group
from qunwen.services.draws import granting, kernel
from qunwen.services.draws.access import Permission
from qunwen.services.draws.drafts import OptionDraft, Rules
from qunwen.services.draws.enums import Entry, Party, SeedForm, State
from qunwen.services.draws.errors import WrongNotice, WrongState
from qunwen.services.draws.models import Draw, Option

from .locking import demand, lock_draw
from .telling import called_off_text, tell_all

MOST_OPTIONS = 200
MOST_SEATS = 100_000
MOST_PEOPLE = 10
LONGEST_SEED = 128


@action
def open_draw(
    *, title: str, place: Place, unit: Unit | None, options: Sequence[OptionDraft], rules: Rules, opens_at: dt.datetime,
    closes_at: dt.datetime, seed_notice: str, seed_at: dt.datetime, by: Actor, at: dt.datetime, note: str = "",
) -> Draw:  # fmt: skip
    """Publish the notice of a draw. From here on nothing of it changes but the event that gives the seed.

    The seed's event has to lie after the end of the window: the list is frozen in between.
    Raises WrongNotice at the field, Forbidden.
    """
    asking.require(Permission.MANAGE, place=place.pk, unit=unit.pk if unit else None)
    _check_times(opens_at, closes_at, seed_at, at)
    _check_words(title, seed_notice)
    _check_rules(rules)
    _check_options(options, place)
    draw = Draw(
        county=county_of(place.pk), place=place, unit=unit, title=title.strip(), note=note.strip(), opens_at=opens_at,
        closes_at=closes_at, seed_notice=seed_notice.strip(), seed_at=seed_at, **rules._asdict(),
    )  # fmt: skip
    draw.save(force_insert=True)
    for position, draft in enumerate(options, 1):
        _option(draw, draft, position).save(force_insert=True)
    record(
        code=Entry.OPENED, by=by, at=at, subject=draw, place=place.pk,
        after={
            "title": draw.title, "options": len(options), "seats": sum(one.seats for one in options),
            "opens_at": opens_at, "closes_at": closes_at, "seed_notice": draw.seed_notice, "seed_at": seed_at,
        },
    )  # fmt: skip
    touch(county=draw.county, day=day_of(closes_at), feed="draws.draw")
    return draw


def _option(draw: Draw, draft: OptionDraft, position: int) -> Option:
    return Option(
        county=draw.county, draw=draw, place_id=draw.place_id, position=position, subject_type=draft.subject_type,
        subject_id=draft.subject_id, title=draft.title.strip(), seats=draft.seats,
        kept=[[key, number] for key, number in sorted(draft.kept.items()) if number],
        floors=[[key, number] for key, number in sorted(draft.floors.items()) if number],
    )  # fmt: skip


def _check_words(title: str, seed_notice: str) -> None:
    if not title.strip():
        raise WrongNotice(_("请填写摇号的名称。"), field="title")
    if len(unicodedata.normalize("NFKC", seed_notice).strip()) < 6:
        raise WrongNotice(_("请写明种子来自哪一次公开事件，例如哪种彩票第几期的开奖号码。"), field="seed_notice")


def _check_times(opens_at: dt.datetime, closes_at: dt.datetime, seed_at: dt.datetime, at: dt.datetime) -> None:
    if closes_at <= opens_at:
        raise WrongNotice(_("截止时间要晚于开始时间。"), field="closes_at")
    if closes_at <= at:
        raise WrongNotice(_("截止时间已经过了。"), field="closes_at")
    if seed_at <= closes_at:
        raise WrongNotice(_("公开事件要在截止申请以后：中间要锁定名单、公布摘要。"), field="seed_at")


def _check_rules(rules: Rules) -> None:
    if rules.party not in Party.values or not 1 <= rules.people_at_most <= MOST_PEOPLE:
        raise WrongNotice(_("每份申请最多 %(n)s 人。") % {"n": MOST_PEOPLE}, field="people_at_most")
    if rules.party == Party.PERSON and rules.people_at_most != 1:
        raise WrongNotice(_("一人一个名额时，每份申请只能有一个人。"), field="people_at_most")
    if rules.seed_form not in SeedForm.values:
        raise WrongNotice(_("没有这种种子形式。"), field="seed_form")
    least = kernel.LEAST[rules.seed_form]
    if not least <= rules.seed_length <= LONGEST_SEED:
        raise WrongNotice(
            _("这种种子至少要 %(n)s 位：可能的结果不到一百万种，就可以事先逐个试算。") % {"n": least},
            field="seed_length",
        )


def _check_options(options: Sequence[OptionDraft], place: Place) -> None:
    if not 1 <= len(options) <= MOST_OPTIONS:
        raise WrongNotice(_("请至少选一项，最多 %(n)s 项。") % {"n": MOST_OPTIONS}, field="options")
    if len({(one.subject_type, one.subject_id) for one in options}) != len(options):
        raise WrongNotice(_("同一项选了两次。"), field="options")
    county = county_of(place.pk)
    for one in options:
        if not granting.known(one.subject_type) or not one.title.strip():
            raise WrongNotice(_("“%(what)s”不能摇号。") % {"what": one.title or one.subject_type}, field="options")
        if not 1 <= one.seats <= MOST_SEATS:
            raise WrongNotice(_("“%(what)s”的名额要在 1 以上。") % {"what": one.title}, field="options")
        kept = [*one.kept.values(), *one.floors.values()]
        if min(kept, default=0) < 0 or sum(kept) > one.seats:
            raise WrongNotice(_("“%(what)s”保留的名额超过了总名额。") % {"what": one.title}, field="options")
        if any(group not in Group.values or group == Group.STAFF for group in one.kept):
            raise WrongNotice(_("“%(what)s”里有不认识的群体。") % {"what": one.title}, field="options")
        if any(not covers(county, village) or len(village) <= len(county) for village in one.floors):
            raise WrongNotice(_("“%(what)s”的保底只能给本县的乡镇或村。") % {"what": one.title}, field="options")


@action
def move_seed(*, draw: Draw, seed_notice: str, seed_at: dt.datetime, reason: str, by: Actor, at: dt.datetime) -> Draw:
    """Take another public event before the seed is known: the first fell out, or the list was not frozen in time.

    What was frozen is opened for freezing anew, because the notice stands under the hash. The new event has
    to lie ahead. Raises WrongState, WrongNotice, Forbidden.
    """
    asking.require(Permission.MANAGE, on=draw)
    draw = lock_draw(draw)
    demand(draw, State.OPEN, State.FROZEN, refusal=_("种子已经录入，不能再改。"))
    if not reason.strip():
        raise WrongNotice(_("请写明改用另一次事件的原因。"), field="reason")
    _check_words(draw.title, seed_notice)
    if seed_at <= at or seed_at <= draw.closes_at:
        raise WrongNotice(_("新的公开事件要在现在和截止申请以后。"), field="seed_at")
    before = {"seed_notice": draw.seed_notice, "seed_at": draw.seed_at, "list_hash": draw.list_hash}
    draw.seed_notice, draw.seed_at = seed_notice.strip(), seed_at
    draw.state, draw.frozen_at, draw.list_hash = State.OPEN, None, ""
    draw.save(update_fields=["seed_notice", "seed_at", "state", "frozen_at", "list_hash"])
    record(
        code=Entry.SEED_MOVED, by=by, at=at, subject=draw, place=draw.place_id, before=before,
        after={"seed_notice": draw.seed_notice, "seed_at": seed_at, "reason": reason.strip()},
    )  # fmt: skip
    return draw


@action
def call_off(*, draw: Draw, reason: str, by: Actor, at: dt.datetime) -> Draw:
    """Call a draw off before lots are drawn; everybody who applied hears of it. Twice changes nothing.

    Raises WrongState once lots were drawn, WrongNotice without a reason, Forbidden.
    """
    asking.require(Permission.MANAGE, on=draw)
    draw = lock_draw(draw)
    if draw.state == State.CALLED_OFF:
        nothing_changed("replayed")
        return draw
    if draw.is_decided:
        raise WrongState(_("已经抽签，不能再取消。"))
    if not reason.strip():
        raise WrongNotice(_("请写明取消的原因，会通知所有申请人。"), field="reason")
    before, draw.state = draw.state, State.CALLED_OFF
    draw.save(update_fields=["state"])
    record(
        code=Entry.CALLED_OFF, by=by, at=at, subject=draw, place=draw.place_id,
        before={"state": before}, after={"state": draw.state, "reason": reason.strip()},
    )  # fmt: skip
    touch(county=draw.county, day=day_of(draw.closes_at), feed="draws.draw")
    tell_all(draw, "called_off", called_off_text(draw, reason.strip()), at=at)
    return draw
