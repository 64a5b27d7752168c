"""Sentences about the places below: who comes first, and whose change makes up the change of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from .comparing import Contributions, Ranked
from .readings import Reading
from .words import Sentence, amount


def of_ranking(entries: Sequence[Ranked], names: Mapping[str, str], *, most: int = 3) -> Sentence | None:
    """Who comes first among the places below; equals are named together."""
    known = [entry for entry in entries if entry.rank is not None]
    if len(known) < 2:
        return None
    subject = known[0].reading.subject
    if known[0].rank == known[-1].rank:
        text = _("各地“%(title)s”相同，都是 %(value)s。") % {
            "title": subject.title,
            "value": amount(known[0].reading.value or 0, known[0].reading),
        }
        return Sentence(text + _unsure(entries), tuple(e.reading for e in known[:1]))
    first = [e for e in known if e.rank is not None and e.rank <= most]
    groups: dict[int, list[Ranked]] = {}
    for entry in first:
        groups.setdefault(entry.rank or 0, []).append(entry)
    said = [_place_in_ranking(rank, group, names) for rank, group in groups.items() if len(group) <= most]
    if not said:
        return None
    text = _("按“%(title)s”排列：%(places)s。") % {"title": subject.title, "places": _("；").join(said)}
    return Sentence(text + _unsure(entries), tuple(e.reading for e in first if len(groups[e.rank or 0]) <= most))


def _place_in_ranking(rank: int, group: Sequence[Ranked], names: Mapping[str, str]) -> str:
    words = {
        "rank": rank,
        "places": _("、").join(names.get(e.reading.place, e.reading.place) for e in group),
        "value": amount(group[0].reading.value or 0, group[0].reading),
    }
    if len(group) > 1:
        return _("%(places)s并列第 %(rank)s（都是 %(value)s）") % words
    return _("%(places)s第 %(rank)s（%(value)s）") % words


def _unsure(entries: Sequence[Ranked]) -> str:
    """Said after a ranking in which figures are missing or incomplete: it may still change."""
    open_ones = sum(not entry.reading.complete for entry in entries)
    return _("其中 %(n)s 地数据不全，名次可能变化。") % {"n": open_ones} if open_ones else ""


def of_contributions(found: Contributions | None, names: Mapping[str, str], base: str = "") -> Sentence | None:
    """Which places below changed most, and what the others make up: the parts named add up to the whole."""
    leading = found.leading() if found else ()
    if found is None or not leading or found.total.difference is None:
        return None
    total, reading = found.total.difference, found.total.now
    together = sum((part.difference for part in leading), Fraction(0))
    up = total > 0
    listed = _("、").join(
        _("%(place)s %(value)s")
        % {"place": names.get(part.place, part.place), "value": amount(abs(part.difference), reading)}
        for part in leading
    )
    words = {
        "title": reading.subject.title,
        "base": base or _("上年同期"),
        "total": amount(abs(total), reading),
        "listed": listed,
        "together": amount(abs(together), reading),
        "others": _others(total - together, reading),
    }
    if len(leading) == 1:
        text = (
            _("“%(title)s”比%(base)s多 %(total)s：增加最多的是%(listed)s，%(others)s。")
            if up
            else _("“%(title)s”比%(base)s少 %(total)s：减少最多的是%(listed)s，%(others)s。")
        )
    else:
        text = (
            _("“%(title)s”比%(base)s多 %(total)s：增加最多的是%(listed)s，合计增加 %(together)s，%(others)s。")
            if up
            else _("“%(title)s”比%(base)s少 %(total)s：减少最多的是%(listed)s，合计减少 %(together)s，%(others)s。")
        )
    return Sentence(text % words, (found.total.now, found.total.then))


def _others(rest: Fraction, reading: Reading) -> str:
    if not rest:
        return _("其余合计没有变化")
    text = _("其余合计增加 %(value)s") if rest > 0 else _("其余合计减少 %(value)s")
    return text % {"value": amount(abs(rest), reading)}
