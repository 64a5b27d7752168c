"""The county's file of school days: read in two encodings, whole or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from qunwen.services.afterschool import day_file
from qunwen.services.afterschool.days import calendar_of
from qunwen.services.afterschool.models import CalendarDay

from .test_desk import desk, today  # noqa: F401  the fixtures

TEXT = "日期,安排,原因,依据\n2031-01-01,放假,元旦,国办发明电\n2031-01-04,补课,元旦调休,国办发明电\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_the_field(encoding):
    assert day_file.read(TEXT.encode(encoding)) == [
        day_file.DayLine(dt.date(2031, 1, 1), False, "元旦", "国办发明电"),
        day_file.DayLine(dt.date(2031, 1, 4), True, "元旦调休", "国办发明电"),
    ]


def test_every_wrong_line_is_named():
    text = "日期,安排,原因,依据\n1月1日,放假,元旦,\n2031-01-02,休息,元旦,\n2031-01-03,停课,,\n2031-01-03,停课,暴雨,\n"
    with pytest.raises(ValidationError) as refused:
        day_file.read(text.encode())
    assert [line[:6] for line in refused.value.message_dict["file"]] == [
        "第 2 行：",
        "第 3 行：",
        "第 4 行：",
        "第 5 行：",
    ]


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\xff\xfe\xff", "日期,安排,原因,依据\n".encode()])
def test_what_is_no_such_file_is_refused(data):
    with pytest.raises(ValidationError):
        day_file.read(data)


@pytest.mark.django_db
def test_the_county_loads_a_year_the_national_table_lacks(desk):  # noqa: F811
    client = desk("county_officer")
    address = "/desk/after-school/money/calendar/510112/file/"
    wrong = client.post(address, {"file": SimpleUploadedFile("a.csv", TEXT.replace("补课", "休息").encode())})
    assert (wrong.status_code, CalendarDay.unscoped.count()) == (422, 0)
    done = client.post(address, {"file": SimpleUploadedFile("a.csv", TEXT.encode("gb18030"))})
    calendar = calendar_of("510112")
    assert done.status_code == 302
    assert [calendar.day(dt.date(2031, 1, day)).serves for day in (1, 4)] == [False, True]
    assert desk().get(address).status_code == 403
