"""Customs: which orders have to clear, and at which pads they can."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from planner.model.jobs import Job
from planner.model.orders import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Customs:
    """What a job asks of orders that cross a boundary."""

    asked: bool
    sides: Mapping[str, frozenset[str]]
    """By pad, the jurisdictions it lies in."""
    posts: tuple[Pad, ...]
    """Where goods can clear, by id."""

    @classmethod
    def of(cls, job: Job, sky: Airspace) -> Customs:
        """Find out what the policy asks; one that says nothing asks as soon as any pad clears customs."""
        posts = tuple(sorted((pad for pad in sky.pads if pad.customs_windows is not None), key=lambda pad: pad.id))
        sides = {
            pad.id: frozenset(side.id for side in sky.jurisdictions if side.area.covers(pad.point)) for pad in sky.pads
        }
        asked = bool(posts) if job.policy.customs is None else job.policy.customs
        return cls(asked=asked, sides=sides, posts=posts)

    def crosses(self, order: Order) -> bool:
        """Tell whether the two pads of an order lie on different sides."""
        here, there = self.sides[order.from_pad], self.sides[order.to_pad]
        return bool(here and there) and here.isdisjoint(there)

    def needed(self, order: Order) -> bool:
        """Tell whether an order has to clear at a pad."""
        return self.asked and not order.precleared and self.crosses(order)

    def clears_at(self, pad: str) -> bool:
        """Tell whether goods can clear at a pad."""
        return any(post.id == pad for post in self.posts)

    def calls(self, orders: tuple[Order, ...], hubs: Collection[str]) -> tuple[str, ...]:
        """Return at which pads some orders of one sortie may clear together; empty text for each at its destination.

        At the hubs that it leaves and ends at it does not call on its way.
        """
        bound = [order for order in orders if self.needed(order)]
        own = ("",) if all(self.clears_at(order.to_pad) for order in bound) else ()
        return (*own, *(post.id for post in self.posts if post.id not in hubs)) if bound else ("",)

    def clearing(self, aboard: tuple[Order, ...], pad: str, call: str) -> tuple[Order, ...]:
        """Return what of some orders that have not cleared clears at a stop.

        All that has to does at the call, elsewhere what is for the pad of the stop.
        """
        return tuple(order for order in aboard if (pad == call or order.to_pad == pad) and self.needed(order))
