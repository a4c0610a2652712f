"""The tables a solver works from: every flight between two pads, for every kind of aircraft, and when it may be flown.

Aircraft are grouped by type, home and the permits that name them; the day is cut where a zone, gate or permit opens
or closes. Within one such slice the network is one graph, and a flight is its shortest course.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import networkx as nx
import numpy as np

from airspace.corridors.charts import Chart, CorridorRules
from airspace.corridors.networks import Course, Refusal, courses, network_of, open_gates, shut_zones, split_long
from airspace.corridors.passages import Passage, passage
from airspace.earth.frame import GEOD
from airspace.model.pads import Pad
from airspace.model.schedules import Span, common
from airspace.model.skies import Airspace
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job, Policy
from planner.physics.energy import EnergyModel, MassPower, Phases
from planner.physics.weather import air_density, ground_speed_mps
from planner.solving.laws import Lawful, Laws

LONGEST_PIECE_M = 5000.0
"""Courses get a waypoint at least this often, so that geodesics between them keep within 1 cm of the frame line."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One way from pad to pad for one type of aircraft: line, times, and whose leave it needs."""

    from_pad: str
    to_pad: str
    corridor: str
    lonlat: tuple[tuple[float, float], ...]
    distance_m: float
    """On the ellipsoid."""
    piece_s: tuple[float, ...]
    """Seconds over each straight piece, in the wind; infinite where the wind is too strong."""
    climb_s: float
    descent_s: float
    passage: Passage
    lawful: Lawful
    """When the rules of the jurisdictions allow it; the passage's spans lie within."""

    @property
    def cruise_s(self) -> float:
        """Seconds at the flight level."""
        return sum(self.piece_s)

    @property
    def flyable(self) -> bool:
        """Whether the wind lets it be flown at all."""
        return bool(np.isfinite(self.cruise_s))

    def phases(self, *, hover_s: float) -> Phases:
        """Return the phases of flight, for the energy model."""
        return Phases(
            climb_s=np.asarray(self.climb_s),
            cruise_s=np.asarray(self.cruise_s),
            descent_s=np.asarray(self.descent_s),
            hover_s=np.asarray(hover_s),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Drones that may fly the same legs: one type, one home, the same permits."""

    kind: DroneType
    home_pad: str
    drones: tuple[Drone, ...]

    @property
    def aircraft(self) -> frozenset[str]:
        """What a permit may call them; drones of one group stand in the same permits."""
        return frozenset({self.kind.id, self.drones[0].id})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """A stretch of the day in which the same corridors are open, with the flights of each group."""

    when: Span
    flights: Mapping[int, Mapping[tuple[str, str], Flight]]
    """By group number, then by pad pair."""
    refused: Mapping[int, Mapping[str, Refusal]]
    """By group number: pads that may not be flown to, with the reason."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """All that a solver needs to know of a job's legs."""

    job: Job
    chart: Chart
    groups: tuple[Group, ...]
    slices: tuple[Slice, ...]
    model: EnergyModel = field(default_factory=MassPower)

    @property
    def sky(self) -> Airspace:
        """The airspace of the job."""
        return self.chart.sky

    @cached_property
    def density(self) -> float:
        """Air density, kg/m3."""
        return air_density(self.job.weather)

    def leg_energy_wh(self, flight: Flight, kind: DroneType, *, payload_kg: float, hover_s: float) -> float:
        """Return the planned energy of a leg: the model's, times the policy's factor."""
        phases = flight.phases(hover_s=hover_s)
        modelled_wh = self.model.energy_wh(kind, phases, payload_kg=payload_kg, density=self.density)
        return float(modelled_wh) * self.job.policy.energy_factor


def corridor_rules(policy: Policy) -> CorridorRules:
    """Return what a policy asks of every corridor."""
    return CorridorRules(
        half_width_m=policy.corridor_half_width_m,
        clearance_m=policy.clearance_m,
        vertical_clearance_m=policy.vertical_clearance_m,
        vertical_budget_m=policy.vertical_budget_m,
        cruise_amsl_m=policy.cruise_amsl_m,
    )


def chart_of(sky: Airspace, policy: Policy, when: Span) -> Chart:
    """Return the chart of an airspace with the zones that hold at any time of a span; others change nothing at all.

    Raises
    ------
    RegionTooLarge
        If the airspace does not fit one local frame.
    """
    return Chart.of(replace(sky, zones=sky.at(when).zones), corridor_rules(policy))


def cost_tables(
    job: Job, sky: Airspace, *, model: EnergyModel | None = None, on_progress: Progress = lambda _: None
) -> Tables:
    """Work out every flight that a job may need.

    Raises
    ------
    RegionTooLarge
        If the airspace does not fit one local frame.
    """
    chart = chart_of(sky, job.policy, (job.start, job.end))
    groups = group_drones(job, sky)
    slices = tuple(_slices(job, chart, groups, on_progress))
    return Tables(job=job, chart=chart, groups=groups, slices=slices, model=model or MassPower())


def group_drones(job: Job, sky: Airspace) -> tuple[Group, ...]:
    """Group the drones that may fly the same legs, in a stable order."""
    members: dict[tuple[str, str, tuple[int, ...]], list[Drone]] = {}
    for drone in sorted(job.drones, key=lambda drone: drone.id):
        named = named_by(sky, {drone.id, drone.type})
        members.setdefault((drone.type, drone.home_pad, named), []).append(drone)
    return tuple(
        Group(kind=job.drone_type(kind), home_pad=home, drones=tuple(drones))
        for (kind, home, _), drones in sorted(members.items())
    )


def named_by(sky: Airspace, aircraft: Collection[str]) -> tuple[int, ...]:
    """Return the numbers of the permits that name an aircraft; their ids may stand at several gates."""
    return tuple(number for number, permit in enumerate(sky.permits) if permit.names(aircraft))


def _slices(job: Job, chart: Chart, groups: tuple[Group, ...], on_progress: Progress) -> Iterator[Slice]:
    """Cut the day where anything opens or closes, and make the flights of each cut."""
    made = FlightMaker(job=job, chart=chart)
    spans = _merged_cuts(job, chart, groups)
    for number, when in enumerate(spans, start=1):
        on_progress(f"corridors {number}/{len(spans)}")
        flights, refused = {}, {}
        for index, group in enumerate(groups):
            flights[index], refused[index] = made.flights(group, _pads(job, group), when)
        yield Slice(when=when, flights=flights, refused=refused)


def _merged_cuts(job: Job, chart: Chart, groups: tuple[Group, ...]) -> list[Span]:
    """Return the stretches of the job in which the same zones are shut and the same gates open to every group."""
    whole = (job.start, job.end)
    moments = {job.start, job.end}
    scheduled = [zone.schedule for zone, _ in chart.zones] + [gate.schedule for gate, _ in chart.gates]
    for schedule in scheduled:
        moments.update(moment for span in schedule.spans(*whole) for moment in span)
    for permit in chart.sky.permits:
        moments.update(moment for span in permit.spans(*whole) for moment in span)
    cuts = sorted(moments)
    spans: list[Span] = []
    last: object = None
    for when in pairwise(cuts):
        state = [_open_state(chart, group, when) for group in groups]
        if spans and state == last:
            spans[-1] = (spans[-1][0], when[1])
        else:
            spans.append(when)
        last = state
    return spans


OpenState: TypeAlias = tuple[frozenset[str], frozenset[str], frozenset[str | int]]
"""What a network depends on: zones shut at the flight level, gates open, and what opens a zone at some heights only."""


def _open_state(chart: Chart, group: Group, when: Span) -> OpenState:
    shut = shut_zones(chart, aircraft=group.aircraft, when=when)
    gates = open_gates(chart, aircraft=group.aircraft, when=when)
    return frozenset(zone.id for zone in shut), frozenset(gate.id for gate in gates), _by_height(chart, group, when)


def _by_height(chart: Chart, group: Group, when: Span) -> frozenset[str | int]:
    """Return the permits valid and the zones in force where leave may differ from height to height, else nothing."""
    permits, named = chart.sky.permits, named_by(chart.sky, group.aircraft)
    if all(permits[number].band is None for number in named):
        return frozenset()
    in_force = (zone.id for zone, _ in chart.zones if zone.schedule.touches(*when))
    return frozenset([*in_force, *(number for number in named if permits[number].spans(*when))])


def _pads(job: Job, group: Group) -> tuple[str, ...]:
    """Return the pads that a group may have to fly between."""
    asked = {order.to_pad for order in job.orders if order.from_pad == group.home_pad}
    return tuple(sorted(asked | {group.home_pad}))


@dataclass(slots=True)
class FlightMaker:
    """Makes the flights between some pads, building each distinct network and each course's passage once."""

    job: Job
    chart: Chart
    networks: dict[OpenState, nx.Graph] = field(default_factory=dict)
    passages: dict[tuple[object, ...], tuple[Passage, Lawful]] = field(default_factory=dict)
    laws: Laws = field(init=False)

    def __post_init__(self) -> None:
        self.laws = Laws.of(self.job, self.chart)

    def flights(
        self, group: Group, pads: Sequence[str], when: Span
    ) -> tuple[dict[tuple[str, str], Flight], Mapping[str, Refusal]]:
        """Return a group's flights in a span of time by pad pair, and the pads it may not fly to."""
        network = self._network(group, when)
        lines = courses(network, pads)
        return {pair: self._flight(course, group) for pair, course in lines.items()}, network.graph["refused"]

    def _network(self, group: Group, when: Span) -> nx.Graph:
        key = _open_state(self.chart, group, when)
        if key not in self.networks:
            self.networks[key] = network_of(self.chart, aircraft=group.aircraft, when=when)
        return self.networks[key]

    def _passage(
        self, lonlat: tuple[tuple[float, float], ...], ends: tuple[Pad, Pad], group: Group
    ) -> tuple[Passage, Lawful]:
        """Return what a course passes and when the rules let it; the passage's spans keep to the rules."""
        key = (group.kind.id, named_by(self.chart.sky, group.aircraft), tuple(pad.id for pad in ends), lonlat)
        if key not in self.passages:
            whole = (self.job.start, self.job.end)
            passed = passage(lonlat, ends, self.chart, aircraft=group.aircraft, when=whole)
            lawful = self.laws.lawful(lonlat, ends, passed, group.kind, group.drones[0].id)
            self.passages[key] = replace(passed, spans=common(passed.spans, lawful.spans)), lawful
        return self.passages[key]

    def _flight(self, course: Course, group: Group) -> Flight:
        policy, weather, kind = self.job.policy, self.job.weather, group.kind
        lonlat = recorded(split_long(course.lonlat, self.chart.frame, LONGEST_PIECE_M))
        azimuth, _, length_m = GEOD.inv(*_columns(lonlat[:-1]), *_columns(lonlat[1:]))
        speed_mps = ground_speed_mps(azimuth, kind.cruise_mps, weather)
        slow = ~(speed_mps >= policy.min_ground_speed_mps)
        piece_s = np.where(slow, np.inf, np.asarray(length_m) / np.where(slow, 1.0, speed_mps))
        start, end = self.chart.sky.pad(course.from_pad), self.chart.sky.pad(course.to_pad)
        passed, lawful = self._passage(lonlat, (start, end), group)
        return Flight(
            from_pad=start.id,
            to_pad=end.id,
            corridor=corridor_id(start.id, end.id, lonlat),
            lonlat=lonlat,
            distance_m=float(np.sum(length_m)),
            piece_s=tuple(piece_s.tolist()),
            climb_s=(policy.cruise_amsl_m - start.elevation_amsl_m) / kind.climb_mps,
            descent_s=(policy.cruise_amsl_m - end.elevation_amsl_m) / kind.descent_mps,
            passage=passed,
            lawful=lawful,
        )


def recorded(lonlat: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Round a course to the decimals of the record (1 cm), so that what is planned is what is written."""
    return tuple((round(lon, 7), round(lat, 7)) for lon, lat in lonlat)


def _columns(lonlat: tuple[tuple[float, float], ...]) -> tuple[list[float], list[float]]:
    return [point[0] for point in lonlat], [point[1] for point in lonlat]


def corridor_id(from_pad: str, to_pad: str, lonlat: tuple[tuple[float, float], ...]) -> str:
    """Return a stable id of a centre line: its ends and a hash of its points; the way back has the same hash."""
    forward = min(lonlat, lonlat[::-1])
    text = ";".join(f"{lon:.7f},{lat:.7f}" for lon, lat in forward)
    return f"{from_pad}>{to_pad}#{hashlib.sha256(text.encode()).hexdigest()[:8]}"
