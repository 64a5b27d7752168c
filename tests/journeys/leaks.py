"""Reading whole answers: streams, workbooks, escapes. What of the other county stands in them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import quote, unquote

from .counties import SECRET, SHOWN, County

LONGEST_CHANCE = 7
PUBLIC_ROWS = ("public", "coming", "venue", "room", "closure", "series", "public_link", "news", "front", "bucket")
# Classes that take pupils, draws that take applications, schools with their after-school activities: announced to all.
ANNOUNCED = (
    "course", "course_school", "course_term", "draw", "option", "room_resource", "room_offer",
    "primary", "school_term", "school_activity",
)  # fmt: skip


def text_of(response: Any) -> str:
    """Everything an answer carries, as one text; workbooks and archives unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    body = _unpacked(body)
    heads = "\n".join(f"{name}: {unquote(str(value))}" for name, value in response.headers.items())
    cookies = "\n".join(unquote(morsel.value) for morsel in response.cookies.values())
    return f"{heads}\n{cookies}\n{body.decode('utf-8', 'replace')}"


def _unpacked(body: bytes) -> bytes:
    if body[:2] != b"PK":
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"\n".join(_unpacked(packed.read(name)) for name in packed.namelist())


def marks_of(county: County) -> dict[str, str]:
    """What must never be seen by outsiders: what it is → the text."""
    found = {"word": SECRET, "number": str(county.words.crowd), "grouped number": f"{county.words.crowd:,}"}
    found["phone"] = county.rows["resident"].phone
    for name, row in county.rows.items():
        if name not in (*PUBLIC_ROWS, *ANNOUNCED) and len(str(row.pk)) == 36:
            found[f"id of {name}"] = str(row.pk)
    for role, person in county.staff.items():
        found[f"id of {role}"] = str(person.pk)
    return found


def found_in(text: str, marks: dict[str, str], *, asked: str, public: bool) -> list[str]:
    """Which marks stand in the text and not in the question itself. `public`: what everybody may see may be there."""
    wanted = marks if public else {**marks, "public word": SHOWN}
    return [
        what
        for what, mark in wanted.items()
        if any(_stands(form, text) for form in _forms(mark)) and mark not in asked
    ]  # fmt: skip


def _stands(form: str, text: str) -> bool:
    """Whether the text holds the form; a short number only as a number of its own.

    Tokens and ids made by chance (the nonce of a page, the cookie of a form) hold any five digits now and then.
    """
    if not form.isdigit() or len(form) > LONGEST_CHANCE:
        return form in text
    return re.search(rf"(?<![0-9A-Za-z]){form}(?![0-9A-Za-z])", text) is not None


def _forms(mark: str) -> set[str]:
    return {mark, json.dumps(mark)[1:-1], quote(mark), mark.encode("unicode_escape").decode()}
