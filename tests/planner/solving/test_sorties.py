from __future__ import annotations

import itertools
import random

import pytest

from airspace.model.pads import Custody
from airspace.model.zones import Restriction
from planner.model.jobs import Weather
from planner.solving.hops import holds
from planner.solving.sorties import Trip, Trips, fits, stops_of, unique_sequences
from tests.planner import scenes
from tests.planner.scenes import at, order


def trip_of(*orders: object, **fields: object) -> Trip | None:
    tables = scenes.tables(orders, **fields)
    return Trips(tables).best(tables.job.orders, 0)


def must(trip: Trip | None) -> Trip:
    assert trip is not None
    return trip


def clocks(trip: Trip) -> list[tuple[str, str]]:
    return [(f"{start:%H:%M:%S}", f"{end:%H:%M:%S}") for start, end in trip.starts]


def test_a_trip_over_a_3_4_5_triangle_is_what_a_hand_sum_says() -> None:
    # First A with 3.75 + 3.25 = 7 kg (2560 W), then B with 3.25 kg (12.25^1.5 = 42.875, 1715 W), home empty (1080 W).
    # Climb 30 s * 1.16, descent 40 s * 0.95, 60 s of hand-over, 200 + 266.667 + 333.333 s of cruise; factor 1.1.
    trip = must(trip_of(order("a", "A", 3.75), order("b", "B", 3.25)))
    assert [o.id for o in trip.orders] == ["a", "b"]
    assert [hop.payload_kg for hop in trip.hops] == [7.0, 3.25, 0.0]
    assert [hop.energy_wh for hop in trip.hops] == pytest.approx([260.331, 209.332, 134.024], rel=2e-4)
    assert [hop.lands_s for hop in trip.hops] == pytest.approx([270.0, 666.667, 1130.0], abs=0.1)
    assert [hop.ends_s for hop in trip.hops] == pytest.approx([330.0, 726.667, 1130.0], abs=0.1)
    assert trip.cost == pytest.approx(10 + 360 * 1130 / 3600 + 2 * 0.603687, rel=2e-4)


def test_a_hand_over_to_two_persons_falls_into_their_hours() -> None:
    # A is reached a hair less than 270 s after take-off, and handed over 60 s later.
    over = scenes.sky(
        scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, two_person_hours=scenes.hours("09:00", "09:30"))
    )
    two = must(trip_of(order("a", "A", custody=Custody.TWO_PERSON), over=over))
    assert clocks(two) == [("08:55:31", "09:24:30")]
    valued = must(trip_of(order("a", "A", declared_value=501.0), over=over, policy=scenes.policy(two_person_above=500)))
    assert valued.starts == two.starts
    one = must(trip_of(order("a", "A"), over=over))
    assert one.starts[0][0] == scenes.START


def test_a_box_holds_what_it_is_told_to_and_no_more() -> None:
    kinds = {"drone_types": (scenes.kind(max_volume_l=0.3),)}
    assert trip_of(order("a", "A", volume_l=0.1), order("b", "A", volume_l=0.2), **kinds) is not None
    assert trip_of(order("a", "A", volume_l=0.11), order("b", "A", volume_l=0.2), **kinds) is None
    assert trip_of(order("a", "A", volume_l=0.3), order("b", "A"), **kinds) is not None
    assert trip_of(order("a", "A", volume_l=0.11), order("b", "A", volume_l=0.2)) is not None


def test_orders_for_one_pad_share_a_stop() -> None:
    trip = must(trip_of(order("a", "A", 2.0), order("b", "B", 1.0), order("c", "A", 4.0)))
    assert [hop.flight.to_pad for hop in trip.hops] == ["A", "B", "hub"]
    assert [hop.payload_kg for hop in trip.hops] == [7.0, 1.0, 0.0]
    assert [stop.pad for stop in stops_of(trip.orders, "hub", "hub")] == ["A", "B"]


def test_every_pad_is_visited_once_in_every_sequence_of_pads() -> None:
    orders = [order("a", "A"), order("b", "B"), order("c", "A"), order("d", "C")]
    sequences = list(unique_sequences(orders, "hub", "hub"))
    assert len(sequences) == 6
    assert all(len(stops_of(sequence, "hub", "hub")) == 3 for sequence in sequences)
    assert all(sorted(o.id for o in sequence) == ["a", "b", "c", "d"] for sequence in sequences)


def test_a_trip_starts_when_its_last_order_is_ready_and_before_any_comes_late() -> None:
    # A is handed over 330 s after take-off, B after 726.667 s.
    trip = must(trip_of(order("a", "A", ready="08:30", due="09:00"), order("b", "B", ready="08:40", due="09:30")))
    assert clocks(trip) == [("08:40:00", "08:54:30")]


def test_the_latest_start_is_a_whole_second_that_still_keeps_the_due_time() -> None:
    # Alone to B: 30 + 333.333 + 40 + 60 = 463.333 s, so due at 09:00:00 leaves at 08:52:16 at the latest.
    assert clocks(must(trip_of(order("b", "B", due="09:00")))) == [("08:00:00", "08:52:16")]


