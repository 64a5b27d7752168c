"""Units, staff, accounts, grants; residents and households."""

from .grants import Grant, Role
from .logins import LoginLock, PhoneCode, RateHit, StaffSession
from .residents import Guardianship, Household, Resident, masked
from .staff import Staff, Unit, User

__all__ = [
    "Grant",
    "Guardianship",
    "Household",
    "LoginLock",
    "PhoneCode",
    "RateHit",
    "Resident",
    "Role",
    "Staff",
    "StaffSession",
    "Unit",
    "User",
    "masked",
]
