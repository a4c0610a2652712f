"""From a plan to files of many formats, each read back and checked before it counts: the straight pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from airspace.errors import BadInput, Problem
from airspace.formats.documents import read_raw
from planner.errors import ConversionFailed
from planner.output.exports.formats import File, Format, Reviewed
from planner.output.exports.reading_back import ReadBack, read_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a plan in one format."""

    format: Format
    read: ReadBack | None = None
    """None where the format refused."""
    refused: tuple[Problem, ...] = ()
    """Why it did."""

    @property
    def files(self) -> tuple[File, ...]:
        """The files of the format; none where it refused."""
        return () if self.read is None else self.read.files


def exported(form: Format, reviewed: Reviewed) -> Outcome:
    """Write a plan in a format and read it back, in memory.

    Raises
    ------
    ConversionFailed
        If it does not read back, or comes back further from the plan than the format promises: our bug.
    """
    try:
        files = form.write(reviewed)
    except BadInput as error:
        return Outcome(format=form, refused=error.problems)
    try:
        read = read_back(form, files, reviewed)
    except BadInput as error:
        raise ConversionFailed(f"{form.name}: what was made does not read back: {error}") from error
    if not read.within:
        told = f"{read.difference}, which is more than {form.precision}"
        raise ConversionFailed(f"{form.name}: what was made reads back {told}")
    return Outcome(format=form, read=read)


def brought_back(form: Format, reviewed: Reviewed, folder: Path) -> Outcome:
    """Read back the files of a plan in a format as they lie in a folder, whatever was done to them since.

    Raises
    ------
    BadInput
        If one of them is missing or cannot be read, or the format refuses the plan.
    """
    found: list[File] = []
    problems: list[Problem] = []
    for wanted in form.write(reviewed):
        path = folder / wanted.name
        try:
            found.append(File(name=wanted.name, content=read_raw(path, name=str(path)).raw))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return Outcome(format=form, read=read_back(form, found, reviewed))


def contents(outcomes: Sequence[Outcome], folder: Path) -> dict[Path, bytes]:
    """Return what to write where: the files of each format, in a folder of its name.

    Raises
    ------
    BadInput
        If the folder of a format leads elsewhere.
    """
    problems = [problem for outcome in outcomes for problem in _leads_out(folder, outcome)]
    if problems:
        raise BadInput(problems)
    return {folder / outcome.format.name / file.name: file.content for outcome in outcomes for file in outcome.files}


def _leads_out(folder: Path, outcome: Outcome) -> Iterator[Problem]:
    place = folder / outcome.format.name
    if outcome.files and not place.resolve().is_relative_to(folder.resolve()):
        found, expected = f"a link to {place.resolve()}", "a folder inside the one that is written to"
        yield Problem(file=str(place), code="PATH_OUTSIDE", found=found, expected=expected)
