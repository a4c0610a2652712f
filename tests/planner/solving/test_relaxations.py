"""What may be flown at most: all that is truly flown lies within it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, permutations

import numpy as np
import pytest

from airspace.model.schedules import ALWAYS
from planner.model.powers import PowerTable
from planner.model.weather import Weather
from planner.physics.energy import OwnModel
from planner.solving.choice.pools import Pool
from planner.solving.relaxations import carrier_of, finders
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables, cost_tables
from tests.planner import scenes
from tests.planner.draws import limited_day
from tests.planner.scenes import order

SEEDS = (2, 7, 15, 21, 22, 29, 36, 42, 43, 52, 58, 59)
"""Quickly laid out, and with many trips."""
MOST = 3
"""Orders of a trip that are tried here."""


def trips_of(trips: Trips, group: int) -> Iterator[tuple[tuple[int, ...], Trip]]:
    """Yield every trip of a group with its orders, each landing told once."""
    orders = trips.tables.job.orders
    for size in range(1, min(MOST, trips.policy.max_orders_per_sortie) + 1):
        for members in permutations(range(len(orders)), size):
            sequence = [orders[k] for k in members]
            if told_once(members, [one.to_pad for one in sequence]) and trips.may_carry(sequence, group):
                for piece in trips.tables.slices:
                    for call in trips.calls(sequence, group):
                        if trip := trips.make(sequence, group, piece, call):
                            yield members, trip


def told_once(members: Sequence[int], pads: Sequence[str]) -> bool:
    landings = [
        [k for k, _ in group] for _, group in groupby(zip(members, pads, strict=True), key=lambda pair: pair[1])
    ]
    return len(landings) == len(set(pads)) and all(one == sorted(one) for one in landings)


def found(trips: Trips) -> list[Pool]:
    orders = trips.tables.job.orders
    pools = [finder.find(np.zeros(len(orders)), np.inf, 10**6) for finder in finders(trips, orders)]
    assert all(pool is not None for pool in pools)
    return [pool for pool in pools if pool is not None]


def holds_all(tables: Tables) -> int:
    """See that all trips are found, no dearer, with windows around their starts; return how many there are."""
    trips, count = Trips(tables), 0
    for group, pool in enumerate(found(trips)):
        columns = {tuple(pool.orders(column).tolist()): column for column in range(len(pool))}
        for members, trip in trips_of(trips, group):
            column = columns[members]
            assert pool.cost[column] <= trip.cost + 1e-9
            for span in trip.starts:
                begins, ends = ((moment - tables.job.start).total_seconds() for moment in span)
                assert pool.opens[column] <= begins
                assert ends <= pool.closes[column]
            count += 1
    return count


@pytest.mark.parametrize("seed", SEEDS)
def test_every_trip_that_can_be_flown_is_found(seed: int) -> None:
    assert holds_all(cost_tables(*limited_day(seed))) > 5


def test_on_a_plain_day_it_is_hardly_cheaper_than_the_trip_itself() -> None:
    tables = scenes.tables([order("a", "A", 3.0), order("b", "B", 2.0)])
    trips = Trips(tables)
    (pool,) = found(trips)
    costs = {tuple(pool.orders(column).tolist()): pool.cost[column] for column in range(len(pool))}
    assert set(costs) == {(0,), (1,), (0, 1), (1, 0)}
    for members, trip in trips_of(trips, 0):
        assert trip.cost * (1 - 1e-4) < costs[members] <= trip.cost


def test_a_trip_that_only_the_warmest_hours_give_the_energy_for_is_found() -> None:
    later = ((scenes.at("10:00"), Weather(temperature_c=25.0)), (scenes.at("12:00"), Weather(temperature_c=-10.0)))
    tables = scenes.tables(
        [order("a", "A", 7.0)], weather=Weather(temperature_c=-10.0), later=later,
        drone_types=(scenes.kind(battery_wh=480.0, cold_loss_per_c=0.01),),
    )  # fmt: skip
    assert holds_all(tables) == 1


def without(tables: Tables, *shut: str) -> Tables:
    """Return tables without the flight from one pad to another."""
    slices = (
        replace(piece, flights={0: {pair: flight for pair, flight in piece.flights[0].items() if pair != shut}})
        for piece in tables.slices
    )
    return replace(tables, slices=tuple(slices))


def test_what_is_flown_by_way_of_customs_only_is_found() -> None:
    over = scenes.sky(
        scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0), scenes.pad("post", 2499.9, 0, customs_windows=ALWAYS),
        jurisdictions=scenes.two_sides(), gates=(scenes.gate(*scenes.both_permits()),),
    )  # fmt: skip
    assert holds_all(without(scenes.tables([order("a", "A")], over=over), "hub", "A")) == 1


def test_what_no_trip_serves_by_itself_is_found_by_way_of_another_pad() -> None:
    tables = without(scenes.tables([order("a", "A"), order("b", "B")]), "hub", "B")
    assert [members for members, _ in trips_of(Trips(tables), 0)] == [(0,), (0, 1)]
    assert holds_all(tables) == 2


def test_a_day_on_which_a_second_costs_nothing_is_searched_as_well() -> None:
    shut = scenes.plain_sky(zones=(scenes.zone("z", scenes.area(2500, 3500, 3500, 4500)),))
    tables = scenes.tables(
        [order("a", "A"), order("b", "B"), order("c", "C")], over=shut, policy=scenes.policy(cost_per_flight_hour=0.0)
    )
    assert holds_all(tables) == 4


def test_a_cold_chain_and_a_due_time_kept_to_the_second_are_found() -> None:
    # A is handed over a hair less than 330 s after take-off.
    for due, minutes in (("08:05:30", None), ("14:00", 5.5)):
        assert holds_all(scenes.tables([order("a", "A", due=due, max_minutes=minutes)])) == 1


KINKED = PowerTable(
    density_kg_m3=1.2, mass_kg=(8.0, 10.003, 12.009, 17.0), air_speed_mps=(5.0, 25.0),
    climb_w=(1300.0, 1310.0, 4000.0, 4010.0), cruise_w=((900.0,) * 2, (905.0,) * 2, (3000.0,) * 2, (2900.0,) * 2),
    descent_w=(900.0, 910.0, 2500.0, 2600.0), hover_w=(1000.0, 1010.0, 2700.0, 2800.0),
)  # fmt: skip


@pytest.mark.parametrize("power", [KINKED, scenes.kind().power], ids=["kinked", "by mass"])
def test_the_lines_of_power_lie_below_whatever_the_payload(power: PowerTable) -> None:
    tables = scenes.tables([order("a", "A")], drone_types=(scenes.kind(power=power),))
    trips, flight = Trips(tables), tables.slices[0].flights[0]["hub", "A"]
    carrier = carrier_of(trips, 0, tables.job.orders)
    phases_s = carrier.phases_s[0, 1]
    for payload_kg in np.round(np.linspace(0.0, 7.0, 2903), 4).tolist():
        steps = np.arange(carrier.power_w.shape[1]) * carrier.step_kg
        least = sum(
            np.interp(payload_kg, steps, row) * seconds for row, seconds in zip(carrier.power_w, phases_s, strict=True)
        )
        true_wh = tables.leg_energy_wh(flight, tables.groups[0].kind, payload_kg=payload_kg, hover_s=60.0)
        assert true_wh * 0.99 < least / 3600 <= true_wh


class Other(OwnModel):
    """An energy model that nobody knows anything of."""


def test_of_an_energy_model_of_somebody_else_nothing_is_known_beforehand() -> None:
    tables = replace(scenes.tables([order("a", "A", 3.0)]), model=Other())
    assert not carrier_of(Trips(tables), 0, tables.job.orders).power_w.any()
    assert holds_all(tables) == 1


def test_a_group_whose_orders_are_all_of_another_hub_finds_nothing() -> None:
    fleet = [scenes.drone("d1"), scenes.drone("d2", "B")]
    pools = found(Trips(scenes.tables([order("a", "A")], fleet)))
    assert sorted(map(len, pools)) == [0, 1]
