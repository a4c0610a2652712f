"""The ground below, as far as it is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatGround:
    """Ground known only at the pads: somewhere between the lowest and the highest of them.

    Hills do not appear here. Until a terrain model is read they are zones of their own, and a review says so.
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
