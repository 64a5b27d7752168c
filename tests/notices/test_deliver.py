"""What is queued is sent after commit, once, and never lost."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from qunwen.base.notices import tasks
from qunwen.base.notices.enums import TRIES, Kind, State
from qunwen.base.notices.models import Notice, OutboxMessage
from qunwen.base.scope import writing
from qunwen.gateways.sms.errors import SmsUnavailable
from qunwen.gateways.sms.models import SmsMessage

from .conftest import PHONE, tell


class Unreachable:
    """A gateway that does not answer."""

    keeps_text = True

    def deliver(self, **_message):
        raise SmsUnavailable("短信平台没有应答")


class Faulty:
    keeps_text = True

    def deliver(self, **_message):
        raise ZeroDivisionError


UNREACHABLE = f"{__name__}.Unreachable"


@pytest.fixture
def queued(places, at):
    tell(place=places["510112"], at=at, kind=Kind.BOOKING, key="b:1", phone=PHONE, text="您已报名成功。")
    return OutboxMessage.unscoped.get()


def test_a_queued_text_is_sent_and_marked(queued, at):
    assert tasks.deliver(at=at) == 1
    message = OutboxMessage.unscoped.get()
    assert (message.state, message.sent_at, message.attempts) == (State.SENT, at, 1)
    assert list(SmsMessage.objects.values_list("phone", "text")) == [(PHONE, "您已报名成功。")]
    assert SmsMessage.objects.get().key == f"510112:{message.key}"
    assert (message.key.startswith("b:1:"), PHONE in message.key) == (True, False)
    assert tasks.deliver(at=at + dt.timedelta(days=1), from_a_later_version=1) == 0


def test_nothing_is_sent_of_an_action_that_failed(places, resident, at):
    with pytest.raises(RuntimeError):
        tell(place=places["510112"], at=at, kind=Kind.BOOKING, key="b:1", phone=PHONE, resident=resident, text="好",
             fail=True)  # fmt: skip
    assert (OutboxMessage.unscoped.count(), Notice.unscoped.count(), tasks.deliver(at=at)) == (0, 0, 0)


def test_the_same_key_is_queued_and_sent_once(places, resident, at):
    for _turn in range(3):
        tell(place=places["510112"], at=at, kind=Kind.BOOKING, key="b:1", phone=PHONE, resident=resident, text="好")
    assert (OutboxMessage.unscoped.count(), Notice.unscoped.count(), tasks.deliver(at=at)) == (1, 1, 1)


def test_two_residents_are_told_of_one_occasion_each_once(places, resident, neighbour, at):
    for _turn in range(2):
        for person in (resident, neighbour):
            tell(place=places["510112"], at=at, kind=Kind.CHANGE, key="session:1:moved", resident=person,
                 phone=person.phone, text="改期了")  # fmt: skip
    assert sorted(Notice.unscoped.values_list("resident_id", flat=True)) == sorted([resident.pk, neighbour.pk])
    assert tasks.deliver(at=at) == 2
    assert sorted(SmsMessage.objects.values_list("phone", flat=True)) == sorted([PHONE, neighbour.phone])


def test_two_numbers_without_a_resident_are_told_of_one_occasion_each_once(places, at):
    for _turn in range(2):
        for phone in (PHONE, "13900000002"):
            tell(place=places["510112"], at=at, kind=Kind.CHANGE, key="k", phone=phone, text="改期了")
    assert sorted(OutboxMessage.unscoped.values_list("phone", flat=True)) == [PHONE, "13900000002"]


def test_a_very_long_occasion_still_names_its_recipient(places, resident, neighbour, at):
    for person in (resident, neighbour, resident):
        tell(place=places["510112"], at=at, kind=Kind.CHANGE, key="k" * 150, resident=person, phone=person.phone,
             text="改期了")  # fmt: skip
    assert sorted(OutboxMessage.unscoped.values_list("phone", flat=True)) == sorted([PHONE, neighbour.phone])


def test_a_gateway_in_trouble_is_tried_again_later_and_later(queued, at, settings):
    settings.QUNWEN_SMS_GATEWAY = UNREACHABLE
    moment, pauses = at, []
    for _turn in range(3):
        assert tasks.deliver(at=moment) == 0
        message = OutboxMessage.unscoped.get()
        assert (message.state, message.problem) == (State.WAITING, "短信平台没有应答")
        pauses.append((message.next_at - moment).total_seconds())
        assert tasks.deliver(at=message.next_at - dt.timedelta(seconds=1)) == 0
        assert OutboxMessage.unscoped.get().attempts == message.attempts
        moment = message.next_at
    assert pauses == [60, 120, 240]
    settings.QUNWEN_SMS_GATEWAY = "qunwen.gateways.sms.outbox.OutboxGateway"
    assert tasks.deliver(at=moment) == 1


def test_after_eight_tries_it_is_said_to_have_failed(queued, at, settings):
    settings.QUNWEN_SMS_GATEWAY = UNREACHABLE
    for turn in range(10):
        tasks.deliver(at=at + turn * dt.timedelta(hours=3))
    message = OutboxMessage.unscoped.get()
    assert (message.state, message.attempts) == (State.FAILED, TRIES)


def test_a_refused_number_fails_at_once(places, at):
    tell(place=places["510112"], at=at, kind=Kind.BOOKING, key="b:1", phone="19999001234", text="好")
    assert tasks.deliver(at=at) == 0
    message = OutboxMessage.unscoped.get()
    assert (message.state, message.problem) == (State.FAILED, "空号")


def test_a_fault_of_the_program_loses_nothing(queued, at, settings):
    settings.QUNWEN_SMS_GATEWAY = f"{__name__}.Faulty"
    assert tasks.deliver(at=at) == 0
    assert OutboxMessage.unscoped.get().state == State.WAITING


def test_a_lease_keeps_others_off_until_it_runs_out(queued, at):
    with writing.allowed("test"):
        OutboxMessage.unscoped.update(state=State.LEASED, lease_until=at + tasks.LEASE, attempts=1)
    assert tasks.deliver(at=at + tasks.LEASE) == 0
    assert tasks.deliver(at=at + tasks.LEASE + dt.timedelta(seconds=1)) == 1


def test_two_workers_never_hold_one_message(queued, at):
    with writing.allowed("test"):
        first, second = OutboxMessage.unscoped.get(), OutboxMessage.unscoped.get()
        assert [tasks._lease(m, at) for m in (first, second)] == [True, False]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_killed_workers_lose_nothing_and_double_nothing(tmp_path):
    sent = tmp_path / "sent"
    sent.mkdir()
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    else:
        url = f"sqlite://{tmp_path}/killed.sqlite3"
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")} | {
        "DATABASE_URL": url,
        "QUNWEN_HOME": str(tmp_path),
        "QUNWEN_TEST_SENT": str(sent),
        "QUNWEN_SMS_GATEWAY": "tests.notices.file_gateway.FileGateway",
        "DJANGO_SETTINGS_MODULE": "qunwen.config.settings.test",
        "QUNWEN_LOG_LEVEL": "CRITICAL",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.notices.killing"],
        cwd=Path(__file__).parents[2], env=env, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["left_after_kills"] > 0
    assert (told["killed"], told["states"], told["texts"]) == (20, {"sent": 150}, 150)
