"""QUNWEN_ENV → settings module. Production never falls into demonstration settings."""

from __future__ import annotations

import os
from pathlib import Path

from qunwen.config.home import home

ENVIRONMENTS = {
    "demo": "qunwen.config.settings.demo",
    "production": "qunwen.config.settings.production",
    "test": "qunwen.config.settings.test",
}
DEMO_MARK = "demonstration.txt"


class WrongEnvironmentError(Exception):
    """The environment asked for and the settings chosen contradict each other."""


def choose_settings() -> str:
    """Set DJANGO_SETTINGS_MODULE from QUNWEN_ENV (default production) and return it.

    Raises WrongEnvironmentError for an unknown name, and for production with demonstration settings or a
    folder that was built as a demonstration.
    """
    name = os.environ.get("QUNWEN_ENV")
    named = os.environ.get("DJANGO_SETTINGS_MODULE")
    if name is None and named:
        return named
    name = name or "production"
    if name not in ENVIRONMENTS:
        raise WrongEnvironmentError(f"QUNWEN_ENV={name} 无法识别,可用的是:{'、'.join(ENVIRONMENTS)}")
    if name == "production" and named and named != ENVIRONMENTS["production"]:
        raise WrongEnvironmentError(f"QUNWEN_ENV=production 不能使用 {named} 的设置")
    if name == "production" and is_demonstration(home()):
        raise WrongEnvironmentError(
            f"{home()} 里是示范县的数据,不能作为正式系统启动;请用 QUNWEN_HOME 指定另一个文件夹,"
            "或用 QUNWEN_ENV=demo 打开示范县"
        )
    os.environ["DJANGO_SETTINGS_MODULE"] = ENVIRONMENTS[name]
    return ENVIRONMENTS[name]


def mark_demonstration(folder: Path) -> None:
    """Say in the folder that its data are made up; production refuses it from then on."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DEMO_MARK).write_text("这个文件夹里是示范县的数据,不是真实数据。\n", encoding="utf-8")


def is_demonstration(folder: Path) -> bool:
    """Whether the folder was built as a demonstration."""
    return (folder / DEMO_MARK).exists()
