"""Public draws: notice, rules and numbers for anybody; applying, the receipt and "why not me" for a resident and the family."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from qunwen.base.people.models import Resident
from qunwen.base.people.queries import wards_of
from qunwen.base.scope import clock
from qunwen.base.scope.clock import local
from qunwen.services.draws import actions, queries, wording
from qunwen.services.draws.enums import State
from qunwen.services.draws.models import Application, Draw, Option

from . import paging
from .auth import ResidentAuth, anybody
from .paging import Cursor, Limit
from .problems import not_found
from .public import under
from .repeats import Key, once
from .words import Below, Code, County, Given, Id, PathId

router = Router(auth=anybody, tags=["公开"])
mine = Router(auth=ResidentAuth(csrf=True), tags=["居民"])


class OptionShape(Schema):
    """Something that is drawn; after the result with the lot numbers that won."""

    id: uuid.UUID
    title: str
    seats: int
    first: int
    asked: int
    won: list[int]


class DrawShape(Schema):
    """A notice. `list_hash` stands from the freezing on, `seed` and the numbers that won from the publication on."""

    id: uuid.UUID
    county: str
    title: str
    place: str
    state: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    seed_at: dt.datetime
    seed_notice: str
    rules: list[str]
    applications: int
    list_hash: str
    seed: str
    options: list[OptionShape]


class DrawPage(Schema):
    items: list[DrawShape]
    next: str | None


class WishShape(Schema):
    """How one wish ended, in numbers."""

    option: uuid.UUID
    title: str
    wish: int
    seats: int
    taken: int
    last_rank: int | None
    won: bool
    would_have: bool


class WhyShape(Schema):
    """Why an application got what it got."""

    rank: int
    pool: int
    tickets: int
    tickets_each: int
    rule: str
    credit_next: int
    wishes: list[WishShape]


class ApplicationShape(Schema):
    """An application of the family's; `why` once the result is published."""

    id: uuid.UUID
    county: str
    draw: uuid.UUID
    title: str
    people: list[str]
    wishes: list[str]
    state: str
    code: str
    leaf: str
    list_hash: str
    applied_at: dt.datetime
    channel: str
    option: uuid.UUID | None
    why: WhyShape | None


class ApplicationPage(Schema):
    items: list[ApplicationShape]
    next: str | None


class NewApplication(Given):
    """Who applies (oneself or wards, by the ids of /me), and the wishes, best first."""

    county: Code
    draw: Id
    people: list[Id] = Field(min_length=1, max_length=10)
    wishes: list[Id] = Field(min_length=1, max_length=200)


def _draw(row: Draw) -> DrawShape:
    published = row.state == State.PUBLISHED
    won: dict[uuid.UUID, list[int]] = {}
    for option, rank in queries.winning_numbers(row) if published else ():
        won.setdefault(option, []).append(rank)
    return DrawShape(
        id=row.pk, county=row.county, title=row.title, place=row.place_id, state=row.state, opens_at=local(row.opens_at),
        closes_at=local(row.closes_at), seed_at=local(row.seed_at), seed_notice=row.seed_notice, rules=wording.rules(row),
        applications=queries.pool_size(row), list_hash=row.list_hash if row.is_list_public else "",
        seed=row.seed if published else "", options=[_option(one, won) for one in queries.options(row)],
    )  # fmt: skip


def _option(row: Option, won: dict[uuid.UUID, list[int]]) -> OptionShape:
    return OptionShape(
        id=row.pk,
        title=row.title,
        seats=row.seats,
        first=row.first,
        asked=row.asked,
        won=won.get(row.pk, []),  # type: ignore[attr-defined]
    )


def _application(row: Application) -> ApplicationShape:
    told = queries.receipt(row)
    published = row.draw.state == State.PUBLISHED
    return ApplicationShape(
        id=row.pk, county=row.county, draw=row.draw_id, title=told.title, people=[str(one) for one in row.members.all()],
        wishes=list(told.wishes), state=row.state if published or row.withdrawn_at else "applied", code=told.code,
        leaf=told.leaf, list_hash=told.list_hash, applied_at=local(told.applied_at), channel=row.channel,
        option=row.option_id if published else None, why=_why(row) if published and row.rank is not None else None,
    )  # fmt: skip


