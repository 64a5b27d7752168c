"""The light door: two addresses that stand before Django's own handling while everybody comes at once.

POST /rush/order/ writes an order down and says the number; GET /rush/place/ says how many are before it, or the answer.
Who somebody is stands in the signed pass that the ordinary page gave; no session, no middleware, no template engine in
the way. Everything else goes on to Django untouched.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import Error, connection
from django.utils import translation
from django.utils.translation import gettext as _

from qunwen.base.scope import clock

from . import form, pages, passes, progress, taking
from .desk import desk
from .form import Typed
from .passes import Number, Pass

logger = logging.getLogger(__name__)
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
LARGEST = 16 * 1024
PATIENCE = 0.25  # seconds for which an order waits for its answer at the door, when few are before it
FEW = 256
AWAY = 2.0  # seconds for which nobody is asked again after the database did not answer
MOST_WAITING = 2  # of the server's threads, so that the others serve

_may_wait = threading.BoundedSemaphore(MOST_WAITING)
_away_until = 0.0
_STATUS = {
    200: "200 OK", 202: "202 Accepted", 304: "304 Not Modified", 400: "400 Bad Request", 403: "403 Forbidden",
    405: "405 Method Not Allowed", 409: "409 Conflict", 413: "413 Content Too Large", 503: "503 Service Unavailable",
}  # fmt: skip


def before(application: Application) -> Application:
    """The application with the door before it."""

    def door(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == pages.PLACE and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            with translation.override(settings.LANGUAGE_CODE):
                return place(environ, start_response)
        if path == pages.ORDER:
            with translation.override(settings.LANGUAGE_CODE):
                return order(environ, start_response)
        return application(environ, start_response)

    return door


def order(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Somebody hands in an order."""
    if environ["REQUEST_METHOD"] != "POST":
        return _send(start, 405, pages.refused(_("请从活动页面报名"), ""), more=[("Allow", "POST")])
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        return _send(start, 413, pages.refused(_("内容太长"), _("请回到活动页面重新填写。")))
    typed = form.read(environ["wsgi.input"].read(int(length)))
    try:
        made = passes.read_pass(typed.ticket)
    except passes.Refused:
        return _no_good(start, typed)
    with translation.override(made.language):
        return _order(environ, start, made, typed)


def _order(environ: dict[str, Any], start: Callable[..., Any], made: Pass, typed: Typed) -> Iterable[bytes]:
    now = time.time()
    if now >= made.expires:
        say = _("这一页打开太久，已经失效。请回到活动页面再报名，您填的内容列在下面。")
        return _send(start, 403, pages.refused(made.title, say, back=made.back, typed=typed, language=made.language))
    stranger = [one for one in typed.members if one not in dict(made.family)]
    if passes.digest_of(_session(environ)) != made.session or stranger:
        say = _("这一页不是在这台设备上、用现在的手机号打开的。请回到活动页面，验证手机号后再报名。")
        return _send(start, 403, pages.refused(made.title, say, back=made.back, typed=typed, language=made.language))
    if now < made.opens:
        left = int(made.opens - now) + 1
        say = _("还没有到报名时间，还有 %(n)s 秒。到时间再按一次就行，填好的内容都在。") % {"n": left}
        return _send(start, 409, pages.again(made, typed, say=say, seconds=left))
    if wrong := typed.wrong(made):
        say = _("还没有报上，填好的内容都在")
        return _send(start, 400, pages.again(made, typed, say=say, wrong=wrong))
    try:
        number = _take(made, typed)
    except taking.KeyTaken:
        return _no_good(start, typed, made)
    except Error:
        logger.warning("排队报名：数据库没有响应", exc_info=True)
        return _send(start, 503, pages.again(made, typed, say=pages.sentence_away()), more=[("Retry-After", "3")])
    held = Number(made.county, number, made.language, made.session, made.title, made.back)
    watch = progress.watch(made.county)
    progress.wake(made.county)
    return _said(start, environ, held, watch, _wait(watch, number))


