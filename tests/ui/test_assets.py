"""The files that reach the browser: unchanged, self-contained, small, and fit for old browsers."""

import gzip
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/qunwen/base/ui/static"
OURS = sorted((STATIC / "ui").glob("*.css"))
LOADED_FROM_OUTSIDE = re.compile(
    r"""(?:url\(\s*['"]?|@import\s+['"]|\b(?:src|poster|data)\s*=\s*['"]|importScripts\(\s*['"]|fetch\(\s*['"])(?:https?:)?//""",
    re.IGNORECASE,
)


def test_vendored_files_match_the_manifests():
    result = subprocess.run(
        [sys.executable, str(ROOT / "tools/vendor.py"), "verify"], capture_output=True, text=True, check=False
    )
    assert result.stdout.strip() == "all vendored files are as the manifests say"
    assert result.returncode == 0


def test_manifest_names_licence_and_reason_of_every_library():
    for manifest in (STATIC / "vendor/manifest.toml", ROOT / "tests/vendor/manifest.toml"):
        for library in tomllib.loads(manifest.read_text("utf-8"))["library"]:
            assert library["licence"]
            assert library["why"]
            assert any(file["path"].startswith("LICENSE") for file in library["file"])


@pytest.mark.parametrize(
    "path", sorted(p for p in STATIC.rglob("*") if p.suffix in {".css", ".js", ".svg"}), ids=lambda p: p.name
)
def test_file_loads_nothing_from_outside(path):
    assert LOADED_FROM_OUTSIDE.findall(path.read_text("utf-8")) == []


def test_no_source_map_is_named_that_is_not_shipped():
    for path in STATIC.rglob("*"):
        if path.suffix in {".css", ".js"}:
            assert "sourceMappingURL" not in path.read_text("utf-8"), path


# Chromium 80 and iOS 13 do not know these; the portal and field pages must not need them.
TOO_NEW = (
    ":has(",
    "color-mix(",
    "@layer",
    "@container",
    "oklch(",
    "oklab(",
    ":is(",
    ":where(",
    "aspect-ratio:",
    "inset:",
    "dvh",
    "subgrid",
    "margin-inline:",
    "padding-inline:",
    "@property",
    "light-dark(",
)


@pytest.mark.parametrize("name", ["tokens.css", "portal.css", "print.css"])
def test_portal_css_uses_nothing_too_new(name):
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "ui" / name).read_text("utf-8"), flags=re.DOTALL)
    assert [feature for feature in TOO_NEW if feature in css] == []


@pytest.mark.parametrize("name", ["tokens.css", "portal.css", "print.css"])
def test_portal_css_has_no_nesting_and_no_flex_gap(name):
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "ui" / name).read_text("utf-8"), flags=re.DOTALL)
    flattened = re.sub(r"@media[^{]*\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}", r"\1", css)
    for rule in re.findall(r"\{([^{}]*(?:\{[^}]*)?)\}", flattened):
        assert "{" not in rule
        if re.search(r"display:\s*(inline-)?flex", rule):
            assert not re.search(r"(?<![-\w])gap:", rule), rule
    assert "&" not in re.sub(r'url\("[^"]*"\)', "", css)


def compressed(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes(), 9))


def test_css_of_the_portal_stays_small():
    assert compressed("ui/portal.css") <= 14 * 1024


def test_portal_css_with_htmx_and_script_leaves_room_for_the_page():
    total = compressed("ui/portal.css") + compressed("ui/portal.js") + compressed("vendor/htmx-2.0.11/htmx.min.js")
    assert total <= 34 * 1024


def test_icon_sprite_stays_small():
    assert compressed("ui/icons.svg") <= 8 * 1024


def test_scripts_that_ship_do_not_need_eval():
    for name in (
        "vendor/echarts-6.1.0/echarts.common.min.js",
        "vendor/leaflet-1.9.4/leaflet.js",
        "vendor/zxing-browser-0.2.1/zxing-browser.min.js",
        "ui/portal.js",
    ):
        text = (STATIC / name).read_text("utf-8")
        assert not re.search(r"\bnew Function\b|(?<![.\w])eval\(", text), name
