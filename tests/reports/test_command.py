"""`qunwen report` and `qunwen verify` as people run them."""

import shutil

from tests.command.conftest import Qunwen, _new_database


def test_report_then_verify_without_any_database(tmp_path):
    qunwen = Qunwen(tmp_path / "home", _new_database())
    assert qunwen("init", "--county", "金门县").returncode == 0
    out = tmp_path / "out"
    facts = qunwen.json("report", "half-year", "--county", "350527", "--period", "2025H1", "--out", out)
    assert (facts["ok"], facts["period"], facts["reported"]) == (True, "2025H1", 0)
    elsewhere = Qunwen(tmp_path / "elsewhere", "postgres://nobody@127.0.0.1:1/none")
    checked = elsewhere.json("verify", out)
    assert (checked["ok"], checked["manifest_sha256"]) == (True, facts["manifest_sha256"])
    full = qunwen("report", "half-year", "--county", "350527", "--period", "2025H1", "--out", out)
    assert (full.returncode, "不是空文件夹" in full.stderr) == (2, True)
    wrong = qunwen("report", "half-year", "--county", "350527", "--period", "2025Q1", "--out", tmp_path / "other")
    assert (wrong.returncode, "2026H1" in wrong.stderr) == (2, True)
    shutil.copyfile(out / "places.json", out / "populations.json")
    bad = elsewhere("verify", out)
    assert bad.returncode == 1
    assert "populations.json" in bad.stdout
