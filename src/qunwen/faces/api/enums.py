"""What the journal says of tokens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Entry(Codes):
    """Life of a token."""

    CREATED = "api.token.created", _("建立接口令牌")
    REVOKED = "api.token.revoked", _("停用接口令牌")
