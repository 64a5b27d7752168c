from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "qunwen.base.measures"
    label = "measures"
    verbose_name = _("统计数字")

    def ready(self) -> None:
        from qunwen.base.places import previewing  # noqa: PLC0415  after the models are ready

        from . import remapping  # noqa: PLC0415

        autodiscover_modules("measures")
        previewing.figures(remapping.last_year)
