"""The pages of the queue as ready texts: rendered once a language, numbers put in when somebody looks.

No template engine, database or session is used while people look: ten thousand of them reload a page like this.
"""

from __future__ import annotations

import functools
from html import escape
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qunwen.services.bookings.enums import Verdict

HTML_LANGUAGE: Final = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
# What went wrong before there was a number: heading, what happened, the next step.
SORRY: Final = {
    "forged": (
        gettext_noop("这一页不能用来报名"),
        gettext_noop("页面里的报名凭证不对，可能被改过，也可能不是从活动页面打开的。"),
        gettext_noop("没有占用名额。请回到活动页面，重新点“报名”。"),
    ),
    "expired": (
        gettext_noop("这一页停得太久，已经失效"),
        gettext_noop("报名凭证过了有效时间。"),
        gettext_noop("没有占用名额。请回到活动页面，重新点“报名”。"),
    ),
    "used": (
        gettext_noop("这一页已经用来报过别的名了"),
        gettext_noop("同一页只能报一次名。"),
        gettext_noop("先前报的还在，请到“我的报名”里看；要再报别的，请从活动页面重新进入。"),
    ),
    "away": (
        gettext_noop("现在人太多，系统没接上"),
        gettext_noop("这次没有收到您的报名，也没有占用名额。"),
        gettext_noop("请过几秒按浏览器的刷新键再试，同一页重复提交只算一次；着急可以打电话报名。"),
    ),
    "nothing": (
        gettext_noop("没有找到这个号码"),
        gettext_noop("这个网址里没有排队号，或者排队已经结束。"),
        gettext_noop("报过的名都在“我的报名”里。"),
    ),
}
TITLES: Final = {
    Verdict.CONFIRMED: gettext_noop("报名成功"),
    Verdict.WAITING: gettext_noop("已排上候补"),
    Verdict.REFUSED: gettext_noop("这次没有报上"),
}


def prepare() -> None:
    """Render every page in every language. For long-lived processes, once, so that nobody waits for it."""
    for language, _name in settings.LANGUAGES:
        _queue_frame(language)
        for verdict in TITLES:
            _answer_frame(language, verdict)
        for what in SORRY:
            _sorry_frame(language, what)


def queue(
    *, language: str, number: int, decided: int, here: str, about: str = "", refresh: int = 5, html_class: str = ""
) -> bytes:
    """The page of somebody who waits: own number, how many are before, how far it has come; reloads by itself.

    `here` is the page's own address, `about` what it is for, `refresh` the seconds until it reloads.
    """
    ahead = max(0, number - decided - 1)
    text, before, so_far, next_one = _queue_frame(_known(language))
    line = before.format(n=f"{ahead:,}") if ahead else next_one
    filled = (
        text.replace("@@number@@", f"{number:,}")
        .replace("@@ahead@@", line)
        .replace("@@decided@@", so_far.format(n=f"{decided:,}"))
        .replace("@@refresh@@", str(refresh))
        .replace("@@here@@", escape(here))
        .replace("@@about@@", escape(about))
        .replace("@@class@@", escape(html_class))
    )
    return filled.encode()


def answer(
    *, language: str, verdict: str, words: str, number: int, about: str = "", booking: str = "", back: str = "/",
    html_class: str = "",
) -> bytes:  # fmt: skip
    """The page of somebody whose turn has been: the sentence of the ledger and the next step.

    `booking` is the address of the booking, empty when there is none; `back` of the thing.
    """
    text, numbered, label, retry = _answer_frame(_known(language), Verdict(verdict))
    filled = (
        text.replace("@@words@@", escape(words))
        .replace("@@number@@", numbered.format(n=f"{number:,}"))
        .replace("@@next@@", escape(booking or back))
        .replace("@@label@@", label if booking else retry)
        .replace("@@back@@", "/activities/")
        .replace("@@about@@", escape(about))
        .replace("@@class@@", escape(html_class))
    )
    return filled.encode()


def sorry(*, language: str, what: str, back: str = "/activities/", html_class: str = "") -> bytes:
    """The page of an order that was not taken; `what` is one of SORRY."""
    text = _sorry_frame(_known(language), what)
    return text.replace("@@back@@", escape(back)).replace("@@class@@", escape(html_class)).encode()


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@functools.cache
def _queue_frame(language: str) -> tuple[str, str, str, str]:
    with translation.override(language):
        text = _render("queue", language, title=_("正在排队"))
        before = _("前面还有 {n} 人")
        return text, before, _("已处理到 {n} 号"), _("下一个就是您")


@functools.cache
def _answer_frame(language: str, verdict: Verdict) -> tuple[str, str, str, str]:
    with translation.override(language):
        text = _render("answer", language, title=_(TITLES[verdict]))
        label = _("看电子票") if verdict == Verdict.CONFIRMED else _("看我的报名")
        return text, _("排队号 {n}"), label, _("回到活动页面")


@functools.cache
def _sorry_frame(language: str, what: str) -> str:
    title, words, then = SORRY[what]
    with translation.override(language):
        label = _("回到活动页面")
        return _render("sorry", language, title=_(title), words=_(words), then=_(then), label=label)


def _render(name: str, language: str, **words: str) -> str:
    shown = {"name": name, "html_lang": HTML_LANGUAGE.get(language, language), **words}
    return render_to_string("bookings/rush/page.html", shown)
