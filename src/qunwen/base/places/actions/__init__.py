"""Everything that changes places."""

from .changing import NewPlace, merge_places, move_place, rename_place, split_place
from .grids import create_grid
from .loading import Loaded, load_divisions
from .networks import end_edge, set_edge
from .populations import Figure, record_population, record_populations

__all__ = [
    "Figure",
    "Loaded",
    "NewPlace",
    "create_grid",
    "end_edge",
    "load_divisions",
    "merge_places",
    "move_place",
    "record_population",
    "record_populations",
    "rename_place",
    "set_edge",
    "split_place",
]
