"""A plan laid open for checking: every leg with its drone, pads, orders on board and line, unknown ones as None.

Nothing here trusts the plan, and nothing here raises: what does not exist is left out, and its own rule reports it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from airspace.earth.frame import GEOD
from airspace.earth.heights import HeightFrame
from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job, Policy
from planner.model.orders import Order
from planner.model.plans import Leg, Plan, Sortie, WayOut, Waypoint
from planner.model.reviews import Place
from planner.safety.geodesics import CentreLine

LEAST_WAYPOINTS = 4
LONGEST_M = 1_000_000.0
HIGHEST_M = 100_000.0
"""Above or below this there is no air to fly in."""


@dataclass(frozen=True, eq=False, kw_only=True)
class LegCase:
    """One leg with everything that is known about it apart from what the plan says."""

    sortie: Sortie
    number: int
    """From 1."""
    leg: Leg
    drone: Drone | None
    kind: DroneType | None
    """The type that the job gives the drone, not the one written in the plan."""
    from_pad: Pad | None
    to_pad: Pad | None
    on_board: tuple[Order, ...]
    """From the take-off of this leg."""
    delivered: tuple[Order, ...]
    """At the end of this leg."""
    taken: tuple[Order, ...] = ()
    """What the record says is taken over at the end, of the orders of the sortie."""
    clears: tuple[Order, ...] = ()
    """Of those on board, what the record says clears customs at the end."""
    last: bool
    """Whether it is the sortie's last, which flies to a hub; what is handed over there takes no time."""
    policy: Policy
    is_way_out: bool = False
    """Whether it is no leg of the plan, but the way out from above the pad of one."""

    @property
    def subject(self) -> str:
        """How a person would call it."""
        ends = f"{self.leg.from_pad}>{self.leg.to_pad}"
        return f"{self.sortie.id} leg {self.number} {'way out ' if self.is_way_out else ''}{ends}"

    @property
    def aircraft(self) -> frozenset[str]:
        """The ids by which a permit may name the drone."""
        return frozenset({self.sortie.drone, *([self.drone.type] if self.drone else [])})

    @property
    def half_width_m(self) -> float:
        """How far its type may stray from the centre line; the policy's figure where the type is not known."""
        return self.policy.corridor_half_width_m if self.kind is None else self.policy.half_width_m(self.kind)

    @property
    def keep_out_m(self) -> float:
        """How far the centre line stays from a closed zone."""
        return self.half_width_m + self.policy.clearance_m

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """Why the line cannot be measured; empty when it can."""
        points = self.leg.waypoints
        found = [] if len(points) > 1 else [f"{len(points)} waypoints"]
        found += [fault for index, point in enumerate(points) if (fault := fault_of(index + 1, point))]
        if not found:
            length_m = GEOD.line_length([point.lon for point in points], [point.lat for point in points])
            found += [f"{length_m / 1000:.0f} km long"] if length_m > LONGEST_M else []
        return tuple(found)

    @property
    def measurable(self) -> bool:
        """Whether the leg has a line."""
        return not self.faults

    @cached_property
    def line(self) -> CentreLine:
        """The line through the waypoints; only of a measurable leg."""
        return CentreLine.through(self.leg.waypoints)

    @cached_property
    def handover_s(self) -> float:
        """How long hand-over and take-over at the end take; 0 at the last landing, and at a call at customs only."""
        return 0.0 if self.last or self.calls else self.policy.handover_s

    @property
    def leaving(self) -> tuple[Order, ...]:
        """What is on board when the end of the leg is left again."""
        return (*(order for order in self.on_board if order not in self.delivered), *self.taken)

    @property
    def waits(self) -> bool:
        """Whether the drone waits at the end until customs have cleared what stays on board."""
        return any(order not in self.delivered for order in self.clears)

    @property
    def calls(self) -> bool:
        """Whether it ends at a pad for the sake of customs only."""
        return self.waits and not self.delivered and not self.taken

    @property
    def dwell_s(self) -> float:
        """How long customs take at the end; 0 where nothing clears."""
        return self.to_pad.customs_dwell_s if self.clears and self.to_pad is not None else 0.0

    @property
    def takes_off(self) -> datetime:
        """When the first waypoint is left."""
        return self.leg.waypoints[0].t

    @property
    def lands(self) -> datetime:
        """When the last waypoint is reached."""
        return self.leg.waypoints[-1].t

    @property
    def handed(self) -> datetime:
        """When the hand-over has ended, if there is one, else the touch-down."""
        return self.lands + timedelta(seconds=self.handover_s)

    @property
    def cleared(self) -> datetime:
        """When customs have cleared what clears at the end, after the hand-over."""
        return self.handed + timedelta(seconds=self.dwell_s)

    @property
    def ends(self) -> datetime:
        """When the drone may leave again: after the hand-over, and after customs where it waits for them."""
        return self.cleared if self.waits else self.handed

    def on_board_since(self, order: Order) -> datetime:
        """Return when an order came on board: at the take-off of the sortie, or where an earlier leg took it over."""
        before = self.sortie.legs[: self.number - 1]
        taken = (leg for leg in before if any(pickup.order == order.id for pickup in leg.pickups))
        found = next(taken, None)
        return self.sortie.legs[0].waypoints[0].t if found is None else found.waypoints[-1].t

    def released(self, order: Order) -> datetime:
        """When an order that is handed over at the end can be had: after customs, if it clears there."""
        return self.cleared if order in self.clears else self.handed

    @property
    def time(self) -> tuple[datetime, datetime]:
        """From take-off to the end; in order even when the plan's times are not."""
        times = [point.t for point in self.leg.waypoints]
        return min(times), max(max(times), self.ends)


