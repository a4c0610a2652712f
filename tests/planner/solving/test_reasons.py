from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from airspace.corridors.library import joined
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.corridors import Library
from airspace.model.gates import Jurisdiction
from airspace.model.pads import Custody
from airspace.model.schedules import Period, Schedule
from airspace.model.zones import Restriction
from planner import planning
from planner.model.goods import GoodsApproval
from planner.model.jobs import Weather
from planner.model.plans import CorridorChoice, Reason, Unserved
from planner.solving.freezing import freeze_job
from tests.planner import scenes
from tests.planner.scenes import at, fetch, order

OVER_A = scenes.area(2500, -500, 3500, 500)


def why(*orders: Any, over: Any = None, drones: Any = None, **fields: Any) -> list[Unserved]:
    job = scenes.job(orders, drones, **fields)
    return list(planning.plan(job, over or scenes.plain_sky(), options=scenes.QUICK).unserved)


def only(answers: list[Unserved], reason: Reason) -> Mapping[str, float]:
    assert [answer.reason for answer in answers] == [reason]
    return answers[0].numbers


def approved(*sides: str, number: str = "UN3480") -> tuple[GoodsApproval, ...]:
    return tuple(GoodsApproval(un_number=number, jurisdiction=side, approval=f"A-{side}") for side in sides)


def with_gate(*permits: Any, **fields: Any) -> Any:
    return scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(scenes.gate(*permits, **fields),))


def test_dangerous_goods_stay() -> None:
    (answer,) = why(order("o", "A", dangerous_goods="UN3480"))
    assert answer.reason is Reason.DANGEROUS_GOODS
    assert "UN3480" in answer.detail


def test_a_class_of_dangerous_goods_is_served_by_no_approval() -> None:
    (answer,) = why(order("o", "A", dangerous_goods="6.2"))
    assert answer.reason is Reason.DANGEROUS_GOODS
    assert "a class alone is served by none" in answer.detail


def test_lithium_that_one_side_has_not_approved_names_the_approval_that_would_serve_it() -> None:
    over, cells = with_gate(*scenes.both_permits()), order("o", "A", dangerous_goods="UN3480")
    (answer,) = why(cells, over=over, policy=scenes.policy(dangerous_goods_allowed=approved("west")))
    assert answer.reason is Reason.DANGEROUS_GOODS
    assert answer.numbers == {"approvals_missing": 1}
    assert answer.detail == (
        "Lithium ion batteries (UN3480) are flagged for manual approval; an approval for UN3480 of east-aa for east in "
        "dangerous_goods_allowed would serve it"
    )
    assert why(cells, over=over, policy=scenes.policy(dangerous_goods_allowed=approved("west", "east"))) == []


def test_dangerous_goods_are_kept_from_a_side_on_the_way_that_has_not_approved_them() -> None:
    # The east is a strip of 400 m between the hub and A, which both lie in the west.
    west = scenes.area(-20e3, -20e3, 2e3, 20e3).union(scenes.area(2.4e3, -20e3, 20e3, 20e3))
    sides = (
        Jurisdiction(id="west", name="West", authority="west-aa", area=west),
        Jurisdiction(id="east", name="East", authority="east-aa", area=scenes.area(2e3, -20e3, 2.4e3, 20e3)),
    )
    gate = replace(scenes.gate(*scenes.both_permits()), area=scenes.area(1900, -300, 2500, 300))
    over, cells = scenes.plain_sky(jurisdictions=sides, gates=(gate,)), order("o", "A", dangerous_goods="UN1845")
    (answer,) = why(cells, over=over, policy=scenes.policy(dangerous_goods_allowed=approved("west", number="UN1845")))
    assert answer.reason is Reason.DANGEROUS_GOODS
    assert "east-aa for east" in answer.detail
    both = scenes.policy(dangerous_goods_allowed=approved("west", "east", number="UN1845"))
    assert why(cells, over=over, policy=both) == []


def test_a_day_without_drones() -> None:
    job = replace(scenes.job([order("o", "A")]), drones=())
    plan = planning.plan(job, scenes.plain_sky(), options=scenes.QUICK)
    assert only(list(plan.unserved), Reason.FLEET_BUSY) == {"able_drones": 0}


