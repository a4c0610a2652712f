from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

import pytest

from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables
from planner.solving.timetables import Placed, fits_in, timetable, whole_values
from tests.planner import scenes
from tests.planner.scenes import at, order

SWAP = timedelta(seconds=300)


def trips_of(tables: Tables) -> list[Trip]:
    made = [Trips(tables).best([one], 0) for one in tables.job.orders]
    return [trip for trip in made if trip is not None]


def place(tables: Tables) -> list[Placed]:
    return timetable(trips_of(tables), tables, seed=1)


def held(item: Placed, turnaround_s: float) -> list[tuple[str, datetime, datetime]]:
    """Read off the trip's legs when it holds which pad."""
    uses, turn = [], timedelta(seconds=turnaround_s)
    for leg, following in itertools.pairwise(item.trip.hops):
        down = item.departs + timedelta(seconds=leg.lands_s - leg.flight.descent_s)
        gone = item.departs + timedelta(seconds=following.starts_s + following.flight.climb_s)
        uses.append((leg.flight.to_pad, down, gone))
    first, last = item.trip.hops[0], item.trip.hops[-1]
    lands = item.departs + timedelta(seconds=last.lands_s)
    up = item.departs + timedelta(seconds=first.flight.climb_s)
    uses.append(("hub", item.departs - turn, up))
    uses.append(("hub", lands - timedelta(seconds=last.flight.descent_s), lands + turn))
    return uses


def overlaps(items: Sequence[Placed], swap: timedelta = SWAP) -> bool:
    """Tell whether a drone is away twice at a time, or leaves again before its packs are swapped."""
    for one, other in itertools.combinations(items, 2):
        back = [item.departs + timedelta(seconds=item.trip.duration_s) + swap for item in (one, other)]
        if one.drone.id == other.drone.id and one.departs < back[1] and other.departs < back[0]:
            return True
    return False


def test_the_trips_of_one_drone_leave_time_for_the_swap() -> None:
    placed = place(scenes.tables([order("a", "A"), order("b", "B"), order("c", "C")]))
    assert len(placed) == 3
    assert not overlaps(placed)


def test_a_drone_leaves_again_as_soon_as_its_packs_are_swapped() -> None:
    # Out and back to A is 600 s, the swap 300 s.
    placed = place(scenes.tables([order("a", "A"), order("b", "A")]))
    assert [item.departs for item in placed] == [at("08:00"), at("08:15")]


def test_a_drone_flies_within_its_hours_and_no_other_is_kept_to_them() -> None:
    # Out and back to A takes a hair less than 600 s.
    orders = [order(name, "A", 7.0, due="09:05") for name in "ab"]
    early = scenes.drone("d1", works_until=at("08:10"))
    late = scenes.drone("d2", works_from=at("08:40"))
    placed = place(scenes.tables(orders, [early, late]))
    assert [(item.drone.id, item.departs) for item in placed] == [("d1", at("08:00")), ("d2", at("08:40"))]
    short = scenes.drone("d1", works_until=at("08:09:59"))
    assert [item.drone.id for item in place(scenes.tables(orders, [short, late]))] == ["d2", "d2"]


def test_hours_that_fit_one_sortie_have_no_room_for_the_next() -> None:
    orders = [order(name, "A", 7.0) for name in "ab"]
    assert len(place(scenes.tables(orders, [scenes.drone("d1", works_until=at("08:25:01"))]))) == 2
    assert len(place(scenes.tables(orders, [scenes.drone("d1", works_until=at("08:24:59"))]))) == 1


def test_a_longer_swap_leaves_room_for_fewer_trips() -> None:
    orders = [order("a", "A"), order("b", "A")]
    window = {"end": at("08:25:01")}
    assert len(place(scenes.tables(orders, **window))) == 2
    assert len(place(scenes.tables(orders, **window, drone_types=(scenes.kind(swap_s=310.0),)))) == 1


