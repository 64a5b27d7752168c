"""Ways in which a bill is paid. Each is an adapter in the registry; the house itself never moves money."""

from .registry import (
    COUNTER,
    DEMONSTRATION,
    FILES,
    Adapter,
    UnknownAdapter,
    adapter,
    known,
    offered,
    register,
)

__all__ = [
    "COUNTER", "DEMONSTRATION", "FILES", "Adapter", "UnknownAdapter", "adapter", "known", "offered", "register",
]  # fmt: skip
