"""A county's own versions: kept for ever, each judging its own dates, refused with the message at its field."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db.utils import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import context, writing
from qunwen.base.scope.asking import Forbidden
from qunwen.governance.indicators import actions, catalogue, drafting, queries
from qunwen.governance.indicators.drafting import Draft
from qunwen.governance.indicators.language.ir import canonical_json
from qunwen.governance.indicators.language.reading import tables
from qunwen.governance.indicators.models import DefinitionVersion

OFFICER = Actor(kind="staff", id=None, name="赵静")
YEAR, NEXT = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
DRAFT = Draft(
    code="activities.per_head", title="人均参加次数", en="Attendance per head", unit="人次/人", places=2,
    formula="activities.attendance / population.registered", group="activities", doc="某县2026年工作要点",
    certainty="S2", valid_from=YEAR, meaning="按户籍人口",
)  # fmt: skip
OWN = replace(DRAFT, code="own.twice", title="两倍", formula="activities.per_head * 2")


@pytest.fixture
def save(places, everything, at):
    """Save a draft for the county."""

    def saved(draft, *, place="510112", reason="口径调整", **more):
        return actions.save_version(place=places[place], draft=draft, reason=reason, by=OFFICER, at=at, **more)

    return saved


def refused(call):
    with pytest.raises(ValidationError) as caught:
        call()
    return caught.value


def formula(on, county="510112", code="activities.per_head"):
    return catalogue.indicator(code, county=county, on=on).text


SHIPPED = "activities.attendance / population.residents"


def test_a_version_judges_from_its_day_and_the_shipped_one_judges_before(save):
    row = save(DRAFT)
    assert (row.version, row.valid_from, row.saved_by) == (2, YEAR, "赵静")
    assert [formula(d) for d in (dt.date(2025, 12, 31), YEAR, None)] == [SHIPPED, DRAFT.formula, DRAFT.formula]
    assert formula(YEAR, county="610327") == SHIPPED
    assert catalogue.indicator("activities.per_head").text == SHIPPED


def test_every_edit_is_a_new_version_and_each_keeps_its_own_dates(save):
    save(DRAFT)
    third = save(replace(DRAFT, formula="activities.attendance * 2 / population.registered", valid_from=NEXT))
    assert third.version == 3
    days = (dt.date(2025, 6, 1), dt.date(2026, 6, 1), dt.date(2027, 6, 1))
    assert [formula(d) for d in days] == [
        SHIPPED, DRAFT.formula, "activities.attendance * 2 / population.registered",
    ]  # fmt: skip
    assert [v.version for v in queries.versions("510112", "activities.per_head")] == [3, 2]


def test_after_its_last_day_the_shipped_one_judges_again(save):
    save(replace(DRAFT, valid_to=dt.date(2026, 6, 30)))
    assert [formula(d) for d in (dt.date(2026, 6, 30), dt.date(2026, 7, 1))] == [DRAFT.formula, SHIPPED]


def test_a_later_version_must_begin_later(save):
    save(DRAFT)
    error = refused(lambda: save(replace(DRAFT, title="别名")))
    assert error.message_dict == {"valid_from": ["起始日期要晚于上一版的 2026-01-01，上一版才能继续管它自己的日期。"]}


def test_hash_and_canonical_text_are_kept_with_the_version(save):
    row = save(DRAFT)
    now = catalogue.indicator("activities.per_head", county="510112", on=YEAR)
    assert (row.sha256, row.canonical) == (now.sha256, canonical_json(now.canonical).decode())
    assert now.sha256 != catalogue.indicator("activities.per_head").sha256


def test_indicators_that_use_a_changed_one_get_another_hash(save):
    save(OWN)
    before = catalogue.indicator("own.twice", county="510112", on=YEAR).sha256
    save(DRAFT)
    assert catalogue.indicator("own.twice", county="510112", on=YEAR).sha256 != before


def test_the_journal_says_who_changed_what_and_why(save):
    save(DRAFT, reason="按上级要求改用户籍人口")
    entry = JournalEntry.unscoped.get(county="510112", code="indicators.definition.saved")
    assert (entry.actor_name, entry.after["reason"]) == ("赵静", "按上级要求改用户籍人口")
    assert entry.after["formula"] == "activities.attendance / population.registered"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"formula": "activities.attendance + 1*人"}, "formula", "第 25 个字：单位不同"),
        ({"formula": "activities.gone"}, "formula", "第 1 个字：没有“activities.gone”"),
        ({"formula": "activities.held"}, "formula", "与单位“人次/人”不符"),
        ({"formula": ""}, "formula", "算式是空的"),
        ({"formula": "activities.per_head * 1"}, "formula", "成了圈"),
        ({"unit": "斗"}, "unit", "不认识的单位“斗”"),
        ({"title": " "}, "title", "请写名称"),
        ({"doc": ""}, "doc", "请写明依据的文件"),
        ({"certainty": "sure"}, "certainty", "把握程度"),
        ({"code": "two words"}, "code", "代码要写成"),
        ({"code": "activities.attendance"}, "code", "代码与数据项重复"),
        ({"code": "activities.mine"}, "code", "代码要以 own. 开头"),
        ({"valid_to": dt.date(2025, 12, 31)}, "valid_to", "截止日期早于起始日期"),
    ],
)
def test_a_wrong_draft_is_refused_at_its_field_and_nothing_is_kept(save, change, field, words):
    error = refused(lambda: save(replace(DRAFT, **change)))
    assert list(error.message_dict) == [field]
    assert words in error.message_dict[field][0]
    assert DefinitionVersion.unscoped.filter(county="510112").count() == 0


def test_all_wrong_fields_are_told_at_once(save):
    error = refused(lambda: save(replace(DRAFT, unit="斗", title="", formula="activities.held +"), reason=""))
    assert sorted(error.message_dict) == ["formula", "reason", "title", "unit"]


def test_a_change_that_breaks_another_indicator_is_refused(save):
    wrong = replace(DRAFT, code="library.all_holdings", unit="人", formula="population.residents", title="公共藏书总量")
    error = refused(lambda: save(wrong))
    assert "用到这个指标，这样改后它算不出来" in error.message_dict["formula"][0]


def test_somebody_elses_version_in_between_is_not_overwritten(save):
    save(DRAFT)
    error = refused(lambda: save(replace(DRAFT, valid_from=NEXT), seen=2))
    assert "别人已经保存了第 2 版" in error.messages[0]
    assert save(replace(DRAFT, valid_from=NEXT), seen=3).version == 3


def test_definitions_are_a_countys_own_affair(save):
    assert "以县（市、区）为单位" in refused(lambda: save(DRAFT, place="510112001")).messages[0]


def test_without_the_permission_it_is_forbidden(places, at):
    with context.opened(context.staff({})), pytest.raises(Forbidden):
        actions.save_version(place=places["510112"], draft=DRAFT, reason="x", by=OFFICER, at=at)


def test_the_database_keeps_one_version_of_a_number_and_a_day(save):
    row = save(DRAFT)
    with writing.allowed("test"), pytest.raises(IntegrityError):
        DefinitionVersion.unscoped.create(
            county="510112", code=row.code, kind="indicator", text="", canonical="", sha256="", version=9, valid_from=YEAR,
            reason="x", saved_by="x", saved_at=row.saved_at,
        )  # fmt: skip


@settings(max_examples=60)
@given(
    title=st.text(min_size=1, max_size=60).filter(lambda t: t.strip() and not any(ord(c) < 32 or c == "\x7f" for c in t)),
    meaning=st.text(max_size=80),
    places=st.integers(0, 6),
)  # fmt: skip
@pytest.mark.once
def test_whatever_is_typed_is_kept_and_read_back(title, meaning, places):
    draft = replace(DRAFT, title=title, meaning=meaning, places=places)
    (table,) = tables(draft.text(7), name="x", kinds=("indicator",))
    assert (table.data["title"], table.data["places"], table.data["version"]) == (title.strip(), places, 7)
    assert table.data["formula"] == DRAFT.formula


def test_units_written_otherwise_give_the_same_definition():
    one = drafting.checked(DRAFT, county="", version=2).indicator
    other = drafting.checked(
        replace(DRAFT, formula="(activities.attendance)÷population.registered "), county="", version=2
    ).indicator
    assert one.sha256 == other.sha256
