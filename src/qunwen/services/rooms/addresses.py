"""Secret addresses: of the screen by the door, and of the calendar that names what is on. Whoever has one may read it.

They carry a keyed digest of the resource and its door number; renewing the number makes old addresses void.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Resource

LENGTH = 20


def key_of(resource: Resource, what: str) -> str:
    """The secret part. `what`: "door" or "feed"."""
    text = f"{resource.county}:{resource.pk}:{resource.door_number}"
    return salted_hmac(f"qunwen.rooms.{what}", text, algorithm="sha256").hexdigest()[:LENGTH]


def opens(resource: Resource, what: str, key: str) -> bool:
    """Whether the key is the resource's present one."""
    return constant_time_compare(key_of(resource, what), key)


def door(resource: Resource) -> str:
    """The path of the screen by the door."""
    return reverse("portal:room_door", args=[resource.county, resource.pk, key_of(resource, "door")])


def feed(resource: Resource) -> str:
    """The path of the calendar with titles."""
    return f"{reverse('portal:room_calendar', args=[resource.county, resource.pk])}?key={key_of(resource, 'feed')}"
