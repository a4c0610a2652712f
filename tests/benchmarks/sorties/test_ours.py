"""Days as our solver takes them: what it plans is walked, and its bound holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.sorties import ours
from benchmarks.sorties.generator import SMALL, drone_instance
from benchmarks.sorties.instances import Instance
from benchmarks.sorties.ours import Outcome, solved
from benchmarks.sorties.walker import walk
from planner.solving.choice import neighbourhoods


def held(day: Instance, found: Outcome) -> None:
    verdict = walk(day, found.plan)
    assert not verdict.violations
    assert verdict.objective == pytest.approx(found.cost)
    assert found.lower <= found.cost + 1e-6 * found.cost


def at_one_pad(*, due_s: float) -> Instance:
    """Two hubs with one drone and one order each, for the same pad half way, which has one slot."""
    two = np.array([0, 1])
    return Instance(
        name="half way", hubs_m=np.array([[0.0, 0.0], [6000.0, 0.0]]), pads_m=np.array([[3000.0, 0.0]]), hub=two,
        pad=0 * two, mass_kg=np.array([1.0, 1.0]), opens_s=np.zeros(2), due_s=np.full(2, due_s),
        service_s=np.full(2, 60.0), penalty=np.array([50_000.0, 40_000.0]), types=(SMALL,),
        fleet=np.array([[1], [1]]), horizon_s=3600.0, max_stops=2, pad_slots=np.array([1]),
    )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_of_two_hubs_is_proven_and_walked(seed: int) -> None:
    day = drone_instance(24, 2, seed)
    found = solved(day, seconds=60.0)
    held(day, found)
    assert found.cost == pytest.approx(found.lower)


def test_workers_change_nothing() -> None:
    day = drone_instance(16, 2, 3)
    alone, among = solved(day, seconds=60.0), solved(day, seconds=60.0, workers=2)
    assert (among.plan, among.cost, among.lower) == (alone.plan, alone.cost, alone.lower)


def test_hubs_in_each_others_way_shift_where_there_is_time() -> None:
    day = at_one_pad(due_s=1200.0)
    found = solved(day, seconds=10.0)
    held(day, found)
    assert len(found.plan) == 2


def test_where_there_is_no_time_the_order_that_is_dearer_to_leave_out_is_flown() -> None:
    day = at_one_pad(due_s=260.0)
    found = solved(day, seconds=3.0)
    held(day, found)
    assert [sortie.hub for sortie in found.plan] == [0]


def test_where_no_joint_timetable_is_found_sorties_give_way_and_all_is_flown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhoods, "placed", lambda _, columns, *__, **___: (-1,) * len(columns))
    day = at_one_pad(due_s=1200.0)
    found = solved(day, seconds=3.0)
    held(day, found)
    assert len(found.plan) == 2


def test_sorties_that_wait_in_reserve_are_as_good_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    day = drone_instance(20, 1, 5)
    whole = solved(day, seconds=60.0)
    monkeypatch.setattr(ours, "MANY", 10)
    found = solved(day, seconds=60.0)
    held(day, found)
    assert (found.cost, found.lower) == pytest.approx((whole.cost, whole.lower), rel=1e-5)


def test_a_search_without_time_still_ends_with_a_plan_that_can_be_walked() -> None:
    day = replace(drone_instance(24, 2, 1))
    held(day, solved(day, seconds=0.2))


def test_sorties_sought_one_batch_after_the_other_are_as_good_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    day = drone_instance(20, 1, 5)
    whole = solved(day, seconds=60.0)
    monkeypatch.setattr(ours, "ENOUGH", 10)
    monkeypatch.setattr(ours, "SOUGHT_AT_ONCE", 300)
    found = solved(day, seconds=60.0)
    held(day, found)
    assert (found.cost, found.lower) == pytest.approx((whole.cost, whole.lower), rel=1e-5)


def test_large_hubs_are_drafted_and_bettered_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    day = drone_instance(30, 2, 1)
    best = solved(day, seconds=60.0)
    monkeypatch.setattr(ours, "CLOSED_UP_TO", 5)
    for workers in (1, 2):
        found = solved(day, seconds=12.0, workers=workers)
        held(day, found)
        assert found.lower <= best.cost + 1e-3
        assert found.cost <= best.cost * 1.05


def test_where_hubs_apart_do_not_settle_it_all_are_chosen_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    day = drone_instance(24, 2, 2)
    best = solved(day, seconds=60.0)
    monkeypatch.setattr(ours, "SETTLED", -1.0)
    found = solved(day, seconds=30.0)
    held(day, found)
    assert found.cost == pytest.approx(best.cost)
    assert found.lower == pytest.approx(best.lower, rel=1e-5)


def test_sectors_of_a_large_hub_hold_each_order_twice_and_are_cut_at_other_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    day = drone_instance(60, 2, 1)
    hub = int(np.bincount(day.hub).argmax())
    orders = np.flatnonzero(day.hub == hub)
    monkeypatch.setattr(ours, "SECTOR", 6)
    sectors = ours._sectors(day, hub)
    half = len(sectors) // 2
    for part in (sectors[:half], sectors[half:]):
        assert np.sort(np.concatenate(part)).tolist() == orders.tolist()
        assert max(map(len, part)) - min(map(len, part)) <= 1
    assert not {tuple(one.tolist()) for one in sectors[:half]} & {tuple(one.tolist()) for one in sectors[half:]}
    monkeypatch.setattr(ours, "SECTOR", len(orders))
    assert ours._sectors(day, hub) == []
