"""The network of schools, its terms, what is taught and by whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import start_of
from qunwen.base.scope.codes import county_of
from qunwen.services.rooms import actions as rooms
from qunwen.services.rooms.enums import Kind
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import Entry, LessonState, SchoolKind
from qunwen.services.school.models import Agreement, CourseClass, Discipline, Lesson, School, Subject, Teacher, Term

MOST_HOURS = 800


@action
def open_school(
    *, name: str, kind: str, place: Place, unit: Unit, opened_on: dt.date, by: Actor, at: dt.datetime,
    parent: School | None = None, **details: Any,
) -> School:  # fmt: skip
    """Put a headquarters, branch or teaching point on the register. `details`: venue, address, phone.

    Raises ValidationError (name taken, no or wrong school above), Forbidden.
    """
    school = School(
        county=county_of(place.pk), name=name.strip(), kind=kind, place=place, unit=unit, opened_on=opened_on,
        parent=parent, **details,
    )  # fmt: skip
    asking.require(Permission.MANAGE, on=school)
    if not school.name:
        raise ValidationError({"name": _("请填写名称。")})
    if School.unscoped.filter(county=school.county, name=school.name, closed_on=None).exists():
        raise ValidationError({"name": _("已有同名的学校或教学点。")})
    if (kind == SchoolKind.HEADQUARTERS) != (parent is None):
        raise ValidationError({"parent": _("分校和教学点要选上级学校，总校没有上级学校。")})
    if parent is not None and parent.kind == SchoolKind.POINT:
        raise ValidationError({"parent": _("教学点下面不再设学校，请选总校或分校。")})
    school.save(force_insert=True)
    record(
        code=Entry.SCHOOL_OPENED, by=by, at=at, subject=school, place=place.pk,
        after={"kind": kind, "name": school.name, "opened_on": opened_on},
    )  # fmt: skip
    touch(county=school.county, day=opened_on, onward=True, feed="school.school")
    return school


@action
def close_school(*, school: School, on: dt.date, by: Actor, at: dt.datetime) -> School:
    """Take a school off the register from a day on; its records stay. Raises ValidationError, Forbidden."""
    asking.require(Permission.MANAGE, on=school)
    if school.closed_on is not None:
        nothing_changed("closed already")
        return school
    if on < school.opened_on:
        raise ValidationError({"on": _("撤销日期不能早于设立日期。")})
    if CourseClass.unscoped.filter(county=school.county, school=school, state="published").exists():
        raise ValidationError(_("这里还有没结业的班级，请先办理结业或停办。"))
    if School.unscoped.filter(county=school.county, parent=school, closed_on=None).exists():
        raise ValidationError(_("它下面还有学校或教学点，请先改到别处或撤销。"))
    school.closed_on = on
    school.save(update_fields=["closed_on"])
    record(code=Entry.SCHOOL_CLOSED, by=by, at=at, subject=school, place=school.place_id, after={"closed_on": on})
    touch(county=school.county, day=on, onward=True, feed="school.school")
    return school


@action
def sign_agreement(
    *, school: School, partner: str, terms: str, signed_on: dt.date, valid_from: dt.date, valid_to: dt.date, by: Actor,
    at: dt.datetime,
) -> Agreement:  # fmt: skip
    """Note a new version of the agreement with a teaching point; earlier versions stay as they were.

    Raises ValidationError at the field, Forbidden.
    """
    asking.require(Permission.MANAGE, on=school)
    if school.kind != SchoolKind.POINT:
        raise ValidationError(_("只有教学点要签协议。"))
    if not partner.strip():
        raise ValidationError({"partner": _("请写明与谁签订。")})
    if valid_to <= valid_from:
        raise ValidationError({"valid_to": _("失效日期要晚于生效日期。")})
    earlier = Agreement.unscoped.filter(county=school.county, school=school)
    agreement = Agreement(
        county=school.county, school=school, place_id=school.place_id, version=earlier.count() + 1,
        partner=partner.strip(), terms=terms.strip(), signed_on=signed_on, valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    agreement.save(force_insert=True)
    record(
        code=Entry.AGREEMENT_SIGNED, by=by, at=at, subject=agreement, place=school.place_id,
        after={"version": agreement.version, "partner": agreement.partner, "valid_from": valid_from, "valid_to": valid_to},
    )  # fmt: skip
    return agreement


@action
def set_term(
    *, place: Place, name: str, season: str, starts_on: dt.date, ends_on: dt.date, by: Actor, at: dt.datetime,
    per_person: int = 2,
) -> Term:  # fmt: skip
    """Set up a term of the county: [starts_on, ends_on). Raises ValidationError at the field, Forbidden."""
    asking.require(Permission.MANAGE, place=place.pk)
    county = county_of(place.pk)
    _check_term(county, name, starts_on, ends_on, per_person=per_person)
    term = Term(
        county=county, place=place, name=name.strip(), season=season, starts_on=starts_on, ends_on=ends_on,
        per_person=per_person,
    )  # fmt: skip
    term.save(force_insert=True)
    record(
        code=Entry.TERM_SET, by=by, at=at, subject=term, place=place.pk,
        after={"name": term.name, "starts_on": starts_on, "ends_on": ends_on, "per_person": per_person},
    )  # fmt: skip
    return term


@action
def change_term(*, term: Term, name: str, ends_on: dt.date, per_person: int, by: Actor, at: dt.datetime) -> Term:
    """Rename a term, let it end on another day, allow more or fewer classes a person (for classes published from now on).

    Raises ValidationError at the field (a lesson would lie after the end, name taken), Forbidden.
    """
    asking.require(Permission.MANAGE, on=term)
    _check_term(term.county, name, term.starts_on, ends_on, per_person=per_person, but=term)
    late = Lesson.unscoped.filter(county=term.county, course_class__term=term, ends_at__gt=start_of(ends_on))
    if late.exclude(state=LessonState.CANCELLED).exists():
        raise ValidationError({"ends_on": _("那天以后还有排好的课，请先调课或停课。")})
    before, after = changes(term, {"name": name.strip(), "ends_on": ends_on, "per_person": per_person})
    if not after:
        nothing_changed("same values")
        return term
    for key, value in after.items():
        setattr(term, key, value)
    term.save(update_fields=list(after))
    record(code=Entry.TERM_SET, by=by, at=at, subject=term, place=term.place_id, before=before, after=after)
    return term


def _check_term(
    county: str, name: str, starts_on: dt.date, ends_on: dt.date, *, per_person: int, but: Term | None = None
) -> None:
    if not name.strip():
        raise ValidationError({"name": _("请填写学期名称。")})
    if ends_on <= starts_on:
        raise ValidationError({"ends_on": _("结束日期要晚于开始日期。")})
    if not 1 <= per_person <= 20:
        raise ValidationError({"per_person": _("每人至多班数在 1 到 20 之间。")})
    others = Term.unscoped.filter(county=county, name=name.strip()).exclude(pk=but.pk if but else None)
    if others.exists():
        raise ValidationError({"name": _("已有同名的学期。")})


@action
def add_discipline(*, place: Place, name: str, by: Actor, at: dt.datetime, order: int = 100) -> Discipline:
    """Add a field of teaching to the county's list. Raises ValidationError at the field, Forbidden."""
    asking.require(Permission.MANAGE, place=place.pk)
    county = county_of(place.pk)
    if Discipline.unscoped.filter(county=county, name=name.strip()).exists():
        raise ValidationError({"name": _("已有这个门类。")})
    row = Discipline(county=county, place=place, name=name.strip(), order=order)
    row.save(force_insert=True)
    record(code=Entry.SUBJECT_ADDED, by=by, at=at, subject=row, place=place.pk, after={"name": row.name})
    return row


