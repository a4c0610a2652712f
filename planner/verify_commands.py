"""The command ``skyferry verify``: whether a plan is what it was, and made from what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.model.reviews import Verdict
from planner.provenance.verifying import verify as verified
from planner.terminal import Exit, Json, OfScenario, Quiet, Verbose, followed, guarded, out, print_json
from planner.verify_telling import tell_verification, verification_document


@guarded
def verify(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json.")],
    *,
    scenario: OfScenario = None,
    against: Annotated[
        Path | None, typer.Option(help="A folder with old copies of inputs, to tell the first byte that differs.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Plan anew as well, with the same options and seed.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 7 when something could not be told.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Tell whether a plan file is whole, which of its inputs changed since, and what would come out again."""
    if again:
        with followed(quiet=quiet) as watch:
            told = verified(plan_file, scenario=scenario, against=against, again=watch)
            interrupted = watch.stopped()
    else:
        told, interrupted = verified(plan_file, scenario=scenario, against=against), False
    if as_json:
        print_json(verification_document(told))
    else:
        tell_verification(told, out(), quiet=quiet)
    return Exit.INTERRUPTED if interrupted else _outcome(told.verdict, strict=strict)


def _outcome(verdict: Verdict, *, strict: bool) -> Exit:
    if verdict is Verdict.FAIL:
        return Exit.CHECK_FAILED
    return Exit.NOT_CHECKED if strict and verdict is Verdict.NOT_CHECKED else Exit.DONE
