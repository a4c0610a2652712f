"""Hops: the legs of a trip in seconds after its take-off, what is on board, and the pads they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from planner.model.fleets import DroneType
from planner.model.jobs import Policy
from planner.model.orders import Order
from planner.physics.energy import Phases
from planner.solving.flights import Flight
from planner.solving.tables import Tables

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One leg of a trip, exact."""

    flight: Flight
    payload_kg: float
    energy_wh: float
    starts_s: float
    """After the take-off of the trip."""
    lands_s: float
    ends_s: float
    """With the hand-over, where there is one, and with customs where the drone waits for them."""
    hover_s: float = 0.0
    """How long it takes to hand over and take over what is due there, at one time; nothing at the hub."""
    aboard: tuple[Order, ...] = ()
    """From its take-off."""
    takes: tuple[Order, ...] = ()
    """What is taken over where it lands."""
    clears: tuple[Order, ...] = ()
    """What clears customs where it lands."""
    dwell_s: float = 0.0
    """How long that takes after the hand-over."""
    energies_wh: Floats = field(default_factory=lambda: np.zeros(1), compare=False)
    """Planned energy in every scenario of the forecast's error; shape (scenarios,)."""

    @property
    def above_s(self) -> float:
        """When it is above the pad that it goes to."""
        return self.lands_s - self.flight.descent_s

    @property
    def landing(self) -> Phases:
        """The phases at its end that are not flown on a way out: down to the pad, and the hand-over."""
        still = np.zeros(())
        return Phases(
            climb_s=still, cruise_s=still, descent_s=np.asarray(self.flight.descent_s), hover_s=np.asarray(self.hover_s)
        )

    @property
    def hover_kg(self) -> float:
        """What the hand-over is flown with: the heavier of what it comes with and what it leaves with."""
        return heavier_kg(self.payload_kg, self.aboard, self.takes, self.flight.to_pad)

    @property
    def handed_s(self) -> float:
        """When the hand-over has ended."""
        return self.lands_s + self.hover_s

    @property
    def cleared_s(self) -> float:
        """When customs have cleared what clears there."""
        return self.handed_s + self.dwell_s

    @property
    def delivers(self) -> tuple[Order, ...]:
        """What is handed over where it lands."""
        return tuple(order for order in self.aboard if order.to_pad == self.flight.to_pad)

    @property
    def released_s(self) -> float:
        """When all that is handed over there can be had by whoever waits for it."""
        return max((self.released_after_s(order) for order in self.delivers), default=self.handed_s)

    def released_after_s(self, order: Order) -> float:
        """Return when an order handed over there can be had."""
        return self.cleared_s if order in self.clears else self.handed_s


def load_kg(orders: Iterable[Order]) -> float:
    """Return what some orders weigh."""
    return round(sum(order.consignment.mass_kg for order in orders), 4)


def heavier_kg(payload_kg: float, aboard: Iterable[Order], takes: Sequence[Order], pad: str) -> float:
    """Return the heavier of the loads before and after a landing at a pad."""
    if not takes:
        return payload_kg
    return max(payload_kg, load_kg([*(order for order in aboard if order.to_pad != pad), *takes]))


def taken_s(order: Order, hops: Iterable[Hop]) -> float:
    """Return when an order comes on board: at the take-off, or at the landing where it is taken over."""
    return next((hop.lands_s for hop in hops if order in hop.takes), 0.0)


def handing(order: Order, hops: Iterable[Hop]) -> Hop:
    """Return the hop at whose end an order is handed over."""
    return next(hop for hop in hops if order in hop.delivers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Time that a trip holds a pad, in seconds after its take-off; before it, when negative."""

    pad: str
    from_s: float
    until_s: float


def holds(hops: Sequence[Hop], tables: Tables) -> list[Hold]:
    """Return when a trip holds which pads.

    A delivery pad is held from the start of the descent until the climb away has ended; the hubs that it leaves and
    ends at for their turnaround before and after as well.
    """
    start, end = tables.sky.pad(hops[0].flight.from_pad), tables.sky.pad(hops[-1].flight.to_pad)
    held = [Hold(pad=start.id, from_s=-start.turnaround_s, until_s=hops[0].flight.climb_s)]
    for landing, leaving in pairwise(hops):
        until_s = leaving.starts_s + leaving.flight.climb_s
        held.append(Hold(pad=landing.flight.to_pad, from_s=landing.lands_s - landing.flight.descent_s, until_s=until_s))
    last = hops[-1]
    until_s = last.lands_s + end.turnaround_s
    held.append(Hold(pad=end.id, from_s=last.lands_s - last.flight.descent_s, until_s=until_s))
    return held


def lone_hop(flight: Flight, kind: DroneType, tables: Tables, *, payload_kg: float) -> Hop:
    """Return a flight by itself, with a load and a hand-over at its end."""
    hover_s, lands_s = tables.job.policy.handover_s, flight.flown_s
    return Hop(
        flight=flight,
        payload_kg=payload_kg,
        energy_wh=tables.leg_energy_wh(flight, kind, payload_kg=payload_kg, hover_s=hover_s),
        starts_s=0.0,
        lands_s=lands_s,
        ends_s=lands_s + hover_s,
        hover_s=hover_s,
        energies_wh=tables.leg_energies_wh(flight, kind, payload_kg=payload_kg, hover_s=hover_s),
    )


def goods_refused(hop: Hop, policy: Policy) -> tuple[str, ...]:
    """Return the sides that a hop passes with dangerous goods on board for which no approval is held."""
    goods = {order.consignment.dangerous_goods for order in hop.aboard} - {""}
    sides = hop.flight.passage.jurisdictions or ("",)
    return tuple(side for side in sides if not all(policy.goods_approval(one, side) for one in goods))
