"""One order, and what is known of it: what every cause is tried on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

from airspace.model.pads import Custody
from airspace.model.schedules import Span
from airspace.rules.kinds import Activity
from airspace.rules.ledger import Rule
from airspace.rules.pieces import Trait
from planner.model.fleets import DroneType
from planner.model.orders import Order
from planner.model.plans import Reason, Unserved
from planner.solving.flights import Flight
from planner.solving.groups import Group
from planner.solving.hops import Hop, handing, taken_s
from planner.solving.sorties import Trips, holds_volume, unique_sequences
from planner.solving.tables import Slice, Tables


class Case:
    """One order, and what is known of it."""

    def __init__(self, order: Order, trips: Trips) -> None:
        self.order = order
        self.trips = trips
        self.tables: Tables = trips.tables
        homes = trips.homes
        self.groups = [n for n, group in enumerate(self.tables.groups) if group.reaches(order, homes)]
        self.lifting = [n for n in self.groups if self._lifts(self.tables.groups[n].kind)]

    def _lifts(self, kind: DroneType) -> bool:
        lifts = kind.max_payload_kg >= self.order.consignment.mass_kg
        return self.may_launch(kind) and lifts and holds_volume(kind, (self.order,))

    def may_launch(self, kind: DroneType) -> bool:
        """Tell whether the weather lets a type fly at some time of the day."""
        return any(not self.tables.grounded(kind, piece) for piece in self.tables.slices)

    def says(self, reason: Reason, detail: str, **numbers: float) -> Unserved:
        """Return an answer: a reason, a sentence, and the figures behind it."""
        figures = {name: round(float(value), 3) for name, value in sorted(numbers.items())}
        return Unserved(
            order=self.order.id,
            reason=reason,
            detail=detail[:1].upper() + detail[1:],
            numbers=MappingProxyType(figures),
        )

    @property
    def kinds(self) -> list[Group]:
        """The groups at the order's hub; where it lies at none, those that could come and fetch it."""
        return [self.tables.groups[number] for number in self.groups]

    @property
    def fleet(self) -> str:
        """Whose drones they are, in words."""
        at_hub = self.order.from_pad in self.trips.homes and not self.trips.policy.end_elsewhere
        return f"any drone at {self.order.from_pad}" if at_hub else "any drone"

    @property
    def handled_at(self) -> tuple[str, ...]:
        """The pads where it changes hands with somebody who is to look after it: its destination first."""
        fetched = self.order.from_pad not in self.trips.homes
        return (self.order.to_pad, self.order.from_pad) if fetched else (self.order.to_pad,)

    @property
    def custody(self) -> Custody:
        """Which custody the order asks for."""
        return self.trips.policy.custody_asked(self.order.consignment)

    def asks_for_custody(self) -> str:
        """Say which custody the order asks for, and why when it is not its own word."""
        goods, above = self.order.consignment, self.trips.policy.two_person_above
        if self.custody is goods.custody or above is None:
            return f"the order asks for {self.custody} hand-over"
        currency = self.trips.policy.currency
        value = f"declared value {goods.declared_value:,.0f} is above {above:,.0f} {currency}"
        return f"{value}, which asks for {self.custody} hand-over"

    def levels(self, offered: Custody) -> dict[str, float]:
        """Return the figures behind an answer on custody: levels from 0, a locker, to 2, two persons."""
        levels, above = list(Custody), self.trips.policy.two_person_above
        value = {} if above is None else {"two_person_above": above}
        value |= {"declared_value": self.order.consignment.declared_value} if value else {}
        return {"asked_level": levels.index(self.custody), "offered_level": levels.index(offered), **value}

    def crosses(self) -> str:
        """Say from where to where an order crosses that is not pre-cleared."""
        sides = self.trips.customs.sides
        here, there = ("/".join(sorted(sides[pad])) for pad in (self.order.from_pad, self.order.to_pad))
        return f"it crosses from {here} to {there} and is not pre-cleared"

    def authority_for_goods(self, side_id: str) -> str:
        """Say who approves dangerous goods over a side, and by the id of which rule of its ledger."""
        side = next((side for side in self.tables.sky.jurisdictions if side.id == side_id), None)
        if side is None:
            return "the authority"
        ledgers = [ledger for ledger in self.tables.job.ledgers if ledger.name in side.rules]
        rules = [rule for ledger in ledgers for rule in ledger.in_force if _on_goods(rule)]
        cited = ", ".join(rule.id for rule in rules)
        return f"{side.authority} for {side.id}" + (f" (rule {cited})" if cited else "")

    def rounds(self, number: int) -> list[tuple[str, str]]:
        """Return the pairs of pads that a group flies between for the order alone, without customs on the way."""
        start, end = self.trips.ends(number)
        handled = ((self.order.from_pad, start), (self.order.to_pad, end))
        return list(pairwise([start, *(pad for pad, hub in handled if pad != hub), end]))

    def ways(self) -> list[tuple[int, tuple[Flight, ...]]]:
        """Return every way from hub to hub of the groups that can lift the order, as (group, flights)."""
        found = []
        for piece in self.tables.slices:
            for number in self.lifting:
                flights = [piece.flights[number].get(pair) for pair in self.rounds(number)]
                there = tuple(flight for flight in flights if flight is not None)
                found += [(number, there)] if len(there) == len(flights) else []
        return found

    def loads(self) -> list[tuple[int, tuple[Flight, ...]]]:
        """Return the ways that can be flown in this wind."""
        return [(number, flights) for number, flights in self.ways() if all(flight.flyable for flight in flights)]

    def courses(self) -> list[tuple[int, tuple[Hop, ...]]]:
        """Return the trips that can be flown in this wind, as (group, hops), by way of customs if it has to clear."""
        made = [
            (number, self.trips.hops(flights, stops, sequence, number, call))
            for piece in self.tables.slices
            for number in self.lifting
            for sequence in unique_sequences([self.order], *self.trips.ends(number))
            for call in self.trips.calls(sequence, number)
            if (stops := self.trips.stops(sequence, number, call)) is not None
            if (flights := self.trips.flights(stops, number, piece)) is not None
        ]
        return [(number, hops) for number, hops in made if self._clears_well(hops)]

    def _clears_well(self, hops: Sequence[Hop]) -> bool:
        """Tell whether it clears if it has to, at a pad with the custody it asks for."""
        clearing = [hop for hop in hops if hop.clears]
        if not clearing:
            return not self.trips.customs.needed(self.order)
        return self.trips.useful(hops) and all(
            self.tables.sky.pad(hop.flight.to_pad).custody.meets(self.custody) for hop in clearing
        )

    def released_s(self, hops: Sequence[Hop]) -> float:
        """Return when the order can be had at its destination, after the take-off of a trip."""
        return handing(self.order, hops).released_after_s(self.order)

    def aboard_s(self, hops: Sequence[Hop]) -> float:
        """Return how long the order is on board of a trip, until it can be had."""
        return self.released_s(hops) - taken_s(self.order, hops)

    def on_board(self, hops: Sequence[Hop]) -> datetime:
        """Return the first time at which the order may come on board of a trip."""
        return self.soonest(hops) + timedelta(seconds=taken_s(self.order, hops))

    def delivered_in(self, window: Span, hops: Sequence[Hop]) -> tuple[Span, ...]:
        """Return the starts of a trip that takes the order and hands it over within a window."""
        first = max(window[0] - timedelta(seconds=taken_s(self.order, hops)), self.tables.job.start)
        return ((first, window[1] - timedelta(seconds=self.released_s(hops))),)

    def soonest(self, hops: Sequence[Hop]) -> datetime:
        """Return the first start of a trip that comes for the order when it is ready, in the hours of the job."""
        return max(self.order.ready_at - timedelta(seconds=taken_s(self.order, hops)), self.tables.job.start)

    def piece_of(self, number: int, hops: Sequence[Hop]) -> Slice:
        """Return the slice of the day that the flights of a trip are of."""
        return next(piece for piece in self.tables.slices if hops[0].flight in piece.flights[number].values())

    @property
    def window(self) -> Span:
        """The times of the order within those of the job."""
        job = self.tables.job
        return max(self.order.ready_at, job.start), min(self.order.due_at, job.end)

    def clock(self, moment: datetime) -> str:
        """Tell a time by the clock of the job."""
        return f"{moment + self.tables.job.utc_offset:%H:%M}"

    def day_and_clock(self, moment: datetime) -> str:
        """Tell a time by the clock of the job, with its day when that is not the one the job starts on."""
        day, first = (when + self.tables.job.utc_offset for when in (moment, self.tables.job.start))
        return self.clock(moment) if day.date() == first.date() else f"{day:%Y-%m-%d} {self.clock(moment)}"

    def in_words(self, window: Span) -> str:
        """Tell a span by the clock of the job."""
        return f"{self.clock(window[0])} to {self.clock(window[1])}"


def _on_goods(rule: Rule) -> bool:
    """Tell whether a rule of a ledger is about carrying dangerous goods."""
    return isinstance(rule.asks, Activity) and Trait.DANGEROUS_GOODS in rule.asks.when


Cause: TypeAlias = Callable[[Case], Unserved | None]
"""What may be in the way: the answer when it is, None when it is not."""
