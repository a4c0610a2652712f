"""Compiled search for sorties: labels from the end of a sortie to its beginning, depth first.

A sortie is built from its last delivery backwards, because then the load on each leg is known as soon as the leg is:
what is delivered from there on. So energy, which rises more than in proportion with the load, is exact at every step.

For a fixed sequence of stops all times come down to three figures: it may begin anywhere in a window and then takes so
long, waiting included. Two such stretches are joined as in Vidal, Crainic, Gendreau and Prins (2013), "A hybrid genetic
algorithm with adaptive diversity management for a large class of vehicle routing problems with time-windows",
Computers & Operations Research 40(1), section 4.2, without time warp.

A branch is cut when even the best that could still be collected leaves its reduced cost above the limit. That best is
worked out beforehand over walks: sequences that may come back to an order, with legs as cheap as empty ones.

Kernels take bare arrays, whose columns are named below; tuples of arrays would make them slower and long to compile.
"""

from __future__ import annotations

import numpy as np

from airspace.compiling import compiled
from planner.solving.choice.alarms import Flag
from planner.solving.choice.pools import Floats, Integers

MASS, VALUE, READY, OPENS, DUE, SERVICE, LONGEST = range(7)
"""Columns of what is known of an order."""

PER_SORTIE, PER_S, PER_WH, STEP_KG, MOST_KG, MOST_VALUE, MOST_WH, DAY_OPENS, DAY_ENDS, WAITS = range(10)
"""Places of what is known of a carrier."""

TIME, MONEY, PHASES = range(3)
"""Columns of what is known of a leg: seconds, cost besides time and energy, and from there on seconds in each phase."""

LOAD, CARRIED, SPENT, TIGHT, COST, WORTH, LEAVE, ROOT_LATE, TAIL, TAIL_SPARE = range(10)
SET_OPENS, SET_DUE, SET_LONGEST, SET_LASTS, IDLE, EARLY, LATE, LASTS, SPARE, READY_AT = range(10, 20)
FIELDS = 20
"""Columns of a label. From its first landing on, down to the hub: load and value carried there, energy, the most energy
with a way out, cost, worth collected; when that landing may be left (``LEAVE`` to ``ROOT_LATE``), how long all takes
from then, and what is spare of the strictest cold chain; the landing's own window, cold chain and time; and what comes
of it: how long the next pad is waited for, when the landing may begin, how long all takes from then, what is spare,
when all is ready."""

TAKEN_BY, HANDED_BY = range(2)
"""Columns of what is known of tasks in pairs: by which task what one hands over is taken over, and what one takes over
is handed over on the way; -1 where by none."""

BISECTIONS = 60
"""As many as a floating-point number has places, about."""
NOISE = 1e-9
"""Of sums of floating-point numbers, in kg, Wh and seconds alike; of values relative to the most."""


@compiled
def energy_wh(legs: Floats, here: int, there: int, power_w: Floats, load_kg: float, step_kg: float) -> float:
    """Return what a leg takes with a load; between two steps power is taken as a straight line."""
    at = load_kg / step_kg
    low = min(int(at), power_w.shape[1] - 2)
    joules = 0.0
    for phase in range(power_w.shape[0]):
        watts = power_w[phase, low] + (at - low) * (power_w[phase, low + 1] - power_w[phase, low])
        joules += watts * legs[here, there, PHASES + phase]
    return joules / 3600.0


@compiled
def quickest(legs: Floats) -> Floats:
    """Return the least seconds from the hub to each stop, and back from there, by way of whatever stops; shape (2, s).

    No leg has to be the quickest way: there may be none at all, where there is one by way of another stop.
    """
    count = len(legs)
    best = np.empty((2, count))
    best[0], best[1] = legs[0, :, TIME], legs[:, 0, TIME]
    best[:, 0] = 0.0
    for _ in range(count):
        for here in range(1, count):
            for there in range(1, count):
                best[0, there] = min(best[0, there], best[0, here] + legs[here, there, TIME])
                best[1, here] = min(best[1, here], legs[here, there, TIME] + best[1, there])
    return best


