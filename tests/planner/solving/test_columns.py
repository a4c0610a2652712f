from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from planner.solving.choice.closing import Budget
from planner.solving.choice.pools import Pool
from planner.solving.columns import Columns, Limits
from planner.solving.relaxations import finders
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables, cost_tables
from tests.planner import scenes
from tests.planner.draws import limited_day
from tests.planner.scenes import drone, order

FAR = 10**6


def columns_of(tables: Tables) -> Columns:
    trips = Trips(tables)
    return Columns.of(trips, tables.job.orders, finders(trips, tables.job.orders))


def every(columns: Columns) -> Pool:
    pool = columns.find(np.zeros(len(columns.orders)), np.inf, FAR)
    assert pool is not None
    return pool


def told(columns: Columns, pool: Pool) -> set[tuple[object, ...]]:
    """Return group, orders, cost, window and holds of each column."""
    found = set()
    for column in range(len(pool)):
        trip, uses = columns.made[pool.label[column]], pool.uses(column)
        holds = zip(*(part[uses].tolist() for part in (pool.limit, pool.from_tick, pool.until_tick)), strict=True)
        window = int(pool.opens[column]), int(pool.closes[column])
        found.add((trip.group, tuple(pool.orders(column).tolist()), float(pool.cost[column]), window, tuple(holds)))
    return found


def two_hubs() -> Tables:
    orders = [order(f"a{k}", pad, 1.0) for k, pad in enumerate("AABC")]
    orders += [order(f"b{k}", pad, 1.0, from_pad="B") for k, pad in enumerate("AC")]
    return scenes.tables(orders, [drone("d1"), drone("d2", "B")])


def test_every_way_to_fly_some_orders_is_a_column_whole_seconds_from_the_start_of_the_day() -> None:
    tables = scenes.tables([order("a", "A", ready="08:10", due="09:00"), order("b", "B")])
    columns = columns_of(tables)
    pool = every(columns)
    assert sorted(tuple(pool.orders(k).tolist()) for k in range(len(pool))) == [(0,), (0, 1), (1,), (1, 0)]
    alone = [tuple(pool.orders(k).tolist()) for k in range(len(pool))].index((0,))
    # Handed over a hair less than 330 s after take-off.
    assert (pool.opens[alone], pool.closes[alone]) == (600, 3600 - 330)
    trip = columns.made[pool.label[alone]]
    assert (trip.cost, [one.id for one in trip.orders]) == (pool.cost[alone], ["a"])


@pytest.mark.parametrize("seed", [2, 15, 43, 59])
def test_some_orders_have_a_column_when_they_have_a_trip_and_the_cheapest_is_as_cheap(seed: int) -> None:
    tables = cost_tables(*limited_day(seed))
    trips, columns = Trips(tables), columns_of(tables)
    costs: dict[tuple[int, frozenset[str]], float] = {}
    for label in every(columns).label:
        trip = columns.made[label]
        key = trip.group, frozenset(one.id for one in trip.orders)
        costs[key] = min(trip.cost, costs.get(key, np.inf))
    for group in range(len(tables.groups)):
        for size in (1, 2):
            for members in combinations(tables.job.orders, size):
                best = trips.best(members, group)
                found = costs.get((group, frozenset(one.id for one in members)))
                assert (best and best.cost) == pytest.approx(found)
    assert costs


@pytest.mark.parametrize("limits", [(-900.0, -500.0, 0.0), (-1500.0, np.inf)])
def test_columns_asked_for_in_portions_are_the_same_and_none_is_told_twice(limits: tuple[float, ...]) -> None:
    whole, parts = columns_of(two_hubs()), columns_of(two_hubs())
    worth = np.full(6, 500.0)
    portions = [parts.find(worth, limit, FAR) for limit in (*limits, np.inf, np.inf)]
    sets = [told(parts, portion) for portion in portions if portion is not None]
    assert sum(map(len, sets)) == len(set().union(*sets))
    assert set().union(*sets) == told(whole, every(whole))
    assert sum(map(bool, sets)) > 1
    assert not sets[-1]


@pytest.mark.parametrize("most", range(0, 40, 3))
def test_nothing_is_lost_when_there_were_too_many_to_look_at(most: int) -> None:
    columns, whole = columns_of(two_hubs()), columns_of(two_hubs())
    everything = told(whole, every(whole))
    first = columns.find(np.zeros(6), np.inf, most)
    later = columns.find(np.zeros(6), np.inf, FAR)
    assert later is not None
    assert (first is None) == (most < len(everything))
    assert (told(columns, first) if first is not None else set()) | told(columns, later) == everything


