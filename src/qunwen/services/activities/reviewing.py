"""What of activities is reviewed, by whom, in which steps (a county may ask for fewer)."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.reviews import kinds
from qunwen.base.reviews.enums import Level
from qunwen.base.reviews.kinds import Step

from .access import Permission

PUBLISH = "activities.publish"
RECORD = "activities.record"

kinds.declare(
    PUBLISH,
    _("活动发布"),
    subject_model="activities.activity",
    steps=[
        Step(Permission.REVIEW_TOWN, _("镇（街道）审核"), Level.TOWN),
        Step(Permission.REVIEW_COUNTY, _("县级审核"), Level.COUNTY),
    ],
    url_name="activities:page",
)
kinds.declare(
    RECORD,
    _("举办情况核实"),
    subject_model="activities.activity",
    steps=[Step(Permission.REVIEW_TOWN, _("镇（街道）核实"), Level.TOWN)],
    url_name="activities:page",
)
