"""Courses: the cheapest lines between pads that a network holds, with their lengths, times and bends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from airspace.corridors.charts import Chart
from airspace.corridors.curves import can_be_flown
from airspace.corridors.lattices import sparse
from airspace.earth.frame import GEOD, Frame
from airspace.errors import UnknownPad
from airspace.model.corridors import DEGREES

Floats = npt.NDArray[np.float64]
Name: TypeAlias = str | int
"""Of a node of a network: a pad's id, or a number."""

LEAST_APART_M = 1.0
"""Between pads nearer than this there is nothing to fly."""

NO_NODE = -9999
"""What SciPy calls the node before a start."""

LONGEST_PIECE_M = 5000.0
"""Courses get a point at least this often, so that geodesics between them keep within 1 cm of the frame line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bend:
    """A place where a course turns, and what makes it."""

    lon: float
    lat: float
    level_amsl_m: float
    zones: tuple[str, ...]
    """Ids of the zones whose outline it goes round; ``boundary``, ``high ground`` or ``height cap`` for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A centre line of least cost between two pads."""

    from_pad: str
    to_pad: str
    length_m: float
    """Over the ground, in the frame, which differs from the ellipsoid by at most 0.013 %."""
    time_s: float
    """With climb and descent, at the pace of the network."""
    cost_s: float
    """The same in seconds of level flight: what was made least."""
    points: tuple[tuple[float, float, float], ...]
    """Longitude and latitude (WGS 84) and metres AMSL, from above one pad to above the other.

    Two points in a row at one place are a change of level.
    """
    bends: tuple[Bend, ...] = ()

    @property
    def lonlat(self) -> tuple[tuple[float, float], ...]:
        """Its line over the ground."""
        flat = [point[:2] for point in self.points]
        return tuple(point for number, point in enumerate(flat) if number == 0 or point != flat[number - 1])

    @property
    def levels_amsl_m(self) -> tuple[float, ...]:
        """The levels it is flown at, in the order flown."""
        levels = [point[2] for point in self.points]
        return tuple(level for number, level in enumerate(levels) if number == 0 or level != levels[number - 1])


def matrix(network: nx.DiGraph, pads: Sequence[str], *, weight: str = "length_m") -> Floats:
    """Return what the cheapest courses between some pads come to, shape (len(pads), len(pads)).

    ``weight``: ``length_m``, ``time_s`` or ``cost_s``; infinite where no corridor leads. Whether the turns of a course
    can be flown is not looked at.

    Raises
    ------
    UnknownPad
        If the network has no such pad.
    """
    reached, previous, index = distances(network, pads)
    if weight != "cost_s":
        reached = _summed(network, reached, previous, index, weight)
    return reached[:, [index[pad] for pad in pads]]


def courses(network: nx.DiGraph, pads: Sequence[str]) -> dict[tuple[str, str], Course]:
    """Return the cheapest course of every ordered pair of pads that are joined, and are not at one place.

    One that an aircraft with the rules of the network cannot fly for its turns is left out.
    """
    reached, previous, index = distances(network, pads)
    names, mirrored = list(network.nodes), not network.graph["pace"].directed
    found: dict[tuple[str, str], Course] = {}
    for row, start in enumerate(pads):
        for end in pads:
            if mirrored and (start, end) in found:
                continue
            if start == end or _apart_m(network, start, end) < LEAST_APART_M:
                continue
            if np.isfinite(reached[row, index[end]]):
                walk = [names[number] for number in walk_to(previous[row], index[end])]
                found[start, end] = course_of(network, walk)
                if mirrored:
                    # The way back differs in its climbs by as much as every other way back.
                    found[end, start] = course_of(network, walk[::-1])
    return {pair: course for pair, course in found.items() if turns_flyable(course, network.graph["chart"])}


def turns_flyable(course: Course, chart: Chart) -> bool:
    """Tell whether an aircraft with the rules of a chart can fly the turns of a course, as it is recorded."""
    rules, points = chart.rules, as_flown(course, chart.frame)
    return can_be_flown(points, radius_m=rules.min_turn_radius_m, half_width_m=rules.half_width_m)


def course_of(network: nx.DiGraph, walk: Sequence[Name]) -> Course:
    """Return a walk over the nodes of a network, from pad to pad, as a course."""
    edges = [network.edges[pair] for pair in pairwise(walk)]
    inner = [network.nodes[name] for name in walk[1:-1]]
    points = [(node["lon"], node["lat"], node["level_amsl_m"]) for node in inner if node["kind"] != "gate"]
    return Course(
        from_pad=str(walk[0]),
        to_pad=str(walk[-1]),
        length_m=float(sum(edge["length_m"] for edge in edges)),
        time_s=float(sum(edge["time_s"] for edge in edges)),
        cost_s=float(sum(edge["cost_s"] for edge in edges)),
        points=_without_hops(points),
        bends=tuple(
            Bend(lon=node["lon"], lat=node["lat"], level_amsl_m=node["level_amsl_m"], zones=node["zones"])
            for node in inner
            if node["kind"] == "corner"
        ),
    )


def _without_hops(points: Sequence[tuple[float, float, float]]) -> tuple[tuple[float, float, float], ...]:
    """Return points without those in the midst of a climb, and a climb at either end as part of the pad's own."""
    kept = list(points)
    while len(kept) > 1 and kept[0][:2] == kept[1][:2]:
        kept.pop(0)
    while len(kept) > 1 and kept[-1][:2] == kept[-2][:2]:
        kept.pop()
    inner = [
        number for number in range(1, len(kept) - 1) if kept[number - 1][:2] == kept[number][:2] == kept[number + 1][:2]
    ]
    return tuple(point for number, point in enumerate(kept) if number not in inner)


