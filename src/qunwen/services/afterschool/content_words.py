"""Words by which a declared content looks like a lesson of the curriculum.

After-school time is not for new lessons: 教育部 2021 课后服务 notices (“不得讲新课”). A word only raises a doubt; a person
who did not declare the content decides, and says why.
"""

from __future__ import annotations

LESSON_WORDS = (
    "新课", "讲授", "授课", "补课", "提前学", "超前", "预习新", "刷题", "题海", "月考", "模拟考", "测验", "奥数", "应试", "学科培训",
    "课文讲解", "语文课", "数学课", "英语课", "物理课", "化学课", "单元复习", "同步教学", "教材",
)  # fmt: skip


def doubt_of(text: str) -> str:
    """The first such word in the text, or nothing."""
    plain = "".join(text.split())
    return next((word for word in LESSON_WORDS if word in plain), "")
