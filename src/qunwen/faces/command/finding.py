"""What an examination finds."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class State(enum.Enum):
    """Right, worth knowing, or to be mended."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `code` for programs, the rest for people."""

    code: str
    state: State
    what: str
    told: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        """For --json."""
        return {"code": self.code, "state": self.state.value, "what": self.what, "told": self.told, "mend": self.mend}
