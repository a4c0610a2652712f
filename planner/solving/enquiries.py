"""Legs on request: where they would go, what they would cost, what bends them, and which other ways there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import TypeAlias

import networkx as nx

from airspace.corridors.courses import LEAST_APART_M, Course, courses, length_on_ellipsoid_m
from airspace.corridors.networks import network_of
from airspace.corridors.openings import open_gates
from airspace.corridors.passages import Passage, passage
from airspace.model.corridors import Library
from airspace.model.schedules import Span
from airspace.model.skies import Airspace
from planner.model.fleets import DroneType
from planner.model.jobs import Job
from planner.model.plans import CorridorChoice, Leg, WayOut
from planner.model.weather import Weather
from planner.physics.batteries import usable_wh
from planner.solving.detours import Detour, differ, in_words, where_it_goes
from planner.solving.flights import Flight
from planner.solving.groups import Group, group_drones
from planner.solving.hops import Hop, lone_hop
from planner.solving.makers import FlightMaker
from planner.solving.needs import with_way_out_wh
from planner.solving.records import leg_of, way_out_of
from planner.solving.tables import Slice, Tables, chart_of, checked_library, cuts_of
from planner.solving.turns import Surveyor, Turn, reason
from planner.solving.ways_out import WaysOut
from planner.solving.windows import SLOW, LaunchWindows, launch_windows

LOOK_AHEAD = timedelta(minutes=30)
"""Zones, gates and permits that hold at any time in this span after take-off are taken into account."""

Ways: TypeAlias = Mapping[tuple[str, str], Course]
"""Courses by pad pair."""

OtherWays: TypeAlias = Callable[[nx.DiGraph, str, str], Sequence[Course]]
"""Finds other courses between two pads of a network that holds every piece, truly different ones, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """The answer to "how would one fly from here to there"."""

    from_pad: str
    to_pad: str
    kind: DroneType
    straight_m: float
    """The direct distance."""
    direct: Passage
    """What the straight line would enter and pass: why the leg bends."""
    leg: Leg | None = None
    """None when there is no way."""
    turns: tuple[Turn, ...] = ()
    """What happens on the way, in the order flown."""
    reason: str = ""
    """Why the leg goes as it does, in one sentence; empty when there is no way."""
    detours: tuple[Detour, ...] = ()
    """Other ways, the best first."""
    zones_entered: tuple[str, ...] = ()
    """Zones that the leg enters under a permit or while they do not hold."""
    allowed: bool = False
    """Whether hours, permits and rules allow the whole flight at that time."""
    shut_by: tuple[str, ...] = ()
    """Ids of the zones that keep a pad from being flown to."""
    detail: str = ""
    """Why there is no way, or why it is not allowed at that time."""
    launches: LaunchWindows | None = None
    """When in the day of the job the corridor may be flown; None when there is none."""


def enquire(
    job: Job,
    sky: Airspace,
    ends: tuple[str, str],
    *,
    at: datetime,
    payload_kg: float = 0.0,
    kind: str | None = None,
    other_ways: OtherWays | None = None,
    corridors: CorridorChoice = CorridorChoice.ANY,
) -> Enquiry:
    """Work out one leg between two pads, with a hand-over at its end, for the first drones of a type.

    Parameters
    ----------
    other_ways
        How to find the ways that are told beside the best one; without it none are.
    corridors
        Whether launch windows count approved corridors only; the leg is the best one all the same.

    Raises
    ------
    BadInput
        If only approved corridors count, and the airspace has no library of them.
    UnknownPad
        If a pad does not exist.
    LookupError
        If the job has no drone of that type.
    """
    for pad in ends:
        sky.pad(pad)
    desk = _Desk.of(
        job,
        sky,
        at=at,
        payload_kg=payload_kg,
        kind=kind,
        other_ways=other_ways,
        library=checked_library(sky, corridors),
    )
    answer = desk.answer([ends])[0]
    return answer if answer.launches else replace(answer, launches=desk.other_times(ends))


def enquire_all(
    job: Job,
    sky: Airspace,
    *,
    at: datetime,
    payload_kg: float = 0.0,
    kind: str | None = None,
    other_ways: OtherWays | None = None,
    corridors: CorridorChoice = CorridorChoice.ANY,
    on_progress: Callable[[str], None] = lambda _: None,
) -> tuple[Enquiry, ...]:
    """Work out a leg between every two pads, each pair once, from the one that stands earlier in the airspace.

    Parameters
    ----------
    other_ways
        As for one leg; over many pairs it takes its time.
    corridors
        As for one leg.
    on_progress
        Told after each pair.

    Raises
    ------
    BadInput
        If only approved corridors count, and the airspace has no library of them.
    LookupError
        If the job has no drone of that type.
    """
    library = checked_library(sky, corridors)
    pads = [pad.id for pad in sky.pads]
    if len(pads) < 2:
        return ()
    on_progress("corridors")
    desk = _Desk.of(job, sky, at=at, payload_kg=payload_kg, kind=kind, other_ways=other_ways, library=library)
    return desk.answer(list(combinations(pads, 2)), on_progress)


