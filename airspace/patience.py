"""Telling whoever waits what takes so long."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 1.5
"""Loading compiled loops from disk takes half a second; what takes longer is compiling."""


@contextmanager
def told_when_slow(what: str, log: logging.Logger) -> Iterator[None]:
    """Tell what is compiled meanwhile, once, where that takes longer than loading does."""
    told = threading.Timer(PATIENCE_S, log.warning, [f"compiling {what}; `skyferry warm` does it ahead"])
    told.daemon = True
    told.start()
    try:
        yield
    finally:
        told.cancel()
