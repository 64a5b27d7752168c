"""The command `qunwen`: finds the command asked for, runs it, and turns what goes wrong into one line."""

from __future__ import annotations

import difflib
import importlib
import re
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

from .table import COMMANDS
from .telling import Stop, end_badly

USAGE = 2
INTERRUPTED = 130

# What argparse says, in Chinese.
WORDS = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"one of the arguments (.*) is required", r"须给出其中一个参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*): not allowed with argument (.*)", r"\1 不能与 \2 同时使用"),
    (r"argument (.*): expected (one|at least one) argument", r"\1 后面缺少内容"),
    (r"argument (.*): invalid (.*) value: (.*)", r"\1 的内容不对：\3"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 没有 \2，可选：\3"),
)


class ChineseParser(ArgumentParser):
    """An argument parser whose complaints are one Chinese line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and where the help is."""
        for pattern, words in WORDS:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, words, message)
                break
        raise Stop(f"{message}。用法见 {self.prog} --help", code=USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 could not, 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    try:
        return _dispatch(words)
    except Stop as stop:
        end_badly(str(stop), as_json=as_json, facts=stop.facts)
        return stop.code
    except KeyboardInterrupt:
        end_badly("已中止。", as_json=as_json)
        return INTERRUPTED
    except BrokenPipeError:
        return 1
    except Exception as problem:
        from .failures import told  # noqa: PLC0415  needs Django, which help does not

        end_badly(told(problem), as_json=as_json)
        return 1


def _dispatch(words: list[str]) -> int:
    name = words[0] if words else "--help"
    if name in ("-h", "--help", "help"):
        sys.stdout.write(_help())
        return 0 if words else USAGE
    if name == "--version":
        from importlib.metadata import version  # noqa: PLC0415  rarely asked

        sys.stdout.write(f"qunwen {version('qunwen')}\n")
        return 0
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"，是不是 {near[0]}？" if near else "。"
        raise Stop(f"没有“{name}”这个命令{hint}全部命令见 qunwen --help", code=USAGE)
    module = importlib.import_module(COMMANDS[name].module)
    options = _options(name, module, words[1:])
    if name == "serve":  # its requests have scopes of their own
        return int(module.run(options))
    from qunwen.base.scope import context  # noqa: PLC0415  help does without it

    # The wall of the database only: scoped queries still want a scope.
    with context.crossing("", reason="the operator has the database in hand"):
        return int(module.run(options))


def _options(name: str, module: ModuleType, words: list[str]) -> Any:
    if getattr(module, "passes_on", False):
        return words
    parser = ChineseParser(prog=f"qunwen {name}", description=COMMANDS[name].help, allow_abbrev=False)
    module.arguments(parser)
    return parser.parse_args(words)


def _help() -> str:
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name.ljust(width)}  {command.help}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "群文：县级公共文化服务系统",
            "",
            "用法：qunwen 命令 [参数]，各命令的参数见 qunwen 命令 --help",
            "",
            *lines,
            "",
            "QUNWEN_HOME   存放全部数据的文件夹（默认 ~/.local/share/qunwen）",
            "DATABASE_URL  另用数据库，如 postgresql://用户@主机/库名（默认为文件夹里的 SQLite）",
            "QUNWEN_ENV    production（默认）或 demo",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
