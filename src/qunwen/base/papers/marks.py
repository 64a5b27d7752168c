"""Figures that open: a number in a paper with a link to where it comes from and a name that stays the same.

The name is a bookmark around the link, so that a program can read all figures back and compare them.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml.etree import _Element

_PREFIX = "fig_"
_BOOKMARK_LENGTH = 40
_SAFE = re.compile(r"[A-Za-z0-9_]{1,32}")


@dataclass(frozen=True)
class Figure:
    """A value as printed, the address that opens it, and its stable id (any text; the same in every edition)."""

    text: str
    url: str
    id: str


@dataclass(frozen=True)
class ReadFigure:
    """A figure found in a paper; `mark` is `mark_name` of its id."""

    text: str
    url: str
    mark: str


def mark_name(figure_id: str) -> str:
    """The bookmark name of a figure's id: the id itself where Word allows it, a digest of it otherwise."""
    if _SAFE.fullmatch(figure_id):
        return _PREFIX + figure_id
    return _PREFIX + "x" + hashlib.sha256(figure_id.encode()).hexdigest()[:30]


class Marker:
    """Puts figures into paragraphs of one paper; it counts, because bookmark names and numbers must be unique."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}
        self._count = 0

    def place(self, paragraph: Paragraph, figure: Figure) -> _Element:
        """Append the figure to the paragraph and give back its run, to be styled like its neighbours."""
        name = mark_name(figure.id)
        self._uses[name] = uses = self._uses.get(name, 0) + 1
        self._count += 1
        # A figure named in the text and in a table is one figure; Word wants two names, so the second gets a tail.
        begin = _element("w:bookmarkStart", id=str(self._count), name=name if uses == 1 else f"{name}__{uses}")
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(figure.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.set(qn("w:history"), "1")
        link.set(qn("w:tooltip"), "打开这个数的来源")
        run = OxmlElement("w:r")
        properties = OxmlElement("w:rPr")
        properties.append(_element("w:u", val="dotted", color="2B6B66"))
        run.append(properties)
        text = OxmlElement("w:t")
        text.text = figure.text
        text.set(qn("xml:space"), "preserve")
        run.append(text)
        link.append(run)
        for element in (begin, link, _element("w:bookmarkEnd", id=str(self._count))):
            paragraph._p.append(element)
        return run


def read_figures(source: Path | str | IO[bytes]) -> Iterator[ReadFigure]:
    """Every figure of a paper in the order in which it is printed, tables included."""
    document = docx.Document(str(source) if isinstance(source, Path) else source)
    relations = document.part.rels
    for start in document.element.body.iter(qn("w:bookmarkStart")):
        name = start.get(qn("w:name")) or ""
        link = start.getnext()
        if not name.startswith(_PREFIX) or link is None or link.tag != qn("w:hyperlink"):
            continue
        text = "".join(piece.text or "" for piece in link.iter(qn("w:t")))
        yield ReadFigure(text, relations[link.get(qn("r:id"))].target_ref, re.sub(r"__\d+$", "", name))


def _element(tag: str, **attributes: str) -> _Element:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
