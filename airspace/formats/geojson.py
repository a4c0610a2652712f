"""Our own GeoJSON (RFC 7946): zones, pads, gates, jurisdictions and land, one FeatureCollection a file.

Longitude then latitude, WGS 84. Heights may be in metres, feet or flight levels; they become metres here. A file that
names another horizontal datum that is known is converted, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

import shapely
from pydantic import BaseModel, ValidationError

from airspace.earth.geoids import undulation_m
from airspace.earth.heights import Band
from airspace.errors import Problem
from airspace.formats.bands import FOOT_M, band_of
from airspace.formats.documents import Document, without_told
from airspace.formats.doors import (
    ENTRY_KINDS,
    Feature,
    GateFeature,
    GateProperties,
    JurisdictionFeature,
    JurisdictionProperties,
    LandFeature,
    LandProperties,
    PadFeature,
    PadProperties,
    PeriodEntry,
    PermitEntry,
    PointGeometry,
    ZoneFeature,
    ZoneProperties,
    utc,
)
from airspace.formats.geojson_datums import in_wgs84
from airspace.formats.outlines import sound_areas
from airspace.formats.schedules import schedule_of
from airspace.formats.scrutiny import PROBLEM_LIMIT, too_many_problems
from airspace.formats.shapes import Area, Telling, area_of, gate_area_of, point_of
from airspace.formats.tangles import Effort
from airspace.formats.telling import (
    Location,
    Placed,
    did_you_mean,
    listed,
    place_of,
    problem_of,
    problems_of,
    shown,
)
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS, Schedule
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone

__all__ = [
    "FOOT_M",
    "GeoJson",
    "Land",
    "attributions",
    "merged_area",
    "read_gates",
    "read_jurisdictions",
    "read_land",
    "read_pads",
]

FEATURES_LIMIT = 100_000
"""A country has a few thousand zones."""

LonLat: TypeAlias = tuple[float, float]

T = TypeVar("T")
P = TypeVar("P", bound=BaseModel)
S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind(Generic[P, S, T]):
    """How one kind of feature is read."""

    name: str
    feature: type[Feature]
    properties: type[P]
    shape: Callable[[Any, Telling], S | None]
    """From the geometry at the door to what is built from it; it tells what is wrong."""
    build: Callable[[P, S | None, Telling], T | None]
    """From sound properties and a shape; it tells what is wrong."""
    areas: bool = True
    """Whether its shapes are areas as they are drawn."""


class GeoJson:
    """Zones in our own GeoJSON."""

    name = "GeoJSON (a FeatureCollection of zones)"

    def recognises(self, document: Document) -> bool:
        """Tell whether the document is a FeatureCollection."""
        return isinstance(document.data, dict) and document.data.get("type") == "FeatureCollection"

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        """Return the zones with their places, and what is wrong."""
        return _read(document, _ZONE)


def read_pads(document: Document) -> tuple[list[Placed[Pad]], list[Problem]]:
    """Return the pads of a file with their places, and what is wrong."""
    return _read(document, _PAD)


def read_gates(document: Document) -> tuple[list[Placed[Gate]], list[Problem]]:
    """Return the gates of a file with their places, and what is wrong."""
    return _read(document, _GATE)


def read_jurisdictions(document: Document) -> tuple[list[Placed[Jurisdiction]], list[Problem]]:
    """Return the jurisdictions of a file with their places, and what is wrong."""
    return _read(document, _JURISDICTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A piece of land for drawing, and whom to thank for it."""

    area: Area
    attribution: str


def read_land(document: Document) -> tuple[list[Placed[Land]], list[Problem]]:
    """Return the land areas of a file with their places, and what is wrong."""
    return _read(document, _LAND)


def _read(document: Document, kind: _Kind[P, S, T]) -> tuple[list[Placed[T]], list[Problem]]:
    features, problems, lost = _features(document)
    doubted = _doubted(document.problems, len(features))
    reading = _Reading(file=document.file, kind=kind)
    areas = sound_areas(features, reading.effort) if kind.areas else [None] * len(features)
    for index, (raw, area) in enumerate(zip(features, areas, strict=True)):
        reading.take(index, raw, area, lost=index in lost, doubted=index in doubted)
    twice = {} if kind.name == "land" else dict(_ids_twice(document.file, kind.name, reading.placed))
    placed = [replace(item, value=None) if index in twice else item for index, item in enumerate(reading.placed)]
    problems += [*reading.problems, *islice(twice.values(), PROBLEM_LIMIT)]
    return placed, [*document.problems, *without_told(problems, document.problems)]


