"""Evidence on the desk: its pages, its menu item, and the same checked files behind the desk's log-in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem
from qunwen.base.ui.web.desk import with_reasons

from .access import Permission
from .web import adding, files, library


@hooks.register("register_admin_urls")
def evidence_on_the_desk() -> list[URLPattern | URLResolver]:
    """`{% url "desk_evidence:file" … %}`, `desk_evidence:list`."""
    # Patterns of their own: Wagtail puts its log-in around the very objects it is given.
    own = with_reasons(
        [
            path("", library.index, name="list"),
            path("add/", adding.add, name="add"),
            path("<str:county>/<uuid:link>/", library.page, name="page"),
            path("<str:county>/<uuid:link>/caption/", library.caption, name="caption"),
            path("<str:county>/<uuid:link>/more/", library.more, name="more"),
            path("<str:county>/<uuid:link>/remove/", library.remove, name="remove"),
        ]
    )
    own.append(path("<str:county>/<uuid:link>/<str:variant>", files.file, name="file"))
    return [path("evidence/", include((own, "evidence"), namespace="desk_evidence"))]


@hooks.register("register_admin_menu_item")
def evidence_item() -> HeldMenuItem:
    """After venues."""
    return HeldMenuItem(
        _("佐证材料"), reverse_lazy("desk_evidence:list"), Permission.VIEW,
        name="evidence", icon_name="image", order=220,
    )  # fmt: skip
