"""Announcements on the desk: the list with the state of each; writing and reviewing are Wagtail's own pages."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.models import WorkflowState

from qunwen.base.reviews.publishing import REVIEWS
from qunwen.base.scope import asking
from qunwen.base.ui.web.desk import show

from .access import Permission
from .enums import PageKind
from .models import Announcement
from .rights import announcements_of, homes_of, places_for

PAGE: Final = 40
ICON: Final = "doc-full-inverse"
STATES: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("draft", gettext_lazy("草稿")),
    ("waiting", gettext_lazy("审核中")),
    ("returned", gettext_lazy("已退回")),
    ("live", gettext_lazy("已发布")),
    ("down", gettext_lazy("已撤下")),
)
SEEING = (Permission.ANNOUNCE_VIEW, Permission.ANNOUNCE_WRITE, *(permission for _name, permission in REVIEWS))


def may_see() -> bool:
    """Whether the open scope has to do with announcements at all."""
    return any(asking.may(permission) for permission in SEEING)


def state_of(page: Announcement) -> tuple[str, str]:
    """(word, tone) of where an announcement stands."""
    flow = page.current_workflow_state
    if flow is not None and flow.status == WorkflowState.STATUS_IN_PROGRESS and flow.current_task_state:
        return _("待%(step)s") % {"step": flow.current_task_state.task.name}, "attention"
    if flow is not None and flow.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return _("已退回"), "wrong"
    if page.live:
        return (_("已发布，有修改未送审"), "plain") if page.has_unpublished_changes else (_("已发布"), "good")
    return (_("已撤下"), "quiet") if page.first_published_at else (_("草稿"), "plain")


def _rows(request: HttpRequest, kind: str, state: str, word: str) -> QuerySet[Announcement]:
    rows = announcements_of(request.user)
    for permission in SEEING[1:]:
        rows = rows | announcements_of(request.user, permission)
    if kind:
        rows = rows.filter(kind=kind)
    if word:
        rows = rows.filter(Q(title__icontains=word) | Q(draft_title__icontains=word))
    if state:
        rows = rows.filter(_in_state(state))
    # Wagtail's own prefetch looks under the base page's type unless the rows are fetched as base pages first.
    flows = WorkflowState.objects.active().select_related("current_task_state__task")
    flow = Prefetch("_specific_workflow_states", queryset=flows, to_attr="_current_workflow_states")
    rows = rows.select_related("place", "owner__staff").prefetch_related(flow)
    return rows.order_by("-latest_revision_created_at", "-pk")


def _in_state(state: str) -> Q:
    flows = WorkflowState.objects.filter(base_content_type__app_label="wagtailcore")
    waiting = flows.filter(status=WorkflowState.STATUS_IN_PROGRESS).values_list("object_id", flat=True)
    returned = flows.filter(status=WorkflowState.STATUS_NEEDS_CHANGES).values_list("object_id", flat=True)
    if state in {"waiting", "returned"}:
        return Q(pk__in=[int(key) for key in (waiting if state == "waiting" else returned)])
    idle = ~Q(pk__in=[int(key) for key in (*waiting, *returned)])
    if state == "live":
        return Q(live=True)
    return idle & Q(live=False, first_published_at__isnull=state == "draft")


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """What may be seen of one's places, newest first, with the state of each."""
    if not may_see():
        asking.require(Permission.ANNOUNCE_VIEW)
    kind = request.GET.get("kind", "")
    kind = kind if kind in PageKind.values else ""
    state = request.GET.get("state", "")
    state = state if state in dict(STATES) else ""
    word = request.GET.get("q", "").strip().replace("\x00", "")[:80]
    page = Paginator(_rows(request, kind, state, word), PAGE).get_page(request.GET.get("page"))
    return show(
        request, "portal/desk/announcements.html", title=_("公告"), icon=ICON, steps=[(_("公告"), "")], page=page,
        lines=[_line(request, row) for row in page.object_list], kinds=PageKind.choices, kind=kind, states=STATES,
        state=state, word=word, narrowed=bool(kind or state or word), homes=_homes(request),
    )  # fmt: skip


def _homes(request: HttpRequest) -> list[dict[str, Any]]:
    """The counties in which the person may write, with the addresses of beginning one and of the front page."""
    found = []
    for home in homes_of(request.user, Permission.ANNOUNCE_WRITE).select_related("place"):
        if places_for(request.user, home.place_id):
            edit = home.permissions_for_user(request.user).can_edit()
            found.append({
                "name": home.place.name,
                "add": reverse("wagtailadmin_pages:add", args=["portal", "announcement", home.pk]),
                "edit": reverse("wagtailadmin_pages:edit", args=[home.pk]) if edit else "",
            })  # fmt: skip
    return found


def _line(request: HttpRequest, page: Announcement) -> dict[str, Any]:
    word, tone = state_of(page)
    may = page.permissions_for_user(request.user)
    return {
        "page": page,
        "title": page.draft_title or page.title,
        "author": page.owner.get_full_name() if page.owner else "",
        "state": word,
        "tone": tone,
        "edit": reverse("wagtailadmin_pages:edit", args=[page.pk]) if may.can_edit() else "",
        "seen": page.portal_url() if page.live else "",
        "take_down": reverse("wagtailadmin_pages:unpublish", args=[page.pk]) if may.can_unpublish() else "",
    }
