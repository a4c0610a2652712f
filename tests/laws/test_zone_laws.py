"""What must not change a plan: how a zone is cut up, and zones that are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.model.schedules import Period, Schedule
from airspace.model.zones import Restriction, Zone
from planner import planning
from planner.model.plans import Plan
from planner.model.reviews import Verdict
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, order

TRIED = settings(max_examples=12, deadline=None, derandomize=True)
OVER = Schedule(periods=(Period(start=datetime(2026, 6, 1, tzinfo=UTC), end=datetime(2026, 7, 1, tzinfo=UTC)),))


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    """A zone about the way from the hub to A, of any kind and with any hours."""
    west_m, south_m = draw(st.integers(600, 1800)), draw(st.integers(-900, 200))
    width_m, height_m = draw(st.integers(150, 700)), draw(st.integers(150, 1200))
    hours = draw(st.sampled_from([None, ("07:00", "09:30"), ("08:30", "13:00")]))
    fields = {} if hours is None else {"schedule": scenes.hours(*hours)}
    place = scenes.area(west_m, south_m, west_m + width_m, south_m + height_m)
    return scenes.zone("Z", place, draw(st.sampled_from(list(Restriction))), **fields)


def planned(*given_zones: Zone) -> Plan:
    sky = scenes.plain_sky(zones=given_zones)
    job = scenes.job([order("a", "A"), order("b", "B", ready="09:00", due="11:00")])
    plan = planning.plan(job, sky, solver=FakeSolver())
    assert planning.check(plan, sky, job).verdict is Verdict.PASS
    return plan


def halves(zone: Zone, share: float) -> tuple[Zone, Zone]:
    west, south, east, north = zone.area.bounds
    cut = west + share * (east - west)
    parts = shapely.box(west, south, cut, north), shapely.box(cut, south, east, north)
    return tuple(
        replace(zone, id=f"{zone.id}{index}", area=shapely.intersection(zone.area, part))
        for index, part in enumerate(parts)
    )  # type: ignore[return-value]


@TRIED
@given(zones(), st.floats(0.2, 0.8))
def test_splitting_a_zone_in_two_changes_no_plan(zone: Zone, share: float) -> None:
    whole, split = planned(zone), planned(*halves(zone, share))
    assert [sortie.orders for sortie in split.sorties] == [sortie.orders for sortie in whole.sorties]
    assert [item.order for item in split.unserved] == [item.order for item in whole.unserved]
    for before, after in zip(whole.sorties, split.sorties, strict=True):
        # The seam of two halves is cut along degrees, and a corner may lie a few centimetres off it.
        assert abs((after.departs - before.departs).total_seconds()) < 0.1
        for old, new in zip(before.legs, after.legs, strict=True):
            assert new.distance_m == pytest.approx(old.distance_m, abs=0.5)


@TRIED
@given(zones(), zones())
def test_a_zone_that_is_over_changes_nothing(zone: Zone, other: Zone) -> None:
    assert planned(zone) == planned(zone, replace(other, id="old", schedule=OVER))


@TRIED
@given(zones())
def test_one_more_zone_never_shortens_a_plan(zone: Zone) -> None:
    free, shut = planned(), planned(zone)
    assert shut.totals.served <= free.totals.served
    if shut.totals.served == free.totals.served:
        assert shut.totals.distance_m >= free.totals.distance_m - 0.5
