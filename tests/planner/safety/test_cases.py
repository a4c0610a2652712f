"""A plan laid open: who is on board of which leg, when it ends, and what is unknown stays unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.plans import Pickup
from planner.safety.cases import HIGHEST_M, LONGEST_M, fault_of, laid_open, place_of


def laid(world):
    return laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")


def ids(orders):
    return [order.id for order in orders]


def loads(world, number=0):
    """What is on board of each leg of a sortie, and what is handed over at its end."""
    return [(ids(leg.on_board), ids(leg.delivered)) for leg in laid(world).sorties[number].legs]


@pytest.fixture
def round_trip(good, helpers):
    """S1 flies O1 to the clinic, then O2 and O3 to the kiosk."""
    sortie = helpers.a_sortie(good.sky, good.job, "S1", "D1", ("O1", "O2", "O3"), helpers.START, charge=0.9)
    return replace(good, plan=helpers.a_plan(good.job, (sortie,)))


def test_orders_leave_in_the_order_of_the_stops(round_trip):
    assert loads(round_trip) == [(["O1", "O2", "O3"], ["O1"]), (["O2", "O3"], ["O2", "O3"]), ([], [])]
    assert ids(laid(round_trip).sorties[0].undelivered) == []
    # The stops are those of the legs: told the other way round, O1 lies on top of what the kiosk gets.
    turned = round_trip.with_sortie(0, orders=("O2", "O1", "O3"))
    assert loads(turned) == [(["O2", "O1", "O3"], []), (["O2", "O1", "O3"], ["O2"]), (["O1", "O3"], [])]
    assert ids(laid(turned).sorties[0].undelivered) == ["O1", "O3"]


def test_orders_that_nobody_knows_are_nowhere(round_trip):
    assert loads(round_trip.with_sortie(0, orders=("O1", "GHOST")))[0] == (["O1"], ["O1"])
    assert ids(laid(round_trip.with_sortie(0, orders=("GHOST",))).sorties[0].orders) == []


def test_at_the_last_landing_nothing_is_handed_over_but_what_was_taken_over_for_there(good):
    home = good.with_order("O1", to_pad="HUB", from_pad="CLINIC")
    assert loads(home) == [(["O1"], []), (["O1"], [])]
    told = Pickup(order="O1", t=good.plan.sorties[0].legs[0].waypoints[-1].t)
    fetched = home.with_leg(0, 0, pickups=(told,))
    assert loads(fetched) == [([], []), (["O1"], ["O1"])]
    case = laid(fetched).sorties[0]
    assert (ids(case.legs[0].taken), case.taken, ids(case.undelivered)) == (["O1"], {"O1"}, [])


def test_where_sorties_may_end_elsewhere_what_is_for_another_hub_is_handed_over_there(good):
    # Without D2 there is no other hub than the clinic, where D1 lives.
    first, _ = good.job.drones
    one_way = good.with_sortie(0, legs=good.plan.sorties[0].legs[:1])
    assert loads(one_way) == [(["O1"], [])]
    free = one_way.with_policy(end_elsewhere=True)
    assert loads(free) == [(["O1"], [])]
    assert loads(free.with_job(drones=(replace(first, home_pad="CLINIC"),))) == [(["O1"], ["O1"])]
    # The pad that it left is no other hub.
    assert loads(free.with_job(drones=(replace(first, home_pad="HUB"),))) == [(["O1"], [])]


def test_a_hand_over_takes_its_time_but_at_home(good):
    out, back = laid(good).sorties[0].legs
    assert (out.handover_s, back.handover_s) == (60, 0)
    assert out.handed == out.cleared == out.ends == out.lands + timedelta(seconds=60)
    assert back.ends == back.lands
    assert out.time == (out.takes_off, out.ends)


def clearing(world, dwell_s=300.0, **leg):
    return world.with_pad("CLINIC", roles=("customs",), customs_dwell_s=dwell_s).with_leg(0, 0, **leg)


def test_what_is_handed_over_clears_after_it_and_the_drone_does_not_wait(good):
    (out, _) = laid(clearing(good, clears=("O1",))).sorties[0].legs
    (order,) = out.delivered
    assert (out.waits, out.calls, out.handover_s, out.dwell_s) == (False, False, 60, 300)
    assert out.released(order) == out.lands + timedelta(seconds=360)
    assert out.ends == out.lands + timedelta(seconds=60)
    assert out.time[1] == out.ends


def test_what_stays_on_board_is_waited_for(good):
    # O1 and O2 are for the kiosk, so that the clinic is called at for customs only.
    world = clearing(good.with_order("O1", to_pad="KIOSK"), clears=("O1", "O9"))
    (out, _) = laid(world.with_sortie(0, orders=("O1", "O2"))).sorties[0].legs
    assert (ids(out.clears), out.waits, out.calls, out.handover_s, out.dwell_s) == (["O1"], True, True, 0, 300)
    assert out.ends == out.lands + timedelta(seconds=300)
    assert out.released(out.on_board[0]) == out.lands + timedelta(seconds=300)
    assert out.released(out.on_board[1]) == out.lands
    # With a hand-over as well it is no mere call, and both take their time.
    both = clearing(good, clears=("O2",)).with_sortie(0, orders=("O1", "O2"))
    (out, _) = laid(both).sorties[0].legs
    assert (ids(out.delivered), out.waits, out.calls) == (["O1"], True, False)
    assert out.ends == out.lands + timedelta(seconds=360)
    assert ids(out.leaving) == ["O2"]


def test_without_a_pad_that_is_known_customs_take_no_time(good):
    (out, _) = laid(good.with_leg(0, 0, clears=("O1",), to_pad="NOWHERE")).sorties[0].legs
    assert (ids(out.clears), out.to_pad, out.dwell_s) == (["O1"], None, 0)


def test_an_order_is_on_board_since_the_take_off_or_since_it_was_taken_over(round_trip):
    legs = round_trip.plan.sorties[0].legs
    told = Pickup(order="O3", t=legs[0].waypoints[-1].t)
    first, second, third = laid(round_trip.with_leg(0, 0, pickups=(told,))).sorties[0].legs
    o2, o3 = (order for order in second.on_board if order.id in ("O2", "O3"))
    assert ids(first.on_board) == ["O1", "O2"]
    assert ids(first.leaving) == ["O2", "O3"]
    assert second.on_board_since(o2) == third.on_board_since(o2) == legs[0].waypoints[0].t
    assert second.on_board_since(o3) == third.on_board_since(o3) == legs[0].waypoints[-1].t
    # Before it is taken over it is taken for on board since the take-off.
    assert first.on_board_since(o3) == legs[0].waypoints[0].t


def test_the_time_of_a_leg_is_in_order_even_when_its_waypoints_are_not(good):
    points = good.plan.sorties[0].legs[0].waypoints
    early = points[0].t - timedelta(seconds=5)
    (out, _) = laid(good.with_waypoint(0, 0, 2, t=early)).sorties[0].legs
    assert out.time == (early, out.ends)
    late = points[-1].t + timedelta(hours=1)
    (out, _) = laid(good.with_waypoint(0, 0, 2, t=late)).sorties[0].legs
    assert out.time == (points[0].t, late)


def test_a_drone_or_type_that_nobody_knows_is_none(good):
    ghost = laid(good.with_sortie(0, drone="D9")).sorties[0]
    # The type written down is all that there is to go by.
    assert (ghost.drone, ghost.kind.id) == (None, "quad")
    assert ghost.legs[0].aircraft == {"D9"}
    assert laid(good).legs[0].aircraft == {"D1", "quad"}
    strange = laid(good.with_sortie(0, drone="D9", drone_type="ghost"))
    assert strange.sorties[0].kind is None
    assert strange.legs[0].half_width_m == 20
    wide = good.with_job(drone_types=(replace(good.job.drone_types[0], corridor_half_width_m=7.0),))
    assert (laid(wide).legs[0].half_width_m, laid(wide).legs[0].keep_out_m) == (7, 37)


def test_a_line_that_nobody_could_fly_is_not_measured(good):
    points = good.plan.sorties[0].legs[0].waypoints
    assert laid(good).legs[0].faults == ()
    assert laid(good.with_leg(0, 0, waypoints=points[:1])).legs[0].faults == ("1 waypoints",)
    assert laid(good.with_leg(0, 0, waypoints=points[:2])).legs[0].measurable
    # A degree of latitude is some 111 km: nine and a hundredth of them are more than 1 000 km.
    near, far = (good.with_waypoint(0, 0, 1, lat=points[0].lat - degrees) for degrees in (4.4, 4.6))
    assert laid(near).legs[0].measurable
    (fault,) = laid(far).legs[0].faults
    assert fault == "1022 km long"
    assert LONGEST_M == 1e6


@pytest.mark.parametrize("field", ["alt_amsl_m", "alt_agl_m"])
@pytest.mark.parametrize("sign", [1, -1])
def test_there_is_no_air_a_hundred_kilometres_up(good, field, sign):
    point = good.plan.sorties[0].legs[0].waypoints[1]
    assert fault_of(1, replace(point, **{field: sign * HIGHEST_M})) == ""
    assert "waypoint 1 is at" in fault_of(1, replace(point, **{field: sign * (HIGHEST_M + 1)}))
    assert HIGHEST_M == 1e5


def test_sorties_of_a_drone_stand_in_the_order_of_their_departures(good):
    late, early = good.plan.sorties
    both = good.with_plan(sorties=(replace(early, drone="D1"), late))
    assert [sortie.sortie.id for sortie in laid(both).by_drone["D1"]] == ["S1", "S2"]
    same = good.with_plan(sorties=(replace(early, drone="D1", departs=late.departs), late))
    assert [sortie.sortie.id for sortie in laid(same).by_drone["D1"]] == ["S1", "S2"]
    assert list(laid(good).by_drone) == ["D1", "D2"]


def test_places_are_those_of_the_waypoints(good):
    point = good.plan.sorties[0].legs[0].waypoints[1]
    place = place_of(point)
    assert (place.lon, place.lat, place.alt_amsl_m, place.t) == (point.lon, point.lat, point.alt_amsl_m, point.t)
    assert laid(good).legs[1].subject == "S1 leg 2 CLINIC>HUB"