@dataclass(slots=True, kw_only=True)
class _Reading(Generic[P, S, T]):
    """What was read so far of one file, feature by feature."""

    file: str
    kind: _Kind[P, S, T]
    placed: list[Placed[T]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    errors: int = 0
    effort: Effort = field(default_factory=Effort)
    spelling: _Spelling = field(default_factory=lambda: _Spelling())

    def take(self, index: int, raw: object, area: Area | None, *, lost: bool, doubted: bool) -> None:
        """Read one feature; one whose coordinates are lost, or that is doubted, is looked at and becomes no value."""
        telling = Telling(
            file=self.file, prefix=("features", index), subject=_subject(self.kind.name, raw), effort=self.effort
        )
        value = None if self.errors > PROBLEM_LIMIT else self._value(raw, area, telling)
        if lost:
            telling.problems = [problem for problem in telling.problems if not _is_off_the_earth(problem)]
        good = not (lost or doubted or telling.broken)
        self.placed.append(Placed(id=_id(raw), place=telling.place(), value=value if good else None))
        self._note(telling)

    def _note(self, telling: Telling) -> None:
        before = self.errors
        self.problems += telling.problems
        self.errors += sum(not problem.warning for problem in telling.problems)
        if before <= PROBLEM_LIMIT < self.errors:
            self.problems.append(too_many_problems(self.file, telling.place()))

    def _value(self, raw: object, area: Area | None, telling: Telling) -> T | None:
        read = self._quickly(raw, area) or self._strictly(raw, telling)
        if read is None:
            return None
        given, shape = read
        self.spelling.check(given, telling, "properties")
        try:
            return self.kind.build(given, shape, telling)
        except ValueError as error:
            problem = problem_of(error, file=self.file, place=telling.place("properties"), subject=telling.subject)
            telling.problems.append(problem)
            return None

    def _quickly(self, raw: object, area: Any) -> tuple[P, S] | None:
        """Take a feature whose area is known already; None when there is anything to tell of it."""
        if area is None or not isinstance(raw, dict) or raw.get("type") != "Feature":
            return None
        try:
            return self.kind.properties.model_validate(raw.get("properties")), area
        except ValidationError:
            return None

    def _strictly(self, raw: object, telling: Telling) -> tuple[P, S | None] | None:
        try:
            feature: Any = self.kind.feature.model_validate(raw)
        except ValidationError as error:
            problems = problems_of(error, file=self.file, place=_place, prefix=telling.prefix, subject=telling.subject)
            telling.problems += _first_of_coordinates(problems, raw)
            return None
        return feature.properties, self.kind.shape(feature.geometry, telling)


OUT_OF_RANGE = ("LATITUDE_OUT_OF_RANGE", "LONGITUDE_OUT_OF_RANGE")


def _is_off_the_earth(problem: Problem) -> bool:
    return problem.code in OUT_OF_RANGE and ".geometry.coordinates" in problem.place


FEATURE = re.compile(r"features\[(\d+)\]")


def _doubted(problems: Sequence[Problem], count: int) -> AbstractSet[int]:
    """Return the indices of features in which the JSON itself is not sound, such as a key that stands twice."""
    doubted: set[int] = set()
    for problem in problems:
        within = FEATURE.match(problem.place)
        if within is not None:
            index = int(within[1])
            # After too many problems nobody looked at the rest.
            doubted |= set(range(index, count if problem.code == "TOO_MANY_PROBLEMS" else index + 1))
        elif problem.code in ("TOO_MANY_PROBLEMS", "TOO_DEEP") or problem.place.startswith(TOP_KEYS):
            return set(range(count))
    return doubted


TOP_KEYS = ("features", "type", "crs", "datum")
"""What every feature depends on."""


def _place(location: Location) -> str:
    return place_of(step for step in location if step not in ENTRY_KINDS)


def _features(document: Document) -> tuple[Sequence[object], list[Problem], frozenset[int]]:
    """Return the features in WGS 84, what is wrong, and the indices of those without usable coordinates."""
    data, file = document.data, document.file
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        found = f"JSON of type {shown(data.get('type'))}" if isinstance(data, dict) else _kind_of(data)
        return [], [_problem(file, "", "NOT_A_FEATURE_COLLECTION", found, "a GeoJSON FeatureCollection")], frozenset()
    features = data.get("features")
    if not isinstance(features, list):
        found = shown(features) if "features" in data else "nothing"
        problem = _problem(file, "features", "WRONG_TYPE", found, "a list of features")
        return [], [*in_wgs84(file, data, []).problems, problem], frozenset()
    if len(features) > FEATURES_LIMIT:
        found, expected = f"{len(features):,} features", f"at most {FEATURES_LIMIT:,}"
        fix = "Cut it into several files."
        return [], [_problem(file, "features", "TOO_MANY", found, expected, fix)], frozenset()
    converted = in_wgs84(file, data, features)
    problems = list(converted.problems)
    if not features:
        empty = _problem(file, "features", "EMPTY_COLLECTION", "an empty list", "at least one feature")
        problems.append(replace(empty, warning=True))
    return converted.features, problems, converted.lost


def _kind_of(data: object) -> str:
    return "text that is not JSON" if data is None else "JSON without an object at its top"


def _problem(file: str, place: str, code: str, found: str, expected: str, fix: str = "") -> Problem:
    return Problem(file=file, place=place, code=code, found=found, expected=expected, fix=fix)


def _id(raw: object) -> str:
    properties = raw.get("properties") if isinstance(raw, dict) else None
    value = properties.get("id") if isinstance(properties, dict) else None
    return value if isinstance(value, str) else ""


def _subject(kind: str, raw: object) -> str:
    return f"{kind} {shown(_id(raw))}" if _id(raw) else ""


def _first_of_coordinates(problems: Sequence[Problem], raw: Any) -> list[Problem]:
    """Count what is wrong like the one problem about coordinates: a shape wrong throughout would tell thousands."""
    inside = [problem for problem in problems if ".geometry.coordinates" in problem.place]
    others = [problem for problem in problems if ".geometry.coordinates" not in problem.place]
    if any(problem.place.endswith(".geometry.type") for problem in others):
        return others
    if inside:
        more = _misfits(raw["geometry"].get("coordinates"), LEVELS[raw["geometry"]["type"]]) - 1
        inside = [replace(inside[0], found=f"{inside[0].found}, and {more} more like it") if more > 0 else inside[0]]
    return others + inside


LEVELS = {
    "Point": (2,),
    "LineString": (2, 2),
    "Polygon": (1, 3, 2),
    "MultiPolygon": (1, 1, 3, 2),
}
"""How many must at least be in each list of the coordinates, from the outermost one in."""


def _misfits(value: object, least: tuple[int, ...]) -> int:
    """Return how many values inside coordinates are not what they should be."""
    if not least:
        return int(type(value) not in (int, float))
    if not isinstance(value, list):
        return 1
    return sum(_misfits(inner, least[1:]) for inner in value) or int(len(value) < least[0])


NAMES_LIMIT = 2000
"""So many different unknown properties of a file are compared with those that are known."""

ENTRIES = frozenset({"permits", "schedule"})
"""Properties that hold entries with properties of their own."""


@dataclass(slots=True)
class _Spelling:
    """Finds properties that are misspelt; it remembers, because the same one tends to stand in every feature."""

    fixes: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    told: int = 0

    def check(self, given: BaseModel, telling: Telling, *steps: str | int) -> None:
        """Tell of unknown properties that resemble a known one that is not there, and of any unknown one in hours."""
        if given.model_extra:
            self._check(given, given.model_extra, telling, *steps)
        for name in ENTRIES & type(given).model_fields.keys():
            for index, entry in enumerate(getattr(given, name) or ()):
                self.check(entry, telling, *steps, name, index)

    def _check(self, given: BaseModel, unknown: Mapping[str, object], telling: Telling, *steps: str | int) -> None:
        fields = type(given).model_fields.items()
        known = tuple(field.alias or name for name, field in fields if name not in given.model_fields_set)
        kept = "kept but not used" if steps == ("properties",) else "not used"
        for key in unknown:
            fix = self._fix(key, known)
            if (fix or isinstance(given, PeriodEntry)) and self.told < PROBLEM_LIMIT:
                self.told += 1
                telling.tell(
                    "UNKNOWN_PROPERTY",
                    *steps,
                    key,
                    found=f"the unknown property {shown(key)}, which is {kept}",
                    expected="a property by its exact name",
                    fix=fix,
                    warning=True,
                )

    def _fix(self, key: str, known: tuple[str, ...]) -> str:
        if (key, known) not in self.fixes:
            if len(self.fixes) == NAMES_LIMIT:
                return ""
            # A high bar: a property of somebody else's that merely resembles one of ours is none of our business.
            self.fixes[key, known] = did_you_mean(key, known, cutoff=0.85)
        return self.fixes[key, known]


def _ids_twice(file: str, kind: str, placed: Sequence[Placed[T]]) -> Iterator[tuple[int, Problem]]:
    """Yield the indices of things whose id another one has before them, each with its problem."""
    first: dict[str, str] = {}
    for index, item in enumerate(placed):
        if item.id in first:
            found = f"{shown(item.id)}, which stands at {first[item.id]} too"
            place = f"{item.place}.properties.id"
            yield index, _problem(file, place, "DUPLICATE_ID", found, f"every {kind} id once")
        elif item.id:
            first[item.id] = item.place


def _zone(given: ZoneProperties, area: Area | None, telling: Telling) -> Zone | None:
    band = band_of(given, telling, "properties")
    schedule = _schedule(given, area, telling, "properties")
    if area is None or band is None:
        return None
    return Zone(
        id=given.id,
        name=given.name,
        name_zh=given.name_zh,
        restriction=Restriction(given.restriction),
        area=area,
        band=band,
        schedule=schedule,
        authority=given.authority,
        jurisdiction=given.jurisdiction,
        category=given.category,
        source=_source(given.source or "", given.source_date, given.confidence),
        extra=_extra(given),
    )


def _schedule(given: Any, area: shapely.Geometry | None, telling: Telling, *steps: str | int) -> Schedule:
    return _hours(given.schedule, area, telling, *steps, "schedule")


def _hours(entries: Any, area: shapely.Geometry | None, telling: Telling, *steps: str | int) -> Schedule:
    if entries is None:
        return ALWAYS
    return schedule_of(entries, telling, *steps, middle=lambda: middle_of(area))


def _pad(given: PadProperties, lonlat: LonLat | None, telling: Telling) -> Pad | None:
    point = None if lonlat is None else shapely.Point(lonlat)
    schedule = _schedule(given, point, telling, "properties")
    two_person_hours = _hours(given.two_person_hours, point, telling, "properties", "two_person_hours")
    if given.two_person_hours is not None and given.custody != "two_person":
        found, fix = f"hours beside custody '{given.custody}'", "Take them out, or write custody two_person."
        expected = "two_person_hours with custody 'two_person' only"
        telling.tell("HOURS_NOT_MEANT", "properties", "two_person_hours", found=found, expected=expected, fix=fix)
        return None
    windows = _customs_windows(given, point, telling)
    if lonlat is None:
        return None
    elevation_m, measured = given.elevation_m, {}
    if given.elevation_ref == "WGS84":
        elevation_m -= float(undulation_m(*lonlat))
        measured = {"elevation_m": given.elevation_m, "elevation_ref": given.elevation_ref}
    return Pad(
        id=given.id,
        name=given.name,
        name_zh=given.name_zh,
        lon=lonlat[0],
        lat=lonlat[1],
        elevation_amsl_m=elevation_m,
        jurisdiction=given.jurisdiction,
        roles=tuple(given.roles),
        slots=given.slots,
        turnaround_s=given.turnaround_s,
        swap_packs=given.swap_packs,
        chargers=given.chargers,
        schedule=schedule,
        custody=Custody(given.custody),
        two_person_hours=two_person_hours,
        customs_windows=windows,
        customs_dwell_s=given.customs_dwell_s or 0.0,
        source=_source(given.source, given.source_date, given.confidence),
        extra=MappingProxyType({**_extra(given), **measured}),
    )


def _customs_windows(given: PadProperties, point: shapely.Point | None, telling: Telling) -> Schedule | None:
    """Return when goods clear at a pad; None where they do not. How long it takes is never guessed."""
    clears = "customs" in given.roles or given.customs_windows is not None
    place = ("properties", "customs_dwell_s")
    if clears and given.customs_dwell_s is None:
        expected = "how many seconds clearing takes, at a pad that clears customs"
        telling.tell("MISSING_VALUE", *place, found="nothing", expected=expected)
    if not clears and given.customs_dwell_s is not None:
        expected, fix = "a pad that clears customs beside it", "Give the pad the role customs, or customs_windows."
        telling.tell("DWELL_NOT_MEANT", *place, found=f"{given.customs_dwell_s:g}", expected=expected, fix=fix)
    return _hours(given.customs_windows, point, telling, "properties", "customs_windows") if clears else None


def _gate(given: GateProperties, area: shapely.Polygon | None, telling: Telling) -> Gate | None:
    band = band_of(given, telling, "properties")
    schedule = _schedule(given, area, telling, "properties")
    _tell_permits_twice(given.permits, telling)
    permits = [_permit(entry, index, area, telling) for index, entry in enumerate(given.permits)]
    if area is None or band is None or telling.broken:
        return None
    return Gate(
        id=given.id,
        name=given.name,
        name_zh=given.name_zh,
        area=area,
        band=band,
        schedule=schedule,
        capacity_per_hour=given.capacity_per_hour,
        permits=tuple(permit for permit in permits if permit is not None),
        source=_source(given.source, given.source_date, given.confidence),
        extra=_extra(given),
    )


def _tell_permits_twice(entries: Sequence[PermitEntry], telling: Telling) -> None:
    first: dict[str, int] = {}
    for index, entry in enumerate(entries):
        at = first.setdefault(entry.id, index)
        if at != index:
            found = f"{shown(entry.id)}, which is permits{place_of((at,))} too"
            place = ("properties", "permits", index, "id")
            telling.tell("DUPLICATE_ID", *place, found=found, expected="every permit id once in a gate")


BAND_KEYS = frozenset({"lower", "lower_ref", "lower_pad", "upper", "upper_ref", "upper_pad"})


def _permit(entry: PermitEntry, index: int, area: shapely.Polygon | None, telling: Telling) -> Permit | None:
    place = ("properties", "permits", index)
    schedule = _schedule(entry, area, telling, *place)
    has_band = bool(entry.model_fields_set & BAND_KEYS)
    band = _permit_band(entry, telling, *place) if has_band else None
    if not entry.valid_from < entry.valid_to:
        telling.tell(
            "TIMES_REVERSED",
            *place,
            "valid_to",
            found=_span(entry.valid_from, entry.valid_to),
            expected="valid_from before valid_to",
        )
        return None
    try:
        return Permit(
            id=entry.id,
            authority=entry.authority,
            zones=tuple(entry.zones),
            aircraft=tuple(entry.aircraft),
            valid_from=utc(entry.valid_from),
            valid_to=utc(entry.valid_to),
            schedule=schedule,
            band=band,
            source=_source(entry.source, entry.source_date, entry.confidence),
        )
    except ValueError as error:
        problem = problem_of(error, file=telling.file, place=telling.place(*place), subject=telling.subject)
        telling.problems.append(problem)
        return None


def _permit_band(entry: PermitEntry, telling: Telling, *place: str | int) -> Band | None:
    if "upper" not in entry.model_fields_set:
        # For a permit, no ceiling would be the more daring reading.
        expected = "a value beside a lower limit, null for no ceiling"
        telling.tell("MISSING_VALUE", *place, "upper", found="nothing", expected=expected)
        return None
    return band_of(entry, telling, *place)


def _span(start: datetime, end: datetime) -> str:
    return f"{start.isoformat()} and {end.isoformat()}"


def _jurisdiction(given: JurisdictionProperties, area: Area | None, _: Telling) -> Jurisdiction | None:
    if area is None:
        return None
    return Jurisdiction(
        id=given.id,
        name=given.name,
        name_zh=given.name_zh,
        authority=given.authority,
        area=area,
        rules=tuple(given.rules),
        source=_source(given.source, given.source_date, given.confidence),
    )


def _land(given: LandProperties, area: Area | None, _: Telling) -> Land | None:
    return None if area is None else Land(area=area, attribution=given.attribution)


def _pad_point(geometry: PointGeometry, telling: Telling) -> LonLat | None:
    return point_of(geometry.coordinates, telling)


_ZONE = _Kind(name="zone", feature=ZoneFeature, properties=ZoneProperties, shape=area_of, build=_zone)
_PAD = _Kind(name="pad", feature=PadFeature, properties=PadProperties, shape=_pad_point, build=_pad, areas=False)
_GATE = _Kind(name="gate", feature=GateFeature, properties=GateProperties, shape=gate_area_of, build=_gate, areas=False)
_JURISDICTION = _Kind(
    name="jurisdiction",
    feature=JurisdictionFeature,
    properties=JurisdictionProperties,
    shape=area_of,
    build=_jurisdiction,
)
_LAND = _Kind(name="land", feature=LandFeature, properties=LandProperties, shape=area_of, build=_land)


def _source(citation: str, day: date | None, confidence: str | None) -> Source:
    return Source(citation=citation, date=day, confidence=Confidence(confidence or Confidence.UNKNOWN))


def _extra(given: BaseModel) -> Mapping[str, object]:
    return MappingProxyType(dict(given.model_extra or {}))


def middle_of(area: shapely.Geometry | None) -> LonLat:
    """Return a point of an area from where the sun is watched; any point for none, which no value is made of."""
    if area is None:
        return 0.0, 0.0
    point = shapely.point_on_surface(area)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def merged_area(areas: Sequence[Area]) -> shapely.MultiPolygon:
    """Return several areas as one MultiPolygon."""
    whole = shapely.union_all(areas)
    return whole if isinstance(whole, shapely.MultiPolygon) else shapely.MultiPolygon([whole])


def attributions(lands: Sequence[Land]) -> str:
    """Return whom to thank for some land, each named once."""
    return listed(dict.fromkeys(land.attribution for land in lands), limit=100)
