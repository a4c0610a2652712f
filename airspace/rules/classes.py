"""Classes of aircraft by mass, as a law defines them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from airspace.rules.pieces import Piece


class Mass(StrEnum):
    """Which mass of an aircraft a limit is about."""

    EMPTY = "empty_mass"
    """Without payload, with its packs."""
    MAX_TAKEOFF = "max_takeoff_mass"
    """The most it may weigh by design."""
    TAKEOFF = "takeoff_mass"
    """What it weighs on the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MassLimit:
    """A mass that a class does not exceed."""

    of: Mass
    most_kg: float
    below: bool = False
    """True when the limit itself is already outside the class."""

    def keeps(self, piece: Piece) -> bool | None:
        """Tell whether an aircraft is within the limit; None when its masses do not tell."""
        lowest_kg, highest_kg = _span_kg(self.of, piece)
        if highest_kg < self.most_kg or (highest_kg == self.most_kg and not self.below):
            return True
        if lowest_kg > self.most_kg or (lowest_kg == self.most_kg and self.below):
            return False
        return None

    def __str__(self) -> str:
        words = self.of.value.replace("_", " ")
        return f"{words} {'below' if self.below else 'up to'} {self.most_kg:g} kg"


@dataclass(frozen=True, slots=True, kw_only=True)
class MassClass:
    """A class of aircraft: all its limits are kept, and the aircraft is in no class before it."""

    name: str
    limits: tuple[MassLimit, ...]
    """Empty for a class that takes in everything else."""

    def __str__(self) -> str:
        return f"{self.name} ({' and '.join(map(str, self.limits)) or 'all others'})"


NO_CLASS = ""
"""Stands for an aircraft heavier than every class."""


def possible_classes(classes: tuple[MassClass, ...], piece: Piece) -> frozenset[str]:
    """Return the names of the classes an aircraft can be in, by the masses that are known; one when they tell."""
    possible: set[str] = set()
    for candidate in classes:
        kept = [limit.keeps(piece) for limit in candidate.limits]
        if False in kept:
            continue
        possible.add(candidate.name)
        if None not in kept:
            return frozenset(possible)
    return frozenset(possible | {NO_CLASS})


def _span_kg(mass: Mass, piece: Piece) -> tuple[float, float]:
    """Return the least and the most a mass can be: what flies weighs no less than empty and no more than the limit."""
    takeoff_kg = piece.takeoff_mass_kg
    if mass is Mass.TAKEOFF:
        return takeoff_kg, takeoff_kg
    if mass is Mass.EMPTY:
        return (0, takeoff_kg) if piece.empty_mass_kg is None else (piece.empty_mass_kg, piece.empty_mass_kg)
    if piece.max_takeoff_mass_kg is None:
        return takeoff_kg, math.inf
    heaviest_kg = max(piece.max_takeoff_mass_kg, takeoff_kg)
    return heaviest_kg, heaviest_kg
