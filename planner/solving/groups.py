"""Groups of drones that may fly the same legs, and the pads they fly between."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from airspace.model.skies import Airspace
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job
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
    """Return the pads that a group may call at: its home, where its orders go, and where they may clear customs."""
    orders, customs = [order for order in job.orders if order.from_pad == group.home_pad], Customs.of(job, sky)
    posts = {post.id for post in customs.posts} if any(customs.needed(order) for order in orders) else set()
    return frozenset({order.to_pad for order in orders} | posts | {group.home_pad})
