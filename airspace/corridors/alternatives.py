"""Other courses between two pads that differ truly from the best one, for whoever asks "why not the other way".

A course by way of a place is the best course to it and the best one on from it (single-via paths; Abraham, Delling,
Goldberg and Werneck, Alternative Routes in Road Networks, 2013). Of all places of a network those are kept whose
course is not much dearer, has little in common with the better ones, bends round an obstacle there, and passes some
obstacle on its other side, or flies other levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from airspace.corridors.courses import Course, Name, course_of, distances, turns_flyable, walk_to, weighted
from airspace.corridors.visibility import Integers, cross

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]
Walk = tuple[int, ...]

MOST_TIMES = 2.0
"""How many times what the best course costs another one may cost."""

MOST_SHARED = 0.9
"""How much of its length another course may run beside a better one."""

BESIDE_SHARE = 0.02
"""Nearer than this share of a course's length is beside it."""

LEAST_AREA_M2 = 1.0
"""What two courses enclose where they run side by side is the arithmetic of floats."""

HAIR_M = 0.01
"""An obstacle that two courses enclose reaches further in than this; others only touch them."""


def alternatives(
    network: nx.DiGraph,
    from_pad: str,
    to_pad: str,
    *,
    count: int,
    most_times: float = MOST_TIMES,
    most_shared: float = MOST_SHARED,
) -> tuple[Course, ...]:
    """Return the best other courses between two pads, cheapest first; fewer than ``count`` where there are no more.

    Parameters
    ----------
    network
        One that holds every piece: ``build_network(..., full=True)``.
    most_times
        How many times the cost of the best course another one may cost.
    most_shared
        How much of its length it may run beside each better one, from 0 to 1.

    Raises
    ------
    UnknownPad
        If the network has no such pad.
    """
    maze = _Maze.of(network, from_pad, to_pad)
    if not np.isfinite(maze.best_s):
        return ()
    kept = [maze.best]
    for walk in maze.walks(most_times):
        if len(kept) > count:
            break
        differs = all(maze.shared(walk, other) <= most_shared and maze.differ(walk, other) for other in kept)
        if differs and turns_flyable(maze.course(walk), network.graph["chart"]):
            kept.append(walk)
    return tuple(maze.course(walk) for walk in kept[1:])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Maze:
    """A network as arrays, searched from one pad and towards another."""

    network: nx.DiGraph
    names: list[Name]
    costs: csr_array
    start: int
    end: int
    to_s: Floats
    """Shape (nodes,): cost of the best walk from the start."""
    on_s: Floats
    """Shape (nodes,): cost of the best walk to the end."""
    before: Numbers
    after: Numbers
    corners: dict[tuple[int, int, float], tuple[tuple[int, int], tuple[int, int]]]
    """By place: the vertices before and after a convex corner on the outline that it belongs to."""
    _lines: dict[Walk, shapely.LineString] = field(default_factory=dict)

    @classmethod
    def of(cls, network: nx.DiGraph, from_pad: str, to_pad: str) -> _Maze:
        reached, before, index = distances(network, [from_pad, to_pad])
        costs, stack = weighted(network, index, "cost_s"), network.graph["stack"]
        on_s, after = dijkstra(csr_array(costs.T), indices=index[to_pad], return_predecessors=True)
        return cls(
            network=network,
            names=list(network.nodes),
            costs=costs,
            start=index[from_pad],
            end=index[to_pad],
            to_s=reached[0],
            on_s=on_s,
            before=before[0],
            after=after,
            corners={
                (x, y, level_m): (before_mm, after_mm)
                for level_m, table in zip(stack.levels_m, stack.corners, strict=True)
                for (x, y), before_mm, after_mm in zip(
                    *map(_tuples, (table.at, table.before, table.after)), strict=True
                )
            },
        )

    @property
    def best_s(self) -> float:
        """Cost of the best course."""
        return float(self.to_s[self.end])

    @property
    def best(self) -> Walk:
        """Nodes of the best course."""
        return tuple(walk_to(self.before, self.end))

    def course(self, walk: Walk) -> Course:
        """Return a walk as a course."""
        return course_of(self.network, [self.names[node] for node in walk])

    def walks(self, most_times: float) -> Iterator[Walk]:
        """Yield courses by way of places, cheapest first, each once, that a taut string would keep."""
        through_s = self.to_s + self.on_s
        worth = np.flatnonzero(through_s <= most_times * self.best_s)
        seen = set(self.best)
        for node in worth[np.argsort(through_s[worth], kind="stable")].tolist():
            if node in seen:
                continue
            walk = (*walk_to(self.before, node), *walk_to(self.after, node)[-2::-1])
            if len(set(walk)) == len(walk) and not self._over_a_pad(walk) and self._taut(walk, walk.index(node)):
                seen.update(self._straight_on(walk))
                yield walk

    def _straight_on(self, walk: Walk) -> Iterator[int]:
        """Yield the nodes of a walk by way of which the same walk would be found again."""
        for number, node in enumerate(walk):
            same = walk_to(self.before, node) == list(walk[: number + 1])
            if same and walk_to(self.after, node)[::-1] == list(walk[number:]):
                yield node

    def _over_a_pad(self, walk: Walk) -> bool:
        """Tell whether a walk lands on its way."""
        return any(str(self.network.nodes[self.names[node]]["kind"]) == "pad" for node in walk[1:-1])

    def _taut(self, walk: Walk, at: int) -> bool:
        """Tell whether a walk that bends at a corner bends round it; a taut string would leave it else."""
        corner = self.corners.get(self._place(walk[at]))
        if corner is None:
            return True
        here, beside = np.array(self._place(walk[at])[:2]), np.array(corner)
        came, goes = here - self._before(walk, at, here), self._before(walk[::-1], len(walk) - 1 - at, here) - here
        turn = np.sign(cross(came, goes))
        return bool((turn * cross(came, beside - here) >= 0).all() and (turn * cross(goes, beside - here) >= 0).all())

    def _before(self, walk: Walk, at: int, here: Integers) -> Integers:
        """Return the last place of a walk before one of its nodes that lies elsewhere over the ground."""
        places = (np.array(self._place(node)[:2]) for node in walk[:at][::-1])
        return next((place for place in places if (place != here).any()), here)

    def _place(self, node: int) -> tuple[int, int, float]:
        """Return where a node stands: whole millimetres of the frame, and its level."""
        told = self.network.nodes[self.names[node]]
        return round(told["x_m"] * 1000), round(told["y_m"] * 1000), float(told["level_amsl_m"])

    def shared(self, walk: Walk, other: Walk) -> float:
        """Return how much of its length a walk runs beside another one; nothing where they fly no level in common."""
        line, base = self._line(walk), self._line(other)
        if not self._levels(walk) & self._levels(other):
            return 0.0
        beside = shapely.intersection(line, shapely.buffer(base, BESIDE_SHARE * base.length))
        return float(beside.length / line.length) if line.length else 1.0

    def differ(self, walk: Walk, other: Walk) -> bool:
        """Tell whether two walks pass an obstacle on different sides, or each flies a level that the other does not."""
        mine, theirs = self._levels(walk), self._levels(other)
        if mine - theirs and theirs - mine:
            return True
        between = enclosed(self._line(walk), self._line(other))
        if shapely.area(between) < LEAST_AREA_M2:
            return False
        stack = self.network.graph["stack"]
        flown = [level for m, level in zip(stack.levels_m, stack.solid, strict=True) if m in mine | theirs]
        solid = np.array([polygon for level in flown for polygon in level], dtype=object)
        return bool(shapely.intersects(solid, shapely.buffer(between, -HAIR_M)).any())

    def _levels(self, walk: Walk) -> frozenset[float]:
        return frozenset(self.network.nodes[self.names[node]]["level_amsl_m"] for node in walk[1:-1])

    def _line(self, walk: Walk) -> shapely.LineString:
        if walk not in self._lines:
            nodes = [self.network.nodes[self.names[node]] for node in walk]
            self._lines[walk] = shapely.LineString([(node["x_m"], node["y_m"]) for node in nodes])
        return self._lines[walk]


def _tuples(places: Integers) -> list[tuple[int, int]]:
    return [(x, y) for x, y in places.tolist()]


def enclosed(line: shapely.LineString, other: shapely.LineString) -> shapely.Geometry:
    """Return what two lines between the same ends enclose together."""
    ring = shapely.LinearRing([*shapely.get_coordinates(line), *shapely.get_coordinates(other)[::-1]])
    lines = shapely.union_all([ring])
    return shapely.union_all(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))))
