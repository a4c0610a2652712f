"""The command ``skyferry``: results on stdout, progress and complaints on stderr, exit codes that scripts can trust."""

from __future__ import annotations

import math
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from airspace.errors import BadInput, Problem, showable
from planner import (
    calibrate_commands,
    check_commands,
    compare_commands,
    corridor_commands,
    explain_commands,
    log_commands,
    origins,
    packet_commands,
    plan_telling,
    planning,
    route_commands,
    telling,
    verify_commands,
    zone_commands,
)
from planner.check_commands import note_strangers
from planner.drawing import draw
from planner.formats.files import write_atomically, write_together
from planner.formats.plans import plan_to_document, read_unchanged, record_text
from planner.formats.reviews import review_to_document
from planner.formats.scenario import lint as lint_scenario
from planner.formats.scenario import read_scenario
from planner.log_commands import Entering, LogFile, Who
from planner.model.chains import Kind
from planner.model.plans import CorridorChoice, Plan
from planner.model.reviews import Review, Verdict
from planner.model.scenarios import Scenario
from planner.output.languages import Language
from planner.provenance.companions import MAP_NAME, PLAN_NAME, REVIEW_NAME
from planner.solving.groups import fleets, group_drones
from planner.solving.makers import FlightMaker
from planner.solving.routing import RoutingSolver
from planner.solving.solvers import SolveOptions
from planner.solving.tables import chart_of
from planner.terminal import Exit, Json, OfScenario, Quiet, Verbose, err, followed, guarded, out, prepare, print_json

