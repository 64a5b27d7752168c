"""Everything that changes places."""

from .changing import NewPlace, dissolve_place, merge_places, move_place, rename_place, split_place
from .grids import close_grid, create_grid, rename_grid
from .loading import Loaded, load_divisions
from .networks import end_edge, set_edge
from .populations import Figure, import_populations, record_population, record_populations

__all__ = [
    "Figure",
    "Loaded",
    "NewPlace",
    "close_grid",
    "create_grid",
    "dissolve_place",
    "end_edge",
    "import_populations",
    "load_divisions",
    "merge_places",
    "move_place",
    "record_population",
    "record_populations",
    "rename_grid",
    "rename_place",
    "set_edge",
    "split_place",
]
