"""Files kept once, and the many records they prove."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel

from .access import Permission
from .enums import Kind, Variant


class EvidenceFile(FactModel):
    """One file of a county, kept once by the digest of its bytes as they came.

    Size in bytes, width and height in pixels as shown upright. The position of the original is
    for checking only: it never appears in a public copy.
    """

    sha256 = models.CharField(_("摘要"), max_length=64)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    content_type = models.CharField(_("内容类型"), max_length=100)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("文件名"), max_length=120)
    width = models.PositiveIntegerField(_("宽（像素）"), null=True)
    height = models.PositiveIntegerField(_("高（像素）"), null=True)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    latitude = models.DecimalField(_("拍摄纬度"), max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(_("拍摄经度"), max_digits=9, decimal_places=6, null=True)
    # The perceptual hash in four bands of 16 bits, each with an index (see similar.py).
    # None for files without a picture and for pictures of one colour, which resemble everything.
    band_a = models.PositiveIntegerField(_("感知摘要一"), null=True, editable=False)
    band_b = models.PositiveIntegerField(_("感知摘要二"), null=True, editable=False)
    band_c = models.PositiveIntegerField(_("感知摘要三"), null=True, editable=False)
    band_d = models.PositiveIntegerField(_("感知摘要四"), null=True, editable=False)
    kept_at = models.DateTimeField(_("入库时间"))

    personal = {
        "name": "文件名可能含姓名",
        "latitude": "拍摄位置",
        "longitude": "拍摄位置",
    }
    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("佐证文件")
        verbose_name_plural = _("佐证文件")
        ordering = ["-kept_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["county", "sha256"], name="evidence_file_once")]
        indexes = [
            models.Index(fields=["county", f"band_{letter}"], name=f"evidence_band_{letter}") for letter in "abcd"
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_photo(self) -> bool:
        """Whether it has copies that may be shown."""
        return self.kind == Kind.PHOTO

    @property
    def bands(self) -> tuple[int, int, int, int] | None:
        """The perceptual hash as four numbers of 16 bits."""
        found = (self.band_a, self.band_b, self.band_c, self.band_d)
        return None if None in found else found  # type: ignore[return-value]


class EvidenceLink(FactModel):
    """A file that belongs to a record. The record is named without a foreign key, so any area can have evidence."""

    file = CountyForeignKey(EvidenceFile, models.PROTECT, related_name="links", verbose_name=_("文件"))
    subject_type = models.CharField(_("对象类别"), max_length=80)
    subject_id = models.CharField(_("对象编号"), max_length=64)
    subject_label = models.CharField(_("对象"), max_length=200)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("地点"))
    caption = models.CharField(_("说明文字"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    linked_by_id = models.UUIDField(_("上传人编号"), null=True)
    linked_by_name = models.CharField(_("上传人"), max_length=80)
    linked_at = models.DateTimeField(_("上传时间"))
    removed_at = models.DateTimeField(_("移除时间"), null=True)

    personal = {"linked_by_name": "姓名", "subject_label": "可能含姓名", "caption": "可能含姓名"}
    scoping = Scoping(place="place_id", owner="linked_by_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["position", "linked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "file", "subject_type", "subject_id"],
                condition=Q(removed_at=None),
                name="evidence_link_once",
            )
        ]
        indexes = [models.Index(fields=["county", "subject_type", "subject_id"], name="evidence_link_subject")]

    def __str__(self) -> str:
        return self.caption or str(self.file)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Which copies there are."""
        return tuple(Variant) if self.file.is_photo else (Variant.ORIGINAL,)
