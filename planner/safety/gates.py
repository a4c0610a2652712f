"""How many drones cross by a gate in an hour: counted again from the lines of the legs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from airspace.model.gates import Gate
from planner.model.reviews import Finding, Place
from planner.safety.boundaries import Passage, passage_of
from planner.safety.cases import Case, LegCase
from planner.safety.findings import at_most
from planner.safety.rules import CROSSING_TOLERANCE_S

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One crossing by a gate."""

    t: datetime
    subject: str
    where: Place


def unlimited(case: Case) -> bool:
    """Tell whether no gate of the airspace says how many drones it lets through."""
    return all(gate.capacity_per_hour is None for gate in case.sky.gates)


def gates_within_capacity(case: Case) -> Iterator[Finding]:
    """Judge how many crossings each gate has in its fullest hour, whichever way they go; ways out do not count."""
    for gate in case.sky.gates:
        passed = sorted(_passed_by(case, gate), key=lambda item: (item.t, item.subject))
        if passed and gate.capacity_per_hour is not None:
            yield _fullest(gate, passed, gate.capacity_per_hour)


def _passed_by(case: Case, gate: Gate) -> Iterator[Passed]:
    for leg in case.legs:
        passage = passage_of(case, leg) if leg.measurable else None
        for number, crossing in enumerate(passage.crossings if passage is not None else ()):
            if passage is not None and gate.id in _gates_of(leg, passage, number):
                where = leg.line.place((crossing.start + crossing.end) / 2.0)
                yield Passed(t=where.t or leg.takes_off, subject=leg.subject, where=where)


def _gates_of(leg: LegCase, passage: Passage, number: int) -> set[str]:
    """Return the gates that a crossing counts for.

    Where several hold it, that is the one written down for it; else it counts for each of those written down.
    """
    holding = {gate for gate in passage.gates if passage.holds(gate, passage.crossings[number])}
    written = leg.leg.crossings
    if len(written) == len(passage.crossings) and written[number].gate in holding:
        return {written[number].gate}
    return holding & set(leg.leg.gates) or holding


def _fullest(gate: Gate, passed: Sequence[Passed], capacity: int) -> Finding:
    """Return the finding on the fullest hour: one that begins with a crossing, and does not hold its own end."""
    # What meets by the rounding of a record, or by drawing a boundary otherwise, does not meet.
    hour = HOUR - timedelta(seconds=CROSSING_TOLERANCE_S)
    hours = [[item for item in passed[first:] if item.t < start.t + hour] for first, start in enumerate(passed)]
    found = max(hours, key=len)
    return at_most(
        "gate.capacity", f"gate '{gate.id}'", len(found), capacity, "crossings", where=found[-1].where,
        detail=f"{len(found)} crossings in the hour from {found[0].t:%H:%M:%S} UTC, at most {capacity}: "
        + ", ".join(f"{item.subject} at {item.t:%H:%M:%S}" for item in found),
    )  # fmt: skip
