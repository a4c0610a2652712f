from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from planner.safety.conflicts import WIDER_S, Separation, Tracks, conflicts, forbidden, joined
from tests.planner.safety.crossings import in_conflict, later, tracks

APART = Separation(horizontal_m=30, vertical_m=10)
SOFT = Separation(horizontal_m=30, vertical_m=10, timing_s=10)

EAST = [(0.0, 200.0, (0.0, 0.0, 100.0), (3000.0, 0.0, 100.0))]
"""3 km at 15 m/s."""
WEST = [(0.0, 200.0, (3000.0, 0.0, 100.0), (0.0, 0.0, 100.0))]
NORTH = [(0.0, 200.0, (1500.0, -1500.0, 100.0), (1500.0, 1500.0, 100.0))]


def intervals(one, other, separation=APART):
    return forbidden(tracks(one), tracks(other), separation)


def approach(*flights, separation=APART):
    found = conflicts(tracks(*flights), separation)
    assert len(found) == 1
    return {name: getattr(found, name)[0] for name in found.__slots__}


def test_two_that_meet_head_on_conflict_whenever_both_are_in_the_air():
    np.testing.assert_allclose(intervals(EAST, WEST), [[-200 - WIDER_S, 200 + WIDER_S]], atol=1e-9)
    told = approach(EAST, WEST)
    assert (told["first"], told["second"]) == (0, 1)
    assert told["horizontal_m"] == pytest.approx(0, abs=1e-5)
    assert told["first_s"] == pytest.approx(100, abs=1e-5)
    assert told["second_s"] == pytest.approx(100, abs=1e-5)


def test_two_that_cross_at_right_angles_conflict_within_30_m_times_the_root_of_2():
    # One passes the crossing d seconds before the other: they come as close as 15 d / sqrt 2.
    close_s = 30 * 2**0.5 / 15
    np.testing.assert_allclose(intervals(EAST, NORTH), [[-close_s - WIDER_S, close_s + WIDER_S]], atol=1e-9)
    told = approach(EAST, later(NORTH, 2))
    assert told["horizontal_m"] == pytest.approx(15 * 2 / 2**0.5)
    assert told["first_s"] == pytest.approx(101)
    assert len(conflicts(tracks(EAST, later(NORTH, 2.83)), APART)) == 0


def test_each_departure_may_be_off_either_way():
    close_s = 30 * 2**0.5 / 15 + 20
    np.testing.assert_allclose(intervals(EAST, NORTH, SOFT), [[-close_s - WIDER_S, close_s + WIDER_S]], atol=1e-9)
    told = approach(EAST, later(NORTH, 22), separation=SOFT)
    # The second 20 s late against the first: 2 s too few.
    assert told["second_s"] - told["first_s"] == pytest.approx(20)
    assert told["horizontal_m"] == pytest.approx(15 * 2 / 2**0.5)
    assert len(conflicts(tracks(EAST, later(NORTH, 22.83)), SOFT)) == 0


def test_one_over_the_other_by_exactly_the_separation_is_apart_and_a_hair_less_is_not():
    def above(metres):
        return [(0.0, 200.0, (0.0, 0.0, 100.0 + metres), (3000.0, 0.0, 100.0 + metres))]

    assert len(intervals(EAST, above(10))) == 0
    assert len(conflicts(tracks(EAST, above(10)), SOFT)) == 0
    told = approach(EAST, above(9.999))
    assert told["vertical_m"] == pytest.approx(9.999)


def test_abreast_by_exactly_the_separation_is_apart_and_a_hair_less_is_not():
    def beside(metres):
        return [(0.0, 200.0, (0.0, metres, 100.0), (3000.0, metres, 100.0))]

    assert len(intervals(EAST, beside(30))) == 0
    assert len(conflicts(tracks(EAST, beside(30)), SOFT)) == 0
    told = approach(EAST, beside(29.999))
    assert told["horizontal_m"] == pytest.approx(29.999)


def test_a_tail_chaser_of_the_same_speed_has_to_keep_2_s():
    # 30 m at 15 m/s; the chaser stands 5 s behind as told.
    np.testing.assert_allclose(intervals(EAST, later(EAST, 5)), [[-7 - WIDER_S, -3 + WIDER_S]], atol=1e-9)
    assert len(conflicts(tracks(EAST, later(EAST, 2 + 1e-6)), APART)) == 0
    assert approach(EAST, later(EAST, 1.5))["horizontal_m"] == pytest.approx(22.5)
    assert len(conflicts(tracks(EAST, later(EAST, 22 + 1e-6)), SOFT)) == 0
    assert approach(EAST, later(EAST, 21.5), separation=SOFT)["horizontal_m"] == pytest.approx(22.5)


