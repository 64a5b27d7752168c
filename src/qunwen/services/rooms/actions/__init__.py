"""What is done with resources and reservations."""

from .reserving import approve, check_in, refuse, release, reserve
from .resources import add_resource, block, change_resource
from .several import reserve_bundle, reserve_series

__all__ = [
    "add_resource",
    "approve",
    "block",
    "change_resource",
    "check_in",
    "refuse",
    "release",
    "reserve",
    "reserve_bundle",
    "reserve_series",
]
