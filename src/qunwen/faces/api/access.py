"""Who may do what with tokens of the interface."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with tokens. What a token may do are permissions of its maker."""

    TOKENS = "api.tokens", _("管理接口令牌")


ROLES = {
    Permission.TOKENS: (
        "county_officer",
        "town_station",
        "venue_staff",
        "school_office",
        "city_officer",
        "province_officer",
    )
}
