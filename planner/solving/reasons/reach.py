"""Whether a drone may get there at all: fleet, gates and permits, pads, corridors, and the rules on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timezone

from airspace.corridors.passages import passage
from airspace.model.gates import Gate
from airspace.model.schedules import Span
from planner.model.plans import Reason, Unserved
from planner.model.weather import STILL_AIR, Weather
from planner.physics.weather import strongest_mps
from planner.solving.approvals import why_none
from planner.solving.flights import Flight
from planner.solving.gates import crowded
from planner.solving.groups import Group
from planner.solving.makers import FlightMaker
from planner.solving.reasons.cases import Case
from planner.solving.tables import Slice


def no_fleet(case: Case) -> Unserved | None:
    """Return an answer when there is no drone that could come for it."""
    if case.groups:
        return None
    return case.says(Reason.FLEET_BUSY, "there is no drone that could bring it", able_drones=0)


def no_gate(case: Case) -> Unserved | None:
    """Return an answer when two pads lie in different jurisdictions and every gate is shut to the fleet."""
    sky, job = case.tables.sky, case.tables.job
    sides = {
        side.id for pad in _visited(case) for side in sky.jurisdictions
        if side.area.covers(sky.pad(pad).point)
    }  # fmt: skip
    if len(sides) < 2:
        return None
    in_hours = [gate for gate in sky.gates if gate.schedule.touches(job.start, job.end)]
    if not in_hours:
        return case.says(Reason.GATE_CLOSED, "no gate in the boundary is open during the job", gates=len(sky.gates))
    authorities = {side.authority for side in sky.jurisdictions if side.id in sides}
    if not any(_named(gate, group, authorities, (job.start, job.end)) for gate in in_hours for group in case.kinds):
        text = "no open gate has permits of today, of both authorities, that name a drone at this hub"
        return case.says(Reason.PERMIT_MISSING, text, open_gates=len(in_hours))
    return None


def _named(gate: Gate, group: Group, authorities: set[str], when: Span) -> bool:
    """Tell whether every authority has given a permit that names a group at some time in a span."""
    valid = {
        p.authority for p in gate.permits if p.names(group.aircraft) and p.valid_from < when[1] and when[0] < p.valid_to
    }
    return authorities <= valid


def refused(case: Case) -> Unserved | None:
    """Return an answer when one of its pads may not be flown to at any time of the day."""
    if case.ways():
        return None
    for pad in dict.fromkeys((case.order.to_pad, case.order.from_pad, *_homes(case))):
        refusals = [piece.refused[number].get(pad) for piece in case.tables.slices for number in case.lifting]
        # Refused at some hours only, it is something else that leaves no way at the others.
        if all(refusals) and refusals[0] is not None:
            zone = refusals[0].zone
            reason = Reason.PERMIT_MISSING if zone is not None and zone.permittable else Reason.PAD_UNREACHABLE
            gap = {} if refusals[0].gap_m is None else {"gap_m": refusals[0].gap_m}
            keep_out_m = case.trips.policy.keep_out_m(case.tables.groups[case.lifting[0]].kind)
            return case.says(reason, refusals[0].text, **gap, keep_out_m=keep_out_m)
    return None


def corridor(case: Case) -> Unserved | None:
    """Return an answer when only approved corridors may be flown, and one of those out and back never is one."""
    library, job = case.tables.library, case.tables.job
    if library is None or case.ways():
        return None
    clock = timezone(job.utc_offset)
    groups = {number: case.tables.groups[number] for number in case.lifting}
    rounds = {number: case.rounds(number) for number in groups}
    # All that lead out first, as a person would look for them.
    asked = dict.fromkeys(
        (pair, groups[number].kind.id)
        for leg in range(max(map(len, rounds.values())))
        for number, pairs in rounds.items()
        for pair in pairs[leg : leg + 1]
    )
    kinds = {group.kind.id: group.kind for group in groups.values()}
    told = [
        why
        for pair, kind in ((pair, kinds[name]) for pair, name in asked)
        if (why := why_none(library, pair, kind, job.policy, case.tables.sky, (job.start, job.end), clock))
    ]
    known = sum(len(library.between(*pair)) for pair in {pair for pair, _ in asked})
    return case.says(Reason.CORRIDOR, "; ".join(dict.fromkeys(told)), corridors=known)


def unreachable(case: Case) -> Unserved | None:
    """Return an answer when no corridor leads out and back, and say when a permit or less wind mends it."""
    if case.ways():
        return None
    homes = "" if case.order.from_pad in case.trips.homes else f" by way of a hub ({', '.join(_homes(case))})"
    text = f"no corridor leads from {case.order.from_pad} to {case.order.to_pad}{homes}"
    if any(_joined(case, case.tables.maker, number, piece, STILL_AIR) for number, piece in _pieces(case)):
        wind_mps = max(strongest_mps(piece.weather) for piece in case.tables.slices)
        least_mps = case.trips.policy.min_ground_speed_mps
        told = f"a wind of {wind_mps:g} m/s leaves too little speed over ground on the way"
        return case.says(Reason.WIND, told, wind_mps=wind_mps, min_ground_speed_mps=least_mps)
    for number, piece in _pieces(case):
        if lines := _joined(case, case.tables.permitted_maker, number, piece, piece.weather):
            entered = ", ".join(_entered(case, number, piece, lines))
            return case.says(Reason.PERMIT_MISSING, f"{text} without a permit that opens {entered}")
    return case.says(Reason.PAD_UNREACHABLE, f"{text}{_how_flown(case)}")


def _how_flown(case: Case) -> str:
    """Return what is asked of a corridor when nobody who could come turns on the spot; empty when somebody does."""
    radii_m = [case.tables.groups[number].kind.min_turn_radius_m for number in case.lifting]
    if not all(radii_m):
        return ""
    return f" that keeps one level and bends no tighter than a circle of {min(radii_m, default=0.0):g} m"


def _homes(case: Case) -> list[str]:
    """Return the hubs from which a drone could come for it."""
    return sorted({case.trips.ends(number)[0] for number in case.groups})


def _visited(case: Case) -> set[str]:
    """Return the pads that every sortie for it goes to, whatever its hub."""
    homes = _homes(case)
    return {case.order.from_pad, case.order.to_pad, *(homes if len(homes) == 1 else ())}


def _pieces(case: Case) -> list[tuple[int, Slice]]:
    return [(number, piece) for piece in case.tables.slices for number in case.lifting]


def _joined(case: Case, made: FlightMaker, number: int, piece: Slice, weather: Weather) -> list[Flight]:
    """Return the flights of a group out and back as another maker makes them; nothing when one is missing."""
    pairs = case.rounds(number)
    pads = tuple(dict.fromkeys(pad for pair in pairs for pad in pair))
    flights, _ = made.flights(case.tables.groups[number], pads, piece.when, weather)
    found = [flights.get(pair) for pair in pairs]
    return [flight for flight in found if flight is not None] if all(found) else []


def _entered(case: Case, number: int, piece: Slice, flights: Sequence[Flight]) -> list[str]:
    """Return the zones that some flights enter."""
    chart, sky, aircraft = case.tables.chart, case.tables.sky, case.tables.groups[number].aircraft
    passed = (
        passage(f.points, (sky.pad(f.from_pad), sky.pad(f.to_pad)), chart, aircraft=aircraft, when=piece.when)
        for f in flights
    )
    return list(dict.fromkeys(zone for one in passed for zone in one.zones))


def narrow_gate(case: Case) -> Unserved | None:
    """Return an answer when every way out and back by itself crosses a gate more often in an hour than it lets."""
    most = case.trips.gate_capacities
    found = [crowded(hops, most) for _, hops in case.courses()]
    if not all(found):
        return None
    gate, count = min(found[0].items(), key=lambda item: (item[1] - most[item[0]], item[0]))
    text = f"by itself it crosses gate {gate} {count} times in an hour, and the gate lets {most[gate]} through"
    return case.says(Reason.GATE_CLOSED, text, capacity_per_hour=most[gate], crossings_per_hour=count)


def law(case: Case) -> Unserved | None:
    """Find the way that rules of a jurisdiction forbid least, and say which rule does when every way is forbidden."""
    forbidden = [flight.lawful for _, way in case.loads() for flight in way if not flight.lawful.spans]
    lawful = [way for _, way in case.loads() if all(flight.lawful.spans for flight in way)]
    if lawful or not forbidden:
        return None
    least = min(forbidden, key=lambda found: not found.needs_permit)
    reason = Reason.PERMIT_MISSING if all(found.needs_permit for found in forbidden) else Reason.RULE
    return case.says(reason, least.why)
