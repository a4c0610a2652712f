"""``corridors.json``: the library of frozen corridors, with all that authorities have said of them.

Ids and hashes are worked out again on reading: a corridor that was edited by hand is not the one that was approved.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, json_of, text_of, without_told, wrong_format
from airspace.formats.doors import Bounded, Digest, Id, Moment, Name, Strict, utc
from airspace.formats.telling import about, did_you_mean, problem_of, problems_of, shown
from airspace.model.corridors import Act, Corridor, Entry, Library, Passed

FORMAT = "skyferry-corridors"
VERSION = 1

NOT_NEGATIVE = Field(ge=0, le=100_000)
Line = Annotated[str, Field(max_length=2000)]
CorridorId = Annotated[str, Field(min_length=1, max_length=450)]
"""Two ids of pads and a hash."""


class PassedRecord(Strict):
    """A jurisdiction that a corridor passes, and who gives leave there."""

    id: Id
    authority: Name


class CorridorRecord(Strict):
    """One corridor."""

    id: CorridorId
    hash: Digest
    from_pad: Id = Field(alias="from")
    to_pad: Id = Field(alias="to")
    drone_types: Annotated[list[Id], Field(min_length=1), Bounded]
    points: Annotated[
        list[Annotated[list[float], Field(min_length=3, max_length=3, fail_fast=True)]],
        Field(min_length=2, fail_fast=True),
        Bounded,
    ]
    """Longitude, latitude, metres AMSL, from above one pad to above the other."""
    half_width_m: Annotated[float, NOT_NEGATIVE]
    clearance_m: Annotated[float, NOT_NEGATIVE]
    vertical_clearance_m: Annotated[float, NOT_NEGATIVE]
    jurisdictions: Annotated[list[PassedRecord], Bounded]
    gates: Annotated[list[Id], Bounded]
    rules: Digest


class EntryRecord(Strict):
    """One line of the history."""

    at: Moment
    corridor: CorridorId
    hash: Digest
    act: Literal[tuple(Act)]  # type: ignore[valid-type]
    drone_types: Annotated[list[Id], Bounded]
    authority: Line
    by: Line
    note: Line
    valid_to: Moment | None
    """Null says that an approval names no end; leaving it out does not."""


class LibraryFile(Strict):
    """``corridors.json``: frozen corridors and their history."""

    format: Literal["skyferry-corridors"]
    version: Literal[1]
    corridors: list[CorridorRecord]
    history: list[EntryRecord]


# --- reading ----------------------------------------------------------------------------------------------------------


def read_library(file: RawFile) -> Library:
    """Read a library.

    Raises
    ------
    BadInput
        If it is none, with every problem in it.
    """
    document = json_of(file.name, text_of(file))
    if not isinstance(document.data, dict):
        found, expected = shown(document.data), "a JSON object, a library of corridors"
        raise BadInput([Problem(file=file.name, code="WRONG_TYPE", found=found, expected=expected)])
    library, problems = _library(document.data, file.name)
    if library is None or document.problems:
        raise BadInput([*document.problems, *without_told(problems, document.problems)])
    return library


def _library(data: Mapping[str, object], file: str) -> tuple[Library | None, list[Problem]]:
    if told := wrong_format(data, file, FORMAT, VERSION):
        return None, told
    try:
        given = LibraryFile.model_validate(data)
    except ValidationError as error:
        return None, problems_of(error, file=file, known_keys=_keys())
    gathered = _Gathered(file=file)
    corridors = tuple(gathered.corridors(given.corridors))
    history = tuple(gathered.history(given.history, [record.id for record in given.corridors]))
    if gathered.problems:
        return None, gathered.problems
    return Library(corridors=corridors, history=history), []


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """Values made so far, and every problem."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def corridors(self, records: list[CorridorRecord]) -> Iterator[Corridor]:
        counted = Counter(record.id for record in records)
        for index, record in enumerate(records):
            place, subject = f"corridors[{index}]", f"corridor {shown(record.id)}"
            if counted[record.id] > 1:
                found = f"{shown(record.id)}, {counted[record.id]} times"
                self._tell(f"{place}.id", "DUPLICATE_ID", found, "every corridor once")
            try:
                corridor = _corridor(record)
            except ValueError as error:
                names = CorridorRecord.model_fields
                self.problems.append(problem_of(error, file=self.file, place=place, subject=subject, fields=names))
                continue
            self._compare(corridor, record, place, subject)
            yield corridor

    def _compare(self, corridor: Corridor, record: CorridorRecord, place: str, subject: str) -> None:
        """Tell when a corridor is no longer the one that its id and its hash were worked out from."""
        fix = "It was edited by hand: put it back as it was, or freeze it again and have it approved anew."
        for name in ("id", "hash"):
            stated, own = getattr(record, name), getattr(corridor, name)
            if stated != own:
                code = "ID_DOES_NOT_FIT" if name == "id" else "HASH_DOES_NOT_FIT"
                expected = about(subject, f"'{own}', which is that of its content")
                self._tell(f"{place}.{name}", code, shown(stated), expected, fix)

    def history(self, records: list[EntryRecord], known: list[str]) -> Iterator[Entry]:
        ids = frozenset(known)
        for index, record in enumerate(records):
            place = f"history[{index}]"
            if record.corridor not in ids:
                fix = did_you_mean(record.corridor, known)
                expected = "the id of a corridor of this library"
                self._tell(f"{place}.corridor", "UNKNOWN_CORRIDOR", shown(record.corridor), expected, fix)
            try:
                yield _entry(record)
            except ValueError as error:
                names = EntryRecord.model_fields
                self.problems.append(problem_of(error, file=self.file, place=place, fields=names))

    def _tell(self, place: str, code: str, found: str, expected: str, fix: str = "") -> None:
        problem = Problem(file=self.file, place=place, code=code, found=found, expected=expected, fix=fix)
        self.problems.append(problem)


