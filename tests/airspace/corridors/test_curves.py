"""What arcs of a turn radius can follow, against sums done by hand."""

import math
from collections.abc import Sequence

import pytest

from airspace.corridors.curves import can_be_flown
from tests.airspace.corridors.maps import a_pad

LEVEL_M = 80.0


def line(*turns_and_metres: tuple[float, float], level_m: float = LEVEL_M) -> list[tuple[float, float, float]]:
    """Return a line that turns to the left by some degrees, and flies on by some metres, each time."""
    x_m, y_m, course = 0.0, 0.0, 0.0
    places = [(x_m, y_m)]
    for turn_deg, metres in turns_and_metres:
        course += math.radians(turn_deg)
        x_m, y_m = x_m + metres * math.cos(course), y_m + metres * math.sin(course)
        places.append((x_m, y_m))
    pads = [a_pad("P", *place) for place in places]
    return [(pad.lon, pad.lat, level_m) for pad in pads]


def flown(points: Sequence[tuple[float, float, float]], radius_m: float, half_width_m: float = 20.0) -> bool:
    return can_be_flown(points, radius_m=radius_m, half_width_m=half_width_m)


def test_who_turns_on_the_spot_flies_anything() -> None:
    assert flown([*line((0, 500), (170, 500)), *line((0, 1), level_m=120.0)], 0.0)


def test_a_straight_line_is_flown_by_all_and_on_one_level_only() -> None:
    straight = line((0, 500), (0, 0.3), (0, 500))
    assert flown(straight, 1e4, 0.0)
    assert not flown([*straight[:2], *((lon, lat, 120.0) for lon, lat, _ in straight[1:])], 1.0)


@pytest.mark.parametrize("side", [1, -1])
def test_a_corner_is_cut_by_no_more_than_the_half_width(side: int) -> None:
    # A corner of 40 degrees is left by R (1 / cos 20 - 1), which is 20 m for R = 311.6 m.
    corner, least_m = line((0, 5000), (side * 40, 5000)), 20 / (1 / math.cos(math.radians(20)) - 1)
    assert flown(corner, least_m * 0.99)
    assert not flown(corner, least_m * 1.05)


def test_many_small_corners_are_a_circle() -> None:
    # Twelve corners of 5.6 degrees lie on a circle of 100 m.
    piece_m = 2 * 100 * math.sin(math.radians(2.8125))
    bow = line(*[(5.625, piece_m)] * 13)
    assert flown(bow, 95.0, 1.0)
    assert not flown(bow, 130.0, 1.0)


def test_turns_to_both_sides_need_room_between_them() -> None:
    # Two corners of 20 degrees and 100 m: their tangents are R tan 10 degrees each, so R is at most 283.6 m.
    bent = line((0, 500), (20, 100), (-20, 500))
    assert flown(bent, 280.0)
    assert not flown(bent, 295.0)


def test_a_turn_back_is_flown_by_nobody_who_needs_room() -> None:
    assert not flown(line((0, 500), (179, 500)), 0.5)


def test_vertices_at_one_place_are_one_corner() -> None:
    assert flown(line((0, 500), (80, 0.2), (-70, 500)), 300.0)
    assert not flown(line((0, 500), (30, 0.2), (30, 500)), 300.0)
