"""Faults in what is carried, for whom and until when: each breaks the rule that is meant for it, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from airspace.model.pads import Custody
from planner.model.goods import GoodsApproval
from planner.model.plans import Delivery, Reason, Unserved, WayOut
from planner.model.reviews import Verdict


def test_a_payload_understated_fails_that_leg(good):
    (failure,) = good.with_leg(1, 0, payload_kg=2.0).only("payload.leg")
    assert failure.subject == "S2 leg 1 HUB>KIOSK"
    assert (failure.measured, failure.required) == (2.0, 2.5)
    assert failure.margin == pytest.approx(0.001 - 0.5)


def test_a_load_beyond_the_drone_type_fails(good):
    kind = replace(good.job.drone_types[0], max_payload_kg=2.2)
    (failure,) = good.with_job(drone_types=(kind,)).only("payload.limit")
    assert failure.subject == "S2 leg 1 HUB>KIOSK"
    assert failure.margin == pytest.approx(-0.3)
    assert "O2, O3" in failure.detail


def with_volumes(world, most_l, **litres):
    """The same world where the type's box holds so many litres, and some orders tell theirs."""
    world = world.with_job(drone_types=(replace(world.job.drone_types[0], max_volume_l=most_l),))
    for order, volume_l in litres.items():
        world = world.with_order(order, volume_l=volume_l)
    return world


def test_a_box_filled_to_the_last_drop_passes_and_a_drop_more_fails(good):
    # S2 carries O2 and O3; 0.1 and 0.2 are a little more than 0.3 as floats.
    full = with_volumes(good, 0.3, O1=0.3, O2=0.1, O3=0.2)
    assert full.review().verdict is Verdict.PASS
    assert full.passing("volume.limit").margin == 0
    (failure,) = with_volumes(full, 0.299).with_order("O1", volume_l=0.2).only("volume.limit")
    assert (failure.subject, failure.unit) == ("S2", "l")
    assert (failure.measured, failure.required, failure.margin) == (0.3, 0.299, -0.001)
    assert "O2, O3" in failure.detail


def test_a_volume_that_nobody_told_is_not_checked_unless_the_rest_is_too_much(good):
    world = with_volumes(good, 10.0, O1=10.0, O3=9.5)
    review = world.review()
    (open_one,) = (finding for finding in review.findings if finding.rule == "volume.limit")
    assert (open_one.verdict, open_one.subject) == (Verdict.NOT_CHECKED, "S2")
    assert "the volume of O2; the rest takes 9.500 l of 10 l" in open_one.detail
    assert review.verdict is Verdict.NOT_CHECKED
    (failure,) = with_volumes(world, 10.0, O3=10.5).only("volume.limit")
    assert failure.margin == -0.5


def test_a_type_that_tells_no_volume_does_not_ask(good):
    assert "not asked" in with_volumes(good, None, O1=1e6).passing("volume.limit").detail


def test_value_beyond_the_cap_of_a_sortie_fails(good):
    # O2 and O3 are declared at 1 000 each.
    (failure,) = good.with_policy(value_cap_per_sortie=1999.5).only("value.cap")
    assert failure.subject == "S2"
    assert (failure.measured, failure.margin, failure.unit) == (2000, -0.5, "HKD")


def test_value_beyond_the_cap_of_a_drone_and_day_fails_that_drone(good):
    # D2 carries O2 and O3 of 1 000 each in S2, D1 the 1 000 of O1.
    (failure,) = good.with_policy(value_cap_per_drone_day=1999).only("value.drone_day")
    assert failure.subject == "drone D2"
    assert (failure.measured, failure.required, failure.margin, failure.unit) == (2000, 1999, -1, "HKD")
    assert "S2" in failure.detail


def test_value_is_added_up_over_all_sorties_of_a_drone(good, helpers):
    later = good.flown_by(1, "D1", helpers.START + timedelta(hours=1)).with_policy(value_cap_per_drone_day=2999)
    (failure,) = later.only("value.drone_day")
    assert (failure.subject, failure.measured) == ("drone D1", 3000)
    assert "S1, S2" in failure.detail


