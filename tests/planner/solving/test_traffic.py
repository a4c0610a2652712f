"""Plans keep clear of the operational intents of others, with figures worked out by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from planner import planning
from planner.model.plans import Plan, Reason
from planner.model.traffic import Intent, IntentState, Volume
from planner.solving.sorties import Trips
from planner.solving.traffic import Traffic
from tests.planner import scenes
from tests.planner.scenes import at, order

BEFORE, AFTER = at("00:00"), at("23:00")


def lonlat(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = scenes.FRAME.to_lonlat(x_m, y_m)
    return float(lon), float(lat)


def box(west_m: float, south_m: float, east_m: float, north_m: float, **fields: Any) -> Volume:
    corners = ((west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m))
    wanted = {"lower_amsl_m": 100.0, "upper_amsl_m": 150.0, "start": BEFORE, "end": AFTER, **fields}
    return Volume(outline=tuple(lonlat(*corner) for corner in corners), **wanted)


def circle(x_m: float, y_m: float, radius_m: float, **fields: Any) -> Volume:
    wanted = {"lower_amsl_m": 100.0, "upper_amsl_m": 150.0, "start": BEFORE, "end": AFTER, **fields}
    return Volume(outline=(lonlat(x_m, y_m),), radius_m=radius_m, **wanted)


def intent(*volumes: Volume, name: str = "theirs") -> Intent:
    return Intent(id=name, state=IntentState.ACCEPTED, volumes=volumes)


def planned(*volumes: Volume, due: str = "14:00", **policy: Any) -> Plan:
    job = scenes.job([order("a", "A", 7.0, due=due)], intents=(intent(*volumes),), policy=scenes.policy(**policy))
    return planning.plan(job, scenes.plain_sky(), options=scenes.QUICK)


def first_start(*volumes: Volume, **policy: Any) -> datetime | None:
    plan = planned(*volumes, **policy)
    return plan.sorties[0].departs if plan.sorties else None


def test_a_sortie_waits_until_the_way_there_and_back_is_clear_of_an_intent() -> None:
    # 500 m from the hub on; its 20 m of half-width are there 30 s up and 32 s on, and leave it 80 s from the end: at
    # the latest 538 s after the take-off, at the earliest 62 s. The intent ends at 08:10, and either may be 10 s off.
    wall = box(500, -1000, 1000, 1000, end=at("08:10"))
    assert first_start(wall) == at("08:09:09")  # 08:10 less 62 s, and 10 s, and the 10 cm kept on top
    assert first_start(wall, departure_error_s=0.0) == at("08:08:59")


def test_before_an_intent_begins_there_is_room_for_what_is_back_by_then() -> None:
    # It is 500 m from the hub again 30 + 200 + 40 + 60 + 30 + 167 s after the take-off, and out of it at 480 m.
    assert first_start(box(500, -1000, 1000, 1000, start=at("08:08:59"))) == at("08:00")
    assert first_start(box(500, -1000, 1000, 1000, start=at("08:08:45"), end=at("09:00"))) != at("08:00")


@pytest.mark.parametrize(("volume", "clear"), [
    (box(500, 20.2, 1000, 900), True),  # beside the corridor of 20 m
    (box(500, 19.9, 1000, 900), False),
    (circle(1000, 520.2, 500), True),
    (circle(1000, 519.9, 500), False),
    (box(500, -900, 1000, 900, lower_amsl_m=123.0), True),  # above the level of 120 m and its budget of 3 m
    (box(500, -900, 1000, 900, lower_amsl_m=122.9), False),
    (box(500, -900, 1000, 900, lower_amsl_m=20.0, upper_amsl_m=117.0), True),
    (box(500, -900, 1000, 900, lower_amsl_m=20.0, upper_amsl_m=117.1), False),
    (circle(0, 0, 30, lower_amsl_m=40.0, upper_amsl_m=50.0), False),  # in the climb
    (circle(4000, 0, 30, lower_amsl_m=0.0), True),
])  # fmt: skip
def test_a_corridor_is_as_wide_and_as_high_as_the_policy_has_it(volume: Volume, clear: bool) -> None:
    tables = scenes.tables([order("a", "A")], intents=(intent(volume),))
    trip = Trips(scenes.tables([order("a", "A")])).best(tables.job.orders, 0)
    assert trip is not None
    left = Traffic(tables).clear(trip.starts, trip.hops, 20.0)
    assert (left == trip.starts) is clear
    assert bool(left) is clear


def test_between_two_volumes_there_is_room_as_long_as_the_gap() -> None:
    early, late = box(500, -900, 1000, 900, end=at("08:30")), box(500, -900, 1000, 900, start=at("08:50"))
    (start,) = (sortie.departs for sortie in planned(early, late).sorties)
    assert at("08:28") < start < at("08:50")
    # In nine minutes nobody gets there and back.
    near = box(500, -900, 1000, 900, start=at("08:36"))
    assert planned(early, near).unserved[0].reason is Reason.CONFLICT


def test_another_level_flies_over_an_intent_that_lasts_all_day() -> None:
    wall = box(500, -9000, 1000, 9000, lower_amsl_m=0.0, upper_amsl_m=130.0)
    plan = planned(wall, levels_amsl_m=(120.0, 140.0))
    (sortie,) = plan.sorties
    assert sortie.other_ways == (1, 2)
    assert {point.alt_amsl_m for leg in sortie.legs for point in leg.waypoints[1:-1]} == {140.0}


def test_an_order_that_intents_shut_out_is_refused_with_the_intent() -> None:
    plan = planned(box(500, -9000, 1000, 9000, start=at("07:00"), end=at("12:00")), due="10:00")
    (left,) = plan.unserved
    assert left.reason is Reason.CONFLICT
    assert left.detail.startswith("Operational intent theirs holds 100 to 150 m AMSL on its way from 07:00 to 12:00")
    assert left.numbers["lower_amsl_m"] == 100.0
    assert planned(box(500, -9000, 1000, 9000, start=at("07:00"), end=at("09:00")), due="10:00").unserved == ()
