"""Addresses, headers and frame of the house."""

import re

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings

from qunwen.base.ui.context import house
from qunwen.base.ui.csp import NONCE, render_policy
from qunwen.base.ui.elder import ElderSize, elder_size_of
from qunwen.base.ui.middleware import ContentSecurityPolicyMiddleware
from qunwen.base.ui.web import errors


@pytest.fixture
def client(house_settings):
    with override_settings(DEBUG=False):
        yield Client(raise_request_exception=False)


def test_gallery_shows_every_component_without_inline_code(client):
    page = client.get("/ui/gallery/").content.decode()
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "<style" not in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_gallery_is_hidden_from_residents(client):
    with override_settings(QUNWEN_DEMO=False):
        assert client.get("/ui/gallery/").status_code == 404


def test_page_says_county_unit_phone_and_that_data_are_made_up(client):
    page = client.get("/ui/offline/").content.decode()
    for words in ("龙泉驿区", "本页由龙泉驿区文化馆负责。", "tel:028-00000000", "演示数据", "跳到正文"):
        assert words in page


def test_page_outside_the_demonstration_has_no_banner(client):
    with override_settings(QUNWEN_DEMO=False):
        assert "演示数据" not in client.get("/ui/offline/").content.decode()


def test_policy_forbids_inline_code_and_foreign_frames(client):
    policy = client.get("/ui/offline/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_policy_of_the_desk_keeps_scripts_to_our_own_files():
    middleware = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())
    policy = middleware(RequestFactory().get("/desk/pages/")).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "http" not in policy
    assert "frame-ancestors 'self'" in policy


def test_nonce_is_new_for_every_response_and_the_same_within_one():
    seen = []

    def view(request):
        seen.append(str(request.csp_nonce))
        return HttpResponse()

    middleware = ContentSecurityPolicyMiddleware(view)
    headers = [middleware(RequestFactory().get("/")).headers["Content-Security-Policy"] for _ in range(2)]
    assert [f"'nonce-{nonce}'" in header for nonce, header in zip(seen, headers, strict=True)] == [True, True]
    assert seen[0] != seen[1]


def test_policy_renders_directives_in_order():
    assert render_policy({"script-src": ["'self'", NONCE], "img-src": ["data:"]}, "n") == (
        "script-src 'self' 'nonce-n'; img-src data:"
    )


def test_a_view_may_set_a_stricter_policy(client):
    response = client.get("/ui/papercut/510112.svg")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in response.headers["Cache-Control"]


def test_headers_of_every_response(client):
    headers = client.get("/ui/offline/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize(("sent", "kept"), [("18", "elder elder-18"), ("30", "elder elder-30"), ("99", ""), ("", "")])
def test_elder_mode_follows_the_cookie(client, sent, kept):
    client.cookies["elder"] = sent
    assert f'class="{kept}"' in client.get("/ui/offline/").content.decode()[:300]


def test_elder_mode_is_switched_and_leads_back(client):
    response = client.post("/ui/elder/", {"size": "22", "next": "/ui/offline/?a=1"})
    assert response.headers["Location"] == "/ui/offline/?a=1"
    assert elder_size_of(response.wsgi_request) is ElderSize.OFF
    assert response.cookies["elder"].value == "22"
    assert client.post("/ui/elder/", {"size": "0", "next": "/"}).cookies["elder"].value == ""


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_elder_switch_never_leads_elsewhere(client, target):
    assert client.post("/ui/elder/", {"size": "18", "next": target}).headers["Location"] == "/"


def test_elder_switch_by_get_changes_nothing(client):
    assert client.get("/ui/elder/").status_code == 405


def test_service_worker_may_serve_the_whole_site(client):
    response = client.get("/ui/worker.js")
    assert response.headers["Service-Worker-Allowed"] == "/"
    assert "/ui/offline/" in response.content.decode()


def test_manifest_makes_the_portal_installable(client):
    manifest = client.get("/ui/manifest.webmanifest").json()
    assert manifest["name"] == "龙泉驿区公共文化服务"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}


def test_missing_page_says_what_to_do(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "没有找到这一页" in response.content.decode()


def test_failing_page_is_drawn_without_context(client):
    response = client.get("/boom/")
    assert response.status_code == 500
    assert "系统这边出了错" in response.content.decode()
    assert "boom" not in response.content.decode()


def test_too_many_requests_says_when_to_return(client):
    response = errors.too_many_requests(RequestFactory().get("/"), 30)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "30"


def test_forbidden_shows_the_reason_given_and_escapes_it(client):
    page = errors.forbidden(RequestFactory().get("/"), PermissionError("<b>只有镇里能退回</b>")).content.decode()
    assert "&lt;b&gt;只有镇里能退回" in page


def test_house_is_not_built_until_it_is_read():
    with override_settings(QUNWEN_SITE_PROFILE="no.such.function"):
        house(RequestFactory().get("/"))


def test_htmx_is_told_to_stay_within_the_policy(house_settings):
    page = render_to_string("ui/portal_base.html", {}, RequestFactory().get("/"))
    for setting in ('"allowEval":false', '"includeIndicatorStyles":false', '"selfRequestsOnly":true'):
        assert setting in page
