"""Separation in the air, by sums that anyone can do by hand.

S1 leaves the hub for the clinic to the north, S2 for the kiosk to the east: 100 m up in 20 s, then 15 m/s. The policy
asks for 50 m over the ground or 15 m of height, with 10 s that each may be off: 20 s together.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from planner.model.reviews import Verdict
from planner.model.traffic import Intent, IntentState, Volume
from planner.safety import separation
from planner.safety.checks import laid_open
from planner.safety.rules import SEPARATION_TOLERANCE_M

RULE = "air.separation"
DEEP_M = 15 - SEPARATION_TOLERANCE_M
"""Heights nearer than this count as nearer than 15 m."""


def crowded(world):
    """The world with room for many at its pads."""
    return world.with_pad("HUB", slots=9).with_pad("KIOSK", slots=9)


def with_second_after(good, seconds):
    """S2 leaves so many seconds after S1."""
    return crowded(good).flown_by(1, "D2", good.plan.sorties[0].departs + timedelta(seconds=seconds))


def both_to_the_kiosk(good, helpers, seconds):
    """S1 and S2 fly the same line, S2 so many seconds later."""
    orders, departs = good.job.orders, good.plan.sorties[0].departs
    world = crowded(good).with_job(orders=tuple(replace(order, to_pad="KIOSK") for order in orders))
    world = world.with_order("O1", custody=helpers.Custody.LOCKER)
    made = (
        helpers.a_sortie(world.sky, world.job, "S1", "D1", ("O1",), departs, charge=0.9),
        helpers.a_sortie(world.sky, world.job, "S2", "D2", ("O2", "O3"), departs + timedelta(seconds=seconds)),
    )
    return replace(world, plan=helpers.a_plan(world.job, made))


def judged(world):
    """The findings on separation."""
    return [finding for finding in world.review().findings if finding.rule == RULE]


def test_half_an_hour_between_two_sorties_that_share_a_hub_is_enough(good):
    (finding,) = judged(good)
    assert finding.verdict is Verdict.PASS
    assert "no two come within 100 m" in finding.detail


def test_two_that_leave_a_hub_one_after_the_other_meet_over_it_when_the_second_is_early_and_the_first_late(
    good, helpers
):
    # Off together by 20 s the second leaves 4 s after the first. It comes within 15 m of the level 17 s on, when the
    # first has gone 15 m/s for 1 s: 15 m and a little more, by what is allowed for rounding.
    world = with_second_after(good, 24)
    (failure,) = world.only(RULE)
    assert failure.subject == "S1 leg 1 HUB>CLINIC and S2 leg 1 HUB>KIOSK"
    assert failure.measured == pytest.approx(15 * (4 - DEEP_M / 5), abs=0.01)
    assert failure.required == 50
    assert failure.margin == pytest.approx(failure.measured - 50, abs=1e-3)
    # The place is where the first is then, straight north of the hub.
    assert helpers.WGS84.inv(failure.where.lon, failure.where.lat, *helpers.HUB_AT)[2] == pytest.approx(
        failure.measured, abs=0.02
    )
    assert failure.where.t == world.plan.sorties[0].departs + timedelta(seconds=20 + failure.measured / 15)
    assert "20.0 s lie between" in failure.detail


@pytest.mark.parametrize(("seconds", "holds"), [(26.3, False), (26.34, True)])
def test_what_is_enough_follows_from_speeds_alone(good, seconds, holds):
    # 15 (d - 20 - 3) >= 50 from d = 26.33 s on; 5 cm are 3 ms, and 15 m of height with 5 cm less another 10 ms.
    world = with_second_after(good, seconds)
    assert (judged(world)[0].verdict is Verdict.PASS) == holds


def test_two_that_leave_at_once_are_nowhere_apart(good):
    failures = with_second_after(good, 0).broken(RULE)
    assert [failure.measured for failure in failures] == [0]


def test_one_that_chases_another_down_the_same_line_meets_it_where_it_descends(good, helpers):
    # 5 s behind after both errors, 75 m at cruise; where the first has sunk 15 m in 15 / 4 s only 18.75 m are left.
    (failure,) = both_to_the_kiosk(good, helpers, 25).only(RULE)
    assert failure.measured == pytest.approx(15 * (5 - DEEP_M / 4), abs=0.02)


def test_a_chaser_far_enough_behind_passes_with_what_it_has_in_hand(good, helpers):
    world = both_to_the_kiosk(good, helpers, 30)
    assert world.review().verdict is Verdict.PASS
    assert world.passing(RULE).measured == pytest.approx(15 * (10 - DEEP_M / 4), abs=0.02)


def test_one_that_comes_back_meets_the_next_head_on(good, helpers):
    # S1 is back from the kiosk at about 6 min; S2 leaves at 5.
    (failure,) = both_to_the_kiosk(good, helpers, 300).only(RULE)
    assert failure.subject == "S1 leg 2 KIOSK>HUB and S2 leg 1 HUB>KIOSK"
    assert failure.measured == pytest.approx(0, abs=0.01)


def test_another_level_is_enough_where_it_is_high_enough_and_not_a_hand_lower(good, helpers):
    def over(metres):
        world = both_to_the_kiosk(good, helpers, 300).with_policy(levels_amsl_m=(110.0, 110.0 + metres))
        for leg in (0, 1):
            for number in (1, 2):
                world = world.with_waypoint(1, leg, number, alt_amsl_m=110 + metres, alt_agl_m=100 + metres)
        return min((f.margin for f in judged(world) if f.margin is not None), default=math.inf)

    # Climbs and descents of the second still pass the level of the first, far from it.
    assert over(14.9) == pytest.approx(-50, abs=0.02)
    assert over(15) > -SEPARATION_TOLERANCE_M


def test_sorties_of_one_drone_are_a_matter_of_another_rule(good):
    world = good.flown_by(1, "D1", good.plan.sorties[0].departs)
    assert not world.broken(RULE)
    assert world.broken("drone.swap")


def test_drones_that_stand_on_one_pad_at_one_time_are_not_in_the_air(good, helpers):
    # Both hand over at the kiosk for a minute, S2 coming 30 s later; how many slots it has is a matter of another rule.
    world = both_to_the_kiosk(good, helpers, 30)
    lands = [sortie.legs[0].waypoints[-1].t for sortie in world.plan.sorties]
    assert lands[1] - lands[0] == timedelta(seconds=30) < timedelta(seconds=helpers.HANDOVER_S)
    assert not world.broken(RULE)


@pytest.mark.parametrize("separation_m", [(0.0, 15.0), (50.0, 0.0)])
def test_a_policy_that_asks_for_nothing_is_told_so(good, separation_m):
    world = with_second_after(good, 0).with_policy(separation_m=separation_m)
    assert world.passing(RULE).detail.startswith("not asked")


def test_no_error_of_departure_leaves_what_is_planned(good):
    world = with_second_after(good, 7).with_policy(departure_error_s=0)
    assert world.passing(RULE).measured == pytest.approx(15 * (7 - DEEP_M / 5), abs=0.01)


def test_a_leg_that_cannot_be_measured_is_never_kept_apart(good):
    world = good.with_leg(1, 0, waypoints=())
    verdicts = {finding.subject: finding.verdict for finding in judged(world)}
    assert verdicts == {"S2 leg 1 HUB>KIOSK": Verdict.NOT_CHECKED}
    assert world.review().verdict is Verdict.FAIL


def test_where_nobody_flies_nobody_meets(good):
    (finding,) = judged(good.with_plan(sorties=()))
    assert (finding.verdict, finding.subject) == (Verdict.PASS, "plan")
    assert finding.margin is None


def test_ways_out_take_no_part(good):
    # The way out of S2's first leg would pass S1 on its way; it is flown in need only.
    way = a_way_out(good)
    world = with_second_after(good, 1800)
    assert judged(world.with_leg(1, 0, way_out=way)) == judged(world)


def a_way_out(good):
    from planner.model.plans import WayOut

    line = good.plan.sorties[0].legs[0].waypoints
    return WayOut(alternate="CLINIC", corridor="C", energy_wh=1, needed_wh=1, margin_wh=1, waypoints=line)


@pytest.mark.parametrize("piece_m", [10.0, 90.0, 5000.0])
@pytest.mark.parametrize("seconds", [3, 24, 30, 133, 300, 361])
def test_finer_or_coarser_pieces_change_no_verdict_and_no_figure_by_a_centimetre(
    good, helpers, monkeypatch, piece_m, seconds
):
    world = both_to_the_kiosk(good, helpers, seconds)
    usual = judged(world)
    monkeypatch.setattr(separation, "PIECE_M", piece_m)
    finer = judged(world)
    assert [finding.verdict for finding in finer] == [finding.verdict for finding in usual]
    told = [(a.measured, b.measured) for a, b in zip(usual, finer, strict=True) if a.measured is not None]
    assert all(a == pytest.approx(b, abs=0.01) for a, b in told)


@pytest.mark.parametrize("seconds", [3, 24, 133, 300])
def test_waypoints_more_on_the_same_line_change_nothing(good, helpers, seconds):
    plain = both_to_the_kiosk(good, helpers, seconds)
    halves = [helpers.away(*helpers.HUB_AT, 90, metres) for metres in (333.0, 1000.0, 1001.0)]
    split = plain.flown_via(1, 0, *halves)
    assert [f.verdict for f in judged(split)] == [f.verdict for f in judged(plain)]
    assert judged(split)[0].measured == pytest.approx(judged(plain)[0].measured, abs=0.01)


def test_what_is_found_does_not_depend_on_how_many_pairs_are_looked_at_together(good, helpers, monkeypatch):
    world = both_to_the_kiosk(good, helpers, 24)
    usual = judged(world)
    monkeypatch.setattr(separation, "BLOCK", 7)
    assert judged(world) == usual


def test_a_hover_in_the_way_of_another_is_found(good, helpers):
    # S1 stands over the kiosk's line for five minutes in a record of somebody else; S2 flies through it.
    world = both_to_the_kiosk(good, helpers, 120)
    points = world.plan.sorties[0].legs[0].waypoints
    late = timedelta(seconds=300)
    hovering = (*points[:2], replace(points[1], t=points[1].t + late), *(replace(p, t=p.t + late) for p in points[2:]))
    world = world.with_leg(0, 0, waypoints=hovering)
    measured = [finding.measured for finding in world.broken(RULE)]
    assert measured[0] == pytest.approx(0, abs=0.01)


def held(good, helpers, seconds, **told):
    """S2 leaves so many seconds after S1 on the same line, and is said to be held back for it."""
    world = both_to_the_kiosk(good, helpers, seconds)
    return world.with_sortie(1, **{"held_s": 20, "held_for": ("S1",), **told})


def test_a_sortie_held_back_for_one_it_would_have_met_passes(good, helpers):
    world = held(good, helpers, 30)
    assert world.review().verdict is Verdict.PASS
    assert world.passing("record.held").detail.startswith("held back by 20 s for S1")


def test_a_sortie_is_not_held_back_for_one_it_would_never_have_met(good, helpers):
    # Half an hour later S1 is long back: 20 s earlier changes nothing, 1700 s would.
    (failure,) = held(good, helpers, 1800).only("record.held")
    assert "would not have been met earlier" in failure.detail
    assert not held(good, helpers, 1800, held_s=1700).broken("record.held")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"held_for": ("S9",)}, "no sortie of the plan"),
        ({"held_for": ()}, "20 s are told"),
        ({"held_s": 0}, "0 s are told"),
        ({"held_s": -5}, "-5 s are told"),
        ({"held_for": ("S2",)}, "the same drone"),
        ({"held_s": 86_400}, "before the job starts"),
        ({"other_ways": (3,)}, "no leg 3"),
    ],
)
def test_what_is_said_of_being_held_back_has_to_make_sense(good, helpers, told, words):
    (failure,) = held(good, helpers, 30, **told).only("record.held")
    assert words in failure.detail


def test_a_leg_that_cannot_be_measured_is_left_out_of_what_would_have_been_met(good, helpers):
    # S1 meets S2 on its way out; its way back has no line.
    world = held(good, helpers, 30).with_leg(0, 1, waypoints=())
    assert not world.broken("record.held")
    assert world.passing("record.held").subject == "S2"


def test_nobody_is_held_back_where_nothing_is_kept_apart(good, helpers):
    (failure,) = held(good, helpers, 30).with_policy(separation_m=(0.0, 0.0)).only("record.held")
    assert "need not be kept apart" in failure.detail


def test_a_sortie_may_be_held_back_for_what_others_have_told_and_not_for_what_nobody_has(good, helpers):
    leaves = good.plan.sorties[1].departs
    far = Volume(
        outline=(helpers.away(*helpers.HUB_AT, 180, 3000),), radius_m=100.0, lower_amsl_m=0, upper_amsl_m=120,
        start=leaves, end=leaves + timedelta(hours=1),
    )  # fmt: skip
    theirs = Intent(id="OI-1", manager="uss-2", state=IntentState.ACCEPTED, volumes=(far,))
    world = held(good, helpers, 30, held_for=("OI-1",))
    (failure,) = world.only("record.held")
    assert "'OI-1' is no sortie of the plan" in failure.detail
    assert world.with_job(intents=(theirs,)).review().verdict is Verdict.PASS
    both = world.with_job(intents=(theirs,)).with_sortie(1, held_for=("OI-1", "S9")).only("record.held")
    assert ["'S9' is no sortie" in failure.detail for failure in both] == [True]


def test_pieces_stand_by_their_earliest_moments_even_when_times_run_backwards(good):
    first = good.plan.sorties[0].legs[0].waypoints
    world = good.with_waypoint(0, 0, 2, t=first[0].t - timedelta(seconds=5))
    legs = laid_open(world.plan, world.sky, world.job, digest="", stated_digest="").legs
    pieces = separation.pieces_of(legs, first[0].t)
    begins = np.minimum(pieces.a[:, 3], pieces.b[:, 3])
    assert (np.diff(begins) >= 0).all()
