"""Finding the sorties of a carrier: those that could be worth flying, as a pool of columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.solving.choice.alarms import Flag, alarm
from planner.solving.choice.carriers import Carrier, Floats, Holding, Integers
from planner.solving.choice.pools import Pool

ROOM = 200_000
"""Sorties that there is room for at first; where that is too small they are found once more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Finder:
    """A carrier made ready for search."""

    carrier: Carrier
    holding: Holding
    ticks_per_s: float
    number: int
    """Of the carrier, among those of the day."""

    @cached_property
    def arrays(self) -> tuple[Floats, Integers, Floats, Floats, Floats, Floats]:
        """The carrier as the kernels take it: orders, stops, legs, beyond, power, figures."""
        c = self.carrier
        orders = np.column_stack((c.mass_kg, c.value, c.ready_s, c.opens_s, c.due_s, c.service_s, c.longest_s))
        legs = np.concatenate((c.leg_s[:, :, None], c.leg_cost[:, :, None], c.phases_s), axis=2)
        figures = (
            c.cost_per_sortie, c.cost_per_s, c.cost_per_wh, c.step_kg, c.most_kg, c.most_value, c.most_wh,
            c.opens_day_s, c.ends_day_s, float(c.waits),
        )  # fmt: skip
        return orders, c.stop, legs, c.beyond_wh, c.power_w, np.array(figures)

    @cached_property
    def before(self) -> tuple[Integers, Integers]:
        """Which orders may be delivered straight before which, as in a CSR matrix."""
        from planner.solving.choice import kernels  # compiled code is loaded when it is first needed

        orders, stop, legs, _, _, figures = self.arrays
        return kernels.predecessors(orders, stop, legs, figures)

    @cached_property
    def handed_by(self) -> Integers:
        """By which task what is taken over is handed over on the way; -1 where by none."""
        return self.carrier.handed_by

    @cached_property
    def pairs(self) -> Integers:
        """Which tasks make up one order, as the kernels take it; no rows where none do."""
        both = np.column_stack((self.carrier.taken_by, self.handed_by)) if len(self.carrier.taken_by) else None
        return np.zeros((0, 2), np.int64) if both is None or not (both >= 0).any() else np.ascontiguousarray(both)

    def by_task(self, worth: Floats) -> Floats:
        """Return what serving orders is worth, shared out between two tasks where an order is done in two."""
        shared = worth.copy()
        shared[self.carrier.orders[self.handed_by >= 0]] /= 2
        return shared

    @property
    def most_tasks(self) -> int:
        """The most tasks in a sortie: of the most orders as many as there are may be two tasks each."""
        return self.carrier.most_orders + min(self.carrier.most_orders, int((self.handed_by >= 0).sum()))

    @cached_property
    def money(self) -> Floats:
        """What each leg costs at least."""
        return self.carrier.least_money()

    def find(self, worth: Floats, limit: float, most: int, *, seconds: float | None = None) -> Pool | None:
        """Return the sorties whose cost, less what their orders are worth, is no more than a limit.

        ``worth`` is by order of the day. None when there are more of them than ``most``, or in more than ``seconds``.
        """
        with alarm(seconds) as rung:
            found, members, figures = self._search(worth, limit, min(ROOM, most), most, rung)
            if ROOM < found <= most and not rung[0]:
                found, members, figures = self._search(worth, limit, found, most, rung)
            return None if found > most or rung[0] else self._pool(members[:found], figures[:found])

    def cheapest(self, worth: Floats, limit: float, most: int) -> Pool:
        """Return the same; with more than ``most``, at least 2, no fewer than half as many: those that cost least."""
        with alarm(None) as rung:
            found, members, figures = self._search(worth, limit, most, -1, rung)
        return self._pool(members[:found], figures[:found])

    def _search(
        self, worth: Floats, limit: float, room: int, enough: int, rung: Flag
    ) -> tuple[int, Integers, Floats]:  # fmt: skip
        """Return what :func:`planner.solving.choice.kernels.sorties` finds."""
        from planner.solving.choice import kernels  # compiled code is loaded when it is first needed

        c = self.carrier
        if not len(c):
            return 0, np.zeros((0, 1), np.int64), np.zeros((0, 4))
        # What serving an order of two tasks is worth is collected where it is handed over.
        mine = np.where(self.handed_by < 0, worth[c.orders], 0.0)
        first, listed = self.before
        best = kernels.completions(c.stop, mine, self.money, c.cost_per_sortie, first, listed, self.most_tasks)
        found, members, figures = kernels.sorties(
            *self.arrays, first, listed, best, mine, limit, room, enough, self.pairs, c.most_orders, rung
        )
        return int(found), members, figures

    def _pool(self, members: Integers, figures: Floats) -> Pool:
        """Return sorties as columns, in whole ticks: windows rounded inwards, holds outwards.

        A sortie that can start at one moment only, between two ticks, starts at the earlier one: it waits that much
        longer, and holds what it holds for a tick more.
        """
        count = (members >= 0).sum(axis=1)
        opens = np.ceil(figures[:, 1] * self.ticks_per_s - TICK_NOISE).astype(np.int64)
        closes = np.floor(figures[:, 2] * self.ticks_per_s + TICK_NOISE).astype(np.int64)
        early = opens > closes
        limit, times_s = self._held(members, figures)
        used = limit >= 0
        until_ticks = np.ceil(times_s[:, :, 1] * self.ticks_per_s - TICK_NOISE).astype(np.int64) + early[:, None]
        return Pool(
            cost=figures[:, 0].copy(),
            opens=np.minimum(opens, closes),
            closes=closes,
            first=np.r_[0, np.cumsum(count)],
            listed=self.carrier.orders[members[members >= 0]],
            use_first=np.r_[0, np.cumsum(used.sum(axis=1))],
            limit=limit[used],
            from_tick=np.floor(times_s[used, 0] * self.ticks_per_s + TICK_NOISE).astype(np.int64),
            until_tick=until_ticks[used],
            label=np.full(len(figures), self.number, np.int64),
        )

    def _held(self, members: Integers, figures: Floats) -> tuple[Integers, Floats]:
        """Return the limits that sorties count against, -1 where none, and from when until when after the start."""
        from planner.solving.choice import kernels  # compiled code is loaded when it is first needed

        orders, stop, legs, *_ = self.arrays
        h, back_s = self.holding, figures[:, 3]
        pads, pad_times_s = kernels.holds(
            members, figures, orders, stop, legs, h.pad_slots, np.array([h.climb_s, h.descent_s])
        )
        own = np.tile(np.array([h.drones, h.packs, h.hub_slots, h.hub_slots]), (len(figures), 1))
        from_s = np.column_stack((0 * back_s, 0 * back_s, np.full(len(back_s), -h.turnaround_s), back_s - h.descent_s))
        until_s = np.column_stack(
            (back_s + h.swap_s, back_s + h.recharge_s, np.full(len(back_s), h.climb_s), back_s + h.turnaround_s)
        )
        own_times_s = np.stack((from_s, until_s), axis=2)
        return np.concatenate((own, pads), axis=1), np.concatenate((own_times_s, pad_times_s), axis=1)


TICK_NOISE = 1e-3
"""Of a tick: noise of floating-point sums that rounding must not make a whole tick of."""