def _take(made: Pass, typed: Typed) -> int:
    """The number, written down. Raises KeyTaken, django.db.Error."""
    global _away_until  # known to all threads of the process
    if time.monotonic() < _away_until:
        raise Error("the database did not answer a moment ago")
    asked = taking.Asked(
        made.county, made.bucket, made.place, made.resident, tuple(typed.people(made)), made.key, made.language
    )
    try:
        return desk(made.county).take(asked, clock.now())  # noqa: TID251  a face of its own
    except Error:
        _away_until = time.monotonic() + AWAY
        raise


def _wait(watch: progress.Watch, number: int) -> progress.Told | None:
    """The answer, if it comes within a moment and there is a thread to spare for waiting."""
    try:
        told = watch.answer(number)
    except Error:  # the order is written down, and the page asks again
        connection.close()
        return None
    if told is not None or watch.before(number) > FEW or not _may_wait.acquire(blocking=False):
        return told
    try:
        return watch.wait(number, PATIENCE)
    finally:
        _may_wait.release()


def place(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Somebody asks how far it is."""
    query = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=9)
    try:
        held = passes.read_number(query.get("p", [""])[0])
    except passes.Refused:
        return _send(start, 403, pages.refused(_("没有找到这个号"), _("请回到活动页面，或到“我的报名”里看结果。")))
    if passes.digest_of(_session(environ)) != held.session:
        with translation.override(held.language):
            say = _("这个号不是这台设备领的。请用领号的手机看，或到“我的报名”里看结果。")
            return _send(start, 403, pages.refused(held.title, say, back=held.back, language=held.language))
    watch = progress.watch(held.county)
    try:
        answer = watch.answer(held.number)
    except Error:
        connection.close()
        with translation.override(held.language):
            say = _("系统正忙，您的号还在，不用重新报名。请过几秒刷新。")
            page = pages.refused(held.title, say, back=held.back, language=held.language)
        return _send(start, 503, page, more=[("Retry-After", "3")])
    if answer is None:
        progress.wake(held.county)
    return _said(start, environ, held, watch, answer, short="as" in query)


def _said(
    start: Callable[..., Any], environ: dict[str, Any], held: Number, watch: progress.Watch, answer: progress.Told | None,
    *, short: bool = False,
) -> Iterable[bytes]:  # fmt: skip
    """The answer, or how far it is; nothing but 304 when that is what the asker knows already."""
    posted = environ["REQUEST_METHOD"] == "POST"
    tag = f'"{held.number}-{watch.before(held.number) if answer is None else answer.verdict}{"j" if short else ""}"'
    if not posted and environ.get("HTTP_IF_NONE_MATCH") == tag:
        return _send(start, 304, b"", more=[("ETag", tag)])
    if short:
        body, kind = pages.as_json(held, watch, answer), pages.JSON
    elif answer is None:
        body, kind = pages.standing(held, watch, pages.address_of(held)), pages.HTML
    else:
        body, kind = pages.told(held, answer), pages.HTML
    return _send(start, 202 if posted and answer is None else 200, body, kind=kind, more=[("ETag", tag)])


def _no_good(start: Callable[..., Any], typed: Typed, made: Pass | None = None) -> Iterable[bytes]:
    say = _("这一页已经用过或不是从这里打开的。请回到活动页面重新报名。")
    back, language = (made.back, made.language) if made else ("/", settings.LANGUAGE_CODE)
    return _send(start, 403, pages.refused(_("请重新打开报名页"), say, back=back, typed=typed, language=language))


def _session(environ: dict[str, Any]) -> str:
    """The key of the web session in the cookies."""
    raw = environ.get("HTTP_COOKIE", "")
    if settings.SESSION_COOKIE_NAME not in raw:
        return ""
    try:
        found = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""


def _send(
    start: Callable[..., Any], status: int, body: bytes, *, kind: str = pages.HTML,
    more: Iterable[tuple[str, str]] = (),
) -> Iterable[bytes]:  # fmt: skip
    start(
        _STATUS[status],
        [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "private, no-cache"),
         *pages.HEADERS, *more],
    )  # fmt: skip
    return [body]
