"""What needs somebody's hand: dates that went by unrecorded, records without proof, plan lines left over."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from qunwen.base.evidence import queries as evidence
from qunwen.base.scope.clock import day_of, start_of
from qunwen.services.bookings import queries as bookings

from .enums import COUNTS_AS_HELD, HOLDABLE, REPORTABLE, SessionState, SignUp, State
from .models import Activity, Headcount, Session

# Older records without proof are for the report, not for a daily list.
LOOK_BACK = dt.timedelta(days=92)
MOST = 500
SUBJECT = "activities.session"


def past_unrecorded(at: dt.datetime) -> QuerySet[Session]:
    """Dates that are over and of which nobody has said whether they took place. In the open scope."""
    return Session.objects.filter(
        state=SessionState.SCHEDULED,
        ends_at__lt=at,
        starts_at__gte=at - LOOK_BACK,
        activity__state__in=sorted(HOLDABLE),
    )


def without_photos(at: dt.datetime) -> list[uuid.UUID]:
    """Held activities of the last three months, not yet handed up, without a photograph or file (at most MOST)."""
    rows = _recently_held(at)
    activities: dict[str, set[uuid.UUID]] = defaultdict(set)
    sessions: dict[str, dict[str, uuid.UUID]] = defaultdict(dict)
    for county, session, activity in rows:
        activities[county].add(activity)
        sessions[county][str(session)] = activity
    found: list[uuid.UUID] = []
    for county, ids in activities.items():
        proved = set(evidence.counts("activities.activity", county, [str(one) for one in ids]))
        proved |= {
            str(sessions[county][one]) for one in evidence.counts("activities.session", county, sessions[county])
        }
        found += [one for one in ids if str(one) not in proved]
    return sorted(found)


def without_headcount(at: dt.datetime) -> list[uuid.UUID]:
    """Held activities of the last three months, not yet handed up, with a date of which nobody counted the people."""
    counted = Headcount.objects.filter(county=OuterRef("county"), session=OuterRef("pk"), number__gt=0)
    rows = list(_recently_held(at, ~Exists(counted)))
    by_county: dict[str, list[uuid.UUID]] = defaultdict(list)
    for county, session, _activity in rows:
        by_county[county].append(session)
    came: set[uuid.UUID] = set()
    for county, ids in by_county.items():
        came |= {
            session for session, _group in bookings.check_ins(county=county, subject_type="activities.session", ids=ids)
        }
    return sorted({activity for _county, session, activity in rows if session not in came})


def _recently_held(at: dt.datetime, *conditions: Exists) -> Iterable[tuple[str, uuid.UUID, uuid.UUID]]:
    rows = Session.objects.filter(
        *conditions,
        state=SessionState.HELD,
        starts_at__gte=at - LOOK_BACK,
        activity__state__in=sorted(REPORTABLE),
    )
    return list(rows.order_by("-starts_at", "pk").values_list("county", "pk", "activity_id")[:MOST])


def not_open_for_sign_up(at: dt.datetime) -> list[uuid.UUID]:
    """Published activities that want sign-up, with a date to come for which no places were opened (at most MOST)."""
    rows = list(
        Session.objects.filter(
            state=SessionState.SCHEDULED,
            starts_at__gt=at,
            activity__state=State.PUBLISHED,
            activity__sign_up=SignUp.BOOK,
        )
        .order_by("starts_at", "pk")
        .values_list("county", "pk", "activity_id")[:MOST]
    )
    by_county: dict[str, list[uuid.UUID]] = defaultdict(list)
    for county, session, _activity in rows:
        by_county[county].append(session)
    opened: set[uuid.UUID] = set()
    for county, ids in by_county.items():
        opened |= set(bookings.availability(county=county, subject_type=SUBJECT, subject_ids=ids, at=at))
    return sorted({activity for _county, session, activity in rows if session not in opened})


def last_month(at: dt.datetime) -> tuple[int, int]:
    """(year, month) of the month before the one of `at`."""
    day = day_of(at).replace(day=1) - dt.timedelta(days=1)
    return day.year, day.month


def plan_left_over(at: dt.datetime) -> QuerySet[Activity]:
    """Lines of last month's plan that were neither held nor cancelled."""
    year, month = last_month(at)
    done = COUNTS_AS_HELD | {State.CANCELLED}
    return Activity.objects.filter(in_plan=True, plan_year=year, plan_month=month).exclude(state__in=sorted(done))


def this_week(at: dt.datetime) -> QuerySet[Session]:
    """Dates of the week of `at`, Monday to Sunday, that are not cancelled; earliest first."""
    today = day_of(at)
    monday = today - dt.timedelta(days=today.weekday())
    rows = Session.objects.filter(
        ends_at__gt=start_of(monday), starts_at__lt=start_of(monday + dt.timedelta(days=7))
    ).exclude(state=SessionState.CANCELLED)
    return rows.select_related("activity", "activity__venue", "place").order_by("starts_at", "pk")
