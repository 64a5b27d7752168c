"""The policy sandbox on the desk: which rule would have served whom, on last term's real applications."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qunwen.base.people.enums import AgeGroup
from qunwen.base.places import queries as places
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show
from qunwen.services.draws import queries, sandbox
from qunwen.services.draws.access import Permission
from qunwen.services.draws.enums import State

from .desk import steps

TERM = dt.timedelta(days=400)
MOST = 12


def tenths(number: Fraction) -> str:
    """A fraction with one decimal, rounded half away from zero."""
    scaled = abs(number) * 10
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return f"{'-' if number < 0 and whole else ''}{whole // 10}.{whole % 10}"


def percent(part: Fraction, whole: int) -> str:
    """A share in whole percent, rounded half up."""
    share = part * 100 / whole if whole else Fraction(0)
    return f"{(2 * share.numerator + share.denominator) // (2 * share.denominator)}%"


@never_cache
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Five rules side by side, by age group, town and past luck."""
    asking.require(Permission.MANAGE)
    rows = queries.at_desk(Permission.MANAGE).filter(
        frozen_at__gte=clock.now() - TERM, state__in=[State.DRAWN, State.PUBLISHED]
    )
    draws = list(rows[:MOST])
    asked = set(request.GET.getlist("draw"))
    chosen = [draw for draw in draws if not asked or str(draw.pk) in asked]
    found = sandbox.replay(chosen) if chosen else None
    return show(
        request, "draws/desk/sandbox.html", title=_("政策沙盘"), icon="view", steps=steps((_("政策沙盘"), "")),
        draws=[(draw, draw in chosen) for draw in draws], found=found, policies=sandbox.Policy.choices,
        tables=_tables(found) if found else [],
    )  # fmt: skip


def _tables(found: sandbox.Replayed) -> list[dict[str, Any]]:
    towns = places.names([line.key for line in found.towns])
    ages = dict(AgeGroup.choices)
    past = {"0": _("以前没中过签"), "1": _("以前中过签")}
    return [
        {"title": _("按年龄"), "lines": [_line(line, str(ages.get(line.key, line.key))) for line in found.ages]},
        {"title": _("按乡镇（街道）"), "lines": [_line(line, towns.get(line.key, line.key)) for line in found.towns]},
        {"title": _("按以前是否中过签"), "lines": [_line(line, past[line.key]) for line in found.past]},
    ]


def _line(line: sandbox.Line, name: str) -> dict[str, Any]:
    """One group: share served under each rule, and places gained or lost against the plain draw."""
    cells = []
    for policy in sandbox.Policy.values:
        gain = line.gain(policy)
        cells.append(
            {
                "won": tenths(line.won[policy]), "share": percent(line.won[policy], line.applied),
                "gain": f"+{tenths(gain)}" if gain > 0 else tenths(gain), "tone": _tone(gain), "plain": policy == sandbox.Policy.PLAIN,
            }
        )  # fmt: skip
    return {"name": name, "applied": line.applied, "withheld": line.is_withheld, "cells": cells}


def _tone(gain: Fraction) -> str:
    """More, fewer, or within half a place of the same."""
    if abs(gain) < Fraction(1, 2):
        return ""
    return "up" if gain > 0 else "down"
