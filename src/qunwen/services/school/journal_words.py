"""What the journal's keys about the school are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

from .enums import How, Presence, Result, SchoolKind, Source

WORDS = {
    "bookings": Word(_("报名数")),
    "buckets": Word(_("名额组数")),
    "came": Word(_("到课人数")),
    "changed": Word(_("改动人数")),
    "class": Word(_("班级")),
    "ends_on": Word(_("结束")),
    "form": Word(_("评价表")),
    "held": Word(_("已上课次")),
    "how": Word(_("招生办法"), choices=How),
    "kind": Word(_("类别"), choices=SchoolKind),
    "lessons": Word(_("课次")),
    "mark": Word(_("考核成绩")),
    "most_hours": Word(_("每学期至多课时")),
    "name": Word(_("名称")),
    "number": Word(_("证书编号")),
    "partner": Word(_("合作方")),
    "passed": Word(_("结业人数")),
    "per_person": Word(_("每人至多班数")),
    "points": Word(_("得分")),
    "presence": Word(_("到课情况"), choices=Presence),
    "pupils": Word(_("学员数")),
    "reason": Word(_("原因")),
    "result": Word(_("结果"), choices=Result),
    "rule": Word(_("结业办法")),
    "score": Word(_("满意度")),
    "size": Word(_("名额数")),
    "source": Word(_("来源"), choices=Source),
    "starts_on": Word(_("开始")),
    "teacher": Word(_("教师")),
    "term": Word(_("学期"), row="school.term"),
    "title": Word(_("班级")),
    "waiting": Word(_("候补人数")),
    "version": Word(_("版本")),
}
