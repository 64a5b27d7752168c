"""Under /evidence/ for everybody, and once more below /desk/ where the scope of staff is open."""

from django.urls import path

from . import files

app_name = "evidence"

urlpatterns = [
    path("<str:county>/<uuid:link>/<str:variant>", files.file, name="file"),
]
