"""Addresses of the journal, below /desk/journal/."""

from django.urls import path

from . import desk

app_name = "journal"
urlpatterns = [
    path("", desk.entries, name="entries"),
    path("export/", desk.export, name="export"),
    path("record/<str:county>/<str:subject_type>/<str:subject_id>/", desk.record, name="record"),
]
