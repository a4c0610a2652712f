"""What can go wrong with airspace data, and how it is told.

::

    AirspaceError
    ├── BadInput (ValueError)          files or values that cannot be used; carries every Problem found
    ├── MissingExtra (ImportError)     a library that is asked for comes with an extra, and is not installed
    ├── MissingGrid (LookupError)      a grid that heights need is not there, or is not the one shipped
    ├── PlaceNotFree (ValueError)      a path is asked for from or to a place inside an obstacle, or off the map
    ├── RegionTooLarge (ValueError)    the data do not fit one local frame
    ├── TangledObstacles (ValueError)  outlines that cross each other where clean ones are expected
    ├── TooDetailed (ValueError)       more places than can be searched exactly in reasonable time
    ├── UnknownDatum (ValueError)      a horizontal datum that is not known here, so nothing can be converted
    └── UnknownPad (LookupError)       a pad that the airspace does not have
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What could fool a terminal or a log: control characters, line ends, overrides of the writing direction, halves of
surrogate pairs."""


def showable(text: str) -> str:
    r"""Return a text as it may be shown anywhere: on one line, with what could fool a terminal spelt out.

    >>> print(showable("a\nb\x1b[31m"))
    a\nb\x1b[31m
    """
    return text if text.isprintable() else UNSHOWABLE.sub(lambda found: ascii(found[0])[1:-1], text)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing wrong with an input, written for the person who has to mend it.

    Whatever of the input is repeated in it can be shown: see :func:`showable`.
    """

    file: str
    """The file as it was named, or the name of the value when there is no file."""
    place: str = ""
    """Where in the file: a JSON path, a table, a line and column."""
    code: str
    """A short stable name, such as ``LATITUDE_OUT_OF_RANGE``."""
    found: str
    expected: str
    fix: str = ""
    warning: bool = False
    """True when the input can still be used."""

    def __post_init__(self) -> None:
        for told in fields(self):
            text = getattr(self, told.name)
            if isinstance(text, str) and not text.isprintable():
                object.__setattr__(self, told.name, showable(text))

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}" if self.place else self.file
        tail = f". {self.fix}" if self.fix else ""
        return f"{where}: expected {self.expected}, found {self.found}{tail}"


def in_reading_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems once each, by file and place, line 9 before line 10."""

    def key(problem: Problem) -> tuple[list[str | int], Problem]:
        steps = re.split(r"([0-9]{1,9})", f"{problem.file}\n{problem.place}")
        return [int(step) if index % 2 else step for index, step in enumerate(steps)], problem

    return tuple(sorted(set(problems), key=key))


class AirspaceError(Exception):
    """Base of every error raised by :mod:`airspace`."""


class BadInput(AirspaceError, ValueError):
    """Input that cannot be used, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_reading_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class RegionTooLarge(AirspaceError, ValueError):
    """The data span more than one local frame can carry without a harmful error."""


class PlaceNotFree(AirspaceError, ValueError):
    """A place inside an obstacle or off the map, where no path begins or ends."""


class TangledObstacles(AirspaceError, ValueError):
    """Outlines that cross or run along each other, or a map too wide for exact turns."""


class TooDetailed(AirspaceError, ValueError):
    """A map with more places than can be searched exactly in reasonable time."""


class UnknownPad(AirspaceError, LookupError):
    """A pad id that the airspace does not have."""


class MissingExtra(AirspaceError, ImportError):
    """A library that only some uses need is not installed; the message says how it is."""


class MissingGrid(AirspaceError, LookupError):
    """A grid that heights need is not there, or is not the one shipped; heights are never passed on unchanged."""


class UnknownDatum(AirspaceError, ValueError):
    """A horizontal datum that is not known here; the message lists those that are."""