@pytest.mark.parametrize("slots", [1, 2])
def test_a_pad_never_has_more_drones_than_slots(slots: int) -> None:
    hub, pad = scenes.pad("hub", 0, 0, slots=3, turnaround_s=60.0), scenes.pad("A", 2999.9, 0, slots=slots)
    orders = [order(f"o{k}", "A", 5.0, due="08:40") for k in range(5)]
    drones = [scenes.drone(f"d{k}") for k in range(4)]
    placed = place(scenes.tables(orders, drones, over=scenes.sky(hub, pad)))
    assert len(placed) == 5
    uses = [use for item in placed for use in held(item, 60.0)]
    assert scenes.most_at_once(uses, "A") == slots
    assert scenes.most_at_once(uses, "hub") <= 3
    assert not overlaps(placed)


def test_the_turnaround_keeps_a_hub_with_one_slot_to_one_drone() -> None:
    hub = scenes.pad("hub", 0, 0, slots=1, turnaround_s=120.0)
    orders = [order(f"o{k}", "A", 5.0) for k in range(4)]
    drones = [scenes.drone(f"d{k}") for k in range(4)]
    placed = place(scenes.tables(orders, drones, over=scenes.sky(hub, scenes.pad("A", 2999.9, 0))))
    assert len(placed) == 4
    assert scenes.most_at_once([use for item in placed for use in held(item, 120.0)], "hub") == 1


def test_a_drone_low_on_charge_flies_a_trip_it_has_the_charge_for_first() -> None:
    # To C and back takes about 220 Wh, to B with 7 kg about 480; 45 % of 1000 Wh less the reserve leaves 250.
    orders = [order("far", "B", 7.0), order("near", "C", 1.0, ready="08:30")]
    placed = place(scenes.tables(orders, [scenes.drone("d1", state_of_charge=0.45)]))
    assert [item.trip.orders[0].id for item in placed] == ["near", "far"]
    assert placed[0].departs == at("08:30")


def test_a_drone_too_low_for_any_trip_stays_at_home() -> None:
    orders = [order("far", "B", 7.0)]
    assert place(scenes.tables(orders, [scenes.drone("d1", state_of_charge=0.25)])) == []


def test_a_worn_drone_leaves_the_long_trip_to_a_fresh_one() -> None:
    orders = [order("far", "B", 7.0)]
    fleet = [scenes.drone("d1", health=0.4), scenes.drone("d2")]
    (placed,) = place(scenes.tables(orders, fleet))
    assert placed.drone.id == "d2"


def test_when_there_is_no_room_for_all_the_higher_priority_is_kept() -> None:
    window = {"ready": "08:00", "due": "08:08"}
    orders = [order("a", "A", **window), order("b", "A", **window, priority=5), order("c", "A", **window)]
    (placed,) = place(scenes.tables(orders))
    assert placed.trip.orders[0].id == "b"


def test_two_light_priorities_outweigh_one_and_three_outweigh_them() -> None:
    # The long trip blocks the drone for the window of both short ones.
    orders = [
        order("c1", "C", due="08:06"), order("c2", "C", ready="08:12", due="08:20"),
        order("b", "B", ready="08:02", due="08:12", priority=3),
    ]  # fmt: skip
    (placed,) = place(scenes.tables(orders))
    assert placed.trip.orders[0].id == "b"
    weaker = [*orders[:2], replace(orders[2], priority=1)]
    assert {item.trip.orders[0].id for item in place(scenes.tables(weaker))} == {"c1", "c2"}


def test_no_trips_give_an_empty_timetable() -> None:
    assert timetable([], scenes.tables([]), seed=1) == []


def test_the_same_trips_are_placed_the_same_way_twice() -> None:
    tables = scenes.tables(
        [order("a", "A"), order("b", "B"), order("c", "C")], [scenes.drone("d1"), scenes.drone("d2")]
    )
    assert place(tables) == place(tables)


def best_by_trying(trips: Sequence[Trip], tables: Tables) -> int:
    """Return the most priority that any choice of starts and drones serves."""
    options = [
        [
            None,
            *(Placed(trip=trip, drone=drone, departs=start) for start, _ in trip.starts for drone in tables.job.drones),
        ]
        for trip in trips
    ]
    best = 0
    for choice in itertools.product(*options):
        items = [item for item in choice if item is not None]
        worth = sum(item.trip.penalty_weight for item in items)
        if worth > best and is_allowed(items, tables):
            best = worth
    return best


