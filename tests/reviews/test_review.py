"""The way of a submission: handed in, decided step by step, sent back, taken back, urged."""

import datetime as dt
import threading

import pytest
from django.db import connections

from qunwen.base.journal.models import JournalEntry
from qunwen.base.reviews import actions, kinds, queries
from qunwen.base.reviews.access import Permission
from qunwen.base.reviews.actions import AlreadyDecided, ReviewRefused
from qunwen.base.reviews.enums import State
from qunwen.base.reviews.models import ReviewItem, ReviewStep
from qunwen.base.scope import asking

from .conftest import FIRST, KIND, STEPS, actor, scoped

HOUR = dt.timedelta(hours=1)


def codes():
    return list(JournalEntry.unscoped.order_by("id").values_list("code", flat=True))


def test_two_steps_to_approval(hand_in, unit, town, county, at):
    item = hand_in()
    assert (item.state, item.step, item.steps_total, item.step_label, item.at_place) == (
        "waiting", 1, 2, "镇里审核", "510112001",
    )  # fmt: skip
    with scoped("510112001"):
        actions.approve(item=item, token="1.1", by=town, at=at + HOUR)
    assert (item.state, item.step, item.at_place) == ("waiting", 2, "510112")
    with scoped("510112"):
        actions.approve(item=item, token="1.2", by=county, at=at + 4 * HOUR)
    assert (item.state, item.decided_at) == ("approved", at + 4 * HOUR)
    assert codes() == ["reviews.item.submitted", "reviews.item.approved_step", "reviews.item.approved"]
    last = JournalEntry.unscoped.order_by("id").last()
    assert (last.subject_type, last.subject_id, last.subject_label, last.county) == (
        "people.unit", str(unit.pk), "东街文化室", "510112",
    )  # fmt: skip
    steps = list(ReviewStep.unscoped.order_by("number"))
    assert [(s.number, s.decision, s.by_name, s.took) for s in steps] == [
        (1, "approved", "李站长", HOUR), (2, "approved", "赵科长", 3 * HOUR),
    ]  # fmt: skip


def test_a_town_reviewer_may_not_decide_the_county_step(hand_in, town, at):
    item = hand_in()
    with scoped("510112001"):
        actions.approve(item=item, by=town, at=at)
        with pytest.raises(asking.Forbidden):
            actions.approve(item=item, by=actor("另一位"), at=at)
        assert list(queries.todo_for(town.id)) == []


@pytest.mark.parametrize("prefix", ["510112002", "610327", "510112001001"])
def test_others_may_not_decide(hand_in, prefix, at):
    item = hand_in()
    with scoped(prefix), pytest.raises(asking.Forbidden):
        actions.approve(item=item, by=actor("外人"), at=at)
    assert ReviewItem.unscoped.get().state == "waiting"


def test_nobody_decides_an_own_submission(hand_in, author, at):
    item = hand_in()
    with scoped("510112"):
        with pytest.raises(ReviewRefused, match="自己提交"):
            actions.approve(item=item, by=author, at=at)
        with pytest.raises(ReviewRefused, match="自己提交"):
            actions.return_back(item=item, reasons={"name": "错"}, by=author, at=at)
        assert list(queries.todo_for(author.id)) == []


def test_handing_in_twice_is_one_submission(hand_in):
    assert hand_in().pk == hand_in().pk
    assert (ReviewItem.unscoped.count(), codes()) == (1, ["reviews.item.submitted"])


def test_sent_back_with_reasons_and_handed_in_again(hand_in, unit, town, at):
    item = hand_in()
    with scoped("510112001"):
        with pytest.raises(ReviewRefused, match="退回的原因"):
            actions.return_back(item=item, reasons={"name": "  "}, by=town, at=at)
        actions.return_back(item=item, reasons={"name": "请写全称 ", "phone": ""}, note="其他没问题", by=town, at=at)
        again = ReviewItem.unscoped.get()
        assert (again.state, list(queries.mine(again.submitted_by_id))) == ("returned", [again])
        entry = JournalEntry.unscoped.order_by("id").last()
        assert (entry.code, entry.subject_id, entry.after["reasons"]) == (
            "reviews.item.returned", str(unit.pk), {"name": "请写全称"},
        )  # fmt: skip
        step = queries.latest(unit, "510112").steps.get()
        assert (step.labelled_reasons, step.note) == ([("单位名称", "请写全称")], "其他没问题")
    second = hand_in(at + HOUR)
    assert (second.pk, second.round, second.step, second.state, second.token) == (item.pk, 2, 1, "waiting", "2.1")
    assert [(s.round, s.number, s.decision) for s in ReviewStep.unscoped.order_by("round")] == [
        (1, 1, "returned"), (2, 1, "waiting"),
    ]  # fmt: skip


