"""`qunwen init` for the counties of the specification, against counts from the source."""

import pytest

from qunwen.faces.command import ready_schema


@pytest.mark.parametrize(
    ("said", "code", "name", "towns", "villages"),
    [
        ("龙泉驿", "510112", "龙泉驿区", 10, 124),
        ("陇县", "610327", "陇县", 10, 109),
        ("东莞", "441900", "东莞市", 36, 609),
        ("469001", "469001", "五指山市", 8, 64),
        ("150602000000", "150602", "东胜区", 16, 109),
    ],
)
def test_county_is_set_up_by_its_name(qunwen, said, code, name, towns, villages):
    facts = qunwen.json("init", "--county", said)
    found = {key: facts[key] for key in ("ok", "code", "name", "towns", "villages")}
    assert found == {"ok": True, "code": code, "name": name, "towns": towns, "villages": villages}
    assert facts["seconds"] > 0


def test_second_run_changes_nothing(county):
    facts = county.json("init", "--county", "350527")
    assert (facts["added"], facts["migrations"], facts["towns"]) == (0, 0, 1)


def test_several_matches_are_listed_with_their_parents(qunwen):
    done = qunwen("init", "--county", "朝阳区")
    told = "“朝阳区”有 2 个，请改用代码：110105 北京市 市辖区 朝阳区；220104 吉林省 长春市 朝阳区"
    assert (done.returncode, done.stderr.strip()) == (2, told)
    assert [match["code"] for match in qunwen.json("init", "--county", "朝阳区")["matches"]] == ["110105", "220104"]
    assert not qunwen.home.exists()


@pytest.mark.parametrize(
    ("said", "hint"),
    [("成都", "“成都市”是市级，请用 --city"), ("大面街道", "属于 四川省 成都市 龙泉驿区（510112）")],
)
def test_name_of_another_level_gets_a_hint(qunwen, said, hint):
    done = qunwen("init", "--county", said)
    assert (done.returncode, hint in done.stderr) == (2, True)


def test_ready_schema_is_what_the_migrations_make():
    """The files in schema/ are made anew (tools/build_schema.py) whenever a migration is added or changed."""
    for vendor in ("sqlite", "postgresql"):
        contained, sql = ready_schema.shipped(vendor)
        assert contained == ready_schema.digests(), f"{vendor}: run tools/build_schema.py"
        assert "CREATE TABLE" in sql


def test_changed_migration_makes_the_ready_schema_unfit():
    contained, _sql = ready_schema.shipped("sqlite")
    assert not ready_schema.fits({**contained, "places.0001_initial": "another"})
    assert not ready_schema.fits({**contained, "places.9999_gone": "x"})
