"""Pages that act for a resident: sign up, my bookings, ticket, cancel, answer an offer."""

from __future__ import annotations

import datetime as dt
import functools
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.people.models import Resident
from qunwen.base.people.web.public import resident_required
from qunwen.base.scope import clock
from qunwen.services.activities.models import Session
from qunwen.services.bookings import actions, seatmap, tickets
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.enums import CANCELLABLE, State
from qunwen.services.bookings.models import Booking, Bucket

from . import actions as portal
from . import listing, queries, rush
from .forms import AppealForm, SignUpForm, new_key
from .public import short, trail

# What somebody typed before being asked to log in, by date; given back once they are.
DRAFTS = "sign_up_drafts"
MOST_DRAFTS = 5
OFFLINE = "X-Qunwen-Keep"
_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')


def _family(request: Any) -> list[Resident]:
    if request.resident is None:
        return []
    return [request.resident, *request.wards]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: Any, county: str, key: uuid.UUID) -> HttpResponse:
    """Sign up for one date: for oneself, a child, an elder, with companions; or stand in line."""
    session = listing.session_of(county, key)
    if session is None:
        raise Http404
    at = clock.now()
    bucket = bookings.bucket_of(county=county, subject_type=listing.SESSION, subject_id=session.pk)
    form = _form(request, session, bucket) if bucket is not None else None
    queues = rush.stands_before(request, bucket, at)
    if request.method == "POST" and form is not None and form.is_valid():
        # What is left is not looked up before: the ledger alone decides, and a rush has no time for it.
        answer = _ask_who(request, session) if request.resident is None else _book(request, form, bucket, at)
        if answer is not None:
            return answer
    places = listing.places_of(session, listing.availability([session], at).get(session.pk), at)
    shown = {"session": session, "places": places, "trail": _trail(session), "nav_key": "activities"}
    if bucket is not None and form is not None and queues and request.method != "POST":
        return rush.room(request, bucket, shown, at=at, typed=form.initial)
    if bucket is not None and bucket.is_numbered and places.bookable:
        chosen = seatmap.chosen_of(request.POST.getlist("seats"))
        shown["hall"] = seatmap.for_choice(bucket, at, chosen=chosen, as_list=request.GET.get("seats") == "list")
    if form is None or not (places.bookable or places.queues or request.method == "POST"):
        return render(request, "portal/sign_up_closed.html", shown)
    return render(request, "portal/sign_up.html", {**shown, "form": form, "bucket": bucket})


def _trail(session: Session) -> Any:
    return trail((short(session.activity.title), listing.activity_url(session.activity)), (_("报名"), ""))


def _form(request: Any, session: Session, bucket: Bucket) -> SignUpForm:
    family = _family(request)
    if request.method == "POST":
        return SignUpForm(request.POST, family=family, limit=bucket.party_limit)
    draft = request.session.get(DRAFTS, {}).get(str(session.pk)) if family else None
    initial: dict[str, Any] = {"key": new_key(), "members": [str(family[0].pk)] if family else []}
    if draft:
        initial |= draft
    return SignUpForm(initial=initial, family=family, limit=bucket.party_limit)


def _ask_who(request: Any, session: Session) -> HttpResponse:
    """Keep what was typed, have the phone verified, come back here."""
    typed = {name: value for name, value in request.POST.items() if name.startswith(("name", "group", "key"))}
    drafts = dict(list(request.session.get(DRAFTS, {}).items())[-MOST_DRAFTS + 1 :])
    request.session[DRAFTS] = {**drafts, str(session.pk): typed}
    messages.info(request, _("报名前请先验证手机号，验证后回到这里，填好的内容都在。"))
    return redirect(f"{reverse('people:login')}?{urlencode({'next': request.path})}")


def _book(request: Any, form: SignUpForm, bucket: Bucket, at: dt.datetime) -> HttpResponse | None:
    try:
        if rush.stands_before(request, bucket, at):
            return rush.queue_up(request, bucket, form.people(), key=str(form.cleaned_data["key"]), at=at)
        booking = actions.book(
            bucket=bucket,
            resident=request.resident,
            members=form.people(),
            key=str(form.cleaned_data["key"]),
            by=request.actor,
            at=at,
            seats=seatmap.chosen_of(request.POST.getlist("seats")) if bucket.is_numbered else (),
        )
    except ValidationError as refused:
        _refuse(form, refused.messages, getattr(refused, "kind", "") == "key_used")
        return None
    except PermissionDenied as refused:
        _refuse(form, [str(refused)], fresh=False)
        return None
    drafts = request.session.get(DRAFTS)
    if drafts and drafts.pop(str(bucket.subject_id), None) is not None:
        request.session[DRAFTS] = drafts
    if booking.state == State.CONFIRMED:
        messages.success(request, _("报名成功。这是您的电子票，到场时出示即可。"))
    return redirect("portal:booking", booking.county, booking.pk)


