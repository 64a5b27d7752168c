"""The kinds of facilities that norms speak of: who has to have one. No database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.codes import Level

from .enums import VenueKind


@dataclass(frozen=True)
class Judged:
    """A kind of facility that norms speak of. `required`: every place of the level has to have one."""

    prefix: str
    kind: str
    title: Promise | str
    level: Level
    required: bool = True


JUDGED = (
    Judged("library", VenueKind.LIBRARY, _("图书馆"), Level.COUNTY),
    Judged("centre", VenueKind.CULTURAL_CENTRE, _("文化馆"), Level.COUNTY),
    Judged("museum", VenueKind.MUSEUM, _("博物馆"), Level.COUNTY, required=False),
    Judged("station", VenueKind.STATION, _("综合文化站"), Level.TOWN),
    Judged("village_room", VenueKind.VILLAGE_ROOM, _("村级综合性文化服务中心"), Level.VILLAGE),
    Judged("hall", VenueKind.HALL, _("文化礼堂"), Level.VILLAGE, required=False),
    Judged("square", VenueKind.SQUARE, _("文化广场"), Level.VILLAGE, required=False),
    Judged("farm_bookroom", VenueKind.FARM_BOOKROOM, _("农家书屋"), Level.VILLAGE, required=False),
)
