"""Words of evidence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Kind(models.TextChoices):
    """What sort of file it is, told by its content."""

    PHOTO = "photo", _("照片")
    DOCUMENT = "document", _("文档")
    SHEET = "sheet", _("表格")


class Variant(models.TextChoices):
    """Which copy of a file is asked for. Only photos have the two public copies."""

    THUMB = "thumb", _("缩略图")
    LARGE = "large", _("大图")
    ORIGINAL = "original", _("原件")


class Trouble(models.TextChoices):
    """What a check of the stored files can find."""

    MISSING = "missing", _("文件缺失")
    CHANGED = "changed", _("内容与登记的摘要不符")
    COPY_MISSING = "copy_missing", _("公开副本缺失")


class Entry(Codes):
    """What the journal says of evidence."""

    FILE_LINKED = "evidence.file.linked", _("上传佐证材料")
    LINK_REMOVED = "evidence.link.removed", _("移除佐证材料")
    CAPTION_SET = "evidence.link.captioned", _("修改说明文字")
    LINKS_REORDERED = "evidence.links.reordered", _("调整材料顺序")
