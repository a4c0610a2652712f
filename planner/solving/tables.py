"""The tables a solver works from: every flight between two pads, for every kind of aircraft, and when it may be flown.

Aircraft are grouped by type, home and the permits that name them; the day is cut where a zone, gate or permit opens
or closes. Within one such slice the network is one graph, and a flight is its shortest course.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise, permutations
from typing import TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt

from airspace.corridors.charts import Chart, CorridorRules
from airspace.corridors.courses import Course, as_flown, courses
from airspace.corridors.networks import network_of
from airspace.corridors.openings import Refusal, open_gates, shut_zones
from airspace.corridors.paces import Pace
from airspace.corridors.passages import Passage, Points, passage
from airspace.errors import BadInput, Problem
from airspace.model.corridors import Corridor, Library, State, corridor_id
from airspace.model.pads import Pad
from airspace.model.schedules import Span, common
from airspace.model.skies import Airspace
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job, Policy
from planner.model.plans import CorridorChoice
from planner.model.weather import STILL_AIR, Weather
from planner.physics.chances import scenarios
from planner.physics.energy import EnergyModel, OwnModel, Phases
from planner.physics.powers import powers
from planner.physics.weather import Grounding, air_density, grounded, mean_wind
from planner.solving.approvals import unfit
from planner.solving.customs import Customs
from planner.solving.laws import Lawful, Laws, height_caps
from planner.solving.pieces import timed

Floats = npt.NDArray[np.float64]

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
    goods_lawful: Lawful | None = None
    """The same with dangerous goods on board; None where the job has none."""
    weather: Weather = STILL_AIR
    level_s: Floats = field(default_factory=lambda: np.zeros(1), compare=False)
    """Seconds over all level pieces in each scenario of the forecast's error; shape (scenarios,)."""
    grounded: tuple[Grounding, ...] = ()
    """What in the weather keeps the type from flying so high."""

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
        return bool(np.isfinite(self.between_s)) and not self.grounded

    def phases_by_scenario(self, *, hover_s: float) -> Phases:
        """Return the phases of flight in every scenario of the forecast's error; shape (scenarios,)."""
        return replace(self.phases(hover_s=hover_s), cruise_s=self.level_s)

    def phases(self, *, hover_s: float) -> Phases:
        """Return the phases of flight as forecast, for the energy model."""
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
    weather: Weather = STILL_AIR


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """All that a solver needs to know of a job's legs."""

    job: Job
    chart: Chart
    groups: tuple[Group, ...]
    slices: tuple[Slice, ...]
    model: EnergyModel = field(default_factory=OwnModel)
    corridors: CorridorChoice = CorridorChoice.ANY

    @property
    def library(self) -> Library | None:
        """The corridors that alone may be flown; None when any may be."""
        return self.sky.library if self.corridors is CorridorChoice.APPROVED else None

    @property
    def sky(self) -> Airspace:
        """The airspace of the job."""
        return self.chart.sky

    @cached_property
    def alternates(self) -> tuple[Pad, ...]:
        """The pads that a sortie may be diverted to; where there are none, no way out is asked for."""
        return tuple(pad for pad in self.sky.pads if pad.is_alternate)

    def leg_energy_wh(self, flight: Flight, kind: DroneType, *, payload_kg: float, hover_s: float) -> float:
        """Return the planned energy of a leg: the model's as forecast, times the policy's factor."""
        return float(self.energy_wh(flight, kind, flight.phases(hover_s=hover_s), payload_kg))

    def leg_energies_wh(self, flight: Flight, kind: DroneType, *, payload_kg: float, hover_s: float) -> Floats:
        """Return the same in every scenario of the forecast's error; shape (scenarios,)."""
        return self.energy_wh(flight, kind, flight.phases_by_scenario(hover_s=hover_s), payload_kg)

    def energy_wh(self, flight: Flight, kind: DroneType, phases: Phases, payload_kg: float) -> Floats:
        """Return the planned energy of some phases of a flight, in the shape of the phases."""
        density = air_density(flight.weather)
        modelled_wh = self.model.energy_wh(kind, phases, payload_kg=payload_kg, density=density)
        return np.asarray(modelled_wh * self.job.policy.energy_factor)

    def grounded(self, kind: DroneType, piece: Slice) -> tuple[Grounding, ...]:
        """Return what keeps a type on the ground in a slice, even at the lowest flight level."""
        lowest_m = min((pad.elevation_amsl_m for pad in self.sky.pads), default=0.0)
        return grounded(kind, piece.weather, self.job.policy.levels_amsl_m[0] - lowest_m)


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


