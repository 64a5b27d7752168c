"""Schools with their terms and classes, tutors and what was checked of them."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import county_of
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import CheckKind, Entry, Locality, Provider, Stage
from qunwen.services.afterschool.models import School, SchoolClass, SchoolTerm, Tutor, TutorCheck


@action
def enter_school(
    *, name: str, place: Place, unit: Unit, by: Actor, at: dt.datetime, stage: str = Stage.PRIMARY,
    locality: str = Locality.TOWN, phone: str = "",
) -> School:  # fmt: skip
    """Put a school on the list. Raises ValidationError at the field, Forbidden."""
    asking.require(Permission.MANAGE, place=place.pk, unit=unit.pk)
    school = School(
        county=county_of(place.pk),
        place=place,
        unit=unit,
        name=name.strip(),
        stage=stage,
        locality=locality,
        phone=phone,
    )
    school.full_clean(validate_unique=False, validate_constraints=False)
    if School.unscoped.filter(county=school.county, name=school.name, active=True).exists():
        raise ValidationError({"name": _("已有同名的学校。")})
    school.save(force_insert=True)
    record(code=Entry.SCHOOL_ENTERED, by=by, at=at, subject=school, place=place.pk, after={"name": school.name})
    return school


@action
def set_term(
    *, school: School, name: str, starts_on: dt.date, ends_on: dt.date, apply_opens_at: dt.datetime,
    apply_closes_at: dt.datetime, by: Actor, at: dt.datetime,
) -> SchoolTerm:  # fmt: skip
    """A term of the school, both days included, and when parents apply. Raises ValidationError, Forbidden."""
    asking.require(Permission.MANAGE, on=school)
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("结束日期不能早于开始日期。")})
    if apply_closes_at <= apply_opens_at:
        raise ValidationError({"apply_closes_at": _("截止申请的时间要晚于开始申请的时间。")})
    if SchoolTerm.unscoped.filter(county=school.county, school=school, name=name.strip()).exists():
        raise ValidationError({"name": _("这所学校已有同名的学期。")})
    same_days = SchoolTerm.unscoped.filter(
        county=school.county, school=school, starts_on__lte=ends_on, ends_on__gte=starts_on
    )
    if same_days.exists():
        raise ValidationError({"starts_on": _("和已有的学期日期重叠。")})
    term = SchoolTerm(
        county=school.county, school=school, place_id=school.place_id, name=name.strip(), starts_on=starts_on,
        ends_on=ends_on, apply_opens_at=apply_opens_at, apply_closes_at=apply_closes_at,
    )  # fmt: skip
    term.full_clean(validate_unique=False, validate_constraints=False)
    term.save(force_insert=True)
    record(
        code=Entry.TERM_SET, by=by, at=at, subject=term, place=term.place_id,
        after={"name": term.name, "starts_on": starts_on, "ends_on": ends_on},
    )  # fmt: skip
    return term


@action
def set_class(
    *, school: School, name: str, grade: int, by: Actor, at: dt.datetime, teacher: Staff | None = None
) -> SchoolClass:
    """Add a class, or say who its teacher is and which grade. Raises ValidationError at the field, Forbidden."""
    asking.require(Permission.MANAGE, on=school)
    if teacher is not None and teacher.unit_id != school.unit_id:
        raise ValidationError({"teacher": _("班主任要是本校的人员。")})
    row = SchoolClass.unscoped.filter(county=school.county, school=school, name=name.strip()).first()
    row = row or SchoolClass(county=school.county, school=school, place_id=school.place_id, name=name.strip())
    row.grade, row.teacher = grade, teacher
    row.full_clean(validate_unique=False, validate_constraints=False)
    if not 1 <= grade <= 9:
        raise ValidationError({"grade": _("年级在 1 到 9 之间。")})
    row.save()
    record(
        code=Entry.CLASS_SET, by=by, at=at, subject=row, place=row.place_id, after={"grade": grade, "teacher": teacher}
    )
    return row


@action
def enter_tutor(
    *, school: School, name: str, provider: str, by: Actor, at: dt.datetime, organisation: str = "", phone: str = ""
) -> Tutor:
    """Put somebody who leads activities on the school's list. Raises ValidationError at the field, Forbidden."""
    asking.require(Permission.MANAGE, on=school)
    tutor = Tutor(
        county=school.county, school=school, place_id=school.place_id, name=name.strip(), provider=provider,
        organisation=organisation.strip(), phone=phone.strip(),
    )  # fmt: skip
    tutor.full_clean(validate_unique=False, validate_constraints=False)
    if provider == Provider.OUTSIDE and not tutor.organisation:
        raise ValidationError({"organisation": _("校外人员请写明所属机构（个人请写“个人”）。")})
    tutor.save(force_insert=True)
    record(code=Entry.TUTOR_ENTERED, by=by, at=at, subject=tutor, place=tutor.place_id, after={"provider": provider})
    return tutor


@action
def check_tutor(
    *, tutor: Tutor, kind: str, checked_on: dt.date, valid_until: dt.date, basis: str, by: Actor, at: dt.datetime
) -> TutorCheck:
    """Note that a paper of the tutor was looked at and until when it holds. Raises ValidationError, Forbidden."""
    asking.require(Permission.MANAGE, on=tutor)
    if kind not in CheckKind.values:
        raise ValidationError({"kind": _("没有这个核查项目。")})
    if valid_until < checked_on:
        raise ValidationError({"valid_until": _("有效期不能早于核查日期。")})
    if not basis.strip():
        raise ValidationError({"basis": _("请写明文号或证书号。")})
    row = TutorCheck(
        county=tutor.county, tutor=tutor, place_id=tutor.place_id, kind=kind, checked_on=checked_on,
        valid_until=valid_until, basis=basis.strip(), checked_by=by.name,
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        code=Entry.TUTOR_CHECKED, by=by, at=at, subject=tutor, place=tutor.place_id,
        after={"check": kind, "valid_until": valid_until},
    )  # fmt: skip
    return row
