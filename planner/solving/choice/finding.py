"""Finding the sorties of a carrier: those that could be worth flying, as a pool of columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.solving.choice import kernels
from planner.solving.choice.carriers import Carrier, Floats, Holding, Integers
from planner.solving.choice.pools import Pool

ROOM = 200_000
"""Sorties that there is room for at first; it grows fourfold as long as it is too small."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Finder:
    """A carrier made ready for search."""

    carrier: Carrier
    holding: Holding
    ticks_per_s: float
    number: int
    """Of the carrier, among those of the day."""

    @cached_property
    def before(self) -> tuple[Integers, Integers]:
        """Which orders may be delivered straight before which, as in a CSR matrix."""
        c = self.carrier
        return kernels.predecessors(  # type: ignore[no-any-return]
            c.stop, c.mass_kg, c.opens_s, c.due_s, c.service_s, c.leg_s, c.ready_s, c.ends_day_s, c.most_kg, c.waits
        )

    @cached_property
    def money(self) -> Floats:
        """What each leg costs at least."""
        return self.carrier.least_money()

    def find(self, worth: Floats, limit: float, most: int, *, roots: Integers | None = None) -> Pool | None:
        """Return the sorties whose cost, less what their orders are worth, is no more than a limit.

        ``worth`` is by order of the day. None when there are more of them than ``most``.
        """
        c = self.carrier
        if not len(c):
            return self._pool(np.zeros((0, 1), np.int16), *(np.zeros(0) for _ in range(4)))
        mine = np.ascontiguousarray(worth[c.orders])
        first, listed = self.before
        best = kernels.completions(c.stop, mine, self.money, c.cost_per_sortie, first, listed, c.most_orders)
        room = min(ROOM, most)
        while True:
            found, *columns = kernels.sorties(
                c.stop, c.mass_kg, c.value, c.ready_s, c.opens_s, c.due_s, c.service_s, c.longest_s,
                c.leg_s, c.leg_cost, c.phases_s, c.power_w, c.step_kg, c.beyond_wh,
                c.cost_per_sortie, c.cost_per_s, c.cost_per_wh, c.most_orders, c.most_kg, c.most_value, c.most_wh,
                c.waits, c.opens_day_s, c.ends_day_s,
                first, listed, best, mine, limit, np.arange(len(c)) if roots is None else roots, room,
            )  # fmt: skip
            if found <= room:
                return self._pool(*(column[:found] for column in columns))
            if room == most:
                return None
            room = min(4 * room, most)

    def _pool(self, members: Integers, cost: Floats, opens_s: Floats, closes_s: Floats, lasts_s: Floats) -> Pool:
        """Return sorties as columns, in whole ticks: windows rounded inwards, holds outwards."""
        c, h = self.carrier, self.holding
        count = (members >= 0).sum(axis=1)
        opens = np.ceil(opens_s * self.ticks_per_s - TICK_NOISE).astype(np.int64)
        closes = np.floor(closes_s * self.ticks_per_s + TICK_NOISE).astype(np.int64)
        limit, from_s, until_s = kernels.holds(
            members, opens_s, lasts_s, c.stop, c.opens_s, c.service_s, c.leg_s,
            h.drones, h.packs, h.hub_slots, h.pad_slots, h.climb_s, h.descent_s, h.turnaround_s, h.swap_s, h.recharge_s,
        )  # fmt: skip
        used = limit >= 0
        return Pool(
            cost=cost,
            opens=opens,
            closes=np.maximum(opens, closes),
            first=np.r_[0, np.cumsum(count)],
            listed=c.orders[members[members >= 0]],
            use_first=np.r_[0, np.cumsum(used.sum(axis=1))],
            limit=limit[used],
            from_tick=np.floor(from_s[used] * self.ticks_per_s + TICK_NOISE).astype(np.int64),
            until_tick=np.ceil(until_s[used] * self.ticks_per_s - TICK_NOISE).astype(np.int64),
            label=np.full(len(cost), self.number, np.int64),
        )


TICK_NOISE = 1e-3
"""Of a tick: noise of floating-point sums that rounding must not make a whole tick of."""
