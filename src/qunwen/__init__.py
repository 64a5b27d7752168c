"""Qunwen 群文: public cultural services of a county, from record to report."""

__version__ = "0.1.0"
