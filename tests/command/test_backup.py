"""Backup and restore: the same to the last row, and damaged copies refused by name."""

import json
import shutil
import zipfile

import pytest

from .conftest import Qunwen

# One worker: the county and its copy are made once.
pytestmark = pytest.mark.xdist_group("backup")


@pytest.fixture(scope="module")
def copy(county, tmp_path_factory):
    """A backup of a county with a file in its media, a sealed report and its journal sealed."""
    (county.home / "media" / "evidence").mkdir(parents=True)
    (county.home / "media" / "evidence" / "photo.jpg").write_bytes(b"picture" * 1000)
    made = county("report", "half-year", "--county", "350527", "--period", "2026H1", "--out", county.home / "out")
    assert made.returncode == 0, made.stderr
    assert county("work", "--once").returncode == 0
    target = tmp_path_factory.mktemp("backup") / "copy.zip"
    facts = county.json("backup", "--to", target)
    assert facts["ok"]
    assert facts["journal"]["checked"] > 0
    return target


def rewritten(copy, target, change):
    """The same archive with some members changed: `change(name, data)` gives the new data or None."""
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def test_round_trip_is_equal(copy, county, tmp_path, new_database):
    restored = Qunwen(tmp_path / "again", new_database())
    facts = restored.json("restore", copy, "--into", restored.home)
    with zipfile.ZipFile(copy) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert facts["ok"], facts
    assert facts["rows"] == sum(table["rows"] for table in manifest["tables"].values())
    assert facts["journal"]["ok"]
    assert (restored.home / "media" / "evidence" / "photo.jpg").read_bytes() == b"picture" * 1000
    for name in ("reports.key", "django.key"):
        assert (restored.home / "keys" / name).read_bytes() == (county.home / "keys" / name).read_bytes()
    (manifest_of_report,) = (restored.home / "reports" / "350527").glob("*/manifest.json")
    assert restored("verify", manifest_of_report.parent).returncode == 0
    found = {one["code"]: one["state"] for one in restored.json("doctor")["findings"]}
    assert (found["reports"], found["sealing"], found["messages"]) == ("good", "good", "good")
    assert restored("journal", "verify").returncode == 0
    assert restored.json("init", "--county", "350527")["added"] == 0
    second = tmp_path / "second.zip"
    assert restored.json("backup", "--to", second)["ok"]
    with zipfile.ZipFile(second) as archive:
        assert json.loads(archive.read("manifest.json"))["tables"] == manifest["tables"]


def test_copy_and_keys_are_private(copy):
    assert copy.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["media/evidence/photo.jpg", "keys/django.key"])
def test_changed_file_is_named_and_nothing_is_written(copy, tmp_path, new_database, name):
    bad = rewritten(copy, tmp_path / "bad.zip", lambda n, data: bytes([data[0] ^ 1]) + data[1:] if n == name else data)
    facts = Qunwen(tmp_path / "cwd", new_database()).json("restore", bad, "--into", tmp_path / "again")
    assert (facts["ok"], facts["bad"]) == (False, name)
    assert not (tmp_path / "again").exists()


def test_missing_and_added_files_are_named(copy, tmp_path, new_database):
    command = Qunwen(tmp_path / "cwd", new_database())
    name = "media/evidence/photo.jpg"
    bad = rewritten(copy, tmp_path / "less.zip", lambda n, data: None if n == name else data)
    assert command.json("restore", bad, "--into", tmp_path / "again")["bad"] == name
    more = tmp_path / "more.zip"
    shutil.copy(copy, more)
    with zipfile.ZipFile(more, "a") as archive:
        archive.writestr("../outside.txt", "x")
    assert command.json("restore", more, "--into", tmp_path / "again")["bad"] == "../outside.txt"
    assert not (tmp_path / "outside.txt").exists()


def test_flipped_byte_anywhere_is_found(copy, tmp_path, new_database):
    data = bytearray(copy.read_bytes())
    data[len(data) // 3] ^= 0xFF
    bad = tmp_path / "bad.zip"
    bad.write_bytes(bytes(data))
    done = Qunwen(tmp_path / "cwd", new_database())("restore", bad, "--into", tmp_path / "again")
    assert done.returncode == 1
    assert "已损坏" in done.stderr
    assert not (tmp_path / "again").exists()


def test_folder_with_data_is_never_overwritten(copy, tmp_path, new_database):
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "mine.txt").write_text("mine")
    done = Qunwen(tmp_path / "cwd", new_database())("restore", copy, "--into", tmp_path / "again")
    assert (done.returncode, "不是空文件夹" in done.stderr) == (2, True)
    assert (tmp_path / "again" / "mine.txt").read_text() == "mine"


def test_table_that_differs_after_restoring_is_named_and_taken_back(copy, tmp_path, new_database):
    """As when somebody edits the database inside the copy and mends the file's digest: the table's digest tells."""

    def forge(name, data):
        if name != "manifest.json":
            return data
        manifest = json.loads(data)
        manifest["tables"]["places_place"]["sha256"] = "0" * 64
        return json.dumps(manifest).encode()

    bad = rewritten(copy, tmp_path / "bad.zip", forge)
    command = Qunwen(tmp_path / "cwd", new_database())
    facts = command.json("restore", bad, "--into", tmp_path / "again")
    assert (facts["ok"], facts["bad"]) == (False, "places_place")
    assert not (tmp_path / "again").exists()
    assert command.json("restore", copy, "--into", tmp_path / "again")["ok"]


def test_file_that_is_no_backup_is_refused(tmp_path, new_database):
    (tmp_path / "x.zip").write_text("no zip")
    done = Qunwen(tmp_path / "cwd", new_database())("restore", tmp_path / "x.zip", "--into", tmp_path / "again")
    assert (done.returncode, "不是群文的备份文件" in done.stderr) == (1, True)
