"""A list pasted from a table: first tried line by line, then entered through the same door as everybody."""

from __future__ import annotations

import hashlib
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.bookings import actions
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.models import Bucket
from qunwen.services.bookings.party import Guest

from .forms import ImportForm
from .loaded import actor, steps, thing_or_404
from .places import BOTH

Line = tuple[int, str, str, str]


def read_lines(text: str) -> list[Line]:
    """(line number, name, phone, group) of every line that is not empty; columns by tab, comma or space."""
    groups = {str(group.label).split("（")[0]: group.value for group in AgeGroup}
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.replace("，", ",").replace("\t", ",").replace("\u3000", " ")
        parts = [part.strip() for part in (cells.split(",") if "," in cells else cells.split())]
        if not parts or not parts[0]:
            continue
        phone = next((part for part in parts[1:] if part.isdigit()), "")
        group = next((groups[part] for part in parts[1:] if part in groups), AgeGroup.UNKNOWN)
        found.append((number, parts[0][:40], phone, str(group)))
    return found


@never_cache
@require_http_methods(BOTH)
def names(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Paste, try, enter."""
    thing = thing_or_404(county, pk)
    asking.require(Permission.BOOK_FOR, on=thing.one)
    form = ImportForm(request.POST if request.method == "POST" else None, buckets=thing.buckets)
    answers: list[tuple[Line, str, str]] = []
    if request.method == "POST" and form.is_valid():
        bucket, lines = form.rows[form.cleaned_data["bucket"]], read_lines(form.cleaned_data["names"])
        trial = "enter" not in request.POST
        found = attempt(form, lambda: _load(request, bucket, lines, trial=trial))
        if found is not None:
            answers = [(line, *_said(one)) for line, one in zip(lines, found, strict=True)]
            if not trial:
                number = sum(one.booking is not None for one in found)
                messages.success(request, _("已导入 %(n)d 行。再导一次同样的名单不会重复。") % {"n": number})
    return show(
        request, "bookings/desk/import.html", title=thing.title, icon="group", steps=steps(thing.one, _("导入名单")),
        thing=thing, form=form, answers=answers, entered="enter" in request.POST and bool(answers), status=status_of(form),
    )  # fmt: skip


def _load(request: HttpRequest, bucket: Bucket, lines: list[Line], *, trial: bool) -> list[actions.Imported]:
    phones = {phone for _number, _name, phone, _group in lines if phone}
    known = {
        row.phone: row for row in Resident.objects.filter(county=bucket.county, phone__in=sorted(phones), active=True)
    }
    rows = []
    for number, name, phone, group in lines:
        resident = known.get(phone)
        member: Resident | Guest = resident if resident is not None else Guest(name=name, group=group)
        rows.append(
            actions.ImportRow(line=number, bucket=bucket, members=[member], resident=resident, contact=name)
        )  # fmt: skip
    text = "\n".join("\t".join(map(str, line)) for line in lines)
    batch = hashlib.sha256(f"{bucket.pk}\n{text}".encode()).hexdigest()
    return actions.import_bookings(rows=rows, batch=batch, by=actor(request), at=clock.now(), dry_run=trial)


def _said(one: actions.Imported) -> tuple[str, str]:
    """What became of a line: a word, and its tone."""
    if one.booking is None:
        return one.refused, "wrong"
    return str(one.booking.get_state_display()), "attention" if one.booking.state == "waiting" else "good"
