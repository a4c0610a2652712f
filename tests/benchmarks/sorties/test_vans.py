"""The cheapest vans are those that trying everything finds, and the judge lets all of them pass."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sorties import vans
from benchmarks.sorties.published import Electric, Place, electric_values, read_electric, walk_electric


def a_day(seed: int, customers: int = 3, *, charge: float = 11.0) -> Electric:
    dice = np.random.default_rng(seed)

    def a_place(kind: str, **figures: float) -> Place:
        spot = (float(dice.integers(-6, 7)), float(dice.integers(-6, 7)))
        return Place(kind=kind, spot=spot, **{"demand": 0.0, "opens": 0.0, "due": 120.0, "service": 0.0} | figures)

    places = {"D": replace(a_place("d"), spot=(0.0, 0.0)), "S1": a_place("f"), "S2": a_place("f")}
    for number in range(customers):
        opens = float(dice.integers(0, 40))
        places[f"C{number}"] = a_place("c", demand=4.0, opens=opens, due=opens + 35, service=2.0)
    return Electric(name="tiny", places=places, charge=charge, capacity=9.0, rate=1.0, seconds_a_charge=1.5, speed=1.0)


CHAINS = ((), ("S1",), ("S2",), ("S1", "S2"), ("S2", "S1"))


def all_routes(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every order of some customers, with every chain of stations in every gap."""
    for order in itertools.permutations(names):
        for chains in itertools.product(CHAINS, repeat=len(order) + 1):
            route = chains[0]
            for name, chain in zip(order, chains[1:], strict=True):
                route = (*route, name, *chain)
            yield route


def by_trying_everything(day: Electric) -> tuple[int, float]:
    names = [name for name in day.places if name.startswith("C")]
    least: dict[frozenset[str], float] = {}
    for size in range(1, len(names) + 1):
        for some in itertools.combinations(names, size):
            served = {name: day.places[name] for name in day.places if name in some or not name.startswith("C")}
            walked = (walk_electric(replace(day, places=served), [route]) for route in all_routes(some))
            least[frozenset(some)] = min((one.distance for one in walked if not one.violations), default=math.inf)
    return min(partitions(frozenset(names), least), default=(0, math.inf))


def partitions(left: frozenset[str], least: dict[frozenset[str], float]) -> Iterator[tuple[int, float]]:
    if not left:
        yield 0, 0.0
    for part, distance in least.items():
        if part <= left and min(left) in part and distance < math.inf:
            yield from ((more + 1, far + distance) for more, far in partitions(left - part, least))


@pytest.mark.parametrize("seed", range(8))
def test_no_vans_are_fewer_or_go_less_far(seed: int) -> None:
    day = a_day(seed)
    fewest, least = by_trying_everything(day)
    if math.isinf(least):
        with pytest.raises(ValueError, match="no vans can serve everybody"):
            vans.cheapest(day)
        return
    found = vans.cheapest(day)
    walked = walk_electric(day, found.routes)
    assert walked.violations == ()
    assert (walked.vehicles, walked.distance) == (fewest, pytest.approx(least))
    assert found.distance == pytest.approx(least)


def test_days_tried_above_ask_for_charging_and_some_cannot_be_served() -> None:
    days = [a_day(seed) for seed in range(8)]
    served = [vans.cheapest(day).routes for day in days if by_trying_everything(day)[1] < math.inf]
    charging = [routes for routes in served if any(stop.startswith("S") for route in routes for stop in route)]
    assert 0 < len(charging) <= len(served) < 8


def a_line() -> Electric:
    """A depot at 0, stations at 6 and 12, a customer at 16: there is charge for 8, so both are called at, each way."""
    ways = {"D": 0.0, "S1": 6.0, "S2": 12.0, "C0": 16.0}
    kinds = {"D": "d", "S1": "f", "S2": "f", "C0": "c"}
    places = {
        name: Place(kind=kinds[name], spot=(x, 0.0), demand=0.0, opens=0.0, due=500.0, service=0.0)
        for name, x in ways.items()
    }
    return Electric(name="line", places=places, charge=8.0, capacity=1.0, rate=1.0, seconds_a_charge=1.0, speed=1.0)


def test_stations_are_called_at_one_after_the_other() -> None:
    day = a_line()
    found = vans.cheapest(day)
    assert found.routes == (("S1", "S2", "C0", "S2", "S1"),)
    assert found.distance == 32
    assert walk_electric(day, found.routes).violations == ()


def test_charging_takes_its_time() -> None:
    # There after 16 and two charges of 6.
    day = a_line()
    places = day.places | {"C0": replace(day.places["C0"], due=28.0)}
    assert vans.cheapest(replace(day, places=places)).distance == 32
    places["C0"] = replace(places["C0"], due=27.9)
    with pytest.raises(ValueError, match="no vans can serve everybody"):
        vans.cheapest(replace(day, places=places))


def test_one_van_is_better_than_two_that_go_less_far() -> None:
    day = a_line()
    customer, station = day.places["C0"], day.places["S1"]
    places = {
        "D": day.places["D"],
        "S1": replace(station, spot=(0.0, 1.0)),
        "C0": replace(customer, spot=(-3.9, 0.0)),
        "C1": replace(customer, spot=(3.9, 0.0)),
    }
    found = vans.cheapest(replace(day, places=places))
    assert len(found.routes) == 1
    assert found.distance == pytest.approx(2 * 3.9 + 2 * math.hypot(3.9, 1))
    assert found.distance > 4 * 3.9


def test_what_the_method_is_not_made_for_is_refused() -> None:
    day = a_line()
    with pytest.raises(ValueError, match="expected at most 16 customers, got 17"):
        vans.cheapest(a_day(1, customers=17))
    places = day.places | {"S2": replace(day.places["S2"], opens=3.0)}
    with pytest.raises(ValueError, match="S2 is not"):
        vans.cheapest(replace(day, places=places))


@pytest.fixture
def folder() -> Path:
    given = os.environ.get("SKYFERRY_INSTANCES")
    if given is None:
        pytest.skip("SKYFERRY_INSTANCES names no folder of published instances")
    return Path(given) / "evrptw"


@pytest.mark.parametrize("name", [name for name in electric_values() if name.endswith(("C5", "C10"))])
def test_published_values_come_out(folder: Path, name: str) -> None:
    value = electric_values()[name]
    day = read_electric(next(folder.glob(f"*/{name}.txt")))
    walked = walk_electric(day, vans.cheapest(day).routes)
    assert walked.violations == ()
    assert (walked.vehicles, walked.distance) == (value.vehicles, pytest.approx(value.distance, abs=0.011))


def test_rc108c5_cannot_be_served_by_the_one_vehicle_that_was_transcribed(folder: Path) -> None:
    day = replace(read_electric(folder / "5" / "rc108C5.txt"), charge=math.inf, seconds_a_charge=0.0)
    orders = itertools.permutations(name for name in day.places if name.startswith("C"))
    assert min(len(walk_electric(day, [order]).violations) for order in orders) == 3
