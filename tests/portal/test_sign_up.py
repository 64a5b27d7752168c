"""Signing up, standing in line, cancelling, answering offers: by plain forms, without any script."""

import re

import pytest
from django.urls import reverse

from qunwen.base.scope import context
from qunwen.base.scope.ids import uuid7
from qunwen.gateways.sms.models import SmsMessage
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings.models import Attendee, Booking, Bucket

from .conftest import logged_in


def text(response):
    return response.content.decode()


def url_of(session):
    return reverse("portal:sign_up", args=[session.county, session.pk])


def filled(client, session, *members, **more):
    key = re.search(r'name="key" value="([^"]+)"', text(client.get(url_of(session)))).group(1)
    return {"key": key, "members": [str(person.pk) for person in members], **more}


def bookings_of(session):
    return Booking.unscoped.filter(county=session.county, bucket__subject_id=session.pk)


def test_a_family_signs_up_and_gets_a_ticket(town, db):
    client = logged_in(town.third)
    response = client.post(url_of(town.course), filled(client, town.course, town.third), follow=True)
    made = bookings_of(town.course).get(resident=town.third)
    assert response.redirect_chain == [(f"/me/bookings/510112/{made.pk}/", 302)]
    page = text(response)
    assert "报名成功" in page
    assert made.typed_code in page
    assert "<svg" in page
    assert "viewBox" in page
    assert response.headers["X-Qunwen-Keep"] == "ticket"


def test_companions_come_by_name(town):
    client = logged_in(town.third)
    data = filled(client, town.course, town.third, name0="王婆婆", group0="elder")
    client.post(url_of(town.course), data)
    made = bookings_of(town.course).get(resident=town.third)
    people = Attendee.unscoped.filter(county="510112", booking=made).order_by("name")
    assert [(p.name, p.group) for p in people] == [("何必", "adult"), ("王婆婆", "elder")]


def test_the_same_form_sent_twice_books_once(town):
    client = logged_in(town.third)
    data = filled(client, town.course, town.third)
    locations = {client.post(url_of(town.course), data).headers["Location"] for _ in range(2)}
    assert (len(locations), bookings_of(town.course).filter(resident=town.third).count()) == (1, 1)


def test_a_full_date_offers_the_line_and_says_the_place_in_it(town):
    client = logged_in(town.third)
    assert "这一场已经报满" in text(client.get(url_of(town.packed)))
    response = client.post(url_of(town.packed), filled(client, town.packed, town.third), follow=True)
    assert "排在第 2 位" in text(response)
    assert "X-Qunwen-Keep" not in response.headers


def test_a_refusal_loses_nothing(town, lin):
    data = filled(lin, town.course, town.lin, name0="王婆婆", group0="elder")
    page = text(lin.post(url_of(town.course), data))
    assert "林秀英已经报过这一场了" in page
    assert "填好的内容都在" in page
    assert 'value="王婆婆"' in page
    assert re.search(r'value="elder" selected', page)


def test_nobody_chosen_is_said_at_the_field(town, lin):
    page = text(lin.post(url_of(town.course), filled(lin, town.course)))
    assert "请至少选一位参加的人。" in page


def test_nobody_brings_a_stranger_from_the_register(town, lin):
    page = lin.post(url_of(town.course), filled(lin, town.course, town.other))
    assert (page.status_code, bookings_of(town.course).filter(resident=town.other).count()) == (200, 0)


@pytest.mark.parametrize("which", ["closed", "off", "put_off"])
def test_a_date_without_sign_up_says_so(town, lin, which):
    session = getattr(town, which)
    page = text(lin.get(url_of(session)))
    assert "现在不能报名" in page
    lin.post(url_of(session), {"key": str(uuid7()), "members": [str(town.lin.pk)]})
    assert bookings_of(session).count() == 0


def test_who_is_not_logged_in_verifies_the_phone_and_finds_everything_again(town, reader):
    page = text(reader.get(url_of(town.course)))
    assert "下一步：验证手机号" in page
    key = re.search(r'name="key" value="([^"]+)"', page).group(1)
    response = reader.post(url_of(town.course), {"key": key, "name0": "王婆婆", "group0": "elder"})
    assert response.headers["Location"].startswith("/me/login/?next=%2Fsign-up%2F510112%2F")
    reader.get(response.headers["Location"])
    reader.post("/me/login/", {"phone": town.third.phone})
    code = re.search(r"\d{6}", SmsMessage.objects.order_by("-pk").first().text).group()
    back = reader.post("/me/login/code/", {"code": code})
    assert back.headers["Location"] == url_of(town.course)
    page = text(reader.get(url_of(town.course)))
    assert 'value="王婆婆"' in page
    assert f'name="key" value="{key}"' in page
    reader.post(
        url_of(town.course), {"key": key, "members": [str(town.third.pk)], "name0": "王婆婆", "group0": "elder"}
    )
    assert bookings_of(town.course).get(resident=town.third).party == 2