@action
def add_subject(
    *, discipline: Discipline, name: str, by: Actor, at: dt.datetime, summary: str = "", age_from: int | None = None,
    age_to: int | None = None,
) -> Subject:  # fmt: skip
    """Add what is taught within a field, for whom by age (years, both ends included). Raises ValidationError, Forbidden."""
    asking.require(Permission.MANAGE, place=discipline.place_id)
    if age_from is not None and age_to is not None and age_to < age_from:
        raise ValidationError({"age_to": _("最大年龄不能小于最小年龄。")})
    rows = Subject.unscoped.filter(county=discipline.county, discipline=discipline, name=name.strip())
    if rows.exists():
        raise ValidationError({"name": _("这个门类里已有这个科目。")})
    row = Subject(
        county=discipline.county, place_id=discipline.place_id, discipline=discipline, name=name.strip(),
        summary=summary.strip(), age_from=age_from, age_to=age_to,
    )  # fmt: skip
    row.save(force_insert=True)
    record(code=Entry.SUBJECT_ADDED, by=by, at=at, subject=row, place=row.place_id, after={"name": row.name})
    return row


@action
def add_teacher(
    *,
    name: str,
    place: Place,
    unit: Unit,
    by: Actor,
    at: dt.datetime,
    most_hours: int = 120,
) -> Teacher:
    """Put a teacher on the list, and their time among what can be reserved.

    `most_hours`: lesson hours of 45 minutes a term at most. Raises ValidationError, Forbidden.
    """
    teacher = Teacher(county=county_of(place.pk), name=name.strip(), place=place, unit=unit, most_hours=most_hours)
    asking.require(Permission.MANAGE, on=teacher)
    if not teacher.name:
        raise ValidationError({"name": _("请填写姓名。")})
    teacher.resource = rooms.add_resource(place=place, unit=unit, kind=Kind.TEACHER, title=teacher.name, by=by, at=at)
    teacher.save(force_insert=True)
    record(code=Entry.TEACHER_ADDED, by=by, at=at, subject=teacher, place=place.pk, after={"most_hours": most_hours})
    return teacher


@action
def change_teacher(*, teacher: Teacher, most_hours: int, active: bool, by: Actor, at: dt.datetime) -> Teacher:
    """Change how many hours a term somebody teaches at most, or that they teach no more.

    Raises ValidationError while somebody who leaves still has lessons to give, Forbidden.
    """
    asking.require(Permission.MANAGE, on=teacher)
    if not 1 <= most_hours <= MOST_HOURS:
        raise ValidationError({"most_hours": _("课时在 1 到 %(most)s 之间。") % {"most": MOST_HOURS}})
    before, after = changes(teacher, {"most_hours": most_hours, "active": active})
    if not after:
        nothing_changed("same values")
        return teacher
    if not active and (row := _still_teaching(teacher, at)) is not None:
        raise ValidationError(
            {"active": _("还有没上完的课（%(title)s），请先换教师。") % {"title": row.course_class.title}}
        )
    for name, value in after.items():
        setattr(teacher, name, value)
    teacher.save(update_fields=list(after))
    if teacher.resource is not None and "active" in after:
        rooms.change_resource(resource=teacher.resource, new={"active": active}, by=by, at=at)
    record(
        code=Entry.TEACHER_CHANGED, by=by, at=at, subject=teacher, place=teacher.place_id, before=before, after=after
    )
    return teacher


def _still_teaching(teacher: Teacher, at: dt.datetime) -> Lesson | None:
    rows = Lesson.unscoped.select_related("course_class").filter(
        county=teacher.county, course_class__teacher=teacher, state=LessonState.PLANNED, starts_at__gt=at
    )
    return rows.order_by("starts_at", "pk").first()
