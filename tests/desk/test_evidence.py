"""Evidence on the desk: filters, look-alikes, uploads, further records, removal with a reason, nothing of other counties."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunwen.base.evidence import actions
from qunwen.base.evidence.models import EvidenceFile, EvidenceLink
from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import clock, context

from .people import COMMAND, FOREIGN, TOWN, VILLAGE, photo


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def keep(county):
    """Upload as the command line would."""

    def run(subject, shade=90, caption="", name="现场.jpg", at=None, file=None):
        with context.everything(reason="test"):
            link, _alike = actions.keep_file(
                stream=file or photo(shade), name=name, subject=subject, place=subject.place, caption=caption, by=COMMAND,
                at=at or clock.now(),
            )  # fmt: skip
        return link

    return run


def url(name, *args):
    return reverse(f"desk_evidence:{name}", args=args)


def of(name, link):
    return url(name, link.county, link.pk)


def key(row):
    return f"{row._meta.label_lower}:510112:{row.pk}"


def text(answer):
    return answer.content.decode()


def test_list_filters_by_place_kind_day_and_words(desk, make, keep):
    poems, dance = make("清明诗会"), make("广场舞", place=TOWN)
    keep(poems, 90, "诗会全景", at=clock.now() - dt.timedelta(days=10))
    keep(dance, 60, "开场")
    keep(dance, name="签到.txt", file=_text("签到表"), caption="签到表")
    officer = desk("county_officer", "510112")

    def found(**query):
        return [link.caption for link in officer.get(url("list"), query).context["page"].object_list]

    assert found() == ["签到表", "开场", "诗会全景"]
    assert found(place=VILLAGE) == ["诗会全景"]
    assert found(kind="document") == ["签到表"]
    assert found(since=clock.today() - dt.timedelta(days=1)) == ["签到表", "开场"]
    assert found(until=clock.today() - dt.timedelta(days=5)) == ["诗会全景"]
    assert found(q="广场") == ["签到表", "开场"]
    assert "没有符合条件的材料" in text(officer.get(url("list"), {"q": "火星"}))


def _text(words):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("t.txt", words.encode())


def test_same_file_and_look_alikes_are_found(desk, make, keep):
    one, other, third = make("甲活动"), make("乙活动"), make("丙活动")
    picture = photo(80)
    first = keep(one, file=picture, caption="甲照")
    picture.seek(0)
    keep(other, file=picture, caption="乙照")
    keep(third, file=_text("通知"), name="通知.txt", caption="通知")
    worker = desk()
    alike = worker.get(url("list"), {"alike": "1"}).context["page"].object_list
    assert sorted(link.caption for link in alike) == ["乙照", "甲照"]
    page = text(worker.get(of("page", first)))
    assert ("有相同或很像的照片" in page, "乙活动" in page) == (True, True)


def test_upload_goes_to_the_chosen_record_and_refused_files_are_named(desk, make):
    row = make("清明诗会")
    worker = desk()
    assert key(row) in text(worker.get(url("add"), {"kind": "activities.activity", "q": "清明"})).replace("%3A", ":")
    address = f"{url('add')}?record={key(row)}"
    answer = worker.post(address, {"files": [photo(70), _text("<svg onload=1>")], "caption": "现场"})
    assert answer.status_code == 302
    link = EvidenceLink.unscoped.get()
    assert (link.subject_id, link.caption, link.place_id) == (str(row.pk), "现场", VILLAGE)
    refused = worker.post(address, {"files": [_text("<html><script>1</script>")], "caption": "留着"})
    assert (refused.status_code, "没有保存" in text(refused), "留着" in text(refused)) == (422, True, True)


def test_one_file_proves_more_records(desk, make, keep):
    one, other = make("甲活动"), make("乙活动")
    link = keep(one, caption="合影")
    worker = desk()
    assert "乙活动" in text(worker.get(of("more", link), {"q": "活动"}))
    worker.post(of("more", link), {"record": key(other)})
    assert sorted(EvidenceLink.unscoped.values_list("subject_label", flat=True)) == sorted([str(one), str(other)])
    assert EvidenceFile.unscoped.count() == 1
    worker.post(of("more", link), {"record": key(other)})
    assert EvidenceLink.unscoped.count() == 2


def test_removal_wants_a_reason_and_keeps_it(desk, make, keep):
    link = keep(make("清明诗会"))
    worker = desk()
    assert worker.post(of("remove", link), {"reason": " "}).status_code == 422
    assert EvidenceLink.unscoped.get().removed_at is None
    worker.post(of("remove", link), {"reason": "传错了活动"})
    assert EvidenceLink.unscoped.get().removed_at is not None
    assert JournalEntry.unscoped.get(code="evidence.link.removed").after == {"reason": "传错了活动"}
    assert worker.get(of("page", link)).status_code == 404


def test_caption_is_changed(desk, make, keep):
    link = keep(make("清明诗会"), caption="旧")
    worker = desk()
    worker.post(of("caption", link), {"caption": "新的说明"})
    assert EvidenceLink.unscoped.get().caption == "新的说明"


def test_nothing_of_another_county(desk, make, keep):
    away = make("陇县秘密", place=FOREIGN)
    link, own = keep(away, caption="外县照片"), keep(make("清明诗会"), 50)
    worker = desk()
    assert "外县" not in text(worker.get(url("list"))) + text(worker.get(url("list"), {"place": FOREIGN, "alike": "1"}))
    assert [worker.get(of(name, link)).status_code for name in ("page", "more", "remove")] == [404] * 3
    assert [
        worker.post(of(name, link), {"reason": "x", "caption": "x"}).status_code for name in ("remove", "caption")
    ] == [404] * 2
    stranger = f"activities.activity:610327:{away.pk}"
    assert worker.get(url("add"), {"record": stranger}).status_code == 404
    assert worker.post(of("more", own), {"record": stranger}).status_code == 404
    assert EvidenceLink.unscoped.filter(removed_at=None).count() == 2


def test_readers_look_and_change_nothing(desk, make, keep):
    link = keep(make("清明诗会"))
    reader = desk("auditor_readonly", "510112")
    assert reader.get(of("page", link)).status_code == 200
    assert [reader.get(of(name, link)).status_code for name in ("more", "remove")] == [403, 403]
    assert reader.get(url("add")).status_code == 403


def test_list_costs_the_same_with_more_rows(desk, make, keep):
    keep(make("甲"), 90)
    worker = desk()

    def cost():
        with CaptureQueriesContext(connection) as seen:
            worker.get(url("list"))
        return len(seen)

    cost()
    before = cost()
    keep(make("乙"), 60), keep(make("丙"), 30)
    assert cost() == before
