"""What runs in the background, in one table. An area adds a line here for a task of its own.

A task is a function that may be run twice, or late, without harm. It gets `at` (the moment) when it
asks for it. `every` is seconds between two runs; `hour` instead is once a day, after that hour here.
"""

from __future__ import annotations

from typing import NamedTuple


class Round(NamedTuple):
    """One task and how often it runs."""

    task: str
    label: str
    every: float = 0
    hour: int | None = None


ROUNDS: tuple[Round, ...] = (
    Round("qunwen.base.journal.tasks.seal_tail", "封存操作日志", every=2),
    Round("qunwen.base.notices.tasks.deliver", "发送消息", every=2),
    Round("qunwen.base.notices.tasks.digest", "每日消息汇总", hour=8),
    Round("qunwen.base.notices.tasks.digest", "每日消息汇总", every=3600),
    Round("qunwen.faces.command.work.run_queue", "执行后台任务", every=2),
    Round("qunwen.base.measures.tasks.refresh", "更新统计快照", every=10),
    Round("qunwen.governance.reports.tasks.make_ordered", "生成交办的总结", every=2),
    Round("qunwen.services.bookings.tasks.settle_offers", "处理候补名单", every=30),
    Round("qunwen.services.bookings.tasks.decide_queues", "处理高峰排队", every=5),
    Round("qunwen.services.bookings.tasks.recount_all", "核对座位账", hour=3),
    Round("qunwen.services.bookings.tasks.forget_orders", "清理过期的排队记录", hour=4),
    Round("qunwen.services.rooms.tasks.release_missed", "释放没人来的场地", every=60),
    Round("qunwen.services.rooms.tasks.offer_unused", "提供空闲时段", hour=2),
    Round("qunwen.services.venues.tasks.count_yesterday", "核计开放天数", hour=0),
    Round("qunwen.services.school.tasks.close_lines", "停止补录已过期的班级", hour=1),
    Round("qunwen.services.afterschool.tasks.clear_old", "清除到期的学生个人信息", hour=4),
    Round("qunwen.governance.plausibility.tasks.daily", "核对数据疑点", hour=5),
    Round("qunwen.faces.command.work.clear_sessions", "清理过期登录", hour=4),
)
