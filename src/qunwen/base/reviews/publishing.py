"""三审三校: pages go through three reviews by three different people before they are published.

Wagtail runs the workflow; who may do which review is asked of our grants, never of Django groups.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from qunwen.base.people import queries as people
from qunwen.base.scope import clock, context
from qunwen.base.scope.context import Reach, Scope

from .access import Permission

WORKFLOW = "三审三校"
REVIEWS = (
    ("初审", Permission.PUBLISH_FIRST),
    ("复审", Permission.PUBLISH_SECOND),
    ("终审", Permission.PUBLISH_FINAL),
)


class PlaceReviewTask(Task):
    """One of the reviews: done by somebody who holds the permission at the page's place.

    Nobody does two reviews of one submission, and nobody reviews what they handed in themselves.
    """

    table_kind = "local"
    personal: dict[str, str] = {}

    permission = models.CharField(_("所需权限"), max_length=80, choices=[(p.value, p.label) for name, p in REVIEWS])

    admin_form_fields = [*Task.admin_form_fields, "permission"]
    admin_form_readonly_on_edit_fields = [*Task.admin_form_readonly_on_edit_fields, "permission"]

    class Meta:
        verbose_name = _("按地点授权的审核")
        verbose_name_plural = _("按地点授权的审核")

    @classmethod
    def get_description(cls) -> str:
        """What Wagtail shows where a task is chosen."""
        return str(_("由在页面所属地点持有该权限的工作人员审核，一人不能审两级"))

    def may_review(self, page: Any, user: Any) -> bool:
        """Whether this person may do this review of the page now."""
        return self._holds(page, user) and not self._took_part(page.current_workflow_state, user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Send back (with a reason) and approve."""
        if not self.may_review(obj, user):
            return []
        return [
            ("reject", _("退回修改"), True),
            ("approve", _("通过"), False),
            ("approve", _("通过并留言"), True),
        ]

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """The rule is asked again here, so that no other way leads round it."""
        if not self.may_review(task_state.workflow_state.content_object, user):
            raise PermissionDenied(_("您没有这一级的审核权限，或已经参与过本次提交的其他环节。"))
        super().on_action(task_state, user, action_name, **kwargs)

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Who holds the right sees the page, also after doing another review of it."""
        return self._holds(obj, user)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """While it is reviewed, only the reviewer corrects (三校)."""
        return not self.may_review(obj, user)

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        """A reviewer may lock the page while reading."""
        return self.may_review(obj, user)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        """The pages that wait for this person."""
        mine = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        if not scope_of(user).reaches_for(self.permission):
            return TaskState.objects.none()
        waiting = mine.select_related("workflow_state").order_by("started_at", "pk")
        able = [s.pk for s in waiting if self.may_review(s.workflow_state.content_object, user)]
        return TaskState.objects.filter(pk__in=able)

    def _holds(self, page: Any, user: Any) -> bool:
        return any(_admits(reach, page) for reach in scope_of(user).reaches_for(self.permission))

    def _took_part(self, workflow_state: WorkflowState | None, user: Any) -> bool:
        if workflow_state is None or workflow_state.requested_by_id == user.pk:
            return True
        done = TaskState.objects.filter(
            workflow_state=workflow_state, status=TaskState.STATUS_APPROVED, finished_by_id=user.pk
        )
        return done.exclude(task_id=self.pk).exists()


def _admits(reach: Reach, page: Any) -> bool:
    """A page tells its place (`place_id`) and unit; one that tells none belongs to the whole installation."""
    page = page.specific if hasattr(page, "specific") else page
    place = getattr(page, "place_id", None)
    return place is None or reach.admits(place=place, unit=getattr(page, "unit_id", None))


def scope_of(user: Any) -> Scope:
    """What the grants of an account's person allow; reckoned once for an account object (one request)."""
    known: Scope | None = getattr(user, "_publishing_scope", None)
    if known is None:
        person = getattr(user, "staff", None)
        active = person is not None and user.is_active and person.active
        # Wagtail passes no moment to a task.
        known = people.scope_of(person, clock.now()) if active else context.PUBLIC  # noqa: TID251
        user._publishing_scope = known
    return known


@transaction.atomic
def ensure_workflow(root: Page | None = None) -> Workflow:
    """The workflow 三审三校 with its three reviews in order, attached to the root of the page tree.

    May be run again. `root` is the page it is attached to; a workflow that hangs there (Wagtail ships one with
    a single review) makes way, workflows of single branches stay.
    """
    workflow, _new = Workflow.objects.get_or_create(name=WORKFLOW, defaults={"active": True})
    for order, (name, permission) in enumerate(REVIEWS):
        task = PlaceReviewTask.objects.filter(permission=permission).order_by("pk").first()
        task = task or PlaceReviewTask.objects.create(name=name, permission=permission)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": order})
    page = root or Page.get_first_root_node()
    if page is not None:
        WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
    return workflow


def has_all_reviews(workflow_state: WorkflowState) -> bool:
    """Whether all three reviews of this submission are approved."""
    approved = TaskState.objects.filter(workflow_state=workflow_state, status=TaskState.STATUS_APPROVED)
    done = set(PlaceReviewTask.objects.filter(pk__in=approved.values("task_id")).values_list("permission", flat=True))
    return done >= {str(permission.value) for _name, permission in REVIEWS}
