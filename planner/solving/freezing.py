"""Freezing the corridors that a job may fly, and what a plan loses when some are not approved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from airspace.corridors.courses import Course, courses
from airspace.corridors.library import freeze
from airspace.model.corridors import Corridor, Library
from airspace.model.schedules import Span
from airspace.model.skies import Airspace
from planner.model.jobs import Job
from planner.model.plans import Leg, Plan, Sortie
from planner.model.weather import Weather
from planner.solving.approvals import unapproved
from planner.solving.groups import Group, fleets, group_drones, pads_of
from planner.solving.makers import FlightMaker
from planner.solving.tables import chart_of, cuts_of


def freeze_job(
    job: Job,
    sky: Airspace,
    *,
    pairs: Collection[tuple[str, str]] | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> tuple[Corridor, ...]:
    """Return the corridors that a job's drones would fly at some time of it, each type's by itself.

    Parameters
    ----------
    pairs
        The pads to join, there and back; without any, all between which the job's orders may be flown.

    Raises
    ------
    RegionTooLarge
        If the airspace does not fit one local frame.
    UnknownPad
        If a pad of a pair does not exist.
    """
    whole, groups = (job.start, job.end), fleets(group_drones(job, sky))
    made = FlightMaker(job=job, base=chart_of(sky, job, whole))
    # What a corridor is judged by depends on the type, not on the home and the permits of a drone.
    charts = {group.kind.id: made.chart(group) for group in groups}
    lines: dict[str, dict[Course, None]] = {kind: {} for kind in charts}
    spans = cuts_of(made, groups)
    for number, (when, weather) in enumerate(spans, start=1):
        on_progress(f"corridors {number}/{len(spans)}")
        for group in groups:
            lines[group.kind.id] |= dict.fromkeys(_lines(made, group, pairs, when, weather))
    return tuple(
        corridor
        for kind, known in lines.items()
        for corridor in freeze(known, charts[kind], drone_types=(kind,), when=whole, ledgers=job.ledgers)
    )


def _lines(
    made: FlightMaker, group: Group, pairs: Collection[tuple[str, str]] | None, when: Span, weather: Weather
) -> Iterator[Course]:
    """Yield a group's courses in a span of time, those asked for and their ways back."""
    wanted = None if pairs is None else {*pairs, *((end, start) for start, end in pairs)}
    pads = (
        pads_of(made.job, group, made.base.sky) if wanted is None else sorted({pad for pair in wanted for pad in pair})
    )
    for pair, course in courses(made.network(group, when, weather), pads).items():
        if wanted is None or pair in wanted:
            yield course


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A sortie of a plan that flies a corridor of a library at a time when that is not approved."""

    corridor: str
    sortie: str
    orders: tuple[str, ...]
    """All that it serves: a sortie that lacks a leg is not flown."""
    legs: tuple[int, ...]
    """Numbers, from 1."""
    departs: datetime
    why: str


def hits(plan: Plan, library: Library, corridors: Collection[str]) -> tuple[Hit, ...]:
    """Return the sorties of a plan that lack one of some corridors, in the order of corridor and departure."""
    found = []
    for name in sorted(set(corridors)):
        for sortie in sorted(plan.sorties, key=lambda sortie: (sortie.departs, sortie.id)):
            lacking = [
                (number, why)
                for number, leg in enumerate(sortie.legs, start=1)
                if leg.corridor == name and (why := _why(library, leg, sortie, plan))
            ]
            if lacking:
                found.append(
                    Hit(
                        corridor=name,
                        sortie=sortie.id,
                        orders=sortie.orders,
                        legs=tuple(number for number, _ in lacking),
                        departs=sortie.departs,
                        why=lacking[0][1],
                    )
                )
    return tuple(found)


def _why(library: Library, leg: Leg, sortie: Sortie, plan: Plan) -> str:
    """Say why a leg may not be flown at its time; empty when it may."""
    start = leg.waypoints[0].t
    end = max(leg.waypoints[-1].t, start + timedelta(seconds=max(leg.duration_s, 1.0)))
    corridor = library.corridor(leg.corridor)
    if sortie.drone_type not in corridor.drone_types:
        return f"not for type {sortie.drone_type}"
    return unapproved(library, corridor, sortie.drone_type, (start, end), timezone(plan.utc_offset))


def strangers(plan: Plan, library: Library) -> tuple[str, ...]:
    """Return the corridors that a plan flies and a library does not have."""
    flown = {leg.corridor for sortie in plan.sorties for leg in sortie.legs}
    return tuple(sorted(name for name in flown if not library.has(name)))
