from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AfterSchoolConfig(AppConfig):
    name = "qunwen.services.afterschool"
    label = "afterschool"
    verbose_name = _("课后服务")

    def ready(self) -> None:
        """Say what is counted, and where activities stand on the desk."""
        from . import desk_links, measures  # noqa: F401, PLC0415  after the models

        desk_links.declare()