def test_a_fleet_that_is_out_all_the_time() -> None:
    numbers = only(why(*(order(name, "A", 7.0, due="08:08") for name in "ab")), Reason.FLEET_BUSY)
    assert numbers["able_drones"] == 1
    assert numbers["penalty"] == 1000


def test_an_order_that_no_drones_hours_let_be_flown() -> None:
    # Out and back to A takes a hair less than 10 min; back by 09:03:30 at the latest to have handed over by 08:59.
    fleet = [scenes.drone("d1", works_from=at("08:55")), scenes.drone("d2", works_until=at("08:09"))]
    (answer,) = why(order("o", "A", due="08:59"), drones=fleet)
    assert answer.reason is Reason.FLEET_BUSY
    assert answer.numbers == {
        "able_drones": 2, "sortie_min": pytest.approx(10, abs=0.001), "at_work_min": pytest.approx(9, abs=0.1),
    }  # fmt: skip
    assert answer.detail.endswith("for so long in 08:00 to 09:03: d1 from 08:55, d2 until 08:09")
    assert why(order("o", "A", due="09:01"), drones=fleet) == []


def test_hours_of_another_day_are_told_with_their_day() -> None:
    tomorrow = scenes.START.replace(day=2)
    (answer,) = why(order("o", "A"), drones=[scenes.drone("d1", works_from=tomorrow)])
    assert answer.reason is Reason.FLEET_BUSY
    assert "d1 from 2026-12-02 08:00" in answer.detail
    assert answer.numbers["at_work_min"] == 0


def test_an_order_that_only_a_drone_off_work_has_the_packs_for() -> None:
    # To B with 7 kg takes some 480 Wh; d1 has 280 Wh to spend. d2 works too late.
    fleet = [scenes.drone("d1", health=0.35), scenes.drone("d2", works_from=at("09:00"))]
    (answer,) = why(order("o", "B", 7.0, due="08:30"), drones=fleet)
    assert answer.reason is Reason.FLEET_BUSY
    assert answer.numbers["able_drones"] == 1
    assert "d2 from 09:00" in answer.detail
    assert "cost" in answer.numbers


def test_a_drone_that_is_busy_as_long_as_it_works() -> None:
    answers = why(*(order(name, "A", 7.0) for name in "ab"), drones=[scenes.drone("d1", works_until=at("08:20"))])
    assert only(answers, Reason.FLEET_BUSY)["able_drones"] == 1
    assert "on other orders or off work" in answers[0].detail


def test_a_pad_that_is_taken_though_a_drone_is_free() -> None:
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, slots=1))
    fleet = [scenes.drone("d1"), scenes.drone("d2")]
    numbers = only(why(*(order(n, "A", 7.0, due="08:06") for n in "ab"), over=sky, drones=fleet), Reason.PAD_BUSY)
    assert numbers["able_drones"] == 2


def test_a_drone_too_low_on_charge_to_begin_is_not_called_a_busy_pad() -> None:
    numbers = only(why(order("o", "B", 7.0), drones=[scenes.drone("d1", state_of_charge=0.3)]), Reason.RESERVE)
    assert numbers["needed_wh"] > 100


def test_a_pad_without_the_custody() -> None:
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, custody=Custody.LOCKER))
    (answer,) = why(order("o", "A"), over=sky)
    assert answer.reason is Reason.CUSTODY
    assert "locker" in answer.detail


def at_two(**fields: Any) -> Any:
    return scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, **fields))


def test_a_value_that_asks_for_two_persons_where_there_is_one() -> None:
    (answer,) = why(
        order("o", "A", declared_value=600.0), over=at_two(custody=Custody.STAFFED),
        policy=scenes.policy(two_person_above=500.0),
    )  # fmt: skip
    assert answer.reason is Reason.CUSTODY
    assert answer.numbers == {"asked_level": 2, "offered_level": 1, "declared_value": 600, "two_person_above": 500}
    assert "above 500 HKD" in answer.detail


