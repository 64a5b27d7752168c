"""The inbox pages."""

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.notices import queries
from qunwen.base.notices.enums import Kind
from qunwen.base.notices.web import public
from qunwen.base.scope import context

from .conftest import tell


def asking(method, resident, **data):
    request = getattr(RequestFactory(), method)("/me/notices/", data)
    request.resident, request.actor, request.user = resident, SYSTEM, AnonymousUser()
    return request


def test_who_is_not_logged_in_is_asked_to(client, places):
    assert client.get("/me/notices/")["Location"] == "/me/login/?next=%2Fme%2Fnotices%2F"
    assert client.post("/me/notices/read/").status_code == 302
    assert client.get("/desk/notices/").status_code == 302


def test_a_resident_reads_and_marks_the_own_notice(places, resident, at):
    tell(place=places["510112"], at=at, kind=Kind.BOOKING, key="k", resident=resident, text="您已报名<成功>",
         payload={"url": "/me/bookings/"})  # fmt: skip
    with context.opened(context.resident(frozenset({resident.pk}), county=resident.county)):
        page = public.inbox(asking("get", resident)).content.decode()
        assert ["您已报名&lt;成功&gt;" in page, "新消息" in page] == [True, True]
        notice = queries.inbox_of(resident).get()
        answer = public.read(asking("post", resident, notice=str(notice.pk)))
        assert (answer["Location"], queries.unread_count(resident)) == ("/me/bookings/", 0)
