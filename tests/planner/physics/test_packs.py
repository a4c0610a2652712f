from __future__ import annotations

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airspace.model.sources import Confidence
from planner.model.packs import PACK_SOURCES, Pack, PackStock
from planner.physics.batteries import (
    charge_s,
    charged_after_s,
    current_share,
    cycles_of,
    deliverable_wh,
    health_after,
    retired,
    swapped,
    temperature_share,
)

PACK = Pack(energy_wh=1000.0, charge_w=1000.0, cool_s=300.0)
FULL_S = 3600.0 * (0.85 + 3 * 0.15) / 0.9
"""1.3 kWh at the rate of the first part, 0.9 of what the charger gives stored: 5,200 s."""


def test_every_default_of_a_pack_says_what_it_is_worth() -> None:
    assert set(PACK_SOURCES) == {field.name for field in fields(Pack)} - {"energy_wh", "charge_w"}
    assert {source.confidence for source in PACK_SOURCES.values()} == {Confidence.ASSUMED, Confidence.SOURCED}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"energy_wh": 0.0}, "energy_wh > 0"), ({"energy_wh": -5.0}, "energy_wh > 0"),
        ({"charge_w": float("nan")}, "charge_w > 0"), ({"floor": 1.0}, "floor in"),
        ({"slow_factor": 0.5}, "slow_factor"),
        ({"coldest_c": 30.0}, "coldest_c <= warm_c"), ({"retired_at": 1.4}, "retired_at in"),
    ],
)  # fmt: skip
def test_a_pack_with_an_impossible_figure_does_not_exist(changes: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Pack(**{"energy_wh": 1000.0, "charge_w": 1000.0, **changes})


def test_cold_takes_its_share_and_too_cold_or_hot_a_pack_is_not_flown() -> None:
    shares = temperature_share(PACK, [4.9, 5.0, 10.0, 20.0, 45.0, 45.1])
    assert shares.tolist() == pytest.approx([0.0, 0.91, 0.94, 1.0, 1.0, 0.0])


def test_a_full_pack_gives_what_age_cold_current_and_floor_leave() -> None:
    # 1000 Wh x 0.9 x 0.94 x (1 - 0.012 x 4) x 0.8 = 644.3 Wh.
    assert float(deliverable_wh(PACK, health=0.9, pack_c=10.0, c_rate=4.0)) == pytest.approx(644.3, abs=0.05)
    assert float(current_share(PACK, 0.0)) == 1.0
    assert float(deliverable_wh(PACK, health=1.0, pack_c=20.0)) == 800.0, "no current, no loss"


@pytest.mark.parametrize("health", [0.0, -0.2, 1.4, float("nan")])
def test_a_health_of_140_percent_is_refused(health: float) -> None:
    with pytest.raises(ValueError, match="health in"):
        deliverable_wh(PACK, health=health, pack_c=20.0)
    with pytest.raises(ValueError, match="health in"):
        charge_s(PACK, health=health, from_charge=0.2)


def test_a_pack_holds_four_fifths_after_300_cycles_and_is_then_retired() -> None:
    assert health_after(PACK, [0.0, 150.0, 300.0, 5000.0]).tolist() == pytest.approx([1.0, 0.9, 0.8, 0.0])
    assert retired(PACK, [0.81, 0.8, 0.79]).tolist() == [False, False, True]
    assert float(cycles_of(PACK, 2500.0)) == 2.5


def test_charging_is_three_times_slower_at_the_end() -> None:
    assert float(charge_s(PACK, health=1.0, from_charge=0.0)) == pytest.approx(FULL_S)
    fast, slow = (float(charge_s(PACK, health=1.0, from_charge=a, to_charge=a + 0.1)) for a in (0.5, 0.9))
    assert slow == pytest.approx(3 * fast)
    assert float(charge_s(PACK, health=1.0, from_charge=0.9, to_charge=0.5)) == 0.0


def test_two_spares_serve_two_landings_and_the_third_waits_until_the_first_pack_is_charged() -> None:
    stock = PackStock.full(packs=2, chargers=2)
    at = []
    for lands_s in (0.0, 100.0, 200.0):
        ready_s, stock = swapped(stock, PACK, lands_s=lands_s, charge=0.0)
        at.append(ready_s)
    assert at == [0.0, 100.0, pytest.approx(300.0 + FULL_S)]


def test_with_one_charger_packs_are_charged_one_after_the_other() -> None:
    stock = PackStock.full(packs=2, chargers=1)
    for lands_s in (0.0, 0.0):
        _, stock = swapped(stock, PACK, lands_s=lands_s, charge=0.0)
    assert stock.ready_s == (pytest.approx(300.0 + FULL_S), pytest.approx(300.0 + 2 * FULL_S))


def test_a_stock_without_packs_or_chargers_does_not_exist() -> None:
    with pytest.raises(ValueError, match="spares and chargers"):
        PackStock.full(packs=0, chargers=1)


shares = st.floats(0.0, 1.0)


@given(shares, shares, shares)
def test_charging_in_two_goes_takes_as_long_as_in_one(one: float, other: float, third: float) -> None:
    low, middle, high = sorted((one, other, third))
    whole, first, second = (
        float(charge_s(PACK, health=0.9, from_charge=a, to_charge=b))
        for a, b in ((low, high), (low, middle), (middle, high))
    )
    assert whole == pytest.approx(first + second, abs=1e-6)


@given(st.integers(1, 5), st.lists(st.floats(0.0, 20_000.0), min_size=1, max_size=12))
def test_one_more_spare_never_makes_an_aircraft_wait_longer(packs: int, landings: list[float]) -> None:
    def waits(count: int) -> list[float]:
        stock, found = PackStock.full(packs=count, chargers=1), []
        for lands_s in sorted(landings):
            at_s, stock = swapped(stock, PACK, lands_s=lands_s, charge=0.2)
            found.append(at_s)
        return found

    assert all(more <= fewer for more, fewer in zip(waits(packs + 1), waits(packs), strict=True))


def test_a_pack_rests_before_it_is_charged_and_without_a_pack_nobody_charges() -> None:
    assert charged_after_s(PACK, health=1.0, charge=0.0) == pytest.approx(300.0 + FULL_S)
    # From 0.9 on at the slow rate: 0.1 of 1 kWh, three times slower.
    assert charged_after_s(PACK, health=1.0, charge=0.9) == pytest.approx(300.0 + 3600.0 * 3 * 0.1 / 0.9)
    assert charged_after_s(None, health=1.0, charge=0.5) == math.inf


def test_charging_half_as_healthy_a_pack_takes_half_as_long() -> None:
    assert float(charge_s(PACK, health=0.5, from_charge=0.0)) == pytest.approx(FULL_S / 2)


def test_charging_stops_where_it_is_told_to() -> None:
    assert float(charge_s(PACK, health=1.0, from_charge=0.2, to_charge=0.6)) == pytest.approx(3600.0 * 0.4 / 0.9)
    # 0.25 at the first rate, 0.05 three times slower.
    assert float(charge_s(PACK, health=1.0, from_charge=0.6, to_charge=0.9)) == pytest.approx(3600.0 * 0.4 / 0.9)


def test_at_83_c_nothing_reaches_the_terminals_and_never_less() -> None:
    assert current_share(PACK, [1000 / 12, 200.0]).tolist() == pytest.approx([0.0, 0.0])
    assert float(current_share(PACK, 10.0)) == pytest.approx(0.88)


def test_a_swap_waits_for_the_first_spare_and_the_pack_for_the_first_charger() -> None:
    stock = PackStock(ready_s=(900.0, 500.0), free_s=(2000.0, 700.0))
    at_s, after = swapped(stock, PACK, lands_s=100.0, charge=0.85)
    # Cool at 400 s; the first charger is free at 700 s, and 0.15 takes 1,800 s.
    assert at_s == 500.0
    assert after.ready_s == (900.0, pytest.approx(2500.0))
    assert after.free_s == (2000.0, pytest.approx(2500.0))