@compiled
def follows(before: int, after: int, orders: Floats, stop: Integers, legs: Floats, hub_s: Floats, of: Floats) -> bool:
    """Tell whether an order may be delivered straight before another one; ``hub_s`` is that of :func:`quickest`."""
    if before == after or orders[before, MASS] + orders[after, MASS] > of[MOST_KG] + NOISE:
        return False
    if stop[before] == stop[after]:
        # Orders of one landing are told in rising order only.
        return (
            before < after
            and orders[before, OPENS] <= orders[after, DUE]
            and orders[after, OPENS] <= orders[before, DUE]
        )
    between = orders[before, SERVICE] + legs[stop[before], stop[after], TIME]
    begins = max(orders[before, OPENS], max(orders[before, READY], orders[after, READY]) + hub_s[0, stop[before]])
    if begins > orders[before, DUE] + NOISE or not begins + between <= orders[after, DUE] + NOISE:
        return False
    return bool(begins + between + orders[after, SERVICE] + hub_s[1, stop[after]] <= of[DAY_ENDS] + NOISE)


@compiled
def predecessors(orders: Floats, stop: Integers, legs: Floats, of: Floats) -> tuple[Integers, Integers]:
    """Return for each order which may be delivered straight before it: (first, listed) as in a CSR matrix."""
    count, hub_s = len(stop), quickest(legs)
    first = np.zeros(count + 1, np.int64)
    listed = np.empty(count * count, np.int64)
    found = 0
    for after in range(count):
        for before in range(count):
            if follows(before, after, orders, stop, legs, hub_s, of):
                listed[found] = before
                found += 1
        first[after + 1] = found
    return first, listed[:found].copy()


@compiled
def completions(
    stop: Integers, worth: Floats, least: Floats, per_sortie: float, first: Integers, listed: Integers, most: int
) -> Floats:
    """Return the least that beginning a sortie costs, less what is collected; shape (most, orders).

    Row d is for at most d more orders in front of the one that the column is for; ``least`` is what legs cost at least.
    """
    count = len(stop)
    best = np.empty((most, count))
    for order in range(count):
        best[0, order] = per_sortie + least[0, stop[order]]
    for more in range(1, most):
        for order in range(count):
            low = best[0, order]
            for at in range(first[order], first[order + 1]):
                before = listed[at]
                leg = 0.0 if stop[before] == stop[order] else least[stop[before], stop[order]]
                low = min(low, leg - worth[before] + best[more - 1, before])
            best[more, order] = low
    return best


@compiled
def settle(labels: Floats, row: int, of: Floats) -> bool:
    """Work out when the first landing of a label may begin; tell whether it may at all."""
    wait = max(labels[row, LEAVE] - labels[row, SET_LASTS] - labels[row, SET_DUE], 0.0)
    labels[row, EARLY] = max(labels[row, LEAVE] - labels[row, SET_LASTS], labels[row, SET_OPENS]) - wait
    labels[row, LATE] = min(labels[row, ROOT_LATE] - labels[row, SET_LASTS], labels[row, SET_DUE])
    labels[row, LASTS] = labels[row, TAIL] + labels[row, SET_LASTS] + wait
    labels[row, SPARE] = min(labels[row, TAIL_SPARE] - wait, labels[row, SET_LONGEST]) - labels[row, SET_LASTS]
    labels[row, IDLE] = wait
    return bool(
        labels[row, SPENT] <= of[MOST_WH] + NOISE
        and labels[row, EARLY] <= labels[row, LATE] + NOISE
        and labels[row, SPARE] >= -NOISE
    )


