"""The form in which an announcement is written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from qunwen.base.places.models import Place

from .rights import places_for


class AnnouncementForm(WagtailAdminPageForm):
    """Offers only places within reach; a new one begins with the writer's own place and unit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "place" not in self.fields:
            return
        offered = [place.pk for place in places_for(self.for_user, self._county())] if self.for_user else []
        held = self.instance.place_id
        if self.instance.pk and held and held not in offered:
            # Somebody who reviews the page leaves it where it is.
            offered.append(held)
        field = self.fields["place"]
        field.queryset = Place.objects.filter(pk__in=offered)
        field.error_messages["invalid_choice"] = _("这个地方不在您的管理范围内，请另选。")
        if self.instance.pk is None and offered:
            self._begin(offered)

    def _county(self) -> str:
        parent = self.parent_page or self.instance.get_parent()
        return str(getattr(parent.specific, "place_id", ""))

    def _begin(self, offered: list[str]) -> None:
        staff = self.for_user.staff
        near = [code for code in offered if staff.place_id.startswith(code)]
        self.initial["place"] = max(near, key=len) if near else offered[0]
        self.initial["unit_name"] = staff.unit.name
        self.fields["place"].empty_label = None
