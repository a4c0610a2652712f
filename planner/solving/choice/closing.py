"""Closing the gap: the cheapest choice of columns that can all be scheduled, with a proof.

The choice is over pieces of start windows, with rows for what is surely held; whatever is chosen is scheduled exactly;
and what cannot be scheduled is cut off. Columns of a plan better than one that is known have reduced costs no greater
than the gap between that plan and the bound, so that only those take part, and are looked for where they are not yet
known.

The bound holds at any time: it is worked out from duals with the worst that breaks them taken off.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.solving.choice.balances import Balance
from planner.solving.choice.clashes import clash_of
from planner.solving.choice.cuts import Cut, RankOne, Together, larger_rows, subset_rows
from planner.solving.choice.linear import Linear
from planner.solving.choice.masters import OutOfTime, Whole, whole
from planner.solving.choice.picking import picked, rows_of
from planner.solving.choice.pieces import Pieces, Rows, cut
from planner.solving.choice.pools import Floats, Integers, Pool, joined
from planner.solving.choice.rebuilding import Rebuilder, nearest
from planner.solving.choice.timing import Fits, Timing, timed

log = logging.getLogger(__name__)

PARTS = (20, 40, 80, 160, 320)
"""Into how many parts the day is cut, one after the other."""
FIRST_GAP = 0.001
"""Of the bound: what is tried first."""
GROWTH = 1.8
"""By how much a gap grows in which no plan was found; an engineering choice."""
WIDER = 2.0
"""By how much it grows where nothing that can be flown was found among all columns within it."""
CUTS_A_ROUND = 30
"""Subset rows that are added at a time, those broken most."""
ROUNDS_OF_CUTS = 40
WORN_OUT_AFTER = 6
"""Rounds of cuts, with no gain to speak of ..."""
WORN_OUT = 2e-5
"""... which is this much of the bound."""
CUTTING_SHARE = 0.3
"""Of the time: when to have done with cuts ..."""
DRAFTING_SHARE = 0.45
"""... and when, where there is nothing to do afterwards but a first plan."""
SLICE = 4000
"""Rounds of ruin and recreate between two looks at the clock."""
ROUNDS = 50_000
"""Of them, at a time; fewer for few orders."""
ROUNDS_AN_ORDER_SQUARED = 40
WARM, COLD = 0.1, 0.003
"""Temperatures of the annealing, over what a column costs on average."""
REBUILT_FROM = 100
"""Columns of each order, those nearest to being worth it."""
PICKED_FROM = 2500
"""Columns, those nearest to being worth it."""
PICKING_WORK = 20.0
"""CP-SAT's own measure of work."""
PICKING_SHARE = 0.7
"""Of the time that is left."""
PROVABLE = 30_000
"""Pieces that a search for the last word may be about."""
PROOF_NODES = 20_000
"""Of HiGHS, in each of its programmes."""
MISFITS = 40
"""Choices that cannot be scheduled, before the pieces are made smaller instead."""
FOUND_AT_ONCE = 2000
"""Columns that may be found at a time."""
NONE_BELOW = 1e-9
"""Columns not known that cost more than minus this, relative to the dearest order, cost no less than nothing."""
HALVINGS = 30
"""Of the stretch of reduced costs, until no more columns than may be found at once lie below its middle."""
SHRUNK = 0.5
"""A pool that has shrunk to less of itself is looked at once more before the pieces are made smaller."""
SAME = 1e-6
"""Costs that differ by less, relative, are the same."""

Find = Callable[[Floats, float, int], Pool | None]
"""Find columns not known before by what orders are worth, the most reduced cost, and how many there may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The best choice found, and what is proven of all others."""

    columns: tuple[int, ...]
    """Their labels."""
    starts: tuple[int, ...]
    cost: float
    """With what leaving out orders costs; infinite where no choice was found."""
    lower: float
    """No choice costs less."""

    @property
    def proven(self) -> bool:
        """Whether no choice is cheaper, by more than a millionth."""
        return math.isfinite(self.cost) and self.cost - self.lower <= SAME * max(1.0, abs(self.cost))


@dataclass(slots=True)
class Budget:
    """How long a search may go on."""

    steps: int = 1_000_000
    """Whole-number programmes."""
    deadline: float = math.inf
    """On the monotonic clock."""
    stopped: Callable[[], bool] = lambda: False
    tell: Callable[[str], None] = lambda _: None
    begun: float = field(default_factory=time.monotonic)

    @property
    def share_spent(self) -> float:
        """How much of its time is over; nothing of it without a deadline."""
        return (time.monotonic() - self.begun) / max(1e-9, self.deadline - self.begun)

    @property
    def half_spent(self) -> bool:
        """Whether half of its time is over, so that what is known by then has to do."""
        return self.share_spent > 0.5

    @property
    def spent(self) -> bool:
        """Whether it has to end."""
        return self.steps <= 0 or self.stopped() or time.monotonic() > self.deadline

    @property
    def left_s(self) -> float | None:
        """Seconds that are left; None without a limit."""
        return None if math.isinf(self.deadline) else max(0.05, self.deadline - time.monotonic())


