"""A scenario: an airspace and a job in it, as read from one folder."""

from __future__ import annotations

from dataclasses import dataclass

from airspace.errors import Problem
from airspace.model.skies import Airspace
from planner.model.basemaps import Basemap
from planner.model.jobs import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything one planning run starts from."""

    sky: Airspace
    job: Job
    basemap: Basemap | None = None
    """None when the scenario names no land to draw."""
    warnings: tuple[Problem, ...] = ()
    """What the files leave to be mended although they can be used."""
    library_path: str = ""
    """Of the library of corridors that it names, with its folder; empty when it names none."""
