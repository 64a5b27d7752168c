"""The programming interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """接口: typed JSON under /api/v1/, and the tokens that open it."""

    name = "qunwen.faces.api"
    label = "api"
    verbose_name = "接口"
