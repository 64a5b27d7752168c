"""Photos that look alike are found, whichever bits differ, and quickly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.base.evidence import similar
from qunwen.base.evidence.models import EvidenceFile
from qunwen.base.scope import writing

from .conftest import jpeg, staff


def test_the_same_picture_saved_again_warns_at_another_record_and_not_at_its_own(homes, keep, desk):
    first, _none = keep(jpeg(quality=95), homes[0])
    _link, here = keep(jpeg(quality=60), homes[0])
    _link, there = keep(jpeg(quality=40), homes[1])
    assert here == []
    assert first.pk in [w.link.pk for w in there]
    assert "请确认没有传错" in str(there[0])
    _link, other = keep(jpeg(seed=77), homes[1])
    assert other == []


def test_a_warning_never_shows_the_place_or_photo_of_another_town(homes, keep):
    with staff("510112001"):
        first, _none = keep(jpeg(), homes[0])
    with staff("510112002"):
        _link, warnings = keep(jpeg(quality=50), homes[1])
    assert [w.link.pk for w in warnings] == [first.pk]


def test_pictures_of_one_colour_resemble_nothing(homes, keep, desk):
    import io

    from PIL import Image

    for shade, home in ((10, homes[0]), (12, homes[1])):
        out = io.BytesIO()
        Image.new("RGB", (100, 100), (shade, shade, shade)).save(out, "JPEG")
        link, warnings = keep(out.getvalue(), home)
        assert (link.file.bands, warnings) == (None, [])


hashes = st.integers(0, 2**64 - 1)


def split(value):
    return tuple((value >> shift) & 0xFFFF for shift in (48, 32, 16, 0))


@given(hashes, st.sets(st.integers(0, 63), max_size=similar.NEAR))
def test_every_near_hash_shares_a_looked_up_band(value, bits):
    other = value
    for bit in bits:
        other ^= 1 << bit
    assert similar.distance(split(value), split(other)) == len(bits)
    assert any(b in similar.neighbours(a) for a, b in zip(split(value), split(other), strict=True))


@pytest.mark.slow
def test_one_among_fifty_thousand_is_found_in_a_moment(db, at):
    import random

    chance = random.Random(5)
    rows = []
    for n in range(50_000):
        a, b, c, d = split(chance.getrandbits(64))
        rows.append(
            EvidenceFile(
                county="510112", sha256=f"{n:064x}", size=1, content_type="image/jpeg", kind="photo", name="x.jpg",
                band_a=a, band_b=b, band_c=c, band_d=d, kept_at=at,
            )
        )  # fmt: skip
    with writing.allowed("test"):
        EvidenceFile.unscoped.bulk_create(rows, batch_size=2_000)
    wanted = rows[31_000]
    a, b, c, d = wanted.bands
    found = similar.near("510112", (a ^ 3, b ^ 5, c ^ 1, d ^ 2))
    assert [(one.file.pk, one.distance) for one in found] == [(wanted.pk, 6)]
