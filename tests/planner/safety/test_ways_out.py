"""Ways out by sums that anyone can do by hand.

S1 flies 2 kg from the hub to the clinic, 3 000 m to the north, and comes back empty. The only alternate stands 500 m
north of the clinic, at 50 m: 60 m below the level, which is 15 s of descent. Type and packs are those of the good plan,
0.9 of 400 Wh, of which 80 Wh stay as reserve.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from airspace.model.pads import Custody, Pad
from planner.model.plans import Ledger, WayOut, Waypoint
from planner.model.reviews import Verdict
from planner.safety.cases import laid_open
from planner.safety.ways_out import energy_sure, way_known

USABLE_WH = 0.9 * 400 - 80
HOVER_S = 60
DENSITY = 101325 / (287.05 * 288.15)


def wh(kg, seconds):
    """What so many seconds of cruise take, with the policy's factor of 1.1."""
    return 1.1 * 10 * kg**1.5 / math.sqrt(DENSITY) * seconds / 3600


TO_CLINIC_WH = wh(12, 20 * 1.16 + 200)
LANDED_WH = wh(12, 20 * 0.95 + 60)
TO_HUB_WH = wh(10, 16 * 1.16 + 200)
HOME_WH = wh(10, 25 * 0.95)
TRIP_WH = TO_CLINIC_WH + LANDED_WH + TO_HUB_WH + HOME_WH
OUT_WH = wh(12, 500 / 15 + 15 * 0.95 + HOVER_S), wh(10, 3500 / 15 + 15 * 0.95 + HOVER_S)
NEEDED_WH = TO_CLINIC_WH + OUT_WH[0], TO_CLINIC_WH + LANDED_WH + TO_HUB_WH + OUT_WH[1]
ALLOWED_WH = tuple(0.005 * needed + 1 for needed in NEEDED_WH)


@pytest.fixture
def world(good, helpers):
    """S1 alone, with ways out and a ledger that are right."""
    lon, lat = helpers.away(*helpers.CLINIC_AT, 0, 500)
    alternate = Pad(
        id="ALT", name="Alternate", lon=lon, lat=lat, elevation_amsl_m=50, roles=("alternate",), custody=Custody.STAFFED
    )
    sky = replace(good.sky, pads=(*good.sky.pads, alternate))
    first = good.plan.sorties[0]
    legs = tuple(
        replace(leg, way_out=way_out(helpers, leg, alternate, index, 500 + 3000 * index))
        for index, leg in enumerate(first.legs)
    )
    beyond_wh = NEEDED_WH[1] - TRIP_WH
    ledger = Ledger(
        chance=0.95, median_wh=TRIP_WH, trip_wh=TRIP_WH, contingency_wh=0, alternate_wh=beyond_wh, final_reserve_wh=80,
        margin_wh=USABLE_WH - NEEDED_WH[1], tightest=2,
    )  # fmt: skip
    alone = replace(good, sky=sky).with_job(orders=good.job.orders[:1])
    sorties = (replace(first, legs=legs, ledger=ledger),)
    return replace(alone, plan=helpers.a_plan(alone.job, sorties))


def way_out(helpers, leg, alternate, index, metres):
    above = replace(leg.waypoints[-2], alt_agl_m=70)  # over ground at 40 m, which lies between the pads of either
    arrived = above.t + timedelta(seconds=metres / 15)
    top = Waypoint(lon=alternate.lon, lat=alternate.lat, alt_amsl_m=helpers.CRUISE_M, alt_agl_m=60, t=arrived)
    down = replace(top, alt_amsl_m=50, alt_agl_m=0, t=arrived + timedelta(seconds=15))
    return WayOut(
        alternate="ALT", corridor="C", energy_wh=OUT_WH[index], needed_wh=NEEDED_WH[index],
        margin_wh=USABLE_WH - NEEDED_WH[index], waypoints=(above, top, down),
    )  # fmt: skip


def with_way(world, index, **changes):
    return world.with_leg(0, index, way_out=replace(world.plan.sorties[0].legs[index].way_out, **changes))


def with_point(world, number, **changes):
    """One point of the first way out changed."""
    points = list(world.plan.sorties[0].legs[0].way_out.waypoints)
    points[number] = replace(points[number], **changes)
    return with_way(world, 0, waypoints=tuple(points))


def with_ledger(world, **changes):
    return world.with_sortie(0, ledger=replace(world.plan.sorties[0].ledger, **changes))


def found(world):
    """All that is said of ways out, whether it holds, with its margin, by what follows the leg or sortie."""
    case = laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")
    of_legs = (finding for leg in case.legs for finding in way_known(case, leg))
    told = [*of_legs, *(finding for sortie in case.sorties for finding in energy_sure(case, sortie))]
    return {finding.subject: finding for finding in told}


def failing(world):
    return {subject for subject, finding in found(world).items() if finding.verdict is Verdict.FAIL}


OUT, BACK = "S1 leg 1 HUB>CLINIC", "S1 leg 2 CLINIC>HUB"


