"""The ground below, as far as it is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import shapely


class Terrain(Protocol):
    """Something that knows the ground, or knows how little it knows of it."""

    def span_amsl_m(self, area: shapely.Geometry | None = None) -> tuple[float, float]:
        """Return the lowest and the highest that the ground can be under a WGS 84 geometry, metres AMSL (EGM96).

        Without a geometry: anywhere. Where the ground is not known the span is (-inf, inf): unknown is never clear.
        """


class TerrainModel(Terrain, Protocol):
    """Terrain that knows the ground from place to place."""

    def above(
        self, level_amsl_m: float, bounds: tuple[float, float, float, float]
    ) -> Sequence[shapely.Polygon | shapely.MultiPolygon]:
        """Return WGS 84 areas that hold all ground higher than a level, or unknown, within west, south, east, north."""

    def below(
        self, level_amsl_m: float, bounds: tuple[float, float, float, float]
    ) -> Sequence[shapely.Polygon | shapely.MultiPolygon]:
        """Return WGS 84 areas that hold all ground lower than a level, or unknown, within west, south, east, north."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatGround:
    """Ground known only at the pads: somewhere between the lowest and the highest of them.

    Hills do not appear here. Without a terrain model they are zones of their own, and a review says so.
    """

    lowest_m: float
    """Metres AMSL."""
    highest_m: float
    """Metres AMSL."""

    def __post_init__(self) -> None:
        if not self.lowest_m <= self.highest_m:
            raise ValueError(f"ground: expected lowest <= highest, got {self.lowest_m} and {self.highest_m}")

    @classmethod
    def at_pads(cls, elevations_amsl_m: Iterable[float]) -> FlatGround:
        """Return the ground that some pad elevations, metres AMSL, allow for; sea level when there are none."""
        elevations = sorted(elevations_amsl_m) or [0.0]
        return cls(lowest_m=elevations[0], highest_m=elevations[-1])

    def span_amsl_m(self, area: shapely.Geometry | None = None) -> tuple[float, float]:  # noqa: ARG002 - the same everywhere
        """Return the lowest and the highest ground, metres AMSL: the same everywhere."""
        return self.lowest_m, self.highest_m
