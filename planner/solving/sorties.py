"""Exact sorties: what a group of drones would truly spend on some orders in some sequence, and when it could start.

Everything a plan promises of a sortie is worked out here, with the true payload on every leg; solvers may only
suggest.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, permutations

import numpy as np
import numpy.typing as npt

from airspace.model.schedules import Span, merged
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Policy
from planner.model.orders import Order, known_volume_l, worth, worth_by_pad
from planner.model.weather import Weather
from planner.physics.batteries import most_usable_wh, usable_wh
from planner.solving.customs import Customs
from planner.solving.flights import Flight
from planner.solving.gates import capacities, crowded
from planner.solving.hops import Hold, Hop, goods_refused, holds
from planner.solving.needs import Needs, quantile_wh
from planner.solving.spans import limited, shifted_in, whole_seconds
from planner.solving.tables import Slice, Tables
from planner.solving.ways_out import WaysOut

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A sortie without a drone and a start time: everything about it that does not depend on them."""

    group: int
    orders: tuple[Order, ...]
    """In the order of delivery."""
    hops: tuple[Hop, ...]
    starts: tuple[Span, ...]
    """When it may take off, whole seconds; each span may have no length."""
    cost: float
    needs: Needs

    @property
    def energy_wh(self) -> float:
        """Planned energy from take-off to landing, as forecast."""
        return sum(hop.energy_wh for hop in self.hops)

    @property
    def weather(self) -> Weather:
        """That of all its flights."""
        return self.hops[0].flight.weather

    @property
    def duration_s(self) -> float:
        """From take-off until back at the hub."""
        return self.hops[-1].lands_s

    @property
    def penalty_weight(self) -> int:
        """How many penalties it saves."""
        return sum(order.priority for order in self.orders)