def test_hours_that_leave_no_whole_second_to_take_off_are_told_as_whose_they_are() -> None:
    (leg, _) = planning.plan(scenes.job([order("o", "A")]), scenes.plain_sky(), options=scenes.QUICK).sorties[0].legs
    lands, done = leg.waypoints[-1].t, leg.deliveries[0].t
    moment = Period(start=lands, end=done)
    over = at_two(two_person_hours=Schedule(periods=(moment,)))
    asked = order("o", "A", custody=Custody.TWO_PERSON)
    only(why(asked, over=over), Reason.CUSTODY)
    wide = replace(moment, start=lands - timedelta(milliseconds=2), end=done + timedelta(milliseconds=2))
    assert why(asked, over=at_two(two_person_hours=Schedule(periods=(wide,)))) == []
    shut = at_two(schedule=Schedule(periods=(replace(moment, end=done + (done - lands)),)))
    only(why(order("o", "A"), over=shut), Reason.PAD_CLOSED)


def test_a_window_with_no_whole_second_to_take_off_is_a_matter_of_the_window() -> None:
    (leg, _) = planning.plan(scenes.job([order("o", "A")]), scenes.plain_sky(), options=scenes.QUICK).sorties[0].legs
    off, done = timedelta(milliseconds=400), leg.deliveries[0].t
    narrow = replace(order("o", "A"), ready_at=scenes.START + off, due_at=done + 2 * off)
    (answer,) = why(narrow)
    assert answer.reason is Reason.TIME_WINDOW
    assert answer.detail.startswith("No take-off on a whole second keeps its window")
    assert why(replace(narrow, due_at=done + timedelta(seconds=1, milliseconds=2))) == []


def test_a_day_exactly_as_long_as_a_sortie_leaves_no_room_for_the_rounding_of_times() -> None:
    sortie = planning.plan(scenes.job([order("o", "A")]), scenes.plain_sky(), options=scenes.QUICK).sorties[0]
    only(why(order("o", "A"), end=sortie.returns), Reason.TIME_WINDOW)
    assert why(order("o", "A"), end=sortie.returns + timedelta(milliseconds=2)) == []


def test_a_hand_over_that_two_persons_are_never_there_for() -> None:
    over = at_two(two_person_hours=scenes.hours("10:00", "11:00"))
    two = {"custody": Custody.TWO_PERSON, "due": "10:00"}
    (answer,) = why(order("o", "A", **two), over=over)
    assert answer.reason is Reason.CUSTODY
    assert answer.numbers == {"asked_level": 2, "offered_level": 1, "two_person_min": 0}
    assert "10:00" in answer.detail
    assert why(order("o", "A", due="10:00"), over=over) == []


def test_a_value_above_the_cap() -> None:
    assert only(why(order("o", "A", declared_value=10_001.0)), Reason.VALUE_CAP) == {
        "declared_value": 10_001, "cap": 10_000,
    }  # fmt: skip


@pytest.mark.parametrize("cap", ["value_cap_per_drone_day", "value_cap_per_pad"])
def test_a_value_above_another_cap_by_itself(cap: str) -> None:
    policy = scenes.policy(**{cap: 5000.0}, pad_dwell_s=600.0)
    numbers = only(why(order("o", "A", declared_value=5001.0), policy=policy), Reason.VALUE_CAP)
    assert numbers == {"declared_value": 5001, "cap": 5000}


def test_a_drone_that_has_carried_its_value_of_the_day() -> None:
    policy = scenes.policy(value_cap_per_drone_day=1500.0)
    orders = [order("a", "A", 7.0, declared_value=900.0, priority=2), order("b", "C", 7.0, declared_value=700.0)]
    numbers = only(why(*orders, policy=policy), Reason.VALUE_CAP)
    assert numbers == {"declared_value": 700, "cap": 1500, "carried": 900}
    assert why(*orders, policy=policy, drones=[scenes.drone("d1"), scenes.drone("d2")]) == []


def test_a_pad_where_too_much_value_lies_all_the_time() -> None:
    policy = scenes.policy(value_cap_per_pad=1500.0, pad_dwell_s=7200.0)
    orders = [
        order("a", "A", 7.0, declared_value=900.0, priority=2, due="09:00"),
        order("b", "A", 7.0, declared_value=700.0, due="09:00"),
    ]
    numbers = only(why(*orders, policy=policy), Reason.VALUE_CAP)
    assert numbers == {"declared_value": 700, "cap": 1500, "lying": 900, "pad_dwell_s": 7200}
    assert why(*orders, policy=scenes.policy(value_cap_per_pad=1500.0, pad_dwell_s=60.0)) == []


def test_a_box_too_heavy() -> None:
    assert only(why(order("o", "A", 7.5)), Reason.PAYLOAD) == {"mass_kg": 7.5, "max_payload_kg": 7.0}


