"""What a battery holds, what of it may be used, how it ages, and when a pack is ready again."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Policy
from planner.model.packs import Pack, PackStock
from planner.model.weather import Weather

Floats = npt.NDArray[np.float64]


def capacity_wh(drone: Drone, kind: DroneType) -> float:
    """Return the energy that a drone's full packs hold today."""
    return kind.battery_wh * drone.health


def reserve_wh(drone: Drone, kind: DroneType, policy: Policy) -> float:
    """Return what must still be there on landing."""
    return policy.reserve_share * capacity_wh(drone, kind)


def warm_share(cold_loss_per_c: float, warm_c: float, pack_c: npt.ArrayLike) -> Floats:
    """Return the share of its energy that a pack gives at temperatures in degrees: 1 - loss x degrees below warm."""
    cold_c = np.maximum(0.0, warm_c - np.asarray(pack_c, dtype=float))
    return np.maximum(0.0, 1.0 - cold_loss_per_c * cold_c)


def given_wh(drone: Drone, kind: DroneType, weather: Weather, *, state_of_charge: float) -> float:
    """Return the energy that a drone's packs, as cold as the air, give from a state of charge until they are empty."""
    share = float(warm_share(kind.cold_loss_per_c, kind.packs_warm_c, weather.temperature_c))
    return state_of_charge * capacity_wh(drone, kind) * share


def usable_wh(drone: Drone, kind: DroneType, policy: Policy, weather: Weather, *, state_of_charge: float) -> float:
    """Return what may be spent on a sortie that starts at a state of charge; the reserve is not touched by cold."""
    given = given_wh(drone, kind, weather, state_of_charge=state_of_charge)
    return max(0.0, given - reserve_wh(drone, kind, policy))


def most_usable_wh(drones: Iterable[Drone], kind: DroneType, policy: Policy, weather: Weather) -> float:
    """Return what the best of some drones of one type may spend on a sortie with full packs."""
    return max(usable_wh(drone, kind, policy, weather, state_of_charge=1.0) for drone in drones)


def temperature_share(pack: Pack, pack_c: npt.ArrayLike) -> Floats:
    """Return the share of its energy that a pack gives at temperatures in degrees, 0 where it is not flown at all."""
    degrees = np.asarray(pack_c, dtype=float)
    share = warm_share(pack.cold_loss_per_c, pack.warm_c, degrees)
    return np.asarray(np.where((degrees >= pack.coldest_c) & (degrees <= pack.hottest_c), share, 0.0))


def current_share(pack: Pack, c_rate: npt.ArrayLike) -> Floats:
    """Return the share of its energy that reaches the terminals at a current in C.

    Only where power is told inside of the pack: every model of power here is at the terminals, and figures fitted
    there hold this loss already.
    """
    return np.asarray(np.clip(1.0 - pack.loss_per_c_rate * np.asarray(c_rate, dtype=float), 0.0, 1.0))


def deliverable_wh(pack: Pack, *, health: float, pack_c: npt.ArrayLike, c_rate: npt.ArrayLike = 0.0) -> Floats:
    """Return what a full pack may give: nominal x health x temperature x current x (1 - floor).

    Raises
    ------
    ValueError
        If health is not above 0 and at most 1.
    """
    held_wh = pack.energy_wh * _sound(health) * (1.0 - pack.floor)
    return np.asarray(held_wh * temperature_share(pack, pack_c) * current_share(pack, c_rate))


def _sound(health: float) -> float:
    if not 0 < health <= 1:
        raise ValueError(f"pack: expected health in (0, 1], got {health}")
    return health


def health_after(pack: Pack, cycles: npt.ArrayLike) -> Floats:
    """Return health after so many full cycles of a new pack, which may be parts of one: 1 - 0.2 n / n80."""
    return np.asarray(np.maximum(0.0, 1.0 - 0.2 * np.asarray(cycles, dtype=float) / pack.cycles_to_80))


def cycles_of(pack: Pack, energy_wh: npt.ArrayLike) -> Floats:
    """Return how many full cycles some energy is worth."""
    return np.asarray(np.asarray(energy_wh, dtype=float) / pack.energy_wh)


def retired(pack: Pack, health: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Tell whether a pack is too old to fly."""
    return np.asarray(np.asarray(health, dtype=float) < pack.retired_at)


def charge_s(pack: Pack, *, health: float, from_charge: npt.ArrayLike, to_charge: npt.ArrayLike = 1.0) -> Floats:
    """Return seconds on the charger between two states of charge; 0 where the first is the higher one.

    At full power until the voltage has to be held, then several times slower: t = E / (efficiency P), times the slow
    factor beyond.

    Raises
    ------
    ValueError
        If health is not above 0 and at most 1.
    """
    low, high = np.asarray(from_charge, dtype=float), np.asarray(to_charge, dtype=float)
    fast = np.maximum(0.0, np.minimum(high, pack.slow_from) - low)
    slow = np.maximum(0.0, high - np.maximum(low, pack.slow_from))
    stored_wh = pack.energy_wh * _sound(health) * (fast + pack.slow_factor * slow)
    return np.asarray(stored_wh * 3600.0 / (pack.charge_efficiency * pack.charge_w))


def charged_after_s(pack: Pack | None, *, health: float, charge: float) -> float:
    """Return seconds from landing until a pack is full, with a charger at hand; infinite where nobody charges it."""
    if pack is None:
        return math.inf
    return pack.cool_s + float(charge_s(pack, health=health, from_charge=charge))


def swapped(
    stock: PackStock, pack: Pack, *, lands_s: float, charge: float, health: float = 1.0
) -> tuple[float, PackStock]:
    """Swap the pack of an aircraft that lands: return when a spare is at hand, and the stock from then on.

    The pack given back cools, then waits for a charger, then is charged in full.
    """
    free_s = min(stock.free_s)
    begins_s = max(lands_s + pack.cool_s, free_s)
    ready_s = begins_s + float(charge_s(pack, health=health, from_charge=charge))
    return max(lands_s, stock.next_s), stock.taken(ready_s=ready_s, free_s=ready_s)
