"""What the journal's keys about places are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

from .enums import HierarchyKind, PopulationBasis, PopulationGroup

WORDS = {
    "added": Word(_("新增区划数")),
    "basis": Word(_("统计口径"), choices=PopulationBasis),
    "code": Word(_("区划代码")),
    "document": Word(_("批准文号")),
    "group": Word(_("人群"), choices=PopulationGroup),
    "hierarchy": Word(_("体系"), choices=HierarchyKind),
    "into": Word(_("并入或改设为"), row="places.place"),
    "parent": Word(_("上级"), row="places.place"),
    "places": Word(_("原区划"), row="places.place"),
    "populations": Word(_("人口数据条数")),
    "since": Word(_("自何时起")),
    "towns": Word(_("乡镇（街道）数")),
    "villages": Word(_("村（社区）数")),
}
