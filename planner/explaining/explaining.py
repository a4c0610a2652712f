"""The pipe of an explanation: why an order is not served, what could be done about it, and what of that holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from airspace.model.skies import Airspace
from planner.explaining.asks import Ask
from planner.explaining.candidates import candidates, hopeless
from planner.explaining.changes import Change, Kind, Scale
from planner.explaining.trials import Trials
from planner.model.jobs import Job
from planner.model.plans import CorridorChoice, Fix, Plan, Reason, Unserved
from planner.solving.solvers import SolveOptions, Watch

MOST_FIXES = 3
QUICK = SolveOptions(iterations=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where a plan serves an order."""

    sortie: str
    drone: str
    departs: datetime
    handed_at: datetime | None
    """When the hand-over has ended; None in records that do not tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A change that was planned and checked, and serves the order."""

    change: Change
    fix: Fix
    """The same as a record holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer on one order."""

    order: str
    served: Served | None = None
    unserved: Unserved | None = None
    """With its fixes; None when it is served."""
    alone: bool = False
    """Whether it could be served if there were nothing else to fly, those aside that it flies together with."""
    found: tuple[Found, ...] = ()
    """The fixes with the changes they stand for, in the same order."""
    no_fix: str = ""
    """Why there is none; empty when there is one, or the search was stopped."""
    complete: bool = True
    """Whether everything was tried that could be; False when the search was stopped."""


def explain(
    plan: Plan,
    order_id: str,
    sky: Airspace,
    job: Job,
    *,
    options: SolveOptions = QUICK,
    watch: Watch | None = None,
) -> Explanation:
    """Say why a plan leaves an order out, and which smallest single changes would serve it.

    Every change told was planned with job and airspace changed, serves the order and no fewer of the others, and the
    independent check finds no FAIL in that plan. A watch may stop it; then it tells what it knows so far.

    Raises
    ------
    UnknownOrder
        If neither plan nor job has the order.
    """
    served = _served(plan, order_id)
    if served is not None:
        return Explanation(order=order_id, served=served)
    corridors = CorridorChoice(str(plan.created_by.options.get("corridors", CorridorChoice.ANY.value)))
    trials = Trials(plan, job.order(order_id), (job, sky), corridors, options, watch or Watch())
    trials.watch.on_progress("why")
    if trials.never is not None:
        return _mended(trials, trials.never, alone=False)
    why = next((item for item in trials.day.unserved if item.order == order_id), None)
    return _room(trials) if why is None else _mended(trials, why, alone=True)


def _served(plan: Plan, order_id: str) -> Served | None:
    for sortie in plan.sorties:
        if order_id in sortie.orders:
            told = [delivery.t for leg in sortie.legs for delivery in leg.deliveries if delivery.order == order_id]
            return Served(
                sortie=sortie.id, drone=sortie.drone, departs=sortie.departs, handed_at=min(told, default=None)
            )
    return None


def _room(trials: Trials) -> Explanation:
    """Return the answer for an order that the day has room for, beside the sorties of the plan."""
    order = trials.order
    again = Change(
        kind=Kind.AGAIN, words="plan again: the day has room for it as it is", size=0.0, unit="", orders=(order.id,),
        apply=lambda job, sky: (job, sky),
    )  # fmt: skip
    told = next((item for item in trials.plan.unserved if item.order == order.id), None)
    why = told or Unserved(order=order.id, reason=Reason.UNKNOWN, detail="The plan does not tell of it")
    found = (_as_found(again),) if trials.on_the_day(again) or trials.anew(again) else ()
    return _told(trials, why, found, alone=True)


def _mended(trials: Trials, why: Unserved, *, alone: bool) -> Explanation:
    """Return the answer for an order that is not served as things are, with the changes that hold."""
    found: dict[Kind, Change] = {}
    ask = Ask(trials=trials, why=why, alone=alone)
    for build in candidates(why.reason):
        if len(found) == MOST_FIXES or trials.watch.stopped():
            break
        change = smallest_of(build(ask), trials, alone=alone)
        if change is not None and change.kind not in found:
            found[change.kind] = change
    return _told(trials, why, tuple(map(_as_found, found.values())), alone=alone)


def _told(trials: Trials, why: Unserved, found: tuple[Found, ...], *, alone: bool) -> Explanation:
    complete = not trials.watch.stopped()
    return Explanation(
        order=trials.order.id,
        unserved=replace(why, fixes=tuple(item.fix for item in found)),
        alone=alone and trials.stands_alone,
        found=found,
        no_fix=hopeless(why, trials) if complete and not found else "",
        complete=complete,
    )


def _as_found(change: Change) -> Found:
    return Found(change=change, fix=Fix(change=change.words, verified=True))


def smallest_of(scales: Iterable[Scale], trials: Trials, *, alone: bool) -> Change | None:
    """Return the smallest change of some scales that holds on the whole day; None when none does."""
    best: Change | None = None
    for scale in scales:
        if trials.watch.stopped():
            break
        change = _held(scale if best is None else below(scale, best.size), trials, alone=alone)
        best = change or best
    return best


def below(scale: Scale, size: float) -> Scale:
    """Return the steps of a scale that are smaller than a size."""
    steps = bisect_left(range(1, scale.steps + 1), size, key=lambda step: scale.at(step).size)
    return Scale(steps=steps, at=scale.at)


def _held(scale: Scale, trials: Trials, *, alone: bool) -> Change | None:
    """Return the smallest change of a scale that holds on the whole day; None when none does."""
    fails = 0
    if not alone:
        first = smallest(scale, trials.alone, trials.watch)
        if first is None:
            return None
        if trials.on_the_day(scale.at(first)) or trials.anew(scale.at(first)):
            return scale.at(first)
        fails = first  # Alone it would do; on the day it takes more, if anything does.
    kept = smallest(scale, trials.on_the_day, trials.watch, fails=fails)
    # A day planned anew may have room for it with less, or at all.
    less = Scale(steps=scale.steps if kept is None else kept - 1, at=scale.at)
    step = smallest(less, trials.anew, trials.watch, fails=fails) or kept
    return None if step is None else scale.at(step)


def smallest(scale: Scale, holds: Callable[[Change], bool], watch: Watch, *, fails: int = 0) -> int | None:
    """Return a step that holds while the one below it does not, by halving; None when the largest does not hold.

    ``fails``: the largest step known not to hold; 0 is no change.
    """
    if scale.steps <= fails or watch.stopped() or not holds(scale.at(scale.steps)):
        return None
    least = scale.steps
    while least - fails > 1:
        if watch.stopped():
            return None
        middle = (fails + least) // 2
        fails, least = (fails, middle) if holds(scale.at(middle)) else (middle, least)
    return least
