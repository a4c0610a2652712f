"""Whatever legs go straight up, along and straight down: their missions and intents tell them and hold them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airspace.model.skies import Airspace
from planner.formats.plans import rounded
from planner.model.plans import Leg, Waypoint
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import Reviewed, TrackPoint
from planner.output.exports.intents import held_by
from planner.output.exports.reading_back import difference_of, laid_over
from planner.output.exports.walks import Margins, outside
from tests.planner.output.exports.flights import reviewed
from tests.planner.output.samples import at

some = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SPEED_MPS = 8.0
"""About what a degree of latitude takes below; within what every format can say."""

heights = st.floats(20, 400)
steps = st.tuples(st.floats(0.0001, 0.01) | st.floats(-0.01, -0.0001), st.floats(-0.01, 0.01), heights)
"""How far on, in degrees, and how high."""


@st.composite
def legs(draw: st.DrawFn) -> Leg:
    """Return a leg of a few pieces, level, up or down, from anywhere but the poles and the antimeridian."""
    lon, lat = draw(st.floats(-179, 179)), draw(st.floats(-70, 70))
    ground_m, alt_m = draw(st.floats(-10, 10)), draw(heights)
    seconds = 0.0
    path = [(lon, lat, ground_m, seconds)]
    for east, north, up_m in [(0.0, 0.0, alt_m), *draw(st.lists(steps, min_size=1, max_size=4))]:
        way_m = ((east * 111_000) ** 2 + (north * 111_000) ** 2 + (up_m - path[-1][2]) ** 2) ** 0.5
        lon, lat, seconds = lon + east, lat + north, seconds + max(way_m / SPEED_MPS, 0.5)
        path.append((lon, lat, up_m, seconds))
    path.append((lon, lat, ground_m, seconds + 60))
    made = reviewed().plan.sorties[0].legs[0]
    return replace(
        made,
        waypoints=tuple(
            Waypoint(lon=x, lat=y, alt_amsl_m=z, alt_agl_m=z - ground_m, t=at(30) + timedelta(seconds=s))
            for x, y, z, s in path
        ),
    )


def plan_of(leg: Leg) -> Reviewed:
    """Return a plan of a leg, over nothing."""
    given = reviewed(dji_type=89, cruise_mps=8.0)
    sortie = replace(given.plan.sorties[0], legs=(leg,), departs=leg.waypoints[0].t, returns=leg.waypoints[-1].t)
    return replace(given, plan=rounded(replace(given.plan, sorties=(sortie,))), sky=Airspace(pads=given.sky.pads))


@pytest.mark.parametrize("name", ["f3548", "qgc", "wpl", "wpml"])
def test_every_straight_leg_comes_back_to_the_last_digit_of_the_record(name: str) -> None:
    form = format_of(name)

    @some
    @given(legs())
    def holds(leg: Leg) -> None:
        one = plan_of(leg)
        tracks = form.read(form.write(one))
        assert laid_over(one.plan, tracks) == one.plan
        assert difference_of(one.plan, tracks).horizontal_m <= form.precision.horizontal_m

    holds()


def test_the_volumes_of_a_leg_hold_it_and_no_more_than_a_little_beside() -> None:
    """With 5 cm more to the sides, 5 cm more in height or a tenth of a second more they do not: they are tight."""

    @some
    @given(legs())
    def holds(leg: Leg) -> None:
        one = plan_of(leg)
        (sortie,), policy = one.plan.sorties, one.job.policy
        volumes = held_by(sortie, policy, 20.0)
        points = [
            TrackPoint(lon=point.lon, lat=point.lat, alt_amsl_m=point.alt_amsl_m, t=point.t)
            for point in sortie.legs[0].waypoints
        ]
        exact = Margins(half_width_m=20.0, vertical_m=policy.vertical_budget_m, timing_s=policy.departure_error_s)
        pieces = list(range(len(points) - 1))
        assert list(outside(points, volumes, exact)) == []
        for wider in (
            replace(exact, half_width_m=20.05),
            replace(exact, vertical_m=exact.vertical_m + 0.05),
            replace(exact, timing_s=exact.timing_s + 0.1),
        ):
            assert {0, pieces[-1]} & set(outside(points, volumes, wider)), wider

    holds()
