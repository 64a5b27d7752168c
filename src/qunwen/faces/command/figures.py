"""`qunwen figures`: every indicator of a place and period, with what it stands on; --open gives the rows behind one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from fractions import Fraction
from typing import Any

from . import start
from .telling import Stop, Teller

USAGE = 2
STATES = {"not_reported": "缺数", "not_applicable": "不适用", "withheld": "不公开"}


def arguments(parser: ArgumentParser) -> None:
    """Which figures, and for whom the answer is."""
    parser.add_argument("--place", required=True, help="区划代码，如 510112")
    parser.add_argument("--period", required=True, help="时期，如 2026H1、2026Q1、2026-05、2026")
    parser.add_argument("--open", dest="code", metavar="指标代码", help="列出一个指标背后的每一条记录")
    parser.add_argument(
        "--map", choices=["then", "now"], default="then", help="then 按当时区划（默认），now 按现行区划"
    )
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象，供程序读取")


def run(options: Namespace) -> int:
    """0; a place, period or code that is not known is told on one line."""
    teller = Teller(as_json=options.json)
    start.prepare()
    from qunwen.base.measures.periods import Period, PeriodError  # noqa: PLC0415  after settings
    from qunwen.base.places.models import Place  # noqa: PLC0415
    from qunwen.base.scope import clock, context  # noqa: PLC0415

    try:
        period = Period.of(options.period)
    except PeriodError as problem:
        raise Stop(str(problem), code=USAGE) from None
    with context.everything(reason="figures asked for on the command line"):
        place = Place.objects.filter(pk=options.place).first()
        if place is None:
            raise Stop(f"没有代码为 {options.place} 的地方。", code=USAGE)
        about = {"place": place.pk, "period": period, "place_map": options.map}
        about["as_of"] = clock.today() if options.map == "now" else None
        told = {"place": place.pk, "name": place.name, "period": period.code, "map": options.map}
        if options.code:
            return _opened(teller, options.code, about, told)
        return _all(teller, about, told)


def _all(teller: Teller, about: dict[str, Any], told: dict[str, Any]) -> int:
    from qunwen.governance.indicators import queries  # noqa: PLC0415

    found = queries.figures(**about)
    verdicts: dict[str, list[Any]] = {}
    for judge in queries.judges:
        for code, judged in judge(place=about["place"], period=about["period"], figures=found).items():
            verdicts.setdefault(code, []).extend(judged)
    teller.say(f"{told['name']} {told['period']}，共 {len(found)} 个指标")
    for code, figure in found.items():
        shown = f"{figure.shown} {figure.unit}".strip() if figure.shown else STATES.get(str(figure.state), "")
        teller.say(f"  {code}　{figure.title}　{shown}　已报 {figure.reported}/{figure.expected}")
    teller.result({**told, "figures": [plain(f, verdicts.get(code, [])) for code, f in found.items()]})
    return 0


def plain(figure: Any, judged: Any = ()) -> dict[str, Any]:
    """A figure as plain data; exact numbers are "n/d"."""
    return {
        "code": figure.code, "title": figure.title, "unit": figure.unit, "state": str(figure.state),
        "numerator": figure.number, "denominator": figure.whole if figure.number is not None else None,
        "value": exact(figure.value), "shown": figure.shown, "low": exact(figure.low), "high": exact(figure.high),
        "ratio": [_side(figure.num), _side(figure.den)] if figure.num is not None else None,
        "verdicts": [
            {"norm": j.norm, "title": j.title, "verdict": str(j.verdict), "floor": j.floor, "unit": j.unit, "sha256": j.sha256}
            for j in judged
        ],
        "reported": figure.reported, "expected": figure.expected, "missing": list(figure.missing),
        "grades": dict(figure.grades), "records": figure.records, "version": figure.version,
        "definition": figure.definition,
    }  # fmt: skip


def exact(value: Fraction | None) -> str | None:
    """An exact number as text."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def _side(quantity: Any) -> str | None:
    return None if quantity is None else exact(quantity.value)


def _opened(teller: Teller, code: str, about: dict[str, Any], told: dict[str, Any]) -> int:
    from qunwen.governance.indicators import opening  # noqa: PLC0415

    try:
        opened = opening.open_figure(code, **about)
    except KeyError:
        raise Stop(f"没有“{code}”这个指标。qunwen indicators check 列出全部。", code=USAGE) from None
    figure = opened.figure
    teller.say(
        f"{told['name']} {told['period']} {figure.title}：{figure.shown or STATES.get(str(figure.state), '')} {figure.unit}"
    )
    teller.say(f"  {opened.words}")
    parts = [_part(opened, n) for n in range(len(figure.parts))]
    for part in parts:
        teller.say(f"  {part['title']}　{part['span']}　{part['value']}　{len(part['rows'])} 条")
        for row in part["rows"]:
            teller.say(f"    {row['day']}　{row['place']}　{row['value']}　{row['grade']}　{row['record']}")
    teller.result({**told, "figure": plain(figure), "formula": opened.words, "parts": parts})
    return 0


def _part(opened: Any, number: int) -> dict[str, Any]:
    from qunwen.governance.indicators import rows  # noqa: PLC0415

    part, element = opened.part(number), opened.element(opened.part(number))
    about = {
        "element": part.code, "title": part.title, "filters": {n: list(c) for n, c in part.filters}, "unit": part.unit,
        "stored": exact(element.stored), "over_places": element.over_places, "span": part.span, "level": part.level,
        "state": str(part.state), "value": exact(part.value), "reported": part.reported, "expected": part.expected,
    }  # fmt: skip
    if element.population:
        return {**about, "rows": [_person(row) for row in opened.people(number)]}
    found = opened.rows(number, limit=rows.ALL).rows
    return {**about, "rows": _told(found)}


def _person(row: Any) -> dict[str, Any]:
    return {
        "measure": "population", "place": row.place, "day": f"{row.year}-12-31", "value": row.number, "grade": row.grade,
        "record_type": "places.population", "record": row.source, "evidence": 0,
    }  # fmt: skip


def _told(found: Any) -> list[dict[str, Any]]:
    from qunwen.base.measures import declare  # noqa: PLC0415

    ids: dict[tuple[str, str], list[Any]] = {}
    for row in found:
        ids.setdefault((row.record_type, row.county), []).append(row.record)
    links = {k: declare.links(record_type=k[0], county=k[1], ids=list(dict.fromkeys(v))) for k, v in ids.items()}
    told = []
    for row in found:
        link = links[row.record_type, row.county].get(row.record)
        told.append(
            {
                "measure": row.measure, "place": row.place, "day": row.day.isoformat(), "value": row.value, "grade": row.grade,
                "record_type": row.record_type, "record": str(row.record), "evidence": len(link.evidence) if link else 0,
            }
        )  # fmt: skip
    return told