def test_a_decision_on_an_old_screen_is_noticed(hand_in, town, at):
    item = hand_in()
    with scoped("510112"):
        actions.return_back(item=item, reasons={"name": "错"}, by=town, at=at, token="1.1")
        hand_in(at + HOUR)
        with pytest.raises(AlreadyDecided, match="李站长 已在 3月14日 12:00"):
            actions.approve(item=ReviewItem.unscoped.get(), by=actor("张"), at=at, token="1.1")


def test_a_double_click_changes_nothing(hand_in, town, at):
    item = hand_in()
    with scoped("510112"):
        actions.approve(item=item, by=town, at=at, token="1.1")
        actions.approve(item=ReviewItem.unscoped.get(), by=town, at=at, token="1.1")
    assert (ReviewItem.unscoped.get().step, len(codes())) == (2, 2)


def test_taken_back_by_the_author_only(hand_in, author, town, at):
    item = hand_in()
    with scoped("510112"):
        with pytest.raises(asking.Forbidden):
            actions.withdraw(item=item, by=town, at=at)
        actions.withdraw(item=item, by=author, at=at)
        actions.withdraw(item=item, by=author, at=at)
        with pytest.raises(AlreadyDecided):
            actions.approve(item=item, by=town, at=at)
    assert codes() == ["reviews.item.submitted", "reviews.item.withdrawn"]
    assert hand_in().pk != item.pk


def test_an_approved_one_is_not_taken_back(hand_in, author, town, county, at):
    item = hand_in()
    with scoped("510112"):
        actions.approve(item=item, by=town, at=at)
        actions.approve(item=item, by=county, at=at)
        with pytest.raises(AlreadyDecided, match="已经审核通过"):
            actions.withdraw(item=item, by=author, at=at)
    assert hand_in().pk != item.pk  # a later change is a submission of its own


def test_urging_once_a_working_day(hand_in, author, at):
    friday = dt.datetime(2026, 3, 13, 2, tzinfo=dt.UTC)
    item = hand_in(friday)
    with scoped("510112001001"):
        actions.urge(item=item, by=author, at=friday + HOUR)
        with pytest.raises(ReviewRefused, match="已经催办过"):
            actions.urge(item=item, by=author, at=friday + 2 * HOUR)
        with pytest.raises(ReviewRefused, match="不是工作日"):
            actions.urge(item=item, by=author, at=at)
        actions.urge(item=item, by=author, at=friday + dt.timedelta(days=3))
    assert codes().count("reviews.item.urged") == 2


def test_urged_and_oldest_come_first_in_the_list(places, hand_in, unit, town, author, at):
    from qunwen.base.people.models import Unit
    from qunwen.base.scope import writing

    monday = dt.datetime(2026, 3, 16, 2, tzinfo=dt.UTC)
    first = hand_in(monday)
    later = []
    for n in range(2):
        with writing.allowed("test"):
            other = Unit.unscoped.create(name=f"室{n}", kind="village_room", place=places["510112002001"])
        with scoped("510112"):
            later.append(
                actions.submit(kind=KIND, subject=other, place=other.place, by=author, at=monday + (n + 1) * HOUR)
            )
    with scoped("510112"):
        actions.urge(item=later[1], by=author, at=monday + 5 * HOUR)
        assert [i.pk for i in queries.todo_for(town.id)] == [later[1].pk, first.pk, later[0].pk]
        assert all(queries.may_decide(i, town.id) for i in later)
    with scoped("510112001"):
        assert [i.pk for i in queries.todo_for(town.id)] == [first.pk]
    with scoped("510112001", Permission.VIEW):
        assert list(queries.todo_for(town.id)) == []
    with scoped("610327"):
        assert list(queries.todo_for(town.id)) == []


def test_a_county_chooses_its_steps(three_steps, places, hand_in, county, at):
    with scoped("510112", Permission.CONFIGURE):
        for wrong in ([], [0], [4], [1, 1]):
            with pytest.raises(ReviewRefused):
                actions.set_steps(kind=KIND, place=places["510112"], steps=wrong, by=county, at=at)
        actions.set_steps(kind=KIND, place=places["510112"], steps=[3, 1], by=county, at=at)
    with scoped("510112001", Permission.CONFIGURE), pytest.raises(asking.Forbidden):
        actions.set_steps(kind=KIND, place=places["510112"], steps=[1], by=county, at=at)
    item = hand_in()
    assert [s["label"] for s in item.plan] == ["分管领导", "镇里审核"]  # in the order that was set
    assert len(queries.plan_for(KIND, "610327100001")) == 3
    with scoped("510112", Permission.CONFIGURE):
        actions.set_steps(kind=KIND, place=places["510112"], steps=[2], by=county, at=at)
    assert ReviewItem.unscoped.get().steps_total == 2  # what is under way keeps its steps


