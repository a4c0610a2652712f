"""What counts as a defect of a reader: anything but a value, or problems that a person can be told."""

from __future__ import annotations

import resource
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

from airspace.errors import Problem
from airspace.formats.scrutiny import BAD
from benchmarks.fuzzing.readers import Problems, Reader, problems_of

SLOW_S = 2.0
"""Of the processor. A small file that takes longer is an attack."""

LARGE_MB = 500
"""By which the process may grow over one small file."""

LONG_CHARACTERS = 2_000
"""No message may be longer: nobody would read it, and a log would fill up."""

HOME = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something that a reader must not do."""

    kind: str
    """``raised``, ``warned``, ``message``, ``slow``, ``large``, ``hung`` or ``died``."""
    what: str
    """The same for inputs that show the same fault."""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one input."""

    refused: bool
    seconds: float
    """Of the processor."""
    defect: Defect | None = None


def judged(reader: Reader, raw: bytes, name: str) -> Verdict:
    """Read an input and say whether the reader kept its promise."""
    began, held_kb = time.process_time(), _peak_kb()
    problems: Problems = ()
    defect = None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            problems = problems_of(reader, raw, name)
        except Exception as error:  # noqa: BLE001 - whatever a reader raises is what is looked for
            defect = _raised(error)
        except BaseException as error:
            # A panic of a library in another language is no Exception.
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            defect = _raised(error)
    seconds, grown_mb = time.process_time() - began, (_peak_kb() - held_kb) / 1024
    defect = defect or _in_messages(problems)
    if defect is None and seconds > SLOW_S:
        defect = Defect(kind="slow", what=f"more than {SLOW_S:g} s", detail=f"{seconds:.1f} s for {len(raw):,} bytes")
    if defect is None and grown_mb > LARGE_MB:
        defect = Defect(
            kind="large", what=f"more than {LARGE_MB} MB", detail=f"{grown_mb:.0f} MB for {len(raw):,} bytes"
        )
    refused = any(not problem.warning for problem in problems)
    return Verdict(refused=refused, seconds=seconds, defect=defect)


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _raised(error: BaseException) -> Defect:
    """Return what was raised, told apart by where in our own code it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        frame for frame in frames if Path(frame.filename).is_relative_to(HOME) and "benchmarks" not in frame.filename
    ]
    at = f"{Path(own[-1].filename).relative_to(HOME)}:{own[-1].lineno}" if own else "outside"
    kind = "warned" if isinstance(error, Warning) else "raised"
    detail = "".join(traceback.format_exception(error))[-6_000:]
    return Defect(kind=kind, what=f"{type(error).__name__} at {at}", detail=detail)


def _in_messages(problems: Problems) -> Defect | None:
    """Find a message that cannot be shown to a person as it is."""
    for problem in problems:
        fault = _fault(problem)
        if fault:
            return Defect(kind="message", what=f"{problem.code}: {fault}", detail=repr(problem))
    return None


def _fault(problem: Problem) -> str:
    text = str(problem)
    if not (problem.file and problem.code and problem.found and problem.expected):
        return "a part is missing"
    if BAD.search(text) or "\n" in text or "\r" in text:
        return "a control character"
    return "too long" if len(text) > LONG_CHARACTERS else ""
