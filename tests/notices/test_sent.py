"""Staff see what was sent and what was not, of their places only, and send failed messages again."""

import datetime as dt

import pytest

from qunwen.base.journal.models import JournalEntry
from qunwen.base.notices import actions, tasks
from qunwen.base.notices.enums import TRIES, Kind, State
from qunwen.base.notices.models import OutboxMessage
from qunwen.base.people.web.who import actor_of
from qunwen.base.scope import asking, context, writing

from .conftest import PHONE, tell
from .test_deliver import UNREACHABLE

PAGE = "/desk/notices/sent/"


@pytest.fixture
def messages(places, at, settings):
    """One sent, one tried in vain for the first time, one failed for good, one refused; one of another county."""
    for key, county, phone in (
        ("sent", "510112", PHONE), ("refused", "510112", "19999000001"), ("tried", "510112", "13900000003"),
        ("failed", "510112", "13900000004"), ("theirs", "610327", "13900000005"),
    ):  # fmt: skip
        tell(
            county=county,
            place=places[county],
            at=at,
            kind=Kind.CHANGE,
            key=key,
            phone=phone,
            text=f"短信{phone[-1]}号",
        )
    rows = {row.phone: row for row in OutboxMessage.unscoped.all()}
    with writing.allowed("test"):
        OutboxMessage.unscoped.filter(phone__in=["13900000003", "13900000004"]).update(
            next_at=at + dt.timedelta(hours=1)
        )
    tasks.deliver(at=at)
    settings.QUNWEN_SMS_GATEWAY = UNREACHABLE
    with writing.allowed("test"):
        OutboxMessage.unscoped.filter(phone="13900000004").update(attempts=TRIES - 1)
    tasks.deliver(at=at + dt.timedelta(hours=1))
    return {key: rows[phone] for key, phone in (("sent", PHONE), ("refused", "19999000001"), ("tried", "13900000003"),
            ("failed", "13900000004"), ("theirs", "13900000005"))}  # fmt: skip


def test_the_list_says_what_became_of_each_message(messages, officer_desk):
    page = officer_desk.get(PAGE).content.decode()
    said = ["已发送", "空号", "短信平台没有应答", "第 1 次没有发出，共试 8 次", "下次发送", "已试 8 次"]
    assert [words for words in said if words not in page] == []
    assert ("短信5号" in page, PHONE in page, "138****1234" in page) == (False, False, True)
    assert page.count("再发一次") == 1


@pytest.mark.parametrize(
    ("query", "shown"),
    [("state=failed", "14"), ("state=sent", "4"), ("kind=booking", ""), ("phone=13900000003", "3"), ("since=2030-01-01", ""),
     ("until=2030-01-01&state=waiting", "3"), ("state=nonsense&kind=x&since=yesterday", "1344")],
)  # fmt: skip
def test_filters_narrow(messages, officer_desk, query, shown):
    rows = officer_desk.get(f"{PAGE}?{query}").context["page"].object_list
    assert sorted(row.phone[-1] for row in rows) == sorted(shown)


def test_without_the_permission_there_is_no_list(messages, station_desk):
    answer = station_desk.get(PAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")


def test_a_failed_message_is_sent_again_and_the_journal_says_so(messages, officer_desk, settings, at):
    settings.QUNWEN_SMS_GATEWAY = "qunwen.gateways.sms.outbox.OutboxGateway"
    url = f"{PAGE}510112/{messages['failed'].pk}/again/"
    assert [officer_desk.post(url, {"back": f"{PAGE}?state=failed"})["Location"] for _click in "12"] == [
        f"{PAGE}?state=failed"
    ] * 2
    message = OutboxMessage.unscoped.get(pk=messages["failed"].pk)
    assert (message.state, message.attempts) == (State.WAITING, 0)
    tasks.deliver(at=message.next_at)
    message.refresh_from_db()
    assert message.state == State.SENT
    with context.everything(reason="test"):
        assert JournalEntry.objects.filter(code="notices.message.sent_again").count() == 1


def test_a_refused_number_is_not_tried_again(messages, officer_desk):
    answer = officer_desk.post(f"{PAGE}510112/{messages['refused'].pk}/again/", follow=True)
    assert "这个号码被短信平台拒收" in answer.content.decode()
    assert OutboxMessage.unscoped.get(pk=messages["refused"].pk).state == State.FAILED


def test_another_countys_message_is_not_there(messages, officer_desk):
    assert officer_desk.post(f"{PAGE}610327/{messages['theirs'].pk}/again/").status_code == 404


def test_sending_again_wants_the_permission(messages, officer, at):
    with context.opened(context.staff({})), pytest.raises(asking.Forbidden):
        actions.send_again(message=messages["failed"], by=actor_of(officer), at=at)
