"""A photograph that comes or goes changes the grade of the figures at once."""

import datetime as dt
import io

import pytest

from qunwen.base.evidence import actions as evidence
from qunwen.base.measures import rollup
from qunwen.base.measures.periods import Period
from qunwen.base.scope import clock
from tests.desk.people import COMMAND, county, held, photo, roles  # noqa: F401


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.QUNWEN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


def test_a_figure_read_after_a_photograph_came_or_went_has_the_new_grade(held, everything):  # noqa: F811
    (activity,) = held(1, headcounts={"elder": 30})
    day = clock.day_of(activity.sessions.get().starts_at)

    def grades():
        (cell,) = rollup.cells(measures="activities.held", root="510112", periods=[Period.of(f"{day:%Y-%m}")])
        return cell.by_grade

    assert grades() == {"C": 1}
    link, _alike = evidence.keep_file(
        stream=io.BytesIO(photo().read()),
        name="现场.jpg",
        subject=activity,
        place=activity.place,
        by=COMMAND,
        at=clock.now(),
    )
    assert grades() == {"B": 1}
    evidence.unlink(link=link, by=COMMAND, at=clock.now() + dt.timedelta(seconds=1))
    assert grades() == {"C": 1}
