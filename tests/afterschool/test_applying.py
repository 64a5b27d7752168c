"""From application over class and school to the agreement; two children in one go; guardians only."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.people.models import Resident
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.services.afterschool import actions, queries
from qunwen.services.afterschool.errors import CareRefused
from qunwen.services.afterschool.models import Agreement, Application, Child, Session
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings.models import Booking, Bucket

from .town import COUNTY, HEAD, MONDAY, TEACHER, clock

pytestmark = pytest.mark.django_db


def test_two_children_in_one_go_one_gets_the_place_one_waits(school):
    club = school.club(size=1)
    guardian, kids = school.family(2)
    applied = school.apply(guardian, kids, activities=[club])
    assert [row.application.state for row in applied] == ["applied", "applied"]
    assert [answer.booking.state for row in applied for answer in row.answers] == ["confirmed", "waiting"]
    assert Bucket.unscoped.get(subject_id=club.pk).taken == 1


def test_a_second_press_of_the_button_changes_nothing(school):
    club = school.club(size=2)
    guardian, kids = school.family(2)
    first = school.apply(guardian, kids, activities=[club])
    again = school.apply(guardian, kids, activities=[club])
    assert [row.application.pk for row in again] == [row.application.pk for row in first]
    assert (Application.unscoped.count(), Booking.unscoped.count()) == (2, 2)


def test_one_childs_refusal_does_not_undo_the_other(school):
    guardian, kids = school.family(2)
    school.apply(guardian, kids[:1], key="earlier")
    applied = school.apply(guardian, kids, key="both")
    assert applied[0].refusal.messages == [f"{kids[0].resident.name}本学期已经申请过了，不用再交。"]
    assert applied[1].application.state == "applied"


def test_without_a_guardians_consent_nothing_is_done(school):
    guardian, (child,) = school.family()
    wish = actions.Wish(child, "01234")
    (answer,) = school.parent(guardian, actions.apply_for, wishes=[wish], term=school.term, key="k")
    assert answer.application is None
    assert "请先阅读告知并同意" in answer.refusal.messages[0]


def test_a_stranger_cannot_apply_for_somebody_elses_child(school):
    _guardian, (child,) = school.family()
    stranger, _own = school.family(phone="13800000009")
    with pytest.raises(Forbidden):
        school.parent(stranger, actions.give_consent, child=child)
    with pytest.raises(Forbidden):
        school.parent(stranger, actions.apply_for, wishes=[actions.Wish(child, "0")], term=school.term, key="k")


def test_a_child_with_a_phone_does_not_speak_for_itself(school):
    _guardian, (child,) = school.family()
    with pytest.raises(Forbidden):
        school.parent(child.resident, actions.give_consent, child=child)


def test_children_are_seen_by_their_guardian_and_by_nobody_else(school):
    guardian, kids = school.family(2)
    stranger, _own = school.family(phone="13800000009")

    def seen(scope):
        with context.opened(scope):
            return set(Child.objects.filter(county=COUNTY, school=school.school).values_list("pk", flat=True))

    with context.everything(reason="test"):
        mine = context.resident(frozenset({guardian.pk, *(k.resident_id for k in kids)}), county=COUNTY)
        other = context.resident(frozenset({stranger.pk}), county=COUNTY)
    assert seen(mine) == {kid.pk for kid in kids}
    assert seen(other) == set()
    assert seen(context.PUBLIC) == set()


def test_the_way_is_class_then_school_then_agreement(school):
    guardian, kids = school.family()
    (row,) = school.apply(guardian, kids)
    application = row.application
    with pytest.raises(CareRefused, match="待班级审核"):
        school.do(actions.pass_school, application=application, by=HEAD)
    with pytest.raises(CareRefused, match="待班级审核"):
        school.parent(guardian, actions.sign_agreement, application=application)
    school.do(actions.pass_class, application=application, by=TEACHER)
    with pytest.raises(CareRefused, match="不能是同一个人"):
        school.do(actions.pass_school, application=application, by=TEACHER)
    school.do(actions.pass_school, application=application, by=HEAD)
    school.parent(guardian, actions.sign_agreement, application=application)
    assert school.state(application) == "agreed"


def test_the_agreement_is_a_paper_with_its_hash_and_has_versions(school):
    club = school.club(size=1)
    guardian, kids = school.family()
    (row,) = school.apply(guardian, kids, activities=[club])
    first = school.agree(guardian, row.application)
    second = school.parent(guardian, actions.sign_agreement, application=row.application, weekdays="02")
    assert [first.version, second.version] == [1, 2]
    kept = Agreement.unscoped.get(pk=second.pk)
    assert hashlib.sha256(bytes(kept.paper)).hexdigest() == kept.sha256
    text = zipfile.ZipFile(io.BytesIO(bytes(kept.paper))).read("word/document.xml").decode()
    assert [word in text for word in ("龙泉小学", kids[0].resident.name, "周一、周三", "《剪纸》")] == [True] * 4
    assert Agreement.unscoped.get(replaced_at=None).pk == second.pk
    with context.everything(reason="test"):
        assert queries.agreement_of(kids[0], MONDAY).pk == second.pk
        assert queries.agreement_of(kids[0], MONDAY + dt.timedelta(days=1)) is None


def test_a_refusal_has_a_reason_and_gives_the_place_to_the_next(school):
    club = school.club(size=1)
    guardian, kids = school.family()
    (row,) = school.apply(guardian, kids, activities=[club])
    other, others = school.family(phone="13800000009")
    (waits,) = school.apply(other, others, activities=[club], key="k2")
    with pytest.raises(ValidationError):
        school.do(actions.refuse, application=row.application, reason=" ")
    school.do(actions.refuse, application=row.application, reason="学生已转学")
    assert school.state(row.application) == "refused"
    assert Booking.unscoped.get(pk=waits.answers[0].booking.pk).state == "offered"


def test_who_leaves_in_the_term_is_not_expected_any_more(school):
    homework = school.activity()
    guardian, (child,) = school.enrolled()
    application = Application.unscoped.get(child=child)
    school.parent(guardian, actions.withdraw, application=application, at=clock(9))
    _session, rolls = school.open(homework)
    assert rolls == {}
    assert school.state(application) == "withdrawn"


def test_a_place_kept_for_a_group_goes_to_who_is_certified(school):
    club = school.club(size=2, kept=1, kept_for="left_behind")
    ordinary, two = school.family(2)
    school.apply(ordinary, two, activities=[club])
    guardian, (child,) = school.family(phone="13800000009")
    school.do(
        bookings.certify_group, resident=child.resident, group="left_behind", basis="村委会证明",
        since=dt.date(2026, 1, 1),
    )  # fmt: skip
    (row,) = school.apply(guardian, [child], activities=[club], key="k2")
    assert (row.answers[0].booking.state, row.application.groups) == ("confirmed", "left_behind")
    assert sorted(Bucket.unscoped.filter(subject_id=club.pk).values_list("kept_for", "taken")) == [
        ("", 1), ("left_behind", 1),
    ]  # fmt: skip


def test_only_children_with_a_place_are_on_an_activitys_roll(school):
    club = school.club(size=1)
    guardian, kids = school.family(2)
    for row in school.apply(guardian, kids, activities=[club]):
        school.agree(guardian, row.application)
    _session, rolls = school.open(club)
    assert list(rolls) == [kids[0].pk]


@pytest.mark.parametrize("weekdays", ["", "5", "00", "x"])
def test_weekdays_are_monday_to_friday(school, weekdays):
    guardian, kids = school.family()
    (row,) = school.apply(guardian, kids, weekdays=weekdays)
    assert row.refusal.messages == [f"请为{kids[0].resident.name}选择星期几参加。"]


def test_after_the_closing_date_only_the_school_enters_paper(school):
    guardian, kids = school.family()
    late = school.at + dt.timedelta(days=3)
    school.parent(guardian, actions.give_consent, child=kids[0])
    wish = actions.Wish(kids[0], "01234")
    (row,) = school.parent(guardian, actions.apply_for, wishes=[wish], term=school.term, key="k", at=late)
    assert row.refusal.messages == ["现在不在申请时间内，请联系学校。"]
    (row,) = school.do(actions.apply_for, wishes=[wish], term=school.term, key="p", at=late, on_paper=True)
    assert row.application.state == "applied"


def test_withdrawn_consent_stops_the_agreement(school):
    guardian, kids = school.family()
    (row,) = school.apply(guardian, kids)
    school.do(actions.pass_class, application=row.application, by=TEACHER)
    school.do(actions.pass_school, application=row.application, by=HEAD)
    with context.everything(reason="test"):
        consent = kids[0].consents.get()
    school.parent(guardian, actions.withdraw_consent, consent=consent)
    with pytest.raises(CareRefused, match="同意"):
        school.parent(guardian, actions.sign_agreement, application=row.application)


def test_complaints_are_made_by_parents_of_the_school_and_answered_once(school):
    guardian, _kids = school.family()
    stranger = Resident.unscoped.get(pk=guardian.pk)
    row = school.parent(
        guardian, actions.complain, school=school.school, kind="fee", text="多收了一天的费用", resident=stranger
    )
    school.do(actions.answer_complaint, complaint=row, answer="已核对并退费")
    with pytest.raises(CareRefused):
        school.do(actions.answer_complaint, complaint=row, answer="再答一次吧")


def test_sessions_lie_on_service_days_only(school):
    homework = school.activity()
    days = set(Session.unscoped.filter(activity=homework).values_list("day", flat=True))
    # 清明 4 月 6 日（周一）放假；5 月 9 日（周六）为劳动节调休上班。
    assert [dt.date(2026, 4, 6) in days, dt.date(2026, 5, 9) in days, dt.date(2026, 3, 14) in days] == [
        False, True, False,
    ]  # fmt: skip
