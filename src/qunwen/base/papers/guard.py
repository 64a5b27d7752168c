"""The guard against formula injection in exported sheets, and its exact undoing at import.

A spreadsheet program reads a cell that begins with = + - @, a tab or a carriage return as a formula or as the
start of a command (OWASP, "CSV Injection"); programs set to Chinese also take the full-width forms. Such a text
gets one apostrophe in front. A text that already has apostrophes before such a sign gets one more, so that
`unguard(guard(x)) == x` for every x.
"""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def guard(text: str) -> str:
    """The text made safe to write into a cell."""
    return "'" + text if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before `guard`."""
    return text[1:] if _GUARDED.match(text) else text
