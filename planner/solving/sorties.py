"""Exact sorties: what a group of drones would truly spend on some orders in some sequence, and when it could start.

Everything a plan promises of a sortie is worked out here, with the true payload on every leg; solvers may only
suggest.

What a sortie does is told by its orders in a row, a sequence: an order of the hub stands where it is handed over, one
that goes to the hub where the sortie ends where it is taken over, and one from pad to pad twice, at both. What goes
from the one hub straight to the other stands last. A sortie lands at a pad once at most, and does there all that it has
to do there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise, permutations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from airspace.model.schedules import Span, merged
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Policy
from planner.model.orders import Order, companies, kept_apart, known_volume_l, worth, worth_by_pad
from planner.model.weather import Weather
from planner.physics.batteries import most_usable_wh, usable_wh
from planner.solving.customs import Customs
from planner.solving.flights import Flight
from planner.solving.gates import capacities, crowded
from planner.solving.groups import homes_of
from planner.solving.hops import Hold, Hop, goods_refused, handing, heavier_kg, holds, load_kg, taken_s
from planner.solving.needs import Needs, quantile_wh
from planner.solving.other_flights import OtherFlights
from planner.solving.spans import limited, shifted_in, whole_seconds
from planner.solving.tables import Slice, Tables
from planner.solving.traffic import Traffic
from planner.solving.ways_out import WaysOut

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stop:
    """A landing of a sortie on its way."""

    pad: str
    takes: tuple[Order, ...] = ()
    """What is taken over there; what is on board for the pad is handed over."""


@dataclass(frozen=True, slots=True)
class _Load:
    """What is on board on a leg, and what happens to it at its end."""

    pad: str
    aboard: tuple[Order, ...]
    staying: tuple[Order, ...]
    takes: tuple[Order, ...]
    clears: tuple[Order, ...]

    @classmethod
    def of(cls, hop: Hop) -> _Load:
        pad = hop.flight.to_pad
        staying = tuple(order for order in hop.aboard if order.to_pad != pad)
        return cls(pad, hop.aboard, staying, hop.takes, hop.clears)


Call: TypeAlias = tuple[str, int]
"""A pad to call at for customs, and after how many stops; no pad where everything clears at its destination."""
NO_CALL: Call = ("", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A sortie without a drone and a start time: everything about it that does not depend on them."""

    group: int
    orders: tuple[Order, ...]
    """In the order of hand-over."""
    hops: tuple[Hop, ...]
    starts: tuple[Span, ...]
    """When it may take off, whole seconds; each span may have no length."""
    cost: float
    needs: Needs
    other_ways: tuple[int, ...] = ()
    """Numbers of the hops, from 1, that fly another corridor or level than the best."""

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
        """From take-off until down at the hub where it ends."""
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
        self.traffic = Traffic(tables)
        self.other_flights = OtherFlights(tables)
        self._legs: dict[tuple[int, int, float, float, float], tuple[float, Floats]] = {}
        self.gate_capacities = capacities(tables.sky)
        self.homes = homes_of(tables.job)
        self.companies = companies(tables.job.orders)
        self.alone: dict[Hashable, dict[int, Trip]] = {}
        """Trips of one order by group, by what makes orders alike; :func:`planner.solving.repairs.singles` has them."""

    def best(self, orders: Sequence[Order], group: int) -> Trip | None:
        """Return the cheapest trip with some orders over all sequences and slices; None when there is none."""
        if not self.may_carry(orders, group):
            return None
        made = (
            self.make(sequence, group, piece, call)
            for sequence in unique_sequences(orders, *self.ends(group))
            for piece in self.tables.slices for call in self.calls(sequence, group)
        )  # fmt: skip
        return min((trip for trip in made if trip is not None), key=_preference, default=None)

    def ends(self, group: int) -> tuple[str, str]:
        """Return the hubs that sorties of a group leave and end at."""
        return self.tables.groups[group].start_pad, self.tables.groups[group].end_pad

    def company(self, order: Order) -> tuple[Order, ...]:
        """Return the orders that fly with an order or not at all, with itself."""
        return self.companies.get(order.together, (order,))

    def whole(self, orders: Sequence[Order]) -> bool:
        """Tell whether of orders that fly together all are there."""
        if not self.companies:
            return True
        counted = Counter(order.together for order in orders if order.together)
        return all(count == len(self.companies[label]) for label, count in counted.items())

    def calls(self, sequence: Sequence[Order], group: int) -> Iterator[Call]:
        """Yield the ways in which a sequence may clear customs.

        What comes from the hub clears at a call before anything else, if at one; a sortie that takes over goods on its
        way may call at any time.
        """
        start, end = self.ends(group)
        calls = self.customs.calls(tuple(sequence), (start, end))
        if all(order.from_pad == start for order in sequence):
            yield from ((call, 0) for call in calls)
            return
        for call in calls:
            yield from ((call, after) for after in range(len(stops_of(sequence, start, end)) + 1 if call else 1))

    def may_carry(self, orders: Sequence[Order], group: int) -> bool:
        """Tell whether some orders may share a sortie: payload, volume, value, number, weather, custody, goods, hub.

        What is on board at one time is judged for all that leaves the hub, for all that comes to the one where it ends,
        and for each order by itself; the rest follows from the sequence, and :meth:`make` judges it.
        """
        kind, policy = self.tables.groups[group].kind, self.policy
        return (
            0 < len(orders) <= policy.max_orders_per_sortie
            and any(not self.tables.grounded(kind, piece) for piece in self.tables.slices)
            and all(self.in_box(kind, load) for load in _loads(orders, *self.ends(group)))
            and self.value_in_caps(orders)
            and kept_apart(orders)
            and all(self.acceptable(order, group) for order in orders)
        )

    def in_box(self, kind: DroneType, load: Sequence[Order]) -> bool:
        """Tell whether some orders may be on board of a type at one time."""
        return (
            sum(order.consignment.mass_kg for order in load) <= kind.max_payload_kg
            and holds_volume(kind, load)
            and worth(load) <= self.policy.value_cap_per_sortie
        )

    def value_in_caps(self, orders: Sequence[Order]) -> bool:
        """Tell whether some orders of one sortie keep the caps on declared value per drone and at pads."""
        by_day, at_pad = self.policy.value_cap_per_drone_day, self.policy.value_cap_per_pad
        if by_day is not None and worth(orders) > by_day:
            return False
        return at_pad is None or max(worth_by_pad(orders).values(), default=0.0) <= at_pad

    def acceptable(self, order: Order, group: int) -> bool:
        """Tell whether an order may fly with a group at all: hub, custody at every pad it is handled at, goods."""
        members, goods = self.tables.groups[group], order.consignment.dangerous_goods
        pads = (order.to_pad,) if order.from_pad == members.start_pad else (order.from_pad, order.to_pad)
        asked = self.policy.custody_asked(order.consignment)
        return (
            members.reaches(order, self.homes)
            and all(self.tables.sky.pad(pad).custody.meets(asked) for pad in pads)
            and (not goods or any(held.un_number == goods for held in self.policy.dangerous_goods_allowed))
        )

    def make(self, sequence: Sequence[Order], group: int, piece: Slice, call: Call = NO_CALL) -> Trip | None:
        """Return the trip that flies a sequence with the corridors of a slice; None when impossible.

        At a ``call`` all clears that is on board and has to.
        """
        stops = self.stops(sequence, group, call)
        if stops is None or not self._sound(stops, sequence, group, call):
            return None
        flights = self.flights(stops, group, piece)
        if flights is None:
            return None
        hops = self.hops(flights, stops, sequence, group, call)
        made = self._finished(hops, group, piece)
        return self._round_others(hops, group, piece) if made is None and self._shut_out(hops, group, piece) else made

    def _shut_out(self, hops: Sequence[Hop], group: int, piece: Slice) -> bool:
        """Tell whether a trip has starts, and intents of others leave none of them."""
        if not self.traffic.intents:
            return False
        starts = self._at_work(hops, group, piece)
        return bool(starts) and not self.traffic.clear(starts, hops, self._half_m(group))

    def _at_work(self, hops: Sequence[Hop], group: int, piece: Slice) -> tuple[Span, ...]:
        """Return when a trip may take off with a drone that is at work, intents of others and ways out aside."""
        orders = [order for hop in hops for order in hop.delivers]
        return at_work(self.starts(orders, hops, piece), self.tables.groups[group].drones, hops[-1].lands_s)

    def _round_others(self, hops: Sequence[Hop], group: int, piece: Slice) -> Trip | None:
        """Return the cheapest trip that is clear of the intents of others on another way; None when there is none."""
        flown = [hop.flight for hop in hops]
        made = (self._along(hops, flights, group, piece) for flights in self.other_flights.ways(flown, group, piece))
        return min((trip for trip in made if trip is not None), key=_preference, default=None)

    def along(self, trip: Trip, flights: Sequence[Flight]) -> Trip | None:
        """Return a trip along other flights between its pads, with the same on board; None when it cannot fly so."""
        return self._along(trip.hops, flights, trip.group, self.piece_of(trip))

    def _along(self, hops: Sequence[Hop], flights: Sequence[Flight], group: int, piece: Slice) -> Trip | None:
        made = self._finished(self._hops(flights, [_Load.of(hop) for hop in hops], group), group, piece)
        flown = zip(flights, hops, strict=True)
        ways = tuple(number for number, (flight, hop) in enumerate(flown, start=1) if flight is not hop.flight)
        return None if made is None else replace(made, other_ways=ways)

    def _half_m(self, group: int) -> float:
        return self.policy.half_width_m(self.tables.groups[group].kind)

    def piece_of(self, trip: Trip) -> Slice:
        """Return the slice of the day that the flights of a trip are of."""
        flight, day = trip.hops[0].flight, self.tables.slices
        same = [piece for piece in day if flight in piece.flights[trip.group].values()]
        begins = trip.starts[0][0]
        return next((piece for piece in same if piece.when[0] <= begins < piece.when[1]), same[0])

    def _finished(self, hops: tuple[Hop, ...], group: int, piece: Slice) -> Trip | None:
        """Return the trip of some hops with its starts, cost and needs; None when it cannot be flown."""
        members = self.tables.groups[group]
        if any(goods_refused(hop, self.policy) for hop in hops) or crowded(hops, self.gate_capacities):
            return None
        orders = tuple(order for hop in hops for order in hop.delivers)
        usable_wh = most_usable_wh(members.drones, members.kind, self.policy, piece.weather)
        if sum(hop.energy_wh for hop in hops) > usable_wh or quantile_wh(self.tables, hops, group) > usable_wh:
            return None
        starts = self.traffic.clear(self._at_work(hops, group, piece), hops, self._half_m(group))
        found = self.ways_out.left_open(hops, group, piece, starts) if starts else None
        if found is None:
            return None
        needs, starts = Needs.of(self.tables, hops, group, found[0]), found[1]
        if needs.most_wh > usable_wh:
            return None
        return Trip(group=group, orders=orders, hops=hops, starts=starts, cost=self._cost(hops), needs=needs)

    def _sound(self, stops: Sequence[Stop], sequence: Sequence[Order], group: int, call: Call) -> bool:
        """Tell whether all that comes on board is handed over, may be there together, and clears where it can.

        What is all on board from the take-off is judged by :meth:`may_carry`.
        """
        if not any(stop.takes for stop in stops):
            return True
        kind, loads = self.tables.groups[group].kind, self._loads(stops, sequence, group, call)
        handed = sum(len(load.aboard) - len(load.staying) for load in loads)
        return (
            handed == len({order.id for order in sequence})
            and self._useful(loads)
            and all(self.in_box(kind, load.aboard) for load in loads)
        )

    def useful(self, hops: Sequence[Hop]) -> bool:
        """Tell whether each stop of a trip has a use, and what clears does so where customs are."""
        return self._useful([_Load.of(hop) for hop in hops])

    def _useful(self, loads: Sequence[_Load]) -> bool:
        used = all(len(load.staying) < len(load.aboard) or load.takes or load.clears for load in loads[:-1])
        return used and all(self.customs.clears_at(load.pad) for load in loads if load.clears)

    def _loads(self, stops: Sequence[Stop], sequence: Sequence[Order], group: int, call: Call) -> list[_Load]:
        """Return what is on board on each leg of a sequence, and what happens to it at its end."""
        (start, end), cleared = self.ends(group), set[str]()
        aboard = [order for order in sequence if order.from_pad == start]
        loads: list[_Load] = []
        for stop in (*stops, Stop(end)):
            bound = tuple(order for order in aboard if order.id not in cleared)
            clears = self.customs.clearing(bound, stop.pad, call[0])
            cleared |= {order.id for order in clears}
            staying = tuple(order for order in aboard if order.to_pad != stop.pad)
            loads.append(_Load(stop.pad, tuple(aboard), staying, stop.takes, clears))
            aboard = [*staying, *stop.takes]
        return loads

    def stops(self, sequence: Sequence[Order], group: int, call: Call = NO_CALL) -> tuple[Stop, ...] | None:
        """Return the landings of a sequence before the one at the hub where it ends, a call among them.

        None when there is one at the pad of the call at another time, which another sequence tells of.
        """
        stops, (pad, after) = stops_of(sequence, *self.ends(group)), call
        if not pad:
            return tuple(stops)
        if after < len(stops) and stops[after].pad == pad:
            return tuple(stops)
        if any(stop.pad == pad for stop in stops):
            return None
        return (*stops[:after], Stop(pad), *stops[after:])

    def flights(self, stops: Sequence[Stop], group: int, piece: Slice) -> list[Flight] | None:
        """Return the flights of a trip from hub to stop to hub; None when one of them cannot be flown."""
        start, end = self.ends(group)
        pads = [start, *(stop.pad for stop in stops), end]
        flights = [piece.flights[group].get(pair) for pair in pairwise(pads)]
        ready = [flight for flight in flights if flight is not None and flight.flyable]
        return ready if len(ready) == len(flights) else None

    def hops(
        self, flights: Sequence[Flight], stops: Sequence[Stop], sequence: Sequence[Order], group: int, call: Call
    ) -> tuple[Hop, ...]:
        """Return the legs of a trip along some flights, with a load that falls and rises at its stops."""
        return self._hops(flights, self._loads(stops, sequence, group, call), group)

    def _hops(self, flights: Sequence[Flight], loads: Sequence[_Load], group: int) -> tuple[Hop, ...]:
        hops: list[Hop] = []
        (_, end), clock_s = self.ends(group), 0.0
        for flight, load in zip(flights, loads, strict=True):
            dwell_s = self.tables.sky.pad(load.pad).customs_dwell_s if load.clears else 0.0
            payload_kg = load_kg(load.aboard)
            hover_kg = heavier_kg(payload_kg, load.aboard, load.takes, load.pad)
            lands_s = clock_s + flight.flown_s
            handled = len(load.staying) < len(load.aboard) or bool(load.takes)
            hover_s = self.policy.handover_s if handled and load.pad != end else 0.0
            waits_s = dwell_s if any(order in load.staying for order in load.clears) else 0.0
            energy_wh, energies_wh = self._leg(flight, group, payload_kg, hover_s, hover_kg)
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
                    aboard=load.aboard,
                    takes=load.takes,
                    clears=load.clears,
                    dwell_s=dwell_s,
                )
            )
            clock_s = hops[-1].ends_s
        return tuple(hops)

    def _leg(
        self, flight: Flight, group: int, payload_kg: float, hover_s: float, hover_kg: float
    ) -> tuple[float, Floats]:
        """Return the energy of a leg as forecast and in every scenario; each is worked out once."""
        key = (group, id(flight), payload_kg, hover_s, hover_kg)
        if key not in self._legs:
            kind, tables = self.tables.groups[group].kind, self.tables
            loads = {"payload_kg": payload_kg, "hover_s": hover_s, "hover_kg": hover_kg}
            forecast_wh = tables.leg_energy_wh(flight, kind, **loads)
            by_scenario_wh = tables.leg_energies_wh(flight, kind, **loads)
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
        for order in orders:
            since_s, after_s = taken_s(order, hops), handing(order, hops).released_after_s(order)
            if exceeds_cold_chain(order, (after_s - since_s) * self.policy.time_factor):
                return ()
            window = order.ready_at - timedelta(seconds=since_s), order.due_at - timedelta(seconds=after_s)
            spans = limited(spans, window)
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
        """Keep the starts for which all that changes hands, or clears, after a hop has the custody it asks for."""
        pad, handed = self.tables.sky.pad(hop.flight.to_pad), (*hop.delivers, *hop.takes)
        for order in dict.fromkeys((*handed, *hop.clears)):
            kept = pad.custody_spans(self.policy.custody_asked(order.consignment), *self.tables.around)
            until_s = hop.handed_s if order in handed else hop.ends_s
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


