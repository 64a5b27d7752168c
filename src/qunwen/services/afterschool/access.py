"""Who may do what in the after-school service.

Children's rows are seen by their own school and their guardians only: whoever supervises sees numbers, never names.
"""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with the after-school service."""

    VIEW = "afterschool.view", _("查看课后服务")
    MANAGE = "afterschool.manage", _("管理课后服务的学校、学期、班级和活动")
    CHECK = "afterschool.check", _("审核课后服务的活动内容")
    CHILD_VIEW = "afterschool.child_view", _("查看参加课后服务的儿童")
    REVIEW = "afterschool.review", _("审核课后服务申请")
    REVIEW_SCHOOL = "afterschool.review_school", _("课后服务申请的学校审核")
    ROLL = "afterschool.roll", _("课后服务点名和交接")
    ANSWER = "afterschool.answer", _("处理课后服务投诉")
    MONEY_VIEW = "afterschool.money_view", _("查看收费")
    MONEY_EDIT = "afterschool.money_edit", _("出具账单和登记收退费")
    EXEMPT = "afterschool.exempt", _("认定收费减免")
    CALENDAR = "afterschool.calendar", _("设定停课和补课日")


_OFFICE = ("school_office",)
_SCHOOL = ("school_office", "class_teacher")

ROLES = {
    Permission.VIEW: (*_SCHOOL, "county_officer", "auditor_readonly"),
    Permission.MANAGE: (*_OFFICE, "county_officer"),
    Permission.CHECK: (*_OFFICE, "county_officer"),
    Permission.CHILD_VIEW: _SCHOOL,
    Permission.REVIEW: _SCHOOL,
    Permission.REVIEW_SCHOOL: _OFFICE,
    Permission.ROLL: _SCHOOL,
    Permission.ANSWER: (*_OFFICE, "county_officer"),
    Permission.MONEY_VIEW: _OFFICE,
    Permission.MONEY_EDIT: _OFFICE,
    Permission.EXEMPT: _OFFICE,
    Permission.CALENDAR: ("county_officer",),
}
