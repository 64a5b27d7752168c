"""What the portal keeps itself: the county's front page, announcements, addresses of personal calendars."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from qunwen.base.people.access import Permission as PeoplePermission
from qunwen.base.people.models import Resident, Staff
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel

from .enums import PageKind
from .rights import GrantedPageTester
from .writing import AnnouncementForm

# Without Wagtail's own panel for titles: it would fill in an address field that is not there.
TITLE = FieldPanel("title", heading=_("标题"), help_text=_("显示在门户的列表和页面顶部"))
WORDS = ["h2", "h3", "bold", "ol", "ul", "link", "hr"]


class PortalPage(Page):
    """A page that lives on the portal and not under Wagtail's own addresses."""

    table_kind: ClassVar[str] = "local"
    personal: ClassVar[dict[str, str]] = {}

    # The address is made from the title, and nothing is published at an hour of its own, past the reviews.
    promote_panels: ClassVar[list[Any]] = []
    settings_panels: ClassVar[list[Any]] = []

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> GrantedPageTester:
        """What an account may do with this page: by grants and place."""
        return GrantedPageTester(user, self)

    def portal_url(self) -> str:
        """Its address on the portal."""
        raise TypeError("a page of the portal says its address")

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Wagtail's links, its preview and its "view live" lead to the portal at its public address."""
        if self.pk is None:
            return None
        parts = super().get_url_parts(request)
        return parts[0] if parts else 0, settings.QUNWEN_PUBLIC_URL, self.portal_url()


class CountyHome(PortalPage):
    """The county's front page: who is responsible, whom to telephone; its announcements hang below."""

    place = models.OneToOneField(Place, models.PROTECT, related_name="+", verbose_name=_("区县"))
    responsible_unit = models.CharField(_("负责单位"), max_length=80, blank=True)
    phone = models.CharField(_("服务电话"), max_length=40, blank=True, help_text=_("每一页页脚都会显示"))
    greeting = models.CharField(_("首页提示"), max_length=120, blank=True, help_text=_("有要紧事时显示在首页最上面"))

    content_panels = [
        TITLE,
        FieldPanel("place", read_only=True),
        FieldPanel("responsible_unit"),
        FieldPanel("phone"),
        FieldPanel("greeting"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["portal.Announcement"]
    template = "portal/county_preview.html"
    personal = {"phone": "单位电话（公开）"}

    class Meta:
        verbose_name = _("区县首页")
        verbose_name_plural = _("区县首页")

    def portal_url(self) -> str:
        """The portal's home of this county."""
        return f"{reverse('portal:home')}?county={self.place_id}"


class Announcement(PortalPage):
    """A notice, a piece of news, a guide. Published after three reviews (三审三校)."""

    kind = models.CharField(_("类别"), max_length=8, choices=PageKind.choices, default=PageKind.NOTICE)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="+", verbose_name=_("发布范围"), help_text=_("区县或乡镇（街道）")
    )
    unit_name = models.CharField(_("发布单位"), max_length=80)
    intro = models.CharField(_("摘要"), max_length=200, blank=True)
    body = RichTextField(_("正文"), features=WORDS)

    content_panels = [
        TITLE,
        FieldPanel("kind"),
        FieldPanel("place"),
        FieldPanel("unit_name"),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]
    base_form_class = AnnouncementForm
    parent_page_types = ["portal.CountyHome"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/announcement.html"

    class Meta:
        verbose_name = _("公告文章")
        verbose_name_plural = _("公告文章")

    @property
    def unit_id(self) -> uuid.UUID | None:
        """The unit of the person who began it, for grants that reach one unit only; None where that row is walled off."""
        staff = self.owner.staff_id if self.owner_id else None
        return Staff.unscoped.filter(pk=staff).values_list("unit_id", flat=True).first() if staff else None

    def portal_url(self) -> str:
        """Its page on the portal."""
        return reverse("portal:announcement", args=[self.pk])


class CalendarFeed(FactModel):
    """The secret address under which one resident's calendar program reads the bookings.

    The address itself is not kept: it is the row's id signed with the installation's key. Renewing ends the row.
    """

    resident = CountyForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("居民"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    opened_at = models.DateTimeField(_("开通时间"))
    closed_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    scoping = Scoping(place="place_id", resident="resident_id", view=PeoplePermission.RESIDENT_VIEW)

    class Meta:
        verbose_name = _("个人日历订阅")
        verbose_name_plural = _("个人日历订阅")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "resident"], condition=Q(closed_at=None), name="calendar_feed_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.opened_at:%Y-%m-%d}"
