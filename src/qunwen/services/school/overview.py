"""A term at a glance: who learned, who came, what was said of each class. A number of queries that does not grow."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, Q, QuerySet, Sum

from .enums import CAME, ON_ROLL, ClassState, PupilState
from .models import Attendance, CourseClass, Pupil, QualitySheet, Satisfaction, Term


@dataclass(slots=True)
class Line:
    """One class of a term in whole numbers; shares are shown as they are, never as a rounded zero."""

    row: CourseClass
    pupils: int = 0
    completed: int = 0
    expected: int = 0
    came: int = 0
    answers: int = 0
    score: int = 0
    sheets: int = 0
    points: int = 0
    most: int = 0

    @property
    def attendance(self) -> str:
        """到课率, in whole percent; nothing before the first roll."""
        return percent(self.came, self.expected)

    @property
    def satisfaction(self) -> str:
        """The mean of 1 to 5, one decimal; nothing without answers."""
        return one_decimal(self.score, self.answers)

    @property
    def quality(self) -> str:
        """Points of observed lessons in percent of the most; nothing without sheets."""
        return percent(self.points, self.most)


def percent(part: int, whole: int) -> str:
    """Whole percent, half up; "" of nothing."""
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else ""


def one_decimal(total: int, number: int) -> str:
    """The mean with one decimal, half up; "" of nothing."""
    if not number:
        return ""
    tenths = (20 * total + number) // (2 * number)
    return f"{tenths // 10}.{tenths % 10}"


def of_term(term: Term) -> list[Line]:
    """A line for each class of the term that the open scope may see, classes in preparation left out."""
    rows = CourseClass.objects.select_related("teacher", "school", "subject__discipline").filter(
        county=term.county, term=term
    )
    found = {
        row.pk: Line(row) for row in rows.exclude(state=ClassState.DRAFT).order_by("title", "pk")
    }  # fmt: skip
    _count_pupils(term.county, found)
    _count_rolls(term.county, found)
    about = Satisfaction.unscoped.filter(county=term.county, course_class__in=list(found))
    for pk, number, total in _by_class(about, n=Count("pk"), total=Sum("score")):
        found[pk].answers, found[pk].score = number, total
    sheets = QualitySheet.unscoped.filter(county=term.county, course_class__in=list(found))
    for pk, number, points, most in _by_class(sheets, n=Count("pk"), got=Sum("points"), possible=Sum("most")):
        found[pk].sheets, found[pk].points, found[pk].most = number, points, most
    return list(found.values())


def _by_class(rows: QuerySet[Any], **sums: Aggregate) -> QuerySet[Any, tuple[Any, ...]]:
    return rows.order_by().values_list("course_class_id").annotate(**sums)


def _count_pupils(county: str, found: dict[uuid.UUID, Line]) -> None:
    rows = Pupil.unscoped.filter(county=county, course_class__in=list(found))
    counted = _by_class(
        rows,
        on_roll=Count("pk", filter=Q(state__in=sorted(ON_ROLL))),
        done=Count("pk", filter=Q(state=PupilState.COMPLETED)),
    )
    for pk, on_roll, done in counted:
        found[pk].pupils, found[pk].completed = on_roll, done


def _count_rolls(county: str, found: dict[uuid.UUID, Line]) -> None:
    rows = Attendance.unscoped.filter(county=county, lesson__course_class__in=list(found))
    counted = rows.order_by().values_list("lesson__course_class_id").annotate(
        expected=Count("pk"), came=Count("pk", filter=Q(presence__in=sorted(CAME)))
    )  # fmt: skip
    for pk, expected, came in counted:
        found[pk].expected, found[pk].came = expected, came


def summed(lines: Iterable[Line]) -> dict[str, Any]:
    """The term as a whole: the whole numbers added, the shares made of the sums."""
    names = ("pupils", "completed", "expected", "came", "answers", "score", "sheets", "points", "most")
    totals = dict.fromkeys(names, 0)
    for line in lines:
        for name in names:
            totals[name] += getattr(line, name)
    return {
        **totals,
        "attendance": percent(totals["came"], totals["expected"]),
        "satisfaction": one_decimal(totals["score"], totals["answers"]),
        "quality": percent(totals["points"], totals["most"]),
    }
