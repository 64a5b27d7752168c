"""What areas count. An area's measures.py declares its measures here; see the README."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.functional import Promise

from qunwen.base.scope.codes import Level

from .enums import Grade, Kind, Over, State

Text = str | Promise


class Row(NamedTuple):
    """One leaf row. `dims` has a code for every dimension of the measure; `record` is what the number is read from."""

    county: str
    place: str
    day: dt.date
    value: int
    grade: str
    record_type: str
    record: uuid.UUID
    dims: Mapping[str, str] = {}


RowsFunction = Callable[..., Iterable[Row]]
# (county=..., month=...) -> {measure code: rows}; a code that is left out has no rows.
TogetherFunction = Callable[..., Mapping[str, Iterable[Row]]]
# (counties=set of codes, period=Period) -> {place: NOT_APPLICABLE or WITHHELD}
ExcusesFunction = Callable[..., Mapping[str, State]]


@dataclass(frozen=True)
class Dim:
    """One way a measure can be split: a short code for each label."""

    code: str
    title: Text
    choices: tuple[tuple[str, Text], ...]

    @property
    def labels(self) -> dict[str, Text]:
        """Code → Chinese label."""
        return dict(self.choices)


@dataclass(frozen=True)
class Measure:
    """A counted thing. `meaning` says in plain Chinese what is counted and how; it stands on the figure's page.

    `reported_by`: the level at which it is judged whether a place has reported. `version` is raised when the
    function counts otherwise than before, so that old files are not taken for current.

    `feeds`: the models whose records it reads, "app.model". `over_places`: how its rows make a figure; MAX and
    MIN take the greatest and least single row there is. `excuses`: which reporters owe nothing in a period
    (NOT_APPLICABLE) or have said that they will not tell (WITHHELD); a reporter with rows needs no excuse.
    `together`: measures that carry the same function are read by one call of it a county and month, and `rows`
    is then not called. `withhold_below`: values from 1 to one below it are withheld in every question, for
    measures of children; a question may ask for more.
    """

    code: str
    title: Text
    unit: Text
    kind: Kind
    meaning: Text
    rows: RowsFunction
    feeds: tuple[str, ...]
    dims: tuple[Dim, ...] = ()
    reported_by: Level = Level.VILLAGE
    grades: tuple[Grade, ...] = tuple(Grade)
    version: int = 1
    over_places: Over = Over.SUM
    excuses: ExcusesFunction | None = None
    together: TogetherFunction | None = None
    withhold_below: int = 0

    def dim(self, code: str) -> Dim:
        """Its dimension of that code. Raises KeyError."""
        return {d.code: d for d in self.dims}[code]

    @property
    def canonical(self) -> dict[str, Any]:
        """What decides the shape and meaning of its rows, as plain data (also kept in sealed bundles)."""
        return {
            "code": self.code,
            "title": str(self.title),
            "unit": str(self.unit),
            "kind": str(self.kind),
            "dims": {d.code: {c: str(label) for c, label in d.choices} for d in self.dims},
            "reported_by": int(self.reported_by),
            "version": self.version,
            "over_places": str(self.over_places),
        }

    def fed_by(self, feed: str) -> bool:
        """Whether records of that model ("app.model") are among what it reads."""
        return feed.lower() in {each.lower() for each in self.feeds}


class Evidence(NamedTuple):
    """One piece of evidence of a record."""

    label: Text
    url: str


@dataclass(frozen=True)
class RecordLink:
    """How a record is shown under a figure."""

    label: Text
    url: str = ""
    evidence: tuple[Evidence, ...] = ()


# (county=..., ids=[...]) -> {id: RecordLink}; what the open scope does not show is left out.
Resolver = Callable[..., Mapping[uuid.UUID, RecordLink]]


class DeclarationError(ValueError):
    """A measure is declared wrongly, or its rows are not what was declared: a programming error, always loud."""


@dataclass
class _Registry:
    measures: dict[str, Measure] = field(default_factory=dict)
    resolvers: dict[str, Resolver] = field(default_factory=dict)
    digest: str = ""  # of the measures as they stand; read with every partition


_registry = _Registry()


def measure(**about: Any) -> Callable[[RowsFunction], RowsFunction]:
    """Declare the decorated function `(*, county, month)` as the rows of a measure; keywords as in Measure.

    Raises DeclarationError when the code is taken or a dimension is malformed.
    """

    def declared(function: RowsFunction) -> RowsFunction:
        register(Measure(rows=function, **about))
        return function

    return declared


def register(new: Measure) -> Measure:
    """Enter a measure. Raises DeclarationError when its code is taken or it is malformed."""
    if new.code in _registry.measures:
        raise DeclarationError(f"统计项代码重复:{new.code}")
    if not new.feeds:
        raise DeclarationError(f"{new.code}: 没有写明数据来自哪些模型")
    names = [d.code for d in new.dims]
    if len(set(names)) != len(names) or any(not (n.isidentifier() and n.islower()) for n in names):
        raise DeclarationError(f"{new.code}: 分组代码重复或不合规 {names}")
    for dim in new.dims:
        if not dim.choices or len(dim.labels) != len(dim.choices):
            raise DeclarationError(f"{new.code}.{dim.code}: 没有取值表,或取值重复")
    _registry.measures[new.code] = new
    _registry.digest = ""
    return new


def records(record_type: str) -> Callable[[Resolver], Resolver]:
    """Declare the decorated function `(*, county, ids)` as what shows records of that type under a figure."""

    def declared(function: Resolver) -> Resolver:
        if record_type in _registry.resolvers:
            raise DeclarationError(f"记录类别重复:{record_type}")
        _registry.resolvers[record_type] = function
        return function

    return declared


def all() -> tuple[Measure, ...]:
    """Every measure, by code."""
    return tuple(_registry.measures[code] for code in sorted(_registry.measures))


def get(code: str) -> Measure:
    """One measure. Raises KeyError."""
    return _registry.measures[code]


def links(*, record_type: str, county: str, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """How these records are shown; those not visible are left out, as are those of undeclared types."""
    resolver = _registry.resolvers.get(record_type)
    return {} if resolver is None else resolver(county=county, ids=ids)


def definitions() -> list[dict[str, Any]]:
    """All measures as plain data."""
    return [m.canonical for m in all()]


def digest() -> str:
    """One hash over what decides the rows of all measures: a partition written under another is out of date."""
    if not _registry.digest:
        words = ("title", "unit", "over_places")
        shape = [{k: v for k, v in d.items() if k not in words} for d in definitions()]
        for each in shape:
            each["dims"] = {name: sorted(labels) for name, labels in each["dims"].items()}
        text = json.dumps(shape, sort_keys=True, ensure_ascii=False)
        _registry.digest = hashlib.sha256(text.encode()).hexdigest()
    return _registry.digest


@contextlib.contextmanager
def only(*measures: Measure, resolvers: Mapping[str, Resolver] | None = None) -> Iterator[None]:
    """Inside, exactly these are declared: for tests and benches."""
    global _registry
    before, _registry = _registry, _Registry(resolvers=dict(resolvers or {}))
    try:
        for each in measures:
            register(each)
        yield
    finally:
        _registry = before
