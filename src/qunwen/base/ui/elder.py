"""Elder mode 长辈模式: a preference kept on the server side of the page, so it works without scripts.

Sizes: main text at least 18, the largest selectable at least 30, targets at least 60 by 60
(工信部 移动互联网应用适老化通用设计规范).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COOKIE: Final = "elder"
COOKIE_AGE_SECONDS: Final = 365 * 24 * 3600


class ElderSize(Enum):
    """The reader's size of text: off is 16 px, the others are elder mode with that many pixels."""

    OFF = "0"
    LARGE = "18"
    LARGER = "22"
    VERY_LARGE = "26"
    LARGEST = "30"

    @property
    def label(self) -> str | Promise:
        """What the choice is called."""
        return _LABELS[self]

    @property
    def pixels(self) -> int:
        """Size of main text in CSS pixels."""
        return 16 if self is ElderSize.OFF else int(self.value)

    @property
    def html_class(self) -> str:
        """The class of <html> that makes it so."""
        return "" if self is ElderSize.OFF else f"elder elder-{self.value}"


_LABELS: Final = {
    ElderSize.OFF: _("标准"),
    ElderSize.LARGE: _("大"),
    ElderSize.LARGER: _("较大"),
    ElderSize.VERY_LARGE: _("很大"),
    ElderSize.LARGEST: _("最大"),
}


def elder_size_of(request: HttpRequest) -> ElderSize:
    """Return the size which the reader's cookie asks for; anything unknown counts as off."""
    try:
        return ElderSize(request.COOKIES.get(COOKIE, ElderSize.OFF.value))
    except ValueError:
        return ElderSize.OFF
