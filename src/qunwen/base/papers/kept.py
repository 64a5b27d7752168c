"""A sheet somebody sent stays on the server until tomorrow, for its sender only: the session knows its name."""

import re
import time
import uuid
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KEPT_SECONDS = 24 * 3600
LARGEST = 20 * 1024 * 1024  # bytes


class SheetForm(forms.Form):
    """The file that was filled in."""

    sheet = forms.FileField(
        label=gettext_lazy("填好的表格"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(".xlsx 或 .csv，不超过 20 MB"),
    )  # fmt: skip

    def clean_sheet(self) -> Any:
        """Not larger than allowed."""
        file = self.cleaned_data["sheet"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("文件超过 20 MB，请分成几个文件。"))
        return file


def keep_sheet(session: MutableMapping[str, Any], key: str, file: Any) -> Path:
    """Keep an uploaded file under `key` of the session; files of yesterday go."""
    folder = _folder()
    for old in folder.glob("*.sheet"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    path = folder / f"{uuid.uuid4().hex}.sheet"
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    session[key] = {"file": path.name, "name": file.name[:120]}
    return path


def kept_sheet(session: MutableMapping[str, Any], key: str) -> tuple[Path, str] | None:
    """(path, the sender's name for it), None when nothing is kept there any more."""
    kept = session.get(key) or {}
    if not re.fullmatch(r"[0-9a-f]{32}\.sheet", kept.get("file", "")):
        return None
    path = _folder() / kept["file"]
    return (path, kept["name"]) if path.is_file() else None


def _folder() -> Path:
    folder = Path(settings.QUNWEN_HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
