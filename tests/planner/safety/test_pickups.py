"""Faults put into the record of a sortie that takes goods over on its way: each breaks the rule meant for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from airspace.model.pads import Custody
from airspace.model.skies import Airspace
from planner import planning
from planner.formats.plans import read_plan, write_plan
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Leg, Plan, Reason, Unserved
from planner.model.reviews import Verdict
from tests.planner import scenes
from tests.planner.scenes import at, fetch, order


def mixed() -> tuple[Plan, Airspace, Job]:
    """One sortie: "out" to A, "on" from A to B, "back" from B to the hub."""
    orders = [
        order("out", "A", 3.0, apart="s"), fetch("on", "A", 2.0, "B", apart="u", max_minutes=8.0),
        fetch("back", "B", 4.0, ready="08:30", custody=Custody.TWO_PERSON),
    ]  # fmt: skip
    job, sky = scenes.job(orders), scenes.plain_sky()
    plan = planning.plan(job, sky)
    assert len(plan.sorties) == 1
    return plan, sky, job


def failed(plan: Plan, sky: Airspace, job: Job) -> set[str]:
    return {finding.rule for finding in planning.check(plan, sky, job).of(Verdict.FAIL)}


def with_leg(plan: Plan, number: int, change: Callable[[Leg], Leg]) -> Plan:
    (sortie,) = plan.sorties
    legs = tuple(change(leg) if k == number else leg for k, leg in enumerate(sortie.legs, start=1))
    return replace(plan, sorties=(replace(sortie, legs=legs),))


def test_a_right_record_passes() -> None:
    plan, sky, job = mixed()
    assert failed(plan, sky, job) == set()
    judged = {finding.rule for finding in planning.check(plan, sky, job).findings}
    assert {"order.taken", "leg.pickups", "order.together", "order.apart"} <= judged


def test_a_take_over_left_out_of_the_record_fails() -> None:
    plan, sky, job = mixed()
    broken = failed(with_leg(plan, 2, lambda leg: replace(leg, pickups=())), sky, job)
    # It counts as on board from the take-off, where it does not lie.
    assert {"sortie.stops", "payload.leg"} <= broken


def test_a_take_over_of_what_the_sortie_does_not_carry_fails() -> None:
    plan, sky, job = mixed()
    told = with_leg(plan, 1, lambda leg: replace(leg, pickups=(*leg.pickups, replace(leg.pickups[0], order="x"))))
    assert failed(told, sky, job) == {"order.taken"}


def test_a_take_over_at_another_pad_or_twice_fails() -> None:
    plan, sky, job = mixed()
    first = plan.sorties[0].legs[0].pickups
    elsewhere = with_leg(plan, 1, lambda leg: replace(leg, pickups=()))
    elsewhere = with_leg(elsewhere, 2, lambda leg: replace(leg, pickups=(*leg.pickups, *first)))
    assert {"order.taken", "order.once"} <= failed(elsewhere, sky, job)
    twice = with_leg(plan, 2, lambda leg: replace(leg, pickups=(*leg.pickups, *first)))
    assert "order.taken" in failed(twice, sky, job)


def test_a_take_over_told_too_early_fails() -> None:
    plan, sky, job = mixed()
    early = with_leg(
        plan, 1, lambda leg: replace(leg, pickups=tuple(replace(p, t=p.t - timedelta(minutes=1)) for p in leg.pickups))
    )
    assert failed(early, sky, job) == {"leg.pickups"}


def test_what_is_not_ready_at_its_take_over_fails() -> None:
    plan, sky, job = mixed()
    lands = plan.sorties[0].legs[1].waypoints[-1].t
    for late_s, rules in ((-5, set()), (5, {"order.ready"})):
        orders = tuple(
            replace(one, ready_at=lands + timedelta(seconds=late_s)) if one.id == "back" else one for one in job.orders
        )
        assert failed(plan, sky, replace(job, orders=orders)) == rules


def test_a_load_told_without_what_was_taken_over_fails() -> None:
    plan, sky, job = mixed()
    light = with_leg(plan, 3, lambda leg: replace(leg, payload_kg=0.0))
    assert failed(light, sky, job) == {"payload.leg"}


def changed(job: Job, name: str, **fields: Any) -> Job:
    """Return a job in which one order is another than it was when its plan was made."""
    goods = {key: fields.pop(key) for key in [*fields] if hasattr(job.orders[0].consignment, key)}

    def new(one: Order) -> Order:
        return replace(one, consignment=replace(one.consignment, **goods), **fields) if one.id == name else one

    return replace(job, orders=tuple(map(new, job.orders)))


@pytest.mark.parametrize(
    ("name", "fields", "rules"),
    [
        ("on", {"declared_value": 10_001.0}, {"value.cap"}),
        ("on", {"max_minutes": 7.55}, {"coldchain.time"}),
        ("on", {"together": "t"}, set()),
        ("on", {"apart": "s"}, {"order.apart"}),
        ("back", {"dangerous_goods": "UN3480"}, {"goods.lithium"}),
        ("back", {"due_at": at("08:31")}, {"order.due"}),
        ("back", {"to_pad": "C"}, {"sortie.stops", "order.once", "leg.deliveries"}),
        ("back", {"from_pad": "C"}, {"order.taken"}),
    ],
)
def test_an_order_that_is_another_today_fails(name: str, fields: dict[str, Any], rules: set[str]) -> None:
    plan, sky, job = mixed()
    broken = failed(plan, sky, changed(job, name, **fields))
    assert broken == rules


def test_a_load_above_the_limit_on_one_leg_fails() -> None:
    # On board at one time are 3 kg, then 2 kg, then 4 kg.
    plan, sky, job = mixed()
    assert "payload.limit" not in failed(plan, sky, changed(job, "back", mass_kg=7.0))
    assert {"payload.limit", "payload.leg", "energy.leg"} <= failed(plan, sky, changed(job, "back", mass_kg=7.1))


def test_less_custody_at_the_take_over_fails() -> None:
    plan, sky, job = mixed()
    pads = tuple(replace(pad, custody=Custody.STAFFED) if pad.id == "B" else pad for pad in sky.pads)
    review = planning.check(plan, replace(sky, pads=pads), job)
    (failure,) = review.of(Verdict.FAIL)
    assert (failure.rule, failure.subject) == ("custody.level", "S001 leg 2 A>B, order back")


def test_company_left_behind_fails() -> None:
    plan, sky, job = mixed()
    left = replace(order("left", "C"), together="t")
    today = changed(replace(job, orders=(*job.orders, left)), "on", together="t")
    reason = Unserved(order="left", reason=Reason.UNKNOWN, detail="nobody looked")
    missing = replace(plan, unserved=(reason,), totals=replace(plan.totals, unserved=1))
    assert failed(missing, sky, today) == {"order.together"}


def test_a_box_too_full_on_one_leg_fails() -> None:
    plan, sky, job = mixed()
    kinds = (scenes.kind(max_volume_l=3.0),)
    small = replace(job, drone_types=kinds)
    for name in ("out", "on", "back"):
        small = changed(small, name, volume_l=3.0)
    assert failed(plan, sky, small) == set()
    assert failed(plan, sky, changed(small, "back", volume_l=3.1)) == {"volume.limit"}


def test_a_record_of_take_overs_is_read_back_equal(tmp_path: Path) -> None:
    plan, _, _ = mixed()
    write_plan(plan, tmp_path / "plan.json")
    read, stated, content = read_plan(tmp_path / "plan.json")
    assert read == plan
    assert stated == content
    assert read.sorties[0].legs[0].pickups
    plain = planning.plan(scenes.job([order("o", "A")]), scenes.plain_sky())
    write_plan(plain, tmp_path / "plain.json")
    assert "pickups" not in (tmp_path / "plain.json").read_text()
