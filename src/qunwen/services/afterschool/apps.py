from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AfterSchoolConfig(AppConfig):
    name = "qunwen.services.afterschool"
    label = "afterschool"
    verbose_name = _("课后服务")
