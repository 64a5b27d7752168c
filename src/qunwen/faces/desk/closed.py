"""Doors of Wagtail's own that ask nobody which county a page, picture or file belongs to. They stay shut.

Its admin API and its page chooser list every page, image and document of the installation to anyone who may open
the desk; two confirmation pages show a page's title before they ask for any right. Nothing of ours uses them.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path


def shut(request: HttpRequest) -> HttpResponse:
    """404 for everybody."""
    raise Http404


urlpatterns = [
    re_path(r"^api/main/", shut),
    re_path(r"^choose-page/", shut),
    re_path(r"^pages/\d+/move/", shut),
    re_path(r"^pages/workflow/confirm_cancellation/", shut),
]
