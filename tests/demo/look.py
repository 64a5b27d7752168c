"""Looks into a built demonstration and says what it found, as one JSON object. Run in its environment."""

# ruff: noqa: E402  settings are chosen before anything of the house is loaded
from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "qunwen.config.settings.demo"

import django

django.setup()

from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.db.models import Count, F, Max, Min, Sum
from django.test import Client, override_settings

from qunwen.base.evidence import queries as evidence
from qunwen.base.evidence.models import EvidenceFile, EvidenceLink
from qunwen.base.journal import verifying
from qunwen.base.journal.models import JournalEntry
from qunwen.base.measures.models import MeasureTouch, Partition
from qunwen.base.people import demo_users
from qunwen.base.people.models import Grant, Resident, User
from qunwen.base.places.models import Place, Population
from qunwen.base.reviews.models import ReviewItem, ReviewStep
from qunwen.base.reviews.workdays import is_workday
from qunwen.base.scope import context
from qunwen.base.scope.clock import local
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


def desk_pages():
    """Pages of the desk that do not say that it is a demonstration."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="xianji"))
    pages = {path: client.get(path) for path in ("/desk/", "/desk/activities/", "/desk/journal/")}
    return [path for path, page in pages.items() if page.status_code != 200 or "演示数据" not in page.content.decode()]


def states(model, field="state"):
    return sorted(set(model.unscoped.order_by().values_list(field, flat=True)))


# Moments that are about what is to come; everything else has happened when the building ends.
AHEAD = {
    "starts_at", "ends_at", "original_start", "due_at", "closes_at", "run_after", "expire_date", "held_from", "held_until",
    "seed_at", "apply_closes_at",
}  # fmt: skip
OFFICE = {
    "activities.Activity.published_at", "reviews.ReviewItem.submitted_at", "reviews.ReviewItem.decided_at",
    "reviews.ReviewStep.decided_at", "venues.Closure.announced_at",
}  # fmt: skip
AWAKE = {
    "activities.Activity.created_at", "activities.Activity.changed_at", "activities.Session.changed_at",
    "activities.Headcount.counted_at", "bookings.Booking.booked_at", "bookings.Booking.ended_at",
    "bookings.Booking.checked_in_at", "evidence.EvidenceLink.linked_at", "notices.Notice.made_at",
    "people.Resident.registered_at",
}  # fmt: skip


def moments():
    """Every moment of every row: those after the end of the building, and people who act at unlikely hours."""
    done = dt.datetime.fromisoformat(json.loads((Path(os.environ["QUNWEN_HOME"]) / "demo.json").read_text())["until"])
    told = {"future": [], "idle": [], "asleep": [], "seen": set()}
    for model in apps.get_models():
        rows = getattr(model, "unscoped", model._base_manager).order_by()
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.DateTimeField):
                continue
            name = f"{model._meta.label}.{field.name}"
            for moment in rows.exclude(**{field.name: None}).values_list(field.name, flat=True):
                told["seen"].add(name)
                here = local(moment)
                if moment > done and field.name not in AHEAD:
                    told["future"].append(f"{name} {here}")
                if name in OFFICE and not (is_workday(here.date()) and 9 <= here.hour < 18):
                    told["idle"].append(f"{name} {here}")
                if name in AWAKE and not 7 <= here.hour < 24:
                    told["asleep"].append(f"{name} {here}")
    return {**told, "seen": sorted(told["seen"] & (OFFICE | AWAKE)), "asked": sorted(OFFICE | AWAKE)}


# What stands last in the history of an activity itself (its dates have histories of their own).
LAST = {
    "planned": {"planned", "scheduled"}, "submitted": {"submitted"}, "returned": {"returned"},
    "approved": {"approved"}, "published": {"published"}, "cancelled": {"cancelled"},
    "held": {"published", "noted"}, "reported": {"reported"}, "sent_back": {"sent_back"}, "verified": {"verified"},
}  # fmt: skip


def histories():
    """Codes of every activity's entries in their order; activities whose last entry is not their state."""
    told = {}
    rows = JournalEntry.unscoped.filter(subject_type="activities.activity").order_by("recorded_at", "id")
    for key, code in rows.values_list("subject_id", "code"):
        told.setdefault(key, []).append(code)
    wrong, plain = [], set()
    again = set(ReviewItem.unscoped.filter(round__gt=1).values_list("subject_id", flat=True))
    weekly = Session.unscoped.order_by().values("activity_id").annotate(n=Count("pk")).filter(n__gt=1)
    again |= {str(pk) for pk in weekly.values_list("activity_id", flat=True)}
    for pk, state in Activity.unscoped.values_list("pk", "state"):
        codes_of = [one for one in told.get(str(pk), []) if not one.startswith(("evidence.", "activities.media."))]
        own = [one.rpartition(".")[2] for one in codes_of if one.startswith("activities.")]
        if not own or own[-1] not in LAST[state]:
            wrong.append(f"{pk} {state} {own}")
        if state == "verified" and str(pk) not in again and own[0] == "planned":
            plain.add(" ".join(codes_of))
    late = JournalEntry.unscoped.filter(happened_at__gt=F("recorded_at")).count()
    return {"wrong": wrong, "plain": sorted(plain), "recorded_before_it_happened": late}


def mistakes():
    """How often what happens in real life is there."""
    links = EvidenceLink.unscoped.order_by().values("place_id", "file_id").annotate(n=Count("pk"))
    return {
        "corrected": JournalEntry.unscoped.filter(code="activities.session.headcount").count(),
        "sent_back": ReviewStep.unscoped.filter(decision="returned").count(),
        "same_photo_again": links.filter(n__gt=1).count(),
        "without_photo": Activity.unscoped.filter(state="verified").count()
        - EvidenceLink.unscoped.filter(subject_type="activities.activity")
        .order_by()
        .values("subject_id")
        .distinct()
        .count(),
    }


def family():
    """States of the shown resident's bookings, and the ages of the household."""
    holder = Resident.unscoped.get(phone="19900000001")
    home = Resident.unscoped.filter(household_id=holder.household_id)
    bookings = Booking.unscoped.filter(resident=holder)
    return {
        "states": sorted(set(bookings.order_by().values_list("state", flat=True))),
        "children": sum(one.birth_year > dt.date.today().year - 18 for one in home),
        "elders": sum(one.birth_year <= dt.date.today().year - 60 for one in home),
    }


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
        "touches": MeasureTouch.unscoped.filter(onward=False).count(),
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
        "moments": moments(),
        "histories": histories(),
        "mistakes": mistakes(),
        "family": family(),
        "login_page": login_page(),
        "passwords": passwords(),
        "desk_without_banner": desk_pages(),
        "portal": Client(SERVER_NAME="127.0.0.1").get("/").content.decode().count("示范"),
    }
print(json.dumps(found, ensure_ascii=False))
