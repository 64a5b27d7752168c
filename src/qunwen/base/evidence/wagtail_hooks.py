"""The same checked files within the desk, behind its log-in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks

from .web import files


@hooks.register("register_admin_urls")
def files_on_the_desk() -> list[URLPattern | URLResolver]:
    """`{% url "desk_evidence:file" … %}`."""
    # Patterns of their own: Wagtail puts its log-in around the very objects it is given.
    own = [path("<str:county>/<uuid:link>/<str:variant>", files.file, name="file")]
    return [path("evidence/", include((own, "evidence"), namespace="desk_evidence"))]
