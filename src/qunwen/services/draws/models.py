"""Public draws: the notice with its options, the applications with ranked wishes, and the memory of bad luck."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Household, Resident, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel

from .access import Permission
from .enums import DECIDED, LIST_PUBLIC, Channel, Party, SeedForm, Standing, State


class Draw(FactModel):
    """One public draw: its notice, its rules, and what was published when."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    title = models.CharField(_("名称"), max_length=120)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    party = models.CharField(_("名额单位"), max_length=10, choices=Party.choices, default=Party.PERSON)
    people_at_most = models.PositiveSmallIntegerField(_("每份申请至多人数"), default=1)
    first_timers = models.BooleanField(_("首次参加者优先"), default=False)
    luck = models.BooleanField(_("未中签次数计入"), default=True)
    share = models.BooleanField(_("同时申请多场的按份数折算"), default=True)
    season = models.CharField(_("同期"), max_length=80, blank=True)
    opens_at = models.DateTimeField(_("开始申请"))
    closes_at = models.DateTimeField(_("截止申请"))
    seed_notice = models.CharField(_("种子来自哪个公开事件"), max_length=200)
    seed_form = models.CharField(_("种子形式"), max_length=8, choices=SeedForm.choices)
    seed_length = models.PositiveSmallIntegerField(_("种子位数"))
    seed_at = models.DateTimeField(_("公开事件时间"))
    frozen_at = models.DateTimeField(_("锁定名单时间"), null=True, editable=False)
    list_hash = models.CharField(_("名单摘要"), max_length=64, blank=True, editable=False)
    seed = models.CharField(_("种子"), max_length=128, blank=True, editable=False)
    seeded_at = models.DateTimeField(_("录入种子时间"), null=True, editable=False)
    witness = models.CharField(_("见证人"), max_length=200, blank=True, editable=False)
    drawn_at = models.DateTimeField(_("抽签时间"), null=True, editable=False)
    published_at = models.DateTimeField(_("公布时间"), null=True, editable=False)
    note = models.CharField(_("说明"), max_length=400, blank=True)

    # Witnesses are named in public; who entered the seed stands in the journal.
    scoping = Scoping(place="place_id", unit="unit_id", open_because="a draw is a public notice from its first day on")

    class Meta:
        verbose_name = _("摇号")
        verbose_name_plural = _("摇号")
        ordering = ["-closes_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="draw_window"),
            models.CheckConstraint(condition=Q(seed_at__gt=F("closes_at")), name="draw_seed_after_window"),
            models.CheckConstraint(condition=Q(frozen_at=None) | ~Q(list_hash=""), name="draw_frozen_has_hash"),
            # The hash stood before the event that gave the seed.
            models.CheckConstraint(
                condition=Q(seeded_at=None) | Q(frozen_at__lt=F("seed_at"), seeded_at__gte=F("seed_at")),
                name="draw_hash_before_seed",
            ),
        ]
        indexes = [models.Index(fields=["county", "season"], name="draw_season")]

    def __str__(self) -> str:
        return self.title

    def is_open(self, at: dt.datetime) -> bool:
        """Whether applications are taken at this moment."""
        return self.state == State.OPEN and self.opens_at <= at < self.closes_at

    @property
    def is_list_public(self) -> bool:
        """Whether the list stands and anybody may download it."""
        return self.state in LIST_PUBLIC

    @property
    def is_decided(self) -> bool:
        """Whether lots were drawn."""
        return self.state in DECIDED