def test_a_box_too_large_for_every_drone_that_lifts_it() -> None:
    kinds = (scenes.kind(max_volume_l=20.0), scenes.kind("van", max_volume_l=90.0, max_payload_kg=1.0))
    fleet = [scenes.drone("d1"), scenes.drone("d2", type_id="van")]
    fields: Any = {"drones": fleet, "drone_types": kinds}
    numbers = only(why(order("o", "A", 5.0, volume_l=20.5), **fields), Reason.VOLUME)
    assert numbers == {"volume_l": 20.5, "max_volume_l": 20}
    assert why(order("o", "A", 5.0, volume_l=20.0), **fields) == []
    assert why(order("o", "A", 1.0, volume_l=20.5), **fields) == []
    assert why(order("o", "A", 5.0), **fields) == []


def test_a_pad_in_a_prohibited_zone() -> None:
    answers = why(order("o", "A"), over=scenes.plain_sky(zones=(scenes.zone("z", OVER_A),)))
    assert only(answers, Reason.PAD_UNREACHABLE) == {"gap_m": 0, "keep_out_m": 50}


def test_a_pad_in_a_zone_that_a_permit_could_open() -> None:
    closed = scenes.zone("z", OVER_A, Restriction.REQ_AUTHORISATION)
    assert only(why(order("o", "A"), over=scenes.plain_sky(zones=(closed,))), Reason.PERMIT_MISSING)["gap_m"] == 0


@pytest.mark.parametrize(
    "permits",
    [
        (),
        scenes.both_permits(aircraft=("other",)),
        (scenes.permit("w", "west-aa"),),
        scenes.both_permits(valid_from=at("01:00"), valid_to=at("02:00")),
    ],
    ids=["none", "of another aircraft", "of one authority", "of another time"],
)
def test_a_boundary_without_leave_to_cross(permits: Any) -> None:
    assert only(why(order("o", "A"), over=with_gate(*permits)), Reason.PERMIT_MISSING) == {"open_gates": 1}


def test_a_gate_that_does_not_open_during_the_job() -> None:
    shut = with_gate(*scenes.both_permits(), schedule=scenes.hours("15:00", "16:00"))
    assert only(why(order("o", "A"), over=shut), Reason.GATE_CLOSED) == {"gates": 1}


def test_a_gate_that_opens_after_the_order_is_due() -> None:
    late = with_gate(*scenes.both_permits(), schedule=scenes.hours("12:00", "13:00"))
    (answer,) = why(order("o", "A", due="10:00"), over=late)
    assert answer.reason is Reason.GATE_CLOSED
    assert "door" in answer.detail


# A drone crosses by the gate 163.3 s after its take-off and, on its way back from A, 426.7 s after it.
def left(*orders: Any, capacity: int) -> list[Unserved]:
    fleet = [scenes.drone("d1"), scenes.drone("d2")]
    return why(*orders, over=with_gate(*scenes.both_permits(), capacity_per_hour=capacity), drones=fleet)


def test_a_gate_that_lets_one_crossing_an_hour_through_lets_nobody_back() -> None:
    (answer,) = left(order("o", "A"), order("near", "C"), capacity=1)
    assert (answer.order, answer.reason) == ("o", Reason.GATE_CLOSED)
    assert answer.numbers == {"capacity_per_hour": 1, "crossings_per_hour": 2}
    assert "by itself" in answer.detail.lower()


@pytest.mark.parametrize(("due", "at_best"), [("08:30", 4), ("09:02:10", 3)])
def test_a_gate_whose_capacity_others_use_up(due: str, at_best: int) -> None:
    # By 09:02:10 the second may leave 3 338 s after the first, and come back when the first way out no longer counts.
    orders = [order("a", "A", 7.0, due="08:06", priority=2), order("b", "A", 7.0, due=due)]
    (answer,) = left(*orders, capacity=2)
    assert (answer.order, answer.reason) == ("b", Reason.GATE_CLOSED)
    figures = {name: answer.numbers[name] for name in ("capacity_per_hour", "crossings_per_hour", "own_crossings")}
    assert figures == {"capacity_per_hour": 2, "crossings_per_hour": at_best, "own_crossings": 2}
    assert answer.detail.startswith("Gate door lets 2 crossings an hour through, and others use them up from 08:02 to ")
    assert left(orders[0], order("b", "A", 7.0, due="09:10"), capacity=2) == []
    assert left(*orders, capacity=4) == []


