"""Plans of several trips a vehicle: the best of all on tiny days, and never one that the judge does not let pass."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sorties import ruins, trips
from benchmarks.sorties.published import Released, read_released, read_routes, walk_released


def a_day(seed: int, customers: int, *, vehicles: int = 2, capacity: int = 10, width: int = 150) -> Released:
    dice = np.random.default_rng(seed)
    spots = dice.integers(0, 21, (customers + 1, 2)).astype(float)
    spots[0] = (10.0, 10.0)
    opens = dice.integers(150, 350, customers)
    return Released(
        name=f"random {seed}",
        places=tuple((x, y) for x, y in spots.tolist()),
        demand=(0, *dice.integers(2, 7, customers).tolist()),
        windows=((0, 1000), *((int(at), int(at) + width) for at in opens)),
        released=(0, *dice.integers(0, 300, customers).tolist()),
        service=20,
        vehicles=vehicles,
        capacity=capacity,
    )


def all_plans(customers: int, vehicles: int) -> Iterator[list[list[int]]]:
    """Every order of the customers, cut in every way into trips and vehicles."""
    for order in itertools.permutations(range(1, customers + 1)):
        for cuts in itertools.product("-tv", repeat=customers - 1):
            if cuts.count("v") < vehicles:
                routes = [[order[0]]]
                for place, cut in zip(order[1:], cuts, strict=True):
                    if cut == "v":
                        routes.append([place])
                    else:
                        routes[-1] += [place] if cut == "-" else [0, place]
                yield routes


def least(day: Released) -> float:
    walked = (walk_released(day, routes) for routes in all_plans(len(day.places) - 1, day.vehicles))
    return min((one.distance for one in walked if not one.violations), default=math.inf)


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_tiny_day_costs_less(seed: int) -> None:
    day = a_day(seed, 4)
    best = least(day)
    if math.isinf(best):
        with pytest.raises(ValueError, match="are left out"):
            trips.solved(day, rounds=1, steps=300)
        return
    found = trips.solved(day, rounds=1, steps=300)
    walked = walk_released(day, found.routes)
    assert walked.violations == ()
    assert walked.distance == found.cost == best


def test_days_tried_above_are_scarce_in_vehicles_and_goods() -> None:
    days = [a_day(seed, 4) for seed in range(12)]
    costs = [least(day) for day in days]
    assert sum(math.isinf(cost) for cost in costs) in range(1, 6)
    assert any(least(replace(day, vehicles=4)) < cost for day, cost in zip(days, costs, strict=True))
    at_once = [least(replace(day, released=(0,) * 5)) for day in days]
    assert any(early < cost < math.inf for early, cost in zip(at_once, costs, strict=True))


def test_the_judge_lets_a_plan_of_many_trips_pass_and_choosing_makes_none_worse() -> None:
    day = a_day(3, 30, vehicles=4, capacity=20, width=500)
    found = trips.solved(day, rounds=2, steps=1000)
    walked = walk_released(day, found.routes)
    assert walked.violations == ()
    assert walked.distance == found.cost <= found.annealed
    assert found.rounds == 2
    assert any(0 in route for route in found.routes)


def test_the_same_rounds_and_seed_give_the_same_plan() -> None:
    day = a_day(4, 20, vehicles=4, capacity=20, width=500)
    one, other, third = (trips.solved(day, rounds=1, steps=200, seed=seed) for seed in (1, 1, 2))
    assert one.routes == other.routes
    assert one.trips == other.trips != third.trips


def test_seconds_are_kept() -> None:
    day = a_day(5, 40, vehicles=7, capacity=20, width=500)
    found = trips.solved(day, seconds=1.0, steps=200)
    assert found.rounds > 1
    assert found.seconds < 3.0


def test_choosing_puts_together_again_what_was_forgotten() -> None:
    day = a_day(6, 25, vehicles=5, capacity=20, width=500)
    search = trips.Search(day, 1)
    search.anneal(3000)
    good = search.best_cost
    for v in range(day.vehicles):
        ruins.make(search.best, v, np.zeros(0, np.int64), search.known, search.day)
    search.best.where[:] = -1
    search.best.cost[0] = ruins.cost_of(search.best, search.day)
    assert search.left_out == 25
    search.choose(math.inf)
    assert search.best_cost <= good
    walked = walk_released(day, search.routes)
    assert walked.violations == ()
    assert walked.distance == search.best_cost


def test_what_has_no_end_or_ways_that_are_too_long_are_refused() -> None:
    day = a_day(1, 4)
    with pytest.raises(ValueError, match="seconds or rounds"):
        trips.solved(day)
    # A way of 2.9 is cut down to 29 tenths, its halves of 1.45 to 14 each.
    line = replace(day, places=((0.0, 0.0), (1.45, 0.0), (2.9, 0.0), (0.0, 5.0), (5.0, 5.0)), service=0)
    with pytest.raises(ValueError, match="less time than the direct one"):
        trips.solved(line, rounds=1)


# Stretches


def test_stretches_joined_take_as_long_as_when_they_are_walked() -> None:
    dice = np.random.default_rng(7)
    for _ in range(200):
        opens, service = dice.integers(0, 60, 3), dice.integers(0, 9, 3)
        due, ways = opens + dice.integers(0, 40, 3), dice.integers(1, 15, 2)
        one = np.array([opens[0], due[0], service[0]])
        holds = True
        for at in (1, 2):
            holds &= ruins.joined(one, one, ways[at - 1], np.array([opens[at], due[at], service[at]]))
        ends = {begin: ended(begin, opens, due, service, ways) for begin in range(opens[0], due[0] + 1)}
        possible = {begin: end for begin, end in ends.items() if end is not None}
        assert holds == bool(possible)
        if possible:
            shortest = min(end - begin for begin, end in possible.items())
            assert one[ruins.LASTS] == shortest
            assert one[ruins.LATE] == max(possible)
            assert one[ruins.EARLY] == min(begin for begin, end in possible.items() if end - begin == shortest)


def ended(begin: int, opens: np.ndarray, due: np.ndarray, service: np.ndarray, ways: np.ndarray) -> int | None:
    now = begin + service[0]
    for at in (1, 2):
        now = max(now + ways[at - 1], opens[at])
        if now > due[at]:
            return None
        now += service[at]
    return int(now)


# Published


@pytest.mark.parametrize("name", ["C201R0.25", "R208R0.5"])
def test_a_round_comes_near_the_published_value(name: str) -> None:
    given = os.environ.get("SKYFERRY_INSTANCES")
    if given is None:
        pytest.skip("SKYFERRY_INSTANCES names no folder of published instances")
    path = Path(given) / "mtvrptw_release" / f"{name}.vrp"
    day, (_, cost) = read_released(path), read_routes(path.with_suffix(".sol"))
    found = trips.solved(day, seconds=8.0, steps=30_000)
    walked = walk_released(day, found.routes)
    assert walked.violations == ()
    assert cost <= walked.distance <= 1.03 * cost
