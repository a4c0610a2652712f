"""An alarm for compiled code, which cannot look at a clock: a flag that it looks at, raised by a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Flag: TypeAlias = npt.NDArray[np.bool_]
"""Shape (1,)."""


@contextmanager
def alarm(seconds: float | None) -> Iterator[Flag]:
    """Yield a flag that is raised once some seconds are over; never without a limit.

    Compiled loops run without the interpreter's lock, so that the thread comes to its turn.
    """
    flag: Flag = np.zeros(1, np.bool_)
    if seconds is None:
        yield flag
        return
    timer = threading.Timer(seconds, flag.fill, [True])
    timer.daemon = True
    timer.start()
    try:
        yield flag
    finally:
        timer.cancel()
