"""Seconds by the clock on a machine that others use too."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tables import told_s

QUIET_SHARE = 0.03
LOOK_S = 0.5
"""How long it is looked whether others use the machine."""

STAT = Path("/proc/stat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """The quickest of some runs."""

    seconds: float
    cpu_s: float
    """Of all threads together, which does not depend on what others do."""
    others_share: float
    """How much of the machine's CPU time others used meanwhile; not a number where nobody tells."""

    def __str__(self) -> str:
        if not self.others_share > QUIET_SHARE:
            return told_s(self.seconds)
        busy = f"{told_s(self.cpu_s)} of CPU; others used {self.others_share:.0%} of the machine meanwhile"
        return f"{told_s(self.seconds)} ({busy})"


def clocked(work: Callable[[], object], *, runs: int = 3, patience_s: float = 0.0) -> Timed:
    """Return the quickest of some runs by the clock.

    Where others kept the machine busy, it is run again whenever they leave it alone, until patience ends.
    """
    quickest = min((_once(work) for _ in range(runs)), key=_seconds)
    deadline = time.monotonic() + patience_s
    while quickest.others_share > QUIET_SHARE and time.monotonic() < deadline:
        if _once(lambda: time.sleep(LOOK_S)).others_share < QUIET_SHARE:
            quickest = min(quickest, _once(work), key=_seconds)
    return quickest


def _seconds(timed: Timed) -> float:
    return timed.seconds


def _once(work: Callable[[], object]) -> Timed:
    everybody_s, cpu_s, began = _used_s(), time.process_time(), time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    cpu_s = time.process_time() - cpu_s
    others_s = _used_s() - everybody_s - cpu_s
    return Timed(seconds=seconds, cpu_s=cpu_s, others_share=max(0.0, others_s) / (seconds * (os.cpu_count() or 1)))


def _used_s() -> float:
    """Return the CPU seconds that the machine has been used, not a number where it does not tell."""
    if not STAT.exists():
        return float("nan")
    user, nice, system, _idle, _wait, irq, softirq, *_ = map(int, STAT.read_text(encoding="ascii").split()[1:9])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
