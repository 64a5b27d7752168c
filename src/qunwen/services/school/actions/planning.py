"""Classes in preparation: planned, changed as long as nobody sees them, dropped."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.scope import asking
from qunwen.services.rooms.models import Resource
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import ClassState, Entry
from qunwen.services.school.errors import ClassRefused
from qunwen.services.school.models import CourseClass, School, Subject, Term
from qunwen.services.venues.models import Room

from . import keeping

SETTINGS = frozenset({
    "term", "subject", "school", "title", "teacher", "room", "weekdays", "starts", "ends", "planned", "online",
    "on_site", "elders", "how", "opens_at", "closes_at",
})  # fmt: skip
MOST_LESSONS = 60


@action
def plan_class(
    *, term: Term, subject: Subject, school: School, title: str, opens_at: dt.datetime, closes_at: dt.datetime,
    weekdays: Collection[int], starts: dt.time, ends: dt.time, planned: int, by: Actor, at: dt.datetime,
    room: Resource | Room | None = None, **details: Any,
) -> CourseClass:  # fmt: skip
    """Prepare a class; nobody sees it before it is published.

    `details`: teacher, how, online, on_site, elders (places by channel). `room` is where it meets; a room of a venue that
    could not be reserved so far can be from now on. Raises ClassRefused at the field, Forbidden.
    """
    row = CourseClass(
        county=school.county, place_id=school.place_id, unit_id=school.unit_id, term=term, subject=subject,
        school=school, title=title.strip(), opens_at=opens_at, closes_at=closes_at, weekdays=_days(weekdays),
        starts=starts, ends=ends, planned=planned, secret=secrets.token_hex(32), **details,
    )  # fmt: skip
    asking.require(Permission.MANAGE, on=row)
    _check(row, room)
    _seat(row, room, by, at)
    row.save(force_insert=True)
    record(
        code=Entry.CLASS_PLANNED, by=by, at=at, subject=row, place=row.place_id,
        after={"title": row.title, "size": row.size, "how": row.how},
    )  # fmt: skip
    return row


@action
def change_class(*, course_class: CourseClass, new: Mapping[str, Any], by: Actor, at: dt.datetime) -> CourseClass:
    """Change SETTINGS of a class in preparation. Raises ClassRefused at the field or once published, Forbidden."""
    asking.require(Permission.MANAGE, on=course_class)
    if unknown := set(new) - SETTINGS:
        raise TypeError(f"not settings of a class: {', '.join(sorted(unknown))}")
    row = CourseClass.unscoped.select_for_update(no_key=True, of=("self",)).select_related("teacher", "room").get(
        county=course_class.county, pk=course_class.pk
    )  # fmt: skip
    if row.state != ClassState.DRAFT:
        raise ClassRefused(_("已发布的班级不能整体修改；名额在“报名”里调，时间用“调课”，教师用“换教师”。"))
    wanted = dict(new)
    room = wanted.pop("room", row.room)
    if "weekdays" in wanted:
        wanted["weekdays"] = _days(wanted["weekdays"])
    if "title" in wanted:
        wanted["title"] = wanted["title"].strip()
    before, after = changes(row, wanted)
    for name, value in after.items():
        setattr(row, name, value)
    row.place_id, row.unit_id = row.school.place_id, row.school.unit_id
    asking.require(Permission.MANAGE, on=row)
    _check(row, room)
    kept = row.room_id
    _seat(row, room, by, at)
    if not after and row.room_id == kept:
        nothing_changed("same values")
        return row
    row.save(update_fields=[*after, "place", "unit", "room", "room_name"])
    said = [name for name in after if name not in ("term", "subject", "school", "teacher")]
    record(
        code=Entry.CLASS_CHANGED, by=by, at=at, subject=row, place=row.place_id,
        before={name: before[name] for name in said}, after={name: after[name] for name in said},
    )  # fmt: skip
    return row


@action
def drop_class(*, course_class: CourseClass, by: Actor, at: dt.datetime) -> None:
    """Take away a class that was never published and that nobody learned in. Raises ClassRefused, Forbidden."""
    asking.require(Permission.MANAGE, on=course_class)
    if course_class.state != ClassState.DRAFT:
        raise ClassRefused(_("发布过的班级只能停办，不能删除。"))
    if course_class.pupils.model.unscoped.filter(county=course_class.county, course_class=course_class).exists():
        raise ClassRefused(_("这个班有导入的往年学员，不能删除。"))
    record(
        code=Entry.CLASS_DROPPED, by=by, at=at, subject=course_class, place=course_class.place_id,
        before={"title": course_class.title},
    )  # fmt: skip
    CourseClass.unscoped.filter(county=course_class.county, pk=course_class.pk).delete()


def _days(weekdays: Collection[int]) -> str:
    return "".join(str(day) for day in sorted(set(weekdays)) if 0 <= day <= 6)


def _seat(row: CourseClass, room: Resource | Room | None, by: Actor, at: dt.datetime) -> None:
    row.room = keeping.bookable(room, by=by, at=at) if room is not None else None
    row.room_name = row.room.title if row.room is not None else ""


def _check(row: CourseClass, room: Resource | Room | None) -> None:
    wrong: dict[str, str] = {}
    same = CourseClass.unscoped.filter(county=row.county, term=row.term, title=row.title)
    if not row.title:
        wrong["title"] = _("请填写班级名称。")
    elif same.exclude(pk=row.pk).exists():
        wrong["title"] = _("这个学期已有同名的班级。")
    if not row.weekdays:
        wrong["weekdays"] = _("请至少选一个上课的日子。")
    if row.ends <= row.starts:
        wrong["ends"] = _("下课时间要晚于上课时间。")
    if row.closes_at <= row.opens_at:
        wrong["closes_at"] = _("截止报名的时间要晚于开始报名的时间。")
    if not 1 <= row.planned <= MOST_LESSONS:
        wrong["planned"] = _("课次在 1 到 %(most)s 之间。") % {"most": MOST_LESSONS}
    if row.size < 1:
        wrong["online"] = _("至少要有 1 个名额。")
    capacity = room.capacity if room is not None else None
    if capacity and row.size > capacity:
        wrong["online"] = _("教室只容 %(most)s 人，名额合计 %(size)s 个，放不下。") % {
            "most": capacity, "size": row.size,
        }  # fmt: skip
    if wrong:
        raise ClassRefused(wrong)
