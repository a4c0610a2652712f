"""Faults in who is where when: pads, drones, stops. Each breaks the rule that is meant for it, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.reviews import Verdict

# S1 is back at the hub at its returns, D1 then needs 300 s for fresh packs.


def test_a_swap_cut_short_fails_by_the_seconds_missing(good):
    back = good.plan.sorties[0].returns
    (failure,) = good.flown_by(1, "D1", back + timedelta(seconds=180)).only("drone.swap")
    assert failure.subject == "drone D1, S1 then S2"
    assert (failure.measured, failure.required, failure.margin, failure.unit) == (180, 300, -120, "s")


def test_a_swap_of_full_length_passes(good):
    back = good.plan.sorties[0].returns
    world = good.flown_by(1, "D1", back + timedelta(seconds=300))
    assert world.passing("drone.swap").margin == 0


def test_a_second_sortie_on_the_same_packs_fails_its_charge(good, helpers):
    first = good.plan.sorties[0]
    world = good.flown_by(1, "D1", first.returns + timedelta(seconds=400))
    old = world.plan.sorties[1]
    tired = helpers.a_sortie(world.sky, world.job, "S2", "D1", old.orders, old.departs, charge=first.legs[-1].soc_end)
    (failure,) = world.with_plan(sorties=(first, tired)).only("energy.charge")
    assert failure.subject == "S2 leg 1 HUB>KIOSK, soc_start"


def working(world, since=None, until=None):
    """The same world where D1, which flies S1, works from one moment until another."""
    first, second = world.job.drones
    return world.with_job(drones=(replace(first, works_from=since, works_until=until), second))


def test_hours_that_a_sortie_fills_to_the_second_pass_and_shorter_ones_fail(good):
    leaves, back = good.plan.sorties[0].departs, good.plan.sorties[0].returns
    full = working(good, leaves, back)
    assert full.review().verdict is Verdict.PASS
    assert full.passing("drone.hours").margin == 0
    (late,) = working(good, leaves + timedelta(seconds=5), back).only("drone.hours")
    assert (late.subject, late.margin, late.unit) == ("S1, drone D1, take-off", -5, "s")
    (early,) = working(good, until=back - timedelta(seconds=7)).only("drone.hours")
    assert (early.subject, early.margin) == ("S1, drone D1, landing", -7)


def test_a_drone_that_tells_no_hours_works_all_day(good):
    assert "nothing in the plan" in good.passing("drone.hours").detail


def test_a_drone_flown_twice_at_once_fails(good):
    world = good.flown_by(1, "D1", good.plan.sorties[0].departs + timedelta(minutes=2))
    (failure,) = world.only("drone.swap")
    assert failure.subject == "drone D1, S1 then S2"
    # S2 leaves when S1 still has all but two minutes of its way to go.
    away_s = (good.plan.sorties[0].returns - good.plan.sorties[0].departs).total_seconds()
    assert failure.measured == pytest.approx(120 - away_s, abs=0.001)
    assert failure.margin == pytest.approx(120 - away_s - 300, abs=0.001)


def test_two_drones_on_a_hub_with_one_slot_fail(good):
    # The hub is held from 30 s before a take-off until the climb has ended, 20 s after it.
    # S2 leaves 20 s after the climb of S1 has ended, but its turnaround began 10 s before that.
    world = good.flown_by(1, "D2", good.plan.sorties[0].departs + timedelta(seconds=40))
    failures = world.only("pad.slots")
    assert failures[0].subject == "pad 'HUB', S2 leg 1 HUB>KIOSK"
    assert (failures[0].measured, failures[0].required, failures[0].margin) == (2, 1, -1)
    assert "S1 leg 1" in failures[0].detail
    assert world.with_pad("HUB", slots=2).broken("pad.slots") == ()


def test_two_drones_on_a_delivery_pad_with_one_slot_fail(good, helpers):
    # Both fly to the kiosk, 40 s apart; the first waits there for 60 s to hand over. The hub has room for two,
    # and with no error of departures the second is on the ground before the first leaves.
    world = good.with_pad("HUB", slots=2).with_policy(departure_error_s=0)
    departs = good.plan.sorties[1].departs
    job = world.job
    sorties = tuple(
        helpers.a_sortie(world.sky, job, name, drone, (order,), departs + timedelta(seconds=later), charge=charge)
        for name, drone, order, later, charge in (("S1", "D1", "O2", 0, 0.9), ("S2", "D2", "O3", 40, 1.0))
    )
    world = replace(world, plan=helpers.a_plan(job, sorties))
    world = world.with_job(orders=job.orders[1:])
    (failure,) = world.only("pad.slots")
    assert failure.subject == "pad 'KIOSK', S2 leg 1 HUB>KIOSK"
    assert failure.margin == -1


def test_a_pad_that_shuts_while_it_is_held_fails(good, helpers):
    failures = good.with_pad("KIOSK", schedule=helpers.hours("00:00", "00:33")).only("pad.hours")
    assert [finding.subject for finding in failures] == ["S2 leg 1 HUB>KIOSK, pad 'KIOSK'"]
    assert failures[0].margin < -60


def test_a_drone_that_lives_elsewhere_fails_its_stops(good):
    first, second = good.job.drones
    (failure,) = good.with_job(drones=(first, replace(second, home_pad="KIOSK"))).only("sortie.stops")
    assert failure.subject == "S2, home"
    assert "drone 'D2' lives at 'KIOSK'" in failure.detail


def test_a_stop_that_no_order_asks_for_fails(good):
    (failure,) = good.with_order("O1", to_pad="KIOSK").broken("sortie.stops")
    assert failure.subject == "S1, stops"


def test_an_order_that_waits_at_another_pad_fails(good):
    (failure,) = good.with_order("O2", from_pad="CLINIC").only("sortie.stops")
    assert failure.subject == "S2, order O2"


@pytest.mark.parametrize(("what", "later_s"), [("departs", -30), ("returns", 45)])
def test_a_sortie_whose_times_are_not_its_waypoints_fails(good, what, later_s):
    when = getattr(good.plan.sorties[1], what) + timedelta(seconds=later_s)
    (failure,) = good.with_sortie(1, **{what: when}).with_totals_right().only("sortie.times")
    assert failure.subject == f"S2, {what}"
    assert failure.margin == pytest.approx(1 - abs(later_s))


def test_a_leg_that_leaves_before_its_hand_over_has_ended_fails(good):
    leg = good.plan.sorties[1].legs[1]
    early = tuple(replace(point, t=point.t - timedelta(seconds=40)) for point in leg.waypoints)
    world = good.with_leg(1, 1, waypoints=early).with_sortie(1, returns=early[-1].t)
    world = world.with_leg(1, 1, waypoints=early).with_totals_right()
    (failure,) = world.only("sortie.times")
    assert failure.subject == "S2 leg 2 KIOSK>HUB, take-off"
    assert failure.margin == pytest.approx(-39)


@pytest.mark.parametrize(("gap_s", "holds"), [(45, False), (58, False), (60, True), (75, True)])
def test_a_hub_is_held_for_its_turnaround_after_a_landing_and_before_a_take_off(good, gap_s, holds):
    # 30 s after D1 has landed and 30 s before D2 takes off, on one slot.
    world = good.flown_by(1, "D2", good.plan.sorties[0].returns + timedelta(seconds=gap_s))
    assert (world.broken("pad.slots") == ()) is holds
