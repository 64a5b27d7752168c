"""The desk's home: what waits for me, what is on this week, what lacks something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from qunwen.base.journal.access import Permission as Journal
from qunwen.base.notices import queries as notices
from qunwen.base.notices.access import Permission as Notices
from qunwen.base.notices.enums import State as Sent
from qunwen.base.people.access import Permission as People
from qunwen.base.reviews import queries as reviews
from qunwen.base.reviews.enums import State as ReviewState
from qunwen.base.scope import asking, clock
from qunwen.services.activities import attention
from qunwen.services.activities.access import Permission
from qunwen.services.bookings.access import Permission as Bookings
from qunwen.services.venues.access import Permission as Venues

SHOWN = 6
WEEK = 12


@dataclass(frozen=True)
class Need:
    """A figure that needs somebody: how many, of what, and where its rows are."""

    number: int
    label: str | Promise
    hint: str | Promise
    url: str


@dataclass(frozen=True)
class Shortcut:
    """A way in from the home page."""

    label: str | Promise
    url: str
    icon: str
    primary: bool = False


class HomePanel(Component):
    """Everything on the home page, in the order in which people need it."""

    name = "qunwen_home"
    template_name = "desk/home.html"
    order = 1

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Each part only for those who may see it."""
        actor = getattr(self.request, "actor", None)
        at = clock.now()
        data: dict[str, Any] = {"who": actor.name if actor else self.request.user.get_username(), "at": at}
        data["shortcuts"] = shortcuts()
        data["reviewer"] = actor is not None
        if actor is not None:
            data |= todo(actor.id)
        data["sees_activities"] = asking.may(Permission.VIEW)
        if data["sees_activities"]:
            rows = list(attention.this_week(at)[: WEEK + 1])
            data |= {"week": rows[:WEEK], "week_more": len(rows) > WEEK, "needs": needs(at), "records": _records()}
        data["unsent"] = unsent()
        return data


def unsent() -> Need | None:
    """Text messages that were given up: somebody has not been told."""
    number = notices.by_state().get(Sent.FAILED, 0) if asking.may(Notices.VIEW_OUTBOX) else 0
    url = f"{reverse('desk_notices:sent')}?state={Sent.FAILED}"
    return Need(number, _("条短信没有发出去"), _("看原因，改好后再发一次"), url) if number else None


def todo(actor_id: Any) -> dict[str, Any]:
    """What waits for my decision, and what of mine was sent back."""
    waiting = reviews.todo_for(actor_id)
    return {
        "waiting": list(waiting[:SHOWN]),
        "waiting_count": waiting.count(),
        "returned": list(reviews.mine(actor_id).filter(state=ReviewState.RETURNED)[:SHOWN]),
    }


def _records() -> bool:
    return asking.may(Permission.HOLD)


def shortcuts() -> list[Shortcut]:
    """What this person may begin."""
    found = []
    if asking.may(Permission.HOLD):
        found.append(Shortcut(_("补记活动"), reverse("activities:note"), "pencil", primary=True))
    if asking.may(Permission.PLAN):
        found.append(Shortcut(_("新建活动"), reverse("activities:add"), "plus"))
        found.append(Shortcut(_("年度计划"), reverse("activities:plan"), "calendar"))
    if asking.may(Permission.VIEW):
        found.append(Shortcut(_("全部活动"), reverse("activities:list"), "list"))
    if asking.may(Bookings.VIEW):
        found.append(Shortcut(_("报名"), reverse("bookings:things"), "users"))
    if asking.may(Venues.VIEW):
        found.append(Shortcut(_("阵地"), reverse("venues:list"), "building-community"))
    return found or _administration()


def _administration() -> list[Shortcut]:
    """For those who keep the house rather than hold activities: accounts, traces, messages."""
    ways = (
        (People.STAFF_VIEW, _("工作人员"), "desk_people:staff", "users"),
        (People.UNIT_VIEW, _("单位"), "desk_people:units", "building-community"),
        (Journal.VIEW, _("操作日志"), "journal:entries", "history"),
        (Notices.VIEW_OUTBOX, _("短信发送情况"), "desk_notices:sent", "mail"),
    )
    return [Shortcut(label, reverse(name), icon) for permission, label, name, icon in ways if asking.may(permission)]


def needs(at: Any) -> list[Need]:
    """Figures that lack something; those that are nought are left out."""
    listing = reverse("activities:list")
    year, month = attention.last_month(at)
    found = [
        Need(
            attention.past_unrecorded(at).values("activity_id").distinct().order_by().count(),
            _("个活动已过时间，还没有登记举办情况"),
            _("登记举办了没有、来了多少人"),
            f"{listing}?need=record",
        ),
        Need(
            len(attention.not_open_for_sign_up(at)),
            _("个已发布的活动还没有开放报名"),
            _("填上名额，居民才能在门户上报名"),
            f"{listing}?need=open",
        ),
        Need(
            len(attention.without_photos(at)),
            _("个已举办的活动没有照片"),
            _("没有佐证的人数只能算“仅填报”"),
            f"{listing}?need=photos",
        ),
        Need(
            len(attention.without_headcount(at)),
            _("个已举办的活动没有填人数"),
            _("没填不等于没人来，报表里会显示为缺"),
            f"{listing}?need=headcount",
        ),
        Need(
            attention.plan_left_over(at).count(),
            _("项上月计划没有举办"),
            _("补登记、改期，或写明原因取消"),
            f"{listing}?need=plan&month={year}-{month:02}",
        ),
    ]
    return [need for need in found if need.number]
