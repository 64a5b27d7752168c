"""The addresses of every page of the portal in a world, by name."""

from __future__ import annotations

from typing import Any


def addresses(town: Any, notice: Any, *, signed_in: bool = True) -> dict[str, str]:
    """Every page; those of a person only with `signed_in`."""
    county = "510112"

    def activity(session: Any) -> str:
        return f"/activities/{county}/{session.activity_id}/"

    found = {
        "home": "/",
        "activities": "/activities/",
        "activities of a day": f"/activities/?day={town.course.starts_at:%Y-%m-%d}",
        "no activities": "/activities/?kind=volunteer",
        "calendar": "/calendar/",
        "bookable": activity(town.course),
        "full": activity(town.packed),
        "closed": activity(town.closed),
        "cancelled": activity(town.off),
        "postponed": activity(town.put_off),
        "several dates": f"/activities/{county}/{town.film.pk}/",
        "long title": f"/activities/{county}/{town.today.pk}/",
        "venues": "/venues/",
        "venue": f"/venues/{town.world.station.pk}/",
        "near": "/near/?place=510112001",
        "nearest": "/near/?lat=30.55&lng=104.27",
        "search": "/search/?q=书",
        "nothing found": "/search/?q=zzz",
        "news": "/news/",
        "announcement": f"/news/{notice.pk}/",
        "help": "/help/",
        "sign up": f"/sign-up/{county}/{town.course.pk}/",
        "line up": f"/sign-up/{county}/{town.packed.pk}/",
        "sign-up closed": f"/sign-up/{county}/{town.closed.pk}/",
    }
    if signed_in:
        found |= {
            "my bookings": "/me/bookings/",
            "ticket": f"/me/bookings/{county}/{town.ticket.pk}/",
            "waiting": f"/me/bookings/{county}/{town.waiting.pk}/",
            "cancel": f"/me/bookings/{county}/{town.ticket.pk}/cancel/",
        }
    return found
