"""QUNWEN_ENV → settings module. Production never falls into demonstration settings."""

from __future__ import annotations

import os

ENVIRONMENTS = {
    "demo": "qunwen.config.settings.demo",
    "production": "qunwen.config.settings.production",
    "test": "qunwen.config.settings.test",
}


class WrongEnvironment(Exception):
    """The environment asked for and the settings chosen contradict each other."""


def choose_settings() -> str:
    """Set DJANGO_SETTINGS_MODULE from QUNWEN_ENV (default production) and return it.

    Raises WrongEnvironment for an unknown name, and for production with demonstration settings or a
    folder that was built as a demonstration.
    """
    name = os.environ.get("QUNWEN_ENV")
    named = os.environ.get("DJANGO_SETTINGS_MODULE")
    if name is None and named:
        return named
    name = name or "production"
    if name not in ENVIRONMENTS:
        raise WrongEnvironment(f"QUNWEN_ENV={name} 无法识别,可用的是:{'、'.join(ENVIRONMENTS)}")
    if name == "production" and named and named != ENVIRONMENTS["production"]:
        raise WrongEnvironment(f"QUNWEN_ENV=production 不能使用 {named} 的设置")
    os.environ["DJANGO_SETTINGS_MODULE"] = ENVIRONMENTS[name]
    return ENVIRONMENTS[name]
