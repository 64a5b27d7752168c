"""What the addresses of targets name. 404 for everything the reader may not see."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import clock
from qunwen.base.scope.codes import Level
from qunwen.governance.targets import wording
from qunwen.governance.targets.access import Permission
from qunwen.governance.targets.models import Target

ICON = "pick"


def place_of(request: HttpRequest) -> Place:
    """The place of the address, else the reader's own."""
    own = places.held(Permission.VIEW)
    found = places.shown(request.GET.get("place", own[0].pk if own else ""), Permission.VIEW)
    if found is None or found.level > Level.VILLAGE:
        raise Http404
    return found


def period_of(request: HttpRequest) -> Period:
    """The period of the address, else this year."""
    try:
        return Period.of(request.GET.get("period") or str(clock.today().year))
    except PeriodError:
        raise Http404 from None


def target_or_404(county: str, pk: uuid.UUID) -> Target:
    """A target within the open scope, withdrawn ones too."""
    found = Target.objects.select_related("place", "parent", "parent__place").filter(county=county, pk=pk).first()
    if found is None:
        raise Http404
    return found


def page_of(target: Target) -> str:
    """The address of a target's page."""
    return reverse("targets:page", args=[target.county, target.pk])


def steps(target: Target | None = None, *more: str) -> list[tuple[str, str]]:
    """The trail."""
    found = [(_("目标"), reverse("targets:list"))]
    if target is not None:
        found.append((f"{target.holder} {wording.title_of(target)}", page_of(target) if more else ""))
    return found + [(label, "") for label in more]
