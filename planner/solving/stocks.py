"""Spare packs and chargers in the timetable: a pack that flew is away until it is charged again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isfinite
from typing import Any

from planner.model.fleets import Drone, DroneType
from planner.physics.batteries import capacity_wh, charged_after_s
from planner.solving.sorties import Trip
from planner.solving.tables import Tables

MARGIN_S = 5
"""States of charge are rounded in the record, and the time on a charger with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flown:
    """A trip that a drone may fly, in the terms of the timetable's model."""

    trip: Trip
    drone: Drone
    start: Any
    """Seconds."""
    present: Any
    """Whether the drone flies it."""
    own: Any | None
    """Whether it flies it first, on the pack that it began the day with, short of charge; None: it never does."""


def limited(tables: Tables) -> frozenset[str]:
    """Return the drones whose home counts its spares."""
    return frozenset(
        drone.id
        for group in tables.groups
        for drone in group.drones
        if tables.sky.pad(group.home_pad).swap_packs is not None
    )


def limit(model: Any, flown: Sequence[Flown], tables: Tables) -> None:
    """Let no drone take off without a charged pack, and no more packs be charged at a time than there are chargers.

    At a pad that counts its spares, they and the full packs that its drones of a type begin the day with are one
    stock. Each take-off takes one out of it until the pack has come back, cooled and been charged. A drone that
    begins the day short of charge flies first on its own pack, which is not counted before or after.
    """
    by_stock: Mapping[tuple[str, str], list[Flown]] = defaultdict(list)
    for item in flown:
        by_stock[tables.groups[item.trip.group].home_pad, item.drone.type].append(item)
    charging: dict[str, list[Any]] = defaultdict(list)
    for (home, kind_id), items in sorted(by_stock.items()):
        kind = tables.job.drone_type(kind_id)
        away = [_away(model, item, kind, tables) for item in items]
        model.add_cumulative(away, [1] * len(away), packs(tables, home, kind_id))
        charging[home] += [interval for item in items if (interval := _charging(model, item, kind))]
    for home, intervals in sorted(charging.items()):
        chargers = tables.sky.pad(home).chargers
        if chargers is not None:
            model.add_cumulative(intervals, [1] * len(intervals), chargers)


def packs(tables: Tables, home: str, kind_id: str) -> int:
    """Return the packs of a stock: the spares of a pad, and the full ones that its drones of a type begin with."""
    return (tables.sky.pad(home).swap_packs or 0) + sum(
        drone.home_pad == home and drone.type == kind_id and drone.state_of_charge >= 1 for drone in tables.job.drones
    )


def _away(model: Any, item: Flown, kind: DroneType, tables: Tables) -> Any:
    """Return the interval in which a pack of the stock is away; to the end of the job where nobody charges it."""
    size = ceil(away_s(item.trip, item.drone, kind, tables)) + MARGIN_S
    taken = item.present
    if item.own is not None:
        taken = model.new_bool_var("")
        model.add(taken + item.own == item.present)
    return model.new_optional_fixed_size_interval_var(item.start, size, taken, "")


def away_s(trip: Trip, drone: Drone, kind: DroneType, tables: Tables) -> float:
    """Return seconds from the take-off of a trip until its pack is full again, two jobs long at the most."""
    longest_s = 2 * (tables.job.end - tables.job.start).total_seconds()
    return min(trip.duration_s + _charged_s(trip, drone, kind), longest_s)


def _charging(model: Any, item: Flown, kind: DroneType) -> Any | None:
    """Return the interval on a charger; None where packs are not charged."""
    during = charging_s(item.trip, item.drone, kind)
    if during is None:
        return None
    return model.new_optional_fixed_size_interval_var(item.start + during[0], during[1] - during[0], item.present, "")


def charging_s(trip: Trip, drone: Drone, kind: DroneType) -> tuple[int, int] | None:
    """Return from when until when after take-off the pack of a trip is on a charger; None where none is charged."""
    seconds = _charged_s(trip, drone, kind)
    if kind.pack is None or not isfinite(seconds):
        return None
    begins_s = int(trip.duration_s + kind.pack.cool_s) - MARGIN_S
    return begins_s, begins_s + ceil(seconds - kind.pack.cool_s) + 2 * MARGIN_S


def _charged_s(trip: Trip, drone: Drone, kind: DroneType) -> float:
    """Return seconds from the landing until the pack is full again, with the least charge it may have begun with."""
    left = drone.state_of_charge - trip.energy_wh / capacity_wh(drone, kind)
    return charged_after_s(kind.pack, health=drone.health, charge=max(0.0, left))
