"""What can be flown in arcs: the independent check, which measures turns by its own code, says the same."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from airspace.corridors.curves import can_be_flown
from planner.model.plans import Waypoint
from planner.safety.flights import excess_turns
from planner.safety.geodesics import CentreLine
from planner.safety.rules import TURN_TOLERANCE_DEG
from tests.airspace.corridors.test_curves import line

START = datetime(2026, 12, 1, 8, tzinfo=UTC)

turns = st.floats(-25.0, 25.0) | st.floats(-180.0, 180.0)
pieces = st.tuples(turns, st.floats(1.5, 400.0))


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=8), st.floats(1.0, 400.0), st.floats(0.02, 2.0))
@example([(0.0, 100.0), (10.0, 30.0), (-0.03, 30.0), (10.0, 100.0)], 400.0, 0.02)
@example([(0.0, 100.0), (15.0, 100.0), (-15.0, 100.0)], 300.0, 0.02)
def test_what_can_be_flown_passes_the_check_of_turns(
    drawn: list[tuple[float, float]], radius_m: float, width_share: float
) -> None:
    points, half_width_m = line(*drawn), width_share * radius_m
    times = (START + timedelta(seconds=number) for number in range(len(points)))
    waypoints = [
        Waypoint(lon=lon, lat=lat, alt_amsl_m=m, alt_agl_m=m, t=t)
        for (lon, lat, m), t in zip(points, times, strict=True)
    ]
    worst_deg = max(
        (excess for excess, _ in excess_turns(CentreLine.through(waypoints), radius_m, half_width_m)), default=-math.inf
    )
    if can_be_flown(points, radius_m=radius_m, half_width_m=half_width_m):
        assert worst_deg <= TURN_TOLERANCE_DEG
    else:
        # Nor is anything refused that the check would let pass with room.
        assert worst_deg > 0.0
