"""Reading a scenario: the folder of one job, with ``scenario.toml`` and every file it names.

The problems of all files are gathered before anything is refused, so that one run tells everything.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TypeAlias

from airspace.errors import BadInput, Problem, in_reading_order
from planner.model.jobs import Job
from planner.model.scenarios import Scenario

FilePath: TypeAlias = str | os.PathLike[str]

log = logging.getLogger(__name__)


def read_scenario(path: FilePath, *, with_library: bool = True) -> Scenario:
    """Read a scenario: the folder that holds ``scenario.toml``, or that file itself.

    Parameters
    ----------
    with_library
        Without it the library of corridors that the scenario names is left unread, and need not be there yet.

    Raises
    ------
    BadInput
        If anything cannot be used, with all problems of all files.
    """
    from planner.formats.gathering import gather  # it brings pydantic, which nobody needs before reading

    scenario, problems = gather(Path(path), with_library=with_library)
    if scenario is None:
        raise BadInput(problems)
    return scenario


def read_job(path: FilePath) -> Job:
    """Read the job of a scenario; warnings are logged. Raises BadInput as :func:`read_scenario` does."""
    scenario = read_scenario(path)
    for warning in scenario.warnings:
        log.warning("%s", warning)
    return scenario.job


def lint(path: FilePath) -> tuple[Problem, ...]:
    """Return everything that is wrong with a scenario, errors and warnings; it never raises for bad input."""
    from planner.formats.gathering import gather

    return in_reading_order(gather(Path(path))[1])
