"""The modules that safety hangs on, and the tests that mirror them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

EARTH = ("frame", "heights", "geoids", "datums", "terrain", "rasters", "sun")
PHYSICS = ("batteries", "calibration", "chances", "energy", "powers", "rotors", "weather")
NOT_THE_CHECK = ("conflicts", "volumes")
"""Modules of ``planner/safety`` that the planner goes by too, with tests of their own."""

NO_ANSWER = ("warming",)
"""Modules that only have loops compiled ahead of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Modules, and the tests that are to see every fault in them."""

    name: str
    modules: tuple[str, ...]
    """Paths from the top of the project."""
    tests: tuple[str, ...]
    """Files or folders of tests."""
    plain: bool = False
    """Whether compiled functions run as plain Python, which is the only way to change them one at a time."""


def _all_of(folder: str, *, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    paths = sorted((ROOT / folder).glob("*.py"))
    return tuple(f"{folder}/{path.name}" for path in paths if path.stem not in ("__init__", *but))


def _tests_in(folder: str, *, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    paths = sorted((ROOT / folder).glob("test_*.py"))
    return tuple(f"{folder}/{path.name}" for path in paths if path.stem.removeprefix("test_") not in but)


SUBJECTS = (
    Subject(
        name="earth",
        modules=tuple(f"airspace/earth/{name}.py" for name in EARTH),
        tests=("tests/airspace/earth", "tests/laws/test_datums.py", "tests/airspace/formats/test_shifts.py"),
    ),
    Subject(
        name="schedules",
        modules=("airspace/model/schedules.py",),
        tests=("tests/airspace/model/test_schedules.py", "tests/laws/test_time_laws.py"),
    ),
    Subject(
        name="corridors",
        modules=("airspace/corridors/cleaning.py", "airspace/corridors/passages.py"),
        tests=tuple(f"tests/airspace/corridors/test_{name}.py" for name in ("cleaning", "tiling", "passages")),
    ),
    Subject(
        name="physics",
        modules=tuple(f"planner/physics/{name}.py" for name in PHYSICS),
        tests=("tests/planner/physics", "tests/laws/test_energy_laws.py"),
    ),
    Subject(name="spans", modules=("planner/solving/spans.py",), tests=("tests/planner/solving/test_spans.py",)),
    Subject(
        name="check",
        modules=_all_of("planner/safety", but=NOT_THE_CHECK),
        tests=(*_tests_in("tests/planner/safety", but=NOT_THE_CHECK), "tests/laws/test_least_apart_laws.py"),
    ),
    Subject(
        name="conflicts",
        modules=(
            *(f"planner/safety/{name}.py" for name in NOT_THE_CHECK),
            *_all_of("planner/safety/engine", but=NO_ANSWER),
        ),
        tests=(*(f"tests/planner/safety/test_{name}.py" for name in NOT_THE_CHECK), "tests/laws/test_conflict_laws.py"),
        plain=True,
    ),
)
