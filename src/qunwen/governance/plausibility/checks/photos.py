"""The same photograph at another village, or on another day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from qunwen.base.evidence.similar import distance, neighbours
from qunwen.governance.plausibility.rows import LINK, Found, Picture, World

SHOWN = 6
Asked = Callable[[Picture, Picture], bool]


class Album:
    """Pictures found by what they show."""

    def __init__(self, pictures: tuple[Picture, ...]) -> None:
        """Sort them by file and by the four bands of their perceptual hash."""
        self.by_file: dict[str, list[Picture]] = defaultdict(list)
        self.bands: tuple[dict[int, list[Picture]], ...] = tuple(defaultdict(list) for _letter in "abcd")
        for picture in pictures:
            first = picture.file not in self.by_file
            self.by_file[picture.file].append(picture)
            if first and picture.bands is not None:
                for bucket, band in zip(self.bands, picture.bands, strict=True):
                    bucket[band].append(picture)

    def same(self, picture: Picture, bits: int) -> list[tuple[Picture, int]]:
        """Every picture of the same file, and of files at most so many of 64 bits apart; with the distance."""
        files = {picture.file: 0}
        if picture.bands is not None and bits:
            for bucket, band in zip(self.bands, picture.bands, strict=True):
                for near in neighbours(band):
                    for other in bucket.get(near, ()):
                        apart = distance(picture.bands, other.bands or picture.bands)
                        if apart <= bits:
                            files.setdefault(other.file, apart)
        return [(each, apart) for file, apart in files.items() for each in self.by_file[file]]


def _new(world: World) -> list[Picture]:
    begins, ends = world.month.starts_at, world.month.ends_at
    return [picture for picture in world.pictures if begins <= picture.linked < ends]


def _common(album: Album, picture: Picture, widely: int) -> bool:
    return len({each.place for each in album.by_file[picture.file]}) > widely


def places(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """A photograph of this month was sent before by another place; widely used pictures are a matter of their own."""
    yield from _again("photo.places", world, limits, lambda a, b: a.place != b.place)


def dates(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """A photograph of this month proved another day at the same place before."""
    yield from _again("photo.dates", world, limits, lambda a, b: a.place == b.place and a.day != b.day)


def _again(code: str, world: World, limits: Mapping[str, int], asked: Asked) -> Iterator[Found]:
    album = Album(world.pictures)
    found: dict[str, tuple[Picture, dict[str, tuple[Picture, int]]]] = {}
    for picture in _new(world):
        if _common(album, picture, limits["widely"]):
            continue
        for other, apart in album.same(picture, limits["bits"]):
            earlier = (other.linked, other.id) < (picture.linked, picture.id)
            if earlier and other.matter != picture.matter and asked(picture, other):
                about = found.setdefault(picture.matter, (picture, {}))[1]
                about[picture.id] = (picture, 0)
                about[other.id] = (other, apart)
    for matter, (picture, about) in found.items():
        others = sorted((p for p, _apart in about.values() if p.matter != matter), key=lambda p: (p.linked, p.id))
        mine = sorted((p for p, _apart in about.values() if p.matter == matter), key=lambda p: (p.linked, p.id))
        rows = tuple((LINK, p.id) for p in [*mine[:SHOWN], *others[:SHOWN]])
        told = {"photos": len(mine), "day": picture.day.isoformat(), "other_day": others[0].day.isoformat(),
                "other": others[0].place, "alike": max(apart for _p, apart in about.values())}  # fmt: skip
        yield Found(code, picture.place, matter, rows, told, picture.unit, picture.author)


def common(world: World, limits: Mapping[str, int]) -> Iterator[Found]:
    """Pictures that stand at records of many places: rather a poster than proof. One finding a county and month."""
    album = Album(world.pictures)
    files = sorted({p.file for p in _new(world) if _common(album, p, limits["widely"])})
    if files:
        records = sum(len({p.matter for p in album.by_file[file]}) for file in files)
        rows = tuple((LINK, album.by_file[file][-1].id) for file in files[:30])
        told = {"photos": len(files), "records": records, "widely": limits["widely"]}
        yield Found("photo.common", world.county, world.month.code, rows, told)
