from __future__ import annotations

import random
import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from ortools.constraint_solver import pywrapcp

from planner.model.orders import Order
from planner.solving.drafts import singles
from planner.solving.routing import RoutingSolver, matrices, vehicles, whole_volumes
from planner.solving.solvers import SolveOptions, Suggestion, Watch
from planner.solving.sorties import Trips
from planner.solving.tables import Tables
from tests.planner import scenes
from tests.planner.scenes import order


def a_morning(seed: int, count: int = 8) -> Tables:
    rng = random.Random(seed)
    orders = [
        order(f"o{k}", rng.choice("ABC"), round(rng.uniform(0.3, 3.0), 3), declared_value=rng.uniform(0, 900))
        for k in range(count)
    ]
    return scenes.tables(orders, [scenes.drone("d1"), scenes.drone("d2", health=0.9)])


def servable(tables: Tables) -> list[tuple[Order, tuple[int, ...]]]:
    trips = Trips(tables)
    return [(one, groups) for one in tables.job.orders if (groups := tuple(singles(one, trips)))]


def suggest(tables: Tables, options: SolveOptions = scenes.QUICK, watch: Watch | None = None) -> list[Suggestion]:
    return RoutingSolver().suggest(tables, servable(tables), options, watch or Watch())


def test_only_whole_numbers_reach_or_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    # OR-Tools reads a float as 0 without a word.
    seen: list[object] = []

    def numbers_in(value: Any) -> list[object]:
        return [leaf for part in value for leaf in numbers_in(part)] if isinstance(value, list | tuple) else [value]

    class Watching(pywrapcp.RoutingModel):
        def RegisterTransitMatrix(self, table: Any) -> int:  # noqa: N802 - OR-Tools' name
            seen.extend(numbers_in(table))
            return super().RegisterTransitMatrix(table)

        def RegisterUnaryTransitVector(self, amounts: Any) -> int:  # noqa: N802
            seen.extend(numbers_in(amounts))
            return super().RegisterUnaryTransitVector(amounts)

        def SetFixedCostOfAllVehicles(self, cost: Any) -> None:  # noqa: N802
            seen.append(cost)
            super().SetFixedCostOfAllVehicles(cost)

        def AddDisjunction(self, nodes: Any, penalty: Any) -> int:  # noqa: N802
            seen.append(penalty)
            return super().AddDisjunction(nodes, penalty)

        def AddDimensionWithVehicleCapacity(self, number: int, slack: int, most: Any, *rest: Any) -> bool:  # noqa: N802
            seen.extend(numbers_in(most))
            return super().AddDimensionWithVehicleCapacity(number, slack, most, *rest)

        def AddDimensionWithVehicleTransitAndCapacity(self, by: Any, slack: int, most: Any, *rest: Any) -> bool:  # noqa: N802
            seen.extend(numbers_in(most))
            return super().AddDimensionWithVehicleTransitAndCapacity(by, slack, most, *rest)

    monkeypatch.setattr(pywrapcp, "RoutingModel", Watching)
    assert suggest(a_morning(1))
    assert len(seen) > 100
    assert {type(value) for value in seen} == {int}
    assert any(value != 0 for value in seen)


def test_times_are_rounded_up_and_the_tables_are_whole() -> None:
    tables = scenes.tables([order("a", "A"), order("b", "B")])
    made = matrices(tables, 0, tables.job.orders, 21_600)
    # hub to A takes 270 s and 60 s of hand-over, A to B 336.667 + 60, back from B 403.333; all a little less.
    assert made.seconds.tolist() == [[0, 397, 270], [397, 0, 404], [330, 464, 0]]
    assert {table.dtype for table in (made.seconds, made.tenths_wh, made.cents)} == {np.dtype(np.int64)}


def test_two_orders_for_one_pad_cost_no_way_between_them() -> None:
    tables = scenes.tables([order("a", "A"), order("b", "A")])
    made = matrices(tables, 0, tables.job.orders, 21_600)
    assert made.seconds[0, 1] == made.seconds[1, 0] == 0


