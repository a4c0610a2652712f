from __future__ import annotations

import json
from dataclasses import MISSING, fields

import pytest

from planner.formats.doors.drones import FIGURES, power_figures
from planner.formats.doors.scenario import AirTable, PolicyTable
from planner.formats.fleet import POWERS
from planner.formats.schemas import schemas
from planner.model.fleets import DroneType
from planner.model.jobs import Policy, Weather
from planner.model.powers import MassPower, Multirotor, Quadplane


def test_there_is_a_schema_for_every_kind_of_file():
    made = schemas()
    assert list(made) == [
        "corridors", "drone", "drones", "gates", "intents", "jurisdictions", "land", "order", "pads", "plan", "review",
        "scenario", "zones",
    ]  # fmt: skip
    assert json.loads(json.dumps(made)) == made
    assert all(schema["$schema"].startswith("https://json-schema.org/") for schema in made.values())


def test_schemas_speak_of_keys_as_they_stand_in_the_files():
    made = schemas()
    assert "schema" in made["scenario"]["required"]
    assert {"from", "to"} <= set(made["plan"]["$defs"]["LegRecord"]["required"])
    assert made["zones"]["$defs"]["ZoneProperties"]["properties"]["restriction"]["enum"] == [
        "PROHIBITED",
        "REQ_AUTHORISATION",
        "CONDITIONAL",
        "NO_RESTRICTION",
    ]
    assert made["order"]["properties"]["ready_at"] == {"format": "date-time", "title": "Ready At", "type": "string"}
    assert made["scenario"]["additionalProperties"] is False


@pytest.mark.parametrize(("door", "value"), [(PolicyTable, Policy), (AirTable, Weather)])
def test_the_door_has_the_fields_and_the_defaults_of_the_value(door, value):
    own = {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(value)
    }
    read_from_a_file = {"grid": "wind_grid"}
    assert [read_from_a_file.get(name, name) for name in door.model_fields] == list(own)
    for name, field in door.model_fields.items():
        if not field.is_required():
            default = field.get_default(call_default_factory=True)
            expected = own[read_from_a_file.get(name, name)]
            assert (tuple(default) if isinstance(default, list) else default) == expected


def test_every_figure_of_a_drone_type_can_stand_in_its_file():
    assert set(FIGURES) == {field.name for field in fields(DroneType)} - {"id", "name", "sources", "power"}


@pytest.mark.parametrize("power", [MassPower, Multirotor, Quadplane])
def test_every_figure_of_a_model_of_power_can_stand_in_its_file(power):
    door = next(door for door, model in POWERS.items() if model is power)
    assert set(power_figures(door)) == {field.name for field in fields(power)}
