"""Faults in the energy of a plan: each breaks the rule that is meant for it, and no other."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.plans import Pickup
from planner.model.reviews import Verdict
from planner.model.weather import Weather
from planner.safety.cases import laid_open
from planner.safety.energies import derived_wh, heavier_wh, payload_kg, start_wh

CAPACITY_WH = 400.0
RESERVE_WH = 80.0


def with_energy(world, index, leg, energy_wh):
    """A plan with another energy for one leg, its charges and totals made to fit."""
    legs, charge = list(world.plan.sorties[index].legs), world.plan.sorties[index].legs[0].soc_start
    legs[leg] = replace(legs[leg], energy_wh=energy_wh)
    for number, item in enumerate(legs):
        legs[number] = replace(item, soc_start=charge, soc_end=charge - item.energy_wh / CAPACITY_WH)
        charge = legs[number].soc_end
    return world.with_sortie(index, legs=tuple(legs)).with_totals_right()


def starting_at(world, helpers, charge):
    """The right plan for a drone D1 that starts the job at a charge."""
    first, second = world.job.drones
    world = world.with_job(drones=(replace(first, state_of_charge=charge), second))
    old = world.plan.sorties[0]
    sortie = helpers.a_sortie(world.sky, world.job, "S1", "D1", old.orders, old.departs, charge=charge)
    return world.with_plan(sorties=(sortie, world.plan.sorties[1]))


def test_energy_understated_by_five_wh_fails_that_leg(good):
    true_wh = good.plan.sorties[0].legs[0].energy_wh
    (failure,) = with_energy(good, 0, 0, true_wh - 5).only("energy.leg")
    assert failure.subject == "S1 leg 1 HUB>CLINIC"
    # 0.5 % and 1 Wh are allowed, so that much less is missing.
    assert failure.margin == pytest.approx(-5 + 0.005 * true_wh + 1, abs=0.001)
    assert failure.unit == "Wh"


def test_energy_overstated_is_on_the_safe_side(good):
    true_wh = good.plan.sorties[0].legs[0].energy_wh
    assert with_energy(good, 0, 0, true_wh + 5).review().verdict is Verdict.PASS


def test_energy_for_an_empty_box_fails_the_loaded_leg(good):
    # Power goes with mass to 1.5: 12.5 kg carried, 10 kg reckoned with.
    leg = good.plan.sorties[1].legs[0]
    (failure,) = with_energy(good, 1, 0, leg.energy_wh * (10 / 12.5) ** 1.5).only("energy.leg")
    assert failure.subject == "S2 leg 1 HUB>KIOSK"
    assert failure.margin == pytest.approx(-leg.energy_wh * (1 - 0.8**1.5 - 0.005) + 1, abs=0.001)


def test_a_reserve_that_is_flown_into_fails_where_it_is_short(good, helpers):
    used_wh = sum(leg.energy_wh for leg in good.plan.sorties[0].legs)
    enough = starting_at(good, helpers, (RESERVE_WH + used_wh + 0.5) / CAPACITY_WH)
    assert enough.review().verdict is Verdict.PASS
    short = starting_at(good, helpers, (RESERVE_WH + used_wh - 2) / CAPACITY_WH)
    (failure,) = short.broken("energy.reserve")
    assert failure.subject == "S1 leg 2 CLINIC>HUB"
    assert failure.required == RESERVE_WH
    assert failure.margin == pytest.approx(-2, abs=0.01)
    # With a model that never errs the whole sortie is short by the same.
    (failure,) = short.broken("energy.chance")
    assert failure.margin == pytest.approx(-2, abs=0.01)


def test_the_reserve_is_of_what_old_packs_hold(good):
    # D2 is worn to 52 Wh, of which 10.4 Wh must remain; its two legs take 45 Wh. The plan says nothing of it.
    first, second = good.job.drones
    world = good.with_job(drones=(first, replace(second, health=0.13)))
    used_wh = sum(leg.energy_wh for leg in good.plan.sorties[1].legs)
    (failure,) = world.broken("energy.reserve")
    assert failure.subject == "S2 leg 2 KIOSK>HUB"
    assert failure.margin == pytest.approx(0.8 * 52 - used_wh, abs=0.01)
    assert {finding.subject for finding in world.broken("energy.reserve_stated")} == {
        "S2 leg 1 HUB>KIOSK", "S2 leg 2 KIOSK>HUB"
    }  # fmt: skip


def test_a_reserve_shaved_in_the_record_fails_that_leg(good):
    (failure,) = good.with_leg(0, 1, reserve_wh=60.0).only("energy.reserve_stated")
    assert failure.subject == "S1 leg 2 CLINIC>HUB"
    # Half a per cent of 80 Wh and 1 Wh are allowed.
    assert failure.margin == pytest.approx(1.4 - 20)


def test_a_policy_with_more_reserve_than_the_plan_was_made_for_fails(good):
    failures = good.with_policy(reserve_share=0.97).broken("energy.reserve")
    assert {finding.subject for finding in failures} == {
        "S1 leg 1 HUB>CLINIC", "S1 leg 2 CLINIC>HUB", "S2 leg 1 HUB>KIOSK", "S2 leg 2 KIOSK>HUB"
    }  # fmt: skip


def test_a_first_sortie_that_starts_fuller_than_the_drone_is_fails(good):
    sorties = good.plan.sorties
    (failure,) = good.with_leg(0, 0, soc_start=1.0).broken("energy.charge")[-1:]
    assert failure.subject.startswith("S1 leg 1 HUB>CLINIC")
    world = with_energy(good.with_leg(0, 0, soc_start=1.0), 0, 0, sorties[0].legs[0].energy_wh)
    (failure,) = world.only("energy.charge")
    assert failure.subject == "S1 leg 1 HUB>CLINIC, soc_start"
    assert failure.margin == pytest.approx(0.001 - 0.1)


def test_a_charge_that_does_not_follow_from_the_energy_fails(good):
    leg = good.plan.sorties[0].legs[1]
    (failure,) = good.with_leg(0, 1, soc_end=leg.soc_end + 0.05).only("energy.charge")
    assert failure.subject == "S1 leg 2 CLINIC>HUB, soc_end"
    assert failure.margin == pytest.approx(-0.049)


def laid(world):
    return laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")


@pytest.mark.parametrize(
    ("temperature_c", "wh"),
    # 0.9 of 400 Wh, 0.8 of it for age; 2 % less for every degree below 20.
    [(25, 288), (20, 288), (10, 0.8 * 288), (-20, 0.2 * 288), (-40, 0)],
)
def test_packs_give_less_in_the_cold_and_no_more_in_the_heat(good, temperature_c, wh):
    kinds = tuple(replace(kind, cold_loss_per_c=0.02, packs_warm_c=20.0) for kind in good.job.drone_types)
    drones = tuple(replace(drone, health=0.8) for drone in good.job.drones)
    world = good.with_job(drone_types=kinds, drones=drones, weather=Weather(temperature_c=temperature_c))
    case = laid(world)
    assert start_wh(case, case.sorties[0]) == pytest.approx(wh)


def test_only_the_first_sortie_of_a_drone_starts_on_the_charge_of_the_morning(good):
    world = good.flown_by(1, "D1", good.plan.sorties[0].returns + timedelta(seconds=400))
    case = laid(world)
    assert [start_wh(case, sortie) for sortie in case.sorties] == pytest.approx([360, 400])


def test_a_hand_over_that_leaves_heavier_than_it_came_takes_the_heavier_hover(good):
    # At the clinic O1, 2 kg, is handed over and O3, 1.5 kg, taken over, or one of 4 kg.
    world = good.with_sortie(0, orders=("O1", "O3"))
    told = Pickup(order="O3", t=world.plan.sorties[0].legs[0].waypoints[-1].t)
    world = world.with_order("O3", to_pad="HUB", from_pad="CLINIC").with_leg(0, 0, pickups=(told,))
    lighter, heavier = laid(world), laid(world.with_order("O3", mass_kg=4.0))
    assert heavier_wh(lighter, lighter.legs[0]) == 0
    density = 101325 / (287.05 * 288.15)
    more_w = 10 * (14**1.5 - 12**1.5) / math.sqrt(density)
    assert heavier_wh(heavier, heavier.legs[0]) == pytest.approx(1.1 * more_w * 60 / 3600)
    assert derived_wh(heavier, heavier.legs[0]) - derived_wh(lighter, lighter.legs[0]) == pytest.approx(
        heavier_wh(heavier, heavier.legs[0])
    )
    assert payload_kg(heavier.legs[1]) == 4


@pytest.mark.parametrize("sign", [1, -1])
def test_charge_may_be_a_thousandth_off_and_the_stated_reserve_half_a_per_cent_and_a_watt_hour(good, sign):
    leg = good.plan.sorties[1].legs[1]
    for share, right in ((0.99, True), (1.01, False)):
        off = sign * share * 0.001
        (*ends,) = good.with_leg(1, 1, soc_end=leg.soc_end + off).broken("energy.charge")
        assert [failure.subject for failure in ends] == ([] if right else ["S2 leg 2 KIOSK>HUB, soc_end"])
        moved = good.with_leg(1, 1, soc_start=leg.soc_start + off, soc_end=leg.soc_end + off)
        (*starts,) = moved.broken("energy.charge")
        assert [failure.subject for failure in starts] == ([] if right else ["S2 leg 2 KIOSK>HUB, soc_start"])
        (*stated,) = good.with_leg(1, 1, reserve_wh=80 + sign * share * 1.4).broken("energy.reserve_stated")
        assert [failure.subject for failure in stated] == ([] if right else ["S2 leg 2 KIOSK>HUB"])


def test_the_reserve_may_fall_short_by_a_five_hundredth_of_what_was_used(good, helpers):
    used_wh = sum(leg.energy_wh for leg in good.plan.sorties[0].legs)
    for share, right in ((0.9, True), (1.1, False)):
        world = starting_at(good, helpers, (RESERVE_WH + used_wh * (1 - 0.002 * share)) / CAPACITY_WH)
        assert (not world.broken("energy.reserve")) is right
