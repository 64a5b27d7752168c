"""Addresses of the portal. Those of facts carry the county."""

from django.urls import path

from . import booking, feeds, public, room_door, rooms, school

app_name = "portal"
MINE = "me/bookings/<str:county>/<uuid:key>/"
ROOM = "rooms/<str:county>/<uuid:key>/"

urlpatterns = [
    path("", public.home, name="home"),
    path("activities/", public.activities, name="activities"),
    path("activities/<str:county>/<uuid:key>/", public.activity, name="activity"),
    path("activities/<str:county>/<uuid:key>/event.ics", feeds.activity_calendar, name="activity_calendar"),
    path("sign-up/<str:county>/<uuid:key>/", booking.sign_up, name="sign_up"),
    path("calendar/", public.calendar, name="calendar"),
    path("calendar.ics", feeds.county_calendar, name="county_calendar"),
    path("venues/", public.venue_list, name="venues"),
    path("venues/<uuid:key>/", public.venue, name="venue"),
    path("near/", public.near, name="near"),
    path("search/", public.search, name="search"),
    path("news/", public.news, name="news"),
    path("news/<int:key>/", public.announcement, name="announcement"),
    path("help/", public.help_page, name="help"),
    path("county/", public.choose, name="choose"),
    path("school/", school.school, name="school"),
    path("school/certificates/", school.verify, name="verify"),
    path("school/<str:county>/<uuid:key>/", school.course, name="course"),
    path("rooms/", rooms.index, name="rooms"),
    path("rooms/offers/", rooms.offers, name="room_offers"),
    path("rooms/<str:county>/offers/<uuid:key>/take/", rooms.take, name="room_take"),
    path(f"{ROOM}", rooms.room, name="room"),
    path(f"{ROOM}calendar.ics", room_door.calendar, name="room_calendar"),
    path(f"{ROOM}door/<str:secret>/", room_door.door, name="room_door"),
    path("me/rooms/", rooms.my_rooms, name="my_rooms"),
    path("me/rooms/<uuid:key>/release/", rooms.release, name="room_release"),
    path("me/school/", school.my_school, name="my_school"),
    path("me/school/<uuid:key>/sign-in/", school.sign_in, name="school_sign_in"),
    path("me/school/<uuid:key>/certificate/", school.my_certificate, name="school_certificate"),
    path("me/school/<uuid:key>/rate/", school.rate, name="school_rate"),
    path("me/bookings/", booking.my_bookings, name="bookings"),
    path(MINE, booking.booking, name="booking"),
    path(f"{MINE}cancel/", booking.cancel, name="cancel"),
    path(f"{MINE}release/", booking.release, name="release"),
    path("me/limits/<uuid:key>/", booking.appeal, name="appeal"),
    path(f"{MINE}accept/", booking.answer_offer, {"answer": "accept"}, name="accept"),
    path(f"{MINE}decline/", booking.answer_offer, {"answer": "decline"}, name="decline"),
    path("me/calendar/", booking.change_feed, name="change_feed"),
    path("me/calendar/<str:token>.ics", feeds.my_calendar, name="my_calendar"),
]
