"""The command ``skyferry export``: a plan in files that other systems load, read back and checked before they count."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from airspace.errors import BadInput
from planner import origins, planning
from planner.check_commands import note_strangers
from planner.export_telling import export_document, tell_export
from planner.formats.files import write_together
from planner.formats.plans import read_plan
from planner.output.exports.catalogue import ALL, FORMATS, formats_of
from planner.output.exports.exporting import Outcome, brought_back, contents, exported
from planner.output.exports.formats import Reviewed
from planner.terminal import Exit, Json, OfScenario, Quiet, Verbose, err, guarded, out, print_json, progress


@guarded
def export(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json.")],
    *,
    to: Annotated[str, typer.Option(help=f"Formats, with commas between them: {', '.join(FORMATS)}; or {ALL}.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The folder to write to; each format gets one of its name in there.")
    ],
    scenario: OfScenario = None,
    only_read: Annotated[
        bool, typer.Option("--read", help="Write nothing: read back and check the files as they lie there now.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Write a plan in formats that other systems load, read each back, and check what was read.

    Exit 6 when what was read back fails the check where the plan itself does not. A format that cannot express the plan
    refuses; among all of them it is told, and the others are written.
    """
    forms = formats_of(to)
    with progress(quiet=quiet) as on_progress:
        on_progress("checking the plan")
        reviewed = _reviewed(plan_file, scenario)
        outcomes: list[Outcome] = []
        for form in forms:
            on_progress(form.name)
            outcomes.append(brought_back(form, reviewed, output / form.name) if only_read else exported(form, reviewed))
        if to.strip().casefold() != ALL:
            _refuse(outcomes)
        if not only_read:
            write_together(contents(outcomes, output))
    if as_json:
        print_json(export_document(outcomes, reviewed, output))
    else:
        tell_export(outcomes, reviewed, output, out())
    return _outcome(outcomes)


def _reviewed(plan_file: Path, scenario: Path | None) -> Reviewed:
    """Return a plan with what it was made from, and a fresh check."""
    plan, stated, content = read_plan(plan_file)
    found = origins.scenario_of(plan, plan_file, named=scenario)
    for path in origins.changed_inputs(plan, found):
        err().say(f"note: {path} is not the file this plan was made from")
    note_strangers(plan_file, content)
    review = planning.check(plan, found.sky, found.job, stated_digest=stated, content_digest=content)
    return Reviewed(plan=plan, sky=found.sky, job=found.job, review=review, digest=content)


def _refuse(outcomes: Sequence[Outcome]) -> None:
    """Refuse formats asked for by name that refused the plan, all at once."""
    if problems := [problem for outcome in outcomes for problem in outcome.refused]:
        raise BadInput(problems)


def _outcome(outcomes: Sequence[Outcome]) -> Exit:
    read = [outcome.read for outcome in outcomes if outcome.read is not None]
    if not read:
        return Exit.BAD_INPUT
    return Exit.CHECK_FAILED if any(one.failed for one in read) else Exit.DONE