def _refuse(form: SignUpForm, words: list[str], fresh: bool) -> None:  # noqa: FBT001
    for line in words:
        form.add_error(None, line)
    if fresh:
        form.data = form.data.copy()
        form.data["key"] = new_key()


# -- my bookings ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """One booking on my list: with its date as the portal knows it now, and the place in line if it waits."""

    booking: Booking
    session: Session | None
    position: int | None = None

    @property
    def url(self) -> str:
        """Its page: ticket, place in line, or how it ended."""
        return reverse("portal:booking", args=[self.booking.county, self.booking.pk])

    @property
    def names(self) -> list[str]:
        """Who comes."""
        return [str(person) for person in self.booking.attendees.all()]

    @property
    def where(self) -> str:
        """The spot, or at least the place."""
        words = self.session.activity.where_text if self.session is not None else ""
        return words or self.booking.bucket.place.name

    @property
    def has_ticket(self) -> bool:
        """Whether there is something to show at the door."""
        return self.booking.state in (State.CONFIRMED, State.ATTENDED)

    @property
    def notice(self) -> str:
        """What happened to the date since: postponed, cancelled, moved."""
        if self.session is None or self.session.state not in ("postponed", "cancelled"):
            return ""
        return f"{self.session.get_state_display()}。{self.session.reason}"


def held(rows: Iterable[Booking]) -> list[Held]:
    """Bookings with their dates and places in line: two further queries, whatever their number."""
    found = list(rows)
    if not found:
        return []
    county = found[0].county
    sessions = listing.sessions_by_id(county, {row.bucket.subject_id for row in found})
    waiting = {row.bucket_id for row in found if row.state == State.WAITING}
    positions = queries.line_positions(county, waiting) if waiting else {}
    return [Held(row, sessions.get(row.bucket.subject_id), positions.get(row.pk)) for row in found]


@resident_required
@require_safe
def my_bookings(request: Any) -> HttpResponse:
    """What I hold, what waits for my answer, where I stand in line, what was."""
    at = clock.now()
    persons = [person.pk for person in _family(request)]
    rows = held(bookings.my_bookings(county=request.resident.county, residents=persons)[:200])
    ahead = [one for one in rows if one.booking.bucket.ends_at is None or one.booking.bucket.ends_at > at]
    ahead.sort(key=lambda one: (one.booking.bucket.starts_at or at, one.booking.pk))
    live = [one for one in ahead if one.booking.state in (State.CONFIRMED, State.ATTENDED)]
    offers = [one for one in ahead if one.booking.state == State.OFFERED]
    waiting = [one for one in ahead if one.booking.state == State.WAITING]
    shown = {one.booking.pk for one in (*live, *offers, *waiting)}
    feed = queries.feed_of(request.resident)
    return render(
        request,
        "portal/bookings.html",
        {
            "nav_key": "bookings",
            "trail": trail((_("我的报名"), "")),
            "live": live,
            "offers": offers,
            "waiting": waiting,
            "limits": bookings.restraints_of(county=request.resident.county, residents=persons, at=at),
            "past": [one for one in rows if one.booking.pk not in shown][:50],
            "feed_url": request.build_absolute_uri(reverse("portal:my_calendar", args=[queries.token_of(feed)]))
            if feed
            else "",
        },
    )


def _mine(request: Any, county: str, key: uuid.UUID) -> Booking:
    """A booking of mine or of my wards. Anything else is as if it were not there."""
    if county != request.resident.county:
        raise Http404
    persons = [person.pk for person in _family(request)]
    found = bookings.my_bookings(county=county, residents=persons).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _to_any_size(svg: str) -> SafeString:
    """The drawing with a view box in place of its fixed size, so that it fills a phone's width."""
    return mark_safe(_SIZE.sub(r'viewBox="0 0 \1 \2"', svg, count=1))


