"""Compiled ruin and recreate over vehicles that make several trips, with windows and goods that come in late.

Strings of neighbouring customers are taken out and put back one by one where they cost least, and what comes of it is
kept as in simulated annealing: Christiaens and Vanden Berghe (2020), "Slack induction by string removals for vehicle
routing problems", Transportation Science 54(2). A vehicle here makes its trips one after the other. All times of a
stretch of a trip come down to three figures, as in Vidal, Crainic, Gendreau and Prins (2013), "A hybrid genetic
algorithm with adaptive diversity management for a large class of vehicle routing problems with time-windows",
Computers & Operations Research 40(1), section 4.2, without time warp; and all that other trips of the vehicle ask of a
trip comes down to when the vehicle is there and when it has to be back. So whether a customer fits is known at once.

Everything is in whole numbers, but for the temperature.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from airspace.compiling import compiled
from planner.solving.choice.dice import Dice, drawn

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

DEMAND, OPENS, DUE, RELEASED, SERVICE, OUT = range(6)
"""Columns of what is known of a place, 0 being the depot; ``OUT`` is the length from there."""

EARLY, LATE, LASTS = range(3)
"""Figures of a stretch: its first service may begin from when to when, and how long all takes from then, waiting and
the last service included."""

COUNT, LOAD, READY, LENGTH = range(3, 7)
"""Figures of a trip after those: customers, demand, when all goods are there, length."""

VEHICLES, CAPACITY, STRING, TAKEN, DEAR = range(5)
"""Places of what steers the search: vehicles, what one carries, customers of a string at most, customers taken out on
average, what leaving out one costs."""

BLINK = 100
"""Of so many places one is not looked at, on average."""
SPLIT = 0.5
"""How often customers within a string stay."""
LONGER = 0.01
"""How often one more of them does."""


class Day(NamedTuple):
    """What is given."""

    places: Integers
    """Shape (n + 1, 6)."""
    length: Integers
    """Shape (n + 1, n + 1)."""
    near: Integers
    """Of each place the customers, itself first, from the nearest on; shape (n + 1, n)."""
    of: Integers
    """What steers the search; shape (5,)."""


class State(NamedTuple):
    """Trips by vehicle and place in its sequence."""

    stops: Integers
    """Shape (vehicles, trips, customers)."""
    trip: Integers
    """Shape (vehicles, trips, 7)."""
    ahead: Integers
    """The stretch from the depot to before each stop, and to the last; shape (vehicles, trips, customers + 1, 3)."""
    behind: Integers
    """The stretch from each stop back to the depot, and that of the depot alone; same shape."""
    trips: Integers
    """Of each vehicle."""
    back: Integers
    """When the vehicle may begin each trip, as far as those before it go; shape (vehicles, trips + 1)."""
    must: Integers
    """When it has to, as far as it and those after it go; same shape."""
    where: Integers
    """Vehicle and trip of each place, -1 where it is left out; shape (n + 1, 2)."""
    cost: Integers
    """Length of all trips and what those left out cost; shape (1,)."""


class Trips(NamedTuple):
    """Trips that were part of good solutions, each once."""

    stops: Integers
    """Shape (room, customers), 0 after the last."""
    trip: Integers
    """Shape (room, 7)."""
    slot: Integers
    """Where each is by the hash of its sequence, -1 where none is; shape (a power of two, more than the room)."""
    found: Integers
    """How many there are; shape (1,)."""


def empty(vehicles: int, trips: int, customers: int, day: Day) -> State:
    """Return a plan without trips, with room for so many of each vehicle, of so many customers."""
    room, many = (vehicles, trips), len(day.places)
    return State(
        stops=np.zeros((*room, customers), np.int64),
        trip=np.zeros((*room, 7), np.int64),
        ahead=np.zeros((*room, customers + 1, 3), np.int64),
        behind=np.zeros((*room, customers + 1, 3), np.int64),
        trips=np.zeros(vehicles, np.int64),
        back=np.full((vehicles, trips + 1), day.places[0, OPENS]),
        must=np.full((vehicles, trips + 1), day.places[0, DUE]),
        where=np.full((many, 2), -1, np.int64),
        cost=np.array([(many - 1) * day.of[DEAR]]),
    )


def none_known(room: int, customers: int) -> Trips:
    """Return room for so many trips of so many customers."""
    slots = 2 ** (2 * room).bit_length()
    return Trips(
        stops=np.zeros((room, customers), np.int64),
        trip=np.zeros((room, 7), np.int64),
        slot=np.full(slots, -1, np.int64),
        found=np.zeros(1, np.int64),
    )


# Figures


@compiled
def chance(dice: Dice) -> float:
    """Draw from (0, 1]."""
    return (drawn(dice, 1 << 30) + 1.0) / (1 << 30)


@compiled
def joined(out: Integers, one: Integers, way: int, other: Integers) -> bool:
    """Join two stretches by a way; tell whether the second can be reached in time. ``out`` may be either of them."""
    lasts = one[LASTS] + way
    wait = max(other[EARLY] - lasts - one[LATE], 0)
    early = max(other[EARLY] - lasts, one[EARLY]) - wait
    late = min(other[LATE] - lasts, one[LATE])
    out[EARLY], out[LATE], out[LASTS] = early, late, lasts + other[LASTS] + wait
    return bool(early <= late)


@compiled
def alone(out: Integers, place: int, day: Day) -> None:
    """Make a stretch of one place."""
    out[EARLY], out[LATE], out[LASTS] = day.places[place, OPENS], day.places[place, DUE], day.places[place, SERVICE]


@compiled
def refigure(state: State, v: int, k: int, day: Day, one: Integers) -> None:
    """Work out all figures of a trip from its stops."""
    stops, trip, ahead, behind = state.stops[v, k], state.trip[v, k], state.ahead[v, k], state.behind[v, k]
    count = trip[COUNT]
    alone(ahead[0], 0, day)
    alone(behind[count], 0, day)
    trip[LOAD], trip[READY], trip[LENGTH] = 0, 0, 0
    before = 0
    for at in range(count):
        place = stops[at]
        alone(one, place, day)
        joined(ahead[at + 1], ahead[at], day.length[before, place], one)
        trip[LOAD] += day.places[place, DEMAND]
        trip[READY] = max(trip[READY], day.places[place, RELEASED])
        trip[LENGTH] += day.length[before, place]
        before = place
    trip[LENGTH] += day.length[before, 0]
    after = 0
    for at in range(count - 1, -1, -1):
        place = stops[at]
        alone(one, place, day)
        joined(behind[at], one, day.length[place, after], behind[at + 1])
        after = place
    joined(trip, ahead[count], day.length[before, 0], behind[count])


@compiled
def retime(state: State, v: int, day: Day) -> None:
    """Work out between which moments each trip of a vehicle may begin."""
    trips = state.trips[v]
    state.back[v, 0], state.must[v, trips] = day.places[0, OPENS], day.places[0, DUE]
    for k in range(trips):
        trip = state.trip[v, k]
        state.back[v, k + 1] = max(state.back[v, k], max(trip[EARLY], trip[READY])) + trip[LASTS]
    for k in range(trips - 1, -1, -1):
        trip = state.trip[v, k]
        state.must[v, k] = min(trip[LATE], state.must[v, k + 1] - trip[LASTS])


@compiled
def copy_trip(state: State, v: int, k: int, other: State, w: int, m: int) -> None:
    """Copy trip k of vehicle v to where m and w say, in the same state or another."""
    count = state.trip[v, k, COUNT]
    for f in range(7):
        other.trip[w, m, f] = state.trip[v, k, f]
    for at in range(count):
        other.stops[w, m, at] = state.stops[v, k, at]
    for at in range(count + 1):
        for f in range(3):
            other.ahead[w, m, at, f] = state.ahead[v, k, at, f]
            other.behind[w, m, at, f] = state.behind[v, k, at, f]


@compiled
def settle(state: State, v: int, k: int) -> None:
    """Write down where the customers of a trip are."""
    for at in range(state.trip[v, k, COUNT]):
        place = state.stops[v, k, at]
        state.where[place, 0], state.where[place, 1] = v, k


@compiled
def copy_vehicle(state: State, v: int, other: State) -> None:
    """Copy a vehicle's trips to another state."""
    other.trips[v] = state.trips[v]
    for k in range(state.trips[v]):
        copy_trip(state, v, k, other, v, k)
        settle(other, v, k)
    for k in range(state.trips[v] + 1):
        other.back[v, k], other.must[v, k] = state.back[v, k], state.must[v, k]


