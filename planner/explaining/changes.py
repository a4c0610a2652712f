"""A change: one thing that somebody could do so that an order is served.

Each is made of words with figures, of a size that compares with others of its kind, and of a pure function that returns
job and airspace as they would be. Functions here never look whether a change helps: :mod:`planner.explaining.trials`
does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias

from airspace.model.gates import Gate
from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from planner.model.jobs import Job
from planner.model.orders import Order

World: TypeAlias = tuple[Job, Airspace]
"""All that a plan is made from."""


class Kind(StrEnum):
    """What a change is about; of one kind only the smallest that holds is told."""

    LATER = "due later"
    EARLIER = "ready earlier"
    DAY_END = "longer day"
    DAY_START = "earlier day"
    SPLIT = "split"
    CUSTODY = "hand-over level"
    TWO_PERSON_HOURS = "two persons longer"
    OTHER_PAD = "other pad"
    BY_ITSELF = "by itself"
    SHARED = "may share a sortie"
    VALUE_CAP = "value cap"
    GOODS = "approval of goods"
    COLD_CHAIN = "cold chain"
    PRECLEARED = "pre-cleared"
    CUSTOMS_HOURS = "customs longer"
    GATE_HOURS = "gate longer"
    PERMIT = "permit"
    PERMIT_HOURS = "permits longer"
    PAD_HOURS = "pad longer"
    SLOT = "slot"
    DRONE = "drone"
    SPARE = "spare pack"
    CHARGER = "charger"
    CHARGED = "charged"
    ALTERNATE = "alternate"
    CORRIDOR = "corridor"
    LEVEL = "level"
    PRIORITY = "priority"
    AGAIN = "plan again"
    """No change at all: the day has room for the order as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that somebody could do."""

    kind: Kind
    words: str
    """For a person, with the figures, without a full stop."""
    size: float
    unit: str
    """Of the size, such as ``min``; of one kind always the same."""
    orders: tuple[str, ...]
    """Ids of the orders that have to be served for it to hold: the order itself, or what it is split into."""
    reroutes: bool = False
    """Whether other flights may be flown with it; without, those of the job as it is are flown."""
    apply: Callable[[Job, Airspace], World] = field(repr=False, compare=False)
    """Returns job and airspace as they would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Changes of one kind from the smallest to the largest, each holding whenever a smaller one does."""

    steps: int
    at: Callable[[int], Change]
    """By number, from 1 to ``steps``."""


def single(change: Change) -> Scale:
    """Return a scale of one step."""
    return Scale(steps=1, at=lambda _: change)


def with_order(job: Job, order_id: str, **fields: Any) -> Job:
    """Return a job with one order changed; fields of its consignment may be given alike."""
    return replace(job, orders=tuple(_changed(o, fields) if o.id == order_id else o for o in job.orders))


def _changed(order: Order, fields: dict[str, Any]) -> Order:
    of_goods = {key: value for key, value in fields.items() if hasattr(order.consignment, key)}
    of_order = {key: value for key, value in fields.items() if key not in of_goods}
    return replace(order, consignment=replace(order.consignment, **of_goods), **of_order)


def with_pads(sky: Airspace, changed: Callable[[Pad], Pad], ids: Iterable[str]) -> Airspace:
    """Return an airspace with some of its pads changed."""
    chosen = frozenset(ids)
    return replace(sky, pads=tuple(changed(pad) if pad.id in chosen else pad for pad in sky.pads))


def with_gate(sky: Airspace, gate_id: str, changed: Callable[[Gate], Gate]) -> Airspace:
    """Return an airspace with one of its gates changed."""
    return replace(sky, gates=tuple(changed(gate) if gate.id == gate_id else gate for gate in sky.gates))
