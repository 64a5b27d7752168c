"""Addresses of the staff inbox and of what was sent, below /desk/notices/."""

from django.urls import path

from . import desk, outbox

app_name = "desk_notices"
urlpatterns = [
    path("", desk.inbox, name="inbox"),
    path("read/", desk.read, name="read"),
    path("sent/", outbox.sent, name="sent"),
    path("sent/<str:county>/<uuid:pk>/again/", outbox.again, name="again"),
]
