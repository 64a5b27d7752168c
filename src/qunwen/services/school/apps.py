from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolConfig(AppConfig):
    name = "qunwen.services.school"
    label = "school"
    verbose_name = _("市民文化艺术学校")

    def ready(self) -> None:
        """Say how a draw's winner gets a place of a class."""
        from qunwen.services.draws import granting  # noqa: PLC0415  after the models

        from . import actions  # noqa: PLC0415

        granting.register("school.courseclass", actions.grant, choices=actions.choices, line=actions.stand_in_line)
