"""Compiled search for sorties: labels from the end of a sortie to its beginning, depth first.

A sortie is built from its last delivery backwards, because then the load on each leg is known as soon as the leg is:
what is delivered from there on. So energy, which rises more than in proportion with the load, is exact at every step.

For a fixed sequence of stops all times come down to three figures: it may begin anywhere in [opens, closes] and then
takes ``lasts`` seconds, waiting included. Two such stretches are joined as in Vidal, Crainic, Gendreau and Prins
(2013), "A hybrid genetic algorithm with adaptive diversity management for a large class of vehicle routing problems
with time-windows", Computers & Operations Research 40(1), section 4.2, without time warp.

A branch is cut when even the best that could still be collected leaves its reduced cost above the limit. That best is
worked out beforehand over walks: sequences that may come back to an order, with legs as cheap as empty ones.
"""

from __future__ import annotations

import numba
import numpy as np

NOISE = 1e-9
"""Of sums of floating-point numbers, in kg, Wh and seconds alike."""


@numba.njit(cache=True, nogil=True)
def _energy_wh(phases_s, power_w, step_kg, here, there, load_kg):
    at = load_kg / step_kg
    low = min(int(at), power_w.shape[1] - 2)
    share = at - low
    joules = 0.0
    for phase in range(power_w.shape[0]):
        watts = power_w[phase, low] + share * (power_w[phase, low + 1] - power_w[phase, low])
        joules += watts * phases_s[here, there, phase]
    return joules / 3600.0


@numba.njit(cache=True, nogil=True)
def predecessors(stop, mass_kg, opens_s, due_s, service_s, leg_s, ready_s, ends_day_s, most_kg, waits):
    """Return for each order which orders may be delivered straight before it: (first, listed) as in a CSR matrix.

    Two orders of one stop are always told in rising order.
    """
    count = len(stop)
    first = np.zeros(count + 1, np.int64)
    listed = np.empty(count * count, np.int64)
    n = 0
    for after in range(count):
        for before in range(count):
            if before == after or mass_kg[before] + mass_kg[after] > most_kg + 1e-9:
                continue
            if stop[before] == stop[after]:
                if before > after or opens_s[before] > due_s[after] or opens_s[after] > due_s[before]:
                    continue
            else:
                begins_s = max(opens_s[before], max(ready_s[before], ready_s[after]) + leg_s[0, stop[before]])
                arrives_s = begins_s + service_s[before] + leg_s[stop[before], stop[after]]
                if begins_s > due_s[before] or not arrives_s <= due_s[after]:
                    continue
                latest_s = due_s[before] + service_s[before] + leg_s[stop[before], stop[after]]
                if not waits and latest_s < opens_s[after]:
                    continue
                if arrives_s + service_s[after] + leg_s[stop[after], 0] > ends_day_s:
                    continue
            listed[n] = before
            n += 1
        first[after + 1] = n
    return first, listed[:n].copy()


@numba.njit(cache=True, nogil=True)
def completions(stop, worth, leg_money, cost_per_sortie, first, listed, most_orders):
    """Return the least that beginning a sortie costs, less what is collected: shape (orders more, orders).

    Row d is for at most d more orders in front of the one that the column is for.
    """
    count = len(stop)
    best = np.empty((most_orders, count))
    for order in range(count):
        best[0, order] = cost_per_sortie + leg_money[0, stop[order]]
    for more in range(1, most_orders):
        for order in range(count):
            least = best[0, order]
            for at in range(first[order], first[order + 1]):
                before = listed[at]
                leg = 0.0 if stop[before] == stop[order] else leg_money[stop[before], stop[order]]
                value = leg - worth[before] + best[more - 1, before]
                least = min(least, value)
            best[more, order] = least
    return best


@numba.njit(cache=True, nogil=True)
def _landed(leaves_early, leaves_late, leaves_lasts, leaves_spare, opens_s, due_s, longest_s, lands_s):
    """Return when a landing may begin, how long all takes from there, and what is spare, from when it may be left."""
    wait = max(leaves_early - lands_s - due_s, 0.0)
    early = max(leaves_early - lands_s, opens_s) - wait
    late = min(leaves_late - lands_s, due_s)
    return early, late, leaves_lasts + lands_s + wait, min(leaves_spare - wait, longest_s) - lands_s, wait


