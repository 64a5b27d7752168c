"""Children on the school's list, what their guardians allow, and who fetches them."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people.models import Resident
from qunwen.base.people.queries import wards_of
from qunwen.base.scope import asking, context
from qunwen.base.scope.asking import Forbidden
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import Entry, SignedVia
from qunwen.services.afterschool.models import Child, Consent, PickupCode, PickupPerson, SchoolClass
from qunwen.services.afterschool.standing import require_voice

WORDING = "2026-1"  # the version of what guardians are told; it stands in the portal's page
PHONE = re.compile(r"1[3-9][0-9]{9}")
MOST_PERSONS = 6


@action
def enter_child(*, resident: Resident, school_class: SchoolClass, by: Actor, at: dt.datetime) -> Child:
    """Put a resident on the list of a class: by the school, or by a guardian who names the class.

    A child is at one school at a time; another class of the same school is a move. Raises ValidationError, Forbidden.
    """
    school = school_class.school
    row = Child.unscoped.select_for_update().filter(county=school.county, resident=resident, left_at=None).first()
    new = row or Child(county=school.county, resident=resident, school=school, place_id=school.place_id, entered_at=at)
    scope = context.current()
    if scope is not None and scope.kind == "resident":
        guardian = Resident.unscoped.filter(county=resident.county, pk=by.for_id or by.id).first()
        if guardian is None or not wards_of(guardian, at).filter(pk=resident.pk).exists():
            raise Forbidden(_("只有登记的监护人才能为孩子办理。"))
    else:
        asking.require(Permission.MANAGE, on=school)
    if resident.county != school.county:
        raise ValidationError({"resident": _("学生和学校必须在同一个县。")})
    if row is not None and row.school_id != school.pk:
        raise ValidationError({"resident": _("这名学生在另一所学校的名单上，请先由原学校办理离校。")})
    if row is not None and row.school_class_id == school_class.pk:
        nothing_changed("in this class already")
        return row
    new.school_class = school_class
    new.save()
    record(code=Entry.CHILD_ENTERED, by=by, at=at, subject=new, place=new.place_id, after={"class": school_class})
    return new


@action
def give_consent(*, child: Child, by: Actor, at: dt.datetime, guardian: Resident | None = None) -> Consent:
    """A guardian agrees on the portal, or on paper that the school has seen (then `guardian` names who signed).

    Raises ValidationError, Forbidden.
    """
    speaker = require_voice(Permission.REVIEW, child, by=by, at=at)
    signer = speaker or guardian
    if signer is None or not wards_of(signer, at).filter(pk=child.resident_id).exists():
        raise ValidationError({"guardian": _("请选择签字的监护人；还没有登记的，先到居民登记里记下监护关系。")})
    old = Consent.unscoped.filter(county=child.county, child=child, withdrawn_at=None).first()
    if old is not None:
        nothing_changed("agreed already")
        return old
    row = Consent(
        county=child.county, child=child, place_id=child.place_id, guardian=signer, wording=WORDING, given_at=at,
        via=SignedVia.PORTAL if speaker else SignedVia.PAPER,
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        code=Entry.CONSENTED, by=by, at=at, subject=row, place=row.place_id, label=_("学生"),
        after={"via": row.via, "wording": WORDING},
    )  # fmt: skip
    return row


@action
def withdraw_consent(*, consent: Consent, by: Actor, at: dt.datetime) -> Consent:
    """Take the consent back; nothing new is done for the child until it is given again. Raises Forbidden."""
    require_voice(Permission.REVIEW, consent.child, by=by, at=at)
    if consent.withdrawn_at is not None:
        nothing_changed("withdrawn already")
        return consent
    consent.withdrawn_at = at
    consent.save(update_fields=["withdrawn_at"])
    record(code=Entry.CONSENT_WITHDRAWN, by=by, at=at, subject=consent, place=consent.place_id, label=_("学生"))
    return consent


@action
def name_person(*, child: Child, name: str, relation: str, by: Actor, at: dt.datetime, phone: str = "") -> PickupPerson:
    """Name somebody who may fetch the child. Raises ValidationError at the field, Forbidden."""
    require_voice(Permission.REVIEW, child, by=by, at=at)
    name, relation, phone = name.strip(), relation.strip(), phone.strip()
    if not name:
        raise ValidationError({"name": _("请填写接送人姓名。")})
    if not relation:
        raise ValidationError({"relation": _("请填写和孩子的关系。")})
    if phone and not PHONE.fullmatch(phone):
        raise ValidationError({"phone": _("请填写 11 位手机号；没有手机的可以不填，学校会给纸质接送单。")})
    rows = PickupPerson.unscoped.filter(county=child.county, child=child, ended_at=None)
    if (old := rows.filter(name=name).first()) is not None and (old.relation, old.phone) == (relation, phone):
        nothing_changed("named already")
        return old
    if rows.count() >= MOST_PERSONS:
        raise ValidationError(_("接送人最多 %(n)d 位，请先取消不再接送的。") % {"n": MOST_PERSONS})
    row = PickupPerson(
        county=child.county, child=child, place_id=child.place_id, name=name, relation=relation, phone=phone,
        named_at=at, named_by=by.name,
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        code=Entry.PERSON_NAMED, by=by, at=at, subject=row, place=row.place_id, label=_("接送人"),
        after={"relation": relation},
    )  # fmt: skip
    return row


@action
def remove_person(*, person: PickupPerson, by: Actor, at: dt.datetime) -> PickupPerson:
    """The person no longer fetches the child; their unused codes end with it. Raises Forbidden."""
    require_voice(Permission.REVIEW, person.child, by=by, at=at)
    if person.ended_at is not None:
        nothing_changed("removed already")
        return person
    person.ended_at = at
    person.save(update_fields=["ended_at"])
    PickupCode.unscoped.filter(county=person.county, child_id=person.child_id, person=person, used_at=None).delete()
    record(code=Entry.PERSON_REMOVED, by=by, at=at, subject=person, place=person.place_id, label=_("接送人"))
    return person
