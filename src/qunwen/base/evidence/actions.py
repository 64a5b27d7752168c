"""Everything that changes evidence."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import models
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import LENGTHS, Level

from . import problems, queries, similar, storage
from .access import Permission
from .enums import Entry
from .inspecting import Content
from .models import EvidenceFile, EvidenceLink
from .storage import Received

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A warning, never a refusal: the photo looks like one that already proves something else."""

    link: EvidenceLink
    distance: int

    def __str__(self) -> str:
        same = _("完全相同") if self.distance == 0 else _("非常相似")
        return _("这张照片与“%(what)s”里的一张%(same)s，请确认没有传错。") % {
            "what": self.link.subject_label,
            "same": same,
        }


def keep_file(
    *,
    stream: BinaryIO,
    name: str,
    subject: models.Model,
    place: Place,
    by: Actor,
    at: dt.datetime,
    caption: str = "",
) -> tuple[EvidenceLink, list[Duplicate]]:
    """Keep an uploaded file and link it to a record; also warn of photos alike at other records.

    The slow part (writing, decoding, making copies) runs before the transaction begins, so that
    nobody waits for it. The same file at the same record gives the link that is already there.
    Raises FileRefused with a message for the person (nothing is stored), Forbidden.
    """
    asking.require(Permission.ADD, place=place.pk, owner=by.id, unit=by.unit)
    if len(place.pk) < LENGTHS[Level.COUNTY]:
        raise problems.no_county()
    received = storage.receive(stream, place.pk[: LENGTHS[Level.COUNTY]])
    link = link_received(received=received, name=name, subject=subject, place=place, by=by, at=at, caption=caption)
    return link, duplicates(link)


@action
def link_received(
    *,
    received: Received,
    name: str,
    subject: models.Model,
    place: Place,
    by: Actor,
    at: dt.datetime,
    caption: str = "",
) -> EvidenceLink:
    """Link a file that `storage.receive` has taken in. Used through `keep_file`."""
    asking.require(Permission.ADD, place=place.pk, owner=by.id, unit=by.unit)
    file, _new = EvidenceFile.unscoped.get_or_create(
        county=received.county, sha256=received.sha256, defaults=_described(received, name, at)
    )
    link, created = _linked(received.county, file, subject, place, by=by, at=at, caption=caption)
    if not created:
        nothing_changed("the same file is already there")
        return link
    record(
        code=Entry.FILE_LINKED, by=by, at=at, subject=subject, place=place.pk,
        after={"link": link.pk, "name": file.name, "sha256": file.sha256, "caption": link.caption},
    )  # fmt: skip
    return link


@action
def link_again(
    *, link: EvidenceLink, subject: models.Model, place: Place, by: Actor, at: dt.datetime, caption: str = ""
) -> EvidenceLink:
    """Let a file that is kept already prove another record of the same county, too.

    The same file at the same record gives the link that is already there. Raises FileRefused across counties,
    Forbidden.
    """
    asking.require(Permission.VIEW, on=link)
    asking.require(Permission.ADD, place=place.pk, owner=by.id, unit=by.unit)
    if place.pk[: LENGTHS[Level.COUNTY]] != link.county:
        raise problems.no_county()
    made, created = _linked(link.county, link.file, subject, place, by=by, at=at, caption=caption)
    if not created:
        nothing_changed("the same file is already there")
        return made
    record(
        code=Entry.FILE_LINKED, by=by, at=at, subject=subject, place=place.pk,
        after={"link": made.pk, "name": link.file.name, "sha256": link.file.sha256, "caption": made.caption},
    )  # fmt: skip
    return made


@action
def unlink(*, link: EvidenceLink, by: Actor, at: dt.datetime, reason: str = "") -> EvidenceLink:
    """Take a piece of evidence away from its record, with the reason for the journal.

    The bytes stay: other records and backups may need them.
    """
    asking.require(Permission.REMOVE, on=link)
    gone = EvidenceLink.unscoped.filter(county=link.county, pk=link.pk, removed_at=None).update(removed_at=at)
    if not gone:
        nothing_changed("already removed")
        return link
    link.removed_at = at
    told = {"after": {"reason": reason.strip()[:200]}} if reason.strip() else {}
    before = {"name": link.file.name, "caption": link.caption}
    _record_on_subject(Entry.LINK_REMOVED, link, by, at, before=before, **told)
    return link