def test_my_bookings_show_what_i_hold_and_where_i_wait(town, lin):
    page = lin.get("/me/bookings/")
    assert [one.booking.pk for one in page.context["live"]] == [town.ticket.pk]
    assert [(one.booking.pk, one.position) for one in page.context["waiting"]] == [(town.waiting.pk, 1)]
    assert "成人书法课" in text(page)


def test_my_bookings_begin_with_what_there_is_to_do(town, db):
    page = text(logged_in(town.third).get("/me/bookings/"))
    assert "还没有要去的活动" in page


@pytest.mark.parametrize("path", ["/me/bookings/", "/me/bookings/510112/{}/", "/me/bookings/510112/{}/cancel/"])
def test_bookings_ask_who_one_is_and_lead_back(town, reader, path):
    path = path.format(town.ticket.pk)
    response = reader.get(path)
    assert response.headers["Location"] == f"/me/login/?next={path.replace('/', '%2F')}"


@pytest.mark.parametrize("step", ["", "cancel/", "accept/", "decline/"])
def test_a_booking_of_somebody_else_is_not_there(town, step):
    client = logged_in(town.third)
    url = f"/me/bookings/510112/{town.ticket.pk}/{step}"
    method = client.post if step else client.get
    assert method(url).status_code == 404
    assert town.ticket.typed_code not in text(method(url))
    assert client.get(f"/me/bookings/610327/{town.ticket.pk}/").status_code == 404


def test_cancelling_asks_once_then_frees_the_place(town, lin):
    url = f"/me/bookings/510112/{town.ticket.pk}/cancel/"
    assert text(lin.get(url)).count("button-primary") == 1
    assert Booking.unscoped.get(pk=town.ticket.pk).state == "confirmed"
    assert "已取消报名" in text(lin.post(url, follow=True))
    assert Booking.unscoped.get(pk=town.ticket.pk).state == "cancelled"
    assert Bucket.unscoped.get(pk=town.ticket.bucket_id).taken == 0
    lin.post(url)
    assert Bucket.unscoped.get(pk=town.ticket.bucket_id).taken == 0


def offered(town):
    with context.everything(reason="test"):
        bookings.cancel(booking=town.taken, by=town.world.clerk, at=town.world.at)
    return Booking.unscoped.get(pk=town.waiting.pk)


@pytest.mark.parametrize(("answer", "state"), [("accept", "confirmed"), ("decline", "cancelled")])
def test_an_offer_is_answered(town, lin, answer, state):
    assert offered(town).state == "offered"
    page = lin.get("/me/bookings/")
    assert [one.booking.pk for one in page.context["offers"]] == [town.waiting.pk]
    lin.post(f"/me/bookings/510112/{town.waiting.pk}/{answer}/")
    assert Booking.unscoped.get(pk=town.waiting.pk).state == state


def test_an_offer_that_is_gone_is_explained(town, lin):
    response = lin.post(f"/me/bookings/510112/{town.waiting.pk}/accept/", follow=True)
    assert "还没有轮到您" in text(response)


def test_answers_by_get_change_nothing(town, lin):
    offered(town)
    assert lin.get(f"/me/bookings/510112/{town.waiting.pk}/accept/").status_code == 405


def test_my_bookings_ask_as_often_for_one_as_for_three(town, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = logged_in(town.third)
    town.world.book(town.packed, town.third)
    town.world.book(town.course, town.third)
    client.get("/me/bookings/")
    with CaptureQueriesContext(connection) as first:
        client.get("/me/bookings/")
    for number in (1, 2):
        town.world.book(town.world.bookable(f"舞蹈课{number}", 9, days=9 + number), town.third)
        small = town.world.bookable(f"小班{number}", 1, days=20 + number)
        town.world.book(small, town.other)
        town.world.book(small, town.third)
    with django_assert_num_queries(len(first)):
        assert len(client.get("/me/bookings/").context["waiting"]) == 3


def test_pages_about_a_person_are_never_kept(town, lin):
    for path in ("/me/bookings/", f"/me/bookings/510112/{town.ticket.pk}/", url_of(town.course)):
        assert "no-store" in lin.get(path).headers["Cache-Control"]


def test_forms_need_their_token(town):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.cookies = logged_in(town.third).cookies
    assert client.post(url_of(town.course), {"key": str(uuid7()), "members": [str(town.third.pk)]}).status_code == 403
    assert bookings_of(town.course).filter(resident=town.third).count() == 0
