"""All definitions of the house: elements and indicators from definitions/*.toml, and what other areas announce.

`qunwen indicators check` goes through everything here.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from .language import checking
from .language.definitions import GROUPS, Element, Indicator, bound, names_of, read_element, read_indicator
from .language.ir import Ref, Use, walk
from .language.parsing import Names
from .language.reading import HOUSE, DefinitionError, Source, Table, tables

FOLDER = Path(__file__).parent / "definitions"
KINDS = ("element", "indicator")
_HEAD = re.compile(r"^\[\[\s*([a-z_]+)", re.MULTILINE)

__all__ = ["GROUPS", "Described", "described", "elements", "indicator", "indicators", "names", "register"]


@dataclass(frozen=True)
class Described:
    """One definition of any kind, as `qunwen indicators check` lists it."""

    kind: str
    code: str
    title: str
    file: str
    line: int
    sha256: str
    source: Source
    enabled: bool = True
    uses: tuple[str, ...] = ()  # codes of elements and indicators it names


@dataclass(frozen=True)
class Catalogue:
    """Elements and all versions of indicators of some files."""

    elements: Mapping[str, Element]
    versions: tuple[Indicator, ...]

    @property
    def names(self) -> Names:
        """What formulas may name; indicators by their newest version."""
        return Names(self.elements, {i.code: i for i in sorted(self.versions, key=lambda i: i.version)})

    def on(self, day: dt.date | None, replaced: Mapping[str, Indicator] | None = None) -> dict[str, Indicator]:
        """Those in force that day (without a day the newest), some replaced, bound to what they rest on."""
        chosen: dict[str, Indicator] = {}
        for each in sorted(self.versions, key=lambda i: i.version):
            if day is None or each.in_force(day):
                chosen[each.code] = each
        return bound(list({**chosen, **(replaced or {})}.values()), self.elements)


def load(files: Sequence[Path], *, given: Mapping[str, Element] | None = None) -> Catalogue:
    """Read and check files. `given`: elements that stand elsewhere. Raises DefinitionError."""
    found = [t for file in files for t in tables(file, name=file.name, kinds=KINDS)]
    return assemble(found, given=given)


def assemble(found: Sequence[Table], *, given: Mapping[str, Element] | None = None) -> Catalogue:
    """The catalogue of these tables, checked. Raises DefinitionError at the first mistake."""
    known: dict[str, Element] = dict(given or {})
    for table in found:
        if table.kind == "element":
            new = read_element(table)
            if new.code in known:
                raise table.problem("code", f"代码重复，{known[new.code].file} 第 {known[new.code].line} 行已有")
            known[new.code] = new
    names = names_of(known, found)
    own = [(t, read_indicator(t, names=names)) for t in found if t.kind == "indicator"]
    checking.check_circles(known, own)
    whole = Names(known, {i.code: i for _table, i in own})
    own = [(t, i if i.levels else replace(i, levels=checking.levels_of(i.expr, whole))) for t, i in own]
    checking.check(known, own)
    newest = bound(list({i.code: i for _table, i in sorted(own, key=lambda pair: pair[1].version)}.values()), known)
    bindings = {(i.code, i.version): i for i in newest.values()}
    return Catalogue(known, tuple(bindings.get((i.code, i.version), i) for _table, i in own))


@functools.cache
def shipped() -> Catalogue:
    """What the package ships. Raises DefinitionError."""
    return load(sorted(FOLDER.glob("*.toml")))


def elements() -> Mapping[str, Element]:
    """Every element by code."""
    return shipped().elements


def indicators(*, county: str = "", on: dt.date | None = None) -> dict[str, Indicator]:
    """Every indicator by code, in force that day (None: the newest); the county's own versions replace the shipped."""
    if not county:
        return dict(_shipped_on(on))
    from . import queries  # noqa: PLC0415  the pure part is loaded before models are

    replaced = queries.own(county, on)
    return dict(_with_own(on, tuple(replaced.values()))) if replaced else dict(_shipped_on(on))


@functools.lru_cache(maxsize=64)
def _shipped_on(day: dt.date | None) -> dict[str, Indicator]:
    return shipped().on(day)


@functools.lru_cache(maxsize=64)
def _with_own(day: dt.date | None, replaced: tuple[Indicator, ...]) -> dict[str, Indicator]:
    return shipped().on(day, {i.code: i for i in replaced})


def indicator(code: str, *, county: str = "", on: dt.date | None = None) -> Indicator:
    """One indicator. Raises KeyError."""
    return indicators(county=county, on=on)[code]


def names(*, county: str = "", on: dt.date | None = None) -> Names:
    """What a formula may name."""
    return Names(elements(), indicators(county=county, on=on))


@dataclass(frozen=True)
class _Announced:
    load: Callable[[], Sequence[Described]]
    heads: tuple[str, ...] = ()
    read: Callable[[Path], Sequence[Described]] | None = None


_announced: dict[str, _Announced] = {}


def register(
    kind: str,
    load: Callable[[], Sequence[Described]],
    *,
    heads: Sequence[str] = (),
    read: Callable[[Path], Sequence[Described]] | None = None,
) -> None:
    """Announce another area's definitions (norms, score sheets); called in its AppConfig.ready, loaded when asked.

    `heads`: the [[…]] of its files; `read` checks one file that is not shipped, raising DefinitionError.
    """
    _announced[kind] = _Announced(load, tuple(heads), read)


def described() -> list[Described]:
    """Every definition of the house, by kind and code. Raises DefinitionError."""
    made = shipped()
    checking.check_declared(made.elements, made.versions)
    found = [*_described(made.elements.values(), made.versions)]
    for kind in sorted(_announced):
        found.extend(_announced[kind].load())
    for unused in checking.dead(made.elements, made.versions, also={code for each in found for code in each.uses}):
        raise DefinitionError(unused.file, unused.line, unused.code, _("没有一个指标、标准或评分用到这个数据项"))
    return _sorted(found)


def described_in(files: Sequence[Path]) -> list[Described]:
    """The definitions of files that are not shipped, read beside the house's own. Raises DefinitionError, OSError."""
    own: list[Path] = []
    found: list[Described] = []
    for file in files:
        head = _HEAD.search(file.read_text(encoding="utf-8"))
        read = next((a.read for a in _announced.values() if head and head[1] in a.heads and a.read), None)
        if read is not None:
            found.extend(read(file))
        else:
            own.append(file)
    there = {file.resolve() for file in own}
    others = [file for file in sorted(FOLDER.glob("*.toml")) if file.resolve() not in there]
    made = load([*others, *own]) if own else Catalogue({}, ())
    names = {file.name for file in own}
    elements_ = {code: e for code, e in made.elements.items() if e.file in names}
    versions = [i for i in made.versions if i.file in names]
    checking.check_declared(made.elements, versions)
    return _sorted([*found, *_described(elements_.values(), versions)])


def _described(some: Iterable[Element], versions: Iterable[Indicator]) -> Iterator[Described]:
    for e in some:
        yield Described("element", e.code, e.title, e.file, e.line, e.sha256, HOUSE)
    for i in versions:
        uses = tuple(sorted({n.code for n in walk(i.expr) if isinstance(n, Ref | Use)}))
        yield Described("indicator", i.code, i.title, i.file, i.line, i.sha256, i.source, uses=uses)


def _sorted(found: Iterable[Described]) -> list[Described]:
    return sorted(found, key=lambda d: (d.kind, d.code, d.file, d.line))


def refresh() -> None:
    """Forget what was read; for tests that change files."""
    shipped.cache_clear()
    _shipped_on.cache_clear()
    _with_own.cache_clear()
