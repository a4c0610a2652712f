"""Compiling the check's loops ahead of their first use."""

from __future__ import annotations

import logging
import time
from functools import cache

import numpy as np

from airspace.patience import told_when_slow
from planner.safety.conflicts import Separation, Tracks, conflicts, forbidden


@cache
def warm() -> float:
    """Look for conflicts between two flights, so that everything has run once; return seconds it took."""
    began = time.perf_counter()
    with told_when_slow("the search for conflicts, once, for some twenty seconds", logging.getLogger(__name__)):
        _exercise()
    return time.perf_counter() - began


def _exercise() -> None:
    apart = Separation(horizontal_m=30, vertical_m=10, timing_s=10)
    here = np.zeros((2, 3))
    both = Tracks(flight=np.arange(2), start_s=np.zeros(2), end_s=np.ones(2), from_m=here, to_m=here)
    conflicts(both, apart)
    forbidden(both, both, apart)
