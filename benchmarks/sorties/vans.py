"""The cheapest vans of a small E-VRPTW, with proof: every set of customers, and the shortest way to visit each.

Labels tell of a way from the depot to a customer: when the van may leave it, how much charge is spent since the van
was last full, and the length. Of labels with the same customers and the same last one, those that another beats in all
three fall. Between two customers a van takes the direct way or one by way of stations; charging is always until full,
so that ways between the same two differ in three lengths only, and those that another beats fall as well.

Then the customers are parted into sets by dynamic programming over all sets: the fewest vans, and of those the least
distance. Twice as many sets with each customer: it is meant for those with up to 16.
"""

from __future__ import annotations

import functools
import math
import operator
import time
from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from airspace.compiling import compiled
from benchmarks.sorties.published import Electric

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Way = tuple[tuple[float, ...], tuple[str, ...]]
"""Its figures, and the stations on it."""

MOST_CUSTOMERS = 16

OPENS, DUE, SERVICE, DEMAND, OUT, HOME = range(6)
"""Columns of what is known of a place: ``OUT`` is the charge to the nearest station or the depot, ``HOME`` the least
time to the depot."""

LENGTH, TO_FIRST, TO_LAST, FROM_LAST = range(4)
"""Columns of a way: the length of it all, to its first station, to its last one, and on from there. A direct way has
none: it is as long to the first, and minus one to the last."""

CHARGE, CAPACITY, RATE, SECONDS_A_CHARGE, SPEED = range(5)
"""Places of what is known of a van."""

LEAVES, SPENT, LONG = range(3)
"""Columns of a label."""

BEFORE, LAST, WAY, NEXT = range(4)
"""Columns of its links: the label before, the customer, the way taken to it, and the next label of the same state."""

FREE, USED = range(2)
"""The first of the places that fell free, linked like a state's labels, and how many places there are."""

NOISE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Vans:
    """The best routes there are; each names customers and stations between leaving the depot and coming back."""

    routes: tuple[tuple[str, ...], ...]
    distance: float
    labels: int
    """How many no other beats."""
    seconds: float


def cheapest(day: Electric) -> Vans:
    """Return the fewest vans that can serve everybody, and of those the least distance.

    Raises
    ------
    ValueError
        If there are too many customers, if stations are not open all day, or if somebody cannot be served.
    """
    _compile()
    begun = time.monotonic()
    ways = Ways(day)
    links, least, ends = tours(ways.places, ways.first, ways.figures, ways.of)
    picked = parted(least)
    if picked[-1] == 0:
        raise ValueError(f"{day.name}: no vans can serve everybody")
    sets = list(_sets(picked))
    return Vans(
        routes=tuple(ways.route(links, ends, which) for which in sets),
        distance=math.fsum(float(least[which]) for which in sets),
        labels=len(links),
        seconds=time.monotonic() - begun,
    )


@functools.cache
def _compile() -> None:
    """Compile what is compiled, for a day with nobody to serve."""
    tours(np.zeros((1, 6)), np.zeros(2, np.int64), np.zeros((0, 4)), np.zeros(5))
    parted(np.zeros(1))


def _sets(picked: Integers) -> Iterator[int]:
    left = len(picked) - 1
    while left:
        yield int(picked[left])
        left ^= int(picked[left])