@pytest.mark.parametrize("seed", range(12))
def test_the_model_never_asks_for_more_energy_than_the_truth(seed: int) -> None:
    rng = random.Random(seed)
    spots = [(rng.uniform(-4000, 4000), rng.uniform(-4000, 4000)) for _ in range(4)]
    pads = [scenes.pad(f"P{k}", x, y) for k, (x, y) in enumerate(spots)]
    orders = [order(f"o{k}", f"P{k % 4}", rng.uniform(0.1, 1.7)) for k in range(4)]
    fleet = [scenes.drone("d1")]
    wide = scenes.kind(battery_wh=1e6)
    tables = scenes.tables(orders, fleet, over=scenes.sky(scenes.pad("hub", 0, 0), *pads), drone_types=(wide,))
    made = matrices(tables, 0, orders, 21_600)
    trips = Trips(tables)
    for size in (1, 2, 3, 4):
        chosen = rng.sample(range(4), size)
        trip = trips.make([orders[k] for k in chosen], 0, tables.slices[0])
        assert trip is not None
        nodes = [4, *chosen, 4]
        tenths_wh = sum(int(made.tenths_wh[a, b]) for a, b in pairwise(nodes))
        assert tenths_wh <= trip.energy_wh * 10
        # ... and not uselessly less: alone, the only difference is the rounding.
        if size == 1:
            assert tenths_wh == pytest.approx(trip.energy_wh * 10, abs=3)


def test_no_order_is_suggested_twice_and_none_is_invented() -> None:
    tables = a_morning(2)
    names = [one.id for _, orders in suggest(tables) for one in orders]
    assert len(names) == len(set(names))
    assert set(names) <= {one.id for one in tables.job.orders}


def test_no_suggestion_is_too_heavy_too_dear_or_too_many() -> None:
    tables = a_morning(3, 12)
    for _, orders in suggest(tables):
        assert sum(one.consignment.mass_kg for one in orders) <= 7.0
        assert len(orders) <= 4
    few = scenes.tables(list(tables.job.orders), policy=scenes.policy(value_cap_per_sortie=1000.0))
    for _, orders in suggest(few):
        assert sum(one.consignment.declared_value for one in orders) <= 1000.0


def test_the_same_seed_gives_the_same_suggestion() -> None:
    assert suggest(a_morning(4)) == suggest(a_morning(4))


def test_near_orders_share_a_sortie() -> None:
    found = suggest(scenes.tables([order("a", "A"), order("b", "A")]))
    assert [sorted(one.id for one in orders) for _, orders in found] == [["a", "b"]]


def test_an_order_whose_penalty_is_below_its_cost_is_left_out() -> None:
    # To A and back costs 10 + 60 HKD of time and half a kWh at 2 HKD.
    orders = [order("a", "A")]
    assert suggest(scenes.tables(orders, policy=scenes.policy(unserved_penalty=70.0))) == []
    assert len(suggest(scenes.tables(orders, policy=scenes.policy(unserved_penalty=72.0)))) == 1


def test_a_higher_priority_is_worth_a_dearer_flight() -> None:
    orders = [order("a", "A"), order("c", "B", priority=3)]
    found = suggest(scenes.tables(orders, policy=scenes.policy(unserved_penalty=45.0)))
    assert "c" in {one.id for _, group in found for one in group}


def test_nothing_servable_gives_no_suggestion() -> None:
    assert RoutingSolver().suggest(scenes.tables([]), [], scenes.QUICK, Watch()) == []


def test_a_due_time_met_to_the_last_second_does_not_break_the_model() -> None:
    # A is handed over 329.99 s after take-off, which the model counts as 330 s and more when it is 463.3 s to B.
    tables = scenes.tables([order("b", "B", due="08:07:44"), order("a", "A")])
    assert {one.id for one, _ in servable(tables)} == {"a", "b"}
    assert suggest(tables)