def test_a_right_way_out_passes_and_its_figures_are_the_sums_done_by_hand(world):
    assert world.review().verdict is Verdict.PASS
    told = found(world)
    assert {finding.verdict for finding in told.values()} == {Verdict.PASS}
    for subject, needed_wh, out_wh in zip((OUT, BACK), NEEDED_WH, OUT_WH, strict=True):
        energy = told[f"{subject}, energy"]
        assert (energy.measured, energy.required) == pytest.approx((USABLE_WH, needed_wh), abs=0.02)
        assert told[f"{subject}, needed"].required == pytest.approx(needed_wh, abs=0.02)
        assert told[f"{subject}, taken"].required == pytest.approx(out_wh, abs=0.02)
        assert told[f"{subject}, left"].required == pytest.approx(USABLE_WH - needed_wh, abs=0.02)
    chance = told["S1"]
    assert (chance.measured, chance.required) == pytest.approx((USABLE_WH, TRIP_WH), abs=0.02)


def test_nobody_asks_for_ways_out_where_there_are_no_alternates(world):
    bare = world.with_pad("ALT", roles=()).with_leg(0, 0, way_out=None).with_leg(0, 1, way_out=None)
    assert not any(subject.startswith((OUT, BACK)) for subject in found(bare))


def test_a_leg_without_a_way_out_fails(world):
    assert failing(world.with_leg(0, 1, way_out=None)) >= {BACK}
    assert OUT not in failing(world.with_leg(0, 1, way_out=None))


@pytest.mark.parametrize("alternate", ["NOWHERE", "KIOSK", "CLINIC"])
def test_a_way_out_leads_to_an_alternate_beside_the_pad_of_the_leg(world, alternate):
    # The clinic is an alternate here, but the leg's own pad.
    wrong = with_way(world.with_pad("CLINIC", roles=("alternate",)), 0, alternate=alternate)
    assert OUT in failing(wrong)


def test_a_way_out_without_a_line_fails(world):
    bent = with_point(world, 1, lat=math.nan)
    assert OUT in failing(bent)
    assert "not a finite number" in found(bent)[OUT].detail
    assert f"{OUT}, energy" not in found(bent)


@pytest.mark.parametrize(("shuts_early_s", "holds"), [(0, True), (1, False)])
def test_the_alternate_is_open_until_the_hover_over_it_has_ended(world, helpers, shuts_early_s, holds):
    way = world.plan.sorties[0].legs[0].way_out
    hours = helpers.Hours(
        days=("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"), start=way.waypoints[0].t.time(), clock=helpers.UTC,
        end=(way.waypoints[-1].t + timedelta(seconds=HOVER_S - shuts_early_s)).time(),
    )  # fmt: skip
    shut = world.with_pad("ALT", schedule=helpers.Schedule.weekly(hours))
    assert (f"{OUT}, hours of alternate ALT" not in failing(shut)) is holds
    assert f"{BACK}, hours of alternate ALT" in failing(shut)


def test_the_alternate_looks_after_what_is_on_board_as_it_asks(world):
    less = world.with_pad("ALT", custody=Custody.LOCKER)
    # O1 asks for staff, and is on board of the first leg only.
    assert failing(less) == {f"{OUT}, order O1 at alternate ALT"}
    worth = world.with_policy(two_person_above=999)
    assert failing(worth) == {f"{OUT}, order O1 at alternate ALT"}
    assert failing(world.with_policy(two_person_above=1000)) == set()


@pytest.mark.parametrize(
    ("number", "field", "off", "what"),
    [
        (0, "lat", 1.1, "place of the way out"), (0, "alt_amsl_m", 0.11, "height of the way out"),
        (0, "alt_amsl_m", -0.11, "level of the way out"), (1, "alt_amsl_m", 0.11, "level of the way out"),
        (1, "lat", -1.1, "descent of the way out"), (2, "lat", 1.1, "end of the way out"),
        (2, "alt_amsl_m", 0.51, "height at the end of the way out"),
        (2, "alt_amsl_m", -0.51, "height at the end of the way out"),
    ],
)  # fmt: skip
def test_a_way_out_begins_above_the_pad_and_comes_down_on_the_alternate(world, number, field, off, what):
    point = world.plan.sorties[0].legs[0].way_out.waypoints[number]

    def moved(share):
        unit = 110740 if field == "lat" else 1  # metres of a degree
        return with_point(world, number, **{field: getattr(point, field) + off * share / unit})

    assert f"{OUT}, {what}" in failing(moved(1))
    where = found(moved(1))[f"{OUT}, {what}"].where
    assert where is None or (where.lat, where.alt_amsl_m) == tuple(
        getattr(moved(1).plan.sorties[0].legs[0].way_out.waypoints[number], name) for name in ("lat", "alt_amsl_m")
    )
    assert f"{OUT}, {what}" not in failing(moved(0.85))


