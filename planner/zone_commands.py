"""The commands ``skyferry airspace ...``: what zone files say, and the same in another format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from airspace.errors import BadInput, Problem
from airspace.formats import Loss
from airspace.formats.comparing import unexplained
from airspace.formats.documents import RawFile
from airspace.formats.reading import Survey, survey, survey_bytes
from airspace.model.zones import Zone
from planner import telling
from planner.errors import ConversionFailed
from planner.formats.files import write_atomically
from planner.terminal import Exit, Json, Quiet, Screen, Verbose, err, guarded, moment, out, print_json

app = typer.Typer(
    help="Read zone files of any format, and write them in another.", no_args_is_help=True, rich_markup_mode=None
)

SUFFIXES = {"ed269": ".ed269.json", "ed318": ".ed318.json", "geojson": ".geojson", "openair": ".openair.txt"}
"""By target format, how the files written are called."""

SHOWN_PROBLEMS = 40
"""Of one file; a file in another format than it seems has one or more for every feature."""

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Zone files, told apart by content.")]


@app.command()
@guarded
def show(
    files: Files,
    *,
    at: Annotated[
        str | None, typer.Option(help="The moment of the state shown, with an offset from UTC [now].")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """List the zones of files with band, state and source, and every zone that cannot be used with the reason.

    Exit 3 when anything was rejected; the rest is listed all the same.
    """
    when = datetime.now(UTC) if at is None else moment(at)
    surveys = [survey(path) for path in files]
    if as_json:
        print_json({"at": when.isoformat(), "files": [_document(found, when) for found in surveys]})
    else:
        for found in surveys:
            _tell(found, when, out(), quiet=quiet)
    return Exit.BAD_INPUT if any(found.errors for found in surveys) else Exit.DONE


def _document(found: Survey, when: datetime) -> dict[str, Any]:
    return {
        "file": found.file,
        "format": found.format,
        "zones": [_zone_document(zone, when) for zone in found.values],
        "rejected": found.rejected,
        **telling.problems_document(found.problems),
    }


def _zone_document(zone: Zone, when: datetime) -> dict[str, Any]:
    west, south, east, north = zone.area.bounds
    return {
        "id": zone.id,
        "name": zone.name,
        "restriction": zone.restriction.value,
        "lower": str(zone.band.lower),
        "upper": str(zone.band.upper or "UNL"),
        "in_force": zone.schedule.touches(when, when),
        "schedule": zone.schedule.in_words(UTC),
        "authority": zone.authority,
        "source": str(zone.source),
        "bounds": {"west": west, "south": south, "east": east, "north": north},
    }


def _tell(found: Survey, when: datetime, console: Console, *, quiet: bool) -> None:
    unknown = any(problem.code == "UNKNOWN_FORMAT" for problem in found.errors)
    form = found.format or ("format not recognised" if unknown else "not read")
    console.print(f"[bold]{telling.escape(found.file)}[/]  {telling.escape(form)}", soft_wrap=True)
    if found.values and not quiet:
        console.print(_table(found.values, when))
    told = [telling.counted(len(found.values), "zone"), f"{found.rejected} rejected"]
    told += [telling.counted(len(found.errors), "error")]
    told += [telling.counted(len(found.problems) - len(found.errors), "warning")]
    console.print(f"  {', '.join(told)}")
    telling.tell_problems(found.problems[:SHOWN_PROBLEMS], console)
    if len(found.problems) > SHOWN_PROBLEMS:
        console.print(f"  and {len(found.problems) - SHOWN_PROBLEMS} more; --json has them all")


def _table(zones: Sequence[Zone], when: datetime) -> Table:
    clock = when.tzinfo or UTC
    table = Table("id", "name", "restriction", "from", "to", f"at {when:%Y-%m-%d %H:%M} UTC", "source")
    for zone in zones:
        held = zone.schedule.touches(when, when)
        state = "in force" if held else "not in force"
        state += "" if zone.schedule.permanent else f": {zone.schedule.in_words(clock)}"
        cells = (zone.id, zone.name, zone.restriction.value, str(zone.band.lower), str(zone.band.upper or "UNL"))
        table.add_row(*map(telling.escape, (*cells, state, str(zone.source))), style=None if held else "dim")
    return table


@app.command()
@guarded
def convert(
    files: Files,
    *,
    to: Annotated[str, typer.Option(help=f"One of: {', '.join(SUFFIXES)}.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder to write to, or the file when there is only one [beside each]."),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Write what can be read although some zones are rejected.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Write zone files in another format, and tell what that format cannot say.

    Every file written is read back before it counts. A file with rejected zones is not converted without
    ``--keep-going``, for a zone left out is a zone flown into.
    """
    if to not in SUFFIXES:
        raise typer.BadParameter(f"no format {to!r}; there are {', '.join(SUFFIXES)}")
    surveys = [survey(path) for path in files]
    errors = [problem for found in surveys for problem in found.errors]
    if errors and not keep_going:
        raise BadInput(errors)
    texts = _texts(surveys, to)
    targets = _targets(surveys, to, output)
    for found, target, (text, _) in zip(surveys, targets, texts, strict=True):
        if found.values:
            write_atomically(target, text)
    done = list(zip(surveys, targets, (losses for _, losses in texts), strict=True))
    if as_json:
        print_json({"files": [_conversion(*one) for one in done]})
    else:
        telling.tell_problems((problem for found in surveys for problem in found.problems), err())
        for one in done:
            _tell_conversion(*one, out())
    return Exit.BAD_INPUT if errors else Exit.DONE


