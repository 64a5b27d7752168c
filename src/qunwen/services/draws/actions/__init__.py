"""Everything that changes draws, in the order of their life."""

from .applying import apply, change_wishes, withdraw
from .counter import apply_for
from .drawing import carry_out, enter_seed, freeze, publish
from .opening import call_off, move_seed, open_draw

__all__ = [
    "apply",
    "apply_for",
    "call_off",
    "carry_out",
    "change_wishes",
    "enter_seed",
    "freeze",
    "move_seed",
    "open_draw",
    "publish",
    "withdraw",
]
