"""Columns of a job: exact trips with what they hold of the day, told in whole seconds from the start of the job."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor, inf

import numpy as np

from airspace.model.schedules import Span
from planner.model.fleets import Drone
from planner.model.jobs import Evening
from planner.model.orders import Order
from planner.physics.batteries import usable_wh
from planner.solving import gates, stocks
from planner.solving.choice.balances import ALL_DAY, NEVER, Balance
from planner.solving.choice.closing import Budget
from planner.solving.choice.finding import Finder
from planner.solving.choice.pools import Floats, Integers, Pool
from planner.solving.groups import Group, fleets
from planner.solving.hops import holds
from planner.solving.separations import Separations
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables

LOWERED = 1.0
"""By how much a limit is lowered at first, in the policy's currency, and each time by twice as much."""
TOLD_EVERY = 100
FIRST_PORTION = 0.7
"""Of the time that is left: how long the smallest columns, which a search begins with, may be worked out."""
PORTION = 0.2
"""The same of those that are most below a limit, each time."""
MOMENTS = 20
"""Of the day, at which drones and packs that move between hubs are counted; an engineering choice."""
LOOKED_AT = 300_000
"""Sequences that a search may come up with at a time."""

Held = tuple[int, int, int]
"""Limit, from, until: seconds after the start of a trip."""
Made = tuple[Trip, Span, list[Held]]
"""A trip, one stretch of its starts, and what it holds."""
Key = tuple[str | int, ...]
"""What a limit is of."""


class Limits:
    """What a job's trips share, each with how many of them there may be at a time."""

    def __init__(self, trips: Trips) -> None:
        self.trips = trips
        self.gates_let = gates.capacities(trips.tables.sky)
        self.fleets = {group.drones: number for number, group in enumerate(fleets(trips.tables.groups))}
        """Numbers of the lots of drones."""
        told = dict(self._all())
        self.names = {key: number for number, key in enumerate(told)}
        self.capacity: Integers = np.array(list(told.values()), np.int64)
        """Of each limit."""

    def _all(self) -> Iterator[tuple[Key, int]]:
        tables = self.trips.tables
        for group in tables.groups:
            yield from ((("drones", self.fleets[group.drones], able), able) for able in range(len(group.drones) + 1))
            hubs = self._hubs(group)
            spares = [tables.sky.pad(hub).swap_packs for hub in hubs]
            counted = [count for count in spares if count is not None]
            if len(counted) == len(hubs):
                drones = sum(d.home_pad in hubs and d.type == group.kind.id for d in tables.job.drones)
                # Those that begin short of charge fly first on packs of their own.
                yield self._stock(group), sum(counted) + drones
        yield from ((("pad", pad.id), pad.slots) for pad in tables.sky.pads)
        yield from ((("gate", gate), most) for gate, most in self.gates_let.items())

    def _hubs(self, group: Group) -> tuple[str, ...]:
        """Return the hubs whose packs the sorties of a group may take and leave."""
        return tuple(sorted(self.trips.homes)) if self.trips.policy.end_elsewhere else (group.start_pad,)

    def _stock(self, group: Group) -> Key:
        return ("packs", *self._hubs(group), group.kind.id)

    def held(self, trip: Trip) -> list[Held]:
        """Return what a trip holds: drones, the pads on its way, a pack, the gates it crosses."""
        return [*self._drones(trip), *self._pads(trip), *self._packs(trip), *self._gates(trip)]

    def _drones(self, trip: Trip) -> Iterator[Held]:
        """Yield what it holds of its group's drones, and of those with packs as good as it needs."""
        tables = self.trips.tables
        group = tables.groups[trip.group]
        usable = [
            usable_wh(drone, group.kind, tables.job.policy, trip.weather, state_of_charge=1.0) for drone in group.drones
        ]
        until_s = ceil(trip.duration_s + group.kind.swap_s)
        able = sum(most >= trip.needs.most_wh for most in usable)
        for count in {len(usable), able}:
            yield self.names["drones", self.fleets[group.drones], count], 0, until_s

    def _pads(self, trip: Trip) -> Iterator[Held]:
        for hold in holds(trip.hops, self.trips.tables):
            yield self.names["pad", hold.pad], floor(hold.from_s), ceil(hold.until_s)

    def _packs(self, trip: Trip) -> Iterator[Held]:
        """Yield the pack it takes out of a counted stock, for as long as it is surely away."""
        key = self._stock(self.trips.tables.groups[trip.group])
        if key in self.names:
            yield self.names[key], 0, floor(_away_s(trip, self.trips.tables))

    def _gates(self, trip: Trip) -> Iterator[Held]:
        for passing in gates.passings(trip.hops, self.gates_let):
            yield self.names["gate", passing.gate], passing.from_s, passing.until_s


