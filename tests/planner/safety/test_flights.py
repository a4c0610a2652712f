"""The check's own arithmetic of flight, against triangles and sums done by hand."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from planner.model.jobs import Weather
from planner.model.plans import Waypoint
from planner.safety import winds
from planner.safety.flights import Flight, energy_wh, excess_turns, flown
from planner.safety.geodesics import CentreLine
from planner.safety.powers import watts_of
from tests.planner.scenes import kind

HUB, NOON = (114.1, 22.5), datetime(2026, 12, 1, 4, 0, tzinfo=UTC)


def line(helpers, *pieces, start=HUB):
    """A line by pieces, each an azimuth, metres along the ground and metres up."""
    (lon, lat), height_m = start, 100.0
    points = [Waypoint(lon=lon, lat=lat, alt_amsl_m=height_m, alt_agl_m=height_m, t=NOON)]
    for azimuth_deg, metres, rise_m in pieces:
        (lon, lat), height_m = helpers.away(lon, lat, azimuth_deg, metres), height_m + rise_m
        later = NOON + timedelta(seconds=len(points))
        points.append(Waypoint(lon=lon, lat=lat, alt_amsl_m=height_m, alt_agl_m=height_m, t=later))
    return CentreLine.through(points)


def calm(through):
    return winds.blown(through, Weather(), lambda lonlat, _: np.zeros(len(lonlat)))


def speed(azimuth_deg, wind_mps, wind_from_deg):
    wind = winds.Blown(
        piece=np.zeros(1, int),
        length_m=np.array([1000.0]),
        azimuth_deg=np.array([float(azimuth_deg)]),
        told_mps=np.array([float(wind_mps)]),
        towards_rad=np.radians([wind_from_deg + 180.0]),
        factor=np.ones(1),
    )
    _, (speed_mps,) = wind.seconds(kind())
    return speed_mps


@pytest.mark.parametrize(
    ("wind_from_deg", "wind_mps", "times_as_long"),
    # Published multiples of the time for one kilometre at 15 m/s, for a track due north.
    [
        (0, 4, 1.36), (0, 8, 2.14), (0, 10, 3.00), (0, 12, 5.00),
        (90, 4, 1.04), (90, 8, 1.18), (270, 10, 1.34), (270, 12, 1.67),
        (180, 4, 0.79), (180, 8, 0.65), (180, 10, 0.60), (180, 12, 0.56),
    ],
)  # fmt: skip
def test_head_cross_and_tail_winds_slow_and_speed_a_track(wind_from_deg, wind_mps, times_as_long):
    assert 15 / speed(0, wind_mps, wind_from_deg) == pytest.approx(times_as_long, abs=0.006)


def test_a_cross_wind_of_nine_leaves_twelve_of_fifteen():
    # 9, 12, 15 is a right triangle. An eastward track, the wind from the north and from the south.
    assert speed(90, 9, 0) == pytest.approx(12)
    assert speed(90, 9, 180) == pytest.approx(12)


@pytest.mark.parametrize(("wind_mps", "wind_from_deg"), [(15, 0), (20, 180), (16, 270), (20, 270)])
def test_a_track_that_cannot_be_held_or_makes_no_way_has_no_speed(wind_mps, wind_from_deg):
    assert speed(270, wind_mps, wind_from_deg) == pytest.approx(0, abs=1e-9)


def test_power_in_cruise_is_the_sum_done_by_hand(good):
    # 10 x 16^1.5 = 640, over the root of 101 325 / (287.05 x 288.15) = 1.2250 kg/m3, which is 1.10680.
    quad = good.job.drone_types[0]
    mild_w, warm_w = (
        watts_of(quad, 6, winds.air_density(Weather(temperature_c=degrees))).cruise for degrees in (15, 35)
    )
    assert mild_w == pytest.approx(640 / 1.10680, rel=1e-5)
    # Warm air is thinner: 35 degrees ask for 3.4 % more than 15.
    warm = warm_w / mild_w
    assert warm == pytest.approx(1.034, abs=0.001)


def test_each_piece_takes_the_time_of_what_takes_longest_on_it(helpers):
    """15 m/s along, 4 m/s up, 3 m/s down; what rises by half a metre at most is level, and a metre is no way at all."""
    pieces = [(0, 300, 0), (0, 0, 40), (0, 0, -30), (0, 300, 40), (0, 300, 100), (0, 300, -15), (0, 150, 0.5),
              (0, 150, 0.6), (0, 0.9, 0), (0, 0.9, 2), (0, 0, -0.9)]  # fmt: skip
    through = line(helpers, *pieces)
    flight = flown(through, kind(), calm(through))
    assert flight.seconds == pytest.approx([20, 10, 10, 20, 25, 20, 10, 10, 0, 0.5, 0.3], abs=1e-6)
    assert flight.phases == (
        ("cruise",), ("climb",), ("descent",), ("cruise", "climb"), ("cruise", "climb"), ("cruise", "descent"),
        ("cruise",), ("cruise", "climb"), ("cruise",), ("climb",), ("descent",),
    )  # fmt: skip
    speeds = [None if mps is None else round(mps, 6) for mps in flight.ground_mps]
    assert speeds == [15.0, None, None, 15.0, 15.0, 15.0, 15.0, 15.0, None, None, None]


def test_a_piece_is_as_fast_as_its_slowest_step(helpers):
    through = line(helpers, (0, 199.9, 0))
    wind = winds.blown(through, Weather(wind_height_m=10, wind_mps=1), lambda lonlat, _: np.zeros(len(lonlat)))
    assert len(wind.piece) == 4
    uneven = winds.Blown(
        piece=wind.piece, length_m=wind.length_m, azimuth_deg=wind.azimuth_deg, towards_rad=wind.towards_rad,
        told_mps=np.array([0.0, 5.0, 10.0, 0.0]), factor=np.ones(4),
    )  # fmt: skip
    # From the north, against it: 15, 10, 5 and 15 m/s over 50 m each.
    flight = flown(through, kind(), uneven)
    assert flight.ground_mps == pytest.approx((5,))
    assert flight.seconds == pytest.approx((50 / 15 + 50 / 10 + 50 / 5 + 50 / 15,), rel=1e-3)


def test_energy_is_the_greater_power_of_each_piece_for_its_time_and_the_hover():
    flight = Flight(seconds=(36.0, 72.0), phases=(("cruise", "climb"), ("descent",)), ground_mps=(15.0, None))
    weather = Weather()
    # 9 kg and 7 kg draw 2 560 W in cruise and in hover at 1.225 kg/m3, 1.16 times as much in climb, 0.95 in descent.
    thinner = math.sqrt(1.225 / winds.air_density(weather))
    expected_wh = 2560 * thinner * (36 * 1.16 + 72 * 0.95 + 18) / 3600
    assert energy_wh(flight, kind(), 7, weather=weather, hover_s=18) == pytest.approx(expected_wh)


def turns(helpers, *pieces, radius_m, half_width_m, start=HUB):
    """By how many degrees turns are more than can be flown, and at which waypoint, the worst last."""
    through = line(helpers, *((azimuth_deg, metres, 0) for azimuth_deg, metres in pieces), start=start)
    return sorted((round(excess, 2), at) for excess, at in excess_turns(through, radius_m, half_width_m))


def test_a_straight_line_has_no_turns(helpers):
    assert turns(helpers, (30, 400), (30, 400), radius_m=50, half_width_m=20) == []


def test_a_corner_may_be_cut_within_the_corridor(helpers):
    # R / (R + w) is a half: arcs inside the corridor turn by 120 degrees at most.
    for azimuth_deg in (90, 270):
        ((excess, at),) = turns(helpers, (0, 400), (azimuth_deg, 400), radius_m=20, half_width_m=20)
        assert (excess, at) == (pytest.approx(-30, abs=0.05), 1)


def test_corners_to_one_side_add_up_but_for_what_is_turned_between_them(helpers):
    found = turns(helpers, (0, 400), (90, 10), (180, 5), (270, 400), radius_m=20, half_width_m=20)
    # From the first corner on: 90 - 120, then 180 - 120 - 10 / 20 rad, then 270 - 120 - 15 / 20 rad; and so on.
    expected = [(-30, 1), (-30, 2), (-30, 3), (60 - math.degrees(0.5), 2), (60 - math.degrees(0.25), 3),
                (150 - math.degrees(0.75), 3)]  # fmt: skip
    assert [at for _, at in found] == [at for _, at in sorted(expected)]
    assert [excess for excess, _ in found] == pytest.approx([excess for excess, _ in sorted(expected)], abs=0.05)


def test_small_corners_to_one_side_need_no_tangents_between_them(helpers):
    # Two of 20 degrees, 5 m apart on a radius of 200 m: by themselves well within what may be cut, together as well.
    found = turns(helpers, (0, 400), (20, 5), (40, 400), radius_m=200, half_width_m=20)
    spare_deg = math.degrees(2 * math.acos(200 / 220))
    assert [excess for excess, _ in found] == pytest.approx(
        [20 - spare_deg, 20 - spare_deg, 40 - spare_deg - math.degrees(5 / 200)], abs=0.05
    )


def test_a_turn_to_the_other_side_begins_anew_and_needs_both_tangents(helpers):
    found = turns(helpers, (0, 400), (90, 30), (0, 400), radius_m=20, half_width_m=20)
    # Each corner alone; and 20 (tan 45 + tan 45) = 40 m of tangents on 30 m, which is 10 m or half a radian too many.
    assert [excess for excess, _ in found] == pytest.approx([-30, -30, math.degrees(0.5)], abs=0.05)
    assert found[-1][1] == 2


def test_climbs_on_the_spot_are_no_corners(helpers):
    through = line(helpers, (0, 400, 0), (0, 0, 40), (90, 400, 0))
    ((excess, at),) = excess_turns(through, 20, 20)
    assert (excess, at) == (pytest.approx(-30, abs=0.05), 2)
