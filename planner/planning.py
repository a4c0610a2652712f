"""The straight pipe. Read it first: it shows the whole product from a job to a reviewed plan."""

from __future__ import annotations

from dataclasses import replace

from airspace.model.skies import Airspace
from planner.formats.plans import digest, plan_to_document, rounded
from planner.model.jobs import Job
from planner.model.plans import CorridorChoice, CreatedBy, Plan
from planner.model.reviews import Review
from planner.physics.energy import EnergyModel
from planner.safety import checks
from planner.solving.choosing import ColumnSolver
from planner.solving.drafts import draft
from planner.solving.records import plan_of
from planner.solving.routing import RoutingSolver
from planner.solving.solvers import SolveOptions, Solver, Watch
from planner.solving.tables import Tables, cost_tables
from planner.versions import installed_version, shaping_versions

SOLVERS: dict[str, type[Solver]] = {ColumnSolver.name: ColumnSolver, RoutingSolver.name: RoutingSolver}
"""By the name that ``--solver`` takes."""

DEFAULT_OPTIONS = SolveOptions()
DEFAULT_SOLVER = ColumnSolver.name


def plan(
    job: Job,
    sky: Airspace,
    *,
    options: SolveOptions = DEFAULT_OPTIONS,
    solver: Solver | None = None,
    model: EnergyModel | None = None,
    watch: Watch | None = None,
    scenario: str = "",
    corridors: CorridorChoice = CorridorChoice.ANY,
) -> Plan:
    """Plan a job: corridors, tables, sorties, times.

    Parameters
    ----------
    scenario
        How the job was named by whoever asked; kept in the record so that a check can find its files again.
    corridors
        Whether only corridors are flown that the airspace's library holds as approved.

    Raises
    ------
    BadInput
        If only approved corridors may be flown, and the airspace has no library of them.
    RegionTooLarge
        If the airspace does not fit one local frame.
    SolverFailed
        If a solver breaks its own promise; our bug.
    """
    following = watch or Watch()
    tables = cost_tables(job, sky, model=model, corridors=corridors, on_progress=following.on_progress)
    return solve(tables, options=options, solver=solver, watch=following, scenario=scenario)


def solve(
    tables: Tables,
    *,
    options: SolveOptions = DEFAULT_OPTIONS,
    solver: Solver | None = None,
    watch: Watch | None = None,
    scenario: str = "",
) -> Plan:
    """Choose the sorties of a job whose tables are made, and write them out as a plan."""
    chosen = solver or ColumnSolver()
    following = watch or Watch()
    made = draft(tables, chosen, options, following)
    created_by = _created_by(options, chosen, scenario, tables.corridors)
    if following.stopped():
        # Without this nobody could tell why the same options do not give the same plan again.
        created_by = replace(created_by, options={**created_by.options, "interrupted": True})
    return rounded(plan_of(made, tables, created_by=created_by))


def check(
    plan: Plan,
    sky: Airspace,
    job: Job,
    *,
    stated_digest: str | None = None,
    content_digest: str | None = None,
) -> Review:
    """Judge a plan from plan, airspace and job alone, without the code that made it.

    ``stated_digest`` is the one that stands in the plan's file, when it came from one, and ``content_digest`` that of
    what the file holds, fields that nobody here knows among it. Both are worked out from the plan where none is given.
    """
    content = content_digest or digest(plan_to_document(plan))
    return checks.check(plan, sky, job, digest=content, stated_digest=stated_digest or content)


def _created_by(options: SolveOptions, solver: Solver, scenario: str, corridors: CorridorChoice) -> CreatedBy:
    return CreatedBy(
        version=f"skyferry {installed_version()}",
        seed=options.seed,
        options={
            "iterations": options.iterations,
            "seconds": options.seconds,
            "gap": options.gap,
            "solver": solver.name,
            "corridors": corridors.value,
        },
        scenario=scenario,
        versions=shaping_versions(),
    )


__all__ = ["DEFAULT_OPTIONS", "SOLVERS", "check", "plan", "solve"]
