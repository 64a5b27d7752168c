"""Keeping files: once, whole, understood."""

import datetime as dt
import errno
import hashlib
import io
import os
import threading
from decimal import Decimal

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from qunwen.base.evidence import actions, photos, queries, storage
from qunwen.base.evidence.models import EvidenceFile, EvidenceLink
from qunwen.base.evidence.problems import FileRefused, StorageFull
from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import asking

from .conftest import jpeg, picture, staff


def stored(media):
    return sorted(p for p in media.rglob("*") if p.is_file())


def test_photo_is_kept_with_what_it_tells(homes, keep, desk, media):
    data = jpeg(gps=True, orientation=6)
    link, warnings = keep(data, homes[0], name="IMG_1.JPG", caption=" 开场 ")
    file = link.file
    assert warnings == []
    assert (file.sha256, file.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (file.content_type, file.kind, file.name) == ("image/jpeg", "photo", "IMG_1.jpg")
    assert (file.width, file.height) == (200, 320)  # upright
    assert file.taken_at == dt.datetime(2026, 3, 14, 1, 30, tzinfo=dt.UTC)
    assert (file.latitude, file.longitude) == (Decimal("30.556000"), Decimal("104.270000"))
    assert (link.caption, link.position, link.linked_by_name) == ("开场", 0, "李文书")
    assert storage.path_of("510112", file.sha256).read_bytes() == data
    assert len(stored(media)) == 3
    entry = JournalEntry.unscoped.get(county="510112")
    assert (entry.code, entry.subject_type, entry.subject_id) == (
        "evidence.file.linked", "people.household", str(homes[0].pk),
    )  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000),
    orientation=st.sampled_from([None, *range(1, 9)]),
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    size=st.tuples(st.integers(48, 2400), st.integers(48, 900)),
)
def test_public_copies_carry_no_metadata_whatever_the_photo(tmp_path, seed, orientation, kind, size):
    exif = Image.Exif()
    exif[0x010E] = "SECRET-DESCRIPTION"
    exif.get_ifd(0x8825)[2] = (30.0, 33.0, 21.6)
    if orientation:
        exif[0x0112] = orientation
    path = tmp_path / "photo"
    picture(seed, size).save(path, kind, exif=exif, comment=b"SECRET-COMMENT")
    read = photos.read(path)
    for name, edge in photos.COPIES.items():
        data = read.copies[name]
        copy = Image.open(io.BytesIO(data))
        assert (dict(copy.getexif()), copy.info.keys() & {"exif", "xmp", "icc_profile", "comment", "gps"}) == (
            {},
            set(),
        )
        assert (b"SECRET" in data, b"Exif" in data) == (False, False)
        assert max(copy.size) == min(edge, max(size))
        turned = orientation in (5, 6, 7, 8)
        assert (copy.width >= copy.height) == ((size[1] >= size[0]) if turned else (size[0] >= size[1])) or (
            abs(copy.width - copy.height) <= 1
        )


def test_a_transparent_picture_gets_a_white_ground(tmp_path):
    path = tmp_path / "photo"
    Image.new("RGBA", (60, 60), (255, 0, 0, 0)).save(path, "PNG")
    copy = Image.open(io.BytesIO(photos.read(path).copies["thumb"]))
    assert min(copy.getpixel((30, 30))) > 250


def test_same_file_at_many_records_is_stored_once(homes, keep, desk, media):
    first, _none = keep(jpeg(), homes[0])
    second, warnings = keep(jpeg(), homes[1])
    assert first.file_id == second.file_id
    assert EvidenceFile.unscoped.count() == 1
    assert len(stored(media)) == 3
    assert [(w.link.pk, w.distance) for w in warnings] == [(first.pk, 0)]
    assert "完全相同" in str(warnings[0])


def test_same_file_at_the_same_record_again_changes_nothing(homes, keep, desk):
    first, _none = keep(jpeg(), homes[0], caption="甲")
    again, _none = keep(jpeg(), homes[0], caption="乙")
    assert (again.pk, again.caption) == (first.pk, "甲")
    assert JournalEntry.unscoped.count() == 1


