"""What reaches the school on paper: a pupil with the guardian who signed, entered by the school itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action
from qunwen.base.people import actions as people
from qunwen.base.people.errors import Refused
from qunwen.base.people.models import Resident
from qunwen.base.people.queries import wards_of
from qunwen.base.scope import asking, context
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.models import Child, SchoolClass, SchoolTerm

from .applying import Applied, Wish, apply_for
from .children import PHONE, enter_child, give_consent, name_person

YOUNGEST, OLDEST = 5, 17  # pupils of grades 1 to 9, a year or two early or late


@dataclass(frozen=True)
class Family:
    """What stands on the form about the child and the guardian who signed it."""

    name: str
    birth_year: int
    guardian: str
    relation: str
    phone: str


@action
def enter_on_paper(*, school_class: SchoolClass, family: Family, by: Actor, at: dt.datetime) -> Child:
    """Put a pupil on the list by a form a guardian signed; the signature is the consent, kept as given on paper.

    A guardian whose phone and name are known is that resident, with the children they have; others are registered
    where the school stands. The school learns nothing of a person whose name it did not know.
    Raises ValidationError at the fields, Forbidden.
    """
    school = school_class.school
    asking.require(Permission.MANAGE, on=school)
    asking.require(Permission.REVIEW, on=school)
    _check(family, at)
    with context.everything(reason="a school enters a pupil from a signed form; only rows of that form are touched"):
        guardian = _guardian(school_class, family, by=by, at=at)
        pupil = _pupil(guardian, school_class, family, by=by, at=at)
        child = enter_child(resident=pupil, school_class=school_class, by=by, at=at)
        give_consent(child=child, guardian=guardian, by=by, at=at)
        name_person(child=child, name=guardian.name, relation=family.relation, phone=guardian.phone, by=by, at=at)
    return child


def _check(family: Family, at: dt.datetime) -> None:
    wrong = {}
    if not family.name.strip():
        wrong["name"] = _("请填写学生姓名。")
    if not YOUNGEST <= at.year - family.birth_year <= OLDEST:
        wrong["birth_year"] = _("学生的出生年份应在 %(a)d 到 %(b)d 之间。") % {
            "a": at.year - OLDEST,
            "b": at.year - YOUNGEST,
        }
    if not family.guardian.strip():
        wrong["guardian"] = _("请填写签字的监护人。")
    if not family.relation.strip():
        wrong["relation"] = _("请填写和孩子的关系。")
    if family.phone and not PHONE.fullmatch(family.phone):
        wrong["phone"] = _("请填写 11 位手机号；没有手机的不填。")
    if wrong:
        raise ValidationError(wrong)


def _guardian(school_class: SchoolClass, family: Family, *, by: Actor, at: dt.datetime) -> Resident:
    name, phone = family.guardian.strip(), family.phone.strip()
    if phone:
        rows = Resident.unscoped.filter(county=school_class.county, phone=phone, active=True)
        if (known := rows.first()) is not None:
            if known.name != name:
                raise ValidationError({"phone": _("这个手机号登记的是另一个人，请和家长核对姓名和号码。")})
            return known
    else:
        # Without a phone nobody but the family on this school's list can be known.
        tied = Child.unscoped.filter(
            county=school_class.county, school=school_class.school, left_at=None, resident__name=family.name.strip(),
            resident__birth_year=family.birth_year, consents__guardian__name=name, consents__withdrawn_at=None,
        )  # fmt: skip
        if (row := tied.order_by("pk").first()) is not None:
            found: Resident = row.consents.get(withdrawn_at=None).guardian
            return found
    try:
        return people.register_resident(name=name, place=school_class.school.place, phone=phone, by=by, at=at)
    except Refused as refused:
        raise ValidationError({"phone": str(refused)}) from refused


def _pupil(
    guardian: Resident, school_class: SchoolClass, family: Family, *, by: Actor, at: dt.datetime
) -> Resident:  # fmt: skip
    name = family.name.strip()
    known = wards_of(guardian, at).filter(name=name, birth_year=family.birth_year).first()
    if known is not None:
        return known
    pupil = people.register_resident(
        name=name, place=school_class.school.place, birth_year=family.birth_year, household=guardian.household, by=by,
        at=at,
    )  # fmt: skip
    people.record_guardian(guardian=guardian, ward=pupil, relation=family.relation, by=by, at=at)
    return pupil


@action
def apply_on_paper(*, wish: Wish, term: SchoolTerm, key: str, by: Actor, at: dt.datetime) -> Applied:
    """Enter a form that a guardian handed in for a pupil of the list; it goes the same way as any other.

    Raises ValidationError for what cannot be, Forbidden.
    """
    asking.require(Permission.REVIEW, on=wish.child)
    (answer,) = apply_for(wishes=[wish], term=term, key=key, by=by, at=at, on_paper=True)
    if answer.refusal is not None:
        raise answer.refusal
    return answer
