"""Running a reader over its inputs in a process of its own, watched from outside, and going on where one left off."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import resource
import time
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from benchmarks.fuzzing.inputs import input_of, seeds_of
from benchmarks.fuzzing.judging import Defect, judged
from benchmarks.fuzzing.readers import READERS

PATIENCE_S = 30.0
"""Of the processor. A process that works longer without a word is taken to hang."""

STILL_S = 900.0
"""Of the clock. A process that is silent for longer waits for something that never comes."""

WORD_S = 0.5
"""How often a process tells how far it is."""

MORE_MEMORY_BYTES = 4 * 2**30
"""What a process may take on top of what it holds once it is warm: memory runs out in it, and not on the machine."""

KEPT = 3
"""Inputs kept of each defect."""


@dataclass(slots=True, kw_only=True)
class Found:
    """A defect, how often it was met, and some inputs that show it."""

    kind: str
    what: str
    detail: str
    count: int = 0
    numbers: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far a reader is, in a file of its own."""

    reader: str
    seed: int = 1
    done: int = 0
    refused: int = 0
    seconds: float = 0.0
    """Of the processor, making the inputs included."""
    slowest_s: float = 0.0
    found: list[Found] = field(default_factory=list)

    @classmethod
    def of(cls, state: Path, reader: str, seed: int) -> Progress:
        """Return what a folder holds of a reader; another seed begins anew."""
        path = state / f"{reader}.json"
        if path.exists():
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["seed"] == seed:
                return cls(**{**told, "found": [Found(**each) for each in told["found"]]})
        return cls(reader=reader, seed=seed)

    def save(self, state: Path) -> None:
        """Write it down, whole or not at all."""
        state.mkdir(parents=True, exist_ok=True)
        temporary = state / f"{self.reader}.tmp"
        temporary.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        temporary.replace(state / f"{self.reader}.json")

    def note(self, number: int, defect: Defect, state: Path) -> None:
        """Count a defect, and keep the first inputs that show it."""
        same = [each for each in self.found if (each.kind, each.what) == (defect.kind, defect.what)]
        if not same:
            same = [Found(kind=defect.kind, what=defect.what, detail=defect.detail)]
            self.found += same
        same[0].count += 1
        if len(same[0].numbers) < KEPT:
            same[0].numbers.append(number)
            name, raw = input_of(self.reader, number, seed=self.seed)
            folder = state / self.reader
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}-{name}").write_bytes(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a process has done since its last word."""

    until: int
    refused: int
    seconds: float
    slowest_s: float
    defects: tuple[tuple[int, Defect], ...]


def run(
    reader: str, *, inputs: int, seed: int, state: Path, seconds: float = math.inf, patience_s: float = PATIENCE_S
) -> Progress:
    """Read inputs up to a number, or for some seconds of the processor; return how far it is, as is written down."""
    progress = Progress.of(state, reader, seed)
    until_s = progress.seconds + seconds
    while progress.done < inputs and progress.seconds < until_s:
        _in_a_process(progress, inputs, state, patience_s, until_s)
    progress.save(state)
    return progress


def _in_a_process(progress: Progress, inputs: int, state: Path, patience_s: float, until_s: float) -> None:
    """Go on in a new process until all is read, time is over, or an input brings the process down."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    at = context.Value("q", progress.done, lock=False)
    process = context.Process(
        target=_work, args=(progress.reader, progress.seed, progress.done, inputs, theirs, at), daemon=True
    )
    process.start()
    theirs.close()
    while progress.done < inputs and progress.seconds < until_s:
        word = _word(ours, process, patience_s)
        if word is None:
            _brought_down(progress, int(at.value), process, state)
            break
        progress.done, progress.refused = word.until, progress.refused + word.refused
        progress.seconds, progress.slowest_s = progress.seconds + word.seconds, max(progress.slowest_s, word.slowest_s)
        for number, defect in word.defects:
            progress.note(number, defect, state)
        progress.save(state)
    process.kill()
    process.join()


def _word(ours: Connection, process: BaseProcess, patience_s: float) -> Word | None:
    """Return the next word of a process; None when it keeps silent or is gone."""
    since, began_s = time.monotonic(), _spent_s(process)
    try:
        while not ours.poll(LOOK_S):
            if _spent_s(process) - began_s > patience_s or time.monotonic() - since > STILL_S:
                return None
        return ours.recv()
    except EOFError:
        return None


LOOK_S = 1.0
"""How often a silent process is looked at."""


def _spent_s(process: BaseProcess) -> float:
    """Return what a process has had of the processor; a busy machine makes nobody hang."""
    try:
        fields = (
            Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _brought_down(progress: Progress, number: int, process: BaseProcess, state: Path) -> None:
    process.join(5)
    ended = process.exitcode
    defect = Defect(kind="hung", what="no answer") if ended is None else Defect(kind="died", what=f"exit code {ended}")
    if number < progress.done:
        raise RuntimeError(f"{progress.reader}: the process ended before its first input ({defect.what})")
    progress.note(number, defect, state)
    progress.done = number + 1
    progress.save(state)


def _work(reader: str, seed: int, start: int, end: int, pipe: Connection, at: Any) -> None:
    """Read inputs one after another, and tell now and then; runs in a process of its own."""
    asked = READERS[reader]
    at.value = -1
    for name, raw in seeds_of(reader):
        judged(asked, raw, name)
    _limit_memory()
    since, began_s, refused, slowest_s, defects = time.monotonic(), time.process_time(), 0, 0.0, []
    for number in range(start, end):
        at.value = number
        name, raw = input_of(reader, number, seed=seed)
        verdict = judged(asked, raw, name)
        refused += verdict.refused
        slowest_s = max(slowest_s, verdict.seconds)
        if verdict.defect is not None:
            defects.append((number, verdict.defect))
        if time.monotonic() - since > WORD_S or number + 1 == end:
            spent_s, told = time.process_time() - began_s, tuple(defects)
            pipe.send(Word(until=number + 1, refused=refused, seconds=spent_s, slowest_s=slowest_s, defects=told))
            since, began_s, refused, slowest_s, defects = time.monotonic(), time.process_time(), 0, 0.0, []


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MORE_MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