def test_value_that_lies_at_a_pad_until_it_is_taken_away_is_added_up(good):
    # O1 goes to the kiosk now, by D1; it is handed over well before S2 brings 2 000 more.
    world = good.with_order("O1", to_pad="KIOSK", custody=Custody.LOCKER).replanned()
    handed_over = world.plan.sorties[0].legs[0].waypoints[-1].t + timedelta(seconds=60)
    lands = world.plan.sorties[1].legs[0].waypoints[-1].t
    between_s = (lands - handed_over).total_seconds()
    apart = world.with_policy(value_cap_per_pad=2000, pad_dwell_s=between_s)
    assert apart.review().verdict is Verdict.PASS
    assert apart.passing("value.pad").margin == 0
    (failure,) = apart.with_policy(pad_dwell_s=between_s + 5).only("value.pad")
    assert failure.subject == "pad 'KIOSK'"
    assert (failure.measured, failure.required, failure.margin) == (3000, 2000, -1000)
    assert failure.where.t == lands
    assert "S1 leg 1" in failure.detail
    assert "S2 leg 1" in failure.detail


def test_a_policy_without_caps_on_value_is_said_not_to_ask(good):
    for rule in ("value.drone_day", "value.pad"):
        assert "not asked" in good.passing(rule).detail
    # How long things lie there without a cap is no cap.
    assert "not asked" in good.with_policy(pad_dwell_s=60).passing("value.pad").detail
    assert good.with_policy(value_cap_per_pad=1, pad_dwell_s=60).broken("value.pad")


def test_a_value_in_another_currency_fails_that_order(good):
    (failure,) = good.with_order("O2", currency="CNY").only("value.currency")
    assert failure.subject == "S2, order O2"


def test_more_orders_than_a_sortie_may_serve_fails(good):
    (failure,) = good.with_policy(max_orders_per_sortie=1).only("sortie.orders")
    assert (failure.subject, failure.margin) == ("S2", -1)


@pytest.mark.parametrize(
    ("asked", "offered", "margin"),
    [(Custody.STAFFED, Custody.LOCKER, -1), (Custody.TWO_PERSON, Custody.LOCKER, -2)],
)
def test_a_pad_that_looks_after_goods_less_well_than_asked_fails(good, asked, offered, margin):
    world = good.with_order("O1", custody=asked).with_pad("CLINIC", custody=offered)
    (failure,) = world.only("custody.level")
    assert failure.subject == "S1 leg 1 HUB>CLINIC, order O1"
    assert failure.margin == margin


def test_a_value_that_asks_for_two_persons_fails_where_there_are_none(good):
    (failure,) = (
        good.with_policy(two_person_above=999).with_pad("KIOSK", custody=Custody.TWO_PERSON).only("custody.value")
    )
    assert failure.subject == "S1 leg 1 HUB>CLINIC, order O1"
    assert (failure.measured, failure.required, failure.margin) == (1, 2, -1)
    assert good.with_policy(two_person_above=1000).review().verdict is Verdict.PASS
    assert "not asked" in good.passing("custody.value").detail


@pytest.mark.parametrize("asked_by", ["order", "value"])
def test_a_hand_over_outside_of_the_two_person_hours_fails(good, helpers, asked_by):
    # S1 lands at the clinic at 00:14:00 and hands over until 00:15:00.
    def hours_to(end):
        pad = {"custody": Custody.TWO_PERSON, "two_person_hours": helpers.hours("00:00", end)}
        world = good.with_pad("CLINIC", **pad)
        if asked_by == "order":
            return world.with_order("O1", custody=Custody.TWO_PERSON)
        return world.with_policy(two_person_above=1500).with_order("O1", declared_value=1501)

    lands = good.plan.sorties[0].legs[0].waypoints[-1].t
    assert hours_to("00:20").review().verdict is Verdict.PASS
    (failure,) = hours_to(f"{lands:%H:%M}").only("custody.hours")
    assert failure.subject == "S1 leg 1 HUB>CLINIC, order O1"
    assert failure.required == 60
    assert failure.margin == -60 + failure.measured
    assert good.with_pad("CLINIC", custody=Custody.TWO_PERSON).review().verdict is Verdict.PASS


