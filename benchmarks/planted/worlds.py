"""What a planted day is made of: a flat world near 114.1 E 22.5 N, laid out in metres and drawn by a seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import shapely

from airspace.earth.frame import Frame
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import Period, Schedule
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job, Policy
from planner.model.orders import Consignment, Order
from planner.model.plans import CorridorChoice, Reason
from planner.model.powers import MassPower
from planner.model.weather import Weather

FRAME = Frame(lon=114.1, lat=22.5)
START = datetime(2026, 12, 1, 8, tzinfo=UTC)
END = START + timedelta(hours=6)
TARGET = "o"
"""Id of the order that the cause is planted for."""
HERE = "made up for a benchmark"


def at(hours: float) -> datetime:
    """Return a moment so many hours after the start of the day."""
    return START + timedelta(hours=hours)


def during(*spans: tuple[float, float]) -> Schedule:
    """Return the schedule of some hours of the day."""
    return Schedule(periods=tuple(Period(start=at(start), end=at(end)) for start, end in spans))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A day and its airspace."""

    job: Job
    sky: Airspace
    corridors: CorridorChoice = CorridorChoice.ANY

    @property
    def order(self) -> Order:
        """The order that the cause is planted for."""
        return self.job.order(TARGET)

    def with_order(self, **fields: Any) -> Scene:
        """Return the scene with that order changed."""
        order = self.order
        goods = {key: fields.pop(key) for key in list(fields) if hasattr(order.consignment, key)}
        changed = replace(order, consignment=replace(order.consignment, **goods), **fields)
        orders = tuple(changed if one.id == TARGET else one for one in self.job.orders)
        return self.with_job(orders=orders)

    def with_job(self, **fields: Any) -> Scene:
        """Return the scene with its job changed."""
        return replace(self, job=replace(self.job, **fields))

    def with_policy(self, **fields: Any) -> Scene:
        """Return the scene with the policy of its job changed."""
        return self.with_job(policy=replace(self.job.policy, **fields))

    def with_kind(self, **fields: Any) -> Scene:
        """Return the scene with its first type of drone changed."""
        first, *rest = self.job.drone_types
        return self.with_job(drone_types=(replace(first, **fields), *rest))

    def with_sky(self, **fields: Any) -> Scene:
        """Return the scene with its airspace changed."""
        return replace(self, sky=replace(self.sky, **fields))

    def with_pad(self, name: str, **fields: Any) -> Scene:
        """Return the scene with a pad changed."""
        return self.with_sky(pads=tuple(replace(p, **fields) if p.id == name else p for p in self.sky.pads))

    def with_zone(self, zone: Zone) -> Scene:
        """Return the scene with one more zone."""
        return self.with_sky(zones=(*self.sky.zones, zone))

    def with_gate(self, **fields: Any) -> Scene:
        """Return the scene with its gate changed."""
        (gate,) = self.sky.gates
        return self.with_sky(gates=(replace(gate, **fields),))

    def with_orders(self, *more: Order) -> Scene:
        """Return the scene with these orders besides the one alone."""
        return self.with_job(orders=(self.order, *more))

    def xy(self, pad: str) -> tuple[float, float]:
        """Return where a pad lies, in metres."""
        found = self.sky.pad(pad)
        x, y = FRAME.to_xy(found.lon, found.lat)
        return float(x), float(y)