@resident_required
@require_safe
def booking(request: Any, county: str, key: uuid.UUID) -> HttpResponse:
    """The ticket with its code; or the place in line, the offer, how it ended. Kept on the phone for offline."""
    one = held([_mine(request, county, key)])[0]
    qr: SafeString | str = ""
    if one.has_ticket:
        qr = _to_any_size(tickets.qr_svg(tickets.text_of(one.booking)))
    context = {
        "nav_key": "bookings",
        "trail": trail((_("我的报名"), reverse("portal:bookings")), (short(one.booking.bucket.title), "")),
        "one": one,
        "qr": qr,
        "seats": bookings.seats_by_booking(county, [key]).get(key, []) if one.booking.bucket.is_numbered else [],
        "people": list(one.booking.attendees.all()),
        "cancellable": one.booking.state in CANCELLABLE and not one.booking.bucket.has_begun(clock.now()),
    }
    response = render(request, "portal/booking.html", context)
    if one.has_ticket:
        response.headers[OFFLINE] = "ticket"
    return response


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: Any, county: str, key: uuid.UUID) -> HttpResponse:
    """Ask once, then cancel."""
    found = _mine(request, county, key)
    if request.method == "POST":
        return _answered(request, found, actions.release, _("已取消报名，名额留给了候补的人。"))
    context = {
        "nav_key": "bookings",
        "trail": trail((_("我的报名"), reverse("portal:bookings")), (_("取消报名"), "")),
        "one": held([found])[0],
        "cancellable": found.state in CANCELLABLE and not found.bucket.has_begun(clock.now()),
    }
    return render(request, "portal/cancel.html", context)


@resident_required
@require_POST
def release(request: Any, county: str, key: uuid.UUID) -> HttpResponse:
    """One tap: give up the places, or those of the people ticked; the next in line hears of it at once."""
    found = _mine(request, county, key)
    ticked = seatmap.chosen_of(request.POST.getlist("people"))
    if "some" in request.POST and not ticked:
        messages.error(request, _("请勾选来不了的人。"))
        return redirect("portal:booking", found.county, found.pk)
    give = functools.partial(actions.release, people=ticked or None)
    return _answered(request, found, give, _("名额已让出，谢谢您想着别人。这不算爽约。"))


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: Any, key: uuid.UUID) -> HttpResponse:
    """Say why places were left empty; the limit rests until somebody has looked."""
    persons = [person.pk for person in _family(request)]
    limits = bookings.restraints_of(county=request.resident.county, residents=persons, at=clock.now())
    limit = next((one for one in limits if one.pk == key), None)
    if limit is None:
        raise Http404
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(restraint=limit, words=form.cleaned_data["words"], by=request.actor, at=clock.now())
        except ValidationError as refused:
            form.add_error("words", refused.messages)
        else:
            messages.success(request, _("申诉已收到，复核期间照常报名，结果会通知您。"))
            return redirect("portal:bookings")
    context = {
        "nav_key": "bookings", "form": form, "limit": limit,
        "trail": trail((_("我的报名"), reverse("portal:bookings")), (_("申诉"), "")),
    }  # fmt: skip
    return render(request, "portal/appeal.html", context)


@resident_required
@require_POST
def answer_offer(request: Any, county: str, key: uuid.UUID, answer: str) -> HttpResponse:
    """Take the places offered from the line, or leave them to the next."""
    found = _mine(request, county, key)
    if answer == "accept":
        return _answered(request, found, actions.accept_offer, _("名额已确认。这是您的电子票，到场时出示即可。"))
    return _answered(request, found, actions.decline_offer, _("已放弃名额，让给了下一位。"))


def _answered(request: Any, found: Booking, act: Any, words: str) -> HttpResponse:
    try:
        act(booking=found, by=request.actor, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, words)
    return redirect("portal:booking", found.county, found.pk)


@resident_required
@require_POST
def change_feed(request: Any) -> HttpResponse:
    """Open, renew or stop my calendar's secret address."""
    if request.POST.get("feed") == "stop":
        portal.close_feed(resident=request.resident, by=request.actor, at=clock.now())
        messages.success(request, _("日历订阅已停用，原来的地址不能再用。"))
    else:
        portal.renew_feed(resident=request.resident, by=request.actor, at=clock.now())
        messages.success(request, _("日历订阅地址已生成，请不要告诉别人。"))
    return redirect(f"{reverse('portal:bookings')}#calendar")
