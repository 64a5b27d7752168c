"""What every page of norms reads from its address: place, period, and the choosers for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.measures import choosing
from qunwen.base.measures.access import Permission
from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.measures.snapshot import NeverFreshError
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import clock
from qunwen.base.ui.web.desk import show


@dataclass(frozen=True)
class Asked:
    """Whom and when a page is about."""

    place: Place
    period: Period
    homes: tuple[Place, ...]

    @property
    def query(self) -> str:
        """As the end of an address."""
        return urlencode({"place": self.place.pk, "period": self.period.code})

    @property
    def periods(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Periods to choose from."""
        return choosing.choices(clock.today())

    def address(self, name: str, **more: str) -> str:
        """A page of norms about the same place and period."""
        return f"{reverse(f'norms:{name}')}?{urlencode({'place': self.place.pk, 'period': self.period.code, **more})}"


def read(request: HttpRequest) -> Asked:
    """Place and period of the address; without them the reader's own place and this half-year.

    Raises PeriodError with a message to show; a place outside the reader's scope is not there.
    """
    homes = choosing.homes()
    if not homes:
        raise Http404
    place = places.shown(request.GET.get("place") or homes[0].pk, Permission.VIEW)
    if place is None:
        raise Http404
    given = request.GET.get("period", "")
    period = Period.of(given) if given else choosing.default_period(clock.today())
    return Asked(place, period, tuple(homes))


def answered(request: HttpRequest, page: Callable[[Asked], HttpResponse]) -> HttpResponse:
    """The page of the address; a wrong address says what is wrong with it."""
    try:
        return page(read(request))
    except PeriodError as problem:
        return _problem(request, str(problem), 400)
    except NeverFreshError as problem:
        return _problem(request, str(problem), 503)


def _problem(request: HttpRequest, message: str, status: int) -> HttpResponse:
    title = _("达标情况")
    return show(
        request, "norms/problem.html", title=title, icon="tasks", steps=[(title, "")], message=message, status=status
    )
