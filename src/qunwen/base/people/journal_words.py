"""What the journal's keys about people are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden
from qunwen.base.scope.context import DataScope
from qunwen.base.scope.permissions import known

from .enums import Consent, HowEnded
from .roles import SHIPPED


def _roles() -> Mapping[str, str | Promise]:
    return {role.code: gettext(role.name) for role in SHIPPED}


def _changed() -> Mapping[str, str | Promise]:
    from .models import Resident  # noqa: PLC0415  words are declared before models are

    return {field.name: field.verbose_name for field in Resident._meta.concrete_fields}


WORDS = {
    "account": Word(_("用户名")),
    "address": Word(_("网络地址")),
    "changed": Word(_("改了哪些项"), choices=_changed),
    "chosen_places": Word(_("指定区划"), row="places.place"),
    "chosen_units": Word(_("指定单位"), row="people.unit"),
    "consent": Word(_("居民怎样同意的"), choices=Consent),
    "data_scope": Word(_("数据范围"), choices=DataScope),
    "delegates": Word(_("可授出的权限"), choices=known),
    "grant": hidden(_("授权编号")),
    "guardian": Word(_("监护人"), row="people.resident"),
    "guardianships": Word(_("监护关系数")),
    "household": hidden(_("家庭编号")),
    "households": Word(_("家庭数")),
    "members": Word(_("家庭成员"), row="people.resident"),
    "permissions": Word(_("权限"), choices=known),
    "relation": Word(_("与监护人的关系")),
    "residents": Word(_("居民数")),
    "role": Word(_("角色"), choices=_roles),
    "staff": Word(_("工作人员数")),
    "units": Word(_("单位数")),
    "valid_to": Word(_("有效期至")),
    "why": Word(_("怎样结束的"), choices=HowEnded),
}
