"""Loading the engine, and compiling it ahead of its first use."""

from __future__ import annotations

import logging
import threading
from types import ModuleType

import numpy as np
import shapely

PATIENCE_S = 1.5
"""Loading compiled loops from disk takes half a second; what takes longer is compiling."""

_loaded = threading.Event()
_loading = threading.Lock()


def load() -> ModuleType:
    """Return the module ``spaces`` with all loops compiled.

    The very first time on a machine that takes some ten seconds, which is told in one line of the log.
    """
    with _loading:
        if not _loaded.is_set():
            _told_when_slow()
            _loaded.set()
    from airspace.corridors.engine import spaces

    return spaces


def _told_when_slow() -> None:
    """Exercise every loop; tell when that takes long."""
    log = logging.getLogger(__name__)
    told = threading.Timer(
        PATIENCE_S,
        log.warning,
        ["compiling the path engine, once, for some ten seconds; `skyferry warm` does it ahead"],
    )
    told.daemon = True
    told.start()
    try:
        _exercise()
    finally:
        told.cancel()


def _exercise() -> None:
    """Run everything once on the smallest of maps, so that everything is compiled or read from disk."""
    from airspace.corridors.engine import searches, spaces

    space = spaces.Space.among([shapely.box(-1, -1, 1, 1)])
    views = space.views(np.array([[-3000, 0], [3000, 0]]))
    searches.matrix(space, views)
    searches.tree(space, views, 0)
    searches.Finder(space).line((-3000, 0), (3000, 0))
