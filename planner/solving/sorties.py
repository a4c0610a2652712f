"""Exact sorties: what a group of drones would truly spend on some orders in some sequence, and when it could start.

Everything a plan promises of a sortie is worked out here, with the true payload on every leg; solvers may only
suggest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise, permutations
from math import ceil

import numpy as np
import numpy.typing as npt

from airspace.model.schedules import Span
from planner.model.fleets import Drone
from planner.model.jobs import Policy
from planner.model.orders import Order
from planner.physics.batteries import most_usable_wh, usable_wh
from planner.physics.chances import quantile, scenarios
from planner.physics.energy import Phases
from planner.solving.customs import Customs
from planner.solving.tables import Flight, Slice, Tables
from planner.solving.ways_out import WayOut, ways_out

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One leg of a trip, exact."""

    flight: Flight
    payload_kg: float
    energy_wh: float
    starts_s: float
    """After the take-off of the trip."""
    lands_s: float
    ends_s: float
    """With the hand-over, where there is one, and with customs where the drone waits for them."""
    hover_s: float = 0.0
    """How long the hand-over takes."""
    aboard: tuple[Order, ...] = ()
    """From its take-off."""
    clears: tuple[Order, ...] = ()
    """What clears customs where it lands."""
    dwell_s: float = 0.0
    """How long that takes after the hand-over."""
    energies_wh: Floats = field(default_factory=lambda: np.zeros(1), compare=False)
    """Planned energy in every scenario of the forecast's error; shape (scenarios,)."""

    @property
    def above_s(self) -> float:
        """When it is above the pad that it goes to."""
        return self.lands_s - self.flight.descent_s

    @property
    def landing(self) -> Phases:
        """The phases at its end that are not flown on a way out: down to the pad, and the hand-over."""
        still = np.zeros(())
        return Phases(
            climb_s=still, cruise_s=still, descent_s=np.asarray(self.flight.descent_s), hover_s=np.asarray(self.hover_s)
        )

    @property
    def handed_s(self) -> float:
        """When the hand-over has ended."""
        return self.lands_s + self.hover_s

    @property
    def cleared_s(self) -> float:
        """When customs have cleared what clears there."""
        return self.handed_s + self.dwell_s

    @property
    def delivers(self) -> tuple[Order, ...]:
        """What is handed over where it lands."""
        return tuple(order for order in self.aboard if order.to_pad == self.flight.to_pad)

    @property
    def released_s(self) -> float:
        """When all that is handed over there can be had by whoever waits for it."""
        return max((self.released_after_s(order) for order in self.delivers), default=self.handed_s)

    def released_after_s(self, order: Order) -> float:
        """Return when an order handed over there can be had."""
        return self.cleared_s if order in self.clears else self.handed_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Time that a trip holds a pad, in seconds after its take-off; before it, when negative."""

    pad: str
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a trip may take of the packs, above the reserve, with the chance that the policy asks for."""

    chance: float
    median_wh: float
    """Of the whole trip."""
    quantile_wh: float
    """Of the whole trip."""
    with_way_out_wh: tuple[float, ...] = ()
    """By hop: from take-off to above the pad it goes to, and on to an alternate; none where there are no alternates."""
    ways_out: tuple[WayOut, ...] = ()
    """By hop."""

    @property
    def most_wh(self) -> float:
        """The most of all."""
        return max(self.quantile_wh, *self.with_way_out_wh, 0.0)


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
        self._ways_out: dict[tuple[int, Span, str, float, float], tuple[WayOut, ...]] = {}

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
        """Tell whether some orders may share one box: payload, value, number, weather, custody, goods, hub."""
        kind, policy = self.tables.groups[group].kind, self.policy
        return (
            0 < len(orders) <= policy.max_orders_per_sortie
            and any(not self.tables.grounded(kind, piece) for piece in self.tables.slices)
            and sum(order.consignment.mass_kg for order in orders) <= kind.max_payload_kg
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
        if any(self.goods_refused(hop) for hop in hops):
            return None
        usable_wh = most_usable_wh(members.drones, members.kind, self.policy)
        if self.quantile_wh(hops, group) > usable_wh:
            return None
        starts = self.starts(orders, hops, piece)
        found = self.ways_out(hops, group, piece, starts) if starts else None
        if found is None:
            return None
        needs, starts = self.needs(hops, group, found[0]), found[1]
        if needs.most_wh > usable_wh:
            return None
        return Trip(group=group, orders=tuple(orders), hops=hops, starts=starts, cost=self._cost(hops), needs=needs)

    def quantile_wh(self, hops: Sequence[Hop], group: int) -> float:
        """Return what some hops do not exceed with the chance that the policy asks for the value on board.

        It is no less than as forecast: a forecast may tell the worst direction of a wind, and any error is for good.
        """
        forecast_wh = sum(hop.energy_wh for hop in hops)
        return max(forecast_wh, self._at_chance_wh(hops, group, self.policy.chance(worth(hops[0].aboard))))

    def _at_chance_wh(self, hops: Sequence[Hop], group: int, chance: float, extra: Floats | float = 0.0) -> float:
        """Return what some hops, and something more in each scenario, do not exceed with a chance."""
        weights = scenarios(hops[0].flight.weather).weights
        taken = np.sum([hop.energies_wh for hop in hops], axis=0) + extra
        return quantile(taken, weights, self.tables.groups[group].kind.model_error_share, chance)

    def needs(self, hops: Sequence[Hop], group: int, ways: Sequence[WayOut]) -> Needs:
        """Return what a trip may take of the packs, with its ways out."""
        return Needs(
            chance=self.policy.chance(worth(hops[0].aboard)),
            median_wh=self._at_chance_wh(hops, group, 0.5),
            quantile_wh=self.quantile_wh(hops, group),
            with_way_out_wh=tuple(self.with_way_out_wh(hops, number, group, way) for number, way in enumerate(ways)),
            ways_out=tuple(ways),
        )

    def with_way_out_wh(self, hops: Sequence[Hop], number: int, group: int, way: WayOut) -> float:
        """Return what flying above the pad of a hop and on to an alternate may take, from the take-off of the trip.

        It is no less than as forecast.
        """
        hop, kind = hops[number], self.tables.groups[group].kind
        landing_wh = self.tables.energy_wh(hop.flight, kind, hop.landing, hop.payload_kg)
        flown, chance = hops[: number + 1], self.policy.chance(worth(hops[0].aboard))
        forecast_wh = sum(hop.energy_wh for hop in flown) - float(landing_wh) + way.energy_wh
        return max(forecast_wh, self._at_chance_wh(flown, group, chance, way.energies_wh - landing_wh))

    def ways_out(
        self, hops: Sequence[Hop], group: int, piece: Slice, starts: tuple[Span, ...]
    ) -> tuple[tuple[WayOut, ...], tuple[Span, ...]] | None:
        """Return the cheapest way out of each hop that some start leaves open, and those starts; None without one.

        Where the airspace has no alternates none is asked for.
        """
        chosen: list[WayOut] = []
        for hop in hops if self.tables.alternates else ():
            for way in self.ways_from(hop, group, piece):
                left = whole_seconds(self._open_out(starts, hop, way, piece))
                if left:
                    chosen.append(way)
                    starts = left
                    break
            else:
                return None
        return tuple(chosen), starts

    def ways_from(self, hop: Hop, group: int, piece: Slice) -> tuple[WayOut, ...]:
        """Return the ways out from above the pad of a hop, the cheapest first, hours aside."""
        key = (group, piece.when, hop.flight.to_pad, hop.flight.points[-1][2], hop.payload_kg)
        if key not in self._ways_out:
            self._ways_out[key] = ways_out(
                self.tables, group, piece, hop.flight.to_pad, level_m=key[3], payload_kg=hop.payload_kg
            )
        return tuple(way for way in self._ways_out[key] if not self._refuses(way, hop))

    def _refuses(self, way: WayOut, hop: Hop) -> bool:
        """Tell whether an alternate may not take what is on board, whatever the hour."""
        custody = self.tables.sky.pad(way.alternate).custody
        asked = (self.policy.custody_asked(order.consignment) for order in hop.aboard)
        return bool(self.goods_refused(replace(hop, flight=way.flight))) or not all(map(custody.meets, asked))

    def _open_out(self, starts: tuple[Span, ...], hop: Hop, way: WayOut, piece: Slice) -> tuple[Span, ...]:
        """Keep the starts for which a way out is open: its gates and permits, and the alternate with its custody."""
        job, pad = self.tables.job, self.tables.sky.pad(way.alternate)
        day = (job.start - DAY, job.end + DAY)
        landed_s = hop.above_s + way.flown_s + self.policy.final_hover_s
        there = [way.flight.passage.spans, pad.schedule.spans(*day)]
        there += [(piece.when,)] if job.later else []
        there += [pad.custody_spans(self.policy.custody_asked(order.consignment), *day) for order in hop.aboard]
        for spans in there:
            starts = shifted_in(starts, spans, hop.above_s, landed_s)
        return starts

    def goods_refused(self, hop: Hop) -> tuple[str, ...]:
        """Return the sides that a hop passes with dangerous goods on board for which no approval is held."""
        goods = {order.consignment.dangerous_goods for order in hop.aboard} - {""}
        sides = hop.flight.passage.jurisdictions or ("",)
        return tuple(side for side in sides if not all(self.policy.goods_approval(one, side) for one in goods))

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
            hops.append(
                Hop(
                    flight=flight,
                    payload_kg=payload_kg,
                    energy_wh=self._energy_wh(flight, group, payload_kg, hover_s),
                    energies_wh=self._energies_wh(flight, group, payload_kg, hover_s),
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

    def _energy_wh(self, flight: Flight, group: int, payload_kg: float, hover_s: float) -> float:
        kind = self.tables.groups[group].kind
        return self.tables.leg_energy_wh(flight, kind, payload_kg=payload_kg, hover_s=hover_s)

    def _energies_wh(self, flight: Flight, group: int, payload_kg: float, hover_s: float) -> Floats:
        kind = self.tables.groups[group].kind
        return self.tables.leg_energies_wh(flight, kind, payload_kg=payload_kg, hover_s=hover_s)

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
            spans = _limited(spans, (order.ready_at, order.due_at - timedelta(seconds=after_s)))
        for hop in hops:
            spans = self.cleared(self.well_kept(spans, hop), hop)
        for hop in hops:
            allowed = hop.flight.passage.spans
            spans = shifted_in(spans, allowed, hop.starts_s, hop.ends_s)
            laden = hop.flight.goods_lawful
            if laden is not None and any(order.consignment.dangerous_goods for order in hop.aboard):
                spans = shifted_in(spans, laden.spans, hop.starts_s, hop.ends_s)
        for hold in holds(hops, self.tables):
            open_spans = self.tables.sky.pad(hold.pad).schedule.spans(job.start - DAY, job.end + DAY)
            spans = shifted_in(spans, open_spans, hold.from_s, hold.until_s)
        return whole_seconds(spans)

    def well_kept(self, spans: tuple[Span, ...], hop: Hop) -> tuple[Span, ...]:
        """Keep the starts for which all that is handed over, or cleared, after a hop has the custody it asks for."""
        job, pad = self.tables.job, self.tables.sky.pad(hop.flight.to_pad)
        for order in dict.fromkeys((*hop.delivers, *hop.clears)):
            kept = pad.custody_spans(self.policy.custody_asked(order.consignment), job.start - DAY, job.end + DAY)
            until_s = hop.handed_s if order in hop.delivers else hop.ends_s
            spans = shifted_in(spans, kept, hop.lands_s, until_s)
        return spans

    def cleared(self, spans: tuple[Span, ...], hop: Hop) -> tuple[Span, ...]:
        """Keep the starts for which customs are there from a landing until they have cleared what clears after it."""
        if not hop.clears:
            return spans
        job, windows = self.tables.job, self.tables.sky.pad(hop.flight.to_pad).customs_windows
        there = () if windows is None else windows.spans(job.start - DAY, job.end + DAY)
        return shifted_in(spans, there, hop.lands_s, hop.cleared_s)

    def _cost(self, hops: Sequence[Hop]) -> float:
        return sortie_cost(self.policy, hops[-1].lands_s, sum(hop.energy_wh for hop in hops))


DAY = timedelta(days=1)
RECORDED_S = 0.001
"""Decimals of times in the record."""


def sortie_cost(policy: Policy, flight_s: float, energy_wh: float) -> float:
    """Return what one sortie costs, in the policy's currency."""
    hours, kwh = flight_s / 3600.0, energy_wh / 1000.0
    return policy.cost_per_sortie + policy.cost_per_flight_hour * hours + policy.cost_per_kwh * kwh


def exceeds_cold_chain(order: Order, delivered_after_s: float) -> bool:
    """Tell whether a delivery this long after take-off, as a quantile, breaks the order's cold chain."""
    longest = order.consignment.max_minutes
    return longest is not None and delivered_after_s > longest * 60.0


def holds(hops: Sequence[Hop], tables: Tables) -> list[Hold]:
    """Return when a trip holds which pads.

    A delivery pad is held from the start of the descent until the climb away has ended; the hub for its turnaround
    before and after as well.
    """
    home = hops[0].flight.from_pad
    turnaround_s = tables.sky.pad(home).turnaround_s
    held = [Hold(pad=home, from_s=-turnaround_s, until_s=hops[0].flight.climb_s)]
    for landing, leaving in pairwise(hops):
        until_s = leaving.starts_s + leaving.flight.climb_s
        held.append(Hold(pad=landing.flight.to_pad, from_s=landing.lands_s - landing.flight.descent_s, until_s=until_s))
    last = hops[-1]
    held.append(Hold(pad=home, from_s=last.lands_s - last.flight.descent_s, until_s=last.lands_s + turnaround_s))
    return held


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


def worth(orders: Iterable[Order]) -> float:
    """Return the declared value of some orders."""
    return sum(order.consignment.declared_value for order in orders)


def worth_by_pad(orders: Iterable[Order]) -> dict[str, float]:
    """Return the declared value of some orders by the pad they go to."""
    values: dict[str, float] = {}
    for order in orders:
        values[order.to_pad] = values.get(order.to_pad, 0.0) + order.consignment.declared_value
    return values


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
    return trip.needs.most_wh <= usable_wh(drone, kind, tables.job.policy, state_of_charge=state_of_charge)


def _preference(trip: Trip) -> tuple[float, float, tuple[str, ...]]:
    slack_s = sum((end - start).total_seconds() for start, end in trip.starts)
    return round(trip.cost, 6), -slack_s, tuple(order.id for order in trip.orders)


def _limited(spans: tuple[Span, ...], within: Span) -> tuple[Span, ...]:
    """Cut spans to another; a span may shrink to one moment."""
    cut = ((max(start, within[0]), min(end, within[1])) for start, end in spans)
    return tuple((start, end) for start, end in cut if start <= end)


def shifted_in(spans: tuple[Span, ...], allowed: Sequence[Span], from_s: float, until_s: float) -> tuple[Span, ...]:
    """Keep the starts for which [start + from_s, start + until_s] lies in one of the allowed spans."""
    # A take-off falls on a whole second; what comes after it is rounded in the record, and must stay within.
    first_s, last_s = (from_s - RECORDED_S if from_s > 0 else from_s), until_s + RECORDED_S
    shrunk = [(start - timedelta(seconds=first_s), end - timedelta(seconds=last_s)) for start, end in allowed]
    return tuple(part for window in shrunk for part in _limited(spans, window))


def whole_seconds(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Shrink spans to whole seconds of the clock, which departures are planned in."""
    whole = ((_ceil(start), end.replace(microsecond=0)) for start, end in sorted(spans))
    return tuple((start, end) for start, end in whole if start <= end)


def _ceil(moment: datetime) -> datetime:
    return moment + timedelta(microseconds=-moment.microsecond % 1_000_000)


def seconds_after(moment: datetime, origin: datetime) -> int:
    """Return whole seconds from an origin, rounded up."""
    return ceil((moment - origin).total_seconds())
