"""Changes of what is carried, with what, and how it is looked after: parcels, value, approvals, customs, priority."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from math import ceil, isfinite

from airspace.model.pads import Custody
from airspace.model.skies import Airspace
from planner.explaining.asks import Ask, off_m, on_pads, others, policy_with
from planner.explaining.changes import Change, Kind, Scale, World, single, with_order
from planner.model.goods import GoodsApproval
from planner.model.jobs import Job
from planner.solving.customs import Customs

NEARBY_M = 5000.0
NEARBY_PADS = 4
HIGHEST_PRIORITY = 1000


def split(ask: Ask) -> Iterator[Scale]:
    """Make two parcels of one, each with half of its mass, volume and value."""
    goods, ids = ask.order.consignment, _free_ids(ask.order.id, {order.id for order in ask.job.orders})
    half_l = None if goods.volume_l is None else goods.volume_l / 2
    half = replace(goods, mass_kg=goods.mass_kg / 2, volume_l=half_l, declared_value=goods.declared_value / 2)

    def apply(job: Job, sky: Airspace) -> World:
        # A label of this order alone would keep its halves together.
        label = ask.order.together if ask.trials.company else ""
        halves = [replace(ask.order, id=name, consignment=half, together=label) for name in ids]
        kept = ([order] if order.id != ask.order.id else halves for order in job.orders)
        return replace(job, orders=tuple(order for part in kept for order in part)), sky

    size = f"{half.mass_kg:g} kg" if half_l is None else f"{half.mass_kg:g} kg and {half_l:g} l"
    words = f"{ask.order.id} split into two parcels of {size}, each worth {half.declared_value:,.0f} {goods.currency}"
    yield single(ask.change(Kind.SPLIT, words, 2, "parcels", apply, orders=ids))


def _free_ids(name: str, taken: set[str]) -> tuple[str, str]:
    """Return two ids for the halves of an order that no other order has."""
    free = (f"{name}/{number}" for number in count(1))
    first, second = [new for _, new in zip(range(len(taken) + 2), free, strict=False) if new not in taken][:2]
    return first, second


def custody(ask: Ask) -> Iterator[Scale]:
    """Offer a better hand-over where it is handled, at alternates or at customs it calls at: the least asked for."""
    asked = ask.job.policy.custody_asked(ask.order.consignment)
    for pad in (*ask.handled_at, *others(ask, lambda pad: pad.is_alternate or pad.customs_windows is not None)):
        if not pad.custody.meets(asked):
            words = f"{_level(asked)} hand-over at pad {pad.id}, which offers {_level(pad.custody)} now"
            levels = list(Custody)
            size = levels.index(asked) - levels.index(pad.custody)
            yield single(ask.change(Kind.CUSTODY, words, size, "levels", on_pads([pad.id], custody=asked)))


def _level(custody: Custody) -> str:
    return str(custody).replace("_", "-")


def other_pad(ask: Ask) -> Iterator[Scale]:
    """Deliver to another pad nearby, on the same side, that offers the hand-over asked for."""
    asked, sides = ask.job.policy.custody_asked(ask.order.consignment), Customs.of(ask.job, ask.sky).sides
    near = [
        pad
        for pad in others(ask, lambda pad: pad.custody.meets(asked))
        if sides[pad.id] == sides[ask.pad.id] and off_m(ask, pad) <= NEARBY_M
    ]
    for pad in near[:NEARBY_PADS]:
        words = f"delivered to pad {pad.id} instead, {off_m(ask, pad) / 1000:.1f} km from {ask.pad.id}"
        yield single(ask.change(Kind.OTHER_PAD, words, off_m(ask, pad), "m", _to_pad(ask, pad.id), reroutes=True))


def _to_pad(ask: Ask, pad_id: str) -> Callable[[Job, Airspace], World]:
    return lambda job, sky: (with_order(job, ask.order.id, to_pad=pad_id), sky)


def by_itself(ask: Ask) -> Iterator[Scale]:
    """Fly it without those that it would fly together with."""
    names = [order.id for order in ask.job.orders if order.id in ask.trials.company]
    if names:
        words = f"{ask.order.id} flown by itself, not together with {', '.join(names)}"
        yield single(
            ask.change(Kind.BY_ITSELF, words, len(names), "orders",
                       lambda job, sky: (with_order(job, ask.order.id, together=""), sky))
        )  # fmt: skip


def shared(ask: Ask) -> Iterator[Scale]:
    """Let those that fly together share a sortie where they would be kept apart."""
    company = [order for order in ask.job.orders if order.id in {ask.order.id, *ask.trials.company} and order.apart]
    labels = Counter(order.apart for order in company)
    names = [order.id for order in company if labels[order.apart] > 1]
    if names:
        words = f"{', '.join(names)} no longer kept apart"

        def apply(job: Job, sky: Airspace) -> World:
            freed = (replace(order, apart="") if order.id in names else order for order in job.orders)
            return replace(job, orders=tuple(freed)), sky

        yield single(ask.change(Kind.SHARED, words, len(names), "orders", apply))


CAPS = {
    "value_cap_per_sortie": "per sortie",
    "value_cap_per_drone_day": "per drone and day",
    "value_cap_per_pad": "at a pad at one time",
}


def value_cap(ask: Ask) -> Iterator[Scale]:
    """Raise the cap that is in the way by as much as the order needs."""
    figures = ask.why.numbers
    needed = figures.get("declared_value", 0.0) + figures.get("carried", 0.0) + figures.get("lying", 0.0)
    for name, words in CAPS.items():
        cap = getattr(ask.job.policy, name)
        if cap is not None and cap == figures.get("cap") and cap < needed:
            told = f"a cap of {needed:,.0f} {ask.job.policy.currency} {words} in the place of {cap:,.0f}"
            yield single(
                ask.change(Kind.VALUE_CAP, told, needed - cap, ask.job.policy.currency, policy_with(**{name: needed}))
            )


def goods(ask: Ask) -> Iterator[Scale]:
    """Get the approvals that dangerous goods with a UN number lack: on the sides of the two pads, or on all."""
    number = ask.order.consignment.dangerous_goods
    if not number.startswith("UN"):
        return
    sides = {side.id: side.authority for side in ask.sky.jurisdictions}
    ends = [s.id for s in ask.sky.jurisdictions if s.area.covers(ask.origin.point) or s.area.covers(ask.pad.point)]
    for chosen in (ends or [""], list(sides)):
        lacking = [side for side in chosen if ask.job.policy.goods_approval(number, side) is None]
        if lacking:
            told = " and ".join(f"{sides[side]} for {side}" if side else "the authority" for side in lacking)
            new = tuple(GoodsApproval(un_number=number, jurisdiction=side, approval="asked for") for side in lacking)
            held = (*ask.job.policy.dangerous_goods_allowed, *new)
            words = f"an approval for {number} of {told}"
            apply = policy_with(dangerous_goods_allowed=held)
            yield single(ask.change(Kind.GOODS, words, len(lacking), "approvals", apply))


def precleared(ask: Ask) -> Iterator[Scale]:
    """Have it pre-cleared with customs."""
    if ask.order.precleared:
        return
    words = f"{ask.order.id} pre-cleared with customs"
    yield single(
        ask.change(Kind.PRECLEARED, words, 1, "approvals",
                   lambda job, sky: (with_order(job, ask.order.id, precleared="asked for"), sky))
    )  # fmt: skip


def priority(ask: Ask) -> Iterator[Scale]:
    """Give it a priority at which leaving it out costs more than flying it."""
    now = ask.order.priority

    def at(step: int) -> Change:
        words = f"{ask.order.id} with priority {now + step} in the place of {now}"
        return ask.change(
            Kind.PRIORITY, words, step, "steps",
            lambda job, sky: (with_order(job, ask.order.id, priority=now + step), sky),
        )  # fmt: skip

    cost, penalty = ask.why.numbers.get("cost", 0.0), ask.job.policy.unserved_penalty
    if penalty > 0 and isfinite(cost):
        # Two more than the cost of flying it alone asks for: figures told are rounded.
        yield Scale(steps=max(0, min(HIGHEST_PRIORITY, ceil(cost / penalty) + 2) - now), at=at)