class Trips:
    """Makes exact trips from tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.policy = tables.job.policy
        self.customs = Customs.of(tables.job, tables.sky)
        self.ways_out = WaysOut(tables)
        self._legs: dict[tuple[int, int, float, float], tuple[float, Floats]] = {}
        self.gate_capacities = capacities(tables.sky)
        self.alone: dict[Hashable, dict[int, Trip]] = {}
        """Trips of one order by group, by what makes orders alike; :func:`planner.solving.repairs.singles` has them."""

    def best(self, orders: Sequence[Order], group: int) -> Trip | None:
        """Return the cheapest trip with some orders over all sequences and slices; None when there is none."""
        if not self.may_carry(orders, group):
            return None
        sequences = unique_sequences(orders)
        calls = self.customs.calls(tuple(orders))
        made = (
            self.make(sequence, group, piece, call)
            for sequence in sequences for piece in self.tables.slices for call in calls
        )  # fmt: skip
        return min((trip for trip in made if trip is not None), key=_preference, default=None)

    def may_carry(self, orders: Sequence[Order], group: int) -> bool:
        """Tell whether some orders may share one box: payload, volume, value, number, weather, custody, goods, hub."""
        kind, policy = self.tables.groups[group].kind, self.policy
        return (
            0 < len(orders) <= policy.max_orders_per_sortie
            and any(not self.tables.grounded(kind, piece) for piece in self.tables.slices)
            and sum(order.consignment.mass_kg for order in orders) <= kind.max_payload_kg
            and holds_volume(kind, orders)
            and self.value_in_caps(orders)
            and all(self.acceptable(order, group) for order in orders)
        )

    def value_in_caps(self, orders: Sequence[Order]) -> bool:
        """Tell whether some orders that share a box keep every cap on declared value by themselves."""
        at_pad = self.policy.value_cap_per_pad
        if worth(orders) > self.policy.value_cap_on_board:
            return False
        return at_pad is None or max(worth_by_pad(orders).values(), default=0.0) <= at_pad

    def acceptable(self, order: Order, group: int) -> bool:
        """Tell whether an order may fly from a group's hub to its pad at all: hub, custody, goods."""
        custody, goods = self.tables.sky.pad(order.to_pad).custody, order.consignment.dangerous_goods
        return (
            order.from_pad == self.tables.groups[group].home_pad
            and custody.meets(self.policy.custody_asked(order.consignment))
            and (not goods or any(held.un_number == goods for held in self.policy.dangerous_goods_allowed))
        )

    def make(self, orders: Sequence[Order], group: int, piece: Slice, call: str = "") -> Trip | None:
        """Return the trip that delivers orders in a sequence with the corridors of a slice; None when impossible.

        With a ``call`` it goes to that pad first, where all clears that has to.
        """
        flights = self.flights(orders, group, piece, call)
        if flights is None:
            return None
        hops, members = self.hops(flights, orders, group, call), self.tables.groups[group]
        if any(goods_refused(hop, self.policy) for hop in hops) or crowded(hops, self.gate_capacities):
            return None
        usable_wh = most_usable_wh(members.drones, members.kind, self.policy, piece.weather)
        if sum(hop.energy_wh for hop in hops) > usable_wh or quantile_wh(self.tables, hops, group) > usable_wh:
            return None
        starts = at_work(self.starts(orders, hops, piece), members.drones, hops[-1].lands_s)
        found = self.ways_out.left_open(hops, group, piece, starts) if starts else None
        if found is None:
            return None
        needs, starts = Needs.of(self.tables, hops, group, found[0]), found[1]
        if needs.most_wh > usable_wh:
            return None
        return Trip(group=group, orders=tuple(orders), hops=hops, starts=starts, cost=self._cost(hops), needs=needs)

    def flights(self, orders: Sequence[Order], group: int, piece: Slice, call: str) -> list[Flight] | None:
        """Return the flights of a trip, by way of a call if there is one; None when one of them cannot be flown."""
        home, asked = self.tables.groups[group].home_pad, stops_of(orders)
        if call in asked[1:]:
            return None  # another sequence calls there first
        stops = [home, *dict.fromkeys([call, *asked] if call else asked), home]
        flights = [piece.flights[group].get(pair) for pair in pairwise(stops)]
        ready = [flight for flight in flights if flight is not None and flight.flyable]
        return ready if len(ready) == len(flights) else None

    def hops(self, flights: Sequence[Flight], orders: Sequence[Order], group: int, call: str = "") -> tuple[Hop, ...]:
        """Return the legs of a trip along some flights, with the payload that falls at each delivery."""
        hops: list[Hop] = []
        clock_s, aboard = 0.0, list(orders)
        for flight in flights:
            staying = [order for order in aboard if order.to_pad != flight.to_pad]
            clears = self.customs.clearing(tuple(aboard), flight.to_pad, call)
            dwell_s = self.tables.sky.pad(flight.to_pad).customs_dwell_s if clears else 0.0
            payload_kg = round(sum(order.consignment.mass_kg for order in aboard), 4)
            lands_s = clock_s + flight.flown_s
            hover_s = self.policy.handover_s if len(staying) < len(aboard) else 0.0
            waits_s = dwell_s if any(order in staying for order in clears) else 0.0
            energy_wh, energies_wh = self._leg(flight, group, payload_kg, hover_s)
            hops.append(
                Hop(
                    flight=flight,
                    payload_kg=payload_kg,
                    energy_wh=energy_wh,
                    energies_wh=energies_wh,
                    starts_s=clock_s,
                    lands_s=lands_s,
                    ends_s=lands_s + hover_s + waits_s,
                    hover_s=hover_s,
                    aboard=tuple(aboard),
                    clears=clears,
                    dwell_s=dwell_s,
                )
            )
            clock_s, aboard = hops[-1].ends_s, staying
        return tuple(hops)

    def _leg(self, flight: Flight, group: int, payload_kg: float, hover_s: float) -> tuple[float, Floats]:
        """Return the energy of a leg as forecast and in every scenario; each is worked out once."""
        key = (group, id(flight), payload_kg, hover_s)
        if key not in self._legs:
            kind, tables = self.tables.groups[group].kind, self.tables
            forecast_wh = tables.leg_energy_wh(flight, kind, payload_kg=payload_kg, hover_s=hover_s)
            by_scenario_wh = tables.leg_energies_wh(flight, kind, payload_kg=payload_kg, hover_s=hover_s)
            self._legs[key] = forecast_wh, by_scenario_wh
        return self._legs[key]

    def starts(self, orders: Sequence[Order], hops: Sequence[Hop], piece: Slice) -> tuple[Span, ...]:
        """Return when a trip may take off so that every window, permit, gate and pad on its way is kept.

        It is over before other weather comes.
        """
        job = self.tables.job
        spans: tuple[Span, ...] = ((job.start, job.end - timedelta(seconds=hops[-1].lands_s)),)
        if job.later:
            spans = shifted_in(spans, [piece.when], 0.0, hops[-1].lands_s)
        delivered = {hop.flight.to_pad: hop for hop in hops[:-1]}
        for order in orders:
            after_s = delivered[order.to_pad].released_after_s(order)
            if exceeds_cold_chain(order, after_s * self.policy.time_factor):
                return ()
            spans = limited(spans, (order.ready_at, order.due_at - timedelta(seconds=after_s)))
        for hop in hops:
            spans = self.cleared(self.well_kept(spans, hop), hop)
        for hop in hops:
            allowed = hop.flight.passage.spans
            spans = shifted_in(spans, allowed, hop.starts_s, hop.ends_s)
            laden = hop.flight.goods_lawful
            if laden is not None and any(order.consignment.dangerous_goods for order in hop.aboard):
                spans = shifted_in(spans, laden.spans, hop.starts_s, hop.ends_s)
        return whole_seconds(self.pads_open(spans, holds(hops, self.tables)))

    def pads_open(self, spans: tuple[Span, ...], held: Iterable[Hold]) -> tuple[Span, ...]:
        """Keep the starts for which pads are open as long as they are held."""
        for hold in held:
            open_spans = self.tables.sky.pad(hold.pad).schedule.spans(*self.tables.around)
            spans = shifted_in(spans, open_spans, hold.from_s, hold.until_s)
        return spans

    def well_kept(self, spans: tuple[Span, ...], hop: Hop) -> tuple[Span, ...]:
        """Keep the starts for which all that is handed over, or cleared, after a hop has the custody it asks for."""
        pad = self.tables.sky.pad(hop.flight.to_pad)
        for order in dict.fromkeys((*hop.delivers, *hop.clears)):
            kept = pad.custody_spans(self.policy.custody_asked(order.consignment), *self.tables.around)
            until_s = hop.handed_s if order in hop.delivers else hop.ends_s
            spans = shifted_in(spans, kept, hop.lands_s, until_s)
        return spans

    def cleared(self, spans: tuple[Span, ...], hop: Hop) -> tuple[Span, ...]:
        """Keep the starts for which customs are there from a landing until they have cleared what clears after it."""
        if not hop.clears:
            return spans
        windows = self.tables.sky.pad(hop.flight.to_pad).customs_windows
        there = () if windows is None else windows.spans(*self.tables.around)
        return shifted_in(spans, there, hop.lands_s, hop.cleared_s)

    def _cost(self, hops: Sequence[Hop]) -> float:
        return sortie_cost(self.policy, hops[-1].lands_s, sum(hop.energy_wh for hop in hops))


