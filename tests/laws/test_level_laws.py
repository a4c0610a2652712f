"""What holds for networks of several levels, tried on small random maps; distances are the independent check's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.corridors.courses import Course, courses, matrix
from airspace.corridors.networks import build_network
from airspace.corridors.paces import Pace
from airspace.earth.heights import Band
from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from planner.model.plans import Waypoint
from planner.safety import geodesics
from planner.safety.geodesics import CentreLine, Edges
from tests.airspace.corridors.maps import RULES, amsl
from tests.laws.strategies import Map, maps

TRIED = settings(max_examples=40, deadline=None, derandomize=True)
LEVELS_M = (60.0, 100.0, 140.0)
RISING = replace(RULES, levels_amsl_m=LEVELS_M)
BANDS = st.sampled_from([amsl(0, 70), amsl(0, 120), amsl(85, 110), amsl(90, 400), amsl(0, 400), amsl(115, 400)])
PACES = st.builds(
    Pace,
    air_speed_mps=st.just(15.0),
    climb_s_per_m=st.sampled_from([0.05, 0.5, 3.0]),
    descent_s_per_m=st.sampled_from([0.05, 0.5]),
    wind_mps=st.sampled_from([0.0, 0.0, 8.0]),
    wind_from_deg=st.sampled_from([20.0, 200.0]),
)
BEGINS = datetime(2026, 12, 1, tzinfo=UTC)


def banded(drawn: Map, bands: list[Band]) -> Airspace:
    sky = drawn.sky
    return replace(sky, zones=tuple(replace(zone, band=band) for zone, band in zip(sky.zones, bands, strict=False)))


def line_of(course: Course, ends: tuple[Pad, Pad]) -> CentreLine:
    """A course from the ground to the ground."""
    first, last = course.points[0], course.points[-1]
    spots = [(*first[:2], ends[0].elevation_amsl_m), *course.points, (*last[:2], ends[1].elevation_amsl_m)]
    return CentreLine.through(
        [
            Waypoint(lon=lon, lat=lat, alt_amsl_m=alt_m, alt_agl_m=0.0, t=BEGINS + timedelta(seconds=second))
            for second, (lon, lat, alt_m) in enumerate(spots)
        ]
    )


@TRIED
@given(maps(), st.lists(BANDS, min_size=4, max_size=4), PACES)
def test_no_course_comes_nearer_to_a_zone_than_it_may_at_any_height(drawn: Map, bands: list[Band], pace: Pace) -> None:
    sky = banded(drawn, bands)
    for (start, end), course in courses(build_network(sky, RISING, pace=pace), drawn.names).items():
        line = line_of(course, (sky.pad(start), sky.pad(end)))
        for zone in sky.zones:
            lower_m, upper_m = zone.band.widest_amsl_m(sky.heights, zone.area)
            gap_m = RULES.vertical_gap_m - 0.001
            spans = line.between_heights(lower_m - gap_m, upper_m + gap_m)
            assert not geodesics.shared(geodesics.inside(line, zone.area), spans)
            spot = geodesics.nearest(line, spans, Edges.of(zone.area, lat=zone.area.centroid.y)) if spans else None
            assert spot is None or spot.distance_m >= RULES.keep_out_m - 0.02


@TRIED
@given(maps(), st.lists(BANDS, min_size=4, max_size=4), PACES)
def test_several_levels_never_cost_more_than_the_best_of_them(drawn: Map, bands: list[Band], pace: Pace) -> None:
    sky = banded(drawn, bands)
    all_s = matrix(build_network(sky, RISING, pace=pace), drawn.names, weight="cost_s")
    for level_m in LEVELS_M:
        alone = build_network(sky, replace(RULES, levels_amsl_m=(level_m,)), pace=pace)
        assert (all_s <= matrix(alone, drawn.names, weight="cost_s") + 1e-6).all()


@TRIED
@given(maps(), st.lists(BANDS, min_size=4, max_size=4), PACES, st.randoms(use_true_random=False))
def test_pads_in_another_order_give_the_same_costs(drawn: Map, bands: list[Band], pace: Pace, shuffle: object) -> None:
    sky = banded(drawn, bands)
    pads = list(sky.pads)
    shuffle.shuffle(pads)  # type: ignore[attr-defined]
    table = matrix(build_network(sky, RISING, pace=pace), drawn.names, weight="cost_s")
    other = matrix(build_network(replace(sky, pads=tuple(pads)), RISING, pace=pace), drawn.names, weight="cost_s")
    assert np.allclose(table, other, rtol=0, atol=1e-6)


@TRIED
@given(maps(max_zones=3), st.lists(BANDS, min_size=3, max_size=3), PACES)
def test_one_more_zone_never_makes_a_course_cheaper(drawn: Map, bands: list[Band], pace: Pace) -> None:
    sky = banded(drawn, bands)
    fewer = replace(sky, zones=sky.zones[:-1])
    table, before = (
        matrix(build_network(which, RISING, pace=pace), drawn.names, weight="cost_s") for which in (sky, fewer)
    )
    # The frame stays where it is when the zones lie between the pads; else it moves by up to some metres.
    assert (table >= before - 1e-3).all()


@TRIED
@given(maps(), st.lists(BANDS, min_size=4, max_size=4), PACES)
def test_the_full_graph_holds_the_same_courses_as_the_one_people_look_at(
    drawn: Map, bands: list[Band], pace: Pace
) -> None:
    sky = banded(drawn, bands)
    short, full = (build_network(sky, RISING, pace=pace, full=full) for full in (False, True))
    for weight in ("cost_s", "time_s", "length_m"):
        one, other = (matrix(network, drawn.names, weight=weight) for network in (short, full))
        if weight == "cost_s":
            assert np.allclose(one, other, rtol=0, atol=2e-3)
        assert np.array_equal(np.isfinite(one), np.isfinite(other))
    assert len(short) <= len(full)


@TRIED
@given(maps(), st.lists(BANDS, min_size=4, max_size=4))
def test_a_wind_of_nothing_is_no_wind(drawn: Map, bands: list[Band]) -> None:
    sky = banded(drawn, bands)
    calm = Pace(air_speed_mps=15.0, climb_s_per_m=0.5, descent_s_per_m=0.5)
    light = replace(calm, wind_mps=1e-12)
    one, other = (matrix(build_network(sky, RISING, pace=pace), drawn.names, weight="cost_s") for pace in (calm, light))
    assert np.allclose(one, other, rtol=0, atol=1e-6)
