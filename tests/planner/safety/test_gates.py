"""How many crossings a gate has in an hour. Each fault breaks the rule that is meant for it, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from airspace.model.pads import Custody
from planner.model.plans import Crossing
from planner.model.reviews import Verdict

# A sortie to the clinic climbs for 20 s and crosses after 1 500 m at 15 m/s: 120 s after its take-off. It lands after
# 240 s, hands over for 60 s, climbs for 16 s and crosses back after another 100 s: 416 s after its take-off.
OUT_S, BACK_S = 120, 416


def both_over(good, *, later_s, capacity):
    """S1 over the boundary at 00:10, and S2 so many seconds later with its two orders to the clinic as well."""
    world = good.with_gate(capacity_per_hour=capacity)
    for order in ("O2", "O3"):
        world = world.with_order(order, to_pad="CLINIC", custody=Custody.STAFFED)
    world = world.replanned()
    return world.flown_by(1, "D2", world.plan.sorties[0].departs + timedelta(seconds=later_s))


def written_down(world, *gates):
    """The same record with the two crossings of S1 written down by some gates."""
    for number, (gate, sides, after_s) in enumerate(zip(gates, ("HK SZ", "SZ HK"), (OUT_S, BACK_S), strict=True)):
        before, after = sides.split()
        t = world.plan.sorties[0].departs + timedelta(seconds=after_s)
        crossing = Crossing(gate=gate, before=before, after=after, lon=114.1, lat=22.51, alt_amsl_m=110.0, t=t)
        world = world.with_leg(0, number, crossings=(crossing,), gates=(gate,))
    return world


def test_a_capacity_that_is_used_up_passes_and_one_crossing_more_fails(good):
    full = good.with_gate(capacity_per_hour=2)
    assert full.review().verdict is Verdict.PASS
    finding = full.passing("gate.capacity")
    assert (finding.measured, finding.required, finding.margin, finding.unit) == (2, 2, 0, "crossings")
    (failure,) = good.with_gate(capacity_per_hour=1).only("gate.capacity")
    assert failure.subject == "gate 'G1'"
    assert (failure.measured, failure.required, failure.margin) == (2, 1, -1)
    assert "in the hour from 00:12:00 UTC" in failure.detail
    assert "S1 leg 1 HUB>CLINIC at 00:12:00, S1 leg 2 CLINIC>HUB at 00:16:56" in failure.detail
    assert failure.where.lat == pytest.approx(22.51, abs=1e-6)


def test_an_hour_does_not_hold_its_own_end(good):
    assert both_over(good, later_s=3600, capacity=2).review().verdict is Verdict.PASS
    (failure,) = both_over(good, later_s=3595, capacity=2).only("gate.capacity")
    assert (failure.measured, failure.margin) == (3, -1)
    assert "S2 leg 1 HUB>CLINIC at 01:11:55" in failure.detail


def test_the_fullest_hour_begins_with_any_crossing(good):
    # Out at 0, back at 296 s; again at 3 400 s and 3 696 s: an hour from the way back on holds three.
    world = both_over(good, later_s=3400, capacity=3)
    assert world.passing("gate.capacity").measured == 3
    (failure,) = world.with_gate(capacity_per_hour=2).only("gate.capacity")
    assert failure.measured == 3


def test_crossings_within_what_they_are_told_by_do_not_meet(good):
    assert both_over(good, later_s=3599, capacity=2).review().verdict is Verdict.PASS
    assert both_over(good, later_s=3598, capacity=2).review().verdict is Verdict.PASS
    assert both_over(good, later_s=3597, capacity=2).broken("gate.capacity") != ()


def test_a_crossing_counts_for_the_gate_that_is_written_down_for_it(good):
    one = replace(good.sky.gates[0], capacity_per_hour=1)
    world = replace(good, sky=replace(good.sky, gates=(one, replace(one, id="G2"))))
    assert written_down(world, "G1", "G2").review().verdict is Verdict.PASS
    (failure,) = written_down(world, "G2", "G2").only("gate.capacity")
    assert failure.subject == "gate 'G2'"


def test_without_places_of_crossings_they_count_for_the_gates_that_are_written_down(good):
    one = replace(good.sky.gates[0], capacity_per_hour=1)
    two = replace(good, sky=replace(good.sky, gates=(one, replace(one, id="G2"))))
    # The way out by G1 and the way back by G2; or both by both, where nobody tells which.
    apart = two.with_leg(0, 1, gates=("G2",))
    assert apart.broken("gate.capacity") == ()
    neither = two.with_leg(0, 0, gates=()).with_leg(0, 1, gates=())
    for world in (neither, two.with_leg(0, 0, gates=("G1", "G2")).with_leg(0, 1, gates=("G1", "G2"))):
        assert [failure.subject for failure in world.broken("gate.capacity")] == ["gate 'G1'", "gate 'G2'"]


def test_a_gate_written_down_that_is_not_there_hides_no_crossing(good):
    world = written_down(good.with_gate(capacity_per_hour=1), "G9", "G9")
    assert world.broken("gate.capacity")[0].measured == 2
    assert world.broken("boundary.record") != ()


def test_gates_without_a_capacity_are_not_checked_and_a_gate_nobody_passes_is_within_its_own(good):
    (finding,) = (finding for finding in good.review().findings if finding.rule == "gate.capacity")
    assert finding.verdict is Verdict.NOT_CHECKED
    assert good.review().verdict is Verdict.PASS
    idle = replace(good.sky.gates[0], id="G2", area=shapely.box(114.15, 22.508, 114.16, 22.512), capacity_per_hour=1)
    world = replace(good, sky=replace(good.sky, gates=(*good.sky.gates, idle)))
    assert "nothing in the plan" in world.passing("gate.capacity").detail