@action
def set_caption(*, link: EvidenceLink, caption: str, by: Actor, at: dt.datetime) -> EvidenceLink:
    """Change the words under a photo (at most 200 characters)."""
    asking.require(Permission.ADD, on=link)
    new, old = caption.strip()[:200], link.caption
    if new == old:
        nothing_changed("same caption")
        return link
    EvidenceLink.unscoped.filter(county=link.county, pk=link.pk).update(caption=new)
    link.caption = new
    _record_on_subject(Entry.CAPTION_SET, link, by, at, before={"caption": old}, after={"caption": new})
    return link


@action
def reorder(*, links: Sequence[EvidenceLink], by: Actor, at: dt.datetime) -> None:
    """Put the evidence of one record into the order given; the first is the one shown in lists.

    Raises ValueError when the links belong to more than one record.
    """
    if not links:
        nothing_changed("no links")
        return
    if len({(link.county, link.subject_type, link.subject_id) for link in links}) != 1:
        raise ValueError("links of several records")
    for position, link in enumerate(links):
        asking.require(Permission.ADD, on=link)
        EvidenceLink.unscoped.filter(county=link.county, pk=link.pk).update(position=position)
        link.position = position
    _record_on_subject(Entry.LINKS_REORDERED, links[0], by, at, after={"order": [link.pk for link in links]})


def _linked(
    county: str, file: EvidenceFile, subject: models.Model, place: Place, *, by: Actor, at: dt.datetime, caption: str
) -> tuple[EvidenceLink, bool]:
    """The link of the file to the record, made at the end of its order if there is none."""
    kind, key = queries.identity(subject)
    there = EvidenceLink.unscoped.filter(county=county, subject_type=kind, subject_id=key, removed_at=None)
    last = there.aggregate(last=models.Max("position"))["last"]
    return EvidenceLink.unscoped.get_or_create(
        county=county,
        file=file,
        subject_type=kind,
        subject_id=key,
        removed_at=None,
        defaults={
            "subject_label": str(subject)[:200],
            "place": place,
            "caption": caption.strip()[:200],
            "position": 0 if last is None else last + 1,
            "linked_by_id": by.id,
            "linked_by_name": by.name,
            "linked_at": at,
        },
    )


def duplicates(link: EvidenceLink) -> list[Duplicate]:
    """Where the same or a very similar photo proves another record of the county, nearest first.

    Finds them whoever uploaded them: that is the point. Names only the record, shows no photo.
    """
    if link.file.bands is None:
        apart = {link.file_id: 0}
    else:
        apart = {found.file.pk: found.distance for found in similar.near(link.county, link.file.bands)}
    rows = EvidenceLink.unscoped.filter(county=link.county, file_id__in=list(apart), removed_at=None)
    others = rows.exclude(subject_type=link.subject_type, subject_id=link.subject_id).order_by("pk")
    return sorted(
        (Duplicate(other, apart[other.file_id]) for other in others), key=lambda one: (one.distance, one.link.pk)
    )


def _described(received: Received, name: str, at: dt.datetime) -> dict[str, Any]:
    photo = received.photo
    fields: dict[str, Any] = {
        "size": received.size,
        "content_type": received.content.content_type,
        "kind": received.content.kind,
        "name": safe_name(name, received.content),
        "kept_at": at,
    }
    if photo is not None:
        fields |= {"width": photo.width, "height": photo.height, "taken_at": photo.taken_at}
        if photo.position:
            fields |= dict(zip(("latitude", "longitude"), photo.position, strict=True))
        if photo.bands:
            fields |= dict(zip(("band_a", "band_b", "band_c", "band_d"), photo.bands, strict=True))
    return fields


def safe_name(name: str, content: Content) -> str:
    """The name to show and to offer for download: no folders, no invisible letters, the ending of the content."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(c for c in bare if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    stem = bare.rsplit(".", 1)[0].strip(" .") or "文件"
    return f"{stem[: NAME_LENGTH - len(content.extension) - 1]}.{content.extension}"


def _record_on_subject(code: Entry, link: EvidenceLink, by: Actor, at: dt.datetime, **values: dict[str, Any]) -> None:
    """The entry stands in the history of the record the evidence belongs to, whose class we do not know."""
    subject = queries.stand_in(link.subject_type, link.subject_id)
    record(code=code, by=by, at=at, subject=subject, place=link.place_id, label=link.subject_label, **values)
