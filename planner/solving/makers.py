"""How flights are made: a network open to a group in a span of time, its shortest courses, and what those pass.

Where only approved corridors may be flown, the frozen ones take the place of the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import TypeAlias

import networkx as nx

from airspace.corridors.charts import Chart, CorridorRules
from airspace.corridors.courses import Course, as_flown, courses
from airspace.corridors.networks import network_of
from airspace.corridors.openings import Refusal, open_gates, shut_zones, stack_of
from airspace.corridors.paces import Pace
from airspace.corridors.passages import Passage, Points, passage
from airspace.corridors.stacks import Stack
from airspace.model.corridors import Corridor, Library, State, corridor_id
from airspace.model.pads import Pad
from airspace.model.schedules import Span, common
from planner.model.fleets import DroneType
from planner.model.jobs import Job, Policy
from planner.model.weather import Weather
from planner.physics.chances import scenarios
from planner.physics.powers import powers
from planner.physics.weather import air_density, grounded, mean_wind
from planner.solving.approvals import unfit
from planner.solving.flights import Flight
from planner.solving.groups import Group, calls_of, named_by
from planner.solving.laws import Lawful, Laws, height_caps
from planner.solving.pieces import timed


@dataclass(slots=True)
class FlightMaker:
    """Makes the flights between some pads, building obstacles, networks and passages once for each that differs."""

    job: Job
    base: Chart
    """The airspace of the job; the rules of its corridors are one type's."""
    library: Library | None = None
    """Frozen corridors; when there are any, they alone are flown, and only while they are approved."""
    charts: dict[object, Chart] = field(default_factory=dict)
    stacks: dict[object, Stack] = field(default_factory=dict)
    """Obstacles, which are the same in any weather."""
    networks: dict[object, nx.DiGraph] = field(default_factory=dict)
    flown_on: dict[tuple[object, ...], Mapping[tuple[str, str], Flight]] = field(default_factory=dict)
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
    ) -> tuple[Mapping[tuple[str, str], Flight], Mapping[str, Refusal]]:
        """Return a group's flights in a span of time by pad pair, and the pads it may not fly to.

        From where the group never calls nothing takes off. Spans in which all is the same share one mapping.
        """
        network, calls = self.network(group, when, weather), calls_of(self.job, group, self.base.sky)
        if self.library is not None:
            frozen = self._frozen(group, pads, when, weather)
            return {pair: flight for pair, flight in frozen.items() if pair[0] in calls}, network.graph["refused"]
        key = (network, group.drones, tuple(pads), weather)
        if key not in self.flown_on:
            lines = courses(network, pads)
            self.flown_on[key] = {
                pair: self.flight(course, group, weather) for pair, course in lines.items() if pair[0] in calls
            }
        return self.flown_on[key], network.graph["refused"]

    def pace(self, group: Group, weather: Weather) -> Pace:
        """Return what the choice of a group's corridors goes by."""
        grounds_m = [pad.elevation_amsl_m for pad in self.base.sky.pads] or [0.0]
        return pace_of(group.kind, weather, self.job.policy.levels_amsl_m[0] - sum(grounds_m) / len(grounds_m))

    def network(self, group: Group, when: Span, weather: Weather) -> nx.DiGraph:
        """Return the network open to a group in a span of time."""
        chart, pace = self.chart(group), self.pace(group, weather)
        caps_agl_m = tuple(sorted(chart.rules.caps_agl_m.items()))
        shut = (open_state(chart, group, when), chart.rules.keep_out_m, chart.rules.fence_m, caps_agl_m)
        if shut not in self.stacks:
            self.stacks[shut] = stack_of(chart, aircraft=group.aircraft, when=when)
        # Among the same obstacles one type may turn on the spot and another not.
        key = (shut, pace, chart.rules.min_turn_radius_m, chart.rules.half_width_m)
        if key not in self.networks:
            self.networks[key] = network_of(
                chart, aircraft=group.aircraft, when=when, pace=pace, stack=self.stacks[shut]
            )
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

    def _frozen(self, group: Group, pads: Sequence[str], when: Span, weather: Weather) -> dict[tuple[str, str], Flight]:
        """Return by pad pair the best flight along a corridor that is approved at some time of the job."""
        found = {}
        for pair in permutations(pads, 2):
            flights = self.approved_flights(group, pair, weather)
            if flights:
                # First of all one that may be flown in this very slice of the day.
                found[pair] = min(
                    flights, key=lambda flight: (not _touches(flight, when), _effort_s(flight, group.kind))
                )
        return found

    def approved_flights(self, group: Group, ends: tuple[str, str], weather: Weather) -> list[Flight]:
        """Return the flights along the frozen corridors between two pads that are approved at some time of the job."""
        library = self.library
        if library is None:
            return []
        return [
            self._along(corridor, approved, group, weather)
            for corridor in library.between(*ends)
            if (approved := self._approved_spans(library, corridor, group))
        ]

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


OpenState: TypeAlias = tuple[tuple[tuple[frozenset[str], frozenset[str]], ...], frozenset[str | int], frozenset[str]]
"""What a network depends on: level by level the zones shut and the gates open, what opens a zone at some heights only,
and the avoided zones that hold."""


def open_state(chart: Chart, group: Group, when: Span) -> OpenState:
    """Return what the network of a group in a span of time depends on."""
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