# Ruin


@compiled
def take_out(state: State, place: int) -> None:
    """Take a customer out of its trip; figures are left as they were."""
    v, k = state.where[place]
    stops, count = state.stops[v, k], state.trip[v, k, COUNT]
    at = 0
    while stops[at] != place:
        at += 1
    for later in range(at, count - 1):
        stops[later] = stops[later + 1]
    state.trip[v, k, COUNT] = count - 1
    state.where[place, 0] = -1


@compiled
def close_up(state: State, v: int, day: Day, one: Integers) -> None:
    """Work out a vehicle's trips anew; those without customers go."""
    kept = 0
    for k in range(state.trips[v]):
        if state.trip[v, k, COUNT] == 0:
            continue
        if kept < k:
            copy_trip(state, v, k, state, v, kept)
            settle(state, v, kept)
        refigure(state, v, kept, day, one)
        kept += 1
    state.trips[v] = kept
    retime(state, v, day)


@compiled
def string_of(state: State, place: int, longest: int, dice: Dice, out: Integers) -> int:
    """Choose a string of customers about one, of its trip; ``out`` gets them, and how many there are is returned."""
    v, k = state.where[place]
    stops, count = state.stops[v, k], state.trip[v, k, COUNT]
    size = drawn(dice, min(count, longest)) + 1
    staying = 0
    if size < count and size > 1 and chance(dice) < SPLIT:
        staying = 1
        while size + staying < count and chance(dice) < LONGER:
            staying += 1
    at = 0
    while stops[at] != place:
        at += 1
    window = size + staying
    low, high = max(0, at - window + 1), min(at, count - window)
    begin = low + drawn(dice, high - low + 1)
    skip = begin + 1 + drawn(dice, size - 1) if staying else begin + window
    taken = 0
    for one in range(begin, begin + window):
        if skip <= one < skip + staying:
            continue
        out[taken] = stops[one]
        taken += 1
    return taken


