"""Figures open on the desk, behind its log-in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from .web import desk


@hooks.register("register_admin_urls")
def figures_on_the_desk() -> list[URLPattern | URLResolver]:
    """`{% url "measures:figure" %}`."""
    own = [path("", desk.figure, name="figure")]
    return [path("figures/", include((own, "measures"), namespace="measures"))]
