"""Faults in what a plan says of itself: names, day, totals, digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.jobs import InputFile
from planner.model.plans import Fix, Reason, Unserved
from planner.model.profiles import COLUMNS, Phase, Profile
from planner.model.reviews import Verdict


def test_a_drone_that_the_job_does_not_have_fails(good):
    (failure,) = good.with_sortie(1, drone="D9").only("record.known")
    assert failure.subject == "S2, drone"
    assert "'D9'" in failure.detail


def test_a_drone_type_that_is_not_the_drones_fails(good):
    (failure,) = good.with_sortie(1, drone_type="hexa").only("record.known")
    assert failure.subject == "S2, drone type recorded"


def test_a_drone_of_a_type_that_the_job_does_not_have_fails(good):
    first, second = good.job.drones
    failures = good.with_job(drones=(first, replace(second, type="hexa"))).only("record.known")
    assert {finding.subject for finding in failures} == {"S2, drone type", "S2, drone type recorded"}


def test_a_pad_that_the_airspace_does_not_have_fails(good):
    world = good.with_leg(1, 0, to_pad="NOWHERE")
    (failure,) = world.broken("record.known")
    assert failure.subject == "S2 leg 1 HUB>NOWHERE, pad 'NOWHERE'"
    assert world.review().verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("changes", "what"), [({"gates": ("G9",)}, "gate"), ({"jurisdictions": ("XX",)}, "jurisdiction")]
)
def test_a_gate_or_jurisdiction_that_the_airspace_does_not_have_fails(good, changes, what):
    (failure,) = good.with_leg(1, 0, **changes).broken("record.known")
    assert failure.subject == f"S2 leg 1 HUB>KIOSK, {what} '{next(iter(changes.values()))[0]}'"


def test_a_sortie_id_that_stands_twice_fails(good):
    (failure,) = good.with_sortie(1, id="S1").only("record.known")
    assert failure.subject == "sortie S1"


@pytest.mark.parametrize("what", ["start", "end"])
def test_a_plan_for_another_day_fails(good, what):
    (failure,) = good.with_plan(**{what: getattr(good.plan, what) + timedelta(days=1)}).only("record.job")
    assert failure.subject == f"plan, {what}"


@pytest.mark.parametrize("stated", ["sha256:1", ""])
def test_a_digest_that_is_not_that_of_the_content_fails(good, stated):
    failures = good.review(stated_digest=stated).of(Verdict.FAIL)
    assert [finding.rule for finding in failures] == ["record.digest"]
    assert "sha256:0" in failures[0].detail
    assert (stated or "none") in failures[0].detail


@pytest.mark.parametrize(
    ("rule", "field", "off", "allowed"),
    [
        # 10 km, 100.89 Wh, 957.67 s, 36.80 HKD; 1 in 10 000 and a least figure are allowed.
        ("totals.distance", "distance_m", -100, 2.0),
        ("totals.energy", "energy_wh", -10, 1.0101),
        ("totals.flight", "flight_s", 60, 1.0958),
        ("totals.cost", "cost", -1, 0.0137),
    ],
)
def test_a_total_that_is_not_the_sum_fails(good, rule, field, off, allowed):
    (failure,) = good.with_totals(**{field: getattr(good.plan.totals, field) + off}).only(rule)
    assert failure.subject == "plan"
    assert failure.margin == pytest.approx(allowed - abs(off), abs=0.001)


@pytest.mark.parametrize("what", ["sorties", "served", "unserved"])
def test_a_count_that_is_not_what_is_listed_fails(good, what):
    (failure,) = good.with_totals(**{what: getattr(good.plan.totals, what) + 2}).only("totals.counts")
    assert failure.subject == f"plan, {what}"
    assert failure.margin == -2


def test_a_cost_in_another_currency_fails(good):
    (failure,) = good.with_totals(currency="CNY").only("value.currency")
    assert failure.subject == "plan, totals"


def profiled(good, **changes):
    """The good plan with a profile of its first leg: two rows, from take-off to the end."""
    leg = good.plan.sorties[0].legs[0]
    ends = {
        "along_m": leg.distance_m, "t_s": leg.duration_s, "energy_wh": leg.energy_wh, "state_of_charge": leg.soc_end,
        **changes,
    }  # fmt: skip
    first, last = leg.waypoints[0], leg.waypoints[-1]
    places = {name: (getattr(first, name), getattr(last, name)) for name in ("lon", "lat", "alt_amsl_m")}
    flat = dict.fromkeys(COLUMNS, (0.0, 0.0)) | places
    columns = flat | {name: (0.0, value) for name, value in ends.items()} | {"phase": (Phase.CRUISE, Phase.GROUND)}
    return good.with_leg(0, 0, profile=Profile(**columns))


def test_a_profile_that_ends_as_its_leg_passes(good):
    world = profiled(good)
    assert not world.broken("leg.profile")
    assert world.review().verdict is Verdict.PASS


def test_a_profile_of_a_leg_that_cannot_be_measured_is_held_to_the_figures_of_its_end(good):
    nowhere = good.plan.sorties[0].legs[0].waypoints[:1]
    assert not profiled(good).with_leg(0, 0, waypoints=nowhere).broken("leg.profile")
    (failure,) = profiled(good, t_s=0.0).with_leg(0, 0, waypoints=nowhere).broken("leg.profile")
    assert failure.subject == "S1 leg 1 HUB>CLINIC, time"


def test_a_profile_follows_its_line_to_the_last_waypoint_wherever_that_is(good):
    # Level from above the hub to above the kiosk: a record that nobody flies, whose last row is where its line ends.
    points = good.plan.sorties[1].legs[0].waypoints[1:3]
    rows = {name: tuple(getattr(point, name) for point in points) for name in ("lon", "lat", "alt_amsl_m")}
    world = profiled(good, along_m=2000.0)
    profile = replace(world.plan.sorties[0].legs[0].profile, **rows)
    failures = good.with_leg(1, 0, waypoints=points, profile=profile, distance_m=2000.0).broken("leg.profile")
    assert {failure.subject.split(", ")[1] for failure in failures} <= {"time", "energy", "charge"}
    # A metre and a thousandth of the leg, 3 m in all, may it be beside it.
    for metres, right in ((2.9, True), (3.1, False)):
        beside = replace(profile, lat=(profile.lat[0], profile.lat[1] + metres / 110740))
        moved = good.with_leg(1, 0, waypoints=points, profile=beside, distance_m=2000.0).broken("leg.profile")
        assert ("place of row 2" not in {failure.subject.split(", ")[1] for failure in moved}) is right


@pytest.mark.parametrize(
    ("column", "what"),
    [("along_m", "distance"), ("t_s", "time"), ("energy_wh", "energy"), ("state_of_charge", "charge")],
)
def test_a_profile_that_ends_otherwise_than_its_leg_fails(good, column, what):
    failures = profiled(good, **{column: 0.0}).only("leg.profile")
    assert f"S1 leg 1 HUB>CLINIC, {what}" in {failure.subject for failure in failures}


@pytest.mark.parametrize(
    ("column", "off", "what"), [("lon", 1e-4, "place"), ("lat", -1e-4, "place"), ("alt_amsl_m", -1.0, "height")]
)
@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_row_of_a_profile_that_is_not_on_the_line_fails(good, helpers, column, off, what, row):
    # A third row 1 000 m along the line to the north, at the level.
    world, at = profiled(good), helpers.away(*helpers.HUB_AT, 0, 1000)
    profile = world.plan.sorties[0].legs[0].profile
    middle = {"along_m": 1000.0, "lon": at[0], "lat": at[1], "alt_amsl_m": 110.0, "phase": Phase.CRUISE}
    columns = {
        name: (values[0], middle.get(name, values[0]), values[1])
        for name in COLUMNS
        for values in (getattr(profile, name),)
    }
    world = world.with_leg(0, 0, profile=Profile(**columns))
    assert not world.broken("leg.profile")
    moved = [value + off if number == row else value for number, value in enumerate(columns[column])]
    (failure,) = world.with_leg(0, 0, profile=Profile(**columns | {column: tuple(moved)})).only("leg.profile")
    assert f"{what} of row {row + 1}" in failure.subject


@pytest.mark.parametrize(
    "claims",
    [{"lower": 1e6}, {"proven": True}, {"gap": 0.0}, {"lower": float("nan")}],
    ids=["above", "proof", "gap", "nan"],
)
def test_a_bound_that_contradicts_the_plan_or_itself_fails(good, claims):
    (failure,) = good.with_plan(bound=replace(good.plan.bound, **claims)).only("totals.bound")
    assert failure.subject == "plan"


def test_a_bound_below_the_cost_passes_and_is_not_derived_again(good):
    bound = replace(good.plan.bound, lower=good.plan.totals.cost / 2, gap=0.5)
    assert good.with_plan(bound=bound).review().verdict is Verdict.PASS


def bounded(good, share, **claims):
    """The good plan with a bound at a share of its cost."""
    cost = good.plan.totals.cost
    return good.with_plan(bound=replace(good.plan.bound, lower=cost * share, gap=1 - share, **claims))


def test_a_gap_that_is_not_what_lies_between_bound_and_cost_fails(good):
    world = bounded(good, 0.9)
    assert not world.broken("totals.bound")
    (failure,) = world.with_plan(bound=replace(world.plan.bound, gap=0.01)).only("totals.bound")
    assert failure.subject == "plan, gap"
    assert failure.margin == pytest.approx(-0.09 + 1e-4)


def test_a_proof_of_a_cost_above_its_bound_fails(good):
    assert not bounded(good, 1.0, proven=True).broken("totals.bound")
    (failure,) = bounded(good, 0.99, proven=True).only("totals.bound")
    assert failure.subject == "plan, proof"


def test_a_plan_that_costs_nothing_leaves_no_gap(good):
    idle = good.with_plan(sorties=(), totals=replace(good.plan.totals, cost=0.0))
    for gap, holds in ((0.0, True), (0.01, False)):
        bound = replace(good.plan.bound, lower=0.0, gap=gap)
        assert (idle.with_plan(bound=bound).broken("totals.bound") == ()) is holds


def test_a_proof_is_good_to_a_ten_thousandth_of_cost_and_penalties_together(good, helpers):
    # 500 for the order left out, twice as much at priority 2; nothing for one that nobody knows.
    world = leaving_out(good, helpers, priority=2)
    ghost = replace(world.plan.unserved[0], order="GHOST")
    cost = good.plan.totals.cost
    for penalties, unserved in ((1000, world.plan.unserved), (1000, (*world.plan.unserved, ghost)), (0, (ghost,))):
        for share, holds in ((0.99, True), (1.01, False)):
            lower = cost - share * 1e-4 * (cost + penalties)
            bound = replace(world.plan.bound, lower=lower, gap=None, proven=True)
            failures = world.with_plan(bound=bound, unserved=unserved).broken("totals.bound")
            assert [failure.subject for failure in failures] == ([] if holds else ["plan, proof"])


A, B = "a" * 64, "b" * 64


def test_a_file_that_changed_since_is_named_and_breaks_nothing(good):
    now = (InputFile(path="orders.csv", sha256=A), InputFile(path="zones.geojson", sha256=A))
    then = (InputFile(path="orders.csv", sha256=A.upper()), InputFile(path="zones.geojson", sha256=B))
    review = good.with_job(inputs=now).with_plan(inputs=then).review()
    (finding,) = (finding for finding in review.findings if finding.rule == "record.inputs")
    assert finding.verdict is Verdict.NOT_CHECKED
    assert finding.detail.endswith("zones.geojson")
    assert review.verdict is Verdict.PASS


@pytest.mark.parametrize("then", [(), (InputFile(path="orders.csv", sha256=A),)], ids=["none told", "the same"])
def test_files_that_are_the_same_or_not_told_pass(good, then):
    world = good.with_job(inputs=(InputFile(path="orders.csv", sha256=A),)).with_plan(inputs=then)
    assert world.review().verdict is Verdict.PASS
    assert world.passing("record.inputs")


def leaving_out(good, helpers, **changes):
    """The good plan with one order more, which is left out for a reason."""
    told = Unserved(order="O9", reason=Reason.FLEET_BUSY, detail="every drone is away", numbers={"drones": 2.0})
    fields = {key: changes.pop(key) for key in list(changes) if not hasattr(told, key)}
    world = good.with_job(orders=(*good.job.orders, helpers.an_order("O9", "KIOSK")))
    world = world.with_order("O9", **fields) if fields else world
    return world.with_plan(unserved=(replace(told, **changes),)).with_totals(unserved=1)


def test_an_order_left_out_with_a_reason_passes(good, helpers):
    world = leaving_out(good, helpers, fixes=(Fix(change="one drone more", verified=True),))
    assert world.review().verdict is Verdict.PASS


@pytest.mark.parametrize(
    "changes",
    [
        {"detail": " "},
        {"numbers": {"drones": float("nan")}},
        {"fixes": (Fix(change="", verified=True),)},
        {"reason": Reason.DANGEROUS_GOODS},
        {"reason": Reason.COLD_CHAIN},
        {"reason": Reason.TOGETHER},
        {"reason": Reason.CUSTOMS_WINDOW, "precleared": "ATA-1"},
    ],
    ids=["no words", "no number", "no change", "goods", "cold chain", "together", "customs"],
)
def test_an_order_left_out_without_words_or_against_what_it_is_fails(good, helpers, changes):
    (failure,) = leaving_out(good, helpers, **changes).only("record.unserved")
    assert failure.subject == "order O9"


def test_a_reason_that_the_order_bears_out_passes(good, helpers):
    world = leaving_out(good, helpers, reason=Reason.COLD_CHAIN, max_minutes=5.0)
    assert not world.broken("record.unserved")