def exceeds_cold_chain(order: Order, aboard_s: float) -> bool:
    """Tell whether so long on board until the hand-over, as a quantile, breaks the order's cold chain."""
    longest = order.consignment.max_minutes
    return longest is not None and aboard_s > longest * 60.0


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
        for hop in trip.hops
        if (pad := hop.flight.to_pad) in values
    ]


def stops_of(sequence: Iterable[Order], start: str, end: str) -> list[Stop]:
    """Return the stops of a sequence flown from a hub to a hub, one for each pad."""
    takes: dict[str, list[Order]] = {}
    taken: set[str] = set()
    for order in sequence:
        if order.from_pad == start or order.id in taken:
            if order.to_pad != end:
                takes.setdefault(order.to_pad, [])
        else:
            takes.setdefault(order.from_pad, []).append(order)
            taken.add(order.id)
    return [Stop(pad, tuple(orders)) for pad, orders in takes.items()]


def unique_sequences(orders: Sequence[Order], start: str, end: str) -> Iterator[tuple[Order, ...]]:
    """Yield the sequences of some orders that visit each pad once, and take over before they hand over."""
    by_pad: dict[str, list[Order]] = {}
    legs: list[tuple[str, str]] = []
    told = sorted(orders, key=lambda order: order.id)
    straight = tuple(order for order in told if (order.from_pad, order.to_pad) == (start, end))
    for order in told:
        handled = [pad for pad, hub in ((order.from_pad, start), (order.to_pad, end)) if pad != hub]
        for pad in handled:
            by_pad.setdefault(pad, []).append(order)
        legs += [(order.from_pad, order.to_pad)] if len(handled) == 2 else []
    for pads in permutations(sorted(by_pad)):
        if all(pads.index(first) < pads.index(then) for first, then in legs):
            yield (*(order for pad in pads for order in by_pad[pad]), *straight)


def _loads(orders: Sequence[Order], start: str, end: str) -> Iterator[list[Order]]:
    """Yield what of the orders of a sortie is on board at one time, in whatever sequence it flies them."""
    leaving = [order for order in orders if order.from_pad == start]
    yield leaving
    if len(leaving) < len(orders):
        yield [order for order in orders if order.to_pad == end]
        yield from ([order] for order in orders if order.from_pad != start and order.to_pad != end)


def fits(trip: Trip, drone: Drone, tables: Tables, *, state_of_charge: float) -> bool:
    """Tell whether a drone has the energy for a trip and its ways out, reserve kept, at a state of charge."""
    kind = tables.groups[trip.group].kind
    usable = usable_wh(drone, kind, tables.job.policy, trip.weather, state_of_charge=state_of_charge)
    return trip.needs.most_wh <= usable


def _preference(trip: Trip) -> tuple[float, float, tuple[str, ...]]:
    slack_s = sum((end - start).total_seconds() for start, end in trip.starts)
    return round(trip.cost, 6), -slack_s, tuple(order.id for order in trip.orders)
