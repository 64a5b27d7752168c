"""Outlines of divisions from a GeoJSON file of the county, where one has been put.

`QUNWEN_HOME/maps/<code of the place>.geojson` holds the divisions one step below that place: a FeatureCollection whose
features are Polygon or MultiPolygon in degrees (longitude, latitude; WGS 84 or GCJ-02 look the same here), each with the
property `code`: the code of the division, short (510112001) or with twelve digits (510112001000). Other properties
are not read. Coordinates are for drawing only and never reach a figure.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from qunwen.base.scope.codes import LENGTHS
from qunwen.base.ui.division_map import Shape

LARGEST = 16 * 1024 * 1024  # bytes of a file
WIDTH = 1000.0  # units of the drawing
Point = tuple[float, float]
Rings = list[list[Point]]


class MapError(ValueError):
    """A file that cannot be drawn. The message says which file, where in it, and what to mend."""


@dataclass(frozen=True)
class Outlines:
    """The shapes of divisions by code, in a drawing of this size."""

    width: float
    height: float
    shapes: dict[str, Shape]


def path_of(place: str) -> Path:
    """Where the outlines of the divisions below a place lie."""
    return Path(settings.QUNWEN_HOME) / "maps" / f"{place}.geojson"


def outlines(place: str) -> Outlines | None:
    """The outlines below a place, None when there is no file. Raises MapError for a bad one."""
    path = path_of(place)
    try:
        about = path.stat()
    except OSError:
        return None
    return _load(str(path), place, about.st_mtime_ns, about.st_size)


@functools.lru_cache(maxsize=32)
def _load(path: str, place: str, _changed: int, size: int) -> Outlines:
    name = f"maps/{Path(path).name}"

    def fail(what: str) -> MapError:
        return MapError(_("地图文件 %(file)s：%(what)s") % {"file": name, "what": what})

    if size > LARGEST:
        raise fail(_("超过 16 MB，请先简化轮廓。"))
    try:
        data = json.loads(Path(path).read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise fail(_("不是 UTF-8 编码的 GeoJSON。")) from None
    if (
        not isinstance(data, dict)
        or data.get("type") != "FeatureCollection"
        or not isinstance(data.get("features"), list)
    ):
        raise fail(_("最外层须是 FeatureCollection，并有 features。"))
    found: dict[str, Rings] = {}
    for n, feature in enumerate(data["features"], start=1):
        try:
            code, rings = _feature(feature, place)
        except MapError as problem:
            raise fail(_("第 %(n)s 个要素%(what)s") % {"n": n, "what": problem}) from None
        found.setdefault(code, []).extend(rings)
    if not found:
        raise fail(_("里面没有一个区划。"))
    return _drawn(found)


def _feature(feature: Any, place: str) -> tuple[str, Rings]:
    about = feature.get("properties") if isinstance(feature, dict) else None
    code = str(about.get("code", "")) if isinstance(about, dict) else ""
    if not code:
        raise MapError(_("没有属性 code（区划代码）。"))
    short = _short(code, len(place))
    if short is None or not short.startswith(place):
        raise MapError(_("的 code “%(code)s”不是 %(place)s 下一级的区划代码。") % {"code": code, "place": place})
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise MapError(_("的 geometry 须是 Polygon 或 MultiPolygon。"))
    polygons = geometry.get("coordinates")
    rings = [
        _ring(ring) for polygon in _listed([polygons] if kind == "Polygon" else polygons) for ring in _listed(polygon)
    ]
    if not rings:
        raise MapError(_("没有坐标。"))
    return short, rings


def _short(code: str, above: int) -> str | None:
    """The code one level below a place of that many digits; twelve digits may be padded with zeros."""
    sizes = sorted(LENGTHS.values())
    size = next((s for s in sizes if s > above), 0)
    if not (code.isascii() and code.isdigit()) or not size:
        return None
    if len(code) == size:
        return code
    return code[:size] if len(code) == 12 and not code[size:].strip("0") else None


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise MapError(_("的坐标不成数组。"))
    return value


def _ring(ring: Any) -> list[Point]:
    points = [_point(point) for point in _listed(ring)]
    if len(points) < 4:
        raise MapError(_("有一圈不到四个点。"))
    return points


def _point(point: Any) -> Point:
    pair = point[:2] if isinstance(point, list) else []
    if len(pair) != 2 or any(isinstance(v, bool) or not isinstance(v, int | float) for v in pair):
        raise MapError(_("有的坐标不是数字。"))
    east, north = pair
    if not (-180 <= east <= 180 and -89 <= north <= 89):
        raise MapError(_("的坐标超出经纬度范围，须用度为单位。"))
    return float(east), float(north)


def _drawn(found: dict[str, Rings]) -> Outlines:
    points = list(_points(found))
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    # A degree of longitude is shorter than one of latitude: true to shape in the middle of the map.
    narrow = math.cos(math.radians((south + north) / 2))
    across, down = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = WIDTH / max(across, down)

    def place(point: Point) -> Point:
        return (point[0] - west) * narrow * scale, (north - point[1]) * scale

    shapes = {code: _shape([[place(p) for p in ring] for ring in rings]) for code, rings in sorted(found.items())}
    return Outlines(across * scale, down * scale, shapes)


def _points(found: dict[str, Rings]) -> Iterator[Point]:
    for rings in found.values():
        for ring in rings:
            yield from ring


def _shape(rings: Rings) -> Shape:
    path = " ".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)
    across, down = [p[0] for ring in rings for p in ring], [p[1] for ring in rings for p in ring]
    return Shape(path, min(across), min(down), max(across) - min(across), max(down) - min(down))
