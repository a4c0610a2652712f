"""Small random maps in metres: a few zones, a few pads, and the airspace they make."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from hypothesis import assume
from hypothesis import strategies as st

from airspace.model.skies import Airspace
from tests.airspace.corridors.maps import a_pad, a_zone

Spot = tuple[float, float]
REACH_M = 1500
places = st.integers(-REACH_M, REACH_M)
spots = st.tuples(places, places)


@dataclass(frozen=True)
class Map:
    zones: tuple[shapely.Polygon, ...]
    pads: tuple[Spot, ...]

    def moved(self, move: Callable[[np.ndarray], np.ndarray]) -> Map:
        pads = move(np.array(self.pads, dtype=float)).tolist()
        return Map(tuple(shapely.transform(zone, move) for zone in self.zones), tuple((x, y) for x, y in pads))

    @property
    def names(self) -> list[str]:
        return [f"P{number}" for number in range(len(self.pads))]

    @property
    def sky(self) -> Airspace:
        zones = tuple(a_zone(zone, f"Z{number}") for number, zone in enumerate(self.zones))
        pads = tuple(a_pad(name, *spot) for name, spot in zip(self.names, self.pads, strict=True))
        return Airspace(zones=zones, pads=pads)


@st.composite
def boxes(draw: st.DrawFn) -> shapely.Polygon:
    x, y = draw(spots)
    return shapely.box(x, y, x + draw(st.integers(20, 900)), y + draw(st.integers(20, 900)))


@st.composite
def discs(draw: st.DrawFn) -> shapely.Polygon:
    return shapely.Point(draw(spots)).buffer(draw(st.integers(30, 500)), quad_segs=draw(st.sampled_from([2, 5, 9])))


@st.composite
def stars(draw: st.DrawFn) -> shapely.Polygon:
    """Polygons round a middle with corners near and far, so that some stick in."""
    radii_m = draw(st.lists(st.integers(80, 700), min_size=3, max_size=8))
    turn = np.arange(len(radii_m)) * (2 * math.pi / len(radii_m)) + draw(st.integers(0, 9)) / 10
    star = shapely.Polygon(np.column_stack((np.cos(turn), np.sin(turn))) * np.array(radii_m)[:, None] + draw(spots))
    assume(star.is_valid)
    return star


zones = st.one_of(boxes(), discs(), stars())


@st.composite
def maps(draw: st.DrawFn, *, max_zones: int = 4) -> Map:
    drawn = draw(st.lists(zones, min_size=1, max_size=max_zones))
    # Two pads stand far out, so that every map has a way that can be blocked by what lies between.
    pads = [(-2300, draw(places)), (2300, draw(places)), *draw(st.lists(spots, max_size=3, unique=True))]
    return Map(tuple(drawn), tuple(pads))
