"""A gateway behind HTTP: one signed JSON POST a message.

settings.QUNWEN_SMS_HTTP = {"url", "app_id", "secret", "sign" (【短信签名】), "timeout" (seconds)}.

The request: body {"key", "phone", "text", "sign"}; headers X-App-Id, X-Timestamp (seconds), X-Nonce and
X-Signature = hex HMAC-SHA256 of "timestamp\nnonce\nbody" with the secret. The answer: 200 or 409 (key seen
before) with {"id"}: accepted; 4xx with {"reason"}: refused; anything else: unavailable.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .errors import SmsRefused, SmsUnavailable

ANSWER_LIMIT = 64 * 1024
TOO_MANY_REQUESTS = 429


def signature(*, secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature over the body with its moment and nonce, which make a replay detectable."""
    return hmac.new(secret.encode(), f"{timestamp}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    # A redirect would carry phone numbers to an address nobody configured.
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class HttpGateway:
    """Posts to the address in the settings. Raises ImproperlyConfigured when they are incomplete."""

    keeps_text = False

    def __init__(self) -> None:
        given: dict[str, Any] = getattr(settings, "QUNWEN_SMS_HTTP", {})
        try:
            self.url, self.app_id, self.secret = str(given["url"]), str(given["app_id"]), str(given["secret"])
        except KeyError as error:
            raise ImproperlyConfigured(f"QUNWEN_SMS_HTTP 缺少 {error}") from error
        if not self.url.startswith(("https://", "http://")):
            raise ImproperlyConfigured("QUNWEN_SMS_HTTP 的 url 必须是 http(s) 地址")
        self.sign = str(given.get("sign", ""))
        self.timeout = float(given.get("timeout", 10))

    def deliver(self, *, phone: str, text: str, key: str) -> str:
        """Post the message. Raises SmsRefused or SmsUnavailable."""
        body = json.dumps(
            {"key": key, "phone": phone, "text": text, "sign": self.sign}, ensure_ascii=False, sort_keys=True
        ).encode()
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        request = urllib.request.Request(  # noqa: S310  the scheme is checked above
            self.url,
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "X-App-Id": self.app_id,
                "X-Timestamp": timestamp,
                "X-Nonce": nonce,
                "X-Signature": signature(secret=self.secret, timestamp=timestamp, nonce=nonce, body=body),
            },
        )
        status, answer = self._post(request)
        if status in (http.client.OK, http.client.CONFLICT) and answer.get("id"):
            return str(answer["id"])[:100]
        if http.client.BAD_REQUEST <= status < http.client.INTERNAL_SERVER_ERROR and status not in (
            TOO_MANY_REQUESTS,
            http.client.REQUEST_TIMEOUT,
        ):
            raise SmsRefused(str(answer.get("reason") or f"短信平台拒收（{status}）"))
        raise SmsUnavailable(f"短信平台暂不可用（{status}）")

    def _post(self, request: urllib.request.Request) -> tuple[int, dict[str, Any]]:
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=self.timeout) as response:
                return response.status, _parsed(response.read(ANSWER_LIMIT))
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _parsed(error.read(ANSWER_LIMIT))
        except (OSError, http.client.HTTPException) as error:
            raise SmsUnavailable("短信平台连不上，请稍后再试。") from error


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
