"""Announcements from the first draft to the portal: who may write, who may not, three people before anybody reads it."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, WorkflowState
from wagtail.permissions import page_permission_policy, policy_registry

from qunwen.base.people import actions as people
from qunwen.base.people.models import Grant, Role, Staff, Unit, User
from qunwen.base.scope import clock, context, writing
from qunwen.faces.portal.front import ensure_county_home, ensure_county_homes
from qunwen.faces.portal.models import Announcement, CountyHome
from qunwen.faces.portal.rights import GrantedPages, announcements_of, places_for
from tests.desk.people import COMMAND, LOGIN

HERE, TOWN, NEXT_TOWN, FOREIGN = "510112", "510112001", "510112002", "610327"
BODY = '{"blocks":[{"key":"a","type":"unstyled","text":"元旦闭馆一天。","depth":0,"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}'
SECRET = "陇县机密公告"


@pytest.fixture
def homes(places, at):
    """The front pages of two counties and the shipped roles."""
    with context.everything(reason="test"):
        people.sync_roles(by=COMMAND, at=at)
        return {code: ensure_county_home(places[code]) for code in (HERE, FOREIGN)}


@pytest.fixture
def enter(homes, places):
    """enter(name, role, place): somebody's browser; `.user` is the account."""

    def run(name, role="county_officer", place=HERE, data_scope="all"):
        with writing.allowed("test"):
            unit = Unit.unscoped.create(name=f"{places[place].name}{name}的单位", kind="station", place=places[place])
            staff = Staff.unscoped.create(name=name, unit=unit, place=places[place])
            since = clock.now() - dt.timedelta(days=400)
            role = Role.unscoped.get(code=role)
            Grant.unscoped.create(staff=staff, role=role, place=places[place], granted_at=since, data_scope=data_scope)
        browser = Client()
        browser.user = User.objects.create_user(f"u{staff.pk.hex}", staff=staff)
        browser.force_login(browser.user, backend=LOGIN)
        return browser

    return run


def fields(title="元旦闭馆", place=HERE, **more):
    return {
        "title": title, "kind": "notice", "place": place, "unit_name": "区文化馆", "intro": "", "body": BODY,
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "", **more,
    }  # fmt: skip


def write(browser, homes, county=HERE, **more):
    """Send the form of a new announcement; the answer."""
    url = reverse("wagtailadmin_pages:add", args=["portal", "announcement", homes[county].pk])
    return browser.post(url, fields(**more))


@pytest.fixture
def foreign(homes):
    """A draft of another county."""
    page = Announcement(title=SECRET, place_id=FOREIGN, unit_name="陇县馆", body=f"<p>{SECRET}</p>", live=False)
    homes[FOREIGN].add_child(instance=page)
    page.save_revision()
    return page


def decide(browser, page, name="approve"):
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, name, state.pk])
    return browser.post(url, {"comment": "请核对日期"} if name == "reject" else {})


def handed_in(browser, homes, **more):
    assert write(browser, homes, **more, **{"action-submit": "1"}).status_code == 302
    return Announcement.objects.latest("pk")


def shown(page):
    return Client().get(reverse("portal:announcement", args=[page.pk])).status_code == 200


def test_the_policy_answers_for_every_page(homes):
    asked = {policy_registry.get_by_type(model) for model in (Page, Announcement, type(homes[HERE]))}
    assert {type(one) for one in asked} == {GrantedPages}
    assert page_permission_policy not in asked


def test_three_people_bring_an_announcement_onto_the_portal(enter, homes):
    author = enter("作者", "town_station", TOWN)
    reviewers = [enter(name, "reviewer") for name in ("甲", "乙", "丙")]
    page = handed_in(author, homes, place=TOWN)
    steps = []
    for browser in reviewers:
        steps.append(Page.objects.get(pk=page.pk).current_workflow_task_state.task.name)
        assert not shown(page)
        assert decide(browser, page).status_code == 302
    assert steps == ["初审", "复审", "终审"]
    assert shown(page)
    logged = PageLogEntry.objects.filter(page_id=page.pk).order_by("timestamp", "pk")
    kept = list(logged.values_list("action", "user__staff__name"))
    approved = [name for action, name in kept if action == "wagtail.workflow.approve"]
    assert approved == ["甲", "乙", "丙"]
    for action, name in (("create", "作者"), ("workflow.start", "作者"), ("publish", "丙")):
        assert (f"wagtail.{action}", name) in kept


