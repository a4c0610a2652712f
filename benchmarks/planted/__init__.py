"""Small days that serve every order, and one cause planted in each that keeps one order from being served.

A day may have a decoy too: something that could be in the way, and is not. Each family of causes has a module; a new
cause is a function there, under ``plants`` with the code that is right for it.
"""

from __future__ import annotations

from random import Random

from benchmarks.planted import airspaces, boxes, customs, days, decoys, energies, hours, laws, libraries
from benchmarks.planted.worlds import DECOYS, PLANTS, TARGET, Plant, Planted, Scene, scene

FAMILIES = (boxes, customs, airspaces, laws, hours, energies, days, libraries, decoys)
"""In this order their causes stand in the table; to name them is to load them."""

__all__ = ["DECOYS", "FAMILIES", "PLANTS", "TARGET", "Plant", "Planted", "Scene", "planted"]


def planted(plant: Plant, seed: int) -> Planted:
    """Draw a day with a cause, and every second time with a decoy; the same for the same seed."""
    chance = Random(f"{plant.name} {seed}")  # noqa: S311 - a day, not a secret
    drawn = scene(chance, two_sides=plant.two_sides)
    decoy = chance.choice(sorted(DECOYS)) if seed % 2 else ""
    before = DECOYS[decoy](drawn, chance) if decoy else drawn
    return Planted(plant=plant, before=before, after=plant.make(before, chance), decoy=decoy)