def _apart_m(network: nx.DiGraph, start: str, end: str) -> float:
    a, b = network.nodes[start], network.nodes[end]
    return float(np.hypot(a["x_m"] - b["x_m"], a["y_m"] - b["y_m"]))


def shortest(network: nx.DiGraph, from_pad: str, to_pad: str) -> Course | None:
    """Return the cheapest course between two pads, None when no corridor leads from one to the other.

    Raises
    ------
    UnknownPad
        If the network has no such pad.
    """
    return courses(network, [from_pad, to_pad]).get((from_pad, to_pad))


def distances(network: nx.DiGraph, pads: Sequence[str]) -> tuple[Floats, npt.NDArray[np.int32], dict[Name, int]]:
    """Return costs from some pads to every node, shape (len(pads), nodes), the node before each, and their numbers.

    No course lands on its way: whoever keeps one level could change it so.

    Raises
    ------
    UnknownPad
        If the network has no such pad.
    """
    index = {name: number for number, name in enumerate(network.nodes)}
    unknown = sorted(set(pads) - index.keys())
    if unknown:
        raise UnknownPad(f"no pad {', '.join(map(repr, unknown))} in the network")
    if not pads:
        return np.empty((0, len(index))), np.empty((0, len(index)), np.int32), index
    table, starts = weighted(network, index, "cost_s"), np.array([index[pad] for pad in pads])
    grounds = np.array([kind == "pad" for _, kind in network.nodes(data="kind")])
    reached, previous = dijkstra(
        _taking_off(table, starts, grounds), indices=len(index) + np.arange(len(starts)), return_predecessors=True
    )
    reached, previous = reached[:, : len(index)], previous[:, : len(index)]
    begun = previous >= len(index)
    previous[begun] = starts[previous[begun] - len(index)]
    rows = np.arange(len(starts))
    reached[rows, starts], previous[rows, starts] = 0.0, NO_NODE
    return reached, previous, index


