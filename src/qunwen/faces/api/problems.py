"""Every error as application/problem+json (RFC 9457), in words for the person behind the program."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as ShapeError

from qunwen.base.measures.periods import PeriodError
from qunwen.base.measures.questions import QuestionError
from qunwen.services.activities.errors import WrongStateError
from qunwen.services.bookings.errors import BookingRefused
from qunwen.services.rooms.errors import RoomTaken

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:qunwen:problem:"


class Problem(Exception):
    """An error with everything that is said of it. `errors`: (JSON pointer or parameter, what is wrong)."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str = "",
        *,
        errors: Iterable[tuple[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail
        self.errors, self.headers = list(errors), headers or {}


def titles() -> dict[int, str]:
    """What each status means, in Chinese."""
    return {
        400: _("请求读不懂"),
        401: _("需要有效的令牌或登录"),
        403: _("没有权限"),
        404: _("没有找到"),
        405: _("这个地址不支持这种方法"),
        409: _("现在的状态不允许"),
        412: _("内容已被别人修改"),
        422: _("内容不符合要求"),
        428: _("缺少版本号"),
        429: _("请求太频繁"),
        500: _("系统出错"),
    }


def respond(problem: Problem) -> HttpResponse:
    """The answer for a problem."""
    body: dict[str, Any] = {
        "type": TYPE + problem.kind,
        "title": titles().get(problem.status, _("没有办成")),
        "status": problem.status,
        "detail": problem.detail or titles().get(problem.status, ""),
    }
    if problem.errors:
        body["errors"] = [{"pointer": where, "detail": what} for where, what in problem.errors]
    text = json.dumps(body, ensure_ascii=False)
    answer = HttpResponse(text, status=problem.status, content_type=CONTENT_TYPE, headers=problem.headers)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def not_found() -> Problem:
    """The same for what does not exist and for what belongs to others."""
    return Problem(404, "not-found", _("没有这条记录，或者它不在您的范围内。"))


def _of_validation(error: ValidationError) -> Problem:
    if isinstance(error, BookingRefused):
        return Problem(409, error.kind.replace("_", "-"), " ".join(error.messages))
    if isinstance(error, RoomTaken):
        return Problem(409, error.kind, " ".join(error.messages))
    if isinstance(error, WrongStateError):
        return Problem(409, "wrong-state", " ".join(error.messages))
    if hasattr(error, "error_dict"):
        pairs = [
            ("" if field == "__all__" else f"/{field}", str(text))
            for field, texts in error.message_dict.items()
            for text in texts
        ]
        return Problem(422, "invalid", " ".join(text for _where, text in pairs), errors=pairs)
    return Problem(422, "invalid", " ".join(error.messages))


def _words(kind: str, context: dict[str, Any]) -> str:
    exact = {
        "missing": _("缺少这一项。"),
        "extra_forbidden": _("没有这一项。"),
        "string_too_long": _("太长了，最多 %(n)s 个字。") % {"n": context.get("max_length", "")},
        "string_too_short": _("太短了，至少 %(n)s 个字。") % {"n": context.get("min_length", "")},
        "literal_error": _("不是可选的值。可选：%(what)s。") % {"what": context.get("expected", "")},
    }
    if kind in exact:
        return exact[kind]
    if kind == "value_error" and context.get("error"):
        return str(context["error"])
    if kind.startswith(("greater", "less")):
        return _("超出了允许的范围。")
    return _("格式不对。")


def _of_shape(error: ShapeError) -> Problem:
    pairs = []
    for one in error.errors:
        where = [str(part) for part in one.get("loc", ())]
        inside = where[2:] if where[:1] == ["body"] else where[-1:]
        escaped = [part.replace("~", "~0").replace("/", "~1") for part in inside]
        pairs.append(("/" + "/".join(escaped), _words(str(one.get("type", "")), one.get("ctx") or {})))
    return Problem(422, "invalid", _("请按“errors”里的提示修改。"), errors=pairs)


def of(error: Exception) -> Problem:
    """The problem that an exception stands for."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ShapeError):
        return _of_shape(error)
    if isinstance(error, ValidationError):
        return _of_validation(error)
    if isinstance(error, AuthenticationError):
        return Problem(
            401, "unauthorized", _("请在 Authorization 头里带上有效的令牌，或先登录。"),
            headers={"WWW-Authenticate": 'Bearer realm="qunwen"'},
        )  # fmt: skip
    if isinstance(error, PermissionDenied):
        return Problem(403, "forbidden", str(error))
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, QuestionError | PeriodError):
        return Problem(422, "invalid", str(error))
    if isinstance(error, HttpError):
        kinds = {400: "unreadable", 403: "forbidden"}
        words = _("请求体不是正确的 JSON。") if error.status_code == 400 else ""
        return Problem(error.status_code, kinds.get(error.status_code, "refused"), words)
    raise TypeError(type(error).__name__)


def answer_with_problems(api: NinjaAPI) -> None:
    """Register for every kind of refusal."""
    kinds = (
        Problem, ShapeError, ValidationError, AuthenticationError, PermissionDenied, Http404, QuestionError, PeriodError,
        HttpError,
    )  # fmt: skip

    def handle(request: HttpRequest, error: Exception) -> HttpResponse:
        del request
        return respond(of(error))

    for kind in kinds:
        api.add_exception_handler(kind, handle)
