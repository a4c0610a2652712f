"""Cheapest courses over several levels, beside a brute force that knows nothing of tangents and bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from airspace.corridors import lattices
from airspace.corridors.lattices import Lattice, Spot
from airspace.corridors.paces import Pace
from airspace.corridors.stacks import Stack
from tests.airspace.corridors.stacked import BruteForce, random_stack

PACE = Pace(climb_s_per_m=2.0, descent_s_per_m=1.0)
ENDS = ((-1_000_000, 0), (1_000_000, 0))


def costs_s(*solid: list[shapely.Polygon], pace: Pace = PACE) -> tuple[float, float]:
    """Ours and the brute force's, from west to east, over levels 40 m apart from 60 m on."""
    levels = tuple(range(len(solid)))
    spots = tuple(Spot(name="", place_mm=place, ground_m=0.0, levels=levels) for place in ENDS)
    stack = Stack.of([60.0 + 40.0 * level for level in levels], solid)
    ours = Lattice.of(stack, spots, pace).costs_between_s()[0, 1]
    return float(ours), float(BruteForce(stack=stack, spots=spots, pace=pace).costs_s()[0, 1])


BARRIER = shapely.box(-50, -4000, 50, 4000)
UP_AND_DOWN_S = 60 * 2 + 60 * 1


@pytest.mark.parametrize(
    ("solid", "by_hand_s"),
    [
        pytest.param([[], []], 2000 + UP_AND_DOWN_S, id="nothing in the way"),
        pytest.param([[BARRIER], []], 2000 + UP_AND_DOWN_S + 40 * 3, id="over a low barrier"),
        pytest.param([[], [BARRIER]], 2000 + UP_AND_DOWN_S, id="under a high one"),
        pytest.param(
            [[shapely.box(-600, -4000, -500, 4000)], [shapely.box(500, -4000, 600, 4000)]],
            2000 + UP_AND_DOWN_S + 40 * 3,
            id="over one and under the next",
        ),
        pytest.param(
            [[shapely.box(-100, -30, 100, 30)], [BARRIER]],
            2 * math.hypot(900, 30) + 200 + UP_AND_DOWN_S,
            id="round, where climbing does not help",
        ),
        pytest.param(
            # The low block ends in the midst of the high one: round both at the crossing of their outlines.
            [[shapely.box(-900, -4000, 0, 100)], [shapely.box(-20, -4000, 900, 50)]],
            None,
            id="round the crossing of two outlines",
        ),
        pytest.param([[BARRIER], [BARRIER]], 2 * math.hypot(950, 4000) + 100 + UP_AND_DOWN_S, id="shut at both levels"),
        pytest.param([[BARRIER], [BARRIER], []], 2000 + UP_AND_DOWN_S + 80 * 3, id="over both to the third level"),
    ],
)
def test_courses_over_levels_cost_what_they_cost_by_hand(
    solid: list[list[shapely.Polygon]], by_hand_s: float | None
) -> None:
    ours_s, true_s = costs_s(*solid)
    assert ours_s == pytest.approx(true_s, abs=1e-6)
    if by_hand_s is not None:
        assert ours_s == pytest.approx(by_hand_s, abs=1e-6)


@pytest.mark.parametrize("seed", range(60))
def test_no_random_stack_of_levels_is_flown_cheaper_by_brute_force(seed: int) -> None:
    stack, spots, pace = random_stack(seed)
    ours_s = Lattice.of(stack, spots, pace).costs_between_s()
    true_s = BruteForce(stack=stack, spots=spots, pace=pace).costs_s()
    assert np.array_equal(np.isfinite(ours_s), np.isfinite(true_s))
    led = np.isfinite(true_s)
    assert ours_s[led] == pytest.approx(true_s[led], abs=1e-6)


def test_enough_of_the_random_stacks_change_level_on_the_way() -> None:
    changing = 0
    for seed in range(60):
        lattice = Lattice.of(*random_stack(seed))
        levels = [[int(lattice.nodes.level[node]) for node in way.nodes] for way in lattice.ways().values()]
        changing += any(len(set(found)) > 1 for found in levels)
    assert changing >= 10


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_what_is_held_at_a_time_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stack, spots, pace = random_stack(seed)
    at_once = Lattice.of(stack, spots, pace)
    costs_s, ways = at_once.costs_between_s(), at_once.ways()
    for name, few in (("MOST_REACHED", 1), ("PAIRS_A_BATCH", 7), ("MOST_PAIRS", 20)):
        monkeypatch.setattr(lattices, name, few)
    in_turn = Lattice.of(stack, spots, pace)
    assert np.array_equal(in_turn.arcs, at_once.arcs)
    assert np.array_equal(in_turn.costs_between_s(), costs_s)
    assert in_turn.ways() == ways
