"""Seeded days are the same every time, and such that drones can fly them."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.sorties.generator import SIZES, WINDOW_S, drone_instance
from benchmarks.sorties.walker import Sortie, fly


def test_a_seed_gives_the_same_bytes_and_another_one_others() -> None:
    assert drone_instance(100, 2, 1).to_json() == drone_instance(100, 2, 1).to_json()
    assert drone_instance(100, 2, 1).to_json() != drone_instance(100, 2, 2).to_json()


@pytest.mark.parametrize("orders", [30, 100, 1000])
def test_every_order_can_be_flown_alone(orders: int) -> None:
    day = drone_instance(orders, SIZES[orders], 1)
    for order in range(day.orders):
        flown = [
            fly(day, Sortie(hub=int(day.hub[order]), kind=kind, start_s=0.0, orders=(order,)))
            for kind in range(len(day.types))
        ]
        assert any(
            each.energy_wh <= day.types[kind].usable_wh
            and each.load_kg <= day.types[kind].max_payload_kg
            and each.landings[0].touch_down_s <= day.due_s[order]
            for kind, each in enumerate(flown)
        )


def test_goods_lie_mostly_at_the_nearest_hub_and_never_beyond_the_third() -> None:
    day = drone_instance(1000, 8, 1)
    gaps_m = np.hypot(*np.moveaxis(day.pads_m[day.pad][:, None] - day.hubs_m[None], 2, 0))
    rank = (gaps_m < gaps_m[np.arange(1000), day.hub][:, None]).sum(axis=1)
    assert rank.max() <= 2
    assert 0.6 < (rank == 0).mean() < 0.95


def test_a_day_has_hours_of_one_length_shared_pads_and_heavy_goods() -> None:
    day = drone_instance(1000, 8, 1)
    assert (day.due_s - day.opens_s == WINDOW_S).all()
    assert day.due_s.max() <= day.horizon_s
    assert np.bincount(day.pad).max() > 10 * np.bincount(day.pad).mean()
    assert (day.mass_kg > day.types[0].max_payload_kg).any()
    assert (day.mass_kg <= day.types[1].max_payload_kg).all()


def test_a_tighter_day_has_fewer_drones_and_the_same_orders() -> None:
    loose, tight = drone_instance(300, 3, 1, tightness=1.5), drone_instance(300, 3, 1, tightness=0.5)
    assert tight.fleet.sum() < loose.fleet.sum()
    assert (tight.mass_kg == loose.mass_kg).all()
