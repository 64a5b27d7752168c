"""The waiting room: where everybody comes at once, the sign-up page hands out a pass and its form goes to the light door."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client

from qunwen.base.scope import clock, context, writing
from qunwen.services.bookings.models import Booking, Bucket, RushOrder
from qunwen.services.bookings.rush import passes
from qunwen.services.bookings.rush.deciding import decide_next

from .conftest import logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(bare):
    """A date with a queue before it."""
    session = bare.bookable("剪纸课", 1)
    change(session, rush=True)
    return session


@pytest.fixture
def mother(bare):
    """Somebody with a child."""
    found = bare.resident("陈晓燕", "13900000001")
    bare.ward(found, "李小雨", born=2016)
    return found


def change(session, **fields):
    with writing.allowed("test"), context.everything(reason="test"):
        Bucket.unscoped.filter(county=session.county, subject_id=session.pk).update(**fields)


def page_of(client, session):
    return client.get(url_of(session)).content.decode()


def url_of(session):
    return f"/sign-up/{session.county}/{session.pk}/"


def pass_in(page):
    return passes.read_pass(unescape(re.search(r'name="ticket" value="([^"]+)"', page)[1]))


def test_a_resident_gets_a_pass_for_the_family_and_this_device(course, mother):
    client = logged_in(mother)
    page = page_of(client, course)
    made = pass_in(page)
    bucket = Bucket.unscoped.get(county=course.county, subject_id=course.pk)
    assert 'action="/rush/order/"' in page
    assert (made.county, made.bucket, made.resident, made.opens) == (course.county, bucket.pk, mother.pk, 0)
    assert [name for _key, name in made.family] == ["陈晓燕", "李小雨"]
    assert made.session == passes.digest_of(client.cookies["sessionid"].value)
    assert made.back == url_of(course)


def test_two_pages_hold_two_keys(course, mother):
    client = logged_in(mother)
    assert pass_in(page_of(client, course)).key != pass_in(page_of(client, course)).key


def test_before_the_opening_the_page_counts_down_and_the_pass_says_when(course, mother):
    opens = clock.now() + dt.timedelta(minutes=30)
    change(course, opens_at=opens)
    page = page_of(logged_in(mother), course)
    assert "等候开放报名" in page
    assert pass_in(page).opens == int(opens.timestamp())


def test_whose_phone_is_not_verified_gets_no_pass(course):
    page = page_of(Client(), course)
    assert "验证手机号" in page
    assert 'name="ticket"' not in page


def test_without_a_rush_the_page_is_the_ordinary_one(course, mother):
    change(course, rush=False)
    page = page_of(logged_in(mother), course)
    assert 'name="ticket"' not in page
    assert 'name="csrfmiddlewaretoken"' in page


def test_an_ordinary_form_takes_a_number_like_everybody(course, mother):
    client = logged_in(mother)
    change(course, rush=False)
    key = re.search(r'name="key" value="([^"]+)"', page_of(client, course))[1]
    change(course, rush=True)
    response = client.post(url_of(course), {"key": key, "members": [str(mother.pk)]})
    held = passes.read_number(response.headers["Location"].partition("?p=")[2])
    assert (response.status_code, held.number, held.back) == (302, 1, url_of(course))
    assert RushOrder.unscoped.get(county=course.county, number=1).key == key
    [answer] = decide_next(course.county, clock.now())
    assert (answer.verdict, Booking.unscoped.get(county=course.county).pk) == ("confirmed", answer.booking_id)