def test_one_person_does_not_review_twice(enter, homes):
    page = handed_in(enter("作者"), homes)
    first = enter("甲", "reviewer")
    decide(first, page)
    decide(first, page)
    assert Page.objects.get(pk=page.pk).current_workflow_task_state.task.name == "复审"
    assert not shown(page)


def test_an_author_does_not_review_the_own_announcement(enter, homes):
    author = enter("作者")
    page = handed_in(author, homes)
    decide(author, page)
    assert Page.objects.get(pk=page.pk).current_workflow_task_state.task.name == "初审"


def test_a_foreign_reviewer_decides_nothing(enter, homes):
    page = handed_in(enter("作者"), homes)
    decide(enter("陇县审", "reviewer", FOREIGN), page)
    assert Page.objects.get(pk=page.pk).current_workflow_task_state.task.name == "初审"


def test_sent_back_mended_and_handed_in_again(enter, homes):
    author = enter("作者")
    page = handed_in(author, homes)
    decide(enter("甲", "reviewer"), page, "reject")
    assert "已退回" in author.get(reverse("announcements:list")).content.decode()
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert author.post(url, fields(title="元旦闭馆（改）", **{"action-submit": "1"})).status_code == 302
    flow = Page.objects.get(pk=page.pk).current_workflow_state
    assert (flow.status, flow.current_task_state.task.name) == (WorkflowState.STATUS_IN_PROGRESS, "初审")


def test_nobody_publishes_past_the_reviews(enter, homes):
    author = enter("作者")
    assert write(author, homes, **{"action-publish": "1"}).status_code == 302
    page = Announcement.objects.latest("pk")
    author.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), fields(**{"action-publish": "1"}))
    assert not Announcement.objects.get(pk=page.pk).live
    text = author.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="action-publish"' not in text
    assert 'name="action-submit"' in text


@pytest.mark.parametrize("role", ["village_worker", "reviewer", "auditor_readonly", "city_officer", "system_admin"])
def test_without_the_permission_nothing_is_written(enter, homes, role):
    browser = enter("旁人", role)
    assert write(browser, homes).status_code in (302, 403)
    assert not Announcement.objects.exists()
    assert not places_for(browser.user, HERE)


def test_django_groups_give_nothing(enter, homes):
    browser = enter("旁人", "village_worker", "510112001001")
    browser.user.groups.set(Group.objects.all())
    write(browser, homes)
    assert (Group.objects.count() > 0, Announcement.objects.count()) == (True, 0)


def test_a_town_station_writes_for_its_town_only(enter, homes):
    browser = enter("站长", "town_station", TOWN)
    answer = write(browser, homes, place=NEXT_TOWN)
    assert (answer.status_code, Announcement.objects.count()) == (200, 0)
    assert "这个地方不在您的管理范围内，请另选。" in answer.content.decode()
    assert write(browser, homes, place=TOWN).status_code == 302
    assert Announcement.objects.get().place_id == TOWN


def test_a_town_does_not_touch_what_the_next_town_writes(enter, homes):
    write(enter("站长", "town_station", TOWN), homes, place=TOWN)
    page = Announcement.objects.get()
    other = enter("邻镇", "town_station", NEXT_TOWN)
    assert not page.permissions_for_user(other.user).can_edit()
    assert list(announcements_of(other.user)) == []
    other.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), fields(title="改了", place=NEXT_TOWN))
    assert Announcement.objects.get().draft_title == "元旦闭馆"


def test_venue_staff_reach_what_their_unit_wrote(enter, homes):
    mine, other = (enter(name, "venue_staff", data_scope="unit") for name in ("馆员", "别馆"))
    assert write(mine, homes).status_code == 302
    assert [len(announcements_of(browser.user)) for browser in (mine, other)] == [1, 0]


def test_the_form_begins_with_the_own_place_and_unit(enter, homes):
    browser = enter("站长", "town_station", TOWN)
    url = reverse("wagtailadmin_pages:add", args=["portal", "announcement", homes[HERE].pk])
    form = browser.get(url).context["form"]
    assert (form["place"].value(), form["unit_name"].value()) == (TOWN, "龙泉街道站长的单位")
    assert [place.pk for place in form.fields["place"].queryset] == [TOWN]


