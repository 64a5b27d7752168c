"""The doctor finds what was broken and says how to mend it."""

from .conftest import Qunwen


def findings(command, *words, **more):
    return {one["code"]: one for one in command.json("doctor", *words, **more)["findings"]}


def test_healthy_county_has_nothing_wrong(county):
    found = findings(county)
    assert [one for one in found.values() if one["state"] == "wrong"] == []
    assert {"python", "home", "disk", "keys", "clock", "database", "migrations", "divisions", "journal_chain"} <= set(
        found
    )
    assert county("doctor").returncode == 0


def test_empty_installation_is_told_to_init(qunwen):
    found = findings(qunwen)
    assert found["migrations"]["state"] == "wrong"
    assert "qunwen init" in found["migrations"]["mend"]
    assert qunwen("doctor").returncode == 1


def test_readable_keys_are_wrong(county):
    key = county.home / "keys" / "django.key"
    key.chmod(0o644)
    try:
        found = findings(county, "--quick")
    finally:
        key.chmod(0o600)
    assert (found["keys"]["state"], "keys/django.key" in found["keys"]["told"]) == ("wrong", True)
    assert found["keys"]["mend"].startswith("chmod")


def test_dropped_trigger_is_wrong(county):
    drop = "from django.db import connection; from qunwen.base.journal import append_only as a; "
    for action, state in (("a.lift(connection)", "wrong"), ("a.install(connection)", "good")):
        assert county("manage", "shell", "--no-imports", "-c", drop + action).returncode == 0
        assert findings(county, "--quick")["journal_triggers"]["state"] == state


def test_every_wrong_finding_says_how_to_mend(qunwen):
    for one in findings(Qunwen(qunwen.home, "postgresql://nobody@127.0.0.1:1/x?pool=off&connect_timeout=2")).values():
        assert one["state"] == "good" or one["mend"]
