"""A battery pack: what of its energy cold, age and current leave, how it is charged, and how many there are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from airspace.model.sources import Confidence, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The packs that an aircraft flies with, taken as one; :data:`PACK_SOURCES` says what the defaults are worth."""

    energy_wh: float
    """Nominal: new, full, warm, at a low current."""
    warm_c: float = 20.0
    """Pack temperature below which energy is lost."""
    cold_loss_per_c: float = 0.006
    """Share lost for each degree below that."""
    coldest_c: float = 5.0
    """Pack temperature below which it is not flown."""
    hottest_c: float = 45.0
    """Pack temperature above which it is neither flown nor charged: cells take harm."""
    loss_per_c_rate: float = 0.012
    """Share lost inside the pack for each C of current."""
    floor: float = 0.2
    """Share that is never used."""
    cycles_to_80: float = 300.0
    """Full cycles until it holds four fifths."""
    retired_at: float = 0.8
    """Health below which it does not fly."""
    charge_w: float
    """Of the charger, at its output."""
    charge_efficiency: float = 0.9
    """Energy stored over energy from the charger."""
    slow_from: float = 0.85
    """State of charge from which the voltage is held and the current falls."""
    slow_factor: float = 3.0
    """How much slower it charges from there."""
    cool_s: float = 600.0
    """Rest between landing and charging."""

    def __post_init__(self) -> None:
        for name in ("energy_wh", "cycles_to_80", "charge_w"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise ValueError(f"pack: expected {name} > 0, got {getattr(self, name)}")
        for name in ("cold_loss_per_c", "loss_per_c_rate", "cool_s"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ValueError(f"pack: expected {name} >= 0, got {getattr(self, name)}")
        for name in ("charge_efficiency", "slow_from", "retired_at"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"pack: expected {name} in (0, 1], got {getattr(self, name)}")
        if not 0 <= self.floor < 1:
            raise ValueError(f"pack: expected floor in [0, 1), got {self.floor}")
        if not (math.isfinite(self.slow_factor) and self.slow_factor >= 1):
            raise ValueError(f"pack: expected slow_factor >= 1, got {self.slow_factor}")
        if not self.coldest_c <= self.warm_c <= self.hottest_c:
            told = f"{self.coldest_c}, {self.warm_c}, {self.hottest_c}"
            raise ValueError(f"pack: expected coldest_c <= warm_c <= hottest_c, got {told}")


def _assumed(citation: str) -> Source:
    return Source(citation=citation, confidence=Confidence.ASSUMED)


def _sourced(citation: str) -> Source:
    return Source(citation=citation, confidence=Confidence.SOURCED)


_DRONE_AWE = "rymanderson/drone_awe, README"
PACK_SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "warm_c": _assumed("engineering choice"),
        "cold_loss_per_c": _assumed(
            "engineering choice; a calculator page has 0.017 below 25 degrees, which looks harsh"
        ),
        "coldest_c": _assumed("engineering choice"),
        "hottest_c": _sourced("a vendor's page on lithium cells"),
        "loss_per_c_rate": _assumed("engineering choice: some 5 % at 4 C"),
        "floor": _sourced("a study guide for remote pilots: land with at least 20 %"),
        "cycles_to_80": _sourced("300, between 150 and 1000, in the code of Rodrigues et al. 2022"),
        "retired_at": _sourced(f"{_DRONE_AWE}: retired at 80 to 85 %"),
        "charge_efficiency": _assumed("engineering choice; 0.88 stands in the code of Rodrigues et al. 2022"),
        "slow_from": _assumed("engineering choice: constant current ends at 80 to 90 %"),
        "slow_factor": _assumed("engineering choice"),
        "cool_s": _assumed("engineering choice"),
    }
)
"""What the defaults of a pack are worth, by their names; none of them was measured on an aircraft of this project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackStock:
    """The spare packs of one kind at a pad, with the chargers they share; seconds on any one clock."""

    ready_s: tuple[float, ...]
    """When each spare is charged."""
    free_s: tuple[float, ...]
    """When each charger is free."""

    def __post_init__(self) -> None:
        if not self.ready_s or not self.free_s:
            raise ValueError(f"pack stock: expected spares and chargers, got {len(self.ready_s)}, {len(self.free_s)}")

    @classmethod
    def full(cls, *, packs: int, chargers: int) -> PackStock:
        """Return spares that are all charged, and chargers that are all free.

        Raises
        ------
        ValueError
            If there are none of either.
        """
        return cls(ready_s=(0.0,) * packs, free_s=(0.0,) * chargers)

    @property
    def next_s(self) -> float:
        """When a spare is ready, at the earliest."""
        return min(self.ready_s)

    def taken(self, *, ready_s: float, free_s: float) -> PackStock:
        """Return the stock with its first spare taken and the pack given back ready at a time, off its charger."""
        spares = sorted([*sorted(self.ready_s)[1:], ready_s])
        return replace(self, ready_s=tuple(spares), free_s=tuple(sorted([*sorted(self.free_s)[1:], free_s])))
