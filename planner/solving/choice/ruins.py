"""Ruin and recreate over columns: one is put in, what is in its way is taken out, and served anew. Compiled.

Which columns are tried first is told by the duals of a linear programme: those nearest to being worth it. A column put
in starts at the first moment at which no limit is exceeded, so that every plan on the way can be flown.

After Schrimpf, Schneider, Stamm-Wilbrandt and Dueck (2000), "Record breaking optimization results using the ruin and
recreate principle", Journal of Computational Physics 159(2), with blinks as in Christiaens and Vanden Berghe (2020),
"Slack induction by string removals for vehicle routing problems", Transportation Science 54(2).

The columns are told by ``windows`` (first and last start, shape (m, 2)), ``first`` and ``listed`` (their orders),
``use_first`` and ``uses`` (limit, from, until of what they hold, shape (u, 3)). A plan is ``serving`` (the column of
each order), ``starts`` (of each column), both -1 where there is none, and by limit ``count`` and ``held`` (from, until
and column of what is held, shape (limits, room, 3)).
"""

from __future__ import annotations

import numpy as np

from airspace.compiling import compiled
from planner.solving.choice.dice import Dice, drawn, rolled
from planner.solving.choice.pools import Floats, Integers

NEVER = 2**62

FAVOUR = 3.0
"""By which power columns in front are drawn more often than those behind."""
ANEW = 0.5
"""How often an order that is left out is begun with, where there are any."""
ONE_MORE = 0.5
"""How often a sortie flown about the same time is taken out as well."""
LOOKED_AT = 8
"""Orders among whose sorties that one is looked for."""


@compiled
def next_room(limit: int, begins: int, ends: int, capacity: Integers, count: Integers, held: Integers) -> int:
    """Return 0 where one more may hold a limit over a stretch, else when the first of those in the way is over."""
    if capacity[limit] <= 0:
        return NEVER
    for place in range(-1, count[limit]):
        moment = begins if place < 0 else held[limit, place, 0]
        if moment < begins or moment >= ends:
            continue
        there, over = 0, NEVER
        for other in range(count[limit]):
            if held[limit, other, 0] <= moment < held[limit, other, 1]:
                there += 1
                over = min(over, held[limit, other, 1])
        if there >= capacity[limit]:
            return over
    return 0


@compiled
def hold_also(use: int, start: int, column: int, uses: Integers, count: Integers, held: Integers) -> None:
    """Let one more be held."""
    limit = uses[use, 0]
    held[limit, count[limit], 0], held[limit, count[limit], 1] = start + uses[use, 1], start + uses[use, 2]
    held[limit, count[limit], 2] = column
    count[limit] += 1


@compiled
def blocked(
    column: int, start: int, use_first: Integers, uses: Integers, capacity: Integers, count: Integers, held: Integers
) -> tuple[int, int]:  # fmt: skip
    """Return the first of a column's uses that has no room at a start, -1 where all have, and when to look again.

    What a column holds twice counts twice, so that those before each one are held for the while.
    """
    found, over, use = -1, 0, use_first[column]
    while use < use_first[column + 1] and found < 0:
        over = next_room(uses[use, 0], start + uses[use, 1], start + uses[use, 2], capacity, count, held)
        if over:
            found = use
        else:
            hold_also(use, start, -1, uses, count, held)
            use += 1
    for before in range(use_first[column], use):
        count[uses[before, 0]] -= 1
    return found, over


@compiled
def first_start(
    column: int, windows: Integers, use_first: Integers, uses: Integers, capacity: Integers, count: Integers,
    held: Integers,
) -> int:  # fmt: skip
    """Return the first start of a column at which no limit is exceeded; -1 where there is none."""
    start = windows[column, 0]
    while start <= windows[column, 1]:
        use, over = blocked(column, start, use_first, uses, capacity, count, held)
        if use < 0:
            return int(start)
        start = max(start + 1, over - uses[use, 1])
    return -1


@compiled
def put_in(
    column: int, start: int, first: Integers, listed: Integers, use_first: Integers, uses: Integers,
    serving: Integers, starts: Integers, count: Integers, held: Integers,
) -> None:  # fmt: skip
    """Put a column into the plan."""
    starts[column] = start
    for at in range(first[column], first[column + 1]):
        serving[listed[at]] = column
    for use in range(use_first[column], use_first[column + 1]):
        hold_also(use, start, column, uses, count, held)