def at_work(spans: tuple[Span, ...], drones: Sequence[Drone], lands_s: float) -> tuple[Span, ...]:
    """Keep the starts for which one of some drones works from the take-off until it is back; whole seconds."""
    if any(drone.works_from is None and drone.works_until is None for drone in drones):
        return spans
    return whole_seconds(merged(part for drone in drones for part in shifted_in(spans, [drone.hours], 0.0, lands_s)))


def holds_volume(kind: DroneType, orders: Iterable[Order]) -> bool:
    """Tell whether the box of a type holds some orders; what nobody has told the volume of is not limited."""
    return kind.max_volume_l is None or known_volume_l(orders) <= kind.max_volume_l


def sortie_cost(policy: Policy, flight_s: float, energy_wh: float) -> float:
    """Return what one sortie costs, in the policy's currency."""
    hours, kwh = flight_s / 3600.0, energy_wh / 1000.0
    return policy.cost_per_sortie + policy.cost_per_flight_hour * hours + policy.cost_per_kwh * kwh


def exceeds_cold_chain(order: Order, delivered_after_s: float) -> bool:
    """Tell whether a delivery this long after take-off, as a quantile, breaks the order's cold chain."""
    longest = order.consignment.max_minutes
    return longest is not None and delivered_after_s > longest * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """Declared value that lies at a pad, in seconds after the take-off of the trip that brings it."""

    pad: str
    from_s: float
    """When it touches down."""
    until_s: float
    """When somebody has taken it away."""
    value: float


def deposits(trip: Trip, dwell_s: float) -> list[Deposit]:
    """Return what a trip leaves at which pads, and for how long: until a dwell after its hand-over and customs."""
    values = worth_by_pad(trip.orders)
    return [
        Deposit(pad=pad, from_s=hop.lands_s, until_s=hop.released_s + dwell_s, value=values[pad])
        for hop in trip.hops[:-1]
        if (pad := hop.flight.to_pad) in values
    ]


def stops_of(orders: Iterable[Order]) -> list[str]:
    """Return the pads of a delivery sequence, one for orders in a row to the same pad."""
    return list(dict.fromkeys(order.to_pad for order in orders))


def unique_sequences(orders: Sequence[Order]) -> Iterator[tuple[Order, ...]]:
    """Yield the delivery sequences of some orders that visit each pad once."""
    by_pad: dict[str, list[Order]] = {}
    for order in sorted(orders, key=lambda order: order.id):
        by_pad.setdefault(order.to_pad, []).append(order)
    for pads in permutations(sorted(by_pad)):
        yield tuple(order for pad in pads for order in by_pad[pad])


def fits(trip: Trip, drone: Drone, tables: Tables, *, state_of_charge: float) -> bool:
    """Tell whether a drone has the energy for a trip and its ways out, reserve kept, at a state of charge."""
    kind = tables.groups[trip.group].kind
    usable = usable_wh(drone, kind, tables.job.policy, trip.weather, state_of_charge=state_of_charge)
    return trip.needs.most_wh <= usable


def _preference(trip: Trip) -> tuple[float, float, tuple[str, ...]]:
    slack_s = sum((end - start).total_seconds() for start, end in trip.starts)
    return round(trip.cost, 6), -slack_s, tuple(order.id for order in trip.orders)
