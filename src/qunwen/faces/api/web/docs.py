"""The interface's page for people: drawn here from the OpenAPI document, without anything from outside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qunwen.faces.api import interface


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """/api/v1/docs/."""
    made = interface.document()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in made["paths"].items():
        for method, operation in methods.items():
            entry = {
                "method": method.upper(),
                "address": f"/api/v1{address}",
                "summary": operation["summary"],
                "about": operation.get("description", ""),
                "parameters": [_parameter(one) for one in operation.get("parameters", [])],
                "body": _body(made, operation),
            }
            groups.setdefault(operation["tags"][0], []).append(entry)
    return render(request, "api/docs.html", {"about": made["info"]["description"], "groups": groups.items()})


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    about = given.get("description") or given.get("schema", {}).get("description", "")
    return {"name": given["name"], "where": given["in"], "required": given.get("required", False), "about": about}


def _body(made: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    shape = made["components"]["schemas"].get(name, {})
    needed = shape.get("required", [])
    return [
        {"name": field, "required": field in needed, "about": about.get("description", "")}
        for field, about in shape.get("properties", {}).items()
    ]