def _away_s(trip: Trip, tables: Tables) -> float:
    """Return the least seconds from the take-off of a trip until its pack is full again."""
    group = tables.groups[trip.group]
    return min(stocks.away_s(trip, drone, group.kind, tables) for drone in group.drones)


@dataclass(slots=True)
class Columns:
    """Finds trips that could be worth flying, and works each out once."""

    trips: Trips
    orders: Sequence[Order]
    finders: Sequence[Finder]
    limits: Limits
    separations: Separations
    budget: Budget
    known: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)
    made: list[Trip] = field(default_factory=list)
    """By the label of a column."""
    groups: list[int] = field(default_factory=list)
    """By label as the rest, where drones move between hubs."""
    back_s: list[int] = field(default_factory=list)
    """Seconds from the take-off until the drone may leave again ..."""
    charged_s: list[int] = field(default_factory=list)
    """... and, at the least, until the pack may."""

    @classmethod
    def of(
        cls, trips: Trips, orders: Sequence[Order], finders: Sequence[Finder], budget: Budget | None = None
    ) -> Columns:
        """Begin with no columns at all."""
        return cls(
            trips=trips,
            orders=orders,
            finders=finders,
            limits=Limits(trips),
            separations=Separations(trips.tables),
            budget=budget or Budget(),
        )

    @property
    def none(self) -> Pool:
        """No columns at all."""
        return self._pool([])

    def balances(self) -> list[Balance]:
        """Return what no plan breaks that moves drones and packs between hubs; none where no sortie ends elsewhere.

        Until any moment no more drones leave a hub than live there and have come, and no more packs where they are
        counted; by the evening no more drones than have come, unless they may stand anywhere.
        """
        tables, policy = self.trips.tables, self.trips.policy
        if not policy.end_elsewhere:
            return []
        found: list[Balance] = []
        for fleet in fleets(tables.groups):
            for hub in sorted(self.trips.homes):
                home = sum(drone.home_pad == hub for drone in fleet.drones)
                found += self._through_the_day(hub, fleet.drones, self.back_s, home)
                gone = home if policy.evening is Evening.ANYWHERE else 0
                found.append(self._balance(hub, fleet.drones, self.back_s, gone))
        for kind in sorted({group.kind.id for group in tables.groups}):
            for hub in sorted(self.trips.homes):
                spares, own = tables.sky.pad(hub).swap_packs, [d for d in tables.job.drones if d.type == kind]
                if spares is not None:
                    packs = spares + sum(drone.home_pad == hub for drone in own)
                    found += self._through_the_day(hub, own, self.charged_s, packs)
                    found.append(self._balance(hub, own, self.charged_s, packs))
        return found

    def _through_the_day(self, hub: str, drones: Sequence[Drone], after: list[int], most: int) -> list[Balance]:
        """Return the balances of some drones, or of their packs, at a hub at moments of the day."""
        job = self.trips.tables.job
        step = int((job.end - job.start).total_seconds()) // MOMENTS
        whole = self._balance(hub, drones, after, most)
        return [replace(whole, moment=step * number - 1) for number in range(1, MOMENTS + 1)]

    def _balance(self, hub: str, drones: Sequence[Drone], after: list[int], most: int) -> Balance:
        """Return the balance over the whole day; ``after`` is told by column, and grows with them."""
        groups, members = self.trips.tables.groups, set(drones)
        return Balance(
            leaves=tuple(group.start_pad == hub and not members.isdisjoint(group.drones) for group in groups),
            comes=tuple(group.end_pad == hub and not members.isdisjoint(group.drones) for group in groups),
            carrier=lambda labels: np.array(self.groups, np.int64)[labels],
            ready=lambda labels: np.array(after, np.int64)[labels],
            moment=ALL_DAY,
            most=most,
        )

    def _keep(self, made: Sequence[Made]) -> None:
        """Keep what columns were made from, by their labels."""
        tables = self.trips.tables
        self.made += [trip for trip, _, _ in made]
        for trip, _, _ in made if self.trips.policy.end_elsewhere else ():
            kind = tables.groups[trip.group].kind
            self.groups.append(trip.group)
            self.back_s.append(ceil(trip.duration_s + kind.swap_s))
            self.charged_s.append(NEVER if kind.pack is None else floor(_away_s(trip, tables)))

    def find(
        self, worth: Floats, limit: float, most: int, *, tolls: Sequence[float] = (), smallest: bool = False
    ) -> Pool | None:
        """Return columns not told before whose cost, less what their orders are worth, is no more than a limit.

        ``tolls`` is what every column of a group costs on top, none where it is nothing.
        For a limit below 0 some of them may do, those first that are most below it, or with ``smallest`` those of the
        fewest orders; none only where there are none.
        None where it cannot tell: for a limit of 0 or more with more than the most that may be told, or out of time.
        """
        new, every = self._sequences(worth, limit, tolls)
        if limit >= 0 and (not every or len(new) > most):
            return None
        until = time.monotonic() + (self.budget.left_s or inf) * (FIRST_PORTION if smallest else PORTION)
        if smallest:
            new.sort(key=lambda one: (len(one[2]), one[0]))
        made: list[Made] = []
        for number, (_, group, members) in enumerate(new):
            if number % most == 0 and made:
                break
            if limit < 0 and made and time.monotonic() > until:
                break
            if self.budget.spent:
                return None
            if number % TOLD_EVERY == 0:
                self.budget.tell(f"sorties {number:,} of {len(new):,}")
            made += self._worked_out(group, members)
        return self._pool(made) if made or every else None

    def _sequences(
        self, worth: Floats, limit: float, tolls: Sequence[float]
    ) -> tuple[list[tuple[float, int, tuple[int, ...]]], bool]:
        """Return (reduced cost, group, orders) of what may be below a limit and is not known, the lowest first.

        And whether that is all there is: where there is too much of it, the limit is lowered until there is not.
        """
        new: list[tuple[float, int, tuple[int, ...]]] = []
        every = True
        for finder in self.finders:
            own, toll = limit, tolls[finder.number] if tolls else 0.0
            while (found := finder.find(worth, own - toll, LOOKED_AT, seconds=self.budget.left_s)) is None:
                if limit >= 0 or self.budget.spent:
                    return [], False
                every, own = False, 2 * own - LOWERED
            reduced = (found.reduced(finder.by_task(worth)) + toll).tolist()
            sequences = ((finder.number, tuple(found.orders(column).tolist())) for column in range(len(found)))
            new += [(r, *one) for r, one in zip(reduced, sequences, strict=True) if one not in self.known]
        return sorted(new), every

    def _worked_out(self, group: int, members: tuple[int, ...]) -> Iterator[Made]:
        """Yield a sequence as exact trips, one for each stretch of starts."""
        self.known.add((group, members))
        sequence = [self.orders[k] for k in members]
        orders = [self.orders[k] for k in dict.fromkeys(members)]
        if not self.trips.may_carry(orders, group) or not self.trips.whole(orders):
            return
        told: list[Made] = []
        for piece in self.trips.tables.slices:
            for call in self.trips.calls(sequence, group):
                trip = self.trips.make(sequence, group, piece, call)
                if trip is None:
                    continue
                held = self.limits.held(trip)
                for span in trip.starts:
                    # Slices whose corridors are the same make the same trip twice.
                    if not any(
                        _no_dearer(known, trip) and _within(span, other) and held == same and self._as_near(known, trip)
                        for known, other, same in told
                    ):
                        told.append((trip, span, held))
                        yield trip, span, held

    def _as_near(self, known: Trip, trip: Trip) -> bool:
        """Tell whether a trip comes as near to others in the air as another that holds the same."""
        separations = self.separations
        return not separations.asked or separations.shape(known.hops) == separations.shape(trip.hops)

    def _pool(self, columns: Sequence[Made]) -> Pool:
        number = {order.id: k for k, order in enumerate(self.orders)}
        start = self.trips.tables.job.start.replace(microsecond=0)
        label = np.arange(len(self.made), len(self.made) + len(columns))
        self._keep(columns)
        listed = [[number[order.id] for order in trip.orders] for trip, _, _ in columns]
        uses = [use for _, _, held in columns for use in held]
        return Pool(
            cost=np.array([trip.cost for trip, _, _ in columns]),
            opens=np.array([ceil((span[0] - start).total_seconds()) for _, span, _ in columns], np.int64),
            closes=np.array([floor((span[1] - start).total_seconds()) for _, span, _ in columns], np.int64),
            first=np.cumsum([0, *(len(orders) for orders in listed)]).astype(np.int64),
            listed=np.array([order for orders in listed for order in orders], np.int64),
            use_first=np.cumsum([0, *(len(held) for _, _, held in columns)]).astype(np.int64),
            limit=np.array([use[0] for use in uses], np.int64),
            from_tick=np.array([use[1] for use in uses], np.int64),
            until_tick=np.array([use[2] for use in uses], np.int64),
            label=label,
        )


def _no_dearer(one: Trip, other: Trip) -> bool:
    return one.cost <= other.cost and one.needs.most_wh <= other.needs.most_wh


def _within(span: Span, other: Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]
