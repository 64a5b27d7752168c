"""The number and order of reviews, set on the desk; what is under way keeps its own."""

import pytest
from django.urls import reverse

from qunwen.base.reviews.models import ReviewItem, ReviewSetting
from qunwen.base.scope import clock, context
from qunwen.services.activities import actions
from tests.desk.people import COMMAND, FOREIGN, TOWN, VILLAGE, county, desk, make, roles  # noqa: F401

KIND = "activities.publish"


def edit_url(code="510112"):
    return reverse("reviews:steps_edit", args=[KIND, code])


@pytest.fixture
def submitted(make, db):  # noqa: F811
    """An activity handed in under the steps of the moment."""

    def run(title):
        import datetime as dt

        row, at = make(title, summary="来看", where="二楼"), clock.now()
        with context.everything(reason="test"):
            actions.schedule_session(
                activity=row,
                starts_at=at + dt.timedelta(days=3),
                ends_at=at + dt.timedelta(days=3, hours=2),
                by=COMMAND,
                at=at,
            )
            actions.submit_activity(activity=row, by=COMMAND, at=at)
        return ReviewItem.unscoped.get(subject_id=str(row.pk))

    return run


def labels(item):
    return [step["label"] for step in item.plan]


def test_order_and_number_are_set_and_what_is_under_way_keeps_its_steps(desk, submitted):  # noqa: F811
    before = submitted("旧计划")
    officer = desk("county_officer", "510112")
    page = officer.get(edit_url())
    assert "旧计划" in page.content.decode()
    first, second = [field.label for field in page.context["form"]][:2]
    assert labels(before) == [first, second]
    answer = officer.post(edit_url(), {"step_1": "2", "step_2": "1"})
    assert answer.url == f"{reverse('reviews:steps')}?place=510112"
    assert ReviewSetting.unscoped.get().steps == [2, 1]
    assert labels(submitted("新计划")) == [second, first]
    before.refresh_from_db()
    assert labels(before) == [first, second]
    listed = officer.get(reverse("reviews:steps"), {"place": "510112"})
    row = next(one for one in listed.context["rows"] if one.kind.code == KIND)
    assert (row.steps, row.own, row.waiting, row.other) == ([second, first], True, 2, 1)


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [({"step_1": "1", "step_2": "1"}, "step_2", "第 1 道已经排给另一级了。"), ({}, "__all__", "请至少留一道审核。")],
)
def test_what_cannot_be_is_said(desk, data, field, said):  # noqa: F811
    answer = desk("county_officer", "510112").post(edit_url(), data)
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [said])
    assert ReviewSetting.unscoped.count() == 0


def test_only_those_who_may_and_only_their_places(desk):  # noqa: F811
    officer = desk("county_officer", "510112")
    assert [officer.get(edit_url(code)).status_code for code in (FOREIGN, "610327", "999999")] == [404, 404, 404]
    assert officer.get(reverse("reviews:steps_edit", args=["none", "510112"])).status_code == 404
    station = desk("town_station", TOWN, name="李站长")
    assert station.get(reverse("reviews:steps")).status_code == 403
    assert [station.get(edit_url(code)).status_code for code in (TOWN, VILLAGE, "510112")] == [403, 403, 404]
