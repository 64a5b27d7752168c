"""A county's own server."""

import os

from qunwen.config.keys import secret_key
from qunwen.config.settings.base import *  # noqa: F403
from qunwen.config.settings.base import QUNWEN_HOME, QUNWEN_PUBLIC_URL

SECRET_KEY = os.environ.get("QUNWEN_SECRET_KEY") or secret_key(QUNWEN_HOME)

_HTTPS = QUNWEN_PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_SSL_REDIRECT = _HTTPS
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
