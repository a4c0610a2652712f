"""Straight pieces that change level on their way: where the level below is blocked, the next may be free.

A piece is cut wherever it meets an outline of any level. Between two cuts a level is free or not all along, and at a
cut it may be left for a neighbouring level that is free on either side of it. So the cheapest changes of a piece
follow from its cuts alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors.paces import Pace
from airspace.corridors.stacks import Stack, inside_any
from airspace.corridors.visibility import Integers

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HAIR_MM = 0.01
"""A piece that enters an obstacle by less is one that touches it: what the arithmetic of floats may be off."""

SHORTEST_MM = 0.01
"""Parts of a piece between two cuts that are shorter are left out, for the same reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change from one level to a neighbouring one on a straight piece."""

    share: float
    """Of the piece, from its start."""
    before: int
    after: int
    """Numbers of the levels."""

    def turned(self) -> Change:
        """Return the same change on the way back."""
        return Change(share=1.0 - self.share, before=self.after, after=self.before)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """Which levels are free where along a straight piece."""

    cuts: tuple[float, ...]
    """Shares of the piece, from 0 to 1."""
    free: Flags
    """Shape (levels, cuts - 1): between two cuts."""
    open: Flags
    """Shape (levels - 1, cuts - 1): where nothing stands between a level and the next."""

    @property
    def passable(self) -> bool:
        """Whether some level is free everywhere."""
        return bool(self.free.any(axis=0).all())

    def cheapest(self, before: int, after: int, climbs_s: Floats) -> tuple[float, tuple[Change, ...]]:
        """Return what the cheapest changes from a level at the start to a level at the end cost, and the changes.

        ``climbs_s``: what a change from each level to each other costs, shape (levels, levels); only those between
        neighbours are used. Infinite when there is no way.
        """
        costs = np.full(len(self.free), np.inf)
        costs[before] = 0.0
        steps: list[list[int]] = []
        for number in range(len(self.cuts)):
            came = self._changed(costs, number, climbs_s)
            steps.append(came)
            if number < self.free.shape[1]:
                costs[~self.free[:, number]] = np.inf
        if not np.isfinite(costs[after]):
            return np.inf, ()
        return float(costs[after]), tuple(self._told(steps, after))

    def _changed(self, costs: Floats, number: int, climbs_s: Floats) -> list[int]:
        """Let costs go up and down the levels that are free at a cut, and return the level each comes from."""
        before, after = max(number - 1, 0), min(number, self.free.shape[1] - 1)
        here = self.free[:, before] | self.free[:, after]
        way = self.open[:, before] | self.open[:, after]
        came = list(range(len(costs)))
        for levels in (range(1, len(costs)), range(len(costs) - 2, -1, -1)):
            for level in levels:
                other = level - 1 if levels.step > 0 else level + 1
                if (
                    here[level]
                    and here[other]
                    and way[min(level, other)]
                    and costs[other] + climbs_s[other, level] < costs[level]
                ):
                    costs[level] = costs[other] + climbs_s[other, level]
                    came[level] = came[other]
        return came

    def _told(self, steps: Sequence[list[int]], after: int) -> Iterator[Change]:
        level = after
        changes: list[Change] = []
        for number in range(len(steps) - 1, -1, -1):
            before = steps[number][level]
            way = range(before, level, 1 if level > before else -1)
            found = [Change(share=self.cuts[number], before=at, after=at + way.step) for at in way]
            changes[:0] = found
            level = before
        yield from changes


def profiles(stack: Stack, starts_mm: Integers, ends_mm: Integers) -> list[Profile]:
    """Return which levels are free where along straight pieces, given in whole millimetres, shape (n, 2) each."""
    if len(starts_mm) == 0:
        return []
    cuts, owner = _cuts(stack, starts_mm, ends_mm)
    lengths_mm = np.hypot(*(ends_mm - starts_mm).T.astype(float))
    # A part begins at each cut but the last of its piece; slivers between two cuts are no parts.
    same = owner[1:] == owner[:-1]
    long = (cuts[1:] - cuts[:-1]) * lengths_mm[owner[1:]] > SHORTEST_MM
    begins = np.flatnonzero(same & long)
    middle = (cuts[begins] + cuts[begins + 1]) / 2
    at_mm: Floats = starts_mm[owner[begins]] + middle[:, None] * (ends_mm - starts_mm)[owner[begins]].astype(float)
    free, clear = ~_inside(stack.solid, at_mm), ~_inside(stack.between, at_mm)
    first = np.searchsorted(owner[begins], np.arange(len(starts_mm)))
    last = np.append(first[1:], len(begins))
    return [
        Profile(cuts=(*cuts[begins[a:b]].tolist(), 1.0), free=free[:, a:b], open=clear[:, a:b])
        for a, b in zip(first.tolist(), last.tolist(), strict=True)
    ]


def _cuts(stack: Stack, starts_mm: Integers, ends_mm: Integers) -> tuple[Floats, Integers]:
    """Return where pieces meet outlines, as shares of them with both ends, and the piece each belongs to, in order."""
    edges_mm = _edges(stack)
    pieces = shapely.linestrings(np.stack((starts_mm, ends_mm), axis=1).astype(float))
    lines = shapely.linestrings(edges_mm.astype(float))
    owner, edge = shapely.STRtree(lines).query(pieces, predicate="intersects")
    a, b = starts_mm[owner].astype(float), ends_mm[owner].astype(float)
    c, d = edges_mm[edge, 0].astype(float), edges_mm[edge, 1].astype(float)
    along, across = b - a, d - c
    area = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    crossing = area != 0
    toward = c - a
    with np.errstate(divide="ignore", invalid="ignore"):
        met = (toward[:, 0] * across[:, 1] - toward[:, 1] * across[:, 0]) / area
    squared = (along**2).sum(axis=1)
    # A piece along an edge meets it at both ends of the edge.
    ends = [((point - a) * along).sum(axis=1) / squared for point in (c, d)]
    shares = [met[crossing], ends[0][~crossing], ends[1][~crossing]]
    owners = [owner[crossing], owner[~crossing], owner[~crossing]]
    count = np.arange(len(starts_mm))
    share = np.clip(np.concatenate([*shares, np.zeros(len(count)), np.ones(len(count))]), 0.0, 1.0)
    whose = np.concatenate([*owners, count, count])
    order = np.lexsort((share, whose))
    return share[order], whose[order]


def _edges(stack: Stack) -> Integers:
    """Return the edges of all outlines once each, whole millimetres, shape (n, 2, 2)."""
    found = [np.empty((0, 4), np.int64)]
    for level in (*stack.solid, *stack.between):
        rings = shapely.get_rings(np.array(level, dtype=object))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        whole = np.rint(points * 1000).astype(np.int64)
        edges = np.hstack((whole[:-1], whole[1:]))[ring[1:] == ring[:-1]]
        turned = (edges[:, 0] > edges[:, 2]) | ((edges[:, 0] == edges[:, 2]) & (edges[:, 1] > edges[:, 3]))
        edges[turned] = edges[turned][:, [2, 3, 0, 1]]
        found.append(edges)
    return np.unique(np.vstack(found), axis=0).reshape(-1, 2, 2)


def _inside(layers: Sequence[Sequence[shapely.Polygon]], at_mm: Floats) -> Flags:
    """Tell which places lie inside an obstacle of each layer by more than a hair; shape (layers, n)."""
    points = shapely.points(at_mm / 1000)
    shrunk = [shapely.buffer(np.array(layer, dtype=object), -HAIR_MM / 1000, join_style="mitre") for layer in layers]
    return np.array([inside_any(layer, points) for layer in shrunk]).reshape(len(layers), len(points))


def climbs_s(stack: Stack, pace: Pace) -> Floats:
    """Return what going from each level to each other costs, shape (levels, levels)."""
    heights_m = np.array(stack.levels_m)
    return pace.vertical_s(heights_m[:, None], heights_m[None, :])
