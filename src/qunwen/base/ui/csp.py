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

# Wagtail's admin writes <style> and style="" (rich text, charts of the side panels) and inline event data, and
# shows page previews in a frame of the same origin. Script files still come from here only.
DESK_POLICY: Final[Policy] = {
    **PORTAL_POLICY,
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "base-uri": [SELF],
}


def render_policy(policy: Policy, nonce: str) -> str:
    """Return the header value of a policy; the nonce sentinel becomes this response's nonce."""
    return "; ".join(
        " ".join([directive, *(f"'nonce-{nonce}'" if source == NONCE else source for source in sources)])
        for directive, sources in policy.items()
    )
