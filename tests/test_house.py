"""The house itself: who may import whom, what loads when, and what is public."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import airspace
import planner

ROOT = Path(__file__).parents[1]

AIRSPACE = ["patience", "compiling", "errors", "earth", "model", "rules", "corridors", "formats"]
PLANNER = [
    "errors",
    "model",
    "physics",
    "formats",
    "solving",
    "versions",
    "planning",
    "comparing",
    "deconflicting",
    "explaining",
    "output",
    "drawing",
    "origins",
    "provenance",
    "telling",
    "tabling",
    "terminal",
    "zone_commands",
    "route_telling",
    "route_commands",
    "calibrate_commands",
    "corridor_telling",
    "corridor_commands",
    "explain_telling",
    "explain_commands",
    "verify_telling",
    "verify_commands",
    "log_telling",
    "log_commands",
    "check_telling",
    "check_commands",
    "compare_telling",
    "compare_commands",
    "plan_telling",
    "packet_telling",
    "packet_commands",
    "cli",
]
"""From the lowest floor up; a module may import from its own floor and from lower ones."""

MAY_NOT = {
    "airspace.corridors": ("airspace.formats",),
    "airspace.formats": ("airspace.corridors",),
    "planner.solving": ("planner.formats", "planner.safety"),
    "planner.formats": ("planner.physics",),
    "planner.safety": (
        "planner.physics",
        "planner.formats",
        "planner.solving",
        "airspace.corridors",
        "airspace.formats",
    ),
}
"""Beside the floors: rooms of one floor that keep apart. The check knows nothing of what it checks."""

MAY = {
    "planner.solving.separations": ("planner.safety.conflicts", "planner.safety.engine"),
    "planner.solving.traffic": ("planner.safety.conflicts", "planner.safety.volumes"),
}
"""And all the same: there is one exact account of flights that come too near to each other, or to what others hold."""


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("airspace", "planner"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "starter" not in path.parts:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.split(".")[0] in ("airspace", "planner")}


def floor_of(name: str) -> tuple[str, int] | None:
    package, _, rest = name.partition(".")
    floors = AIRSPACE if package == "airspace" else PLANNER
    room = "solving" if rest.startswith("safety") else rest.split(".")[0]
    return (package, floors.index(room)) if room in floors else None


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_only_go_down(name: str, path: Path) -> None:
    here = floor_of(name)
    for other in imports_of(path):
        if name.startswith("airspace"):
            assert not other.startswith("planner"), f"{name} imports {other}"
        there = floor_of(other)
        if here and there and here[0] == there[0]:
            assert there[1] <= here[1], f"{name} imports {other}, which is on a higher floor"
        for room, strangers in MAY_NOT.items():
            if name.startswith(room) and not other.startswith(MAY.get(name, ())):
                assert not other.startswith(strangers), f"{name} imports {other}"


PLANNERS_OWN = ("planner.safety.conflicts", "planner.safety.volumes", "planner.safety.engine")
"""What the planner keeps flights apart with."""


def test_the_check_tells_whether_flights_are_apart_by_means_of_its_own() -> None:
    for name, path in modules():
        if name.startswith("planner.safety") and not name.startswith(PLANNERS_OWN):
            assert not [other for other in imports_of(path) if other.startswith(PLANNERS_OWN)], name


def test_every_room_has_a_floor() -> None:
    rooms = {name.split(".")[1] for name, _ in modules() if "." in name}
    assert rooms <= {*AIRSPACE, *PLANNER, "safety", "__main__"}


def test_importing_both_packages_loads_neither_folium_nor_numba_nor_ortools_nor_pydantic() -> None:
    heavy = {"folium", "numba", "ortools", "pydantic", "typer"}
    code = f"import sys, airspace, planner; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("package", [airspace, planner])
def test_what_is_public_exists_and_is_sorted(package: object) -> None:
    names = package.__all__  # type: ignore[attr-defined]
    assert len(set(names)) == len(names)
    for name in names:
        assert getattr(package, name).__doc__ is not None or not callable(getattr(package, name)), name


def test_both_packages_say_that_they_are_typed() -> None:
    assert (ROOT / "airspace" / "py.typed").exists()
    assert (ROOT / "planner" / "py.typed").exists()


def test_no_csv_is_written_without_being_held_against_formulas() -> None:
    writers = [
        name
        for name, path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("writer", "DictWriter")
        and ast.unparse(node.value) == "csv"
    ]
    assert writers == [], "hold what it writes of hostile_day() against without_formulas(), then name it here"
