"""The doctor finds what was broken and says how to mend it."""

from .conftest import Qunwen


def findings(command, *words, **more):
    return {one["code"]: one for one in command.json("doctor", *words, **more)["findings"]}


def test_healthy_county_has_nothing_wrong(county):
    found = findings(county)
    assert [one for one in found.values() if one["state"] == "wrong"] == []
    assert {
        "python",
        "home",
        "disk",
        "keys",
        "clock",
        "database",
        "migrations",
        "divisions",
        "journal_chain",
        "sealing",
        "figures",
        "messages",
        "reports",
    } <= set(found)
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


def ask(command, words):
    assert command("manage", "shell", "--no-imports", "-c", words).returncode == 0


TOUCHED = """
import datetime as dt, uuid
from qunwen.base.measures.models import MeasureTouch
from qunwen.base.notices.models import OutboxMessage
from qunwen.base.scope import clock, context, writing
with context.everything(reason="test"), writing.allowed("test"):
    old = clock.now() - dt.timedelta(hours=1)
    key = uuid.UUID(int=(int(old.timestamp() * 1000) << 80) | 0x7 << 76 | 0x8 << 60)
    MeasureTouch.unscoped.create(id=key, county="350527", month="2026-03")
    OutboxMessage.unscoped.create(county="350527", key="k", kind="change", phone="13800000001", text="x", queued_at=old, next_at=old)
"""
GONE = """
from qunwen.base.measures.models import MeasureTouch
from qunwen.base.notices.models import OutboxMessage
from qunwen.base.scope import context, writing
with context.everything(reason="test"), writing.allowed("test"):
    MeasureTouch.unscoped.all().delete(); OutboxMessage.unscoped.all().delete()
"""


def test_what_does_not_keep_up_is_noted_and_said_since_when(county):
    ask(county, TOUCHED)
    try:
        found = findings(county, "--quick")
    finally:
        ask(county, GONE)
    assert [(found[code]["state"], "最早" in found[code]["told"]) for code in ("figures", "messages")] == [
        ("note", True)
    ] * 2


def test_a_report_that_was_changed_is_named(county):
    made = county("report", "half-year", "--county", "350527", "--period", "2026H1", "--out", county.home / "out")
    assert made.returncode == 0, made.stderr
    (manifest,) = (county.home / "reports" / "350527").glob("*/manifest.json")
    kept, key = manifest.read_bytes(), county.home / "keys" / "reports.key"
    assert findings(county)["reports"]["state"] == "good"
    manifest.write_bytes(kept + b" ")
    assert ("清单变了" in findings(county)["reports"]["told"], findings(county)["reports"]["state"]) == (True, "wrong")
    manifest.write_bytes(kept)
    key.rename(key.with_suffix(".away"))
    found = findings(county)["reports"]
    key.with_suffix(".away").rename(key)
    assert (found["state"], "reports.key" in found["told"]) == ("wrong", True)
