"""Compiling the check's loops ahead of their first use."""

from __future__ import annotations

import logging
import time
from functools import cache

import numpy as np

from airspace.patience import told_when_slow
from planner.safety.conflicts import Separation, Tracks, conflicts, forbidden
from planner.safety.volumes import Volumes, forbidden_by_volumes, meetings


@cache
def warm() -> float:
    """Hold two flights against each other and a volume, so that everything has run once; return seconds it took."""
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
    zero = np.zeros(1)
    circle = Volumes(
        first=np.arange(2), corners_m=here[:1, :2], radius_m=zero + 1, low_m=zero, high_m=zero + 1, start_s=zero,
        end_s=zero + 1,
    )  # fmt: skip
    meetings(both, circle, apart)
    forbidden_by_volumes(both, circle, apart)
