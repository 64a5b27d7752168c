"""三审三校: three reviews by three people, by our grants at the page's place."""

import datetime as dt
import zlib

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import Page, Task, TaskState, WorkflowPage

from qunwen.base.people.models import Grant, Role, Staff, User
from qunwen.base.reviews import publishing
from qunwen.base.reviews.access import Permission
from qunwen.base.reviews.publishing import PlaceReviewTask, ensure_workflow
from qunwen.base.scope import writing

ALL = [Permission.PUBLISH_FIRST, Permission.PUBLISH_SECOND, Permission.PUBLISH_FINAL]


@pytest.fixture
def person(unit, places, at):
    def make(name, place="510112", permissions=ALL):
        with writing.allowed("test"):
            role, _new = Role.unscoped.get_or_create(
                code=f"{zlib.crc32(repr(permissions).encode()):x}",
                defaults={"name": "审", "permissions": [*permissions]},
            )
            staff = Staff.unscoped.create(name=name, unit=unit, place=unit.place)
            when = at - dt.timedelta(days=400)
            Grant.unscoped.create(staff=staff, role=role, place=places[place], granted_at=when)
        return User.objects.create(username=name, staff=staff)

    return make


@pytest.fixture
def page(db):
    root = Page.get_first_root_node()
    page = root.add_child(instance=Page(title="国庆文艺汇演公告", slug="news", live=False))
    page.save_revision()
    return page


@pytest.fixture
def workflow(page):
    return ensure_workflow()


def waiting(page):
    return Page.objects.get(pk=page.pk).current_workflow_task_state


def decide(page, user, action="approve"):
    user = User.objects.get(pk=user.pk)
    state = waiting(page)
    state.task.specific.on_action(state, user, action)


def test_the_workflow_is_made_once_and_stands_on_the_root(workflow):
    again = ensure_workflow()
    assert again.pk == workflow.pk
    assert [t.name for t in workflow.tasks] == ["初审", "复审", "终审"]
    assert (PlaceReviewTask.objects.count(), Task.objects.filter(name__in=["初审", "复审", "终审"]).count()) == (3, 3)
    assert WorkflowPage.objects.get(page=Page.get_first_root_node()).workflow.pk == workflow.pk


def test_three_people_publish_a_page(workflow, page, person):
    author, people = person("作者"), [person(n) for n in ("甲", "乙", "丙")]
    workflow.start(page, author)
    names = []
    for user in people:
        names.append(waiting(page).task.name)
        assert not Page.objects.get(pk=page.pk).live
        decide(page, user)
    assert names == ["初审", "复审", "终审"]
    assert Page.objects.get(pk=page.pk).live


def test_one_person_does_not_do_two_of_the_three(workflow, page, person):
    author, first, second = person("作者"), person("甲"), person("乙")
    workflow.start(page, author)
    decide(page, first)
    assert waiting(page).task.specific.get_actions(Page.objects.get(pk=page.pk), first) == []
    with pytest.raises(PermissionDenied):
        decide(page, first)
    decide(page, second)
    for user in (first, second):
        with pytest.raises(PermissionDenied):
            decide(page, user)
    assert not Page.objects.get(pk=page.pk).live


def test_nobody_reviews_an_own_page(workflow, page, person):
    author = person("作者")
    workflow.start(page, author)
    with pytest.raises(PermissionDenied):
        decide(page, author)


@pytest.mark.parametrize("permissions", [[Permission.VIEW], [Permission.PUBLISH_SECOND, Permission.PUBLISH_FINAL]])
def test_the_permission_of_the_step_is_needed(workflow, page, person, permissions):
    author, other = person("作者"), person("外人", permissions=permissions)
    workflow.start(page, author)
    with pytest.raises(PermissionDenied):
        decide(page, other)
    assert list(waiting(page).task.specific.get_task_states_user_can_moderate(other)) == []


def test_an_account_without_a_person_reviews_nothing(workflow, page, person):
    workflow.start(page, person("作者"))
    nobody = User.objects.create(username="root")
    with pytest.raises(PermissionDenied):
        decide(page, nobody)


def test_another_workflow_does_not_publish_by_our_rule(page, person, workflow):
    from wagtail.actions.publish_page_revision import PublishPagePermissionError
    from wagtail.models import Workflow, WorkflowTask

    short = Workflow.objects.create(name="只有一审")
    WorkflowTask.objects.create(workflow=short, task=PlaceReviewTask.objects.get(name="初审").task_ptr)
    short.start(page, person("作者"))
    with pytest.raises(PublishPagePermissionError):
        decide(page, person("甲"))
    assert not Page.objects.get(pk=page.pk).live


def test_the_place_of_the_page_decides(person, page):
    here, there = person("本县", "510112001"), person("外县", "610327")
    page.place_id = "510112001001"
    page.specific = page
    admits = [
        any(publishing._admits(r, page) for r in publishing.scope_of(u).reaches_for(Permission.PUBLISH_FIRST))
        for u in (here, there)
    ]
    assert admits == [True, False]


def test_sent_back_and_handed_in_again(workflow, page, person):
    author, first = person("作者"), person("甲")
    state = workflow.start(page, author)
    decide(page, first, "reject")
    state.refresh_from_db()
    assert state.status == state.STATUS_NEEDS_CHANGES
    state.resume(author)
    decide(page, first)
    assert waiting(page).task.name == "复审"


def test_the_list_of_pages_that_wait(workflow, page, person):
    author, first = person("作者"), person("甲")
    workflow.start(page, author)
    found = TaskState.objects.reviewable_by(first)
    assert [s.pk for s in found] == [waiting(page).pk]
    decide(page, first)
    assert list(TaskState.objects.reviewable_by(User.objects.get(pk=first.pk))) == []
