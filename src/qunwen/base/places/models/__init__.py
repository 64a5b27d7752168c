"""The tables of places."""

from .hierarchy import HierarchyEdge
from .history import PlaceChange, PlaceName, PlaceSuccession
from .place import Place
from .population import Population

__all__ = ["HierarchyEdge", "Place", "PlaceChange", "PlaceName", "PlaceSuccession", "Population"]
