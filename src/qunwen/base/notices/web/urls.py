"""Addresses of the resident's inbox, below /me/notices/."""

from django.urls import path

from . import public

app_name = "notices"
urlpatterns = [
    path("", public.inbox, name="inbox"),
    path("read/", public.read, name="read"),
]
