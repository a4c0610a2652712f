from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely

from airspace.earth.frame import GEOD, Frame
from planner.model.traffic import Intent, IntentState, Volume
from planner.safety.conflicts import WIDER_S, Separation
from planner.safety.volumes import Volumes, forbidden_by_volumes, meetings, volumes_of
from tests.planner.safety.crossings import later, tracks

BARE = Separation(horizontal_m=20, vertical_m=3)
SOFT = Separation(horizontal_m=20, vertical_m=3, timing_s=10)
EAST = [(0.0, 200.0, (0.0, 0.0, 100.0), (3000.0, 0.0, 100.0))]
"""3 km at 15 m/s."""


HEIGHTS = [(103, 200, False), (102.99, 200, True), (0, 97, False), (0, 97.01, True)]


def volumes(*outlines, radius=0.0, low=50.0, high=150.0, start=0.0, end=1000.0):
    count = len(outlines)
    return Volumes(
        first=np.cumsum([0, *map(len, outlines)]), corners_m=np.concatenate(outlines), radius_m=[radius] * count,
        low_m=[low] * count, high_m=[high] * count, start_s=[start] * count, end_s=[end] * count,
    )  # fmt: skip


def box(west, south, east, north):
    return [(west, south), (east, south), (east, north), (west, north)]


def spans(flight, held, margin=BARE):
    found = meetings(tracks(flight), held, margin)
    return list(zip(found.start_s.tolist(), found.end_s.tolist(), strict=True))


def test_a_flight_through_a_box_meets_it_from_half_a_width_before_to_half_a_width_behind():
    held = volumes(box(1500, -100, 1800, 100))
    assert spans(EAST, held) == [pytest.approx((1480 / 15, 1820 / 15))]
    # The box is held from 0 to 1,000 s: the flight leaves it at 1,820 m, and enters it at 1,480 m.
    expected = [[0 - 1820 / 15 - WIDER_S, 1000 - 1480 / 15 + WIDER_S]]
    np.testing.assert_allclose(forbidden_by_volumes(tracks(EAST), held, BARE), expected, atol=1e-9)


def test_the_timing_error_counts_once_because_only_ours_is_off():
    held = volumes(box(1500, -100, 1800, 100), start=1820 / 15 + 10 + 1e-6, end=2000)
    assert spans(EAST, held) == []
    assert spans(EAST, held, SOFT) == []
    early = volumes(box(1500, -100, 1800, 100), start=1820 / 15 + 9.99, end=2000)
    assert len(spans(EAST, early, SOFT)) == 1
    assert spans(EAST, early) == []


def test_passing_at_exactly_half_a_width_is_apart_and_a_hair_nearer_is_not():
    assert spans(EAST, volumes(box(1500, 20, 1800, 100))) == []
    assert spans(EAST, volumes(box(1500, 19.99, 1800, 100))) != []


@pytest.mark.parametrize(("low", "high", "meets"), HEIGHTS)
def test_heights_are_apart_at_exactly_the_vertical_margin(low, high, meets):
    assert bool(spans(EAST, volumes(box(1500, -100, 1800, 100), low=low, high=high))) == meets


def test_a_corner_is_round():
    # 12 m beside and 16 m behind the start of the flight, 20 m off.
    beside = volumes(box(-116, 12, -16, 100))
    assert spans(EAST, beside) == []
    assert spans(EAST, volumes(box(-116, 12, -15.9, 100))) != []


def test_a_circle_is_met_by_pythagoras():
    # 30 m and 20 m off make 50 m; a line 30 m beside the centre is within them for 40 m before and behind.
    held = volumes([(1500.0, 30.0)], radius=30.0)
    assert spans(EAST, held) == [pytest.approx((1460 / 15, 1540 / 15))]
    assert spans(EAST, volumes([(1500.0, 50.0)], radius=30.0)) == []


def test_a_flight_between_the_arms_of_a_yard_meets_each_of_them():
    yard = [(1000, -500), (2000, -500), (2000, 500), (1900, 500), (1900, -400), (1100, -400), (1100, 500), (1000, 500)]
    held = volumes(yard)
    found = forbidden_by_volumes(tracks(EAST), volumes(yard, start=0, end=1), BARE)
    expected = [[-2020 / 15, 1 - 1880 / 15], [-1120 / 15, 1 - 980 / 15]]
    np.testing.assert_allclose(found, np.array(expected) + np.array([-WIDER_S, WIDER_S]), atol=1e-9)
    assert spans(EAST, held) == [pytest.approx((980 / 15, 2020 / 15))]


