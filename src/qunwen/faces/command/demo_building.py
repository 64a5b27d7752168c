"""Building the demonstration county: every area's part in order, with the time it still takes."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.password_validation import validate_password

from qunwen.base.evidence import demo as evidence
from qunwen.base.evidence.demo import Wanted
from qunwen.base.journal import sealing
from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.demo import Past, write_history
from qunwen.base.measures import snapshot
from qunwen.base.measures.periods import Period
from qunwen.base.people import demo as people_demo
from qunwen.base.places import demo as places_demo
from qunwen.base.places import queries as places
from qunwen.base.places.demo import Making
from qunwen.base.reviews import demo as reviews
from qunwen.base.reviews.publishing import ensure_workflow
from qunwen.base.scope import clock, context
from qunwen.faces.portal.demo import make_pages
from qunwen.governance.returns import demo as returns
from qunwen.governance.scores import demo as scores
from qunwen.governance.targets import demo as targets
from qunwen.services.activities import demo as activities
from qunwen.services.activities import demo_history, demo_reviews
from qunwen.services.activities.demo_life import Draft
from qunwen.services.activities.enums import Kind, SessionState, SignUp
from qunwen.services.afterschool.demo import make_after_school
from qunwen.services.bookings import demo as bookings
from qunwen.services.bookings.actions import recount
from qunwen.services.bookings.demo import Thing
from qunwen.services.rooms.demo import make_rooms
from qunwen.services.school.demo import make_school
from qunwen.services.venues import demo as venues

from . import init, start
from .telling import Stop, Teller

COUNTY = "510112"
RESIDENTS = 6000
PHOTOS = 660
LIVE_BOOKINGS = 120
SCENE_OF = {
    Kind.READING: "reading", Kind.EXHIBITION: "show", Kind.EDUCATION: "class", Kind.PERFORMANCE: "stage",
    Kind.TRAINING: "class", Kind.LECTURE: "class", Kind.FILM: "film", Kind.FITNESS: "dance", Kind.FOLK: "lantern",
    Kind.CONTEST: "match", Kind.VOLUNTEER: "reading", Kind.OTHER: "lantern",
}  # fmt: skip


class Steps:
    """Tells which step runs and about how long the rest takes, by the usual share of each step."""

    def __init__(self, teller: Teller, usual: Sequence[int]) -> None:
        self.teller = teller
        self.usual = list(usual)
        self.done = 0
        self.began = time.monotonic()
        self.ends: list[float] = []

    @property
    def seconds(self) -> list[float]:
        """How long each step took."""
        ends = [0.0, *self.ends[1:], time.monotonic() - self.began]
        return [round(end - begin, 1) for begin, end in itertools.pairwise(ends)]

    def next(self, label: str) -> None:
        """A step begins."""
        self.ends.append(time.monotonic() - self.began)
        passed = time.monotonic() - self.began
        share = sum(self.usual[: self.done])
        left = ""
        if share >= 5:
            left = f"，大约还要 {max(1, round(passed / share * sum(self.usual[self.done :])))} 秒"
        self.done += 1
        self.teller.say(f"[{self.done}/{len(self.usual)}] {label}{left}")


def build(*, share: float, teller: Teller) -> dict[str, Any]:
    """Build it in the empty database of the chosen settings; what it holds, for the JSON object.

    Raises Stop when what was built is not sound (a counter that disagrees, a password too weak).
    """
    began = time.monotonic()
    steps = Steps(teller, (2, 1, 5, 1, 11, 4, 12, 5, 4, 3, 14, 9, 9, 5, 5))
    steps.next("建立数据表，装入区划…")
    start.migrate(teller)
    loaded = init.load(COUNTY, teller)
    by = Actor(kind=ActorKind.COMMAND, id=None, name="示范县")
    making = Making(county=COUNTY, now=clock.now().replace(microsecond=0), by=by, share=share)
    with context.everything(reason="the demonstration county is built by its command"):
        ensure_workflow()
        facts = _fill(making, steps)
    facts = {"ok": True, **{key: loaded[key] for key in ("code", "name", "towns", "villages")}, **facts}
    facts |= {"seconds": round(time.monotonic() - began, 1), "step_seconds": steps.seconds}
    facts["until"] = clock.now().isoformat()
    teller.say(
        f"示范县建好了：{facts['activities']} 项活动、{facts['attendances']} 人次、{facts['photos']} 张照片，"
        f"用时 {facts['seconds']} 秒。"
    )
    return facts


def _fill(making: Making, steps: Steps) -> dict[str, Any]:
    by, at = making.by, making.now
    making.places = {place.code: place for place in places.below(making.county)}
    for above in (making.county[:2], making.county[:4]):
        making.places[above] = places.place(above)
    steps.next("人口…")
    populations = places_demo.load_populations(making=making, by=by, at=at)
    steps.next("单位、工作人员和账号…")
    people = people_demo.make_units_and_staff(making=making, by=by, at=at)
    users = people_demo.make_accounts(making=making, made=people, by=by, at=at)
    for user in users:
        validate_password(user.password)
    steps.next("居民和家庭…")
    residents = people_demo.make_residents(making=making, made=people, number=making.some(RESIDENTS, 300), by=by, at=at)
    made = venues.make_venues(making=making, people=people, by=by, at=at)
    steps.next("两年的活动…")
    drafts = activities.draft_activities(making=making, people=people, venues=made)
    series = activities.make_series(making=making, people=people, by=by, at=at)
    steps.next("写入活动…")
    counts = activities.load_activities(making=making, drafts=drafts, series=series, by=by, at=at)
    steps.next("报名、签到和候补…")
    things = list(_things(drafts, at))
    booked = bookings.load_bookings(making=making, people=people, things=things, by=by, at=at)
    today = bookings.live_bookings(making=making, people=people, number=making.some(LIVE_BOOKINGS, 24))
    school = make_school(making=making, people=people)
    halls = make_rooms(making=making, people=people)
    care = make_after_school(making=making, people=people)
    steps.next("审核…")
    over = list(demo_reviews.decided(making=making, people=people, drafts=drafts))
    history: list[Past] = []
    decided = reviews.make_decided(making=making, decided=over, history=history, by=by, at=at)
    steps.next("待审核、退回…")
    asked = demo_reviews.ask_and_answer(making=making, people=people, drafts=drafts)
    pages = make_pages(making=making)
    steps.next("填报数据…")
    kinds = {code: {str(kind) for kind in found} for code, found in made.of_place.items()}
    returned = returns.make_returns(making=making, people=people, kinds=kinds, by=by, at=at)
    steps.next("照片…")
    pool = evidence.draw_photos(making=making, number=making.some(PHOTOS, 44), progress=_quiet)
    linked = evidence.link_photos(
        making=making, pool=pool, wanted=[*_wanted(drafts, at), *_proofs(returned)], history=history, by=by, at=at
    )
    steps.next("每条记录的操作日志…")
    history += demo_history.tell(making=making, people=people, drafts=drafts, decided=over)
    entries = write_history(past=history, identify=making.draw("journal").id)
    steps.next("统计…")
    months = sorted({*_months(making, drafts), *snapshot.touched(making.county)})
    snapshot.fresh([making.county], months)
    steps.next("目标、评分…")
    aims = targets.make_targets(making=making, by=by, at=at)
    entered = scores.make_scores(making=making, people=people)
    steps.next("封存日志，核对名额…")
    _prove(making)
    counted = sum(row.number for one in drafts for row in one.headcounts)
    return {
        "day": making.today.isoformat(), "seed": making.seed, "populations": populations, "residents": residents,
        "units": sum(map(len, people.units.values())), "venues": len(made.every), **counts, **booked,
        "attendances": counted + booked["came"], "today": today, **school, **halls, **care, "history": entries, "reviews": decided, "asked": asked,
        "returned": returned.counts["values"], "targets": aims, "score_entries": entered,
        "photos": linked["files"], "photo_links": linked["links"], "users": len(users) + care["after_school_users"], **pages,
        "silent": [place.code for place in making.silent()], "months": len(months),
    }  # fmt: skip


def _quiet(done: int, total: int) -> None:
    del done, total


def _things(drafts: Sequence[Draft], now: dt.datetime) -> Iterator[Thing]:
    for draft in drafts:
        activity = draft.activity
        if activity.sign_up != SignUp.BOOK or activity.published_at is None:
            continue
        for session in draft.sessions:
            yield Thing(
                subject=session,
                title=activity.title,
                place=activity.place,
                unit=activity.unit,
                owner=draft.author,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                crowd=draft.idea.crowd,
                opens_at=activity.published_at,
                over=session.ends_at < now,
                called_off_at=session.changed_at if session.state == SessionState.CANCELLED else None,
            )


def _wanted(drafts: Sequence[Draft], now: dt.datetime) -> list[Wanted]:
    found = []
    for draft in drafts:
        if draft.photos and draft.past:
            activity = draft.activity
            at = min(draft.past[-1].changed_at, now)
            scene = SCENE_OF[Kind(activity.kind)]
            found.append(Wanted(activity, activity.place, scene, draft.photos, draft.author, at))
    return found


def _proofs(returned: returns.Made) -> list[Wanted]:
    """Scans and photographs of registers that came with returned values."""
    return [Wanted(row, row.place, "reading", 1, row.entered_by, row.entered_at) for row in returned.proved]


def _months(making: Making, drafts: Sequence[Draft]) -> list[str]:
    months, first = [], making.first_day
    # A date that was put off may lie beyond all that were planned.
    last = max(clock.day_of(session.starts_at) for draft in drafts for session in draft.sessions)
    last = max(last, making.today + activities.AHEAD)
    while first <= last:
        months.append(Period.month_of(first).code)
        first = (first + dt.timedelta(days=32)).replace(day=1)
    return months


def _prove(making: Making) -> None:
    """No counter disagrees with its rows; every entry of the journal stands in the chain."""
    drifts = recount(county=making.county, by=making.by, at=making.now)
    if drifts:
        raise Stop(f"示范县没有建好：{len(drifts)} 组名额与报名不符（{drifts[0].label}）。")
    for county in sealing.counties_with_tail():
        while sealing.seal(county=county, at=making.now, limit=5000):
            continue
