"""Last year's pupils: each row of a sheet becomes an ended enrolment, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.papers.imports import ParsedRow, SheetSpec, apply_sheet
from qunwen.base.papers.problems import RowRefusedError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.people import actions as people
from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Resident
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import start_of
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import Entry, PupilState, Source
from qunwen.services.school.errors import EnrolmentRefused
from qunwen.services.school.models import CourseClass, Pupil


@action
def import_pupil(
    *, course_class: CourseClass, name: str, place: Place, completed: bool, by: Actor, at: dt.datetime, phone: str = "",
    birth_year: int | None = None,
) -> Pupil:  # fmt: skip
    """Enter somebody who learned in an earlier class; a known phone is the known resident, a new one is registered.

    The same person of the same class twice changes nothing. Raises EnrolmentRefused, ValidationError, Forbidden.
    """
    asking.require(Permission.MANAGE, on=course_class)
    county = course_class.county
    if course_class.term.ends_on > at.date():
        raise EnrolmentRefused(_("只能导入已结束学期的学员；本学期请用报名。"))
    person = Resident.unscoped.filter(county=county, phone=phone, active=True).first() if phone else None
    if person is not None and person.name != name:
        raise EnrolmentRefused({"phone": _("这个手机号登记的是另一个人，请核对姓名和手机号。")})
    rows = Pupil.unscoped.filter(county=county, course_class=course_class, source=Source.IMPORT)
    known = rows.filter(resident=person) if person is not None else rows.filter(name=name, place=place, resident=None)
    first = known.first()
    if first is not None:
        nothing_changed("imported already")
        return first
    if person is None and phone:
        person = people.register_resident(name=name, place=place, phone=phone, birth_year=birth_year, by=by, at=at)
    ended = start_of(course_class.term.ends_on)
    row = Pupil(
        county=county, course_class=course_class, place=place, resident=person,
        household_id=person.household_id if person else None, name=name, source=Source.IMPORT,
        group=_group(birth_year, course_class.term.starts_on), enrolled_at=start_of(course_class.term.starts_on),
        ended_at=ended, state=PupilState.COMPLETED if completed else PupilState.NOT_COMPLETED,
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        code=Entry.PUPILS_IMPORTED, by=by, at=at, subject=row, place=row.place_id,
        after={"class": course_class.title, "state": row.state},
    )  # fmt: skip
    touch(county=county, day=course_class.term.starts_on, moved_from=course_class.term.ends_on, feed="school.pupil")
    return row


@action
def import_pupils(*, spec: SheetSpec, sheet: OpenSheet, expected_sha256: str, by: Actor, at: dt.datetime) -> int:
    """Enter the whole sheet or nothing; a refusal names its row. Returns how many rows stood in it.

    Raises ImportRefusedError, Forbidden.
    """

    def write(batch: list[ParsedRow]) -> None:
        values = batch[0].values
        new = {key: values[key] for key in ("course_class", "name", "place", "completed")}
        more: dict[str, Any] = {"phone": values.get("phone") or "", "birth_year": values.get("birth_year")}
        try:
            import_pupil(**new, **more, by=by, at=at)
        except ValidationError as refusal:
            key = next(iter(getattr(refusal, "error_dict", {"": None})))
            raise RowRefusedError(" ".join(refusal.messages), key=key) from refusal

    nothing_changed("every row was known")
    return apply_sheet(spec, sheet, write, batch_size=1, expected_sha256=expected_sha256).rows


def _group(birth_year: int | None, on: dt.date) -> str:
    if birth_year is None:
        return AgeGroup.UNKNOWN
    return Resident(birth_year=birth_year).age_group(on)
