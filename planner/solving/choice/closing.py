"""Closing the gap: the cheapest choice of columns that can all be scheduled, with a proof.

The choice is over pieces of start windows, with rows for what is surely held; whatever is chosen is scheduled exactly;
and what cannot be scheduled is cut off. Whole columns of a plan better than a bound plus a gap have reduced costs below
that gap, so that only those few take part.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.solving.choice.cuts import Clash, Cut, Member, subset_rows
from planner.solving.choice.masters import Answer, Master, Whole, whole
from planner.solving.choice.pieces import Rows, cut, overfull
from planner.solving.choice.pools import Floats, Integers, Pool
from planner.solving.choice.timing import Fits, timed

log = logging.getLogger(__name__)

FIRST_GUESS = 0.001
GROWTH = 1.8
CUTS_A_ROUND = 30
ROUNDS_OF_CUTS = 40
PRICED_A_ROUND = 1500
import os
PARTS = eval(os.environ.get('PARTS','(20, 40, 80, 160, 320)'))
HUNTED = int(os.environ.get('HUNTED','1500'))
HUNTS = 12
HUNT_S = 4.0
PROVABLE = 6000
MISFITS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The best choice found, and what is proven of all others."""

    columns: tuple[int, ...]
    starts: tuple[int, ...]
    cost: float
    """With what leaving out orders costs."""
    lower: float
    """No choice costs less."""

    @property
    def proven(self) -> bool:
        """Whether no choice is cheaper, by more than a millionth."""
        return self.cost - self.lower <= 1e-6 * max(1.0, abs(self.cost))


def close(
    pool: Pool,
    leaving: Floats,
    capacity: Integers,
    *,
    horizon: int,
    complete_to: float = math.inf,
    deadline: float = math.inf,
    stopped: Callable[[], bool] = lambda: False,
) -> Closed:
    """Find the cheapest columns that serve each order once, or leave it out, and can be scheduled.

    ``complete_to`` is the cost up to which no plan needs a column that the pool does not hold.
    """
    search = _Closing(pool, leaving, capacity, horizon, complete_to, deadline, stopped)
    return search.run()