@dataclass(slots=True, kw_only=True)
class _Desk:
    """Answers enquiries about one moment, one load and one group of drones."""

    job: Job
    sky: Airspace
    at: datetime
    payload_kg: float
    group: Group
    when: Span
    maker: FlightMaker
    network: nx.DiGraph
    weather: Weather
    """At take-off."""
    other_ways: OtherWays | None
    library: Library | None
    """Where launch windows count approved corridors only: what authorities say of them."""
    _whole: nx.DiGraph | None = field(default=None, init=False)

    @classmethod
    def of(
        cls,
        job: Job,
        sky: Airspace,
        *,
        at: datetime,
        payload_kg: float,
        kind: str | None,
        other_ways: OtherWays | None,
        library: Library | None,
    ) -> _Desk:
        """Make the network that is open to the first drones of a type."""
        group, when = _group(job, sky, kind), (at, at + LOOK_AHEAD)
        weather = job.weather_periods(when)[0][1]
        maker = FlightMaker(job=job, base=chart_of(sky, job, (min(at, job.start), max(when[1], job.end))))
        return cls(
            job=job,
            sky=sky,
            at=at,
            payload_kg=payload_kg,
            group=group,
            when=when,
            maker=maker,
            network=maker.network(group, when, weather),
            weather=weather,
            other_ways=other_ways,
            library=library,
        )

    def answer(
        self, pairs: Sequence[tuple[str, str]], on_progress: Callable[[str], None] = lambda _: None
    ) -> tuple[Enquiry, ...]:
        """Work out legs between pairs of pads."""
        asked = (pad for pair in pairs for pad in pair)
        ways = courses(self.network, list(dict.fromkeys([*asked, *self._alternates])))
        answers = []
        for number, pair in enumerate(pairs, start=1):
            answers.append(self._answer(pair, ways))
            on_progress(f"leg {number}/{len(pairs)}")
        return tuple(answers)

    def _answer(self, ends: tuple[str, str], ways: Ways) -> Enquiry:
        asked, course = self._asked(ends), ways.get(ends)
        if course is None:
            refusals = [refusal for pad, refusal in self.network.graph["refused"].items() if pad in ends]
            zones = dict.fromkeys(refusal.zone.id for refusal in refusals if refusal.zone is not None)
            return replace(asked, detail=self._no_way(ends, asked.straight_m), shut_by=tuple(zones))
        flight = self.maker.flight(course, self.group, self.weather)
        asked = replace(asked, launches=self._launches(flight, ways))
        if not flight.flyable:
            words = [cause.words for cause in flight.grounded] or [SLOW]
            return replace(asked, detail="; ".join(words))
        turns = self._surveyor.turns(course, flight.passage.crossings)
        hop = self._hop(flight)
        allowed = self._allowed(hop)
        return replace(
            asked,
            leg=replace(self._leg(hop), way_out=self._way_out(hop, ways)),
            turns=turns,
            reason=reason(turns),
            detours=self._detours(ends, course, flight),
            zones_entered=flight.passage.zones,
            allowed=allowed,
            detail="" if allowed else _not_then(flight),
        )

    def _launches(self, flight: Flight, ways: Ways) -> LaunchWindows:
        return launch_windows(
            self.maker,
            flight,
            self.group,
            payload_kg=self.payload_kg,
            ways_out=self._on_to_alternates(flight.to_pad, ways, flight.weather),
            library=self.library,
        )

    def _on_to_alternates(self, pad: str, ways: Ways, weather: Weather) -> tuple[Flight, ...]:
        """Return the flights that lead from above a pad to alternates."""
        found = (ways.get((pad, other.id)) for other in self._tables.alternates)
        return tuple(self.maker.flight(course, self.group, weather) for course in found if course is not None)

    @property
    def _alternates(self) -> list[str]:
        return [pad.id for pad in self._tables.alternates]

    def other_times(self, ends: tuple[str, str]) -> LaunchWindows | None:
        """Return when a corridor may be flown that is open at another time of the job's day; None if there is none."""
        for when, weather in cuts_of(self.maker, (self.group,)):
            network = self.maker.network(self.group, when, weather)
            ways = courses(network, list(dict.fromkeys([*ends, *self._alternates])))
            if ends in ways:
                return self._launches(self.maker.flight(ways[ends], self.group, weather), ways)
        return None

    def _asked(self, ends: tuple[str, str]) -> Enquiry:
        """Return what there is to say of two pads before any corridor is looked at."""
        start, end = self.sky.pad(ends[0]), self.sky.pad(ends[1])
        straight = ((start.lon, start.lat), (end.lon, end.lat))
        level = tuple((lon, lat, self.job.policy.levels_amsl_m[0]) for lon, lat in straight)
        return Enquiry(
            from_pad=start.id,
            to_pad=end.id,
            kind=self.group.kind,
            straight_m=length_on_ellipsoid_m(straight),
            direct=passage(level, (start, end), self._surveyor.chart, aircraft=self.group.aircraft, when=self.when),
        )

    @property
    def _surveyor(self) -> Surveyor:
        return Surveyor(chart=self.maker.chart(self.group), aircraft=self.group.aircraft, when=self.when)

    def _no_way(self, ends: tuple[str, str], straight_m: float) -> str:
        """Tell why no corridor leads from one pad to another."""
        refused = self.network.graph["refused"]
        refusals = [str(refused[pad]) for pad in ends if pad in refused]
        if refusals:
            return "; ".join(refusals)
        if straight_m < LEAST_APART_M:
            return "both pads are at one place: there is nothing to fly"
        sides = [self._sides(pad) for pad in ends]
        if all(sides) and not sides[0] & sides[1] and not self._open_gates():
            between = " and ".join(min(side) for side in sides)
            return f"no gate in the boundary between {between} is open to {self.group.kind.id} then"
        shut_in = [pad for pad in ends if self.network.degree(pad) == 0]
        if shut_in:
            return f"zones, high ground or the boundary shut {' and '.join(shut_in)} in: no corridor leads out"
        return f"no corridor leads from {ends[0]} to {ends[1]}: zones, high ground or the boundary lie between them"

    def _sides(self, pad: str) -> set[str]:
        point = self.sky.pad(pad).point
        return {side.id for side in self.sky.jurisdictions if side.area.covers(point)}

    def _open_gates(self) -> list[str]:
        chart = self._surveyor.chart
        return [
            gate.id for level_m in chart.levels_m for gate in open_gates(chart, self.group.aircraft, self.when, level_m)
        ]

    def _detours(self, ends: tuple[str, str], course: Course, flight: Flight) -> tuple[Detour, ...]:
        if self.other_ways is None:
            return ()
        if self._whole is None:
            pace = self.maker.pace(self.group, self.weather)
            chart = self._surveyor.chart
            self._whole = network_of(chart, aircraft=self.group.aircraft, when=self.when, pace=pace, full=True)
        found = differ(self.other_ways(self._whole, *ends), course)
        flights = [(other, self.maker.flight(other, self.group, self.weather)) for other in found]
        return tuple(self._detour(other, flown, course, flight) for other, flown in flights if flown.flyable)

    def _detour(self, other: Course, flown: Flight, best: Course, flight: Flight) -> Detour:
        turns = self._surveyor.turns(other, flown.passage.crossings)
        hop = self._hop(flown)
        place = where_it_goes(other, best, self._surveyor, (flown.passage.gates, flight.passage.gates))
        return Detour(
            lonlat=tuple((lon, lat) for lon, lat, _ in flown.points),
            distance_m=flown.distance_m,
            extra_m=flown.distance_m - flight.distance_m,
            flown_s=flown.flown_s,
            energy_wh=hop.energy_wh,
            turns=turns,
            reason=reason(turns),
            words=in_words(place, flown, flight),
            allowed=self._allowed(hop),
        )

    @property
    def _tables(self) -> Tables:
        return Tables(job=self.job, chart=self.maker.base, groups=(self.group,), slices=())

    def _hop(self, flight: Flight) -> Hop:
        """Return a flight with the load and a hand-over at its end."""
        return lone_hop(flight, self.group.kind, self._tables, payload_kg=self.payload_kg)

    def _allowed(self, hop: Hop) -> bool:
        """Tell whether hours, permits and rules hold throughout a flight that takes off at the time asked for."""
        lands = self.at + timedelta(seconds=hop.ends_s)
        return any(opens <= self.at and lands <= closes for opens, closes in hop.flight.passage.spans)

    def _leg(self, hop: Hop) -> Leg:
        drone = self.group.drones[0]
        share = hop.energy_wh / (self.group.kind.battery_wh * drone.health)
        return leg_of(hop, self.at, drone, self._tables, soc_start=1.0, soc_end=1.0 - share)

    def _way_out(self, hop: Hop, ways: Ways) -> WayOut | None:
        """Return the cheapest way out from above the end of a leg that is open then; None where there is none."""
        tables, beyond = self._tables, max(self.job.end, self.when[1])
        flights = self._on_to_alternates(hop.flight.to_pad, ways, self.weather)
        ((period, weather), *_) = self.job.weather_periods((self.at, beyond))
        piece = Slice.of_one_group(period, flights, weather)
        found = WaysOut(tables).left_open([hop], 0, piece, ((self.at, self.at),))
        if found is None or not found[0]:
            return None
        ((way,), _), drone, kind = found, self.group.drones[0], self.group.kind
        return way_out_of(
            way,
            hop,
            self.at,
            tables,
            needed_wh=with_way_out_wh(tables, [hop], 0, 0, way),
            usable_wh=usable_wh(drone, kind, self.job.policy, self.weather, state_of_charge=1.0),
        )


def _not_then(flight: Flight) -> str:
    """Tell why a flight is not allowed at the time it was asked for."""
    if not flight.lawful.spans and flight.lawful.why:
        return flight.lawful.why
    return "hours or permits on the way do not cover the whole flight at that time"


def _group(job: Job, sky: Airspace, kind: str | None) -> Group:
    groups = [group for group in group_drones(job, sky) if kind in (None, group.kind.id)]
    if not groups:
        raise LookupError(f"no drone of type '{kind}' in job '{job.name}'")
    return groups[0]