@numba.njit(cache=True, nogil=True)
def sorties(
    stop, mass_kg, value, ready_s, opens_s, due_s, service_s, longest_s,
    leg_s, leg_cost, phases_s, power_w, step_kg, beyond_wh,
    cost_per_sortie, cost_per_s, cost_per_wh, most_orders, most_kg, most_value, most_wh, waits, opens_day_s, ends_day_s,
    first, listed, best, worth, limit, roots, room,
):  # fmt: skip
    """Find the sorties whose reduced cost is no more than a limit.

    ``worth`` is what serving each order is worth, ``best`` what :func:`completions` made of it, ``roots`` the orders
    that may be delivered last, ``room`` how many sorties there is room for.

    Returns
    -------
    found
        How many there are; more than ``room`` when not all of them could be kept.
    members
        Orders in the order of delivery, -1 after the last; shape (room, most_orders).
    cost, opens, closes, lasts
        Shape (room,).
    """
    members = np.full((room, most_orders), -1, np.int16)
    cost, opens, closes, lasts = np.empty(room), np.empty(room), np.empty(room), np.empty(room)
    found = 0
    # One row for each order delivered so far, from the last to the first.
    taken, at = np.empty(most_orders, np.int64), np.empty(most_orders, np.int64)
    load, carried, spent = np.zeros(most_orders), np.zeros(most_orders), np.zeros(most_orders)
    money, collected, tight = np.zeros(most_orders), np.zeros(most_orders), np.zeros(most_orders)
    # The landing that the order is handed over at: when it may be left, and its own window.
    leaves_early, leaves_late, leaves_lasts = np.zeros(most_orders), np.zeros(most_orders), np.zeros(most_orders)
    leaves_spare = np.zeros(most_orders)
    window_opens, window_due, longest = np.zeros(most_orders), np.zeros(most_orders), np.zeros(most_orders)
    lands = np.zeros(most_orders)
    early, late, length = np.zeros(most_orders), np.zeros(most_orders), np.zeros(most_orders)
    spare, ready = np.zeros(most_orders), np.zeros(most_orders)
    for root in roots:
        last = stop[root]
        energy = _energy_wh(phases_s, power_w, step_kg, last, 0, 0.0)
        taken[0], at[0] = root, first[root]
        load[0], carried[0], collected[0] = mass_kg[root], value[root], worth[root]
        spent[0], tight[0], ready[0] = energy, energy, ready_s[root]
        money[0] = leg_cost[last, 0] + cost_per_s * (leg_s[last, 0] + service_s[root]) + cost_per_wh * energy
        leaves_early[0], leaves_late[0] = -np.inf, ends_day_s - leg_s[last, 0]
        leaves_lasts[0], leaves_spare[0] = leg_s[last, 0], np.inf
        window_opens[0], window_due[0] = opens_s[root], due_s[root]
        longest[0], lands[0] = longest_s[root], service_s[root]
        early[0], late[0], length[0], spare[0], _ = _landed(
            leaves_early[0], leaves_late[0], leaves_lasts[0], leaves_spare[0],
            window_opens[0], window_due[0], longest[0], lands[0],
        )  # fmt: skip
        if early[0] > late[0] or mass_kg[root] > most_kg + NOISE or value[root] > most_value or energy > most_wh:
            continue
        depth, fresh = 0, True
        while depth >= 0:
            here = taken[depth]
            if fresh:
                # Close it: from the hub straight to what is delivered first.
                away = leg_s[0, stop[here]]
                energy = _energy_wh(phases_s, power_w, step_kg, 0, stop[here], load[depth])
                most = energy + max(spent[depth], max(beyond_wh[stop[here]], tight[depth]))
                total = cost_per_sortie + money[depth] + leg_cost[0, stop[here]]
                total += cost_per_s * away + cost_per_wh * energy
                starts, ends = max(early[depth] - away, max(ready[depth], opens_day_s)), late[depth] - away
                possible = most <= most_wh + NOISE and starts <= ends + NOISE and away <= spare[depth] + NOISE
                if possible and total - collected[depth] <= limit:
                    if found < room:
                        for k in range(depth + 1):
                            members[found, k] = taken[depth - k]
                        cost[found], lasts[found] = total, length[depth] + away
                        opens[found], closes[found] = starts, max(starts, ends)
                    found += 1
                fresh = False
                if depth + 1 >= most_orders:
                    at[depth] = first[here + 1]
            if at[depth] >= first[here + 1]:
                depth -= 1
                continue
            before = listed[at[depth]]
            at[depth] += 1
            new = depth + 1
            load[new], carried[new] = load[depth] + mass_kg[before], carried[depth] + value[before]
            if load[new] > most_kg + NOISE or carried[new] > most_value:
                continue
            same, used = stop[before] == stop[here], False
            for k in range(depth + 1):
                used |= taken[k] == before or (not same and stop[taken[k]] == stop[before])
            if used:
                continue
            collected[new] = collected[depth] + worth[before]
            if same:
                lands[new] = max(lands[depth], service_s[before])
                leaves_early[new], leaves_late[new] = leaves_early[depth], leaves_late[depth]
                leaves_lasts[new], leaves_spare[new] = leaves_lasts[depth], leaves_spare[depth]
                window_opens[new] = max(window_opens[depth], opens_s[before])
                window_due[new] = min(window_due[depth], due_s[before])
                longest[new] = min(longest[depth], longest_s[before])
                spent[new], tight[new] = spent[depth], tight[depth]
                money[new] = money[depth] + cost_per_s * (lands[new] - lands[depth])
            else:
                leg = leg_s[stop[before], stop[here]]
                energy = _energy_wh(phases_s, power_w, step_kg, stop[before], stop[here], load[depth])
                lands[new] = service_s[before]
                leaves_early[new], leaves_late[new] = early[depth] - leg, late[depth] - leg
                leaves_lasts[new], leaves_spare[new] = length[depth] + leg, spare[depth] - leg
                window_opens[new], window_due[new] = opens_s[before], due_s[before]
                longest[new] = longest_s[before]
                spent[new] = spent[depth] + energy
                tight[new] = energy + max(beyond_wh[stop[here]], tight[depth])
                money[new] = money[depth] + leg_cost[stop[before], stop[here]]
                money[new] += cost_per_s * (leg + service_s[before]) + cost_per_wh * energy
            if spent[new] > most_wh + NOISE:
                continue
            # Even the cheapest beginning would leave it too dear, closed at once or later.
            if money[new] - collected[new] + best[most_orders - 1 - new, before] > limit:
                continue
            early[new], late[new], length[new], spare[new], wait = _landed(
                leaves_early[new], leaves_late[new], leaves_lasts[new], leaves_spare[new],
                window_opens[new], window_due[new], longest[new], lands[new],
            )  # fmt: skip
            if early[new] > late[new] or spare[new] < 0.0 or (wait > 0.0 and not waits):
                continue
            taken[new], at[new] = before, first[before]
            ready[new] = max(ready[depth], ready_s[before])
            depth, fresh = new, True
    return found, members, cost, opens, closes, lasts


