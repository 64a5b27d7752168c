"""Against a place's own past: jumps, repetitions; and one person in two places at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from qunwen.governance.plausibility.chance import median, rarer, scatter
from qunwen.governance.plausibility.rows import SESSION, Found, Held, Presence, World


def jump(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """Many times as many people as activities of the kind have here, by median and MAD: often a nought too many."""
    past: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for row in world.held:
        if row.people:
            past[row.place, row.kind].append(row)
            past[row.place, ""].append(row)
    for row in world.here:
        known = [each.people for each in past[row.place, row.kind] if each.matter != row.matter]
        alike = len(known) >= limits["least"]
        if not alike:
            known = [each.people for each in past[row.place, ""] if each.matter != row.matter]
        if len(known) < limits["least"]:
            continue
        usual = median(known)
        # Among activities of every kind a festival is no surprise: only what dwarfs all of them is.
        least = limits["times"] * usual if alike else max(limits["times"] * usual, limits["dwarfs"] * max(known))
        far = row.people - usual > limits["spreads"] * max(scatter(known), 1)
        if far and row.people >= least and row.people - usual >= limits["more"]:
            told = {
                "title": row.title, "day": row.day.isoformat(), "people": row.people, "usual": usual, "known": len(known),
            }  # fmt: skip
            yield Found("history.jump", row.place, row.id, ((SESSION, row.id),), told, row.unit, row.author)


def repeats(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """The same name with the same head count, again and again on different days."""
    by_title: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for row in world.held:
        if row.counted >= limits["people"]:
            by_title[row.place, row.title].append(row)
    for (place, title), rows in sorted(by_title.items()):
        same, likely = _most_alike(rows, limits)
        if not any(world.month.holds(row.day) for row in same) or len({row.day for row in same}) < limits["least"]:
            continue
        if rarer(len(rows) - 1, len(same) - 1, likely, limits["odds"]):
            last = same[-1]
            told = {"title": title, "times": len(same), "dates": len(rows), "people": last.counted}
            shown = tuple((SESSION, row.id) for row in same[-20:])
            key = f"{place}:{same[0].id}:{last.counted}"
            yield Found("history.repeats", place, key, shown, told, last.unit, last.author)


def _most_alike(rows: list[Held], limits: Mapping[str, int]) -> tuple[list[Held], Fraction]:
    """The dates with the commonest head count, and how likely one more has it by chance.

    Where even the numbers by age group are the same, chance explains much less.
    """
    (number, _times), *_rest = Counter(row.counted for row in rows).most_common(1)
    same = [row for row in rows if row.counted == number]
    (groups, times), *_rest = Counter(row.groups for row in same).most_common(1)
    if len(groups) > 1 and times >= limits["least"]:
        return [row for row in same if row.groups == groups], Fraction(limits["percent_groups"], 100)
    return same, Fraction(limits["percent"], 100)


def two_places(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """One person checked in at two places within minutes."""
    near = dt.timedelta(minutes=limits["minutes"])
    by_person: dict[str, list[Presence]] = defaultdict(list)
    for each in world.presences:
        if world.month.starts_at <= each.at < world.month.ends_at:
            by_person[each.person].append(each)
    doubled: dict[tuple[str, str], list[tuple[Presence, Presence]]] = defaultdict(list)
    for rows in by_person.values():
        rows.sort(key=lambda r: (r.at, r.session))
        for one, other in pairwise(rows):
            if one.place != other.place and other.at - one.at <= near:
                doubled[other.session, one.session].append((other, one))
    for (session, other), pairs in sorted(doubled.items()):
        last, first = pairs[0]
        told = {"persons": len(pairs), "other": first.place, "when": f"{last.at:%Y-%m-%d %H:%M}"}
        rows_ = ((SESSION, session), (SESSION, other))
        yield Found("person.two_places", last.place, f"{session}:{other}", rows_, told, last.unit, last.author)