def fault_of(number: int, point: Waypoint) -> str:
    """Say what makes a waypoint one that cannot exist; empty when it can."""
    if not all(math.isfinite(value) for value in (point.lon, point.lat, point.alt_amsl_m, point.alt_agl_m)):
        return f"waypoint {number} has a coordinate that is not a finite number"
    if abs(point.lat) > 90 and abs(point.lon) <= 90:
        return f"waypoint {number} has latitude {point.lat:g}: are longitude and latitude swapped?"
    if abs(point.lon) > 180 or abs(point.lat) > 90:
        return f"waypoint {number} is at lon {point.lon:g}, lat {point.lat:g}, outside the degrees of the Earth"
    if max(abs(point.alt_amsl_m), abs(point.alt_agl_m)) > HIGHEST_M:
        return f"waypoint {number} is at {point.alt_amsl_m:g} m AMSL, {point.alt_agl_m:g} m above ground"
    return ""


def place_of(point: Waypoint) -> Place:
    """Return a waypoint as a place."""
    return Place(lon=point.lon, lat=point.lat, alt_amsl_m=point.alt_amsl_m, t=point.t)


@dataclass(frozen=True, eq=False, kw_only=True)
class SortieCase:
    """One sortie with its legs and its orders."""

    sortie: Sortie
    drone: Drone | None
    kind: DroneType | None
    legs: tuple[LegCase, ...]
    orders: tuple[Order, ...]
    """Those that the job knows."""
    undelivered: tuple[Order, ...]
    """Still on board after the last hand-over."""
    taken: frozenset[str] = frozenset()
    """Ids of those that the record says are taken over on the way; all others are on board from the take-off."""

    @property
    def subject(self) -> str:
        """How a person would call it."""
        return self.sortie.id


@dataclass(frozen=True, eq=False, kw_only=True)
class Case:
    """A plan, its airspace and its job, laid open."""

    plan: Plan
    sky: Airspace
    job: Job
    digest: str
    stated_digest: str
    sorties: tuple[SortieCase, ...]
    shapes: dict[str, object] = field(default_factory=dict)
    """What has been prepared of the airspace's areas, by name."""

    @cached_property
    def heights(self) -> HeightFrame:
        """What heights of this airspace are measured from."""
        return self.sky.heights

    @property
    def legs(self) -> tuple[LegCase, ...]:
        """The legs of all sorties."""
        return tuple(leg for sortie in self.sorties for leg in sortie.legs)

    @cached_property
    def ways_out(self) -> tuple[LegCase, ...]:
        """The ways out of all legs that tell one, as if they were legs."""
        return tuple(self._way_by_leg.values())

    def way_of(self, leg: LegCase) -> LegCase | None:
        """Return the way out of a leg of this case as if it were one; None when it tells none."""
        return self._way_by_leg.get(id(leg))

    @cached_property
    def _way_by_leg(self) -> dict[int, LegCase]:
        # By identity: in a record made elsewhere two legs may be told alike. The case keeps its legs alive.
        told = ((leg, leg.leg.way_out) for leg in self.legs)
        return {id(leg): self._way(leg, way) for leg, way in told if way is not None}

    def _way(self, leg: LegCase, told: WayOut) -> LegCase:
        flown = replace(
            leg.leg, from_pad=leg.leg.to_pad, to_pad=told.alternate, corridor=told.corridor, waypoints=told.waypoints,
            way_out=None, zones=(), crossings=(), deliveries=(), pickups=(), clears=(),
        )  # fmt: skip
        pads = {pad.id: pad for pad in self.sky.pads}
        return replace(
            leg, leg=flown, from_pad=leg.to_pad, to_pad=pads.get(told.alternate), delivered=(), taken=(), clears=(),
            last=True, is_way_out=True,
        )  # fmt: skip

    @cached_property
    def by_drone(self) -> dict[str, tuple[SortieCase, ...]]:
        """The sorties of each drone, in order of departure."""
        in_order = sorted(self.sorties, key=lambda sortie: (sortie.sortie.departs, sortie.sortie.id))
        drones = sorted({sortie.sortie.drone for sortie in self.sorties})
        return {drone: tuple(item for item in in_order if item.sortie.drone == drone) for drone in drones}


