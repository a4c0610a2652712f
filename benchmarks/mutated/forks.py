"""Work done in a fork of this process: it may change whatever it likes, and ends by itself or when its time is up."""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOM_BYTES = 8 << 30
"""Address space of a fork: a fault that fills the memory ends in an error."""
TIME_UP = (signal.SIGXCPU, signal.SIGPROF)
"""What ends a process by the system's limit, and by a timer of its own."""
SLACK = 20
"""How many times as long as its CPU time a fork may take by the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a fork came to its end."""

    told: Any = None
    """What it returned."""
    late: bool = False
    """Whether its time was up."""
    died: bool = False
    """Whether something ended it that it could not help."""
    error: str = ""
    """What it raised."""


def forked(work: Callable[[], Any], *, cpu_s: float | None = None, quiet: bool = True) -> Ended:
    """Do some work in a fork, and return what it returns: something that can be pickled."""
    descriptor, name = tempfile.mkstemp(prefix="fork-")
    os.close(descriptor)
    answer = Path(name)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _within(work, answer, cpu_s, quiet=quiet)
    try:
        late = not _awaited(child, cpu_s)
        return _ended(answer.read_bytes(), late=late)
    finally:
        answer.unlink()


def leave(told: object, answer: Path) -> None:
    """End this process here and now, with an answer."""
    answer.write_bytes(pickle.dumps(told))
    os._exit(0)


def _within(work: Callable[[], Any], answer: Path, cpu_s: float | None, *, quiet: bool) -> None:
    try:
        os.setpgid(0, 0)
        if quiet:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        if cpu_s is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_s) + 1, int(cpu_s) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (ROOM_BYTES, ROOM_BYTES))
        told = Ended(told=work())
    except BaseException as error:  # noqa: BLE001 - told to the process that waits, which judges it
        told = Ended(error=f"{type(error).__name__}: {error}")
    leave(told, answer)


def _awaited(child: int, cpu_s: float | None) -> bool:
    """Wait for a fork, and return whether it ended before its time was up."""
    handle = os.pidfd_open(child)
    patience_s = None if cpu_s is None else SLACK * cpu_s
    ready, _, _ = select.select([handle], [], [], patience_s)
    os.close(handle)
    if not ready:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return bool(ready) and not (os.WIFSIGNALED(status) and os.WTERMSIG(status) in TIME_UP)


def _ended(answer: bytes, *, late: bool) -> Ended:
    if late:
        return Ended(late=True)
    return pickle.loads(answer) if answer else Ended(died=True)  # noqa: S301 - written by our own fork
