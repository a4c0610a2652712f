"""Reading an airspace from files: every format by its reader, then what the files say of each other."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TypeAlias, TypeVar

import shapely

from airspace.earth.frame import GEOD
from airspace.earth.terrain import TerrainModel
from airspace.errors import BadInput, Problem, in_reading_order
from airspace.formats import Reader
from airspace.formats.documents import Document, RawFile, document_of, read_raw
from airspace.formats.telling import Placed, about, did_you_mean, listed, shown, within
from airspace.model.corridors import Library
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from airspace.rules.ledger import Ledger

FilePath: TypeAlias = str | PathLike[str]

FAR_M = 200_000.0
"""Farther than this from the middle of everything, something may have longitude and latitude swapped ..."""
NEAR_M = 100_000.0
"""... if it would be nearer than this the other way round."""

log = logging.getLogger(__name__)

T = TypeVar("T", Zone, Pad, Gate, Jurisdiction)


def read(
    zones: FilePath | Sequence[FilePath],
    *,
    pads: FilePath | None = None,
    gates: FilePath | None = None,
    jurisdictions: FilePath | None = None,
    readers: Sequence[Reader] | None = None,
    allow_rejected: bool = False,
) -> Airspace:
    """Read an airspace: zones from one file or several, and what else there is.

    Warnings are logged; :func:`read_with_warnings` returns them. With ``allow_rejected`` zones that cannot be used are
    warnings too; the airspace then names them in ``rejected``, and no plan in it passes its review.

    Raises
    ------
    BadInput
        If anything cannot be used, with all problems of all files.
    """
    sky, warnings = read_with_warnings(
        zones,
        pads=pads,
        gates=gates,
        jurisdictions=jurisdictions,
        readers=readers,
        allow_rejected=allow_rejected,
    )
    for warning in warnings:
        log.warning("%s", warning)
    return sky


def read_with_warnings(
    zones: FilePath | Sequence[FilePath],
    *,
    pads: FilePath | None = None,
    gates: FilePath | None = None,
    jurisdictions: FilePath | None = None,
    readers: Sequence[Reader] | None = None,
    allow_rejected: bool = False,
) -> tuple[Airspace, tuple[Problem, ...]]:
    """Read an airspace as :func:`read` does, and return the warnings beside it."""
    contents = Contents(allow_rejected=allow_rejected)
    zone_paths = [zones] if isinstance(zones, str | PathLike) else zones
    files = SkyFiles(
        zones=[file for path in zone_paths if (file := contents.raw("zones", path))],
        pads=contents.raw("pads", pads),
        gates=contents.raw("gates", gates),
        jurisdictions=contents.raw("jurisdictions", jurisdictions),
    )
    contents.take(files, readers)
    return contents.airspace(), in_reading_order(contents.problems)


def shipped_ledgers() -> Mapping[str, Ledger]:
    """Return the rule ledgers that come with this package, by the names that jurisdictions call them."""
    from airspace.formats.ledgers import shipped  # it brings pydantic, which nobody needs before reading

    return shipped()


@dataclass(frozen=True, slots=True, kw_only=True)
class SkyFiles:
    """The files of an airspace; what could not be opened is left out, with a problem told elsewhere."""

    zones: Sequence[RawFile] = ()
    pads: RawFile | None = None
    gates: RawFile | None = None
    jurisdictions: RawFile | None = None


@dataclass(slots=True, kw_only=True)
class Contents:
    """What was read so far from the files of an airspace, sound or not, and every problem."""

    allow_rejected: bool = False
    """Whether zones that cannot be used are only warned of."""
    problems: list[Problem] = field(default_factory=list)
    zones: list[tuple[str, Placed[Zone]]] = field(default_factory=list)
    """Each with the file it stands in."""
    pads: list[tuple[str, Placed[Pad]]] = field(default_factory=list)
    gates: list[tuple[str, Placed[Gate]]] = field(default_factory=list)
    jurisdictions: list[tuple[str, Placed[Jurisdiction]]] = field(default_factory=list)
    terrain: TerrainModel | None = None
    library: Library | None = None
    unread: set[str] = field(default_factory=set)
    """Kinds of which a file could not be read at all, so that nothing can be said to be missing from them."""

    def raw(self, kind: str, path: FilePath | None) -> RawFile | None:
        """Read the bytes of a file of a kind, if there is one; None, and a problem noted, when that fails."""
        if path is None:
            return None
        try:
            return read_raw(Path(path), name=str(path))
        except BadInput as error:
            self.problems += error.problems
            self.unread.add(kind)
            return None

    def take(self, files: SkyFiles, readers: Sequence[Reader] | None = None) -> None:
        """Read all files, then compare what they say of each other."""
        # These bring pydantic, which nobody needs before reading.
        from airspace.formats.catalogue import readers as every_reader
        from airspace.formats.geojson import read_gates, read_jurisdictions, read_pads

        asked = every_reader() if readers is None else readers
        for file in files.zones:
            self._take(self.zones, "zones", file, lambda document: self._zones(document, asked))
        self._take(self.pads, "pads", files.pads, read_pads)
        self._take(self.gates, "gates", files.gates, read_gates)
        self._take(self.jurisdictions, "jurisdictions", files.jurisdictions, read_jurisdictions)
        self.problems += cross_checked(self)

    def _zones(self, document: Document, readers: Sequence[Reader]) -> tuple[Sequence[Placed[Zone]], Sequence[Problem]]:
        _, placed, problems = _read_zones(document, readers)
        if self.allow_rejected and any(item.value is None for item in placed):
            # What has a place is about one zone; what has none is about the file, and stays an error.
            problems = [replace(problem, warning=True) if problem.place else problem for problem in problems]
        return placed, problems

    def _take(
        self,
        kept: list[tuple[str, Placed[T]]],
        kind: str,
        file: RawFile | None,
        reading: Callable[[Document], tuple[Sequence[Placed[T]], Sequence[Problem]]],
    ) -> None:
        if file is None:
            return
        try:
            placed, problems = reading(document_of(file))
        except BadInput as error:
            placed, problems = [], error.problems
        if not placed and any(not problem.warning for problem in problems):
            self.unread.add(kind)
        kept += [(file.name, item) for item in placed]
        self.problems += problems

    def airspace(self) -> Airspace:
        """Return the airspace.

        Raises
        ------
        BadInput
            If there is any problem that is not a warning.
        """
        if any(not problem.warning for problem in self.problems):
            raise BadInput(self.problems)
        return Airspace(
            zones=tuple(values(self.zones)),
            pads=tuple(values(self.pads)),
            gates=tuple(values(self.gates)),
            jurisdictions=tuple(values(self.jurisdictions)),
            terrain=self.terrain,
            rejected=tuple(self._rejected()),
            library=self.library,
        )

    def _rejected(self) -> Iterator[str]:
        """Yield the zones that cannot be used, each as file, place and id."""
        for file, zone in self.zones:
            if zone.value is None:
                yield f"{file}: {zone.place}{f' ({shown(zone.id)})' if zone.id else ''}"


def values(kept: Iterable[tuple[str, Placed[T]]]) -> Iterator[T]:
    """Yield the sound ones among some things read."""
    for _, item in kept:
        if item.value is not None:
            yield item.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What one zone file says, sound or not."""

    file: str
    format: str
    """The name of the reader; empty when nobody recognised the file."""
    zones: tuple[Placed[Zone], ...]
    """Every zone of the file in its order; one without a value was rejected."""
    problems: tuple[Problem, ...]

    @property
    def values(self) -> tuple[Zone, ...]:
        """The zones that can be used."""
        return tuple(item.value for item in self.zones if item.value is not None)

    @property
    def rejected(self) -> int:
        """How many zones cannot be used."""
        return len(self.zones) - len(self.values)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep something from being used."""
        return tuple(problem for problem in self.problems if not problem.warning)


def survey(path: FilePath, *, readers: Sequence[Reader] | None = None) -> Survey:
    """Look into one zone file and return all of it, with what is wrong; it does not raise for bad content."""
    try:
        file = read_raw(Path(path), name=str(path))
    except BadInput as error:
        return Survey(file=str(path), format="", zones=(), problems=error.problems)
    return survey_bytes(file, readers=readers)


def survey_bytes(file: RawFile, *, readers: Sequence[Reader] | None = None) -> Survey:
    """Look into the bytes of one zone file as :func:`survey` does."""
    from airspace.formats.catalogue import readers as every_reader

    name = file.name
    try:
        document = document_of(file)
    except BadInput as error:
        return Survey(file=name, format="", zones=(), problems=error.problems)
    format_name, zones, problems = _read_zones(document, every_reader() if readers is None else readers)
    return Survey(file=name, format=format_name, zones=tuple(zones), problems=in_reading_order(problems))


def _read_zones(document: Document, readers: Sequence[Reader]) -> tuple[str, Sequence[Placed[Zone]], Sequence[Problem]]:
    """Return which format a document is in, its zones, and what is wrong."""
    for reader in readers:
        if reader.recognises(document):
            return reader.name, *reader.zones(document)
    data = document.data
    found = f"something that begins with {shown(document.text.strip()[:40])}"
    if isinstance(data, dict) and "type" in data:
        found = f"JSON of type {shown(data['type'])}"
    known = listed(reader.name for reader in readers)
    problem = Problem(
        file=document.file,
        code="UNKNOWN_FORMAT",
        found=found,
        expected=f"a zone file in a known format: {known}",
    )
    return "", [], [problem]


def cross_checked(contents: Contents) -> Iterator[Problem]:
    """Yield what is wrong between files: ids twice, names that nobody bears, things far from all others."""
    yield from _ids_in_two_files(contents.zones)
    yield from _jurisdictions_named(contents)
    yield from _permits_named(contents)
    yield from _swapped(contents)
    yield from _shifted(contents)


def _shifted(contents: Contents) -> Iterator[Problem]:
    """Find outlines and pads that fit the jurisdictions only when moved as shifted maps are."""
    sides = list(values(contents.jurisdictions))
    if not sides:
        return
    from airspace.formats.shifts import Outline, outlines_shifted, pads_shifted

    def outlines(
        kind: str, kept: Iterable[tuple[str, Placed[Zone] | Placed[Gate] | Placed[Jurisdiction]]]
    ) -> list[Outline]:
        return [
            Outline(file=file, place=item.place, subject=f"{kind} {shown(item.id)}", shape=item.value.area)
            for file, item in kept
            if item.value is not None
        ]

    drawn = [*outlines("zone", contents.zones), *outlines("gate", contents.gates)]
    yield from outlines_shifted(drawn, [side.area for side in sides])
    # It may as well be the jurisdictions that are shifted, and all the rest that is not.
    yield from outlines_shifted(outlines("jurisdiction", contents.jurisdictions), [outline.shape for outline in drawn])
    for file in dict.fromkeys(file for file, _ in contents.pads):
        own = [(item.place, item.value) for name, item in contents.pads if name == file and item.value is not None]
        yield from pads_shifted(file, own, sides)


def _ids_in_two_files(kept: Sequence[tuple[str, Placed[Zone]]]) -> Iterator[Problem]:
    first: dict[str, tuple[str, str]] = {}
    for file, item in kept:
        at = first.setdefault(item.id, (file, item.place))
        if item.id and at[0] != file:
            yield Problem(
                file=file,
                place=within(item.place, "properties.id"),
                code="DUPLICATE_ID",
                found=f"{shown(item.id)}, which stands in {at[0]}, {at[1]} too",
                expected="every zone id once in all files",
            )


def _jurisdictions_named(contents: Contents) -> Iterator[Problem]:
    known = {item.id for _, item in contents.jurisdictions}
    if not known or "jurisdictions" in contents.unread:
        return
    for file, zone in contents.zones:
        if zone.value and zone.value.jurisdiction and zone.value.jurisdiction not in known:
            # Zone files from elsewhere use codes of their own, and no rule here depends on them.
            unknown = _unknown_jurisdiction(
                file, within(zone.place, "properties.jurisdiction"), zone.value.jurisdiction, known
            )
            yield replace(unknown, warning=True)
    for file, pad in contents.pads:
        if pad.value and pad.value.jurisdiction and pad.value.jurisdiction not in known:
            place = f"{pad.place}.properties.jurisdiction"
            yield _unknown_jurisdiction(file, place, pad.value.jurisdiction, known)
    for file, gate in contents.gates:
        for key in ("jurisdiction", "jurisdictions"):
            for name in _names(gate.value.extra.get(key) if gate.value else None):
                if name not in known:
                    yield _unknown_jurisdiction(file, f"{gate.place}.properties.{key}", name, known)


def _names(value: object) -> list[str]:
    return [name for name in (value if isinstance(value, list) else [value]) if isinstance(name, str) and name]


def _unknown_jurisdiction(file: str, place: str, name: str, known: Iterable[str]) -> Problem:
    return Problem(
        file=file,
        place=place,
        code="UNKNOWN_JURISDICTION",
        found=shown(name),
        expected=f"one of the jurisdictions {listed(sorted(known))}",
        fix=did_you_mean(name, known),
    )


def _permits_named(contents: Contents) -> Iterator[Problem]:
    zones: Mapping[str, Zone | None] = {item.id: item.value for _, item in reversed(contents.zones)}
    for file, gate in contents.gates:
        for i, permit in enumerate(gate.value.permits if gate.value else ()):
            place = f"{gate.place}.properties.permits[{i}]"
            for j, zone_id in enumerate(permit.zones):
                yield from _permit_zone(file, f"{place}.zones[{j}]", permit, zone_id, zones, "zones" in contents.unread)
            yield from _permit_authority(file, f"{place}.authority", permit, contents)


def _permit_zone(
    file: str, place: str, permit: Permit, zone_id: str, zones: Mapping[str, Zone | None], unread: bool
) -> Iterator[Problem]:
    if zone_id not in zones:
        if not unread:
            yield Problem(
                file=file,
                place=place,
                code="UNKNOWN_ZONE",
                found=shown(zone_id),
                expected=about(f"permit {shown(permit.id)}", "the id of a zone"),
                fix=did_you_mean(zone_id, zones),
            )
        return
    zone = zones[zone_id]
    if zone is not None and zone.restriction is Restriction.PROHIBITED:
        yield Problem(
            file=file,
            place=place,
            code="PERMIT_FOR_PROHIBITED",
            found=f"{shown(zone_id)}, which is PROHIBITED",
            expected=about(f"permit {shown(permit.id)}", "zones that a permit can open"),
            fix="No permit opens a PROHIBITED zone: take it out of the permit, or correct the zone.",
        )


def _permit_authority(file: str, place: str, permit: Permit, contents: Contents) -> Iterator[Problem]:
    authorities = {jurisdiction.authority for jurisdiction in values(contents.jurisdictions)}
    everything_read = all(item.value for _, item in contents.jurisdictions)
    if authorities and everything_read and permit.authority not in authorities:
        yield Problem(
            file=file,
            place=place,
            code="UNKNOWN_AUTHORITY",
            found=shown(permit.authority),
            expected=about(f"permit {shown(permit.id)}", "the authority of a jurisdiction"),
            fix=did_you_mean(permit.authority, authorities) or "The permit counts for no crossing as it stands.",
            warning=True,
        )


def _swapped(contents: Contents) -> Iterator[Problem]:
    """Find what lies far from everything else, and would lie near with longitude and latitude exchanged."""
    middles = [
        (file, item, _middle(item.value))
        for kept in (contents.zones, contents.pads, contents.gates, contents.jurisdictions)
        for file, item in kept
        if item.value is not None
    ]
    if len(middles) < 3:
        return
    lon = statistics.median(middle[0] for _, _, middle in middles)
    lat = statistics.median(middle[1] for _, _, middle in middles)
    for file, item, (own_lon, own_lat) in middles:
        far_m = GEOD.inv(lon, lat, own_lon, own_lat)[2]
        if far_m > FAR_M and abs(own_lon) <= 90 and GEOD.inv(lon, lat, own_lat, own_lon)[2] < NEAR_M:
            yield Problem(
                file=file,
                place=within(item.place, "geometry"),
                code="SWAPPED_LON_LAT",
                found=f"[{own_lon:.6g}, {own_lat:.6g}], {far_m / 1000:.0f} km from the middle of everything",
                expected=about(shown(item.id), "longitude before latitude"),
                fix=f"Swapped it would lie among the rest, which is around [{lon:.6g}, {lat:.6g}].",
            )


def _middle(value: Zone | Pad | Gate | Jurisdiction) -> tuple[float, float]:
    shape: shapely.Geometry = value.point if isinstance(value, Pad) else value.area
    west, south, east, north = shape.bounds
    return (west + east) / 2, (south + north) / 2
