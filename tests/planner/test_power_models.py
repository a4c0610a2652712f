"""Every model of power from the planner's tables to the independent check."""

from __future__ import annotations

import math

import pytest

from planner import planning
from planner.model.jobs import Weather
from planner.model.powers import MassPower, Multirotor, PowerFigures, PowerTable, Quadplane
from planner.model.reviews import Verdict
from planner.safety.cases import laid_open
from planner.safety.energies import derived_wh
from tests.planner import scenes
from tests.planner.scenes import order

NINE_KG: dict[str, PowerFigures] = {
    "mass_power": MassPower(power_coefficient=40.0 * math.sqrt(1.225), hover_constant_w=20.0),
    "multirotor": Multirotor(disc_area_m2=1.2, hover_factor=1.9, drag_area_m2=0.15, avionics_w=10.0),
    "quadplane": Quadplane(hover_coefficient=44.0, lift_to_drag=5.0, stall_mps=11.0),
    "table": PowerTable(
        density_kg_m3=1.2, mass_kg=(9.0, 12.0, 16.0), air_speed_mps=(10.0, 15.0), climb_w=(1200.0, 1900.0, 2950.0),
        cruise_w=((1000.0, 1050.0), (1600.0, 1700.0), (2500.0, 2600.0)), descent_w=(1000.0, 1500.0, 2400.0),
        hover_w=(1050.0, 1650.0, 2560.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NINE_KG)
def test_a_plan_by_any_model_passes_the_check_whose_own_energy_is_within_half_a_percent(name: str) -> None:
    kind = scenes.kind(power=NINE_KG[name])
    weather = Weather(wind_mps=5.0, wind_from_deg=40.0, temperature_c=31.0)
    job = scenes.job([order("o1", "A", 3.3), order("o2", "B", 2.1)], drone_types=(kind,), weather=weather)
    sky = scenes.plain_sky()
    plan = planning.plan(job, sky, options=scenes.QUICK)
    assert plan.totals.served == 2
    review = planning.check(plan, sky, job)
    assert review.verdict is Verdict.PASS, review.of(Verdict.FAIL)
    case = laid_open(plan, sky, job, digest="", stated_digest="")
    for leg in case.legs:
        assert leg.leg.energy_wh == pytest.approx(derived_wh(case, leg), rel=0.005)


def test_a_load_beyond_a_power_table_is_not_planned_but_told() -> None:
    kind = scenes.kind(power=NINE_KG["table"])
    job = scenes.job([order("o1", "A", 7.5)], drone_types=(kind,))
    plan = planning.plan(job, scenes.plain_sky(), options=scenes.QUICK)
    assert plan.totals.served == 0