@compiled
def take_out(
    column: int, first: Integers, listed: Integers, use_first: Integers, uses: Integers, serving: Integers,
    starts: Integers, count: Integers, held: Integers,
) -> None:  # fmt: skip
    """Take a column out of the plan."""
    starts[column] = -1
    for at in range(first[column], first[column + 1]):
        serving[listed[at]] = -1
    for use in range(use_first[column], use_first[column + 1]):
        limit, place = uses[use, 0], 0
        while place < count[limit]:
            if held[limit, place, 2] == column:
                count[limit] -= 1
                held[limit, place] = held[limit, count[limit]]
            else:
                place += 1


@compiled
def in_the_way(
    column: int, start: int, use_first: Integers, uses: Integers, capacity: Integers, count: Integers, held: Integers,
    dice: Dice,
) -> int:  # fmt: skip
    """Return a column of the plan that is in the way of one at a start, as chance has it.

    -1 where it has room, -2 where it has none though nothing is in its way.
    """
    use, _ = blocked(column, start, use_first, uses, capacity, count, held)
    if use < 0:
        return -1
    limit, begins, ends = uses[use, 0], start + uses[use, 1], start + uses[use, 2]
    overlapping, found = 0, -2
    for place in range(count[limit]):
        if held[limit, place, 0] < ends and held[limit, place, 1] > begins:
            overlapping += 1
            if drawn(dice, overlapping) == 0:
                found = held[limit, place, 2]
    return found


@compiled
def about_then(start: int, serving: Integers, starts: Integers, dice: Dice) -> int:
    """Return a column of the plan that starts near a moment; -1 where none was come upon."""
    nearest, gap = -1, NEVER
    for _ in range(LOOKED_AT):
        other = serving[drawn(dice, len(serving))]
        if other >= 0 and abs(starts[other] - start) < gap:
            nearest, gap = other, abs(starts[other] - start)
    return nearest


@compiled
def put_forward(serving: Integers, starts: Integers, by_first: Integers, by_order: Integers, dice: Dice) -> int:
    """Return a column to put in: of an order that is left out, or of any; -1 where it is in already."""
    order, lost = drawn(dice, len(serving)), 0
    if rolled(dice) < ANEW:
        for one in range(len(serving)):
            if serving[one] < 0:
                lost += 1
                if drawn(dice, lost) == 0:
                    order = one
    many = by_first[order + 1] - by_first[order]
    if many == 0:
        return -1
    column = by_order[by_first[order] + int(many * rolled(dice) ** FAVOUR)]
    return -1 if starts[column] >= 0 else column


@compiled
def ruined(
    column: int, gone: Integers, windows: Integers, first: Integers, listed: Integers, use_first: Integers,
    uses: Integers, capacity: Integers, serving: Integers, starts: Integers, count: Integers, held: Integers,
    dice: Dice,
) -> tuple[int, int]:  # fmt: skip
    """Take out what is in the way of a column, and now and then a sortie more; ``gone`` takes columns and starts.

    Returns how many were taken out, and when the column may start.
    """
    out = 0
    for at in range(first[column], first[column + 1]):
        there = serving[listed[at]]
        if there >= 0:
            gone[out, 0], gone[out, 1] = there, starts[there]
            take_out(there, first, listed, use_first, uses, serving, starts, count, held)
            out += 1
    start = first_start(column, windows, use_first, uses, capacity, count, held)
    if start < 0:
        start = windows[column, 0] + int(rolled(dice) * (windows[column, 1] - windows[column, 0] + 1))
        there = in_the_way(column, start, use_first, uses, capacity, count, held, dice)
        while there >= 0:
            gone[out, 0], gone[out, 1] = there, starts[there]
            take_out(there, first, listed, use_first, uses, serving, starts, count, held)
            out += 1
            there = in_the_way(column, start, use_first, uses, capacity, count, held, dice)
        if there == -2:
            start = -1
    if rolled(dice) < ONE_MORE:
        there = about_then(start, serving, starts, dice)
        if there >= 0:
            gone[out, 0], gone[out, 1] = there, starts[there]
            take_out(there, first, listed, use_first, uses, serving, starts, count, held)
            out += 1
    return out, start


@compiled
def free(column: int, first: Integers, listed: Integers, serving: Integers) -> bool:
    """Tell whether no order of a column is served."""
    orders = listed[first[column] : first[column + 1]]
    return bool(np.all(serving[orders] < 0))


@compiled
def shuffled(serving: Integers, waiting: Integers, dice: Dice) -> int:
    """Write down the orders that are left out, in any sequence; return how many there are."""
    count = 0
    for order in range(len(serving)):
        if serving[order] < 0:
            place = drawn(dice, count + 1)
            waiting[count] = waiting[place]
            waiting[place] = order
            count += 1
    return count


