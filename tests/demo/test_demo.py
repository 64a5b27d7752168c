"""The demonstration county: it is whole, believable, marked, and nowhere in the way of a real one."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from qunwen.base.evidence.demo_drawing import SCENES, draw
from qunwen.base.journal.demo import NotADemonstration, as_it_happened, write_history
from qunwen.base.places.demo import Chance
from qunwen.base.reviews.demo_hours import awake, last_awake, last_office, next_office
from qunwen.base.scope.clock import SHANGHAI
from qunwen.config.environment import mark_demonstration
from tests.command.conftest import Qunwen, _new_database

# The commands below speak to a database of their own, so this runs again on PostgreSQL. One worker builds it once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]

NOON = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """A command whose folder holds what a killed building leaves: the mark, the note, tables of some sort."""
    command = Qunwen(tmp_path_factory.mktemp("demo") / "home", _new_database())
    mark_demonstration(command.home)
    if command.url:
        import psycopg

        base = command.url.partition("?")[0]
        where = base.rpartition("@")[2]
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute("CREATE TABLE half_done (id int)")
    else:
        where = "sqlite"
        with contextlib.closing(sqlite3.connect(command.home / "qunwen.sqlite3")) as connection:
            connection.execute("CREATE TABLE half_done (id int)")
    (command.home / "demo.json").write_text(json.dumps({"state": "building", "database": where}), encoding="utf-8")
    return command


@pytest.fixture(scope="module")
def built(command):
    """The run of the command that builds the small demonstration."""
    return command("demo", "--small", "--no-serve", "--json")


@pytest.fixture(scope="module")
def facts(built):
    """What building the small demonstration said."""
    assert built.stdout.strip(), built.stderr
    told = json.loads(built.stdout.strip().splitlines()[-1])
    print(f"small demonstration: {told.get('seconds')} s, steps {told.get('step_seconds')}")
    assert told.get("ok"), told
    return told


@pytest.fixture(scope="module")
def found(command, facts):
    """What lies in its database."""
    script = Path(__file__).parent / "look.py"
    done = subprocess.run(
        [sys.executable, str(script)],
        env=command.environment(QUNWEN_ENV="demo"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_small_demo_has_the_whole_county_and_a_tenth_of_its_life(facts):
    assert (facts["code"], facts["towns"], facts["villages"], facts["users"]) == ("510112", 10, 124, 14)
    assert 480 <= facts["activities"] <= 840
    assert 22_000 <= facts["attendances"] <= 45_000


def test_every_village_has_something_or_is_missing_on_purpose(facts, found):
    assert found["silent"] == facts["silent"]
    assert len(facts["silent"]) == 2


def test_counters_equal_their_rows_and_nobody_is_there_twice(found):
    assert (found["drifts"], found["twice"], found["bad_codes"]) == ([], 0, 0)


def test_attendances_are_check_ins_and_headcounts(facts, found):
    assert found["crowd"] + found["came"] == facts["attendances"]


def test_journal_is_sealed_and_whole_and_every_month_is_counted(facts, found):
    assert (found["journal_ok"], found["unsealed"], found["touches"]) == (True, 0, 0)
    # Figures look back further than the activities go, so earlier months are counted as well.
    assert found["partitions"] >= facts["months"]


def test_broken_off_building_is_told_and_begun_anew(command, built, facts):
    told = [line for line in built.stderr.splitlines() if "没有建完" in line]
    assert told == [f"{command.home} 里的示范县上次没有建完，这次清空后重新建。"]
    assert facts["built_now"] is True


def test_nothing_happened_after_the_building(found):
    assert found["moments"]["future"] == []


def test_offices_decide_in_office_hours_and_people_act_while_they_are_awake(found):
    moments = found["moments"]
    assert (moments["idle"], moments["asleep"]) == ([], [])
    assert moments["seen"] == moments["asked"]


def test_every_activity_has_its_history_up_to_its_state(facts, found):
    histories = found["histories"]
    assert (histories["wrong"], histories["recorded_before_it_happened"]) == ([], 0)
    assert facts["history"] > 5 * facts["activities"]


def test_history_of_a_verified_activity_is_what_its_actions_record(found):
    out = "reviews.item.submitted activities.activity.submitted reviews.item.approved_step reviews.item.approved"
    proof = "reviews.item.submitted activities.activity.reported reviews.item.approved activities.activity.verified"
    whole = f"activities.activity.planned {out} activities.activity.approved activities.activity.published {proof}"
    assert found["histories"]["plain"] == [whole]


def test_people_make_mistakes(found):
    assert {what: number > 0 for what, number in found["mistakes"].items()} == {
        "corrected": True, "sent_back": True, "same_photo_again": True, "without_photo": True,
    }  # fmt: skip


def test_shown_resident_has_tickets_past_and_coming_and_stands_in_line(facts, found):
    today = facts["today"]
    assert (today["family_confirmed"], today["family_waiting"]) == (2, 1)
    assert {"attended", "confirmed", "waiting"} <= set(found["family"]["states"])
    assert (found["family"]["children"], found["family"]["elders"]) == (1, 1)


def test_reviews_stand_in_every_state(facts, found):
    assert found["review_states"] == ["approved", "returned", "waiting"]
    assert {"records_waiting", "returned"} <= set(facts["asked"])


def test_life_has_its_accidents(found):
    assert {"cancelled", "held", "planned", "published", "sent_back", "verified"} <= set(found["activity_states"])
    assert {"absent", "attended", "cancelled", "confirmed", "waiting"} <= set(found["booking_states"])
    assert (found["late"] > 0, found["future_held"]) == (True, 0)


def test_venues_lie_in_the_county(found):
    box = found["box"]
    assert box["south"] >= 30.46
    assert box["north"] <= 30.72
    assert box["west"] >= 104.14
    assert box["east"] <= 104.44


def test_photos_are_kept_and_look_different(facts, found):
    assert (found["photos"], found["broken_files"]) == (facts["photos"], [])
    assert found["distinct_hashes"] >= 0.95 * found["photos"]


def test_populations_of_villages_add_up_to_the_county(found):
    assert found["populations_add_up"] is True


def test_every_role_has_an_account_that_the_login_page_shows(found):
    from qunwen.base.people.roles import SHIPPED

    assert found["roles"] == sorted(role.code for role in SHIPPED)
    assert (found["passwords"], found["login_page"], found["demo_resident"]) == (True, True, 1)


def test_pages_say_that_it_is_a_demonstration(found):
    assert found["portal"] >= 1
    assert found["desk_without_banner"] == []


def test_doctor_finds_nothing_wrong(command, facts):
    told = command.json("doctor", QUNWEN_ENV="demo")
    wrong = [one for one in told["findings"] if one["state"] == "wrong"]
    assert (told["ok"], wrong) == (True, [])


def test_second_run_says_that_it_is_built_and_changes_nothing(command, facts):
    again = command.json("demo", "--no-serve")
    assert (again["built_now"], again["activities"]) == (False, facts["activities"])


def test_fresh_without_a_yes_changes_nothing(command, facts):
    done = command("demo", "--fresh", "--no-serve")
    assert (done.returncode, "--yes" in done.stderr) == (2, True)
    assert command.json("demo", "--no-serve")["activities"] == facts["activities"]


def test_production_refuses_the_demonstration(command, facts):
    serve = command("serve", QUNWEN_ENV="production")
    assert (serve.returncode, "示范县" in serve.stderr) == (1, True)
    settings = command("doctor", QUNWEN_ENV="production", DJANGO_SETTINGS_MODULE="qunwen.config.settings.demo")
    assert settings.returncode == 1
    demo = command("demo", "--no-serve", QUNWEN_ENV="production")
    assert (demo.returncode, "production" in demo.stderr) == (2, True)


def test_folder_of_a_real_county_is_left_alone(tmp_path):
    home = tmp_path / "real"
    home.mkdir()
    (home / "qunwen.sqlite3").write_bytes(b"precious")
    done = Qunwen(home)("demo", "--small", "--no-serve", "--fresh", "--yes")
    assert (done.returncode, "不是示范县" in done.stderr) == (2, True)
    assert [path.name for path in home.iterdir()] == ["qunwen.sqlite3"]
    assert (home / "qunwen.sqlite3").read_bytes() == b"precious"


@pytest.mark.parametrize("scene", SCENES)
def test_drawing_is_the_same_for_the_same_chance(scene):
    first, again, other = (draw("510112001", scene, Chance(seed)) for seed in ("a", "a", "b"))
    assert first == again
    assert first != other


def test_ids_are_version_7_of_their_moment():
    chance = Chance(1)
    made = [chance.id(NOON) for _one in range(100)]
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert {one.int >> 80 for one in made} == {int(NOON.timestamp() * 1000)}
    assert len(set(made)) == 100


def test_history_is_made_up_in_a_demonstration_only():
    with pytest.raises(NotADemonstration):
        write_history(past=[], identify=Chance(1).id)
    with pytest.raises(NotADemonstration), as_it_happened():
        pass


@pytest.mark.parametrize(
    ("said", "before", "after"),
    [
        ((2026, 3, 16, 10, 0), (2026, 3, 16, "morning"), (2026, 3, 16, "morning")),
        ((2026, 3, 16, 4, 17), (2026, 3, 13, "afternoon"), (2026, 3, 16, "morning")),
        ((2026, 3, 16, 12, 30), (2026, 3, 16, "morning"), (2026, 3, 16, "afternoon")),
        ((2026, 3, 13, 20, 0), (2026, 3, 13, "afternoon"), (2026, 3, 16, "morning")),
        ((2026, 10, 3, 11, 0), (2026, 9, 30, "afternoon"), (2026, 10, 8, "morning")),
    ],
)
def test_office_hours_are_those_of_the_national_calendar(said, before, after):
    at = dt.datetime(*said, tzinfo=SHANGHAI)
    chance = Chance(3)
    earlier, later = last_office(at, chance), next_office(at, chance)
    assert (_half_day(earlier), _half_day(later)) == (before, after)
    assert earlier <= at <= later


def _half_day(moment):
    here = moment.astimezone(SHANGHAI)
    minute = here.hour * 60 + here.minute
    half = {540 <= minute < 720: "morning", 810 <= minute < 1050: "afternoon"}.get(True, "closed")
    return here.year, here.month, here.day, half


def test_residents_sleep_at_night():
    night = dt.datetime(2026, 3, 16, 4, 17, tzinfo=SHANGHAI)
    evening = last_awake(night, Chance(3))
    assert (awake(night), awake(evening), evening.astimezone(SHANGHAI).date()) == (False, True, dt.date(2026, 3, 15))
