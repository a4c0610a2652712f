"""What no format can express of a plan, whichever it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from airspace.errors import BadInput, Problem
from airspace.formats.scrutiny import BAD
from airspace.formats.telling import shorten, shown
from planner.output.exports.formats import Reviewed, cannot, leg_name

UNSAYABLE = re.compile(f"{BAD.pattern}|[\r\ufffe\uffff]")
"""What no file that Skyferry reads may hold, nor XML 1.0; and the carriage return, taken for a line end by parsers."""


def said(text: str) -> str:
    """Return a text as any file can hold it, for people to read."""
    return UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def refuse(format_name: str, reviewed: Reviewed, more: Sequence[Problem] = ()) -> None:
    """Refuse a plan with legs that are no lines, or names of sorties that cannot be told apart again.

    Raises
    ------
    BadInput
        With every such leg and sortie, and what the format itself cannot express beside.
    """
    if problems := [*_unsayable(format_name, reviewed), *_no_lines(format_name, reviewed), *more]:
        raise BadInput(problems)


def _unsayable(format_name: str, reviewed: Reviewed) -> Iterator[Problem]:
    for sortie in reviewed.plan.sorties:
        if sortie.id != said(sortie.id).strip() or not sortie.id:
            expected = "a name that any file can hold, without blanks around it"
            yield cannot(format_name, f"sortie {shown(sortie.id)}", shown(sortie.id), expected)


def _no_lines(format_name: str, reviewed: Reviewed) -> Iterator[Problem]:
    for sortie, number, leg in reviewed.legs:
        if len(leg.waypoints) < 2:
            found, expected = f"{len(leg.waypoints)} waypoints", "two or more, which make a line"
            yield cannot(format_name, shorten(leg_name(sortie.id, number)), found, expected)
