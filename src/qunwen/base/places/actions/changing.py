"""Renames, merges, splits, moves and dissolutions, each with its day and its document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.places.access import Permission
from qunwen.base.places.enums import ChangeKind, Entry
from qunwen.base.places.models import Place, PlaceChange, PlaceName
from qunwen.base.places.problems import ChildrenUnplaced, DateRefused, WrongLevel
from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level

from .succeeding import carry_edges, check_day, ending, hand_over, re_home, successor


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A division that comes into being: its short code (given by the statistical office) and its name."""

    code: str
    name: str


@action
def rename_place(
    *, place: Place, name: str, on: dt.date, document: str = "", by: Actor, at: dt.datetime
) -> PlaceChange:
    """Give a place another name from a day on; the former one is kept with its days.

    Raises DateRefused when the day is to come or not after the last rename, the name is empty or unchanged;
    NotInUse when the place does not exist on the day.
    """
    asking.require(Permission.CHANGE, place=place.code)
    place = Place.unscoped.select_for_update().get(pk=place.pk)
    check_day(place, on=on, at=at)
    new = name.strip()
    if not new or new == place.name:
        raise DateRefused(_("请填写与现名不同的新名称。"))
    last = place.former_names.order_by("-valid_to").first()
    began = last.valid_to if last else place.valid_from
    if began is not None and on <= began:
        raise DateRefused(_("更名日期须晚于 %(day)s（现名启用之日）。") % {"day": began})
    change = _change(place, ChangeKind.RENAME, on=on, document=document, at=at)
    PlaceName(place=place, name=place.name, valid_from=began, valid_to=on, change=change).save(force_insert=True)
    before, place.name = place.name, new
    place.save(update_fields=["name"])
    record(
        code=Entry.RENAMED,
        by=by,
        at=at,
        subject=place,
        place=place.code,
        before={"name": before},
        after={"name": new, "on": on, "document": document},
    )
    return change


@action
def merge_places(
    *,
    places: Sequence[Place],
    into: Place | NewPlace,
    on: dt.date,
    document: str = "",
    by: Actor,
    at: dt.datetime,
) -> PlaceChange:
    """Make one of several places: a new one, one of them, or another one of the same level.

    Places below those that end move under the new one, with the digits they had where these are free.
    Raises WrongLevel for places of different levels, DateRefused, NotInUse, CodeTaken.
    """
    target = into.code
    asking.require(Permission.CHANGE, place=target)
    olds = [Place.unscoped.select_for_update().get(pk=one.pk) for one in places if one.pk != target]
    if len(olds) + (len(olds) < len(places)) < 2 and isinstance(into, NewPlace):
        raise WrongLevel(_("合并至少要有两个区划。"))
    if not olds:
        raise WrongLevel(_("没有被并入的区划。"))
    for one in [*olds, *([into] if isinstance(into, Place) else [])]:
        asking.require(Permission.CHANGE, place=one.code)
        check_day(one, on=on, at=at)
    change = _change(olds[0], ChangeKind.MERGE, on=on, document=document, at=at)
    new = successor(into, like=olds[0], on=on)
    for one in olds:
        _same_level(one, new)
        hand_over(one, [new], change)
        re_home(one, new, change)
        carry_edges(one, [new], on)
        ending(one, on)
    record(
        code=Entry.MERGED,
        by=by,
        at=at,
        subject=new,
        place=new.code,
        before={"places": [one.code for one in olds]},
        after={"into": new.code, "name": new.name, "on": on, "document": document},
    )
    return change


@action
def split_place(
    *,
    place: Place,
    into: Sequence[Place | NewPlace],
    children: Mapping[str, str] | None = None,
    on: dt.date,
    document: str = "",
    by: Actor,
    at: dt.datetime,
) -> PlaceChange:
    """Make several places of one. The place itself may be among them and then keeps its code.

    `children` says for every place directly below the one that ends under which code it goes on. What was
    recorded before counts from now on for the place above only: nobody knows which part it belonged to.
    Raises ChildrenUnplaced, WrongLevel, DateRefused, NotInUse, CodeTaken.
    """
    asking.require(Permission.CHANGE, place=place.code)
    place = Place.unscoped.select_for_update().get(pk=place.pk)
    check_day(place, on=on, at=at)
    if len({one.code for one in into}) < 2:
        raise WrongLevel(_("拆分至少要有两个去向。"))
    change = _change(place, ChangeKind.SPLIT, on=on, document=document, at=at)
    news = [place if one.code == place.code else successor(one, like=place, on=on) for one in into]
    for new in news:
        _same_level(place, new)
        asking.require(Permission.CHANGE, place=new.code)
    stays = any(new.code == place.code for new in news)
    hand_over(place, news, change)
    _distribute(place, news, children or {}, change, stays=stays)
    carry_edges(place, [new for new in news if new.code != place.code], on, ends=not stays)
    if not stays:
        ending(place, on)
    record(
        code=Entry.SPLIT,
        by=by,
        at=at,
        subject=place,
        place=place.code,
        before={"name": place.name},
        after={"into": [new.code for new in news], "on": on, "document": document},
    )
    return change


