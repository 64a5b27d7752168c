"""Fetch or verify the third-party browser files that ship with Qunwen.

    python tools/vendor.py verify    check every file against manifest.toml (no network)
    python tools/vendor.py fetch     recreate every file from its npm package (needs npm)
    python tools/vendor.py pin       like fetch, and write the sums found into the manifest

The manifests are the only list: what they do not name does not ship. `fetch` refuses a file whose sum differs from
the manifest; `pin` is for changing a version on purpose.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFESTS = (
    ROOT / "src/qunwen/base/ui/static/vendor/manifest.toml",
    ROOT / "tests/vendor/manifest.toml",
)
SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=[^\n]*")


@dataclass(frozen=True)
class VendoredFile:
    """One file of one library: where it lies here, where it lies in the npm package, and its sum here."""

    package: str
    source: str
    target: Path
    sha256: str


@dataclass(frozen=True)
class Icons:
    """The icon sprite: which drawings of the icon package go into the one SVG file."""

    package: str
    names: tuple[str, ...]
    target: Path
    sha256: str


def read_manifest(path: Path) -> tuple[list[VendoredFile], list[Icons]]:
    """Return the files and the icon sprites which the manifest at `path` names."""
    files, sprites = [], []
    for library in tomllib.loads(path.read_text("utf-8"))["library"]:
        package = f"{library['npm']}@{library['version']}"
        folder = path.parent / f"{library['name']}-{library['version']}"
        files += [
            VendoredFile(package, file["from"], folder / file["path"], file.get("sha256", ""))
            for file in library.get("file", ())
        ]
        if "sprite" in library:
            sprite = library["sprite"]
            target = path.parent / sprite["path"]
            sprites.append(Icons(package, tuple(sprite["icons"]), target.resolve(), sprite.get("sha256", "")))
    return files, sprites


def sha256_of(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def problems_of(manifest: Path) -> list[str]:
    """Return one line for each file that is missing, changed, or present without being named."""
    files, sprites = read_manifest(manifest)
    named: dict[Path, str] = {file.target: file.sha256 for file in files}
    found = [
        f"missing: {path}" if not path.is_file() else f"changed: {path}"
        for path, digest in [*named.items(), *((sprite.target, sprite.sha256) for sprite in sprites)]
        if not path.is_file() or sha256_of(path) != digest
    ]
    present = {path for path in manifest.parent.rglob("*") if path.is_file()} - {manifest}
    return found + [f"not in the manifest: {path}" for path in sorted(present - named.keys())]


def unpack(package: str, into: Path) -> Path:
    """Fetch `NAME@VERSION` with npm into the folder `into` and return the folder with its files."""
    folder = into / re.sub(r"\W+", "-", package)
    if not folder.exists():
        folder.mkdir()
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(folder.glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
    return folder / "package"


def draw_sprite(icons_folder: Path, names: tuple[str, ...]) -> str:
    """Return one SVG file with a `<symbol id="NAME">` for each named outline icon."""
    symbols = []
    for name in sorted(names):
        text = (icons_folder / f"{name}.svg").read_text("utf-8")
        body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL).group(1)
        body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body)
        body = re.sub(r"\s*\n\s*", "", body).replace(" />", "/>")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def recreate(manifest: Path, work: Path) -> dict[Path, str]:
    """Write every file of the manifest anew and return the sum of each."""
    files, sprites = read_manifest(manifest)
    written = {}
    for file in files:
        content = (unpack(file.package, work) / file.source).read_bytes()
        if file.target.suffix in {".js", ".css"}:
            content = SOURCE_MAP.sub(b"", content)
        file.target.parent.mkdir(parents=True, exist_ok=True)
        file.target.write_bytes(content)
        written[file.target] = sha256_of(file.target)
    for sprite in sprites:
        sprite.target.parent.mkdir(parents=True, exist_ok=True)
        sprite.target.write_text(draw_sprite(unpack(sprite.package, work) / "icons/outline", sprite.names), "utf-8")
        written[sprite.target] = sha256_of(sprite.target)
    return written


def pin(manifest: Path, written: dict[Path, str]) -> None:
    """Write the sums found into the manifest, on the line after each `path`."""
    lines, folder = [], manifest.parent
    for line in manifest.read_text("utf-8").splitlines():
        if line.startswith("sha256 = "):
            continue
        if match := re.match(r'(name|version) = "(.*)"', line):
            folder = manifest.parent / match[2] if match[1] == "name" else Path(f"{folder}-{match[2]}")
        lines.append(line)
        if match := re.match(r'path = "(.*)"', line):
            target = (manifest.parent if match[1].startswith("..") else folder) / match[1]
            lines.append(f'sha256 = "{written[target.resolve()]}"')
    manifest.write_text("\n".join(lines) + "\n", "utf-8")


def main(command: str) -> int:
    """Run one command; the exit code is 1 when anything is wrong."""
    if command in {"fetch", "pin"}:
        work = Path(tempfile.mkdtemp(prefix="qunwen-vendor-"))
        try:
            for manifest in MANIFESTS:
                written = recreate(manifest, work)
                if command == "pin":
                    pin(manifest, written)
        finally:
            shutil.rmtree(work)
    elif command != "verify":
        print(__doc__, file=sys.stderr)
        return 2
    problems = [problem for manifest in MANIFESTS for problem in problems_of(manifest)]
    print("\n".join(problems) if problems else "all vendored files are as the manifests say")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "verify"))
