"""Under /me/after-school/: what a guardian does for the children."""

from django.urls import path

from . import family

app_name = "afterschool_family"
CHILD = "children/<str:county>/<uuid:pk>/"

urlpatterns = [
    path("", family.index, name="index"),
    path("apply/<str:county>/<uuid:term>/", family.apply, name="apply"),
    path("enter/", family.enter, name="enter"),
    path(f"{CHILD}persons/", family.add_person, name="person_add"),
    path(f"{CHILD}consent/withdraw/", family.take_back, name="take_back"),
    path(f"{CHILD}code/", family.code, name="code"),
    path("persons/<str:county>/<uuid:pk>/remove/", family.remove_person, name="person_remove"),
    path("applications/<str:county>/<uuid:pk>/<str:verb>/", family.answer, name="answer"),
    path("agreements/<str:county>/<uuid:pk>.docx", family.paper, name="paper"),
    path("schools/<str:county>/<uuid:pk>/complain/", family.complain, name="complain"),
]
