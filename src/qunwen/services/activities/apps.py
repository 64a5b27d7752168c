from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "qunwen.services.activities"
    label = "activities"
    verbose_name = _("活动")

    def ready(self) -> None:
        from . import drawn, reviewing  # noqa: F401, PLC0415  declare what of ours is drawn and reviewed
