"""The county's branch of the page tree: made once, announcements hang below it."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Locale, Page

from qunwen.base.places.models import Place
from qunwen.base.reviews.publishing import ensure_workflow
from qunwen.base.scope.codes import Level, upper_bound

from .models import CountyHome


@transaction.atomic
def ensure_county_home(place: Place, *, responsible_unit: str = "", phone: str = "") -> CountyHome:
    """The front page of a county, made on first call, with the three reviews attached to the page tree.

    What is there already stays as it is. For `qunwen init` and the demonstration.
    """
    found = CountyHome.objects.filter(place=place).first()
    if found is not None:
        return found
    Locale.objects.get_or_create(language_code="zh-hans")
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="根", slug="root"))
    home = CountyHome(
        title=place.name, slug=f"county-{place.pk}", place=place, responsible_unit=responsible_unit, phone=phone
    )
    root.add_child(instance=home)
    home.save_revision().publish()
    ensure_workflow()
    return home


def ensure_county_homes(root: str) -> int:
    """A front page for every county of a division (the county itself, a city's, a province's). How many counties."""
    counties = Place.objects.filter(level=Level.COUNTY, code__gte=root, code__lt=upper_bound(root), valid_to=None)
    return len([ensure_county_home(place) for place in counties.order_by("code")])