class _Closing:
    def __init__(
        self, pool: Pool, leaving: Floats, capacity: Integers, horizon: int, complete_to: float, deadline: float,
        stopped: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.pool, self.leaving, self.capacity = pool, leaving, capacity
        self.horizon, self.complete_to, self.deadline, self.stopped = horizon, complete_to, deadline, stopped
        self.rows = Rows(capacity=capacity)
        self.cuts: list[Cut] = []
        self.lower = -math.inf
        self.named = np.arange(len(pool))
        self.best: tuple[float, tuple[int, ...], tuple[int, ...]] = (math.inf, (), ())

    def run(self) -> Closed:
        for parts in PARTS:
            self.pieces = cut(self.pool, max(1, self.horizon // parts))
            self.master = Master(self.pool, self.pieces, self.leaving, self.rows, self.cuts)
            self.answer, self.reduced = self._root()
            self.root = self.master.dual_value(self.answer, self.reduced)
            self._raise(self.root)
            log.info(
                "parts %d columns %d pieces %d root %.3f rows %d cuts %d lower %.3f upper %.3f",
                parts, len(self.pool), len(self.pieces), self.root, len(self.rows.keys), len(self.cuts), self.lower, self.best[0],
            )
            if parts >= int(os.environ.get("HUNTFROM","160")):
                self._hunt()
            if self._closed() or self._over():
                break
            if self._count(self.best[0] - self.root) <= PROVABLE and self._prove():
                break
            self._fix()
        cost, columns, starts = self.best
        return Closed(columns=tuple(self.named[list(columns)].tolist()), starts=starts, cost=cost, lower=min(self.lower, cost))

    def _count(self, gap: float) -> int:
        return int(np.count_nonzero(self.reduced <= gap + 1e-6))

    def _closed(self) -> bool:
        return self.best[0] - self.lower <= 1e-6 * max(1.0, abs(self.lower))

    def _fix(self) -> None:
        """Keep the columns that a better plan may hold."""
        keep = np.unique(self.pieces.column[self.reduced <= self.best[0] - self.root + 1e-6])
        cost, columns, starts = self.best
        place = np.full(len(self.pool), -1)
        keep = np.union1d(keep, np.array(columns, np.int64))
        place[keep] = np.arange(len(keep))
        self.best = cost, tuple(place[list(columns)].tolist()), starts
        self.pool, self.named = self.pool.some(keep), self.named[keep]

    def _over(self) -> bool:
        return self.stopped() or time.monotonic() > self.deadline

    def _raise(self, bound: float) -> None:
        self.lower = max(self.lower, min(bound, self.complete_to))

    def _root(self) -> tuple[Answer, Floats]:
        """Solve the linear programme with all pieces, and the rows and cuts that its answer breaks."""
        rounds = 0
        while True:
            answer, reduced = self._priced_out()
            taken = np.flatnonzero(answer.amount > 1e-9)
            chosen, amount = self.master.active[taken], answer.amount[taken]
            fresh = [self.master.add_row(limit, moment) for _, limit, moment in overfull(self.pool, self.pieces, chosen, amount, self.capacity)]
            if any(fresh):
                continue
            rounds += 1
            if rounds > ROUNDS_OF_CUTS or self._over():
                return answer, reduced
            cuts = self._subset_rows(chosen, amount)
            if not cuts:
                return answer, reduced
            for one in cuts:
                self.master.add_cut(one)
                self.cuts.append(one)

    def _priced_out(self) -> tuple[Answer, Floats]:
        while True:
            answer = self.master.solve()
            reduced = self.master.reduced(answer)
            tolerance = 1e-7 * max(1.0, float(np.abs(answer.worth).max(initial=0.0)))
            missing = np.flatnonzero((reduced < -tolerance) & ~self.master.is_active)
            if not len(missing):
                return answer, reduced
            if len(missing) > PRICED_A_ROUND:
                missing = missing[np.argpartition(reduced[missing], PRICED_A_ROUND)[:PRICED_A_ROUND]]
            self.master.add_pieces(missing)

    def _subset_rows(self, chosen: Integers, amount: Floats) -> list[Cut]:
        columns, back = np.unique(self.pieces.column[chosen], return_inverse=True)
        shares = np.bincount(back, weights=amount)
        if np.all(np.abs(shares - np.round(shares)) < 1e-6):
            return []
        known = set(self.cuts)
        return [one for one in subset_rows(self.pool, columns, shares, CUTS_A_ROUND) if one not in known]

    # -- whole columns -----------------------------------------------------------------------------------------

    def _hunt(self) -> None:
        """Look for a plan among the pieces nearest to being worth it."""
        nearest = np.partition(self.reduced, min(HUNTED, len(self.reduced) - 1))[min(HUNTED, len(self.reduced) - 1)]
        gap = min(float(nearest), self.best[0] - self.root)
        for _ in range(HUNTS):
            found = self._whole(gap, seconds=HUNT_S)
            if not found.pieces or found.value >= self.best[0] - 1e-6 or self._schedule(found.pieces, found.value) is not False:
                return

    def _prove(self) -> bool:
        """Choose among all pieces that a better plan may hold; tell whether that is the last word."""
        gap = FIRST_GUESS * abs(self.root)
        misfits = 0
        while not self._over():
            most = max(0.0, min(self.best[0], self.complete_to) - self.root)
            gap = min(gap, most)
            found = self._whole(gap, seconds=None)
            if found.status == "limit":
                self._raise(min(found.bound, self.root + gap))
                return False
            if found.status == "infeasible" or found.value > self.root + gap + 1e-6:
                self._raise(self.root + gap)
                if gap >= most:
                    return True
                if found.pieces and found.value < self.best[0] - 1e-6:
                    self._schedule(found.pieces, found.value)
                gap *= GROWTH
                continue
            self._raise(found.value)
            if self._closed():
                return True
            fits = self._schedule(found.pieces, found.value)
            if fits:
                return True
            misfits += 1
            if fits is None or misfits > MISFITS:
                return False
        return False

    def _whole(self, gap: float, *, seconds: float | None) -> Whole:
        left_s = self.deadline - time.monotonic()
        seconds = left_s if seconds is None else min(seconds, left_s)
        chosen = np.flatnonzero(self.reduced <= gap + 1e-6)
        begun = time.monotonic()
        found = whole(
            self.master, self.leaving, chosen, self.leaving - self.answer.worth <= gap + 1e-6,
            seconds=None if math.isinf(seconds) else seconds, nodes=None,
        )  # fmt: skip
        log.info("gap %.4f pieces %d -> %s %.3f in %.2f s", gap, len(chosen), found.status, found.value, time.monotonic() - begun)
        return found

    def _schedule(self, pieces: tuple[int, ...], value: float) -> bool | None:
        """Schedule whole columns exactly; otherwise add rows or a cut that they break. None when neither was done."""
        columns = [int(self.pieces.column[piece]) for piece in pieces]
        timing = timed(self.pool, columns, self.capacity)
        if timing.fits is Fits.YES:
            if value < self.best[0]:
                self.best = value, tuple(columns), timing.starts
            return True
        if timing.fits is Fits.UNKNOWN:
            log.info("unknown timing")
            return None
        broken = overfull(self.pool, self.pieces, np.array(pieces), np.ones(len(columns)), self.capacity)
        if not any([self.master.add_row(limit, moment) for _, limit, moment in broken]):
            clash = self._clash(columns)
            self.master.add_cut(clash)
            self.cuts.append(clash)
        return False

    def _clash(self, columns: list[int]) -> Clash:
        """Shrink columns that cannot be scheduled to some that still cannot, and loosen those."""
        kept = list(columns)
        for column in sorted(columns, key=lambda one: -int(self.pool.closes[one] - self.pool.opens[one])):
            rest = [one for one in kept if one != column]
            if timed(self.pool, rest, self.capacity, work=0.2).fits is Fits.NO:
                kept = rest
        windows = [(int(self.pool.opens[one]), int(self.pool.closes[one])) for one in kept]
        for place in range(len(kept)):
            windows = self._loosened(kept, windows, place)
        log.info("clash of %d", len(kept))
        return Clash(
            members=tuple(self._member(column, window) for column, window in zip(kept, windows, strict=True))
        )

    def _loosened(self, kept: list[int], windows: list[tuple[int, int]], place: int) -> list[tuple[int, int]]:
        for step in (self.horizon // 8, self.horizon // 32, self.horizon // 128):
            for side in (0, 1):
                while step > 0:
                    low, high = windows[place]
                    wider = (low - step, high) if side == 0 else (low, high + step)
                    if wider[0] < 0 or wider[1] > self.horizon:
                        break
                    trial = [*windows[:place], wider, *windows[place + 1 :]]
                    if timed(self.pool, kept, self.capacity, windows=trial, work=0.2).fits is not Fits.NO:
                        break
                    windows = trial
        return windows

    def _member(self, column: int, window: tuple[int, int]) -> Member:
        uses = self.pool.uses(column)
        holds = zip(
            self.pool.limit[uses].tolist(), self.pool.from_tick[uses].tolist(), self.pool.until_tick[uses].tolist(),
            strict=True,
        )  # fmt: skip
        return Member(
            order=int(self.pool.orders(column)[0]), opens=window[0], closes=window[1], holds=tuple(holds)
        )
