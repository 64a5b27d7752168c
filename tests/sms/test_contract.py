"""The on-screen outbox and the HTTP adapter keep one contract; the adapter against a real server."""

import http.server
import json
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from qunwen.base.people.demo import DEMO_RESIDENT_PHONE
from qunwen.gateways.sms import client
from qunwen.gateways.sms.errors import SmsRefused, SmsUnavailable
from qunwen.gateways.sms.http import signature
from qunwen.gateways.sms.models import SmsMessage

PHONE, SECRET = "13800001234", "only-for-this-test"


class Provider(http.server.ThreadingHTTPServer):
    """A text message provider on the loopback that checks signatures and remembers keys."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.texted, self.trouble, self.forged = {}, "", 0


class Answering(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        expected = signature(
            secret=SECRET, timestamp=self.headers["X-Timestamp"], nonce=self.headers["X-Nonce"], body=body
        )
        if self.headers["X-Signature"] != expected:
            self.server.forged += 1
            return self.answer(401, {"reason": "签名不对"})
        asked = json.loads(body)
        if self.server.trouble == "hang up":
            return self.connection.close()
        if self.server.trouble:
            return self.answer(int(self.server.trouble), {})
        if asked["phone"].startswith("19999"):
            return self.answer(400, {"reason": "空号"})
        if asked["key"] in self.server.texted:
            return self.answer(409, {"id": self.server.texted[asked["key"]][0]})
        number = f"p-{len(self.server.texted) + 1}"
        self.server.texted[asked["key"]] = (number, asked)
        return self.answer(200, {"id": number})

    def answer(self, status, data):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def provider():
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def over_http(settings, provider):
    settings.QUNWEN_SMS_GATEWAY = "qunwen.gateways.sms.http.HttpGateway"
    settings.QUNWEN_SMS_HTTP = {
        "url": f"http://127.0.0.1:{provider.server_port}/send", "app_id": "qw", "secret": SECRET, "sign": "【龙泉驿群文】",
        "timeout": 5,
    }  # fmt: skip
    return provider


@pytest.fixture(params=["outbox", "http"])
def gateway(request, db):
    if request.param == "http":
        request.getfixturevalue("over_http")
    return request.param


def test_a_message_is_handed_over_with_a_receipt(gateway):
    receipt = client.send(PHONE, "活动改到下午三点", "k1")
    assert (bool(receipt.id), receipt.key) == (True, "k1")


def test_the_same_key_is_texted_once(gateway):
    assert client.send(PHONE, "一", "k1") == client.send(PHONE, "一", "k1")
    assert SmsMessage.objects.count() == 1


def test_different_keys_are_different_messages(gateway):
    assert client.send(PHONE, "一", "k1").id != client.send(PHONE, "一", "k2").id


def test_a_refused_number_stays_refused(gateway):
    for _n in range(2):
        with pytest.raises(SmsRefused, match="空号"):
            client.send("19999001234", "一", "k1")


def test_the_demonstrations_resident_can_be_texted(gateway):
    assert client.send(DEMO_RESIDENT_PHONE, "验证码 123456", "k1").key == "k1"


@pytest.mark.parametrize(("phone", "text"), [("123", "一"), ("+8613800001234", "一"), (PHONE, ""), (PHONE, "长" * 501)])
def test_senseless_messages_are_refused_before_they_leave(gateway, phone, text):
    with pytest.raises(SmsRefused):
        client.send(phone, text, "k1")
    assert SmsMessage.objects.count() == 0


def test_only_the_outbox_keeps_the_text(gateway):
    client.send(PHONE, "验证码 123456", "k1")
    assert SmsMessage.objects.get().text == ("验证码 123456" if gateway == "outbox" else "")


def test_the_request_is_signed_and_complete(db, over_http):
    client.send(PHONE, "您好", "k1")
    _number, asked = over_http.texted["k1"]
    assert asked == {"key": "k1", "phone": PHONE, "text": "您好", "sign": "【龙泉驿群文】"}
    assert over_http.forged == 0


def test_a_wrong_secret_is_refused(db, over_http, settings):
    settings.QUNWEN_SMS_HTTP = {**settings.QUNWEN_SMS_HTTP, "secret": "other"}
    with pytest.raises(SmsRefused, match="签名不对"):
        client.send(PHONE, "您好", "k1")


@pytest.mark.parametrize("trouble", ["500", "503", "429", "302", "hang up"])
def test_after_trouble_the_same_key_goes_out_once(trouble, db, over_http):
    over_http.trouble = trouble
    with pytest.raises(SmsUnavailable):
        client.send(PHONE, "您好", "k1")
    over_http.trouble = ""
    client.send(PHONE, "您好", "k1")
    client.send(PHONE, "您好", "k1")
    assert list(over_http.texted) == ["k1"]


def test_an_address_that_does_not_answer_is_unavailable(db, settings, over_http):
    settings.QUNWEN_SMS_HTTP = {**settings.QUNWEN_SMS_HTTP, "url": "http://127.0.0.1:9/send"}
    with pytest.raises(SmsUnavailable):
        client.send(PHONE, "您好", "k1")


@pytest.mark.parametrize("given", [{}, {"url": "file:///etc/passwd", "app_id": "a", "secret": "b"}])
def test_incomplete_settings_are_named(given, db, settings):
    settings.QUNWEN_SMS_GATEWAY = "qunwen.gateways.sms.http.HttpGateway"
    settings.QUNWEN_SMS_HTTP = given
    with pytest.raises(ImproperlyConfigured):
        client.send(PHONE, "您好", "k1")


def test_the_outbox_page_exists_in_a_demonstration_only(client_page, settings, db):
    assert client_page.get("/demo/outbox/").status_code == 404
    settings.QUNWEN_DEMO = True
    client.send(PHONE, "先", "k1")
    client.send(PHONE, "后", "k2")
    page = client_page.get("/demo/outbox/").content.decode()
    assert page.index("后</p>") < page.index("先</p>")


@pytest.fixture
def client_page():
    from django.test import Client

    return Client()
