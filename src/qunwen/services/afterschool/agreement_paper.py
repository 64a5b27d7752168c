"""The agreement as an official paper (.docx). Same agreement, same bytes: its hash can be checked."""

from __future__ import annotations

from collections.abc import Sequence

from qunwen.base.papers.docx import OfficialPaper
from qunwen.base.papers.words import date_cn
from qunwen.base.scope.clock import day_of

from .models import Agreement

DAYS = "一二三四五"


def days_cn(weekdays: str) -> str:
    """Weekdays as the paper writes them: 周一、周三."""
    return "、".join(f"周{DAYS[int(digit)]}" for digit in weekdays)


def make(agreement: Agreement, activities: Sequence[str]) -> bytes:
    """The finished paper. Papers are Chinese in every language of the screens."""
    child, term = agreement.child, agreement.term
    school = child.school
    paper = OfficialPaper(title="课后服务协议", author=school.name)
    paper.title("课后服务协议")
    paper.text(f"甲方：{school.name}　　乙方（监护人）：{agreement.signed_by}")
    paper.text(f"学生：{child.resident.name}　　班级：{child.school_class.name}　　第 {agreement.version} 版")
    paper.heading(1, "时间")
    until = date_cn(agreement.ends_on)
    paper.text(
        f"{term.name}，自{date_cn(agreement.starts_on)}至{until}，{days_cn(agreement.weekdays)}（法定节假日和寒暑假除外，"
        "调休上课日照常），每天不超过 2 课时、每课时 40 分钟，18:15 前结束。"
    )
    paper.heading(1, "内容")
    chosen = "、".join(f"《{title}》" for title in activities)
    paper.text(
        "作业辅导与自主学习，"
        + (f"并参加{chosen}。" if chosen else "本学期没有选择兴趣活动。")
        + "课后服务不讲授新课，不进行学科教学。"
    )
    paper.heading(1, "自愿")
    paper.text("学生自愿参加，乙方可以随时退出；退出之日起不再参加，费用按缺勤退费的规定结算。")
    paper.heading(1, "接送")
    if agreement.may_go_alone:
        paper.text("乙方同意学生在服务结束后自行回家。")
    else:
        paper.text("学生由乙方登记的接送人凭当天的接送码或纸质接送单接走，甲方当面交接并记录；未交接清楚不离岗。")
    paper.heading(1, "收费")
    paper.text("按公布的标准收取，账单逐条列明计算依据；符合减免条件的按认定减免。")
    paper.heading(1, "个人信息")
    paper.text("甲方只为课后服务使用学生的信息，不公开，不用于其他目的；乙方可以随时撤回同意。")
    paper.signature(school.name, day_of(agreement.signed_at))
    return paper.to_bytes()
