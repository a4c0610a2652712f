from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from airspace.model.skies import Airspace
from planner import planning
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Verdict
from tests.planner import scenes
from tests.planner.scenes import order

ORDERS = [order(name, pad, 2.0, due="11:00") for name, pad in zip("abcd", "ABCA", strict=True)]
CHARGED = {"charge_w": 2000.0, "pack_cool_s": 300.0}


def sky_with(**stock: Any) -> Airspace:
    sky = scenes.plain_sky()
    pads = tuple(replace(pad, slots=3, **(stock if pad.id == "hub" else {})) for pad in sky.pads)
    return replace(sky, pads=pads)


def job_of(*drones: Any, **kind: Any) -> Job:
    return scenes.job(
        ORDERS,
        drones or (scenes.drone("d1"),),
        drone_types=(scenes.kind(**{**CHARGED, **kind}),),
        policy=scenes.policy(max_orders_per_sortie=1),
    )


def planned(job: Job, sky: Airspace) -> Plan:
    plan = planning.plan(job, sky, options=scenes.QUICK)
    review = planning.check(plan, sky, job)
    assert review.verdict is Verdict.PASS, review.of(Verdict.FAIL)
    return plan


def test_where_spares_are_not_counted_there_is_always_one() -> None:
    assert planned(job_of(), sky_with()).totals.served == 4


def test_spares_that_nobody_charges_are_as_many_sorties_as_there_are_packs() -> None:
    for spares in (0, 2):
        plan = planned(job_of(charge_w=None), sky_with(swap_packs=spares))
        assert plan.totals.sorties == spares + 1


def test_without_a_spare_a_drone_waits_until_its_own_pack_is_charged() -> None:
    plan = planned(job_of(), sky_with(swap_packs=0))
    assert plan.totals.sorties > 1
    sorties = sorted(plan.sorties, key=lambda sortie: sortie.departs)
    for before, after in pairwise(sorties):
        used_wh = sum(leg.energy_wh for leg in before.legs)
        # 1000 Wh, 2000 W at 0.9: two seconds a watt-hour, three times that for the last 150.
        least_s = 300 + 2.0 * (used_wh + 2 * min(used_wh, 150.0))
        assert after.departs - before.returns >= timedelta(seconds=least_s)


def test_one_charger_makes_packs_wait_their_turn() -> None:
    drones = (scenes.drone("d1"), scenes.drone("d2"))
    alone, many = (planned(job_of(*drones), sky_with(swap_packs=0, chargers=count)) for count in (1, 2))
    last = [max(sortie.departs for sortie in plan.sorties) for plan in (alone, many)]
    assert many.totals.served >= alone.totals.served
    assert many.totals.served > alone.totals.served or last[1] <= last[0]


def test_a_drone_short_of_charge_flies_first_on_its_own_pack() -> None:
    plan = planned(job_of(scenes.drone("d1", state_of_charge=0.9), charge_w=None), sky_with(swap_packs=1))
    assert plan.totals.sorties == 2
    assert min(plan.sorties, key=lambda sortie: sortie.departs).legs[0].soc_start == 0.9


@pytest.mark.parametrize("charge_w", [None, 2000.0])
def test_one_more_spare_never_serves_fewer(charge_w: float | None) -> None:
    job = job_of(scenes.drone("d1"), scenes.drone("d2", state_of_charge=0.95), charge_w=charge_w)
    served = [planned(job, sky_with(swap_packs=spares)).totals.served for spares in range(3)]
    assert served == sorted(served)


def test_the_check_fails_a_plan_made_as_if_there_were_spares() -> None:
    job, sky = job_of(), sky_with(swap_packs=1)
    generous = planning.plan(job, sky_with(), options=scenes.QUICK)
    review = planning.check(generous, sky, job)
    failures = review.of(Verdict.FAIL)
    assert {failure.rule for failure in failures} == {"pad.packs"}
    third = sorted(generous.sorties, key=lambda sortie: sortie.departs)[2]
    assert failures[0].measured is not None
    assert {failure.subject for failure in failures} >= {f"pad 'hub', {third.id}"}
    assert min(failure.measured or 0.0 for failure in failures) <= 0
