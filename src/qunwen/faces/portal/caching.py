"""Pages that are the same for everybody are drawn once and kept for seconds in the process.

Only for readers without a session: whoever is logged in, has just booked, or carries a message gets a page drawn
for them, so nobody ever sees a state older than their own doing. `QUNWEN_PAGE_SECONDS` (3) is how old a page may
be before it is drawn again; while a page is being drawn, others are answered with what there is for two thirds of
that time more (5 s), so that pages that age together do not take every thread at once. 0 turns it off.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from . import counties

View = Callable[..., HttpResponse]
V = TypeVar("V")

LARGEST_BYTES: Final = 24 * 1024 * 1024
PATIENCE: Final = 5 / 3
LARGEST_PAGE: Final = 512 * 1024
# Cookies that change what a page shows to somebody who is not logged in.
CHOICES: Final = ("elder", counties.COUNTY_COOKIE, counties.TOWN_COOKIE)

# Cookies that say that the page is for this one reader: a session, a message to be shown once.
OWN: Final = (settings.SESSION_COOKIE_NAME, "messages")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it was drawn: its bytes plain and packed, its tag, and when."""

    plain: bytes
    packed: bytes
    etag: str
    content_type: str
    drawn_at: float


class Shelf:
    """Drawn pages by key, the least recently used dropped first."""

    def __init__(self) -> None:
        self.pages: OrderedDict[Hashable, Drawn] = OrderedDict()
        self.drawing: set[Hashable] = set()
        self.size = 0
        self.lock = threading.Lock()

    def take(self, key: Hashable, now: float, seconds: float) -> Drawn | None:
        """The page if it is young enough, or a little old while another thread draws it or any other page.

        None tells the caller to draw it; `put` or `give_up` has to follow.
        """
        with self.lock:
            page = self.pages.get(key)
            if page is not None:
                self.pages.move_to_end(key)
                age = now - page.drawn_at
                if age < seconds or (age < PATIENCE * seconds and self.drawing):
                    return page
            self.drawing.add(key)
            return None

    def put(self, key: Hashable, page: Drawn) -> None:
        """Keep a page."""
        with self.lock:
            self.drawing.discard(key)
            old = self.pages.pop(key, None)
            self.size += _weight(page) - (_weight(old) if old else 0)
            self.pages[key] = page
            while self.size > LARGEST_BYTES and self.pages:
                _key, dropped = self.pages.popitem(last=False)
                self.size -= _weight(dropped)

    def give_up(self, key: Hashable) -> None:
        """The page was drawn but is not to be kept."""
        with self.lock:
            self.drawing.discard(key)

    def clear(self) -> None:
        """Forget everything (tests)."""
        with self.lock:
            self.pages.clear()
            self.drawing.clear()
            self.size = 0


def _weight(page: Drawn) -> int:
    return len(page.plain) + len(page.packed)


SHELF: Final = Shelf()


def public_page(view: View) -> View:
    """A page to read: GET only; kept for readers without a session, with an ETag for all of them."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = float(getattr(settings, "QUNWEN_PAGE_SECONDS", 3))
        if seconds <= 0 or any(name in request.COOKIES for name in OWN):
            return _private(view(request, *args, **kwargs))
        key = _key_of(request)
        page = SHELF.take(key, time.monotonic(), seconds)
        if page is None:
            try:
                response = view(request, *args, **kwargs)
                page = _drawn(response)
            except BaseException:
                SHELF.give_up(key)
                raise
            if page is None:
                SHELF.give_up(key)
                return _private(response)
            SHELF.put(key, page)
        return _answer(request, page)

    return require_safe(inner)


def _key_of(request: HttpRequest) -> Hashable:
    chosen = tuple(request.COOKIES.get(name, "")[:20] for name in CHOICES)
    return request.get_host(), request.get_full_path(), get_language(), chosen


def _drawn(response: HttpResponse) -> Drawn | None:
    """The response as a page to keep; None for errors, redirects, streams, cookies and very large ones."""
    if response.status_code != 200 or response.streaming or response.cookies:
        return None
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    plain = response.content
    if len(plain) > LARGEST_PAGE:
        return None
    etag = f'"{sha256(plain).hexdigest()[:20]}"'
    return Drawn(plain, gzip.compress(plain, 6, mtime=0), etag, response.headers["Content-Type"], time.monotonic())


def _answer(request: HttpRequest, page: Drawn) -> HttpResponse:
    response: HttpResponse
    if page.etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.packed, content_type=page.content_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.plain, content_type=page.content_type)
    response.headers["ETag"] = page.etag
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    return response


def _private(response: HttpResponse) -> HttpResponse:
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ["Cookie"])
    return response
