"""Pages of the door. Those that thousands ask for at once are drawn once a language and filled in afterwards."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from html import escape

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from qunwen.base.people.enums import AgeGroup
from qunwen.base.ui.csp import PORTAL_POLICY, render_policy
from qunwen.services.bookings.enums import Verdict

from .form import Typed
from .passes import Number, Pass, write_number
from .progress import Told, Watch

ORDER, PLACE = "/rush/order/", "/rush/place/"
HEADERS = [
    ("Content-Security-Policy", render_policy(PORTAL_POLICY, "none")),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Vary", "Cookie"),
]
HTML, JSON = "text/html; charset=utf-8", "application/json"


def address_of(held: Number) -> str:
    """Where somebody sees the own number."""
    return f"{PLACE}?p={write_number(held)}"


def standing(held: Number, watch: Watch, address: str) -> bytes:
    """The page of somebody who waits."""
    before = watch.before(held.number)
    return _filled(
        "standing", held, before=f"{before:,}", again=str(seconds := watch.seconds(held.number)), address=address,
        n=f"{before + 1:,}", refresh=str(max(2, round(seconds))),
    )  # fmt: skip


def told(held: Number, answer: Told) -> bytes:
    """The page with the answer."""
    look = answer.verdict if answer.verdict in Verdict.values else Verdict.REFUSED
    address = held.back
    if answer.booking is not None:
        address = _booking(held.county, str(answer.booking)) or held.back
    return _filled(look, held, words=answer.words, address=address, kind=answer.kind)


def as_json(held: Number, watch: Watch, answer: Told | None) -> bytes:
    """The same for the page's script."""
    if answer is not None:
        return json.dumps({"verdict": answer.verdict, "kind": answer.kind, "words": answer.words}).encode()
    return json.dumps({"before": watch.before(held.number), "again": watch.seconds(held.number)}).encode()


def _booking(county: str, key: str) -> str:
    pattern = _booking_pattern()
    return pattern.replace("00000000-0000-0000-0000-000000000000", key).replace("000000", county, 1)


@functools.cache
def _booking_pattern() -> str:
    try:
        return reverse("portal:booking", args=["000000", "00000000-0000-0000-0000-000000000000"])
    except NoReverseMatch:
        return ""


def _filled(name: str, held: Number, **values: str) -> bytes:
    page = _frame(name, held.language)
    for field, value in {"title": held.title, "back": held.back, **values}.items():
        page = page.replace(f"@@{field}@@", escape(value))
    return page.encode()


@functools.cache
def _frame(name: str, language: str) -> str:
    names = ("title", "back", "before", "again", "address", "words", "kind", "n", "refresh")
    fields = {field: f"@@{field}@@" for field in names}
    with translation.override(language):
        return render_to_string(f"bookings/rush/{name}.html", fields)


def again(made: Pass, typed: Typed, *, say: str, wrong: Mapping[str, str] | None = None, seconds: int = 0) -> bytes:
    """The form once more, with all that was typed: too early, something missing, or the database away."""
    problems = wrong or {}
    rows = [(n, name, group, problems.get(f"name{n}", "")) for n, (name, group) in enumerate(typed.companions)]
    with translation.override(made.language):
        shown = {
            "made": made, "ticket": typed.ticket, "say": say, "wrong": problems.get("members", ""), "seconds": seconds,
            "family": [(one, name, one in typed.members) for one, name in made.family],
            "companions": rows, "groups": AgeGroup.choices, "order": ORDER, "title": made.title, "back": made.back,
            "failed": bool(problems),
        }  # fmt: skip
        return render_to_string("bookings/rush/again.html", shown).encode()


def refused(title: str, say: str, *, back: str = "/", typed: Typed | None = None, language: str = "zh-hans") -> bytes:
    """A page for a slip that is no good; what was typed stands on it, to be copied."""
    with translation.override(language):
        names = [name for name, _group in typed.companions if name] if typed is not None else []
        return render_to_string(
            "bookings/rush/no_good.html", {"title": title, "say": say, "back": back, "names": names}
        ).encode()


def sentence_away() -> str:
    """What is said while the database is away."""
    return _("系统正忙，这次还没有提交上。填好的内容都在，请过几秒再按一次“提交报名”，不会重复报名。")
