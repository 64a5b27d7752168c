"""What a page was asked to show: place, period, theme, what is in front, and by which hierarchy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.measures import choosing
from qunwen.base.measures.access import Permission
from qunwen.base.measures.periods import Period
from qunwen.base.places import queries as places
from qunwen.base.places.enums import ADMINISTRATIVE, HierarchyKind
from qunwen.base.places.models import Place
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.catalogue import GROUPS

from .subjects import HELD, Subject, subjects, themes

CARDS = 8


class NotThere(LookupError):
    """A place that does not exist or that the reader may not see: the two are not told apart."""


class AskedError(ValueError):
    """An address with something in it that does not exist. The message is for the reader."""


@dataclass(frozen=True)
class Asked:
    """A checked address."""

    place: Place
    period: Period
    subjects: Mapping[str, Subject]
    theme: str
    focus: Subject
    hierarchy: str = ADMINISTRATIVE

    @property
    def on_theme(self) -> list[Subject]:
        """What the theme has to show."""
        return [s for s in self.subjects.values() if s.theme == self.theme]

    @property
    def in_front(self) -> list[Subject]:
        """What of it stands at the top: the first few, and what was asked for."""
        first = self.on_theme[:CARDS]
        return first if self.focus in first else [*first[: CARDS - 1], self.focus]

    def url(self, page: str = "show", **other: str) -> str:
        """The address of a page of the dashboard with this in it, or with something else instead."""
        mine = {"place": self.place.pk, "period": self.period.code, "theme": self.theme, "code": self.focus.code}
        if self.hierarchy != ADMINISTRATIVE:
            mine["hierarchy"] = self.hierarchy
        return f"{reverse(f'dashboards:{page}')}?{urlencode(mine | other)}"


def homes() -> list[Place]:
    """Where the reader begins. Raises NotThere for one who may see no figures."""
    found = choosing.homes()
    if not found:
        raise NotThere
    return found


def read_address(given: Mapping[str, str], *, today: dt.date) -> Asked:
    """The page an address names. Raises NotThere, PeriodError, AskedError."""
    first = homes()[0]
    period = Period.of(given["period"]) if given.get("period") else choosing.default_period(today)
    if not 1900 < period.year < 2200:
        raise AskedError(_("没有这么远的时期：%(period)s。") % {"period": period.label})
    place = places.shown(given.get("place", first.pk), Permission.VIEW)
    if place is None:
        raise NotThere
    hierarchy = given.get("hierarchy", "") or ADMINISTRATIVE
    if hierarchy != ADMINISTRATIVE and hierarchy not in HierarchyKind.values:
        raise AskedError(_("没有“%(code)s”这个体系。") % {"code": hierarchy})
    known = subjects(place, on=period.last_day, measures_only=hierarchy != ADMINISTRATIVE)
    focus = _focus(known, given.get("theme", ""), given.get("code", ""), strict=hierarchy == ADMINISTRATIVE)
    return Asked(place, period, known, focus.theme, focus, hierarchy)


def _focus(known: Mapping[str, Subject], theme: str, code: str, *, strict: bool) -> Subject:
    """What is in front. What the place has not got, though others have it, gives way to the first of the theme."""
    named = dict(themes(dict(known)))
    if theme and theme not in named:
        if strict and theme not in GROUPS:
            raise AskedError(_("没有“%(code)s”这个主题。") % {"code": theme})
        theme = ""
    if code and code not in known:
        if strict and code not in catalogue.indicators():
            raise AskedError(_("没有“%(code)s”这项指标。") % {"code": code})
        code = ""
    if code and (not theme or known[code].theme == theme):
        return known[code]
    own = [s for s in known.values() if s.theme == (theme or next(iter(named)))]
    return next((s for s in own if s.code == HELD), own[0])
