"""A calendar of the day: what is held by trips that have their place, and when another one has room beside them.

It keeps whatever :mod:`planner.solving.timetables` keeps, without moving anything: quick, and never wrong, where the
timetable finds more room by moving what is there.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from math import ceil, floor, inf

from airspace.model.schedules import Span
from planner.model.fleets import Drone
from planner.model.jobs import Evening
from planner.model.orders import worth
from planner.solving import gates, stocks
from planner.solving.hops import holds
from planner.solving.separations import Sky
from planner.solving.sorties import Trip, Trips, at_work, deposits, fits
from planner.solving.timetables import Placed

Key = tuple[str, ...]
"""What a limit is of: pad and its name, drone and its name ..."""

NEVER_S = 10**9
ALWAYS_S = -NEVER_S

VALUE_NOISE = 1e-6
"""Of sums of declared values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a trip holds of a limit, in whole seconds after its take-off."""

    key: Key
    from_s: int
    until_s: int
    amount: float = 1.0


class Calendar:
    """What is held of a day, in whole seconds from the start of the job; with ``apart`` kept apart in the air too."""

    def __init__(self, trips: Trips, *, apart: bool = True) -> None:
        self.trips = trips
        self.tables = trips.tables
        self.origin = self.tables.job.start.replace(microsecond=0)
        self.placed: list[Placed] = []
        self._held: dict[Key, list[tuple[int, int, float]]] = defaultdict(list)
        """By limit: (from, until, amount), rising."""
        self._longest: dict[Key, int] = defaultdict(int)
        self._widest: dict[Key, int] = {}
        """By drone, its widest gap between two trips."""
        self._carried: dict[str, float] = defaultdict(float)
        """Declared value by drone."""
        self._first: dict[str, int] = {}
        """By drone, its first take-off."""
        self._ways: dict[tuple[str, int], tuple[str, str]] = {}
        """By drone and take-off, the hubs that its trip leaves and ends at."""
        self._counted = stocks.limited(self.tables)
        self._uses: dict[tuple[int, str], tuple[Trip, list[Use]]] = {}
        self._sky = Sky(self.tables) if apart else None

    def add(self, trip: Trip) -> Placed | None:
        """Give a trip the earliest place that is free, and keep it; None when there is none."""
        found = [
            (start_s, number, drone)
            for number, drone in enumerate(self.tables.groups[trip.group].drones)
            if (start_s := self.earliest_s(trip, drone)) is not None
        ]
        if not found:
            return None
        start_s, _, drone = min(found, key=lambda one: one[:2])
        return self._keep(trip, drone, start_s)

    def has_room(self, trip: Trip) -> bool:
        """Tell whether some drone could fly a trip beside all others, as they are."""
        return any(self.earliest_s(trip, drone) is not None for drone in self.tables.groups[trip.group].drones)

    def keep(self, item: Placed) -> None:
        """Take a trip with its drone and take-off as they are."""
        self._keep(item.trip, item.drone, self.start_s(item))

    def exchange(self, item: Placed, trip: Trip) -> Placed | None:
        """Give a trip the place of another, or the earliest with the same drone; None, and no change, without one."""
        drone, start_s = item.drone, self.start_s(item)
        if not self.tables.groups[item.trip.group].returns:
            return None  # what follows counts on the drone, and its pack, where the trip ends
        if drone.state_of_charge < 1.0 and self._first[drone.id] == start_s:
            return None  # what the drone flies after it may count on it
        self._drop(item)
        found = self.earliest_s(trip, drone)
        self._keep(*((item.trip, drone, start_s) if found is None else (trip, drone, found)))
        return None if found is None else self.placed[-1]

    def earliest_without_s(self, item: Placed) -> int:
        """Return the earliest take-off of a trip that has its place, with its drone, all others being as they are."""
        start_s = self.start_s(item)
        self._drop(item)
        found = self.earliest_s(item.trip, item.drone)
        self._keep(item.trip, item.drone, start_s)
        return start_s if found is None else min(found, start_s)

    def _drop(self, item: Placed) -> None:
        start_s = self.start_s(item)
        for use in self._uses_of(item.trip, item.drone, start_s):
            self._widest.pop(use.key, None)
            self._held[use.key].remove((start_s + use.from_s, start_s + use.until_s, use.amount))
        if self._sky is not None:
            self._sky.drop(item.trip, item.drone.id, start_s)
        self.placed.remove(item)
        mine = [other for other in self.placed if other.drone == item.drone]
        self._carried[item.drone.id] = sum(worth(other.trip.orders) for other in mine)
        self._first.pop(item.drone.id)
        if mine:
            self._first[item.drone.id] = min(map(self.start_s, mine))

    def start_s(self, item: Placed) -> int:
        """Return the take-off of a trip, in whole seconds from the start of the job."""
        return round((item.departs - self.origin).total_seconds())

    def _keep(self, trip: Trip, drone: Drone, start_s: int) -> Placed:
        for use in self._uses_of(trip, drone, start_s):
            insort(self._held[use.key], (start_s + use.from_s, start_s + use.until_s, use.amount))
            self._widest.pop(use.key, None)
            self._longest[use.key] = max(self._longest[use.key], use.until_s - use.from_s)
        if self._sky is not None:
            self._sky.keep(trip, drone.id, start_s)
        self._carried[drone.id] += worth(trip.orders)
        self._first[drone.id] = min(start_s, self._first.get(drone.id, start_s))
        self._ways[drone.id, start_s] = self.trips.ends(trip.group)
        item = Placed(trip=trip, drone=drone, departs=self.origin + timedelta(seconds=start_s))
        self.placed.append(item)
        return item

    # -- room --------------------------------------------------------------------------------------------------

    def earliest_s(self, trip: Trip, drone: Drone) -> int | None:
        """Return the earliest take-off of a trip with a drone beside all others; None when there is none."""
        cap = self.trips.policy.value_cap_per_drone_day
        if not fits(trip, drone, self.tables, state_of_charge=1.0):
            return None
        if cap is not None and self._carried[drone.id] + worth(trip.orders) > cap:
            return None
        spans = at_work(trip.starts, [drone], trip.duration_s)
        starts = (self._in_span(trip, drone, span) for span in sorted(spans))
        return next((start_s for start_s in starts if start_s is not None), None)

    def _in_span(self, trip: Trip, drone: Drone, span: Span) -> int | None:
        first_s = ceil((span[0] - self.origin).total_seconds())
        last_s = floor((span[1] - self.origin).total_seconds())
        start_s = max(first_s, self._charged_from_s(trip, drone))
        busy = self._busy(trip, drone)
        while start_s <= last_s:
            if self.trips.policy.end_elsewhere:
                later_s = self._there_from_s(busy, start_s, trip, drone)
            else:
                later_s = self._at_home_from_s(busy, start_s)
            if later_s == start_s:
                # Only now, for most often the drone is away.
                later_s = self._pushed_s(self._uses_of(trip, drone, start_s), start_s)
            if later_s == start_s and self._sky is not None:
                later_s = self._sky.clear_from_s(trip, drone.id, start_s)
            if later_s == start_s:
                return start_s
            start_s = later_s
        return None

    def _at_home_from_s(self, busy: Use, start_s: int) -> int:
        """Return when a drone has the time for a trip, no earlier than a start."""
        held, lasts_s = self._held[busy.key], busy.until_s
        if not held or start_s + lasts_s <= held[0][0]:
            return start_s
        # On a full day hardly any gap is wide enough, and there is no need to look at each.
        if busy.key not in self._widest:
            self._widest[busy.key] = max((low - high for (_, high, _), (low, _, _) in pairwise(held)), default=0)
        if self._widest[busy.key] >= lasts_s:
            for (_, high, _), (low, _, _) in pairwise(held):
                if low - max(high, start_s) >= lasts_s:
                    return max(high, start_s)
        return max(start_s, held[-1][1])

    def _there_from_s(self, busy: Use, start_s: int, trip: Trip, drone: Drone) -> int:
        """Return when a drone that moves stands where a trip begins, with the time for it, and may be where it ends."""
        starts_at, ends_at = self.trips.ends(trip.group)
        for from_s, until_s, here, then in self._stays(drone):
            first_s = max(from_s, start_s)
            if here == starts_at and then in (ends_at, "") and first_s + busy.until_s <= until_s:
                return first_s
        return NEVER_S

    def _stays(self, drone: Drone) -> Iterator[tuple[int, int, str, str]]:
        """Yield from when until when a drone stands somewhere, where, and where it has to be then; empty: anywhere.

        In the evening it is to be where it is by now, unless it may stand anywhere.
        """
        here, from_s = drone.home_pad, ALWAYS_S
        for leaves_s, ready_s, _ in self._held["drone", drone.id]:
            starts_at, ends_at = self._ways[drone.id, leaves_s]
            yield from_s, leaves_s, here, starts_at
            here, from_s = ends_at, ready_s
        yield from_s, NEVER_S, here, "" if self.trips.policy.evening is Evening.ANYWHERE else here

    def _busy(self, trip: Trip, drone: Drone) -> Use:
        busy_s = ceil(trip.duration_s + self.tables.groups[trip.group].kind.swap_s)
        return Use(key=("drone", drone.id), from_s=0, until_s=busy_s)

    def _charged_from_s(self, trip: Trip, drone: Drone) -> int:
        """Return when a drone may begin a trip at the earliest for the sake of its charge.

        What its charge at the start of the day is not enough for comes after its first trip, which brings it full
        packs. Where packs are counted its first trip stays the first, for it is flown on a pack of its own.
        """
        if drone.state_of_charge >= 1.0:
            return ALWAYS_S
        enough = fits(trip, drone, self.tables, state_of_charge=drone.state_of_charge)
        if drone.id not in self._first:
            return ALWAYS_S if enough else NEVER_S
        return ALWAYS_S if enough and drone.id not in self._counted else self._first[drone.id] + 1

    def _pushed_s(self, uses: Iterable[Use], start_s: int) -> int:
        """Return the start itself where all limits have room, else a later one before which there is none."""
        for use in uses:
            free_s = self._free_from_s(use, start_s)
            if free_s > start_s:
                return free_s
        return start_s

    def _free_from_s(self, use: Use, start_s: int) -> int:
        """Return the start itself where a limit has room for a use, else the next at which less of it is held."""
        most = self._most(use.key)
        if most == inf:
            return start_s
        begins, ends = start_s + use.from_s, start_s + use.until_s
        near = self._near(use.key, begins, ends)
        moments = [begins, *(low for low, _, _ in near if low > begins)]
        held = max(sum(amount for low, high, amount in near if low <= moment < high) for moment in moments)
        if held + use.amount <= most + VALUE_NOISE * (use.key[0] == "worth"):
            return start_s
        # What counts for less than nothing is a pack that comes, and stays.
        freed = [moment for low, high, amount in near if (moment := low if amount < 0 else high) > begins]
        return min(freed) - use.from_s if freed else NEVER_S

    def _near(self, key: Key, begins: int, ends: int) -> list[tuple[int, int, float]]:
        """Return what is held of a limit at any moment of a stretch."""
        held = self._held[key]
        at = bisect_right(held, (begins - self._longest[key], -1, 0.0))
        near = []
        for one in held[at:]:
            if one[0] >= ends:
                break
            if one[1] > begins:
                near.append(one)
        return near

    # -- limits ------------------------------------------------------------------------------------------------

    def _most(self, key: Key) -> float:
        name, tables = key[0], self.tables
        if name == "drone":
            return 1
        if name == "pad":
            return tables.sky.pad(key[1]).slots
        if name == "gate":
            return self.trips.gate_capacities[key[1]]
        if name == "worth":
            cap = self.trips.policy.value_cap_per_pad
            return inf if cap is None else cap
        if name == "chargers":
            chargers = tables.sky.pad(key[1]).chargers
            return inf if chargers is None else chargers
        return stocks.packs(tables, key[1], key[2])

    def _uses_of(self, trip: Trip, drone: Drone, start_s: int) -> Sequence[Use]:
        """Return what a trip holds that a drone flies."""
        known = self._uses.get((id(trip), drone.id))
        if known is None:
            # The trip is kept with them, so that its id is no other's.
            known = self._uses[id(trip), drone.id] = trip, [*self._always(trip, drone)]
        own = drone.state_of_charge < 1.0 and self._first.get(drone.id, start_s) >= start_s
        return known[1] if own or drone.id not in self._counted else [*known[1], *self._packs(trip, drone)]

    def _always(self, trip: Trip, drone: Drone) -> Iterator[Use]:
        kind = self.tables.groups[trip.group].kind
        yield self._busy(trip, drone)
        for hold in holds(trip.hops, self.tables):
            yield Use(key=("pad", hold.pad), from_s=floor(hold.from_s), until_s=ceil(hold.until_s))
        for passing in gates.passings(trip.hops, self.trips.gate_capacities):
            yield Use(key=("gate", passing.gate), from_s=passing.from_s, until_s=passing.until_s)
        policy = self.trips.policy
        if policy.value_cap_per_pad is not None and policy.pad_dwell_s is not None:
            for left in deposits(trip, policy.pad_dwell_s):
                yield Use(
                    key=("worth", left.pad), from_s=floor(left.from_s), until_s=ceil(left.until_s), amount=left.value
                )
        _, ends_at = self.trips.ends(trip.group)
        charging = stocks.charging_s(trip, drone, kind) if stocks.counted(ends_at, self.tables) else None
        if charging is not None:
            yield Use(key=("chargers", ends_at), from_s=charging[0], until_s=charging[1])

    def _packs(self, trip: Trip, drone: Drone) -> Sequence[Use]:
        """Return the pack it takes out of a counted stock until it is charged; it joins that where the trip ends."""
        kind, (starts_at, ends_at) = self.tables.groups[trip.group].kind, self.trips.ends(trip.group)
        full_s = ceil(stocks.away_s(trip, drone, kind, self.tables)) + stocks.MARGIN_S
        taken, brought = ("packs", starts_at, drone.type), ("packs", ends_at, drone.type)
        if taken == brought:
            uses = [Use(key=taken, from_s=0, until_s=full_s)]
        else:
            uses = [
                Use(key=taken, from_s=0, until_s=NEVER_S),
                Use(key=brought, from_s=full_s, until_s=NEVER_S, amount=-1.0),
            ]
        return [use for use in uses if stocks.counted(use.key[1], self.tables)]
