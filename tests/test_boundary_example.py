"""The example's boundary: taken away, closed or shifted, and what becomes of its orders."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import planner
from planner import cli
from planner.formats.scenario import read_scenario
from planner.model.plans import Plan, Reason
from planner.model.reviews import Verdict
from planner.solving.solvers import SolveOptions

EXAMPLE = Path(__file__).parents[1] / "examples" / "luohu"
CAD = "Civil Aviation Department, Hong Kong"


def with_gates(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The example with its gates changed."""
    scenario = folder / "luohu"
    shutil.copytree(EXAMPLE, scenario)
    gates = json.loads((scenario / "gates.geojson").read_text(encoding="utf-8"))
    for feature in gates["features"]:
        change(feature["properties"])
    (scenario / "gates.geojson").write_text(json.dumps(gates), encoding="utf-8")
    return scenario


def planned(scenario: Path) -> Plan:
    read = read_scenario(scenario)
    plan = planner.plan(read.job, read.sky, options=SolveOptions(iterations=10))
    assert planner.check(plan, read.sky, read.job).verdict is Verdict.PASS
    return plan


def crossing_orders() -> set[str]:
    """The orders between a pad on one side and a pad on the other."""
    pads = json.loads((EXAMPLE / "pads.geojson").read_text(encoding="utf-8"))["features"]
    side = {feature["properties"]["id"]: feature["properties"]["jurisdiction"] for feature in pads}
    with (EXAMPLE / "orders.csv").open(encoding="utf-8", newline="") as rows:
        return {row["order_id"] for row in csv.DictReader(rows) if side[row["from_pad"]] != side[row["to_pad"]]}


def crossing_sorties(plan: Plan) -> list[datetime]:
    return [sortie.departs for sortie in plan.sorties if any(leg.crossings for leg in sortie.legs)]


@pytest.fixture(scope="module")
def as_it_is() -> Plan:
    return planned(EXAMPLE)


def test_the_boundary_is_crossed_through_gates_only(as_it_is: Plan) -> None:
    crossings = [crossing for sortie in as_it_is.sorties for leg in sortie.legs for crossing in leg.crossings]
    assert len(crossings) > 20
    assert {crossing.gate for crossing in crossings} <= {"G1", "G2", "G3"}
    assert {(crossing.before, crossing.after) for crossing in crossings} == {("SZ", "HK"), ("HK", "SZ")}


def test_every_zone_entered_is_told_with_the_permit_that_opens_it(as_it_is: Plan) -> None:
    entries = [entry for sortie in as_it_is.sorties for leg in sortie.legs for entry in leg.zones]
    assert "SZ-BND" in {entry.zone for entry in entries}
    assert all("PERMIT" in entry.permit for entry in entries)


def test_without_the_permits_of_one_side_no_order_crosses(tmp_path: Path) -> None:
    def drop(gate: dict[str, Any]) -> None:
        gate["permits"] = [permit for permit in gate["permits"] if permit["authority"] != CAD]

    plan = planned(with_gates(tmp_path, drop))
    reasons = {item.order: item.reason for item in plan.unserved}
    crossing = crossing_orders()
    assert len(crossing) > 30
    assert {reasons.get(order) for order in crossing} == {Reason.PERMIT_MISSING}
    assert crossing_sorties(plan) == []


def test_with_gates_closed_until_ten_sorties_cross_after_ten_or_say_so(tmp_path: Path, as_it_is: Plan) -> None:
    def close(gate: dict[str, Any]) -> None:
        gate["schedule"] = [{"days": ["ANY"], "start": "10:00", "end": "12:30", "utc_offset": "+08:00"}]

    plan = planned(with_gates(tmp_path, close))
    ten = datetime.fromisoformat("2026-12-01T10:00:00+08:00")
    assert min(crossing_sorties(as_it_is)) < ten <= min(crossing_sorties(plan))
    before = {item.order for item in as_it_is.unserved}
    newly = {item.order: item.reason for item in plan.unserved if item.order not in before}
    assert newly
    # One that stays on its side may still need a gate: for its way out to an alternate.
    assert {newly[order] for order in newly.keys() - crossing_orders()} <= {Reason.RESERVE}
    # Those whose window ends before ten cannot cross; a few that could find every drone busy once all fly after ten.
    assert set(newly.values()) <= {Reason.GATE_CLOSED, Reason.FLEET_BUSY, Reason.PAD_BUSY, Reason.RESERVE}
    assert Reason.GATE_CLOSED in newly.values()


def test_a_route_may_be_asked_by_way_of_one_gate() -> None:
    def gates(*options: str) -> list[str]:
        told = CliRunner().invoke(cli.app, ["route", str(EXAMPLE), "SZ-LUOHU", "HK-LMC", "--json", *options])
        assert told.exit_code == 0, told.stderr
        return list(json.loads(told.stdout)["leg"]["gates"])

    assert gates() == ["G1"]
    assert gates("--gate", "G3") == ["G3"]
    lost = CliRunner().invoke(cli.app, ["route", str(EXAMPLE), "SZ-LUOHU", "HK-LMC", "--gate", "G9"])
    assert lost.exit_code == 3
    assert "there are G1, G2, G3" in lost.stderr
