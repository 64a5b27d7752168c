"""What is sent to staff and resident addresses."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from .problems import Problem
from .words import (
    AudienceName,
    Code,
    Crowd,
    DirectionName,
    Flag,
    Given,
    GroupName,
    Id,
    KindName,
    LevelName,
    Moment,
    Month,
    SignUpName,
    Year,
    text,
)


class ActivityDetails(Given):
    """What may be said of an activity besides what it must have."""

    host_level: LevelName | None = None
    audience: AudienceName = "all"
    direction: DirectionName = "home"
    partner: text(120) = ""  # type: ignore[valid-type]
    co_hosts: text(200) = ""  # type: ignore[valid-type]
    venue: Id | None = None
    where: text(120) = ""  # type: ignore[valid-type]
    open_air: Flag = False
    in_plan: Flag = True
    festival: text(20) = ""  # type: ignore[valid-type]
    summary: text(120) = ""  # type: ignore[valid-type]
    description: text(20_000) = ""  # type: ignore[valid-type]
    contact_phone: text(40) = ""  # type: ignore[valid-type]
    sign_up: SignUpName = "open"


class PlanActivity(ActivityDetails):
    title: text(120, 1)  # type: ignore[valid-type]
    kind: KindName
    place: Code
    unit: Id
    plan_year: Year
    plan_month: Month


class ChangeActivity(ActivityDetails):
    """Only what is given changes; the defaults here are never written."""

    host_level: LevelName = "village"
    title: text(120, 1) = "-"  # type: ignore[valid-type]
    kind: KindName = "other"
    plan_year: Year = 2026
    plan_month: Month = 1


class GroupCount(Given):
    group: GroupName
    number: Crowd


class NoteActivity(Given):
    title: text(120, 1)  # type: ignore[valid-type]
    kind: KindName
    place: Code
    unit: Id
    starts_at: Moment
    ends_at: Moment
    headcounts: list[GroupCount] = Field(default=[], max_length=5)
    note: text(2000) = ""  # type: ignore[valid-type]
    venue: Id | None = None
    where: text(120) = ""  # type: ignore[valid-type]


class NewSession(Given):
    starts_at: Moment
    ends_at: Moment


class Held(Given):
    headcounts: list[GroupCount] = Field(max_length=5)
    note: text(2000) = ""  # type: ignore[valid-type]


class CheckIn(Given):
    ticket: text(600, 1) = Field(description="二维码里的文字，或八位取票码。")  # type: ignore[valid-type]
    session: Id | None = None


class GuestGiven(Given):
    name: text(40, 1)  # type: ignore[valid-type]
    group: GroupName = "unknown"


class NewBooking(Given):
    county: text(6, 6)  # type: ignore[valid-type]
    session: Id
    members: list[Id] = Field(default=[], max_length=20, description="自己或家人的编号，见 GET /me。")
    guests: list[GuestGiven] = Field(default=[], max_length=20)
    wait: Flag = True


def filled(body: Schema) -> set[str]:
    """Names of what was really sent with a value to keep."""
    return {name for name in body.model_fields_set if not (name == "host_level" and getattr(body, name) is None)}


def by_group(counts: Iterable[GroupCount]) -> dict[str, int]:
    """People by group. Raises Problem when a group stands twice."""
    found: dict[str, int] = {}
    for one in counts:
        if one.group in found:
            words = _("同一个人群写了两次。")
            raise Problem(422, "invalid", words, errors=[("/headcounts", words)])
        found[one.group] = one.number
    return found
