"""What is wrong with definitions that parse: units, stocks summed over time, ratios added up, circles, overlaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from django.utils.translation import gettext as _

from qunwen.base.measures import declare
from qunwen.base.measures.enums import Grade
from qunwen.governance.indicators.units import unit, written

from .definitions import Element, Indicator, bound
from .ir import LEVELS, Count, Expr, Ref, Share, Total, Use, walk
from .natures import Wrong, is_ratio, nature
from .parsing import FormulaError, Names, parse_placed
from .reading import DefinitionError, Table

ANY = "?"  # for check_formula: whatever unit the formula gives


def check_formula(text: str, *, names: Names, unit_code: str | None) -> Expr:
    """A formula whose units go together and give `unit_code` (None: it must be a condition; ANY: any number).

    Raises FormulaError with the column of the mistake.
    """
    expr, columns = parse_placed(text, names=names)
    try:
        found = nature(expr, names)
    except Wrong as problem:
        raise FormulaError(str(problem), columns.get(problem.node, 1)) from None
    if unit_code is None and found.dimension is not None:
        raise FormulaError(_("这里要一个条件，如 活动场次 >= 12*场。"))
    if unit_code is not None:
        if found.dimension is None:
            raise FormulaError(_("指标要算出一个数；条件请放进 share 或 count，或写成标准。"))
        if unit_code != ANY and found.dimension != unit(unit_code).dimension:
            own = written(found.dimension) or _("没有单位的数")
            raise FormulaError(_("算式算出来的是“%(own)s”，与单位“%(unit)s”不符。") % {"own": own, "unit": unit_code})
    return expr


def levels_of(expr: Expr, names: Names) -> tuple[str, ...]:
    """At which levels a formula has an answer: above the places it counts, not below those that return its elements."""
    deepest = len(LEVELS)
    for node in walk(expr):
        if isinstance(node, Share | Count | Total):
            deepest = min(deepest, LEVELS.index(node.level))
        elif isinstance(node, Ref) and (returned := getattr(names.elements[node.code], "returned", None)):
            deepest = min(deepest, LEVELS.index(returned.level) + 1)
        elif isinstance(node, Use) and isinstance(used := names.indicators[node.code], Indicator):
            deepest = min(deepest, len(levels_of(used.expr, names)))
    return LEVELS[: max(deepest, 1)]


def with_levels(own: Indicator, names: Names) -> Indicator:
    """The indicator at those of its levels at which its formula has an answer."""
    possible = levels_of(own.expr, names)
    return replace(own, levels=tuple(level for level in possible if level in own.levels) or possible)


# -- whole catalogues


def check(elements: Mapping[str, Element], indicators: Sequence[tuple[Table, Indicator]]) -> None:
    """Raise DefinitionError at the first mistake. What an area declares is looked at by `check_declared`."""
    for element in elements.values():
        check_element(element)
    names = Names(elements, {i.code: i for _table, i in sorted(indicators, key=lambda pair: pair[1].version)})
    for table, own in indicators:
        if own.code in elements:
            raise table.problem("code", _("代码与数据项重复"))
        check_indicator(table, own, names)
    _check_versions(indicators)


def check_element(element: Element) -> None:
    """Raise DefinitionError for an element that cannot be added up as it says."""

    def wrong(reason: str) -> DefinitionError:
        return DefinitionError(element.file, element.line, element.code, reason)

    if is_ratio(element.unit):
        if element.kind == "flow":
            raise wrong(_("比率不能跨月相加，kind 要写 stock，或改为分别填报分子和分母"))
        if element.over_places in ("sum", "own_else_sum"):
            raise wrong(_("比率不能按地方相加，over_places 要写 max 或 min，或改为分别填报分子和分母"))
    if element.population and element.vintage is None:
        raise wrong(_("人口数要用 vintage 写明是哪年末的：-1 为上年末，2019 为 2019 年末"))
    if element.vintage is not None and (not element.population or 0 < element.vintage < 1990):
        raise wrong(_("vintage 只用于人口数，写 0、-1 或 2019 这样的年份"))
    if element.population and element.kind != "stock":
        raise wrong(_("人口数是时点数"))


def check_indicator(table: Table, own: Indicator, names: Names) -> None:
    """Raise DefinitionError for one whose formula, unit and levels do not go together."""
    try:
        check_formula(table.data["formula"], names=names, unit_code=own.unit)
    except FormulaError as problem:
        raise table.problem("formula", _("第 %(n)d 个字：%(problem)s") % {"n": problem.column, "problem": problem}) from None  # fmt: skip
    possible = levels_of(own.expr, names)
    if strange := [level for level in own.levels if level not in possible]:
        raise table.problem("levels", _("这个算式在 %(level)s 没有数") % {"level": "、".join(strange)})


def check_circles(elements: Mapping[str, Element], indicators: Sequence[tuple[Table, Indicator]]) -> None:
    """Raise DefinitionError when indicators use each other in a circle; before anything else follows their uses."""
    newest = {i.code: i for _table, i in sorted(indicators, key=lambda pair: pair[1].version)}
    older = [(table, i) for table, i in indicators if newest[i.code] is not i]
    try:
        bound(list(newest.values()), elements)
        for _table, own in older:
            bound(list({**newest, own.code: own}.values()), elements)
    except ValueError as problem:
        circle = str(problem).split(" → ")
        table = next(t for t, i in indicators if i.code in circle)
        raise table.problem("formula", _("指标互相引用成了圈：%(circle)s") % {"circle": problem}) from None


def _check_versions(indicators: Sequence[tuple[Table, Indicator]]) -> None:
    for (_first, one), (table, other) in combinations(indicators, 2):
        if one.code != other.code:
            continue
        if one.version == other.version:
            raise table.problem("code", _("代码重复，版本号也相同；新版要写 version 和 valid"))
        if overlap((one.valid_from, one.valid_to), (other.valid_from, other.valid_to)):
            raise table.problem("valid", _("第 %(one)d 版和第 %(other)d 版的时间重叠") % {"one": one.version, "other": other.version})  # fmt: skip


def overlap(one: tuple[dt.date | None, dt.date | None], other: tuple[dt.date | None, dt.date | None]) -> bool:
    """Whether two spans (first day, last day; None: without end) have a day in common."""
    (since, until), (from_, to) = one, other
    return (until is None or from_ is None or from_ <= until) and (to is None or since is None or since <= to)


def check_declared(elements: Mapping[str, Element], indicators: Iterable[Indicator]) -> None:
    """Raise DefinitionError for a measure, filter or value that no area declares, or one of another kind."""
    declared = {m.code: m for m in declare.all()}
    for element in elements.values():
        if element.population or (element.returned and element.measure not in declared):
            continue  # what is reported by hand is declared by the area that takes it in
        if element.measure not in declared:
            raise DefinitionError(element.file, element.line, element.code, _("没有“%(code)s”这项统计") % {"code": element.measure})  # fmt: skip
        measure = declared[element.measure]
        if str(measure.kind) != element.kind:
            raise DefinitionError(element.file, element.line, element.code, _("统计项是%(kind)s，kind 写得不同") % {"kind": measure.kind.label})  # fmt: skip
        _check_filters(element, element.filters, measure, (element.file, element.line, element.code))
    for own in indicators:
        for node in walk(own.expr):
            if isinstance(node, Ref) and node.filters:
                element = elements[node.code]
                where = (own.file, own.line, own.code)
                if element.population:
                    raise DefinitionError(*where, _("“%(code)s”没有“%(name)s”这个筛选。") % {"code": node.code, "name": node.filters[0][0]})  # fmt: skip
                _check_filters(element, node.filters, declared.get(element.measure), where)


def _check_filters(
    element: Element,
    filters: Iterable[tuple[str, tuple[str, ...]]],
    measure: declare.Measure | None,
    where: tuple[str, int, str],
) -> None:
    labels = {**{d.code: d.labels for d in (measure.dims if measure else ())}, "grade": dict(Grade.choices)}
    for name, codes in filters:
        if name not in labels:
            raise DefinitionError(
                *where, _("“%(code)s”没有“%(name)s”这个筛选。") % {"code": element.code, "name": name}
            )
        for code in codes:
            if code not in labels[name]:
                raise DefinitionError(*where, _("“%(name)s”没有“%(value)s”这个取值，只有：%(all)s。") % {"name": name, "value": code, "all": "、".join(labels[name])})  # fmt: skip


def dead(elements: Mapping[str, Element], indicators: Iterable[Indicator], also: Iterable[str] = ()) -> list[Element]:
    """Elements that no formula names; `also`: codes that other areas' definitions name."""
    named = {n.code for i in indicators for n in walk(i.expr) if isinstance(n, Ref)} | set(also)
    return [e for e in elements.values() if e.code not in named]