def pace_of(kind: DroneType, weather: Weather, agl_m: float) -> Pace:
    """Return what the choice of a corridor goes by: seconds at the power of level flight, with half the payload.

    There one wind stands for the whole airspace: the mean one, at a height above the ground.
    """
    wind_mps, wind_from_deg = mean_wind(weather, agl_m)
    climb_ratio, descent_ratio = _vertical_ratios(kind, air_density(weather))
    return Pace(
        air_speed_mps=kind.cruise_mps,
        climb_s_per_m=1.0 / kind.climb_mps,
        descent_s_per_m=1.0 / kind.descent_mps,
        climb_power_ratio=climb_ratio,
        descent_power_ratio=descent_ratio,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
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
    job: Job,
    sky: Airspace,
    *,
    model: EnergyModel | None = None,
    corridors: CorridorChoice = CorridorChoice.ANY,
    on_progress: Progress = lambda _: None,
) -> Tables:
    """Work out every flight that a job may need.

    Raises
    ------
    BadInput
        If only approved corridors may be flown, and the airspace has no library of them.
    RegionTooLarge
        If the airspace does not fit one local frame.
    """
    library = checked_library(sky, corridors)
    chart = chart_of(sky, job, (job.start, job.end))
    groups = group_drones(job, sky)
    made = FlightMaker(job=job, base=chart, library=library)
    slices = tuple(_slices(made, groups, on_progress))
    return Tables(job=job, chart=chart, groups=groups, slices=slices, model=model or OwnModel(), corridors=corridors)


def checked_library(sky: Airspace, corridors: CorridorChoice) -> Library | None:
    """Return the corridors that alone may be flown, None when any may be; BadInput where there is no library."""
    if corridors is CorridorChoice.ANY:
        return None
    if sky.library is None:
        raise BadInput([NO_LIBRARY])
    return sky.library


NO_LIBRARY = Problem(
    file="scenario.toml",
    place="airspace.corridors",
    code="NO_LIBRARY",
    found="nothing",
    expected="a library of frozen corridors, for only approved ones are to be flown",
    fix="`skyferry corridors freeze` makes one; name it there.",
)


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


def _slices(made: FlightMaker, groups: tuple[Group, ...], on_progress: Progress) -> Iterator[Slice]:
    """Cut the day where anything opens or closes, and make the flights of each cut."""
    spans = cuts_of(made, groups)
    for number, (when, weather) in enumerate(spans, start=1):
        on_progress(f"corridors {number}/{len(spans)}")
        flights, refused = {}, {}
        for index, group in enumerate(groups):
            flights[index], refused[index] = made.flights(group, pads_of(made.job, group, made.base.sky), when, weather)
        yield Slice(when=when, flights=flights, refused=refused, weather=weather)


def cuts_of(made: FlightMaker, groups: tuple[Group, ...]) -> list[tuple[Span, Weather]]:
    """Return the stretches of the job in which the weather is one, the same zones shut and the same gates open."""
    sky, whole = made.base.sky, (made.job.start, made.job.end)
    moments = {*whole}
    scheduled = [zone.schedule for zone, _ in made.base.zones] + [gate.schedule for gate in sky.gates]
    scheduled += [zone.schedule for zone, _, _ in made.base.avoided]
    for schedule in scheduled:
        moments.update(moment for span in schedule.spans(*whole) for moment in span)
    for permit in sky.permits:
        moments.update(moment for span in permit.spans(*whole) for moment in span)
    if made.library is not None:
        told = (moment for entry in made.library.history for moment in (entry.at, entry.valid_to) if moment)
        moments.update(moment for moment in told if whole[0] < moment < whole[1])
    moments.update(moment for span, _ in made.job.weather_periods(whole) for moment in span)
    spans: list[tuple[Span, Weather]] = []
    last: object = None
    for when in pairwise(sorted(moments)):
        ((_, weather),) = made.job.weather_periods(when)
        open_to_all = [(_open_state(made.chart(group), group, when), made.approved(group, when)) for group in groups]
        state = (weather, open_to_all)
        begins = spans.pop()[0][0] if spans and state == last else when[0]
        spans.append(((begins, when[1]), weather))
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