def test_the_drone_is_back_before_the_job_ends() -> None:
    # Out 330 s, back 270 s.
    trip = must(trip_of(order("a", "A"), end=at("09:00")))
    assert clocks(trip) == [("08:00:00", "08:50:00")]


def test_an_order_that_is_ready_too_late_gives_no_trip() -> None:
    assert trip_of(order("a", "A", ready="08:30", due="08:35:29")) is None
    assert trip_of(order("a", "A", ready="08:30", due="08:35:31")) is not None


def test_the_cold_chain_counts_from_take_off_to_hand_over() -> None:
    assert trip_of(order("a", "A", max_minutes=5.49)) is None
    assert trip_of(order("a", "A", max_minutes=5.51)) is not None


def test_the_cold_chain_of_the_second_stop_turns_the_sequence_round() -> None:
    # Via A it reaches B after 12.1 min; straight it takes 7.72 min, and A is handed over at 60 s + 30 + ... = 13.3 min.
    trip = must(trip_of(order("a", "A", 3.75), order("b", "B", 3.25, max_minutes=8.0)))
    assert [o.id for o in trip.orders] == ["b", "a"]


def test_the_hours_of_the_delivery_pad_cover_the_descent_until_the_climb_away_has_ended() -> None:
    # A is held from 230 s to 360 s after take-off.
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, schedule=scenes.hours("09:00", "09:30")))
    assert clocks(must(trip_of(order("a", "A"), over=sky))) == [("08:56:11", "09:24:00")]


def test_the_hours_of_the_hub_cover_turnaround_before_and_after() -> None:
    # Held from 120 s before take-off; back on the ground after 600 s, and 120 s more.
    hub = scenes.pad("hub", 0, 0, turnaround_s=120.0, schedule=scenes.hours("09:00", "10:00"))
    trip = must(trip_of(order("a", "A"), over=scenes.sky(hub, scenes.pad("A", 2999.9, 0))))
    assert clocks(trip) == [("09:02:00", "09:48:00")]


def crossing_with(*permits: object, **of_gate: object) -> Trip | None:
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(scenes.gate(*permits, **of_gate),))
    return trip_of(order("a", "A"), over=sky)


def test_a_trip_through_a_gate_keeps_its_hours_from_take_off_to_landing() -> None:
    # The return leg passes the gate as well: both legs, 600 s in all with the hand-over, lie within its hours.
    trip = must(crossing_with(*scenes.both_permits(), schedule=scenes.hours("09:00", "10:00")))
    assert clocks(trip) == [("09:00:00", "09:50:00")]
    assert trip.hops[0].flight.passage.gates == ("door",)


def test_a_trip_through_a_gate_keeps_both_permits() -> None:
    west = scenes.permit("of-west", "west-aa", valid_from=at("09:00"), valid_to=at("11:00"))
    east = scenes.permit("of-east", "east-aa", valid_from=at("10:00"), valid_to=at("12:00"))
    assert clocks(must(crossing_with(west, east))) == [("10:00:00", "10:50:00")]


def test_the_permit_of_one_authority_is_not_enough() -> None:
    assert crossing_with(scenes.permit("of-west", "west-aa")) is None


def test_a_zone_that_holds_in_the_morning_leaves_the_rest_of_the_day() -> None:
    shut = scenes.zone("z", scenes.area(2500, -500, 3500, 500), schedule=scenes.hours("08:00", "10:00"))
    trip = must(trip_of(order("a", "A"), over=scenes.plain_sky(zones=(shut,))))
    assert clocks(trip)[0][0] == "10:00:00"


def test_a_permit_opens_a_zone_for_as_long_as_it_is_valid() -> None:
    shut = scenes.zone("z", scenes.area(2500, -500, 3500, 500), Restriction.REQ_AUTHORISATION)
    leave = scenes.permit("p", "east-aa", zones=("z",), valid_from=at("09:00"), valid_to=at("09:30"))
    sky = scenes.plain_sky(zones=(shut,), gates=(scenes.gate(leave),))
    assert clocks(must(trip_of(order("a", "A"), over=sky))) == [("09:00:00", "09:20:00")]


def test_a_sortie_that_would_eat_its_reserve_does_not_exist() -> None:
    # 10.4 km out with 7 kg: 907 Wh by hand, of which only 800 may be used; with 1 kg it is 683 Wh.
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("far", 10_400, 0))
    assert trip_of(order("o", "far", 7.0), over=sky) is None
    light = must(trip_of(order("o", "far", 1.0), over=sky))
    by_hand = 1.1 / 3600 * (40 * 10**1.5 * (132.8 + 10_400 / 15) + 1080 * (72.8 + 10_400 / 15))
    assert light.energy_wh == pytest.approx(by_hand, rel=2e-4)


