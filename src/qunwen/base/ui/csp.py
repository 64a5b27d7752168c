"""Content security policies in the shape of Django 6's `SECURE_CSP` setting.

When the project moves to Django 6 this module and the middleware class go; the dictionaries stay as settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

SELF: Final = "'self'"
NONE: Final = "'none'"
UNSAFE_INLINE: Final = "'unsafe-inline'"
NONCE: Final = "<CSP_NONCE_SENTINEL>"

Policy = Mapping[str, Sequence[str]]

PORTAL_POLICY: Final[Policy] = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "connect-src": [SELF],
    "font-src": [SELF],
    "media-src": [SELF, "blob:"],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "object-src": [NONE],
    "manifest-src": [SELF],
    "worker-src": [SELF],
}

# Tried on Wagtail 8.0.1: date and time inputs and inline panels write inline <script> without a nonce, the rich text
# editor writes <style>, previews are a frame of the same origin. Without these three relaxations the desk breaks;
# everything else stays as on the portal, so no script or style comes from another place.
DESK_POLICY: Final[Policy] = {
    **PORTAL_POLICY,
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}


def render_policy(policy: Policy, nonce: str) -> str:
    """Return the header value of a policy; the nonce sentinel becomes this response's nonce."""
    return "; ".join(
        " ".join([directive, *(f"'nonce-{nonce}'" if source == NONCE else source for source in sources)])
        for directive, sources in policy.items()
    )
