"""What people's pages read."""

from __future__ import annotations

from django import template

from qunwen.base.people import demo_users as accounts

register = template.Library()


@register.simple_tag
def demo_users() -> list[accounts.DemoUser]:
    """The accounts of a demonstration; empty otherwise."""
    return accounts.shown()
