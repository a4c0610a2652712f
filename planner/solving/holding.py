"""What keeping apart in the air came to: how long each sortie is held back for it, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.solving.calendars import Calendar
from planner.solving.separations import Sky
from planner.solving.sorties import Trips
from planner.solving.timetables import Placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much later a trip takes off than it could if it might come as near to others in the air as it liked."""

    seconds: int = 0
    others: tuple[int, ...] = ()
    """Numbers of the trips that it is held back for, in the order of the plan, from 0."""


def held_back(placed: Sequence[Placed], trips: Trips) -> tuple[Held, ...]:
    """Return for each trip of a plan how long it is held back, all others being as they are."""
    calendar, sky = Calendar(trips, apart=False), Sky(trips.tables)
    if not sky.separations.asked:
        return tuple(Held() for _ in placed)
    for item in placed:
        calendar.keep(item)
        sky.keep(item.trip, item.drone.id, calendar.start_s(item))
    numbers = {(item.drone.id, calendar.start_s(item)): number for number, item in enumerate(placed)}
    return tuple(_held(item, calendar, sky, numbers) for item in placed)


def _held(item: Placed, calendar: Calendar, sky: Sky, numbers: dict[tuple[str, int], int]) -> Held:
    departs_s = calendar.start_s(item)
    earliest_s = calendar.earliest_without_s(item)
    others = sorted(numbers[key] for key in dict.fromkeys(_met(item, earliest_s, departs_s, sky)))
    return Held(seconds=departs_s - earliest_s, others=tuple(others)) if others else Held()


def _met(item: Placed, earliest_s: int, departs_s: int, sky: Sky) -> Iterator[tuple[str, int]]:
    """Yield the drones and starts of the trips in whose way a trip would be, from its earliest start to its own."""
    start_s = earliest_s
    while start_s < departs_s:
        met = list(sky.met(item.trip, item.drone.id, start_s))
        yield from ((other.drone, other.start_s) for other in met)
        if not met:
            return
        start_s = max(other.until_s for other in met) + 1
