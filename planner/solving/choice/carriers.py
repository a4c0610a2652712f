"""A carrier: the drones of one kind at one hub in arrays, with the orders that lie there, for compiled search.

What a carrier allows has to hold of every sortie that can truly be flown; it may allow more. Where it allows just
what can be flown, a search over it is exact by itself; where it does not, each sortie found is worked out once more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carrier:
    """Drones of one kind at one hub; times are seconds of the day's clock, stop 0 is the hub.

    Shapes: k orders, s stops with the hub, b phases of flight, p steps of payload.
    """

    orders: Integers
    """Numbers of the orders in the day, rising; shape (k,)."""
    stop: Integers
    """Where each goes, 1 to s - 1; shape (k,)."""
    mass_kg: Floats
    value: Floats
    ready_s: Floats
    """A sortie does not leave before."""
    opens_s: Floats
    """The hand-over does not begin before; a drone that comes earlier waits on the ground, if it may."""
    due_s: Floats
    """The hand-over does not begin later."""
    service_s: Floats
    """How long the hand-over takes; orders of one landing are handed over together, in the longest of theirs."""
    longest_s: Floats
    """From the take-off at the hub to the end of the hand-over; shape (k,)."""
    leg_s: Floats
    """From take-off at one stop to touch-down at another; infinite where there is no way; shape (s, s)."""
    leg_cost: Floats
    """What a leg costs besides its time and energy; shape (s, s)."""
    phases_s: Floats
    """How long each leg spends in each phase, its hand-over included; shape (s, s, b)."""
    power_w: Floats
    """What each phase takes with no payload, one step, two steps ...; shape (b, p)."""
    step_kg: float
    beyond_wh: Floats
    """More than the landing at a stop takes, what going on to an alternate takes at least; minus infinity where none
    is asked for; shape (s,)."""
    cost_per_sortie: float
    cost_per_s: float
    cost_per_wh: float
    most_orders: int
    most_kg: float
    most_value: float
    most_wh: float
    waits: bool
    """Whether a drone may wait at a pad for it to open."""
    opens_day_s: float = 0.0
    ends_day_s: float
    """No drone is away before the one or after the other."""

    def __len__(self) -> int:
        return len(self.orders)


def table_of(
    carrier: Carrier,
) -> tuple[Floats, Floats]:
    """Return the energy and the cost of every leg of an empty drone; shape (s, s) each.

    Both are the least that the leg takes with any payload, as long as power does not fall with payload.
    """
    energy_wh = carrier.phases_s @ carrier.power_w[:, 0] / SECONDS_PER_HOUR
    money = carrier.leg_cost + carrier.cost_per_wh * energy_wh + carrier.cost_per_s * carrier.leg_s
    return energy_wh, money
