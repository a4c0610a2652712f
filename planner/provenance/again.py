"""Planning anew, with the options and the seed that a record tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from planner import planning
from planner.formats.plans import plan_to_document, record_text
from planner.model.plans import CorridorChoice, Plan
from planner.model.scenarios import Scenario
from planner.provenance.places import Difference, difference
from planner.provenance.records import Record
from planner.solving.solvers import SolveOptions, Watch


def planned_again(plan: Plan, scenario: Scenario, watch: Watch) -> Plan:
    """Plan a scenario as a plan was made.

    Raises
    ------
    LookupError
        If the record does not tell how, or tells what this version does not know.
    """
    told = plan.created_by.options
    solver, options, corridors = _asked(told, plan.created_by.seed)
    return planning.plan(
        scenario.job,
        scenario.sky,
        options=options,
        solver=planning.SOLVERS[solver](),
        watch=watch,
        scenario=plan.created_by.scenario,
        corridors=corridors,
    )


def _asked(told: Mapping[str, Any], seed: int) -> tuple[str, SolveOptions, CorridorChoice]:
    try:
        options = SolveOptions(iterations=told["iterations"], seconds=told["seconds"], gap=told["gap"], seed=seed)
        corridors = CorridorChoice(told["corridors"])
    except (KeyError, TypeError, ValueError) as error:
        raise LookupError(f"the record does not tell options that this version knows ({error})") from None
    if told.get("solver") not in planning.SOLVERS:
        raise LookupError(f"the record tells a solver that this version does not know ({told.get('solver')!r})")
    return str(told["solver"]), options, corridors


def first_difference(record: Record, again: Plan) -> Difference | None:
    """Return where a record first differs from a plan made again, in what was planned.

    Who made it is left aside (versions are told by themselves), and so is the digest, which differs with anything.
    """
    made = replace(again, created_by=record.plan.created_by)
    text = record_text({**plan_to_document(made), "digest": record.stated})
    return difference(record.raw, text.encode("utf-8"))
