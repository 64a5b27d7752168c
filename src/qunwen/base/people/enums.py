"""Words of people and units."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class UnitKind(models.TextChoices):
    """What sort of organisation a unit is."""

    BUREAU = "bureau", _("文化和旅游局")
    CULTURAL_CENTRE = "cultural_centre", _("文化馆")
    LIBRARY = "library", _("图书馆")
    MUSEUM = "museum", _("博物馆")
    ART_SCHOOL = "art_school", _("市民文化艺术学校")
    STATION = "station", _("综合文化站")
    VILLAGE_ROOM = "village_room", _("村（社区）综合性文化服务中心")
    GOVERNMENT = "government", _("乡镇（街道）")
    SCHOOL = "school", _("学校")
    OTHER = "other", _("其他单位")


class AdminKind(models.TextChoices):
    """The three administrators who exclude each other (三员分立)."""

    SYSTEM = "system", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDIT = "audit", _("安全审计员")


class AgeGroup(models.TextChoices):
    """Groups by age in which attendance is counted."""

    CHILD = "child", _("儿童（14岁以下）")
    YOUTH = "youth", _("青少年（14–17岁）")
    ADULT = "adult", _("成人（18–59岁）")
    ELDER = "elder", _("老年人（60岁以上）")
    UNKNOWN = "unknown", _("未登记")


class Entry(Codes):
    """What the journal says of people."""

    UNIT_CREATED = "people.unit.created", _("新增单位")
    UNIT_CHANGED = "people.unit.changed", _("修改单位")
    STAFF_INVITED = "people.staff.invited", _("邀请工作人员")
    STAFF_CHANGED = "people.staff.changed", _("修改工作人员")
    STAFF_DISABLED = "people.staff.disabled", _("停用工作人员")
    STAFF_ENABLED = "people.staff.enabled", _("恢复工作人员")
    ROLE_GRANTED = "people.role.granted", _("授予角色")
    ROLE_REVOKED = "people.role.revoked", _("收回角色")
    RESIDENT_REGISTERED = "people.resident.registered", _("登记居民")
    RESIDENT_CHANGED = "people.resident.changed", _("修改居民信息")
    HOUSEHOLD_FORMED = "people.household.formed", _("建立家庭")
    HOUSEHOLD_JOINED = "people.household.joined", _("加入家庭")
    HOUSEHOLD_LEFT = "people.household.left", _("离开家庭")
    GUARDIAN_RECORDED = "people.guardian.recorded", _("登记监护关系")
    GUARDIAN_ENDED = "people.guardian.ended", _("解除监护关系")
    ROLES_SYNCED = "people.roles.synced", _("更新角色定义")
    PASSWORD_RESET = "people.password.reset", _("重设一次性密码")
    ACCOUNT_LOCKED = "people.account.locked", _("账号锁定")
    ACCOUNT_UNLOCKED = "people.account.unlocked", _("账号解锁")
    ACTING_STARTED = "people.acting.started", _("开始代办")
    ACTING_ENDED = "people.acting.ended", _("结束代办")


class Consent(models.TextChoices):
    """How a resident agreed that a staff member acts for them."""

    PRESENT = "present", _("本人在场口头同意")
    PHONE = "phone", _("电话同意")
    WRITTEN = "written", _("书面委托")
    GUARDIAN = "guardian", _("监护人同意")


class HowEnded(models.TextChoices):
    """How acting for somebody, or a lock on an account, came to its end."""

    ENDED = "ended", _("办完结束")
    LOGOUT = "logout", _("退出登录")
    WITHDRAWN = "withdrawn", _("不再有代办权限")
    EXPIRED = "expired", _("到时自动结束")
    MANUAL = "manual", _("管理员解除")
