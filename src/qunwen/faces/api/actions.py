"""Making and revoking tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.asking import Forbidden

from . import tokens
from .access import Permission
from .enums import Entry
from .models import ApiToken

LONGEST = dt.timedelta(days=366)


@action
def create_token(
    *, name: str, place: Place, permissions: Collection[str], expires_at: dt.datetime, by: Actor, at: dt.datetime
) -> tuple[ApiToken, str]:
    """A token for the actor's own account, and its secret (kept nowhere).

    The place lies within the actor's, each permission is held there. Only a person makes tokens, never a token.
    Raises ValidationError with messages at the fields, Forbidden.
    """
    asking.require(Permission.TOKENS, place=place.pk, unit=by.unit, owner=by.id)
    if by.kind != ActorKind.STAFF or by.id is None:
        raise Forbidden(_("只有工作人员本人登录后才能建立令牌。"))
    errors: dict[str, str] = {}
    if not name.strip():
        errors["name"] = _("请写明用途，例如“县政务平台同步活动”。")
    wanted = sorted(set(permissions))
    missing = [code for code in wanted if code not in tokens.grantable() or not _held(code, place.pk, by)]
    if not wanted or missing:
        errors["permissions"] = _("请至少选一项，并且只选您自己在这个地方有的权限。")
    if not at < expires_at <= at + LONGEST:
        errors["expires_at"] = _("有效期最长一年，到期后重新建立。")
    if errors:
        raise ValidationError(errors)
    secret = tokens.fresh_secret()
    token = ApiToken(
        name=name.strip(), digest=tokens.digest(secret), staff_id=by.id, place=place, permissions=wanted,
        created_at=at, expires_at=expires_at,
    )  # fmt: skip
    token.save(force_insert=True)
    record(
        code=Entry.CREATED, by=by, at=at, subject=token, place=place.pk,
        after={"name": token.name, "permissions": wanted, "expires_at": expires_at},
    )  # fmt: skip
    return token, secret


def _held(code: str, place: str, by: Actor) -> bool:
    return asking.may(code, place=place, unit=by.unit, owner=by.id)


@action
def revoke_token(*, token: ApiToken, by: Actor, at: dt.datetime) -> ApiToken:
    """The token opens nothing from now on. Twice changes nothing. Raises Forbidden."""
    asking.require(Permission.TOKENS, on=token)
    token = ApiToken.unscoped.select_for_update().get(pk=token.pk)
    if token.revoked_at is not None:
        nothing_changed("replayed")
        return token
    token.revoked_at = at
    token.save()
    record(
        code=Entry.REVOKED, by=by, at=at, subject=token, place=token.place_id, before={"revoked_at": None},
        after={"revoked_at": at},
    )  # fmt: skip
    return token
