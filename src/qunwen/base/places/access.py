"""Who may change divisions. Divisions themselves are public."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with places."""

    VIEW = "places.view", _("查看区划资料")
    LOAD = "places.load", _("装入区划")
    CHANGE = "places.change", _("办理区划变更")
    GRID = "places.grid", _("维护网格")
    POPULATION = "places.population", _("登记人口数")
    HIERARCHY = "places.hierarchy", _("维护总分馆与责任体系")
