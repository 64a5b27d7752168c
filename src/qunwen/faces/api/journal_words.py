"""What the journal's keys about tokens are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word
from qunwen.base.scope.permissions import known

WORDS = {
    "expires_at": Word(_("有效期至")),
    "name": Word(_("用途")),
    "permissions": Word(_("权限"), choices=known),
    "revoked_at": Word(_("收回时间")),
}
