"""The guardian's pages: two children in one go, each step seen, the agreement, today's code."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse

from qunwen.base.scope import clock
from qunwen.services.afterschool import actions, pickup
from qunwen.services.afterschool.models import Agreement, Application, Child, Complaint, PickupCode

from .town import HEAD, TEACHER, School, around

pytestmark = pytest.mark.django_db
HOME = "/me/after-school/"


@pytest.fixture
def now_school(places):
    return School(places, clock.now(), around(clock.today()))


def portal(client, resident):
    session = client.session
    session["resident"] = {"id": str(resident.pk), "county": resident.county, "at": clock.now().isoformat()}
    session.save()
    return client


def form_of(school, kids, club, **more):
    data = {"key": "one-page", "consent": "on"}
    for number in range(len(kids)):
        data |= {f"on_{number}": "on", f"days_{number}": ["0", "1", "2", "3", "4"], f"x_{number}": [str(club.pk)]}
    return reverse("afterschool_family:apply", args=["510112", school.term.pk]), data | more


def test_two_children_apply_in_one_go_and_each_sees_what_became_of_it(client, now_school):
    club = now_school.club(size=1)
    guardian, kids = now_school.family(2)
    browser = portal(client, guardian)
    address, data = form_of(now_school, kids, club)
    answer = browser.post(address, data, follow=True)
    text = answer.content.decode()
    assert ["《剪纸》有名额" in text, "《剪纸》已满，排在候补" in text, "1 个名额已满，排第 1 位" in text] == [True] * 3
    assert Application.unscoped.count() == 2


def test_without_consent_nothing_is_kept_and_nothing_typed_is_lost(client, now_school):
    club = now_school.club(size=1)
    guardian, kids = now_school.family(1)
    address, data = form_of(now_school, kids, club)
    del data["consent"]
    answer = portal(client, guardian).post(address, data | {"alone_0": "on"})
    assert answer.status_code == 422
    assert "请先阅读告知并勾选同意" in answer.content.decode()
    assert answer.context["form"]["alone_0"].value() is True
    assert Application.unscoped.count() == 0


def test_the_guardian_signs_and_takes_the_paper_home(client, now_school):
    guardian, kids = now_school.family(1)
    (row,) = now_school.apply(guardian, kids)
    browser = portal(client, guardian)
    now_school.do(actions.pass_class, application=row.application, by=TEACHER)
    now_school.do(actions.pass_school, application=row.application, by=HEAD)
    sign = reverse("afterschool_family:answer", args=["510112", row.application.pk, "sign"])
    assert sign in browser.get(HOME).content.decode()
    browser.post(sign)
    paper = browser.get(reverse("afterschool_family:paper", args=["510112", Agreement.unscoped.get().pk]))
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(paper.content)).namelist()


def test_todays_code_is_on_the_page_and_another_person_gets_another(client, now_school):
    guardian, (child,) = now_school.family(1)
    browser = portal(client, guardian)
    add = reverse("afterschool_family:person_add", args=["510112", child.pk])
    assert browser.post(add, {"name": "外婆", "relation": ""}).status_code == 422
    for name in ("外婆", "爸爸"):
        browser.post(add, {"name": name, "relation": "家人", "phone": ""})
    seen = []
    for person in child.persons.model.unscoped.order_by("named_at", "pk"):
        browser.post(reverse("afterschool_family:code", args=["510112", child.pk]), {"person": str(person.pk)})
        seen.append(pickup.digits_of(PickupCode.unscoped.get()))
        assert seen[-1] in browser.get(HOME).content.decode()
    assert seen[0] != seen[1]


def test_nobody_reaches_anothers_child(client, now_school):
    guardian, kids = now_school.family(1)
    (row,) = now_school.apply(guardian, kids)
    agreement = now_school.agree(guardian, row.application)
    stranger, _own = now_school.family(1, phone="13800000009")
    browser = portal(client, stranger)
    assert browser.get(reverse("afterschool_family:paper", args=["510112", agreement.pk])).status_code == 404
    assert browser.get(reverse("afterschool_family:person_add", args=["510112", kids[0].pk])).status_code == 404
    sign = reverse("afterschool_family:answer", args=["510112", row.application.pk, "withdraw"])
    assert browser.post(sign).status_code == 404
    assert kids[0].resident.name not in browser.get(HOME).content.decode()


def test_without_a_login_there_is_nothing_to_see(client, now_school):
    now_school.enrolled()
    assert client.get(HOME).status_code == 302


def test_a_guardian_enters_the_childs_class_and_complains_of_its_school(client, now_school):
    guardian, (child,) = now_school.family(1)
    browser = portal(client, guardian)
    now_school.do(actions.set_class, school=now_school.school, name="三年级3班", grade=3)
    assert browser.get(reverse("afterschool_family:enter")).status_code == 200
    complain = reverse("afterschool_family:complain", args=["510112", now_school.school.pk])
    assert browser.post(complain, {"kind": "fee", "text": "贵"}).status_code == 422
    browser.post(complain, {"kind": "fee", "text": "上个月多收了一天"})
    assert Complaint.unscoped.get().resident_id == guardian.pk
    assert Child.unscoped.get(pk=child.pk).left_at is None
    assert dt.timedelta(0) <= clock.now() - Complaint.unscoped.get().made_at
