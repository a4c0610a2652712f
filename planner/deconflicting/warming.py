"""Compiling the loops of deconflicting ahead of their first use."""

from __future__ import annotations

import logging
import time
from functools import cache

import numpy as np

from airspace.patience import told_when_slow
from planner.deconflicting.delays import batch
from planner.safety.conflicts import Separation, Tracks


@cache
def warm() -> float:
    """Delay one of two flights, so that everything has run once; return seconds it took."""
    began = time.perf_counter()
    here = np.zeros((2, 3))
    both = Tracks(flight=np.arange(2), start_s=np.zeros(2), end_s=np.ones(2), from_m=here, to_m=here)
    with told_when_slow("the placing of flights, once, for some ten seconds", logging.getLogger(__name__)):
        batch(both, Separation(horizontal_m=30, vertical_m=10, timing_s=10), longest_s=60)
    return time.perf_counter() - began
