"""The second wall: on PostgreSQL another county's personal rows are not there, whoever forgot the scope."""

from __future__ import annotations

import os

import pytest
from django.db import connection, transaction

from qunwen.base.people.models import Household, Resident, Staff, Unit
from qunwen.base.scope import checks, context, wall, writing
from qunwen.base.scope.context import Reach
from qunwen.base.scope.tables import FactModel, LocalModel, ReferenceModel

OWN, FOREIGN = "510112", "610327"
RAW = "SELECT name FROM people_resident ORDER BY name"


@pytest.fixture
def residents(places, at):
    """One in each of two counties."""
    with writing.allowed("test"):
        for county, place, name in ((OWN, "510112001001", "甲"), (FOREIGN, "610327100001", "乙")):
            home = Household.unscoped.create(county=county, place_id=place, created_at=at)
            Resident.unscoped.create(county=county, household=home, place_id=place, name=name, registered_at=at)


def raw(sql: str = RAW) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [name for (name,) in cursor.fetchall()]


def behind(*names: str) -> list[str]:
    """What the database shows where these are open: on SQLite there is no wall, and everything comes."""
    return list(names) if connection.vendor == "postgresql" else ["乙", "甲"]


def staff(prefix: str):
    return context.opened(context.staff({"people.resident_view": (Reach(prefix),)}))


def test_raw_sql_of_a_county_gives_nothing_of_another(residents):
    with staff(OWN):
        assert raw() == behind("甲")
    with staff("510112001"):
        assert raw() == behind("甲")
    with staff("6103"):
        assert raw() == behind("乙")
    with staff(""):
        assert raw() == ["乙", "甲"]


def test_a_forgotten_unscoped_gives_nothing_of_another_county(residents):
    with staff(OWN):
        assert [row.name for row in Resident.unscoped.order_by("name")] == behind("甲")
        assert [row.name for row in Resident.unscoped.order_by("name").iterator()] == behind("甲")
        assert Resident.unscoped.count() == len(behind("甲"))


def test_the_public_and_nobody_see_no_personal_row(residents, monkeypatch):
    monkeypatch.setattr(context, "NOWHERE", frozenset())
    assert raw() == behind()
    with context.opened(context.PUBLIC):
        assert raw() == behind()
    with context.opened(context.resident(frozenset(), county=FOREIGN)):
        assert raw() == behind("乙")


def test_a_crossing_opens_one_county_and_closes_again(residents):
    with staff(OWN):
        with context.crossing("610327100", reason="test"):
            assert raw() == ["乙", "甲"]
        assert raw() == behind("甲")
    with pytest.raises(ValueError, match="reason"), context.crossing(OWN, reason=""):
        pass


def test_rows_of_another_county_are_neither_changed_nor_deleted(residents):
    with staff(OWN), connection.cursor() as cursor:
        cursor.execute("UPDATE people_resident SET name = '丙'")
        assert cursor.rowcount == len(behind("甲"))


def test_a_savepoint_rolled_back_leaves_the_wall_as_it_is_now(residents):
    with staff(OWN):
        point = transaction.savepoint()
        with context.everything(reason="test"):
            assert raw() == ["乙", "甲"]
        transaction.savepoint_rollback(point)
        assert raw() == behind("甲")
        with transaction.atomic():
            assert raw() == behind("甲")


# On SQLite nothing is sent that could stay, so it needs no transactions of its own.
@pytest.mark.django_db(transaction=os.environ.get("DATABASE_URL", "").startswith("postgres"))
def test_nothing_stays_on_the_connection(residents, monkeypatch):
    with staff(OWN):
        assert raw() == behind("甲")
        assert [row.name for row in Resident.unscoped.order_by("name").iterator()] == behind("甲")
        with transaction.atomic():
            assert raw() == behind("甲")
        if connection.vendor == "postgresql":
            assert raw("SELECT COALESCE(current_setting('qunwen.wall', true), '')") == [""]
    monkeypatch.setattr(context, "NOWHERE", frozenset())
    assert raw() == behind()


def test_staff_of_superior_places_are_seen_and_of_other_counties_not(places, at):
    with writing.allowed("test"):
        for place, name in (("51", "省"), ("5101", "市"), (OWN, "县"), (FOREIGN, "外县")):
            unit = Unit.unscoped.create(name=f"{name}馆", kind="station", place_id=place)
            Staff.unscoped.create(name=name, place_id=place, unit=unit)
    with staff(OWN):
        seen = set(raw("SELECT name FROM people_staff"))
    assert seen == ({"省", "市", "县"} if connection.vendor == "postgresql" else {"省", "市", "县", "外县"})


@pytest.mark.django_db
def test_every_personal_table_of_a_county_or_place_has_its_policy():
    personal = [m for m in checks.own_models() if m.personal and issubclass(m, FactModel | ReferenceModel)]
    # Shown to everybody by their own declaration: the contact of a venue, an art school and a school; who teaches a class;
    # an after-school activity (and who reviewed its content); a formula and who put it in force.
    shown = {
        "venues.Venue", "indicators.DefinitionVersion", "school.School", "school.Teacher", "afterschool.School",
        "afterschool.Activity",
    }  # fmt: skip
    assert {m._meta.label for m in personal} - {m._meta.label for m in wall.walled()} == shown
    assert [message for m in personal for message in checks.check_model(m)] == []
    # Accounts, queues and kept answers belong to no county.
    assert [m for m in wall.walled() if issubclass(m, LocalModel)] == []
    assert (wall.missing(connection), wall.bypassed(connection)) == ([], False)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
            assert {name for (name,) in cursor.fetchall()} == set(wall.tables())


@pytest.mark.django_db
def test_a_policy_taken_down_is_missed_and_put_up_again():
    first = list(wall.tables())[:1] if connection.vendor == "postgresql" else []
    for table in first:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP POLICY wall ON {table}")
    assert wall.missing(connection) == first
    assert wall.raise_walls(connection) == first
    assert wall.missing(connection) == []


def test_a_setting_holds_codes_only():
    with context.opened(context.resident(frozenset(), county="1' OR '1")), pytest.raises(ValueError, match="区划代码"):
        wall.setting()
    with staff("510112001"), context.crossing("61", reason="test"):
        assert wall.setting() == ",510112,61,"