@numba.njit(cache=True, nogil=True)
def holds(
    members, starts_s, lasts_s, stop, opens_s, service_s, leg_s,
    drones, packs, hub_slots, pad_slots, climb_s, descent_s, turnaround_s, swap_s, recharge_s,
):  # fmt: skip
    """Return what sorties hold: (limit, from, until), shape (m, 4 + most orders) each; limit -1 where nothing is.

    Seconds after the start. A sortie that has to wait may start at one moment only, so that these hold for every start.
    """
    count, most = members.shape
    limit = np.full((count, 4 + most), -1, np.int64)
    from_s, until_s = np.zeros((count, 4 + most)), np.zeros((count, 4 + most))
    for k in range(count):
        limit[k, 0], until_s[k, 0] = drones, lasts_s[k] + swap_s
        limit[k, 1], until_s[k, 1] = packs, lasts_s[k] + recharge_s
        limit[k, 2], from_s[k, 2], until_s[k, 2] = hub_slots, -turnaround_s, climb_s
        limit[k, 3], from_s[k, 3], until_s[k, 3] = hub_slots, lasts_s[k] - descent_s, lasts_s[k] + turnaround_s
        clock, here, at = 0.0, 0, 0
        while at < most and members[k, at] >= 0:
            there = stop[members[k, at]]
            lands = clock + leg_s[here, there]
            opens, lasts, next_at = -np.inf, 0.0, at
            while next_at < most and members[k, next_at] >= 0 and stop[members[k, next_at]] == there:
                opens = max(opens, opens_s[members[k, next_at]])
                lasts = max(lasts, service_s[members[k, next_at]])
                next_at += 1
            clock = max(lands, opens - starts_s[k]) + lasts
            limit[k, 4 + at], from_s[k, 4 + at], until_s[k, 4 + at] = pad_slots[there], lands - descent_s, clock + climb_s
            here, at = there, next_at
    return limit, from_s, until_s
