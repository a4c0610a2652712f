"""The command ``skyferry route``: one leg between two pads, or a leg between every two of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from airspace.corridors.alternatives import alternatives
from airspace.model.schedules import NEVER
from planner import route_telling, telling
from planner.formats.files import write_atomically
from planner.formats.scenario import read_scenario
from planner.model.plans import CorridorChoice
from planner.model.scenarios import Scenario
from planner.solving.enquiries import Enquiry, OtherWays, enquire, enquire_all
from planner.terminal import Exit, Json, Quiet, Verbose, err, guarded, moment, out, print_json, progress
from planner.versions import installed_version

OTHER_WAYS = 2
"""How many ways are told beside the best one of a single leg; over all pairs they are only worked out on request."""


@guarded
def route(
    scenario: Annotated[Path, typer.Argument(help="A scenario folder or its scenario.toml.")],
    from_pad: Annotated[str | None, typer.Argument(metavar="[FROM]", help="The pad to take off from.")] = None,
    to_pad: Annotated[str | None, typer.Argument(metavar="[TO]", help="The pad to land on.")] = None,
    *,
    all_pairs: Annotated[bool, typer.Option("--all", help="A leg between every two pads instead.")] = False,
    payload_kg: Annotated[float, typer.Option("--payload-kg", min=0.0, help="What the drone carries.")] = 0.0,
    at: Annotated[str | None, typer.Option(help="Take-off, with an offset from UTC [start of the job].")] = None,
    drone_type: Annotated[str | None, typer.Option("--type", help="A drone type [the first of the fleet].")] = None,
    alternatives: Annotated[
        int | None, typer.Option(min=0, help=f"Other ways to tell beside each leg [{OTHER_WAYS}; 0 with --all].")
    ] = None,
    gates: Annotated[
        list[str] | None, typer.Option("--gate", help="Pass this gate only; may be given several times.")
    ] = None,
    corridors: Annotated[
        CorridorChoice, typer.Option(help="Count launches along any corridor, or only while this one is approved.")
    ] = CorridorChoice.ANY,
    profile: Annotated[bool, typer.Option("--profile", help="Every row of the profile, not only waypoints.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="An offline HTML page to write.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Show a leg: where it goes, what it costs, what bends it, when it may be launched; or all legs with --all."""
    ends = _ends(from_pad, to_pad, all_pairs=all_pairs)
    when = None if at is None else moment(at)
    with progress(quiet=quiet) as on_progress:
        on_progress("reading")
        read = _with_gates(read_scenario(scenario), gates)
        start = when or read.job.start
        count = alternatives if alternatives is not None else 0 if all_pairs else OTHER_WAYS
        asked = {"at": start, "payload_kg": payload_kg, "kind": drone_type, "corridors": corridors}
        answers = _answers(read, ends, on_progress, other_ways=other_ways(count), **asked)
        paths = {} if output is None else _write(output, read, answers, start, on_progress)
    telling.tell_problems(read.warnings, err())
    if ends is None:
        _tell_all(answers, read, start, payload_kg, paths, as_json=as_json)
    else:
        _tell_one(answers[0], read, paths, as_json=as_json, all_rows=profile or verbose)
    return Exit.DONE if any(answer.leg is not None for answer in answers) else Exit.NOTHING_SERVED


def _ends(from_pad: str | None, to_pad: str | None, *, all_pairs: bool) -> tuple[str, str] | None:
    """Return the two pads that are asked about; None when all are."""
    if all_pairs:
        if from_pad is not None:
            raise typer.BadParameter("--all asks about every pair: leave FROM and TO out")
        return None
    if from_pad is None or to_pad is None:
        raise typer.BadParameter("name two pads, FROM and TO, or ask for --all")
    return from_pad, to_pad


def _with_gates(read: Scenario, gates: Sequence[str] | None) -> Scenario:
    """Return a scenario with all gates but these shut, their permits as they are; without any named, as it is."""
    if not gates:
        return read
    known = {gate.id for gate in read.sky.gates}
    if unknown := sorted(set(gates) - known):
        told = ", ".join(sorted(known)) or "none"
        raise LookupError(f"no gate {', '.join(map(repr, unknown))}; there are {told}")
    left = tuple(gate if gate.id in gates else replace(gate, schedule=NEVER) for gate in read.sky.gates)
    return replace(read, sky=replace(read.sky, gates=left))


def other_ways(count: int) -> OtherWays | None:
    """Return what finds so many other ways; None for none."""
    return partial(alternatives, count=count) if count else None


def _answers(
    read: Scenario, ends: tuple[str, str] | None, on_progress: Callable[[str], None], **asked: Any
) -> tuple[Enquiry, ...]:
    on_progress("corridors")
    if ends is None:
        return enquire_all(read.job, read.sky, on_progress=on_progress, **asked)
    return (enquire(read.job, read.sky, ends, **asked),)


def _write(
    output: Path, read: Scenario, answers: Sequence[Enquiry], at: datetime, on_progress: Callable[[str], None]
) -> dict[str, str]:
    """Write the page; Folium takes a second to import, so it is loaded only here."""
    from planner.output import routes

    on_progress("drawing")
    version = f"skyferry {installed_version()}"
    write_atomically(output, routes.draw(read.job, read.sky, answers, at=at, version=version, basemap=read.basemap))
    return {"page": str(output)}


def _tell_one(answer: Enquiry, read: Scenario, paths: dict[str, str], *, as_json: bool, all_rows: bool) -> None:
    if as_json:
        print_json(route_telling.enquiry_document(answer, read.job.utc_offset) | {"paths": paths})
        return
    route_telling.tell_enquiry(answer, read.job, read.sky, out(), all_rows=all_rows)
    _tell_paths(paths)


def _tell_all(
    answers: Sequence[Enquiry],
    read: Scenario,
    at: datetime,
    payload_kg: float,
    paths: dict[str, str],
    *,
    as_json: bool,
) -> None:
    if as_json:
        print_json(route_telling.pairs_document(answers, read.job, at=at, payload_kg=payload_kg, paths=paths))
        return
    route_telling.tell_pairs(answers, out(), listed=not paths)
    _tell_paths(paths)


def _tell_paths(paths: dict[str, str]) -> None:
    for name, path in paths.items():
        out().say(f"{name:<9} {path}")
