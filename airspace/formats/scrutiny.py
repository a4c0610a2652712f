"""What no file may hold, wherever it stands: keys twice, infinities, control characters, endless nesting.

Sound files are the rule and large, so soundness is found out level by level in bulk, without any places; only a file
that fails is walked through value by value to tell where.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from airspace.errors import BadInput, Problem
from airspace.formats.telling import Location, place_of, shown

DEPTH_LIMIT_LEVELS = 64
"""GeoJSON needs eight; anything near the interpreter's own limit would end in a crash instead of a message."""

INTEGER_LIMIT_DIGITS = 18
"""Whole numbers beyond this lose digits in other programs, and converting very long ones takes for ever."""

PROBLEM_LIMIT = 1000
"""After so many problems in one file the rest is not looked at: nobody mends more at a time."""

LISTS_LIMIT = 2_000_000
"""In JSON every position is a list: this is a thousand times a detailed coastline ..."""
OBJECTS_LIMIT = 1_000_000
VALUES_LIMIT = 7_000_000
"""... and with these, memory stays below a gigabyte whatever the file holds."""

KINDS = frozenset({bool, dict, float, int, list, str, type(None)})


class Doubled(dict[str, object]):
    """A JSON object in which some keys stand twice."""

    twice: tuple[str, ...] = ()


