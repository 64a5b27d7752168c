"""Under /desk/bookings/. Addresses of facts carry the county."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import counter, importing, keeping, lines, lists, one, places, seats

app_name = "bookings"

OF_THING = "of/<str:county>/<uuid:pk>/"
OF_BUCKET = "places/<str:county>/<uuid:pk>/"
OF_BOOKING = "<str:county>/<uuid:pk>/"

urlpatterns = with_reasons(
    [
        path("", lists.things, name="things"),
        path("seats/", seats.plans, name="plans"),
        path("seats/add/", seats.add_plan, name="add_plan"),
        path("seats/<str:county>/<uuid:pk>/", seats.plan, name="plan"),
        path("seats/<str:county>/<uuid:pk>/edit/", seats.edit_plan, name="edit_plan"),
        path("limits/", keeping.limits, name="limits"),
        path("limits/rule/", keeping.policy, name="policy"),
        path("limits/<str:county>/<uuid:pk>/", keeping.review, name="review"),
        path("groups/", keeping.groups, name="groups"),
        path("groups/<str:county>/<uuid:pk>/", keeping.certify, name="certify"),
        path("groups/<str:county>/<uuid:pk>/end/", keeping.end, name="end_proof"),
        path(OF_THING, lists.thing, name="thing"),
        path(f"{OF_THING}list.xlsx", lists.export, name="export"),
        path(f"{OF_THING}seats/", seats.of_thing, name="seats"),
        path(f"{OF_THING}import/", importing.names, name="import"),
        path(f"{OF_THING}move/", places.move, name="move"),
        path(f"{OF_THING}book/", counter.find, name="find"),
        path(f"{OF_THING}book/name/", counter.book_name, name="book_name"),
        path(f"{OF_THING}book/<uuid:resident>/", counter.book_for, name="book_for"),
        path(OF_BUCKET, places.settings, name="bucket"),
        path(f"{OF_BUCKET}line/", lines.line, name="line"),
        path(f"{OF_BUCKET}line/freeze/", lines.freeze, name="freeze"),
        path(f"{OF_BUCKET}close/", places.switch, {"verb": "close"}, name="close"),
        path(f"{OF_BUCKET}reopen/", places.switch, {"verb": "reopen"}, name="reopen"),
        path(f"{OF_BUCKET}absent/", places.switch, {"verb": "absent"}, name="absent"),
        path(OF_BOOKING, one.booking, name="booking"),
        path(f"{OF_BOOKING}cancel/", one.cancel, name="cancel"),
        path(f"{OF_BOOKING}seats/", seats.change, name="change_seats"),
        path(f"{OF_BOOKING}came/", one.came, name="came"),
        path(f"{OF_BOOKING}give/", one.give, name="give"),
        path(f"{OF_BOOKING}accept/", one.answer, {"verb": "accept"}, name="accept"),
        path(f"{OF_BOOKING}decline/", one.answer, {"verb": "decline"}, name="decline"),
        path(f"{OF_BOOKING}reissue/", one.answer, {"verb": "reissue"}, name="reissue"),
    ]
)
