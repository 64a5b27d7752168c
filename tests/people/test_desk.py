"""The desk: what one sees, and that another county's rows are not there."""

import io

import openpyxl
import pytest

from qunwen.base.people.models import Grant, Resident, Staff, Unit
from qunwen.base.scope import context

PHONE = "13800001234"


@pytest.fixture
def foreign(hire, resident, house):
    staff = hire("陇县管理员", "610327", role="county_officer")
    row = resident("陇县居民", code="610327100001", phone="13911112222")
    return {"staff": staff, "resident": row, "unit": house.units["610327"]}


@pytest.fixture
def desk(enter_desk, hire):
    def enter(role="county_officer", code="510112"):
        return enter_desk(hire("本县人", code, role=role))

    return enter


@pytest.mark.parametrize("page", ["units", "staff", "residents"])
def test_lists_show_own_county_only(page, desk, foreign, resident):
    resident("本县居民")
    body = desk().get(f"/desk/people/{page}/").content.decode()
    assert "陇县" not in body
    assert "13911112222" not in body


def test_foreign_ids_are_not_found(desk, foreign, enter_desk, hire):
    client = enter_desk(hire("安管", role="security_admin"))
    staff, unit = foreign["staff"], foreign["unit"]
    for page in (f"staff/{staff.pk}/", f"staff/{staff.pk}/edit/", f"staff/{staff.pk}/grant/", f"units/{unit.pk}/"):
        assert client.get(f"/desk/people/{page}").status_code == 404
    grant = Grant.unscoped.get(staff=staff)
    for do in ("disable", "reset", "unlock", "revoke"):
        answer = client.post(f"/desk/people/staff/{staff.pk}/standing/", {"do": do, "grant": str(grant.pk)})
        assert answer.status_code == 404
    row = foreign["resident"]
    assert client.get(f"/desk/people/residents/610327/{row.pk}/").status_code == 404
    assert client.get(f"/desk/people/residents/510112/{row.pk}/").status_code == 404
    assert Staff.unscoped.get(pk=staff.pk).active


def test_a_foreign_grant_is_not_found_under_an_own_person(enter_desk, hire, foreign):
    client = enter_desk(hire("安管", role="security_admin"))
    mine = hire("本县员", role="county_officer")
    grant = Grant.unscoped.get(staff=foreign["staff"])
    answer = client.post(f"/desk/people/staff/{mine.pk}/standing/", {"do": "revoke", "grant": str(grant.pk)})
    assert answer.status_code == 404
    grant.refresh_from_db()
    assert grant.revoked_at is None


def test_phones_are_masked_without_the_permission(desk, resident):
    resident("本县居民", phone=PHONE)
    masked = desk("village_worker", "510112001001").get("/desk/people/residents/").content.decode()
    assert ("138****1234" in masked, PHONE in masked) == (True, False)


def test_phones_are_whole_with_the_permission(desk, resident):
    resident("本县居民", phone=PHONE)
    assert PHONE in desk("county_officer").get("/desk/people/residents/").content.decode()


def test_township_admin_invites_and_grants(desk, house):
    client = desk("town_admin", "510112001")
    form = {
        "name": "新村员", "username": "xincunyuan", "unit": str(house.units["510112001"].pk), "place": "510112001001",
    }  # fmt: skip
    page = client.post("/desk/people/staff/invite/", form).content.decode()
    assert "一次性密码" in page
    staff = Staff.unscoped.get(name="新村员")
    grant_page = client.get(f"/desk/people/staff/{staff.pk}/grant/")
    offered = grant_page.context["form"]
    assert {code for code, _name in offered.fields["place"].choices} == {
        "510112001", "510112001001", "510112001002",
    }  # fmt: skip
    assert "county_officer" not in set(offered.fields["role"].queryset.values_list("code", flat=True))
    answer = client.post(
        f"/desk/people/staff/{staff.pk}/grant/",
        {"role": "village_worker", "place": "510112001001", "data_scope": "all"},
    )
    assert answer.status_code == 302
    assert Grant.unscoped.get(staff=staff).role.code == "village_worker"