def _keys() -> tuple[str, ...]:
    models = (LibraryFile, CorridorRecord, PassedRecord, EntryRecord)
    return tuple(dict.fromkeys(f.alias or name for model in models for name, f in model.model_fields.items()))


def _corridor(record: CorridorRecord) -> Corridor:
    return Corridor(
        from_pad=record.from_pad,
        to_pad=record.to_pad,
        drone_types=tuple(record.drone_types),
        points=tuple((lon, lat, alt_m) for lon, lat, alt_m in record.points),
        half_width_m=record.half_width_m,
        clearance_m=record.clearance_m,
        vertical_clearance_m=record.vertical_clearance_m,
        jurisdictions=tuple(Passed(jurisdiction=side.id, authority=side.authority) for side in record.jurisdictions),
        gates=tuple(record.gates),
        rules=record.rules,
    )


def _entry(record: EntryRecord) -> Entry:
    return Entry(
        at=utc(record.at),
        corridor=record.corridor,
        hash=record.hash,
        act=Act(record.act),
        drone_types=tuple(record.drone_types),
        authority=record.authority,
        by=record.by,
        note=record.note,
        valid_to=None if record.valid_to is None else utc(record.valid_to),
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def library_text(library: Library) -> str:
    """Return the text of the file of a library, a corridor or an entry a line; the same library, the same bytes."""
    corridors = _lines(corridor_document(corridor) for corridor in library.corridors)
    history = _lines(entry_document(entry) for entry in library.history)
    head = f'{{"format": "{FORMAT}", "version": {VERSION}'
    return f'{head}, "corridors": [{corridors}], "history": [{history}]}}\n'


def _lines(documents: Iterable[Mapping[str, Any]]) -> str:
    lines = ",\n".join(json.dumps(document, ensure_ascii=False, allow_nan=False) for document in documents)
    return f"\n{lines}\n" if lines else ""


def corridor_document(corridor: Corridor) -> dict[str, Any]:
    """Return a corridor as JSON values, as the file writes it."""
    return {
        "id": corridor.id,
        "hash": corridor.hash,
        "from": corridor.from_pad,
        "to": corridor.to_pad,
        "drone_types": list(corridor.drone_types),
        "points": [list(point) for point in corridor.points],
        "half_width_m": corridor.half_width_m,
        "clearance_m": corridor.clearance_m,
        "vertical_clearance_m": corridor.vertical_clearance_m,
        "jurisdictions": [{"id": side.jurisdiction, "authority": side.authority} for side in corridor.jurisdictions],
        "gates": list(corridor.gates),
        "rules": corridor.rules,
    }


def entry_document(entry: Entry) -> dict[str, Any]:
    """Return an entry of the history as JSON values, as the file writes it; times in UTC."""
    return {
        "at": utc(entry.at).isoformat(),
        "corridor": entry.corridor,
        "hash": entry.hash,
        "act": str(entry.act),
        "drone_types": list(entry.drone_types),
        "authority": entry.authority,
        "by": entry.by,
        "note": entry.note,
        "valid_to": None if entry.valid_to is None else utc(entry.valid_to).isoformat(),
    }
