"""Compile the portal's CSS: our Sass and a subset of Bootstrap's, into one committed file.

    python tools/css.py          write src/qunwen/base/ui/static/ui/portal.css
    python tools/css.py --check  say whether the committed file is what the sources give

Needs npm; Bootstrap comes in the version of the vendor manifest, Sass in the version below. Nothing of this is
needed to run or to test Qunwen.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src/qunwen/base/ui/static"
TARGET = STATIC / "ui/portal.css"
SASS = "sass@1.108.2"


def bootstrap_version() -> str:
    """Return the Bootstrap version which the vendor manifest names."""
    libraries = tomllib.loads((STATIC / "vendor/manifest.toml").read_text("utf-8"))["library"]
    return next(library["version"] for library in libraries if library["name"] == "bootstrap")


def compile_css(work: Path) -> str:
    """Return the compressed CSS; `work` is an empty folder for the build tools."""
    packages = [SASS, f"bootstrap@{bootstrap_version()}"]
    quiet = ["--silent", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]
    subprocess.run(["npm", "install", *quiet, "--prefix", str(work), *packages], check=True)
    load_paths = [ROOT / "tools/css", STATIC / "ui", work / "node_modules/bootstrap/scss"]
    command = [str(work / "node_modules/.bin/sass"), "--no-source-map", "--style=compressed", "--quiet-deps", "--quiet"]
    command += ["--no-charset", *(f"--load-path={path}" for path in load_paths), str(ROOT / "tools/css/portal.scss")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main(arguments: list[str]) -> int:
    """Write or check the file; the exit code is 1 when a check finds a difference."""
    with tempfile.TemporaryDirectory(prefix="qunwen-css-") as work:
        css = compile_css(Path(work))
    if arguments == ["--check"]:
        same = TARGET.read_text("utf-8") == css
        print("portal.css is as its sources give it" if same else "portal.css differs: run python tools/css.py")
        return 0 if same else 1
    TARGET.write_text(css, "utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(css.encode())} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
