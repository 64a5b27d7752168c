"""A thousand random draws: platform, `qunwen draw verify` and the script as a program of its own agree; one change is found.

The thousand are decided by the function that lots are drawn with (`kernel.results_of`), without a database; some more go
through every action of the platform on a real one.
"""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from argparse import ArgumentParser

import pytest

from qunwen.faces.command import draw as command
from qunwen.services.draws import actions, kernel, published
from qunwen.services.draws.drafts import Rules

from .conftest import EAST, NORTH
from .lists import SCRIPT, plainly, random_file, written

DRAWS = 1000
ALONE = """
import contextlib, io, json, runpy, sys
main, answers = runpy.run_path(sys.argv[1], run_name="verify_draw")["main"], []
for path in sys.stdin.read().split():
    with contextlib.redirect_stdout(io.StringIO()) as words:
        code = main([path, "--json"])
    answers.append([code, json.loads(words.getvalue())["problems"]])
print(json.dumps(answers))
"""


def by_script(paths):
    """What the script answers about every file, in one process that has nothing of the house: code and problems."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, str(SCRIPT)], input="\n".join(map(str, paths)),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def by_command(paths, capsys):
    """The same from `qunwen draw verify FILE --json`."""
    parser, answers = ArgumentParser(), []
    command.arguments(parser)
    for path in paths:
        code = command.run(parser.parse_args(["verify", str(path), "--json"]))
        answers.append([code, json.loads(capsys.readouterr().out.splitlines()[-1])["problems"]])
    return answers


def with_one_changed(file, number):
    """The file with one applicant's wishes, group, bad luck, share, earlier win or village changed; and whose."""
    changed, dice = copy.deepcopy(file), random.Random(number)
    one = dice.choice(changed["applications"])
    name = dice.choice(["wishes", "groups", "credit", "n", "won", "village"])
    if name == "wishes":
        one["wishes"] = one["wishes"][::-1] if len(one["wishes"]) > 1 else []
    elif name == "groups":
        one["groups"] = [*one["groups"], "zz"]
    elif name == "village":
        one["village"] += "0"
    else:
        one[name] += 1
    return changed, one["id"]


def test_command_and_script_agree_with_the_platform_on_a_thousand_draws_and_find_one_changed_applicant(
    tmp_path, capsys
):
    right, wrong, whose = [], [], []
    for number in range(DRAWS):
        file = random_file(number)
        file["results"] = kernel.results_of(file)
        assert file["results"] == plainly(file)
        changed, key = with_one_changed(file, number)
        right.append(written(tmp_path, file, f"{number}.json"))
        wrong.append(written(tmp_path, changed, f"{number}-changed.json"))
        whose.append(key)
    said = by_script([*right, *wrong])
    assert by_command([*right, *wrong], capsys) == said
    assert said[:DRAWS] == [[0, []]] * DRAWS
    assert [[code, problems[0]] for code, problems in said[DRAWS:]] == [
        [1, f"申请 {key} 的内容与它的指纹不符：被改动过"] for key in whose
    ]


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("number", range(4))
def test_draw_held_on_the_database_is_recomputed_and_a_change_is_found(office, tmp_path, capsys, number):
    dice = random.Random(number)
    drafts = [
        office.course("书法", 2, kept={"disabled": 1}),
        office.course("合唱", dice.randint(2, 3), floors={NORTH: 1}),
        office.course("国画", 1),
    ]
    told = Rules(luck=bool(number & 1), first_timers=bool(number & 2), share=False)
    office.notice(*drafts, rules=told)
    for _n in range(9):
        office.apply(
            office.resident(village=dice.choice([EAST, NORTH])), wishes=dice.sample([1, 2, 3], dice.randint(1, 3)),
            groups=dice.choice([(), ("disabled",)]), channel=dice.choice(["app", "paper", "phone", "worker"]),
        )  # fmt: skip
    frozen = office.freeze().list_hash
    office.carry_out_frozen(seed=" ".join(f"{dice.randrange(1, 17):02}" for _n in range(7)))
    office.do(actions.publish, after=3)
    file = json.loads(published.text_of(published.file_of(office.fresh())))
    changed, key = with_one_changed(file, number)
    paths = [written(tmp_path, file), written(tmp_path, changed, "changed.json")]
    said = by_script(paths)
    assert by_command(paths, capsys) == said
    assert (file["list_hash"], len(file["results"]), said[0]) == (frozen, 9, [0, []])
    assert (said[1][0], said[1][1][0]) == (1, f"申请 {key} 的内容与它的指纹不符：被改动过")
    assert file["results"] == plainly(file)