class Ways:
    """The customers and, last, the depot, with all ways between them that may be worth it."""

    def __init__(self, day: Electric) -> None:
        self.names = [name for name, place in day.places.items() if place.kind == "c"]
        if len(self.names) > MOST_CUSTOMERS:
            raise ValueError(f"{day.name}: expected at most {MOST_CUSTOMERS} customers, got {len(self.names)}")
        self.day = day
        self.names.append(next(name for name, place in day.places.items() if place.kind == "d"))
        self.stations = self._stations()
        self.of = np.array([day.charge, day.capacity, day.rate, day.seconds_a_charge, day.speed])
        listed = [[self._between(here, there) for there in self.names] for here in self.names]
        every = [way for row in listed for ways in row for way in ways]
        self.first = np.cumsum([0, *(len(ways) for row in listed for ways in row)])
        self.figures = np.array([figures for figures, _ in every])
        self.by = [stations for _, stations in every]
        self.places = np.array([self._known(name) for name in self.names])

    def _stations(self) -> dict[str, dict[str, tuple[float, tuple[str, ...]]]]:
        """Return from each station to each the shortest way that stays within a full charge, and the stations on it."""
        day, depot = self.day, self.day.places[self.names[-1]]
        graph = nx.Graph()
        for name, place in day.places.items():
            if place.kind != "f":
                continue
            if place.service or place.opens > depot.opens or place.due < depot.due:
                raise ValueError(f"{day.name}: expected stations open all day, without service; {name} is not")
            graph.add_node(name)
            for other in graph:
                if day.rate * self._length(name, other) <= day.charge + NOISE:
                    graph.add_edge(name, other, weight=self._length(name, other))
        return {
            name: {other: (lengths[other], tuple(paths[other])) for other in paths}
            for name, (lengths, paths) in nx.all_pairs_dijkstra(graph)
        }

    def _length(self, here: str, there: str) -> float:
        return math.dist(self.day.places[here].spot, self.day.places[there].spot)

    def _known(self, name: str) -> tuple[float, ...]:
        place = self.day.places[name]
        out = min(self._length(name, other) for other in (self.names[-1], *self.stations))
        home = self._length(name, self.names[-1]) / self.day.speed
        return place.opens, place.due, place.service, place.demand, self.day.rate * out, home

    def _between(self, here: str, there: str) -> list[Way]:
        """Return the ways from place to place that no other beats in its three lengths, with their stations."""
        if here == there:
            return []
        direct = self._length(here, there)
        ways: list[Way] = [((direct, direct, -1.0, direct), ())]
        by_stations: list[Way] = []
        for first, lasts in self.stations.items():
            for last, (between, stations) in lasts.items():
                to_first, from_last = self._length(here, first), self._length(last, there)
                to_last = to_first + between
                if self.day.rate * max(to_first, from_last) <= self.day.charge + NOISE:
                    by_stations.append(((to_last + from_last, to_first, to_last, from_last), stations))
        for way in sorted(by_stations):
            if not any(all(map(operator.le, other, way[0])) for other, stations in ways if stations):
                ways.append(way)
        return ways

    def route(self, links: Integers, ends: Integers, which: int) -> tuple[str, ...]:
        """Return the shortest route for a set of customers."""
        label, way = int(ends[which, 0]), int(ends[which, 1])
        stops: list[str] = [*reversed(self.by[way])]
        while links[label, BEFORE] >= 0:
            stops += (self.names[links[label, LAST]], *reversed(self.by[links[label, WAY]]))
            label = int(links[label, BEFORE])
        return tuple(reversed(stops))


# Compiled


@compiled
def gone(way: Floats, leaves: float, spent: float, of: Floats, out: Floats) -> bool:
    """Go a way; tell whether the charge allows it. ``out`` gets the arrival, and what is spent then."""
    out[LEAVES] = leaves + way[LENGTH] / of[SPEED]
    out[SPENT] = spent + of[RATE] * way[TO_FIRST]
    enough = out[SPENT] <= of[CHARGE] + NOISE
    if way[TO_LAST] >= 0.0:
        # At the first station all is charged that is spent by then, at each one after it what the way to it took.
        out[LEAVES] += of[SECONDS_A_CHARGE] * (spent + of[RATE] * way[TO_LAST])
        out[SPENT] = of[RATE] * way[FROM_LAST]
    return bool(enough)


@compiled
def served(there: Floats, ends: float, of: Floats, out: Floats) -> bool:
    """Serve a customer on arrival; tell whether there is a way home by times, and by charge if a station is near."""
    begins = max(out[LEAVES], there[OPENS])
    out[LEAVES] = begins + there[SERVICE]
    in_time = begins <= there[DUE] + NOISE and out[LEAVES] + there[HOME] <= ends + NOISE
    return bool(in_time and out[SPENT] + there[OUT] <= of[CHARGE] + NOISE)


@compiled
def beaten(labels: Floats, links: Integers, at: int, out: Floats) -> bool:
    """Tell whether a label, of those from ``at`` on, is no worse than ``out`` in all three."""
    while at >= 0:
        if labels[at, LEAVES] <= out[LEAVES] and labels[at, SPENT] <= out[SPENT] and labels[at, LONG] <= out[LONG]:
            return True
        at = links[at, NEXT]
    return False


@compiled
def unbeaten(labels: Floats, links: Integers, at: int, out: Floats, spare: Integers) -> int:
    """Take what ``out`` beats out of the labels from ``at`` on; return where they begin then.

    No label has been gone on from before its state is full, so that their places are free for others.
    """
    head, before = at, -1
    while at >= 0:
        after = links[at, NEXT]
        if labels[at, LEAVES] >= out[LEAVES] and labels[at, SPENT] >= out[SPENT] and labels[at, LONG] >= out[LONG]:
            links[at, NEXT], spare[FREE] = spare[FREE], at
            if before < 0:
                head = after
            else:
                links[before, NEXT] = after
        else:
            before = at
        at = after
    return head


@compiled
def placed(labels: Floats, links: Integers, out: Floats, spare: Integers) -> int:
    """Write a label down, and return where: at a free place, or after all others."""
    at = spare[FREE]
    if at >= 0:
        spare[FREE] = links[at, NEXT]
    else:
        at = spare[USED]
        spare[USED] += 1
    labels[at] = out
    return int(at)


