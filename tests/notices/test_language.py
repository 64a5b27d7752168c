"""A notice is written in the language of who reads it, whoever caused it and whatever page they were on."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.users.models import UserProfile

from qunwen.base.notices import queries
from qunwen.base.notices.actions import said_later
from qunwen.base.notices.enums import Kind
from qunwen.base.notices.models import OutboxMessage

from .conftest import PHONE, tell


@said_later
def words(n):
    return _("%(n)s 条还没有看") % {"n": n}


def staff_reading(worker, language):
    user = get_user_model().objects.create(username="liming", staff=worker)
    UserProfile.objects.create(user=user, preferred_language=language)
    return worker


@pytest.fixture(params=["en", "zh-hant", "zh-hans"])
def cause(request):
    """The page of the one who caused it stands in this language."""
    with translation.override(request.param):
        yield request.param


def test_a_resident_is_told_in_the_installations_language(places, resident, at, cause):
    tell(place=places["510112"], at=at, kind=Kind.CHANGE, key="k", resident=resident, phone=PHONE, text=words(3))
    assert queries.inbox_of(resident).get().text == "3 条还没有看"
    assert OutboxMessage.unscoped.get().text == "3 条还没有看"
    assert translation.get_language() == cause


@pytest.mark.parametrize(("language", "read"), [("en", "3 unread"), ("zh-hant", "3 條還沒有看"), ("", "3 条还没有看")])
def test_staff_are_told_in_the_language_they_chose_on_the_desk(places, worker, at, cause, language, read):
    staff_reading(worker, language)
    tell(place=places["510112"], at=at, kind=Kind.WORK, key="k", staff=worker, text=words(3))
    assert queries.inbox_of(worker).get().text == read


def test_one_occasion_reads_differently_to_a_colleague_and_to_a_resident(places, worker, resident, at):
    staff_reading(worker, "en")
    tell(place=places["510112"], at=at, kind=Kind.WORK, key="k", staff=worker, resident=resident, text=words(2))
    said = [queries.inbox_of(person).get().text for person in (worker, resident)]
    assert said == ["2 unread", "2 条还没有看"]