def test_a_faster_tail_chaser_catches_up():
    fast = [(0.0, 100.0, (0.0, 0.0, 100.0), (3000.0, 0.0, 100.0))]
    # 1 s ahead it is off before the other begins; 101 s later it has 30 m to go when the other has arrived.
    np.testing.assert_allclose(intervals(EAST, fast), [[-1 - WIDER_S, 101 + WIDER_S]], atol=1e-9)


def test_a_climb_under_a_cruiser_conflicts_while_it_passes_its_height():
    climb = [(50.0, 70.0, (1500.0, 0.0, 0.0), (1500.0, 0.0, 140.0))]
    # The cruiser is within 30 m from 98 to 102 s, the climb at 90 to 110 m from 50 + 90/7 to 50 + 110/7 s.
    expected = [[98 - 50 - 110 / 7 - WIDER_S, 102 - 50 - 90 / 7 + WIDER_S]]
    np.testing.assert_allclose(intervals(EAST, climb), expected, atol=1e-9)


def test_two_climbs_on_one_pad_need_the_time_to_climb_the_separation():
    climb = [(0.0, 25.0, (0.0, 0.0, 0.0), (0.0, 0.0, 100.0))]
    np.testing.assert_allclose(intervals(climb, climb), [[-2.5 - WIDER_S, 2.5 + WIDER_S]], atol=1e-9)
    told = approach(climb, later(climb, 1))
    assert (told["horizontal_m"], told["vertical_m"]) == (0, pytest.approx(4))
    soft = approach(climb, later(climb, 1), separation=SOFT)
    assert (soft["horizontal_m"], soft["vertical_m"]) == (0, pytest.approx(0, abs=1e-9))


def test_hovering_at_one_place_conflicts_as_long_as_both_are_there():
    hover = [(0.0, 60.0, (5.0, 5.0, 50.0), (5.0, 5.0, 50.0))]
    np.testing.assert_allclose(intervals(hover, hover), [[-60 - WIDER_S, 60 + WIDER_S]], atol=1e-9)
    assert len(conflicts(tracks(hover, later(hover, 60.001)), APART)) == 0
    assert len(conflicts(tracks(hover, later(hover, 79.9)), SOFT)) == 1


def test_a_piece_that_takes_no_time_is_there_for_a_moment():
    moment = [(100.0, 100.0, (1500.0, 0.0, 100.0), (1500.0, 0.0, 100.0))]
    np.testing.assert_allclose(intervals(EAST, moment), [[-2 - WIDER_S, 2 + WIDER_S]], atol=1e-9)
    assert approach(EAST, later(moment, 1))["horizontal_m"] == pytest.approx(15)
    np.testing.assert_allclose(intervals(moment, moment), [[-WIDER_S, WIDER_S]], atol=1e-12)


def test_between_pieces_a_flight_is_nowhere():
    pad = (1500.0, 0.0, 100.0)
    stops = [(0.0, 97.0, pad, pad), (103.0, 200.0, pad, (1500.0, 970.0, 100.0))]
    # The other passes the pad from 98 to 102 s.
    assert len(conflicts(tracks(EAST, stops), APART)) == 0
    assert len(conflicts(tracks(EAST, later(stops, 1.01)), APART)) == 1
    assert len(conflicts(tracks(EAST, later(stops, -1.01)), APART)) == 1


def test_pieces_of_one_flight_never_conflict_with_each_other():
    there_and_back = [*EAST, *later(WEST, 200)]
    assert len(conflicts(tracks(there_and_back), SOFT)) == 0


def test_forbidden_intervals_of_several_pieces_are_joined_where_they_overlap():
    there_and_back = [*EAST, *later(WEST, 1000)]
    found = intervals(there_and_back, NORTH)
    close_s = 30 * 2**0.5 / 15 + WIDER_S
    np.testing.assert_allclose(found, [[-close_s, close_s], [1000 - close_s, 1000 + close_s]], atol=1e-9)
    np.testing.assert_allclose(
        joined(np.array([[4.0, 5.0], [0.0, 2.0], [1.0, 3.0], [1.0, 1.5], [3.0, 3.5]])), [[0, 3], [3, 3.5], [4, 5]]
    )


def test_numbers_of_flights_and_pieces_are_those_told():
    told = tracks(EAST, later(EAST, 500), NORTH)
    renamed = Tracks(
        flight=np.array([70, 30, 5]), start_s=told.start_s, end_s=told.end_s, from_m=told.from_m, to_m=told.to_m
    )
    found = conflicts(renamed, APART)
    assert (found.first.tolist(), found.second.tolist()) == ([5], [70])
    assert (found.first_piece.tolist(), found.second_piece.tolist()) == ([2], [0])


def test_no_flights_one_flight_and_no_separation_have_no_conflict():
    assert len(conflicts(tracks(EAST), APART)) == 0
    nothing = Tracks(flight=[], start_s=[], end_s=[], from_m=[], to_m=[])
    assert len(conflicts(nothing, APART)) == 0
    assert forbidden(nothing, tracks(EAST), APART).shape == (0, 2)
    flat = Separation(horizontal_m=0, vertical_m=10, timing_s=10)
    assert len(conflicts(tracks(EAST, EAST), flat)) == 0
    assert forbidden(tracks(EAST), tracks(EAST), flat).shape == (0, 2)


