"""The same checked files within the desk, behind its log-in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks


@hooks.register("register_admin_urls")
def files_on_the_desk() -> list[URLPattern | URLResolver]:
    """`{% url "desk_evidence:file" … %}`."""
    return [path("evidence/", include("qunwen.base.evidence.web.urls", namespace="desk_evidence"))]
