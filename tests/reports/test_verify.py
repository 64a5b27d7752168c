"""Whatever is altered in a bundle or its document is found and named."""

import json
import re
import zipfile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from qunwen.governance.reports import sealing, verifying

DOCUMENT = "半年工作总结.docx"


def rewrite_json(path, change):
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def rewrite_document(folder, pattern, replacement, *, count=1):
    """Change the text of the document as a word processor would, leaving everything else as it is."""
    path = folder / DOCUMENT
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    text, changed = re.subn(pattern, replacement, parts["word/document.xml"].decode(), count=count)
    assert changed, pattern
    parts["word/document.xml"] = text.encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)


def rewrite_rows(folder, month, change):
    """A changed Parquet file that is whole in itself."""
    path = folder / "data" / f"{month}.parquet"
    with pq.ParquetFile(path) as file:
        table = file.read()
    pq.write_table(change(table), path)


def reseal(folder):
    """What somebody does who has our program but not our key: manifest and seal anew, by the same house here."""
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    about.pop("files")
    sealing.seal(folder, about)


def names(folder):
    return [(p.where, p.name) for p in verifying.verify(folder).problems]


def test_an_untouched_bundle_is_whole(bundle):
    outcome = verifying.verify(bundle)
    assert outcome.problems == ()
    assert (outcome.figures > 100, outcome.printed > 100, outcome.files > 10, len(outcome.key)) == (
        True, True, True, 16,
    )  # fmt: skip


def test_one_altered_figure_in_the_document_is_named_first(bundle):
    rewrite_document(bundle, r'(w:name="fig_attendance".*?<w:t[^>]*>)266(<)', r"\g<1>366\2")
    first = verifying.verify(bundle).problems[0]
    assert (first.where, first.name, first.found, first.expected) == ("document", "attendance", "366", "266")
    assert "366" in first.message
    assert "266" in first.message
    assert ("file", DOCUMENT) in names(bundle)


def test_every_printed_figure_is_guarded(bundle):
    """Each figure that the document prints, altered one at a time."""
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    whole = (bundle / DOCUMENT).read_bytes()
    for figure_id in [i for i in manifest["printed"] if re.fullmatch(r"[A-Za-z0-9_]{1,32}", i)]:
        rewrite_document(bundle, rf'(w:name="fig_{figure_id}".*?<w:t[^>]*>)', r"\g<1>9")
        sealed = json.loads((bundle / "figures.json").read_text(encoding="utf-8"))
        first = verifying._document(bundle, manifest, {row["id"]: row for row in sealed})[0][0]
        assert (first.where, first.name) == ("document", figure_id)
        (bundle / DOCUMENT).write_bytes(whole)


def test_a_figure_whose_mark_was_taken_off_is_named(bundle):
    rewrite_document(bundle, r'<w:bookmarkStart [^>]*w:name="fig_per_session"[^>]*/>', "")
    assert ("document", "per_session") in names(bundle)


def test_a_figure_that_was_never_sealed_is_named(bundle):
    rewrite_document(bundle, r'w:name="fig_held"', 'w:name="fig_invented"')
    assert ("document", "fig_invented") in names(bundle)


def test_an_altered_link_is_named(bundle):
    path = bundle / DOCUMENT
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"https://qunwen.example/desk", b"https://elsewhere.example/desk", 1)
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)
    first = verifying.verify(bundle).problems[0]
    assert (first.where, first.found.startswith("https://elsewhere.example")) == ("document", True)


def test_one_altered_figure_in_the_bundle_is_named(bundle):
    rewrite_json(bundle / "figures.json", lambda rows: rows[0].update(number=6, shown="6"))
    found = verifying.verify(bundle).problems
    assert ("bundle", "held") in [(p.where, p.name) for p in found]
    (mine,) = [p for p in found if p.where == "bundle"]
    assert (mine.found, mine.expected) == ("6", "5")
    assert "举办活动" in mine.message


def test_a_figure_altered_everywhere_and_sealed_again_is_still_found(bundle):
    rewrite_json(
        bundle / "figures.json", lambda rows: [r.update(number=6, shown="6") for r in rows if r["id"] == "held"]
    )
    rewrite_document(bundle, r'(w:name="fig_held(?:__\d+)?".*?<w:t[^>]*>)5(<)', r"\g<1>6\2", count=0)
    reseal(bundle)
    found = verifying.verify(bundle).problems
    assert [(p.where, p.name, p.found, p.expected) for p in found] == [("bundle", "held", "6", "5")]


