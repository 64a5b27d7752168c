"""What the pages of evidence take."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.ui.web.desk import ManyFilesField, ManyFilesInput

ACCEPTED = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx,.txt"


class UploadForm(forms.Form):
    """Files for one record."""

    files = ManyFilesField(
        label=_("照片和文件"), widget=ManyFilesInput(attrs={"multiple": True, "accept": ACCEPTED}),
        help_text=_("照片 20 MB、文件 50 MB 以内；可以一次选多个"),
    )  # fmt: skip
    caption = forms.CharField(label=_("说明文字"), max_length=200, required=False)


class CaptionForm(forms.Form):
    """The words under it."""

    caption = forms.CharField(label=_("说明文字"), max_length=200, required=False)


class RemoveForm(forms.Form):
    """Why it is taken away."""

    reason = forms.CharField(
        label=_("移除原因"), max_length=200, help_text=_("会记入操作日志；文件本身保留，别的记录不受影响")
    )
