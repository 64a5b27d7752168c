"""Whoever changes the database behind the house's back is found, and the entry is named."""

import io
import json
import uuid

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.journal import sealing, verifying
from qunwen.base.journal.models import JournalChain, JournalEntry
from qunwen.base.journal.verifying import Fault

from .conftest import note

ENTRY = "journal_journalentry"
OTHER = {
    "county": "610327", "code": "x.y.z", "actor_kind": "api", "actor_id": uuid.UUID(int=7), "actor_name": "李四",
    "for_id": uuid.UUID(int=8), "for_name": "王五", "place": "51", "subject_type": "a.b", "subject_id": "9",
    "subject_label": "别的", "before": '{"n": 99}', "after": '{"n": 5, "说": "坏"}',
    "happened_at": "2020-01-01 00:00:00+00:00", "recorded_at": "2020-01-01 00:00:00+00:00", "request_id": "r",
    "seal_position": 1003, "seal_previous": "f" * 64, "seal_hash": "e" * 64, "id": uuid.UUID(int=9),
}  # fmt: skip


def stored(value):
    """A UUID as this database keeps it."""
    return value.hex if isinstance(value, uuid.UUID) and connection.vendor == "sqlite" else value


def at_position(county, position):
    return JournalEntry.unscoped.get(county=county, seal_position=position)


def test_a_whole_chain_verifies(chain):
    result = verifying.verify()
    assert (result.ok, result.checked, result.unsealed) == (True, 10, 0)
    assert [c.head for c in result.counties] == list(
        JournalChain.unscoped.order_by("county").values_list("head", flat=True)
    )


def test_the_unsealed_tail_is_counted_and_is_no_fault(chain, places, at):
    note(place=places["510112"], n=1, at=at)
    result = verifying.verify("510112")
    assert (result.ok, result.checked, result.unsealed) == (True, 7, 1)


@pytest.mark.parametrize("column", sorted(OTHER))
def test_one_changed_column_names_exactly_that_entry(chain, tampering, column):
    entry = at_position("510112", 5)
    assert tampering(f"UPDATE {ENTRY} SET {column} = %s WHERE id = %s", stored(OTHER[column]), stored(entry.pk)) == 1
    first = verifying.verify().first
    assert first.position == 5
    assert first.entry_id == str(OTHER["id"] if column == "id" else entry.pk)
    wanted = {"county": Fault.MOVED, "seal_position": Fault.REORDERED}
    assert first.fault is wanted.get(column, Fault.CHANGED)


def test_every_column_is_tried():
    assert set(OTHER) == {f.column for f in JournalEntry._meta.concrete_fields}


def test_a_deleted_entry_in_the_middle_is_missing(chain, tampering):
    tampering(f"DELETE FROM {ENTRY} WHERE county = '510112' AND seal_position = 4")
    assert (verifying.verify().first.position, verifying.verify().first.fault) == (4, Fault.MISSING)


def test_a_deleted_entry_whose_gap_is_closed_is_missing(chain, tampering):
    tampering(f"DELETE FROM {ENTRY} WHERE county = '510112' AND seal_position = 4")
    for position in (5, 6, 7):
        tampering(f"UPDATE {ENTRY} SET seal_position = seal_position - 1 WHERE seal_position = %s", position)
    assert (verifying.verify().first.position, verifying.verify().first.fault) == (4, Fault.MISSING)


def test_a_deleted_last_entry_shortens_the_chain(chain, tampering):
    tampering(f"DELETE FROM {ENTRY} WHERE county = '510112' AND seal_position >= 6")
    assert (verifying.verify().first.position, verifying.verify().first.fault) == (6, Fault.SHORTENED)


def test_an_unsealed_entry_of_old_is_missed(chain, tampering):
    tampering(f"UPDATE {ENTRY} SET seal_position = NULL, seal_previous = '', seal_hash = '' WHERE seal_position = 2")
    assert (verifying.verify().first.position, verifying.verify().first.fault) == (2, Fault.MISSING)


def test_two_swapped_entries_are_found_at_the_first(chain, tampering):
    third, fifth = at_position("510112", 3), at_position("510112", 5)
    tampering(f"UPDATE {ENTRY} SET seal_position = 99 WHERE id = %s", stored(third.pk))
    tampering(f"UPDATE {ENTRY} SET seal_position = 3 WHERE id = %s", stored(fifth.pk))
    tampering(f"UPDATE {ENTRY} SET seal_position = 5 WHERE id = %s", stored(third.pk))
    first = verifying.verify().first
    assert (first.position, first.fault, first.entry_id) == (3, Fault.REORDERED, str(fifth.pk))