def test_a_wind_that_leaves_too_little_speed() -> None:
    numbers = only(why(order("o", "A"), weather=Weather(wind_mps=13.0, wind_from_deg=90.0)), Reason.WIND)
    assert numbers == {"wind_mps": 13, "min_ground_speed_mps": 3}


def test_a_wind_above_what_the_drone_is_made_for() -> None:
    weak = {"drone_types": (scenes.kind(max_wind_mps=8.0),), "weather": Weather(wind_mps=9.0)}
    assert only(why(order("o", "A"), **weak), Reason.WIND) == {"wind_mps": 9, "max_wind_mps": 8}


def test_the_only_type_that_lifts_the_box_cannot_fly_the_wind_though_a_lighter_one_can() -> None:
    kinds = (scenes.kind(), scenes.kind("swift", max_payload_kg=1.0, cruise_mps=25.0))
    fleet = [scenes.drone("d1"), scenes.drone("d2", type_id="swift")]
    weather = Weather(wind_mps=13.0, wind_from_deg=90.0)
    only(why(order("o", "A", 5.0), drones=fleet, drone_types=kinds, weather=weather), Reason.WIND)


@pytest.mark.parametrize(("far_m", "reason"), [(10_400.0, Reason.RESERVE), (14_000.0, Reason.BATTERY_RANGE)])
def test_a_pad_too_far_for_the_packs(far_m: float, reason: Reason) -> None:
    numbers = only(
        why(order("o", "far", 7.0), over=scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("far", far_m, 0))), reason
    )
    by_hand = 1.1 / 3600 * (2560 * (132.8 + far_m / 15) + 1080 * (72.8 + far_m / 15))
    assert numbers["needed_wh"] == pytest.approx(by_hand, rel=2e-4)
    assert (numbers["usable_wh"], numbers["capacity_wh"]) == (800, 1000)
    assert numbers["distance_m"] == pytest.approx(2 * far_m, rel=1e-4)


def test_a_cold_chain_shorter_than_the_flight() -> None:
    numbers = only(why(order("o", "A", max_minutes=5.0)), Reason.COLD_CHAIN)
    assert numbers == {"fastest_min": pytest.approx(5.5, abs=0.001), "max_minutes": 5}


def test_a_cold_chain_that_the_planned_time_keeps_and_its_quantile_does_not() -> None:
    # Handed over 5.5 min after take-off.
    numbers = only(why(order("o", "A", max_minutes=6.0), policy=scenes.policy(time_factor=1.2)), Reason.COLD_CHAIN)
    assert numbers == pytest.approx(
        {"fastest_min": 5.5, "quantile_min": 6.6, "max_minutes": 6, "time_factor": 1.2}, abs=0.01
    )
    assert why(order("o", "A", max_minutes=6.0)) == []


def test_an_order_due_before_it_can_be_there() -> None:
    numbers = only(why(order("o", "A", due="08:05")), Reason.TIME_WINDOW)
    assert numbers == {"late_min": pytest.approx(0.5, abs=0.001), "flight_min": pytest.approx(5.5, abs=0.001)}


def test_a_job_that_ends_before_the_drone_is_back() -> None:
    numbers = only(why(order("o", "A", ready="13:52")), Reason.TIME_WINDOW)
    assert numbers["late_min"] == pytest.approx(2.0, abs=0.001)


@pytest.mark.parametrize("open_hours", [("15:00", "16:00"), ("09:00", "09:02")], ids=["later", "too short"])
def test_a_pad_whose_hours_leave_no_landing(open_hours: tuple[str, str]) -> None:
    pad = scenes.pad("A", 2999.9, 0, schedule=scenes.hours(*open_hours))
    (answer,) = why(order("o", "A"), over=scenes.sky(scenes.pad("hub", 0, 0), pad))
    assert answer.reason is Reason.PAD_CLOSED
    assert "pad A" in answer.detail


def test_a_zone_that_holds_as_long_as_the_order_can_wait() -> None:
    shut = scenes.zone("z", OVER_A, schedule=scenes.hours("08:00", "10:00"))
    only(why(order("o", "A", due="09:30"), over=scenes.plain_sky(zones=(shut,))), Reason.ZONE_ACTIVE)


