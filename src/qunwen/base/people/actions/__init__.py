"""Everything that changes units, staff, grants, roles and residents."""

from .acting import end_acting, start_acting
from .grants import grant_role, revoke_role, sync_roles
from .residents import (
    change_resident,
    end_guardian,
    form_household,
    join_household,
    leave_household,
    record_guardian,
    register_resident,
)
from .staff import (
    Invitation,
    change_staff,
    disable_staff,
    enable_staff,
    invite_staff,
    reset_password,
    unlock_account,
)
from .units import change_unit, create_unit

__all__ = [
    "Invitation",
    "change_resident",
    "change_staff",
    "change_unit",
    "create_unit",
    "disable_staff",
    "enable_staff",
    "end_acting",
    "end_guardian",
    "form_household",
    "grant_role",
    "invite_staff",
    "join_household",
    "leave_household",
    "record_guardian",
    "register_resident",
    "reset_password",
    "revoke_role",
    "start_acting",
    "sync_roles",
    "unlock_account",
]
