"""Statements made once: the same rows and the same refusals as the ORM gives, whatever is put in."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from qunwen.base.notices.enums import Kind
from qunwen.base.notices.models import NoticePreference
from qunwen.base.people.models import Household
from qunwen.base.scope import fixed, writing
from qunwen.base.scope.fixed import NotFixed
from qunwen.base.scope.writing import OutsideAction

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)


def _preference(person: uuid.UUID, wanted: bool, county: str = "510112") -> NoticePreference:
    return NoticePreference(county=county, person_id=person, kind=Kind.BOOKING, wanted=wanted)


def _of_people(county, people):
    rows = NoticePreference.unscoped.filter(county=county, person_id__in=people)
    return rows.order_by("person_id").values_list("person_id", "wanted")


def _of_person(county, person, wanted):
    return NoticePreference.unscoped.filter(county=county, person_id=person, wanted=wanted)


def _turned(wanted, **_which):
    return {"wanted": not wanted}


def _since(county, at):
    return Household.unscoped.filter(county=county, created_at__gte=at).values_list("created_at")


def _scoped(county):
    return NoticePreference.objects.filter(county=county).values_list("pk")


def _careless(county, people):
    return NoticePreference.unscoped.filter(county=county).values_list("pk")


def test_rows_come_as_the_orm_gives_them_for_any_number_of_values():
    people = sorted(uuid.uuid4() for _ in range(3))
    with writing.allowed("test"):
        for person in people:
            fixed.insert(_preference(person, wanted=False))
    for asked in (people[:1], people[1:], people[:2], []):
        found = fixed.rows(_of_people, county="510112", people=asked)
        assert found == list(_of_people("510112", asked))
        assert found == [(person, False) for person in asked]


def test_the_second_time_other_values_are_sent_with_the_same_text():
    one, two = uuid.uuid4(), uuid.uuid4()
    with CaptureQueriesContext(connection) as sent:
        fixed.rows(_of_people, county="510112", people=[one])
        fixed.rows(_of_people, county="510104", people=[two])
    # On PostgreSQL the first statement of a transaction brings the wall's setting along.
    first, second = (query["sql"].rpartition(";")[2] for query in sent.captured_queries)
    assert first != second
    first_id, second_id = (str(p) if str(p) in first + second else p.hex for p in (one, two))
    assert first.replace(first_id, second_id).replace("510112", "510104") == second


def test_a_moment_is_put_in_as_the_database_keeps_it(places):
    with writing.allowed("test"):
        fixed.insert(Household(county="510112", place_id="510112001001", created_at=AT))
    for at, expected in ((AT, [(AT,)]), (AT + dt.timedelta(seconds=1), [])):
        assert fixed.rows(_since, county="510112", at=at) == expected


def test_an_update_changes_the_rows_of_the_shape_only():
    one, two = uuid.uuid4(), uuid.uuid4()
    with writing.allowed("test"):
        fixed.insert(_preference(one, wanted=False))
        fixed.insert(_preference(two, wanted=False))
        assert fixed.update(_of_person, _turned, county="510112", person=one, wanted=False) == 1
        assert fixed.update(_of_person, _turned, county="510104", person=two, wanted=False) == 0
    assert dict(NoticePreference.unscoped.values_list("person_id", "wanted")) == {one: True, two: False}


def test_a_row_inserted_once_stays_as_it_was():
    person = uuid.uuid4()
    occasion = ["county", "person_id", "kind"]
    with writing.allowed("test"):
        fixed.insert(_preference(person, wanted=False), once=occasion)
        fixed.insert(_preference(person, wanted=True), once=occasion)
        with pytest.raises(IntegrityError), transaction.atomic():
            fixed.insert(_preference(person, wanted=True))
    assert list(NoticePreference.unscoped.values_list("person_id", "wanted")) == [(person, False)]


def test_nothing_is_written_outside_an_action():
    with pytest.raises(OutsideAction):
        fixed.insert(_preference(uuid.uuid4(), wanted=True))
    with pytest.raises(OutsideAction):
        fixed.update(_of_person, _turned, county="510112", person=uuid.uuid4(), wanted=True)


def test_what_cannot_be_kept_is_refused():
    with pytest.raises(NotFixed, match="scoped"):
        fixed.rows(_scoped, county="510112")
    with pytest.raises(NotFixed, match="not in its SQL"):
        fixed.rows(_careless, county="510112", people=[uuid.uuid4()])
    with pytest.raises(NotFixed, match="float"):
        fixed.rows(_scoped, county=1.5)
