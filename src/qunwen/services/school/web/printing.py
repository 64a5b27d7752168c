"""What an office prints: the class list, the timetable of a term, certificates; and the list as .xlsx."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import uuid

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.papers.columns import Column, Kind
from qunwen.base.papers.docx import OfficialPaper
from qunwen.base.papers.xlsx import Sheet, write_xlsx
from qunwen.base.scope import asking, clock
from qunwen.base.scope.clock import local
from qunwen.base.ui.web.desk import show
from qunwen.services.school import certificates as proof
from qunwen.services.school import queries
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import LessonState
from qunwen.services.school.models import Agreement, Certificate, CourseClass, Lesson, Pupil, Term
from qunwen.services.venues.models import WEEKDAYS

from .loaded import ICON, class_or_404, first, steps

SHEET = (
    Column("n", "序号", Kind.INTEGER), Column("name", "姓名"), Column("group", "人群"), Column("place", "居住地"),
    Column("phone", "手机", Kind.ID), Column("guardian", "监护人"), Column("came", "到课", Kind.INTEGER),
    Column("held", "应到", Kind.INTEGER), Column("state", "状态"),
)  # fmt: skip
COLUMNS = 20  # lessons a printed list has boxes for


def _phone(pupil: Pupil) -> str:
    person = pupil.guardian or pupil.resident
    return person.masked_phone if person is not None else ""


@require_safe
def class_list(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The roll on paper: names and a box for each lesson."""
    row = class_or_404(county, pk)
    asking.require(Permission.TEACH, on=row)
    lessons = Lesson.objects.filter(county=county, course_class=row).exclude(state=LessonState.CANCELLED)
    return show(
        request, "school/desk/class_list.html", title=_("班级名单"), icon=ICON, steps=steps(row, _("班级名单")), row=row,
        lessons=list(lessons.order_by("number", "pk")[:COLUMNS]),
        pupils=[(pupil, _phone(pupil)) for pupil in queries.roll(row)], today=clock.today(),
    )  # fmt: skip


@require_safe
def class_sheet(request: HttpRequest, county: str, pk: uuid.UUID) -> FileResponse:
    """The roll as .xlsx, with attendance so far; telephone numbers masked."""
    row = class_or_404(county, pk)
    asking.require(Permission.TEACH, on=row)
    pupils = queries.roll(row)
    came = queries.attendance_of(pupils)
    rows = (
        {
            "n": n, "name": p.name, "group": p.get_group_display(), "place": p.place.name, "phone": _phone(p),
            "guardian": p.guardian.name if p.guardian else "", "came": came.get(p.pk, (0, 0))[0],
            "held": came.get(p.pk, (0, 0))[1], "state": p.get_state_display(),
        }
        for n, p in enumerate(pupils, start=1)
    )  # fmt: skip
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    write_xlsx(target, SHEET, rows, sheet=Sheet(name=_("班级名单"), title=f"{row.term} {row.title}"))
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{row.title}-{_('班级名单')}.xlsx")


@require_safe
def timetable(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """The week of a term: every class by weekday and hour, on one sheet."""
    term = first(Term.objects.filter(county=county, pk=pk))
    asking.require(Permission.VIEW)
    rows = CourseClass.objects.select_related("teacher", "school").filter(county=county, term=term)
    rows = rows.filter(state__in=("published", "completed")).order_by("starts", "title", "pk")
    found = list(rows)
    week = [(label, [row for row in found if day in row.meets_on]) for day, label in WEEKDAYS]
    word = _("%(term)s课表") % {"term": term.name}
    return show(
        request, "school/desk/timetable.html", title=word, icon=ICON, steps=steps(None, word), term=term,
        week=[(label, rows) for label, rows in week if rows], today=clock.today(),
    )  # fmt: skip


@require_safe
def certificate(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """A certificate to print, with the code that proves it."""
    row = first(Certificate.objects.select_related("pupil__course_class").filter(county=county, pk=pk))
    return show(
        request, "school/desk/certificate.html", title=row.number, icon=ICON,
        steps=steps(row.pupil.course_class, row.number), papers=[_paper(row)], single=row,
        may_certify=asking.may(Permission.CERTIFY, on=row),
    )  # fmt: skip


@require_safe
def certificates(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """All valid certificates of a class, one on a sheet."""
    row = class_or_404(county, pk)
    rows = Certificate.objects.filter(county=county, pupil__course_class=row, revoked_at=None).order_by("number", "pk")
    word = _("打印证书")
    return show(
        request, "school/desk/certificate.html", title=word, icon=ICON, steps=steps(row, word),
        papers=[_paper(one) for one in rows], single=None,
    )  # fmt: skip


def _paper(row: Certificate) -> tuple[Certificate, dt.date, SafeString]:
    return row, local(row.issued_at).date(), mark_safe(proof.qr_svg(row))


@require_safe
def agreement(request: HttpRequest, county: str, pk: uuid.UUID) -> FileResponse:
    """One version of a point's agreement as .docx, to be signed and kept."""
    del request
    row = first(Agreement.objects.select_related("school__parent", "school__place").filter(county=county, pk=pk))
    asking.require(Permission.VIEW, on=row)
    title = _("市民文化艺术学校教学点协议")
    paper = OfficialPaper(title=title, author=row.school.parent.name if row.school.parent else "")
    paper.title(title, _("（第 %(n)s 版）") % {"n": row.version})
    paper.text(_("甲方：%(name)s") % {"name": row.school.parent})
    paper.text(_("乙方：%(name)s") % {"name": row.partner})
    paper.text(_("教学点：%(name)s　%(place)s") % {"name": row.school.name, "place": row.school.address or row.place})
    paper.heading(1, _("约定内容"))
    for line in row.terms.splitlines():
        if line.strip():
            paper.text(line.strip())
    paper.heading(1, _("期限"))
    paper.text(
        _("自%(first)s起至%(last)s止，到期前可续签；续签的是新的一版，本版仍存档。")
        % {"first": _day(row.valid_from), "last": _day(row.valid_to - dt.timedelta(days=1))}
    )
    paper.text(_("甲方（盖章）：　　　　　　　　　　乙方（盖章）："))
    paper.signature(row.school.parent.name if row.school.parent else "", row.signed_on)
    name = f"{row.school.name}-{_('协议')}-{row.version}.docx"
    return FileResponse(io.BytesIO(paper.to_bytes()), as_attachment=True, filename=name)


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")
