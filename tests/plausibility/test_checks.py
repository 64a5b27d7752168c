"""Each check at its border: what just passes, what just does not. Definitions are refused with file and line."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import SHANGHAI
from qunwen.governance.indicators.language.reading import DefinitionError
from qunwen.governance.plausibility import limits
from qunwen.governance.plausibility.checks import CHECKS
from qunwen.governance.plausibility.rows import Held, Picture, Presence, Series, Value, World

pytestmark = pytest.mark.once
MONTH = Period.of("2026-05")
DAY = dt.datetime(2026, 5, 10, 19, 0, tzinfo=SHANGHAI)
A, B = "510112001001", "510112001002"


def held(number=0, people=30, place=A, **more):
    starts = more.pop("starts", DAY - dt.timedelta(days=number))
    more.setdefault("groups", (("adult", people),))
    return Held(
        f"s{place}{number}", f"a{place}{number}", place, f"u{place}", f"w{place}", more.pop("title", f"读书会{number}"),
        "reading", starts, starts + dt.timedelta(minutes=more.pop("minutes", 60)),
        entered=more.pop("entered", starts + dt.timedelta(hours=2)), **more,
    )  # fmt: skip


def run(code, **rows):
    defined = limits.shipped()[code]
    return list(CHECKS[code].run(World("510112", MONTH, **rows), defined.limits))


def value(element, number, period="2026H1", place="510112", **more):
    return Value(f"{element}{place}{period}", place, element, Period.of(period), number, **more)


@pytest.mark.parametrize(("people", "minutes", "found"), [(300, 60, 0), (301, 60, 1), (600, 120, 0), (601, 120, 1)])
def test_area_holds_three_people_a_square_metre_and_hour(people, minutes, found):
    assert len(run("crowd.area", held=(held(people=people, minutes=minutes, area=10_000),))) == found


def test_area_says_nothing_of_open_air_or_unknown_rooms():
    assert run("crowd.area", held=(held(people=900, area=10_000, air=True), held(1, people=900))) == []


def test_seats_are_passed_only_above_five_times():
    rows = (held(people=200, seats=40), held(1, people=201, seats=40))
    assert [each.told["people"] for each in run("crowd.seats", held=rows)] == [201]


def test_closed_day_and_night_are_told_apart():
    rows = (held(closed=True), held(1, starts=DAY.replace(hour=3)), held(2))
    assert [each.told["why"] for each in run("crowd.closed", held=rows)] == ["closed", "night"]


def test_loans_up_to_the_holdings_are_believed():
    rows = (value("library.holdings", 5000, "2025H2"), value("library.loans", 5000, "2026-05"))
    assert run("books.loans", values=rows) == []
    (found,) = run("books.loans", values=(rows[0], replace(rows[1], value=5001)))
    assert (found.told["loans"], found.told["holdings"], found.period) == (5001, 5000, "2026-05")


def test_new_books_that_the_holdings_do_not_show():
    rows = (
        value("library.holdings", 5000, "2025H2"),
        value("library.holdings", 5500),
        value("library.new_books", 1000),
    )
    assert run("books.growth", values=rows) == []  # a tenth may be weeded out
    (found,) = run("books.growth", values=(*rows[:2], value("library.new_books", 1001)))
    assert found.told["gone"] == 501


def test_floor_with_everybody_just_above():
    def series(above, below):
        values = [(f"{n:012}", Fraction(105, 100)) for n in range(above)]
        values += [(f"{n:011}", Fraction(95, 100)) for n in range(below)]
        return (Series("x", "指标", Fraction(1), tuple(values)),)

    assert len(run("floor.bunching", series=series(12, 0))) == 1
    assert run("floor.bunching", series=series(8, 4)) == []
    assert run("floor.bunching", series=series(9, 0)) == []  # too few to tell


def test_round_numbers_of_one_author():
    round_ones = tuple(held(n, people=20 + 5 * n) for n in range(15))
    (found,) = run("digits.heaping", held=round_ones)
    assert (found.told["numbers"], found.told["round"], found.author) == (15, 15, f"w{A}")
    assert run("digits.heaping", held=tuple(held(n, people=20 + n) for n in range(30))) == []


def test_favourite_digit_of_one_author():
    rows = tuple(held(n, people=17 + 10 * (n % 6)) for n in range(40))
    assert [each.told["digit"] for each in run("digits.last", held=rows)] == [7]
    assert run("digits.last", held=tuple(held(n, people=17 + n) for n in range(40))) == []


def test_digits_of_numbers_that_hardly_differ_say_nothing():
    assert run("digits.last", held=tuple(held(n, people=27) for n in range(60))) == []


def picture(key, place=A, day=1, file="f1", bands=(1, 2, 3, 4)):
    at = dt.datetime(2026, 5, day, 12, 0, tzinfo=SHANGHAI)
    return Picture(key, file, f"m{key}", place, f"u{place}", f"w{place}", at.date(), at, bands)


def test_same_photograph_in_two_places_is_asked_of_the_later():
    (found,) = run("photo.places", pictures=(picture("1", A), picture("2", B, 3)))
    assert (found.place, found.told["other"], found.rows[0][1]) == (B, A, "2")


def test_photograph_two_bits_apart_is_the_same_and_three_are_not():
    near, far = picture("2", B, 3, "f2", (1 ^ 3, 2, 3, 4)), picture("2", B, 3, "f2", (1 ^ 7, 2, 3, 4))
    assert len(run("photo.places", pictures=(picture("1"), near))) == 1
    assert run("photo.places", pictures=(picture("1"), far)) == []


def test_same_photograph_on_two_days_but_not_twice_on_one():
    assert len(run("photo.dates", pictures=(picture("1"), picture("2", day=3)))) == 1
    assert run("photo.dates", pictures=(picture("1"), picture("2"))) == []


def test_picture_in_many_places_is_told_once_for_all():
    rows = tuple(picture(str(n), f"51011200100{n}", n + 1) for n in range(6))
    assert run("photo.places", pictures=rows) == []
    (found,) = run("photo.common", pictures=rows)
    assert (found.place, found.told["photos"], found.told["records"]) == ("510112", 1, 6)


def groups(*numbers):
    return tuple(zip(("child", "adult", "elder"), numbers, strict=True))


def test_two_activities_with_the_same_numbers_by_group():
    mine = [held(n, place=B, groups=groups(5 + n, 20, 9), entered=DAY + dt.timedelta(days=3)) for n in range(2)]
    theirs = [held(n, groups=groups(5 + n, 20, 9)) for n in range(2)]
    (found,) = run("copy.activities", held=(*theirs, *mine))
    assert (found.place, found.told["dates"]) == (B, 2)
    assert run("copy.activities", held=(*theirs, mine[0])) == []


def test_returns_that_many_share_are_no_copy():
    elements = ("volunteers.registered", "village.holdings", "farm_bookroom.titles")
    late = DAY + dt.timedelta(days=1)

    def of(place, at):
        return tuple(value(e, 100 + n, place=place, entered=at) for n, e in enumerate(elements))

    (found,) = run("copy.returns", values=(*of(A, late), *of(B, DAY)))
    assert (found.place, found.told["other"], found.told["items"]) == (A, B, 3)
    everywhere = tuple(row for n in range(4) for row in of(f"51011200100{n}", DAY))
    assert run("copy.returns", values=everywhere) == []


def test_same_number_for_three_months():
    rows = tuple(value("films.shown", 40, f"2026-0{n}", A) for n in (3, 4, 5))
    assert [each.told["months"] for each in run("copy.months", values=rows)] == [3]
    assert run("copy.months", values=rows[1:]) == []


def test_entering_at_night():
    rows = tuple(held(n, entered=DAY.replace(hour=2) - dt.timedelta(days=n)) for n in range(5))
    assert [each.told["records"] for each in run("entry.midnight", held=rows)] == [5]
    assert run("entry.midnight", held=rows[:4]) == []


def test_burst_is_typed_and_no_file():
    late = dt.datetime(2026, 5, 30, 15, 0, tzinfo=SHANGHAI)
    typed = tuple(held(n, entered=late + dt.timedelta(minutes=n)) for n in range(6))
    assert [each.told["days"] for each in run("entry.burst", held=typed)] == [6]
    assert run("entry.burst", held=tuple(replace(row, entered=late) for row in typed)) == []


def test_a_nought_too_many():
    usual = tuple(held(n + 1, people=28 + n) for n in range(8))
    (found,) = run("history.jump", held=(*usual, held(people=300)))
    assert (found.told["people"], found.told["usual"]) == (300, 31)
    assert run("history.jump", held=(*usual, held(people=100))) == []


def test_same_name_and_numbers_again_and_again():
    rows = tuple(held(7 * n, title="读书会", groups=groups(3, 20, 9), place=B) for n in range(4))
    assert [each.told["times"] for each in run("history.repeats", held=rows)] == [4]
    others = tuple(held(7 * n, people=30 + n, title="读书会", place=B) for n in range(4))
    assert run("history.repeats", held=others) == []


def test_one_person_in_two_places():
    def there(place, minutes):
        at = DAY + dt.timedelta(minutes=minutes)
        return Presence("r", f"s{place}", f"m{place}", place, f"u{place}", f"w{place}", at)

    assert len(run("person.two_places", presences=(there(A, 0), there(B, 10)))) == 1
    assert run("person.two_places", presences=(there(A, 0), there(B, 11))) == []


GOOD = '[[check]]\ncode = "entry.midnight"\ntitle = "夜"\nen = "night"\nseverity = "note"\nlimits = {until_hour = 5, least = 5}\nhow = "怎么"\nhow_en = "how"\nsource = {doc = "口径", certainty = "house"}\n'


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("entry.midnight", "entry.noon", 2),
        ("least = 5}", "least = 0}", 6),
        ("least = 5}", "most = 5}", 6),
        ("least = 5}", "least = 5.5}", 6),
        ('certainty = "house"', 'certainty = "sure"', 9),
        ('severity = "note"', 'severity = "crime"', 5),
    ],
)
def test_wrong_definition_is_refused_with_its_line(tmp_path, before, after, line):
    path = tmp_path / "own.toml"
    path.write_text(GOOD.replace(before, after), encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        limits.read(path)
    assert (refused.value.file, refused.value.line) == ("own.toml", line)


def test_check_defined_twice_is_refused(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(GOOD + GOOD, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        limits.read(path)
    assert refused.value.line == 10


def test_every_check_is_shipped_with_its_limits_and_words():
    assert list(limits.shipped()) == [each.code for each in limits.read(limits.FILE)]
    assert set(limits.shipped()) == set(CHECKS)
