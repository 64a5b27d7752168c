"""Models that change only through actions refuse every other writer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar


class OutsideAction(RuntimeError):
    """A model that only actions may change was written from somewhere else."""


_open: ContextVar[str] = ContextVar("qunwen_writing", default="")


def is_open() -> bool:
    """Whether an action is running in this context."""
    return bool(_open.get())


def demand(model: type) -> None:
    """Raise OutsideAction unless an action is running."""
    if not _open.get():
        raise OutsideAction(f"{model.__name__} 只能由业务动作修改")


@contextlib.contextmanager
def allowed(reason: str) -> Iterator[None]:
    """Open the door: for the action decorator, bulk loads and test factories. Needs a reason."""
    token = _open.set(reason or "unnamed")
    try:
        yield
    finally:
        _open.reset(token)
