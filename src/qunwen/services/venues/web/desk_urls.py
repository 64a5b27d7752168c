"""Under /desk/venues/. Venues are a reference table: their id is enough."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import desk

app_name = "venues"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="list"),
        path("export.xlsx", desk.export, name="export"),
        path("add/", desk.add, name="add"),
        path("<uuid:pk>/", desk.page, name="page"),
        path("<uuid:pk>/edit/", desk.edit, name="edit"),
        path("<uuid:pk>/retire/", desk.retire, name="retire"),
        path("<uuid:pk>/rooms/add/", desk.add_room, name="room_add"),
        path("<uuid:pk>/rooms/<uuid:room>/", desk.edit_room, name="room"),
        path("<uuid:pk>/hours/", desk.hours, name="hours"),
        path("<uuid:pk>/special-day/", desk.special_day, name="special_day"),
        path("<uuid:pk>/close/", desk.close, name="close"),
        path("<uuid:pk>/close/<uuid:closure>/withdraw/", desk.withdraw, name="withdraw"),
        path("<uuid:pk>/photos/", desk.photos, name="photos"),
        path("<uuid:pk>/photos/<uuid:link>/remove/", desk.remove_photo, name="photo_remove"),
    ]
)