def _why(row: Application) -> WhyShape:
    found = queries.why(row)
    return WhyShape(
        rank=found.rank, pool=found.pool, tickets=found.tickets, tickets_each=found.tickets_each, rule=found.rule,
        credit_next=found.credit_next,
        wishes=[
            WishShape(
                option=one.option.pk, title=one.option.title, wish=one.wish, seats=one.seats, taken=one.taken,
                last_rank=one.last_rank, won=one.won, would_have=one.would_have,
            )
            for one in found.stands
        ],
    )  # fmt: skip


@router.get("/counties/{county}/draws", response=DrawPage, summary="阳光摇号", operation_id="listDraws")
def list_draws(request: Any, *, county: County, below: Below = "", cursor: Cursor = "", limit: Limit = 50) -> Any:
    """公告、规则、名单摘要；公布以后有种子和中签的签号。没有任何人的姓名。"""
    del request
    rows = under(queries.draws_of(county), below)
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=_draw)
    return DrawPage(items=items, next=following)


@router.get("/counties/{county}/draws/{id}", response=DrawShape, summary="一次摇号", operation_id="getDraw")
def get_draw(request: Any, county: County, id: PathId) -> Any:
    """同上，一次摇号；结果文件在门户上下载，任何人能重算。"""
    del request
    row = queries.draws_of(county).filter(pk=id).first()
    if row is None:
        raise not_found()
    return _draw(row)


def _family(resident: Resident) -> dict[uuid.UUID, Resident]:
    return {one.pk: one for one in (resident, *wards_of(resident, clock.now()))}


@mine.get("/me/draws", response=ApplicationPage, summary="我的摇号申请", operation_id="listMyDraws")
def my_draws(request: Any, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """自己和家人的申请、回执；公布以后有签号和为什么。"""
    rows = queries.mine(county=request.resident.county, residents=list(_family(request.resident)))
    items, following = paging.page(rows, cursor=cursor, limit=limit, shape=_application)
    return ApplicationPage(items=items, next=following)


@mine.post("/me/draws", response={201: ApplicationShape}, summary="申请摇号", operation_id="applyForDraw")
@once
def apply(request: Any, body: NewApplication, idempotency_key: Key) -> Any:
    """志愿按先后写，写多少都可以；早晚一样。"""
    row = queries.draws_of(body.county).filter(pk=body.draw).first()
    known = {one.pk: one for one in queries.options(row)} if row is not None else {}
    family = _family(request.resident)
    if row is None or set(body.people) - set(family) or set(body.wishes) - set(known):
        raise not_found()
    made = actions.apply(
        draw=row, people=[family[pk] for pk in body.people], wishes=[known[pk] for pk in body.wishes], channel="app",
        groups=frozenset(), key=f"api:{idempotency_key}", by=request.actor, at=clock.now(),
    )  # fmt: skip
    return 201, _application(_mine(request, body.county, made.pk))


@mine.post(
    "/me/draws/{county}/{id}/withdraw",
    response=ApplicationShape,
    summary="撤回摇号申请",
    operation_id="withdrawFromDraw",
)
@once
def withdraw(request: Any, county: County, id: PathId, idempotency_key: Key) -> Any:
    """截止以前都能撤回；撤回两次不改变什么。"""
    del idempotency_key
    row = _mine(request, county, id)
    actions.withdraw(application=row, by=request.actor, at=clock.now())
    return 200, _application(_mine(request, county, id))


def _mine(request: Any, county: str, pk: uuid.UUID) -> Application:
    rows = queries.mine(county=county, residents=list(_family(request.resident)))
    row = rows.filter(pk=pk).first() if county == request.resident.county else None
    if row is None:
        raise not_found()
    return row
