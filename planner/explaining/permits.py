"""Which permits, for which zones, would just be enough for an order that has no leave to be flown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

import shapely

from airspace.earth.heights import GROUND, Band
from airspace.model.gates import Gate, Permit
from airspace.model.schedules import NEVER
from airspace.model.skies import Airspace
from planner.explaining.changes import Change, Kind
from planner.explaining.trials import Trials
from planner.model.jobs import Job

AROUND = timedelta(hours=1)
"""How much longer than the job a permit is thought to be valid."""
GATES_TRIED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """One permit that is thought of: by whom, and for which zone; empty for passing the gate only."""

    authority: str
    zone: str = ""


def least_leave(trials: Trials) -> Iterator[Change]:
    """Yield for some gates, and each type of drone that could bring an order, the fewest new permits that serve it."""
    kinds = dict.fromkeys(drone.type for drone in trials.fleet)
    for gate in _gates(trials):
        for kind in kinds:
            asked = _all_leave(trials, gate)
            if asked and trials.alone(change_of(trials, gate, kind, asked)):
                yield change_of(trials, gate, kind, _fewest(trials, gate, kind, asked))


def change_of(trials: Trials, gate: Gate, kind: str, asked: Sequence[Leave]) -> Change:
    """Return the change that gives some leave to a type of drone, held by a gate."""
    zones = [leave.zone for leave in asked if leave.zone]
    signers = list(dict.fromkeys(leave.authority for leave in asked))
    opens = f" that opens {_listed('zone', zones)}" if zones else ""
    where = f" at gate {gate.id}" if _is_there(trials.sky, gate) else ""
    words = f"a permit of {' and one of '.join(signers)} for type {kind}{where}{opens}"
    permits = tuple(_permit(trials.job, signer, kind, asked) for signer in signers)

    def apply(job: Job, sky: Airspace) -> tuple[Job, Airspace]:
        held = replace(gate, permits=(*gate.permits, *permits))
        kept = tuple(held if one.id == gate.id else one for one in sky.gates)
        return job, replace(sky, gates=kept if _is_there(sky, gate) else (*sky.gates, held))

    return Change(
        kind=Kind.PERMIT, words=words, size=len(asked), unit="permits and zones", orders=(trials.order.id,),
        reroutes=True, apply=apply,
    )  # fmt: skip


def _permit(job: Job, signer: str, kind: str, asked: Sequence[Leave]) -> Permit:
    return Permit(
        id=f"permit asked of {signer}",
        authority=signer,
        zones=tuple(leave.zone for leave in asked if leave.authority == signer and leave.zone),
        aircraft=(kind,),
        valid_from=job.start - AROUND,
        valid_to=job.end + AROUND,
    )


def _listed(thing: str, names: Sequence[str]) -> str:
    return f"{thing} {names[0]}" if len(names) == 1 else f"{thing}s {', '.join(names)}"


def _is_there(sky: Airspace, gate: Gate) -> bool:
    return any(one.id == gate.id for one in sky.gates)


def nearest_gates(trials: Trials) -> list[Gate]:
    """Return the gates nearest to the straight line between the two pads."""
    sky = trials.sky
    line = shapely.LineString([sky.pad(pad).point for pad in (trials.order.from_pad, trials.order.to_pad)])
    return sorted(sky.gates, key=lambda gate: (shapely.distance(line, gate.area), gate.id))[:GATES_TRIED]


def _gates(trials: Trials) -> list[Gate]:
    """Return the gates nearest by; where there are none, one that only holds permits of zones."""
    if near := nearest_gates(trials):
        return near
    zone = next((zone for zone in trials.sky.zones if zone.permittable), None)
    area = None if zone is None else shapely.convex_hull(zone.area)
    if not isinstance(area, shapely.Polygon):
        return []
    return [Gate(id="permits", name="permits", area=area, band=Band(lower=GROUND, upper=None), schedule=NEVER)]


def _all_leave(trials: Trials, gate: Gate) -> list[Leave]:
    """Return all the leave that the order could need: of the gate's sides, of the ledgers' rules, and for zones."""
    sky = trials.sky
    sides = [side.authority for side in sky.jurisdictions if shapely.intersects(side.area, gate.area)]
    rules = [rule.authority for ledger in trials.job.ledgers for rule in ledger.in_force if rule.permittable]
    passing = [Leave(authority=name) for name in dict.fromkeys(chain(sides, rules)) if name]
    signer = next(iter(sides), "its authority")
    zones = [Leave(authority=zone.authority or signer, zone=zone.id) for zone in sky.zones if zone.permittable]
    return [*passing, *_entered(trials, gate, passing, zones)]


def _entered(trials: Trials, gate: Gate, passing: Sequence[Leave], zones: Sequence[Leave]) -> list[Leave]:
    """Return the zones among some that the order's flights enter once all of them are open."""
    if not zones:
        return []
    pairs = {pair for hub in trials.hubs for pair in trials.rounds(hub)}
    kind = trials.fleet[0].type
    tables = trials.with_change(change_of(trials, gate, kind, [*passing, *zones]))
    flights = (flight for piece in tables.slices for known in piece.flights.values() for flight in known.values())
    entered = {zone for flight in flights if (flight.from_pad, flight.to_pad) in pairs for zone in flight.passage.zones}
    return [leave for leave in zones if leave.zone in entered]


def _fewest(trials: Trials, gate: Gate, kind: str, asked: list[Leave]) -> list[Leave]:
    """Drop what is not needed, one by one."""
    for leave in list(asked):
        fewer = [other for other in asked if other != leave]
        if fewer and trials.alone(change_of(trials, gate, kind, fewer)):
            asked = fewer
    return asked