def test_cold_chain_is_judged_by_the_quantile_of_the_time(good):
    leg = good.plan.sorties[0].legs[0]
    taken_min = (leg.waypoints[-1].t - good.plan.sorties[0].departs).total_seconds() / 60 + 1
    world = good.with_order("O1", max_minutes=taken_min * 1.1)
    assert world.with_policy(time_factor=1.1).review().verdict is Verdict.PASS
    (failure,) = world.with_policy(time_factor=1.2).only("coldchain.time")
    assert failure.subject == "S1 leg 1 HUB>CLINIC, order O1"
    assert failure.measured == pytest.approx(taken_min * 72, abs=0.01)
    assert failure.required == pytest.approx(taken_min * 66, abs=0.01)
    assert "as a quantile" in failure.detail


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"quantile_s": 0.0}, "order O1, quantile"),
        ({"taken_s": 0.0}, "order O1, taken"),
        ({"t": datetime(2026, 12, 1, tzinfo=UTC)}, "order O1, time"),
        ({"order": "O2"}, "deliveries"),
    ],
)
def test_a_hand_over_written_down_wrong_fails(good, changes, what):
    world = good.with_policy(time_factor=1.5)
    leg = world.plan.sorties[0].legs[0]
    ends = leg.waypoints[-1].t + timedelta(seconds=60)
    taken_s = (ends - world.plan.sorties[0].departs).total_seconds()
    right = Delivery(order="O1", t=ends, taken_s=taken_s, quantile_s=taken_s * 1.5)
    assert world.with_leg(0, 0, deliveries=(right,)).review().verdict is Verdict.PASS
    failures = world.with_leg(0, 0, deliveries=(replace(right, **changes),)).only("leg.deliveries")
    assert failures[0].subject == f"S1 leg 1 HUB>CLINIC, {what}"


def approved(*sides, un_number="UN3480"):
    return tuple(GoodsApproval(un_number=un_number, jurisdiction=side, approval=f"A-{side}") for side in sides)


def test_lithium_fails_on_each_side_that_has_not_approved_it(good):
    # S1 flies O1 from Hong Kong to Shenzhen.
    world = good.with_order("O1", dangerous_goods="UN3480")
    (failure,) = world.with_policy(dangerous_goods_allowed=approved("HK")).only("goods.lithium")
    assert failure.subject == "S1, order O1"
    assert (failure.measured, failure.required, failure.margin) == (1, 2, -1)
    assert "HK: A-HK, SZ: none" in failure.detail
    right = world.with_policy(dangerous_goods_allowed=approved("SZ", "HK"))
    assert right.review().verdict is Verdict.PASS
    assert "lithium ion batteries 'UN3480'" in right.passing("goods.lithium").detail
    (other,) = world.with_policy(dangerous_goods_allowed=approved("SZ", "HK", un_number="UN3090")).only("goods.lithium")
    assert other.margin == -2


def test_goods_need_the_approval_of_a_side_that_only_their_way_out_would_pass(good):
    # S2 flies O2 in Hong Kong; from the kiosk its way out would lead over Shenzhen. O3 stays at home then.
    world = good.with_order("O2", dangerous_goods="UN3480").with_policy(dangerous_goods_allowed=approved("HK"))
    assert world.broken("goods.lithium") == ()
    line = good.plan.sorties[0].legs[0].waypoints
    way = WayOut(alternate="CLINIC", corridor="C", energy_wh=1, needed_wh=1, margin_wh=1, waypoints=line)
    (failure,) = world.with_leg(1, 0, way_out=way).broken("goods.lithium")
    assert (failure.subject, failure.measured, failure.required) == ("S2, order O2", 1, 2)
    inland = replace(way, alternate="HUB", waypoints=good.plan.sorties[1].legs[1].waypoints)
    assert world.with_leg(1, 0, way_out=inland).broken("goods.lithium") == ()
    # Neither the way back, which O2 is not on, nor a way out without a line says anything of it.
    assert world.with_leg(1, 1, way_out=way).broken("goods.lithium") == ()
    assert world.with_leg(1, 0, way_out=replace(way, waypoints=line[:1])).broken("goods.lithium") == ()


def test_a_class_alone_is_approved_by_nothing(good):
    world = good.with_order("O3", dangerous_goods="9").with_policy(dangerous_goods_allowed=approved("HK"))
    (failure,) = world.only("goods.dangerous")
    assert failure.margin == -1


def test_dangerous_goods_fail_their_order(good):
    (failure,) = good.with_order("O3", dangerous_goods="UN1845").only("goods.dangerous")
    assert failure.subject == "S2, order O3"
    assert "UN1845" in failure.detail


