"""Looks into a built demonstration and says what it found, as one JSON object. Run in its environment."""

# ruff: noqa: E402  settings are chosen before anything of the house is loaded
from __future__ import annotations

import json
import os

os.environ["DJANGO_SETTINGS_MODULE"] = "qunwen.config.settings.demo"

import django

django.setup()

from django.contrib.auth.password_validation import validate_password
from django.db.models import Count, F, Max, Min, Sum
from django.test import Client, override_settings

from qunwen.base.evidence import queries as evidence
from qunwen.base.evidence.models import EvidenceFile
from qunwen.base.journal import verifying
from qunwen.base.measures.models import MeasureTouch, Partition
from qunwen.base.people import demo_users
from qunwen.base.people.models import Grant, Resident, User
from qunwen.base.places.models import Place, Population
from qunwen.base.reviews.models import ReviewItem
from qunwen.base.scope import context
from qunwen.services.activities.models import Activity, Headcount, Session
from qunwen.services.bookings import codes
from qunwen.services.bookings.enums import TAKES_PLACES
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.venues.models import Venue


def drifts():
    held = Booking.unscoped.filter(county="510112", state__in=sorted(TAKES_PLACES))
    sums = dict(held.order_by().values_list("bucket_id").annotate(n=Sum("party")))
    return [str(pk) for pk, taken in Bucket.unscoped.values_list("pk", "taken") if taken != sums.get(pk, 0)]


def twice_at_once():
    """Residents with two live bookings of one thing."""
    rows = Attendee.unscoped.filter(booking__state__in=["confirmed", "attended", "waiting", "offered"])
    doubled = rows.order_by().values("resident_id", "booking__bucket__subject_id").annotate(n=Count("pk"))
    return doubled.filter(n__gt=1).count()


def silent_villages():
    busy = set(Session.unscoped.filter(state="held").values_list("place_id", flat=True))
    villages = Place.unscoped.filter(level=5, code__startswith="510112").values_list("code", flat=True)
    return sorted(set(villages) - busy)


def populations_add_up():
    rows = Population.unscoped.filter(year=Population.unscoped.aggregate(y=Max("year"))["y"])
    villages = rows.filter(place__level=5, group="total").aggregate(n=Sum("number"))["n"]
    groups = rows.filter(place_id="510112").exclude(group="total").aggregate(n=Sum("number"))["n"]
    return villages == groups == rows.get(place_id="510112", group="total").number


def login_page():
    page = Client(SERVER_NAME="127.0.0.1").get("/accounts/login/").content.decode()
    return all(user.username in page and user.password in page for user in demo_users.shown())


def passwords():
    for shown in demo_users.shown():
        user = User.objects.get(username=shown.username)
        validate_password(shown.password, user)
        if not user.check_password(shown.password):
            return False
    return True


def states(model, field="state"):
    return sorted(set(model.unscoped.order_by().values_list(field, flat=True)))


PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
with override_settings(STORAGES=PLAIN), context.everything(reason="tests look into the demonstration"):
    journal = verifying.verify()
    box = Venue.unscoped.aggregate(
        south=Min("latitude"), north=Max("latitude"), west=Min("longitude"), east=Max("longitude")
    )
    hashes = EvidenceFile.unscoped.values_list("band_a", "band_b", "band_c", "band_d")
    found = {
        "drifts": drifts(),
        "twice": twice_at_once(),
        "silent": silent_villages(),
        "populations_add_up": populations_add_up(),
        "journal_ok": journal.ok,
        "unsealed": journal.unsealed,
        "touches": MeasureTouch.unscoped.count(),
        "partitions": Partition.unscoped.filter(version__gt=0).count(),
        "box": {key: float(value) for key, value in box.items()},
        "photos": len(hashes),
        "distinct_hashes": len(set(hashes)),
        "broken_files": [str(one) for one in evidence.verify_files()],
        "activity_states": states(Activity),
        "session_states": states(Session),
        "booking_states": states(Booking),
        "review_states": states(ReviewItem),
        "roles": sorted(set(Grant.unscoped.values_list("role__code", flat=True))),
        "bad_codes": sum(codes.read(code) != code for code in Booking.unscoped.values_list("code", flat=True)),
        "future_held": Session.unscoped.filter(state="held", starts_at__gt=F("changed_at")).count(),
        "late": Session.unscoped.filter(held_note__startswith="补录").count(),
        "crowd": Headcount.unscoped.aggregate(n=Sum("number"))["n"],
        "came": Attendee.unscoped.filter(came=True).count(),
        "demo_resident": Resident.unscoped.filter(phone="19900000001").count(),
        "login_page": login_page(),
        "passwords": passwords(),
        "portal": Client(SERVER_NAME="127.0.0.1").get("/").content.decode().count("示范"),
    }
print(json.dumps(found, ensure_ascii=False))
