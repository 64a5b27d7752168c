from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "qunwen.services.bookings"
    label = "bookings"
    verbose_name = _("报名与预约")
