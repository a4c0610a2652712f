"""The command ``skyferry packet``: what one authority is handed of a plan, as a page, as PDF and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from airspace.errors import BadInput, Problem
from airspace.formats.telling import shown
from planner import origins
from planner.check_commands import note_strangers
from planner.formats.files import write_together
from planner.formats.plans import digest, plan_from_document, record_text
from planner.formats.plans.reading import read_record
from planner.model.plans import Plan
from planner.output.languages import Language
from planner.output.packet.documents import FORMAT, Document, edited, packet_from_document, packet_to_document
from planner.output.packet.dossiers import Dossier
from planner.output.packet.gathering import gather
from planner.output.packet.pages import draw
from planner.output.packet.printing import to_pdf
from planner.output.packet.values import Packet
from planner.packet_telling import file_names, packet_document, tell_packet
from planner.safety.checks import check_leg_by_leg
from planner.terminal import Exit, Json, OfScenario, Quiet, Verbose, err, guarded, out, print_json


@guarded
def packet(
    source: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the JSON of a packet.")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")],
    authority: Annotated[
        str, typer.Option(help="The side it is for, by the id of its jurisdiction, such as sz or hk [the packet's].")
    ] = "",
    lang: Annotated[str, typer.Option(help="en, zh-Hant or zh-Hans.")] = Language.EN.value,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write a PDF too; asks for the extra pdf and for CJK fonts.")
    ] = False,
    against: Annotated[
        Path | None, typer.Option(help="A plan.json to compare corridors with, instead of the library of corridors.")
    ] = None,
    scenario: OfScenario = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Write what one authority is handed of a plan: a page to print, and the JSON that it can be made from again."""
    language = Language(lang)
    document = read_record(source)
    if document.get("format") == FORMAT:
        _only_of_plans({"--against": against, "--scenario": scenario})
        made = _of_authority(packet_from_document(document, file=str(source)), authority, source)
    else:
        made = _gathered(document, source, authority, against, scenario)
    # What is drawn is what is written, so that the JSON alone gives the same page.
    told = packet_to_document(made)
    made = packet_from_document(told)
    paths = _write(made, told, language, output, pdf=pdf)
    if as_json:
        print_json(packet_document(made, paths))
    else:
        tell_packet(made, paths, out(), quiet=quiet)
    return Exit.DONE


def _only_of_plans(options: dict[str, Path | None]) -> None:
    given = [name for name, path in options.items() if path is not None]
    if given:
        raise typer.BadParameter(f"{given[0]}: a packet holds all it is made from; name a plan to gather one anew")


def _of_authority(made: Packet, authority: str, source: Path) -> Packet:
    if authority and authority.casefold() != made.side.casefold():
        found, expected = shown(authority), f"{shown(made.side)}, whom the packet in {source} is for"
        fix = "Gather a packet for another authority from the plan."
        raise BadInput([Problem(file="--authority", code="OTHER_AUTHORITY", found=found, expected=expected, fix=fix)])
    return made


def _gathered(document: Document, source: Path, authority: str, against: Path | None, scenario: Path | None) -> Packet:
    """Return the packet of a plan, checked afresh."""
    plan, content = _whole(document, source)
    found = origins.scenario_of(plan, source, named=scenario)
    for path in origins.changed_inputs(plan, found):
        err().say(f"note: {path} is not the file this plan was made from")
    note_strangers(source, content)
    review, legs = check_leg_by_leg(plan, found.sky, found.job, digest=content, stated_digest=content)
    dossier = Dossier(
        plan=plan,
        sky=found.sky,
        job=found.job,
        review=review,
        legs=legs,
        digest=content,
        basemap=found.basemap,
        against=None if against is None else _whole(read_record(against), against),
    )
    return gather(dossier, authority)


def _whole(document: Document, file: Path) -> tuple[Plan, str]:
    """Return the plan of a record with its digest; no authority is handed one that was changed after it was written."""
    plan, content = plan_from_document(document, file=str(file)), digest(document)
    if document["digest"] != content:
        raise BadInput([edited(str(file), str(document["digest"]), content)])
    return plan, content


def _write(made: Packet, told: Document, language: Language, folder: Path, *, pdf: bool) -> list[str]:
    """Write the files of a packet, all or none; the JSON comes last, as the record of it."""
    names = file_names(made, language)
    contents: dict[Path, str | bytes] = {folder / names.page: draw(made, language)}
    if pdf:
        contents[folder / names.pdf] = to_pdf(made, language)
    contents[folder / names.record] = record_text(told)
    write_together(contents)
    return [str(path) for path in contents]
