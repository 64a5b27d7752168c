"""No page of the journal shows a key, a code or an id: every area says what its own are called."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

import qunwen
from qunwen.base.journal import codes, words
from qunwen.base.journal.actors import SYSTEM
from qunwen.base.journal.codes import Codes
from qunwen.base.journal.differences import tell, tell_all
from qunwen.base.journal.recording import action, record
from qunwen.base.people.enums import Entry as People
from qunwen.base.people.models import Staff, Unit
from qunwen.base.reviews.enums import Entry as Reviews
from qunwen.base.scope import context, writing
from qunwen.base.scope.context import Reach
from qunwen.services.activities.enums import Entry as Activities
from qunwen.services.bookings.enums import Entry as Bookings

SOURCE = Path(qunwen.__file__).parent
CHINESE = re.compile("[\u4e00-\u9fff]")


def _areas():
    """Area label → the files that record, tests of nothing else."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\b(record|bulk|_record\w*|_write)\(", text) and "journal" in text:
            floor, area = path.relative_to(SOURCE).parts[:2]
            yield floor, area, ast.parse(text)


def _literal_keys(tree):
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        for argument in call.keywords:
            if argument.arg in ("before", "after", "counts") and isinstance(argument.value, ast.Dict):
                yield from (key.value for key in argument.value.keys if isinstance(key, ast.Constant))


def test_every_key_written_in_the_source_has_a_name():
    found, nameless = set(), set()
    for _floor, area, tree in _areas():
        models = [model for model in words.apps.get_models() if model._meta.app_label == area]
        for key in _literal_keys(tree):
            found.add((area, key))
            named = words.of_area(area).get(key) or words.COMMON.get(key)
            if named is None and not any(words.find(f"{area}.x.y", m._meta.label_lower, key) for m in models):
                nameless.add((area, key))
    assert nameless == set()
    assert len(found) > 50


@pytest.mark.parametrize("label", sorted({code.partition(".")[0] for code in codes.known()} - {"journaltest"}))
def test_the_names_of_an_area_are_words(label):
    assert [str(word.label) for word in words.of_area(label).values() if not CHINESE.search(str(word.label))] == []


def test_every_code_is_told_in_words():
    assert [code for code, label in codes.known().items() if not CHINESE.search(label)] == []


class Code(Codes):
    ODD = "journaltest.place.odd", "试记怪事"


@action
def note(*, code, subject, place, at, before=None, after=None):
    return record(code=code, by=SYSTEM, at=at, subject=subject, place=place, before=before, after=after)


def said(entry):
    return [(d.label, d.before, d.after) for d in tell(entry).differences]


def test_a_role_granted_reads_as_the_granter_chose_it(places, at, everything):
    with writing.allowed("test"):
        unit = Unit.unscoped.create(name="龙泉街道文化站", kind="station", place=places["510112001"])
    after = {
        "grant": unit.pk, "role": "town_station", "place": "510112001", "data_scope": "chosen",
        "chosen_places": ["510112001001", "510112001002"], "chosen_units": [unit.pk], "valid_to": None,
    }  # fmt: skip
    entry = note(code=People.ROLE_GRANTED, subject=unit, place="510112001", at=at, after=after)
    assert said(entry) == [
        ("角色", "", "文化站人员"),
        ("所在区划", "", "龙泉街道"),
        ("数据范围", "", "指定范围"),
        ("指定区划", "", "东街社区、北干道社区"),
        ("指定单位", "", "龙泉街道文化站"),
    ]


@pytest.mark.parametrize(
    ("code", "kept", "read"),
    [
        (Activities.HEADCOUNT, {"elder": 38, "child": 4}, [("老年人（60岁以上）", "38"), ("儿童（14岁以下）", "4")]),
        (Activities.SIGN_UP_OPENED, {"sizes": {"online": 30, "elders": 5}}, [("开放名额", "网上名额：30；敬老名额：5")]),
        (Bookings.CANCELLED, {"because": "offer_lapsed"}, [("取消原因", "候补名额逾期未确认")]),
        (Bookings.CHECKED_IN, {"came": 2, "via": "scanner"}, [("到场人数", "2"), ("签到方式", "扫码枪")]),
        (People.ACTING_ENDED, {"why": "expired"}, [("怎样结束的", "到时自动结束")]),
        (Reviews.RETURNED, {"item": "01a20483-0e04-7604-8652-dc9d22c33702", "kind": "activities.record", "step": 2,
                            "reasons": {"name": "名称太长"}, "note": ""},
         [("审核事项", "举办情况核实"), ("第几级审核", "2"), ("退回原因", "名称：名称太长")]),
        (Code.ODD, {"strange_key": "x"}, [("其他内容", "x")]),
    ],
)  # fmt: skip
def test_coded_values_are_told_by_their_names(places, at, everything, code, kept, read):
    entry = note(code=code, subject=places["510112"], place="510112", at=at, after=kept)
    assert [(label, after) for label, _before, after in said(entry)] == read


def test_the_words_follow_the_readers_language(places, at, everything):
    entry = note(code=People.ACTING_ENDED, subject=places["510112"], place="510112", at=at, after={"why": "logout"})
    with translation.override("en"):
        assert not CHINESE.search("".join(label + after for label, _before, after in said(entry)))


def test_rows_are_named_only_to_those_who_may_see_them_and_with_one_query_a_kind(places, at, django_assert_num_queries):
    with writing.allowed("test"):
        units = [
            Unit.unscoped.create(name=f"{place.name}文化站", kind="station", place=place)
            for place in (places["510112001"], places["610327100"])
        ]
    entries = [
        note(code=People.STAFF_INVITED, subject=Staff(name="李明"), place=unit.place_id, at=at, after={"unit": unit.pk})
        for unit in units
    ]
    reaches = {"people.unit_view": (Reach("510112"),)}
    with context.opened(context.staff(reaches)), django_assert_num_queries(1):
        told = tell_all(entries)
    assert [one.differences[0].after for one in told] == ["龙泉街道文化站", "看不到的记录"]
