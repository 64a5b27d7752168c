"""The colours of `static/ui/tokens.css` for what Python draws; a test keeps the two the same."""

from __future__ import annotations

from typing import Final

INK: Final = "#1f2328"
PAPER: Final = "#fbf8f2"
CINNABAR: Final = "#a8321f"
CELADON: Final = "#2b6b66"
GOLD: Final = "#9a6b1c"
INDIGO: Final = "#3a4f8a"
OLIVE: Final = "#6b7a3a"
SLATE: Final = "#6a7280"
LINE: Final = "#ded7ca"

SERIES_COLOURS: Final = (CELADON, CINNABAR, INDIGO, GOLD, OLIVE, SLATE)
HEAT_COLOURS: Final = ("#ffffff", "#cfe2df", "#93bcb7", "#56908b", "#2b6b66", "#173f3c")
