"""The command ``skyferry compare``: two plans beside each other, as tables and as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airspace.errors import BadInput, Problem
from planner import origins, planning
from planner.compare_telling import tell_comparison
from planner.comparing import compare as compared
from planner.comparing.documents import comparison_to_document
from planner.drawing import draw_comparison
from planner.formats.files import write_atomically
from planner.formats.plans import read_unchanged
from planner.model.plans import Plan
from planner.model.scenarios import Scenario
from planner.output.exports.formats import Reviewed
from planner.output.languages import Language
from planner.terminal import Exit, Json, Quiet, Verbose, err, guarded, out, print_json


@guarded
def compare(
    plan_a: Annotated[Path, typer.Argument(metavar="A", help="A plan.json.")],
    plan_b: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    *,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="An HTML file to write the page to.")] = None,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", help="The scenario of both, when the plans do not lead to it.")
    ] = None,
    scenario_b: Annotated[Path | None, typer.Option("--scenario-b", help="That of B, when it is another one.")] = None,
    lang: Annotated[
        Language, typer.Option("--lang", help="The language that the page is shown in first.")
    ] = Language.EN,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Put two plans beside each other: figures, orders that moved, corridors; with -o on one map."""
    read_a, read_b = _read_both(plan_a, plan_b)
    a, found_a = _reviewed("A", plan_a, read_a, scenario)
    b, found_b = _reviewed("B", plan_b, read_b, scenario_b or scenario)
    told = compared(a.plan, b.plan, reviews=(a.review, b.review))
    if output is not None:
        write_atomically(output, draw_comparison(a, b, basemap=found_a.basemap or found_b.basemap, language=lang))
    if as_json:
        paths = [] if output is None else [str(output)]
        print_json(comparison_to_document(told) | {"paths": paths})
    else:
        tell_comparison(told, out())
        if output is not None:
            out().say(str(output))
    return Exit.DONE


def _read_both(*files: Path) -> list[tuple[Plan, str]]:
    """Return both plans, each with the digest of what its file holds; every problem of both at once."""
    read: list[tuple[Plan, str]] = []
    problems: list[Problem] = []
    for file in files:
        try:
            read.append(read_unchanged(file))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return read


def _reviewed(which: str, file: Path, read: tuple[Plan, str], named: Path | None) -> tuple[Reviewed, Scenario]:
    """Return a plan with a fresh check on its scenario, and say which files changed since it was made."""
    plan, digest = read
    found = origins.scenario_of(plan, file, named=named)
    for path in origins.changed_inputs(plan, found):
        err().say(f"note: {path} is not the file that {which} was made from")
    review = planning.check(plan, found.sky, found.job, stated_digest=digest, content_digest=digest)
    return Reviewed(plan=plan, sky=found.sky, job=found.job, review=review, digest=digest), found
