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
    """Return the drones that may take a pack out of a stock that is counted, or bring one to it."""
    return frozenset(
        drone.id for group in tables.groups for drone in group.drones
        if counted(group.start_pad, tables) or counted(group.end_pad, tables)
    )  # fmt: skip


def counted(pad: str, tables: Tables) -> bool:
    """Tell whether a pad counts its spares."""
    return tables.sky.pad(pad).swap_packs is not None


def limit(model: Any, flown: Sequence[Flown], tables: Tables) -> None:
    """Let no drone take off without a charged pack, and no more packs be charged at a time than there are chargers.

    At a pad that counts its spares, they and the full packs that its drones of a type begin the day with are one
    stock. Each take-off takes one out of it until the pack has come back, cooled and been charged; where a sortie ends
    elsewhere, it joins the stock of the hub where it ends. A drone that begins the day short of charge flies first on
    its own pack, which is not counted before or after.
    """
    charging = (_limit_moving if tables.job.policy.end_elsewhere else _limit_at_home)(model, flown, tables)
    for pad, intervals in sorted(charging.items()):
        chargers = tables.sky.pad(pad).chargers
        if chargers is not None:
            model.add_cumulative(intervals, [1] * len(intervals), chargers)


def _limit_at_home(model: Any, flown: Sequence[Flown], tables: Tables) -> Mapping[str, list[Any]]:
    """Let no more packs of a stock be away than there are; return when packs are on a charger, by pad."""
    charging: dict[str, list[Any]] = defaultdict(list)
    by_stock: Mapping[tuple[str, str], list[Flown]] = defaultdict(list)
    for item in flown:
        by_stock[tables.groups[item.trip.group].start_pad, item.drone.type].append(item)
    for (home, kind_id), items in sorted(by_stock.items()):
        kind = tables.job.drone_type(kind_id)
        away = [
            model.new_optional_fixed_size_interval_var(item.start, _away_s(item, kind, tables), _taken(model, item), "")
            for item in items
        ]
        model.add_cumulative(away, [1] * len(away), packs(tables, home, kind_id))
        charging[home] += [interval for item in items if (interval := _charging(model, item, kind))]
    return charging


def _limit_moving(model: Any, flown: Sequence[Flown], tables: Tables) -> Mapping[str, list[Any]]:
    """Let no stock fall below nothing: a take-off takes a pack out of one, and the pack joins another once charged.

    Return when packs are on a charger, by pad.
    """
    charging: dict[str, list[Any]] = defaultdict(list)
    changes: dict[tuple[str, str], list[tuple[Any, int, Any]]] = defaultdict(list)
    for item in flown:
        group, taken = tables.groups[item.trip.group], _taken(model, item)
        full = item.start + _away_s(item, group.kind, tables)
        for pad, moment, change in ((group.start_pad, item.start, -1), (group.end_pad, full, 1)):
            if counted(pad, tables):
                changes[pad, group.kind.id].append((moment, change, taken))
        if counted(group.end_pad, tables) and (interval := _charging(model, item, group.kind)):
            charging[group.end_pad].append(interval)
    for (pad, kind_id), listed in sorted(changes.items()):
        moments, steps, active = zip(*listed, strict=True)
        there = packs(tables, pad, kind_id)
        model.add_reservoir_constraint_with_active(moments, steps, active, -there, len(listed))
    return charging


def packs(tables: Tables, pad: str, kind_id: str) -> int:
    """Return the packs of a stock: the spares of a pad, and the full ones that its drones of a type begin with."""
    return (tables.sky.pad(pad).swap_packs or 0) + sum(
        drone.home_pad == pad and drone.type == kind_id and drone.state_of_charge >= 1 for drone in tables.job.drones
    )


def _taken(model: Any, item: Flown) -> Any:
    """Return whether a pack of the stock is taken: not where a drone flies first on its own."""
    if item.own is None:
        return item.present
    taken = model.new_bool_var("")
    model.add(taken + item.own == item.present)
    return taken


def _away_s(item: Flown, kind: DroneType, tables: Tables) -> int:
    """Return for how long a pack of the stock is away, to the end of the job where nobody charges it."""
    return ceil(away_s(item.trip, item.drone, kind, tables)) + MARGIN_S


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
