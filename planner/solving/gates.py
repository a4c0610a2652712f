"""Gates in the timetable: in any hour no more crossings than a gate lets through, whichever way they go.

Legs alone are counted. A way out is flown in need only, and nobody can tell when.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from airspace.model.skies import Airspace
from planner.solving.hops import Hop

HOUR_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """One crossing of a gate, in whole seconds after the take-off of its trip."""

    gate: str
    from_s: int
    """When it crosses."""
    until_s: int
    """An hour later, when it no longer counts; both rounded outwards, so that true hours are as full or less."""


def capacities(sky: Airspace) -> dict[str, int]:
    """Return how many crossings an hour gates let through, by their ids; those that tell it only."""
    return {gate.id: gate.capacity_per_hour for gate in sky.gates if gate.capacity_per_hour is not None}


def passings(hops: Sequence[Hop], most: Mapping[str, int]) -> list[Passing]:
    """Return the crossings of a trip by gates that tell a capacity, in the order flown."""
    return [
        Passing(gate=passed.gate, from_s=floor(after_s), until_s=ceil(after_s) + HOUR_S)
        for hop in (hops if most else ())
        for passed, crossed_s in zip(hop.flight.passage.crossings, hop.flight.crossed_s, strict=True)
        for after_s in [hop.starts_s + crossed_s]
        if passed.gate in most
    ]


def most_at_once(spans: Iterable[tuple[int, int]]) -> int:
    """Return how many of some half-open spans share a moment, at the fullest one."""
    held = sorted(spans)
    return max((sum(start <= moment < end for start, end in held) for moment, _ in held), default=0)


def crowded(hops: Sequence[Hop], most: Mapping[str, int]) -> dict[str, int]:
    """Return the gates that a trip alone crosses too often in an hour, with how often at most; empty when none."""
    if not most:
        return {}
    counted = Counter(passed.gate for hop in hops for passed in hop.flight.passage.crossings)
    if not any(counted[gate] > capacity for gate, capacity in most.items()):
        return {}
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for passing in passings(hops, most):
        spans[passing.gate].append((passing.from_s, passing.until_s))
    found = {gate: most_at_once(held) for gate, held in sorted(spans.items())}
    return {gate: count for gate, count in found.items() if count > most[gate]}


def limit(model: Any, flown: Iterable[tuple[Sequence[Hop], Any, Any]], most: Mapping[str, int]) -> None:
    """Let no more trips cross a gate in any hour than it lets through.

    Each trip is told by its hops, its start in seconds and whether it is flown.
    """
    held: dict[str, list[Any]] = defaultdict(list)
    for hops, start, present in flown:
        for passing in passings(hops, most):
            size = passing.until_s - passing.from_s
            interval = model.new_optional_fixed_size_interval_var(start + passing.from_s, size, present, "")
            held[passing.gate].append(interval)
    for gate, intervals in sorted(held.items()):
        if len(intervals) > most[gate]:
            model.add_cumulative(intervals, [1] * len(intervals), most[gate])
