"""What the after-school service counts."""

from . import money_measures  # noqa: F401  declares what is counted of fees