def test_inside_far_from_all_edges_is_inside():
    assert spans(EAST, volumes(box(-5000, -5000, 8000, 5000))) == [(0, 200)]
    hover = [(0.0, 60.0, (0.0, 0.0, 100.0), (0.0, 0.0, 100.0))]
    assert spans(hover, volumes(box(-5000, -5000, 8000, 5000))) == [(0, 60)]
    moment = [(5.0, 5.0, (0.0, 0.0, 100.0), (0.0, 0.0, 100.0))]
    assert spans(moment, volumes(box(-5000, -5000, 8000, 5000))) == [(5, 5)]
    assert spans(moment, volumes(box(100, 100, 200, 200))) == []


def test_without_a_margin_only_the_inside_counts():
    none = Separation(horizontal_m=0, vertical_m=0)
    assert spans(EAST, volumes(box(1500, -100, 1800, 100)), none) == [pytest.approx((100, 120))]
    assert spans(EAST, volumes(box(1500, 0, 1800, 100), low=100), none) == []


def test_a_climb_meets_a_volume_while_it_passes_its_heights():
    climb = [(0.0, 50.0, (1600.0, 0.0, 0.0), (1600.0, 0.0, 200.0))]
    assert spans(climb, volumes(box(1500, -100, 1800, 100))) == [pytest.approx((47 / 4, 153 / 4))]


def test_meetings_name_flight_piece_and_volume_in_order():
    held = volumes(box(1500, -100, 1800, 100), box(0, -100, 100, 100))
    found = meetings(tracks([], EAST, later(EAST, 2000), later(EAST, 50)), held, BARE)
    assert found.flight.tolist() == [1, 1, 3, 3]
    assert found.piece.tolist() == [0, 0, 2, 2]
    assert found.volume.tolist() == [0, 1, 0, 1]


def test_the_forbidden_shifts_are_those_at_which_they_meet():
    chance = np.random.default_rng(3)
    held = volumes(*[box(x, -30, x + 50, 30) for x in (300, 900, 1500, 2100, 2700)], start=300, end=301)
    bend = [*EAST, (200.0, 260.0, (3000.0, 0.0, 100.0), (2500.0, 700.0, 60.0))]
    found = forbidden_by_volumes(tracks(bend), held, SOFT)
    assert len(found) == 5
    for shift in chance.uniform(50, 350, 300):
        assert bool(spans(later(bend, shift), held, SOFT)) == bool(
            ((found[:, 0] < shift) & (shift < found[:, 1])).any()
        )
    for end in found.ravel():
        assert spans(later(bend, end), held, SOFT) == []


def test_shapely_says_the_same_of_random_stars():
    chance = np.random.default_rng(5)
    angles = np.sort(chance.uniform(0, 2 * np.pi, 9))
    for _ in range(60):
        arms = chance.uniform(100, 900, (9, 1))
        star = np.column_stack([np.cos(angles), np.sin(angles)]) * arms
        here, there = chance.uniform(-1000, 1000, (2, 2))
        flight = [(0.0, 100.0, (*here, 100.0), (*there, 100.0))]
        line, polygon = shapely.LineString([here, there]), shapely.Polygon(star)
        if abs(line.distance(polygon) - 20) > 1e-6:
            assert bool(spans(flight, volumes(star))) == (line.distance(polygon) < 20)


def test_nothing_meets_nothing():
    nothing = Volumes(first=[0], corners_m=[], radius_m=[], low_m=[], high_m=[], start_s=[], end_s=[])
    assert len(meetings(tracks(EAST), nothing, SOFT)) == 0
    assert forbidden_by_volumes(tracks(EAST), nothing, SOFT).shape == (0, 2)


def test_volumes_whose_corners_are_not_cut_are_refused():
    with pytest.raises(ValueError, match="first to cut 4 corners"):
        Volumes(first=[0, 3], corners_m=box(0, 0, 1, 1), radius_m=[0], low_m=[0], high_m=[1], start_s=[0], end_s=[1])


NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)


def an_intent(*outlines, radius_m=0.0):
    made = [
        Volume(outline=outline, radius_m=radius_m, lower_amsl_m=40, upper_amsl_m=90, start=NOON,
               end=NOON + timedelta(minutes=5))
        for outline in outlines
    ]  # fmt: skip
    return Intent(id="i", state=IntentState.ACCEPTED, volumes=tuple(made))


