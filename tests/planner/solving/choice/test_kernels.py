"""The sorties of a carrier, held against plain Python that flies every sequence forwards."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solving.choice.carriers import Carrier
from planner.solving.choice.pools import Pool
from tests.planner.solving.choice import days
from tests.planner.solving.choice.days import carrier

ALL = 10**6
FINE = 1e5
"""Ticks a second, so fine that rounding does not show."""


def found(of: Carrier, worth: list[float] | None = None, limit: float = np.inf) -> Pool:
    slots = [-1, *range(1, len(of.leg_s))]
    prices = np.zeros(9) if worth is None else np.array(worth)
    pool = days.finder(of, ticks_per_s=FINE, pad_slots=slots).find(prices, limit, ALL)
    assert pool is not None
    return pool


def told(pool: Pool) -> dict[tuple[int, ...], int]:
    columns = {tuple(pool.orders(column).tolist()): column for column in range(len(pool))}
    assert len(columns) == len(pool)
    return columns


def same_as_by_hand(of: Carrier, pool: Pool, expected: list[days.Sortie]) -> None:
    columns = told(pool)
    assert set(columns) == {tuple(of.orders[list(sortie.orders)].tolist()) for sortie in expected}
    for sortie in expected:
        column = columns[tuple(of.orders[list(sortie.orders)].tolist())]
        assert pool.cost[column] == pytest.approx(sortie.cost, rel=1e-9)
        assert pool.opens[column] / FINE == pytest.approx(sortie.first_s, abs=3e-5)
        assert pool.closes[column] / FINE == pytest.approx(sortie.last_s, abs=3e-5)
        uses = pool.uses(column)
        assert pool.limit[uses].tolist() == [stop for stop, _, _ in sortie.holds]
        assert pool.from_tick[uses] / FINE == pytest.approx([start for _, start, _ in sortie.holds], abs=3e-5)
        assert pool.until_tick[uses] / FINE == pytest.approx([end for _, _, end in sortie.holds], abs=3e-5)


@pytest.mark.parametrize("waits", [True, False])
def test_what_is_found_is_what_plain_python_finds_in_cost_start_and_holds(waits: bool) -> None:
    many, waiting = 0, 0
    for seed in range(150):
        of = days.drawn(seed, waits=waits)
        expected = list(days.sorties(of))
        same_as_by_hand(of, found(of), expected)
        many += sum(len(sortie.orders) > 1 for sortie in expected)
        waiting += sum(len(sortie.holds) > 1 and sortie.first_s == sortie.last_s for sortie in expected)
    assert many > 200
    assert waiting > 20


def test_how_long_a_sortie_takes_is_what_plain_python_says() -> None:
    for seed in range(60):
        of = days.drawn(seed)
        pool = days.finder(of, ticks_per_s=FINE, drones=0, swap_s=7.0).find(np.zeros(9), np.inf, ALL)
        assert pool is not None
        columns = told(pool)
        for sortie in days.sorties(of):
            uses = pool.uses(columns[tuple(of.orders[list(sortie.orders)].tolist())])
            assert pool.until_tick[uses] / FINE == pytest.approx([sortie.lasts_s + 7.0], abs=3e-5)


def test_with_worths_and_a_limit_just_the_sorties_within_it_are_found() -> None:
    cut_off = kept = 0
    for seed in range(120):
        of = days.drawn(seed)
        worth = np.round(np.random.default_rng(seed).uniform(-2, 14, 9), 2)
        expected = list(days.sorties(of))
        for limit in (-10.03, -1.01, 4.07):
            within = [one for one in expected if one.cost - sum(worth[of.orders[list(one.orders)]]) <= limit]
            same_as_by_hand(of, found(of, worth.tolist(), limit), within)
            cut_off, kept = cut_off + len(expected) - len(within), kept + len(within)
    assert min(cut_off, kept) > 100


def test_one_order_there_and_back_by_hand() -> None:
    # 100 s with 2 kg at 108 W, 100 s empty at 36 W: 4 Wh; both legs cost 1, and 7 for each Wh.
    of = carrier(mass_kg=[2.0], opens_s=[500.0], due_s=[800.0], service_s=[50.0], cost_per_wh=7.0, cost_per_s=0.1)
    pool = found(of)
    assert pool.cost.tolist() == pytest.approx([10 + 2 + 28 + 25])
    assert (pool.opens / FINE, pool.closes / FINE) == (pytest.approx([400.0]), pytest.approx([700.0]))


def test_two_orders_by_hand() -> None:
    # 1 + 2 kg at 144 W, then what is left, then nothing: 4 + 3 + 1 Wh or 4 + 2 + 1 Wh.
    pool = found(carrier(mass_kg=[1.0, 2.0], cost_per_wh=1.0, cost_per_sortie=0.0, most_orders=2))
    assert {key: pool.cost[column] for key, column in told(pool).items()} == pytest.approx(
        {(0,): 2 + 3, (1,): 2 + 4, (0, 1): 3 + 8, (1, 0): 3 + 7}
    )


def test_who_comes_too_early_waits_as_little_as_it_can() -> None:
    # The first is due at 300, the second opens at 700: begin at 300, fly 100 s, wait 300 s.
    of = carrier(mass_kg=[1.0, 1.0], opens_s=[0.0, 700.0], due_s=[300.0, 900.0])
    pool, (first, second) = found(of), (0, 1)
    column = told(pool)[first, second]
    assert (pool.opens[column], pool.closes[column]) == (200 * FINE, 200 * FINE)
    assert (pool.until_tick[pool.uses(column)] / FINE).tolist() == [100.0, 500.0]
    assert (first, second) not in told(
        found(carrier(mass_kg=[1.0, 1.0], opens_s=of.opens_s, due_s=of.due_s, waits=False))
    )


def test_orders_of_one_landing_are_told_once_and_are_handed_over_in_the_longest_of_theirs() -> None:
    of = carrier(mass_kg=[1.0, 1.0, 1.0], stop=[1, 1, 2], service_s=[30.0, 70.0, 5.0], cost_per_s=1.0)
    columns = told(pool := found(of))
    assert set(columns) == {(0,), (1,), (2,), (0, 1), (0, 2), (2, 0), (1, 2), (2, 1), (0, 1, 2), (2, 0, 1)}
    assert pool.cost[columns[0, 1]] == pytest.approx(10 + 2 + 200 + 70)
    assert len(pool.limit[pool.uses(columns[0, 1, 2])]) == 2


def test_who_may_not_wait_may_still_be_kept_busy_by_another_order_of_the_landing() -> None:
    # Begun by 100, the short hand-over ends at 110 and its drone comes at 210, too early; the long one ends at 300.
    of = carrier(
        mass_kg=[1.0, 1.0, 1.0], stop=[1, 1, 2], service_s=[10.0, 200.0, 0.0], opens_s=[0.0, 0.0, 350.0],
        due_s=[100.0, 100.0, 500.0], waits=False,
    )  # fmt: skip
    columns = told(found(of))
    assert (0, 2) not in columns
    assert {(1, 2), (0, 1, 2)} <= set(columns)


@pytest.mark.parametrize(("longest_s", "kept"), [(270.0, True), (269.9, False)])
def test_a_cold_chain_is_just_kept_and_just_broken(longest_s: float, kept: bool) -> None:
    # 100 s, 20 s of hand-over, 100 s, 50 s of hand-over.
    of = carrier(mass_kg=[1.0, 1.0], service_s=[20.0, 50.0], longest_s=[np.inf, longest_s])
    assert ((0, 1) in told(found(of))) == kept


def test_a_cold_chain_that_floats_make_a_hair_too_long_is_kept() -> None:
    leg_s = np.full((3, 3), 0.1)
    of = carrier(mass_kg=[1.0, 1.0], service_s=[0.2, 0.3], leg_s=leg_s, longest_s=[np.inf, 0.1 + 0.2 + 0.1 + 0.3])
    assert (0, 1) in told(found(of))


def test_waiting_counts_against_the_cold_chain_of_what_is_still_on_board() -> None:
    windows = {"opens_s": [0.0, 700.0], "due_s": [300.0, 900.0], "mass_kg": [1.0, 1.0]}
    assert (0, 1) in told(found(carrier(**windows, longest_s=[100.0, 500.0])))
    assert (0, 1) not in told(found(carrier(**windows, longest_s=[100.0, 499.0])))


@pytest.mark.parametrize(("most_kg", "kept"), [(0.3, True), (0.29, False)])
def test_payload_is_just_met_and_just_missed(most_kg: float, kept: bool) -> None:
    assert ((0, 1) in told(found(carrier(mass_kg=[0.1, 0.2], most_kg=most_kg)))) == kept


@pytest.mark.parametrize(("most_value", "kept"), [(0.6, True), (0.59, False)])
def test_a_cap_on_value_is_just_met_and_just_missed_whatever_floats_make_of_the_sum(
    most_value: float, kept: bool
) -> None:
    columns = told(found(carrier(mass_kg=[0.1] * 3, value=[0.1, 0.2, 0.3], most_value=most_value)))
    assert (((0, 1, 2) in columns), ((2, 1, 0) in columns)) == (kept, kept)


@pytest.mark.parametrize(("most_wh", "kept"), [(7.0, True), (6.99, False)])
def test_energy_is_just_met_and_just_missed(most_wh: float, kept: bool) -> None:
    assert ((1, 0) in told(found(carrier(mass_kg=[1.0, 2.0], most_wh=most_wh)))) == kept


@pytest.mark.parametrize(("most_wh", "kept"), [(9.0, True), (8.99, False)])
def test_from_each_stop_there_is_energy_enough_to_go_elsewhere(most_wh: float, kept: bool) -> None:
    # 4 Wh to the first stop, 2 on to the second, 1 home; from the first it may have to go on for 5 Wh.
    of = carrier(mass_kg=[1.0, 2.0], most_wh=most_wh, beyond_wh=[days.NEVER, days.NEVER, 5.0])
    assert ((1, 0) in told(found(of))) == kept


def test_a_stop_with_no_way_from_the_hub_is_reached_by_way_of_another() -> None:
    leg_s = np.full((3, 3), 100.0)
    leg_s[0, 2] = np.inf
    assert set(told(found(carrier(mass_kg=[1.0, 1.0], leg_s=leg_s)))) == {(0,), (0, 1)}
    leg_s[0, 2], leg_s[2, 0] = 100.0, np.inf
    assert set(told(found(carrier(mass_kg=[1.0, 1.0], leg_s=leg_s)))) == {(0,), (1, 0)}


def test_more_than_are_wanted_is_told_and_no_room_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    of = carrier(mass_kg=[0.5] * 4)
    finder = days.finder(of)
    every = finder.find(np.zeros(4), np.inf, 64)
    assert every is not None
    assert len(every) == 4 + 12 + 24 + 24
    assert finder.find(np.zeros(4), np.inf, 63) is None
    monkeypatch.setattr("planner.solving.choice.finding.ROOM", 3)
    narrow = finder.find(np.zeros(4), np.inf, ALL)
    assert narrow is not None
    assert narrow.listed.tolist() == every.listed.tolist()


@pytest.mark.parametrize("most", [2, 5, 16, 63, 64, 200])
def test_the_cheapest_are_those_of_all_that_cost_least(most: int) -> None:
    finder, worth = days.finder(carrier(mass_kg=[0.5] * 4)), np.array([3.0, 250.0, 7.0, 400.0])
    every = finder.find(worth, np.inf, ALL)
    assert every is not None
    some = finder.cheapest(worth, np.inf, most)
    assert min(len(every), most // 2) <= len(some) <= max(most, 1)
    assert np.sort(some.reduced(worth)) == pytest.approx(np.sort(every.reduced(worth))[: len(some)])
    limit = float(np.median(every.reduced(worth)))
    below = finder.cheapest(worth, limit, 2 * len(every))
    assert len(below) == int((every.reduced(worth) <= limit).sum())


def test_a_carrier_with_no_orders_has_no_sorties() -> None:
    assert len(found(carrier(mass_kg=[], stop=[], leg_s=np.zeros((1, 1))))) == 0
    assert len(days.finder(carrier(mass_kg=[], stop=[], leg_s=np.zeros((1, 1)))).cheapest(np.zeros(0), 0.0, 9)) == 0
