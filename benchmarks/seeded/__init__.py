"""Faults put into right plans, and just-clear twins of them: the same change, kept on the right side.

Each family of faults has a module; a new kind is a function there, under ``fault`` with the rules of which one has to
find it. It returns a fault and its twin, or None where the plan drawn has no room for it.
"""

from __future__ import annotations

from benchmarks.seeded import heights, loads, meetings, permits, places, records, times
from benchmarks.seeded.worlds import KINDS, Kind, Seeded, World, seeded

FAMILIES = (places, heights, permits, times, loads, records, meetings)
"""In this order their kinds stand in the table; to name them is to load them."""

__all__ = ["FAMILIES", "KINDS", "Kind", "Seeded", "World", "seeded"]
