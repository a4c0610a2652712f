"""What is asked: orders, and the consignments in the box."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from airspace.model.checking import need_id
from airspace.model.pads import Custody
from planner.model.goods import LITHIUM, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """What is in the box, and how it must be treated."""

    mass_kg: float
    """Gross, with packaging."""
    declared_value: float
    currency: str
    """ISO 4217."""
    custody: Custody = Custody.STAFFED
    """The least custody level of any pad that may receive it."""
    temp_min_c: float | None = None
    temp_max_c: float | None = None
    max_minutes: float | None = None
    """The longest time on board, for cold chain: from take-off at the hub, or from the landing where it is taken over,
    to hand-over."""
    dangerous_goods: str = ""
    """UN number such as ``UN3480``, or class such as ``6.2``; empty when none."""
    volume_l: float | None = None
    """Litres of the box, with packaging; None when nobody has told."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mass_kg) and self.mass_kg > 0):
            raise ValueError(f"consignment: expected mass_kg > 0, got {self.mass_kg}")
        if self.volume_l is not None and not 0 < self.volume_l < math.inf:
            raise ValueError(f"consignment: expected volume_l > 0, got {self.volume_l}")
        if not (math.isfinite(self.declared_value) and self.declared_value >= 0):
            raise ValueError(f"consignment: expected declared_value >= 0, got {self.declared_value}")
        if self.max_minutes is not None and not self.max_minutes > 0:
            raise ValueError(f"consignment: expected max_minutes > 0, got {self.max_minutes}")
        if self.dangerous_goods and canonical(self.dangerous_goods) != self.dangerous_goods:
            raise ValueError(
                f"consignment: expected dangerous_goods as {canonical(self.dangerous_goods)}, "
                f"got {self.dangerous_goods!r}"
            )

    @property
    def lithium(self) -> str:
        """What kind of lithium cells it is or holds, in words; empty when none are declared."""
        return LITHIUM.get(self.dangerous_goods, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One transport that is asked for: from a hub to a pad, from a pad to a hub, or from pad to pad.

    A hub is where drones have their home. What lies there leaves with one that stands there; what lies at any other pad
    is taken over there, on the way, by a drone of any hub.
    """

    id: str
    from_pad: str
    to_pad: str
    consignment: Consignment
    ready_at: datetime
    """When it can leave the hub, or be taken over at its pad; UTC."""
    due_at: datetime
    """The latest hand-over; UTC."""
    priority: int = 1
    """How many times the policy's penalty it costs to leave it out."""
    precleared: str = ""
    """What customs call their approval to cross without clearing on the day; empty when there is none."""
    together: str = ""
    """Label of orders that fly in one sortie, all of them or none; empty when there is none."""
    apart: str = ""
    """Label of orders no two of which share a sortie; empty when there is none."""
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def __post_init__(self) -> None:
        need_id("order", self.id)
        if self.ready_at.tzinfo is None or self.due_at.tzinfo is None:
            raise ValueError(f"order '{self.id}': expected times with an offset from UTC, got naive ones")
        if not self.ready_at < self.due_at:
            raise ValueError(f"order '{self.id}': expected ready_at before due_at, got {self.ready_at}, {self.due_at}")
        if self.from_pad == self.to_pad:
            raise ValueError(f"order '{self.id}': expected two different pads, got '{self.to_pad}' twice")
        if self.priority < 1:
            raise ValueError(f"order '{self.id}': expected priority >= 1, got {self.priority}")


def companies(orders: Iterable[Order]) -> dict[str, tuple[Order, ...]]:
    """Return the orders that fly together, by their label."""
    found: dict[str, tuple[Order, ...]] = {}
    for order in orders:
        if order.together:
            found[order.together] = (*found.get(order.together, ()), order)
    return found


def kept_apart(orders: Iterable[Order]) -> bool:
    """Tell whether no two of some orders have to be kept apart."""
    labels = [order.apart for order in orders if order.apart]
    return len(labels) == len(set(labels))


def known_volume_l(orders: Iterable[Order]) -> float:
    """Return the litres of those of some orders that tell theirs, without the noise of floats."""
    return round(sum(order.consignment.volume_l or 0.0 for order in orders), 9)


def worth(orders: Iterable[Order]) -> float:
    """Return the declared value of some orders."""
    return sum(order.consignment.declared_value for order in orders)


def worth_by_pad(orders: Iterable[Order]) -> dict[str, float]:
    """Return the declared value of some orders by the pad they go to."""
    values: dict[str, float] = {}
    for order in orders:
        values[order.to_pad] = values.get(order.to_pad, 0.0) + order.consignment.declared_value
    return values
