"""What a battery holds, and what of it may be used."""

from __future__ import annotations

from collections.abc import Iterable

from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Policy


def capacity_wh(drone: Drone, kind: DroneType) -> float:
    """Return the energy that a drone's full packs hold today."""
    return kind.battery_wh * drone.health


def reserve_wh(drone: Drone, kind: DroneType, policy: Policy) -> float:
    """Return what must still be there on landing."""
    return policy.reserve_share * capacity_wh(drone, kind)


def usable_wh(drone: Drone, kind: DroneType, policy: Policy, *, state_of_charge: float) -> float:
    """Return what may be spent on a sortie that starts at a state of charge."""
    return max(0.0, (state_of_charge - policy.reserve_share) * capacity_wh(drone, kind))


def most_usable_wh(drones: Iterable[Drone], kind: DroneType, policy: Policy) -> float:
    """Return what the best of some drones of one type may spend on a sortie with full packs."""
    return max(usable_wh(drone, kind, policy, state_of_charge=1.0) for drone in drones)
