"""The closure as arithmetic: properties over random histories."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.base.places.tree import Edge, Forest, Life, Passage, Row

START = dt.date(2024, 1, 1)
TODAY = dt.date(2026, 1, 1)
SIZES = (2, 4, 6, 9, 12)


def up(code):
    return [code[:size] for size in SIZES if size <= len(code)]


@st.composite
def histories(draw):
    """Two counties of two towns of three villages, and up to eight merges, splits and moves of villages."""
    villages = [f"5101{c}{t}{v}" for c in ("01", "02") for t in ("001", "002") for v in ("001", "002", "003")]
    above = sorted({p for v in villages for p in up(v)[:-1]})
    lives = {code: [None, None] for code in [*above, *villages]}
    passages, alive, fresh, day = [], list(villages), 100, START
    for _ in range(draw(st.integers(0, 8))):
        day += dt.timedelta(days=draw(st.integers(1, 60)))
        kind = draw(st.sampled_from(["merge", "split", "move", "carve"]))
        old = draw(st.sampled_from(alive))
        fresh += 1
        town = draw(st.sampled_from([c for c in above if len(c) == 9]))
        if kind == "merge":
            other = draw(st.sampled_from(alive))
            olds, news = sorted({old, other}), [f"{old[:9]}{fresh}"]
        elif kind == "split":
            olds, news = [old], [f"{old[:9]}{fresh}", f"{old[:9]}{fresh + 200}"]
        elif kind == "move":
            olds, news = [old], [f"{town}{fresh}"]
        else:
            olds, news = [old], [old, f"{old[:9]}{fresh}"]
        for gone in olds:
            passages += [Passage(gone, new, day) for new in news]
            if gone not in news:
                alive.remove(gone)
                lives[gone][1] = day
        for new in news:
            if new not in alive:
                alive.append(new)
                lives[new] = [day, None]
    return Forest(lives=[Life(c, *span) for c, span in lives.items()], passages=passages)


def holds(row, day):
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day < row.valid_to)


days = st.dates(START - dt.timedelta(days=30), TODAY)


@settings(max_examples=150, deadline=None)
@given(histories(), days)
def test_then_gives_every_living_place_one_ancestor_per_level(forest, day):
    rows = list(forest.then_rows(TODAY))
    for life in forest.lives:
        above = sorted(row.ancestor for row in rows if row.descendant == life.code and holds(row, day))
        living = (life.valid_from is None or life.valid_from <= day) and (life.valid_to is None or day < life.valid_to)
        assert above == (up(life.code) if living else [])


@settings(max_examples=150, deadline=None)
@given(histories(), days)
def test_sums_over_levels_are_equal_on_the_map_of_then(forest, day):
    rows = list(forest.then_rows(TODAY))
    figures = {life.code: n for n, life in enumerate(forest.lives, 1) if len(life.code) == 12}
    sums = dict.fromkeys(SIZES, 0)
    for row in rows:
        if holds(row, day) and row.descendant in figures:
            sums[len(row.ancestor)] += figures[row.descendant]
    assert len(set(sums.values())) == 1


@settings(max_examples=150, deadline=None)
@given(histories(), days)
def test_now_never_counts_twice_and_always_reaches_the_top(forest, day):
    rows = list(forest.now_rows(TODAY))
    alive = {life.code for life in forest.lives if life.valid_to is None}
    for life in [life for life in forest.lives if len(life.code) == 12]:
        if not ((life.valid_from is None or life.valid_from <= day) and (life.valid_to is None or day < life.valid_to)):
            continue
        above = [row.ancestor for row in rows if row.descendant == life.code and holds(row, day)]
        lengths = [len(code) for code in above]
        assert len(lengths) == len(set(lengths))
        assert {"51", "5101"} <= set(above) <= alive
        heirs = forest.heirs(life.code, day, TODAY)
        assert heirs <= alive
        shared = set.intersection(*(set(up(heir)) for heir in heirs))
        assert set(above) == shared


@settings(max_examples=80, deadline=None)
@given(histories())
def test_without_changes_both_maps_are_the_same(forest):
    still = Forest(lives=[life for life in forest.lives if life.valid_from is None and life.valid_to is None])
    key = lambda row: (row.ancestor, row.descendant)  # noqa: E731
    assert sorted(still.then_rows(TODAY), key=key) == sorted(still.now_rows(TODAY), key=key)


def test_edges_cut_the_days():
    day = dt.date(2025, 5, 1)
    forest = Forest(
        lives=[Life("510101001"), Life("510101001001")],
        edges=[Edge("510101001", "510102", day)],
    )
    rows = {row for row in forest.then_rows(TODAY) if row.descendant == "510101001001"}
    assert Row("510101", "510101001001", None, day) in rows
    assert Row("510102", "510101001001", day, None) in rows
    assert Row("5101", "510101001001", None, None) in rows
