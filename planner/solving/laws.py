"""When the rule ledgers of the jurisdictions let a flight be flown, and if not, which rule forbids it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise, takewhile

import shapely

from airspace.corridors.charts import Chart
from airspace.corridors.passages import LEAST_M, TOUCH_M, Passage, Points, Run, runs_of
from airspace.earth.sun import SunEvent, sun_event
from airspace.model.gates import Jurisdiction
from airspace.model.pads import Pad
from airspace.model.schedules import Span, longest
from airspace.model.skies import Airspace
from airspace.rules.kinds import Daylight, HeightCap
from airspace.rules.ledger import Ledger, Rule
from airspace.rules.pieces import Outcome, Piece, Verdict
from airspace.rules.surroundings import BOUNDARY, Thing, reaches_m, things
from planner.model.fleets import DroneType
from planner.model.jobs import Job
from planner.physics.weather import height_factor, strongest_mps

FRAME_SHARE = 0.00013
"""By how much of itself a distance in a frame may be off."""
ROUNDING_M = 0.02
"""By how much the rounding of coordinates in the record may move two ends towards each other."""

FORBIDS = (Verdict.BROKEN, Verdict.NEEDS_PERMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lawful:
    """When rules let a flight be flown."""

    spans: tuple[Span, ...]
    needs_permit: bool = False
    """Whether a permit would mend what forbids it at some time."""
    why: str = ""
    """The first rule that forbids it at some time, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One jurisdiction with its ledger and what lies around on its side, in the frame."""

    side: Jurisdiction
    area: shapely.Geometry
    ledger: Ledger
    reaches_m: Mapping[str, float]
    things: Mapping[str, tuple[Thing, ...]]
    areas: Mapping[str, shapely.Geometry]
    """By zone id."""
    others: shapely.Geometry
    """The other jurisdictions."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laws:
    """The ledgers of a job's jurisdictions, ready to judge flights."""

    job: Job
    chart: Chart
    sides: Mapping[str, _Side] = field(repr=False)

    @classmethod
    def of(cls, job: Job, chart: Chart) -> Laws:
        """Make the ledgers of a job ready; a jurisdiction whose ledger the job does not hold judges nothing."""
        ledgers = {ledger.name: ledger for ledger in job.ledgers}
        named = [(side, ledgers[name]) for side, _ in chart.jurisdictions for name in side.rules if name in ledgers]
        return cls(
            job=job,
            chart=chart,
            sides={f"{side.id} {ledger.name}": _side(side, ledger, job, chart) for side, ledger in named},
        )

    def lawful(
        self,
        points: Points,
        ends: tuple[Pad, Pad],
        passage: Passage,
        kind: DroneType,
        drone: str,
        *,
        dangerous_goods: str = "",
    ) -> Lawful:
        """Return when a type of drone may fly a course, empty and fully laden, by every rule that can be judged."""
        when = (self.job.start, self.job.end)
        if not self.sides:
            return Lawful(spans=(when,))
        pieces = [
            (side, replace(piece, dangerous_goods=dangerous_goods))
            for side, piece in self._pieces(points, ends, passage, kind, drone)
        ]
        if self._allowed(pieces, when):
            return Lawful(spans=(when,))
        cuts = self._cuts(pieces, when)
        forbidding = [found for span in pairwise(cuts) for found in self._forbidding(pieces, span)]
        forbidding = forbidding or list(self._forbidding(pieces, when))
        rule, outcome = min(forbidding, key=lambda item: item[1].verdict is not Verdict.BROKEN)
        return Lawful(
            spans=longest(self._free(pieces, cuts)),
            needs_permit=outcome.verdict is Verdict.NEEDS_PERMIT,
            why=f"rule {rule.id} ({rule.title}): {outcome.detail}",
        )

    def _free(self, pieces: Sequence[tuple[_Side, Piece]], cuts: Sequence[datetime]) -> Iterator[Span]:
        """Yield the longest stretch that begins at each cut and that no rule forbids, on one permit throughout."""
        for first, start in enumerate(cuts):
            longer = ((start, end) for end in cuts[first + 1 :])
            yield from deque(takewhile(partial(self._allowed, pieces), longer), maxlen=1)

    def _allowed(self, pieces: Sequence[tuple[_Side, Piece]], when: Span) -> bool:
        return not any(True for _ in self._forbidding(pieces, when))

    def _pieces(
        self,
        points: Points,
        ends: tuple[Pad, Pad],
        passage: Passage,
        kind: DroneType,
        drone: str,
    ) -> Iterator[tuple[_Side, Piece]]:
        """Yield what of a course lies in each jurisdiction with a ledger, at every mass that a rule may tell apart."""
        for side in self.sides.values():
            for run in runs_of(points, self.chart):
                for part in shapely.get_parts(shapely.intersection(run.line, side.area)):
                    if isinstance(part, shapely.LineString) and part.length > LEAST_M:
                        grounded = [
                            pad.elevation_amsl_m
                            for pad in ends
                            if shapely.dwithin(part, self.chart.point(pad), TOUCH_M)
                        ]
                        flown = Run(level_m=run.level_m, line=part)
                        for mass_kg in _masses_kg(kind, side.ledger):
                            yield (
                                side,
                                self._piece(flown, side, kind, drone, mass_kg, grounded, bool(passage.crossings)),
                            )

    def _piece(
        self, run: Run, side: _Side, kind: DroneType, drone: str, mass_kg: float, grounded: Sequence[float],
        crosses: bool,
    ) -> Piece:  # fmt: skip
        level_m, line = run.level_m, self.chart.frame.unproject(run.line)
        wind_mps = self._strongest_mps(level_m)
        ground_m = self.chart.heights.terrain.span_amsl_m(line)
        amsl_m = (min([*grounded, level_m]), level_m)
        agl_m = (amsl_m[0] - ground_m[1], level_m - ground_m[0])
        known = all(map(math.isfinite, agl_m))
        distances_m, near = _surroundings(run.line, side)
        return Piece(
            jurisdiction=side.side.id,
            aircraft=(drone, kind.id),
            takeoff_mass_kg=mass_kg,
            max_takeoff_mass_kg=kind.mass_kg + kind.max_payload_kg,
            empty_mass_kg=kind.mass_kg,
            speed_mps=kind.cruise_mps + wind_mps,
            # Where the ground is not known nobody can say how high it is flown; the network keeps out of there.
            agl_m=agl_m if known else (0.0, level_m),
            amsl_m=amsl_m,
            start=self.job.start,
            end=self.job.end,
            line=line,
            crosses_boundary=crosses,
            distances_m=distances_m,
            zones=near,
            weather={"wind_mps": (wind_mps, wind_mps)},
            permits=self.chart.sky.permits,
        )

    def _strongest_mps(self, level_m: float) -> float:
        """Return the strongest mean wind of the day at a level."""
        lowest_m = min((pad.elevation_amsl_m for pad in self.chart.sky.pads), default=0.0)
        told = [self.job.weather, *(weather for _, weather in self.job.later)]
        return max(strongest_mps(weather) * float(height_factor(weather, level_m - lowest_m)) for weather in told)

    def _forbidding(self, pieces: Sequence[tuple[_Side, Piece]], when: Span) -> Iterator[tuple[Rule, Outcome]]:
        for side, piece in pieces:
            for rule, outcome in side.ledger.judge(replace(piece, start=when[0], end=when[1])):
                if outcome.verdict in FORBIDS:
                    yield rule, outcome

    def _cuts(self, pieces: Sequence[tuple[_Side, Piece]], when: Span) -> list[datetime]:
        """Return the moments at which the answer can change: permits that begin and end, and the sun."""
        moments = {*when}
        for permit in self.chart.sky.permits:
            moments.update(moment for span in permit.spans(*when) for moment in span)
        for side, piece in pieces:
            for rule in side.ledger.in_force:
                if isinstance(rule.asks, Daylight):
                    moments.update(moment for moment in _sun(rule.asks, piece, when) if when[0] < moment < when[1])
        return sorted(moments)


