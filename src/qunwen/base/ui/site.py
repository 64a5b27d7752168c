"""What every page says about the house: county, telephone, responsible unit, menu.

The portal knows these; this floor must not import it. So the setting `QUNWEN_SITE_PROFILE` names a function
`(request) -> SiteProfile`, and without it pages carry only the general name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class NavItem:
    """One entry of the portal's menu; `key` is compared with the page's `nav_key` to mark the current place."""

    key: str
    label: str | Promise
    url: str
    icon: str


@dataclass(frozen=True)
class SiteProfile:
    """The county's face: its name, who is responsible, whom to telephone, where search and the menu lead."""

    county_name: str = ""
    responsible_unit: str = ""
    phone: str = ""
    home_url: str = "/"
    search_url: str = ""
    account_url: str = ""
    account_label: str | Promise = ""
    nav: tuple[NavItem, ...] = ()
    mine: tuple[NavItem, ...] = ()  # what a resident who is known has of their own, on the page about oneself


@cache
def _profile_function(path: str) -> Callable[[HttpRequest], SiteProfile]:
    return import_string(path)


def profile_for(request: HttpRequest) -> SiteProfile:
    """Return the profile which the project's function gives for this request."""
    path = getattr(settings, "QUNWEN_SITE_PROFILE", "")
    return _profile_function(path)(request) if path else SiteProfile()
