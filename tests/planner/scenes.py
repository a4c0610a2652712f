"""A small invented world on flat ground near 114.1 E 22.5 N, laid out in metres, with round figures.

The drone weighs 9 kg, so that m^1.5 is 27 when it is empty and 64 with 7 kg on board; in the standard atmosphere it
draws 1080 W and 2560 W in cruise. It climbs the 120 m to the flight level in 30 s and comes down in 40 s.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import shapely

from airspace.earth.frame import Frame
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import WEEKDAYS, Hours, Schedule
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job, Policy
from planner.model.orders import Consignment, Order
from planner.model.plans import Plan
from planner.model.powers import MassPower
from planner.solving.repairs import repaired
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trips
from planner.solving.tables import Tables, cost_tables

FRAME = Frame(lon=114.1, lat=22.5)
START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
END = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
CRUISE_M = 120.0
TOGETHER_M = (0.0, 0.0)
"""Nothing is kept apart in the air, unless a test asks for it: most ask about something else."""
QUICK = SolveOptions(iterations=20)


def at(clock: str) -> datetime:
    """Return a moment of the day by its clock time, UTC: "08:30" or "08:30:15"."""
    hour, minute, second = [*(int(part) for part in clock.split(":")), 0][:3]
    return START.replace(hour=hour, minute=minute, second=second)


def hours(start: str, end: str) -> Schedule:
    return Schedule.weekly(Hours(days=WEEKDAYS, start=at(start).time(), end=at(end).time(), clock=UTC))


def pad(name: str, x_m: float, y_m: float, **fields: Any) -> Pad:
    lon, lat = FRAME.to_lonlat(x_m, y_m)
    wanted = {"elevation_amsl_m": 0.0, "slots": 9, "custody": Custody.TWO_PERSON, **fields}
    return Pad(id=name, name=name, lon=round(float(lon), 7), lat=round(float(lat), 7), **wanted)


def area(west_m: float, south_m: float, east_m: float, north_m: float) -> shapely.Polygon:
    return FRAME.unproject(shapely.box(west_m, south_m, east_m, north_m))


def zone(name: str, place: shapely.Polygon, restriction: Restriction = Restriction.PROHIBITED, **fields: Any) -> Zone:
    return Zone(
        id=name, name=name, restriction=restriction, area=place, **{"band": Band(lower=GROUND, upper=None), **fields}
    )


def permit(name: str, authority: str, **fields: Any) -> Permit:
    wanted = {"zones": (), "aircraft": ("nine",), "valid_from": at("00:00"), "valid_to": at("23:00"), **fields}
    return Permit(id=name, authority=authority, **wanted)


def two_sides() -> tuple[Jurisdiction, ...]:
    """West and east of the line x = 2000 m."""
    west, east = area(-20e3, -20e3, 2e3, 20e3), area(2e3, -20e3, 20e3, 20e3)
    return (
        Jurisdiction(id="west", name="West", authority="west-aa", area=west),
        Jurisdiction(id="east", name="East", authority="east-aa", area=east),
    )


def gate(*permits: Permit, **fields: Any) -> Gate:
    """A gate in the boundary between the two sides, 600 m wide about y = 0."""
    top = Height(value_m=500.0, reference=Reference.AMSL)
    wanted = {"band": Band(lower=GROUND, upper=top), **fields}
    return Gate(id="door", name="Door", area=area(1950, -300, 2050, 300), permits=permits, **wanted)


def both_permits(**fields: Any) -> tuple[Permit, Permit]:
    return permit("of-west", "west-aa", **fields), permit("of-east", "east-aa", **fields)


def kind(name: str = "nine", **fields: Any) -> DroneType:
    wanted = {
        "mass_kg": 9.0, "max_payload_kg": 7.0, "battery_wh": 1000.0, "cruise_mps": 15.0, "climb_mps": 4.0,
        "descent_mps": 3.0, "power": MassPower(power_coefficient=40.0 * math.sqrt(1.225)), "max_wind_mps": 30.0,
        "temp_min_c": -20.0, "temp_max_c": 45.0, "model_error_share": 0.0, "cold_loss_per_c": 0.0, **fields,
    }  # fmt: skip
    return DroneType(id=name, name=name, **wanted)


def drone(name: str, home: str = "hub", type_id: str = "nine", **fields: Any) -> Drone:
    return Drone(id=name, type=type_id, home_pad=home, **fields)


OF_ORDER = ("from_pad", "priority", "precleared", "together", "apart")


def order(name: str, to_pad: str, kg: float = 1.0, *, ready: str = "08:00", due: str = "14:00", **fields: Any) -> Order:
    """Return an order, from the hub unless told; fields of the consignment and of the order may be given alike."""
    of_order = {key: fields.pop(key) for key in OF_ORDER if key in fields}
    goods = Consignment(mass_kg=kg, **{"declared_value": 100.0, "currency": "HKD", **fields})
    return Order(
        id=name, to_pad=to_pad, consignment=goods, ready_at=at(ready), due_at=at(due), **{"from_pad": "hub", **of_order}
    )


def fetch(name: str, from_pad: str, kg: float = 1.0, to_pad: str = "hub", **fields: Any) -> Order:
    """Return an order that is taken over at a pad, for the hub unless told."""
    return order(name, to_pad, kg, from_pad=from_pad, **fields)


def policy(**fields: Any) -> Policy:
    wanted = {
        "clearance_m": 30.0, "corridor_half_width_m": 20.0, "levels_amsl_m": (CRUISE_M,), "currency": "HKD",
        "value_cap_per_sortie": 10_000.0, "cost_per_sortie": 10.0, "cost_per_flight_hour": 360.0, "cost_per_kwh": 2.0,
        "unserved_penalty": 1000.0, "energy_factor": 1.1, "separation_m": TOGETHER_M, **fields,
    }  # fmt: skip
    return Policy(**wanted)


def job(orders: Sequence[Order], drones: Sequence[Drone] | None = None, **fields: Any) -> Job:
    wanted = {
        "start": START, "end": END, "utc_offset": timedelta(0), "drone_types": (kind(),), "policy": policy(), **fields,
    }  # fmt: skip
    return Job(name="scene", orders=tuple(orders), drones=tuple(drones or (drone("d1"),)), **wanted)


def sky(*pads: Pad, **fields: Any) -> Airspace:
    return Airspace(pads=pads, **fields)


def plain_sky(**fields: Any) -> Airspace:
    """A 3-4-5 triangle of pads: hub to A 3 km, A to B 4 km, B to the hub 5 km; C lies 2 km west.

    Each lies a hand's breadth nearer than that, so that no moment falls on a whole second by a hair.
    """
    return sky(pad("hub", 0, 0), pad("A", 2999.9, 0), pad("B", 2999.9, 3999.9), pad("C", -1999.9, 0), **fields)


def tables(orders: Sequence[Order], drones: Sequence[Drone] | None = None, **fields: Any) -> Tables:
    over = fields.pop("over", None) or plain_sky()
    return cost_tables(job(orders, drones, **fields), over)


@dataclass
class FakeSolver:
    """Suggests what it is told to: (group, ids of orders) for each sortie."""

    sorties: Iterable[tuple[int, Sequence[str]]] = ()
    name: str = "fake"

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        assert watch
        job = trips.tables.job
        suggested = [(group, tuple(job.order(name) for name in names)) for group, names in self.sorties]
        placed = repaired(suggested, servable, trips, seed=options.seed)
        return Proposal(placed=tuple(placed), bound=NO_BOUND)


def pad_uses(plan: Plan, over: Airspace) -> list[tuple[str, datetime, datetime]]:
    """Return when each pad is held, read from the waypoints of a plan alone."""
    uses = []
    for sortie in plan.sorties:
        ups = [(leg.waypoints[0].t, leg.waypoints[1].t) for leg in sortie.legs]
        downs = [(leg.waypoints[-2].t, leg.waypoints[-1].t) for leg in sortie.legs]
        home = sortie.legs[0].from_pad
        turn = timedelta(seconds=over.pad(home).turnaround_s)
        uses.append((home, ups[0][0] - turn, ups[0][1]))
        uses += [
            (leg.to_pad, down[0], up[1]) for leg, down, up in zip(sortie.legs[:-1], downs[:-1], ups[1:], strict=True)
        ]
        uses.append((home, downs[-1][0], downs[-1][1] + turn))
    return uses


def most_at_once(uses: Iterable[tuple[str, datetime, datetime]], name: str) -> int:
    """Return the largest number of uses of a pad that share a moment."""
    own = [(start, end) for where, start, end in uses if where == name]
    return max((sum(a <= start < b for a, b in own) for start, _ in own), default=0)
