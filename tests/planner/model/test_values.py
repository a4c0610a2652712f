from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import timedelta

import pytest

from planner.errors import OrdersUnserved, PlannerError, UnknownOrder
from planner.model.jobs import Weather
from planner.model.plans import Bound, CreatedBy, Plan, Reason, Totals, Unserved
from planner.model.reviews import Finding, Review, Verdict
from tests.planner import scenes


def a_plan(*unserved: Unserved) -> Plan:
    return Plan(
        name="p", start=scenes.START, end=scenes.END, utc_offset=timedelta(0), inputs=(), sorties=(),
        unserved=unserved, created_by=CreatedBy(version="v", seed=1, options={}),
        totals=Totals(
            cost=0.0, currency="HKD", distance_m=0.0, energy_wh=0.0, flight_s=0.0, sorties=0, served=0,
            unserved=len(unserved),
        ),
        bound=Bound(lower=None, gap=None, rules="none", proven=False),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"mass_kg": 0.0}, "mass_kg > 0"),
        ({"battery_wh": float("nan")}, "battery_wh > 0"),
        ({"swap_s": -1.0}, "swap_s"),
        ({"max_volume_l": 0.0}, "max_volume_l > 0"),
    ],
)
def test_a_drone_type_with_an_impossible_figure_does_not_exist(fields: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        scenes.kind(**fields)


@pytest.mark.parametrize("fields", [{"health": 0.0}, {"health": 1.1}, {"state_of_charge": -0.1}])
def test_a_drone_is_neither_dead_nor_overcharged(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="drone 'd'"):
        scenes.drone("d", **fields)


def test_a_drone_works_from_one_moment_until_a_later_one() -> None:
    noon = scenes.at("12:00")
    assert scenes.drone("d").hours[0] < noon < scenes.drone("d").hours[1]
    assert scenes.drone("d", works_from=noon).hours[0] == noon
    with pytest.raises(ValueError, match="works_from before works_until"):
        scenes.drone("d", works_from=noon, works_until=noon)
    with pytest.raises(ValueError, match="naive"):
        scenes.drone("d", works_until=noon.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reserve_share": 1.0}, "reserve_share"),
        ({"energy_factor": 0.9}, "energy_factor"),
        ({"max_orders_per_sortie": 0}, "max_orders_per_sortie"),
        ({"clearance_m": -1.0}, "clearance_m"),
        ({"unserved_penalty": float("nan")}, "unserved_penalty"),
    ],
)
def test_a_policy_promises_something_possible(fields: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        scenes.policy(**fields)


@pytest.mark.parametrize(
    "fields", [{"wind_mps": -1.0}, {"wind_from_deg": 361.0}, {"temperature_c": 99.0}, {"pressure_hpa": 30.0}]
)
def test_weather_is_weather_of_the_low_air(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="weather: expected"):
        Weather(**fields)


def test_an_order_is_ready_before_it_is_due_and_goes_somewhere_else() -> None:
    with pytest.raises(ValueError, match="ready_at before due_at"):
        scenes.order("o", "A", ready="10:00", due="09:00")
    with pytest.raises(ValueError, match="two different pads"):
        scenes.order("o", "hub")
    with pytest.raises(ValueError, match="priority >= 1"):
        scenes.order("o", "A", priority=0)
    with pytest.raises(ValueError, match="volume_l > 0"):
        scenes.order("o", "A", volume_l=0.0)
    with pytest.raises(ValueError, match="naive"):
        replace(scenes.order("o", "A"), ready_at=scenes.START.replace(tzinfo=None))


@pytest.mark.parametrize("fields", [{"kg": 0.0}, {"declared_value": -1.0}, {"max_minutes": 0.0}])
def test_a_consignment_weighs_something_and_is_worth_no_less_than_nothing(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="consignment: expected"):
        scenes.order("o", "A", **fields)


def test_a_job_has_every_id_once_and_ends_after_it_starts() -> None:
    order = scenes.order("o", "A")
    with pytest.raises(ValueError, match="o more than once"):
        scenes.job([order, order])
    with pytest.raises(ValueError, match="start before end"):
        scenes.job([order], end=scenes.START)


def test_a_job_finds_its_things_by_id_and_says_what_it_does_not_have() -> None:
    job = scenes.job([scenes.order("o", "A")])
    assert job.order("o").to_pad == "A"
    assert job.drone("d1").type == "nine"
    assert job.drone_type("nine").mass_kg == 9.0
    with pytest.raises(UnknownOrder, match="no order 'x' in job 'scene'"):
        job.order("x")
    with pytest.raises(LookupError, match="no drone 'x'"):
        job.drone("x")
    with pytest.raises(LookupError, match="no drone type 'x'"):
        job.drone_type("x")
    assert issubclass(UnknownOrder, PlannerError)


def test_values_cannot_be_changed_and_travel_between_processes() -> None:
    job = scenes.job([scenes.order("o", "A")])
    with pytest.raises(FrozenInstanceError):
        job.name = "other"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(job)) == job  # noqa: S301 - our own bytes


def test_the_centre_line_keeps_half_a_corridor_and_the_clearance() -> None:
    policy = scenes.policy(corridor_half_width_m=20.0, clearance_m=30.0)
    assert policy.keep_out_m(scenes.kind()) == 50.0
    assert policy.keep_out_m(scenes.kind(corridor_half_width_m=5.0)) == 35.0


@pytest.mark.parametrize("levels_m", [(), (80.0, 80.0), (90.0, 80.0), (80.0, 80.001)])
def test_levels_rise_from_the_lowest(levels_m: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="levels_amsl_m rising"):
        scenes.policy(levels_amsl_m=levels_m)


def test_a_plan_raises_for_unserved_orders_only_when_asked_and_when_there_are_any() -> None:
    a_plan().raise_for_unserved()
    with pytest.raises(OrdersUnserved, match="1 orders unserved: o: PAYLOAD"):
        a_plan(Unserved(order="o", reason=Reason.PAYLOAD, detail="too heavy")).raise_for_unserved()


def test_a_review_gives_its_findings_by_verdict() -> None:
    good, bad = (Finding(rule=v.value, source="s", verdict=v, subject="x") for v in (Verdict.PASS, Verdict.FAIL))
    review = Review(plan_digest="d", verdict=Verdict.FAIL, findings=(bad, good))
    assert review.of(Verdict.FAIL) == (bad,)
    assert review.of(Verdict.NOT_CHECKED) == ()
