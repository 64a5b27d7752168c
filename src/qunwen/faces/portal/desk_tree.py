"""Addresses of Wagtail's page tree: they lead to the list of announcements, or nowhere. Stand before Wagtail's own."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, re_path


def to_list(request: HttpRequest, page_id: int = 0) -> HttpResponse:
    """The list stands for the tree, and asks who may see it."""
    return redirect("announcements:list")


def shut(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """404 for everybody: these pages name pages and people of every county, or go past the reviews."""
    raise Http404


urlpatterns = [
    path("pages/", to_list),
    path("pages/<int:page_id>/", to_list),
    re_path(r"^pages/search/", shut),
    re_path(r"^pages/\d+/(copy|privacy|set_position|convert_alias|usage)/", shut),
    re_path(r"^pages/(usage|create)/", shut),
    re_path(r"^bulk/wagtailcore/page/", shut),
    re_path(r"^reports/page-types-usage/", shut),
]
