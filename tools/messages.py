"""Brings the words of every area into its catalogues: run it after text was added or changed.

    python tools/messages.py                  collect, make Traditional Chinese, compile
    python tools/messages.py --check          say what is out of date or without English; changes nothing
    python tools/messages.py --missing FILE   also write what has no English yet, as {"chinese": ""}
    python tools/messages.py --fill FILE      also take the English from such a file

The source is Simplified Chinese. Traditional Chinese is always made anew by OpenCC and `tools/zh_hant.tsv`; English is
written by hand in the catalogues, and a sentence that another area has already translated is taken over from there.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import django
import opencc
import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/qunwen"
OVERRIDES = ROOT / "tools/zh_hant.tsv"
LANGUAGES = {"zh_Hant": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# what describes the parts of an OpenAPI document: these calls, and decorators `@router.…` with the docstring below
ROUTERS = {"router", "mine", "staff"}  # what the routers of `faces/api` are called
DESCRIBING = {"Router", "Query", "Path", "Header", "Field"}
DESCRIBED_BY = {"summary", "description", "tags"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}")
# position of (context, singular, plural) among the arguments
CALLS = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
TEMPLATE_CALL = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\((?=u?['\"])")


@dataclass(frozen=True)
class Key:
    """What identifies a message: its text, and the context where one is given."""

    msgid: str
    context: str | None = None


@dataclass
class Message:
    plural: str | None = None
    files: set[str] = field(default_factory=set)


Messages = dict[Key, Message]
Forms = dict[Key, list[str]]


def areas() -> list[Path]:
    """The folders of all areas: `src/qunwen/<floor>/<area>`."""
    return sorted(path.parent for path in SOURCE.glob("*/*/__init__.py") if path.parent.parent.name != "config")


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _said(name: str, call: ast.Call) -> tuple[Key, str | None] | None:
    context_at, at, plural_at = CALLS[name]
    if len(call.args) <= at or _text(call.args[at]) is None:
        return None
    context = None if context_at is None else _text(call.args[context_at])
    plural = None if plural_at is None else _text(call.args[plural_at])
    return Key(_text(call.args[at]) or "", context), plural


def in_python(text: str) -> Iterator[tuple[Key, str | None]]:
    """Messages of a module: calls of Django's functions under whatever names they were imported.

    Also what describes an address of the interface: its docstring (Chinese there) and some keywords.
    """
    tree = ast.parse(text)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            said = _said(names[node.func.id], node)
            if said:
                yield said
        yield from ((Key(words), None) for words in _described(node))


def _describes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return isinstance(node.func.value, ast.Name) and node.func.value.id in ROUTERS
    return isinstance(node.func, ast.Name) and node.func.id in DESCRIBING


def _described(node: ast.AST) -> Iterator[str]:
    found: list[str | None] = []
    if isinstance(node, ast.FunctionDef) and any(_describes(one) for one in node.decorator_list):
        found = [ast.get_docstring(node)]
    elif _describes(node) and isinstance(node, ast.Call):
        values = [keyword.value for keyword in node.keywords if keyword.arg in DESCRIBED_BY]
        found = [_text(one) for value in values for one in (value.elts if isinstance(value, ast.List) else [value])]
    yield from (words for words in found if words and CHINESE.search(words))


def in_template(text: str, origin: str) -> Iterator[tuple[Key, str | None]]:
    """Messages of a template, read by Django's own rules."""
    code = templatize(text, origin=origin)
    for found in TEMPLATE_CALL.finditer(code):
        end = found.end()
        while True:
            end = code.index(")", end) + 1
            try:
                call = ast.parse(code[found.start() : end], mode="eval").body
            except SyntaxError:
                continue
            break
        if isinstance(call, ast.Call):
            said = _said({"_": "gettext"}.get(found[1], found[1]), call)
            if said:
                yield said


