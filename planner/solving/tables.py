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
import numpy.typing as npt

from airspace.corridors.charts import Chart, CorridorRules
from airspace.corridors.courses import Course, courses, split_long
from airspace.corridors.networks import network_of
from airspace.corridors.openings import Refusal, open_gates, shut_zones
from airspace.corridors.paces import Pace
from airspace.corridors.passages import Passage, Points, passage
from airspace.earth.frame import GEOD
from airspace.model.pads import Pad
from airspace.model.schedules import Span, common
from airspace.model.skies import Airspace
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job, Policy, Weather
from planner.physics.energy import EnergyModel, OwnModel, Phases
from planner.physics.powers import powers
from planner.physics.weather import air_density, ground_speed_mps
from planner.solving.laws import Lawful, Laws, height_caps

Floats = npt.NDArray[np.float64]

LONGEST_PIECE_M = 5000.0
"""Courses get a waypoint at least this often, so that geodesics between them keep within 1 cm of the frame line."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One way from pad to pad for one type of aircraft: line, times, and whose leave it needs."""

    from_pad: str
    to_pad: str
    corridor: str
    points: tuple[tuple[float, float, float], ...]
    """Longitude, latitude and metres AMSL, from above one pad to above the other; see ``Course.points``."""
    distance_m: float
    """Over the ground, on the ellipsoid."""
    piece_s: tuple[float, ...]
    """Seconds over each piece between two points, in the wind or up and down; infinite where the wind is too strong."""
    climb_s: float
    """Over the pad it starts from."""
    descent_s: float
    """Over the pad it goes to."""
    rising_s: float = 0.0
    """Of the seconds between the pads: up from one level to another."""
    sinking_s: float = 0.0
    passage: Passage
    lawful: Lawful
    """When the rules of the jurisdictions allow it; the passage's spans lie within."""

    @property
    def between_s(self) -> float:
        """Seconds from the end of the climb over one pad to the beginning of the descent over the other."""
        return sum(self.piece_s)

    @property
    def flown_s(self) -> float:
        """Seconds from take-off to landing."""
        return self.climb_s + self.between_s + self.descent_s

    @property
    def flyable(self) -> bool:
        """Whether the wind lets it be flown at all."""
        return bool(np.isfinite(self.between_s))

    def phases(self, *, hover_s: float) -> Phases:
        """Return the phases of flight, for the energy model."""
        return Phases(
            climb_s=np.asarray(self.climb_s + self.rising_s),
            cruise_s=np.asarray(self.between_s - self.rising_s - self.sinking_s),
            descent_s=np.asarray(self.descent_s + self.sinking_s),
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
    model: EnergyModel = field(default_factory=OwnModel)

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


def corridor_rules(policy: Policy, kind: DroneType, caps_agl_m: Mapping[str, float]) -> CorridorRules:
    """Return what a policy asks of every corridor of a type of drone; caps by jurisdiction."""
    return CorridorRules(
        half_width_m=policy.half_width_m(kind),
        clearance_m=policy.clearance_m,
        vertical_clearance_m=policy.vertical_clearance_m,
        vertical_budget_m=policy.vertical_budget_m,
        levels_amsl_m=policy.levels_amsl_m,
        min_turn_radius_m=kind.min_turn_radius_m,
        caps_agl_m=caps_agl_m,
        avoid=policy.avoid,
    )


def pace_of(kind: DroneType, weather: Weather) -> Pace:
    """Return what the choice of a corridor goes by: seconds at the power of level flight, with half the payload."""
    climb_ratio, descent_ratio = _vertical_ratios(kind, air_density(weather))
    return Pace(
        air_speed_mps=kind.cruise_mps,
        climb_s_per_m=1.0 / kind.climb_mps,
        descent_s_per_m=1.0 / kind.descent_mps,
        climb_power_ratio=climb_ratio,
        descent_power_ratio=descent_ratio,
        wind_mps=weather.wind_mps,
        wind_from_deg=weather.wind_from_deg,
    )


def _vertical_ratios(kind: DroneType, density: float) -> tuple[float, float]:
    """Return power in climb and in descent over power in level flight; twelve decimals, so that paces compare equal."""
    flown = powers(kind, payload_kg=0.5 * kind.max_payload_kg, density=density)
    level_w = float(flown.cruise_w)
    return round(float(flown.climb_w) / level_w, 12), round(float(flown.descent_w) / level_w, 12)


def chart_of(sky: Airspace, job: Job, when: Span) -> Chart:
    """Return the chart of an airspace with the zones that hold at any time of a span; others change nothing at all.

    Its corridor rules are those of the job's first type of drone; :meth:`FlightMaker.chart` has each type's own.

    Raises
    ------
    RegionTooLarge
        If the airspace does not fit one local frame.
    """
    rules = corridor_rules(job.policy, job.drone_types[0], {})
    return Chart.of(replace(sky, zones=sky.at(when).zones), rules)


def cost_tables(
    job: Job, sky: Airspace, *, model: EnergyModel | None = None, on_progress: Progress = lambda _: None
) -> Tables:
    """Work out every flight that a job may need.

    Raises
    ------
    RegionTooLarge
        If the airspace does not fit one local frame.
    """
    chart = chart_of(sky, job, (job.start, job.end))
    groups = group_drones(job, sky)
    slices = tuple(_slices(job, chart, groups, on_progress))
    return Tables(job=job, chart=chart, groups=groups, slices=slices, model=model or OwnModel())


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
    made = FlightMaker(job=job, base=chart)
    spans = _merged_cuts(made, groups)
    for number, when in enumerate(spans, start=1):
        on_progress(f"corridors {number}/{len(spans)}")
        flights, refused = {}, {}
        for index, group in enumerate(groups):
            flights[index], refused[index] = made.flights(group, _pads(job, group), when)
        yield Slice(when=when, flights=flights, refused=refused)


def _merged_cuts(made: FlightMaker, groups: tuple[Group, ...]) -> list[Span]:
    """Return the stretches of the job in which the same zones are shut and the same gates open to every group."""
    sky, whole = made.base.sky, (made.job.start, made.job.end)
    moments = {*whole}
    scheduled = [zone.schedule for zone, _ in made.base.zones] + [gate.schedule for gate in sky.gates]
    scheduled += [zone.schedule for zone, _, _ in made.base.avoided]
    for schedule in scheduled:
        moments.update(moment for span in schedule.spans(*whole) for moment in span)
    for permit in sky.permits:
        moments.update(moment for span in permit.spans(*whole) for moment in span)
    cuts = sorted(moments)
    spans: list[Span] = []
    last: object = None
    for when in pairwise(cuts):
        state = [_open_state(made.chart(group), group, when) for group in groups]
        if spans and state == last:
            spans[-1] = (spans[-1][0], when[1])
        else:
            spans.append(when)
        last = state
    return spans


OpenState: TypeAlias = tuple[tuple[tuple[frozenset[str], frozenset[str]], ...], frozenset[str | int], frozenset[str]]
"""What a network depends on: level by level the zones shut and the gates open, what opens a zone at some heights only,
and the avoided zones that hold."""


def _open_state(chart: Chart, group: Group, when: Span) -> OpenState:
    levels = tuple(
        (
            frozenset(zone.id for zone in shut_zones(chart, group.aircraft, when, level_m)),
            frozenset(gate.id for gate in open_gates(chart, group.aircraft, when, level_m)),
        )
        for level_m in chart.levels_m
    )
    avoided = frozenset(zone.id for zone, _, _ in chart.avoided if zone.schedule.touches(*when))
    return levels, _by_height(chart, group, when), avoided


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
    base: Chart
    """The airspace of the job; the rules of its corridors are one type's."""
    charts: dict[object, Chart] = field(default_factory=dict)
    networks: dict[object, nx.DiGraph] = field(default_factory=dict)
    passages: dict[tuple[object, ...], tuple[Passage, Lawful]] = field(default_factory=dict)
    laws: Laws = field(init=False)

    def __post_init__(self) -> None:
        self.laws = Laws.of(self.job, self.base)

    def chart(self, group: Group) -> Chart:
        """Return the chart with the rules that the corridors of a group's drones keep."""
        caps_agl_m = height_caps(self.job, self.base.sky, group.kind, group.aircraft)
        key = (group.kind.id, tuple(sorted(caps_agl_m.items())))
        if key not in self.charts:
            self.charts[key] = self.base.under(corridor_rules(self.job.policy, group.kind, caps_agl_m))
        return self.charts[key]

    def flights(
        self, group: Group, pads: Sequence[str], when: Span
    ) -> tuple[dict[tuple[str, str], Flight], Mapping[str, Refusal]]:
        """Return a group's flights in a span of time by pad pair, and the pads it may not fly to."""
        network = self.network(group, when)
        lines = courses(network, pads)
        return {pair: self.flight(course, group) for pair, course in lines.items()}, network.graph["refused"]

    def network(self, group: Group, when: Span) -> nx.DiGraph:
        """Return the network open to a group in a span of time."""
        chart, pace = self.chart(group), pace_of(group.kind, self.job.weather)
        key = (_open_state(chart, group, when), chart.rules.keep_out_m, chart.rules.fence_m, pace)
        if key not in self.networks:
            self.networks[key] = network_of(chart, aircraft=group.aircraft, when=when, pace=pace)
        return self.networks[key]

    def _passage(self, points: Points, ends: tuple[Pad, Pad], group: Group) -> tuple[Passage, Lawful]:
        """Return what a course passes and when the rules let it; the passage's spans keep to the rules."""
        key = (group.kind.id, named_by(self.base.sky, group.aircraft), tuple(pad.id for pad in ends), points)
        if key not in self.passages:
            whole = (self.job.start, self.job.end)
            passed = passage(points, ends, self.chart(group), aircraft=group.aircraft, when=whole)
            lawful = self.laws.lawful(points, ends, passed, group.kind, group.drones[0].id)
            self.passages[key] = replace(passed, spans=common(passed.spans, lawful.spans)), lawful
        return self.passages[key]

    def flight(self, course: Course, group: Group) -> Flight:
        """Return a course as it is flown by a group's drones: times, and whose leave it needs."""
        kind = group.kind
        points = recorded(split_long(course.points, self.base.frame, LONGEST_PIECE_M))
        piece_s, length_m = self._pieces(points, kind)
        rises_m = np.diff([point[2] for point in points])
        start, end = self.base.sky.pad(course.from_pad), self.base.sky.pad(course.to_pad)
        passed, lawful = self._passage(points, (start, end), group)
        return Flight(
            from_pad=start.id,
            to_pad=end.id,
            corridor=corridor_id(start.id, end.id, points),
            points=points,
            distance_m=length_m,
            piece_s=tuple(piece_s.tolist()),
            climb_s=(points[0][2] - start.elevation_amsl_m) / kind.climb_mps,
            descent_s=(points[-1][2] - end.elevation_amsl_m) / kind.descent_mps,
            rising_s=float(piece_s[rises_m > 0].sum()),
            sinking_s=float(piece_s[rises_m < 0].sum()),
            passage=passed,
            lawful=lawful,
        )

    def _pieces(self, points: Points, kind: DroneType) -> tuple[Floats, float]:
        """Return the seconds over each piece of a course, and how far it is over the ground."""
        azimuth, _, length_m = GEOD.inv(*_columns(points[:-1]), *_columns(points[1:]))
        speed_mps = ground_speed_mps(azimuth, kind.cruise_mps, self.job.weather)
        slow = ~(speed_mps >= self.job.policy.min_ground_speed_mps)
        level_s = np.where(slow, np.inf, np.asarray(length_m) / np.where(slow, 1.0, speed_mps))
        rises_m = np.diff([point[2] for point in points])
        climb_s = np.where(rises_m > 0, rises_m / kind.climb_mps, -rises_m / kind.descent_mps)
        return np.where(rises_m != 0, climb_s, level_s), float(np.sum(length_m))


def recorded(points: Points) -> tuple[tuple[float, float, float], ...]:
    """Round a course to the decimals of the record (1 cm), so that what is planned is what is written."""
    return tuple((round(lon, 7), round(lat, 7), level_m) for lon, lat, level_m in points)


def _columns(points: Points) -> tuple[list[float], list[float]]:
    return [point[0] for point in points], [point[1] for point in points]


def corridor_id(from_pad: str, to_pad: str, points: Points) -> str:
    """Return a stable id of a centre line: its ends and a hash of its points; the way back has the same hash."""
    forward = min(tuple(points), tuple(points)[::-1])
    text = ";".join(f"{lon:.7f},{lat:.7f},{level_m:.2f}" for lon, lat, level_m in forward)
    return f"{from_pad}>{to_pad}#{hashlib.sha256(text.encode()).hexdigest()[:8]}"
