"""The clerk's and the parent's pages, as browsers ask for them."""

import io
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qunwen.base.journal.actors import Actor
from qunwen.base.people import actions as people
from qunwen.base.people.models import Staff, User
from qunwen.base.scope import clock, context, writing
from qunwen.services.afterschool.actions import paying
from qunwen.services.afterschool.models import Bill, CalendarDay, Exemption, Refund
from qunwen.services.afterschool.payments import exchange
from tests.afterschool.money.conftest import COUNTY, DAYS, VILLAGE, Town

pytestmark = pytest.mark.django_db
COMMAND = Actor(kind="command", id=None, name="命令行")
MONEY = "/desk/after-school/money/"


def _desk(places, at, *, role, place, unit):
    with writing.allowed("test"):
        staff = Staff.unscoped.create(name="周会计", unit=unit, place=places[place])
    with context.everything(reason="test"):
        people.sync_roles(by=COMMAND, at=at)
        narrow = {"data_scope": "unit"} if role == "school_office" else {}
        people.grant_role(staff=staff, role=role, place=places[place], by=COMMAND, at=at, **narrow)
    client = Client()
    user = User.objects.create(username=f"u{staff.pk.hex[-8:]}", staff=staff)
    client.force_login(user, backend="qunwen.base.people.web.backends.LockoutBackend")
    return client


@pytest.fixture
def clerk(town, places, at):
    """The school's own clerk."""
    return _desk(places, at, role="school_office", place=VILLAGE, unit=town.unit)


@pytest.fixture
def officer(town, places, at):
    """Somebody of the county's bureau."""
    return _desk(places, at, role="county_officer", place=COUNTY, unit=town.unit)


def _parent(resident):
    client = Client()
    session = client.session
    session["resident"] = {"id": str(resident.pk), "county": resident.county, "at": clock.now().isoformat()}
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def _school(town):
    return f"{MONEY}schools/{COUNTY}/{town.school.pk}/"


def _text(answer):
    return answer.content.decode()


def test_clerk_issues_the_month_and_sees_each_bill(clerk, town):
    town.roll(town.child(), "present", "leave")
    answer = clerk.post(f"{_school(town)}issue/", {"month": "2026-03"}, follow=True)
    assert (answer.status_code, "已出具 1 份账单。" in _text(answer), "4.60" in _text(answer)) == (200, True, True)


def test_clerk_with_one_school_is_led_to_it(clerk, town):
    assert clerk.get(MONEY).headers["Location"].startswith(_school(town))


def test_month_with_an_open_session_is_refused_on_the_page(clerk, town):
    town.roll(town.child(), "unmarked", state="open")
    answer = clerk.post(f"{_school(town)}issue/", {"month": "2026-03"}, follow=True)
    assert "还有 1 次课没有结束点名" in _text(answer)
    assert Bill.unscoped.filter(county=COUNTY).count() == 0


def test_clerk_enters_money_and_a_wrong_number_stays_on_the_form(clerk, town):
    child = town.child()
    town.roll(child, "present")
    town.issue()
    address = f"{MONEY}bills/{COUNTY}/{town.bill(child).pk}/"
    wrong = clerk.post(address, {"reference": "收"})
    assert (wrong.status_code, "流水号要 4 到 64 位" in _text(wrong), 'value="收"' in _text(wrong)) == (422, True, True)
    clerk.post(address, {"reference": "SLIP-0001"})
    assert town.bill(child).state == "paid"
    assert "SLIP-0001" in _text(clerk.get(address))


def test_recount_refund_and_its_slip(clerk, town):
    child = town.child()
    rows = town.roll(child, "present", "present")
    town.issue()
    town.pay(town.bill(child))
    town.mend(rows[0], "sick")
    answer = clerk.post(f"{MONEY}bills/{COUNTY}/{town.bill(child).pk}/recount/", follow=True)
    assert "应缴从 9.20 元改为 4.60 元" in _text(answer)
    refund = Refund.unscoped.get(county=COUNTY)
    assert refund.number in _text(clerk.get(f"{_school(town)}?month=2026-03"))
    clerk.post(f"{MONEY}refunds/{COUNTY}/{refund.pk}/", {"reference": "BACK-1"})
    refund.refresh_from_db()
    assert refund.state == "done"


