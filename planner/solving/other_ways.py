"""Other ways for trips that could not be kept apart in the air by their times alone: other levels, other corridors.

A trip on another way takes the same orders to the same pads in the same sequence. It is worked out by the code that
works out every trip, and costs what it costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import networkx as nx

from airspace.corridors.alternatives import alternatives
from airspace.corridors.courses import Course, courses
from airspace.corridors.networks import network_of
from planner.solving.flights import Flight
from planner.solving.makers import FlightMaker
from planner.solving.separations import Separations
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Slice

CORRIDORS = 2
"""Other corridors that are looked at between two pads."""
MOST_TIMES = 1.5
"""How many times what the best one costs another corridor may cost; an engineering choice."""
MOST_TRIPS = 12
"""Trips that other ways are worked out for at a time."""


class OtherWays:
    """Finds other ways of trips, each distinct flight once."""

    def __init__(self, trips: Trips) -> None:
        self.trips = trips
        tables = trips.tables
        self.maker = FlightMaker(job=tables.job, base=tables.chart, library=tables.library)
        self._by_level = [self._maker_at(level_m) for level_m in tables.job.policy.levels_amsl_m]
        self._whole: dict[tuple[int, int], nx.DiGraph] = {}
        self._found: dict[tuple[int, int, str, str], tuple[Flight, ...]] = {}

    def _maker_at(self, level_m: float) -> FlightMaker:
        """Return a maker of networks on one level alone."""
        job = self.trips.tables.job
        return FlightMaker(
            job=replace(job, policy=replace(job.policy, levels_amsl_m=(level_m,))), base=self.trips.tables.chart
        )

    def of(self, trip: Trip) -> list[Trip]:
        """Return a trip with one hop on another way, and with all of them on one level; the cheapest first.

        None of them costs more than leaving out its orders.
        """
        most = sum(self.trips.policy.penalty(order) for order in trip.orders)
        made = (self.trips.along(trip, flights) for flights in self._ways(trip))
        found = [other for other in made if other is not None and other.cost <= most]
        return sorted(found, key=lambda other: (other.cost, other.other_ways))

    def _ways(self, trip: Trip) -> Iterator[Sequence[Flight]]:
        piece, flown = self.trips.piece_of(trip), [hop.flight for hop in trip.hops]
        others = [self.flights(flight, trip.group, piece) for flight in flown]
        for number, ways in enumerate(others):
            yield from ([*flown[:number], way, *flown[number + 1 :]] for way in ways)
        if len(flown) > 1:
            for level_m in self.trips.policy.levels_amsl_m:
                on_it = [_on_level(level_m, (flight, *ways)) for flight, ways in zip(flown, others, strict=True)]
                level = [flight for flight in on_it if flight is not None]
                if len(level) == len(flown) and sum(a is not b for a, b in zip(level, flown, strict=True)) > 1:
                    yield level

    def flights(self, flight: Flight, group: int, piece: Slice) -> tuple[Flight, ...]:
        """Return the other flights between the pads of one in a slice of the day."""
        key = (group, self.trips.tables.slices.index(piece), flight.from_pad, flight.to_pad)
        if key not in self._found:
            found = {way.points: way for way in self._between(flight, group, piece) if way.flyable}
            self._found[key] = tuple(way for points, way in found.items() if points != flight.points)
        return self._found[key]

    def _between(self, flight: Flight, group: int, piece: Slice) -> Iterable[Flight]:
        ends, members = (flight.from_pad, flight.to_pad), self.trips.tables.groups[group]
        if self.trips.tables.library is not None:
            return self.maker.approved_flights(members, ends, piece.weather)
        return [self.maker.flight(course, members, piece.weather) for course in self._courses(ends, group, piece)]

    def _courses(self, ends: tuple[str, str], group: int, piece: Slice) -> Iterator[Course]:
        """Yield the best course on each level by itself, and the best other corridors."""
        members = self.trips.tables.groups[group]
        for maker in self._by_level if len(self._by_level) > 1 else ():
            course = courses(maker.network(members, piece.when, piece.weather), ends).get(ends)
            yield from () if course is None else (course,)
        yield from alternatives(self._network(group, piece), *ends, count=CORRIDORS, most_times=MOST_TIMES)

    def _network(self, group: int, piece: Slice) -> nx.DiGraph:
        """Return the network that holds every piece."""
        key = (group, self.trips.tables.slices.index(piece))
        if key not in self._whole:
            members, maker = self.trips.tables.groups[group], self.maker
            self._whole[key] = network_of(
                maker.chart(members), aircraft=members.aircraft, when=piece.when,
                pace=maker.pace(members, piece.weather), full=True,
            )  # fmt: skip
        return self._whole[key]


def _on_level(level_m: float, flights: Iterable[Flight]) -> Flight | None:
    """Return the first of some flights that keeps to a level; None when none does."""
    return next((flight for flight in flights if {point[2] for point in flight.points} == {level_m}), None)


def with_other_ways(trips: Sequence[Trip], left: Sequence[Trip], ways: OtherWays) -> list[Trip]:
    """Return trips with the other ways of those that found no place, and of those that they may meet in the air."""
    separations = Separations(ways.trips.tables)
    shapes = [separations.shape(trip.hops) for trip in trips]
    out = [number for number, trip in enumerate(trips) if any(trip is one for one in left)]
    met = [
        number for number, shape in enumerate(shapes)
        if number not in out and any(separations.shifts(shapes[one], shape) for one in out)
    ]  # fmt: skip
    return [*trips, *(other for number in [*out, *met][:MOST_TRIPS] for other in ways.of(trips[number]))]
