from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.solving.choice.pools import Pool
from tests.planner.solving.choice import days
from tests.planner.solving.choice.days import carrier

HOLDS: dict[str, Any] = {
    "drones": 0, "packs": 1, "hub_slots": 2, "pad_slots": [-1, 3, 4], "climb_s": 30.0, "descent_s": 40.0,
    "turnaround_s": 20.0, "swap_s": 300.0, "recharge_s": 2000.0,
}  # fmt: skip


def found(ticks_per_s: float = 1.0, *, holds: dict[str, Any] = HOLDS, **fields: Any) -> Pool:
    of = carrier(mass_kg=[1.0, 1.0], service_s=[60.0, 60.0], **fields)
    pool = days.finder(of, ticks_per_s=ticks_per_s, number=7, **holds).find(np.zeros(2), np.inf, 99)
    assert pool is not None
    return pool


def held(pool: Pool, *orders: int) -> list[tuple[int, int, int]]:
    column = [tuple(pool.orders(k).tolist()) for k in range(len(pool))].index(orders)
    uses = pool.uses(column)
    parts = (pool.limit[uses].tolist(), pool.from_tick[uses].tolist(), pool.until_tick[uses].tolist())
    return sorted(zip(*parts, strict=True))


def test_what_a_sortie_holds_by_hand() -> None:
    # 100 s out, 60 s, 100 s on, 60 s, 100 s home: back after 420 s.
    assert held(found(), 0, 1) == [
        (0, 0, 720), (1, 0, 2420), (2, -20, 30), (2, 380, 440), (3, 60, 190), (4, 220, 350)
    ]  # fmt: skip
    assert set(found().label.tolist()) == {7}


def test_what_is_not_limited_is_not_held() -> None:
    nothing = {**HOLDS, "packs": -1, "hub_slots": -1, "pad_slots": [-1, -1, 4]}
    assert held(found(holds=nothing), 0, 1) == [(0, 0, 720), (4, 220, 350)]
    assert held(found(holds=nothing), 0) == [(0, 0, 560)]


def test_windows_are_rounded_inwards_and_holds_outwards() -> None:
    pool = found(ticks_per_s=0.1, opens_s=[211.0, 0.0], due_s=[317.0, 900.0])
    column = [tuple(pool.orders(k).tolist()) for k in range(len(pool))].index((0,))
    # It may start from 111 to 217 s.
    assert (pool.opens[column], pool.closes[column]) == (12, 21)
    assert held(pool, 0) == [(0, 0, 56), (1, 0, 226), (2, -2, 3), (2, 22, 28), (3, 6, 19)]


def test_noise_makes_no_whole_tick() -> None:
    pool = found(ticks_per_s=10.0, opens_s=[100.7, 0.0], due_s=[101.3, 900.0])
    column = [tuple(pool.orders(k).tolist()) for k in range(len(pool))].index((0,))
    assert (pool.opens[column], pool.closes[column]) == (7, 13)


def test_what_can_start_between_two_ticks_only_starts_at_the_earlier_one_and_holds_a_tick_more() -> None:
    # It may be handed over at 211 s only, so it starts at 111 s: at tick 11, a second early, and waits that second.
    pool = found(ticks_per_s=0.1, opens_s=[211.0, 0.0], due_s=[211.0, 900.0])
    column = [tuple(pool.orders(k).tolist()) for k in range(len(pool))].index((0,))
    assert (pool.opens[column], pool.closes[column]) == (11, 11)
    assert held(pool, 0) == [(0, 0, 57), (1, 0, 227), (2, -2, 4), (2, 22, 29), (3, 6, 20)]


@pytest.mark.parametrize("worth", [(0.0, 0.0), (5.0, 9.0)])
def test_worths_are_by_order_of_the_day(worth: tuple[float, float]) -> None:
    of = carrier(mass_kg=[1.0, 1.0], orders=[2, 5], most_orders=1)
    prices = np.zeros(6)
    prices[[2, 5]] = worth
    pool = days.finder(of).find(prices, 12.0 - 6.0, 99)
    assert pool is not None
    assert pool.listed.tolist() == ([5] if worth[1] else [])
