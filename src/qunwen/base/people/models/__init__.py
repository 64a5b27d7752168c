"""Units, staff, accounts, grants; residents and households."""

from .grants import Grant, Role
from .residents import Guardianship, Household, Resident
from .staff import Staff, Unit, User

__all__ = ["Grant", "Guardianship", "Household", "Resident", "Role", "Staff", "Unit", "User"]