def test_nothing_is_told_only_where_there_is_nothing_however_few_may_be_told() -> None:
    # Some sequences cannot be flown; a portion of nothing but those must not pass for the end of the search.
    in_vain = 0
    for seed in (2, 15, 43, 59):
        tables = cost_tables(*limited_day(seed))
        columns, whole = columns_of(tables), columns_of(tables)
        worth, sets = np.full(len(columns.orders), 1e6), []
        while not sets or sets[-1]:
            before = len(columns.known)
            portion = columns.find(worth, -1.0, 1)
            assert portion is not None
            sets.append(told(columns, portion))
            in_vain += bool(sets[-1]) and len(columns.known) > before + 1
        assert set().union(*sets) == told(whole, every(whole))
    assert in_vain > 1


def test_who_has_no_time_left_is_told_nothing() -> None:
    columns, asked = columns_of(two_hubs()), []
    columns.budget = Budget(stopped=lambda: len(asked) > 3 or bool(asked.append(1)))
    assert columns.find(np.zeros(6), np.inf, FAR) is None
    assert len(columns.known) == 4


def test_the_number_allowed_is_of_all_groups_together() -> None:
    whole = columns_of(two_hubs())
    count = len(every(whole))
    assert columns_of(two_hubs()).find(np.zeros(6), np.inf, count - 1) is None
    assert columns_of(two_hubs()).find(np.zeros(6), np.inf, count) is not None


def held(tables: Tables, *names: str) -> dict[tuple[object, ...], list[tuple[int, int]]]:
    """Return what the cheapest trip with some orders holds, by what the limit is of."""
    trips = Trips(tables)
    trip: Trip | None = trips.best([tables.job.order(name) for name in names], 0)
    assert trip is not None
    limits = Limits(trips)
    keys = {number: key for key, number in limits.names.items()}
    found: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for limit, from_s, until_s in limits.held(trip):
        found.setdefault((*keys[limit], int(limits.capacity[limit])), []).append((from_s, until_s))
    return found


def test_a_trip_holds_drones_pads_and_packs_by_hand() -> None:
    # There and back to A: 30 + 200 + 40 s, 60 s of hand-over, the same back; a hair less each way.
    over = scenes.sky(
        scenes.pad("hub", 0, 0, slots=2, turnaround_s=20.0, swap_packs=1), scenes.pad("A", 2999.9, 0, slots=1)
    )
    kind = scenes.kind(swap_s=100.0, charge_w=None)
    tables = scenes.tables([order("a", "A")], [drone("d1"), drone("d2")], over=over, drone_types=(kind,))
    found = held(tables, "a")
    assert found["drones", 0, 2, 2] == [(0, 700)]
    assert found["pad", "hub", 2] == [(-20, 30), (559, 620)]
    assert found["pad", "A", 1] == [(229, 360)]
    (pack,) = found["packs", "hub", "nine", 3]
    assert pack[0] == 0
    assert pack[1] >= 599


def test_a_trip_that_few_packs_are_good_enough_for_holds_one_of_those_as_well() -> None:
    tired = [drone("d1"), drone("d2", health=0.6), drone("d3", health=0.6)]
    tables = scenes.tables([order("a", "A", 7.0)], tired, drone_types=(scenes.kind(battery_wh=600.0),))
    found = held(tables, "a")
    assert sorted(key for key in found if key[0] == "drones") == [("drones", 0, 1, 1), ("drones", 0, 3, 3)]


def test_a_gate_is_held_for_an_hour_from_each_crossing() -> None:
    gate = scenes.gate(*scenes.both_permits(), capacity_per_hour=4)
    over = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(gate,))
    (out, back) = held(scenes.tables([order("a", "A")], over=over), "a")["gate", "door", 4]
    assert out[1] - out[0] == back[1] - back[0] == 3601
    # 2,000 m out at 15 m/s, 30 s of climb before; a thousand back.
    assert out[0] in range(160, 166)
    assert back[0] in range(421, 430)


def test_slices_with_the_same_corridors_do_not_make_a_column_twice() -> None:
    tables = scenes.tables([order("a", "A")])
    twice = replace(tables, slices=tables.slices * 2)
    one, other = columns_of(tables), columns_of(twice)
    assert told(one, every(one)) == told(other, every(other))
    assert len(every(columns_of(twice))) == 1


def test_no_orders_are_no_columns() -> None:
    columns = columns_of(scenes.tables([order("a", "A", 99.0)]))
    assert len(every(columns)) == len(columns.none) == 0