def test_a_flight_dearer_than_leaving_the_order() -> None:
    numbers = only(why(order("o", "A"), policy=scenes.policy(unserved_penalty=5.0)), Reason.NOT_WORTH_IT)
    # 10 HKD, 600 s at 360 HKD an hour, and some half a kWh at 2 HKD.
    assert numbers["cost"] == pytest.approx(70.5, abs=0.5)
    assert numbers["penalty"] == 5


# --- what on the way leaves no start ---------------------------------------------------------------------------------


def test_a_zone_that_holds_too_long_is_named_though_the_way_leads_through_an_open_gate() -> None:
    shut = scenes.zone("z", OVER_A, schedule=scenes.hours("08:00", "10:00"))
    over = replace(with_gate(*scenes.both_permits()), zones=(shut,))
    (answer,) = why(order("o", "A", due="09:30"), over=over)
    assert answer.reason is Reason.ZONE_ACTIVE
    assert "zone z" in answer.detail


def test_permits_that_are_not_valid_yet_at_an_open_gate_are_told_as_missing() -> None:
    (answer,) = why(order("o", "A", due="09:30"), over=with_gate(*scenes.both_permits(valid_from=at("10:00"))))
    assert answer.reason is Reason.PERMIT_MISSING
    assert "gate door would be open" in answer.detail


def test_hours_of_a_gate_and_of_its_permits_that_only_together_leave_no_start() -> None:
    over = with_gate(*scenes.both_permits(valid_from=at("09:00")), schedule=scenes.hours("08:00", "09:05"))
    (answer,) = why(order("o", "A", due="09:30"), over=over)
    assert answer.reason is Reason.GATE_CLOSED
    assert "and their permits" in answer.detail


@pytest.mark.parametrize(
    ("bad", "reason"),
    [(Weather(wind_mps=31.0), Reason.WIND), (Weather(rain_mm_h=3.0), Reason.WEATHER)],
    ids=["wind", "rain"],
)
def test_weather_that_is_bad_as_long_as_the_order_can_wait(bad: Weather, reason: Reason) -> None:
    later = ((at("10:00"), Weather()),)
    (answer,) = why(order("o", "A", due="09:30"), weather=bad, later=later)
    assert answer.reason is reason
    assert why(order("o", "A", due="10:30"), weather=bad, later=later) == []


def test_a_head_wind_that_drops_too_late_is_told_with_its_figures() -> None:
    later = ((at("10:00"), Weather()),)
    orders = order("o", "A", due="09:30")
    numbers = only(why(orders, weather=Weather(wind_mps=13.0, wind_from_deg=90.0), later=later), Reason.WIND)
    assert numbers == {"wind_mps": 13, "min_ground_speed_mps": 3}


def test_an_order_that_would_still_be_under_way_when_the_weather_changes() -> None:
    changes = tuple((at(f"08:{minute:02}"), Weather(wind_mps=minute / 100)) for minute in range(5, 60, 5))
    (answer,) = why(order("o", "A", due="08:30"), later=changes)
    assert answer.reason is Reason.WEATHER
    assert "other weather" in answer.detail


def test_a_pad_behind_zones_that_a_permit_could_open_lacks_the_permit() -> None:
    around = scenes.area(2500, -500, 3500, 500).difference(scenes.area(2700, -300, 3300, 300))
    ring = scenes.zone("ring", around, Restriction.REQ_AUTHORISATION)
    (answer,) = why(order("o", "A"), over=scenes.plain_sky(zones=(ring,)))
    assert answer.reason is Reason.PERMIT_MISSING
    assert "ring" in answer.detail
    shut = replace(ring, restriction=Restriction.PROHIBITED)
    only(why(order("o", "A"), over=scenes.plain_sky(zones=(shut,))), Reason.PAD_UNREACHABLE)


