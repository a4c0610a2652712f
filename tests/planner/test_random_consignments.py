"""Whatever is in the boxes, and whoever is there to take them: the check fails no plan that the planner made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

import pytest

from airspace.model.gates import Gate
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS, Schedule
from airspace.model.skies import Airspace
from planner import planning
from planner.model.goods import GoodsApproval
from planner.model.jobs import Job, Policy
from planner.model.orders import Order
from planner.model.plans import Plan, Reason
from planner.model.reviews import Review, Verdict
from tests.planner import scenes

SEEDS = (*range(7), 31, 39, 55, 113, 149, 242, 280, 283, 352, 372)
"""From 31 on they call at customs, or were once told a wrong reason."""
PADS = {"hub": (0, 0), "A": (2999.9, 0), "B": (2999.9, 3999.9), "C": (-1999.9, 0), "P": (2299.9, 800)}


def hours(r: Random) -> Schedule:
    start = r.choice(["07:00", "08:10", "09:00", "10:00"])
    end = r.choice(["10:02", "10:30", "11:00", "13:00"])
    return scenes.hours(start, end)


def a_pad(r: Random, name: str) -> Pad:
    fields: dict[str, object] = {"custody": r.choice([*Custody, Custody.TWO_PERSON]), "slots": r.choice([1, 2, 9])}
    if fields["custody"] is Custody.TWO_PERSON and name != "hub":
        fields["two_person_hours"] = r.choice([ALWAYS, hours(r)])
    if r.random() < 0.45:
        fields |= {"customs_windows": r.choice([ALWAYS, hours(r)]), "customs_dwell_s": r.choice([0.0, 90.0, 600.0])}
    if r.random() < 0.3:
        fields["schedule"] = hours(r)
    return scenes.pad(name, *PADS[name], **fields)


def an_order(r: Random, name: str) -> Order:
    ready, due = r.choice([("08:00", "14:00"), ("08:00", "09:10"), ("09:50", "10:08"), ("09:00", "12:00")])
    made = scenes.order(
        name, r.choice("AABCP"), r.choice([0.5, 2.0, 5.0]), ready=ready, due=due, custody=r.choice([*Custody]),
        declared_value=r.choice([10.0, 333.33, 400.0, 900.0]), max_minutes=r.choice([None, None, 7.0, 14.0, 40.0]),
        dangerous_goods=r.choice(["", "", "", "UN3480", "UN1845", "9"]), priority=r.choice([1, 2]),
    )  # fmt: skip
    return replace(made, precleared=r.choice(["", "", "ATA-1"]))


def a_policy(r: Random) -> Policy:
    held = [(number, side) for number in ("UN3480", "UN1845") for side in ("", "west", "east") if r.random() < 0.7]
    return scenes.policy(
        value_cap_per_sortie=r.choice([700.0, 5000.0]), value_cap_per_drone_day=r.choice([None, 933.33, 1500.0]),
        value_cap_per_pad=r.choice([None, 900.0]), pad_dwell_s=r.choice([0.0, 300.0, 3600.0]),
        two_person_above=r.choice([None, 350.0]), time_factor=r.choice([1.0, 1.2]),
        customs=r.choice([None, None, True, False]),
        dangerous_goods_allowed=tuple(
            GoodsApproval(un_number=number, jurisdiction=side, approval="A-1") for number, side in held
        ),
    )  # fmt: skip


def a_gate() -> Gate:
    return replace(scenes.gate(*scenes.both_permits()), area=scenes.area(1900, -600, 2100, 1600))


def scene(seed: int) -> tuple[Job, Airspace]:
    r = Random(seed)
    pads = [a_pad(r, name) for name in PADS]
    sides = {"jurisdictions": scenes.two_sides(), "gates": (a_gate(),)} if r.random() < 0.8 else {}
    orders = [an_order(r, f"o{number}") for number in range(r.choice([3, 6, 9]))]
    drones = [scenes.drone(f"d{number}") for number in range(r.choice([1, 2]))]
    return scenes.job(orders, drones, policy=a_policy(r)), scenes.sky(*pads, **sides)


@cache
def planned(seed: int) -> tuple[Plan, Review]:
    job, sky = scene(seed)
    plan = planning.plan(job, sky, options=scenes.QUICK)
    return plan, planning.check(plan, sky, job)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_check_fails_no_plan_of_ours(seed: int) -> None:
    plan, review = planned(seed)
    assert review.of(Verdict.FAIL) == ()
    assert not [finding for finding in review.findings if "broke down" in finding.detail]
    # Every gate is open all day here, and no zone is in the way.
    unlike = {Reason.UNKNOWN, Reason.ZONE_ACTIVE, Reason.GATE_CLOSED, Reason.PAD_UNREACHABLE, Reason.PERMIT_MISSING}
    assert not [item for item in plan.unserved if item.reason in unlike]


def test_enough_of_these_boxes_are_flown_and_left_to_tell_anything() -> None:
    plans = [planned(seed)[0] for seed in SEEDS]
    legs = [leg for plan in plans for sortie in plan.sorties for leg in sortie.legs]
    waits = [leg for leg in legs if set(leg.clears) - {item.order for item in leg.deliveries}]
    assert min(len(waits), sum(bool(leg.clears) for leg in legs)) >= 3
    reasons = {item.reason for plan in plans for item in plan.unserved}
    asked = {Reason.CUSTODY, Reason.CUSTOMS_WINDOW, Reason.COLD_CHAIN, Reason.DANGEROUS_GOODS, Reason.VALUE_CAP}
    assert asked <= reasons


def test_a_longer_stay_of_value_at_a_pad_never_serves_more() -> None:
    served = []
    for dwell_s in (0.0, 1800.0, 7200.0):
        policy = scenes.policy(value_cap_per_pad=1000.0, pad_dwell_s=dwell_s)
        orders = [scenes.order(f"o{k}", "A", 7.0, declared_value=600.0, due="11:00") for k in range(6)]
        drones = [scenes.drone("d1"), scenes.drone("d2")]
        job = scenes.job(orders, drones, policy=policy, end=scenes.START + timedelta(hours=4))
        served.append(planning.plan(job, scenes.plain_sky(), options=scenes.QUICK).totals.served)
    assert served == sorted(served, reverse=True)
    assert served[0] > served[-1]
