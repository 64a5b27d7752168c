"""`qunwen draw verify`: agrees with the script, names the changed application, and says clearly what it cannot read."""

from __future__ import annotations

import copy
import json

import pytest

from qunwen.faces.command.main import main

from .lists import decided, written


def test_command_says_that_a_published_file_holds(tmp_path, capsys):
    file = decided(7)
    assert main(["draw", "verify", str(written(tmp_path, file)), "--hash", file["list_hash"]]) == 0
    assert capsys.readouterr().out.startswith("一致：")


def test_command_names_the_changed_application(tmp_path, capsys):
    right = decided(7)
    changed = copy.deepcopy(right)
    changed["applications"][0]["credit"] += 1
    frozen = written(tmp_path, right, "list.json")
    assert main(["draw", "verify", str(written(tmp_path, changed)), "--list", str(frozen), "--json"]) == 1
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["ok"] is False
    assert changed["applications"][0]["id"] in said["problems"][0]


@pytest.mark.parametrize(("name", "text"), [("none.json", None), ("words.json", "abc"), ("bytes.json", "\udcff")])
def test_unreadable_file_gives_one_line(tmp_path, capsys, name, text):
    path = tmp_path / name
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["draw", "verify", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
