"""Checking a bundle from its files alone: no database, no network.

Every figure is computed again from the sealed rows with the sealed definitions and compared with figures.json and with
what the document prints; every file is compared with the manifest, the manifest with the seal. Everything that does not
agree is named, figures first, because a person looks for the figure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qunwen.base.papers.marks import mark_name, read_figures

from . import basis, defining, evaluating, sealing
from .bundle import DEFINITIONS, FIGURES
from .defining import Definitions
from .evaluating import Value

DOCUMENT, BUNDLE, FILE, SEAL = "document", "bundle", "file", "seal"
_COMPARED = (
    ("number", "分子"), ("whole", "分母"), ("state", "状态"), ("shown", "显示"), ("definition", "口径"), ("rows", "明细行摘要"),
    ("records", "明细行数"), ("grades", "佐证等级"), ("reported", "已报"), ("expected", "应报"), ("missing", "缺报名单"),
    ("place", "地方"), ("period", "时期"), ("label", "名称"), ("unit", "单位"),
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One thing that does not agree: where, which figure or file, what was found and what it should be."""

    where: str
    name: str
    message: str
    found: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a check found."""

    figures: int
    printed: int
    files: int
    manifest_sha256: str
    key: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return not self.problems

    @property
    def plain(self) -> dict[str, Any]:
        """As programs read it."""
        return asdict(self) | {"ok": self.ok, "first": asdict(self.problems[0]) if self.problems else None}


def verify(folder: Path) -> Outcome:
    """Check a bundle. Never raises for what is wrong inside: it is named in the outcome."""
    manifest = _json(folder / sealing.MANIFEST, {})
    sealed = _sealed_figures(folder)
    seal = sealing.problem_of_seal(folder)
    key = str(_json(folder / sealing.SEAL, {}).get("public_key", ""))
    figures = list(_figures(folder, manifest, sealed))
    document, printed = _document(folder, manifest, sealed)
    files = list(_files(folder, manifest))
    # Where nothing could be recomputed, the damaged file is the finding and not the figures.
    unreadable = any(problem.name == "data" for problem in figures)
    problems = [*document, *files, *figures] if unreadable else [*document, *figures, *files]
    if seal:
        problems.append(Problem(SEAL, sealing.SEAL, seal))
    digest = sealing.file_sha256(folder / sealing.MANIFEST) if (folder / sealing.MANIFEST).is_file() else ""
    return Outcome(
        len(sealed), printed, len(manifest.get("files", {})), digest, _fingerprint(key), tuple(dict.fromkeys(problems))
    )


def _json(path: Path, otherwise: Any) -> Any:
    """What a file holds; `otherwise` when it is missing, unreadable or of another shape."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return otherwise
    return found if isinstance(found, type(otherwise)) else otherwise


def _fingerprint(key: str) -> str:
    try:
        return sealing.fingerprint(key)
    except ValueError:
        return ""


def _sealed_figures(folder: Path) -> dict[str, dict[str, Any]]:
    rows = _json(folder / FIGURES, [])
    return {row["id"]: row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)}


# -- figures against the rows -----------------------------------------------------------------------------


