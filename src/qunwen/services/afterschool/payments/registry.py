"""The register of adapters. Another way of paying is one more `register` in an AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
COUNTER, FILES, DEMONSTRATION = "counter", "files", "demonstration"


@dataclass(frozen=True)
class Adapter:
    """A way of paying.

    `how` tells the parent what to do. `instant`: one tap on the portal pays. `pretended`: no money moves, which every
    page and paper with such a payment says. `available` is asked each time.
    """

    code: str
    title: Text
    how: Text
    instant: bool = False
    pretended: bool = False
    available: Callable[[], bool] = lambda: True


_known: dict[str, Adapter] = {}


class UnknownAdapter(LookupError):
    """No adapter has that code here."""


def register(one: Adapter) -> Adapter:
    """Add a way of paying. Raises ValueError when the code is taken."""
    if one.code in _known:
        raise ValueError(f"payment adapter registered twice: {one.code}")
    _known[one.code] = one
    return one


def adapter(code: str) -> Adapter:
    """The adapter of that code, whether or not it may be used now. Raises UnknownAdapter."""
    if code not in _known:
        raise UnknownAdapter(code)
    return _known[code]


def known() -> list[str]:
    """The codes of all adapters, in the order they were registered."""
    return list(_known)


def offered() -> list[Adapter]:
    """Those that may be used now, in the order they were registered."""
    return [one for one in _known.values() if one.available()]


register(
    Adapter(
        FILES,
        _("代收单位收款"),
        _("学校每月把账单交给代收单位（银行或财政票据窗口），请凭账单号在那里缴费；收款回单导入后这里显示已缴。"),
    )
)
register(Adapter(COUNTER, _("学校窗口收款"), _("请到学校窗口缴费，凭收据号登记。")))
register(
    Adapter(
        DEMONSTRATION,
        _("演示缴费（没有真实收款）"),
        _("这是演示：点一下账单就标为已缴，没有任何钱被收取。"),
        instant=True,
        pretended=True,
        available=lambda: bool(settings.QUNWEN_DEMO),
    )
)
