from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlausibilityConfig(AppConfig):
    name = "qunwen.governance.plausibility"
    label = "plausibility"
    verbose_name = _("数据疑点")

    def ready(self) -> None:
        from qunwen.governance.indicators import catalogue  # noqa: PLC0415  the registry is filled when apps are ready

        from . import limits  # noqa: PLC0415

        catalogue.register("check", limits.described, heads=limits.KINDS, read=limits.described)
