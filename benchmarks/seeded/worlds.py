"""Right plans to put faults into: small days made up in metres, mornings of the examples, and what may be done to them.

A fault and its twin are two worlds: the same change, once just too far and once just on the right side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import shapely

from airspace.earth.frame import GEOD, Frame
from airspace.earth.heights import Band, Height, Reference
from airspace.model.schedules import Period, Schedule
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from benchmarks.planted.worlds import FRAME, Scene, new_order, new_pad, scene
from benchmarks.tables import ROOT
from planner import planning
from planner.formats.plans import digest, plan_to_document, rounded
from planner.formats.scenario import read_scenario
from planner.model.fleets import Drone
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Bound, Leg, Plan, Sortie, Waypoint
from planner.model.reviews import Review, Verdict
from planner.solving.solvers import SolveOptions

OPTIONS = SolveOptions(iterations=10)
DAYS = 10
"""So many days are drawn of a base, and used again and again."""
ALIKE = {"tiny": 1, "luohu": 3}
"""Of those that are not made up."""
SEPARATION_M = (50.0, 15.0)
MORNING_ORDERS = 5
"""Of an example's orders on a morning of it."""
SECOND = timedelta(seconds=1)
NO_BOUND = Bound(lower=None, gap=None, rules="not asked", proven=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A plan with the job and the airspace that it is judged by."""

    job: Job
    sky: Airspace
    plan: Plan
    stated: str | None = None
    """The digest that its file states; None for the right one."""

    def review(self) -> Review:
        """Return what the check says of it, as it would be written down."""
        return planning.check(rounded(self.plan), self.sky, self.job, stated_digest=self.stated)

    def with_job(self, **fields: Any) -> World:
        """Return the world with its job changed."""
        return replace(self, job=replace(self.job, **fields))

    def with_policy(self, **fields: Any) -> World:
        """Return the world with its policy changed."""
        return self.with_job(policy=replace(self.job.policy, **fields))

    def with_kinds(self, **fields: Any) -> World:
        """Return the world with every type of drone changed."""
        return self.with_job(drone_types=tuple(replace(kind, **fields) for kind in self.job.drone_types))

    def with_order(self, name: str, **fields: Any) -> World:
        """Return the world with an order, or its consignment, changed."""
        old = self.job.order(name)
        goods = {key: fields.pop(key) for key in list(fields) if hasattr(old.consignment, key)}
        new = replace(old, consignment=replace(old.consignment, **goods), **fields)
        return self.with_job(orders=tuple(new if order is old else order for order in self.job.orders))

    def with_pad(self, name: str, **fields: Any) -> World:
        """Return the world with a pad changed."""
        pads = tuple(replace(pad, **fields) if pad.id == name else pad for pad in self.sky.pads)
        return replace(self, sky=replace(self.sky, pads=pads))

    def with_gates(self, **fields: Any) -> World:
        """Return the world with every gate changed."""
        return replace(self, sky=replace(self.sky, gates=tuple(replace(gate, **fields) for gate in self.sky.gates)))

    def with_permits(self, **fields: Any) -> World:
        """Return the world with every permit of every gate changed."""
        gates = tuple(
            replace(gate, permits=tuple(replace(permit, **fields) for permit in gate.permits))
            for gate in self.sky.gates
        )
        return replace(self, sky=replace(self.sky, gates=gates))

    def with_zone(self, area: shapely.Geometry, **fields: Any) -> World:
        """Return the world with one more zone, a prohibited one of all heights unless told otherwise."""
        wanted = {"restriction": Restriction.PROHIBITED, "band": band(0.0, None), **fields}
        zone = Zone(id="SEEDED", name="Seeded", area=area, **wanted)
        return replace(self, sky=replace(self.sky, zones=(*self.sky.zones, zone)))

    def with_sorties(self, sorties: Sequence[Sortie]) -> World:
        """Return the world with other sorties, and totals that are theirs."""
        return replace(self, plan=with_totals(replace(self.plan, sorties=tuple(sorties)), self.job))

    def with_sortie(self, index: int, **fields: Any) -> World:
        """Return the world with a sortie changed."""
        sorties = list(self.plan.sorties)
        sorties[index] = replace(sorties[index], **fields)
        return self.with_sorties(sorties)

    def with_leg(self, at: At, **fields: Any) -> World:
        """Return the world with a leg changed."""
        legs = list(self.plan.sorties[at.sortie].legs)
        legs[at.leg] = replace(legs[at.leg], **fields)
        return self.with_sortie(at.sortie, legs=tuple(legs))

    def with_waypoint(self, at: At, number: int, **fields: Any) -> World:
        """Return the world with a waypoint of a leg changed."""
        points = list(at.of(self).waypoints)
        points[number] = replace(points[number], **fields)
        return self.with_leg(at, waypoints=tuple(points))

    def unseparated(self) -> World:
        """Return the world under a policy that asks for no separation in the air, and nobody held back for it."""
        sorties = [replace(sortie, held_s=0, held_for=()) for sortie in self.plan.sorties]
        return self.with_policy(separation_m=(0.0, 0.0)).with_sorties(sorties)

    @property
    def lands(self) -> datetime:
        """When the last drone is back, and every leg and way out is over."""
        held = self.job.policy.handover_s + self.job.policy.final_hover_s
        ways = [leg.way_out.waypoints[-1].t for sortie in self.plan.sorties for leg in sortie.legs if leg.way_out]
        return max([*(sortie.returns for sortie in self.plan.sorties), *ways]) + timedelta(seconds=held)

    def keep_out_m(self, at: At) -> float:
        """Return how far the centre line of a leg stays from a closed zone."""
        return self.half_width_m(at) + self.job.policy.clearance_m

    def half_width_m(self, at: At) -> float:
        """Return how far the drone of a leg may stray."""
        drone = self.job.drone(self.plan.sorties[at.sortie].drone)
        return self.job.policy.half_width_m(self.job.drone_type(drone.type))

    def clear(self, area: shapely.Geometry, least_m: float) -> bool:
        """Tell whether no leg and no way out comes within a distance of an area on the map."""
        frame = Frame.around([area])
        flat = frame.project(area)
        return all(flat.distance(frame.project(line)) >= least_m for line in self._lines())

    def _lines(self) -> Iterator[shapely.LineString]:
        for leg in (leg for sortie in self.plan.sorties for leg in sortie.legs):
            yield shapely.LineString([(point.lon, point.lat) for point in leg.waypoints])
            if leg.way_out is not None:
                yield shapely.LineString([(point.lon, point.lat) for point in leg.way_out.waypoints])


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A leg of a plan, and a piece of it."""

    sortie: int
    leg: int
    piece: int
    """From this waypoint, counted from 0, to the next."""

    def of(self, world: World) -> Leg:
        """Return the leg."""
        return world.plan.sorties[self.sortie].legs[self.leg]

    def ends(self, world: World) -> tuple[Waypoint, Waypoint]:
        """Return both waypoints of the piece."""
        points = self.of(world).waypoints
        return points[self.piece], points[self.piece + 1]


Pair = tuple[World, World]
"""A fault and its twin."""
Maker = Callable[[World, Random], Pair | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of fault: the rules of which one has to find it, the bases it is put into, and what puts it there."""

    name: str
    rules: tuple[str, ...]
    bases: tuple[str, ...]
    make: Maker


KINDS: list[Kind] = []


def fault(*rules: str, on: Sequence[str] = ("plain", "crossing", "luohu", "tiny")) -> Callable[[Maker], Maker]:
    """Register a kind of fault under what its function is called."""

    def register(make: Maker) -> Maker:
        KINDS.append(Kind(name=make.__name__.replace("_", " ").strip(), rules=rules, bases=tuple(on), make=make))
        return make

    return register


# Right plans


@cache
def base(name: str, number: int) -> World:
    """Return the right plan of a base with a number; SystemExit where it is not right."""
    made = {
        "plain": _plain,
        "crossing": _crossing,
        "luohu": _luohu,
        "tiny": _tiny,
        "two hubs": _two_hubs,
        "hub below": _hub_below,
    }[name]
    job, sky = made(Random(f"{name} {number}"))  # noqa: S311 - a day, not a secret
    return planned(job, sky, name=f"{name} {number}")


def planned(job: Job, sky: Airspace, *, name: str) -> World:
    """Return a plan made by the planner that passes the check as a whole."""
    plan = planning.plan(job, sky, options=OPTIONS)
    world = World(job=job, sky=sky, plan=replace(plan, bound=NO_BOUND))
    review = world.review()
    if review.verdict is not Verdict.PASS or not plan.sorties:
        raise SystemExit(f"{name}: not a right plan to begin with: {review.of(Verdict.FAIL)}, {plan.unserved}")
    return world


def _plain(chance: Random) -> tuple[Job, Airspace]:
    return _of(scene(chance, two_sides=False))


def _crossing(chance: Random) -> tuple[Job, Airspace]:
    return _of(scene(chance, two_sides=True))


def _of(drawn: Scene) -> tuple[Job, Airspace]:
    """Return a day on which drones are kept apart in the air."""
    kept = drawn.with_policy(separation_m=SEPARATION_M)
    return kept.job, kept.sky


def _luohu(chance: Random) -> tuple[Job, Airspace]:
    """Return a morning of the example with some of its orders, none of them in a company."""
    read = read_scenario(ROOT / "examples" / "luohu")
    single = [order for order in read.job.orders if not order.together and not order.apart]
    orders = tuple(chance.sample(single, MORNING_ORDERS))
    return replace(read.job, orders=tuple(sorted(orders, key=lambda order: order.id))), read.sky


def _tiny(chance: Random) -> tuple[Job, Airspace]:
    """Return the smallest example, in another wind each time."""
    read = read_scenario(ROOT / "examples" / "tiny")
    weather = replace(read.job.weather, wind_from_deg=round(chance.uniform(0, 359), 1))
    return replace(read.job, weather=weather), read.sky


def _two_hubs(chance: Random) -> tuple[Job, Airspace]:
    """Return a day on which two drones of two hubs fly two lines that cross at right angles, half an hour apart."""
    return _with_a_port(chance, chance.uniform(1200, 1800))


def _hub_below(chance: Random) -> tuple[Job, Airspace]:
    """Return the same day with the second hub right below the line of the first drone."""
    return _with_a_port(chance, 0.0)


def _with_a_port(chance: Random, across_m: float) -> tuple[Job, Airspace]:
    turn, middle_m = chance.uniform(0, 2 * math.pi), chance.uniform(1000, 2000)

    def pad(name: str, x_m: float, y_m: float) -> Any:
        east, north = x_m * math.cos(turn) - y_m * math.sin(turn), x_m * math.sin(turn) + y_m * math.cos(turn)
        return new_pad(name, east, north)

    job, _ = _plain(chance)
    beyond_m = chance.uniform(1200, 1800)
    pads = (pad("hub", 0, 0), pad("A", 3000, 0), pad("port", middle_m, -across_m), pad("B", middle_m, beyond_m))
    orders = (new_order("o", "A", 0, 6, from_pad="hub"), new_order("b", "B", 0.5, 6, from_pad="port"))
    fleet = (Drone(id="d1", type="nine", home_pad="hub"), Drone(id="d2", type="nine", home_pad="port"))
    return replace(job, orders=orders, drones=fleet), Airspace(pads=pads)


# What may be done to them


def legs_of(world: World, *, least_m: float = 0.0) -> list[At]:
    """Return every leg with its longest level piece, those only where that is long enough."""
    found = []
    for number, sortie in enumerate(world.plan.sorties):
        for index, leg in enumerate(sortie.legs):
            inner = [(length_m(a, b), piece) for piece, (a, b) in enumerate(pairwise(leg.waypoints))]
            metres, piece = max(inner)
            if metres >= least_m:
                found.append(At(sortie=number, leg=index, piece=piece))
    return found


def a_leg(world: World, chance: Random, *, least_m: float = 0.0) -> At:
    """Draw a leg."""
    return chance.choice(legs_of(world, least_m=least_m))


def length_m(a: Waypoint, b: Waypoint) -> float:
    """Return the metres over the ground between two waypoints."""
    return float(GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2])


def beside(a: Waypoint, b: Waypoint, share: float, metres: float, *, along_m: float = 0.0) -> tuple[float, float]:
    """Return a place beside a piece: at a share of its way, and so far to its right; on along it on that side."""
    azimuth, _, whole_m = GEOD.inv(a.lon, a.lat, b.lon, b.lat)
    lon, lat, back = GEOD.fwd(a.lon, a.lat, azimuth, share * whole_m)
    lon, lat, home = GEOD.fwd(lon, lat, back - 180.0 + 90.0, metres)
    if along_m:
        # What is beside runs parallel to the piece.
        lon, lat, _ = GEOD.fwd(lon, lat, home - 180.0 - 90.0, along_m)
    return lon, lat


def tip(a: Waypoint, b: Waypoint, share: float, metres: float, *, size_m: float = 60.0) -> shapely.Polygon:
    """Return a triangle whose tip is nearest to a piece, so far to its right (to its left below zero)."""
    off_m = math.copysign(size_m, metres)
    corners = [
        beside(a, b, share, metres + off_m, along_m=-size_m), beside(a, b, share, metres),
        beside(a, b, share, metres + off_m, along_m=size_m),
    ]  # fmt: skip
    return shapely.Polygon(corners)


def strip(a: Waypoint, b: Waypoint, share: float, near_m: float, far_m: float, *, thick_m: float) -> shapely.Polygon:
    """Return a rectangle across or beside a piece, from one distance to its right to another."""
    half = thick_m / 2
    corners = [(near_m, -half), (near_m, half), (far_m, half), (far_m, -half)]
    return shapely.Polygon([beside(a, b, share, off_m, along_m=along_m) for off_m, along_m in corners])


def band(lower_m: float, upper_m: float | None, reference: Reference = Reference.AMSL) -> Band:
    """Return a band of heights."""
    upper = None if upper_m is None else Height(value_m=upper_m, reference=reference)
    return Band(lower=Height(value_m=lower_m, reference=reference), upper=upper)


def during(start: datetime | None, end: datetime | None) -> Schedule:
    """Return the schedule of one stretch of time."""
    return Schedule(periods=(Period(start=start, end=end),))


def with_totals(plan: Plan, job: Job) -> Plan:
    """Return a plan with totals of what it lists."""
    policy, legs = job.policy, [leg for sortie in plan.sorties for leg in sortie.legs]
    flight_s = sum((sortie.returns - sortie.departs).total_seconds() for sortie in plan.sorties)
    energy_wh = sum(leg.energy_wh for leg in legs)
    cost = policy.cost_per_sortie * len(plan.sorties) + policy.cost_per_flight_hour * flight_s / 3600
    totals = replace(
        plan.totals, cost=cost + policy.cost_per_kwh * energy_wh / 1000, flight_s=flight_s, energy_wh=energy_wh,
        distance_m=sum(leg.distance_m for leg in legs), sorties=len(plan.sorties),
        served=sum(len(sortie.orders) for sortie in plan.sorties), unserved=len(plan.unserved),
    )  # fmt: skip
    return replace(plan, totals=totals)


def later(sortie: Sortie, by: timedelta) -> Sortie:
    """Return a sortie flown later as a whole, earlier below zero."""
    return _moved(sortie, by)


def _moved(value: Any, by: timedelta) -> Any:
    """Return a value with every moment in it later."""
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, tuple):
        return tuple(_moved(item, by) for item in value)
    if isinstance(value, Sortie | Leg | Waypoint) or type(value).__name__ in (
        "Crossing",
        "Delivery",
        "Pickup",
        "WayOut",
    ):
        return replace(value, **{name: _moved(getattr(value, name), by) for name in value.__slots__})
    return value


def alone(world: World, index: int) -> World:
    """Return the world with one sortie of its plan and the orders of that one only."""
    sortie = replace(world.plan.sorties[index], held_s=0, held_for=(), other_ways=())
    orders = tuple(order for order in world.job.orders if order.id in sortie.orders)
    return replace(world.with_job(orders=orders), plan=replace(world.plan, unserved=())).with_sorties([sortie])


def copied(world: World, drone: str, after: timedelta, *, orders: Sequence[Order] | None = None) -> World:
    """Return the world with its only sortie flown once more by a drone, with orders like its own unless told which."""
    (one,) = world.plan.sorties
    own = [world.job.order(name) for name in one.orders]
    new = (
        [replace(order, id=f"{order.id}-2", due_at=world.job.end) for order in own] if orders is None else list(orders)
    )
    names = {old.id: order.id for old, order in zip(own, new, strict=True)}
    legs = tuple(
        replace(leg, deliveries=tuple(replace(item, order=names[item.order]) for item in leg.deliveries))
        for leg in one.legs
    )
    again = replace(one, id=f"{one.id}-2", drone=drone, orders=tuple(names[name] for name in one.orders), legs=legs)
    known = {order.id for order in world.job.orders}
    more = world.with_job(orders=(*world.job.orders, *(order for order in new if order.id not in known)))
    return more.with_sorties([one, later(again, after)])


def stated(world: World) -> str:
    """Return the digest of a world's plan as it is written down."""
    return digest(plan_to_document(rounded(world.plan)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A fault put into a right plan, and its twin."""

    kind: Kind
    base: str
    faulty: World
    twin: World


def seeded(kind: Kind, seed: int) -> Seeded | None:
    """Put a fault of a kind into a right plan; None where the plan drawn has no room for it."""
    chance = Random(f"{kind.name} {seed}")  # noqa: S311 - a fault, not a secret
    name = kind.bases[seed % len(kind.bases)]
    world = base(name, chance.randrange(ALIKE.get(name, DAYS)))
    made = kind.make(world, chance)
    return None if made is None else Seeded(kind=kind, base=name, faulty=made[0], twin=made[1])


def frame_of(world: World) -> Frame:
    """Return a local frame around the pads of a world."""
    return FRAME if world.sky.pads[0].id == "hub" else Frame.around([pad.point for pad in world.sky.pads])
