"""Fee rules: what ships, what is refused at load with file and line, what a class may cost."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.services.afterschool import fees
from qunwen.services.afterschool.fees.defining import gather, parse

DAY = dt.date(2026, 3, 2)
GOOD = """code = "x"
title = "甲"
en = "A"
area = ["5101"]
valid = {from = 2024-01-01}
source = {doc = "某文件", certainty = "S"}

[[cap]]
per = "day"
fen = 460
clause = "每天不超过 4.6 元"
en = "a"

[[refund]]
how = "each"
counts = ["leave"]
clause = "请假退费"
en = "b"
"""


def test_caps_of_the_product_page_hold_where_nothing_nearer_is_known():
    rule = fees.rule_for("510112", DAY)
    assert {cap.per: cap.fen for cap in rule.caps} == {"period": 230, "day": 460}
    assert (rule.code, rule.certainty) == ("product", "K-med")


def test_shipped_rules_state_document_clause_and_certainty():
    assert [(r.code, r.area, r.certainty) for r in fees.shipped()] == [
        ("changde", ("4307",), "S2"), ("haikou2022", ("4601",), "S2"), ("product", (), "K-med"),
    ]  # fmt: skip
    every = [c.clause for r in fees.shipped() for c in (*r.caps, *r.exempts, r.refund)]
    assert all(clause.text and clause.en and clause.certainty for clause in every)


@pytest.mark.parametrize(
    ("price", "periods", "per"),
    [(230, 2, []), (231, 1, ["period"]), (231, 2, ["period", "day"]), (230, 3, ["day"]), (0, 2, [])],
)
def test_offer_above_a_cap_is_found(price, periods, per):
    assert [b.cap.per for b in fees.check(fees.Offer("510112", DAY, price, periods))] == per


def test_refusal_names_the_clause_and_the_document():
    with pytest.raises(fees.CapBroken) as refused:
        fees.demand(fees.Offer("510112", DAY, 250, 1))
    words = "每课时收费 2.50 元，超过上限 2.30 元：《课后服务收费（通用）》“每课时不超过 2.3 元”"
    words += "（依据：各地通行的课后服务收费上限）。"
    assert refused.value.message_dict == {"price_fen": [words]}


def test_offer_at_the_caps_is_allowed_and_gives_the_rule():
    assert fees.demand(fees.Offer("510112", DAY, 230, 2)).code == "product"


def test_caps_differ_by_provider_in_haikou():
    outside = fees.Setting(provider="outside")
    assert [
        [b.cap.fen for b in fees.check(fees.Offer("460106", DAY, fen, 2, setting=setting))]
        for fen, setting in ((300, fees.Setting()), (301, fees.Setting()), (500, outside), (501, outside))
    ] == [[], [300], [], [500]]


@pytest.mark.parametrize(
    ("locality", "content", "stage", "cap"),
    [
        ("rural", "basic", "primary", 8000),
        ("rural", "extended", "junior", 10000),
        ("town", "basic", "primary", 10000),
        ("town", "extended", "primary", 15000),
        ("town", "basic", "senior", 15000),
        ("rural", "extended", "senior", 20000),
    ],
)
def test_caps_a_month_differ_by_place_and_kind_in_changde(locality, content, stage, cap):
    setting = fees.Setting(stage=stage, locality=locality, content=content)
    rule = fees.rule_for("430702", DAY)
    assert rule.cap("month", setting).fen == cap


def test_fullest_month_is_measured_against_the_cap_of_a_month():
    offers = [fees.Offer("430702", DAY, 250, 2, days_in_month=days) for days in (20, 21)]
    assert [[b.cap.fen for b in fees.check(o)] for o in offers] == [[], [10000]]


def test_day_before_every_rule_has_none():
    with pytest.raises(fees.NoFeeRule):
        fees.rule_for("510112", dt.date(2019, 1, 1))
    with pytest.raises(ValidationError):
        fees.demand(fees.Offer("510112", dt.date(2019, 1, 1), 1, 1))


def test_later_rule_of_the_same_place_takes_over_on_its_day():
    old = GOOD.replace("from = 2024-01-01", "from = 2024-01-01, to = 2025-12-31")
    new = GOOD.replace('"x"', '"y"').replace("2024-01-01", "2026-01-01").replace("fen = 460", "fen = 400")
    rules = gather([("a.toml", old), ("b.toml", new)])
    days = (dt.date(2025, 12, 31), dt.date(2026, 1, 1))
    assert [fees.rule_for("510112", day, rules).code for day in days] == ["x", "y"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("fen = 460", "fen = 4.6", 10),
        ('per = "day"', 'per = "week"', 9),
        ('clause = "每天不超过 4.6 元"\n', "", 8),
        ("[[cap]]", "[[caps]]", 8),
        ('how = "each"', 'how = "run"', 14),
        ('"leave"', '"late"', 16),
        ('area = ["5101"]', 'area = ["成都"]', 4),
        ("valid = {from = 2024-01-01}", "valid = {to = 2024-01-01}", 5),
        ('certainty = "S"', 'certainty = "sure"', 6),
        ('doc = "某文件"', 'doc = ""', 6),
        ('title = "甲"', "title = 甲", 2),
        ('en = "A"', 'en = "A"\nnote = "?"', 4),
        ('counts = ["leave"]', 'counts = ["leave"]\nfen = 1', 17),
    ],
)
def test_wrong_rule_is_refused_with_file_and_line(old, new, line):
    with pytest.raises(fees.FeeRuleError) as refused:
        parse(GOOD.replace(old, new, 1), file="某县.toml")
    assert (refused.value.file, refused.value.line) == ("某县.toml", line)
    assert str(refused.value).startswith(f"某县.toml：第 {line} 行：")


@pytest.mark.parametrize("other", [GOOD, GOOD.replace('"x"', '"y"')])
def test_two_rules_for_one_place_and_time_are_refused(other):
    with pytest.raises(fees.FeeRuleError):
        gather([("a.toml", GOOD), ("b.toml", other)])


def test_hash_changes_with_an_amount_and_not_with_a_title():
    rule = parse(GOOD, file="a.toml")
    renamed, dearer = parse(GOOD.replace("甲", "乙"), file="a.toml"), parse(GOOD.replace("460", "461"), file="a.toml")
    assert (rule.sha256 == renamed.sha256, rule.sha256 == dearer.sha256) == (True, False)