def test_files_go_out_and_receipts_come_in(clerk, town):
    child = town.child()
    town.roll(child, "present")
    town.issue()
    out = clerk.post(f"{_school(town)}files/bills.csv")
    number = town.bill(child).number
    assert (out.headers["Content-Type"], number in out.content.decode("utf-8-sig")) == ("text/csv; charset=utf-8", True)
    rows = [(number, 460, "BANK-1", "2026-04-02 10:00:00")]
    data = exchange.write("回单", county=COUNTY, serial="R", rows=rows, key=paying.exchange_key(town.school))
    data = data.decode("utf-8-sig").encode("gb18030")
    answer = clerk.post(f"{_school(town)}files/", {"file": SimpleUploadedFile("回单.csv", data)})
    assert "新登记缴费 1 笔、完成退费 0 笔，已登记过 0 笔" in _text(answer)
    spoilt = clerk.post(
        f"{_school(town)}files/", {"file": SimpleUploadedFile("回单.csv", data.replace(b"460", b"461"))}
    )
    assert (spoilt.status_code, "签名不符" in _text(spoilt)) == (422, True)


def test_exemption_is_entered_listed_and_ended(clerk, town):
    child = town.child()
    form = {
        "child": child.pk, "group": "poor", "document": "川民低字 18 号", "certified_by": "区民政局",
        "starts_on": "2026-03-01", "ends_on": "2026-02-01",
    }  # fmt: skip
    wrong = clerk.post(f"{_school(town)}exemptions/add/", form)
    assert (wrong.status_code, "结束日期早于开始日期" in _text(wrong)) == (422, True)
    clerk.post(f"{_school(town)}exemptions/add/", {**form, "ends_on": ""})
    row = Exemption.unscoped.get(county=COUNTY)
    assert "川民低字 18 号" in _text(clerk.get(f"{_school(town)}exemptions/"))
    clerk.post(f"{MONEY}exemptions/{COUNTY}/{row.pk}/end/", {"last_day": "2026-03-31"})
    row.refresh_from_db()
    assert f"{row.ends_on}" == "2026-03-31"


def test_subsidy_list_names_each_exempted_child_with_the_sum(clerk, town):
    child = town.child()
    town.exempt(child)
    town.roll(child, "present")
    town.roll(town.child("小红"), "present")
    town.issue()
    data = clerk.get(f"{_school(town)}subsidy.xlsx?month=2026-03").content
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    bill = town.bill(child)
    assert [
        bill.number,
        "三年级一班",
        child.resident.name,
        "家庭经济困难学生",
        "川民低字〔2026〕18 号",
        4.6,
        4.6,
        0,
    ] in rows
    assert ["合计", "1 人", 4.6, 4.6, 0] in rows


def test_clerk_of_another_school_finds_nothing(clerk, town, places, at):
    other = Town(places, at)
    child = other.child()
    other.roll(child, "present")
    other.issue()
    asked = [_school(other), f"{MONEY}bills/{COUNTY}/{other.bill(child).pk}/", f"{_school(other)}files/"]
    # A clerk is let in by the place of the grant; the unit of the school decides.
    with writing.allowed("test"):
        type(other.school).unscoped.filter(county=COUNTY, pk=other.school.pk).update(place_id="510112002001")
        Bill.unscoped.filter(county=COUNTY, school=other.school).update(place_id="510112002001")
    assert [clerk.get(address).status_code for address in asked] == [404, 404, 404]


