"""Plans whose own figures agree with each other and are false: the check must not take a word from the record."""

from __future__ import annotations

from dataclasses import replace

from planner.model.reviews import Verdict

CAPACITY_WH = 400.0


def with_energies(world, index, share, **changes):
    """One sortie with each leg's energy scaled, its charges and totals made to fit."""
    old = world.plan.sorties[index]
    legs, charge = [], old.legs[0].soc_start
    for leg in old.legs:
        energy_wh = leg.energy_wh * share
        soc_end = charge - energy_wh / CAPACITY_WH
        legs.append(replace(leg, energy_wh=energy_wh, soc_start=charge, soc_end=soc_end, **changes))
        charge = soc_end
    return world.with_sortie(index, legs=tuple(legs)).with_totals_right()


def broken(world):
    return {finding.rule for finding in world.review().of(Verdict.FAIL)}


def test_payload_and_energy_understated_together_fail_both(good):
    # 2 kg said to be nothing: 12 kg flown, energy written for 10 kg.
    leg = good.plan.sorties[0].legs[0]
    world = good.with_leg(0, 0, payload_kg=0.0, energy_wh=leg.energy_wh * (10 / 12) ** 1.5)
    world = with_energies(world, 0, 1.0)
    assert broken(world) == {"payload.leg", "energy.leg"}


def test_a_reserve_kept_only_by_energies_written_too_small_fails(good, helpers):
    used_wh = sum(leg.energy_wh for leg in good.plan.sorties[0].legs)
    short = (80.0 + used_wh - 2.0) / CAPACITY_WH
    first, second = good.job.drones
    world = good.with_job(drones=(replace(first, state_of_charge=short), second))
    old = world.plan.sorties[0]
    sortie = helpers.a_sortie(world.sky, world.job, "S1", "D1", old.orders, old.departs, charge=short)
    lying = with_energies(world.with_plan(sorties=(sortie, world.plan.sorties[1])), 0, 0.9)
    # Told in the record: 4 Wh more than the reserve are left.
    assert lying.plan.sorties[0].legs[-1].soc_end * CAPACITY_WH > 80
    (failure,) = lying.broken("energy.reserve")
    assert failure.subject == "S1 leg 2 CLINIC>HUB"
    assert -2.1 < failure.margin < -1.9


def test_a_reserve_requirement_written_too_small_does_not_lower_it(good):
    world = good.with_policy(reserve_share=0.97)
    assert {finding.required for finding in world.broken("energy.reserve")} == {388.0}
    assert world.broken("energy.reserve_stated")
