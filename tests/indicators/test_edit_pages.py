"""Definitions on the desk: listed in words, changed with a preview on the county's own data, nothing typed is lost."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from qunwen.base.journal.actors import Actor
from qunwen.base.people import actions as people
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Population
from qunwen.base.scope import context, writing
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.models import DefinitionVersion
from qunwen.services.activities import actions as activities

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

COMMAND = Actor(kind="command", id=None, name="命令行")
NOW = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)
CODE = "activities.per_head"
TYPED = {
    "title": "人均参加次数", "formula": "activities.attendance / population.residents * 2", "unit": "人次/人", "places": "2",
    "window": "period", "group": "activities", "better": "more", "meaning": "", "doc": "某县工作要点", "certainty": "S2",
    "valid_from": "2026-07-01", "valid_to": "", "reason": "加倍", "county": "510112", "rounding": "half_up", "need": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings, tmp_path, time_machine):
    """A folder of its own, on a day in March."""
    settings.QUNWEN_HOME = tmp_path / "home"
    time_machine.move_to(NOW)


@pytest.fixture
def log_in(client, places, at):
    """The desk as seen by somebody with a role at a place."""

    def enter(code="510112", role="county_officer"):
        with context.everything(reason="test"):
            people.sync_roles(by=COMMAND, at=at)
            unit = people.create_unit(name="本单位", kind="other", place=places[code], by=COMMAND, at=at)
            staff = people.invite_staff(
                name="李明", username="liming", unit=unit, place=places[code], password="longquan-2026-xiang", by=COMMAND,
                at=at,
            ).staff  # fmt: skip
            people.grant_role(staff=staff, role=role, place=places[code], by=COMMAND, at=at)
        client.post("/accounts/login/", {"login": "liming", "password": "longquan-2026-xiang"})
        return client

    return enter


@pytest.fixture
def data(places, at):
    """One activity with 30 people, 900 residents."""
    with context.everything(reason="test"):
        with writing.allowed("test"):
            unit = Unit.unscoped.create(name="文化馆", kind="bureau", place=places["510112"])
            Population.unscoped.create(
                place=places["510112"], year=2025, group="total", basis="resident", number=900, source="公报", grade="B"
            )
        starts = dt.datetime(2026, 2, 3, 6, tzinfo=dt.UTC)
        activities.note_activity(
            title="读书会", kind="reading", host_level="village", place=places["510112001001"], unit=unit, starts_at=starts,
            ends_at=starts + dt.timedelta(hours=2), headcounts={"adult": 30}, by=COMMAND, at=at,
        )  # fmt: skip


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def edit(code=CODE):
    return f"{reverse('indicators:edit', args=[code])}?county=510112"


def test_every_indicator_is_listed_in_words_with_its_source(log_in):
    page = text_of(log_in().get(reverse("indicators:list")))
    assert f"共 {len(catalogue.indicators())} 个指标" in page
    assert (
        "library.books_per_head “公共藏书总量” ÷ 常住人口（上年末） 册/人 国家公共文化服务体系示范区创建标准 有转载或地方文件"
        in page
    )


def test_list_is_narrowed_by_theme_and_word(log_in):
    client = log_in()
    by_word = text_of(client.get(reverse("indicators:list"), {"q": "应急广播"}))
    assert "共 1 个指标" in by_word
    nothing = text_of(client.get(reverse("indicators:list"), {"q": "没有的词", "group": "money"}))
    assert "没有找到这样的指标" in nothing


def test_one_definition_shows_what_it_rests_on_and_its_versions(log_in):
    page = text_of(log_in().get(reverse("indicators:one", args=["library.books_per_head"])))
    assert "公共藏书总量 library.all_holdings 册 指标" in page
    assert "常住人口（上年末） population.residents 人 人口登记" in page
    assert "第 1 版 现行 最初 – 今后" in page


def test_preview_computes_on_the_countys_own_data_beside_the_definition_in_force(log_in, data):
    client = log_in()
    answer = client.post(f"{reverse('indicators:preview')}?county=510112&code={CODE}", TYPED)
    assert (answer.status_code, DefinitionVersion.unscoped.filter(county="510112").count()) == (200, 0)
    page = text_of(answer)
    assert "参加人次 ÷ 常住人口（上年末） × 2" in page
    assert "2026年上半年 现行口径 0.033" in page
    assert "这样改后 0.07" in page


def test_preview_works_without_any_script_and_keeps_what_was_typed(log_in, data):
    answer = log_in().post(edit(), {**TYPED, "preview": "1"})
    page = answer.content.decode()
    assert (answer.status_code, DefinitionVersion.unscoped.filter(county="510112").count()) == (200, 0)
    assert TYPED["formula"] in page
    assert "这样改后" in text_of(answer)


def test_preview_points_at_the_character_of_the_mistake(log_in):
    formula = "activities.attendance + 1*人"
    answer = log_in().post(f"{reverse('indicators:preview')}?county=510112&code={CODE}", {**TYPED, "formula": formula})
    assert "第 25 个字：单位不同：前面是“人次”，这里是“人”" in text_of(answer)
    assert "activities.attendance + <mark>1</mark>*人" in answer.content.decode()


def test_saving_makes_a_version_that_judges_from_its_day(log_in):
    client = log_in()
    answer = client.post(edit(), TYPED)
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('indicators:one', args=[CODE])}?county=510112")
    page = text_of(client.get(answer["Location"]))
    assert "第 2 版 2026-07-01 – 今后 activities.attendance / population.residents * 2 李明" in page
    assert "第 1 版 现行 最初 – 2026-06-30 activities.attendance / population.residents 随系统提供" in page
    assert catalogue.indicator(CODE, county="510112", on=dt.date(2026, 7, 1)).text == TYPED["formula"]


def test_bad_input_is_told_at_its_fields_and_nothing_typed_is_lost(log_in):
    wrong = {**TYPED, "formula": "activities.attendance +", "unit": "斗", "valid_from": "2026-02-30"}
    answer = log_in().post(edit(), wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(kept in page for kept in ("activities.attendance +", 'value="斗"', 'value="2026-02-30"', "加倍"))
    assert DefinitionVersion.unscoped.filter(county="510112").count() == 0


def test_refusals_of_the_action_stand_at_the_fields(log_in):
    answer = log_in().post(edit(), {**TYPED, "formula": "activities.attendance + 1*人", "unit": "斗"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "算式 ：第 25 个字：单位不同" in page
    assert "单位 ：不认识的单位“斗”" in page


def test_a_county_adds_an_indicator_of_its_own(log_in, data):
    client = log_in()
    new = f"{reverse('indicators:new')}?county=510112"
    assert "own." in client.get(new).content.decode()
    refused = client.post(new, {**TYPED, "code": "activities.mine"})
    assert "代码要以 own. 开头" in text_of(refused)
    assert client.post(new, {**TYPED, "code": "own.double"}).status_code == 302
    assert "这个口径还没有生效" in text_of(client.get(reverse("indicators:one", args=["own.double"])))


def test_what_a_shipped_definition_says_of_levels_rounding_and_its_english_name_is_kept(log_in):
    client, code = log_in(), "venues.library_hours"
    shipped = catalogue.indicator(code, county="510112")
    typed = {**TYPED, **client.get(edit(code)).context["form"].initial, "reason": "周改", "valid_to": ""}
    typed.update(rounding="down", need="60")
    assert client.post(edit(code), typed).status_code == 302
    saved = catalogue.indicator(code, county="510112", on=typed["valid_from"])
    assert (saved.levels, saved.en, saved.rounding, saved.need) == (("county",), shipped.en, "down", 60)
    assert (shipped.levels, shipped.rounding, shipped.need) == (("county",), "half_up", 0)


def test_a_level_at_which_the_formula_has_no_number_is_refused_at_its_field(log_in):
    formula = 'activities.held / count("town")'
    answer = log_in().post(edit(), {**TYPED, "formula": formula, "unit": "场/站", "levels": ["county", "village"]})
    assert answer.context["form"].errors["levels"] == ["这个算式在村（社区）没有数，请去掉。"]
    assert (answer.status_code, DefinitionVersion.unscoped.filter(county="510112").count()) == (422, 0)


def test_somebody_who_may_only_look_cannot_change(log_in):
    client = log_in(code="510112001", role="town_station")
    page = client.get(reverse("indicators:one", args=[CODE])).content.decode()
    assert reverse("indicators:edit", args=[CODE]) not in page
    assert [client.get(edit()).status_code, client.post(edit(), TYPED).status_code] == [403, 403]
    assert DefinitionVersion.unscoped.filter(county="510112").count() == 0


def test_another_county_and_unknown_codes_are_not_there(log_in):
    client = log_in()
    asked = [
        f"{reverse('indicators:list')}?county=610327", f"{reverse('indicators:edit', args=[CODE])}?county=610327",
        reverse("indicators:one", args=["no.such"]), reverse("indicators:edit", args=["no.such"]),
    ]  # fmt: skip
    assert [client.get(address).status_code for address in asked] == [404] * 4


def test_a_citys_officer_looks_at_its_counties(log_in):
    page = log_in(code="5101", role="city_officer").get(reverse("indicators:list"))
    assert page.status_code == 200
    assert "龙泉驿区" in text_of(page)


def test_without_a_login_nothing_is_shown(client, db):
    assert client.get(reverse("indicators:list")).status_code == 302
