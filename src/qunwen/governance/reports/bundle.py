"""Making a sealed bundle: basis, definitions, figures, document, manifest, seal; all in one folder."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qunwen.base.measures.periods import Period

from . import basis, defining, evaluating, paper, sealing
from .linking import url_of

DEFINITIONS, FIGURES = "definitions.json", "figures.json"
FORMAT = 1


@dataclass(frozen=True)
class Made:
    """A bundle that was written."""

    folder: Path
    document: Path
    manifest_sha256: str
    definitions_sha256: str
    figures: int
    reported: int
    expected: int


def document_name(definitions: defining.Definitions) -> str:
    """The name of the document's file."""
    return f"{definitions.title}.docx"


def make(*, kind: str, county: str, period: Period, folder: Path, at: dt.datetime, by: str, agency: str = "") -> Made:
    """Write document and bundle of a county's report into an empty folder.

    `by` and `agency` (the unit that signs; the county when empty) stand in manifest and document. Raises EvaluationError,
    NeverFreshError.
    """
    definitions = defining.shipped(kind)
    ground = basis.gather(county=county, period=period, into=folder)
    values = evaluating.evaluate(definitions, ground)
    urls = {i: url_of(value, definitions, period=period.code) for i, value in values.items()}
    basis.write_json(folder / DEFINITIONS, definitions.canonical)
    basis.write_json(folder / FIGURES, [value.plain | {"url": urls[i]} for i, value in values.items()])
    name = ground.names[county]
    document = paper.Report(
        definitions=definitions,
        basis=ground,
        values=values,
        urls=urls,
        agency=agency or name,
        at=at,
        seal=sealing.file_sha256(folder / FIGURES),
    )
    target = folder / document_name(definitions)
    document.write(target)
    about: dict[str, Any] = {
        "format": FORMAT,
        "kind": kind,
        "title": definitions.title,
        "document": target.name,
        "county": county,
        "name": name,
        "period": period.code,
        "made_at": at.isoformat(),
        "made_by": by,
        "definitions_sha256": definitions.sha256,
        "program": importlib.metadata.version("qunwen"),
        "figures": len(values),
        "printed": document.printed,
    }
    digest = sealing.seal(folder, about)
    held = values["held"]
    return Made(folder, target, digest, definitions.sha256, len(values), held.reported, held.expected)