app = typer.Typer(
    name="skyferry",
    help="Plan low-altitude drone deliveries across a boundary, and check any plan independently.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


app.add_typer(zone_commands.app, name="airspace")
app.add_typer(corridor_commands.app, name="corridors")
app.add_typer(log_commands.app, name="log")
app.command()(route_commands.route)
app.command()(calibrate_commands.calibrate)
app.command()(explain_commands.explain)
app.command()(check_commands.check)
app.command()(compare_commands.compare)
app.command()(packet_commands.packet)
app.command()(verify_commands.verify)


def main() -> None:
    """Run the command line."""
    prepare()
    app(prog_name="skyferry")


@app.command()
@guarded
def init(
    directory: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    *,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Write a small scenario to start from."""
    if directory.exists():
        raise BadInput(
            [
                Problem(
                    file=str(directory),
                    code="ALREADY_THERE",
                    found="a file or folder",
                    expected="a folder that does not exist yet",
                    fix="Choose another name.",
                )
            ]
        )
    shutil.copytree(starter(), directory)
    written = sorted(str(path) for path in directory.rglob("*") if path.is_file())
    if as_json:
        print_json({"paths": written})
    else:
        for line in (*written, f"next: skyferry plan {directory}"):
            out().say(line)
    return Exit.DONE


def starter() -> Path:
    """Return the scenario that ``init`` copies: packed beside this file, or in the examples of a checkout."""
    packed = Path(__file__).parent / "starter"
    return packed if packed.is_dir() else Path(__file__).parents[1] / "examples" / "tiny"


@app.command()
@guarded
def warm(*, as_json: Json = False, quiet: Quiet = False, verbose: Verbose = False) -> Exit:
    """Compile the path engine, the search for sorties and that for conflicts ahead, so that no plan waits for them."""
    from airspace.corridors.engine import warming as engine
    from planner.safety.engine import warming as conflicts
    from planner.solving.choice import warming as choice

    spent_s = engine.warm() + choice.warm() + conflicts.warm()
    if as_json:
        print_json({"seconds": round(spent_s, 1)})
    else:
        out().print(f"the path engine and the searches for sorties and conflicts are ready ({spent_s:.1f} s)")
    return Exit.DONE


@app.command()
@guarded
def lint(
    scenario: Annotated[Path | None, typer.Argument(help="A scenario folder or its scenario.toml.")] = None,
    *,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schemas of all files instead.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Tell every problem of a scenario at once."""
    if schema:
        from planner.formats.schemas import schemas

        print_json(schemas())
        return Exit.DONE
    if scenario is None:
        raise typer.BadParameter("name a scenario, or ask for --schema")
    problems = lint_scenario(scenario)
    errors = [problem for problem in problems if not problem.warning]
    if not errors:
        problems = (*problems, *_refused_pads(read_scenario(scenario), str(scenario)))
    if as_json:
        print_json(telling.problems_document(problems))
    else:
        telling.tell_problems(problems, out())
        warnings = telling.counted(len(problems) - len(errors), "warning")
        out().print(f"{telling.counted(len(errors), 'error')}, {warnings}")
    return Exit.BAD_INPUT if errors else Exit.DONE


def _refused_pads(scenario: Scenario, name: str) -> list[Problem]:
    """Return a warning for each pad that no drone of the fleet may fly to."""
    job, sky = scenario.job, scenario.sky
    groups = fleets(group_drones(job, sky))
    maker = FlightMaker(job=job, base=chart_of(sky, job, (job.start, job.end)))
    refused = [maker.flights(group, (group.start_pad,), (job.start, job.end), job.weather)[1] for group in groups]
    return [
        Problem(
            file=name,
            place=f"pad {pad}",
            code="PAD_REFUSED",
            found=str(reason),
            expected="a pad clear of zones that no permit opens",
            fix="Orders to it stay unserved. Move the pad, or obtain and enter a permit.",
            warning=True,
        )
        for pad, reason in sorted(refused[0].items() if refused else ())
        if all(pad in others for others in refused)
    ]


@app.command()
@guarded
def plan(
    scenario: Annotated[Path, typer.Argument(help="A scenario folder or its scenario.toml.")],
    *,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder to write to [out/NAME].")] = None,
    seconds: Annotated[float | None, typer.Option(help="How long solving may take; no limit without it.")] = None,
    gap: Annotated[
        float, typer.Option(help="Stop once no plan is proven to cost less by more than this share, such as 0.01.")
    ] = SolveOptions().gap,
    iterations: Annotated[int, typer.Option(help="Steps the search may take.", min=1)] = SolveOptions().iterations,
    seed: Annotated[int, typer.Option(help="Seed of the search.", min=0, max=2**31 - 1)] = 1,
    workers: Annotated[
        int,
        typer.Option(help="Processes, for several hubs; without --seconds the plan is the same.", min=1),
    ] = 1,
    solver: Annotated[str, typer.Option(help=f"One of: {', '.join(planning.SOLVERS)}.")] = planning.DEFAULT_SOLVER,
    corridors: Annotated[
        CorridorChoice, typer.Option(help="Fly any corridor, or only those of the library that are approved.")
    ] = CorridorChoice.ANY,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 5 when an order is left unserved.")] = False,
    log: LogFile = None,
    by: Who = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Plan a scenario, check the plan, and write plan.json, review.json and map.html."""
    if solver not in planning.SOLVERS:
        raise typer.BadParameter(f"no solver {solver!r}; there are {', '.join(planning.SOLVERS)}")
    options = _search_options(seconds, gap, iterations=iterations, seed=seed, workers=workers)
    if gap and solver == RoutingSolver.name:
        err().print("note: the routing search knows of no bound, so that --gap does not end it", soft_wrap=True)
    entering = Entering(log, by)
    with followed(quiet=quiet) as watch:
        read = read_scenario(scenario)
        telling.tell_problems(read.warnings, err())
        made = planning.plan(
            read.job,
            read.sky,
            options=options,
            solver=planning.SOLVERS[solver](),
            watch=watch,
            scenario=_told(scenario),
            corridors=corridors,
        )
        watch.on_progress("checking")
        review = planning.check(made, read.sky, read.job)
        watch.on_progress("drawing")
        paths = _write(made, review, read, output or Path("out") / _name(scenario))
        entering.enter(Kind.PLAN, review.plan_digest, review.verdict)
        interrupted = watch.stopped()
    _tell_plan(made, review, paths, as_json=as_json)
    return Exit.INTERRUPTED if interrupted else _outcome(made, review, strict=strict)


def _search_options(seconds: float | None, gap: float, **others: int) -> SolveOptions:
    """Return the limits of a search, where they are any."""
    if seconds is not None and not 0 < seconds < math.inf:
        raise typer.BadParameter(
            f"--seconds: expected more than 0, such as 30, got {seconds:g}; leave it out for no limit"
        )
    if not 0 <= gap < 1:
        raise typer.BadParameter(
            f"--gap: expected a share from 0 to less than 1, such as 0.01 for one per cent, got {gap:g}; leave it out "
            "for the cheapest plan"
        )
    return SolveOptions(seconds=seconds, gap=gap, **others)


def _told(scenario: Path) -> str:
    """Return a scenario as a plan names it: as it was given, relative to the current folder."""
    folder = scenario.parent if scenario.name == "scenario.toml" else scenario
    if folder.is_absolute() and folder.is_relative_to(Path.cwd()):
        folder = folder.relative_to(Path.cwd())
    # An absolute path would carry this machine's folders into the record; its last part is enough to ask for it. So is
    # that of one that leads upwards, which nobody follows on the word of a record.
    outside = folder.is_absolute() or ".." in folder.parts
    return showable(folder.resolve().name if outside else folder.as_posix())


def _name(scenario: Path) -> str:
    folder = scenario.parent if scenario.name == "scenario.toml" else scenario
    return folder.resolve().name


def _write(made: Plan, review: Review, read: Scenario, folder: Path) -> dict[str, str]:
    """Write the three files of a run, all or none; they are made before anything is written."""
    page = draw(made, read.sky, read.job, review, basemap=read.basemap, plan_digest=review.plan_digest)
    # The record comes last: where there is a new one, what belongs to it is there.
    texts = {
        folder / MAP_NAME: page,
        folder / REVIEW_NAME: record_text(review_to_document(review)),
        folder / PLAN_NAME: record_text(plan_to_document(made)),
    }
    write_together(texts)
    names = {"plan": PLAN_NAME, "review": REVIEW_NAME, "map": MAP_NAME}
    return {name: str(folder / file) for name, file in names.items()}


def _tell_plan(made: Plan, review: Review, paths: dict[str, str], *, as_json: bool) -> None:
    now = datetime.now(UTC)
    if as_json:
        print_json(plan_telling.plan_summary(made, review, paths, now))
    else:
        plan_telling.tell_plan(made, review, paths, now, out())


def _outcome(made: Plan, review: Review, *, strict: bool) -> Exit:
    if review.verdict is not Verdict.PASS:
        return Exit.CHECK_FAILED if review.verdict is Verdict.FAIL else Exit.NOT_CHECKED
    if made.unserved and not made.sorties:
        return Exit.NOTHING_SERVED
    return Exit.SOME_UNSERVED if strict and made.unserved else Exit.DONE


@app.command(name="map")
@guarded
def map_(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json.")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="The HTML file to write.")],
    scenario: OfScenario = None,
    lang: Annotated[Language, typer.Option("--lang", help="The language that it is shown in first.")] = Language.EN,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Draw a plan as one offline HTML page, with a fresh check."""
    read, digest = read_unchanged(plan_file)
    found = origins.scenario_of(read, plan_file, named=scenario)
    note_strangers(plan_file, digest, but=output)
    review = planning.check(read, found.sky, found.job, stated_digest=digest, content_digest=digest)
    page = draw(
        read, found.sky, found.job, review, basemap=found.basemap, language=lang, plan_digest=digest
    )
    write_atomically(output, page)
    if as_json:
        print_json({"paths": [str(output)], "verdict": review.verdict.value})
    else:
        out().say(str(output))
    return Exit.DONE
