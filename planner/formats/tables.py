"""Reading CSV strictly: every row with the line it stands on, every cell under its column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, text_of, unprintable, without_told
from airspace.formats.scrutiny import PROBLEM_LIMIT, too_many_problems
from airspace.formats.telling import Location, Placed, did_you_mean, listed, problem_of, problems_of, shorten, shown

COLUMNS_LIMIT = 500
"""Each is held against all others, and against every name that may have been meant."""

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its line, and the cells that are not empty, without blanks around them."""

    line: int
    cells: dict[str, str]

    @property
    def place(self) -> str:
        """The line, in words."""
        return f"line {self.line}"


def read_table(
    file: RawFile, *, model: type[M], kind: str, build: Callable[[M, Row], T], unique: bool = True
) -> tuple[list[Placed[T]], list[Problem]]:
    """Return what each row says with its line, and every problem.

    Values in the first column are ids, and must be unique, unless ``unique`` is off.

    Raises
    ------
    BadInput
        If it is not a table at all: not UTF-8, empty, or without the columns it needs.
    """
    header, rows, problems = _rows(file, model)
    placed = []
    id_column = next(iter(model.model_fields))
    told = tuple(problems)
    for row in rows:
        if len(problems) > PROBLEM_LIMIT:
            problems.append(too_many_problems(file.name, row.place))
            break
        value, found = _value(file.name, row, model, kind, build)
        problems += without_told(found, told) if told else found
        placed.append(Placed(id=row.cells.get(id_column, ""), place=row.place, value=value))
    if not rows and not problems:
        problems.append(_no_rows(file.name, kind))
    twice = _ids_twice(file.name, id_column, kind, placed) if unique else ()
    return placed, [*problems, *twice, *_misspelt(file.name, header, model)]


def _no_rows(file: str, kind: str) -> Problem:
    found = "a header and no rows"
    return Problem(file=file, code="EMPTY_TABLE", found=found, expected=f"at least one {kind}", warning=True)


def _rows(file: RawFile, model: type[BaseModel]) -> tuple[list[str], list[Row], list[Problem]]:
    lines = _lines(file)
    line, first = next(lines)
    if isinstance(first, Problem):
        raise BadInput([first])
    header = [name.strip() for name in first]
    if problems := list(_header_problems(file.name, line, header, model)):
        raise BadInput(problems)
    rows: list[Row] = []
    for line, cells in lines:
        if isinstance(cells, Problem):
            problems.append(cells)
        elif any(cell.strip() for cell in cells):
            rows.append(Row(line=line, cells=_named(header, cells)))
            problems += _row_problems(file.name, line, header, cells)
    return header, rows, problems


def _lines(file: RawFile) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yield each row with the line it begins on; a broken row is a problem, and ends the reading."""
    reader = csv.reader(io.StringIO(text_of(file), newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        expected = "a row of comma-separated values"
        fix = "Rows after this one were not looked at."
        place = f"line {begins}"
        found = _CSV_WORDS.get(str(error), str(error))
        problem = Problem(file=file.name, place=place, code="CSV_SYNTAX", found=found, expected=expected, fix=fix)
        yield begins, problem


_CSV_WORDS = {
    "unexpected end of data": "a quote that is opened and never closed",
    f"field larger than field limit ({csv.field_size_limit()})": f"a cell of over {csv.field_size_limit()} characters",
}


def _header_problems(file: str, line: int, header: Sequence[str], model: type[BaseModel]) -> Iterator[Problem]:
    place = f"line {line}"
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        found = f"one column {shown(header[0])}"
        fix = "Save the file with commas between the values."
        yield Problem(file=file, place=place, code="WRONG_SEPARATOR", found=found, expected="commas", fix=fix)
        return
    if len(header) > COLUMNS_LIMIT:
        found, expected = f"{len(header):,} columns", f"at most {COLUMNS_LIMIT}"
        yield Problem(file=file, place=place, code="TOO_MANY_COLUMNS", found=found, expected=expected)
        return
    for name in dict.fromkeys(header):
        yield from unprintable(file, place, name)
        if name and header.count(name) > 1:
            found = f"the column {shown(name)} {header.count(name)} times"
            yield Problem(file=file, place=place, code="DUPLICATE_COLUMN", found=found, expected="every column once")
    for name, field in model.model_fields.items():
        if field.is_required() and name not in header:
            unknown = [column for column in header if column and column not in model.model_fields]
            near = did_you_mean(name, unknown)
            yield Problem(
                file=file,
                place=place,
                code="MISSING_COLUMN",
                found=f"the columns {listed(map(shown, header), limit=20)}",
                expected=f"a column {name}",
                fix=near.replace("Did you mean", "Is it").replace("?", f"? Then call it {name}.") if near else "",
            )


def _named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name and cell.strip()}


def _row_problems(file: str, line: int, header: Sequence[str], cells: Sequence[str]) -> Iterator[Problem]:
    unnamed = [cell for index, cell in enumerate(cells) if index >= len(header) or not header[index]]
    if any(cell.strip() for cell in unnamed):
        yield _wrong_length(file, line, f"{len(cells)} cells, the last {shown(unnamed[-1])}", len(header))
    elif len(cells) < len(header):
        yield _wrong_length(file, line, f"{len(cells)} cells", len(header))
    for name, cell in zip(header, cells, strict=False):
        yield from unprintable(file, f"line {line}, column {shorten(name)}", cell)


def _wrong_length(file: str, line: int, found: str, columns: int) -> Problem:
    return Problem(
        file=file,
        place=f"line {line}",
        code="WRONG_CELL_COUNT",
        found=found,
        expected=f"{columns} cells, one for each column of the header",
        fix="A comma inside a value needs quotes around the value.",
    )


def _value(
    file: str, row: Row, model: type[M], kind: str, build: Callable[[M, Row], T]
) -> tuple[T | None, list[Problem]]:
    row_id = row.cells.get(next(iter(model.model_fields)), "")
    subject = f"{kind} {shown(row_id)}" if row_id else ""

    def place(location: Location) -> str:
        return ", column ".join([row.place, *(str(step) for step in location[:1])])

    try:
        return build(model.model_validate(row.cells), row), []
    except ValidationError as error:
        return None, problems_of(error, file=file, place=place, subject=subject)
    except BadInput as error:
        return None, list(error.problems)
    except ValueError as error:
        return None, [problem_of(error, file=file, place=row.place, subject=subject)]


def _ids_twice(file: str, column: str, kind: str, placed: Sequence[Placed[T]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for item in placed:
        at = first.setdefault(item.id, item.place)
        if item.id and at != item.place:
            yield Problem(
                file=file,
                place=f"{item.place}, column {column}",
                code="DUPLICATE_ID",
                found=f"{shown(item.id)}, which stands on {at} too",
                expected=f"every {kind} id once",
            )


def _misspelt(file: str, header: Sequence[str], model: type[BaseModel]) -> Iterator[Problem]:
    absent = [name for name in model.model_fields if name not in header]
    for name in header:
        fix = did_you_mean(name, absent, cutoff=0.8) if name and name not in model.model_fields else ""
        if fix:
            found = f"the unknown column {shown(name)}, which is kept but not used"
            expected = "a column by its exact name"
            yield Problem(
                file=file, place="line 1", code="UNKNOWN_COLUMN", found=found, expected=expected, fix=fix, warning=True
            )