def test_days_counted_from_1970_lose_nothing_that_matters():
    epoch = 1.8e9
    np.testing.assert_allclose(intervals(later(EAST, epoch), later(NORTH, epoch)), intervals(EAST, NORTH), atol=1e-6)
    assert len(conflicts(tracks(later(EAST, epoch), later(NORTH, epoch)), APART)) == 1


def test_flights_years_apart_are_found_as_quickly():
    pairs = [(later(EAST, year * 3.2e7), later(NORTH, year * 3.2e7)) for year in range(40)]
    assert len(conflicts(tracks(*[flight for pair in pairs for flight in pair]), APART)) == 40


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"end_s": [-1.0]}, "end_s >= start_s, got piece 0"),
        ({"end_s": [0.0]}, "pieces that take time to go anywhere, got piece 0"),
        ({"from_m": [(0.0, np.nan, 0.0)]}, "finite from_m"),
        ({"start_s": [0.0, 1.0]}, "as many of each"),
    ],
)
def test_what_is_no_flight_is_refused(change, message):
    sound = {"flight": [0], "start_s": [0.0], "end_s": [9.0], "from_m": [(0, 0, 0)], "to_m": [(9, 0, 0)]}
    with pytest.raises(ValueError, match=message):
        Tracks(**(sound | change))


def test_a_flight_cannot_be_in_two_places():
    with pytest.raises(ValueError, match="piece 1 too early"):
        tracks([*EAST, *later(WEST, 199)])


def test_a_negative_separation_is_refused():
    with pytest.raises(ValueError, match="timing_s >= 0"):
        Separation(horizontal_m=1, vertical_m=1, timing_s=-1)


def test_the_index_finds_what_looking_at_all_pairs_finds():
    chance = np.random.default_rng(1)
    flights = [_wandering(chance) for _ in range(60)]
    found = conflicts(tracks(*flights), APART)
    pairs = {(i, j) for (i, a), (j, b) in product(enumerate(flights), repeat=2) if i < j and in_conflict(a, b, APART)}
    assert set(zip(found.first.tolist(), found.second.tolist(), strict=True)) == pairs
    assert 20 < len(pairs) < 600


def _wandering(chance):
    """Return a flight of some pieces in a box of 1 km on few levels, up and down at times."""
    moment, place = float(chance.integers(0, 600)), (*map(float, chance.integers(0, 1000, 2)), 100.0)
    flight = []
    for _ in range(5):
        following = (*map(float, chance.integers(0, 1000, 2)), float(chance.choice([100.0, 110.0, 120.0, 105.0])))
        lasts = float(chance.integers(10, 90))
        flight.append((moment, moment + lasts, place, following))
        moment, place = moment + lasts, following
    return flight


def test_half_a_metre_is_a_separation_and_nothing_is_none():
    narrow = Separation(horizontal_m=0.5, vertical_m=0.5)
    assert len(intervals(EAST, WEST, narrow)) == 1
    assert len(conflicts(tracks(EAST, WEST), narrow)) == 1
    for none in (Separation(horizontal_m=0.0, vertical_m=10.0), Separation(horizontal_m=30.0, vertical_m=0.0)):
        assert intervals(EAST, WEST, none).shape == (0, 2)
        assert len(conflicts(tracks(EAST, WEST), none)) == 0


def test_more_forbidden_shifts_than_there_was_room_for_are_all_told():
    # 70 pieces of 10 s each flown over the same 150 m to and fro, crossed by one: each of them conflicts.
    ends = ((0.0, 0.0, 100.0), (150.0, 0.0, 100.0))
    fro = [(10.0 * n, 10.0 * n + 10, *(ends if n % 2 == 0 else ends[::-1])) for n in range(70)]
    across = [(0.0, 10.0, (75.0, -75.0, 100.0), (75.0, 75.0, 100.0))]
    found = intervals(fro, across)
    close_s = 30 * 2**0.5 / 15
    # Both are in the middle after 5 s; the other has to be as much later as its turn comes.
    expected = [[10.0 * n - close_s - WIDER_S, 10.0 * n + close_s + WIDER_S] for n in range(70)]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_more_conflicts_than_there_was_room_for_are_all_told():
    # 50 that stand in the air at one place: each pair conflicts.
    standing = [[(0.0, 60.0, (0.0, 0.0, 100.0), (0.0, 0.0, 100.0))] for _ in range(50)]
    found = conflicts(tracks(*standing), APART)
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [
        (one, other) for one in range(50) for other in range(one + 1, 50)
    ]
    assert set(found.horizontal_m.tolist()) == {0.0}
