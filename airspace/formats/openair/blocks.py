"""Cutting an OpenAir file into its airspaces: from one AC line to the next, comments taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from airspace.errors import Problem
from airspace.formats.arcs import Floats
from airspace.formats.openair.runs import Characters, Whole, plain_points
from airspace.formats.telling import about, shown

FREE_TEXT = frozenset({"AN", "AG", "AI", "AT"})
"""Lines in which an asterisk or a semicolon in the middle of a word is part of the text."""

PENS = frozenset({"SP", "SB"})
"""How to draw what follows; OpenAir 1 puts these lines in front of everything."""

TERRAIN = frozenset({"TO", "TC"})
"""Where a piece of terrain begins, which is drawn with the same lines as an airspace and is none."""

_ANY_LINE = re.compile(r"[^\r\n]+")
_TELLING_NOTHING = np.frombuffer(b"\n*;", np.uint8)
"""What blank lines and comments begin with."""

_COMMENT = re.compile(r"[*;].*")
_COMMENT_BETWEEN_WORDS = re.compile(r"(?:^|\s)[*;].*")


class Line(NamedTuple):
    """A line of a block, or a run of DP lines: the number of the first in the file, its command, and the rest."""

    number: int
    command: str
    """In capitals."""
    text: str
    """Without comments and blanks around."""
    points: Floats | None = None
    """Of a run: lon, lat of all its lines, shape (n, 2)."""


@dataclass(slots=True, kw_only=True)
class Block:
    """The lines of one airspace, the first of which is its AC line, and what is wrong with them."""

    file: str
    lines: list[Line]
    name: str = ""
    """What its first AN line says; empty when there is none."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """Whether anything worse than a warning was told."""
        return any(not problem.warning for problem in self.problems)

    def place(self, number: int = 0) -> str:
        """Return the place of a line of the file, by default of the AC line."""
        where = f"line {number or self.lines[0].number}"
        return f"{where}, block {shown(self.name)}" if self.name else where

    def tell(
        self, code: str, *, line: int = 0, found: str, expected: str, fix: str = "", warning: bool = False
    ) -> None:
        """Note one problem at a line, by default at the AC line."""
        place = self.place(line)
        told = Problem(file=self.file, place=place, code=code, found=found, expected=expected, fix=fix, warning=warning)
        self.problems.append(told)


def blocks_of(file: str, text: str) -> tuple[list[Block], list[Problem]]:
    """Return the blocks of a file in its order, and what is wrong with the lines that belong to none."""
    blocks: list[Block] = []
    strays: list[Line] = []
    lines: list[Line] = strays
    for line in lines_of(text):
        if line.command == "AC":
            lines = [line]
            blocks.append(Block(file=file, lines=lines))
        elif line.command in TERRAIN:
            # What follows draws terrain, and must not be added to the airspace before.
            lines = strays
            strays.append(line)
        else:
            lines.append(line)
    for block in blocks:
        block.name = next((" ".join(line.text.split()) for line in block.lines if line.command == "AN"), "")
    return blocks, _strays_told(file, strays)


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines of a text that are neither blank nor comments, plain points in a row as one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") + "\n"
    characters = np.frombuffer(text.encode("ascii", "replace"), np.uint8)
    begins, ends, numbers = _telling_lines(characters)
    points = plain_points(characters, begins, ends - begins)
    by_itself = np.isnan(points[:, 0])
    # A run begins where the line before is none of it.
    heads = np.flatnonzero(by_itself | np.append(True, by_itself)[:-1])
    behind = np.append(heads, len(points))[1:]
    table = np.column_stack((numbers[heads], by_itself[heads], begins[heads], ends[heads], heads, behind))
    for number, single, begin, end, first, last in table.tolist():
        words = _words(text[begin:end])
        if words is not None:
            yield Line(number, *words, None if single else points[first:last])


def _telling_lines(characters: Characters) -> tuple[Whole, Whole, Whole]:
    """Return where the lines begin and end that are neither blank nor comments, and their numbers."""
    ends = np.flatnonzero(characters == ord("\n"))
    begins = np.append(0, ends[:-1] + 1)
    telling = np.flatnonzero(~np.isin(characters[begins], _TELLING_NOTHING))
    return begins[telling], ends[telling], telling + 1


def commands_in(text: str) -> Iterator[str]:
    """Yield the commands of a text one by one, as they are asked for."""
    for matched in _ANY_LINE.finditer(text):
        words = _words(matched[0])
        if words is not None:
            yield words[0]


def _words(line: str) -> tuple[str, str] | None:
    """Return the command of a line and the rest, without comments; None when there is nothing else in it."""
    parts = line.split(None, 1)
    if not parts or parts[0][0] in "*;":
        return None
    command, rest = parts[0].upper(), parts[1].rstrip() if len(parts) > 1 else ""
    if "*" in rest or ";" in rest:
        comment = _COMMENT_BETWEEN_WORDS if command in FREE_TEXT else _COMMENT
        rest = comment.sub("", rest, count=1).rstrip()
    return command, rest


def _strays_told(file: str, strays: list[Line]) -> list[Problem]:
    """Tell of the first line of each kind outside every block: terrain is left out, an outline of nothing is wrong."""
    told: dict[str, Problem] = {}
    in_terrain = False
    for line in strays:
        in_terrain = in_terrain or line.command in TERRAIN
        if line.command in PENS or (in_terrain and line.command not in TERRAIN):
            continue
        kind = "terrain" if in_terrain else "stray"
        told.setdefault(kind, _stray_told(file, line, terrain=in_terrain))
    return list(told.values())


def _stray_told(file: str, line: Line, *, terrain: bool) -> Problem:
    shared = Problem(
        file=file,
        place=f"line {line.number}",
        code="NOT_AN_AIRSPACE",
        found=shown(f"{line.command} {line.text}".strip()),
        expected="an airspace, which begins with AC",
    )
    if terrain:
        return replace(shared, fix="Terrain is not read from OpenAir files and was left out.", warning=True)
    return replace(shared, expected=about("before the first AC", "comments only"))