def test_volumes_of_intents_lie_in_the_frame_at_their_times_and_heights():
    frame = Frame(lon=114.1, lat=22.5)
    square = ((114.1, 22.5), (114.11, 22.5), (114.11, 22.51), (114.1, 22.51))
    intent = an_intent(square)
    held, whose = volumes_of([intent], frame, NOON - timedelta(seconds=30))
    assert whose == (intent,)
    assert (held.start_s.tolist(), held.end_s.tolist()) == ([30], [330])
    assert (held.low_m.tolist(), held.high_m.tolist()) == ([40], [90])
    np.testing.assert_allclose(held.corners_m[0], [0, 0], atol=1e-6)
    np.testing.assert_allclose(held.corners_m[1], [GEOD.inv(114.1, 22.5, 114.11, 22.5)[2], 0], atol=0.1)


def test_long_edges_are_the_shortest_lines():
    frame = Frame(lon=114.1, lat=22.5)
    wide = ((113.6, 22.5), (114.6, 22.5), (114.6, 22.6), (113.6, 22.6))
    held, _ = volumes_of([an_intent(wide)], frame, NOON)
    # The shortest line between two places of one latitude passes north of it, here by 86 m in the middle.
    middle = held.corners_m[np.argmin(np.hypot(*held.corners_m.T))]
    along = GEOD.npts(113.6, 22.5, 114.6, 22.5, 1)[0]
    assert np.hypot(*(middle - np.column_stack(frame.to_xy(*along))[0])) < 5000
    x, y = frame.to_xy(*along)
    assert shapely.Polygon(held.corners_m).exterior.distance(shapely.Point(x, y)) < 0.01


def test_a_circle_is_at_least_as_large_as_told_wherever_it_is():
    frame = Frame(lon=114.1, lat=22.5)
    for lon in (114.1, 114.9):
        held, _ = volumes_of([an_intent(((lon, 22.5),), radius_m=500.0)], frame, NOON)
        azimuths = np.arange(0, 360, 10)
        lons, lats, _ = GEOD.fwd(np.full(36, lon), np.full(36, 22.5), azimuths, np.full(36, 500.0))
        away = np.hypot(*(np.column_stack(frame.to_xy(lons, lats)) - held.corners_m[0]).T)
        assert away.max() <= held.radius_m[0] + 1e-6
        assert held.radius_m[0] - away.max() < 0.01


def test_volumes_beyond_the_frame_are_left_out():
    frame = Frame(lon=114.1, lat=22.5)
    far = an_intent(((120.0, 30.0),), radius_m=500.0)
    square = an_intent(((120.0, 30.0), (120.1, 30.0), (120.1, 30.1)))
    assert volumes_of([far, square], frame, NOON)[1] == ()
    around = an_intent(((113.8, 22.2), (114.4, 22.2), (114.4, 22.8), (113.8, 22.8)))
    assert len(volumes_of([around, far], frame, NOON)[0]) == 1


def test_a_volume_without_a_height_is_passed_in_no_time():
    up = [(0.0, 20.0, (1600.0, 0.0, 50.0), (1600.0, 0.0, 150.0))]
    flat = volumes(box(1500, -100, 1800, 100), low=100.0, high=100.0)
    assert spans(up, flat, Separation(horizontal_m=20, vertical_m=0)) == []
    # With 3 m around it, from 97 to 103 m at 5 m/s.
    assert spans(up, flat) == [pytest.approx((47 / 5, 53 / 5))]


def test_more_volumes_than_there_was_room_for_are_all_told():
    # 300 boxes of 5 m, one every 10 m, of a flight of 3 km.
    strip = volumes(*(box(10 * n, -2.5, 10 * n + 5, 2.5) for n in range(300)))
    bare = Separation(horizontal_m=1, vertical_m=0)
    found = meetings(tracks(EAST), strip, bare)
    assert found.volume.tolist() == list(range(300))
    expected = [(max(10 * n - 1, 0) / 15, (10 * n + 6) / 15) for n in range(300)]
    np.testing.assert_allclose(np.column_stack((found.start_s, found.end_s)), expected, atol=1e-9)
    # Held from 0 to 1,000 s: from when the last is left at 0 s to when the first is entered at 1,000 s.
    shut = forbidden_by_volumes(tracks(EAST), strip, bare)
    np.testing.assert_allclose(shut, [[-2996 / 15 - WIDER_S, 1000 + WIDER_S]], atol=0.1)


def test_a_flight_that_starts_later_has_that_much_less_room_to_be_later_still():
    held = volumes(box(1500, -100, 1800, 100))
    # It enters at 1,480 m and leaves at 1,820 m, 100 s later than in the first of these tests.
    expected = [[0 - (100 + 1820 / 15) - WIDER_S, 1000 - (100 + 1480 / 15) + WIDER_S]]
    np.testing.assert_allclose(forbidden_by_volumes(tracks(later(EAST, 100)), held, BARE), expected, atol=1e-9)
