"""Turning what is wrong into Problems for the person at the keyboard: places, short values, plain words."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from airspace.errors import Problem

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Location: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the top of a document down to a value."""

T = TypeVar("T")

SHOWN_CHARACTERS = 60
"""How much of a value is repeated in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Generic[T]):
    """Something read from a file, with the place it stands at."""

    id: str
    """Empty when the file gives none."""
    place: str
    value: T | None
    """None when it is too broken to become a value; its id is known all the same."""


_short = reprlib.Repr()
_short.maxlevel, _short.maxlist, _short.maxdict, _short.maxstring, _short.maxother = 3, 4, 4, 60, 60


def shown(value: object) -> str:
    """Return a value as it may be repeated in a message: one line, at most 60 characters, nothing unprintable."""
    text = _in_full(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


def _in_full(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, date | time):  # datetimes are dates too; TOML has them all
        return value.isoformat()
    return repr(value) if isinstance(value, str) else _short.repr(value)


def place_of(location: Iterable[str | int]) -> str:
    """Return a JSON path, such as ``features[17].properties.lower``."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif re.fullmatch(r"[\w-]{1,60}", step):
            path += f".{step}" if path else step
        else:
            path += f"[{shown(step)}]"
    return path


def within(place: str, steps: str) -> str:
    """Return the place of something inside a JSON feature; other formats tell lines, and nothing is added to those."""
    return f"{place}.{steps}" if place.endswith("]") and " " not in place else place


def about(subject: str, expected: str) -> str:
    """Add whose value was expected, such as ``zone 'A12'``, when that is known."""
    return f"{expected} ({subject})" if subject else expected


def listed(values: Iterable[str], *, limit: int = 8) -> str:
    """Return some names in a row, cut short when there are many."""
    names = [str(value) for value in values]
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return (", ".join(names[:limit]) or "none") + more


def did_you_mean(value: object, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return a fix that names the nearest known word; empty when none is as near as ``cutoff`` (1 is the same)."""
    by_folded = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(str(value).casefold()[:200], by_folded, n=1, cutoff=cutoff)
    return f"Did you mean '{by_folded[near[0]]}'?" if near else ""


def problems_of(
    error: ValidationError,
    *,
    file: str,
    place: Callable[[Location], str] = place_of,
    prefix: Location = (),
    subject: str = "",
    known_keys: Sequence[str] = (),
) -> list[Problem]:
    """Turn everything a door found wrong into Problems.

    ``place`` turns a location into words, ``prefix`` leads to what the door was shown, ``subject`` names the thing
    ("zone 'A12'"), ``known_keys`` are those that a misspelt key may have meant.
    """
    problems = []
    for detail in error.errors(include_url=False):
        location: Location = (*prefix, *(step for step in detail["loc"] if step not in GEOMETRY_TYPES))
        told = _told(detail, known_keys)
        expected = about(subject, told.expected)
        problems.append(
            Problem(file=file, place=place(location), code=told.code, found=told.found, expected=expected, fix=told.fix)
        )
    return problems


GEOMETRY_TYPES = ("Point", "LineString", "Polygon", "MultiPolygon")
"""Pydantic puts the kind of a geometry into the location, where no such key stands in the file."""


@dataclass(frozen=True, slots=True)
class _Told:
    code: str
    found: str
    expected: str
    fix: str = ""


_TYPE_WORDS = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "an object with named values",
    "model_type": "an object with named values",
    "model_attributes_type": "an object with named values",
}

_RANGE_WORDS = {
    "greater_than": ("a number above {gt:g}", "OUT_OF_RANGE"),
    "greater_than_equal": ("a number of at least {ge:g}", "OUT_OF_RANGE"),
    "less_than": ("a number below {lt:g}", "OUT_OF_RANGE"),
    "less_than_equal": ("a number of at most {le:g}", "OUT_OF_RANGE"),
    "finite_number": ("a finite number", "NOT_FINITE"),
    "string_too_short": ("some text", "EMPTY_VALUE"),
    "string_too_long": ("at most {max_length} characters", "OUT_OF_RANGE"),
    "too_short": ("a list with {min_length} or more in it", "TOO_FEW"),
    "too_long": ("a list with {max_length} or fewer in it", "TOO_MANY"),
}


def _told(detail: ErrorDetails, known_keys: Sequence[str]) -> _Told:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    last = detail["loc"][-1] if detail["loc"] else ""
    if kind.isupper():  # one of our own errors, with its words inside
        found = str(context["found"]) if "found" in context else shown(value)
        return _Told(kind, found, detail["msg"], str(context.get("fix", "")))
    if kind == "missing":
        return _Told("MISSING_VALUE", "nothing", "a value")
    if kind == "extra_forbidden":
        fix = did_you_mean(last, known_keys)
        return _Told("UNKNOWN_KEY", f"the key {shown(last)}", "only keys that are known here", fix)
    if kind in _TYPE_WORDS:
        return _Told("WRONG_TYPE", shown(value), _TYPE_WORDS[kind], _number_hint(kind, value))
    if kind in _RANGE_WORDS:
        words, code = _RANGE_WORDS[kind]
        return _Told(code, shown(value), words.format_map(context))
    return _choice(detail, context)


def _choice(detail: ErrorDetails, context: Mapping[str, object]) -> _Told:
    kind, value = detail["type"], detail["input"]
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context["expected"]))
        fix = did_you_mean(value, words) if len(words) > 1 else ""
        return _Told("UNKNOWN_VALUE", shown(value), _one_of(words) or str(context["expected"]), fix)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = re.findall(r"'([^']*)'", str(context.get("expected_tags", "")))
        found = shown(value.get("type")) if isinstance(value, dict) else shown(value)
        return _Told("WRONG_GEOMETRY", f"the type {found}", f"a geometry of type {_one_of(tags) or 'known to GeoJSON'}")
    return _Told("BAD_VALUE", shown(value), detail["msg"][:1].lower() + detail["msg"][1:])


def _one_of(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _number_hint(kind: str, value: object) -> str:
    if kind == "float_type" and isinstance(value, str):
        return "Write it without quotes and without a unit."
    if kind == "int_type" and isinstance(value, float) and value.is_integer():
        return f"Write {value:.0f}."
    return ""


_SENTENCE = re.compile(r"(?:.*?: )?expected (?P<expected>.*?)(?:, got (?P<found>.*))?", re.DOTALL)


def problem_of(error: ValueError, *, file: str, place: str, subject: str = "", fields: Iterable[str] = ()) -> Problem:
    """Turn the refusal of a value ("zone 'A': expected x, got y") into a Problem.

    When the sentence begins with one of ``fields``, its name is added to the place.
    """
    sentence = _SENTENCE.fullmatch(str(error))
    expected = sentence["expected"] if sentence else "a usable value"
    found = (sentence["found"] if sentence else str(error)) or "another"
    field = expected.split(" ")[0]
    if field in tuple(fields):
        place = f"{place}.{field}"
    told = about(subject, expected)
    return Problem(file=file, place=place, code="BAD_VALUE", found=shorten(found), expected=told)


def shorten(text: str) -> str:
    """Bring a message that repeats a value to one line without anything unprintable, and cut a very long one."""
    flat = "".join(character if character.isprintable() else "?" for character in " ".join(text.split()))
    return flat if len(flat) <= 3 * SHOWN_CHARACTERS else flat[: 3 * SHOWN_CHARACTERS - 3] + "..."
