"""The command ``skyferry check``: an independent verdict on any plan file, and what each rule of it means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from planner import check_telling, origins, planning, telling
from planner.formats.plans import read_plan
from planner.formats.reviews import review_to_document
from planner.log_commands import Entering, LogFile, Who
from planner.model.chains import Kind
from planner.model.reviews import Review, Verdict
from planner.provenance.companions import companions
from planner.terminal import Exit, Json, OfScenario, Quiet, Verbose, err, guarded, out, print_json


@guarded
def check(
    plan_file: Annotated[Path | None, typer.Argument(metavar="PLAN", help="A plan.json, ours or not.")] = None,
    *,
    airspace: Annotated[list[Path] | None, typer.Option(help="Zone files to check against instead.")] = None,
    intents: Annotated[
        list[Path] | None, typer.Option(help="Operational intents of others (ASTM F3548-21) to check against instead.")
    ] = None,
    scenario: OfScenario = None,
    rule: Annotated[
        str | None, typer.Option("--explain", metavar="RULE", help="Say what a rule does instead; 'all' for every one.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 7 when something was not checked.")] = False,
    log: LogFile = None,
    by: Who = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Judge a plan file independently of whatever made it, or say what a rule does."""
    if rule is not None:
        return _explain(rule, as_json=as_json)
    if plan_file is None:
        raise typer.BadParameter("name a plan, or ask what a rule does with --explain RULE")
    entering = Entering(log, by)
    review = _review(plan_file, airspace or [], intents or [], scenario)
    entering.enter(Kind.CHECK, review.plan_digest, review.verdict, _against([*(airspace or []), *(intents or [])]))
    if as_json:
        print_json(review_to_document(review))
    else:
        telling.tell_review(review, out())
    if review.verdict is Verdict.FAIL:
        return Exit.CHECK_FAILED
    not_checked = review.verdict is Verdict.NOT_CHECKED or (strict and review.of(Verdict.NOT_CHECKED))
    return Exit.NOT_CHECKED if not_checked else Exit.DONE


def _review(plan_file: Path, airspace: list[Path], intents: list[Path], scenario: Path | None) -> Review:
    read, stated, content = read_plan(plan_file)
    found = origins.with_zones(origins.scenario_of(read, plan_file, named=scenario), airspace)
    found = origins.with_intents(found, intents)
    for path in origins.changed_inputs(read, found):
        err().say(f"note: {path} is not the file this plan was made from")
    note_strangers(plan_file, content)
    return planning.check(read, found.sky, found.job, stated_digest=stated, content_digest=content)


def _against(files: Sequence[Path]) -> str:
    """Say in a log which files a plan was checked against, where they were not its scenario's."""
    return "" if not files else f"against {', '.join(path.name for path in files)}"


def note_strangers(plan_file: Path, digest: str, *, but: Path | None = None) -> None:
    """Say which files beside a plan are not of it, but for one that is written anew."""
    for one in companions(plan_file, digest):
        if not one.belongs and not (but is not None and but.resolve() == one.path.resolve()):
            err().say(f"note: {one.words}")


def _explain(name: str, *, as_json: bool) -> Exit:
    meanings = check_telling.meanings(name)
    if not meanings:
        near = check_telling.nearest(name)
        known = f"do you mean {', '.join(near)}?" if near else "--explain all lists every one"
        raise typer.BadParameter(f"--explain: no rule is called '{name}'; {known}")
    if as_json:
        print_json(check_telling.meanings_document(meanings))
    else:
        check_telling.tell_meanings(meanings, out())
    return Exit.DONE
