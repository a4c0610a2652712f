"""Where leave, law and ground of a plan meet at an edge: planner and check must agree, on the safe side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import numpy as np
import pytest

from airspace.earth.heights import Band, Height, Reference
from airspace.earth.rasters import RasterGround
from airspace.earth.sun import SunEvent
from airspace.model.gates import Jurisdiction, Permit
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from airspace.rules.calendars import Calendar
from airspace.rules.classes import Mass, MassClass, MassLimit
from airspace.rules.kinds import Activity, Daylight, Distance, HeightCap, Kind, SpeedCap
from airspace.rules.ledger import Ledger, Rule
from airspace.rules.pieces import Trait
from planner import planning
from planner.model.goods import GoodsApproval
from planner.model.jobs import Job, Weather
from planner.model.orders import Order
from planner.model.plans import Plan, Reason
from planner.model.reviews import Verdict
from planner.solving.enquiries import enquire
from planner.solving.spans import shifted_in
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, order

TOLD = Source(citation="an invented law", confidence=Confidence.SOURCED)
NEVER_OFF = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=TOLD)
TIGHT = order("o", "A", ready="09:55", due="10:02")
"""Flown from 09:55: in the air at 10:00, whatever is chosen."""


def planned(job: Job, sky: Airspace) -> Plan:
    """Return a plan that the check agrees with."""
    plan = planning.plan(job, sky, solver=FakeSolver())
    review = planning.check(plan, sky, job)
    assert review.verdict is Verdict.PASS, review.of(Verdict.FAIL)
    return plan


def served(job: Job, sky: Airspace) -> int:
    return planned(job, sky).totals.served


def closed(**fields: object) -> Zone:
    """A zone all round pad A that asks for a permit."""
    return scenes.zone("Z", scenes.area(2500, -500, 3500, 500), Restriction.REQ_AUTHORISATION, **fields)


def leave(name: str, **fields: object) -> Permit:
    return scenes.permit(name, "aa", zones=("Z",), **fields)


def ruled(*asks: Kind, **fields: object) -> Ledger:
    rules = tuple(
        Rule(id=f"law-{number}", title=ask.word, authority="west-aa", asks=ask, source=TOLD, **fields)
        for number, ask in enumerate(asks)
    )
    return Ledger(
        name="law", title="law", authority="west-aa", timezone="Asia/Hong_Kong", calendar=NEVER_OFF, rules=rules
    )


def under(ledger: Ledger, *asked: Order, **fields: object) -> tuple[Job, Airspace]:
    """Both sides have the ledger."""
    sides = tuple(replace(side, rules=(ledger.name,)) for side in scenes.two_sides())
    wanted = {"jurisdictions": sides, "gates": (scenes.gate(*scenes.both_permits()),), **fields}
    return scenes.job(asked or [order("o", "C")], ledgers=(ledger,)), scenes.plain_sky(**wanted)


# --- one permit throughout -------------------------------------------------------------------------------------------


def test_two_permits_in_turn_do_not_make_one_for_a_flight_from_the_one_into_the_other() -> None:
    in_turn = (leave("P", valid_to=scenes.at("10:00")), leave("Q", valid_from=scenes.at("10:00")))
    sky = scenes.plain_sky(zones=(closed(),), gates=(scenes.gate(*in_turn),))
    assert served(scenes.job([TIGHT]), sky) == 0
    later = planned(scenes.job([order("o", "A", ready="09:55")]), sky)
    assert later.sorties[0].departs >= scenes.at("10:00")
    assert [entry.permit for entry in later.sorties[0].legs[0].zones] == ["Q"]
    assert served(scenes.job([TIGHT]), replace(sky, gates=(scenes.gate(leave("P")),))) == 1


def test_a_permit_that_begins_with_the_hours_of_its_zone_is_not_one_for_a_flight_under_way() -> None:
    zone = closed(schedule=scenes.hours("10:00", "12:00"))
    sky = scenes.plain_sky(zones=(zone,), gates=(scenes.gate(leave("P", valid_from=scenes.at("10:00"))),))
    assert served(scenes.job([TIGHT]), sky) == 0


def test_two_permits_in_turn_do_not_open_a_gate_to_a_flight_from_the_one_into_the_other() -> None:
    west, east = scenes.both_permits()
    halves = (
        replace(west, id="morning", valid_to=scenes.at("10:00")),
        replace(west, id="noon", valid_from=scenes.at("10:00")),
    )
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(scenes.gate(*halves, east),))
    assert served(scenes.job([TIGHT]), sky) == 0


def test_two_permits_in_turn_do_not_settle_a_rule_for_a_flight_from_the_one_into_the_other() -> None:
    halves = (
        scenes.permit("morning", "west-aa", valid_to=scenes.at("10:00")),
        scenes.permit("noon", "west-aa", valid_from=scenes.at("10:00")),
    )
    asked = order("o", "C", ready="09:57", due="10:01")
    job, sky = under(ruled(Activity(when=())), asked, gates=(scenes.gate(*halves),))
    assert served(job, sky) == 0
    assert served(scenes.job([order("o", "C", ready="09:57")], ledgers=job.ledgers), sky) == 1


def test_permits_of_one_name_at_two_gates_are_told_apart() -> None:
    for_one = scenes.gate(leave("P", aircraft=("d1",)))
    for_other = replace(scenes.gate(scenes.permit("P", "aa", zones=("Y",), aircraft=("d2",))), id="other")
    sky = scenes.plain_sky(zones=(closed(),), gates=(for_one, for_other))
    asked = [order("o", "A", due="08:06"), order("p", "A", 7.0, due="08:06")]
    plan = planned(scenes.job(asked, [scenes.drone("d1"), scenes.drone("d2")]), sky)
    assert [sortie.drone for sortie in plan.sorties] == ["d1"]


def test_permits_of_one_name_at_two_gates_do_not_vouch_for_each_other_before_the_law() -> None:
    here = scenes.gate(scenes.permit("P", "west-aa", aircraft=("another",)))
    there = replace(scenes.gate(scenes.permit("P", "west-aa", zones=("Y",))), id="other")
    prison = scenes.zone(
        "Z", scenes.area(-1500, 100, -1400, 400), Restriction.NO_RESTRICTION, category="prison", jurisdiction="west"
    )
    named = replace(here, permits=(replace(here.permits[0], zones=("Z",)),))
    job, sky = under(ruled(Distance(categories=("prison",), least_m=300.0)), gates=(named, there), zones=(prison,))
    assert served(job, sky) == 0


def test_a_question_on_a_leg_before_its_permit_is_valid_is_answered() -> None:
    sky = scenes.plain_sky(zones=(closed(),), gates=(scenes.gate(leave("P", valid_from=scenes.at("10:00"))),))
    answer = enquire(scenes.job([order("o", "A")]), sky, ("hub", "A"), at=scenes.at("09:45"))
    assert not answer.allowed
    assert answer.leg is not None
    assert [(entry.permit, entry.note) for entry in answer.leg.zones] == [("", "no permit opens it for the whole leg")]


@pytest.mark.parametrize("tenths_ms", range(-8, 9))
def test_a_zone_that_begins_within_the_rounding_of_a_landing_is_kept_clear_of(tenths_ms: int) -> None:
    """Out to A and 60 s there end near 10:00:00; times go to the millisecond in the record."""
    job = scenes.job([TIGHT])
    ends = planned(job, scenes.plain_sky()).sorties[0].legs[0].waypoints[-1].t + timedelta(seconds=60)
    begins = ends + timedelta(microseconds=100 * tenths_ms)
    in_force = replace(leave("P"), valid_to=begins)
    plan = planned(job, scenes.plain_sky(zones=(closed(),), gates=(scenes.gate(in_force),)))
    assert plan.totals.served == 0 or plan.sorties[0].legs[0].waypoints[-1].t <= begins


# --- jurisdictions that overlap --------------------------------------------------------------------------------------


def sides(west_to_m: float, east_from_m: float) -> tuple[Jurisdiction, ...]:
    west, east = scenes.two_sides()
    return (
        replace(west, area=scenes.area(-20e3, -20e3, west_to_m, 20e3)),
        replace(east, area=scenes.area(east_from_m, -20e3, 20e3, 20e3)),
    )


@pytest.mark.parametrize("half_m", [0.0, 0.0005, 5.0, 40.0])
def test_where_two_sides_overlap_inside_a_gate_a_leg_crosses_once(half_m: float) -> None:
    sky = scenes.plain_sky(
        jurisdictions=sides(2000 + half_m, 2000 - half_m), gates=(scenes.gate(*scenes.both_permits()),)
    )
    plan = planned(scenes.job([order("o", "A")]), sky)
    out, back = plan.sorties[0].legs
    assert [(item.gate, item.before, item.after) for item in out.crossings] == [("door", "west", "east")]
    assert [(item.gate, item.before, item.after) for item in back.crossings] == [("door", "east", "west")]
    assert (out.jurisdictions, back.jurisdictions) == (("west", "east"), ("east", "west"))


def test_an_overlap_that_is_wider_than_the_gate_is_not_crossed() -> None:
    sky = scenes.plain_sky(jurisdictions=sides(2150, 1850), gates=(scenes.gate(*scenes.both_permits()),))
    assert served(scenes.job([order("o", "A")]), sky) == 0


def test_nobody_flies_between_two_pads_that_both_sides_claim() -> None:
    sky = scenes.plain_sky(jurisdictions=sides(4000, -3000), gates=(scenes.gate(*scenes.both_permits()),))
    assert served(scenes.job([order("o", "A")]), sky) == 0


def test_a_leg_is_judged_by_the_law_of_all_that_it_overflies_of_an_overlap() -> None:
    """The hub and C lie west; the east claims a strip between them as well."""
    strip = scenes.area(-1500, -20e3, -1000, 20e3)
    west, east = sides(2000, 2000)
    claimed = replace(east, area=east.area.union(strip), rules=("law",))
    ledger = ruled(HeightCap(most_m=100.0), permittable=False)
    gates = (replace(scenes.gate(*scenes.both_permits()), area=scenes.area(-1700, -300, -800, 300)),)
    sky = scenes.plain_sky(jurisdictions=(west, claimed), gates=gates)
    assert served(scenes.job([order("o", "C")]), sky) == 1
    assert served(scenes.job([order("o", "C")], ledgers=(ledger,)), sky) == 0


def test_of_two_gates_at_one_place_the_open_one_is_taken() -> None:
    shut = replace(scenes.gate(*scenes.both_permits(valid_to=scenes.at("07:00"))), id="a shut one")
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(shut, scenes.gate(*scenes.both_permits())))
    plan = planned(scenes.job([order("o", "A")]), sky)
    assert plan.sorties[0].legs[0].gates == ("door",)


# --- the law ---------------------------------------------------------------------------------------------------------


def test_a_rule_for_a_class_between_empty_and_fully_laden_is_kept() -> None:
    """The drone weighs 9 to 16 kg."""
    classes = (
        MassClass(name="light", limits=(MassLimit(of=Mass.TAKEOFF, most_kg=10.0),)),
        MassClass(name="middle", limits=(MassLimit(of=Mass.TAKEOFF, most_kg=12.0),)),
        MassClass(name="heavy", limits=()),
    )
    cap = HeightCap(most_m=100.0)
    for name, most in (("light", 0), ("middle", 0), ("heavy", 0), ("", 1)):
        ledger = ruled(cap, classes=classes, applies_to=(name,) if name else (), permittable=False)
        job, sky = under(ledger if name else ruled(HeightCap(most_m=121.0)), order("o", "C", 2.0))
        assert served(job, sky) == most


@pytest.mark.parametrize(("least_m", "flown"), [(1900.0, 1), (2100.0, 0)])
def test_a_distance_to_the_boundary_is_known_without_any_zone(least_m: float, flown: int) -> None:
    """The hub lies 2000 m west of the boundary."""
    job, sky = under(ruled(Distance(categories=("boundary",), least_m=least_m), permittable=False))
    assert served(job, sky) == flown


def test_a_zone_that_is_drawn_as_a_boundary_counts_beside_the_boundary_itself() -> None:
    drawn = scenes.zone(
        "Z", scenes.area(-1500, 50, -1400, 400), Restriction.NO_RESTRICTION, category="boundary", jurisdiction="west"
    )
    ledger = ruled(Distance(categories=("boundary",), least_m=300.0), permittable=False)
    assert served(*under(ledger)) == 1
    assert served(*under(ledger, zones=(drawn,))) == 0


# --- heights and the ground ------------------------------------------------------------------------------------------


def test_a_zone_whose_floor_turns_out_above_its_ceiling_is_closed_between_the_two() -> None:
    upside_down = Band(
        lower=Height(value_m=200.0, reference=Reference.AGL), upper=Height(value_m=0.0, reference=Reference.AMSL)
    )
    across = scenes.zone("Z", scenes.area(1400, -800, 1600, 800), band=upside_down)
    plan = planned(scenes.job([order("o", "A")]), scenes.plain_sky(zones=(across,)))
    assert plan.sorties[0].legs[0].distance_m > 3200


def ground(cell_deg: float, lat: tuple[float, float], lon: tuple[float, float], top_m: float) -> RasterGround:
    """Ground at 0 m for 0.2 degrees around, with one ridge."""
    size = round(0.2 / cell_deg)
    heights_m = np.zeros((size, size), dtype=np.float32)
    rows = slice(*(round((22.6 - degrees) / cell_deg) for degrees in reversed(lat)))
    columns = slice(*(round((degrees - 114.0) / cell_deg) for degrees in lon))
    heights_m[rows, columns] = top_m
    return RasterGround(heights_m=heights_m, datum="EPSG:4326", west=114.0, north=22.6, width=cell_deg, height=cell_deg)


@pytest.mark.parametrize("cell_deg", [0.0005, 0.001, 0.002])
def test_a_hill_is_flown_round_whatever_the_cells_of_the_model(cell_deg: float) -> None:
    sky = scenes.plain_sky(terrain=ground(cell_deg, (22.494, 22.506), (114.112, 114.116), 300.0))
    assert planned(scenes.job([order("o", "A")]), sky).sorties[0].legs[0].distance_m > 3050


@pytest.mark.parametrize("top_m", [300.0, float("nan")])
def test_nobody_flies_round_a_ridge_where_the_ground_was_not_looked_at(top_m: float) -> None:
    """It runs on farther than anything of the airspace reaches."""
    sky = scenes.plain_sky(terrain=ground(0.0005, (22.41, 22.59), (114.112, 114.116), top_m))
    plan = planned(scenes.job([order("o", "A")]), sky)
    assert [item.reason for item in plan.unserved] == [Reason.PAD_UNREACHABLE]


def test_a_corridor_without_clearance_still_keeps_its_half_width_from_high_ground() -> None:
    sky = scenes.plain_sky(terrain=ground(0.0003, (22.494, 22.506), (114.112, 114.116), 300.0))
    policy = scenes.policy(clearance_m=0.0, corridor_half_width_m=60.0)
    assert served(scenes.job([order("o", "A")], policy=policy), sky) == 1


def test_two_pads_at_one_place_have_nothing_to_fly_between_them() -> None:
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("roof", 0, 0, elevation_amsl_m=30.0))
    plan = planned(scenes.job([order("o", "roof")]), sky)
    assert [item.reason for item in plan.unserved] == [Reason.PAD_UNREACHABLE]


# --- found by breaking the code on purpose ---------------------------------------------------------------------------


def amsl(lower_m: float, upper_m: float) -> Band:
    lower, upper = (Height(value_m=value, reference=Reference.AMSL) for value in (lower_m, upper_m))
    return Band(lower=lower, upper=upper)


@pytest.mark.parametrize(("floor_m", "bends"), [(116.5, False), (117.5, True)])
def test_the_budget_for_datums_is_kept_from_the_floor_of_a_permit_too(floor_m: float, bends: bool) -> None:
    across = scenes.zone("Z", scenes.area(1400, -800, 1600, 800), Restriction.REQ_AUTHORISATION)
    sky = scenes.plain_sky(zones=(across,), gates=(scenes.gate(leave("P", band=amsl(floor_m, 200))),))
    assert (planned(scenes.job([order("o", "A")]), sky).sorties[0].legs[0].distance_m > 3200) is bends


def test_a_permit_for_the_level_alone_does_not_take_over_from_one_for_the_climb_as_well() -> None:
    full, level = leave("P", valid_to=scenes.at("10:00")), leave("Q", band=amsl(100, 150))
    sky = scenes.plain_sky(zones=(closed(),), gates=(scenes.gate(full, level),))
    assert served(scenes.job([order("o", "A", ready="09:58")]), sky) == 0
    assert served(scenes.job([order("o", "A", ready="09:40")]), sky) == 1


def test_a_gate_at_each_edge_of_an_overlap_is_no_gate_across_it() -> None:
    door = scenes.gate(*scenes.both_permits())
    gates = tuple(
        replace(door, id=f"at {x_m}", area=scenes.area(x_m - 50, -300, x_m + 50, 300)) for x_m in (1850, 2150)
    )
    assert served(scenes.job([order("o", "A")]), scenes.plain_sky(jurisdictions=sides(2150, 1850), gates=gates)) == 0


@pytest.mark.parametrize(("most_m", "flown"), [(110.0, 0), (116.0, 1)])
def test_heights_above_ground_are_judged_over_the_lowest_ground_below(most_m: float, flown: int) -> None:
    """5 m at the lowest, 50 m on a ridge; the level is 120 m."""
    model = ground(0.0005, (22.494, 22.506), (114.085, 114.09), 50.0)
    model = replace(model, heights_m=np.where(model.heights_m == 0, np.float32(5.0), model.heights_m))
    job, sky = under(ruled(HeightCap(most_m=most_m), permittable=False), terrain=model)
    assert served(job, sky) == flown


@pytest.mark.parametrize(("most_mps", "flown"), [(17.0, 0), (18.5, 1)])
def test_the_wind_counts_towards_a_cap_of_speed(most_mps: float, flown: int) -> None:
    job, sky = under(ruled(SpeedCap(most_mps=most_mps), permittable=False))
    assert served(replace(job, weather=Weather(wind_mps=3.0)), sky) == flown


def test_a_rule_on_crossing_concerns_only_flights_that_cross() -> None:
    ledger = ruled(Activity(when=(Trait.CROSSES_BOUNDARY,)), permittable=False)
    assert served(*under(ledger)) == 1
    assert served(*under(ledger, order("o", "A"))) == 0


def test_a_permit_that_begins_above_the_ground_settles_no_rule_for_a_climb() -> None:
    ledger = ruled(Activity(when=()))
    for lowest_m, flown in ((-10.0, 1), (100.0, 0)):
        permits = (scenes.permit("P", "west-aa", band=amsl(lowest_m, 150)),)
        assert served(*under(ledger, gates=(scenes.gate(*permits),))) == flown


def test_a_permit_for_the_climb_that_comes_late_in_the_day_is_found() -> None:
    """The level is open all day; a zone far off cuts the day in between."""
    level, full = leave("Q", band=amsl(100, 150)), leave("P", valid_from=scenes.at("11:00"))
    far = scenes.zone("far", scenes.area(-9000, -9000, -8900, -8900), schedule=scenes.hours("09:00", "10:00"))
    sky = scenes.plain_sky(zones=(closed(), far), gates=(scenes.gate(level, full),))
    plan = planned(scenes.job([order("o", "A")]), sky)
    assert [sortie.departs >= scenes.at("11:00") for sortie in plan.sorties] == [True]


def test_moments_after_a_take_off_keep_a_millisecond_from_both_ends_for_the_rounding_of_the_record() -> None:
    opens, closes, ms = scenes.at("09:00"), scenes.at("10:00"), timedelta(milliseconds=1)
    day = ((scenes.START, scenes.END),)
    ((first, last),) = shifted_in(day, [(opens, closes)], 60.0, 120.0)
    assert (first, last) == (opens - timedelta(minutes=1) + ms, closes - timedelta(minutes=2) - ms)
    assert shifted_in(day, [(opens, closes)], 0.0, 120.0)[0][0] == opens


# --- dangerous goods -------------------------------------------------------------------------------------------------


def test_an_approval_for_goods_does_not_lift_what_a_ledger_asks_of_a_flight_with_them() -> None:
    ledger = ruled(Activity(when=(Trait.DANGEROUS_GOODS,)))
    job, sky = under(ledger, order("o", "C", dangerous_goods="UN1845"), order("p", "C"), gates=())
    held = GoodsApproval(un_number="UN1845", jurisdiction="west", approval="A-1")
    job = replace(job, policy=scenes.policy(dangerous_goods_allowed=(held,)))
    plan = planned(job, sky)
    assert [(item.order, item.reason) for item in plan.unserved] == [("o", Reason.DANGEROUS_GOODS)]
    assert "law-0" in plan.unserved[0].detail
    permitted = replace(sky, gates=(scenes.gate(*scenes.both_permits()),))
    assert served(job, permitted) == 2


def test_an_approval_that_is_missing_is_told_with_the_rule_that_asks_for_it() -> None:
    job, sky = under(ruled(Activity(when=(Trait.DANGEROUS_GOODS,))), order("o", "C", dangerous_goods="UN3480"))
    (answer,) = planned(job, sky).unserved
    assert "an approval for UN3480 of west-aa for west (rule law-0) in dangerous_goods_allowed" in answer.detail


# What a record says of it


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"zone": "nowhere"}, "no zone 'nowhere'"),
        ({"permit": "forged"}, "no permit 'forged'"),
        ({"permit": "of-west"}, "not for zone 'Z'"),
        ({"permit": "late"}, "not in force"),
    ],
)
def test_a_leave_written_down_that_is_none_fails(changes: dict[str, str], told: str) -> None:
    late = leave("late", valid_from=scenes.at("13:00"))
    sky = scenes.plain_sky(zones=(closed(),), gates=(scenes.gate(leave("P"), late, scenes.permit("of-west", "aa")),))
    job = scenes.job([order("o", "A")])
    plan = planned(job, sky)
    (sortie,) = plan.sorties
    (entry,) = sortie.legs[0].zones
    legs = (replace(sortie.legs[0], zones=(replace(entry, **changes),)), sortie.legs[1])
    review = planning.check(replace(plan, sorties=(replace(sortie, legs=legs),)), sky, job)
    (failed,) = review.of(Verdict.FAIL)
    assert failed.rule == "zone.record"
    assert told in failed.detail


@pytest.mark.parametrize("gate", ["", "elsewhere"])
def test_a_crossing_written_down_by_another_gate_fails(gate: str) -> None:
    elsewhere = replace(scenes.gate(*scenes.both_permits()), id="elsewhere", area=scenes.area(1950, 2000, 2050, 2600))
    sky = scenes.plain_sky(
        jurisdictions=scenes.two_sides(), gates=(scenes.gate(*scenes.both_permits()), elsewhere)
    )  # fmt: skip
    job = scenes.job([order("o", "A")])
    plan = planned(job, sky)
    (sortie,) = plan.sorties
    (crossing,) = sortie.legs[0].crossings
    legs = (replace(sortie.legs[0], crossings=(replace(crossing, gate=gate),)), sortie.legs[1])
    review = planning.check(replace(plan, sorties=(replace(sortie, legs=legs),)), sky, job)
    assert [finding.rule for finding in review.of(Verdict.FAIL)] == ["boundary.record"]


def test_a_law_of_daylight_is_told_where_an_order_is_ready_after_dark() -> None:
    # The sun sets here at some 09:39 UTC.
    ledger = ruled(Daylight(begins=SunEvent.SR, ends=SunEvent.SS, clock=UTC), permittable=False)
    job, sky = under(ledger, order("o", "A", ready="09:45", due="11:00"))
    (answer,) = planned(job, sky).unserved
    assert answer.reason is Reason.RULE
    assert "law-0" in answer.detail
