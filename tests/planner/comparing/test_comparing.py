"""Two plans beside each other: each difference is one that was put there by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.comparing import compare
from planner.comparing.comparisons import (
    Comparison,
    CorridorMove,
    Difference,
    Figure,
    InputDifference,
    LeftOut,
    Move,
    Served,
    Wanted,
)
from planner.model.jobs import InputFile
from planner.model.plans import Bound, Plan, Reason, Unserved
from planner.model.reviews import Review, Verdict
from tests.planner.comparing.pairs import bent, changed, day, later, with_totals
from tests.planner.output.samples import sample

REVIEWS = (sample().review, sample(verdict=Verdict.FAIL).review)


def figure(comparison: Comparison, name: str) -> Figure:
    (found,) = [each for each in comparison.figures if each.name == name]
    return found


def without(plan: Plan, order: str, reason: Reason) -> Plan:
    """Return a plan that leaves an order out, and the sortie with it."""
    left_out = Unserved(order=order, reason=reason, detail="By hand.")
    return replace(
        plan,
        sorties=tuple(sortie for sortie in plan.sorties if order not in sortie.orders),
        unserved=(*plan.unserved, left_out),
    )


def test_a_plan_is_like_itself() -> None:
    told = compare(day(), day())
    assert told.same
    assert (told.inputs, told.made, told.orders, told.corridors) == ((), (), (), ())
    assert (told.inputs_alike, told.orders_alike, told.corridors_alike) == (1, 3, 1)
    assert told.sorties.alike == (("S-1", "S-1"), ("S-2", "S-2"))
    assert all(each.delta in (0, None) and each.better is None for each in told.figures)


def test_figures_are_told_with_their_difference_and_which_is_better() -> None:
    a = day()
    b = replace(with_totals(a, cost=1413.06, energy_wh=510), bound=Bound(lower=1400, gap=0.01, rules="r", proven=False))
    told = compare(a, b)
    cost, energy, bound = figure(told, "cost"), figure(told, "energy_wh"), figure(told, "bound")
    assert (cost.a, cost.b, cost.unit) == (1284.6, 1413.06, "CNY")
    assert cost.delta == pytest.approx(128.46)
    assert cost.share == pytest.approx(0.1)
    assert cost.better is False
    assert energy.better is True
    assert (bound.a, bound.b, bound.delta, bound.better) == (None, 1400, None, None)
    assert figure(told, "lowest_soc").a == 0.625
    assert figure(told, "drones").b == 2


def test_a_lower_cost_is_not_better_where_fewer_orders_are_served() -> None:
    b = with_totals(without(day(), "O-2", Reason.PAYLOAD), cost=600, served=1, unserved=2, sorties=1)
    told = compare(day(), b)
    assert figure(told, "cost").better is None
    assert figure(told, "cost").delta == pytest.approx(-684.6)
    assert figure(told, "served").better is False


def test_sums_in_two_currencies_are_never_taken_from_each_other() -> None:
    told = compare(day(), with_totals(day(), currency="HKD"))
    costs = [each for each in told.figures if each.name == "cost"]
    assert [(each.unit, each.a, each.b, each.delta) for each in costs] == [
        ("CNY", 1284.6, None, None),
        ("HKD", None, 1284.6, None),
    ]


def test_what_the_check_says_is_told_only_where_there_is_a_review() -> None:
    assert not {"tightest_margin", "fail"} & {each.name for each in compare(day(), day()).figures}
    told = compare(day(), day(), reviews=REVIEWS)
    assert (told.a.verdict, told.b.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert (figure(told, "fail").a, figure(told, "fail").b, figure(told, "fail").better) == (0, 1, False)


def test_the_tightest_margin_is_the_worst_failure_else_the_least_share_of_a_limit_in_metres() -> None:
    told = compare(day(), day(), reviews=REVIEWS)
    assert told.tightest_a is not None
    assert told.tightest_b is not None
    # 55 m where 50 m are asked is a tenth above.
    assert (told.tightest_a.rule, told.tightest_a.margin) == ("zone.clearance", 5)
    assert told.tightest_a.share == pytest.approx(0.1)
    assert (told.tightest_b.rule, told.tightest_b.margin) == ("zone.clearance", -16)
    assert figure(told, "tightest_margin").better is False


def test_a_distance_comes_before_a_tighter_share_of_anything_else_unless_that_fails() -> None:
    def with_energy(review: Review, verdict: Verdict, measured: float) -> Review:
        findings = [
            replace(each, verdict=verdict, measured=measured, margin=measured - 180)
            if each.rule == "energy.reserve"
            else each
            for each in review.findings
        ]
        return replace(review, findings=tuple(findings))

    close, broken = with_energy(REVIEWS[0], Verdict.PASS, 181), with_energy(REVIEWS[0], Verdict.FAIL, 179)
    told = compare(day(), day(), reviews=(close, broken))
    assert told.tightest_a is not None
    assert told.tightest_b is not None
    assert told.tightest_a.rule == "zone.clearance"
    assert (told.tightest_b.rule, told.tightest_b.margin) == ("energy.reserve", -1)


def test_the_difference_of_inputs_is_told_file_by_file() -> None:
    a = replace(day(), inputs=(InputFile(path="orders.csv", sha256="aa"), InputFile(path="fleet.csv", sha256="bb")))
    b = replace(day(), inputs=(InputFile(path="orders.csv", sha256="cc"), InputFile(path="gates.json", sha256="dd")))
    assert compare(a, b).inputs == (
        InputDifference(path="fleet.csv", a="bb", b=None),
        InputDifference(path="gates.json", a=None, b="dd"),
        InputDifference(path="orders.csv", a="aa", b="cc"),
    )


def test_other_days_options_and_versions_are_told() -> None:
    a = day()
    by = replace(a.created_by, options={"seconds": 30.0}, versions={"numpy": "2.4"}, seed=2, scenario="scenario")
    b = replace(a, start=a.start + timedelta(days=1), end=a.end + timedelta(days=1), created_by=by)
    made = compare(a, b).made
    assert Difference(what="day", a="2026-12-01", b="2026-12-02") in made
    assert Difference(what="seed", a="1", b="2") in made
    assert Difference(what="option seconds", a="", b="30.0") in made
    assert Difference(what="numpy", a="", b="2.4") in made
    assert {each.what for each in made} == {"day", "seed", "option key", "option seconds", "numpy"}


# --- orders -----------------------------------------------------------------------------------------------------------


def test_an_order_flown_later_is_told_with_the_minutes() -> None:
    told = compare(day(), changed(day(), "S-2", lambda sortie: later(sortie, 7.5)))
    (moved,) = told.orders
    assert (moved.order, moved.move, moved.later_s) == ("O-2", Move.MOVED, 450)
    assert told.orders_alike == 2
    assert told.sorties.changed == (("S-2", "S-2"),)


def test_an_order_with_another_drone_has_moved_though_its_time_is_the_same() -> None:
    (moved,) = compare(day(), changed(day(), "S-1", lambda sortie: replace(sortie, drone="D3"))).orders
    assert isinstance(moved.b, Served)
    assert (moved.order, moved.b.drone, moved.later_s) == ("O-1", "D3", 0)


def test_an_order_that_flies_in_other_company_has_moved_and_so_has_the_company() -> None:
    a = day()
    b = changed(a, "S-1", lambda sortie: replace(sortie, orders=("O-1", "O-2")))
    b = replace(b, sorties=b.sorties[:1])
    moved = {each.order: each for each in compare(a, b).orders}
    assert set(moved) == {"O-1", "O-2"}
    assert isinstance(moved["O-1"].b, Served)
    assert moved["O-1"].b.company == ("O-2",)
    assert moved["O-2"].later_s is None  # the record does not tell that hand-over


def test_another_name_of_a_sortie_moves_nothing() -> None:
    told = compare(day(), changed(day(), "S-1", lambda sortie: replace(sortie, id="S-9")))
    assert told.orders == ()
    assert told.sorties.alike == (("S-1", "S-9"), ("S-2", "S-2"))


def test_orders_lost_gained_and_left_out_for_another_reason_are_told_apart() -> None:
    a = without(day(), "O-1", Reason.WIND)
    b = without(day(), "O-2", Reason.WIND)
    b = replace(b, unserved=(replace(b.unserved[0], reason=Reason.PAYLOAD), *b.unserved[1:]))
    told = [(each.order, each.move) for each in compare(a, b).orders]
    assert told == [("O-2", Move.LOST), ("O-1", Move.GAINED), ("O-3", Move.REASON)]
    assert compare(a, b).orders[0].b == LeftOut(reason=Reason.WIND, detail="By hand.")


def test_orders_that_one_plan_was_not_asked_for_come_first() -> None:
    a, b = day(), day()
    a = replace(a, sorties=a.sorties[:1])
    b = replace(b, unserved=())
    told = [(each.order, each.move, each.a is None, each.b is None) for each in compare(a, b).orders]
    assert told == [("O-3", Move.ONLY_IN_A, False, True), ("O-2", Move.ONLY_IN_B, True, False)]


def test_hand_overs_of_other_days_are_compared_by_the_clock() -> None:
    a = day()
    moved = [later(sortie, 24 * 60 + 3) for sortie in a.sorties]
    b = replace(a, start=a.start + timedelta(days=1), end=a.end + timedelta(days=1), sorties=tuple(moved))
    assert [each.later_s for each in compare(a, b).orders] == [180, 180]


def test_sorties_of_another_day_are_alike_when_the_clock_says_the_same() -> None:
    a = day()
    moved = tuple(later(sortie, 24 * 60) for sortie in a.sorties)
    b = replace(a, start=a.start + timedelta(days=1), end=a.end + timedelta(days=1), sorties=moved)
    assert len(compare(a, b).sorties.alike) == 2


def test_an_order_that_a_record_both_serves_and_leaves_out_counts_as_served() -> None:
    a = day()
    odd = replace(a, unserved=(*a.unserved, replace(a.unserved[0], order="O-1")))
    assert compare(a, odd).orders == ()


# --- corridors --------------------------------------------------------------------------------------------------------


def test_a_corridor_that_goes_another_way_is_told_with_how_much_longer_it_is() -> None:
    a = replace(day(), sorties=day().sorties[:1])
    b = changed(a, "S-1", lambda sortie: replace(sortie, legs=tuple(bent(leg, 114.119) for leg in sortie.legs)))
    (moved,) = compare(a, b).corridors
    assert (moved.ends, moved.move, moved.longer_m) == (("CLINIC", "HUB"), CorridorMove.REROUTED, 250)
    assert (moved.a[0].flights, moved.b[0].flights) == (2, 2)  # there and back are one line


def test_corridors_to_other_pads_are_added_and_dropped() -> None:
    def to_spare(sortie):  # type: ignore[no-untyped-def]
        there, back = sortie.legs
        return replace(
            sortie,
            legs=(replace(bent(there, 114.2), to_pad="SPARE"), replace(bent(back, 114.2), from_pad="SPARE")),
        )

    a = replace(day(), sorties=day().sorties[:1])
    told = compare(a, changed(a, "S-1", to_spare))
    assert [(each.move, each.ends) for each in told.corridors] == [
        (CorridorMove.DROPPED, ("CLINIC", "HUB")),
        (CorridorMove.ADDED, ("HUB", "SPARE")),
    ]
    assert told.corridors_alike == 0


def test_other_levels_and_other_numbers_of_flights_of_one_line_are_told() -> None:
    def higher(sortie):  # type: ignore[no-untyped-def]
        def lifted(leg):  # type: ignore[no-untyped-def]
            points = [replace(point, alt_amsl_m=110.0) for point in leg.waypoints[1:-1]]
            return replace(leg, waypoints=(leg.waypoints[0], *points, leg.waypoints[-1]))

        return replace(sortie, legs=tuple(map(lifted, sortie.legs)))

    a = day()
    (levels,) = compare(a, changed(a, "S-1", higher)).corridors
    assert (levels.move, levels.a[0].levels_amsl_m, levels.b[0].levels_amsl_m) == (
        CorridorMove.LEVELS,
        (80,),
        (80, 110),
    )
    (flights,) = compare(a, replace(a, sorties=a.sorties[:1])).corridors
    assert (flights.move, flights.a[0].flights, flights.b[0].flights) == (CorridorMove.FLIGHTS, 4, 2)


def test_a_gain_is_no_gain_unless_one_of_the_two_ways_is_wanted() -> None:
    assert Figure(name="x", unit="", a=1, b=2, wanted=Wanted.MORE).better is True
    assert Figure(name="x", unit="", a=1, b=2, wanted=Wanted.LESS).better is False
    assert Figure(name="x", unit="", a=1, b=2).better is None
    assert Figure(name="x", unit="", a=0, b=2).share is None