@dataclass(slots=True, kw_only=True)
class Closing:
    """A search that can be asked at any time for the best so far."""

    pool: Pool
    leaving: Floats
    """What leaving out each order costs."""
    capacity: Integers
    horizon: int
    """Ticks."""
    budget: Budget
    find: Find | None = None
    """None where the pool holds every column there is."""
    at_once: int | None = None
    """Columns that it may find at a time; None is as many as where each takes time to work out."""
    parts: Sequence[int] = PARTS
    judge: Callable[[Sequence[int]], bool | None] = lambda _: True
    """Whether columns, by their labels, that can be scheduled can be flown as well; None when it could not tell."""
    refuses: Callable[[Sequence[int]], bool] = lambda _: False
    """Whether columns can be flown neither by themselves nor with any others; what the judge refuses may still be flown
    with others, as when a drone needs a short sortie first that brings it a charged pack."""
    gap: float = 0.0
    """Share of what the best choice flies for, without what it leaves out, that it may cost more than any must."""
    draft: bool = False
    """Whether a first plan is enough, with what the linear programme says of all others."""
    flown: float = field(default=0.0, init=False)
    """What the best choice costs, without what it leaves out."""
    seed: int = 0
    looked: int = field(default=0, init=False)
    rows: Rows = field(init=False)
    cuts: list[Cut] = field(default_factory=list, init=False)
    lower: float = field(default=-math.inf, init=False)
    upper: float = field(default=math.inf, init=False)
    complete_to: float = field(init=False)
    """No plan that costs less needs a column that the pool does not hold."""
    best: tuple[tuple[int, ...], tuple[int, ...]] = field(default=((), ()), init=False)
    """Labels and starts."""
    linear: Linear = field(init=False)
    """Over all pieces."""
    root: float = field(init=False)
    """The bound that it gives."""

    def __post_init__(self) -> None:
        self.rows = Rows(capacity=self.capacity)
        self.complete_to = math.inf if self.find is None else -math.inf
        self.linear = Linear(self.pool, cut(self.pool, self.horizon), self.leaving, self.rows, self.cuts)

    def run(self) -> Closed:
        """Search until the gap is closed, or small enough, or the budget is spent."""
        try:
            self._search()
        except OutOfTime:
            log.info("out of time in a linear programme")
        return self.closed()

    def _search(self) -> None:
        level = 0
        while level < len(self.parts):
            parts, columns = self.parts[level], len(self.pool)
            self._root(parts)
            if math.isinf(self.upper) and not self.budget.half_spent and self._grow():
                self._root(parts)
            self._rebuild()
            if self.draft:
                break
            self._pick()
            if not self._closed() and not self.budget.half_spent and not self.budget.spent and self._grow():
                self._root(parts)
                self._pick()
            if self._closed() or self.budget.spent or self._prove():
                break
            if self._look_farther():
                continue
            self._fix()
            # With many columns less the same pieces are quicker, and may be few enough for the last word.
            if len(self.pool) >= SHRUNK * columns:
                level += 1

    def closed(self) -> Closed:
        """Return the best so far."""
        labels, starts = self.best
        return Closed(columns=labels, starts=starts, cost=self.upper, lower=min(self.lower, self.upper))

    def known(self) -> tuple[Integers, Floats]:
        """Return the labels of the columns looked at last, and the least reduced cost of each as far as known."""
        return self.linear.master.pool.label, self.linear.least()

    def _closed(self) -> bool:
        """Tell whether the gap is no more than asked for, relative to what is flown, as the record tells it."""
        if not math.isfinite(self.upper - self.lower):
            return False
        return self.upper - self.lower <= max(SAME * max(1.0, abs(self.lower)), self.gap * self.flown)

    def _raise(self, bound: float) -> None:
        self.lower = max(self.lower, bound)
        self._tell()

    def _tell(self) -> None:
        gap = f"{(self.upper - self.lower) / self.upper:.2%}" if math.isfinite(self.upper) and self.upper else "?"
        self.budget.tell(
            f"best {self.upper:,.2f}, bound {self.lower:,.2f}, gap {gap}, {len(self.pool):,} columns"
            if math.isfinite(self.upper)
            else f"bound {self.lower:,.2f}, {len(self.pool):,} columns"
        )

    # -- the linear programme ----------------------------------------------------------------------------------

    def _root(self, parts: int) -> None:
        """Solve the linear programme over all columns there are, known or not, and all rows and cuts it breaks."""
        grid = max(1, self.horizon // parts)
        self.linear = Linear(self.pool, cut(self.pool, grid), self.leaving, self.rows, self.cuts)
        roots: list[float] = []
        for rounds in range(ROUNDS_OF_CUTS + 1):
            all_known = self._fill(grid)
            roots.append(self.linear.root)
            no_more = rounds == ROUNDS_OF_CUTS or self.budget.spent or self._late or self._worn_out(roots)
            cuts = [] if no_more else self._rounded_rows(*self.linear.taken)
            if not cuts:
                break
            self._drop_slack()
            for one in cuts:
                self._add(one)
        self.root = self.linear.root
        if all_known:
            self.complete_to = max(self.complete_to, self.root)
            self._raise(self.root)
        log.info(
            "parts %d: %d columns, %d pieces, root %.4f, %d rows, %d cuts, lower %.4f, upper %.4f", parts,
            len(self.pool), len(self.linear.pieces), self.root, len(self.rows.keys), len(self.cuts), self.lower,
            self.upper,
        )  # fmt: skip

    def _worn_out(self, roots: Sequence[float]) -> bool:
        """Whether cuts have raised the bound by little for some rounds, or taken their share of the time."""
        gained = roots[-1] - roots[max(0, len(roots) - 1 - WORN_OUT_AFTER)]
        little = len(roots) > WORN_OUT_AFTER and gained <= WORN_OUT * abs(roots[-1])
        return little or self.budget.share_spent > (DRAFTING_SHARE if self.draft else CUTTING_SHARE)

    @property
    def _late(self) -> bool:
        """Whether a plan is worth more by now than a better bound."""
        return math.isinf(self.upper) and self.budget.half_spent

    def _fill(self, grid: int) -> bool:
        """Solve it with the rows it breaks and the columns that are worth it; tell whether those are all known now."""
        hurried = self.find is not None and self._late and not self.draft
        while True:
            self.linear.solve(self.budget)
            # Late, a plan of what is known is worth more than columns that there is no time to choose among.
            fresh = None if hurried else self._cheapest()
            if fresh is None or not len(fresh):
                return fresh is not None
            self.pool, hurried = joined([self.pool, fresh]), self.budget.half_spent and not self.draft
            self.linear.widen(self.pool, cut(self.pool, grid))

    def _missing(self, limit: float) -> Pool | None:
        """Return the columns not known yet with reduced costs up to a limit; None when there are too many."""
        if self.find is None or self.complete_to >= self.upper:
            return self.pool.some(np.zeros(0, np.int64))
        return self.find(self.linear.answer.worth, limit, self.at_once or FOUND_AT_ONCE)

    def _cheapest(self) -> Pool | None:
        """Return columns not known yet with reduced costs below 0; where there are too many, some that cost least.

        None when there was no telling them apart, or no time to: then the bound is none of theirs.
        """
        highest = -NONE_BELOW * max(1.0, float(np.abs(self.linear.answer.worth).max(initial=0.0)))
        fresh = self._missing(highest)
        if fresh is not None:
            return fresh
        lowest = -float(np.maximum(self.linear.answer.worth, 0.0).sum())
        for _ in range(HALVINGS):
            if self.budget.spent:
                return None
            limit = (lowest + highest) / 2
            fresh = self._missing(limit)
            if fresh is None:
                highest = limit
            elif len(fresh):
                return fresh
            else:
                lowest = limit
        return None

    def _rounded_rows(self, chosen: Integers, amount: Floats) -> list[Cut]:
        columns, back = np.unique(self.linear.pieces.column[chosen], return_inverse=True)
        shares: Floats = np.bincount(back, weights=amount).astype(np.float64)
        if np.all(np.abs(shares - np.round(shares)) < 1e-6):
            return []
        known = set(self.cuts)
        self.looked += 1
        found: list[Cut] = [
            *subset_rows(self.pool, columns, shares, CUTS_A_ROUND),
            *larger_rows(self.pool, columns, shares, CUTS_A_ROUND, seed=self.looked),
        ]
        return [one for one in dict.fromkeys(found) if one not in known]

    def _drop_slack(self) -> None:
        """Take away the rounded rows that say nothing just now; those broken again will be found again."""
        prices = self.linear.answer.cut_prices.tolist()
        slack = {k for k, price in enumerate(prices) if price <= 0 and isinstance(self.cuts[k], RankOne)}
        self.linear.master.drop_cuts(slack)
        self.cuts = [one for k, one in enumerate(self.cuts) if k not in slack]

    def _add(self, one: Cut) -> None:
        self.cuts.append(one)
        self.linear.master.add_cut(one)

    # -- the pool ----------------------------------------------------------------------------------------------

    def _grow(self) -> bool:
        """Look for all columns that a better plan may hold; tell whether there were new ones."""
        gap = self.upper - self.root
        if math.isinf(gap):
            gap = max(10 * FIRST_GAP * abs(self.root), WIDER * (self.complete_to - self.root), self._noise)
        fresh = self._missing(gap)
        while fresh is None:
            if gap <= self._noise or self.budget.spent:
                return False
            gap /= 2
            fresh = self._missing(gap)
        if self.find is not None:
            self.complete_to = max(self.complete_to, self.root + gap)
        if len(fresh):
            self.pool = joined([self.pool, fresh])
        return bool(len(fresh))

    def _look_farther(self) -> bool:
        """Look for columns of dearer plans where none that can be flown is near; tell whether more is known by then."""
        known = self.complete_to
        if math.isfinite(self.upper) or known > self.lower + self._noise:
            return False
        return self._grow() or self.complete_to > known

    @property
    def _bounded(self) -> bool:
        """Whether the linear programme is over all columns there are, so that its duals say something of all plans."""
        return self.complete_to >= self.root - self._noise

    def _fix(self) -> None:
        """Keep the columns that a better plan may hold."""
        if math.isfinite(self.upper) and self._bounded:
            self.pool = self.pool.some(np.flatnonzero(self.linear.least() <= self.upper - self.root + self._noise))

    @property
    def _noise(self) -> float:
        return SAME * max(1.0, abs(self.root))

    # -- whole columns -----------------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        """Look for a better plan by ruin and recreate, from the best one known."""
        if self.budget.spent or self._closed():
            return
        least, known = self.linear.least(), np.flatnonzero(self._starts() >= 0)
        among = nearest(self.pool, least, len(self.leaving), REBUILT_FROM, known)
        rebuilder = Rebuilder(
            pool=self.pool.some(among), near=least[among], leaving=self.leaving, capacity=self.capacity
        )  # fmt: skip
        self.seed += 1
        starts = self._rebuilt(rebuilder, self._starts()[among])
        value, flown = rebuilder.cost(starts), np.flatnonzero(starts >= 0)
        columns = among[flown].tolist()
        log.info("rebuilt: %.4f", value)
        if value < self.upper - self._noise and not self._cut_off(columns):
            timing = Timing(fits=Fits.YES, starts=tuple(starts[flown].tolist()))
            self._take(columns, timing, value)

    def _pick(self) -> None:
        """Choose among the columns nearest to being worth it, and the best plan's, with their starts."""
        if self.budget.spent or self._closed() or not self._bounded or any(isinstance(c, Balance) for c in self.cuts):
            return
        least, begin = self.linear.least(), self._starts()
        near = np.argsort(least, kind="stable")
        reach = float(least[near[PICKED_FROM]]) if len(near) > PICKED_FROM else math.inf
        reach = min(reach, self.upper - self.root + self._noise)
        among = np.flatnonzero((least < reach) | (begin >= 0))
        left_s = self.budget.left_s
        self.budget.steps -= 1
        found = picked(
            self.pool.some(among), self.leaving, self.capacity, rows_of(self.cuts, self.pool.some(among)),
            [one for one in self.cuts if isinstance(one, Together)], begin=begin[among], work=PICKING_WORK,
            seconds=None if left_s is None else left_s * PICKING_SHARE, stopped=self.budget.stopped,
        )  # fmt: skip
        if found.cost < self.upper - self._noise:
            flown = np.flatnonzero(found.starts >= 0)
            timing = Timing(fits=Fits.YES, starts=tuple(found.starts[flown].tolist()))
            self._take(among[flown].tolist(), timing, found.cost)
        self._raise(min(found.bound, self.root + reach - self._noise, self.complete_to))

    def _cut_off(self, columns: Sequence[int]) -> bool:
        """Tell whether a choice breaks a cut whenever its columns start; ruin and recreate knows of limits only."""
        pool = self.pool.some(np.array(columns, np.int64))
        out = frozenset(range(len(self.leaving))) - frozenset(pool.listed.tolist())
        pieces = Pieces(column=np.arange(len(pool)), low=pool.opens, high=pool.closes)
        return any(int(one.counts(pool, pieces).sum()) + len(one.left & out) > one.most for one in self.cuts)

    def _rebuilt(self, rebuilder: Rebuilder, begin: Integers) -> Integers:
        """Return the best plan found from one to begin with, cooling down slice by slice."""
        rounds = min(ROUNDS, ROUNDS_AN_ORDER_SQUARED * len(self.leaving) ** 2)
        slices = max(1, rounds // SLICE)
        chill = (COLD / WARM) ** (1 / slices)
        best = now = begin
        for number in range(slices):
            if self.budget.spent:
                break
            warm, seed = WARM * chill**number, self.seed * slices + number
            best, now = rebuilder.rebuilt(now, best, rounds=rounds // slices, seed=seed, warm=warm, cold=warm * chill)
        return best

    def _starts(self) -> Integers:
        """Return the start of every column in the best plan known, as far as its columns are still in the pool."""
        start_of = dict(zip(*self.best, strict=True))
        return np.array([start_of.get(label, -1) for label in self.pool.label.tolist()], np.int64)

    def _prove(self) -> bool:
        """Choose among all pieces that a better plan may hold; tell whether that is the last word."""
        gap, misfits = FIRST_GAP * abs(self.root), 0
        while self._bounded and not self.budget.spent:
            most = max(0.0, min(self.upper, self.complete_to) - self.root)
            gap = min(gap, most)
            near = self.linear.near(gap + self._noise)
            if len(near) > PROVABLE:
                return False
            found = self._whole(near, gap + self._noise)
            if found.status == "limit":
                self._cut_short(found, gap)
                return False
            if found.status == "infeasible" or found.value > self.root + gap + self._noise:
                self._raise(self.root + gap)
                if found.status == "optimal" and found.value < self.upper - self._noise:
                    self._schedule(found)
                if gap >= most:
                    return self._closed()
                gap = max(gap * GROWTH, self._noise)
                continue
            self._raise(found.value)
            if self._closed():
                return True
            fits = self._schedule(found)
            if fits:
                return self._closed()
            misfits += 1
            if fits is None or misfits > MISFITS:
                return False
        return False

    def _cut_short(self, found: Whole, gap: float) -> None:
        """Keep what a programme that came to no end says."""
        self._raise(min(found.bound, self.root + gap))
        if found.value < self.upper - self._noise:
            self._schedule(found)

    def _whole(self, near: Integers, gap: float) -> Whole:
        begun, linear = time.monotonic(), self.linear
        self.budget.steps -= 1
        found = whole(linear.master, near, linear.may_leave(gap), seconds=self.budget.left_s, nodes=PROOF_NODES)
        log.info(
            "gap %.4f, %d pieces: %s %.4f in %.2f s", gap, len(near), found.status, found.value,
            time.monotonic() - begun,
        )  # fmt: skip
        return found

    def _schedule(self, found: Whole) -> bool | None:
        """Schedule whole columns exactly; otherwise add rows or a cut that they break. None when neither was done."""
        columns = self.linear.pieces.column[list(found.pieces)].tolist()
        timing = timed(self.pool, columns, self.capacity, seconds=self.budget.left_s)
        if timing.fits is Fits.YES:
            return self._take(columns, timing, found.value)
        if timing.fits is Fits.UNKNOWN:
            return None
        if not self.linear.look_at(np.array(found.pieces), np.ones(len(columns))):
            self._add(clash_of(self.pool, columns, self.capacity, self.horizon, lambda: self.budget.spent))
        return False

    def _take(self, columns: Sequence[int], timing: Timing, value: float) -> bool | None:
        """Keep a choice that can be scheduled as the best, if it can be flown; otherwise cut it off."""
        pool = self.pool
        labels = tuple(pool.label[list(columns)].tolist())
        flown = self.judge(labels)
        if flown is None:
            return None
        if not flown:
            served = {order for column in columns for order in pool.orders(column).tolist()}
            self._add(self._refused(served, labels))
            return False
        if value < self.upper:
            self.upper, self.best = value, (labels, timing.starts)
            self.flown = float(self.pool.cost[list(columns)].sum())
            self._tell()
        return True

    def _refused(self, served: set[int], labels: Sequence[int]) -> Together:
        """Return what cuts off columns that cannot be flown: with any others where that is known, else alone."""
        if not self.refuses(labels):
            return Together(labels=frozenset(labels), left=frozenset(range(len(self.leaving))) - served)
        kept = list(labels)
        for label in labels:
            rest = [one for one in kept if one != label]
            if not self.budget.spent and self.refuses(rest):
                kept = rest
        return Together(labels=frozenset(kept))