def test_officer_sees_rules_and_calendar_but_no_bill_of_a_child(officer, town):
    child = town.child()
    town.roll(child, "present")
    town.issue()
    answers = [
        officer.get(f"{MONEY}rules/"), officer.get(f"{MONEY}calendar/?county={COUNTY}"), officer.get(MONEY),
        officer.get(f"{MONEY}bills/{COUNTY}/{town.bill(child).pk}/"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 403, 404]
    assert "每课时不超过 2.3 元" in _text(answers[0])


def test_officer_closes_a_day_and_the_clerk_reads_it(officer, clerk):
    form = {"day": "2026-03-03", "opens": "0", "why": "暴雨停课", "document": ""}
    officer.post(f"{MONEY}calendar/{COUNTY}/day/", form)
    page = _text(clerk.get(f"{MONEY}calendar/?year=2026"))
    assert ("暴雨停课" in page, "国庆节" in page) == (True, True)
    row = CalendarDay.unscoped.get(county=COUNTY, day=DAYS[1])
    refused = clerk.post(f"{MONEY}calendar/{COUNTY}/day/", form)
    officer.post(f"{MONEY}calendar/{COUNTY}/day/{row.pk}/drop/")
    assert (refused.status_code, CalendarDay.unscoped.filter(county=COUNTY).count()) == (403, 0)


def test_unknown_year_says_so_until_it_is_entered(officer):
    address = f"{MONEY}calendar/?county={COUNTY}&year=2031"
    before = _text(officer.get(address))
    officer.post(f"{MONEY}calendar/{COUNTY}/year/", {"year": "2031", "document": "国办发明电〔2030〕1号"})
    after = _text(officer.get(address))
    assert [("放假安排还没有录入" in page) for page in (before, after)] == [True, False]


def test_parent_reads_each_line_pays_in_the_demonstration_and_has_a_receipt(town, settings):
    settings.QUNWEN_DEMO = True
    child = town.child()
    town.roll(child, "present", "leave")
    town.issue()
    parent, bill = _parent(child.guardian), town.bill(child)
    address = f"/me/after-school/bills/{COUNTY}/{bill.pk}/"
    page = _text(parent.get(address))
    for words in (
        "4 课时 × 2.30 元",
        "9.20",
        "-4.60",
        "事先请假、病假的课时逐课时退费",
        "与账单一致",
        "演示：标为已缴，不收钱",
    ):
        assert words in page
    paid = parent.post(f"{address}pay/", {"adapter": "demonstration", "key": "0" * 32}, follow=True)
    assert "没有任何钱被收取" in _text(paid)
    assert "演示，没有真实收款" in _text(paid)
    receipt = parent.get(f"{address}receipts/{paid.context['came'][0].row.pk}/")
    assert "演示收据：没有真实收款" in _text(receipt)
    assert bill.number in _text(receipt)


def test_parent_is_told_how_to_pay_where_nothing_is_pretended(town):
    child = town.child()
    town.roll(child, "present")
    town.issue()
    parent = _parent(child.guardian)
    address = f"/me/after-school/bills/{COUNTY}/{town.bill(child).pk}/"
    assert "演示" not in _text(parent.get(address))
    for adapter in ("demonstration", "counter", "?"):
        assert parent.post(f"{address}pay/", {"adapter": adapter, "key": "1" * 32}).status_code == 422
    assert town.bill(child).paid_fen == 0


def test_parent_sees_only_bills_of_the_own_family(town):
    child, other = town.child(), town.child("小刚")
    town.roll(child, "present")
    town.roll(other, "present")
    town.issue()
    parent = _parent(other.guardian)
    mine = _text(parent.get("/me/after-school/bills/"))
    assert (other.resident.name in mine, child.resident.name in mine) == (True, False)
    asked = [f"/me/after-school/bills/{COUNTY}/{pk}/" for pk in (town.bill(child).pk, UUID(int=1))]
    assert [parent.get(address).status_code for address in asked] == [404, 404]


def test_bills_need_a_log_in_and_an_empty_list_says_what_will_be_here(town):
    child = town.child()
    assert Client().get("/me/after-school/bills/").status_code == 302
    assert "还没有账单" in _text(_parent(child.guardian).get("/me/after-school/bills/"))


@pytest.mark.parametrize("children", [1, 3])
def test_month_page_asks_the_same_number_of_statements(clerk, town, children, django_assert_max_num_queries):
    for _ in range(children):
        town.roll(town.child(), "present")
    town.issue()
    clerk.get(f"{_school(town)}?month=2026-03")
    with django_assert_max_num_queries(24):
        clerk.get(f"{_school(town)}?month=2026-03")
