"""`qunwen indicators check` as people run it: no database, one line for a mistake."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from qunwen.faces.command import indicators
from qunwen.faces.command.telling import Stop
from qunwen.governance.indicators import catalogue

pytestmark = pytest.mark.once

GOOD = """
[[indicator]]
code = "activities.twice"
title = "两倍场次"
en = "Twice"
unit = "场"
group = "activities"
formula = "activities.held * 2"
source = { doc = "某县口径", certainty = "S2" }
"""


def check(capsys, *files, as_json=False):
    code = indicators.run(SimpleNamespace(what="check", files=[str(f) for f in files], json=as_json))
    told = capsys.readouterr()
    return code, told.out, told.err


def test_every_shipped_definition_is_listed_with_source_and_certainty(capsys):
    code, out, err = check(capsys, as_json=True)
    plain = json.loads(out)
    assert (code, plain["ok"]) == (0, True)
    assert sum(plain["counts"].values()) == len(plain["definitions"])
    assert plain["counts"]["indicator"] >= 120
    assert [d["code"] for d in plain["definitions"] if not d["source"]["doc"] or not d["source"]["certainty"]] == []
    assert [d["code"] for d in plain["definitions"] if len(d["sha256"]) != 64] == []
    assert "library.books_per_head　人均占有公共藏书　来源：国家公共文化服务体系示范区创建标准" in err


def test_given_file_is_checked_beside_the_shipped_ones(capsys, tmp_path):
    (tmp_path / "own.toml").write_text(GOOD, encoding="utf-8")
    code, out, _err = check(capsys, tmp_path / "own.toml")
    assert code == 0
    assert out.splitlines() == [
        "指标 1 条",
        "  activities.twice　两倍场次　来源：某县口径（有转载或地方文件）",
        "共 1 条定义，全部可用。",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("activities.held * 2", "activities.held + population.residents", "own.toml：第 8 行：activities.twice：第 19 个字：单位不同：前面是“场”，这里是“人”，不能相加减或比较。"),
        ("activities.held * 2", "activities.held(kind='opera')", "own.toml：第 8 行：activities.twice：第 22 个字：“kind”没有“opera”这个取值"),
        ("activities.twice", "activities.held_total", "own.toml：第 3 行：activities.held_total：代码重复"),
    ],
)  # fmt: skip
def test_broken_file_is_refused_on_one_line(capsys, tmp_path, old, new, told):
    (tmp_path / "own.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    code, out, _err = check(capsys, tmp_path / "own.toml")
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith(told)


def test_broken_file_is_told_to_programs(capsys, tmp_path):
    (tmp_path / "own.toml").write_text(GOOD.replace('"场"', '"斗"'), encoding="utf-8")
    code, out, _err = check(capsys, tmp_path / "own.toml", as_json=True)
    assert (code, json.loads(out)) == (
        1,
        {
            "ok": False,
            "problem": {"file": "own.toml", "line": 6, "code": "activities.twice", "reason": "不认识的单位“斗”。"},
        },
    )


def test_file_that_is_not_there_or_no_text_is_a_usage_error(capsys, tmp_path):
    with pytest.raises(Stop, match="没有") as caught:
        check(capsys, tmp_path / "none.toml")
    assert caught.value.code == 2
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Stop, match="UTF-8"):
        check(capsys, tmp_path / "bytes.toml")


def test_other_areas_announce_their_definitions_and_read_their_own_files(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "_announced", {})
    one = catalogue.Described("rule", "x.y", "规则", "r.toml", 3, "0" * 64, catalogue.HOUSE, enabled=False)
    read = []
    catalogue.register("rule", lambda: [one], heads=["rule"], read=lambda path: read.append(path.name) or [one])
    assert one in catalogue.described()
    (tmp_path / "r.toml").write_text("[[rule]]\n", encoding="utf-8")
    code, out, _err = check(capsys, tmp_path / "r.toml")
    assert (code, read) == (0, ["r.toml"])
    assert "x.y　规则　来源：群文指标口径（本系统口径）　停用" in out


def test_element_that_nothing_names_is_refused_unless_another_area_uses_it(capsys, monkeypatch):
    made = catalogue.shipped()
    lonely = replace(made.elements["library.holdings"], code="library.lonely", measure="library.holdings", line=77)
    spoilt = catalogue.Catalogue({**made.elements, "library.lonely": lonely}, made.versions)
    monkeypatch.setattr(catalogue, "shipped", lambda: spoilt)
    code, out, _err = check(capsys)
    assert (code, out) == (
        1, "elements_returns.toml：第 77 行：library.lonely：没有一个指标、标准或评分用到这个数据项\n",
    )  # fmt: skip
    user = catalogue.Described("rule", "x.y", "规则", "r.toml", 3, "0" * 64, catalogue.HOUSE, uses=("library.lonely",))
    monkeypatch.setattr(catalogue, "_announced", {})
    catalogue.register("rule", lambda: [user])
    assert check(capsys)[0] == 0
