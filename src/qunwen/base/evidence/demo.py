"""The demonstration county's photographs: drawn, kept through the store like any other, linked to what they prove."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.demo import About, Past
from qunwen.base.journal.recording import action, bulk
from qunwen.base.people.demo import staff_actor
from qunwen.base.people.models import Staff
from qunwen.base.places.demo import BATCH, Chance, Making
from qunwen.base.places.models import Place

from . import queries, storage
from .actions import _described
from .demo_drawing import SCENES, draw
from .enums import Entry
from .models import EvidenceFile, EvidenceLink

TWICE = 0.012  # how often last time's photograph is sent again
CAPTIONS = {
    "stage": ("演出现场", "台上台下", "谢幕合影"),
    "dance": ("舞队展示", "一起跳起来", "队列整齐"),
    "reading": ("共读一本书", "安静的阅览室", "换书角"),
    "class": ("老师授课", "课堂练习", "学员作品"),
    "film": ("放映现场", "坝坝电影", "观众入座"),
    "lantern": ("节日布置", "猜灯谜", "邻里同乐"),
    "show": ("展厅一角", "观展居民", "讲解"),
    "match": ("比赛进行中", "现场打分", "颁奖"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record that has photographs: which scene, how many, whose, when."""

    subject: Any
    place: Place
    scene: str
    number: int
    author: Staff
    at: dt.datetime


Pool = dict[tuple[str, str], list[EvidenceFile]]


def draw_photos(*, making: Making, number: int, progress: Callable[[int, int], None]) -> Pool:
    """Draw so many photographs and take them into the store; by town and scene. Rows are not written yet."""
    pool: Pool = {}
    towns = [place.code for place in making.towns] + [making.county]
    seen: set[str] = set()
    for turn in range(number):
        town, scene = towns[turn % len(towns)], SCENES[(turn + turn // len(towns)) % len(SCENES)]
        chance = making.draw(f"photo:{town}:{scene}:{turn}")
        stream = io.BytesIO(draw(town, scene, chance))
        received = storage.receive(stream, making.county)
        if received.sha256 not in seen:
            seen.add(received.sha256)
            at = dt.datetime.combine(making.first_day, dt.time(1), dt.UTC) + dt.timedelta(minutes=turn)
            name = f"IMG_{chance.randrange(10**4):04}.jpg"
            row = EvidenceFile(
                id=chance.id(at), county=making.county, sha256=received.sha256, **_described(received, name, at)
            )
            pool.setdefault((town, scene), []).append(row)
        progress(turn + 1, number)
    return pool


@action
def link_photos(
    *, making: Making, pool: Pool, wanted: Sequence[Wanted], history: list[Past], by: Actor, at: dt.datetime
) -> dict[str, int]:  # fmt: skip
    """Write the photographs' rows and link them to what they prove; the journal's entries of it go into `history`.

    A place takes photographs it has not used yet, as long as there are any; now and then somebody sends last
    month's again. Returns how many files and links, and how many of these were sent twice on purpose.
    """
    chance = making.draw("links")
    every = [file for files in pool.values() for file in files]
    links: list[EvidenceLink] = []
    used: dict[str, list[EvidenceFile]] = {}
    again = 0
    for one in wanted:
        before = used.setdefault(one.place.code, [])
        twice = bool(before) and chance.happens(TWICE)
        again += twice
        files = [before[-1]] if twice else _choose(pool, every, one, before, chance)
        before += files
        for position, file in enumerate(files):
            link = _link(one, file, position, chance, making.county)
            links.append(link)
            history.append(_told(link, one))
    EvidenceFile.unscoped.bulk_create(every, batch_size=BATCH)
    EvidenceLink.unscoped.bulk_create(links, batch_size=BATCH)
    counts = {"files": len(every), "links": len(links)}
    bulk(code=Entry.FILE_LINKED, by=by, at=at, model=EvidenceLink, place=making.county, counts=counts)
    return {**counts, "twice": again}


def _choose(
    pool: Pool, every: list[EvidenceFile], one: Wanted, before: list[EvidenceFile], chance: Chance
) -> list[EvidenceFile]:  # fmt: skip
    town = one.place.code[:9] if len(one.place.code) >= 9 else one.place.code
    near = pool.get((town, one.scene)) or [f for (_t, scene), fs in pool.items() if scene == one.scene for f in fs]
    near = near or every
    shown = {file.pk for file in before}
    fresh = [file for file in near if file.pk not in shown]
    if len(fresh) < one.number:
        fresh = [f for (_t, scene), fs in pool.items() if scene == one.scene for f in fs if f.pk not in shown] or near
    return chance.sample(fresh, min(one.number, len(fresh)))


def _told(link: EvidenceLink, one: Wanted) -> Past:
    after = {"link": link.pk, "name": link.file.name, "sha256": link.file.sha256, "caption": link.caption}
    about = About(link.subject_type, link.subject_id, link.subject_label, one.place.code)
    return Past(Entry.FILE_LINKED, staff_actor(one.author), one.at, about, after)


def _link(one: Wanted, file: EvidenceFile, position: int, chance: Chance, county: str) -> EvidenceLink:
    kind, key = queries.identity(one.subject)
    return EvidenceLink(
        id=chance.id(one.at), county=county, file=file, subject_type=kind, subject_id=key,
        subject_label=str(one.subject)[:200], place=one.place, caption=CAPTIONS[one.scene][position % 3],
        position=position, linked_by_id=one.author.pk, linked_by_name=one.author.name, linked_at=one.at,
    )  # fmt: skip
