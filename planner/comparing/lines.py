"""Which corridors two plans do not fly alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from planner.comparing.comparisons import CorridorMove, CorridorMoved, Flown
from planner.model.plans import Leg, Plan

Ends: TypeAlias = tuple[str, str]
Line: TypeAlias = tuple[tuple[float, float], ...]

DECIMALS = 6
"""A tenth of a metre: lines nearer to each other are the same."""

RANK = tuple(CorridorMove)
"""What is told first."""


def corridors_moved(a: Plan, b: Plan) -> tuple[tuple[CorridorMoved, ...], int]:
    """Return the corridors that the plans do not fly alike, and how many lines they do."""
    lines_a, lines_b = _lines(a), _lines(b)
    moved: list[CorridorMoved] = []
    alike = 0
    for ends in sorted({*lines_a, *lines_b}):
        in_a, in_b = lines_a.get(ends, {}), lines_b.get(ends, {})
        both = sorted(in_a.keys() & in_b.keys())
        flown_otherwise = [line for line in both if _use(in_a[line]) != _use(in_b[line])]
        moved += _other_lines(ends, _without(in_a, both), _without(in_b, both))
        moved += [_other_use(ends, in_a[line], in_b[line]) for line in flown_otherwise]
        alike += len(both) - len(flown_otherwise)
    return tuple(sorted(moved, key=lambda item: RANK.index(item.move))), alike


def line_of(leg: Leg) -> Line:
    """Return the line of a leg over the ground, the same for the way back."""
    points = [(round(point.lon, DECIMALS), round(point.lat, DECIMALS)) for point in leg.waypoints]
    line = tuple(point for index, point in enumerate(points) if index == 0 or point != points[index - 1])
    return min(line, line[::-1])


def _lines(plan: Plan) -> Mapping[Ends, Mapping[Line, Flown]]:
    """Return every line that is flown, whichever way, by the pads it joins."""
    legs: dict[Ends, dict[Line, list[Leg]]] = defaultdict(lambda: defaultdict(list))
    for sortie in plan.sorties:
        for leg in sortie.legs:
            first, last = sorted((leg.from_pad, leg.to_pad))
            legs[first, last][line_of(leg)].append(leg)
    return {ends: {line: _flown(users) for line, users in lines.items()} for ends, lines in legs.items()}


def _flown(legs: Sequence[Leg]) -> Flown:
    return Flown(
        corridors=tuple(sorted({leg.corridor for leg in legs})),
        flights=len(legs),
        distance_m=legs[0].distance_m,
        levels_amsl_m=tuple(sorted({point.alt_amsl_m for leg in legs for point in leg.waypoints[1:-1]})),
    )


def _without(flown: Mapping[Line, Flown], lines: Sequence[Line]) -> tuple[Flown, ...]:
    return tuple(flown[line] for line in sorted(flown.keys() - set(lines)))


def _other_lines(ends: Ends, in_a: tuple[Flown, ...], in_b: tuple[Flown, ...]) -> Iterator[CorridorMoved]:
    """Yield what became of the lines between two pads that only one plan flies."""
    if in_a and in_b:
        yield CorridorMoved(ends=ends, move=CorridorMove.REROUTED, a=in_a, b=in_b)
    elif in_a:
        yield CorridorMoved(ends=ends, move=CorridorMove.DROPPED, a=in_a, b=())
    elif in_b:
        yield CorridorMoved(ends=ends, move=CorridorMove.ADDED, a=(), b=in_b)


def _use(flown: Flown) -> tuple[tuple[float, ...], int]:
    return flown.levels_amsl_m, flown.flights


def _other_use(ends: Ends, in_a: Flown, in_b: Flown) -> CorridorMoved:
    levels = in_a.levels_amsl_m != in_b.levels_amsl_m
    return CorridorMoved(ends=ends, move=CorridorMove.LEVELS if levels else CorridorMove.FLIGHTS, a=(in_a,), b=(in_b,))
