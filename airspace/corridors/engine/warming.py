"""Loading the engine, and compiling it ahead of its first use."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
import shapely

from airspace.corridors.engine.tables import Integers
from airspace.patience import told_when_slow

_loaded = threading.Event()
_loading = threading.Lock()


def load() -> Callable[[Sequence[shapely.Polygon], Integers], Integers]:
    """Return :func:`~airspace.corridors.engine.spaces.seen_pairs` with all loops compiled.

    The very first time on a machine that takes some ten seconds, which is told in one line of the log.
    """
    with _loading:
        if not _loaded.is_set():
            with told_when_slow("the path engine, once, for some ten seconds", logging.getLogger(__name__)):
                _exercise()
            _loaded.set()
    from airspace.corridors.engine.spaces import seen_pairs

    return seen_pairs


def warm() -> float:
    """Compile every loop, or read it from disk, and return how many seconds that took."""
    began = time.perf_counter()
    load()
    return time.perf_counter() - began


def _exercise() -> None:
    """Run everything once on the smallest of maps, so that everything is compiled or read from disk."""
    from airspace.corridors.engine import searches, spaces

    space = spaces.Space.among([shapely.box(-1, -1, 1, 1)])
    views = space.views(np.array([[-3000, 0], [3000, 0]]))
    searches.matrix(space, views)
    searches.tree(space, views, 0)
    searches.Finder(space).line((-3000, 0), (3000, 0))
