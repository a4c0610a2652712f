"""The profile of a leg: how it is flown, row by row, from take-off to the end of the hand-over."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

Column: TypeAlias = tuple[float, ...]
Unsure: TypeAlias = tuple[float | None, ...]


class Phase(StrEnum):
    """What an aircraft does between two rows; the words are part of the record."""

    CLIMB = "climb"
    CRUISE = "cruise"
    DESCENT = "descent"
    HOVER = "hover"
    """The hand-over at the end of a leg."""
    GROUND = "ground"
    """Landed: waiting for customs, or at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A leg as columns of one length, a row for every waypoint and at least every 250 m between them.

    Phase, speeds and power of a row hold from there to the next row; the last row is the end of the leg. Heights are
    metres AMSL.
    """

    along_m: Column
    """Flown over the ground so far."""
    t_s: Column
    """From the take-off of the leg."""
    lon: Column
    lat: Column
    """WGS 84, degrees."""
    alt_amsl_m: Column
    ground_amsl_m: Unsure
    """The highest that the ground can be there; None where nobody knows it."""
    floor_amsl_m: Unsure
    """As low as the aircraft may be there for zones closed to it that end below, the clearance kept; None without any.
    The ground is not among them."""
    cap_amsl_m: Unsure
    """As high as it may be there for zones closed to it that begin above, permits for some heights only and caps of a
    law above the ground; None without any."""
    phase: tuple[Phase, ...]
    ground_speed_mps: Column
    air_speed_mps: Column
    """What power is worked out for: level in cruise, straight up or down in climb and descent."""
    power_w: Column
    """At the battery terminals, with the policy's factor."""
    energy_wh: Column
    """Used so far, with the policy's factor."""
    state_of_charge: Column
    reserve_wh: Column
    """What must still be in the packs at the end, as seen from there."""

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in COLUMNS}
        if len(set(lengths.values())) > 1 or len(self.t_s) < 2:
            told = ", ".join(f"{name} {count}" for name, count in lengths.items())
            raise ValueError(f"profile: expected columns of one length, two rows or more, got {told}")
        for name in ("along_m", "t_s", "energy_wh"):
            column = getattr(self, name)
            falls = next((row for row, (a, b) in enumerate(pairwise(column), start=1) if b < a), None)
            if falls is not None:
                raise ValueError(f"profile: expected {name} not to fall, got {column[falls]} in row {falls}")

    def __len__(self) -> int:
        return len(self.t_s)

    def rows_at(self, times_s: Iterable[float]) -> tuple[int, ...]:
        """Return the rows nearest to some times, in seconds from take-off, each once and in order."""
        return tuple(sorted({self._row_at(t_s) for t_s in times_s}))

    def _row_at(self, t_s: float) -> int:
        after = min(bisect_left(self.t_s, t_s), len(self) - 1)
        before = max(after - 1, 0)
        return before if t_s - self.t_s[before] < self.t_s[after] - t_s else after


COLUMNS = tuple(field.name for field in fields(Profile))
"""The columns of a profile, in the order in which the record tells them."""
