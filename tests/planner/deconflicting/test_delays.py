from __future__ import annotations

import numpy as np
import pytest

from planner.deconflicting.delays import batch, first_come
from planner.safety.conflicts import WIDER_S, Separation, conflicts, forbidden
from tests.planner.safety.crossings import later, tracks

APART = Separation(horizontal_m=30, vertical_m=10)
SOFT = Separation(horizontal_m=30, vertical_m=10, timing_s=10)
EAST = [(0.0, 200.0, (0.0, 0.0, 100.0), (3000.0, 0.0, 100.0))]
"""3 km at 15 m/s."""
NORTH = [(0.0, 200.0, (1500.0, -1500.0, 100.0), (1500.0, 1500.0, 100.0))]
WEST = [(0.0, 200.0, (3000.0, 0.0, 100.0), (0.0, 0.0, 100.0))]


def test_whoever_comes_second_waits_until_the_first_is_30_m_ahead():
    found = first_come(tracks(EAST, later(EAST, 0.5)), APART, longest_s=60)
    assert found.delay_s == pytest.approx([0, 1.5 + WIDER_S])
    assert found.refused_by.tolist() == [0, 1]
    assert len(found.refused) == 0


def test_a_row_of_departures_is_drawn_out_to_the_separation_and_twice_the_error():
    found = first_come(tracks(EAST, EAST, EAST), SOFT, longest_s=60)
    assert found.delay_s == pytest.approx([0, 22, 44], abs=1e-5)


def test_the_order_in_which_flights_come_decides_who_waits():
    found = first_come(tracks(EAST, later(EAST, 0.5)), APART, longest_s=60, order=[1, 0])
    assert found.delay_s == pytest.approx([2.5 + WIDER_S, 0])


def test_whoever_cannot_wait_that_long_is_refused_with_the_flight_in_the_way():
    both = tracks(EAST, later(WEST, 10), later(NORTH, 5000))
    found = first_come(both, APART, longest_s=100)
    assert np.isnan(found.delay_s).tolist() == [False, True, False]
    assert (found.refused.tolist(), found.refused_by.tolist()) == ([1], [0, 0, 2])
    # Head-on on one line: it can start when the other has landed.
    assert first_come(both, APART, longest_s=200).delay_s[1] == pytest.approx(190 + WIDER_S)
    assert np.unique(found.apply(both).flight).tolist() == [0, 2]


def test_a_gap_between_two_flights_is_used():
    # The second and third leave room for one that crosses: 8.5 s are enough, 5.6 s are needed.
    row = tracks(EAST, later(EAST, 8.5), NORTH)
    delay_s = first_come(row, APART, longest_s=60, order=[0, 1, 2]).delay_s[2]
    assert delay_s == pytest.approx(30 * 2**0.5 / 15 + WIDER_S)


def test_in_a_batch_whoever_has_to_wait_least_goes_first():
    # The first two exclude each other for 200 s; the third crosses both and waits less than either would.
    three = tracks(EAST, later(WEST, 1), later(NORTH, 2))
    close_s = 30 * 2**0.5 / 15
    found = batch(three, APART, longest_s=600)
    assert found.delay_s == pytest.approx([0, 199 + WIDER_S, close_s - 2 + WIDER_S])


def test_in_a_batch_a_higher_priority_goes_first():
    both = tracks(EAST, later(EAST, 0.5))
    found = batch(both, APART, longest_s=60, priority=[0, 1])
    assert found.delay_s == pytest.approx([2.5 + WIDER_S, 0])


@pytest.mark.parametrize("separation", [APART, SOFT])
@pytest.mark.parametrize("way", [first_come, batch])
def test_what_is_left_of_a_busy_day_has_no_conflict_and_no_delay_is_longer_than_it_has_to_be(way, separation):
    day = _day(90)
    assert len(conflicts(day, separation)) > 20
    found = way(day, separation, longest_s=300)
    kept = found.apply(day)
    assert len(conflicts(kept, separation)) == 0
    assert (found.delay_s > 0).any()
    # The last of those placed, whoever it is, could not have started earlier beside the others.
    late = int(np.nanargmax(found.delay_s))
    others, mine = _part(kept, late, other=True), _part(day, late, other=False)
    delay_s = found.delay_s[late]
    if way is batch:
        held = forbidden(others, mine, separation)
        tried = np.linspace(0, delay_s - 1e-5, 200)
        assert ((held[:, :1] < tried) & (tried < held[:, 1:])).any(axis=0).all()


def _day(count):
    """Return flights from three depots to anywhere in a box of 4 km."""
    chance = np.random.default_rng(7)
    flights = []
    for _ in range(count):
        start, depot = float(chance.uniform(0, 600)), chance.choice([500.0, 2000.0, 3500.0])
        x, y = map(float, chance.uniform(0, 4000, 2))
        lasts = float(np.hypot(x - depot, y - depot)) / 15
        flights.append([
            (start, start + 20, (depot, depot, 0.0), (depot, depot, 80.0)),
            (start + 20, start + 20 + lasts, (depot, depot, 80.0), (x, y, 80.0)),
            (start + 20 + lasts, start + 50 + lasts, (x, y, 80.0), (x, y, 0.0)),
        ])  # fmt: skip
    return tracks(*flights)


def _part(told, flight, *, other):
    kept = (told.flight != flight) if other else (told.flight == flight)
    return type(told)(**{name: getattr(told, name)[kept] for name in told.__slots__})


def test_no_flights_and_no_separation_wait_for_nothing():
    nothing = tracks(EAST).__class__(flight=[], start_s=[], end_s=[], from_m=[], to_m=[])
    assert len(first_come(nothing, APART, longest_s=60).delay_s) == 0
    flat = Separation(horizontal_m=0, vertical_m=10)
    assert batch(tracks(EAST, EAST), flat, longest_s=60).delay_s.tolist() == [0, 0]


def test_what_cannot_be_asked_is_refused():
    both = tracks(EAST, NORTH)
    with pytest.raises(ValueError, match="each of 2 flights once, got 2"):
        first_come(both, APART, longest_s=60, order=[0, 0])
    with pytest.raises(ValueError, match="a priority for each of 2 flights, got 1"):
        batch(both, APART, longest_s=60, priority=[1])
    with pytest.raises(ValueError, match="a longest delay >= 0"):
        batch(both, APART, longest_s=-1)
