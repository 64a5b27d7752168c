"""Sheets on their way to a browser: the empty form, the sender's own file with its faults marked."""

import io
import tempfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from .blankform import write_blank_form
from .errorbook import write_error_workbook
from .imports import SheetSpec, dry_run
from .kept import kept_sheet
from .reading import OpenSheet


def blank_form(spec: SheetSpec, *, title: str) -> FileResponse:
    """The form to fill in, as a file named by its title."""
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    write_blank_form(target, spec, title=title)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{title}.xlsx")


def marked_sheet(path: Path, name: str, spec: SheetSpec) -> FileResponse:
    """A sheet that was kept, tried out again and sent back with its faults in red; `name` is the sender's for it."""
    target = io.BytesIO()
    with OpenSheet(path) as sheet:
        report = dry_run(spec, sheet)
        write_error_workbook(target, sheet, report.heads, report.problems)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{Path(name).stem}-{_('待修改')}.xlsx")


def kept_or_404(session: MutableMapping[str, Any], key: str) -> tuple[Path, str]:
    """(path, the sender's name for it) of a sheet that is still kept."""
    found = kept_sheet(session, key)
    if found is None:
        raise Http404
    return found