def test_an_order_due_within_the_second_that_the_model_rounds_away_does_not_break_it() -> None:
    from dataclasses import replace
    from datetime import timedelta

    tight = replace(order("b", "B"), due_at=scenes.START + timedelta(seconds=463.9))
    tables = scenes.tables([tight, order("a", "A")])
    assert {one.id for one, _ in servable(tables)} == {"a", "b"}
    assert suggest(tables)


def test_a_way_that_is_open_only_for_the_shorter_part_of_the_day_does_not_break_the_model() -> None:
    gate = scenes.gate(*scenes.both_permits(), schedule=scenes.hours("09:00", "10:00"))
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(gate,))
    tables = scenes.tables([order("a", "A"), order("c", "C")], over=sky)
    assert {one.id for one, _ in servable(tables)} == {"a", "c"}
    suggest(tables)


def test_there_are_never_more_vehicles_than_orders_or_than_the_day_has_room_for() -> None:
    tables = scenes.tables([order(f"o{k}", "A") for k in range(3)], end=scenes.at("08:30"))
    made = [matrices(tables, 0, tables.job.orders, 1800)]
    # One drone: 600 s a sortie and 300 s of swap fit twice into half an hour (600 + 300 + 600).
    assert vehicles(tables, servable(tables), made, 1800) == [0, 0]


def test_a_stopped_watch_ends_the_search_with_what_it_has() -> None:
    assert suggest(a_morning(5), watch=Watch(stopped=lambda: True))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"iterations": 0}, "iterations"),
        ({"seconds": 0.0}, "seconds"),
        ({"seed": -1}, "seed"),
        ({"workers": 0}, "workers"),
    ],
)
def test_options_that_mean_nothing_do_not_exist(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        SolveOptions(**fields)


def test_volumes_are_whole_millilitres_that_never_let_too_much_in() -> None:
    orders = [order("a", "A", volume_l=4.1), order("b", "A", volume_l=0.00015), order("c", "A")]
    kinds = [scenes.kind(max_volume_l=4.1), scenes.kind(max_volume_l=0.0019), scenes.kind()]
    assert whole_volumes(orders, kinds) == ([4100, 1, 0], [4100, 1, 4101])


def test_orders_that_no_box_holds_together_are_suggested_apart() -> None:
    orders = [order(name, "A", 1.0, volume_l=30.0) for name in "abc"]
    roomy, tight = (
        scenes.tables(orders, [scenes.drone("d1")], drone_types=(scenes.kind(max_volume_l=most_l),))
        for most_l in (90.0, 60.0)
    )
    assert [len(found) for _, found in suggest(roomy)] == [3]
    assert sorted(len(found) for _, found in suggest(tight)) == [1, 2]


@pytest.mark.parametrize("seed", range(3))
def test_orders_to_one_pad_share_what_is_worked_out_hop_by_hop(seed: int) -> None:
    tables = a_morning(seed)
    orders = tables.job.orders
    made = matrices(tables, 0, orders, 21_600)
    for i, one in enumerate(orders):
        for j, other in enumerate(orders):
            pair = matrices(tables, 0, [one, other], 21_600)
            for table in ("seconds", "tenths_wh", "cents"):
                whole, small = getattr(made, table), getattr(pair, table)
                if i != j:
                    assert whole[i, j] == small[0, 1]
                assert [whole[i, -1], whole[-1, j]] == [small[0, -1], small[-1, 1]]


def test_a_search_out_of_time_suggests_nothing_and_what_has_room_is_flown_all_the_same() -> None:
    tables = a_morning(1)
    late = Watch(deadline=time.monotonic() - 1)
    assert suggest(tables, watch=late) == []
    soon = Watch(deadline=time.monotonic() + 5)
    placed = RoutingSolver().propose(Trips(tables), servable(tables), scenes.QUICK, soon).placed
    assert sorted(one.id for item in placed for one in item.trip.orders) == sorted(one.id for one in tables.job.orders)
