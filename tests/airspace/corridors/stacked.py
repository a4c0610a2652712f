"""Cheapest courses among stacked obstacles by brute force, with exact fractions: slow and plainly right."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from random import Random

import numpy as np
import shapely

from airspace.corridors import cleaning
from airspace.corridors.lattices import Spot
from airspace.corridors.paces import Pace
from airspace.corridors.stacks import Stack

Point = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class BruteForce:
    """Every vertex and every crossing of outlines is a place to bend at; every straight piece may change levels."""

    stack: Stack
    spots: tuple[Spot, ...]
    pace: Pace

    def costs_s(self) -> np.ndarray:
        """Return what the cheapest courses cost, shape (spots, spots)."""
        table = np.full((len(self.spots), len(self.spots)), np.inf)
        for start, spot in enumerate(self.spots):
            reached = self._from(spot)
            for end, other in enumerate(self.spots):
                ways = [
                    reached.get((other.place_mm, level), math.inf) + self._vertical_s(level, other.ground_m)
                    for level in other.levels
                ]
                table[start, end] = 0.0 if start == end else min(ways, default=math.inf)
        return table

    def _vertical_s(self, level: int, ground_m: float, *, up: bool = False) -> float:
        level_m = self.stack.levels_m[level]
        return float(self.pace.vertical_s(ground_m, level_m) if up else self.pace.vertical_s(level_m, ground_m))

    def _from(self, spot: Spot) -> dict[tuple[Point, int], float]:
        begins = [(self._vertical_s(level, spot.ground_m, up=True), spot.place_mm, level) for level in spot.levels]
        heap, reached = list(begins), dict[tuple[Point, int], float]()
        heapq.heapify(heap)
        while heap:
            far_s, place, level = heapq.heappop(heap)
            if (place, level) in reached:
                continue
            reached[place, level] = far_s
            for other, costs in self._ways[place]:
                for (before, after), cost_s in costs.items():
                    if before == level and (other, after) not in reached:
                        heapq.heappush(heap, (far_s + cost_s, other, after))
        return reached

    @cached_property
    def _ways(self) -> dict[Point, list[tuple[Point, dict[tuple[int, int], float]]]]:
        """From each place to each other: what the straight piece costs from level to level."""
        corners = {point for level in self._edges for edge in level for point in edge}
        places = sorted(corners | {spot.place_mm for spot in self.spots})
        found: dict[Point, list[tuple[Point, dict[tuple[int, int], float]]]] = defaultdict(list)
        for one, two in combinations(places, 2):
            free, cuts_free = self._free(one, two)
            if not all(any(column) for column in zip(*free, strict=True)):
                continue
            over_m = ((two[0] - one[0]) / 1000, (two[1] - one[1]) / 1000)
            for start, end, sign, columns, at in (
                (one, two, 1, free, cuts_free),
                (two, one, -1, [row[::-1] for row in free], [row[::-1] for row in cuts_free]),
            ):
                seconds = float(self.pace.seconds(sign * over_m[0], sign * over_m[1]))
                found[start].append((end, self._levels(columns, at, seconds)))
        return found

    @cached_property
    def _edges(self) -> list[list[tuple[Point, Point]]]:
        return [list(_edges(level)) for level in self.stack.solid]

    def _free(self, one: Point, two: Point) -> tuple[list[list[bool]], list[list[bool]]]:
        """Return by level whether it is free between cuts, and at cuts: outside or on an outline of its obstacles."""
        cuts = {Fraction(0), Fraction(1)}
        for level in self._edges:
            for edge in level:
                cuts.update(_met(one, two, edge))
        ordered = sorted(cuts)
        middles = [_at(one, two, (a + b) / 2) for a, b in pairwise(ordered)]
        ends = [_at(one, two, cut) for cut in ordered]
        free = [[not _inside(middle, level) for middle in middles] for level in self._edges]
        at_cuts = [[not _inside(end, level) for end in ends] for level in self._edges]
        return free, at_cuts

    def _levels(
        self, free: Sequence[Sequence[bool]], at: Sequence[Sequence[bool]], seconds: float
    ) -> dict[tuple[int, int], float]:
        """Return what changes cost on a piece from each level to each other, with the piece itself."""
        count, found = len(free), dict[tuple[int, int], float]()
        for before in range(count):
            costs = [math.inf] * count
            costs[before] = 0.0 if at[before][0] else math.inf
            for number in range(len(at[0])):
                costs = self._changed(costs, [row[number] for row in at])
                if number < len(free[0]):
                    costs = [cost if free[level][number] else math.inf for level, cost in enumerate(costs)]
            found.update({(before, after): cost + seconds for after, cost in enumerate(costs) if cost < math.inf})
        return found

    def _changed(self, costs: Sequence[float], here: Sequence[bool]) -> list[float]:
        heights_m, best = self.stack.levels_m, list(costs)
        for before in range(len(costs)):
            for after in range(len(costs)):
                between = here[min(before, after) : max(before, after) + 1]
                if all(between):
                    steps = float(self.pace.vertical_s(heights_m[before], heights_m[after]))
                    best[after] = min(best[after], costs[before] + steps)
        return best


def _edges(polygons: Sequence[shapely.Polygon]) -> Iterator[tuple[Point, Point]]:
    for ring in shapely.get_rings(list(polygons)):
        yield from pairwise([(round(x * 1000), round(y * 1000)) for x, y in shapely.get_coordinates(ring)])


def _met(one: Point, two: Point, edge: tuple[Point, Point]) -> Iterator[Fraction]:
    """Yield where a piece meets an edge, as exact shares of the piece."""
    (ax, ay), (bx, by), ((cx, cy), (dx, dy)) = one, two, edge
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    area = ux * vy - uy * vx
    if area:
        share, along = Fraction((cx - ax) * vy - (cy - ay) * vx, area), Fraction((cx - ax) * uy - (cy - ay) * ux, area)
        if 0 <= share <= 1 and 0 <= along <= 1:
            yield share
    elif (cx - ax) * uy == (cy - ay) * ux:
        for x, y in edge:
            share = Fraction((x - ax) * ux + (y - ay) * uy, ux * ux + uy * uy)
            if 0 <= share <= 1:
                yield share


def _at(one: Point, two: Point, share: Fraction) -> tuple[Fraction, Fraction]:
    return one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1])


def _inside(point: tuple[Fraction, Fraction], edges: Sequence[tuple[Point, Point]]) -> bool:
    """Tell whether a point lies inside, not on the outline: by the crossings of a ray to the east."""
    x, y = point
    within = False
    for (ax, ay), (bx, by) in edges:
        side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        if side == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return False
        if (ay > y) != (by > y) and (side > 0) == (by > ay):
            within = not within
    return within


# Random maps


def random_stack(seed: int) -> tuple[Stack, tuple[Spot, ...], Pace]:
    """Draw two or three levels of scattered boxes, barriers and shapes that several levels share."""
    chance = Random(seed)
    levels = chance.choice([2, 2, 3])
    shared = [_shape(chance) for _ in range(chance.choice([0, 1, 2]))]
    solid = []
    for _ in range(levels):
        shapes = [_shape(chance) for _ in range(chance.choice([0, 1, 2]))]
        shapes += [shape for shape in shared if chance.random() < 0.7]
        shapes += [_barrier(chance)] if chance.random() < 0.4 else []
        solid.append(cleaning.merged(shapes))
    stack = Stack.of([60.0 + 40.0 * level for level in range(levels)], solid)
    places = [(chance.randrange(-900_000, 900_000), chance.randrange(-900_000, 900_000)) for _ in range(3)]
    inside = stack.inside(np.array(places))
    spots = tuple(
        Spot(
            name=str(number),
            place_mm=place,
            ground_m=chance.choice([0.0, 20.0]),
            levels=tuple(level for level in range(levels) if not inside[: level + 1, number].any()),
        )
        for number, place in enumerate(places)
    )
    pace = Pace(
        air_speed_mps=10.0,
        climb_s_per_m=chance.choice([0.01, 0.3, 2.0]),
        descent_s_per_m=chance.choice([0.01, 0.5]),
        climb_power_ratio=1.2,
        wind_mps=chance.choice([0.0, 6.0]),
        wind_from_deg=chance.choice([0.0, 70.0]),
    )
    return stack, spots, pace


def _shape(chance: Random) -> shapely.Polygon:
    west, south = chance.randrange(-8, 7) * 100, chance.randrange(-8, 7) * 100
    if chance.random() < 0.3:
        points = [(west, south), (west + 300, south + chance.randrange(50, 350)), (west - 50, south + 400)]
        return shapely.Polygon(points)
    return shapely.box(west, south, west + chance.randrange(1, 6) * 100, south + chance.randrange(1, 6) * 100)


def _barrier(chance: Random) -> shapely.Polygon:
    west = chance.randrange(-6, 6) * 100
    return shapely.box(west, -3000, west + 100, 3000)
