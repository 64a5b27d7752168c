"""Two counties at work, and browsers of their people."""

from tests.desk.people import county, desk, foreign, held, make, roles, upcoming  # noqa: F401
