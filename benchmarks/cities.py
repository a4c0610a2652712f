"""Seeded maps: cities of any size, with zones grown by 50 m and pads between them.

And two that are hard: a country of rough outlines, and zones by the hundred thousand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors import cleaning
from airspace.earth.frame import Frame
from airspace.earth.heights import GROUND, Band
from airspace.model.zones import Restriction, Zone

KM2_A_ZONE = 15.0
KEEP_OUT_M = 50.0
KEPT_M = 60.0
"""How far pads stand off the obstacles."""

Chance = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class City:
    """Zones, the obstacles grown from them, and pads; metres."""

    zones: npt.NDArray[np.object_]
    obstacles: list[shapely.Polygon]
    pads: npt.NDArray[np.int64]
    """Whole millimetres, shape (pads, 2)."""

    @property
    def vertices(self) -> int:
        """How many vertices the obstacles have."""
        return len(shapely.get_coordinates(np.array(self.obstacles))) - len(shapely.get_rings(np.array(self.obstacles)))


def city(vertices: int, pads: int = 200, seed: int = 1) -> City:
    """Return a city whose obstacles have about so many vertices."""
    chance = np.random.default_rng(seed)
    count = max(2, round(vertices / VERTICES_A_ZONE))
    side_m = math.sqrt(count * KM2_A_ZONE) * 1000
    zones = np.array([_zone(chance, side_m) for _ in range(count)], dtype=object)
    obstacles = cleaning.obstacles(list(zones), KEEP_OUT_M)
    return City(zones=zones, obstacles=obstacles, pads=_pads(chance, side_m, obstacles, pads))


VERTICES_A_ZONE = 43.6


def _zone(chance: Chance, side_m: float) -> shapely.Polygon:
    middle = chance.uniform(0, side_m, 2)
    draw = (_disc, _block, _star, _strip)[chance.choice(4, p=[0.3, 0.35, 0.25, 0.1])]
    turned = shapely.affinity.rotate(draw(chance), chance.uniform(0, 360), origin=(0, 0))
    return shapely.transform(turned, lambda points: points + middle)


def _disc(chance: Chance) -> shapely.Polygon:
    return shapely.Point(0, 0).buffer(chance.uniform(150, 1200), quad_segs=8)


def _block(chance: Chance) -> shapely.Polygon:
    width_m, height_m = chance.uniform(100, 2000, 2)
    return shapely.box(-width_m / 2, -height_m / 2, width_m / 2, height_m / 2)


def _star(chance: Chance) -> shapely.Polygon:
    corners = int(chance.integers(5, 10))
    turn = np.arange(corners) * (2 * math.pi / corners)
    return shapely.Polygon(np.column_stack((np.cos(turn), np.sin(turn))) * chance.uniform(200, 1500, (corners, 1)))


def _strip(chance: Chance) -> shapely.Polygon:
    course = np.cumsum(np.column_stack((np.full(4, 1200.0), chance.uniform(-600, 600, 4))), axis=0)
    return shapely.LineString(course).buffer(40.0, quad_segs=2)


def country(count: int = 5900, seed: int = 1) -> npt.NDArray[np.object_]:
    """Return overlapping zones with outlines as those of reserves and districts: rough at every scale, metres.

    5,900 of them come to some 520,000 vertices when they are cleaned.
    """
    chance = np.random.default_rng(seed)
    side_m = math.sqrt(count * KM2_A_RESERVE) * 1000
    return shapely.make_valid(np.array([_reserve(chance, side_m) for _ in range(count)], dtype=object))


KM2_A_RESERVE, STEP_M = 20.0, 117.0


def _reserve(chance: Chance, side_m: float) -> shapely.Polygon:
    """Draw a ring whose reach is a sum of waves, the shorter the lower."""
    size_m = math.exp(chance.uniform(math.log(300), math.log(6000)))
    corners = max(20, round(2 * math.pi * size_m / STEP_M))
    waves = np.arange(2, corners // 3)
    heights = chance.uniform(0.2, 1, len(waves)) * 0.6 / waves**1.3
    spectrum = np.zeros(corners // 2 + 1, complex)
    spectrum[waves] = heights / 2 * corners * np.exp(1j * chance.uniform(0, 2 * math.pi, len(waves)))
    reach_m = np.maximum(1 + np.fft.irfft(spectrum, corners), 0.1) * size_m
    turn = np.arange(corners) * (2 * math.pi / corners)
    ring = np.column_stack((np.cos(turn), np.sin(turn))) * reach_m[:, None]
    return shapely.Polygon(ring + chance.uniform(0, side_m, 2))


FRAME = Frame(lon=114.1, lat=22.5)


def tiny_zones(count: int, apart_m: float) -> tuple[Zone, ...]:
    """Return zones five metres wide, scattered with so many metres between them on average."""
    chance = np.random.default_rng(1)
    reach_m = math.sqrt(count) * apart_m / 2
    corners = chance.uniform(-reach_m, reach_m, (count, 2))
    areas = FRAME.unproject(shapely.box(*corners.T, *(corners + 5.0).T))
    band = Band(lower=GROUND, upper=None)
    return tuple(
        Zone(id=f"Z{number}", name="tiny", restriction=Restriction.PROHIBITED, area=area, band=band)
        for number, area in enumerate(areas)
    )


def _pads(chance: Chance, side_m: float, obstacles: list[shapely.Polygon], count: int) -> npt.NDArray[np.int64]:
    tree = shapely.STRtree(obstacles)
    spots = np.rint(chance.uniform(0, side_m, (3 * count + 20, 2)) * 1000).astype(np.int64)
    near = tree.query(shapely.points(spots / 1000), predicate="dwithin", distance=KEPT_M)[0]
    return np.delete(spots, np.unique(near), axis=0)[:count]
