from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "qunwen.governance.scores"
    label = "scores"
    verbose_name = _("评分")

    def ready(self) -> None:
        from qunwen.base.evidence import declare  # noqa: PLC0415  other areas are there when this runs
        from qunwen.governance.indicators import catalogue  # noqa: PLC0415

        from . import definitions, known, queries  # noqa: PLC0415

        catalogue.register("score", known.described, heads=definitions.KINDS, read=known.read)
        declare.subject("scores.scoreentry", public=lambda county, ids: (), address=queries.address_of)