def height_caps(job: Job, sky: Airspace, kind: DroneType, aircraft: Collection[str]) -> dict[str, float]:
    """Return by jurisdiction the greatest height above ground that no permit could lift for a type of drone.

    A cap counts when it concerns the type at every mass, and no authority that could lift it has given the aircraft
    any permit: whether a permit does so depends on time and height, and is judged with the course.
    """
    ledgers, caps = {ledger.name: ledger for ledger in job.ledgers}, dict[str, float]()
    for side in sky.jurisdictions:
        for rule in (rule for name in side.rules if name in ledgers for rule in ledgers[name].in_force):
            if not isinstance(rule.asks, HeightCap) or not _concerns(rule, job, kind):
                continue
            if not _may_lift(rule, sky, aircraft):
                caps[side.id] = min(rule.asks.most_m, caps.get(side.id, math.inf))
    return caps


def _concerns(rule: Rule, job: Job, kind: DroneType) -> bool:
    """Tell whether a rule surely concerns a type of drone, empty or laden; only its masses are asked for."""
    full_kg = kind.mass_kg + kind.max_payload_kg
    weighed = Piece(
        jurisdiction="",
        aircraft=(),
        takeoff_mass_kg=full_kg,
        max_takeoff_mass_kg=full_kg,
        empty_mass_kg=kind.mass_kg,
        speed_mps=None,
        agl_m=(0.0, 0.0),
        amsl_m=(0.0, 0.0),
        start=job.start,
        end=job.end,
        line=shapely.LineString(),
        crosses_boundary=False,
    )
    masses_kg = (kind.mass_kg, full_kg)
    return all(rule.concerns(replace(weighed, takeoff_mass_kg=mass_kg)) for mass_kg in masses_kg)


