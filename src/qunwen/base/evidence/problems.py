"""What can be wrong with a file that somebody wants to keep. Every message is for that person."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class FileRefused(ValidationError):
    """The file cannot be kept; nothing was stored and what was there before is unchanged."""


class StorageFull(FileRefused):
    """The disk had no room left; the half-written file was removed again."""


def too_big(what: str, limit: int) -> FileRefused:
    """`limit` in bytes."""
    return FileRefused(
        _("%(what)s不能超过 %(limit)d MB。请压缩后再上传。") % {"what": what, "limit": limit // 1024**2}, code="too_big"
    )


def unknown_content() -> FileRefused:
    """The content is of no kind we keep."""
    return FileRefused(
        _("认不出这个文件的内容。可以上传照片（JPEG、PNG、WebP）、PDF、Word（.docx）、Excel（.xlsx）和纯文本。"),
        code="unknown_content",
    )


def refused_kind(kind: str) -> FileRefused:
    """A known kind that is not taken, with what to do instead."""
    advice = {
        "svg": _("SVG 图形可能带有脚本，不能上传。请导出为 PNG 后再上传。"),
        "html": _("这个文件含有网页代码，不能上传。请另存为 PDF 或照片。"),
        "gif": _("不接受 GIF 图片。请另存为 JPEG 或 PNG。"),
        "heic": _(
            "这是苹果手机的 HEIC 照片，多数电脑打不开。请在手机“设置－相机－格式”里选“兼容性最佳”，或转成 JPEG。"
        ),
        "media": _("这里不保存音频和视频。请上传照片，或把视频的链接写在说明里。"),
        "old_office": _("这是旧版 Office 文件。请在 Word 或 Excel 里另存为 .docx 或 .xlsx。"),
        "macro": _("这个文件带有宏，不能上传。请另存为不带宏的 .docx 或 .xlsx。"),
        "locked": _("这个文件加了密码，无法检查。请去掉密码后再上传。"),
        "archive": _("不接受压缩包。请解压后逐个上传。"),
        "mixed": _("这张图片里夹带了别的内容，不能上传。请用手机或画图软件打开后另存一份。"),
    }
    return FileRefused(advice[kind], code=kind)


def broken_image() -> FileRefused:
    """The picture ends too early or cannot be decoded."""
    return FileRefused(_("这张照片不完整或已损坏，打不开。请重新传一次，或换一张。"), code="broken_image")


def too_many_pixels(limit: int) -> FileRefused:
    """`limit` in millions of pixels."""
    return FileRefused(_("照片太大了，不能超过 %(limit)d00 万像素。请缩小后再上传。") % {"limit": limit}, code="pixels")


def too_much_inside() -> FileRefused:
    """An office file that unpacks to far more than its size."""
    return FileRefused(_("这个文件解开后大得不正常，不能上传。请检查文件，或把内容复制到新文件里。"), code="bomb")


def broken_document() -> FileRefused:
    """An office file or PDF that cannot be opened."""
    return FileRefused(_("这个文件已损坏，打不开。请在原来的软件里重新保存一次。"), code="broken_document")


def storage_full() -> StorageFull:
    """No room on the disk."""
    return StorageFull(
        _("服务器磁盘已满，文件没有保存，其他内容没有受影响。请联系系统管理员清理磁盘后再上传。"), code="full"
    )


def no_county() -> FileRefused:
    """The place lies above every county."""
    return FileRefused(_("材料要归到某个县（区）之下，请选择县级或以下的地点。"), code="no_county")
