"""The search graph over all levels, as arrays: what sees what on each level, climbs between them, and what that costs.

Courses of least cost are exact in the model of :mod:`airspace.corridors.stacks`. On one level a course bends only at
convex corners and only around them. Where it changes level on its way, it does so at a junction of two outlines or
anywhere along a straight piece (:mod:`airspace.corridors.bridges`). Pieces of the latter kind are many, so they are
made only where they can matter: for two pads whose best course so far costs more than a lower bound, and only between
places that a better course could pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from airspace.corridors import visibility
from airspace.corridors.bridges import Change, climbs_s, profiles
from airspace.corridors.paces import Pace
from airspace.corridors.preferences import Preferences
from airspace.corridors.stacks import Stack, inside_any
from airspace.corridors.visibility import Corners, Integers, Pairs
from airspace.errors import TooDetailed

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]

ENGINE_CORNERS = 1000
"""From this many corners on the compiled engine works out what sees what; below, the plain path is as quick."""

SAME_S = 1e-6
"""Costs this near to each other are equal: sums of the same square roots in another order."""

CALL_S = 1e-6
"""Added for each place on the outline of an avoided zone, so that a straight course along one has no more of them."""

MOST_REACHED = 8_000_000
"""Costs that are held at a time, of all nodes from some pads."""

MOST_PAIRS = 4_000_000
"""Pairs of places that are looked at at a time."""

PAIRS_A_BATCH = 500_000
"""Pairs of places whose changes of level are worked out at a time."""

MOST_LOOKED_AT = 1_000_000_000
"""Pairs of places that are looked at for changes of level, at most: some ten minutes."""

PAD, CORNER, JUNCTION, BORDER = 0, 1, 2, 3
"""Kinds of nodes: pads, corners of obstacles, where outlines of two levels part, outlines of avoided zones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A pad as the search sees it."""

    name: str
    place_mm: tuple[int, int]
    ground_m: float
    """Metres AMSL."""
    levels: tuple[int, ...]
    """Numbers of the levels that it can climb to, straight up."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nodes:
    """Where a course may bend or change level; each stands on one level."""

    place_mm: Integers
    """Whole millimetres of the frame, shape (n, 2)."""
    level: Numbers
    """Number of the level, shape (n,)."""
    kind: Numbers
    """PAD, CORNER, JUNCTION or BORDER."""
    which: Numbers
    """Number of the pad or of the corner on its level; -1 for others."""

    def __len__(self) -> int:
        return len(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A course of least cost, by node numbers."""

    nodes: tuple[int, ...]
    cost_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lattice:
    """Nodes and the arcs between them."""

    stack: Stack
    spots: tuple[Spot, ...]
    pace: Pace
    nodes: Nodes
    arcs: Numbers
    """From and to, shape (m, 2); every arc stands in both directions."""
    costs_s: Floats
    """Shape (m,)."""
    changes: Mapping[tuple[int, int], tuple[Change, ...]] = field(default_factory=dict)
    """Arcs that change level on their way."""

    @classmethod
    def of(
        cls,
        stack: Stack,
        spots: Sequence[Spot],
        pace: Pace,
        *,
        preferences: Preferences | None = None,
        climbs: bool = True,
    ) -> Lattice:
        """Make the search graph of some pads among stacked obstacles; without climbs a course keeps its level."""
        nodes = _nodes(stack, spots, preferences)
        pairs = np.vstack([_seen_on(level, stack, nodes) for level in range(len(stack))])
        arcs = np.vstack((pairs, pairs[:, ::-1])).astype(np.int32)
        lattice = cls(
            stack=stack,
            spots=tuple(spots),
            pace=pace,
            nodes=nodes,
            arcs=arcs,
            costs_s=_level_costs_s(nodes, arcs, pace, preferences),
        )
        if len(stack) == 1 or not climbs:
            return lattice
        return _bridged(_with_climbs(lattice), preferences)

    def costs_between_s(self) -> Floats:
        """Return what the cheapest courses between all pads cost, shape (pads, pads); infinite without one."""
        between = [costs_s for costs_s, _ in self._searched()]
        return np.vstack([np.empty((0, len(self.spots))), *between])

    def ways(self) -> dict[tuple[int, int], Way]:
        """Return the cheapest course between any two pads that are joined, by number; without wind one way only."""
        size, count, found = len(self.nodes), len(self.spots), {}
        rows = (row for costs_s, previous in self._searched() for row in zip(costs_s, previous, strict=True))
        for start, (costs_s, before) in enumerate(rows):
            # Without wind the way back is the same one.
            for end in range(count) if self.pace.directed else range(start + 1, count):
                if start != end and np.isfinite(costs_s[end]):
                    nodes = _walked(before, size + count + end, size)
                    found[start, end] = Way(nodes=nodes, cost_s=float(costs_s[end]))
        return found

    def _searched(self) -> Iterator[tuple[Floats, Numbers]]:
        """Yield costs from some pads to all, and for each start the node before each node, until all had their turn.

        From all at once it would be more than there is room for.
        """
        graph, starts, ends = self._graph()
        step = max(1, MOST_REACHED // (len(self.nodes) + 1))
        for first in range(0, len(starts), step):
            costs_s, previous = dijkstra(graph, indices=starts[first : first + step], return_predecessors=True)
            between = costs_s[:, ends]
            np.fill_diagonal(between[:, first:], 0.0)
            yield between, previous

    def _graph(self) -> tuple[csr_array, Integers, Integers]:
        """Return the graph with a node below each pad to start from and one to end at, and the numbers of these."""
        count, size = len(self.spots), len(self.nodes)
        above = np.flatnonzero(self.nodes.kind == PAD)
        pad = self.nodes.which[above]
        grounds_m = np.array([spot.ground_m for spot in self.spots])[pad]
        levels_m = np.array(self.stack.levels_m)[self.nodes.level[above]]
        tails = np.concatenate([self.arcs[:, 0], size + pad, above])
        heads = np.concatenate([self.arcs[:, 1], above, size + count + pad])
        costs_s = np.concatenate(
            [self.costs_s, self.pace.vertical_s(grounds_m, levels_m), self.pace.vertical_s(levels_m, grounds_m)]
        )
        graph = sparse(tails, heads, costs_s, size + 2 * count)
        return graph, size + np.arange(count), size + count + np.arange(count)


def sparse(tails: Integers, heads: Integers, costs_s: Floats, size: int) -> csr_array:
    """Return a graph with the cheapest of parallel arcs; arcs without end are left out."""
    known = np.isfinite(costs_s)
    tails, heads, costs_s = tails[known], heads[known], costs_s[known]
    order = np.lexsort((costs_s, heads, tails))
    tails, heads, costs_s = tails[order], heads[order], costs_s[order]
    first = np.append(True, (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])) if len(tails) else np.empty(0, bool)
    return csr_array((costs_s[first], (tails[first], heads[first])), shape=(size, size))


def _walked(previous: Numbers, end: int, size: int) -> tuple[int, ...]:
    """Return the nodes of a way to its end; numbers from ``size`` on stand below pads and are left out."""
    line, here = [], int(previous[end])
    while here < size:
        line.append(here)
        here = int(previous[here])
    return tuple(reversed(line))


def _nodes(stack: Stack, spots: Sequence[Spot], preferences: Preferences | None) -> Nodes:
    places, levels, kinds, which = (
        [np.empty((0, 2), np.int64)],
        [np.empty(0, int)],
        [np.empty(0, int)],
        [np.empty(0, int)],
    )
    junctions = stack.junctions
    open_at = ~stack.inside(junctions)
    for level in range(len(stack)):
        corners = stack.corners[level].at
        pads = [number for number, spot in enumerate(spots) if level in spot.levels]
        pad_places = np.array([spots[number].place_mm for number in pads], np.int64).reshape(-1, 2)
        reached, borders = junctions[open_at[level]], _borders(level, stack, preferences)
        places += [corners, pad_places, reached, borders]
        counts = [len(corners), len(pads), len(reached), len(borders)]
        levels.append(np.full(sum(counts), level))
        kinds.append(np.repeat([CORNER, PAD, JUNCTION, BORDER], counts))
        which.append(np.concatenate([np.arange(counts[0]), np.array(pads, int), np.full(counts[2] + counts[3], -1)]))
    return Nodes(
        place_mm=np.vstack(places),
        level=np.concatenate(levels).astype(np.int32),
        kind=np.concatenate(kinds).astype(np.int32),
        which=np.concatenate(which).astype(np.int32),
    )


def _borders(level: int, stack: Stack, preferences: Preferences | None) -> Integers:
    """Return the places on outlines of avoided zones that are inside no obstacle of a level."""
    if preferences is None or preferences.none:
        return np.empty((0, 2), np.int64)
    places = preferences.places_mm(level)
    return places[~inside_any(stack.solid[level], shapely.points(places / 1000))]


def _seen_on(level: int, stack: Stack, nodes: Nodes) -> Pairs:
    """Return pairs of nodes of a level that see each other along a taut piece, shape (n, 2)."""
    mine = np.flatnonzero(nodes.level == level)
    corners = stack.corners[level]
    return mine[seen(corners, nodes.place_mm[mine[len(corners) :]], stack.solid[level])]


def seen(corners: Corners, points_mm: Integers, solid: Sequence[shapely.Polygon]) -> Pairs:
    """Return index pairs of what sees each other, from the plain path or the engine: the same in the same order.

    Corners come first in the numbering, then points.
    """
    if len(corners) >= ENGINE_CORNERS:
        # Loading Numba takes longer than a small map.
        from airspace.corridors.engine.warming import load

        return load()(solid, points_mm)
    places = np.vstack((corners.at, points_mm))
    pairs = candidates(corners, points_mm)
    return pairs[visibility.clear(places[pairs[:, 0]], places[pairs[:, 1]], solid)]


def candidates(corners: Corners, points_mm: Integers) -> Pairs:
    """Return index pairs worth testing; corners come first in the numbering, then points."""
    to_corners = visibility.taut_from(points_mm, corners) + np.array([len(corners), 0])
    first, second = np.triu_indices(len(points_mm), k=1)
    between = np.column_stack((first, second)) + len(corners)
    return np.vstack((visibility.taut_pairs(corners), to_corners, between))


def _level_costs_s(nodes: Nodes, arcs: Numbers, pace: Pace, preferences: Preferences | None) -> Floats:
    starts, ends = nodes.place_mm[arcs[:, 0]], nodes.place_mm[arcs[:, 1]]
    costs_s = pace.seconds(*((ends - starts) / 1000).T)
    if preferences is None or preferences.none:
        return costs_s
    calls_s = CALL_S * (nodes.kind[arcs[:, 1]] == BORDER)
    extra_s = preferences.seconds(starts, ends, nodes.level[arcs[:, 0]], pace)
    return np.asarray(costs_s + calls_s + extra_s)


# Changes of level


def _with_climbs(lattice: Lattice) -> Lattice:
    """Return the lattice with climbs between nodes that stand above each other on neighbouring levels."""
    nodes, climbs = lattice.nodes, climbs_s(lattice.stack, lattice.pace)
    order = np.lexsort((nodes.level, nodes.place_mm[:, 1], nodes.place_mm[:, 0]))
    low, high = order[:-1], order[1:]
    above = (nodes.place_mm[low] == nodes.place_mm[high]).all(axis=1) & (nodes.level[high] == nodes.level[low] + 1)
    open_there = ~np.array(
        [inside_any(floor, shapely.points(nodes.place_mm / 1000)) for floor in lattice.stack.between]
    )
    above &= open_there[np.minimum(nodes.level[low], len(open_there) - 1), low]
    pairs = np.column_stack((low[above], high[above]))
    arcs = np.vstack((pairs, pairs[:, ::-1])).astype(np.int32)
    return _with_arcs(lattice, arcs, climbs[nodes.level[arcs[:, 0]], nodes.level[arcs[:, 1]]], {})


def _with_arcs(
    lattice: Lattice, arcs: Numbers, costs_s: Floats, changes: Mapping[tuple[int, int], tuple[Change, ...]]
) -> Lattice:
    return replace(
        lattice,
        arcs=np.vstack((lattice.arcs, arcs)),
        costs_s=np.concatenate((lattice.costs_s, costs_s)),
        changes={**lattice.changes, **changes},
    )


def _bridged(lattice: Lattice, preferences: Preferences | None) -> Lattice:
    """Return the lattice with all pieces that change level on their way and can belong to a cheapest course.

    Where they change is chosen by what obstacles and climbs cost; avoided zones are charged, part by part, afterwards.
    """
    places, of_node = np.unique(lattice.nodes.place_mm, axis=0, return_inverse=True)
    pairs = _worth_a_bridge(lattice, places)
    if len(pairs) == 0:
        return lattice
    found = dict(_bridges(lattice, places, of_node.reshape(-1), pairs))
    if not found:
        return lattice
    arcs = np.array(sorted(found), np.int32)
    changes = {arc: made for arc, (_, made) in found.items()}
    costs_s = _level_costs_s(lattice.nodes, arcs, lattice.pace, None)
    costs_s = costs_s + np.array([found[a, b][0] for a, b in arcs.tolist()])
    if preferences is not None and not preferences.none:
        costs_s = costs_s + _avoided_s(lattice, arcs, changes, preferences)
    return _with_arcs(lattice, arcs, costs_s, changes)


def _avoided_s(
    lattice: Lattice, arcs: Numbers, changes: Mapping[tuple[int, int], tuple[Change, ...]], preferences: Preferences
) -> Floats:
    """Return what avoided zones add to arcs that change level on their way."""
    places, levels, owner = [], [], []
    for number, (start, end) in enumerate(arcs.tolist()):
        made = changes[start, end]
        cuts = np.array([0.0, *(change.share for change in made), 1.0])[:, None]
        first, last = lattice.nodes.place_mm[[start, end]]
        line = np.rint(first + cuts * (last - first)).astype(np.int64)
        places.append(np.stack((line[:-1], line[1:]), axis=1))
        levels += [int(lattice.nodes.level[start]), *(change.after for change in made)]
        owner += [number] * (len(made) + 1)
    parts = np.concatenate(places)
    extra_s = preferences.seconds(parts[:, 0], parts[:, 1], np.array(levels, np.int32), lattice.pace)
    return np.asarray(np.bincount(owner, weights=extra_s, minlength=len(arcs)), dtype=float)


def _worth_a_bridge(lattice: Lattice, places: Integers) -> Pairs:
    """Return pairs of places, the first number smaller, that a cheaper course between two pads could join.

    A course from one pad to another by way of two places costs at least the straight ways, and the climbs that no
    course is spared.

    Raises
    ------
    TooDetailed
        If there are more pairs to look at than is worth waiting for.
    """
    known_s, least_s, climbs = lattice.costs_between_s(), _bounds_s(lattice), _vertical_bounds_s(lattice)
    pads = np.array([spot.place_mm for spot in lattice.spots], np.int64).reshape(-1, 2)
    asked = [
        _Near.of(lattice, places, pads[[start, end]], known_s[start, end] - climbs[start, end])
        for start, end in np.argwhere(known_s > least_s + SAME_S).tolist()
    ]
    looked_at = sum(len(near.numbers) ** 2 for near in asked)
    if looked_at > MOST_LOOKED_AT:
        raise TooDetailed(
            f"changes of level between {len(places):,} places: expected at most {MOST_LOOKED_AT:,} pairs to look at, "
            f"got {looked_at:,}; take fewer levels or pads, or a smaller area"
        )
    found = np.empty(0, np.int64)
    for near in asked:
        found = _once(np.concatenate([found, *near.pairs(lattice, places)]))
    return np.column_stack((found // len(places), found % len(places)))


def _once(keys: Integers) -> Integers:
    """Return some numbers once each, in order; by sorting, which is ten times as quick here as ``numpy.unique``."""
    keys = np.sort(keys)
    return np.asarray(keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Near:
    """The places that a course between two pads could pass, when it is to take less than some seconds."""

    most_s: float
    numbers: Integers
    """Of the places."""
    to_s: Floats
    """Straight from the one pad to each."""
    on_s: Floats
    """Straight from each to the other pad."""

    @classmethod
    def of(cls, lattice: Lattice, places: Integers, ends: Integers, most_s: float) -> _Near:
        to_s = lattice.pace.seconds(*((places - ends[0]) / 1000).T)
        on_s = lattice.pace.seconds(*((ends[1] - places) / 1000).T)
        near = np.flatnonzero(to_s + on_s < most_s - SAME_S) if np.isfinite(most_s) else np.arange(len(places))
        return cls(most_s=most_s, numbers=near, to_s=to_s[near], on_s=on_s[near])

    def pairs(self, lattice: Lattice, places: Integers) -> Iterator[Integers]:
        """Yield the pairs of places by way of which a course could go, each as one number."""
        numbers = self.numbers
        rows = max(1, MOST_PAIRS // max(1, len(numbers)))
        for first in range(0, len(numbers), rows):
            part = slice(first, first + rows)
            gaps_m = (places[None, numbers] - places[numbers[part], None]) / 1000
            between_s = lattice.pace.seconds(gaps_m[..., 0], gaps_m[..., 1])
            whole_s = self.to_s[part, None] + between_s + self.on_s[None]
            i, j = np.nonzero((whole_s < self.most_s - SAME_S) & (numbers[part, None] != numbers[None]))
            one, other = numbers[part][i], numbers[j]
            yield _once(np.minimum(one, other) * len(places) + np.maximum(one, other))


def _vertical_bounds_s(lattice: Lattice) -> Floats:
    """Return what the climbs and descents of any course between two pads cost at least, shape (pads, pads)."""
    heights_m = np.array(lattice.stack.levels_m)
    changes, pace = climbs_s(lattice.stack, lattice.pace), lattice.pace
    bounds = np.full((len(lattice.spots), len(lattice.spots)), np.inf)
    for row, start in enumerate(lattice.spots):
        for column, end in enumerate(lattice.spots):
            if start.levels and end.levels:
                up = pace.vertical_s(start.ground_m, heights_m[list(start.levels)])
                down = pace.vertical_s(heights_m[list(end.levels)], end.ground_m)
                between = changes[np.ix_(start.levels, end.levels)]
                bounds[row, column] = (up[:, None] + between + down[None, :]).min()
    return bounds


def _bounds_s(lattice: Lattice) -> Floats:
    """Return what any course between two pads costs at least, shape (pads, pads): what is shut everywhere bends it."""
    stack, spots = lattice.stack, lattice.spots
    flat = Stack.of((0.0,), (stack.floor_plan,))
    below = [replace(spot, ground_m=0.0, levels=(0,) if spot.levels else ()) for spot in spots]
    costs_s = Lattice.of(flat, below, lattice.pace).costs_between_s()
    return np.asarray(costs_s + _vertical_bounds_s(lattice))


def _bridges(
    lattice: Lattice, places: Integers, of_node: Integers, pairs: Pairs
) -> Iterator[tuple[tuple[int, int], tuple[float, tuple[Change, ...]]]]:
    """Yield the arcs, both ways, that change level on their way, with what the changes cost."""
    for first in range(0, len(pairs), PAIRS_A_BATCH):
        yield from _bridges_between(lattice, places, of_node, pairs[first : first + PAIRS_A_BATCH])


def _bridges_between(
    lattice: Lattice, places: Integers, of_node: Integers, pairs: Pairs
) -> Iterator[tuple[tuple[int, int], tuple[float, tuple[Change, ...]]]]:
    nodes, climbs = lattice.nodes, climbs_s(lattice.stack, lattice.pace)
    towards = places[pairs[:, 1]] - places[pairs[:, 0]]
    ends = [_tangent_nodes(lattice, of_node, pairs[:, side], towards) for side in (0, 1)]
    wanted = sorted(ends[0].keys() & ends[1].keys())
    made = profiles(lattice.stack, places[pairs[wanted, 0]], places[pairs[wanted, 1]])
    for number, profile in zip(wanted, made, strict=True):
        if not profile.passable:
            continue
        for a in ends[0][number]:
            for b in ends[1][number]:
                cost_s, changes = profile.cheapest(int(nodes.level[a]), int(nodes.level[b]), climbs)
                if changes and np.isfinite(cost_s):
                    yield (a, b), (cost_s, changes)
                    # What is cheapest one way is cheapest back: climbs and descents differ by the same for all.
                    turned = tuple(change.turned() for change in reversed(changes))
                    yield (b, a), (float(sum(climbs[change.before, change.after] for change in turned)), turned)


def _tangent_nodes(lattice: Lattice, of_node: Integers, at: Integers, towards: Integers) -> dict[int, list[int]]:
    """Return by number of a piece the nodes at one of its ends that a taut course could come by or leave by.

    Given the place of that end, shape (n,), and the way the piece goes, shape (n, 2).
    """
    order = np.argsort(of_node, kind="stable")
    standing = np.bincount(of_node)
    counts, first = standing[at], np.cumsum(standing) - standing
    piece = np.repeat(np.arange(len(at)), counts)
    nodes = order[np.arange(len(piece)) + np.repeat(first[at] - (np.cumsum(counts) - counts), counts)]
    sides = _sides(lattice)
    taut = lattice.nodes.kind[nodes] != CORNER
    taut |= visibility.tangent(towards[piece], sides[nodes, 0], sides[nodes, 1])
    found: dict[int, list[int]] = defaultdict(list)
    for number, node in zip(piece[taut].tolist(), nodes[taut].tolist(), strict=True):
        found[number].append(node)
    return found


def _sides(lattice: Lattice) -> Integers:
    """Return the ways from each node along the two edges of its corner, zero for others, shape (nodes, 2, 2)."""
    sides = np.zeros((len(lattice.nodes), 2, 2), np.int64)
    for level, corners in enumerate(lattice.stack.corners):
        mine = np.flatnonzero((lattice.nodes.kind == CORNER) & (lattice.nodes.level == level))
        which = lattice.nodes.which[mine]
        sides[mine, 0] = corners.before[which] - corners.at[which]
        sides[mine, 1] = corners.after[which] - corners.at[which]
    return sides


__all__ = ["BORDER", "CORNER", "JUNCTION", "PAD", "Lattice", "Nodes", "Spot", "Way", "candidates", "seen", "sparse"]
