from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "qunwen.base.papers"
    label = "papers"
    verbose_name = _("公文与报表")
