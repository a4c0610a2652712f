"""Heights that say what they are measured from, and the band between two of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from airspace.earth.terrain import FlatGround


class Reference(StrEnum):
    """What a height is measured from."""

    AGL = "AGL"
    """Above the ground below."""
    AMSL = "AMSL"
    """Above mean sea level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Height:
    """A height in metres with its reference."""

    value_m: float
    reference: Reference

    def __post_init__(self) -> None:
        if not math.isfinite(self.value_m):
            raise ValueError(f"height: expected a finite number of metres, got {self.value_m}")

    def __str__(self) -> str:
        if self.value_m == 0 and self.reference is Reference.AGL:
            return "GND"
        return f"{self.value_m:g} m {self.reference}"


GROUND = Height(value_m=0.0, reference=Reference.AGL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A span of heights, from floor to ceiling; each end has its own reference."""

    lower: Height
    upper: Height | None
    """None when there is no ceiling."""

    def __post_init__(self) -> None:
        upper = self.upper
        if upper is None or upper.reference is not self.lower.reference:
            return
        if not self.lower.value_m < upper.value_m:
            raise ValueError(f"band: expected lower below upper, got {self.lower} and {upper}")

    def __str__(self) -> str:
        return f"{self.lower} to {self.upper or 'UNL'}"

    def widest_amsl_m(self, ground: FlatGround) -> tuple[float, float]:
        """Return the lowest floor and highest ceiling, metres AMSL, that the band can have over uncertain ground.

        This is the side to err on for a zone that must be kept clear of. A floor on the ground reaches down
        without end, so that nothing slips below it.
        """
        lower_m = -math.inf if self.lower == GROUND else self._amsl_m(self.lower, ground.lowest_m)
        upper_m = math.inf if self.upper is None else self._amsl_m(self.upper, ground.highest_m)
        return lower_m, upper_m

    def narrowest_amsl_m(self, ground: FlatGround) -> tuple[float, float]:
        """Return the highest floor and lowest ceiling, metres AMSL: the side to err on for a gate to stay inside of."""
        lower_m = -math.inf if self.lower == GROUND else self._amsl_m(self.lower, ground.highest_m)
        upper_m = math.inf if self.upper is None else self._amsl_m(self.upper, ground.lowest_m)
        return lower_m, upper_m

    @staticmethod
    def _amsl_m(height: Height, ground_m: float) -> float:
        return height.value_m + (ground_m if height.reference is Reference.AGL else 0.0)