@compiled
def hasty(labels: Floats, row: int, of: Floats) -> bool:
    """Tell whether a label waits after its first landing though it may not.

    One more order of that landing may still keep it busy for so long.
    """
    return bool(of[WAITS] == 0.0 and labels[row, IDLE] > NOISE)


@compiled
def overloaded(labels: Floats, row: int, of: Floats) -> bool:
    """Tell whether a label carries too much in mass or in value."""
    return bool(
        labels[row, LOAD] > of[MOST_KG] + NOISE or labels[row, CARRIED] > of[MOST_VALUE] + NOISE * abs(of[MOST_VALUE])
    )


@compiled
def land(labels: Floats, row: int, orders: Floats, order: int) -> None:
    """Begin a landing with one order."""
    labels[row, SET_OPENS], labels[row, SET_DUE] = orders[order, OPENS], orders[order, DUE]
    labels[row, SET_LONGEST], labels[row, SET_LASTS] = orders[order, LONGEST], orders[order, SERVICE]


@compiled
def begun(
    labels: Floats, orders: Floats, order: int, worth: float, legs: Floats, here: int, power_w: Floats, of: Floats
) -> bool:
    """Begin a label with the last order of a sortie, and the leg home; tell whether it can be."""
    row, there = 0, 0
    energy = energy_wh(legs, here, there, power_w, 0.0, of[STEP_KG])
    labels[row, LOAD], labels[row, CARRIED], labels[row, WORTH] = orders[order, MASS], orders[order, VALUE], worth
    labels[row, SPENT], labels[row, TIGHT], labels[row, READY_AT] = energy, energy, orders[order, READY]
    labels[row, COST] = (
        legs[here, there, MONEY] + of[PER_S] * (legs[here, there, TIME] + orders[order, SERVICE]) + of[PER_WH] * energy
    )
    labels[row, LEAVE], labels[row, ROOT_LATE] = -np.inf, of[DAY_ENDS] - legs[here, there, TIME]
    labels[row, TAIL], labels[row, TAIL_SPARE] = legs[here, there, TIME], np.inf
    land(labels, row, orders, order)
    return settle(labels, row, of) and not overloaded(labels, row, of) and legs[here, there, TIME] < np.inf


@compiled
def joins(labels: Floats, row: int, orders: Floats, order: int, of: Floats) -> None:
    """Deliver one more order at the first landing of a label."""
    for field in range(LEAVE, TAIL_SPARE + 1):
        labels[row + 1, field] = labels[row, field]
    labels[row + 1, SPENT], labels[row + 1, TIGHT] = labels[row, SPENT], labels[row, TIGHT]
    labels[row + 1, SET_OPENS], labels[row + 1, SET_DUE] = (
        max(labels[row, SET_OPENS], orders[order, OPENS]),
        min(labels[row, SET_DUE], orders[order, DUE]),
    )
    labels[row + 1, SET_LONGEST] = min(labels[row, SET_LONGEST], orders[order, LONGEST])
    labels[row + 1, SET_LASTS] = max(labels[row, SET_LASTS], orders[order, SERVICE])
    labels[row + 1, COST] = labels[row, COST] + of[PER_S] * (labels[row + 1, SET_LASTS] - labels[row, SET_LASTS])


@compiled
def precedes(
    labels: Floats, row: int, orders: Floats, order: int, legs: Floats, here: int, there: int, beyond_wh: float,
    power_w: Floats, of: Floats,
) -> None:  # fmt: skip
    """Deliver one more order at a landing of its own, before all that a label holds.

    ``beyond_wh`` is for the stop that the leg goes to.
    """
    energy = energy_wh(legs, here, there, power_w, labels[row, LOAD], of[STEP_KG])
    labels[row + 1, LEAVE], labels[row + 1, ROOT_LATE] = (
        labels[row, EARLY] - legs[here, there, TIME],
        labels[row, LATE] - legs[here, there, TIME],
    )
    labels[row + 1, TAIL], labels[row + 1, TAIL_SPARE] = (
        labels[row, LASTS] + legs[here, there, TIME],
        labels[row, SPARE] - legs[here, there, TIME],
    )
    labels[row + 1, SPENT], labels[row + 1, TIGHT] = (
        labels[row, SPENT] + energy,
        energy + max(beyond_wh, labels[row, TIGHT]),
    )
    labels[row + 1, COST] = (
        labels[row, COST]
        + legs[here, there, MONEY]
        + of[PER_S] * (legs[here, there, TIME] + orders[order, SERVICE])
        + of[PER_WH] * energy
    )
    land(labels, row + 1, orders, order)