def pads_of(job: Job, group: Group, sky: Airspace) -> tuple[str, ...]:
    """Return the pads that a group may have to fly between, with alternates and those to clear customs at."""
    orders, customs = [order for order in job.orders if order.from_pad == group.home_pad], Customs.of(job, sky)
    posts = {post.id for post in customs.posts} if any(customs.needed(order) for order in orders) else set()
    others = {pad.id for pad in sky.pads if pad.is_alternate}
    return tuple(sorted({order.to_pad for order in orders} | posts | others | {group.home_pad}))


@dataclass(slots=True)
class FlightMaker:
    """Makes the flights between some pads, building each distinct network and each course's passage once."""

    job: Job
    base: Chart
    """The airspace of the job; the rules of its corridors are one type's."""
    library: Library | None = None
    """Frozen corridors; when there are any, they alone are flown, and only while they are approved."""
    charts: dict[object, Chart] = field(default_factory=dict)
    networks: dict[object, nx.DiGraph] = field(default_factory=dict)
    passages: dict[tuple[object, ...], tuple[Passage, Lawful, Lawful | None]] = field(default_factory=dict)
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
        self, group: Group, pads: Sequence[str], when: Span, weather: Weather
    ) -> tuple[dict[tuple[str, str], Flight], Mapping[str, Refusal]]:
        """Return a group's flights in a span of time by pad pair, and the pads it may not fly to."""
        network = self.network(group, when, weather)
        if self.library is not None:
            return self._frozen(self.library, group, pads, when, weather), network.graph["refused"]
        lines = courses(network, pads)
        return {pair: self.flight(course, group, weather) for pair, course in lines.items()}, network.graph["refused"]

    def pace(self, group: Group, weather: Weather) -> Pace:
        """Return what the choice of a group's corridors goes by."""
        grounds_m = [pad.elevation_amsl_m for pad in self.base.sky.pads] or [0.0]
        return pace_of(group.kind, weather, self.job.policy.levels_amsl_m[0] - sum(grounds_m) / len(grounds_m))

    def network(self, group: Group, when: Span, weather: Weather) -> nx.DiGraph:
        """Return the network open to a group in a span of time."""
        chart, pace = self.chart(group), self.pace(group, weather)
        key = (_open_state(chart, group, when), chart.rules.keep_out_m, chart.rules.fence_m, pace)
        if key not in self.networks:
            self.networks[key] = network_of(chart, aircraft=group.aircraft, when=when, pace=pace)
        return self.networks[key]

    def _passage(self, points: Points, ends: tuple[Pad, Pad], group: Group) -> tuple[Passage, Lawful, Lawful | None]:
        """Return what a course passes and when the rules let it; the passage's spans keep to the rules."""
        key = (group.kind.id, named_by(self.base.sky, group.aircraft), tuple(pad.id for pad in ends), points)
        if key not in self.passages:
            whole = (self.job.start, self.job.end)
            passed = passage(points, ends, self.chart(group), aircraft=group.aircraft, when=whole)
            lawful = self.laws.lawful(points, ends, passed, group.kind, group.drones[0].id)
            goods = next((o.consignment.dangerous_goods for o in self.job.orders if o.consignment.dangerous_goods), "")
            laden = (
                self.laws.lawful(points, ends, passed, group.kind, group.drones[0].id, dangerous_goods=goods)
                if goods
                else None
            )
            self.passages[key] = replace(passed, spans=common(passed.spans, lawful.spans)), lawful, laden
        return self.passages[key]

    def flight(self, course: Course, group: Group, weather: Weather) -> Flight:
        """Return a course as it is flown by a group's drones in some weather: times, and whose leave it needs."""
        points, half_width_m = as_flown(course, self.base.frame), self.job.policy.half_width_m(group.kind)
        own_id = corridor_id(course.from_pad, course.to_pad, points, half_width_m)
        return self._flight(own_id, points, (course.from_pad, course.to_pad), group, weather)

    def flown(self, flight: Flight, group: Group, weather: Weather) -> Flight:
        """Return a flight along the same line in other weather."""
        return self._flight(flight.corridor, flight.points, (flight.from_pad, flight.to_pad), group, weather)

    def _frozen(
        self, library: Library, group: Group, pads: Sequence[str], when: Span, weather: Weather
    ) -> dict[tuple[str, str], Flight]:
        """Return by pad pair the best flight along a corridor that is approved at some time of the job."""
        found = {}
        for pair in permutations(pads, 2):
            flights = [
                self._along(corridor, approved, group, weather)
                for corridor in library.between(*pair)
                if (approved := self._approved_spans(library, corridor, group))
            ]
            if flights:
                # First of all one that may be flown in this very slice of the day.
                found[pair] = min(
                    flights, key=lambda flight: (not _touches(flight, when), _effort_s(flight, group.kind))
                )
        return found

    def _approved_spans(self, library: Library, corridor: Corridor, group: Group) -> tuple[Span, ...]:
        if unfit(corridor, group.kind, self.job.policy, self.base.sky):
            return ()
        return library.approved_spans(corridor.id, group.kind.id, (self.job.start, self.job.end))

    def _along(self, corridor: Corridor, approved: tuple[Span, ...], group: Group, weather: Weather) -> Flight:
        """Return a frozen corridor as it is flown, to the centimetre, by a group's drones while it is approved."""
        flight = self._flight(corridor.id, corridor.points, (corridor.from_pad, corridor.to_pad), group, weather)
        return replace(flight, passage=replace(flight.passage, spans=common(flight.passage.spans, approved)))

    def approved(self, group: Group, when: Span) -> frozenset[str]:
        """Return the ids of the corridors that are approved for a group in the middle of a span."""
        library, middle = self.library, when[0] + (when[1] - when[0]) / 2
        if library is None:
            return frozenset()
        ids = (corridor.id for corridor in library.corridors if group.kind.id in corridor.drone_types)
        return frozenset(name for name in ids if library.state(name, middle, group.kind.id) is State.APPROVED)

    def _flight(self, own_id: str, points: Points, pads: tuple[str, str], group: Group, weather: Weather) -> Flight:
        kind = group.kind
        start, end = self.base.sky.pad(pads[0]), self.base.sky.pad(pads[1])
        passed, lawful, goods_lawful = self._passage(points, (start, end), group)
        pieces = timed(
            points,
            (start, end),
            kind,
            weather,
            scenarios(weather),
            terrain=self.base.sky.terrain,
            least_mps=self.job.policy.min_ground_speed_mps,
        )
        return Flight(
            from_pad=start.id,
            to_pad=end.id,
            corridor=own_id,
            points=tuple(points),
            distance_m=pieces.length_m,
            piece_s=pieces.seconds,
            climb_s=(points[0][2] - start.elevation_amsl_m) / kind.climb_mps,
            descent_s=(points[-1][2] - end.elevation_amsl_m) / kind.descent_mps,
            rising_s=pieces.rising_s,
            sinking_s=pieces.sinking_s,
            passage=passed,
            lawful=lawful,
            goods_lawful=goods_lawful,
            weather=weather,
            level_s=pieces.level_s,
            grounded=grounded(kind, weather, max(pieces.highest_agl_m, self._above_pads_m(points))),
        )

    def _above_pads_m(self, points: Points) -> float:
        """Return how high a course is above the lowest pad of all, which is how the ground is taken for limits."""
        lowest_m = min(pad.elevation_amsl_m for pad in self.base.sky.pads)
        return max(level_m for _, _, level_m in points) - lowest_m


def _touches(flight: Flight, when: Span) -> bool:
    """Tell whether a flight may be under way at some time in a span."""
    return any(opens < when[1] and when[0] < closes for opens, closes in flight.passage.spans)


def _effort_s(flight: Flight, kind: DroneType) -> float:
    """Return how long a flight takes, in seconds at the power of level flight."""
    phases = flight.phases(hover_s=0.0)
    up_s, level_s, down_s = float(phases.climb_s), float(phases.cruise_s), float(phases.descent_s)
    up_ratio, down_ratio = _vertical_ratios(kind, air_density(flight.weather))
    return up_ratio * up_s + level_s + down_ratio * down_s