def test_a_cold_chain_longer_than_allowed_fails_by_the_seconds(good):
    # O1 is handed over 300 s after take-off.
    (failure,) = good.with_order("O1", max_minutes=4).only("coldchain.time")
    assert failure.subject == "S1 leg 1 HUB>CLINIC, order O1"
    assert (failure.measured, failure.required, failure.margin) == (300, 240, -60)


def test_a_departure_before_an_order_is_ready_fails(good, helpers):
    (failure,) = good.with_order("O2", ready_at=helpers.START + timedelta(minutes=31)).only("order.ready")
    assert failure.subject == "S2, order O2"
    assert failure.margin == -60


def test_a_hand_over_after_an_order_is_due_fails(good, helpers):
    # Handed over at 00:15:00.
    (failure,) = good.with_order("O1", due_at=helpers.START + timedelta(minutes=14)).only("order.due")
    assert failure.subject == "S1 leg 1 HUB>CLINIC, order O1"
    assert failure.margin == -60
    assert "handed over at 00:15:00" in failure.detail


def test_an_order_served_by_two_sorties_fails(good, helpers):
    again = replace(good.plan.sorties[1], id="S3")
    world = good.with_plan(sorties=(*good.plan.sorties, again))
    world = world.flown_by(2, "D2", helpers.START + timedelta(hours=1))
    failures = world.only("order.once")
    assert {finding.subject for finding in failures} == {"order O2", "order O3"}
    assert "in 2 sorties" in failures[0].detail


def test_an_order_served_and_listed_as_unserved_fails(good):
    left = Unserved(order="O2", reason=Reason.TIME_WINDOW, detail="no time")
    world = good.with_plan(unserved=(left,)).with_totals(unserved=1)
    (failure,) = world.only("order.once")
    assert failure.subject == "order O2"


def test_an_order_dropped_without_a_word_fails(good):
    world = good.with_plan(sorties=good.plan.sorties[:1]).with_totals_right()
    assert {finding.subject for finding in world.only("order.once")} == {"order O2", "order O3"}


def test_an_order_that_the_job_does_not_have_fails(good):
    world = good.with_sortie(1, orders=("O2", "O3", "GHOST")).with_totals_right()
    (failure,) = world.only("order.once")
    assert failure.subject == "order GHOST"
    assert "no such order" in failure.detail


def test_an_order_on_board_that_no_stop_delivers_fails(good):
    # S1 takes O2, for the kiosk, to the clinic and back.
    world = good.with_sortie(0, orders=("O1", "O2")).with_sortie(1, orders=("O3",))
    failures = world.broken("order.once")
    assert [finding.subject for finding in failures] == ["S1, order O2"]
    assert "delivers it at 'KIOSK'" in failures[0].detail
    assert world.broken("sortie.stops")
    assert world.review().verdict is Verdict.FAIL


@pytest.mark.parametrize(("changes", "side"), [({"temp_max_c": 14.0}, 1.0), ({"temp_min_c": 16.5}, 1.5)])
def test_air_colder_or_warmer_than_the_type_flies_in_fails(good, changes, side):
    kind = replace(good.job.drone_types[0], **changes)
    failures = good.with_job(drone_types=(kind,)).only("weather.temperature")
    assert [finding.subject for finding in failures] == ["S1, drone type quad", "S2, drone type quad"]
    assert [finding.margin for finding in failures] == pytest.approx([-side, -side])


def test_more_wind_than_the_type_flies_in_fails(good):
    failures = good.with_job(weather=replace(good.job.weather, wind_mps=12.5)).broken("weather.wind")
    assert [finding.subject for finding in failures] == ["S1, drone type quad", "S2, drone type quad"]
    assert failures[0].margin == -0.5


def test_a_sortie_outside_the_jobs_hours_fails(good, helpers):
    # S2 moved to a minute before the end is back four minutes after it.
    world = good.flown_by(1, "D2", helpers.END - timedelta(minutes=1))
    world = world.with_order("O2", due_at=helpers.END + timedelta(hours=1))
    world = world.with_order("O3", due_at=helpers.END + timedelta(hours=1))
    (failure,) = world.only("job.window")
    assert failure.subject == "S2, returns"
    late_s = (world.plan.sorties[1].returns - helpers.END).total_seconds()
    assert failure.margin == pytest.approx(-late_s, abs=0.001)
