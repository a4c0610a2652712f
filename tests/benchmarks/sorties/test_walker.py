"""The judge of sorties, against sums done by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.sorties.instances import BadInstanceError, DroneType, Instance
from benchmarks.sorties.walker import Sortie, leg_s, walk

DRONE = DroneType(
    name="drone",
    frame_kg=4.0,
    max_payload_kg=5.0,
    usable_wh=60.0,
    power_w_per_kg15=10.0,
    airspeed_mps=10.0,
    vertical_s=20.0,
    swap_s=100.0,
    recharge_s=3000.0,
    cost_per_wh=2.0,
    cost_per_m=0.1,
    cost_per_sortie=100.0,
)


@pytest.fixture
def day() -> Instance:
    """Return a day with a pad 5 km away, two orders there of 5 and 1 kg, and one of 1 kg at a pad next to the hub."""
    return Instance(
        name="three orders",
        hubs_m=np.array([[0.0, 0.0]]),
        pads_m=np.array([[3000.0, 4000.0], [0.0, 100.0]]),
        hub=np.array([0, 0, 0]),
        pad=np.array([0, 0, 1]),
        mass_kg=np.array([5.0, 1.0, 1.0]),
        opens_s=np.array([600.0, 0.0, 0.0]),
        due_s=np.array([700.0, 5000.0, 5000.0]),
        service_s=np.array([60.0, 90.0, 30.0]),
        penalty=np.array([5000.0, 4000.0, 3000.0]),
        types=(DRONE,),
        fleet=np.array([[2]]),
        horizon_s=8000.0,
        max_stops=2,
        turnaround_s=30.0,
        pad_slots=np.array([1, 1]),
        hub_slots=np.array([1]),
        spare_packs=np.array([[0]]),
    )


def sortie(*orders: int, start_s: float = 0.0, **others: object) -> Sortie:
    return Sortie(hub=0, kind=0, start_s=start_s, orders=orders, **others)  # type: ignore[arg-type]


def test_a_sortie_takes_what_a_sum_by_hand_takes(day: Instance) -> None:
    verdict = walk(day, [sortie(0, start_s=10.0)])
    (flown,) = verdict.flown
    # 20 s up, 5,000 m at 10 m/s, 20 s down; then it waits for the window, and flies home empty.
    assert flown.landings[0].touch_down_s == 550.0
    assert flown.landings[0].begin_s == 600.0
    assert flown.back_s == 600.0 + 60.0 + 540.0
    # (4 + 5)^1.5 = 27 and 4^1.5 = 8.
    assert flown.energy_wh == pytest.approx((270 + 80) * 540 / 3600)
    assert flown.cost == pytest.approx(100 + 0.1 * 10_000 + 2 * 52.5)
    assert verdict.objective == pytest.approx(1205 + 7000)
    assert verdict.unserved == (1, 2)
    assert verdict.violations == ()


@pytest.mark.parametrize(
    ("wind_mps", "seconds"),
    [((3.0, 0.0), 125.0), ((-3.0, 0.0), 500.0), ((0.0, 3.0), 250.0), ((0.0, 5.0), math.inf), ((-5.0, 0.0), math.inf)],
)
def test_wind_blows_from_behind_ahead_and_aside(wind_mps: tuple[float, float], seconds: float) -> None:
    slow = replace(DRONE, airspeed_mps=5.0, vertical_s=0.0)
    assert leg_s(slow, (0.0, 0.0), (1000.0, 0.0), wind_mps) == pytest.approx(seconds)


def test_orders_of_one_pad_in_a_row_are_one_hand_over_of_the_longest_service(day: Instance) -> None:
    strong = replace(day, types=(replace(DRONE, max_payload_kg=6.0, usable_wh=100.0),))
    verdict = walk(strong, [sortie(0, 1)])
    assert [landing.orders for landing in verdict.flown[0].landings] == [(0, 1)]
    assert verdict.flown[0].landings[0].end_s == 600.0 + 90.0
    assert verdict.violations == ()


def test_who_comes_back_to_a_pad_lands_again(day: Instance) -> None:
    there = replace(day, max_stops=3, types=(replace(DRONE, max_payload_kg=9.0, usable_wh=500.0),))
    verdict = walk(there, [sortie(0, 2, 1)])
    assert [landing.pad for landing in verdict.flown[0].landings] == [0, 1, 0]


def test_load_falls_on_the_way(day: Instance) -> None:
    (near_first,) = walk(day, [sortie(2, 1)]).flown
    legs_s = [50.0, 40 + math.hypot(3000, 3900) / 10, 540.0]
    power_w = [10 * mass_kg**1.5 for mass_kg in (6.0, 5.0, 4.0)]
    joules = sum(watts * seconds for watts, seconds in zip(power_w, legs_s, strict=True))
    assert near_first.energy_wh == pytest.approx(joules / 3600)


@pytest.mark.parametrize(
    ("rule", "plan"),
    [
        ("window", [sortie(0, start_s=200.0)]),
        ("payload", [sortie(0, 1)]),
        ("energy", [sortie(0, 2)]),
        ("stops", [sortie(0, 1, 2)]),
        ("horizon", [sortie(1, start_s=7000.0)]),
        ("horizon", [sortie(1, start_s=-10.0)]),
        ("times", [sortie(1, begins_s=(500.0,))]),
        ("times", [sortie(1, 2, begins_s=(600.0,))]),
        ("times", [sortie(0, 1, begins_s=(600.0, 610.0))]),
        ("twice", [sortie(2), sortie(2, start_s=4000.0)]),
        ("pad slot", [sortie(0), sortie(1, start_s=100.0)]),
        ("hub slot", [sortie(2), sortie(1, start_s=40.0)]),
        ("fleet", [sortie(2, drone=0), sortie(1, start_s=200.0, drone=0)]),
        ("fleet", [sortie(2, drone=2)]),
        ("fleet", [sortie(0), sortie(1, start_s=200.0), sortie(2, start_s=400.0)]),
        ("packs", [sortie(2), sortie(1, start_s=500.0), sortie(0, start_s=0.0)]),
    ],
)
def test_what_a_plan_breaks_is_named(day: Instance, rule: str, plan: list[Sortie]) -> None:
    assert rule in walk(day, plan).broken


def test_what_is_free_the_moment_another_leaves_is_free(day: Instance) -> None:
    lone = replace(day, fleet=np.array([[1]]), spare_packs=np.array([[9]]))
    first = walk(lone, [sortie(2)]).flown[0]
    assert walk(lone, [sortie(2), sortie(1, start_s=first.back_s + 100)]).violations == ()
    assert walk(lone, [sortie(2), sortie(1, start_s=first.back_s + 99)]).broken == {"fleet": 1}


def test_a_pad_is_held_while_its_drone_waits(day: Instance) -> None:
    early = sortie(0)  # on the pad from 540 s, hands over at 600 s, gone at 680 s
    then = sortie(1, start_s=100.0)
    (crowd,) = [found for found in walk(day, [early, then]).violations if found.rule == "pad slot"]
    assert "2 in use of 1 from 620" in crowd.text
    assert "to 680" in crowd.text
    assert "pad slot" not in walk(day, [early, sortie(1, start_s=160.0)]).broken


def test_goods_of_another_hub_and_orders_that_must_be_served_are_named(day: Instance) -> None:
    two = replace(
        day,
        hubs_m=np.array([[0.0, 0.0], [10.0, 0.0]]),
        hub=np.array([1, 0, 0]),
        fleet=np.array([[2], [2]]),
        hub_slots=np.array([1, 1]),
        spare_packs=np.array([[0], [0]]),
        penalty=np.array([5000.0, np.inf, 3000.0]),
    )
    verdict = walk(two, [sortie(0)])
    assert verdict.broken == {"hub": 1, "unserved": 1}
    assert verdict.objective == math.inf


def test_an_instance_that_contradicts_itself_says_where(day: Instance) -> None:
    with pytest.raises(BadInstanceError, match=r"mass_kg: expected shape \(3,\), got \(2,\).*fleet: expected shape"):
        replace(day, mass_kg=np.array([1.0, 2.0]), fleet=np.array([1]))
    with pytest.raises(BadInstanceError, match=r"pad\[1\]: 7 does not fit.*max_stops: expected at least 1"):
        replace(day, pad=np.array([0, 7, 1]), max_stops=0)


def test_an_instance_comes_back_from_json_as_it_was(day: Instance) -> None:
    told = replace(day, penalty=np.array([np.inf, 1.0, 2.0]), spare_packs=None).to_json()
    again = Instance.from_json(told)
    assert again.to_json() == told
    assert again.penalty.tolist() == [np.inf, 1.0, 2.0]
    assert again.types == day.types
    assert not again.mass_kg.flags.writeable


def test_a_hub_slot_is_held_after_a_landing_and_before_a_take_off(day: Instance) -> None:
    # Back at 130 s: the landing holds the slot until 160 s, and the next take-off from 30 s before it.
    assert walk(day, [sortie(2)]).flown[0].back_s == 130.0
    assert "hub slot" in walk(day, [sortie(2), sortie(1, start_s=189.0)]).broken
    assert "hub slot" not in walk(day, [sortie(2), sortie(1, start_s=190.0)]).broken
