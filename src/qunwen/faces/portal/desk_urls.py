"""Addresses of the announcements on the desk."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import desk

app_name = "announcements"
urlpatterns = with_reasons([path("", desk.announcements, name="list")])
