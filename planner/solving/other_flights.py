"""Other flights between two pads than the quickest: on other levels, along other corridors.

They are asked for where others in the air leave the quickest ones no room. What flies them is worked out by the code
that works out every trip, and costs what it costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import networkx as nx

from airspace.corridors.alternatives import alternatives
from airspace.corridors.courses import Course, courses
from airspace.corridors.networks import network_of
from planner.solving.flights import Flight
from planner.solving.makers import FlightMaker
from planner.solving.tables import Slice, Tables

CORRIDORS = 2
"""Other corridors that are looked at between two pads."""
MOST_TIMES = 1.5
"""How many times what the best one costs another corridor may cost; an engineering choice."""


class OtherFlights:
    """Finds other flights, those between two pads in a slice of the day once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._whole: dict[tuple[int, int], nx.DiGraph] = {}
        self._found: dict[tuple[int, int, str, str], tuple[Flight, ...]] = {}

    def ways(self, flown: Sequence[Flight], group: int, piece: Slice) -> Iterator[Sequence[Flight]]:
        """Yield the flights of a trip with one of them another one, and with all of them on one level."""
        others = [self.between(flight, group, piece) for flight in flown]
        for number, ways in enumerate(others):
            yield from ([*flown[:number], way, *flown[number + 1 :]] for way in ways)
        for level_m in self.tables.job.policy.levels_amsl_m if len(flown) > 1 else ():
            found = [_on_level(level_m, (flight, *ways)) for flight, ways in zip(flown, others, strict=True)]
            level = [flight for flight in found if flight is not None]
            if len(level) == len(flown) and sum(a is not b for a, b in zip(level, flown, strict=True)) > 1:
                yield level

    def between(self, flight: Flight, group: int, piece: Slice) -> tuple[Flight, ...]:
        """Return the other flights between the pads of one in a slice of the day."""
        key = (group, self.tables.slices.index(piece), flight.from_pad, flight.to_pad)
        if key not in self._found:
            found = {way.points: way for way in self._made((key[2], key[3]), group, piece) if way.flyable}
            self._found[key] = tuple(found.values())
        return tuple(way for way in self._found[key] if way.points != flight.points)

    def _made(self, ends: tuple[str, str], group: int, piece: Slice) -> Iterable[Flight]:
        members = self.tables.groups[group]
        if self.tables.library is not None:
            return self._maker.approved_flights(members, ends, piece.weather)
        return [self._maker.flight(course, members, piece.weather) for course in self._courses(ends, group, piece)]

    def _courses(self, ends: tuple[str, str], group: int, piece: Slice) -> Iterator[Course]:
        """Yield the best course on each level by itself, and the best other corridors."""
        members = self.tables.groups[group]
        for maker in self._by_level:
            course = courses(maker.network(members, piece.when, piece.weather), ends).get(ends)
            yield from () if course is None else (course,)
        yield from alternatives(self._network(group, piece), *ends, count=CORRIDORS, most_times=MOST_TIMES)

    @cached_property
    def _maker(self) -> FlightMaker:
        return FlightMaker(job=self.tables.job, base=self.tables.chart, library=self.tables.library)

    @cached_property
    def _by_level(self) -> tuple[FlightMaker, ...]:
        """Makers of networks on one level each, where there is more than one."""
        job, levels_m = self.tables.job, self.tables.job.policy.levels_amsl_m
        alone = [replace(job.policy, levels_amsl_m=(level_m,)) for level_m in levels_m if len(levels_m) > 1]
        return tuple(FlightMaker(job=replace(job, policy=policy), base=self.tables.chart) for policy in alone)

    def _network(self, group: int, piece: Slice) -> nx.DiGraph:
        """Return the network that holds every piece."""
        key = (group, self.tables.slices.index(piece))
        if key not in self._whole:
            members = self.tables.groups[group]
            self._whole[key] = network_of(
                self._maker.chart(members), aircraft=members.aircraft, when=piece.when,
                pace=self._maker.pace(members, piece.weather), full=True,
            )  # fmt: skip
        return self._whole[key]


def _on_level(level_m: float, flights: Iterable[Flight]) -> Flight | None:
    """Return the first of some flights that keeps to a level; None when none does."""
    return next((flight for flight in flights if {point[2] for point in flight.points} == {level_m}), None)
