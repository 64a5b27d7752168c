"""Addresses of the staff inbox, below /desk/notices/."""

from django.urls import path

from . import desk

app_name = "desk_notices"
urlpatterns = [
    path("", desk.inbox, name="inbox"),
    path("read/", desk.read, name="read"),
]
