"""Faults in who is where when: pads, drones, stops. Each breaks the rule that is meant for it, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.jobs import Evening
from planner.model.reviews import Verdict
from planner.safety.cases import laid_open
from planner.safety.timeline import drones_in_the_evening, drones_where_they_landed, holds_of, sorties_end_at_hubs

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


def held(world, pad):
    """Who holds a pad, from when to when, seconds after S2 departs."""
    case = laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")
    since = world.plan.sorties[1].departs
    return [
        (hold.drone, *(round((moment - since).total_seconds(), 2) for moment in (hold.start, hold.end)))
        for hold in holds_of(case, world.sky.pad(pad))
    ]


def test_a_pad_is_held_from_the_start_of_a_descent_to_the_end_of_the_next_climb(good):
    # S2 climbs for 20 s, flies 2 000 m in 133.33 s, comes down in 25 s, hands over for 60 s, and flies back.
    down, up = 20 + 2000 / 15, 20 + 2000 / 15 + 25 + 60 + 20
    assert held(good, "KIOSK") == [("D2", round(down, 2), round(up, 2))]
    back = up + 2000 / 15
    assert [one for one in held(good, "HUB") if one[0] == "D2"] == [
        ("D2", -30, 20), ("D2", round(back, 2), round(back + 25 + 30, 2))
    ]  # fmt: skip
    # Without a climb that is known it is held until the hand-over has ended.
    stays = good.with_leg(1, 1, waypoints=())
    assert held(stays, "KIOSK") == [("D2", round(down, 2), round(down + 25 + 60, 2))]
    assert held(good.with_leg(1, 0, waypoints=good.plan.sorties[1].legs[0].waypoints[:1]), "KIOSK") == []


def test_holds_of_one_drone_that_touch_are_one_and_those_of_two_are_not(good):
    # The next sortie of D2 begins when its turnaround has ended, whose own turnaround is as long.
    both = good.flown_by(0, "D2", good.plan.sorties[1].returns + timedelta(seconds=60))
    assert [one for one in held(both, "HUB") if one[0] == "D2"][1:-1][0][0] == "D2"
    assert len(held(both, "HUB")) == 3
    later = good.flown_by(0, "D2", good.plan.sorties[1].returns + timedelta(seconds=61))
    assert len(held(later, "HUB")) == 4
    other = good.flown_by(0, "D1", good.plan.sorties[1].returns + timedelta(seconds=60))
    assert len(held(other, "HUB")) == 4


# Where sorties may end elsewhere. D1 and D2 live at the hub, both sorties of the plan come back to it.


def ends(world, index, pad):
    """The same plan, one sortie of it ending at another pad."""
    return world.with_leg(index, len(world.plan.sorties[index].legs) - 1, to_pad=pad)


def told(world, rule):
    """Every finding of a rule: a review sums up those that pass."""
    case = laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")
    return [(finding.subject, finding.verdict, finding.detail) for finding in ASKED[rule](case)]


ASKED = {
    "drone.place": drones_where_they_landed,
    "drone.end": sorties_end_at_hubs,
    "drone.evening": drones_in_the_evening,
}
ELSEWHERE = {"end_elsewhere": True}


def test_where_sorties_must_come_home_nobody_asks_where_drones_stand(good):
    for rule in ("drone.place", "drone.end", "drone.evening"):
        assert told(good, rule) == [("plan", Verdict.PASS, "not asked: the policy lets no sortie end elsewhere")]


def test_a_sortie_leaves_from_where_its_drone_landed_last(good):
    world = good.with_policy(**ELSEWHERE).flown_by(1, "D1", good.plan.sorties[0].returns + timedelta(hours=1))
    assert [verdict for _, verdict, _ in told(world, "drone.place")] == [Verdict.PASS, Verdict.PASS]
    first, second = told(ends(world, 0, "KIOSK"), "drone.place")
    assert first[:2] == ("S1", Verdict.PASS)
    assert second == ("S2", Verdict.FAIL, "drone 'D1' stands at 'KIOSK', the sortie leaves 'HUB'")


def test_a_first_sortie_leaves_from_home(good):
    drones = tuple(replace(drone, home_pad="KIOSK") if drone.id == "D2" else drone for drone in good.job.drones)
    world = good.with_policy(**ELSEWHERE).with_job(drones=drones)
    assert told(world, "drone.place")[1] == (
        "S2",
        Verdict.FAIL,
        "drone 'D2' stands at 'KIOSK', the sortie leaves 'HUB'",
    )


def test_a_sortie_ends_at_a_hub_and_a_hub_is_where_drones_live(good):
    world = ends(good.with_policy(**ELSEWHERE), 1, "KIOSK")
    assert told(world, "drone.end") == [
        ("S1", Verdict.PASS, "ends at 'HUB'; the hubs are HUB"),
        ("S2", Verdict.FAIL, "ends at 'KIOSK'; the hubs are HUB"),
    ]
    drones = (*world.job.drones, replace(world.job.drones[0], id="D3", home_pad="KIOSK"))
    assert told(world.with_job(drones=drones), "drone.end")[1] == (
        "S2",
        Verdict.PASS,
        "ends at 'KIOSK'; the hubs are HUB, KIOSK",
    )


def test_in_the_evening_drones_stand_at_home_where_the_policy_says_so(good):
    world = ends(good.with_policy(**ELSEWHERE, evening=Evening.HOME), 1, "KIOSK")
    assert told(world, "drone.evening") == [
        ("drone D1", Verdict.PASS, "stands at 'HUB' in the end, lives at 'HUB'"),
        ("drone D2", Verdict.FAIL, "stands at 'KIOSK' in the end, lives at 'HUB'"),
    ]
    idle = (*world.job.drones, replace(world.job.drones[0], id="D3", home_pad="CLINIC"))
    assert told(world.with_job(drones=idle), "drone.evening")[2][:2] == ("drone D3", Verdict.PASS)


def test_in_the_evening_drones_stand_anywhere_where_the_policy_says_so(good):
    world = ends(good.with_policy(**ELSEWHERE, evening=Evening.ANYWHERE), 1, "KIOSK")
    assert [verdict for _, verdict, _ in told(world, "drone.evening")] == [Verdict.PASS]


def test_in_the_evening_each_hub_has_as_many_drones_as_live_there(good):
    # D3 of the kiosk has not flown: one has to leave the kiosk where another one landed.
    world = ends(good.with_policy(**ELSEWHERE, evening=Evening.LEVEL), 1, "KIOSK")
    world = world.with_job(drones=(*world.job.drones, replace(world.job.drones[0], id="D3", home_pad="KIOSK")))
    found = told(world, "drone.evening")
    assert [(verdict, detail) for _, verdict, detail in found] == [
        (Verdict.FAIL, "of D1, D2, D3 1 stand there in the end, 2 live there"),
        (Verdict.FAIL, "of D1, D2, D3 2 stand there in the end, 1 live there"),
    ]
    assert {verdict for _, verdict, _ in told(ends(world, 1, "HUB"), "drone.evening")} == {Verdict.PASS}


def test_in_the_evening_drones_with_other_permits_do_not_stand_in_for_each_other(good, helpers):
    world = good.with_policy(**ELSEWHERE, evening=Evening.LEVEL)
    drones = (*world.job.drones, replace(world.job.drones[0], id="D3", home_pad="KIOSK"))
    world = ends(world.with_job(drones=drones), 1, "KIOSK")
    third = helpers.a_sortie(
        world.sky, world.job, "S3", "D3", ("O2",), good.plan.sorties[1].returns + timedelta(hours=1)
    )
    # D3 flies to the hub as D2 flew to the kiosk: level, as long as both may fly for each other.
    world = ends(world.with_plan(sorties=(*world.plan.sorties, third)), 2, "HUB")
    assert {verdict for _, verdict, _ in told(world, "drone.evening")} == {Verdict.PASS}
    own = helpers.permit("P-D2", "CAD", aircraft=("D2",))
    apart = world.with_gate(permits=(*world.sky.gates[0].permits, own))
    assert Verdict.FAIL in {verdict for _, verdict, _ in told(apart, "drone.evening")}
