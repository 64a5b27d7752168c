"""At the end: completion is judged, certificates issued, pupils and inspectors say what it was like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking, context
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.clock import day_of
from qunwen.services.bookings import codes
from qunwen.services.school import judging, queries
from qunwen.services.school.access import Permission
from qunwen.services.school.definitions import form_for, rule_of
from qunwen.services.school.enums import ClassState, Entry, PupilState
from qunwen.services.school.errors import NotFinished
from qunwen.services.school.models import Assessment, Certificate, CourseClass, Pupil, QualitySheet, Satisfaction

FEED = "school.pupil"


@action
def assess(*, pupil: Pupil, mark: int | None, by: Actor, at: dt.datetime, note: str = "") -> Assessment:
    """Note a pupil's mark (of 100) and judge completion by the class's rule; again until the class has ended.

    Raises NotFinished, Forbidden.
    """
    asking.require(Permission.TEACH, on=pupil)
    if pupil.state != PupilState.ENROLLED:
        raise NotFinished(_("%(name)s现在是“%(state)s”，不再考核。") % {
            "name": pupil.name, "state": pupil.get_state_display(),
        })  # fmt: skip
    if mark is not None and not 0 <= mark <= 100:
        raise NotFinished({"mark": _("成绩在 0 到 100 之间。")})
    counted = queries.attendance_of([pupil]).get(pupil.pk, (0, 0))
    rule = rule_of(pupil.course_class.rule)
    result, why = judging.judge(rule, came=counted[0], held=counted[1], mark=mark)
    new = {
        "mark": mark, "came": counted[0], "held": counted[1], "rule": pupil.course_class.rule, "result": result,
        "why": why[:200], "note": note.strip()[:200], "assessed_at": at, "assessed_by": by.name,
    }  # fmt: skip
    row = Assessment.unscoped.filter(county=pupil.county, pupil=pupil).first()
    if row is None:
        row = Assessment(county=pupil.county, pupil=pupil, place_id=pupil.place_id, **new)
        row.save(force_insert=True)
    else:
        for name, value in new.items():
            setattr(row, name, value)
        row.save(update_fields=list(new))
    record(
        code=Entry.ASSESSED, by=by, at=at, subject=row, place=row.place_id, label=str(pupil.course_class),
        after={"result": result, "came": counted[0], "held": counted[1], "mark": mark, "rule": row.rule},
    )  # fmt: skip
    return row


@action
def issue_certificates(*, course_class: CourseClass, by: Actor, at: dt.datetime) -> list[Certificate]:
    """Issue a certificate to everybody who has completed the class and has none yet. Raises NotFinished, Forbidden."""
    asking.require(Permission.CERTIFY, on=course_class)
    if course_class.state != ClassState.COMPLETED:
        raise NotFinished(_("先办理班级结业，再颁发证书。"))
    county = course_class.county
    have = Certificate.unscoped.filter(county=county, pupil__course_class=course_class, revoked_at=None)
    done = set(have.values_list("pupil_id", flat=True))
    pupils = Pupil.unscoped.filter(county=county, course_class=course_class, state=PupilState.COMPLETED)
    wanted = [pupil for pupil in pupils.order_by("name", "pk") if pupil.pk not in done]
    if not wanted:
        nothing_changed("everybody has one")
        return []
    year = day_of(at).year
    first = Certificate.unscoped.filter(county=county, number__startswith=f"{county}-{year}-").count() + 1
    made = []
    for serial, pupil in enumerate(wanted, start=first):
        row = Certificate(
            county=county, pupil=pupil, place_id=course_class.place_id, number=f"{county}-{year}-{serial:05}",
            code=codes.fresh(), name=pupil.name, title=f"{course_class.term} {course_class.title}"[:120],
            school=course_class.school.name, issued_at=at, issued_by=by.name,
        )  # fmt: skip
        row.save(force_insert=True)
        made.append(row)
        record(
            code=Entry.CERTIFIED, by=by, at=at, subject=row, place=row.place_id, after={"number": row.number},
        )  # fmt: skip
    touch(county=county, day=day_of(at), feed="school.certificate")
    return made


@action
def revoke_certificate(*, certificate: Certificate, reason: str, by: Actor, at: dt.datetime) -> Certificate:
    """Make a certificate invalid, with the reason that a verifier is told. Raises NotFinished, Forbidden."""
    asking.require(Permission.CERTIFY, on=certificate)
    if certificate.revoked_at is not None:
        nothing_changed("revoked already")
        return certificate
    if not reason.strip():
        raise NotFinished({"reason": _("请写明作废原因，查验的人会看到。")})
    certificate.revoked_at = at
    certificate.revoked_because = reason.strip()[:200]
    certificate.save(update_fields=["revoked_at", "revoked_because"])
    record(
        code=Entry.CERTIFICATE_REVOKED, by=by, at=at, subject=certificate, place=certificate.place_id,
        after={"number": certificate.number, "reason": certificate.revoked_because},
    )  # fmt: skip
    touch(county=certificate.county, day=day_of(certificate.issued_at), feed="school.certificate")
    return certificate


@action
def rate(*, pupil: Pupil, score: int, by: Actor, at: dt.datetime, words: str = "") -> Satisfaction:
    """What a pupil who came to at least one lesson says of the class, 1 to 5; a new answer replaces the old.

    Raises NotFinished (never came, no such score), Forbidden.
    """
    scope = context.current()
    if by.kind == ActorKind.RESIDENT and scope is not None and pupil.resident_id not in scope.residents:
        raise Forbidden(_("只能评价自己和家人上过的课。"))
    if by.kind != ActorKind.RESIDENT:
        asking.require(Permission.TEACH, on=pupil)
    if not 1 <= score <= 5:
        raise NotFinished({"score": _("请选 1 到 5 分。")})
    if queries.attendance_of([pupil]).get(pupil.pk, (0, 0))[0] < 1:
        raise NotFinished(_("上过课的学员才能评价。"))
    row = Satisfaction.unscoped.filter(county=pupil.county, pupil=pupil).first()
    if row is None:
        row = Satisfaction(
            county=pupil.county, course_class=pupil.course_class, pupil=pupil, place_id=pupil.place_id, score=score,
            words=words.strip()[:300], rated_at=at,
        )  # fmt: skip
        row.save(force_insert=True)
    elif (row.score, row.words) == (score, words.strip()[:300]):
        nothing_changed("same answer")
        return row
    else:
        row.score, row.words, row.rated_at = score, words.strip()[:300], at
        row.save(update_fields=["score", "words", "rated_at"])
    # Who said it stays with the row; the journal says only that the class was rated.
    record(
        code=Entry.RATED, by=by, at=at, subject=pupil.course_class, place=pupil.course_class.place_id,
        after={"score": score},
    )  # fmt: skip
    touch(county=pupil.county, day=day_of(at), feed="school.satisfaction")
    return row


@action
def note_quality(
    *, course_class: CourseClass, visited_on: dt.date, answers: Mapping[str, int], by: Actor, at: dt.datetime,
    remarks: str = "",
) -> QualitySheet:  # fmt: skip
    """Keep an inspector's sheet: points by question of the form in force on the day of the visit.

    Raises NotFinished at the question, Forbidden.
    """
    asking.require(Permission.INSPECT, on=course_class)
    form = form_for(visited_on)
    if form is None:
        raise NotFinished({"visited_on": _("那一天还没有听课评价表。")})
    wrong = {
        question.key: _("请给 0 到 %(most)s 分。") % {"most": question.most}
        for question in form.questions
        if not isinstance(answers.get(question.key), int) or not 0 <= answers[question.key] <= question.most
    }
    if visited_on > day_of(at):
        wrong["visited_on"] = _("听课日期不能晚于今天。")
    if wrong:
        raise NotFinished(wrong)
    kept = {question.key: answers[question.key] for question in form.questions}
    row = QualitySheet(
        county=course_class.county, course_class=course_class, place_id=course_class.place_id, form=form.code,
        visited_on=visited_on, answers=kept, points=sum(kept.values()), most=form.most, remarks=remarks.strip()[:400],
        filled_at=at, filled_by_id=by.id if by.kind == ActorKind.STAFF else None,
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        code=Entry.QUALITY_NOTED, by=by, at=at, subject=row, place=row.place_id,
        after={"form": form.code, "points": row.points},
    )  # fmt: skip
    return row
