"""What the record tells of the versions that shaped a plan."""

from __future__ import annotations

import re
from pathlib import Path

from planner import versions
from planner.versions import LIBRARIES, UNKNOWN, installed_version, shaping_versions

PROJECT = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
SHAPE_NOTHING = {"defusedxml", "folium", "pydantic", "rich", "typer", "tzdata"}
"""They read files, draw pages and print; time zones are the machine's own where it has any."""


def test_every_direct_dependency_is_told_or_known_to_shape_nothing() -> None:
    block = PROJECT.split("dependencies = [")[1].split("]")[0]
    assert set(re.findall(r'"([a-z]+)[><=]', block)) == {*LIBRARIES, *SHAPE_NOTHING}


def test_versions_are_told_by_name_in_order_and_none_is_unknown() -> None:
    told = shaping_versions()
    assert list(told) == sorted({*LIBRARIES, "geos", "proj", "python"})
    assert UNKNOWN not in told.values()
    assert all(re.match(r"\d+\.\d+", version) for version in told.values())


def test_what_is_not_installed_is_unknown() -> None:
    assert versions._version("no-such-distribution-anywhere") == UNKNOWN


def test_our_own_version_is_that_of_the_distribution() -> None:
    assert installed_version() in (re.findall(r'^version = "(.*)"', PROJECT, flags=re.MULTILINE)[0], UNKNOWN)