PAGES = (
    "edit", "delete", "unpublish", "view_draft", "history", "workflow_history", "revisions_index", "copy",
    "usage", "set_privacy", "lock", "unlock", "move", "preview_on_edit", "convert_alias",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_pages_of_another_county_answer_nothing(enter, foreign, name, method):
    answer = getattr(enter("科长"), method)(reverse(f"wagtailadmin_pages:{name}", args=[foreign.pk]), follow=True)
    assert SECRET not in answer.content.decode()
    assert Announcement.objects.filter(pk=foreign.pk, live=False, locked=False).exists()


def test_nothing_is_added_below_another_county(enter, homes):
    assert write(enter("科长"), homes, FOREIGN).status_code in (302, 403)
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("url", ["/desk/", "/desk/pages/", "/desk/pages/search/?q=机密", "/desk/announcements/?q=机密",
                                 "/desk/reports/workflow/", "/desk/reports/site-history/", "/desk/reports/aging-pages/",
                                 "/desk/reports/locked/", "/desk/choose-page/", "/desk/bulk/wagtailcore/page/delete/?id=1"])  # fmt: skip
def test_no_list_tells_of_another_county(enter, foreign, url):
    assert SECRET not in enter("科长").get(url, follow=True).content.decode()


def test_the_tree_leads_to_the_list(enter, homes):
    browser = enter("科长")
    for url in ("/desk/pages/", f"/desk/pages/{homes[HERE].pk}/"):
        assert browser.get(url).url == reverse("announcements:list")


@pytest.mark.parametrize(("role", "seen"), [("county_officer", 200), ("reviewer", 200), ("audit_admin", 403)])
def test_who_opens_the_list(enter, homes, role, seen):
    assert enter("某人", role).get(reverse("announcements:list")).status_code == seen


def test_the_list_tells_the_state_of_each(enter, homes):
    author = enter("作者")
    write(author, homes, title="草稿一篇")
    handed_in(author, homes, title="送审一篇")
    for state, title in (("draft", "草稿一篇"), ("waiting", "送审一篇")):
        lines = author.get(reverse("announcements:list"), {"state": state}).context["lines"]
        assert [line["title"] for line in lines] == [title]
    states = [line["state"] for line in author.get(reverse("announcements:list")).context["lines"]]
    assert states == ["待初审", "草稿"]


def test_taking_down_needs_its_own_permission(enter, homes):
    author = enter("站长", "town_station", TOWN)
    page = handed_in(author, homes, place=TOWN)
    for name in ("甲", "乙", "丙"):
        decide(enter(name, "reviewer"), page)
    url = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    author.post(url)
    assert shown(page)
    officer = enter("科长")
    assert officer.post(url).status_code == 302
    assert not shown(page)
    assert "已撤下" in officer.get(reverse("announcements:list")).content.decode()


def test_what_was_public_and_what_is_under_review_is_not_deleted(enter, homes):
    author = enter("作者")
    page = handed_in(author, homes)
    author.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert Announcement.objects.filter(pk=page.pk).exists()
    write(author, homes, title="作废")
    draft = Announcement.objects.latest("pk")
    author.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]))
    assert not Announcement.objects.filter(pk=draft.pk).exists()


def test_every_county_of_a_city_gets_its_front_page_once(places):
    assert [ensure_county_homes(root) for root in ("5101", "5101", "510112", "61")] == [1, 1, 1, 1]
    assert sorted(CountyHome.objects.values_list("place_id", flat=True)) == [HERE, FOREIGN]


def test_what_is_written_can_be_looked_at_before_it_is_sent(enter, homes):
    author = enter("作者")
    write(author, homes, title="先看看")
    page = Announcement.objects.get()
    seen = author.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert (seen.status_code, "元旦闭馆一天。" in seen.content.decode()) == (200, True)
    url = reverse("wagtailadmin_pages:preview_on_add", args=["portal", "announcement", homes[HERE].pk])
    assert author.post(url, fields(title="新的")).json() == {"is_valid": True, "is_available": True}
    assert "元旦闭馆一天。" in author.get(url).content.decode()


def test_the_search_field_of_the_desk_leads_to_the_list(enter, homes):
    text = enter("科长").get("/desk/").content.decode()
    assert (reverse("announcements:list") in text, reverse("wagtailadmin_pages:search") in text) == (True, False)
