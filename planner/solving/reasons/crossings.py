"""Others in the air in the way of an order: intents at all its starts, or sorties of the plan when all else is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from airspace.model.schedules import Span
from planner.model.fleets import Drone
from planner.model.plans import Reason, Unserved
from planner.solving.calendars import Calendar
from planner.solving.reasons.cases import Case
from planner.solving.separations import Sky
from planner.solving.sorties import Trip, Trips
from planner.solving.timetables import Placed
from planner.solving.traffic import Meeting


class Beside:
    """What is known of a plan by whoever looks for room beside it; worked out when it is first asked for."""

    def __init__(self, placed: Sequence[Placed], trips: Trips) -> None:
        self.placed, self.trips = placed, trips

    @cached_property
    def calendar(self) -> Calendar:
        """What is held of the day, the air aside."""
        calendar = Calendar(self.trips, apart=False)
        for item in self.placed:
            calendar.keep(item)
        return calendar

    @cached_property
    def sky(self) -> Sky:
        """What is in the air."""
        sky = Sky(self.trips.tables)
        for item in self.placed:
            sky.keep(item.trip, item.drone.id, self.calendar.start_s(item))
        return sky

    def number(self, drone: str, start_s: int) -> int:
        """Return the number of the sortie that a drone begins then, from 1."""
        told = ((item.drone.id, self.calendar.start_s(item)) for item in self.placed)
        return [*told].index((drone, start_s)) + 1


def too_near(
    case: Case, alone: Trip, able: Sequence[Drone], beside: Beside, money: Mapping[str, float]
) -> Unserved | None:
    """Return an answer when a drone and pads are free for a trip, but at no time without coming too near to others.

    It names the sortie that the earliest of these starts would meet.
    """
    if not beside.sky.separations.asked:
        return None
    rooms = ((beside.calendar.earliest_s(alone, drone), drone.id) for drone in able)
    found = sorted((start_s, drone) for start_s, drone in rooms if start_s is not None)
    if not found:
        return None
    start_s, drone = found[0]
    met = next(beside.sky.met(alone, drone, start_s), None)
    if met is None:
        return None
    number = beside.number(met.drone, met.start_s)
    other = beside.placed[number - 1]
    closest = beside.sky.separations.closest(alone.hops, other.trip.hops, met.start_s - start_s)
    origin = beside.calendar.origin
    departs, at = origin + timedelta(seconds=start_s), origin + timedelta(seconds=start_s + closest.after_s)
    wanted_m, error_s = case.trips.policy.separation_m, case.trips.policy.departure_error_s
    text = (
        f"a drone and its pads are free at {_clock(case, departs)}, but at {_clock(case, at)} it would be "
        f"{closest.horizontal_m:.0f} m from sortie S{number:03d} of drone {met.drone}, {closest.vertical_m:.0f} m "
        f"apart in height, at {closest.lat:.5f} N {closest.lon:.5f} E with departures {error_s:g} s off; "
        f"{wanted_m[0]:g} m, or {wanted_m[1]:g} m in height, are kept, and no later start has room"
    )
    return case.says(
        Reason.CONFLICT, text, horizontal_m=closest.horizontal_m, vertical_m=closest.vertical_m,
        separation_horizontal_m=wanted_m[0], separation_vertical_m=wanted_m[1], departure_error_s=error_s,
        sortie=number, departs_s=start_s, meets_s=start_s + closest.after_s, **money,
    )  # fmt: skip


def _clock(case: Case, moment: datetime) -> str:
    return f"{moment + case.tables.job.utc_offset:%H:%M:%S}"


def intents(case: Case) -> Unserved | None:
    """Return an answer when intents of others are in the way of every start, however the order is flown."""
    traffic = case.trips.traffic
    if not traffic.intents:
        return None
    blocked: list[tuple[Span, Meeting]] = []
    for number, hops in case.courses():
        half_width_m = case.trips.policy.half_width_m(case.tables.groups[number].kind)
        starts = case.trips.starts([case.order], hops, case.piece_of(number, hops))
        if starts and traffic.clear(starts, hops, half_width_m):
            return None
        blocked += [
            (span, meeting) for span in starts for meeting in traffic.meetings(hops, half_width_m)
            if meeting.starts[0] < span[1] and span[0] < meeting.starts[1]
        ]  # fmt: skip
    if not blocked:
        return None
    span, met = min(blocked, key=lambda one: (one[0], one[1].starts))
    volume, origin = met.volume, case.tables.job.start
    text = (
        f"operational intent {met.intent.id} holds {volume.lower_amsl_m:.0f} to {volume.upper_amsl_m:.0f} m AMSL on "
        f"its way from {case.in_words((volume.start, volume.end))}, and no take-off from {case.in_words(span)} keeps "
        "clear of it and others, on this way or on another"
    )
    return case.says(
        Reason.CONFLICT, text, lower_amsl_m=volume.lower_amsl_m, upper_amsl_m=volume.upper_amsl_m,
        from_s=(volume.start - origin).total_seconds(), until_s=(volume.end - origin).total_seconds(),
        departure_error_s=case.trips.policy.departure_error_s,
    )  # fmt: skip
