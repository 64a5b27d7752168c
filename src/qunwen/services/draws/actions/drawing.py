"""The draw itself: list frozen and hashed, seed entered, lots drawn, result published. Each step once, in this order."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.services.draws import granting, kernel, luck, published, wording
from qunwen.services.draws.access import Permission
from qunwen.services.draws.enums import IN_POOL, Entry, Standing, State
from qunwen.services.draws.errors import ListChanged, WrongSeed, WrongState
from qunwen.services.draws.models import Application, Draw, Luck, Wish

from .locking import demand, lock_draw
from .telling import result_text, tell

BATCH = 500
REFUSAL = 300


@action
def freeze(*, draw: Draw, by: Actor, at: dt.datetime) -> Draw:
    """After the window and before the public event: nothing of the list changes any more, and its hash is published.

    What the rules look at (earlier wins, bad luck, applications at the same time) is written down for everybody in the
    pool. Freezing twice changes nothing. Raises WrongState, Forbidden.
    """
    asking.require(Permission.MANAGE, on=draw)
    draw = lock_draw(draw)
    if draw.state == State.FROZEN:
        nothing_changed("replayed")
        return draw
    demand(draw, State.OPEN, refusal=_("这次摇号已经过了锁定名单这一步。"))
    if at < draw.closes_at:
        raise WrongState(_("申请还没有截止（%(when)s），截止后才能锁定名单。") % {"when": wording.when(draw.closes_at)})
    if at >= draw.seed_at:
        raise WrongState(_("公开事件已经发生，名单要在那以前锁定。请改用另一次还没有发生的公开事件，再锁定名单。"))
    pool = published.pool_of(draw)
    if not pool:
        raise WrongState(_("没有人申请，不用摇号。可以取消这次摇号。"))
    _note_past(draw, pool, at)
    options, wishes = published.options_of(draw), published.wishes_of(draw)
    for row in pool:
        row.leaf = kernel.leaf_of(published.entry_of(row, draw, options, wishes[row.pk]))
    Application.unscoped.filter(county=draw.county).bulk_update(pool, ["won", "credit", "among", "leaf"], BATCH)
    draw.state, draw.frozen_at = State.FROZEN, at
    draw.list_hash = kernel.list_hash(published.list_of(draw))
    draw.save(update_fields=["state", "frozen_at", "list_hash"])
    record(
        code=Entry.FROZEN, by=by, at=at, subject=draw, place=draw.place_id,
        after={"applications": len(pool), "list_hash": draw.list_hash},
    )  # fmt: skip
    return draw


def _note_past(draw: Draw, pool: list[Application], at: dt.datetime) -> None:
    """Earlier wins, faded credit and the number of applications of the season, for everybody in the pool."""
    county, standing = draw.county, {row.who for row in pool}
    others = Application.unscoped.filter(county=county, withdrawn_at=None).exclude(draw=draw)
    won = set(others.filter(state=Standing.WON, who__in=standing).values_list("who", flat=True))
    among: Counter[str] = Counter()
    if draw.season:
        live = others.filter(draw__season=draw.season, who__in=standing, state__in=sorted(IN_POOL))
        among.update(live.exclude(draw__state=State.CALLED_OFF).values_list("who", flat=True))
    homes = {row.household_id for row in pool if row.household_id is not None}
    held = {one.household_id: one for one in Luck.unscoped.filter(county=county, household__in=homes)}
    for row in pool:
        mine = held.get(row.household_id)
        row.won = int(row.who in won)
        row.credit = luck.faded(mine.credit, mine.counted_at, at) if mine is not None else 0
        row.among = 1 + among[row.who]


@action
def enter_seed(*, draw: Draw, seed: str, witness: str, by: Actor, at: dt.datetime) -> Draw:
    """Enter what the public event gave, with who witnessed it. May be mended until lots are drawn; every time is on record.

    Only the one spelling of the notice is kept (separators dropped). Raises WrongSeed, WrongState, Forbidden.
    """
    asking.require(Permission.DRAW, on=draw)
    draw = lock_draw(draw)
    demand(draw, State.FROZEN, State.SEEDED, refusal=_("先锁定名单、公布摘要，才能录入种子；抽签以后不能再改。"))
    if at < draw.seed_at:
        raise WrongSeed(_("公开事件还没有发生（%(when)s）。") % {"when": wording.when(draw.seed_at)}, field="seed")
    try:
        plain = kernel.normal_seed(seed, draw.seed_form, draw.seed_length)
    except ValueError as wrong:
        raise WrongSeed(_("%(why)s，请对照公开的结果再核一遍。") % {"why": wrong}, field="seed") from None
    if not witness.strip():
        raise WrongSeed(_("请写明见证人。"), field="witness")
    if (draw.seed, draw.witness) == (plain, witness.strip()):
        nothing_changed("replayed")
        return draw
    before = {"seed": draw.seed} if draw.seed else {}
    draw.state, draw.seed, draw.witness = State.SEEDED, plain, witness.strip()
    draw.seeded_at = at
    draw.save(update_fields=["state", "seed", "witness", "seeded_at"])
    record(
        code=Entry.SEEDED, by=by, at=at, subject=draw, place=draw.place_id, before=before,
        after={"seed": plain, "witness": draw.witness, "list_hash": draw.list_hash},
    )  # fmt: skip
    return draw


@action
def carry_out(*, draw: Draw, by: Actor, at: dt.datetime) -> Draw:
    """Draw lots: every application gets its number and its place or none, and winners are given what they won.

    The rows have to give the published hash still. A place that its area refuses (the person has another at that
    time) is noted beside the winner. Twice changes nothing. Raises ListChanged, WrongState, Forbidden.
    """
    asking.require(Permission.DRAW, on=draw)
    draw = lock_draw(draw)
    if draw.is_decided:
        nothing_changed("replayed")
        return draw
    demand(draw, State.SEEDED, refusal=_("先录入种子，才能抽签。"))
    file = published.list_of(draw)
    changed = kernel.check_list(file)
    if changed:
        raise ListChanged(_("名单和公布的摘要不符，不能抽签：%(what)s") % {"what": changed[0]})
    file["seed"] = draw.seed
    winners = _write_results(draw, kernel.results_of(file))
    draw.state, draw.drawn_at = State.DRAWN, at
    draw.save(update_fields=["state", "drawn_at"])
    record(
        code=Entry.CARRIED_OUT, by=by, at=at, subject=draw, place=draw.place_id,
        after={"seed": draw.seed, "list_hash": draw.list_hash, "applications": len(file["applications"]), "won": len(winners)},
    )  # fmt: skip
    _give(draw, winners, by, at)
    _line_up(draw, by, at)
    _remember(draw, at)
    touch(county=draw.county, day=day_of(draw.closes_at), feed=("draws.application", "draws.draw"))
    return draw


def _write_results(draw: Draw, results: list[dict[str, Any]]) -> list[Application]:
    """Rank, option and rule of everybody; the winners by rank, with their option loaded."""
    rows = {str(row.pk): row for row in published.pool_of(draw)}
    options = {str(row.pk): row for row in published.options_of(draw)}
    winners = []
    for result in results:
        row = rows[result["id"]]
        row.draw, row.rank, row.rule = draw, result["rank"], result["by"]
        row.option = options.get(result["option"])
        row.state = Standing.WON if row.option is not None else Standing.LOST
        if row.option is not None:
            winners.append(row)
    fields = ["rank", "rule", "option", "state"]
    Application.unscoped.filter(county=draw.county).bulk_update(list(rows.values()), fields, BATCH)
    return winners


def _give(draw: Draw, winners: list[Application], by: Actor, at: dt.datetime) -> None:
    """Give every winner the place; what is refused is noted beside them and recorded."""
    for row in winners:
        option = row.option
        if option is None:
            continue
        try:
            with transaction.atomic():
                granting.grant(option=option, application=row, by=by, at=at)
        except ValidationError as refusal:
            row.refusal = " ".join(refusal.messages)[:REFUSAL]
            row.save(update_fields=["refusal"])
            record(
                code=Entry.REFUSED, by=by, at=at, subject=row, place=draw.place_id, label=row.code,
                after={"option": option.pk, "reason": row.refusal},
            )  # fmt: skip


def _line_up(draw: Draw, by: Actor, at: dt.datetime) -> None:
    """Who drew no place stands in line for the first wish, in the order of the lots; a place that a winner could not
    take goes to the first of them at once. Whom the owner refuses (another date at that time) stays out."""
    wishes = Wish.unscoped.filter(county=draw.county, application__draw=draw, application__state=Standing.LOST, rank=1)
    for wish in wishes.select_related("application__resident", "option").order_by("application__rank", "pk"):
        if granting.has_line(wish.option.subject_type):
            with contextlib.suppress(ValidationError), transaction.atomic():
                granting.stand(option=wish.option, application=wish.application, by=by, at=at)


def _remember(draw: Draw, at: dt.datetime) -> None:
    """Bad luck of households that went away with nothing; who won begins anew."""
    homes: dict[Any, list[Application]] = defaultdict(list)
    rows = Application.unscoped.filter(county=draw.county, draw=draw, withdrawn_at=None).exclude(household=None)
    for row in rows.order_by("pk"):
        homes[row.household_id].append(row)
    held = {one.household_id: one for one in Luck.unscoped.filter(county=draw.county, household__in=homes)}
    fresh, changed = [], []
    for home, applications in homes.items():
        one = held.get(home)
        won = any(row.option_id for row in applications)
        if one is None:
            one = Luck(county=draw.county, household_id=home, place_id=applications[0].home_id, counted_at=at)
            if not won:
                one.credit, one.gained_at = 1, at
                fresh.append(one)
            continue
        left = luck.faded(one.credit, one.counted_at, at)
        if won:
            one.credit, one.counted_at = 0, at
        elif luck.gains(one.gained_at, at):
            one.credit, one.counted_at, one.gained_at = luck.after_loss(left), at, at
        else:
            continue
        changed.append(one)
    Luck.unscoped.bulk_create(fresh, BATCH)
    Luck.unscoped.filter(county=draw.county).bulk_update(changed, ["credit", "counted_at", "gained_at"], BATCH)


@action
def publish(*, draw: Draw, by: Actor, at: dt.datetime) -> Draw:
    """Publish the result: the file for everybody, and a notice to each who applied. Twice changes nothing.

    Raises WrongState, Forbidden.
    """
    asking.require(Permission.DRAW, on=draw)
    draw = lock_draw(draw)
    if draw.state == State.PUBLISHED:
        nothing_changed("replayed")
        return draw
    demand(draw, State.DRAWN, refusal=_("先抽签，才能公布结果。"))
    draw.state, draw.published_at = State.PUBLISHED, at
    draw.save(update_fields=["state", "published_at"])
    rows = Application.unscoped.filter(county=draw.county, draw=draw, withdrawn_at=None)
    rows = rows.select_related("resident", "option", "draw").order_by("rank")
    number = 0
    for row in rows:
        tell(row, "result", result_text(row), at=at)
        number += 1
    record(
        code=Entry.PUBLISHED, by=by, at=at, subject=draw, place=draw.place_id,
        after={"applications": number, "won": Application.unscoped.filter(county=draw.county, draw=draw, state=Standing.WON).count()},
    )  # fmt: skip
    return draw
