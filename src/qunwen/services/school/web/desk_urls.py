"""Under /desk/school/. Addresses of facts carry the county."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import desk, loading, pages, printing, setup, teaching

app_name = "school"
CLASS = "<str:county>/classes/<uuid:pk>/"
LESSON = "<str:county>/lessons/<uuid:pk>/"
PUPIL = "<str:county>/pupils/<uuid:pk>/"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="list"),
        path("add/", desk.add, name="add"),
        path("network/", setup.network, name="network"),
        path("network/schools/add/", setup.add_school, name="add_school"),
        path("network/terms/add/", setup.add_term, name="add_term"),
        path("network/subjects/add/", setup.add_subject, name="add_subject"),
        path("network/teachers/add/", setup.add_teacher, name="add_teacher"),
        path("<str:county>/schools/<uuid:pk>/", pages.school, name="school"),
        path("<str:county>/schools/<uuid:pk>/close/", pages.close_school, name="close_school"),
        path("<str:county>/schools/<uuid:pk>/agreement/", setup.add_agreement, name="add_agreement"),
        path("<str:county>/agreements/<uuid:pk>/agreement.docx", printing.agreement, name="agreement"),
        path("<str:county>/teachers/<uuid:pk>/", pages.teacher, name="teacher"),
        path("<str:county>/teachers/<uuid:pk>/change/", pages.change_teacher, name="change_teacher"),
        path("<str:county>/terms/<uuid:pk>/", pages.term, name="term"),
        path("<str:county>/terms/<uuid:pk>/change/", pages.change_term, name="change_term"),
        path("<str:county>/terms/<uuid:pk>/timetable/", printing.timetable, name="timetable"),
        path("<str:county>/load/", loading.upload, name="load"),
        path("<str:county>/load/blank.xlsx", loading.blank, name="load_blank"),
        path("<str:county>/load/check/", loading.check, name="load_check"),
        path("<str:county>/load/apply/", loading.apply, name="load_apply"),
        path(CLASS, desk.page, name="class"),
        path(f"{CLASS}publish/", desk.publish, name="publish"),
        path(f"{CLASS}edit/", desk.edit, name="edit"),
        path(f"{CLASS}drop/", desk.drop, name="drop"),
        path(f"{CLASS}teacher/", desk.replace_teacher, name="replace_teacher"),
        path(f"{CLASS}cancel/", desk.cancel, name="cancel"),
        path(f"{CLASS}complete/", desk.complete, name="complete"),
        path(f"{CLASS}certify/", desk.certify, name="certify"),
        path(f"{CLASS}certificates/", printing.certificates, name="certificates"),
        path(f"{CLASS}marks/", teaching.marks, name="marks"),
        path(f"{CLASS}quality/", teaching.quality, name="quality"),
        path(f"{CLASS}said/", teaching.said_of, name="said"),
        path(f"{CLASS}quality/blank/", teaching.blank_sheet, name="blank_sheet"),
        path("<str:county>/quality/<uuid:pk>/", teaching.sheet, name="sheet"),
        path(f"{CLASS}list/", printing.class_list, name="class_list"),
        path(f"{CLASS}list.xlsx", printing.class_sheet, name="class_sheet"),
        path(f"{LESSON}roll/", teaching.roll, name="roll"),
        path(f"{LESSON}code/", teaching.code, name="code"),
        path(f"{LESSON}move/", desk.move_lesson, name="move_lesson"),
        path(f"{LESSON}cancel/", desk.cancel_lesson, name="cancel_lesson"),
        path(f"{PUPIL}rate/", teaching.rate, name="rate"),
        path(f"{PUPIL}withdraw/", desk.withdraw, name="withdraw"),
        path(f"{PUPIL}transfer/", desk.transfer, name="transfer"),
        path("<str:county>/certificates/<uuid:pk>/", printing.certificate, name="certificate"),
        path("<str:county>/certificates/<uuid:pk>/revoke/", desk.revoke, name="revoke"),
    ]
)
