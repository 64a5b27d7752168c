"""The inbox is one's own; a digest comes once a day; preferences are kept."""

import datetime as dt

import pytest

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.journal.models import JournalEntry
from qunwen.base.notices import actions, queries, tasks
from qunwen.base.notices.enums import Kind
from qunwen.base.notices.models import Notice, OutboxMessage
from qunwen.base.scope.writing import OutsideAction

from .conftest import PHONE, tell


def test_queueing_outside_an_action_is_refused(places, worker, at):
    with pytest.raises(OutsideAction):
        actions.queue(county="510112", kind=Kind.WORK, key="k", at=at, staff=worker, text="好")


@pytest.mark.parametrize("wrong", [{"text": "好"}, {"phone": PHONE, "text": ""}])
def test_a_notice_without_recipient_or_words_is_refused(places, at, wrong):
    with pytest.raises(ValueError, match="接收人和内容"):
        tell(place=places["510112"], at=at, kind=Kind.WORK, key="k", **wrong)


def test_each_person_reads_the_own_inbox_only(places, worker, resident, at):
    tell(place=places["510112"], at=at, kind=Kind.WORK, key="k", staff=worker, text="请审核", payload={"url": "/desk/"})
    tell(place=places["510112"], at=at, kind=Kind.BOOKING, key="k", resident=resident, text="已报名")
    assert [n.text for n in queries.inbox_of(worker)] == ["请审核"]
    assert [n.text for n in queries.inbox_of(resident)] == ["已报名"]
    theirs = queries.inbox_of(resident).get().pk
    assert actions.mark_read(person=worker, notices=[theirs], by=SYSTEM, at=at) == 0
    assert (queries.unread_count(worker), queries.unread_count(resident)) == (1, 1)
    assert actions.mark_read(person=worker, notices=None, by=SYSTEM, at=at) == 1
    assert (queries.unread_count(worker), queries.unread_count(resident)) == (0, 1)


@pytest.mark.parametrize(("url", "shown"), [("/desk/x/", "/desk/x/"), ("//evil", ""), ("https://evil", ""), ("", "")])
def test_a_notice_leads_only_inside_the_house(url, shown):
    assert Notice(payload={"url": url}).url == shown


def test_texts_of_a_kind_can_be_turned_off_but_the_inbox_stays(places, resident, at):
    actions.prefer(person=resident, kind=Kind.REMINDER, wanted=False, by=SYSTEM, at=at)
    for kind in (Kind.REMINDER, Kind.CHANGE):
        tell(place=places["510112"], at=at, kind=kind, key=kind, resident=resident, phone=PHONE, text="好")
    assert list(OutboxMessage.unscoped.values_list("kind", flat=True)) == [Kind.CHANGE]
    assert queries.unread_count(resident) == 2
    with pytest.raises(ValueError, match="不能关闭"):
        actions.prefer(person=resident, kind=Kind.CHANGE, wanted=False, by=SYSTEM, at=at)


def test_one_digest_a_day_counts_what_is_unread(places, worker, at):
    for n in range(3):
        kind = Kind.REVIEW if n else Kind.WORK
        tell(place=places["510112"], at=at, kind=kind, key=f"k{n}", staff=worker, text="请看")
    entries = JournalEntry.unscoped.count()
    assert tasks.digest(at=at - dt.timedelta(hours=6)) == 0
    assert [tasks.digest(at=at), tasks.digest(at=at)] == [1, 0]
    assert JournalEntry.unscoped.count() == entries + 1
    (digest,) = queries.inbox_of(worker).filter(kind=Kind.DIGEST)
    assert digest.text == "您有 3 条消息还没有看：审核 2 条，工作提示 1 条。"
    assert tasks.digest(at=at + dt.timedelta(days=1)) == 1
    actions.mark_read(person=worker, notices=None, by=SYSTEM, at=at)
    assert tasks.digest(at=at + dt.timedelta(days=2)) == 0
