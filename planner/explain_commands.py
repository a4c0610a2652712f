"""The command ``skyferry explain``: why a plan leaves an order out, and what would serve it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner import explain_telling, origins
from planner.explaining import QUICK
from planner.explaining import explain as explained
from planner.formats.plans import read_plan
from planner.terminal import Exit, Json, OfScenario, Quiet, Verbose, err, followed, guarded, out, print_json


@guarded
def explain(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json.")],
    order: Annotated[str, typer.Argument(metavar="ORDER", help="Id of an order.")],
    *,
    scenario: OfScenario = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Say why an order is not served, and the smallest single changes that would serve it, each planned and checked."""
    with followed(quiet=quiet, kept="what is known so far") as watch:
        read, _, _ = read_plan(plan_file)
        found = origins.scenario_of(read, plan_file, named=scenario)
        for path in origins.changed_inputs(read, found):
            err().say(f"note: {path} is not the file this plan was made from")
        told = explained(read, order, found.sky, found.job, options=QUICK, watch=watch)
        interrupted = watch.stopped()
    if as_json:
        print_json(explain_telling.explanation_document(told))
    else:
        explain_telling.tell_explanation(told, read.utc_offset, out())
    return Exit.INTERRUPTED if interrupted else Exit.DONE