def _taking_off(table: csr_array, starts: npt.NDArray[np.int64], grounds: npt.NDArray[np.bool_]) -> csr_array:
    """Return a network with a further node for each start, and nothing that leads up from any other ground."""
    size, edges = len(grounds), table.tocoo()
    tails, heads = edges.coords
    kept = ~grounds[tails]
    up = [np.flatnonzero(tails == start) for start in starts]
    new_tails = np.concatenate([tails[kept], *(np.full(len(mine), size + n) for n, mine in enumerate(up))])
    chosen = np.concatenate([np.flatnonzero(kept), *up])
    return sparse(new_tails, heads[chosen], edges.data[chosen], size + len(starts))


def weighted(network: nx.DiGraph, index: Mapping[Name, int], weight: str) -> csr_array:
    """Return a network as a matrix of what its edges come to, by the numbers of an index."""
    edges = [(index[a], index[b], value) for a, b, value in network.edges(data=weight)]
    rows, columns, values = np.array(edges, float).reshape(-1, 3).T
    return sparse(rows.astype(np.int64), columns.astype(np.int64), values, len(index))


def _summed(
    network: nx.DiGraph, reached: Floats, previous: npt.NDArray[np.int32], index: Mapping[Name, int], weight: str
) -> Floats:
    """Return another weight summed along the cheapest walks: each step adds twice as many pieces as the last one."""
    table = weighted(network, index, weight)
    total = np.where(np.isfinite(reached), 0.0, np.inf)
    jump = np.where(previous >= 0, previous, np.arange(previous.shape[1])[None, :])
    for row in range(len(total)):
        moved = np.flatnonzero(previous[row] >= 0)
        if len(moved):
            total[row, moved] = table[previous[row, moved], moved]
    while not np.array_equal(further := np.take_along_axis(jump, jump, axis=1), jump):
        total = total + np.where(np.isfinite(total), np.take_along_axis(total, jump, axis=1), 0.0)
        jump = further
    return total


def walk_to(previous: npt.NDArray[np.int32], end: int) -> list[int]:
    """Return the nodes of the cheapest walk to a node, from the node before each, shape (nodes,)."""
    line = [end]
    while previous[line[-1]] >= 0:
        line.append(int(previous[line[-1]]))
    return line[::-1]


def as_flown(course: Course, frame: Frame) -> tuple[tuple[float, float, float], ...]:
    """Return the line of a course as it is flown, frozen and recorded: no piece too long, coordinates to 1 cm.

    Points that are one then are told once.
    """
    split = split_long(course.points, frame, LONGEST_PIECE_M)
    rounded = [(round(lon, DEGREES), round(lat, DEGREES), level_m) for lon, lat, level_m in split]
    return tuple(point for number, point in enumerate(rounded) if number == 0 or point != rounded[number - 1])


def split_long(
    points: Sequence[tuple[float, float, float]], frame: Frame, longest_m: float
) -> list[tuple[float, float, float]]:
    """Return a course with extra points on its straight frame lines, so that no piece is longer than ``longest_m``."""
    split = [points[0]]
    for start, end in pairwise(points):
        split += [end] if start[:2] == end[:2] else _split(start, end, frame, longest_m)
    return split


def _split(
    start: tuple[float, float, float], end: tuple[float, float, float], frame: Frame, longest_m: float
) -> list[tuple[float, float, float]]:
    """Return what lies between two points of one level, and the second of them."""
    x, y = frame.to_xy([start[0], end[0]], [start[1], end[1]])
    xy = shapely.get_coordinates(shapely.segmentize(shapely.LineString(np.column_stack((x, y))), longest_m))[1:-1]
    if len(xy) == 0:
        return [end]
    lon, lat = frame.to_lonlat(xy[:, 0], xy[:, 1])
    return [*((x, y, start[2]) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)), end]


def length_on_ellipsoid_m(lonlat: Sequence[tuple[float, float]]) -> float:
    """Return the length of a course along geodesics between its points."""
    return float(GEOD.line_length([point[0] for point in lonlat], [point[1] for point in lonlat]))