@compiled
def doubled(labels: Floats, links: Integers) -> tuple[Floats, Integers]:
    """Make room for twice as many labels."""
    more, joins = np.empty((2 * len(labels), 3)), np.empty((2 * len(links), 4), np.int64)
    more[: len(labels)], joins[: len(links)] = labels, links
    return more, joins


@compiled
def load_of(which: int, places: Floats) -> float:
    """Return what a set of customers asks for."""
    load = 0.0
    for one in range(len(places) - 1):
        if which >> one & 1:
            load += places[one, DEMAND]
    return load


@compiled
def returns(
    at: int, here: int, which: int, places: Floats, first: Integers, ways: Floats, of: Floats, labels: Floats,
    least: Floats, ends: Integers, out: Floats,
) -> None:  # fmt: skip
    """Go home from a label, by the shortest way there is."""
    depot = len(places) - 1
    pair = here * len(places) + depot
    for way in range(first[pair], first[pair + 1]):
        long = labels[at, LONG] + ways[way, LENGTH]
        if long >= least[which] or not gone(ways[way], labels[at, LEAVES], labels[at, SPENT], of, out):
            continue
        if out[LEAVES] <= places[depot, DUE] + NOISE and out[SPENT] <= of[CHARGE] + NOISE:
            least[which], ends[which, 0], ends[which, 1] = long, at, way


@compiled
def goes_on(
    at: int, here: int, there: int, which: int, places: Floats, first: Integers, ways: Floats, of: Floats,
    labels: Floats, links: Integers, head: Integers, spare: Integers, out: Floats,
) -> None:  # fmt: skip
    """Go on from a label to one more customer, each way."""
    more, pair = which | 1 << there, here * len(places) + there
    for way in range(first[pair], first[pair + 1]):
        if not gone(ways[way], labels[at, LEAVES], labels[at, SPENT], of, out):
            continue
        out[LONG] = labels[at, LONG] + ways[way, LENGTH]
        if not served(places[there], places[-1, DUE], of, out) or beaten(labels, links, head[more, there], out):
            continue
        rest = unbeaten(labels, links, head[more, there], out, spare)
        new = placed(labels, links, out, spare)
        links[new, BEFORE], links[new, LAST], links[new, WAY], links[new, NEXT] = at, there, way, rest
        head[more, there] = new


@compiled
def tours(places: Floats, first: Integers, ways: Floats, of: Floats) -> tuple[Integers, Floats, Integers]:
    """Find the shortest route for every set of customers that a van can serve.

    Sets are numbers with a bit for each customer, so that a larger set comes later than all that are in it.

    Returns
    -------
    links
        Of all labels.
    least
        The least length by set; infinite where a van cannot serve it; shape (2^n,).
    ends
        The last label of that route, and the way home; shape (2^n, 2).
    """
    depot = len(places) - 1
    labels, links = np.empty((4096 + 2 * len(ways), 3)), np.empty((4096 + 2 * len(ways), 4), np.int64)
    head = np.full((1 << depot, depot + 1), -1, np.int64)
    least, ends = np.full(1 << depot, np.inf), np.full((1 << depot, 2), -1, np.int64)
    spare, out = np.array([-1, 1]), np.empty(3)
    labels[0, LEAVES], labels[0, SPENT], labels[0, LONG] = places[depot, OPENS], 0.0, 0.0
    links[0] = -1
    head[0, depot] = 0
    for which in range(1 << depot):
        room = of[CAPACITY] - load_of(which, places) + NOISE
        for here in range(depot + 1):
            at = head[which, here]
            while at >= 0:
                if spare[USED] + len(ways) > len(labels):
                    labels, links = doubled(labels, links)
                for there in range(depot):
                    if not which >> there & 1 and places[there, DEMAND] <= room:
                        goes_on(
                            at, here, there, which, places, first, ways, of, labels, links, head, spare, out
                        )  # fmt: skip
                if which:
                    returns(at, here, which, places, first, ways, of, labels, least, ends, out)
                at = links[at, NEXT]
    return links[: spare[USED]], least, ends


@compiled
def parted(least: Floats) -> Integers:
    """Part every set into sets that a van can serve: as few as can be, and of those the least length.

    Returns
    -------
    picked
        By set the one of its parts that holds its first customer; 0 where there is no way to part it; shape (2^n,).
    """
    vans, length = np.full(len(least), len(least), np.int64), np.full(len(least), np.inf)
    picked = np.zeros(len(least), np.int64)
    vans[0], length[0] = 0, 0.0
    for which in range(1, len(least)):
        lowest = which & -which
        rest = which ^ lowest
        part = rest
        while part >= 0:
            one, other = lowest | part, rest ^ part
            more, long = vans[other] + 1, length[other] + least[one]
            if long < np.inf and (more < vans[which] or (more == vans[which] and long < length[which])):
                vans[which], length[which], picked[which] = more, long, one
            part = (part - 1) & rest if part else -1
    return picked
