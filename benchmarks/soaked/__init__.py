"""Random days and hostile ones, each made from its number alone, planned and judged by the independent check.

::

    draws        the parts of a random day
    days         a random day
    hostile      what a hostile day is made with; the changes stand in the modules below
    places       zones and pads in each other's way
    clocks       hours without slack
    limits       figures at their limits
    boundaries   land
    judging      a day planned and checked
    states       the file that a long run goes on from

A new hostile change is a function in one of the modules, under ``hostile`` or ``on_two_sides``; put it last, for the
numbers of days count the changes.
"""

from __future__ import annotations

from random import Random

from benchmarks.planted import Scene
from benchmarks.planted.worlds import scene
from benchmarks.soaked import boundaries, clocks, limits, places
from benchmarks.soaked.days import random_day
from benchmarks.soaked.hostile import ONE_SIDE, TWO_SIDES, Change, name_of

FAMILIES = (places, clocks, limits, boundaries)
"""To name them is to load them."""
RANDOM, HOSTILE = "R", "H"
"""What the names of days begin with, before their numbers."""

__all__ = ["FAMILIES", "HOSTILE", "RANDOM", "Scene", "day", "kind_of", "names"]


def names(kind: str, count: int) -> list[str]:
    """Return the names of the first days of a kind."""
    return [f"{kind}{number}" for number in range(count)]


def day(name: str) -> Scene:
    """Return the day with a name, such as ``R123`` or ``H45``; ValueError if that is none."""
    kind, number = name[:1], name[1:]
    if kind not in (RANDOM, HOSTILE) or not number.isdecimal():
        raise ValueError(f"day: expected R or H and a number, such as R123, got {name!r}")
    r = Random(name)  # noqa: S311 - a day, not a secret
    if kind == RANDOM:
        return random_day(r)
    change = _change(int(number))
    return change(scene(r, two_sides=change in TWO_SIDES), r)


def kind_of(name: str) -> str:
    """Return what kind of day a name stands for, in words."""
    return "random" if name.startswith(RANDOM) else name_of(_change(int(name[1:])))


def _change(number: int) -> Change:
    changes = [*ONE_SIDE, *TWO_SIDES]
    return changes[number % len(changes)]
