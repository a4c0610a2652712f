"""From tables to carriers: what allows every sortie that may be flown, and some that may not.

Over the slices of the day each leg takes the least time and the least of each phase; customs, hours, leave, ways out
and the errors of forecast and model are left aside. So a search over carriers finds all sorties that could be worth
flying, and :class:`planner.solving.sorties.Trips` says of each what it truly is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from planner.model.jobs import Job
from planner.model.orders import Order
from planner.physics.batteries import most_usable_wh
from planner.physics.energy import OwnModel, Phases
from planner.physics.weather import air_density
from planner.solving.choice.carriers import Carrier, Floats, Holding
from planner.solving.choice.finding import Finder
from planner.solving.flights import Flight
from planner.solving.groups import Group
from planner.solving.sorties import Trips
from planner.solving.tables import Slice, Tables

STEPS = 400
"""Of payload, from none to the most; between them power is taken as a straight line."""

ROUNDED = 1e-5
"""By how much of itself power may be less because payloads are rounded; energies are told lower by it."""


def finders(trips: Trips, orders: Sequence[Order]) -> tuple[Finder, ...]:
    """Return a finder for each group; orders are numbered as they are told."""
    made = []
    for number in range(len(trips.tables.groups)):
        carrier = carrier_of(trips, number, orders)
        # What trips hold is told once they are worked out.
        none = Holding.nothing(stops=len(carrier.leg_s))
        made.append(Finder(carrier=carrier, holding=none, ticks_per_s=1.0, number=number))
    return tuple(made)


def carrier_of(trips: Trips, number: int, orders: Sequence[Order]) -> Carrier:
    """Return what a group may carry at most, seconds from the start of the job."""
    tables, policy = trips.tables, trips.policy
    group, job = tables.groups[number], tables.job
    mine = [k for k, order in enumerate(orders) if trips.may_carry([order], number)]
    tasks = _tasks(trips, group, orders, mine)
    pads = [group.start_pad, *sorted({task.pad for task in tasks})]
    leg_s, phases_s = _legs(trips, number, pads, [orders[k] for k in mine])
    return Carrier(
        orders=np.array([task.order for task in tasks], np.int64),
        stop=np.array([pads.index(task.pad, 1) for task in tasks], np.int64),
        taken_by=np.array([task.taken_by for task in tasks], np.int64),
        mass_kg=np.array([task.mass_kg for task in tasks]),
        value=np.array([task.value for task in tasks]),
        ready_s=np.array([task.ready_s for task in tasks]),
        opens_s=np.full(len(tasks), -np.inf),
        due_s=np.array([task.due_s for task in tasks]),
        service_s=np.array([task.service_s for task in tasks]),
        longest_s=np.array([task.longest_s for task in tasks]),
        leg_s=leg_s,
        leg_cost=np.zeros_like(leg_s),
        phases_s=phases_s,
        power_w=_power_w(tables, group),
        step_kg=group.kind.max_payload_kg / STEPS,
        beyond_wh=np.full(len(pads), -np.inf),
        cost_per_sortie=policy.cost_per_sortie,
        cost_per_s=policy.cost_per_flight_hour / 3600.0,
        cost_per_wh=policy.cost_per_kwh / 1000.0,
        most_orders=max(1, min(policy.max_orders_per_sortie, len(mine))),
        most_kg=group.kind.max_payload_kg,
        most_value=policy.value_cap_on_board,
        most_wh=max(most_usable_wh(group.drones, group.kind, policy, piece.weather) for piece in tables.slices),
        waits=False,
        ends_day_s=_after_s(job, job.end),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What is done at a stop for an order."""

    order: int
    pad: str
    due_s: float
    """It does not begin later."""
    service_s: float
    mass_kg: float = 0.0
    value: float = 0.0
    ready_s: float = -np.inf
    longest_s: float = np.inf
    taken_by: int = -1


def _tasks(trips: Trips, group: Group, orders: Sequence[Order], mine: Sequence[int]) -> list[_Task]:
    """Return what some orders ask to be done.

    What is taken over on the way weighs nothing and is never ready too late: a search knows no load that rises, nor
    when a sortie comes to a pad at the earliest. What goes straight from hub to hub is handed over at a stop of its own
    at the end, in no time.
    """
    tasks: list[_Task] = []
    for k in mine:
        order, box = orders[k], orders[k].consignment
        straight = (order.from_pad, order.to_pad) == (group.start_pad, group.end_pad)
        service_s = 0.0 if straight else trips.policy.handover_s
        due_s = _after_s(trips.tables.job, order.due_at) - service_s
        if order.from_pad == group.start_pad:
            tasks.append(
                _Task(
                    order=k,
                    pad=order.to_pad,
                    due_s=due_s,
                    service_s=service_s,
                    mass_kg=box.mass_kg,
                    value=box.declared_value,
                    ready_s=_after_s(trips.tables.job, order.ready_at),
                    longest_s=(box.max_minutes or np.inf) * 60.0 / trips.policy.time_factor,
                )
            )
            continue
        tasks.append(_Task(order=k, pad=order.from_pad, due_s=due_s, service_s=service_s))
        if order.to_pad != group.end_pad:
            handed = _Task(order=k, pad=order.to_pad, due_s=due_s, service_s=service_s, taken_by=len(tasks) - 1)
            tasks.append(handed)
    return tasks


