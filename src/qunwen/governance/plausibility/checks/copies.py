"""The same numbers in two places, and the same number month after month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from qunwen.base.measures.periods import Period
from qunwen.governance.plausibility.rows import SESSION, VALUE, Found, Held, Value, World

Limits = Mapping[str, int]
_Same = tuple[Period, int, str, int]  # period, length of the place's code (its level), element, number


def activities(world: World, limits: Limits) -> Iterator[Found]:
    """Two places report, in one month, several dates whose numbers by age group are the same to the last person."""
    by_numbers: dict[tuple[tuple[str, int], ...], list[Held]] = defaultdict(list)
    for row in world.here:
        given = tuple(sorted((group, number) for group, number in row.groups if number))
        if len(given) >= limits["groups"] and row.counted >= limits["people"]:
            by_numbers[given].append(row)
    shared: dict[tuple[str, str], list[tuple[Held, Held]]] = defaultdict(list)
    for rows in by_numbers.values():
        first: dict[str, Held] = {}
        for row in rows:
            first.setdefault(row.place, row)
        ordered = sorted(first.values(), key=lambda row: (row.entered or row.ends, row.id))
        for later in ordered[1:]:
            shared[later.place, ordered[0].place].append((later, ordered[0]))
    for (place, other), pairs in sorted(shared.items()):
        if len(pairs) >= limits["least"]:
            last = pairs[-1][0]
            shown = tuple((SESSION, each.id) for pair in pairs[:15] for each in pair)
            told = {"dates": len(pairs), "other": other, "people": sum(pair[0].counted for pair in pairs)}
            key = f"{place}:{other}:{world.month.code}"
            yield Found("copy.activities", place, key, shown, told, last.unit, last.author)


def returns(world: World, limits: Limits) -> Iterator[Found]:
    """Two places hand in the same numbers, item by item, where places usually differ."""
    tables: dict[tuple[Period, str], dict[str, Value]] = defaultdict(dict)
    for row in world.values:
        if row.period.holds(world.month.start) and row.value >= limits["from"]:
            tables[row.period, row.place][row.element] = row
    holders: dict[_Same, list[str]] = defaultdict(list)
    for (period, place), table in sorted(tables.items(), key=lambda item: (_when(item[1]), item[0][1])):
        for row in table.values():
            holders[period, len(place), row.element, row.value].append(place)
    shared: Counter[tuple[Period, str, str]] = Counter()
    elements: dict[tuple[Period, str, str], list[str]] = defaultdict(list)
    for (period, _size, element, _value), places in holders.items():
        # What many places have alike was handed out to all of them: it says nothing.
        if len(places) <= limits["places"]:
            for other in places[1:]:
                shared[period, other, places[0]] += 1
                elements[period, other, places[0]].append(element)
    for (period, place, other), number in sorted(shared.items()):
        mine, theirs = tables[period, place], tables[period, other]
        alike = sorted(elements[period, place, other])
        if number >= limits["least"] and number * 100 >= limits["share"] * len(mine):
            shown = tuple((VALUE, table[element].id) for element in alike[:15] for table in (mine, theirs))
            told = {"items": number, "other": other, "period": period.code}
            key, author = f"{place}:{other}:{period.code}", mine[alike[0]].author
            yield Found("copy.returns", place, key, shown, told, author=author, period=period.code)


def _when(table: Mapping[str, Value]) -> str:
    """When the last of it was entered: who came later is asked."""
    return max((row.entered.isoformat() for row in table.values() if row.entered), default="")


def months(world: World, limits: Limits) -> Iterator[Found]:
    """The same number month after month, up to this month: reported by hand, or people who came."""
    by_place: dict[tuple[str, str], dict[int, Value]] = defaultdict(dict)
    for row in world.values:
        if row.period.length == 1:
            by_place[row.place, row.element][row.period.first] = row
    for (place, element), table in sorted(by_place.items()):
        run = _run(world.month.first, {month: row.value for month, row in table.items()}, limits)
        if run:
            shown = tuple((VALUE, table[month].id) for month in run)
            told = {"months": len(run), "number": table[run[0]].value, "element": element}
            yield Found("copy.months", place, f"{element}:{place}:{run[-1]}", shown, told, author=table[run[0]].author)
    yield from _months_of_people(world, limits)


def _months_of_people(world: World, limits: Limits) -> Iterator[Found]:
    held: dict[str, dict[int, list[Held]]] = defaultdict(lambda: defaultdict(list))
    for each in world.held:
        held[each.place][Period.month_of(each.day).first].append(each)
    for place, by_month in sorted(held.items()):
        run = _run(world.month.first, {m: sum(row.counted for row in rows) for m, rows in by_month.items()}, limits)
        if run:
            found = [row for month in run for row in by_month[month]]
            told = {"months": len(run), "number": sum(row.counted for row in by_month[run[0]]), "element": ""}
            shown = tuple((SESSION, row.id) for row in found[:30])
            yield Found("copy.months", place, f"people:{place}:{run[-1]}", shown, told, found[0].unit, found[0].author)


def _run(month: int, numbers: Mapping[int, int], limits: Limits) -> list[int]:
    """The months, latest first, that end with this one and all have its number; empty when they are too few."""
    number = numbers.get(month, 0)
    run = []
    while number >= limits["from"] and numbers.get(month) == number:
        run.append(month)
        month -= 1
    return run if len(run) >= limits["least"] else []
