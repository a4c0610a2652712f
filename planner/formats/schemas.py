"""JSON Schemas of the files we read and write, made from the very models that stand at the door."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, TypeAdapter

from airspace.formats import doors as sky
from airspace.formats.corridors import LibraryFile
from planner.formats.doors import drones, records, rows, scenario, traffic

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return a JSON Schema for each kind of file, by name.

    TOML files are told as the JSON of the same shape, CSV files as one row with its cells read.
    """
    models: dict[str, type[BaseModel]] = {
        "scenario": scenario.ScenarioFile,
        "zones": sky.ZoneCollection,
        "pads": sky.PadCollection,
        "gates": sky.GateCollection,
        "jurisdictions": sky.JurisdictionCollection,
        "land": sky.LandCollection,
        "corridors": LibraryFile,
        "intents": traffic.IntentsFile,
        "order": rows.OrderRow,
        "drone": rows.DroneRow,
        "plan": records.PlanFile,
        "review": records.ReviewFile,
    }
    made = {name: model.model_json_schema() for name, model in models.items()}
    made["drones"] = TypeAdapter(dict[str, drones.AnyDroneTypeTable]).json_schema()
    return {name: {"$schema": DIALECT, **made[name]} for name in sorted(made)}
