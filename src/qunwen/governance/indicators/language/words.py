"""Titles of definitions in the reader's language: Simplified as written, Traditional by OpenCC, English beside it."""

from __future__ import annotations

import functools
from collections.abc import Callable

import opencc
from django.utils.translation import get_language


def said(title: str, en: str) -> str:
    """The title for the reader; without an English one the Chinese."""
    language = (get_language() or "zh-hans").lower().replace("_", "-")
    if language.startswith("en"):
        return en or title
    return traditional(title) if language.startswith(("zh-hant", "zh-tw", "zh-hk")) else title


@functools.lru_cache(maxsize=4096)
def traditional(text: str) -> str:
    """Simplified to Traditional; a mainland system keeps its own terms."""
    return _converter()(text).replace("平臺", "平台")


@functools.cache
def _converter() -> Callable[[str], str]:
    return opencc.OpenCC("s2tw").convert