def test_a_forged_entry_after_the_last_is_inserted(chain, places, at):
    last = at_position("510112", 7)
    forged = note(place=places["510112"], n=66, at=at)
    seal = sealing.digest(last.seal_hash, forged, 8)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ENTRY} SET seal_position = 8, seal_previous = %s, seal_hash = %s WHERE id = %s",
            [last.seal_hash, seal, stored(forged.pk)],
        )
    first = verifying.verify().first
    assert (first.position, first.fault, first.entry_id) == (8, Fault.INSERTED, str(forged.pk))


def test_a_forged_entry_in_the_middle_is_inserted(chain, places, at, tampering):
    before = at_position("510112", 3)
    forged = note(place=places["510112"], n=66, at=at)
    for position in (7, 6, 5, 4):
        tampering(
            f"UPDATE {ENTRY} SET seal_position = %s WHERE county = '510112' AND seal_position = %s",
            position + 1, position,
        )  # fmt: skip
    tampering(
        f"UPDATE {ENTRY} SET seal_position = 4, seal_previous = %s, seal_hash = %s WHERE id = %s",
        before.seal_hash, sealing.digest(before.seal_hash, forged, 4), stored(forged.pk),
    )  # fmt: skip
    first = verifying.verify().first
    assert (first.position, first.fault, first.entry_id) == (4, Fault.INSERTED, str(forged.pk))


def test_a_changed_chain_head_is_found(chain, tampering):
    tampering("UPDATE journal_journalchain SET head = %s WHERE county = '510112'", "a" * 64)
    assert verifying.verify().first.fault is Fault.HEAD


def test_the_other_county_stays_whole(chain, tampering):
    tampering(f"UPDATE {ENTRY} SET actor_name = 'x' WHERE county = '510112' AND seal_position = 1")
    assert [c.broken is None for c in verifying.verify().counties] == [False, True]
    assert verifying.verify("610327").ok


def test_pages_of_any_size_give_the_same_answer(chain, tampering, monkeypatch):
    monkeypatch.setattr(verifying, "PAGE", 2)
    assert verifying.verify().ok
    tampering(f"DELETE FROM {ENTRY} WHERE county = '510112' AND seal_position = 7")
    assert (verifying.verify().first.position, verifying.verify().first.fault) == (7, Fault.SHORTENED)


def test_the_command_answers_people_and_programs(chain, tampering):
    out = io.StringIO()
    assert verifying.command(out=out) == 0
    assert "操作日志完整：10 条" in out.getvalue()
    tampering(f"UPDATE {ENTRY} SET actor_name = 'x' WHERE county = '510112' AND seal_position = 6")
    out = io.StringIO()
    assert verifying.command(county="510112", as_json=True, out=out) == 1
    told = json.loads(out.getvalue())
    assert (told["ok"], told["first_broken"]["position"], told["first_broken"]["code"]) == (
        False, 6, "journaltest.place.done",
    )  # fmt: skip


COLUMNS = sorted(set(OTHER) - {"seal_position", "county", "id"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    position=st.integers(1, 7),
    harm=st.one_of(
        st.tuples(st.just("delete"), st.none()),
        st.tuples(st.sampled_from(COLUMNS), st.none()),
        st.tuples(st.just("swap"), st.integers(1, 7)),
        st.tuples(st.just("shift"), st.integers(8, 2000)),
    ),
)
def test_no_tampering_passes(chain, tampering, position, harm):
    what, other = harm
    if what == "swap" and other == position:
        return
    where = f"WHERE county = '510112' AND seal_position = {position}"
    with transaction.atomic():
        if what == "delete":
            tampering(f"DELETE FROM {ENTRY} {where}")
        elif what == "shift":
            tampering(f"UPDATE {ENTRY} SET seal_position = %s {where}", other)
        elif what == "swap":
            tampering(f"UPDATE {ENTRY} SET seal_position = -1 {where}")
            tampering(
                f"UPDATE {ENTRY} SET seal_position = {position} WHERE county = '510112' AND seal_position = {other}"
            )
            tampering(f"UPDATE {ENTRY} SET seal_position = {other} WHERE county = '510112' AND seal_position = -1")
        else:
            tampering(f"UPDATE {ENTRY} SET {what} = %s {where}", stored(OTHER[what]))
        result = verifying.verify()
        transaction.set_rollback(True)
    assert result.first.position == (min(position, other) if what == "swap" else position)
    assert verifying.verify().ok
