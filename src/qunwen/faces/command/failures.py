"""Known troubles of a machine, in one Chinese line each."""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

from qunwen.config.environment import WrongEnvironmentError
from qunwen.config.home import home

DISK = {errno.ENOSPC: "磁盘空间已满", errno.EDQUOT: "磁盘配额已用完", errno.EROFS: "磁盘是只读的"}


def told(problem: BaseException) -> str:
    """What went wrong and what to do, for the person at the terminal."""
    from django.core.exceptions import ImproperlyConfigured, PermissionDenied  # noqa: PLC0415  only on failure
    from django.db import DatabaseError  # noqa: PLC0415  only on failure

    if isinstance(problem, OSError):
        return _of_system(problem)
    if isinstance(problem, DatabaseError):
        return _of_database(problem)
    if isinstance(problem, WrongEnvironmentError | PermissionDenied) or type(problem).__module__.startswith("qunwen."):
        return str(problem)
    if isinstance(problem, ImproperlyConfigured):
        return f"设置有误：{problem}"
    return f"出现意外错误：{type(problem).__name__}: {_one_line(problem)}{_logged(problem)}"


def _of_system(problem: OSError) -> str:
    where = problem.filename or home()
    if isinstance(problem, PermissionError):
        return f"没有写入 {where} 的权限：请改正文件夹的所有者，或用 QUNWEN_HOME 指定另一个文件夹。"
    if problem.errno in DISK:
        return f"{DISK[problem.errno]}（{where}）：请清理后再试，已有数据没有改动。"
    if isinstance(problem, FileNotFoundError | NotADirectoryError | IsADirectoryError | FileExistsError):
        return f"文件或文件夹不对：{where}。"
    return f"系统错误：{problem.strerror or _one_line(problem)}（{where}）。"


def _of_database(problem: Exception) -> str:
    from django.db import OperationalError  # noqa: PLC0415  only on failure

    text = _one_line(problem)
    if "disk is full" in text or "No space left" in text:
        return "磁盘空间已满，数据库没有改动：请清理后再试。"
    if "unable to open database file" in text or "readonly database" in text:
        return f"数据库文件打不开或不可写：请检查 {home()} 的权限。"
    if "locked" in text:
        return "数据库正被另一个程序占用：请稍后再试。"
    if "column" in text and any(sign in text for sign in ("no such column", "has no column", "does not exist")):
        return "数据表的结构与程序的版本不同：请先运行 qunwen backup，再运行 qunwen manage migrate。"
    if "no such table" in text or "does not exist" in text:
        return "数据库还没有建好：请先运行 qunwen init。"
    if isinstance(problem, OperationalError) and any(sign in text.lower() for sign in ("connect", "server", "timeout")):
        return f"连接不上数据库：请检查 DATABASE_URL 和数据库是否已启动（{text}）。"
    return f"数据库出错：{text}{_logged(problem)}"


def _one_line(problem: BaseException) -> str:
    return " ".join(str(problem).split())[:200]


def _logged(problem: BaseException) -> str:
    """Keep the whole story in the folder for those who mend; say where. '' when it cannot be written."""
    path = Path(home()) / "logs" / "command.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write("".join(traceback.format_exception(problem)) + "\n")
    except OSError:
        return ""
    return f"；详情已写入 {path}"
