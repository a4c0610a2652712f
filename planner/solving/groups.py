"""Groups of drones that may fly the same legs, and the pads they fly between."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from airspace.model.skies import Airspace
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.solving.customs import Customs


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Drones that may fly the same legs: one type, one home, the same permits."""

    kind: DroneType
    home_pad: str
    drones: tuple[Drone, ...]

    @property
    def aircraft(self) -> frozenset[str]:
        """What a permit may call them; drones of one group stand in the same permits."""
        return frozenset({self.kind.id, self.drones[0].id})


def group_drones(job: Job, sky: Airspace) -> tuple[Group, ...]:
    """Group the drones that may fly the same legs, in a stable order."""
    members: dict[tuple[str, str, tuple[int, ...]], list[Drone]] = {}
    for drone in sorted(job.drones, key=lambda drone: drone.id):
        named = named_by(sky, {drone.id, drone.type})
        members.setdefault((drone.type, drone.home_pad, named), []).append(drone)
    return tuple(
        Group(kind=job.drone_type(kind), home_pad=home, drones=tuple(drones))
        for (kind, home, _), drones in sorted(members.items())
    )


def named_by(sky: Airspace, aircraft: Collection[str]) -> tuple[int, ...]:
    """Return the numbers of the permits that name an aircraft; their ids may stand at several gates."""
    return tuple(number for number, permit in enumerate(sky.permits) if permit.names(aircraft))


def pads_of(job: Job, group: Group, sky: Airspace) -> tuple[str, ...]:
    """Return the pads that a group may have to fly between: where it calls, and alternates."""
    others = {pad.id for pad in sky.pads if pad.is_alternate}
    return tuple(sorted(calls_of(job, group, sky) | others))


def calls_of(job: Job, group: Group, sky: Airspace) -> frozenset[str]:
    """Return the pads that a group may call at: its home, where its orders lie and go, and where they may clear."""
    homes, customs = homes_of(job), Customs.of(job, sky)
    orders = [order for order in job.orders if within_reach(order, group.home_pad, homes)]
    posts = {post.id for post in customs.posts} if any(customs.needed(order) for order in orders) else set()
    return frozenset({pad for order in orders for pad in (order.from_pad, order.to_pad)} | posts | {group.home_pad})


def homes_of(job: Job) -> frozenset[str]:
    """Return the pads where drones have their home."""
    return frozenset(drone.home_pad for drone in job.drones)


def within_reach(order: Order, home: str, homes: Collection[str]) -> bool:
    """Tell whether an order may be flown from a home: it lies there, or where no drone lives that could bring it."""
    return order.from_pad == home or order.from_pad not in homes