def test_durations_and_overdue(hand_in, town, county, at):
    monday = dt.datetime(2026, 3, 16, 2, tzinfo=dt.UTC)
    item = hand_in(monday)
    assert item.due_at == monday + dt.timedelta(days=3)
    with scoped("510112"):
        assert list(queries.overdue(monday + dt.timedelta(days=2))) == []
        assert list(queries.overdue(monday + dt.timedelta(days=4))) == [item]
        actions.approve(item=item, by=town, at=monday + HOUR)
        actions.approve(item=item, by=county, at=monday + 6 * HOUR)
        found = queries.durations(monday, monday + dt.timedelta(days=1))
    assert [(d.label, d.n, d.median) for d in found] == [("镇里审核", 1, HOUR), ("县里复核", 1, 5 * HOUR)]
    with scoped("610327"):
        assert queries.durations(monday, monday + dt.timedelta(days=1)) == []


def test_days_off_do_not_count_as_waiting(hand_in):
    friday = dt.datetime(2026, 3, 13, 2, tzinfo=dt.UTC)
    assert hand_in(friday).due_at == friday + dt.timedelta(days=5)


def test_kinds_are_checked():
    with pytest.raises(ValueError, match="one to 3"):
        kinds.declare("x.y", "某事", steps=[], subject_model="people.unit")
    with pytest.raises(ValueError, match="declared for"):
        kinds.declare(KIND, "某事", steps=STEPS, subject_model="people.staff")


def test_a_record_of_another_model_is_refused(places, author, at):
    with scoped("510112"), pytest.raises(ReviewRefused, match="不能作为"):
        actions.submit(kind=KIND, subject=places["510112001"], place=places["510112001"], by=author, at=at)


def test_who_decides_is_found_for_urging(places, hand_in, unit, at, author):
    from qunwen.base.people.models import Grant, Role, Staff
    from qunwen.base.scope import writing

    with writing.allowed("test"):
        role = Role.unscoped.create(code="town_reviewer_x", name="镇审", permissions=[str(FIRST)])
        people = {}
        for name, place in (("甲", "510112001"), ("乙", "510112002"), ("丙", "510112"), ("丁", "510112001001")):
            person = Staff.unscoped.create(name=name, unit=unit, place=unit.place)
            Grant.unscoped.create(staff=person, role=role, place=places[place], granted_at=at - HOUR)
            people[name] = person
    assert {s.name for s in queries.deciders(hand_in(), at)} == {"甲", "丙"}


def test_what_changed_since_the_last_approval(hand_in, unit, town, county, at):
    from qunwen.base.journal.actors import SYSTEM
    from qunwen.base.journal.recording import action, record
    from qunwen.base.people.enums import Entry

    @action
    def change(*, by, at, **new):
        before = {name: old for name, (old, _new) in new.items()}
        after = {name: value for name, (_old, value) in new.items()}
        record(code=Entry.UNIT_CHANGED, by=by, at=at, subject=unit, place=unit.place_id, before=before, after=after)

    change(by=SYSTEM, at=at, name=(None, "东街"), phone=(None, "1"))
    item = hand_in()
    assert [(c.label, c.before, c.now) for c in queries.changes_since_approval(item)] == [
        ("单位名称", None, "东街"), ("联系电话", None, "1"),
    ]  # fmt: skip
    with scoped("510112"):
        actions.approve(item=item, by=town, at=at)
        actions.approve(item=item, by=county, at=at)
    change(by=SYSTEM, at=at, name=("东街", "东街文化"), phone=("1", "2"))
    change(by=SYSTEM, at=at, name=("东街文化", "东街文化室"), phone=("2", "1"))
    assert [(c.field, c.before, c.now) for c in queries.changes_since_approval(hand_in())] == [
        ("name", "东街", "东街文化室")
    ]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_one_decides_and_the_other_is_told(hand_in, at):
    item = hand_in()
    results, gate = [], threading.Barrier(6)

    def decide(n):
        try:
            with scoped("510112"):
                mine = ReviewItem.unscoped.get(county=item.county, pk=item.pk)
                gate.wait()
                if n % 2:
                    actions.approve(item=mine, by=actor(f"审{n}"), at=at, token="1.1")
                else:
                    actions.return_back(item=mine, reasons={"name": "错"}, by=actor(f"审{n}"), at=at, token="1.1")
                results.append("done")
        except AlreadyDecided as told:
            results.append(told.messages[0])
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [r for r in results if r != "done"]
    assert (results.count("done"), len(told)) == (1, 5), results
    assert all("没有生效" in str(text) for text in told), results
    row = ReviewItem.unscoped.get()
    assert (row.state, row.step) in {(State.WAITING, 2), (State.RETURNED, 1)}
    decided = ReviewStep.unscoped.exclude(decided_at=None)
    assert decided.count() == 1
