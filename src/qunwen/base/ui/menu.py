"""Items of the desk's menu, for the `wagtail_hooks` of the areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context


class HeldMenuItem(MenuItem):
    """Shown to those who hold a permission somewhere."""

    def __init__(self, label: Any, url: Any, permission: str, **about: Any) -> None:
        super().__init__(label, url, **about)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission in the open scope."""
        return context.current() is not None and asking.may(self.permission)


class CountedMenuItem(MenuItem):
    """Says how many wait: 审核（3）."""

    def __init__(self, label: Any, url: Any, count: Callable[[HttpRequest], int], **about: Any) -> None:
        super().__init__(label, url, **about)
        self.count = count  # none are not spoken of

    def render_component(self, request: HttpRequest) -> Any:
        """The label with the number of the moment."""
        number = self.count(request)
        label = f"{self.label}（{number}）" if number else str(self.label)
        shown = MenuItem(label, self.url, name=self.name, icon_name=self.icon_name, order=self.order)
        return shown.render_component(request)
