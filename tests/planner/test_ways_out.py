"""A way out from above every pad, at a chance: what it does to plans, what the record tells, what the check finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from statistics import NormalDist
from typing import Any

import pytest

from airspace.model.pads import Custody
from airspace.model.skies import Airspace
from planner.model.goods import GoodsApproval
from planner.model.jobs import Job
from planner.model.plans import Plan, Reason
from planner.model.reviews import Finding, Review, Verdict
from planner.model.weather import Weather, WindGrid
from planner.planning import check, plan
from planner.solving.enquiries import enquire, enquire_all
from planner.solving.sorties import Trips
from tests.planner import scenes

UNSURE = Weather(wind_mps=4.0, wind_from_deg=60.0, wind_error_mps=1.5, wind_error_deg=20.0)
STILL_GRID = WindGrid(
    lons=(114.0, 114.3), lats=(22.4, 22.6), wind_mps=((0.0, 0.0), (0.0, 0.0)),
    wind_from_deg=((200.0, 271.0), (90.0, 300.0)),
)  # fmt: skip
HOVER_WH, CRUISE_WH = 1080 * 60 / 3600, 1080 / 3600
"""Of the empty drone of the scenes: a minute of hover, a second of cruise."""


def sky(*more: Any, alternate: str = "B", **fields: Any) -> Airspace:
    """The triangle of pads, with one of them an alternate."""
    plain = scenes.plain_sky(**fields)
    pads = (replace(pad, roles=("alternate",)) if pad.id == alternate else pad for pad in (*plain.pads, *more))
    return replace(plain, pads=tuple(pads))


def planned(over: Airspace, *orders: Any, **fields: Any) -> tuple[Job, Plan, Review]:
    job = scenes.job(orders or [scenes.order("a", "A")], **fields)
    made = plan(job, over, options=scenes.QUICK)
    return job, made, check(made, over, job)


def findings(review: Review, rule: str, verdict: Verdict) -> list[Finding]:
    return [finding for finding in review.findings if (finding.rule, finding.verdict) == (rule, verdict)]


# What the record tells


def test_every_leg_tells_the_nearest_alternate_and_what_it_takes_to_get_there() -> None:
    _, made, review = planned(sky(scenes.pad("D", 2999.9, 1000, roles=("alternate",))))
    assert review.verdict is Verdict.PASS
    out, back = made.sorties[0].legs
    assert out.way_out is not None
    assert back.way_out is not None
    # From above A one kilometre on to D, and from above the hub to D, which is 3.16 km off and nearer than B.
    assert (out.way_out.alternate, back.way_out.alternate) == ("D", "D")
    # 1000 m at 15 m/s, 40 s down, a minute of hover, with 1 kg on board: (10/9)^1.5 of the empty drone's power.
    heavier = (10 / 9) ** 1.5
    by_hand_wh = (1000 / 15 + 0.95 * 40 + 60) * CRUISE_WH * heavier * 1.1
    assert out.way_out.energy_wh == pytest.approx(by_hand_wh, rel=1e-3)
    assert (out.way_out.waypoints[0].lon, out.way_out.waypoints[0].t) == (out.waypoints[-2].lon, out.waypoints[-2].t)
    assert out.way_out.waypoints[-1].alt_amsl_m == 0.0


def test_a_ledger_makes_up_all_that_the_packs_hold() -> None:
    _, made, _ = planned(sky(), drone_types=(scenes.kind(model_error_share=0.1),))
    (sortie,) = made.sorties
    ledger = sortie.ledger
    assert ledger is not None
    parts = (ledger.trip_wh, ledger.contingency_wh, ledger.alternate_wh, ledger.final_reserve_wh, ledger.margin_wh)
    assert sum(parts) == pytest.approx(1000.0, abs=0.01)
    assert ledger.final_reserve_wh == 200.0
    assert ledger.trip_wh == pytest.approx(sum(leg.energy_wh for leg in sortie.legs), abs=0.01)
    # In still air that is sure, the only error is the model's: 1.645 deviations of a tenth.
    assert ledger.contingency_wh == pytest.approx(ledger.trip_wh * 0.1 * NormalDist().inv_cdf(0.95), rel=1e-4)
    assert ledger.median_wh == pytest.approx(ledger.trip_wh, rel=1e-6)


def test_a_ledger_on_a_cold_day_makes_up_what_cold_packs_give() -> None:
    frail = scenes.kind(cold_loss_per_c=0.006, packs_warm_c=20.0)
    _, made, review = planned(sky(), drone_types=(frail,), weather=Weather(temperature_c=5.0))
    ledger = made.sorties[0].ledger
    assert ledger is not None
    parts = (ledger.trip_wh, ledger.contingency_wh, ledger.alternate_wh, ledger.final_reserve_wh, ledger.margin_wh)
    assert sum(parts) == pytest.approx(1000.0 * (1 - 15 * 0.006), abs=0.01)
    assert ledger.final_reserve_wh == 200.0
    assert review.verdict is Verdict.PASS


def test_where_there_are_no_alternates_none_is_asked_for_and_the_check_says_so() -> None:
    _, made, review = planned(scenes.plain_sky())
    assert all(leg.way_out is None for sortie in made.sorties for leg in sortie.legs)
    assert [finding.verdict for finding in review.findings if finding.rule == "energy.alternate"] == [
        Verdict.NOT_CHECKED
    ]


# What it does to plans


def needed_wh(over: Airspace, **fields: Any) -> float:
    """What serving A takes of the packs above the reserve."""
    tables = scenes.tables([scenes.order("a", "A")], over=over, **fields)
    trip = Trips(tables).best(tables.job.orders, 0)
    assert trip is not None
    return trip.needs.most_wh


def test_packs_that_are_enough_for_the_trip_only_do_not_fly_it_with_a_way_out() -> None:
    # B lies 4 km beyond A: with the cargo still on board that takes more than flying home empty.
    usable_wh = needed_wh(sky())
    alone_wh = needed_wh(scenes.plain_sky())
    assert usable_wh > alone_wh + 50
    kind = scenes.kind(battery_wh=(usable_wh - 1) / 0.8)
    _, made, _ = planned(sky(), drone_types=(kind,))
    (unserved,) = made.unserved
    assert unserved.reason is Reason.RESERVE
    assert "cannot be landed on" in unserved.detail
    assert unserved.numbers["needed_wh"] == pytest.approx(usable_wh, abs=0.01)
    assert planned(scenes.plain_sky(), drone_types=(kind,))[1].totals.served == 1
    enough = scenes.kind(battery_wh=(usable_wh + 1) / 0.8)
    assert planned(sky(), drone_types=(enough,))[1].totals.served == 1


def test_packs_that_are_enough_when_warm_are_not_when_cold_and_the_check_tells_a_plan_that_ignored_it() -> None:
    frail = scenes.kind(cold_loss_per_c=0.006, packs_warm_c=20.0, battery_wh=(needed_wh(sky()) + 20) / 0.8)
    job, made, review = planned(sky(), drone_types=(frail,), weather=Weather(temperature_c=20.0))
    assert review.verdict is Verdict.PASS
    freezing = replace(job, weather=Weather(temperature_c=0.0))
    assert [item.reason for item in plan(freezing, sky(), options=scenes.QUICK).unserved] == [Reason.RESERVE]
    rules = {finding.rule for finding in check(made, sky(), freezing).findings if finding.verdict is Verdict.FAIL}
    assert rules == {"energy.alternate", "energy.ledger", "energy.way_out"}


def test_a_closed_alternate_changes_the_plan_and_the_check_says_where_the_way_out_was_lost() -> None:
    near = scenes.pad("D", 2999.9, 1000, roles=("alternate",))
    job, made, review = planned(sky(near))
    assert review.verdict is Verdict.PASS
    shut = sky(replace(near, schedule=scenes.hours("12:00", "13:00")))
    judged = check(made, shut, job)
    lost = findings(judged, "energy.alternate", Verdict.FAIL)
    assert {finding.subject for finding in lost} == {
        "S001 leg 1 hub>A, hours of alternate D", "S001 leg 2 A>hub, hours of alternate D"
    }  # fmt: skip
    _, other, again = planned(shut)
    assert again.verdict is Verdict.PASS
    ways = [leg.way_out.alternate for sortie in other.sorties for leg in sortie.legs if leg.way_out]
    in_hours = other.sorties[0].departs >= scenes.at("11:50")
    assert in_hours or ways == ["B", "B"]


def test_an_alternate_that_looks_after_things_less_well_is_no_way_out_for_what_asks_for_more() -> None:
    locker = scenes.pad("D", 2999.9, 1000, roles=("alternate",), custody=Custody.LOCKER)
    precious = scenes.order("a", "A", custody=Custody.TWO_PERSON)
    _, made, review = planned(sky(locker), precious)
    out, back = made.sorties[0].legs
    assert out.way_out is not None
    assert back.way_out is not None
    assert (out.way_out.alternate, back.way_out.alternate) == ("B", "D")
    assert review.verdict is Verdict.PASS
    swapped = replace(made.sorties[0], legs=(replace(out, way_out=replace(out.way_out, alternate="D")), back))
    judged = check(replace(made, sorties=(swapped,)), sky(locker), scenes.job([precious]))
    assert any("offers locker" in finding.detail for finding in findings(judged, "energy.alternate", Verdict.FAIL))


def test_without_any_alternate_within_reach_nothing_is_flown() -> None:
    walled = scenes.zone("Z", scenes.area(2500, 3500, 3500, 4500))
    _, made, _ = planned(sky(zones=(walled,)))
    (unserved,) = made.unserved
    assert unserved.reason is Reason.RESERVE
    assert "no alternate" in unserved.detail


# Chance


@pytest.mark.parametrize("error_share", [0.0, 0.033, 0.1])
@pytest.mark.parametrize(
    "weather",
    [
        Weather(),
        UNSURE,
        replace(UNSURE, wind_height_m=10.0),
        replace(UNSURE, wind_mps=0.0, wind_from_deg=90.0, wind_error_deg=0.0),
        replace(UNSURE, wind_grid=STILL_GRID),
    ],
    ids=["still", "unsure", "by height", "still air that is unsure", "a still grid that is unsure"],
)
def test_the_check_agrees_on_quantiles_and_ways_out(weather: Weather, error_share: float) -> None:
    orders = [scenes.order("a", "A"), scenes.order("b", "B", 2.0), scenes.order("c", "C", 3.0)]
    over, kind = (
        sky(scenes.pad("D", 500, 900, roles=("alternate",))),
        scenes.kind(model_error_share=error_share, battery_wh=2000.0),
    )
    _, made, review = planned(over, *orders, weather=weather, drone_types=(kind,))
    assert made.totals.served == 3
    assert review.verdict is Verdict.PASS
    assert findings(review, "energy.ledger", Verdict.PASS)
    assert findings(review, "energy.way_out", Verdict.PASS)


def test_more_error_never_asks_for_less() -> None:
    sure, unsure = (
        needed_wh(sky(), weather=weather) for weather in (replace(UNSURE, wind_error_mps=0, wind_error_deg=0), UNSURE)
    )
    assert unsure > sure
    some, more = (needed_wh(sky(), drone_types=(scenes.kind(model_error_share=share),)) for share in (0.03, 0.1))
    assert more > some


def test_less_than_the_forecast_is_never_set_aside() -> None:
    # The forecast tells a wind straight against the way out: wherever else it comes from, the way out takes less.
    against = Weather(wind_mps=8.0, wind_from_deg=90.0, wind_error_deg=40.0)
    given: dict[str, Any] = {"weather": against, "policy": scenes.policy(energy_chance=0.5)}
    job, made, review = planned(sky(), scenes.order("a", "A", 5.0), **given)
    assert review.verdict is Verdict.PASS
    (sortie,) = made.sorties
    assert sortie.ledger is not None
    assert sortie.ledger.median_wh < sortie.ledger.trip_wh - 2.0
    assert sortie.ledger.contingency_wh == 0.0
    # A drone that begins the day with a little less than the forecast does not fly it on that.
    plain = scenes.plain_sky()
    trip_wh = planned(plain, job.orders[0], **given)[1].totals.energy_wh
    low = scenes.drone("d1", state_of_charge=0.2 + (trip_wh - 1.0) / 1000.0)
    _, tried, judged = planned(plain, job.orders[0], drones=[low], **given)
    assert judged.verdict is Verdict.PASS
    assert tried.totals.served == 0


def test_high_value_asks_for_a_higher_chance() -> None:
    policy = scenes.policy(high_value_above=1000.0)
    dear = scenes.order("a", "A", declared_value=1001.0)
    kinds = (scenes.kind(model_error_share=0.1),)
    _, cheap, _ = planned(sky(), policy=policy, drone_types=kinds)
    job, made, review = planned(sky(), dear, policy=policy, drone_types=kinds)
    assert review.verdict is Verdict.PASS
    first, second = cheap.sorties[0].ledger, made.sorties[0].ledger
    assert first is not None
    assert second is not None
    assert (first.chance, second.chance) == (0.95, 0.999)
    ratio = NormalDist().inv_cdf(0.999) / NormalDist().inv_cdf(0.95)
    assert second.contingency_wh == pytest.approx(first.contingency_wh * ratio, rel=1e-4)
    weaker = replace(job, policy=replace(policy, high_value_above=None))
    assert findings(check(made, sky(), weaker), "energy.ledger", Verdict.FAIL)


def test_a_wind_that_may_well_be_too_strong_is_a_reason() -> None:
    unsure = Weather(wind_mps=10.0, wind_from_deg=90.0, wind_error_mps=3.0)
    _, made, _ = planned(scenes.plain_sky(), weather=unsure)
    (unserved,) = made.unserved
    assert unserved.reason is Reason.WIND
    assert "10 m/s of wind forecast, 3 m/s and 0 degrees uncertain" in unserved.detail
    # One of the two legs is dead against it at 15 m/s: it gets on as long as the wind leaves the least ground speed.
    by_hand = NormalDist(10.0, 3.0).cdf(15.0 - unserved.numbers["min_ground_speed_mps"])
    assert unserved.numbers["flyable_chance"] == pytest.approx(by_hand, abs=0.005)
    assert unserved.numbers["flyable_chance"] < unserved.numbers["chance"] == 0.95


# Planted faults


def tampered(**changes: Any) -> Review:
    over = sky()
    job, made, _ = planned(over)
    (sortie,) = made.sorties
    way = sortie.legs[0].way_out
    assert way is not None
    legs = (replace(sortie.legs[0], way_out=replace(way, **changes)), sortie.legs[1])
    return check(replace(made, sorties=(replace(sortie, legs=legs),)), over, job)


def test_a_leg_that_tells_no_way_out_fails() -> None:
    over = sky()
    job, made, _ = planned(over)
    (sortie,) = made.sorties
    bare = replace(sortie, legs=tuple(replace(leg, way_out=None) for leg in sortie.legs))
    judged = check(replace(made, sorties=(bare,)), over, job)
    assert len(findings(judged, "energy.alternate", Verdict.FAIL)) == 2


@pytest.mark.parametrize("alternate", ["A", "hub", "nowhere"])
def test_a_way_out_to_what_is_no_alternate_fails(alternate: str) -> None:
    assert findings(tampered(alternate=alternate), "energy.alternate", Verdict.FAIL)


def test_a_way_out_that_begins_somewhere_else_fails() -> None:
    over = sky()
    _, made, _ = planned(over)
    way = made.sorties[0].legs[0].way_out
    assert way is not None
    moved = (replace(way.waypoints[0], lat=way.waypoints[0].lat + 0.001), *way.waypoints[1:])
    assert findings(tampered(waypoints=moved), "energy.alternate", Verdict.FAIL)
    late = tuple(replace(point, t=point.t + timedelta(minutes=1)) for point in way.waypoints)
    assert findings(tampered(waypoints=late), "energy.alternate", Verdict.FAIL)


def test_a_way_out_through_a_zone_fails_like_any_other_line() -> None:
    over = sky()
    job, made, _ = planned(over)
    across = scenes.zone("Z", scenes.area(2900, 2000, 3100, 2200))
    judged = check(made, replace(over, zones=(across,)), job)
    failed = findings(judged, "zone.clearance", Verdict.FAIL)
    assert any("way out A>B" in finding.subject for finding in failed)


def test_a_way_out_whose_need_is_understated_fails() -> None:
    assert findings(tampered(needed_wh=1.0), "energy.way_out", Verdict.FAIL)


def test_packs_too_small_for_a_way_out_fail_even_when_the_record_says_otherwise() -> None:
    over = sky()
    job, made, _ = planned(over)
    small = scenes.kind(battery_wh=(needed_wh(over) - 5) / 0.8)
    judged = check(made, over, replace(job, drone_types=(small,)))
    assert findings(judged, "energy.alternate", Verdict.FAIL)
    assert not findings(judged, "energy.chance", Verdict.FAIL)


def test_a_way_out_that_cannot_be_flown_fails_and_is_not_passed_over() -> None:
    _, made, _ = planned(sky())
    way = made.sorties[0].legs[0].way_out
    assert way is not None
    for points in ((), way.waypoints[:1], (way.waypoints[0], replace(way.waypoints[1], lon=0.0), way.waypoints[2])):
        failed = findings(tampered(waypoints=points), "energy.alternate", Verdict.FAIL)
        assert any("cannot be flown" in finding.detail for finding in failed)


def test_a_way_out_that_comes_down_before_it_gets_to_its_alternate_fails() -> None:
    _, made, _ = planned(sky())
    way = made.sorties[0].legs[0].way_out
    assert way is not None
    above, _, landed = way.waypoints
    spot = replace(landed, lon=above.lon, lat=above.lat, t=above.t + timedelta(seconds=40))
    failed = findings(tampered(waypoints=(above, spot), energy_wh=20.0), "energy.alternate", Verdict.FAIL)
    assert {finding.subject.partition(", ")[2] for finding in failed} >= {
        "end of the way out", "descent of the way out"
    }  # fmt: skip
    high = (*way.waypoints[:2], replace(landed, alt_amsl_m=50.0))
    failed = findings(tampered(waypoints=high), "energy.alternate", Verdict.FAIL)
    assert any(finding.subject.endswith("height at the end of the way out") for finding in failed)


@pytest.mark.parametrize(("field", "what"), [("energy_wh", "taken"), ("needed_wh", "needed"), ("margin_wh", "left")])
def test_every_figure_of_a_way_out_is_judged(field: str, what: str) -> None:
    _, made, _ = planned(sky())
    told = getattr(made.sorties[0].legs[0].way_out, field)
    (failed,) = findings(tampered(**{field: told + 10.0}), "energy.way_out", Verdict.FAIL)
    assert failed.subject == f"S001 leg 1 hub>A, {what}"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"alternate_wh": -30.0, "margin_wh": 30.0}, "alternate"),
        ({"final_reserve_wh": -30.0, "margin_wh": 30.0}, "final reserve"),
        ({"tightest": 1}, "tightest"),
    ],
)
def test_a_ledger_that_moves_energy_from_one_line_to_another_fails(changes: dict[str, float], what: str) -> None:
    over = sky()
    job, made, _ = planned(over)
    (sortie,) = made.sorties
    assert sortie.ledger is not None
    moved = {name: getattr(sortie.ledger, name) + by for name, by in changes.items()}
    changed = replace(made, sorties=(replace(sortie, ledger=replace(sortie.ledger, **moved)),))
    failed = findings(check(changed, over, job), "energy.ledger", Verdict.FAIL)
    assert {finding.subject for finding in failed} == {f"S001, ledger, {what}"}


def test_dangerous_goods_are_approved_for_the_sides_of_a_way_out_too() -> None:
    lithium = scenes.order("c", "C", dangerous_goods="UN3480")
    held = GoodsApproval(un_number="UN3480", jurisdiction="west", approval="A-1")
    border = {"jurisdictions": scenes.two_sides(), "gates": (scenes.gate(*scenes.both_permits()),)}
    over = sky(scenes.pad("W", 1000, 500, roles=("alternate",)), alternate="A", **border)
    job, made, review = planned(over, lithium, policy=scenes.policy(dangerous_goods_allowed=(held,)))
    assert made.totals.served == 1
    assert not findings(review, "goods.lithium", Verdict.FAIL)
    # The only alternate left lies on the other side, whose approval is not held.
    far = replace(over, pads=tuple(replace(pad, roles=()) if pad.id == "W" else pad for pad in over.pads))
    both = replace(held, jurisdiction="east")
    wide = replace(job, policy=scenes.policy(dangerous_goods_allowed=(held, both)))
    across = plan(wide, far, options=scenes.QUICK)
    assert across.totals.served == 1
    assert findings(check(across, far, job), "goods.lithium", Verdict.FAIL)
    assert planned(far, lithium, policy=job.policy)[1].totals.served == 0


# Legs on request


def test_a_leg_on_request_tells_its_way_out_as_a_plan_does() -> None:
    near = scenes.pad("D", 2999.9, 1000, roles=("alternate",))
    job, made, _ = planned(sky(near))
    leg, departs = made.sorties[0].legs[0], made.sorties[0].departs
    asked = enquire(job, sky(near), ("hub", "A"), at=departs, payload_kg=leg.payload_kg).leg
    assert asked is not None
    assert asked.way_out is not None
    assert leg.way_out is not None
    assert (asked.way_out.alternate, asked.way_out.corridor) == (leg.way_out.alternate, leg.way_out.corridor)
    for figure in ("energy_wh", "needed_wh", "margin_wh"):
        assert getattr(asked.way_out, figure) == pytest.approx(getattr(leg.way_out, figure), abs=0.001)
    assert asked == enquire_all(job, sky(near), at=departs, payload_kg=leg.payload_kg)[0].leg


def test_a_leg_on_request_has_no_way_out_when_no_alternate_is_open_then() -> None:
    opens_late = scenes.pad("D", 2999.9, 1000, roles=("alternate",), schedule=scenes.hours("12:00", "13:00"))
    shut = sky(opens_late, alternate="D")
    late = {at: enquire(scenes.job([]), shut, ("hub", "A"), at=scenes.at(at)).leg for at in ("09:00", "12:10")}
    assert late["09:00"] is not None
    assert late["09:00"].way_out is None
    assert late["12:10"] is not None
    assert late["12:10"].way_out is not None
