"""A day across a boundary with the rules of both sides, planned once, and the packets of both authorities."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from planner import origins
from planner.formats.plans import read_plan
from planner.formats.scenario import read_scenario
from planner.model.scenarios import Scenario
from planner.output.packet.documents import Document, packet_to_document
from planner.output.packet.dossiers import Dossier
from planner.output.packet.gathering import gather
from planner.output.packet.values import Packet
from planner.safety.checks import check_leg_by_leg
from tests.hostile import write_day

OFFICES = {
    "north": "Shenzhen low-altitude airspace authority (name assumed)",
    "south": "Civil Aviation Department, Hong Kong",
}
SIDES = {"NORTH": "shenzhen", "SOUTH": "hongkong"}
CHINESE = {"HUB zh": "罗湖", "CLINIC zh": "上水", "gate zh": "罗湖—羅湖"}


@dataclass(frozen=True)
class Ready:
    """The plan of the day and all that belongs to it."""

    folder: Path
    plan_file: Path

    @cached_property
    def scenario(self) -> Scenario:
        return read_scenario(self.folder / "day")

    @cached_property
    def record(self) -> Document:
        told: Document = json.loads(self.plan_file.read_text(encoding="utf-8"))
        return told

    @cached_property
    def dossier(self) -> Dossier:
        plan, stated, content = read_plan(self.plan_file)
        found = origins.scenario_of(plan, self.plan_file, named=self.folder / "day")
        review, legs = check_leg_by_leg(plan, found.sky, found.job, digest=content, stated_digest=stated)
        return Dossier(
            plan=plan, sky=found.sky, job=found.job, review=review, legs=legs, digest=content, basemap=found.basemap
        )

    @cached_property
    def north(self) -> Packet:
        return gather(self.dossier, "north")

    @cached_property
    def south(self) -> Packet:
        return gather(self.dossier, "SOUTH")

    @cached_property
    def document(self) -> Document:
        return packet_to_document(self.north)


def write_plain_day(folder: Path) -> None:
    """Write the day with plain names, and with the ledgers of Shenzhen and Hong Kong in force."""
    write_day(folder, lambda base: OFFICES.get(base) or CHINESE.get(base, base))
    _changed(folder / "jurisdictions.geojson", lambda given: given.update(rules=[SIDES[given["id"]]]))
    contacts = {"contacts": {"NORTH": "tower of the north, 118.1 MHz"}, "if_unconfirmed": "return to HUB"}
    _changed(folder / "gates.geojson", lambda given: given.update(contacts))


def _changed(file: Path, change: Any) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))
    for feature in document["features"]:
        change(feature["properties"])
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
