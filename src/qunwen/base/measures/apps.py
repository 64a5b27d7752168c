from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "qunwen.base.measures"
    label = "measures"
    verbose_name = _("统计数字")

    def ready(self) -> None:
        autodiscover_modules("measures")