def laid_open(plan: Plan, sky: Airspace, job: Job, *, digest: str, stated_digest: str) -> Case:
    """Return a plan laid open for checking."""
    return Case(
        plan=plan,
        sky=sky,
        job=job,
        digest=digest,
        stated_digest=stated_digest,
        sorties=_sortie_cases(plan, sky, job),
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Known:
    """What job and airspace have, by id."""

    job: Job
    orders: Mapping[str, Order]
    drones: Mapping[str, Drone]
    kinds: Mapping[str, DroneType]
    pads: Mapping[str, Pad]


def _sortie_cases(plan: Plan, sky: Airspace, job: Job) -> tuple[SortieCase, ...]:
    known = _Known(
        job=job,
        orders={order.id: order for order in job.orders},
        drones={drone.id: drone for drone in job.drones},
        kinds={kind.id: kind for kind in job.drone_types},
        pads={pad.id: pad for pad in sky.pads},
    )
    return tuple(_sortie_case(sortie, known) for sortie in plan.sorties)


def _sortie_case(sortie: Sortie, known: _Known) -> SortieCase:
    job, pads, drone = known.job, known.pads, known.drones.get(sortie.drone)
    kind = known.kinds.get(drone.type if drone else sortie.drone_type)
    orders = tuple(known.orders[order] for order in sortie.orders if order in known.orders)
    taken = frozenset(pickup.order for leg in sortie.legs for pickup in leg.pickups)
    left = sortie.legs[0].from_pad if sortie.legs else ""
    elsewhere = {drone.home_pad for drone in job.drones} - {left} if job.policy.end_elsewhere else set()
    waiting, legs = [order for order in orders if order.id not in taken], []
    for index, leg in enumerate(sortie.legs):
        on_board, last = tuple(waiting), index == len(sortie.legs) - 1
        brought = {order.id for order in waiting} if leg.to_pad in elsewhere else taken
        delivered = _brought_home(waiting, leg.to_pad, brought) if last else _handed_over(waiting, leg.to_pad)
        own = tuple(order for order in orders if any(pickup.order == order.id for pickup in leg.pickups))
        # In the order of hand-over, as the sortie tells it.
        waiting = [order for order in orders if order in waiting or order in own]
        clears = tuple(order for order in on_board if order.id in leg.clears)
        legs.append(
            LegCase(
                sortie=sortie, number=index + 1, leg=leg, drone=drone, kind=kind, from_pad=pads.get(leg.from_pad),
                to_pad=pads.get(leg.to_pad), on_board=on_board, delivered=delivered, taken=own, clears=clears,
                last=last, policy=job.policy,
            )
        )  # fmt: skip
    return SortieCase(
        sortie=sortie, drone=drone, kind=kind, legs=tuple(legs), orders=orders, undelivered=tuple(waiting), taken=taken
    )


def _handed_over(waiting: list[Order], pad: str) -> tuple[Order, ...]:
    """Take the orders for a pad off the front of those waiting on board."""
    count = next((index for index, order in enumerate(waiting) if order.to_pad != pad), len(waiting))
    handed, waiting[:] = tuple(waiting[:count]), waiting[count:]
    return handed


def _brought_home(waiting: list[Order], pad: str, brought: Collection[str]) -> tuple[Order, ...]:
    """Take what is for the pad of the last leg off those on board: of what was taken over, or of all at another hub."""
    handed = tuple(order for order in waiting if order.to_pad == pad and order.id in brought)
    waiting[:] = [order for order in waiting if order not in handed]
    return handed
