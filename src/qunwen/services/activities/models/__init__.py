"""Activities from plan to proof."""

from .activity import Activity, Series
from .session import Headcount, MediaReport, Session

__all__ = ["Activity", "Headcount", "MediaReport", "Series", "Session"]