def _figures(folder: Path, manifest: Mapping[str, Any], sealed: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    if not sealed:
        yield Problem(BUNDLE, FIGURES, f"{FIGURES} 缺失或读不出来")
        return
    try:
        with basis.declared_as_sealed(folder):
            definitions = defining.from_plain(json.loads((folder / DEFINITIONS).read_text(encoding="utf-8")))
            ground = basis.read(folder)
            again = evaluating.evaluate(definitions, ground)
    except Exception as problem:
        yield Problem(BUNDLE, "data", f"无法重算：{type(problem).__name__}：{' '.join(str(problem).split())[:160]}")
        return
    if definitions.sha256 != manifest.get("definitions_sha256"):
        yield Problem(
            BUNDLE, DEFINITIONS, "口径与封存时不同", definitions.sha256, str(manifest.get("definitions_sha256"))
        )
    yield from _compared(definitions, again, sealed)


def _compared(
    definitions: Definitions, again: Mapping[str, Value], sealed: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    for figure_id, value in again.items():
        if figure_id not in sealed:
            yield Problem(BUNDLE, figure_id, f"{_called(definitions, value)}：{FIGURES} 中没有", "", value.shown)
            continue
        fresh, kept = value.plain, sealed[figure_id]
        for name, words in _COMPARED:
            found, expected = _plain(kept.get(name)), _plain(fresh[name])
            if found != expected:
                message = f"{_called(definitions, value)}：{words}不符，{FIGURES} 记为 {found}，按数据重算为 {expected}"
                yield Problem(BUNDLE, figure_id, message, found, expected)
                break
    for figure_id in sealed:
        if figure_id not in again:
            yield Problem(BUNDLE, figure_id, f"{FIGURES} 多出一个口径里没有的数字 {figure_id}")


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False, sort_keys=True)


def _called(definitions: Definitions, value: Value) -> str:
    title = definitions.by_code[value.code].title
    return f"“{title}{'·' + value.label if value.label else ''}”（{value.id}）"


# -- the document against the figures ---------------------------------------------------------------------


def _document(
    folder: Path, manifest: Mapping[str, Any], sealed: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Problem], int]:
    name = str(manifest.get("document", ""))
    if not name or not (folder / name).is_file():
        return [Problem(DOCUMENT, name or "*.docx", f"缺少总结文档 {name}")], 0
    try:
        printed = list(read_figures(folder / name))
    except Exception as problem:
        return [Problem(DOCUMENT, name, f"总结文档打不开：{type(problem).__name__}")], 0
    by_mark = {mark_name(figure_id): figure_id for figure_id in sealed}
    found: list[Problem] = []
    seen: Counter[str] = Counter()
    for each in printed:
        figure_id = by_mark.get(each.mark)
        if figure_id is None:
            found.append(Problem(DOCUMENT, each.mark, f"文档中有一个封存里没有的数字“{each.text}”", each.text))
            continue
        seen[figure_id] += 1
        kept = sealed[figure_id]
        if each.text != kept.get("shown"):
            message = f"文档中“{_words(kept)}”（{figure_id}）写作 {each.text}，封存并重算的是 {kept.get('shown')}"
            found.append(Problem(DOCUMENT, figure_id, message, each.text, str(kept.get("shown"))))
        elif each.url != kept.get("url"):
            message = f"文档中“{_words(kept)}”（{figure_id}）的链接被改动"
            found.append(Problem(DOCUMENT, figure_id, message, each.url, str(kept.get("url"))))
    listed = manifest.get("printed")
    for figure_id, times in (listed if isinstance(listed, dict) else {}).items():
        if seen[figure_id] != times:
            message = f"文档中数字 {figure_id} 应出现 {times} 次，实有 {seen[figure_id]} 次"
            found.append(Problem(DOCUMENT, figure_id, message, str(seen[figure_id]), str(times)))
    return found, len(printed)


def _words(kept: Mapping[str, Any]) -> str:
    return str(kept.get("label") or kept.get("code"))


# -- files against the manifest ---------------------------------------------------------------------------


def _files(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        yield Problem(FILE, sealing.MANIFEST, f"清单 {sealing.MANIFEST} 缺失或读不出来")
        return
    there = sealing.files_of(folder)
    for name, expected in listed.items():
        if name not in there:
            yield Problem(FILE, name, f"缺少文件 {name}", "", expected)
        elif there[name] != expected:
            message = f"文件 {name} 被改动：封存时为 {expected[:12]}…，现在是 {there[name][:12]}…"
            yield Problem(FILE, name, message, there[name], expected)
    for name in sorted(set(there) - set(listed)):
        yield Problem(FILE, name, f"多出一个清单里没有的文件 {name}", there[name])
