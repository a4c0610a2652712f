"""Heights that say what they are measured from, the band between two of them, and what they come to above the sea.

A height becomes metres above mean sea level (EGM96) only through a :class:`HeightFrame`, and then as a span: the
ground is uneven, the geoid is not flat, and a flight level moves with the weather.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

import shapely

from airspace.earth.geoids import undulation_span_m
from airspace.earth.terrain import FlatGround, Terrain

LEVEL_M = 30.48
"""One flight level, 100 ft, exactly."""

LEAST_RISE_M = 0.1
"""Flight levels are at least this far apart, and pads this far below them: less takes no time that a record tells."""

QNH_HPA = (950.0, 1050.0)
"""Sea level pressures that a flight level is read with: beyond what typhoons and winter highs bring to the region
(Hong Kong's record is 953.2 hPa, Typhoon Wanda, 1962)."""

METRES_PER_HPA = 9.0
"""How far a pressure surface moves at most for one hectopascal in the lowest three kilometres: 27 to 30 ft (ICAO Doc
7488)."""


class Reference(StrEnum):
    """What a height is measured from."""

    AGL = "AGL"
    """Above the ground below."""
    AMSL = "AMSL"
    """Above mean sea level, which is the geoid EGM96."""
    W84 = "WGS84"
    """Above the WGS 84 ellipsoid, as satellite navigation and ASTM F3548 tell it."""
    PAD = "PAD"
    """Above a pad, as autopilots tell it."""
    FL = "FL"
    """Pressure altitude, above the 1013.25 hPa surface: metres of the standard atmosphere, 30.48 to a flight level."""


def far_above(lower_m: float, upper_m: float) -> bool:
    """Tell whether a height is so far above another that a climb between them takes a time that a record tells."""
    return round(upper_m - lower_m, 6) >= LEAST_RISE_M


def rise_enough(levels_m: Sequence[float]) -> bool:
    """Tell whether there are levels, from the lowest to the highest, with enough between them."""
    return bool(levels_m) and all(far_above(*pair) for pair in pairwise(levels_m))


@dataclass(frozen=True, slots=True, kw_only=True)
class Height:
    """A height in metres with its reference."""

    value_m: float
    reference: Reference
    pad: str = ""
    """The id of the pad it is measured from, with the reference PAD only."""

    def __post_init__(self) -> None:
        if not math.isfinite(self.value_m):
            raise ValueError(f"height: expected a finite number of metres, got {self.value_m}")
        if bool(self.pad) != (self.reference is Reference.PAD):
            raise ValueError(f"height: expected a pad with the reference PAD and only there, got {self.pad!r}")

    def __str__(self) -> str:
        if self.value_m == 0 and self.reference is Reference.AGL:
            return "GND"
        if self.reference is Reference.FL:
            return f"FL {self.value_m / LEVEL_M:g}"
        if self.reference is Reference.PAD:
            return f"{self.value_m:g} m above pad {self.pad}"
        return f"{self.value_m:g} m {self.reference}"

    @property
    def datum(self) -> tuple[Reference, str]:
        """What it is measured from; heights of one datum can be compared."""
        return self.reference, self.pad


GROUND = Height(value_m=0.0, reference=Reference.AGL)


@dataclass(frozen=True, kw_only=True, eq=False)
class HeightFrame:
    """What the heights over an airspace are measured from."""

    terrain: Terrain = field(default_factory=lambda: FlatGround(lowest_m=0.0, highest_m=0.0))
    pads_amsl_m: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Elevation of each pad by its id."""

    def span_amsl_m(self, height: Height, area: shapely.Geometry | None = None) -> tuple[float, float]:
        """Return the lowest and the highest that a height over a WGS 84 geometry can be, metres AMSL (EGM96).

        Raises
        ------
        ValueError
            For a height above the ellipsoid without a geometry: the geoid differs from place to place.
        LookupError
            For a height above a pad that is not known here.
        """
        low_m, high_m = self._datum_span_m(height, area)
        return height.value_m + low_m, height.value_m + high_m

    def _datum_span_m(self, height: Height, area: shapely.Geometry | None) -> tuple[float, float]:
        if height.reference is Reference.AMSL:
            return 0.0, 0.0
        if height.reference is Reference.AGL:
            return self.terrain.span_amsl_m(area)
        if height.reference is Reference.W84:
            return _ellipsoid_span_m(area)
        if height.reference is Reference.FL:
            return _pressure_span_m()
        if height.pad not in self.pads_amsl_m:
            raise LookupError(f"height: expected a pad of this airspace, got {height.pad!r}")
        elevation_m = self.pads_amsl_m[height.pad]
        return elevation_m, elevation_m


def _ellipsoid_span_m(area: shapely.Geometry | None) -> tuple[float, float]:
    """Return where the ellipsoid lies, metres AMSL: H = h - N, with N the undulation of the geoid."""
    if area is None:
        raise ValueError("height: expected an area below a height above the ellipsoid, got none")
    lowest_m, highest_m = undulation_span_m(area)
    return -highest_m, -lowest_m


def _pressure_span_m() -> tuple[float, float]:
    """Return how far the 1013.25 hPa surface can lie from mean sea level."""
    low_hpa, high_hpa = (pressure - 1013.25 for pressure in QNH_HPA)
    return low_hpa * METRES_PER_HPA, high_hpa * METRES_PER_HPA


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A span of heights, from floor to ceiling; each end has its own reference."""

    lower: Height
    upper: Height | None
    """None when there is no ceiling."""

    def __post_init__(self) -> None:
        upper = self.upper
        if upper is None or upper.datum != self.lower.datum:
            return
        if not self.lower.value_m < upper.value_m:
            raise ValueError(f"band: expected lower below upper, got {self.lower} and {upper}")

    def __str__(self) -> str:
        return f"{self.lower} to {self.upper or 'UNL'}"

    def widest_amsl_m(self, frame: HeightFrame, area: shapely.Geometry | None = None) -> tuple[float, float]:
        """Return the lowest floor and highest ceiling, metres AMSL, that the band can have over an area.

        This is the side to err on for a zone that must be kept clear of. A floor on the ground reaches down
        without end, so that nothing slips below it. Where ends of two datums turn out upside down nobody can tell
        which of them is wrong, and all that lies between them counts.
        """
        lower_m = -math.inf if self.lower == GROUND else frame.span_amsl_m(self.lower, area)[0]
        upper_m = math.inf if self.upper is None else frame.span_amsl_m(self.upper, area)[1]
        return min(lower_m, upper_m), max(lower_m, upper_m)

    def narrowest_amsl_m(self, frame: HeightFrame, area: shapely.Geometry | None = None) -> tuple[float, float]:
        """Return the highest floor and lowest ceiling, metres AMSL: the side to err on for a gate to stay inside of."""
        lower_m = -math.inf if self.lower == GROUND else frame.span_amsl_m(self.lower, area)[1]
        upper_m = math.inf if self.upper is None else frame.span_amsl_m(self.upper, area)[0]
        return lower_m, upper_m