def off_work(item: Placed) -> bool:
    back = item.departs + timedelta(seconds=item.trip.duration_s)
    since, until = item.drone.works_from, item.drone.works_until
    return (since is not None and item.departs < since) or (until is not None and back > until)


def crossings_in_an_hour(items: Sequence[Placed], gate: str) -> int:
    """Return the most crossings of a gate in any hour, from where the drones are in straight flight."""
    moments = [
        (item.departs - scenes.START).total_seconds() + hop.starts_s + 30.0 + share * hop.flight.between_s
        for item in items for hop in item.trip.hops for passed in hop.flight.passage.crossings
        for share in [passed.along_share] if passed.gate == gate
    ]  # fmt: skip
    return max((sum(start <= moment < start + 3600 for moment in moments) for start in moments), default=0)


def is_allowed(items: Sequence[Placed], tables: Tables) -> bool:
    if overlaps(items) or any(off_work(item) for item in items):
        return False
    if any(crossings_in_an_hour(items, gate.id) > (gate.capacity_per_hour or 0) for gate in tables.sky.gates):
        return False
    for drone in tables.job.drones:
        own = sorted((item for item in items if item.drone == drone), key=lambda item: item.departs)
        charges = [drone.state_of_charge, *([1.0] * len(own))]
        for item, charge in zip(own, charges, strict=False):
            if item.trip.energy_wh > (charge - 0.2) * 1000.0 * drone.health:
                return False
    uses = [use for item in items for use in held(item, 30.0)]
    return all(scenes.most_at_once(uses, pad.id) <= pad.slots for pad in tables.sky.pads)


def placed_best(tables: Tables, rng: random.Random, *, most_s: int) -> list[Placed]:
    """Return a timetable of trips with four starts each, and hold it against trying everything."""
    moments = [scenes.START + timedelta(seconds=rng.randrange(60, most_s, 20)) for _ in range(16)]
    trips = [
        replace(trip, starts=tuple((moment, moment) for moment in sorted(set(moments[4 * k : 4 * k + 4]))))
        for k, trip in enumerate(trips_of(tables))
    ]
    placed = timetable(trips, tables, seed=1)
    assert is_allowed(placed, tables)
    assert sum(item.trip.penalty_weight for item in placed) == best_by_trying(trips, tables)
    return placed


@pytest.mark.parametrize("seed", range(8))
def test_no_choice_of_starts_and_drones_serves_more(seed: int) -> None:
    rng = random.Random(seed)
    sky = scenes.sky(
        scenes.pad("hub", 0, 0, slots=1, turnaround_s=30.0),
        *(
            scenes.pad(name, x, y, slots=1)
            for name, x, y in (("A", 2999.9, 0), ("B", 2999.9, 3999.9), ("C", -1999.9, 0))
        ),
    )
    orders = [order(f"o{k}", rng.choice("ABC"), rng.uniform(0.5, 7.0), priority=rng.randint(1, 4)) for k in range(4)]
    drones = [scenes.drone("d1", state_of_charge=rng.choice((0.4, 0.6, 1.0))), scenes.drone("d2", health=0.8)]
    tables = scenes.tables(orders, drones, over=sky)
    placed = placed_best(tables, rng, most_s=2400)
    assert all((item.departs, item.departs) in item.trip.starts for item in placed)


@pytest.mark.parametrize("seed", range(8))
def test_no_choice_serves_more_within_working_hours_and_the_capacity_of_a_gate(seed: int) -> None:
    rng = random.Random(f"limits {seed}")
    door = scenes.gate(*scenes.both_permits(), capacity_per_hour=rng.choice((2, 3)))
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(door,))
    orders = [order(f"o{k}", rng.choice("AAC"), rng.uniform(0.5, 7.0), priority=rng.randint(1, 4)) for k in range(4)]
    until = at(rng.choice(("08:30", "09:00")))
    drones = [scenes.drone("d1", works_until=until), scenes.drone("d2", works_from=at("08:20"))]
    tables = scenes.tables(orders, drones, over=sky)
    placed_best(tables, rng, most_s=6000)


def test_swaps_are_counted_in_whole_seconds_upwards() -> None:
    tables = scenes.tables([order("a", "A"), order("b", "B")])
    first, second = place(tables)
    assert (second.departs - first.departs).total_seconds() >= ceil(first.trip.duration_s + 300.0)


