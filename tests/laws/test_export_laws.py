"""Whatever is flown, wherever and whenever: a file that says it reads back what was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airspace.model.skies import Airspace
from planner.formats.plans import rounded
from planner.model.plans import Leg, Plan, Sortie, Waypoint
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import Reviewed
from planner.output.exports.reading_back import difference_of, laid_over
from planner.output.exports.refusals import UNSAYABLE
from tests.planner.output.samples import sample

FORMATS = ("csv", "geojson", "geoparquet", "gpx", "kml", "kmz")
DAY = datetime(2026, 12, 1, tzinfo=UTC)

some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

waypoints = st.builds(
    Waypoint,
    # Within a degree: areas of corridors are drawn in one local frame, which takes no more.
    lon=st.floats(113.6, 114.6),
    lat=st.floats(22.1, 22.9),
    alt_amsl_m=st.floats(-400, 9000),
    alt_agl_m=st.floats(0, 9000),
    t=st.integers(0, 86_400_000).map(lambda milliseconds: DAY + timedelta(milliseconds=milliseconds)),
)
ids = st.text(min_size=1, max_size=12).filter(lambda text: text == text.strip() and not UNSAYABLE.search(text))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    made = sample().plan
    leg: Leg = made.sorties[0].legs[0]

    def sortie(name: str) -> Sortie:
        lines = draw(st.lists(st.lists(waypoints, min_size=2, max_size=5), min_size=1, max_size=3))
        return replace(made.sorties[0], id=name, legs=tuple(replace(leg, waypoints=tuple(line)) for line in lines))

    names = draw(st.lists(ids, max_size=3, unique=True))
    return rounded(replace(made, sorties=tuple(sortie(name) for name in names)))


@pytest.mark.parametrize("name", FORMATS)
def test_every_waypoint_of_any_plan_comes_back_to_the_last_digit_of_the_record(name: str) -> None:
    form, base = format_of(name), sample()

    @some
    @given(plans())
    def holds(plan: Plan) -> None:
        sky = Airspace(pads=base.sky.pads)
        reviewed = Reviewed(plan=plan, sky=sky, job=base.job, review=base.review, digest=base.digest)
        tracks = form.read(form.write(reviewed))
        assert laid_over(plan, tracks) == plan
        assert difference_of(plan, tracks).within(form.precision)

    holds()
