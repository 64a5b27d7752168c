"""The to-do list and the page of one submission, through the whole stack."""

import datetime as dt
import json

import pytest
from django.urls import reverse

from qunwen.base.people.models import Grant, Role, Staff, Unit, User
from qunwen.base.reviews import actions
from qunwen.base.reviews.access import Permission
from qunwen.base.reviews.models import ReviewItem, ReviewStep
from qunwen.base.scope import clock, writing

from .conftest import FIRST, KIND, SECOND, actor, scoped

PASSWORD = "long-enough-for-a-test"


@pytest.fixture
def log_in(client, unit, places):
    """A browser of somebody with these permissions at a place."""

    def run(place, *permissions, name="李站长"):
        with writing.allowed("test"):
            role = Role.unscoped.create(code=f"r-{name}", name="审核员", permissions=[str(p) for p in permissions])
            staff = Staff.unscoped.create(name=name, unit=unit, place=unit.place)
            since = clock.now() - dt.timedelta(days=1)
            Grant.unscoped.create(staff=staff, role=role, place=places[place], granted_at=since)
        client.force_login(
            User.objects.create_user(name, password=PASSWORD, staff=staff),
            backend="qunwen.base.people.web.backends.LockoutBackend",
        )
        return staff

    return run


@pytest.fixture
def waiting(places, at):
    """Make units and hand each in; the newest last."""

    def run(count, place="510112001001"):
        found = []
        for n in range(count):
            with writing.allowed("test"):
                row = Unit.unscoped.create(name=f"文化室{n}号", kind="village_room", place=places[place])
            with scoped(place):
                when = at + dt.timedelta(minutes=n)
                found.append(actions.submit(kind=KIND, subject=row, place=row.place, by=actor("王村干"), at=when))
        return found

    return run


def page_of(item, name="reviews:item"):
    return reverse(name, args=[item.county, item.pk])


def test_the_list_shows_what_waits_here_and_only_that(client, log_in, waiting):
    waiting(2)
    waiting(1, "510112002001")
    log_in("510112001", Permission.VIEW, FIRST)
    text = client.get(reverse("reviews:todo")).content.decode()
    assert ("文化室0号" in text, "文化室1号" in text, text.count("王村干")) == (True, True, 2)
    # The menu is written as JSON.
    assert json.dumps("审核（2）")[1:-1] in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("tab", ["todo", "mine", "overdue"])
def test_an_empty_list_says_what_will_be_there(client, log_in, tab):
    log_in("510112001", Permission.VIEW, FIRST)
    answer = client.get(reverse("reviews:todo"), {"tab": tab})
    words = {"todo": "没有等您审核的事项", "mine": "您没有正在审核的事项", "overdue": "没有超期的事项"}
    assert (answer.status_code, words[tab] in answer.content.decode()) == (200, True)


def test_the_number_of_queries_does_not_grow(client, log_in, waiting):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    log_in("510112001", Permission.VIEW, FIRST)
    client.get(reverse("reviews:todo"))
    counts = []
    for more in (1, 2):
        waiting(more) if more == 1 else waiting(more, "510112001002")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(reverse("reviews:todo"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_approving_goes_to_the_next(client, log_in, waiting):
    first, second = waiting(2)
    log_in("510112001", Permission.VIEW, FIRST)
    answer = client.post(page_of(first, "reviews:approve"), {"token": "1.1", "note": ""})
    assert (answer.status_code, answer["Location"]) == (302, page_of(second))
    assert ReviewItem.unscoped.get(county=first.county, pk=first.pk).step == 2
    answer = client.post(page_of(second, "reviews:approve"), {"token": "1.1", "note": "好"})
    assert answer["Location"] == reverse("reviews:todo")


def test_sending_back_without_a_reason_loses_nothing(client, log_in, waiting):
    item = waiting(1)[0]
    log_in("510112001", Permission.VIEW, FIRST)
    answer = client.post(page_of(item, "reviews:return"), {"token": "1.1", "note": ""})
    assert (answer.status_code, "请写明退回的原因" in answer.content.decode()) == (422, True)
    client.post(page_of(item, "reviews:return"), {"token": "1.1", "note": "请补照片"})
    assert ReviewStep.unscoped.get().note == "请补照片"
    page = client.get(page_of(item)).content.decode()
    assert ("请补照片" in page, "已退回" in page) == (True, True)


def test_a_late_decision_is_told_with_who_was_first(client, log_in, waiting, at):
    item = waiting(1)[0]
    log_in("510112001", Permission.VIEW, FIRST)
    with scoped("510112"):
        actions.approve(item=item, by=actor("赵科长"), at=at, token="1.1")
    answer = client.post(page_of(item, "reviews:approve"), {"token": "1.1", "note": "好"})
    assert (answer.status_code, "赵科长 已在" in answer.content.decode()) == (422, True)


def test_many_at_once(client, log_in, waiting):
    items = waiting(3)
    log_in("510112001", Permission.VIEW, FIRST)
    keys = [f"{i.county}:{i.pk}:{i.token}" for i in items[:2]]
    answer = client.post(reverse("reviews:approve_many"), {"picked": keys}, follow=True)
    assert "已通过 2 件" in answer.content.decode()
    again = client.post(reverse("reviews:approve_many"), {"picked": keys[:1]}, follow=True)
    assert "没有再处理" in again.content.decode()
    assert sorted(ReviewItem.unscoped.values_list("step", flat=True)) == [1, 2, 2]


@pytest.mark.parametrize("name", ["item", "approve", "return", "withdraw", "urge"])
def test_another_county_gets_404_everywhere(client, log_in, waiting, name):
    item = waiting(1)[0]
    log_in("610327", Permission.VIEW, FIRST, SECOND)
    url = page_of(item, f"reviews:{name}")
    answer = client.get(url) if name == "item" else client.post(url, {"token": "1.1", "note": "x"})
    assert (answer.status_code, "文化室" in answer.content.decode()) == (404, False)


def test_the_author_urges_and_takes_back(client, log_in, unit, at):
    staff = log_in("510112001001", Permission.VIEW)
    from qunwen.base.journal.actors import Actor

    with scoped("510112001001"):
        item = actions.submit(
            kind=KIND, subject=unit, place=unit.place, by=Actor(kind="staff", id=staff.pk, name=staff.name), at=at
        )
    page = client.get(page_of(item)).content.decode()
    assert ("撤回提交" in page, "通过镇里审核" in page) == (True, False)
    client.post(page_of(item, "reviews:withdraw"))
    assert ReviewItem.unscoped.get().state == "withdrawn"


def test_skipping_goes_round(client, log_in, waiting):
    first, second = waiting(2)
    log_in("510112001", Permission.VIEW, FIRST)
    assert client.get(page_of(first, "reviews:skip"))["Location"] == page_of(second)
    assert client.get(page_of(second, "reviews:skip"))["Location"] == page_of(first)
