"""Groups of drones that may fly the same sorties, and the pads they fly between."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import product

from airspace.model.skies import Airspace
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.solving.customs import Customs


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Drones that may fly the same sorties: one type, the same permits, from one hub to one hub.

    A drone whose sorties may end elsewhere is in a group for each pair of hubs, whatever its home.
    """

    kind: DroneType
    start_pad: str
    end_pad: str
    """The hubs that its sorties leave and end at."""
    drones: tuple[Drone, ...]

    @property
    def aircraft(self) -> frozenset[str]:
        """What a permit may call them; drones of one group stand in the same permits."""
        return frozenset({self.kind.id, self.drones[0].id})

    @property
    def returns(self) -> bool:
        """Whether its sorties end at the hub that they left."""
        return self.start_pad == self.end_pad

    def reaches(self, order: Order, homes: Collection[str]) -> bool:
        """Tell whether its sorties could serve an order by where it lies and goes: none lands at its own hub midway."""
        return within_reach(order, self.start_pad, homes) and (self.returns or order.to_pad != self.start_pad)


def group_drones(job: Job, sky: Airspace) -> tuple[Group, ...]:
    """Group the drones that may fly the same sorties, in a stable order."""
    members: dict[tuple[str, str, tuple[int, ...]], list[Drone]] = {}
    for drone in sorted(job.drones, key=lambda drone: drone.id):
        home = "" if job.policy.end_elsewhere else drone.home_pad
        members.setdefault((drone.type, home, named_by(sky, {drone.id, drone.type})), []).append(drone)
    anywhere = tuple(product(sorted(homes_of(job)), repeat=2))
    return tuple(
        Group(kind=job.drone_type(kind), start_pad=start, end_pad=end, drones=tuple(drones))
        for (kind, home, _), drones in sorted(members.items())
        for start, end in ([(home, home)] if home else anywhere)
    )


def fleets(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return one group for each lot of drones: they fly the same legs from whichever hub to whichever."""
    return tuple({group.drones: group for group in groups}.values())


def named_by(sky: Airspace, aircraft: Collection[str]) -> tuple[int, ...]:
    """Return the numbers of the permits that name an aircraft; their ids may stand at several gates."""
    return tuple(number for number, permit in enumerate(sky.permits) if permit.names(aircraft))


def pads_of(job: Job, group: Group, sky: Airspace) -> tuple[str, ...]:
    """Return the pads that a group may have to fly between: where it calls, and alternates."""
    others = {pad.id for pad in sky.pads if pad.is_alternate}
    return tuple(sorted(calls_of(job, group, sky) | others))


def calls_of(job: Job, group: Group, sky: Airspace) -> frozenset[str]:
    """Return the pads that a group may call at: its hub, where its orders lie and go, and where they may clear.

    Drones that may end elsewhere have all hubs and all orders.
    """
    homes, customs, anywhere = homes_of(job), Customs.of(job, sky), job.policy.end_elsewhere
    orders = [order for order in job.orders if anywhere or group.reaches(order, homes)]
    posts = {post.id for post in customs.posts} if any(customs.needed(order) for order in orders) else set()
    hubs = homes if anywhere else frozenset({group.start_pad})
    return frozenset({pad for order in orders for pad in (order.from_pad, order.to_pad)} | posts | hubs)


def homes_of(job: Job) -> frozenset[str]:
    """Return the pads where drones have their home."""
    return frozenset(drone.home_pad for drone in job.drones)


def within_reach(order: Order, home: str, homes: Collection[str]) -> bool:
    """Tell whether an order may be flown from a home: it lies there, or where no drone lives that could bring it."""
    return order.from_pad == home or order.from_pad not in homes