class Option(FactModel):
    """Something one may wish for: so many places, some of them kept for groups or villages."""

    draw = CountyForeignKey(Draw, models.PROTECT, related_name="options", verbose_name=_("摇号"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    position = models.PositiveSmallIntegerField(_("次序"))
    subject_type = models.CharField(_("对象类别"), max_length=80)
    subject_id = models.UUIDField(_("对象编号"))
    title = models.CharField(_("名称"), max_length=160)
    seats = models.PositiveIntegerField(_("名额"))
    kept = models.JSONField(_("优先群体保留"), default=list, blank=True)  # [[group, number], …] in order of taking
    floors = models.JSONField(_("村（社区）保底"), default=list, blank=True)  # [[village code, number], …]

    scoping = Scoping(
        place="place_id", unit="draw__unit_id", open_because="a draw is a public notice from its first day on"
    )

    class Meta:
        verbose_name = _("摇号项目")
        verbose_name_plural = _("摇号项目")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "draw", "position"], name="option_position"),
            models.UniqueConstraint(fields=["county", "draw", "subject_type", "subject_id"], name="option_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Application(FactModel):
    """One unit of the pool: a person, or a household that comes together, with ranked wishes."""

    draw = CountyForeignKey(Draw, models.PROTECT, related_name="applications", verbose_name=_("摇号"))
    # Where it is worked on: the village below the draw's place, or that place for people from elsewhere.
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    # Where they live; floors are read from it.
    home = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("住在"))
    resident = CountyForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申请人")
    )
    household = CountyForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("家庭")
    )
    contact = models.CharField(_("联系人"), max_length=40)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    # Who stands in the pool, so that nobody stands there twice: a household, a resident, or a digest of name and phone.
    who = models.CharField(_("名额占用人"), max_length=80, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=Standing.choices, default=Standing.APPLIED)
    channel = models.CharField(_("申请渠道"), max_length=8, choices=Channel.choices)
    groups = models.JSONField(_("优先群体"), default=list, blank=True)
    slip = models.CharField(_("纸质申请编号"), max_length=40, blank=True)
    key = models.CharField(_("防重编号"), max_length=80, editable=False)
    code = models.CharField(_("回执号"), max_length=8, editable=False)
    applied_at = models.DateTimeField(_("申请时间"))
    applied_by = models.CharField(_("操作人"), max_length=80)
    applied_for = models.CharField(_("代办对象"), max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, editable=False)
    # Frozen with the list.
    won = models.PositiveSmallIntegerField(_("以前中过签"), default=0, editable=False)
    credit = models.PositiveSmallIntegerField(_("未中签累积"), default=0, editable=False)
    among = models.PositiveSmallIntegerField(_("同期申请份数"), default=1, editable=False)
    leaf = models.CharField(_("申请指纹"), max_length=64, blank=True, editable=False)
    # The result.
    rank = models.PositiveIntegerField(_("签号"), null=True, editable=False)
    option = CountyForeignKey(
        Option, models.PROTECT, null=True, blank=True, related_name="winners", verbose_name=_("抽中项目")
    )
    rule = models.CharField(_("适用规则"), max_length=40, blank=True, editable=False)
    refusal = models.CharField(_("名额没有落实的原因"), max_length=300, blank=True, editable=False)

    personal = {
        "contact": "姓名",
        "phone": "手机号码",
        "applied_by": "姓名",
        "applied_for": "姓名",
        "groups": "特定身份",
    }
    scoping = Scoping(
        place="place_id", unit="draw__unit_id", resident="resident_id", view=Permission.VIEW
    )  # fmt: skip

    class Meta:
        verbose_name = _("摇号申请")
        verbose_name_plural = _("摇号申请")
        ordering = ["applied_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "key"], name="application_key"),
            models.UniqueConstraint(fields=["county", "code"], name="application_code"),
            models.UniqueConstraint(
                fields=["county", "draw", "who"], condition=Q(withdrawn_at=None), name="application_once"
            ),
            models.UniqueConstraint(fields=["county", "draw", "rank"], name="application_rank"),
            models.CheckConstraint(
                condition=(Q(state="won") & ~Q(option=None)) | (~Q(state="won") & Q(option=None)),
                name="application_won_what",
            ),
        ]
        indexes = [models.Index(fields=["county", "who"], name="application_who")]

    def __str__(self) -> str:
        return self.contact


class Member(FactModel):
    """One person of an application."""

    application = CountyForeignKey(Application, models.CASCADE, related_name="members", verbose_name=_("摇号申请"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    resident = CountyForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("居民")
    )
    name = models.CharField(_("姓名"), max_length=40)
    group = models.CharField(_("年龄组"), max_length=10, choices=AgeGroup.choices, default=AgeGroup.UNKNOWN)

    personal = {"name": "姓名"}
    scoping = Scoping(
        place="place_id", unit="application__draw__unit_id", resident="application__resident_id", view=Permission.VIEW
    )

    class Meta:
        verbose_name = _("参加人")
        verbose_name_plural = _("参加人")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Wish(FactModel):
    """One wish of an application; 1 is what they like best."""

    application = CountyForeignKey(Application, models.CASCADE, related_name="wishes", verbose_name=_("摇号申请"))
    option = CountyForeignKey(Option, models.PROTECT, related_name="wishes", verbose_name=_("摇号项目"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    rank = models.PositiveSmallIntegerField(_("志愿次序"))

    scoping = Scoping(
        place="place_id", unit="application__draw__unit_id", resident="application__resident_id", view=Permission.VIEW
    )

    class Meta:
        verbose_name = _("志愿")
        verbose_name_plural = _("志愿")
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "application", "rank"], name="wish_rank"),
            models.UniqueConstraint(fields=["county", "application", "option"], name="wish_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.option}"


class Luck(FactModel):
    """How often a household went away empty of late. Bounded, and it fades."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    household = CountyForeignKey(Household, models.PROTECT, related_name="+", verbose_name=_("家庭"))
    credit = models.PositiveSmallIntegerField(_("未中签累积"), default=0)
    counted_at = models.DateTimeField(_("计算到"))
    gained_at = models.DateTimeField(_("上次累积时间"), null=True)

    scoping = Scoping(place="place_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("未中签累积")
        verbose_name_plural = _("未中签累积")
        constraints = [
            models.UniqueConstraint(fields=["county", "household"], name="luck_of_household"),
            models.CheckConstraint(condition=Q(credit__lte=4), name="luck_bounded"),
        ]

    def __str__(self) -> str:
        return str(self.credit)
