"""The interface as a whole: its routers, its OpenAPI 3.1 document, and what holds for every address."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from . import afterschool, afterschool_fees, draws, figures, problems, public, resident, rooms, school, staff
from .auth import anybody
from .problems import CONTENT_TYPE, Problem
from .words import Problem as ProblemShape

NAME = gettext_noop("群文接口")
ABOUT = gettext_noop(
    "公共读取不需要令牌；工作人员的程序用令牌（工作台“接口令牌”里建立），范围不超过建立人。"
    "错误一律是 application/problem+json（RFC 9457）。列表按游标翻页。每个 POST 都带 Idempotency-Key；PATCH 带 If-Match。"
)

api = NinjaAPI(title=NAME, version="1", description=ABOUT, docs_url=None, openapi_url=None, urls_namespace="api")
api.add_router("", public.router)
api.add_router("", school.router)
api.add_router("/staff", staff.router)
api.add_router("/staff", figures.router)
api.add_router("", resident.router)
api.add_router("", school.mine)
api.add_router("", draws.router)
api.add_router("", draws.mine)
api.add_router("", afterschool.router)
api.add_router("", afterschool.mine)
api.add_router("/staff", afterschool.staff)
api.add_router("", afterschool_fees.router)
api.add_router("", rooms.router)
problems.answer_with_problems(api)


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document in the reader's language, with every error in the format in which it is sent."""
    return _document(get_language() or "")


@functools.cache
def _document(language: str) -> dict[str, Any]:
    del language  # what gettext speaks while it is made
    made: dict[str, Any] = OpenAPISchema(api, "")
    made["servers"] = [{"url": "/api/v1"}]
    made["components"]["schemas"]["Problem"] = ProblemShape.model_json_schema()
    for methods in made["paths"].values():
        for method, operation in methods.items():
            _describe(method, operation)
    return _translated(made)


def _translated(part: Any) -> Any:
    """The same with each text for people in the active language; names, patterns and codes stay."""
    if isinstance(part, list):
        return [_translated(one) for one in part]
    if not isinstance(part, dict):
        return part
    said = {key: _(part[key]) for key in ("summary", "description", "title") if isinstance(part.get(key), str)}
    if isinstance(part.get("tags"), list):
        said["tags"] = [_(tag) for tag in part["tags"]]
    return {key: said[key] if key in said else _translated(one) for key, one in part.items()}


def _describe(method: str, operation: dict[str, Any]) -> None:
    codes = {"404", "422", "429"}
    if operation.get("security"):
        codes |= {"401", "403"}
    if method in ("post", "patch"):
        codes |= {"400", "409"}
    if method == "patch":
        codes |= {"412", "428"}
        operation["responses"][200]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    for parameter in operation.get("parameters", []):
        _say_without_null(parameter["schema"])
    titles = problems.titles()
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for code in sorted(codes):
        operation["responses"][code] = {"description": titles[int(code)], "content": content}
    operation["responses"] = {str(code): what for code, what in operation["responses"].items()}


def _say_without_null(schema: dict[str, Any]) -> None:
    # A parameter in an address can be left out, but it can never be null.
    kinds = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.pop("default", None)
        schema |= kinds[0]


def openapi(request: HttpRequest) -> HttpResponse:
    """/api/v1/openapi.json."""
    del request
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@functools.cache
def _described() -> OpenAPISchema:
    # Making it describes every operation of the interface, so it is made once.
    return OpenAPISchema(api, "")


def _known_parameters(operation: Any) -> set[str]:
    return {one["name"] for one in _described().operation_parameters(operation) if one["in"] == "query"}


def _guarded(view: Callable[..., HttpResponse], operations: list[Any]) -> Callable[..., HttpResponse]:
    """Every address: methods it lacks and parameters it does not know are refused as problems."""
    known: dict[str, set[str]] = {}

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        for operation in operations:
            if request.method in operation.methods:
                if request.method not in known:
                    known[str(request.method)] = _known_parameters(operation)
                strange = sorted(set(request.GET) - known[str(request.method)])
                if strange:
                    return _strange(strange)
                break
        answer = view(request, *args, **kwargs)
        if answer.status_code == 405:
            return problems.respond(Problem(405, "method-not-allowed", headers={"Allow": answer.headers["Allow"]}))
        if answer.status_code < 400:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    run.csrf_exempt = True  # type: ignore[attr-defined]
    return run


def _strange(names: list[str]) -> HttpResponse:
    pairs = [(name[:80], _("没有这个参数。")) for name in names[:10]]
    return problems.respond(Problem(422, "invalid", _("请按“errors”里的提示修改。"), errors=pairs))


def nowhere(request: Any, rest: str = "") -> HttpResponse:
    """An address that does not exist, in the interface's own format."""
    del rest
    try:
        anybody(request)
    except Problem as problem:
        return problems.respond(problem)
    return problems.respond(problems.of(Http404()))


nowhere.csrf_exempt = True  # type: ignore[attr-defined]


def addresses() -> list[URLPattern]:
    """Patterns of every operation, guarded, and of what does not exist."""
    views = {
        str(pattern.pattern): pattern
        for pattern in api.urls[0]
        if isinstance(pattern, URLPattern) and str(pattern.pattern)
    }
    operations: dict[str, list[Any]] = {}
    for prefix, router in api._routers:
        for route, view in router.path_operations.items():
            whole = "/".join(part.strip("/") for part in (prefix, route) if part.strip("/"))
            operations.setdefault(whole, []).extend(view.operations)
    found = []
    for pattern in views.values():
        route = str(pattern.pattern).replace("<", "{").replace(">", "}")
        pattern.callback = _guarded(pattern.callback, operations.get(route, []))
        found.append(pattern)
    return [path("openapi.json", openapi, name="openapi"), *found, re_path(r"^(?P<rest>.*)$", nowhere)]