def _after_s(job: Job, moment: datetime) -> float:
    return (moment - job.start).total_seconds()


def _legs(trips: Trips, number: int, pads: Sequence[str], orders: Sequence[Order]) -> tuple[Floats, Floats]:
    """Return the least seconds of each leg, and the least of each phase, over the slices of the day.

    Legs from stop 0 leave the hub where a sortie starts, legs to it go to the one where it ends. Where that is a stop
    as well nothing is left to fly from there.
    """
    least_s = np.full((len(pads), len(pads)), np.inf)
    phases_s = np.full((len(pads), len(pads), 4), np.inf)
    hubs = trips.ends(number)
    calls = {call for order in orders for call in trips.customs.calls((order,), hubs) if call}
    fetched = any(order.from_pad != hubs[0] for order in orders)
    for piece in trips.tables.differing(number):
        flights = piece.flights[number]
        for here, start in enumerate(pads):
            for there, end in enumerate([hubs[1], *pads[1:]]):
                if here == there or (here and start == hubs[1]):
                    continue
                ways = [[flights.get((start, end))]]
                # From the hub, or wherever it has taken something over, it may go by way of a pad that clears customs.
                ways += [
                    [flights.get((start, call)), flights.get((call, end))] for call in calls if fetched or here == 0
                ]
                hover_s = trips.policy.handover_s if end != hubs[1] else 0.0
                for way in ways:
                    _take_less(way, hover_s, least_s[here, there : there + 1], phases_s[here, there])
    phases_s[~np.isfinite(phases_s)] = 0.0
    if hubs[1] in pads[1:]:
        least_s[pads.index(hubs[1], 1), 0] = 0.0
    return least_s, phases_s


def _take_less(way: Sequence[Flight | None], hover_s: float, least_s: Floats, phases_s: Floats) -> None:
    """Lower the seconds of a leg, shape (1,), and of its phases, shape (4,), to those of a way if it takes less."""
    flown = [flight for flight in way if flight is not None and flight.flyable]
    if len(flown) < len(way):
        return
    least_s[:] = np.minimum(least_s, sum(flight.flown_s for flight in flown))
    told = [flight.phases(hover_s=0.0) for flight in flown]
    phases = [float(sum(getattr(one, name) for one in told)) for name in ("climb_s", "cruise_s", "descent_s")]
    phases_s[:] = np.minimum(phases_s, [*phases, hover_s])


def _power_w(tables: Tables, group: Group) -> Floats:
    """Return the least power of each phase by payload; none where the energy model is not our own.

    Any other model may weigh phases against one another, so that nothing is known of the energy of a leg beforehand.
    """
    payload_kg = np.arange(STEPS + 2) * group.kind.max_payload_kg / STEPS
    if type(tables.model) is not OwnModel:
        return np.zeros((4, len(payload_kg)))
    powers = [_below(_phase_powers(tables, group, piece, payload_kg)) for piece in tables.slices]
    return np.asarray(np.min(powers, axis=0) * tables.job.policy.energy_factor * (1.0 - ROUNDED))


def _below(power_w: Floats) -> Floats:
    """Return points whose straight lines lie on or below a curve that bends upwards, or has kinks, between its own.

    On a stretch such a curve lies above the lines of the stretches before and after it, made longer. Where power is
    not known it is none.
    """
    known = np.where(np.isfinite(power_w), power_w, 0.0)
    bends = np.maximum(np.diff(known, n=2, axis=-1), 0.0)
    within = (bends[:, :-1] + bends[:, 1:]) / 4
    deepest = np.concatenate((bends[:, :1], within, bends[:, -1:]), axis=-1)
    sides = np.maximum(
        np.concatenate((deepest[:, :1], deepest), axis=-1), np.concatenate((deepest, deepest[:, -1:]), axis=-1)
    )
    return np.asarray(np.maximum(known - sides, np.minimum(known, 0.0)))


def _phase_powers(tables: Tables, group: Group, piece: Slice, payload_kg: Floats) -> Floats:
    density, hour, none = air_density(piece.weather), np.asarray(3600.0), np.asarray(0.0)
    names = ("climb_s", "cruise_s", "descent_s", "hover_s")
    alone = [Phases(**{name: hour if name == one else none for name in names}) for one in names]
    return np.array(
        [tables.model.energy_wh(group.kind, phases, payload_kg=payload_kg, density=density) for phases in alone]
    )