def valued(**fields: float) -> tuple[list[Placed], Tables]:
    """Two boxes of 600 for the same pad, each a load of its own, and two drones."""
    orders = [order(name, "A", 7.0, declared_value=600.0) for name in "ab"]
    tables = scenes.tables(orders, [scenes.drone("d1"), scenes.drone("d2")], policy=scenes.policy(**fields))
    return place(tables), tables


@pytest.mark.parametrize(("capacity", "later_s"), [(4, 0), (3, 3338), (2, 3601)])
def test_trips_leave_so_that_no_hour_holds_more_crossings_than_a_gate_lets_through(capacity: int, later_s: int) -> None:
    # Out at 163.3 s, back at 426.7 s: the first counts from 163 until 3764 s, in whole seconds outwards. With three an
    # hour the second may come back (3338 + 426 s) just then; with two it may go out (3601 + 163 s) just then.
    sides = {"jurisdictions": scenes.two_sides()}
    door = scenes.gate(*scenes.both_permits(), capacity_per_hour=capacity)
    tables = scenes.tables(
        [order(name, "A", 7.0) for name in "ab"], [scenes.drone("d1"), scenes.drone("d2")],
        over=scenes.plain_sky(**sides, gates=(door,)),
    )  # fmt: skip
    first, second = place(tables)
    assert [hop.flight.crossed_s for hop in first.trip.hops] == [
        (pytest.approx(163.33, abs=0.01),), (pytest.approx(96.66, abs=0.01),)
    ]  # fmt: skip
    assert (first.departs, second.departs) == (scenes.START, scenes.START + timedelta(seconds=later_s))


def test_ways_that_stay_on_one_side_do_not_wait_for_a_gate() -> None:
    door = scenes.gate(*scenes.both_permits(), capacity_per_hour=2)
    over = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(door,))
    fleet = [scenes.drone(f"d{k}") for k in range(3)]
    placed = place(scenes.tables([order("a", "A", 7.0), order("c", "C", 7.0), order("e", "C", 7.0)], fleet, over=over))
    assert {item.departs for item in placed} == {scenes.START}


def test_no_drone_carries_more_value_in_a_day_than_the_cap() -> None:
    orders = [order(name, "A", 7.0, declared_value=600.0) for name in "abc"]
    policy = scenes.policy(value_cap_per_drone_day=1200.0)
    assert len(place(scenes.tables(orders, policy=policy))) == 2
    two = place(scenes.tables(orders, [scenes.drone("d1"), scenes.drone("d2")], policy=policy))
    assert len(two) == 3
    assert {item.drone.id for item in two} == {"d1", "d2"}


def test_value_that_comes_to_a_pad_waits_until_the_value_before_it_is_taken_away() -> None:
    free, _ = valued()
    assert free[0].departs == free[1].departs
    capped, _ = valued(value_cap_per_pad=1000.0, pad_dwell_s=900.0)
    # 60 s of hand-over and 900 s until it is taken away, from touch-down to touch-down, in whole seconds.
    assert capped[1].departs - capped[0].departs == timedelta(seconds=961)


def test_values_of_whole_cents_fill_a_cap_to_the_last() -> None:
    assert whole_values([100.10, 200.20], 300.30) == ([10010, 20020], 30030)
    assert whole_values([100.101, 1.0], 100.109) == ([10011, 100], 10010)
    assert whole_values([100.101], 100.101) == ([10011], 10011)
    assert whole_values([1e300, 1e300], 1e300)[1] == 5 * 10**11


def test_a_timetable_without_time_is_none_or_holds_and_with_time_it_is_the_one_without_a_limit() -> None:
    tables = scenes.tables([order(f"o{k}", "AC"[k % 2]) for k in range(30)], [scenes.drone("d1"), scenes.drone("d2")])
    trips = trips_of(tables)
    hurried = timetable(trips, tables, seed=1, seconds=1e-6)
    assert hurried is None or not overlaps(hurried)
    assert fits_in(trips, tables, seed=1, seconds=1e-6) in (None, True, False)
    few = trips[:4]
    assert timetable(few, tables, seed=1, seconds=600.0) == timetable(few, tables, seed=1)