def test_a_forged_grant_form_is_refused(desk, hire, house):
    client = desk("town_admin", "510112001")
    staff = hire("村员", "510112001001")
    for forged in ({"role": "county_officer"}, {"place": "510112"}, {"place": "510112002"}):
        form = {"role": "village_worker", "place": "510112001001", "data_scope": "all", **forged}
        assert client.post(f"/desk/people/staff/{staff.pk}/grant/", form).status_code == 200
    assert Grant.unscoped.filter(staff=staff).count() == 0


def test_village_worker_has_no_staff_pages(desk):
    client = desk("village_worker", "510112001001")
    # Wagtail answers a missing permission with a way back to the desk's first page.
    assert client.get("/desk/people/staff/").status_code in (302, 403)
    assert client.get("/desk/people/staff/invite/").status_code in (302, 403)
    assert client.get("/desk/people/staff/matrix.xlsx").status_code in (302, 403)


def test_without_grants_the_desk_stays_closed(enter_desk, hire):
    assert enter_desk(hire("无授权")).get("/desk/").status_code in (302, 403)


def test_units_are_added_and_changed(desk, house):
    client = desk()
    form = {"name": "流动文化车", "kind": "other", "place": "510112", "parent": str(house.units["510112"].pk)}
    assert client.post("/desk/people/units/add/", form).status_code == 302
    unit = Unit.unscoped.get(name="流动文化车")
    client.post(f"/desk/people/units/{unit.pk}/", {"name": "文化大篷车", "kind": "other", "active": "on"})
    unit.refresh_from_db()
    assert (unit.name, unit.parent_id) == ("文化大篷车", None)
    assert "已有名为" in client.post("/desk/people/units/add/", {**form, "name": "文旅局"}).content.decode()


def test_the_matrix_names_own_people_only(enter_desk, hire, foreign):
    client = enter_desk(hire("安管", role="security_admin"))
    hire("镇管", "510112001", role="town_admin")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/desk/people/staff/matrix.xlsx").content))
    cells = {str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value}
    assert {"镇管", "安管", "乡镇管理员", "授予和收回角色"} <= cells
    assert "陇县管理员" not in cells


def test_residents_are_registered_at_the_desk(desk):
    client = desk("town_station", "510112001")
    form = {"name": "张三", "phone": PHONE, "birth_year": "1960", "place": "510112001002"}
    assert client.post("/desk/people/residents/add/", form).status_code == 302
    assert Resident.unscoped.get(phone=PHONE).county == "510112"
    assert client.post("/desk/people/residents/add/", {**form, "place": "510112002001"}).status_code == 200


def test_lists_run_the_same_number_of_queries_for_one_and_for_many(desk, resident, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = desk()
    resident("一")
    client.get("/desk/people/residents/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/desk/people/residents/")
    for n in range(4):
        resident(f"居民{n}")
    with CaptureQueriesContext(connection) as many:
        client.get("/desk/people/residents/")
    assert len(many) == len(one)


def test_the_scope_is_open_within_a_stream_and_closed_after(rf, db):
    from django.http import StreamingHttpResponse

    from qunwen.base.people.web.who import WhoMiddleware

    def view(_request):
        return StreamingHttpResponse(str(context.current().kind).encode() for _n in range(2))

    request = rf.get("/x/")
    request.session = {}
    response = WhoMiddleware(view)(request)
    assert context.current() is None
    assert list(response.streaming_content) == [b"public", b"public"]
    assert context.current() is None


def test_the_list_has_its_search_and_buttons(desk, hire):
    hire("何芳", "510112001")
    client = desk("town_admin", "510112001")
    page = client.get("/desk/people/staff/").content.decode()
    assert ("邀请工作人员" in page, "导出权限矩阵" in page) == (True, False)
    found = client.get("/desk/people/staff/?q=何").content.decode()
    assert ("何芳" in found, "本县人" in found) == (True, False)
