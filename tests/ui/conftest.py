"""The gallery served to a real Chromium, without database and without the other areas."""

from __future__ import annotations

from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

HOUSE_SETTINGS = {
    "ROOT_URLCONF": "tests.ui.house_urls",
    "ALLOWED_HOSTS": ["*"],
    "DEBUG": True,
    "QUNWEN_DEMO": True,
    "QUNWEN_SITE_PROFILE": "tests.ui.house_urls.county_profile",
    "MIDDLEWARE": [
        "qunwen.base.ui.middleware.ContentSecurityPolicyMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": ["django.template.context_processors.request", "qunwen.base.ui.context.house"]
            },
        }
    ],
}


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments) -> None:
        """Say nothing."""


@pytest.fixture
def house_settings():
    with override_settings(**HOUSE_SETTINGS):
        yield


@pytest.fixture
def house_address(house_settings):
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), _Threads, _Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
