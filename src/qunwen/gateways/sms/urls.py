"""Addresses of the demonstration's outbox."""

from django.urls import path

from . import web

app_name = "sms"
urlpatterns = [path("outbox/", web.show_outbox, name="outbox")]