def test_two_counties_keep_their_own(homes, keep, media):
    with staff("510112", "610327"):
        keep(jpeg(), homes[0])
        _link, warnings = keep(jpeg(), homes[2])
    assert warnings == []
    assert len(stored(media)) == 6


def test_a_full_disk_is_told_and_leaves_nothing_half(homes, keep, desk, media, monkeypatch):
    def no_room(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageFull, match="磁盘已满"):
        keep(jpeg(), homes[0])
    assert (stored(media), EvidenceFile.unscoped.count(), JournalEntry.unscoped.count()) == ([], 0, 0)


def test_without_the_right_nothing_is_even_received(homes, keep, media):
    with staff("610327"), pytest.raises(asking.Forbidden):
        keep(jpeg(), homes[0])
    assert stored(media) == []


def test_a_place_above_every_county_is_refused(homes, places, at, worker):
    with staff("51"), pytest.raises(FileRefused, match="县级或以下"):
        actions.keep_file(
            stream=io.BytesIO(jpeg()), name="a.jpg", subject=homes[0], place=places["5101"], by=worker, at=at
        )


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\照片\\开幕.JPEG", "开幕.jpg"),
        ("活动\u202egpj.exe", "活动gpj.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("", "文件.jpg"),
        ("长" * 300 + ".png", "长" * 116 + ".jpg"),
    ],
)
def test_names_are_made_harmless(homes, keep, desk, given_name, kept):
    assert keep(jpeg(), homes[0], name=given_name)[0].file.name == kept


def test_unlink_caption_and_order(homes, keep, desk, worker, at):
    links = [keep(jpeg(seed), homes[0])[0] for seed in (1, 2, 3)]
    assert [link.position for link in links] == [0, 1, 2]
    actions.set_caption(link=links[1], caption="合影", by=worker, at=at)
    actions.reorder(links=[links[2], links[0], links[1]], by=worker, at=at)
    assert [x.pk for x in queries.of(homes[0])] == [links[2].pk, links[0].pk, links[1].pk]
    actions.unlink(link=links[2], by=worker, at=at)
    actions.unlink(link=links[2], by=worker, at=at)
    assert [(x.pk, x.caption) for x in queries.of(homes[0])] == [(links[0].pk, ""), (links[1].pk, "合影")]
    assert queries.counts("people.household", "510112", [homes[0].pk, homes[1].pk]) == {str(homes[0].pk): 2}
    codes = list(JournalEntry.unscoped.order_by("id").values_list("code", "subject_id").distinct())
    assert codes == [("evidence.file.linked", str(homes[0].pk))] * 3 + [
        ("evidence.link.captioned", str(homes[0].pk)),
        ("evidence.links.reordered", str(homes[0].pk)),
        ("evidence.link.removed", str(homes[0].pk)),
    ]
    again, _none = keep(jpeg(3), homes[0])
    assert again.pk != links[2].pk  # a removed one may come back


def test_reorder_refuses_links_of_two_records(homes, keep, desk, worker, at):
    links = [keep(jpeg(), home)[0] for home in homes[:2]]
    with pytest.raises(ValueError, match="several"):
        actions.reorder(links=links, by=worker, at=at)


def test_others_may_not_unlink(homes, keep, worker, at):
    with staff("510112"):
        link, _none = keep(jpeg(), homes[0])
    with staff("510112002"), pytest.raises(asking.Forbidden):
        actions.unlink(link=link, by=worker, at=at)
    with staff("510112002"):
        assert list(queries.of(homes[0])) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_upload_from_eight_threads_is_one_file_and_one_link(homes, keep, media):
    data, results, gate = jpeg(gps=True), [], threading.Barrier(8)

    def upload():
        try:
            with staff("510112"):
                gate.wait()
                results.append(keep(data, homes[0])[0].pk)
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=upload) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len(set(map(str, results))) == 1, results
    assert (EvidenceFile.unscoped.count(), EvidenceLink.unscoped.count()) == (1, 1)
    assert len(stored(media)) == 3
