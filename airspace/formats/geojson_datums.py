"""Coordinates of a GeoJSON file that says itself that they are not WGS 84, converted before anything else reads them.

RFC 7946 knows nothing but WGS 84. A file from elsewhere may name another system, in the ``crs`` member of the older
GeoJSON or in a ``datum`` member of ours (``"datum": "GCJ-02"``), and only that name decides: nothing is guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from airspace.earth.datums import KNOWN, WGS84, Datum, datum_named, to_wgs84
from airspace.errors import Problem, UnknownDatum
from airspace.formats.scrutiny import PROBLEM_LIMIT
from airspace.formats.telling import place_of, shorten, shown

DEEPEST_LEVELS = 4
"""Lists in lists down to a number, in a MultiPolygon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The features of a file in WGS 84, as far as that could be had."""

    features: Sequence[object]
    problems: list[Problem]
    lost: frozenset[int] = frozenset()
    """Indices of features whose coordinates mean nothing here."""


def in_wgs84(file: str, collection: dict[str, object], features: Sequence[object]) -> Converted:
    """Return features in WGS 84, whatever known system their file names."""
    named = [(place, name) for place in ("crs", "datum") if (name := _name(place, collection.get(place))) is not None]
    known: dict[str, Datum] = {}
    problems = []
    for place, name in named:
        try:
            known[place] = datum_named(name)
        except UnknownDatum:
            problems.append(_wrong(file, place, shown(name or collection[place]), f"one of {', '.join(KNOWN)}"))
    if len({datum.name for datum in known.values()}) > 1:
        both = " and ".join(datum.name for datum in known.values())
        problems.append(_wrong(file, "datum", f"{both} in one file", "crs and datum that say the same"))
    if problems:
        return Converted(features=features, problems=problems, lost=frozenset(range(len(features))))
    for place, name in named:
        if known[place] is not WGS84:
            return _converted(file, place, name, features)
    return Converted(features=features, problems=[])


def _name(place: str, member: object) -> str | None:
    """Return the name that a member gives, None for no member, and no name at all for one that gives none."""
    if member is None:
        return None
    if place == "crs":
        properties = member.get("properties") if isinstance(member, dict) else None
        member = properties.get("name") if isinstance(properties, dict) else None
    return member if isinstance(member, str) else ""


def _wrong(file: str, place: str, found: str, expected: str) -> Problem:
    fix = "Export the file again in WGS 84 (EPSG:4326); changing the name alone would move everything."
    return Problem(file=file, place=place, code="WRONG_CRS", found=found, expected=expected, fix=fix)


def _converted(file: str, place: str, name: str, features: Sequence[object]) -> Converted:
    datum = datum_named(name)
    coordinates = {index: found for index, raw in enumerate(features) if (found := _coordinates(raw)) is not None}
    if not coordinates:
        return Converted(features=features, problems=[])  # nothing was converted, and nothing can become a value
    work = _Conversion(datum=name, coordinates=coordinates)
    work.convert(list(coordinates))
    if len(work.refused) == len(coordinates):
        reason = next(iter(work.refused.values()))
        wrong = _wrong(file, place, f"{datum.name}, and then {reason}", "the system that the coordinates are in")
        return Converted(features=features, problems=[wrong], lost=frozenset(range(len(features))))
    told = Problem(
        file=file,
        place=place,
        code="COORDINATES_CONVERTED",
        found=f"coordinates in {datum.name}",
        expected="WGS 84 degrees",
        fix=f"They were converted. {datum.note}".strip(),
        warning=True,
    )
    refused = [
        Problem(
            file=file,
            place=place_of(("features", index, "geometry", "coordinates")),
            code="COORDINATES_NOT_CONVERTED",
            found=reason,
            expected=f"coordinates in {datum.name}, as the file says",
        )
        for index, reason in work.refused.items()
    ]
    moved = [_with_coordinates(raw, work.moved[i]) if i in work.moved else raw for i, raw in enumerate(features)]
    return Converted(features=moved, problems=[told, *refused[:PROBLEM_LIMIT]], lost=frozenset(work.refused))


def _coordinates(raw: object) -> list[Any] | None:
    """Return the coordinates of a feature that can be converted; what is not numbers in lists is told elsewhere."""
    geometry = raw.get("geometry") if isinstance(raw, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(coordinates, list):
        return None
    sound = all(_is_position(position) for position in _positions(coordinates, DEEPEST_LEVELS))
    return coordinates if sound else None


def _positions(value: list[Any], levels: int) -> Iterator[list[Any]]:
    if levels > 1 and any(isinstance(inner, list) for inner in value):
        for inner in value:
            yield from _positions(inner, levels - 1) if isinstance(inner, list) else [[inner]]
    else:
        yield value


def _is_position(value: list[Any]) -> bool:
    return len(value) >= 2 and all(type(number) in (int, float) and math.isfinite(number) for number in value[:2])


def _with_coordinates(raw: Any, coordinates: list[Any]) -> dict[str, object]:
    return {**raw, "geometry": {**raw["geometry"], "coordinates": coordinates}}


@dataclass(slots=True, kw_only=True)
class _Conversion:
    """Converts many features in one go, and those that fail in ever smaller groups, to know which."""

    datum: str
    coordinates: dict[int, list[Any]]
    moved: dict[int, list[Any]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    def convert(self, indices: list[int]) -> None:
        if not indices:
            return
        if len(self.refused) > PROBLEM_LIMIT:
            self.refused |= dict.fromkeys(indices, "coordinates that were not looked at after so many refused ones")
            return
        positions = [p[:2] for index in indices for p in _positions(self.coordinates[index], DEEPEST_LEVELS)]
        try:
            points = iter(to_wgs84(np.array(positions, dtype=np.float64), self.datum).tolist())
        except ValueError as error:
            self._split(indices, error)
            return
        self.moved |= {index: _replaced(self.coordinates[index], points, DEEPEST_LEVELS) for index in indices}

    def _split(self, indices: list[int], error: ValueError) -> None:
        if len(indices) == 1:
            self.refused[indices[0]] = shorten(str(error).partition("got ")[2] or str(error))
            return
        middle = len(indices) // 2
        self.convert(indices[:middle])
        self.convert(indices[middle:])


def _replaced(value: list[Any], points: Iterator[list[float]], levels: int) -> list[Any]:
    if levels > 1 and any(isinstance(inner, list) for inner in value):
        return [_replaced(inner, points, levels - 1) for inner in value]
    return [*next(points), *value[2:]]
