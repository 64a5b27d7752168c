"""Which place counts for which: the pure arithmetic of the dated closure, without a database.

Two maps. *then*: the tree of the fact's own day. *now*: every place that ever was, under those
ancestors in the tree of `as_of` that all its successors share; so a village that was split counts
for its town but for neither new village.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qunwen.base.scope.codes import LENGTHS

FIRST, LAST = dt.date.min, dt.date.max


@dataclass(frozen=True, slots=True)
class Life:
    """When a place was in use: [valid_from, valid_to), open where unknown."""

    code: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """From `day` on, what was `old` is (part of) `new`."""

    old: str
    new: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Edge:
    """In a named hierarchy: `child` under `parent` on the days [valid_from, valid_to)."""

    child: str
    parent: str
    valid_from: dt.date
    valid_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Facts at `descendant` on the days [valid_from, valid_to) count for `ancestor`; None is open."""

    ancestor: str
    descendant: str
    valid_from: dt.date | None
    valid_to: dt.date | None


@dataclass(slots=True)
class Forest:
    """All the closure needs to know. With no edges the hierarchy is the administrative one."""

    lives: Sequence[Life]
    passages: Sequence[Passage] = ()
    edges: Sequence[Edge] = ()
    _next: Mapping[str, list[tuple[dt.date, tuple[str, ...]]]] = field(init=False)
    _up: Mapping[str, list[Edge]] = field(init=False)

    def __post_init__(self) -> None:
        steps: dict[str, dict[dt.date, list[str]]] = defaultdict(lambda: defaultdict(list))
        for passage in self.passages:
            steps[passage.old][passage.day].append(passage.new)
        self._next = {old: sorted((day, tuple(new)) for day, new in days.items()) for old, days in steps.items()}
        up: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            up[edge.child].append(edge)
        self._up = up

    def path(self, code: str, day: dt.date) -> tuple[str, ...]:
        """The place and its ancestors upwards on a day. Raises ValueError when the edges go round."""
        found: list[str] = []
        here: str | None = code
        while here is not None:
            if here in found:
                raise ValueError(f"体系隶属成环:{' → '.join([*found, here])}")
            found.append(here)
            here = self._parent(here, day)
        return tuple(found)

    def _parent(self, code: str, day: dt.date) -> str | None:
        for edge in self._up.get(code, ()):
            if edge.valid_from <= day and (edge.valid_to is None or day < edge.valid_to):
                return edge.parent
        shorter = [size for size in LENGTHS.values() if size < len(code)]
        return code[: max(shorter)] if shorter else None

    def heirs(self, code: str, day: dt.date, as_of: dt.date) -> frozenset[str]:
        """What stands on `as_of` where `code` stood on `day`."""
        for change, new in self._next.get(code, ()):
            if day < change <= as_of:
                return frozenset().union(*(self.heirs(one, change, as_of) for one in new))
        return frozenset((code,))

    def then_rows(self, as_of: dt.date) -> Iterator[Row]:
        """The closure by the tree of each fact's own day, for places known on `as_of`."""
        cuts = sorted({day for e in self.edges for day in (e.valid_from, e.valid_to) if day is not None})
        for life in self._known(as_of):
            pieces = [(start, end, self.path(life.code, start)) for start, end in _pieces(life, cuts)]
            yield from _joined(life.code, pieces)

    def now_rows(self, as_of: dt.date) -> Iterator[Row]:
        """The closure of every place that ever was, by the tree of `as_of`."""
        for life in self._known(as_of):
            cuts = [day for day, _ in self._next.get(life.code, ()) if day <= as_of]
            pieces = [(start, end, self._shared(life.code, start, as_of)) for start, end in _pieces(life, cuts)]
            yield from _joined(life.code, pieces)

    def _shared(self, code: str, day: dt.date, as_of: dt.date) -> tuple[str, ...]:
        paths = [self.path(heir, as_of) for heir in sorted(self.heirs(code, day, as_of))]
        return tuple(one for one in paths[0] if all(one in path for path in paths[1:]))

    def _known(self, as_of: dt.date) -> Iterator[Life]:
        return (life for life in self.lives if life.valid_from is None or life.valid_from <= as_of)


def _pieces(life: Life, cuts: Iterable[dt.date]) -> list[tuple[dt.date, dt.date]]:
    start, end = life.valid_from or FIRST, life.valid_to or LAST
    marks = [start, *(cut for cut in cuts if start < cut < end), end]
    return list(itertools.pairwise(marks))


def _joined(code: str, pieces: list[tuple[dt.date, dt.date, tuple[str, ...]]]) -> Iterator[Row]:
    """Rows of one descendant, neighbouring periods under the same ancestor made one."""
    open_since: dict[str, dt.date] = {}
    for start, _end, ancestors in pieces:
        for gone in [one for one in open_since if one not in ancestors]:
            yield _row(gone, code, open_since.pop(gone), start)
        for one in ancestors:
            open_since.setdefault(one, start)
    for one, since in open_since.items():
        yield _row(one, code, since, pieces[-1][1])


def _row(ancestor: str, descendant: str, start: dt.date, end: dt.date) -> Row:
    return Row(ancestor, descendant, None if start == FIRST else start, None if end == LAST else end)