@pytest.mark.parametrize(("seconds", "holds"), [(1, True), (-1, True), (1.01, False), (-1.01, False)])
def test_a_way_out_begins_when_the_leg_is_there(world, seconds, holds):
    first = world.plan.sorties[0].legs[0].way_out.waypoints[0]
    late = with_point(world, 0, t=first.t + timedelta(seconds=seconds))
    assert (f"{OUT}, time of the way out" not in failing(late)) is holds


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize(("field", "what"), [("energy_wh", "taken"), ("needed_wh", "needed"), ("margin_wh", "left")])
@pytest.mark.parametrize("sign", [1, -1])
def test_figures_of_a_way_out_may_be_off_by_half_a_per_cent_and_a_watt_hour(world, index, field, what, sign):
    told = getattr(world.plan.sorties[0].legs[index].way_out, field)
    for share, fails in ((0.97, False), (1.03, True)):
        off = with_way(world, index, **{field: told + sign * share * ALLOWED_WH[index]})
        assert failing(off) == ({f"{(OUT, BACK)[index]}, {what}"} if fails else set())


@pytest.mark.parametrize(
    ("field", "what", "allowed_wh"),
    [
        ("trip_wh", "trip", 1.0), ("final_reserve_wh", "final reserve", 1.0), ("margin_wh", "sum", 1.0),
        ("median_wh", "median", 0.005 * TRIP_WH + 1), ("contingency_wh", "trip and contingency", 0.005 * TRIP_WH + 1),
        ("alternate_wh", "alternate", ALLOWED_WH[1]), ("chance", "chance", 1e-6),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sign", [1, -1])
def test_every_line_of_a_ledger_is_that_derived_again(world, field, what, allowed_wh, sign):
    told = getattr(world.plan.sorties[0].ledger, field)
    for share, fails in ((0.96, False), (1.04, True)):
        off = failing(with_ledger(world, **{field: told + sign * share * allowed_wh}))
        assert (f"S1, ledger, {what}" in off) is fails


@pytest.mark.parametrize("tightest", [0, 1, 3])
def test_a_ledger_names_the_way_out_that_takes_the_most(world, tightest):
    assert failing(with_ledger(world, tightest=tightest)) == {"S1, ledger, tightest"}


def test_where_the_way_home_takes_more_than_any_way_out_nothing_is_set_aside_for_them(world):
    # Without the second way out the first is the dearest, and takes less than the trip.
    assert NEEDED_WH[0] < TRIP_WH
    short = world.with_leg(0, 1, way_out=None)
    right = with_ledger(short, alternate_wh=0.0, margin_wh=USABLE_WH - TRIP_WH, tightest=0)
    assert failing(right) == {BACK}
    assert "S1, ledger, alternate" in failing(short)
    assert "S1, ledger, tightest" in failing(with_ledger(right, tightest=1))


def test_packs_that_hold_less_than_a_way_out_needs_fail_it_alone(world):
    # Enough for the trip and the first way out, 2 Wh short of the second; 0.2 % of it is allowed.
    drones = tuple(replace(drone, state_of_charge=(NEEDED_WH[1] + 80 - 2) / 400) for drone in world.job.drones)
    short = world.with_job(drones=drones)
    assert f"{BACK}, energy" in failing(short)
    assert f"{OUT}, energy" not in failing(short)
    assert "S1" not in failing(short)
    assert found(short)[f"{BACK}, energy"].margin == pytest.approx(-2, abs=0.02)
    nearly = tuple(replace(drone, state_of_charge=(NEEDED_WH[1] * 0.999 + 80) / 400) for drone in world.job.drones)
    assert f"{BACK}, energy" not in failing(world.with_job(drones=nearly))


def test_a_high_value_is_flown_at_a_higher_chance(world):
    # The good job's types have no error, so the chance alone is another.
    dear = world.with_policy(high_value_above=999.0)
    assert failing(dear) == {"S1, ledger, chance"}
    assert failing(with_ledger(dear, chance=0.999)) == set()
    assert failing(world.with_policy(high_value_above=1000.0)) == set()


def test_an_error_of_the_model_counts_for_trip_and_ways_out(world):
    # 1.645 deviations of 5 % up at 95 %.
    kinds = tuple(replace(kind, model_error_share=0.05) for kind in world.job.drone_types)
    told = found(world.with_job(drone_types=kinds))
    assert told["S1"].required == pytest.approx(TRIP_WH * 1.08224, abs=0.02)
    assert told[f"{OUT}, energy"].required == pytest.approx(NEEDED_WH[0] * 1.08224, abs=0.02)
    assert told["S1, ledger, median"].required == pytest.approx(TRIP_WH, abs=0.02)


@pytest.mark.parametrize("part", ["drone", "type", "line", "legs"])
def test_where_drone_type_or_line_is_not_known_nothing_is_said_of_the_energy(world, part):
    less = {
        "drone": lambda: world.with_sortie(0, drone="D9"),
        "type": lambda: world.with_job(drone_types=()),
        "line": lambda: world.with_leg(0, 1, waypoints=()),
        "legs": lambda: world.with_sortie(0, legs=()),
    }[part]()
    assert not any(finding.unit == "Wh" for finding in found(less).values())