def collect(area: Path) -> Messages:
    """All messages of an area, in the order of its files."""
    messages: Messages = {}
    for path in sorted(area.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
            continue
        name = path.relative_to(area).as_posix()
        if path.suffix == ".py":
            found = in_python(path.read_text("utf-8"))
        elif "templates" in path.parts:
            found = in_template(path.read_text("utf-8"), name)
        else:
            continue
        for key, plural in found:
            message = messages.setdefault(key, Message())
            message.plural = message.plural or plural
            message.files.add(name)
    messages.pop(Key(""), None)
    return messages


class Traditional:
    """OpenCC's characters for Taiwan, without its change of vocabulary, then our own table."""

    def __init__(self) -> None:
        self._convert = opencc.OpenCC("s2tw").convert
        lines = OVERRIDES.read_text("utf-8").splitlines()
        self._table = [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]

    def __call__(self, text: str) -> str:
        made = self._convert(text)
        for made_by_opencc, wanted in self._table:
            made = made.replace(made_by_opencc, wanted)
        return made


def catalogue_path(area: Path, language: str) -> Path:
    return area / "locale" / language / "LC_MESSAGES" / "django.po"


def _key(entry: polib.POEntry) -> Key:
    return Key(entry.msgid, entry.msgctxt)


def read(area: Path, language: str) -> dict[Key, polib.POEntry]:
    """What the catalogue of an area holds now; nothing where there is none."""
    path = catalogue_path(area, language)
    return {_key(entry): entry for entry in polib.pofile(str(path)) if not entry.obsolete} if path.exists() else {}


def fits(source: str, translation: str) -> bool:
    """Whether both carry the same placeholders."""
    return sorted(PLACEHOLDER.findall(source)) == sorted(PLACEHOLDER.findall(translation))


def english(messages: Messages, *sources: Forms) -> Forms:
    """English forms (one, or singular and plural) of each message, from the first source that has them."""
    made = {}
    for key, message in messages.items():
        found = (source[key] for source in sources if len(source.get(key, [])) == (2 if message.plural else 1))
        forms = next(found, None)
        if forms:
            made[key] = forms
    return made


def build(messages: Messages, language: str, forms: Forms) -> polib.POFile:
    """The catalogue of one area in one language."""
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "qunwen",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": LANGUAGES[language],
    }
    for key, message in messages.items():
        entry = polib.POEntry(
            msgid=key.msgid, msgctxt=key.context, occurrences=[(f, "") for f in sorted(message.files)]
        )
        if re.search(r"%\(\w+\)", key.msgid):
            entry.flags.append("python-format")
        said = forms.get(key, [""])
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = dict(enumerate(said))
        else:
            entry.msgstr = said[0]
        catalogue.append(entry)
    return catalogue


def write(area: Path, language: str, catalogue: polib.POFile, *, check: bool) -> bool:
    """Writes text and compiled form; True when either was (or, checking, is) different on the disk."""
    path = catalogue_path(area, language)
    wanted = {path: (str(catalogue).rstrip("\n") + "\n").encode(), path.with_suffix(".mo"): catalogue.to_binary()}
    changed = [p for p, content in wanted.items() if not p.exists() or p.read_bytes() != content]
    for p in [] if check else changed:
        p.parent.mkdir(parents=True, exist_ok=True)
        p.write_bytes(wanted[p])
    return bool(changed)


def key_named(name: str) -> Key:
    """The key of a line in a file for --fill: the text, or `context|text`."""
    context, bar, msgid = name.rpartition("|")
    return Key(msgid, context) if bar else Key(name)


def forms_of(entry: polib.POEntry) -> list[str]:
    """The translations of an entry: one, or one for each plural form."""
    return [entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


def held_english(area: Path) -> Forms:
    """The finished English of an area's catalogue."""
    entries = read(area, "en").items()
    return {key: forms_of(entry) for key, entry in entries if not entry.fuzzy and all(forms_of(entry))}


def renew(fill: dict[str, str | list[str]], *, check: bool = False) -> tuple[list[Path], list[Key]]:
    """Renews every catalogue; gives the ones that changed and the messages without English."""
    traditional = Traditional()
    given = {key_named(k): [v] if isinstance(v, str) else v for k, v in fill.items() if v}
    held = {area: held_english(area) for area in areas()}
    elsewhere = {key: forms for area in held.values() for key, forms in area.items()}
    changed: list[Path] = []
    missing: dict[Key, None] = {}
    for area in areas():
        messages = collect(area)
        if not messages:
            continue
        forms = english(messages, given, held[area], elsewhere)
        missing.update(dict.fromkeys(key for key in messages if key not in forms))
        made = {key: [traditional(key.msgid)] for key in messages}
        for language, said in (("en", forms), ("zh_Hant", made)):
            if write(area, language, build(messages, language, said), check=check):
                changed.append(catalogue_path(area, language))
    return changed, list(missing)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", type=Path)
    parser.add_argument("--fill", type=Path)
    given = parser.parse_args()
    settings.configure(USE_I18N=True)
    django.setup()
    fill = json.loads(given.fill.read_text("utf-8")) if given.fill else {}
    wrong = [f"{source} -> {said}" for source, said in fill.items() if isinstance(said, str) and not fits(source, said)]
    if wrong:
        print("placeholders differ:", *wrong, sep="\n  ", file=sys.stderr)
        return 2
    changed, missing = renew(fill, check=given.check)
    if given.missing:
        listed = {f"{key.context}|{key.msgid}" if key.context else key.msgid: "" for key in missing}
        given.missing.write_text(json.dumps(listed, ensure_ascii=False, indent=0), "utf-8")
    for path in changed:
        print(("out of date: " if given.check else "written: ") + path.relative_to(ROOT).as_posix())
    print(f"{len(missing)} messages without English")
    return 1 if given.check and (changed or missing) else 0


if __name__ == "__main__":
    sys.exit(main())