@compiled
def prepended(
    labels: Floats, row: int, orders: Floats, order: int, worth: float, legs: Floats, here: int, there: int,
    beyond_wh: float, power_w: Floats, of: Floats,
) -> bool:  # fmt: skip
    """Put an order before all that a label holds; tell whether the weights and times allow it."""
    labels[row + 1, LOAD], labels[row + 1, CARRIED] = (
        labels[row, LOAD] + orders[order, MASS],
        labels[row, CARRIED] + orders[order, VALUE],
    )
    if overloaded(labels, row + 1, of):
        return False
    labels[row + 1, WORTH], labels[row + 1, READY_AT] = (
        labels[row, WORTH] + worth,
        max(labels[row, READY_AT], orders[order, READY]),
    )
    if here == there:
        joins(labels, row, orders, order, of)
    elif hasty(labels, row, of):
        return False
    else:
        precedes(labels, row, orders, order, legs, here, there, beyond_wh, power_w, of)
    return settle(labels, row + 1, of)


@compiled
def closed(
    out: Floats, labels: Floats, row: int, legs: Floats, there: int, beyond_wh: float, power_w: Floats, of: Floats,
    limit: float,
) -> bool:  # fmt: skip
    """Fly from the hub to the first landing of a label; tell whether that makes a sortie of it.

    ``out`` takes cost, the earliest and the latest start, and how long it takes.
    """
    here = 0
    energy = energy_wh(legs, here, there, power_w, labels[row, LOAD], of[STEP_KG])
    most_wh = energy + max(labels[row, SPENT], max(beyond_wh, labels[row, TIGHT]))
    starts = max(labels[row, EARLY] - legs[here, there, TIME], max(labels[row, READY_AT], of[DAY_OPENS]))
    ends = labels[row, LATE] - legs[here, there, TIME]
    out[0] = (
        of[PER_SORTIE]
        + labels[row, COST]
        + legs[here, there, MONEY]
        + of[PER_S] * legs[here, there, TIME]
        + of[PER_WH] * energy
    )
    out[1], out[2], out[3] = starts, max(starts, ends), labels[row, LASTS] + legs[here, there, TIME]
    possible = (
        most_wh <= of[MOST_WH] + NOISE
        and starts <= ends + NOISE
        and legs[here, there, TIME] <= labels[row, SPARE] + NOISE
        and legs[here, there, TIME] < np.inf
        and not hasty(labels, row, of)
    )
    return bool(possible and out[0] - labels[row, WORTH] <= limit)


@compiled
def visited(taken: Integers, depth: int, order: int, stop: Integers) -> bool:
    """Tell whether an order is in a label already, or its stop is, in another landing than the first."""
    for k in range(depth + 1):
        other = taken[k]
        if other == order or (stop[other] == stop[order] and stop[taken[depth]] != stop[order]):
            return True
    return False


@compiled
def in_turn(taken: Integers, depth: int, task: int, pairs: Integers, room: int, most_orders: int) -> bool:
    """Tell whether a task may come before those of a label, which leaves room for so many more before it.

    What is taken over is handed over later, so that its hand-over has to be in the label; what is still to be taken
    over needs room, and no more orders are in one sortie than may share it.
    """
    if len(pairs) == 0:
        return True
    count, awaited, handed = 0, 0, pairs[task, HANDED_BY] < 0
    for k in range(depth + 2):
        other = task if k > depth else taken[k]
        if pairs[other, HANDED_BY] < 0:
            count += 1
        else:
            awaited -= 1
        if pairs[other, TAKEN_BY] >= 0:
            awaited += 1
        handed = handed or other == pairs[task, HANDED_BY]
    return handed and count <= most_orders and awaited <= room


