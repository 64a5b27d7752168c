"""The journal's pages: only with the permission, only of the granted places, in words."""

import io

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from openpyxl import load_workbook

from qunwen.base.journal import queries
from qunwen.base.journal.differences import tell
from qunwen.base.journal.web import desk
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.context import Reach

from .conftest import note


def auditor(prefix):
    return context.opened(context.staff({"journal.view": (Reach(prefix),)}))


def test_an_anonymous_visitor_is_sent_to_log_in(client, places):
    answer = client.get("/desk/journal/")
    assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)


def test_without_the_permission_the_pages_are_forbidden(chain):
    with context.opened(context.staff({})):
        for view in (desk.entries, desk.export):
            with pytest.raises(Forbidden):
                view(RequestFactory().get("/desk/journal/"))


def test_a_history_holds_the_granted_places_only(chain, places):
    with auditor("510112001"):
        assert queries.history_of(places["510112001"]).count() == 7
        assert queries.history_of(places["610327100"]).count() == 0
        assert queries.entries_matching(queries.Filters(place="610327")).count() == 0


@pytest.mark.parametrize(
    ("filters", "count"),
    [({"place": "510112"}, 7), ({"code": "journaltest.place.done"}, 10), ({"actor": "系统"}, 10), ({"actor": "李"}, 0),
     ({"subject": "城关"}, 3)],
)  # fmt: skip
def test_filters_narrow(chain, everything, filters, count):
    assert queries.entries_matching(queries.Filters(**filters)).count() == count


def test_an_entry_is_told_in_words(places, at, everything):
    entry = note(place=places["510112001"], n=3, at=at)
    told = tell(entry)
    assert (told.what, told.noted_later) == ("试记一笔", True)
    assert [(d.label, d.before, d.after) for d in told.differences] == [("其他内容", "2", "3"), ("说", "", "好")]
    html = render_to_string("journal/history.html", {"page": [told]})
    assert [words in html for words in ("试记一笔", "<del>2</del> → 3", "最近几秒的记录正在封存", "龙泉街道")] == [
        True
    ] * 4


def test_the_export_holds_what_the_list_shows(chain):
    with auditor("610327"):
        answer = desk.export(RequestFactory().get("/desk/journal/export/"))
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    text = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert (text.count("城关镇"), text.count("龙泉街道")) == (3, 0)