@compiled
def recreated(
    fresh: Integers, new: int, waiting: Integers, blink: float, windows: Integers, first: Integers, listed: Integers,
    use_first: Integers, uses: Integers, capacity: Integers, by_first: Integers, by_order: Integers, serving: Integers,
    starts: Integers, count: Integers, held: Integers, dice: Dice,
) -> int:  # fmt: skip
    """Serve orders that are left out, each by the first of its columns that has room; return how many are in now."""
    for k in range(shuffled(serving, waiting, dice)):
        order = waiting[k]
        if serving[order] >= 0:
            continue
        for at in range(by_first[order], by_first[order + 1]):
            column = by_order[at]
            if not free(column, first, listed, serving) or rolled(dice) < blink:
                continue
            start = first_start(column, windows, use_first, uses, capacity, count, held)
            if start >= 0:
                put_in(column, start, first, listed, use_first, uses, serving, starts, count, held)
                fresh[new] = column
                new += 1
                break
    return new


@compiled
def worth_of(starts: Integers, cost: Floats, first: Integers, listed: Integers, leaving: Floats) -> float:
    """Return what a plan costs, with what leaving out orders does."""
    value = float(leaving.sum())
    for column in range(len(cost)):
        if starts[column] >= 0:
            value += cost[column]
            for at in range(first[column], first[column + 1]):
                value -= leaving[listed[at]]
    return value


@compiled
def change_of(
    fresh: Integers, new: int, gone: Integers, out: int, cost: Floats, first: Integers, listed: Integers,
    leaving: Floats,
) -> float:  # fmt: skip
    """Return what a plan costs more that has some columns instead of others."""
    change = 0.0
    for k in range(new):
        change += cost[fresh[k]]
        for at in range(first[fresh[k]], first[fresh[k] + 1]):
            change -= leaving[listed[at]]
    for k in range(out):
        change -= cost[gone[k, 0]]
        for at in range(first[gone[k, 0]], first[gone[k, 0] + 1]):
            change += leaving[listed[at]]
    return change


@compiled
def rebuilt(
    now: Integers, best: Integers, rounds: int, dice: Dice, warm: float, cold: float, blink: float, cost: Floats,
    windows: Integers, first: Integers, listed: Integers, use_first: Integers, uses: Integers, leaving: Floats,
    capacity: Integers, by_first: Integers, by_order: Integers, room: int,
) -> tuple[Integers, Integers]:  # fmt: skip
    """Return the start of every column, -1 of those not flown: in the best plan found, and in the last one.

    ``now`` is the plan to begin with, ``best`` the best one known; both can be flown. ``by_first`` and ``by_order``
    tell the columns of each order as in a CSR matrix, those to be tried first in front; ``warm`` and ``cold`` are the
    temperatures of an annealing, ``blink`` how often a column is passed over, ``room`` how often one limit may be held
    in all.
    """
    serving, starts = np.full(len(leaving), -1), np.full(len(cost), -1)
    count, held = np.zeros(len(capacity), np.int64), np.zeros((len(capacity), room, 3), np.int64)
    for column in range(len(cost)):
        if now[column] >= 0:
            put_in(column, now[column], first, listed, use_first, uses, serving, starts, count, held)
    value, best_value = worth_of(now, cost, first, listed, leaving), worth_of(best, cost, first, listed, leaving)
    best, gone = best.copy(), np.empty((len(leaving) + 1, 2), np.int64)
    fresh, waiting = np.empty(len(leaving) + 1, np.int64), np.empty(len(leaving) + 1, np.int64)
    for done in range(rounds):
        column = put_forward(serving, starts, by_first, by_order, dice)
        if column < 0:
            continue
        out, start = ruined(
            column, gone, windows, first, listed, use_first, uses, capacity, serving, starts, count, held, dice
        )
        new = 0
        if start >= 0:
            put_in(column, start, first, listed, use_first, uses, serving, starts, count, held)
            fresh[0], new = column, 1
        new = recreated(
            fresh, new, waiting, blink, windows, first, listed, use_first, uses, capacity, by_first, by_order,
            serving, starts, count, held, dice,
        )  # fmt: skip
        change = change_of(fresh, new, gone, out, cost, first, listed, leaving)
        if change <= 0 or rolled(dice) < np.exp(-change / (warm * (cold / warm) ** (done / rounds))):
            value += change
            if value < best_value - 1e-6:
                best, best_value = starts.copy(), value
            continue
        for k in range(new):
            take_out(fresh[k], first, listed, use_first, uses, serving, starts, count, held)
        for k in range(out):
            put_in(gone[k, 0], gone[k, 1], first, listed, use_first, uses, serving, starts, count, held)
    return best, starts
