"""Every command: its module and what it does. A module is loaded only when its command is called.

A module has `arguments(parser)` and `run(options) -> int` (the exit code); a command that passes its
arguments on as they are has `passes_on = True` and gets the list of them.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """Where a command lives and its line in the help."""

    module: str
    help: str


COMMANDS: dict[str, Command] = {
    "demo": Command("qunwen.faces.command.demo", "建一个示范县（龙泉驿区，两年的活动）并启动"),
    "init": Command("qunwen.faces.command.init", "建库并装入一个县（市、省）的区划"),
    "serve": Command("qunwen.faces.command.serve", "启动网站和后台任务"),
    "work": Command("qunwen.faces.command.work", "只运行后台任务（serve 会自行启动它）"),
    "doctor": Command("qunwen.faces.command.doctor", "检查系统哪里有问题、怎样修"),
    "backup": Command("qunwen.faces.command.backup", "整体备份：数据库、文件、快照、密钥"),
    "restore": Command("qunwen.faces.command.restore", "从备份恢复到一个空文件夹，并核对"),
    "journal": Command("qunwen.faces.command.journal", "操作日志：verify 校验是否被改动"),
    "report": Command("qunwen.faces.command.report", "生成总结：half-year 半年工作总结，数字可复核"),
    "verify": Command("qunwen.faces.command.verify", "复核总结：脱机重算每个数字，指出第一处不符"),
    "draw": Command("qunwen.faces.command.draw", "阳光摇号：verify 重算公布的结果，指出被改动的申请"),
    "indicators": Command("qunwen.faces.command.indicators", "指标体系：check 检查指标、标准、评分的定义"),
    "figures": Command("qunwen.faces.command.figures", "指标数字：一个地方一个时期的全部指标，--open 列出背后的记录"),
    "manage": Command("qunwen.faces.command.manage", "Django 管理命令（供运维人员使用）"),
}
