"""The checked way to a file, and files that changed on the disk."""

import uuid

import pytest
from django.http import Http404
from django.test import RequestFactory

from qunwen.base.evidence import queries, storage
from qunwen.base.evidence.web import files
from qunwen.base.scope import asking, context

from .conftest import ALL, jpeg, staff

PUBLIC = context.opened


def get(link, variant, county=None, **headers):
    request = RequestFactory().get("/evidence/x", headers=headers)
    return files.file(request, county or link.county, link.pk, variant)


def body(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def link(homes, keep):
    with staff("510112"):
        return keep(jpeg(gps=True), homes[0], name="开幕.jpg")[0]


def test_staff_read_photo_and_original_in_their_scope(link):
    with staff("510112001"):
        original = get(link, "original")
        assert body(original) == storage.path_of("510112", link.file.sha256).read_bytes()
        assert original["Content-Disposition"] == (
            "attachment; filename=\"file.jpg\"; filename*=UTF-8''%E5%BC%80%E5%B9%95.jpg"
        )
        thumb = get(link, "thumb")
        assert (thumb["Content-Type"], b"SecretCamera" in body(thumb)) == ("image/jpeg", False)
        assert thumb["Cache-Control"] == "private, max-age=300"
    assert (original["X-Content-Type-Options"], original["Content-Security-Policy"]) == ("nosniff", files.SANDBOX)


def test_an_original_photo_is_a_right_of_its_own(link):
    with staff("510112", permissions=ALL[:1]), pytest.raises(asking.Forbidden):
        get(link, "original")


@pytest.mark.parametrize("variant", ["thumb", "large", "original"])
def test_another_county_gets_404(link, variant):
    with staff("610327"):
        with pytest.raises(Http404):
            get(link, variant)
        with pytest.raises(Http404):
            get(link, variant, county="610327")


@pytest.mark.parametrize("county", ["../..", "51011a", "５１０１１２", "000000"])
def test_a_strange_county_gets_404(link, county):
    with staff("510112"), pytest.raises(Http404):
        get(link, "thumb", county=county)


@pytest.mark.parametrize("variant", ["", "..", "thumb.jpg", "480"])
def test_a_strange_variant_gets_404(link, variant):
    with staff("510112"), pytest.raises(Http404):
        get(link, variant)


def test_the_public_sees_copies_of_public_records_only(link, homes, households_are_public):
    with context.opened(context.PUBLIC):
        with pytest.raises(Http404):
            get(link, "thumb")
        assert queries.public_photos(homes) == {}
        households_are_public.add(str(homes[0].pk))
        thumb = get(link, "thumb")
        assert (thumb.status_code, thumb["Cache-Control"]) == (200, "public, max-age=604800, immutable")
        body(thumb)
        body(get(link, "large"))
        assert queries.public_photos(homes) == {homes[0].pk: [link]}
        with pytest.raises(Http404):
            get(link, "original")


def test_documents_are_never_public(homes, keep, households_are_public):
    households_are_public.add(str(homes[0].pk))
    with staff("510112"):
        sheet = keep(b"%PDF-1.4\n%%EOF\n", homes[0], name="签到表.pdf")[0]
        with pytest.raises(Http404):
            get(sheet, "thumb")
        body(get(sheet, "original"))
    with context.opened(context.PUBLIC):
        for variant in ("thumb", "large", "original"):
            with pytest.raises(Http404):
                get(sheet, variant)
        assert queries.public_photos(homes) == {}


def test_an_unchanged_file_is_not_sent_again(link):
    with staff("510112"):
        first = get(link, "thumb")
        body(first)
        again = get(link, "thumb", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_removed_link_is_404(link, worker, at):
    from qunwen.base.evidence import actions

    with staff("510112"):
        actions.unlink(link=link, by=worker, at=at)
        with pytest.raises(Http404):
            get(link, "thumb")


def test_an_unknown_link_is_404(link):
    request = RequestFactory().get("/evidence/x")
    with staff("510112"), pytest.raises(Http404):
        files.file(request, "510112", uuid.uuid4(), "thumb")


def test_a_foreign_county_gets_no_byte_through_the_whole_stack(link, client):
    answer = client.get(f"/evidence/{link.county}/{link.pk}/thumb")
    assert answer.status_code == 404
    assert link.file.name.encode() not in answer.content


def test_verify_names_missing_and_changed_files(homes, keep, desk):
    whole, _ = keep(jpeg(1), homes[0], name="甲.jpg")
    changed, _ = keep(jpeg(2), homes[0], name="乙.jpg")
    missing, _ = keep(jpeg(3), homes[0], name="丙.jpg")
    copyless, _ = keep(jpeg(4), homes[0], name="丁.jpg")
    assert list(queries.verify_files()) == []
    path = storage.path_of("510112", changed.file.sha256)
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))
    storage.path_of("510112", missing.file.sha256).unlink()
    storage.path_of("510112", copyless.file.sha256, "thumb").unlink()
    assert {(f.name, f.trouble) for f in queries.verify_files("510112")} == {
        ("乙.jpg", "changed"), ("丙.jpg", "missing"), ("丁.jpg", "copy_missing"),
    }  # fmt: skip
    assert whole.file.name == "甲.jpg"


def test_gallery_shows_thumbs_and_names(homes, keep, desk):
    from django.template.loader import render_to_string

    photo, _ = keep(jpeg(), homes[0], caption="开场")
    keep(b"%PDF-1.4\n%%EOF\n", homes[0], name="签到表.pdf")
    for place, prefix in (("evidence:file", "/evidence"), ("desk_evidence:file", "/desk/evidence")):
        page = render_to_string("evidence/gallery.html", {"links": queries.of(homes[0]), "files": place})
        assert f'src="{prefix}/510112/{photo.pk}/thumb"' in page
        assert ("签到表.pdf" in page, 'alt="开场"' in page) == (True, True)
