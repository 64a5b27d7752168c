"""How commands talk: plain lines for people, one JSON object on the last line for programs."""

from __future__ import annotations

import json
import sys
from typing import Any


class Stop(Exception):
    """End the command with one clear line for the person; `facts` go into the JSON object."""

    def __init__(self, message: str, *, code: int = 1, **facts: Any) -> None:
        super().__init__(message)
        self.code = code
        self.facts = facts


class Teller:
    """Says what happens. With `as_json` the telling goes to the error stream, the result to the output."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.stream = sys.stderr if as_json else sys.stdout
        self._open_line = False

    def say(self, text: str) -> None:
        """One line."""
        if self._open_line:
            self.stream.write("\n")
            self._open_line = False
        self.stream.write(text + "\n")
        self.stream.flush()

    def progress(self, label: str, done: int, total: int) -> None:
        """How far long work is: one line that rewrites itself on a terminal, silent elsewhere until done."""
        if self.stream.isatty():
            self.stream.write(f"\r{label} {done}/{total}")
            self.stream.flush()
            self._open_line = True
        elif done == total:
            self.say(f"{label} {done}/{total}")

    def result(self, facts: dict[str, Any]) -> None:
        """The outcome for programs."""
        if self.as_json:
            sys.stdout.write(json.dumps(facts, ensure_ascii=False, default=str) + "\n")
            sys.stdout.flush()


def end_badly(message: str, *, as_json: bool, facts: dict[str, Any] | None = None) -> None:
    """The one line of a command that could not do its work."""
    sys.stderr.write(message + "\n")
    if as_json:
        Teller(as_json=True).result({"ok": False, "error": message, **(facts or {})})
