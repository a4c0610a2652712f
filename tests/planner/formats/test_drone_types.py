from __future__ import annotations

import pytest

from airspace.errors import Problem
from airspace.formats.documents import RawFile
from planner.formats.fleet import read_drone_types
from planner.model.fleets import DroneType
from planner.model.powers import MassPower, Multirotor, PowerTable, Quadplane

BODY = "\n".join(
    f'{name} = {{value = {value}, source = "sheet", verified = true}}'
    for name, value in {
        "mass_kg": 4, "max_payload_kg": 1, "battery_wh": 150, "cruise_mps": 13, "climb_mps": 3, "descent_mps": 2,
        "max_wind_mps": 10, "temp_min_c": -10, "temp_max_c": 40,
    }.items()
)  # fmt: skip


def figure(name: str, value: float) -> str:
    return f'{name} = {{value = {value}, source = "fit", verified = false}}'


POWER = {
    MassPower: figure("power_coefficient", 71.5),
    Multirotor: "\n".join(
        [
            'model = "multirotor"', figure("disc_area_m2", 0.34), figure("hover_factor", 2.0),
            figure("drag_area_m2", 0.09), figure("avionics_w", 10),
        ]
    ),
    Quadplane: "\n".join(
        [
            'model = "quadplane"', figure("hover_coefficient", 60), figure("lift_to_drag", 3.1),
            figure("stall_mps", 10),
        ]
    ),
    PowerTable: """model = "table"
[it.power_table]
source = "our logs"
verified = true
density_kg_m3 = 1.18
mass_kg = [4, 5]
air_speed_mps = [10, 13]
climb_w = [600, 800]
cruise_w = [[500, 510], [700, 720]]
descent_w = [480, 650]
hover_w = [520, 730]
""",
}  # fmt: skip


def read(power: str) -> tuple[DroneType | None, list[Problem]]:
    placed, problems = read_drone_types(RawFile(name="drones.toml", raw=f'[it]\nname = "It"\n{BODY}\n{power}'.encode()))
    return placed[0].value, problems


@pytest.mark.parametrize("model", POWER)
def test_a_type_names_its_model_and_brings_the_figures_it_needs(model: type) -> None:
    kind, problems = read(POWER[model])
    assert problems == []
    assert kind is not None
    assert isinstance(kind.power, model)
    assert {str(source.confidence) for source in kind.sources.values()} == {"sourced"} | (
        set() if model is PowerTable else {"assumed"}
    )


def test_everything_that_a_model_misses_is_told_at_once() -> None:
    kind, problems = read('model = "multirotor"\n' + figure("hover_factor", 2.0))
    assert kind is None
    assert {problem.place for problem in problems} == {"it.disc_area_m2", "it.drag_area_m2", "it.avionics_w"}
    assert {problem.code for problem in problems} == {"MISSING_VALUE"}


def test_an_unknown_model_is_told_with_those_there_are() -> None:
    kind, (problem,) = read('model = "multi_rotor"')
    assert kind is None
    assert (problem.code, problem.place) == ("UNKNOWN_MODEL", "it.model")
    assert "multirotor" in problem.expected
    assert problem.fix == "Did you mean 'multirotor'?"


def test_a_figure_of_another_model_is_not_silently_taken() -> None:
    kind, (problem,) = read(POWER[MassPower] + "\n" + figure("drag_area_m2", 0.1))
    assert kind is not None
    assert problem.warning
    assert problem.place == "it.drag_area_m2"


def test_figures_that_contradict_each_other_are_told_with_the_type() -> None:
    kind, (problem,) = read(POWER[Multirotor].replace("value = 2.0", "value = 1.2"))
    assert kind is None
    assert "hover_factor >=" in problem.expected
    assert "drone type 'it'" in problem.expected


def test_a_power_table_that_does_not_reach_the_heaviest_load_is_told() -> None:
    kind, (problem,) = read(POWER[PowerTable].replace("mass_kg = [4, 5]", "mass_kg = [4, 4.5]"))
    assert kind is None
    assert "power table that holds" in problem.expected


def test_a_misspelt_key_of_a_power_table_is_told_with_the_right_one() -> None:
    _, problems = read(POWER[PowerTable].replace("hover_w", "hovr_w"))
    fixes = {problem.fix for problem in problems if problem.code == "UNKNOWN_KEY"}
    assert fixes == {"Did you mean 'hover_w'?"}


def test_a_type_may_tell_its_number_in_djis_list() -> None:
    kind, problems = read(f"{POWER[MassPower]}\n{figure('dji_type', 67)}\n{figure('dji_sub_type', 1)}")
    assert problems == []
    assert kind is not None
    assert (kind.dji_type, kind.dji_sub_type) == (67, 1)
    assert kind.sources["dji_type"].citation == "fit"
    unnumbered, _ = read(POWER[MassPower])
    assert unnumbered is not None
    assert (unnumbered.dji_type, unnumbered.dji_sub_type) == (None, 0)


@pytest.mark.parametrize("value", ["67.5", "-1", "70000", '"67"'])
def test_a_number_in_djis_list_is_a_whole_one(value: str) -> None:
    told = f'dji_type = {{value = {value}, source = "list", verified = true}}'
    kind, (problem,) = read(f"{POWER[MassPower]}\n{told}")
    assert kind is None
    assert problem.place == "it.dji_type.value"