@compiled
def complete(taken: Integers, depth: int, pairs: Integers) -> bool:
    """Tell whether all that a label hands over is taken over in it."""
    awaited = 0
    for k in range(depth + 1 if len(pairs) > 0 else 0):
        if pairs[taken[k], TAKEN_BY] >= 0:
            awaited += 1
        if pairs[taken[k], HANDED_BY] >= 0:
            awaited -= 1
    return awaited == 0


@compiled
def comes_last(task: int, pairs: Integers) -> bool:
    """Tell whether a sortie may end with a task: what is taken over on the way and handed over there is so later."""
    return len(pairs) == 0 or pairs[task, HANDED_BY] < 0


@compiled
def keep(members: Integers, figures: Floats, found: int, taken: Integers, depth: int, out: Floats) -> None:
    """Write a sortie down, if there is room for it."""
    if found < len(members):
        for k in range(depth + 1):
            members[found, k] = taken[depth - k]
        for k in range(4):
            figures[found, k] = out[k]


@compiled
def halved(members: Integers, figures: Floats, worth: Floats) -> float:
    """Keep the half of some sorties with the least reduced costs, as the first rows; return the highest of those.

    The limit between both halves is found by halving the stretch of reduced costs: sorting takes longer to compile.
    """
    half = len(members) // 2
    reduced = figures[:, 0].copy()
    for row in range(len(members)):
        for task in members[row]:
            if task >= 0:
                reduced[row] -= worth[task]
    low, high = reduced.min() - 1.0, reduced.max()
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        below = 0
        for row in range(len(members)):
            below += reduced[row] <= middle
        if below <= half:
            low = middle
        else:
            high = middle
    certain, kept = 0, 0
    for row in range(len(members)):
        certain += reduced[row] <= low
    # Those between both are as dear as each other: some of them fill the half.
    spare = half - certain
    for row in range(len(members)):
        between = low < reduced[row] <= high
        if reduced[row] <= low or (between and spare > 0):
            spare -= between
            members[kept], figures[kept] = members[row], figures[row]
            kept += 1
    members[kept:] = -1
    return float(high)


