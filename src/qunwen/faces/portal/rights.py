"""Wagtail's question "what may this user do with this page" answered by grants and places, never by Django groups.

An announcement is written by whoever holds the permission at its place; nobody holds Wagtail's right to publish, so
that the three reviews are the only way onto the portal. A page of another model is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy

from qunwen.base.places.models import Place
from qunwen.base.reviews.publishing import scope_of
from qunwen.base.scope.codes import Level, covers, upper_bound
from qunwen.base.scope.context import Reach
from qunwen.base.scope.rows import NOTHING, Scoping

from .access import Permission

if TYPE_CHECKING:
    from .models import Announcement, CountyHome

VIEW, WRITE, WITHDRAW = Permission.ANNOUNCE_VIEW, Permission.ANNOUNCE_WRITE, Permission.ANNOUNCE_WITHDRAW

# An announcement belongs to the unit of the person who began it.
OF_PAGES = Scoping(place="place_id", unit="owner__staff__unit_id", owner="owner__staff_id")
EDITING = frozenset({"add", "change"})


def reaches(user: Any, permission: str) -> tuple[Reach, ...]:
    """Where the grants of an account's person hold the permission."""
    return scope_of(user).reaches_for(permission)


def admits(user: Any, permission: str, page: Any) -> bool:
    """Whether the grants hold the permission for this announcement or front page."""
    found = reaches(user, permission)
    return bool(found) and any(reach.admits(**_spot(page)) for reach in found)


def _spot(page: Any) -> dict[str, Any]:
    staff = page.owner.staff if page.owner_id else None
    return {"place": page.place_id, "unit": staff and staff.unit_id, "owner": staff and staff.pk}


def announcements_of(user: Any, permission: str = VIEW) -> models.QuerySet[Announcement]:
    """The announcements for which the grants hold the permission."""
    from .models import Announcement  # noqa: PLC0415  models ask here what may be done with them

    return Announcement.objects.filter(OF_PAGES.rows_for(reaches(user, permission)))


def homes_of(user: Any, permission: str = VIEW) -> models.QuerySet[CountyHome]:
    """The counties' front pages with something below them within reach."""
    from .models import CountyHome  # noqa: PLC0415  as above

    near = NOTHING
    for reach in reaches(user, permission):
        if len(reach.prefix) > 6:
            near = near | Q(place_id=reach.prefix[:6])
        else:
            near = near | (
                Q(place_id__gte=reach.prefix, place_id__lt=upper_bound(reach.prefix)) if reach.prefix else Q()
            )
    return CountyHome.objects.filter(near).order_by("place_id")


def places_for(user: Any, county: str, permission: str = WRITE) -> list[Place]:
    """The county and its towns for which the person may write: what an announcement can be about."""
    held = reaches(user, permission)
    near = [r for r in held if covers(r.prefix, county) or covers(county, r.prefix)] if held else []
    if not near:
        return []
    own = {"unit": user.staff.unit_id, "owner": user.staff.pk}
    rows = Place.objects.filter(code__gte=county, code__lt=upper_bound(county), valid_to=None)
    rows = rows.filter(level__in=(Level.COUNTY, Level.TOWN)).order_by("code")
    return [row for row in rows if any(reach.admits(place=row.pk, **own) for reach in near)]


class GrantedPageTester(PagePermissionTester):
    """What one person may do with one announcement or front page."""

    def __init__(self, user: Any, page: Any) -> None:
        super().__init__(user, page)
        self.permissions = self._granted()

    def _granted(self) -> set[str]:
        from .models import CountyHome  # noqa: PLC0415  as above

        if not self.user.is_active:
            return set()
        found = {"change"} if admits(self.user, WRITE, self.page) else set()
        if isinstance(self.page, CountyHome) and places_for(self.user, self.page.place_id):
            found.add("add")
        return found

    def can_edit(self) -> bool:
        """Who may write here; during a review whoever does that review."""
        return bool(super().can_edit())

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002  Wagtail says so
        """Drafts only: what was once public stays, and what is under review waits for its decision."""
        page = self.page
        if page.first_published_at is not None or page.live or not page.is_leaf() or page.workflow_in_progress:
            return False
        return bool(super().can_delete(ignore_bulk)) and "add" not in self.permissions

    def can_unpublish(self) -> bool:
        """Taking an announcement down is a right of its own. A front page stays."""
        if not self.page.live or "add" in self.permissions or not self.user.is_active or self.page_locked():
            return False
        from .models import Announcement  # noqa: PLC0415  as above

        return isinstance(self.page, Announcement) and admits(self.user, WITHDRAW, self.page)

    def can_submit_for_moderation(self) -> bool:
        """Only by who may write here."""
        return "change" in self.permissions and bool(super().can_submit_for_moderation())

    def can_copy(self) -> bool:
        """Nobody: Wagtail's page of copying lists all pages as targets."""
        return False

    def can_move(self) -> bool:
        """Nobody: an announcement stays in its county."""
        return False

    def can_view_revisions(self) -> bool:
        """The history belongs to who may edit."""
        return self.can_edit()


@dataclass(frozen=True, slots=True)
class _Named:
    codename: str


@dataclass(frozen=True, slots=True)
class _Held:
    """Looks like Wagtail's GroupPagePermission: a page and an action."""

    page: Page
    permission: _Named

    @property
    def page_id(self) -> int:
        return self.page.pk


class GrantedPages(PagePermissionPolicy):
    """The page policy of the installation. Registered for all pages; see `PortalConfig.ready`."""

    def get_all_permissions_for_user(self, user: Any) -> list[_Held]:
        if not user.is_active or user.is_anonymous:
            return []
        return [_Held(home, _Named("add_page")) for home in homes_of(user, WRITE)]

    def _base_user_has_permission(self, user: Any) -> bool | None:
        return None if user.is_active else False

    def _base_queryset_for_user(self, user: Any) -> models.QuerySet | None:
        return None if user.is_active else self.model._default_manager.none()

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return bool(user.is_active and EDITING & set(actions) and reaches(user, WRITE))

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Page) -> bool:
        tester = instance.permissions_for_user(user)
        return isinstance(tester, GrantedPageTester) and bool(set(actions) & tester.permissions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> models.QuerySet:
        rows = self.model._default_manager.all()
        if not user.is_active or not EDITING & set(actions):
            return rows.none()
        mine = announcements_of(user, WRITE).values("pk") if "change" in actions else []
        homes = [h.pk for h in homes_of(user, WRITE) if "add" in actions or admits(user, WRITE, h)]
        return rows.filter(Q(pk__in=mine) | Q(pk__in=homes))

    def users_with_any_permission(
        self,
        actions: Iterable[str],
        include_superusers: bool = True,  # noqa: FBT001, FBT002  as above
    ) -> models.QuerySet:
        """Nobody is named: Wagtail asks to offer names of other counties' people too."""
        return get_user_model()._default_manager.none()

    def users_with_any_permission_for_instance(
        self,
        actions: Iterable[str],
        instance: Page,
        include_superusers: bool = True,  # noqa: FBT001, FBT002  as above
    ) -> models.QuerySet:
        return self.users_with_any_permission(actions)

    def instances_with_direct_explore_permission(self, user: Any) -> list[Page]:
        return list(homes_of(user, WRITE))

    def explorable_instances(self, user: Any) -> models.QuerySet:
        rows = self.model._default_manager.all()
        if not user.is_active:
            return rows.none()
        seen = announcements_of(user, VIEW).values("pk")
        return rows.filter(Q(pk__in=seen) | Q(pk__in=[h.pk for h in homes_of(user, VIEW)]))