def object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object, which remembers the keys that stand in it twice."""
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    doubled = Doubled(plain)
    doubled.twice = tuple(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
    return doubled


def integer_of(digits: str) -> int | float:
    """Return a whole number; one with far too many digits as an infinity."""
    if len(digits) <= INTEGER_LIMIT_DIGITS + 1:
        return int(digits)
    # An infinity is found by unfit() and told with its place; thousands of digits would raise without one.
    return -math.inf if digits.startswith("-") else math.inf


def refuse_vast(file: str, text: str) -> None:
    """Refuse JSON text with more in it than memory should hold, before it is parsed.

    Raises
    ------
    BadInput
        With the count and the limit. Brackets and commas in quotes are counted too, which no real file notices.
    """
    limits = (
        ("[", "lists, as every position is one", LISTS_LIMIT),
        ("{", "objects", OBJECTS_LIMIT),
        (",", "values", VALUES_LIMIT),
    )
    problems = [
        Problem(
            file=file,
            code="TOO_MANY_VALUES",
            found=f"{count:,} {what}",
            expected=f"at most {limit:,}",
            fix="Cut it into several files, or thin out the outlines.",
        )
        for mark, what, limit in limits
        if (count := text.count(mark)) > limit
    ]
    if problems:
        raise BadInput(problems)


def unfit(file: str, data: object) -> Iterator[Problem]:
    """Yield what no file may hold, with its place; after :data:`PROBLEM_LIMIT` of them one that says so."""
    if fit(data):
        return
    told = 0
    for location, value in walk(data, skip=_finite_numbers):
        if len(location) > DEPTH_LIMIT_LEVELS:
            yield from too_deep(file).problems
            return
        for problem in _unfit_value(file, location, value):
            if told == PROBLEM_LIMIT:
                yield too_many_problems(file, problem.place)
                return
            yield problem
            told += 1


def too_many_problems(file: str, place: str) -> Problem:
    """Return the problem that there are too many of them to go on."""
    return Problem(
        file=file,
        place=place,
        code="TOO_MANY_PROBLEMS",
        found=f"more than {PROBLEM_LIMIT:,} problems",
        expected="a file with fewer",
        fix="Mend those first: from here on the file was not looked at.",
    )


def fit(data: object) -> bool:
    """Tell whether nested dicts and lists hold only what a file may hold; False where that is not sure."""
    level: list[Any] = [data]
    for _ in range(DEPTH_LIMIT_LEVELS + 1):
        if not level:
            return True
        if not _fit_level(level):
            return False
        level = list(chain.from_iterable(map(_inside, _among(level, list, dict))))
    return not level


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _among(level: list[Any], *kinds: type) -> list[Any]:
    return [value for value in level if type(value) in kinds]


def _fit_level(level: list[Any]) -> bool:
    kinds = set(map(type, level))
    if not kinds <= KINDS:
        return False
    if float in kinds and not _finite(level if kinds == {float} else _among(level, float)):
        return False
    if int in kinds and not _short_integers(_among(level, int)):
        return False
    if str in kinds and not _clean(_among(level, str)):
        return False
    return dict not in kinds or _clean(set(chain.from_iterable(_among(level, dict))))


def _finite(numbers: list[Any]) -> bool:
    # Should the sum of finite ones overflow, that is only one more file to walk through.
    return math.isfinite(sum(numbers))


def _short_integers(numbers: list[Any]) -> bool:
    limit = 10**INTEGER_LIMIT_DIGITS
    return bool(-limit < min(numbers) and max(numbers) < limit)


def _clean(texts: Iterable[str]) -> bool:
    return not any(BAD.search(text) for text in texts if not text.isprintable())


def _finite_numbers(value: object) -> bool:
    return isinstance(value, list) and set(map(type, value)) <= {float} and _finite(value)


def walk(data: object, *, skip: Callable[[object], bool] = lambda _: False) -> Iterator[tuple[Location, object]]:
    """Yield every value inside nested dicts and lists with its location, outermost first, in file order.

    What is inside of a value that ``skip`` holds for is left out.
    """
    # A stack of our own, because nesting in a file must not be able to exhaust Python's.
    stack: list[Iterator[tuple[Location, object]]] = [iter([((), data)])]
    while stack:
        for location, value in stack[-1]:
            yield location, value
            if isinstance(value, dict | list) and len(location) <= DEPTH_LIMIT_LEVELS and not skip(value):
                stack.append(_located(location, value))
                break
        else:
            stack.pop()


def _located(location: Location, value: dict[str, object] | list[object]) -> Iterator[tuple[Location, object]]:
    items: Iterable[tuple[str | int, object]] = value.items() if isinstance(value, dict) else enumerate(value)
    return (((*location, step), inner) for step, inner in items)


def _unfit_value(file: str, location: Location, value: object) -> Iterator[Problem]:
    if isinstance(value, float):
        if not math.isfinite(value):
            place = place_of(location)
            yield Problem(file=file, place=place, code="NOT_FINITE", found=str(value), expected="a finite number")
    elif isinstance(value, str):
        if not value.isprintable():
            yield from unprintable(file, place_of(location), value)
    elif isinstance(value, int):
        if abs(value) >= 10**INTEGER_LIMIT_DIGITS:
            expected = f"a whole number of at most {INTEGER_LIMIT_DIGITS} digits"
            place = place_of(location)
            yield Problem(file=file, place=place, code="NUMBER_TOO_LARGE", found=shown(value), expected=expected)
    elif isinstance(value, dict):
        for key in value:
            if not key.isprintable():
                yield from unprintable(file, place_of((*location, key)), key)
        yield from _doubled_keys(file, location, value)


def _doubled_keys(file: str, location: Location, value: object) -> Iterator[Problem]:
    for key in value.twice if isinstance(value, Doubled) else ():
        yield Problem(
            file=file,
            place=place_of((*location, key)),
            code="DUPLICATE_KEY",
            found=f"the key {shown(key)} more than once in one object",
            expected="every key once",
            fix="Keep one of them; which value is meant cannot be told.",
        )


BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line ends, overrides of the writing direction, halves of surrogate pairs."""


def unprintable(file: str, place: str, text: str) -> Iterator[Problem]:
    """Yield a problem if a text holds characters that could fool a terminal or cannot be written as UTF-8."""
    bad = None if text.isprintable() else BAD.search(text)
    if bad is not None:
        yield Problem(
            file=file,
            place=place,
            code="CONTROL_CHARACTER",
            found=f"U+{ord(bad[0]):04X} in {shown(text)}",
            expected="text without control characters",
        )


def without_told(problems: Iterable[Problem], told: Iterable[Problem]) -> list[Problem]:
    """Leave out problems at a place about which something has been told already."""
    places = {(problem.file, problem.place) for problem in told if problem.place}
    return [problem for problem in problems if (problem.file, problem.place) not in places]


def too_deep(file: str) -> BadInput:
    """Return the refusal of a file with endless nesting."""
    return BadInput(
        [
            Problem(
                file=file,
                code="TOO_DEEP",
                found="lists or objects nested deeper",
                expected=f"at most {DEPTH_LIMIT_LEVELS} levels of nesting",
            )
        ]
    )