def test_a_type_that_would_have_to_change_its_level_on_the_way_is_told_so() -> None:
    # The hub is left at the lower level only, and A lies within a wall that reaches up to the upper one.
    middle = Height(value_m=150.0, reference=Reference.AMSL)
    lid = scenes.zone("LID", scenes.area(-100, -100, 100, 100), band=Band(lower=middle, upper=None))
    ring = scenes.area(2500, -500, 3500, 500).difference(scenes.area(2600, -400, 3400, 400))
    over = scenes.plain_sky(zones=(lid, scenes.zone("RING", ring, band=Band(lower=GROUND, upper=middle))))
    policy = scenes.policy(levels_amsl_m=(scenes.CRUISE_M, 200.0))
    assert why(order("o", "A"), over=over, policy=policy) == []
    bound = (scenes.kind(min_turn_radius_m=30.0),)
    answers = why(order("o", "A"), over=over, policy=policy, drone_types=bound)
    only(answers, Reason.PAD_UNREACHABLE)
    told = "no corridor leads from hub to A that keeps one level and bends no tighter than a circle of 30 m"
    assert answers[0].detail.casefold() == told.casefold()


def test_a_wind_stronger_than_the_air_speed_is_told_as_wind_not_as_a_pad_out_of_reach() -> None:
    weather = Weather(wind_mps=18.0, wind_from_deg=90.0)
    numbers = only(why(order("o", "A"), weather=weather), Reason.WIND)
    assert numbers["wind_mps"] == 18


def test_a_zone_at_other_hours_does_not_hide_that_the_corridor_is_not_approved() -> None:
    shut = scenes.zone("z", OVER_A, schedule=scenes.hours("12:00", "13:00"))
    over, job = scenes.plain_sky(zones=(shut,)), scenes.job([order("o", "A", due="10:00")])
    library = joined(Library(), freeze_job(job, over), at=at("00:00"))
    plan = planning.plan(job, replace(over, library=library), options=scenes.QUICK, corridors=CorridorChoice.APPROVED)
    assert [item.reason for item in plan.unserved] == [Reason.CORRIDOR]


# --- the same of what is fetched, which is on board on one of its legs only ------------------------------------------


def test_a_zone_over_the_pad_where_it_lies_is_named() -> None:
    shut = scenes.zone("z", OVER_A, schedule=scenes.hours("08:00", "10:00"))
    for wanted in (fetch("o", "A", due="09:30"), fetch("o", "A", to_pad="B", due="09:30")):
        (answer,) = why(wanted, over=scenes.plain_sky(zones=(shut,)))
        assert answer.reason is Reason.ZONE_ACTIVE
        assert "zone z" in answer.detail


def test_what_is_fetched_waits_for_permits_until_it_is_home_not_until_a_drone_is_there() -> None:
    # From 10:00 a drone is through the gate, at A 107 s later, and home 330 s after its landing there.
    over = with_gate(*scenes.both_permits(valid_from=at("10:00")))
    (answer,) = why(fetch("o", "A", due="10:06"), over=over)
    assert answer.reason is Reason.PERMIT_MISSING
    assert "gate door would be open" in answer.detail
    assert why(fetch("o", "A", due="10:12"), over=over) == []


def test_weather_that_is_bad_as_long_as_what_is_fetched_can_wait() -> None:
    later = ((at("10:00"), Weather()),)
    numbers = only(why(fetch("o", "A", due="09:30"), weather=Weather(wind_mps=31.0), later=later), Reason.WIND)
    assert numbers["wind_mps"] == 31
    # It is landed for at 10:04:30 and home at 10:10.
    assert why(fetch("o", "A", due="10:11"), weather=Weather(wind_mps=31.0), later=later) == []


def test_a_head_wind_on_the_way_from_pad_to_pad_only_is_told() -> None:
    later = ((at("10:00"), Weather()),)
    head = Weather(wind_mps=13.0, wind_from_deg=0.0)
    numbers = only(why(fetch("o", "A", to_pad="B", due="09:30"), weather=head, later=later), Reason.WIND)
    assert numbers == {"wind_mps": 13, "min_ground_speed_mps": 3}


def test_where_a_permit_would_open_the_way_to_what_is_fetched_it_is_missing() -> None:
    around = scenes.area(2500, -500, 3500, 500).difference(scenes.area(2700, -300, 3300, 300))
    ring = scenes.zone("ring", around, Restriction.REQ_AUTHORISATION)
    (answer,) = why(fetch("o", "C", to_pad="A"), over=scenes.plain_sky(zones=(ring,)))
    assert answer.reason is Reason.PERMIT_MISSING
    assert "from C to A by way of a hub (hub) without a permit that opens ring" in answer.detail