def test_one_flipped_byte_of_the_data_is_named(bundle):
    path = bundle / "data" / "2026-04.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    outcome = verifying.verify(bundle)
    assert not outcome.ok
    assert ("file", "data/2026-04.parquet") in names(bundle)


def test_one_altered_row_names_the_figures_it_changes(bundle):
    def more(table):
        values = table.column("value").to_pylist()
        values[values.index(51)] = 52
        return table.set_column(table.schema.get_field_index("value"), "value", pa.array(values, pa.int64()))

    rewrite_rows(bundle, "2026-04", more)
    reseal(bundle)
    found = {p.name: (p.found, p.expected) for p in verifying.verify(bundle).problems}
    assert found["attendance"] == ("266", "267")
    assert found["attendance_month.2026-04"] == ("158", "159")
    assert "held" not in found


def test_one_row_taken_out_is_found(bundle):
    rewrite_rows(bundle, "2026-05", lambda t: t.filter(pc.not_equal(t.column("measure"), "activities.held")))
    reseal(bundle)
    assert ("bundle", "held") in names(bundle)


def test_a_row_exchanged_for_another_of_the_same_value_is_found(bundle):
    def other(table):
        ids = table.column("record").to_pylist()
        ids[0] = "00000000-0000-7000-8000-000000000001"
        return table.set_column(table.schema.get_field_index("record"), "record", pa.array(ids))

    rewrite_rows(bundle, "2026-01", other)
    reseal(bundle)
    messages = [p.message for p in verifying.verify(bundle).problems]
    assert any("明细行摘要不符" in message for message in messages)


@pytest.mark.parametrize(
    "name",
    ["data/2026-01.parquet", "figures.json", "definitions.json", "places.json", "populations.json", "measures.json",
     DOCUMENT, "seal.json", "manifest.json"],
)  # fmt: skip
def test_a_missing_file_is_named(bundle, name):
    (bundle / name).unlink()
    outcome = verifying.verify(bundle)
    assert not outcome.ok
    assert any(name in (p.name, p.message) or name.split("/")[-1] in p.message for p in outcome.problems)


def test_a_file_too_many_is_named(bundle):
    (bundle / "data" / "2026-02.parquet").write_bytes((bundle / "data" / "2026-01.parquet").read_bytes())
    assert ("file", "data/2026-02.parquet") in names(bundle)


def test_a_swapped_definition_is_named(bundle):
    def swap(data):
        for figure in data["figures"]:
            if figure["code"] == "planned_held":
                figure["filters"] = {"outcome": "open"}

    rewrite_json(bundle / "definitions.json", swap)
    found = names(bundle)
    assert ("bundle", "definitions.json") in found
    assert ("bundle", "planned_held") in found
    assert ("file", "definitions.json") in found


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("populations.json", lambda rows: rows[0].update(number=901)),
        ("places.json", lambda tree: tree["closure"].pop()),
        ("measures.json", lambda rows: [r.update(reported_by=4) for r in rows]),
    ],
)
def test_altered_ground_is_found(bundle, name, change):
    rewrite_json(bundle / name, change)
    found = names(bundle)
    assert ("file", name) in found
    assert any(where == "bundle" for where, _name in found)


def test_a_rewritten_manifest_breaks_the_seal(bundle):
    rewrite_json(bundle / "manifest.json", lambda m: m.update(made_by="别人"))
    assert names(bundle) == [("seal", "seal.json")]


def test_a_seal_of_another_key_shows_another_fingerprint(bundle, settings, tmp_path):
    before = verifying.verify(bundle).key
    settings.QUNWEN_HOME = tmp_path / "elsewhere"
    reseal(bundle)
    outcome = verifying.verify(bundle)
    assert outcome.ok
    assert outcome.key != before


def test_rubbish_is_a_finding_and_never_a_crash(bundle):
    for name in ("figures.json", "definitions.json", "places.json", "manifest.json", "seal.json", DOCUMENT):
        whole = (bundle / name).read_bytes()
        for content in (b"", b"[]", b"{}", b"\xff\xfe", b'[{"id": 1}]'):
            (bundle / name).write_bytes(content)
            assert not verifying.verify(bundle).ok, (name, content)
        (bundle / name).write_bytes(whole)
