"""What a county of the crawl has beside its records: own definitions and floors, targets, scores, a finding."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

from qunwen.base.measures.periods import Period
from qunwen.base.scope import writing
from qunwen.governance.indicators import actions as definitions
from qunwen.governance.indicators.drafting import Draft
from qunwen.governance.norms import actions as norms
from qunwen.governance.norms import defining
from qunwen.governance.plausibility.models import Finding
from qunwen.governance.scores import actions as scores
from qunwen.governance.scores.models import PublishedRanking
from qunwen.governance.targets import actions as targets

if TYPE_CHECKING:
    from .counties import County

DAY = dt.date(2026, 1, 1)


def figures(county: County) -> None:
    """Everything through the areas' own actions, but for the finding and the published ranking, which are only there."""
    by, at, kept = county.act("county_officer"), county.at, county.words.kept
    place = county.places[county.code]
    draft = Draft(
        code="own.secret", title=f"{kept}口径", unit="场", formula="activities.held", group="activities",
        doc=f"{kept}文件", certainty="house", valid_from=DAY,
    )  # fmt: skip
    county.rows["own_version"] = definitions.save_version(place=place, draft=draft, reason=f"{kept}原因", by=by, at=at)
    norm = defining.shipped().by_code["demozone.west3.books_per_head"]
    county.rows["own_floor"] = norms.set_floor(
        place=place, norm=norm, floor="0.9", valid_from=DAY, doc=f"{kept}文件", by=by, at=at
    )
    county.rows["target"] = targets.set_target(
        place=place, code="activities.held_total", period="2026", value=Fraction(county.words.crowd), nature="binding",
        by=by, at=at,
    )  # fmt: skip
    county.rows["entry"] = scores.add_entry(
        sheet="village.yearly", item="activities", place=county.village, unit=county.units["station"],
        title=f"{kept}缺席", day=at.date() - dt.timedelta(days=3), by=by, at=at,
    )  # fmt: skip
    with writing.allowed("test"):
        county.rows["ranking"] = _ranking(county)
        county.rows["finding"] = _finding(county)


def _ranking(county: County) -> PublishedRanking:
    return PublishedRanking.unscoped.create(
        county=county.code, place=county.places[county.code], sheet="village.yearly", title=f"{county.words.kept}排名",
        span="2025", definition_sha256="0" * 64, definition={}, rows=[], as_of=DAY, published_at=county.at,
        published_by=f"{county.words.kept}人",
    )  # fmt: skip


def _finding(county: County) -> Finding:
    return Finding.unscoped.create(
        county=county.code, check_code="crowd.area", key=f"{county.words.kept}", place=county.village,
        period=Period.month_of(county.at.date()).code, severity="look", told={"day": "2026-03-10", "title": f"{county.words.kept}活动", "people": 90, "m2": 20, "most": 40},
        digest="0" * 64, found_at=county.at, shown_at=county.at, opens_at=county.at, opened=True, changed_at=county.at,
    )  # fmt: skip
