"""The published script, by itself: agrees on a thousand random draws and finds one changed applicant."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys

import pytest

from .lists import SCRIPT, decided, plainly, random_file, script, written

CHECKED = 1000


@pytest.fixture(scope="module")
def program():
    return script()


def test_script_agrees_on_a_thousand_random_draws(program):
    differing = [n for n in range(CHECKED) if program["results_of"](random_file(n)) != plainly(random_file(n))]
    assert differing == []


def test_script_uses_the_standard_library_only():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names == {"__future__", "hashlib", "json", "math", "sys", "typing", "unicodedata"}


def test_script_knows_no_fractional_number():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    assert [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, float)] == []
    assert [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Div)] == []


CHANGES = {
    "wishes": lambda one: one["wishes"].reverse() if len(one["wishes"]) > 1 else one["wishes"].clear(),
    "groups": lambda one: one["groups"].append("low_income"),
    "village": lambda one: one.update(village="510112999001"),
    "credit": lambda one: one.update(credit=one["credit"] + 1),
    "share": lambda one: one.update(n=one["n"] + 1),
    "id": lambda one: one.update(id=one["id"][:-1] + ("0" if one["id"][-1] != "0" else "1")),
}


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("change", CHANGES)
def test_one_changed_applicant_is_found_and_named(program, change, number):
    file = decided(number)
    one = file["applications"][number % len(file["applications"])]
    CHANGES[change](one)
    problems = program["check"](file)
    assert problems[0] == f"申请 {one['id']} 的内容与它的指纹不符：被改动过"


@pytest.mark.parametrize("change", CHANGES)
def test_change_with_every_fingerprint_made_anew_is_found_against_hash_and_frozen_list(program, change):
    file = decided(5)
    frozen = copy.deepcopy(file)
    one = file["applications"][1]
    CHANGES[change](one)
    one["leaf"] = program["leaf_of"](one)
    file["list_hash"] = program["list_hash"](file)
    file["results"] = program["results_of"](file)
    assert "文件所写的摘要与抽签前公布的摘要不符" in program["check"](file, frozen["list_hash"])
    named = [line for line in program["check"](file, "", frozen) if one["id"] in line]
    assert len(named) == 1


def test_applicant_left_out_or_put_in_is_found(program):
    file = decided(5)
    gone = copy.deepcopy(file)
    removed = gone["applications"].pop(1)
    assert f"结果里的 {removed['id']} 不在名单里" in program["check"](gone)
    assert f"申请 {removed['id']} 从抽签前公布的名单里消失了" in program["check"](gone, "", file)
    assert f"申请 {removed['id']} 不在抽签前公布的名单里" in program["check"](file, "", gone)


def test_changed_result_is_found_with_what_it_should_be(program):
    file = decided(3)
    row = next(row for row in file["results"] if row["option"])
    row["option"], row["by"] = "", ""
    problems = program["check"](file)
    assert len(problems) == 1
    assert problems[0].startswith(
        f"申请 {row['id']} 公布为第 {row['rank']} 号、未中签，重算为第 {row['rank']} 号、得到"
    )


def test_other_seed_is_found(program):
    file = decided(3)
    file["seed"] = "654321" if file["seed"] != "654321" else "123456"
    assert any("重算为" in line for line in program["check"](file))
    assert program["check"]({**file, "seed": "12 34 56"}) == ["种子的写法与规则不符"]
    assert program["check"]({**file, "seed": "12345"}) == ["种子应为 6 位，现在是 5 位"]


def test_list_before_the_draw_is_checked_as_a_list(program):
    file = decided(2)
    del file["seed"], file["results"]
    assert program["check"](file, file["list_hash"]) == []


@pytest.mark.parametrize("broken", [{}, [], {"format": "else"}, {"format": "qunwen-draw/1", "options": 3}, None])
def test_what_is_no_such_file_is_said_in_one_line(program, broken):
    assert program["check"](broken) == ["这不是摇号结果文件，或者文件不完整"]


def test_script_runs_by_itself_without_the_house(tmp_path):
    path = tmp_path / "verify_draw.py"
    path.write_bytes(SCRIPT.read_bytes())
    good = written(tmp_path, decided(7))
    bad_file = decided(7)
    bad_file["applications"][0]["credit"] += 1
    bad = written(tmp_path, bad_file, "bad.json")
    run = [sys.executable, "-I", "-S", str(path)]
    fine = subprocess.run([*run, str(good)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (fine.returncode, fine.stdout[:3]) == (0, "一致：")
    wrong = subprocess.run([*run, str(bad), "--json"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (wrong.returncode, json.loads(wrong.stdout)["ok"]) == (1, False)
    frozen = subprocess.run(
        [*run, str(bad), "--list", str(good), "--hash", "0" * 64], capture_output=True, text=True, check=False
    )
    assert bad_file["applications"][0]["id"] in frozen.stdout
    assert [subprocess.run([*run, *more], capture_output=True, check=False).returncode for more in ([], ["none"])] == [
        2,
        2,
    ]