def test_the_best_trip_is_the_cheapest_of_all_sequences() -> None:
    rng = random.Random(7)
    for _ in range(5):
        spots = [(rng.uniform(-3000, 3000), rng.uniform(-3000, 3000)) for _ in range(4)]
        pads = [scenes.pad(f"P{k}", x, y) for k, (x, y) in enumerate(spots)]
        orders = [order(f"o{k}", f"P{k}", rng.uniform(0.2, 1.7)) for k in range(4)]
        tables = scenes.tables(orders, over=scenes.sky(scenes.pad("hub", 0, 0), *pads))
        found = Trips(tables).best(orders, 0)
        masses = {k: o.consignment.mass_kg for k, o in enumerate(orders)}
        costs = [by_hand_cost(list(sequence), spots, masses) for sequence in itertools.permutations(range(4))]
        assert must(found).cost == pytest.approx(min(costs), rel=3e-4)
        assert min(costs) < max(costs)


def by_hand_cost(sequence: list[int], spots: list[tuple[float, float]], masses: dict[int, float]) -> float:
    here, seconds, joules, aboard = (0.0, 0.0), 0.0, 0.0, sum(masses.values())
    for k in [*sequence, None]:
        there = (0.0, 0.0) if k is None else spots[k]
        cruise = ((here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2) ** 0.5 / 15
        hover = 0.0 if k is None else 60.0
        seconds += 30 + cruise + 40 + hover
        joules += 40 * (9 + aboard) ** 1.5 * (1.16 * 30 + cruise + 0.95 * 40 + hover)
        here, aboard = there, aboard - (0.0 if k is None else masses[k])
    return 10 + 360 * seconds / 3600 + 2 * 1.1 * joules / 3.6e6


def test_a_box_holds_so_much_mass_value_and_so_many_orders() -> None:
    orders = [order(f"o{k}", "A", 3.0, declared_value=4000.0) for k in range(3)]
    tables = scenes.tables(orders, policy=scenes.policy(max_orders_per_sortie=2, value_cap_per_sortie=8000.0))
    trips = Trips(tables)
    assert trips.may_carry(orders[:2], 0)
    assert not trips.may_carry(orders, 0)
    assert not trips.may_carry([], 0)
    assert not trips.may_carry([order("x", "A", 4.1), orders[0]], 0)
    assert not trips.may_carry([order("x", "A", 1.0, declared_value=4001.0), orders[0]], 0)


def test_an_order_flies_only_from_its_hub_to_a_pad_with_its_custody_and_without_dangerous_goods() -> None:
    pads = [scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, custody=Custody.STAFFED), scenes.pad("B", 0, 2000)]
    drones = [scenes.drone("d1"), scenes.drone("d2", home="B")]
    trips = Trips(scenes.tables([order("o", "A")], drones, over=scenes.sky(*pads)))
    assert [trips.ends(group) for group in (0, 1)] == [("B", "B"), ("hub", "hub")]
    assert trips.acceptable(order("o", "A", custody=Custody.STAFFED), 1)
    assert trips.acceptable(order("o", "A", custody=Custody.LOCKER), 1)
    assert not trips.acceptable(order("o", "A", custody=Custody.TWO_PERSON), 1)
    assert not trips.acceptable(order("o", "A", dangerous_goods="UN3480"), 1)
    assert not trips.acceptable(order("o", "A", from_pad="B"), 1)


def test_pads_are_held_from_descent_to_climb_and_the_hub_for_its_turnaround_too() -> None:
    hub = scenes.pad("hub", 0, 0, turnaround_s=90.0)
    orders = [order("a", "A", 3.75), order("b", "B", 3.25)]
    tables = scenes.tables(orders, over=scenes.sky(hub, scenes.pad("A", 2999.9, 0), scenes.pad("B", 2999.9, 3999.9)))
    held = holds(must(Trips(tables).best(orders, 0)).hops, tables)
    assert [hold.pad for hold in held] == ["hub", "A", "B", "hub"]
    assert [hold.from_s for hold in held] == pytest.approx([-90, 230, 626.667, 1090], abs=0.1)
    assert [hold.until_s for hold in held] == pytest.approx([30, 360, 756.667, 1220], abs=0.1)


def test_a_drone_with_worn_or_half_empty_packs_does_not_fit_a_trip_that_a_fresh_one_flies() -> None:
    # 260.3 + 209.3 + 134.0 = 603.7 Wh: 0.8 of the packs, less the reserve of 0.2, is not enough.
    orders = [order("a", "A", 3.75), order("b", "B", 3.25)]
    tables = scenes.tables(orders)
    trip = must(Trips(tables).best(orders, 0))
    assert fits(trip, scenes.drone("d"), tables, state_of_charge=0.81)
    assert not fits(trip, scenes.drone("d"), tables, state_of_charge=0.80)
    assert not fits(trip, scenes.drone("d", health=0.75), tables, state_of_charge=1.0)


def test_wind_too_strong_for_the_way_back_gives_no_trip() -> None:
    assert trip_of(order("a", "A"), weather=Weather(wind_mps=13.0, wind_from_deg=90.0)) is None
    assert trip_of(order("a", "A"), weather=Weather(wind_mps=11.0, wind_from_deg=90.0)) is not None