@action
def move_place(
    *,
    place: Place,
    to: Place,
    code: str,
    on: dt.date,
    document: str = "",
    by: Actor,
    at: dt.datetime,
) -> PlaceChange:
    """Put a place under another parent; it and all below get codes under that parent from the day on.

    Raises WrongLevel when `to` is not one level above or `code` not under it, CodeTaken, DateRefused, NotInUse.
    """
    for one in (place, to):
        asking.require(Permission.CHANGE, place=one.code)
        check_day(one, on=on, at=at)
    place = Place.unscoped.select_for_update().get(pk=place.pk)
    if to.level != place.level - 1 or not code.startswith(to.code):
        raise WrongLevel(
            _("%(name)s只能划入上一级区划，新代码须以 %(code)s 开头。") % {"name": place.name, "code": to.code}
        )
    change = _change(place, ChangeKind.MOVE, on=on, document=document, at=at)
    new = successor(NewPlace(code, place.name), like=place, on=on)
    hand_over(place, [new], change)
    re_home(place, new, change)
    carry_edges(place, [new], on)
    ending(place, on)
    record(
        code=Entry.MOVED,
        by=by,
        at=at,
        subject=new,
        place=new.code,
        before={"code": place.code},
        after={"code": new.code, "on": on, "document": document},
    )
    return change


@action
def dissolve_place(*, place: Place, on: dt.date, document: str = "", by: Actor, at: dt.datetime) -> PlaceChange:
    """End a place that nothing follows; what was recorded there goes on counting for it and for those above it.

    Raises ChildrenUnplaced while something below it is in use, DateRefused, NotInUse.
    """
    asking.require(Permission.CHANGE, place=place.code)
    place = Place.unscoped.select_for_update().get(pk=place.pk)
    check_day(place, on=on, at=at)
    living = [child for child in place.children.order_by("code") if child.exists_on(on)]
    if living:
        raise ChildrenUnplaced(
            _("%(name)s下面还有 %(n)d 个在用的区划（%(first)s 等），请先把它们划转、合并或撤销。")
            % {"name": place.name, "n": len(living), "first": living[0].name}
        )
    change = _change(place, ChangeKind.DISSOLVE, on=on, document=document, at=at)
    carry_edges(place, [], on)
    ending(place, on)
    record(
        code=Entry.DISSOLVED,
        by=by,
        at=at,
        subject=place,
        place=place.code,
        before={"name": place.name},
        after={"on": on, "document": document},
    )
    return change


def _change(place: Place, kind: ChangeKind, *, on: dt.date, document: str, at: dt.datetime) -> PlaceChange:
    change = PlaceChange(place=place, kind=kind, day=on, document=document.strip(), recorded_at=at)
    change.save(force_insert=True)
    return change


def _same_level(old: Place, new: Place) -> None:
    if old.level != new.level:
        raise WrongLevel(
            _("%(old)s是%(a)s，%(new)s是%(b)s，层级不同。")
            % {"old": old.name, "a": Level(old.level).label, "new": new.name, "b": Level(new.level).label}
        )


def _distribute(
    place: Place, news: Sequence[Place], children: Mapping[str, str], change: PlaceChange, *, stays: bool
) -> None:
    """Each living place below goes where the split says; those of a place that stays may stay, too."""
    homes = {new.code: new for new in news}
    for child in place.children.order_by("code"):
        if not child.exists_on(change.day):
            continue
        home = children.get(child.code, place.code if stays else "")
        if home not in homes:
            raise ChildrenUnplaced(
                _("请说明“%(name)s”（%(code)s）归到拆分后的哪一个。") % {"name": child.name, "code": child.code}
            )
        if home != place.code:
            re_home(child, homes[home], change, only_this=True)