@compiled
def ruin(
    state: State, day: Day, dice: Dice, out: Integers, hit: Integers, left: Integers, gone: int,
    one: Integers,
) -> int:  # fmt: skip
    """Take strings of customers out of trips near a customer drawn by lot.

    ``hit`` gets a 1 for each vehicle touched; ``left`` holds ``gone`` customers that are out, and gets those taken;
    returned is how many that makes.
    """
    customers, trips = len(day.places) - 1, 0
    for v in range(day.of[VEHICLES]):
        trips += state.trips[v]
    if trips == 0:
        return gone
    longest = max(1, min(day.of[STRING], (customers - gone) // trips))
    strings = 1 + drawn(dice, max(1, 4 * day.of[TAKEN] // (1 + longest) - 1))
    about = 1 + drawn(dice, customers)
    cut = 0
    for place in day.near[about]:
        v, k = state.where[place]
        if v < 0 or state.trip[v, k, LENGTH] < 0:
            continue
        taken = string_of(state, place, longest, dice, out)
        for at in range(taken):
            take_out(state, out[at])
            left[gone] = out[at]
            gone += 1
        # No trip is cut twice; its figures are worked out anew below.
        state.trip[v, k, LENGTH] = -1
        hit[v] = 1
        cut += 1
        if cut == strings:
            break
    for v in range(day.of[VEHICLES]):
        if hit[v]:
            close_up(state, v, day, one)
    return gone


# Recreate


@compiled
def fits(state: State, v: int, k: int, at: int, place: int, day: Day, one: Integers, join: Integers) -> bool:
    """Tell whether a customer may come into a trip before the stop ``at``, by the times."""
    stops, count = state.stops[v, k], state.trip[v, k, COUNT]
    before = stops[at - 1] if at else 0
    after = stops[at] if at < count else 0
    if not joined(join, state.ahead[v, k, at], day.length[before, place], one):
        return False
    if not joined(join, join, day.length[place, after], state.behind[v, k, at]):
        return False
    begins = max(state.back[v, k], max(join[EARLY], max(state.trip[v, k, READY], day.places[place, RELEASED])))
    return bool(begins <= join[LATE] and begins + join[LASTS] <= state.must[v, k + 1])


@compiled
def slack(state: State, v: int, k: int, place: int, day: Day, one: Integers, join: Integers) -> int:
    """Return how much later a trip to one customer, before trip k of a vehicle, could begin; below 0 it cannot be."""
    way = day.places[place, OUT]
    join[EARLY], join[LATE], join[LASTS] = day.places[0, OPENS], day.places[0, DUE], 0
    if not joined(join, join, way, one):
        return -1
    start = max(state.back[v, k], max(join[EARLY], day.places[place, RELEASED]))
    return int(min(join[LATE], state.must[v, k] - join[LASTS] - day.length[place, 0]) - start)


@compiled
def own_trip(state: State, place: int, day: Day, one: Integers, join: Integers, spot: Integers) -> bool:
    """Find where in a vehicle's day a trip to one customer leaves most room; tell whether there is a place."""
    most = -1
    for v in range(day.of[VEHICLES]):
        trips = state.trips[v]
        if trips == state.trip.shape[1]:
            continue
        for k in range(trips + 1):
            room = slack(state, v, k, place, day, one, join)
            if trips == 0 and room >= 0:
                spot[0], spot[1], spot[2] = v, 0, -1
                return True
            if room > most:
                most, spot[0], spot[1], spot[2] = room, v, k, -1
    return most >= 0


@compiled
def best_place(state: State, place: int, day: Day, dice: Dice, one: Integers, join: Integers, spot: Integers) -> int:
    """Find where a customer costs least; ``spot`` gets vehicle, trip and stop, or -1 for a trip of its own.

    Returned is what it costs; no less than that of leaving it out where there is no place.
    """
    best, blink = day.of[DEAR], drawn(dice, 2 * BLINK)
    alone(one, place, day)
    room = day.of[CAPACITY] - day.places[place, DEMAND]
    way = day.length[0, place] + day.length[place, 0]
    for v in range(day.of[VEHICLES]):
        trips = state.trips[v]
        for k in range(trips):
            if state.trip[v, k, LOAD] > room or day.places[place, RELEASED] > state.must[v, k]:
                continue
            count, before = state.trip[v, k, COUNT], 0
            for at in range(count + 1):
                after = state.stops[v, k, at] if at < count else 0
                more = day.length[before, place] + day.length[place, after] - day.length[before, after]
                before = after
                if more >= best:
                    continue
                blink -= 1
                if blink < 0:
                    blink = drawn(dice, 2 * BLINK)
                elif fits(state, v, k, at, place, day, one, join):
                    best, spot[0], spot[1], spot[2] = more, v, k, at
    if way < best and own_trip(state, place, day, one, join, spot):
        best = way
    return int(best)


@compiled
def put_in(state: State, place: int, spot: Integers, day: Day, one: Integers) -> None:
    """Put a customer where ``spot`` says."""
    v, k, at = spot
    if at < 0:
        for later in range(state.trips[v], k, -1):
            copy_trip(state, v, later - 1, state, v, later)
            settle(state, v, later)
        state.trips[v] += 1
        state.trip[v, k, COUNT] = 0
        at = 0
    count = state.trip[v, k, COUNT]
    for later in range(count, at, -1):
        state.stops[v, k, later] = state.stops[v, k, later - 1]
    state.stops[v, k, at] = place
    state.trip[v, k, COUNT] = count + 1
    state.where[place, 0], state.where[place, 1] = v, k
    refigure(state, v, k, day, one)
    retime(state, v, day)


@compiled
def rank(place: int, kind: int, day: Day, dice: Dice) -> int:
    """Return what customers are sorted by before they are put back; the least comes first."""
    of = day.places[place]
    if kind < 4:
        return drawn(dice, 1 << 30)
    if kind < 8:
        return int(-of[DEMAND])
    if kind < 10:
        return int(-of[OUT])
    if kind < 11:
        return int(of[OUT])
    if kind < 13:
        return int(of[DUE] - of[OPENS])
    if kind < 15:
        return int(of[OPENS])
    if kind < 17:
        return int(-of[DUE])
    return int(-of[RELEASED])


@compiled
def recreate(
    state: State, day: Day, dice: Dice, hit: Integers, left: Integers, gone: int, one: Integers,
    join: Integers, spot: Integers,
) -> int:  # fmt: skip
    """Put customers back where they cost least; returned is how many stay out, which ``left`` then holds."""
    kind = drawn(dice, 19)
    ranks = np.empty(gone, np.int64)
    for at in range(gone):
        ranks[at] = rank(left[at], kind, day, dice)
    order = np.argsort(ranks)
    waiting = left[:gone].copy()
    out = 0
    for at in order:
        place = waiting[at]
        if best_place(state, place, day, dice, one, join, spot) < day.of[DEAR]:
            put_in(state, place, spot, day, one)
            hit[spot[0]] = 1
        else:
            left[out] = place
            out += 1
    return out


@compiled
def cost_of(state: State, day: Day) -> int:
    """Return the length of all trips, and what those left out cost."""
    total = 0
    for v in range(day.of[VEHICLES]):
        for k in range(state.trips[v]):
            total += state.trip[v, k, LENGTH]
    for place in range(1, len(day.places)):
        if state.where[place, 0] < 0:
            total += day.of[DEAR]
    return total


# Search


@compiled
def keep_all(state: State, hit: Integers, known: Trips) -> None:
    """Write down the trips of all vehicles hit."""
    for v in range(len(hit)):
        if hit[v]:
            for k in range(state.trips[v]):
                keep(state, v, k, known)


@compiled
def make(state: State, v: int, chosen: Integers, known: Trips, day: Day) -> None:
    """Give a vehicle some trips that are known, in their sequence, and no other."""
    state.trips[v] = len(chosen)
    for k in range(len(chosen)):
        state.stops[v, k] = known.stops[chosen[k]]
        state.trip[v, k, COUNT] = known.trip[chosen[k], COUNT]
        settle(state, v, k)
    close_up(state, v, day, np.zeros(3, np.int64))


@compiled
def keep(state: State, v: int, k: int, known: Trips) -> None:
    """Write a trip down, if it is new and there is room."""
    stops, count, found = state.stops[v, k], state.trip[v, k, COUNT], known.found[0]
    mark = np.uint64(14695981039346656037)
    for at in range(count):
        mark = (mark ^ np.uint64(stops[at])) * np.uint64(1099511628211)
    mask = len(known.slot) - 1
    place = np.int64((mark ^ (mark >> np.uint64(29))) & np.uint64(mask))
    while known.slot[place] >= 0:
        other, same = known.slot[place], True
        for at in range(known.stops.shape[1]):
            same &= known.stops[other, at] == (stops[at] if at < count else 0)
        if same:
            return
        place = (place + 1) & mask
    if found == len(known.trip):
        return
    known.slot[place] = found
    known.trip[found] = state.trip[v, k]
    known.stops[found, :count] = stops[:count]
    known.found[0] = found + 1


@compiled
def follow(state: State, other: State, hit: Integers, left: Integers, out: int) -> None:
    """Make another state the same, which differs in the vehicles hit and in who is left out."""
    for v in range(len(hit)):
        if hit[v]:
            copy_vehicle(state, v, other)
    for at in range(out):
        other.where[left[at], 0] = -1
    other.cost[0] = state.cost[0]


@compiled
def copy(state: State, other: State) -> None:
    """Make another state the same."""
    other.where[:, 0] = -1
    follow(state, other, np.ones(len(state.trips), np.int64), np.empty(0, np.int64), 0)


@compiled
def left_out(state: State, left: Integers) -> int:
    """Write down who is left out; return how many that are."""
    out = 0
    for place in range(1, len(state.where)):
        if state.where[place, 0] < 0:
            left[out] = place
            out += 1
    return out


@compiled
def anneal(
    now: State, new: State, best: State, day: Day, dice: Dice, known: Trips, steps: int, hot: float,
    cold: float,
) -> None:  # fmt: skip
    """Search for so many steps, cooling down from one temperature to another.

    ``now`` and ``new`` are the same at the beginning and the end. Trips of good plans are written down.
    """
    customers, vehicles = len(day.places) - 1, day.of[VEHICLES]
    one, join, spot = np.zeros(3, np.int64), np.zeros(3, np.int64), np.zeros(3, np.int64)
    string, hit = np.empty(customers, np.int64), np.zeros(vehicles, np.int64)
    left, tried = np.empty(customers, np.int64), np.empty(customers, np.int64)
    out = left_out(now, left)
    heat, cools = hot, (cold / hot) ** (1.0 / max(1, steps))
    for _ in range(steps):
        hit[:] = 0
        tried[:out] = left[:out]
        gone = ruin(new, day, dice, string, hit, tried, out, one)
        stay = recreate(new, day, dice, hit, tried, gone, one, join, spot)
        new.cost[0] = cost_of(new, day)
        if new.cost[0] < now.cost[0] - heat * np.log(chance(dice)):
            if new.cost[0] < now.cost[0]:
                keep_all(new, hit, known)
            out = stay
            left[:out] = tried[:out]
            follow(new, now, hit, left, out)
            if now.cost[0] < best.cost[0]:
                copy(now, best)
        else:
            follow(now, new, hit, left, out)
        heat *= cools