Maker = Callable[[Scene, Random], Scene]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A cause: the code that is right for it, and what plants it."""

    code: Reason
    name: str
    make: Maker
    two_sides: bool = False
    """Whether it needs a boundary between the hub and the pad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A day with a cause in it."""

    plant: Plant
    before: Scene
    """Which serves every order."""
    after: Scene
    decoy: str
    """What else could be in the way, and is not; empty for nothing."""


PLANTS: list[Plant] = []
DECOYS: dict[str, Maker] = {}


def plants(code: Reason, *, two_sides: bool = False) -> Callable[[Maker], Maker]:
    """Register a cause with the code that is right for it."""

    def register(make: Maker) -> Maker:
        name = make.__name__.replace("_", " ").strip()
        PLANTS.append(Plant(code=code, name=name, make=make, two_sides=two_sides))
        return make

    return register


def decoy(make: Maker) -> Maker:
    """Register something that could be in the way, and is not."""
    DECOYS[make.__name__.replace("_", " ").strip()] = make
    return make


# What a day is made of


def new_pad(name: str, x_m: float, y_m: float, **fields: Any) -> Pad:
    """Return a pad at a place in metres."""
    lon, lat = FRAME.to_lonlat(x_m, y_m)
    wanted = {"elevation_amsl_m": 0.0, "slots": 9, "custody": Custody.TWO_PERSON, **fields}
    return Pad(id=name, name=name, lon=round(float(lon), 7), lat=round(float(lat), 7), **wanted)


def rectangle(west_m: float, south_m: float, east_m: float, north_m: float) -> shapely.Polygon:
    """Return an area between edges in metres."""
    return FRAME.unproject(shapely.box(west_m, south_m, east_m, north_m))


def square_over(scene: Scene, pad: str, half_m: float) -> shapely.Polygon:
    """Return a square around a pad, so many metres each way."""
    x, y = scene.xy(pad)
    return rectangle(x - half_m, y - half_m, x + half_m, y + half_m)


def ring_around(scene: Scene, pad: str, chance: Random) -> shapely.Polygon:
    """Return an area all round a pad, and clear of it."""
    inner_m = chance.uniform(150, 250)
    x, y = scene.xy(pad)
    outer, inner = (shapely.box(x - r, y - r, x + r, y + r) for r in (inner_m + chance.uniform(60, 150), inner_m))
    return FRAME.unproject(outer.difference(inner))


def new_zone(place: shapely.Polygon, restriction: Restriction = Restriction.PROHIBITED, **fields: Any) -> Zone:
    """Return a zone over a place."""
    wanted = {"id": "Z", "name": "Zone", "band": Band(lower=GROUND, upper=None), "authority": "zone-aa", **fields}
    return Zone(restriction=restriction, area=place, **wanted)


def _permit(name: str, authority: str, **fields: Any) -> Permit:
    wanted = {"zones": (), "aircraft": ("nine",), "valid_from": at(-6), "valid_to": at(12), **fields}
    return Permit(id=name, authority=authority, **wanted)


def both_permits(**fields: Any) -> tuple[Permit, Permit]:
    """Return a permit of each of the two authorities."""
    return _permit("of-west", "west-aa", **fields), _permit("of-east", "east-aa", **fields)


def new_type(name: str = "nine", **fields: Any) -> DroneType:
    """Return a type of drone."""
    wanted = {
        "mass_kg": 9.0, "max_payload_kg": 7.0, "battery_wh": 1000.0, "cruise_mps": 15.0, "climb_mps": 4.0,
        "descent_mps": 3.0, "power": MassPower(power_coefficient=44.27), "max_wind_mps": 12.0, "temp_min_c": -10.0,
        "temp_max_c": 40.0, **fields,
    }  # fmt: skip
    return DroneType(id=name, name=name, **wanted)


def new_order(name: str, to_pad: str, ready_h: float, due_h: float, *, kg: float = 1.0, **fields: Any) -> Order:
    """Return an order from the hub, its hours told from the start of the day."""
    of_order = {key: fields.pop(key) for key in ("from_pad", "priority") if key in fields}
    goods = Consignment(mass_kg=kg, **{"declared_value": 500.0, "currency": "HKD", **fields})
    wanted = {"from_pad": "hub", **of_order}
    return Order(id=name, to_pad=to_pad, consignment=goods, ready_at=at(ready_h), due_at=at(due_h), **wanted)


def _policy() -> Policy:
    return Policy(
        clearance_m=30.0,
        corridor_half_width_m=20.0,
        levels_amsl_m=(120.0,),
        currency="HKD",
        value_cap_per_sortie=10_000.0,
        cost_per_sortie=10.0,
        cost_per_flight_hour=360.0,
        cost_per_kwh=2.0,
        unserved_penalty=1000.0,
        energy_factor=1.1,
        separation_m=(0.0, 0.0),  # what is planted is one cause; others in the air would be a second one
    )


def scene(chance: Random, *, two_sides: bool) -> Scene:
    """Draw a day: the order asked about goes from the hub to pad A, the others to B and C."""
    turn = chance.uniform(-0.08, 0.08) if two_sides else chance.uniform(0, 2 * math.pi)
    reach_m = chance.uniform(1800, 2800)
    west = [chance.uniform(0.6, 1.4), chance.uniform(-1.4, -0.6)]
    pads = [
        new_pad("hub", 0, 0),
        new_pad("A", reach_m * math.cos(turn), reach_m * math.sin(turn)),
        *(
            new_pad(name, far_m * math.cos(turn + math.pi + off), far_m * math.sin(turn + math.pi + off))
            for name, off in zip("BC", west, strict=True)
            for far_m in [chance.uniform(1200, 2600)]
        ),
    ]
    ready_h = round(chance.uniform(0.2, 0.8), 2)
    others = [
        new_order(name, to_pad, 0, 5, kg=round(chance.uniform(0.5, 2), 1))
        for name, to_pad in zip("bc", "BC", strict=True)
        if chance.random() < 0.8
    ]
    target = new_order(
        TARGET, "A", ready_h, round(ready_h + chance.uniform(1, 2), 2), kg=round(chance.uniform(1, 4), 1)
    )
    fleet = tuple(Drone(id=f"d{number}", type="nine", home_pad="hub") for number in (1, 2))
    job = Job(
        name="planted", start=START, end=END, utc_offset=timedelta(0), orders=(target, *others),
        drone_types=(new_type(),), drones=fleet, policy=_policy(),
        weather=Weather(wind_mps=round(chance.uniform(0, 4), 1), wind_from_deg=chance.uniform(0, 359)),
    )  # fmt: skip
    return Scene(job=job, sky=Airspace(pads=tuple(pads), **(_boundary(chance) if two_sides else {})))


def _boundary(chance: Random) -> dict[str, Any]:
    """Draw a boundary between the hub and pad A with a gate about y = 0."""
    x_m = chance.uniform(700, 1200)
    sides = tuple(
        Jurisdiction(id=name, name=name, authority=f"{name}-aa", area=area)
        for name, area in (("west", rectangle(-9e3, -9e3, x_m, 9e3)), ("east", rectangle(x_m, -9e3, 30e3, 9e3)))
    )
    top = Height(value_m=500.0, reference=Reference.AMSL)
    gate = Gate(
        id="G", name="Gate", area=rectangle(x_m - 50, -300, x_m + 50, 300), band=Band(lower=GROUND, upper=top),
        permits=both_permits(),
    )  # fmt: skip
    return {"jurisdictions": sides, "gates": (gate,)}


def window_hours(scene: Scene) -> tuple[float, float]:
    """Return when the order is ready and due, in hours after the start."""
    order = scene.order
    return (order.ready_at - START).total_seconds() / 3600, (order.due_at - START).total_seconds() / 3600