@compiled
def sorties(
    orders: Floats, stop: Integers, legs: Floats, beyond_wh: Floats, power_w: Floats, of: Floats,
    first: Integers, listed: Integers, best: Floats, worth: Floats, limit: float, room: int,
    enough: int, pairs: Integers, most_orders: int, rung: Flag,
) -> tuple[int, Integers, Floats]:  # fmt: skip
    """Find the sorties whose reduced cost is no more than a limit.

    ``worth`` is what doing each task is worth, ``best`` what :func:`completions` made of it, ``room`` how many sorties
    there is room for. With more than ``enough`` it stops, and when ``rung`` is raised, shape (1,). With ``enough``
    below 0 it goes on: whenever there is no more room the cheaper half stays, and the dearest of that is the new limit.
    ``pairs`` tells which tasks make up one order, and has no rows where none do; then each is an order by itself.

    Returns
    -------
    found
        How many there are; those beyond ``room`` are not kept.
    members
        Orders in the order of delivery, -1 after the last; shape (room, most orders).
    figures
        Cost, earliest and latest start, and how long it takes; shape (room, 4).
    """
    most = best.shape[0]
    members = np.full((room, most), -1, np.int64)
    figures = np.empty((room, 4))
    labels, out = np.empty((most, FIELDS)), np.empty(4)
    taken, at = np.empty(most, np.int64), np.empty(most, np.int64)
    found = 0
    for root in range(len(stop)):
        if not comes_last(root, pairs) or not begun(labels, orders, root, worth[root], legs, stop[root], power_w, of):
            continue
        depth, fresh = 0, True
        taken[0], at[0] = root, first[root]
        while depth >= 0 and (found <= enough or enough < 0) and not rung[0]:
            if enough < 0 and found == room:
                limit, found = halved(members, figures, worth), room // 2
            here = taken[depth]
            whole = fresh and complete(taken, depth, pairs)
            if whole and closed(out, labels, depth, legs, stop[here], beyond_wh[stop[here]], power_w, of, limit):
                keep(members, figures, found, taken, depth, out)
                found += 1
            fresh = False
            if at[depth] >= first[here + 1] or depth + 1 >= most:
                depth -= 1
                continue
            before = listed[at[depth]]
            at[depth] += 1
            room_left = most - depth - 2
            if visited(taken, depth, before, stop) or not in_turn(taken, depth, before, pairs, room_left, most_orders):
                continue
            fits = prepended(
                labels, depth, orders, before, worth[before], legs, stop[before], stop[here], beyond_wh[stop[here]],
                power_w, of,
            )  # fmt: skip
            # Even the cheapest beginning may leave it too dear, closed at once or later.
            cheap = labels[depth + 1, COST] - labels[depth + 1, WORTH] + best[most - 2 - depth, before] <= limit
            if fits and cheap:
                depth, fresh = depth + 1, True
                taken[depth], at[depth] = before, first[before]
    return found, members, figures


@compiled
def holds(
    members: Integers, figures: Floats, orders: Floats, stop: Integers, legs: Floats, pads: Integers, of: Floats
) -> tuple[Integers, Floats]:
    """Return what sorties hold of the pads they land at: limits, -1 where none, and (from, until).

    Seconds after the start; shapes (m, most orders) and (m, most orders, 2). ``of`` is how long a climb and a descent
    take. A sortie that has to wait may start at one moment only, so that these hold for every start.
    """
    count, most = members.shape
    limit = np.full((count, most), -1, np.int64)
    times = np.zeros((count, most, 2))
    for k in range(count):
        clock, here, at = 0.0, 0, 0
        while at < most and members[k, at] >= 0:
            there = stop[members[k, at]]
            lands = clock + legs[here, there, TIME]
            opens, lasts, after = -np.inf, 0.0, at
            while after < most and members[k, after] >= 0 and stop[members[k, after]] == there:
                opens = max(opens, orders[members[k, after], OPENS])
                lasts = max(lasts, orders[members[k, after], SERVICE])
                after += 1
            clock = max(lands, opens - figures[k, 1]) + lasts
            limit[k, at], times[k, at, 0], times[k, at, 1] = pads[there], lands - of[1], clock + of[0]
            here, at = there, after
    return limit, times


@compiled
def priced(
    base: Floats, column: Integers, low: Integers, high: Integers, use_first: Integers, limit: Integers,
    from_tick: Integers, until_tick: Integers, first: Integers, moments: Integers, sums: Floats,
) -> Floats:  # fmt: skip
    """Return what pieces cost that pay for the moments they surely hold, on top of what their columns cost.

    ``first`` is where the moments of each limit begin in ``moments``, ``sums`` what the moments before each one cost.
    """
    found = np.empty(len(column))
    for piece in range(len(column)):
        total = base[column[piece]]
        for use in range(use_first[column[piece]], use_first[column[piece] + 1]):
            one = limit[use]
            begins, ends = high[piece] + from_tick[use], low[piece] + until_tick[use]
            mine = moments[first[one] : first[one + 1]]
            if ends > begins and len(mine):
                here = np.searchsorted(mine, begins)
                there = np.searchsorted(mine, ends)
                at = first[one] + one  # every limit has one sum more than moments
                total += sums[at + there] - sums[at + here]
        found[piece] = total
    return found
