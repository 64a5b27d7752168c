"""Judgements made ready for a page: words, addresses, counts. No request, no HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.measures.periods import Period
from qunwen.base.measures.queries import figure_url as measure_url
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import Element
from qunwen.governance.indicators.language.wording import in_words
from qunwen.governance.indicators.language.words import said
from qunwen.governance.indicators.opening import figure_url

from . import words
from .defining import Grade, Norm
from .enums import Law, Severity, Standing
from .judging import Judgement

TONES = {Verdict.MET: "good", Verdict.NOT_MET: "wrong", Verdict.UNDECIDED: "attention"}
ORDER = {Verdict.NOT_MET: 0, Verdict.UNDECIDED: 1, Verdict.MET: 2}


@dataclass(frozen=True)
class Said:
    """A verdict as icon and word."""

    word: str
    tone: str


@dataclass(frozen=True)
class Line:
    """One judgement on a page."""

    judgement: Judgement
    title: str
    verdict: Said
    value: str
    value_url: str
    floor: str
    gap: str
    remedy: str
    since: str
    note: str
    url: str

    @property
    def norm(self) -> Norm:
        """The rule."""
        return self.judgement.norm

    @property
    def source(self) -> str:
        """The document, with batch and year."""
        return source_text(self.norm)

    @property
    def certainty(self) -> str:
        """How sure that is."""
        return words.certainty_words(self.norm.source.certainty)

    @property
    def severity(self) -> str:
        """What not meeting it means."""
        return str(Severity(self.judgement.severity).label)


def source_text(rule: Norm | Grade) -> str:
    """The document, with batch, year and place in it."""
    source = rule.source
    year = _("%(year)d年") % {"year": source.year} if source.year else ""
    return " ".join(part for part in (source.doc, source.batch, year, source.locator) if part)


def law_text(rule: Norm | Grade) -> str:
    """Who issued it."""
    return str(Law(rule.where.law).label)


def verdict_said(judgement: Judgement) -> Said:
    """达标, 未达标, 待定 or 不适用, with its tone."""
    if not judgement.applies:
        return Said(_("不适用"), "quiet")
    if judgement.standing != Standing.IN_FORCE:
        return Said(str(judgement.standing.label), "quiet")
    return Said(str(judgement.verdict.label), TONES[judgement.verdict])


def line(judgement: Judgement) -> Line:
    """A judgement in words."""
    norm = judgement.norm
    met = judgement.verdict == Verdict.MET
    return Line(
        judgement=judgement,
        title=said(norm.title, norm.en),
        verdict=verdict_said(judgement),
        value=words.value_text(judgement),
        value_url=value_url(judgement),
        floor=words.floor_text(judgement),
        gap="" if met else words.closing(judgement),
        remedy="" if met or not judgement.applies else said(norm.remedy, norm.remedy_en),
        since=since_text(judgement),
        note=note_of(judgement),
        url=norm_url(norm.code, judgement.place, judgement.period),
    )


def note_of(judgement: Judgement) -> str:
    """Why the verdict is as it is, or why it does not count."""
    if judgement.standing == Standing.DISABLED:
        return _("把握不足，未启用")
    if judgement.standing == Standing.WAITING and judgement.applies:
        words_of = {"verdict": judgement.verdict.label}
        if judgement.norm.adopt:
            return _("县里采用后才判定；如果采用：%(verdict)s") % words_of
        return _("确认后才判定；如果确认：%(verdict)s") % words_of
    if judgement.prevails:
        return _("同类标准中另有更严的，以它为准")
    if judgement.running:
        return _("本年度还没有结束")
    if judgement.verdict == Verdict.UNDECIDED and judgement.applies:
        return _("有缺数，无法判定")
    return ""


def since_text(judgement: Judgement) -> str:
    """Since when the verdict has been the same."""
    if judgement.since is None or judgement.verdict == Verdict.UNDECIDED or not judgement.counts:
        return ""
    label = {"period": judgement.since.label}
    return _("至少自%(period)s起") % label if judgement.since_further else _("自%(period)s起") % label


def value_url(judgement: Judgement) -> str:
    """The page that opens the figure; where no indicator has this formula, the norm's page shows its parts."""
    norm = judgement.norm
    if norm.indicator:
        return figure_url(norm.indicator, judgement.place, judgement.period)
    return f"{norm_url(norm.code, judgement.place, judgement.period)}#parts"


def norm_url(code: str, place: str, period: Period) -> str:
    """The page of one norm."""
    return f"{reverse('norms:one')}?{urlencode({'code': code, 'place': place, 'period': period.code})}"


def place_url(place: str, period: Period, **more: str) -> str:
    """The page of a place's norms."""
    return f"{reverse('norms:list')}?{urlencode({'place': place, 'period': period.code, **more})}"


@dataclass(frozen=True)
class Group:
    """Norms of a theme."""

    code: str
    title: str
    lines: tuple[Line, ...]


def groups(judgements: Sequence[Judgement]) -> list[Group]:
    """By theme in the order of the product; within one, what counts first, then what is not met."""
    found = []
    for code, (title, en) in catalogue.GROUPS.items():
        own = sorted((j for j in judgements if j.norm.theme == code), key=_order)
        if own:
            found.append(Group(code, said(title, en), tuple(line(j) for j in own)))
    return found


def _order(judgement: Judgement) -> tuple[bool, bool, int, str]:
    return not judgement.counts, not judgement.applies, ORDER[judgement.verdict], judgement.norm.code


@dataclass(frozen=True)
class Tally:
    """How many norms that count are met, not met, undecided; how many wait for a person."""

    met: int
    not_met: int
    undecided: int
    waiting: int

    @property
    def judged(self) -> int:
        """All that count and apply."""
        return self.met + self.not_met + self.undecided


def tally(judgements: Iterable[Judgement]) -> Tally:
    """Counted over those that count and apply."""
    all_of_them = list(judgements)
    found = Counter(j.verdict for j in all_of_them if j.counts and j.applies)
    waiting = sum(j.standing == Standing.WAITING for j in all_of_them)
    return Tally(found[Verdict.MET], found[Verdict.NOT_MET], found[Verdict.UNDECIDED], waiting)


def parts(norm: Norm, place: str, period: Period) -> list[tuple[str, str]]:
    """What a norm is computed from, each with the page that opens it at the place."""
    known, found = catalogue.elements(), {}
    for node in ir.walk(norm.expr):
        if isinstance(node, ir.Use):
            used = catalogue.indicators()[node.code]
            found[node.code] = (said(used.title, used.en), figure_url(node.code, place, period))
        elif isinstance(node, ir.Ref):
            element = known[node.code]
            found[in_words(node, catalogue.names())] = (
                in_words(node, catalogue.names()),
                _element_url(element, node, place, period),
            )
    return list(found.values())


def _element_url(element: Element, ref: ir.Ref, place: str, period: Period) -> str:
    """The page of the counted thing; populations have none."""
    if not element.measure:
        return ""
    dims = {name: codes[0] for name, codes in (*element.filters, *ref.filters) if len(codes) == 1 and name != "grade"}
    return measure_url(measure=element.measure, place=place, period=period, dims=dims)
