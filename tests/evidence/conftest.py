"""Photos drawn by the test, a staff scope, a record to hang evidence on."""

from __future__ import annotations

import io
import random

import pytest
from PIL import ExifTags, Image, ImageDraw

from qunwen.base.evidence import declare
from qunwen.base.journal.actors import Actor
from qunwen.base.people.models import Household
from qunwen.base.scope import context, writing
from qunwen.base.scope.context import Reach
from qunwen.base.scope.ids import uuid7

ALL = ("evidence.view", "evidence.add", "evidence.remove", "evidence.original")


def picture(seed=1, size=(320, 200)):
    """A picture with enough in it to have a perceptual hash of its own."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        w, h = chance.randrange(20, size[0] // 2), chance.randrange(20, size[1] // 2)
        draw.rectangle([x, y, x + w, y + h], fill=tuple(chance.randrange(256) for _ in range(3)))
    return image


def jpeg(seed=1, size=(320, 200), quality=90, gps=False, orientation=None):
    """The bytes of a JPEG, with a camera's metadata when asked for."""
    exif = Image.Exif()
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    if gps:
        exif[ExifTags.Base.Make] = "SecretCamera"
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        inner[ExifTags.Base.DateTimeOriginal] = "2026:03:14 09:30:00"
        where = exif.get_ifd(ExifTags.IFD.GPSInfo)
        where[ExifTags.GPS.GPSLatitudeRef] = "N"
        where[ExifTags.GPS.GPSLatitude] = (30.0, 33.0, 21.6)
        where[ExifTags.GPS.GPSLongitudeRef] = "E"
        where[ExifTags.GPS.GPSLongitude] = (104.0, 16.0, 12.0)
    out = io.BytesIO()
    picture(seed, size).save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A media folder of its own for every test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def worker():
    return Actor(kind="staff", id=uuid7(), name="李文书")


@pytest.fixture
def homes(places, at):
    """Two records of one county and one of another."""
    with writing.allowed("test"):
        return [
            Household.unscoped.create(county=code[:6], place=places[code], created_at=at)
            for code in ("510112001001", "510112002001", "610327100001")
        ]


def staff(*prefixes, permissions=ALL):
    return context.opened(context.staff({p: tuple(Reach(x) for x in prefixes) for p in permissions}))


@pytest.fixture
def desk(db):
    """The scope of a county officer of 510112."""
    with staff("510112"):
        yield


@pytest.fixture
def keep(places, at, worker):
    """Upload bytes to a record."""
    from qunwen.base.evidence import actions

    def run(data, home, name="照片.jpg", caption=""):
        return actions.keep_file(
            stream=io.BytesIO(data), name=name, subject=home, place=home.place, by=worker, at=at, caption=caption
        )

    return run


@pytest.fixture
def households_are_public():
    shown = set()
    declare.subject("people.household", public=lambda county, ids: [i for i in ids if i in shown])
    yield shown
    declare._public.pop("people.household")
