"""Kinds of values in requests: strict, so that nothing is guessed from what was sent."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Path, Query, Schema
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints, WithJsonSchema

from qunwen.base.people.enums import AgeGroup
from qunwen.services.activities.enums import Audience, Direction, HostLevel, Kind, SessionState, SignUp, State
from qunwen.services.venues.enums import VenueKind

# No control characters but tab and line feeds: databases refuse NUL, and nobody means the others.
_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
CODE = r"^[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3}([0-9]{3})?)?)?)?)?$"


def text(most: int, least: int = 0) -> Any:
    """A string of so many characters."""
    return Annotated[str, StringConstraints(strict=True, min_length=least, max_length=most, pattern=_PLAIN)]


def _moment(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError(_("时间要写成 2026-05-01T19:30:00+08:00 的样子，带时区。"))
    try:
        found = dt.datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError(_("没有这个时间。")) from None
    if not 2000 <= found.year <= 2100:
        raise ValueError(_("年份要在 2000 到 2100 之间。"))
    return found


def _day(value: Any) -> dt.date:
    if type(value) is dt.date:
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(_("日期要写成 2026-05-01 的样子。"))
    try:
        found = dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError(_("没有这一天。")) from None
    if not 2000 <= found.year <= 2100:
        raise ValueError(_("年份要在 2000 到 2100 之间。"))
    return found


def _uuid(value: Any) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        return value
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ValueError(_("编号格式不对。"))
    return uuid.UUID(value)


Moment = Annotated[dt.datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Id = Annotated[uuid.UUID, BeforeValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
Code = Annotated[str, StringConstraints(strict=True, pattern=CODE, max_length=15)]
Year = Annotated[StrictInt, Field(ge=2000, le=2100)]
Month = Annotated[StrictInt, Field(ge=1, le=12)]
Crowd = Annotated[StrictInt, Field(ge=0, le=200_000)]
Flag = StrictBool

County = Annotated[str, Path(pattern=r"^[0-9]{6}$", description="县级代码，6 位。")]
PathId = Annotated[Id, Path(description="编号。")]
Below = Annotated[
    str, Query(pattern=r"^([0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3}([0-9]{3})?)?)?)?)?)?$",
               description="只要这个区划及其下属的。")
]  # fmt: skip
PathCode = Annotated[str, Path(pattern=CODE, max_length=15, description="区划短代码。")]
QueryDay = Annotated[Day | None, Query(description="2026-05-01 的样子。")]
QueryYear = Annotated[int | None, Query(ge=2000, le=2100)]
QueryMonth = Annotated[int | None, Query(ge=1, le=12)]

KindName = Literal[tuple(Kind.values)]
LevelName = Literal[tuple(HostLevel.values)]
AudienceName = Literal[tuple(Audience.values)]
DirectionName = Literal[tuple(Direction.values)]
SignUpName = Literal[tuple(SignUp.values)]
StateName = Literal[tuple(State.values)]
SessionStateName = Literal[tuple(SessionState.values)]
VenueKindName = Literal[tuple(VenueKind.values)]
GroupName = Literal[tuple(AgeGroup.values)]


class Given(Schema):
    """What is sent: a field we do not know is refused, not dropped."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []
