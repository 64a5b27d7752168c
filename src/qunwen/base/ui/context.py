"""The context processor of all pages: `house`."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .elder import ElderSize, elder_size_of
from .site import SiteProfile, profile_for


@dataclass(frozen=True)
class House:
    """What base templates read: the reader's elder mode, whether data are made up, the county's profile."""

    site: SiteProfile
    elder: ElderSize
    demo: bool
    csp_nonce: str
    language_choices: tuple[tuple[str, str], ...]

    @property
    def html_class(self) -> str:
        """The class of <html>: empty, or elder mode with its size."""
        return self.elder.html_class

    @property
    def elder_choices(self) -> tuple[ElderSize, ...]:
        """The sizes to choose from within elder mode."""
        return tuple(size for size in ElderSize if size is not ElderSize.OFF)


def house(request: HttpRequest) -> dict[str, object]:
    """Give templates `house`; nothing is looked up until a template reads it."""

    def build() -> House:
        return House(
            site=profile_for(request),
            elder=elder_size_of(request),
            demo=bool(getattr(settings, "QUNWEN_DEMO", False)),
            csp_nonce=str(getattr(request, "csp_nonce", "")),
            language_choices=tuple(settings.LANGUAGES),
        )

    return {"house": SimpleLazyObject(build)}