def _texts(surveys: Sequence[Survey], to: str) -> list[tuple[str, tuple[Loss, ...]]]:
    from airspace.formats.catalogue import writers

    writer = writers()[to]
    texts = [writer.write(found.values, title=Path(found.file).name) for found in surveys]
    for found, (text, losses) in zip(surveys, texts, strict=True):
        _refuse_untrue(found, text, losses, to)
    return texts


def _refuse_untrue(found: Survey, text: str, losses: Sequence[Loss], to: str) -> None:
    """Read back what is about to be written; a difference that nobody told of is our own fault."""
    back = survey_bytes(RawFile(name=f"{found.file} as {to}", raw=text.encode()))
    wrong = [str(problem) for problem in back.errors] if found.values else []
    wrong += unexplained(found.values, back.values, losses)
    if wrong:
        raise ConversionFailed(f"{found.file} would not read back as it is: {'; '.join(wrong[:5])}")


def _targets(surveys: Sequence[Survey], to: str, output: Path | None) -> list[Path]:
    """Return where each file goes; two files never to one place, and none over what it was read from."""
    targets: list[Path] = []
    as_file = output is not None and len(surveys) == 1 and bool(output.suffix) and not output.is_dir()
    for found in surveys:
        source = Path(found.file)
        beside = (output or source.parent) / f"{source.name.split('.')[0]}{SUFFIXES[to]}"
        target = output if output is not None and as_file else beside
        if target in targets or target.resolve() == source.resolve():
            problem = Problem(
                file=found.file,
                code="TARGET_TAKEN",
                found=f"{target}, which is taken already",
                expected="a place of its own for every file",
                fix="Name another folder with -o, or convert the files one by one.",
            )
            raise BadInput([problem])
        targets.append(target)
    return targets


def _conversion(found: Survey, target: Path, losses: Sequence[Loss]) -> Mapping[str, Any]:
    return {
        "file": found.file,
        "path": str(target) if found.values else None,
        "zones": len(found.values),
        "rejected": found.rejected,
        "losses": [{name: getattr(loss, name) for name in ("zone", "field", "said", "kept")} for loss in losses],
    }


def _tell_conversion(found: Survey, target: Path, losses: Sequence[Loss], console: Screen) -> None:
    rejected = f", {found.rejected} rejected" if found.rejected else ""
    if not found.values:
        console.say(f"{found.file}  nothing to write{rejected}")
        return
    zones = telling.counted(len(found.values), "zone")
    console.say(f"{target}  {zones}{rejected}")
    for line in _loss_lines(losses):
        console.say(line)


def _loss_lines(losses: Sequence[Loss]) -> Iterator[str]:
    for loss in losses:
        kept = f"written as {loss.kept}" if loss.kept else "left out"
        yield f"  not said: zone {loss.zone}, {loss.field}: {loss.said or 'none'}; {kept}"