def _may_lift(rule: Rule, sky: Airspace, aircraft: Collection[str]) -> bool:
    signers = (rule.authority, *rule.aliases)
    return rule.permittable and any(permit.authority in signers and permit.names(aircraft) for permit in sky.permits)


def _side(side: Jurisdiction, ledger: Ledger, job: Job, chart: Chart) -> _Side:
    found = things(chart.sky, side, (job.start, job.end))
    own = [thing.zone for items in found.values() for thing in items]
    (area,) = (area for known, area in chart.jurisdictions if known.id == side.id)
    others = [area for other, area in chart.jurisdictions if other.id != side.id]
    return _Side(
        side=side,
        area=area,
        ledger=ledger,
        reaches_m=reaches_m(ledger),
        things=found,
        areas={zone.id: chart.frame.project(zone.area) for zone in own},
        others=shapely.union_all(others),
    )


def _masses_kg(kind: DroneType, ledger: Ledger) -> list[float]:
    """Return masses at take-off, from empty to fully laden, one at least in every class that a ledger tells apart."""
    empty_kg, full_kg = kind.mass_kg, kind.mass_kg + kind.max_payload_kg
    limits = {limit.most_kg for rule in ledger.in_force for known in rule.classes for limit in known.limits}
    between = {
        near for most_kg in limits for near in (math.nextafter(most_kg, 0), most_kg, math.nextafter(most_kg, math.inf))
    }
    return sorted({empty_kg, full_kg, *(mass_kg for mass_kg in between if empty_kg < mass_kg < full_kg)})


def _surroundings(part: shapely.LineString, side: _Side) -> tuple[dict[str, float | None], dict[str, tuple[str, ...]]]:
    """Return how far off the nearest of each category is, metres in the frame, and which zones are too near."""
    distances_m: dict[str, float | None] = {}
    near: dict[str, tuple[str, ...]] = {}
    for category, items in side.things.items():
        if category in side.reaches_m:
            off_m = {thing.zone.id: thing.distance_m(_surely_m(part, side.areas[thing.zone.id])) for thing in items}
            distances_m[category] = min(off_m.values())
            near[category] = tuple(
                zone for zone, metres in off_m.items() if metres <= 0 or metres < side.reaches_m[category]
            )
    if BOUNDARY in side.reaches_m and not side.others.is_empty:
        drawn_m = distances_m.get(BOUNDARY)
        distances_m[BOUNDARY] = min(_surely_m(part, side.others), math.inf if drawn_m is None else drawn_m)
    return distances_m, near


def _surely_m(part: shapely.LineString, area: shapely.Geometry) -> float:
    """Return how far off an area is on the ellipsoid at least, 0 inside, from the distance in the frame."""
    return max(0.0, float(shapely.distance(part, area)) * (1.0 - FRAME_SHARE) - ROUNDING_M)


def _sun(asks: Daylight, piece: Piece, when: Span) -> Iterator[datetime]:
    """Yield when the day begins and ends at both ends of a piece, on every local day of a span."""
    day = when[0].astimezone(asks.clock).date()
    while day <= when[1].astimezone(asks.clock).date():
        for lon, lat, *_ in (piece.line.coords[0], piece.line.coords[-1]):
            for event in (asks.begins, asks.ends):
                moment = sun_event(SunEvent(event), day, asks.clock, lon, lat)
                if isinstance(moment, datetime):
                    yield moment
        day += timedelta(days=1)
