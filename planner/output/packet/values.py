"""What a packet holds. Every figure is one of the plan's record, its scenario or the check; figures keep their units.

Times are UTC; places are WGS 84, degrees, longitude first; heights are metres above mean sea level unless named
otherwise. The values are what ``packet.json`` tells, field by field.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

import shapely

from airspace.earth.frame import Frame
from airspace.errors import RegionTooLarge
from airspace.model.checking import need_lonlat, need_unique
from airspace.model.sources import Confidence
from airspace.model.zones import Restriction
from planner.model.jobs import InputFile
from planner.model.plans import Filing
from planner.model.profiles import Profile
from planner.model.reviews import Finding, Verdict

Place: TypeAlias = tuple[float, float]
Line: TypeAlias = tuple[Place, ...]
Area: TypeAlias = tuple[tuple[Line, ...], ...]
"""Polygons, each as its outer ring and its holes."""

YEARS = (1900, 2200)
"""Between which moments lie that can be told by any clock."""
HIGHEST_M = 100_000.0


def _need_times(what: str, *moments: datetime | None) -> None:
    for moment in moments:
        if moment is not None and (moment.tzinfo is None or not YEARS[0] <= moment.year <= YEARS[1]):
            raise ValueError(f"{what}: expected times with an offset from UTC in the years {YEARS}, got {moment}")


def _need_heights(what: str, *heights_m: float) -> None:
    for alt_m in heights_m:
        if not (math.isfinite(alt_m) and abs(alt_m) <= HIGHEST_M):
            raise ValueError(f"{what}: expected heights within {HIGHEST_M:g} m of the sea, got {alt_m}")


def _need_area(what: str, area: Area) -> None:
    for ring in (ring for polygon in area for ring in polygon):
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise ValueError(f"{what}: expected rings of four points or more, the last as the first")
        _need_line(what, ring)
    if not all(area):
        raise ValueError(f"{what}: expected polygons with an outer ring")


def _need_line(what: str, line: Iterable[Place]) -> None:
    for lon, lat in line:
        need_lonlat(what, lon, lat)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """The plan that a packet is of."""

    name: str
    start: datetime
    end: datetime
    utc_offset_s: int
    """Of the clock in which times are told."""
    digest: str
    """Of the whole record."""
    version: str
    """Of what made it."""
    seed: int
    verdict: Verdict
    """Of the check, on the whole plan."""
    sorties: int
    legs: int

    def __post_init__(self) -> None:
        _need_times("plan", self.start, self.end)
        if not self.start < self.end:
            raise ValueError(f"plan: expected start before end, got {self.start} and {self.end}")
        if not abs(self.utc_offset_s) < 86_400:
            raise ValueError(f"plan: expected utc_offset_s below a day, got {self.utc_offset_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A jurisdiction."""

    id: str
    name: str
    name_zh: str
    authority: str
    rules: tuple[str, ...]
    area: Area

    def __post_init__(self) -> None:
        _need_area(f"side '{self.id}'", self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class PadFacts:
    """A pad."""

    id: str
    name: str
    name_zh: str
    side: str
    lon: float
    lat: float
    elevation_amsl_m: float
    roles: tuple[str, ...]

    def __post_init__(self) -> None:
        need_lonlat(f"pad '{self.id}'", self.lon, self.lat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to speak to on one side at a gate."""

    side: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """A gate."""

    id: str
    name: str
    name_zh: str
    side: str
    lower: str
    upper: str
    hours: str
    contacts: tuple[Contact, ...]
    """As far as the file of gates tells them."""
    if_unconfirmed: str
    """What is done when a hand-over is not confirmed; empty where the file does not tell it."""
    area: Area

    def __post_init__(self) -> None:
        _need_area(f"gate '{self.id}'", self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitFacts:
    """A permit that flights of the packet use."""

    id: str
    gate: str
    authority: str
    zones: tuple[str, ...]
    aircraft: tuple[str, ...]
    valid_from: datetime
    valid_to: datetime
    hours: str
    source: str

    def __post_init__(self) -> None:
        _need_times(f"permit '{self.id}'", self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFacts:
    """A zone that a map of the packet may show."""

    id: str
    name: str
    name_zh: str
    side: str
    restriction: Restriction
    category: str
    lower: str
    upper: str
    hours: str
    active: bool
    """Whether it holds at any time of the plan."""
    whole_side: bool
    """Whether it covers nearly all of a jurisdiction: a rule rather than a shape."""
    authority: str
    area: Area

    def __post_init__(self) -> None:
        _need_area(f"zone '{self.id}'", self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """Land of one side; an empty id for land of none."""

    side: str
    area: Area

    def __post_init__(self) -> None:
        _need_area("land", self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawFacts:
    """A rule of a ledger, as far as a page tells it."""

    rule: str
    """Its id as findings tell it, with ``law.`` in front."""
    sides: tuple[str, ...]
    """The jurisdictions that name its ledger."""
    title: str
    title_zh: str
    citation: str
    article: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A moment at which a flight passes from one side to another."""

    gate: str
    before: str
    after: str
    lon: float
    lat: float
    alt_amsl_m: float
    track_deg: float
    """Over the ground, clockwise from true north, between the waypoints before and after."""
    t: datetime

    def __post_init__(self) -> None:
        _need_times("hand-over", self.t)
        need_lonlat("hand-over", self.lon, self.lat)
        _need_heights("hand-over", self.alt_amsl_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A leg that passes the authority's side."""

    sortie: str
    leg: int
    """Its number in the sortie, from 1."""
    drone: str
    drone_type: str
    corridor: str
    """The id that the record tells."""
    page: int
    """The number of the corridor in the packet, from 1."""
    from_pad: str
    to_pad: str
    takes_off: datetime
    lands: datetime
    payload_kg: float
    soc_end: float
    handovers: tuple[Handover, ...]
    permits: tuple[str, ...]

    def __post_init__(self) -> None:
        _need_times(f"flight {self.sortie}/{self.leg}", self.takes_off, self.lands)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOutFacts:
    """Where a flight goes that cannot land at the end of its leg."""

    sortie: str
    leg: int
    page: int
    """The number of the leg's corridor in the packet; 0 where that does not pass the authority's side."""
    over: str
    """The pad that it begins above."""
    alternate: str
    alternate_side: str
    corridor: str
    needed_wh: float
    margin_wh: float
    sides: tuple[str, ...]
    """The jurisdictions that its line passes."""
    line: Line

    def __post_init__(self) -> None:
        _need_line(f"way out of {self.sortie}/{self.leg}", self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A closed zone that flights of a corridor enter, or come too near to, with what lets them."""

    zone: str
    permit: str
    """Empty where nothing opens it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A stretch of a profile that lies within the outline of a zone."""

    zone: str
    from_m: float
    to_m: float
    lower_amsl_m: float | None
    """None where it begins at the ground."""
    upper_amsl_m: float | None
    """None where it has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPoint:
    """A point of a corridor's line."""

    lon: float
    lat: float
    alt_amsl_m: float
    alt_agl_m: float

    def __post_init__(self) -> None:
        need_lonlat("corridor", self.lon, self.lat)
        _need_heights("corridor", self.alt_amsl_m, self.alt_agl_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFlight:
    """The flight whose profile stands on a corridor's page: of all on it the one that keeps the least charge."""

    sortie: str
    leg: int
    from_pad: str
    to_pad: str
    profile: Profile | None
    """None where the record tells none."""
    overs: tuple[Over, ...]


class Standing(StrEnum):
    """How a corridor stands to the version it is compared with."""

    NO_RECORD = "no_record"
    """Nothing is on record to compare it with."""
    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    RULES_UNKNOWN = "rules_unknown"
    """Line, width and levels are as they were; whether zones and rules are is not on record."""


class Part(StrEnum):
    """What of a corridor can differ."""

    LINE = "line"
    LENGTH = "length"
    WIDTH = "width"
    BAND = "band"
    CLEARANCE = "clearance"
    VERTICAL_CLEARANCE = "vertical_clearance"
    GATES = "gates"
    JURISDICTIONS = "jurisdictions"
    ZONES = "zones"
    RULES = "rules"
    UNTOLD = "untold"
    """Something under the hash that the library no longer holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs, with figures that read the same in every language."""

    part: Part
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How one direction of a corridor stands to the version it is compared with."""

    standing: Standing
    id: str = ""
    """Of the version compared with."""
    hash: str = ""
    at: datetime | None = None
    """Since when that is approved."""
    valid_to: datetime | None = None
    by: str = ""
    suspended_by: tuple[str, ...] = ()
    """Authorities that suspend it when the plan begins."""
    differences: tuple[Difference, ...] = ()
    line: Line = ()
    """Of the version compared with, where it is another one."""

    def __post_init__(self) -> None:
        _need_times("change", self.at, self.valid_to)
        _need_line("change", self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """A corridor one way."""

    id: str
    hash: str
    """Of line, width, band, clearances, jurisdictions, gates, and the zones and ledgers it is judged against."""
    from_pad: str
    to_pad: str
    flights: int
    change: Change


def _need_places(finding: Finding) -> None:
    where = finding.where
    if where is not None:
        need_lonlat(f"finding {finding.rule}", where.lon, where.lat)
        _need_heights(f"finding {finding.rule}", where.alt_amsl_m)
        _need_times(f"finding {finding.rule}", where.t)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorPage:
    """A corridor that passes the authority's side, both ways."""

    number: int
    """From 1."""
    ends: tuple[str, str]
    """Ids of its pads, from the one that its first flight leaves."""
    directions: tuple[Direction, ...]
    sides: tuple[str, ...]
    """In the order passed from the first pad."""
    gates: tuple[str, ...]
    half_width_m: float
    clearance_m: float
    vertical_clearance_m: float
    band_amsl_m: tuple[float, float]
    distance_m: float
    drone_types: tuple[str, ...]
    points: tuple[LevelPoint, ...]
    """From above the first pad to above the second."""
    entries: tuple[Entry, ...]
    filings: tuple[Filing, ...]
    """What is to be filed for its flights on the authority's side; the times are those of the first."""
    findings: tuple[Finding, ...]
    """The worst of each rule over its flights and their ways out, by the ids of rules."""
    shown: ShownFlight

    def __post_init__(self) -> None:
        if len(self.points) < 2:
            raise ValueError(f"corridor {self.number}: expected points, two or more, got {len(self.points)}")
        try:
            Frame.around([shapely.MultiPoint([(point.lon, point.lat) for point in self.points])])
        except RegionTooLarge as error:
            raise ValueError(f"corridor {self.number}: expected a line that a map can hold: {error}") from None
        if not 0 <= self.half_width_m <= HIGHEST_M:
            raise ValueError(f"corridor {self.number}: expected half_width_m >= 0, got {self.half_width_m}")
        _need_heights(f"corridor {self.number}", *self.band_amsl_m)
        for filing in self.filings:
            _need_times("filing", filing.first_flight, filing.latest_at, filing.indicative_at, filing.reply_by)
        for finding in self.findings:
            _need_places(finding)


class Basis(StrEnum):
    """What corridors are compared with."""

    NOTHING = "nothing"
    """No approved version is on record."""
    LIBRARY = "library"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A corridor of the version compared with that no flight of the plan uses."""

    id: str
    from_pad: str
    to_pad: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the corridors of a packet are compared with."""

    basis: Basis
    plan_name: str = ""
    plan_digest: str = ""
    changed_inputs: tuple[str, ...] = ()
    """Paths of the files that one of the two plans was made from and the other was not, or not from the same bytes."""
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """How far facts of one kind can be relied on, and how old they are on the day of the plan."""

    kind: str
    side: str
    """Of zones: on whose side; empty for other kinds."""
    count: int
    verified: int
    sourced: int
    assumed: int
    unknown: int
    oldest: date | None
    newest: date | None
    undated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What decides which limits of the packet are told."""

    terrain_model: bool
    intents: int
    """Operational intents of others that flights were held against."""
    gusts: bool
    contacts: bool
    basemap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """What the operator promises to keep, as far as pages show it."""

    departure_error_s: float
    reserve_share: float
    energy_chance: float
    high_value_chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """All that the packet for one authority shows."""

    side: str
    """Id of the authority's jurisdiction."""
    plan: PlanFacts
    policy: PolicyFacts
    sides: tuple[Side, ...]
    """The authority's own first."""
    filings: tuple[Filing, ...]
    """The authority's own first."""
    flights: tuple[Flight, ...]
    """By take-off."""
    elsewhere: int
    """Legs of the plan that do not pass the authority's side."""
    corridors: tuple[CorridorPage, ...]
    ways_out: tuple[WayOutFacts, ...]
    """Of the packet's flights, and those of others that pass the authority's side."""
    comparison: Comparison
    whole: tuple[Finding, ...]
    """On the plan as a whole: rules that are not asked of single legs, by the ids of rules."""
    laws: tuple[LawFacts, ...]
    pads: tuple[PadFacts, ...]
    gates: tuple[GateFacts, ...]
    permits: tuple[PermitFacts, ...]
    zones: tuple[ZoneFacts, ...]
    land: tuple[Land, ...]
    boundary: tuple[Line, ...]
    attribution: str
    sources: tuple[SourceRow, ...]
    inputs: tuple[InputFile, ...]
    limits: Limits

    def __post_init__(self) -> None:
        if not self.sides or self.sides[0].id != self.side:
            raise ValueError(f"packet: expected the side {self.side!r} as the first of sides")
        need_unique("corridors", (str(page.number) for page in self.corridors))
        numbers = {page.number for page in self.corridors}
        if numbers != {flight.page for flight in self.flights}:
            raise ValueError("packet: expected flights on every corridor, and each flight on one of them")
        for filing in self.filings:
            _need_times("filing", filing.first_flight, filing.latest_at, filing.indicative_at, filing.reply_by)
        for line in self.boundary:
            _need_line("boundary", line)
        for finding in self.whole:
            _need_places(finding)
