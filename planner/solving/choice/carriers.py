"""A carrier: the drones of one kind from hub to hub in arrays, with the orders of the one, for compiled search.

What a carrier allows has to hold of every sortie that can truly be flown; it may allow more. Where it allows just
what can be flown, a search over it is exact by itself; where it does not, each sortie found is worked out once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carrier:
    """Drones of one kind from hub to hub; times are seconds of the day's clock.

    Stop 0 is the hub: legs from it leave the one where sorties start, legs to it go to the one where they end.

    What there is to do is told task by task: to hand over what was on board at the take-off, or to take something over.
    What is both taken over and handed over on the way is two tasks.

    Shapes: k tasks, s stops with the hub, b phases of flight, p steps of payload.
    """

    orders: Integers
    """Numbers of the orders in the day, rising; shape (k,)."""
    stop: Integers
    """Where each is done, 1 to s - 1; shape (k,)."""
    taken_by: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    """By which task what is handed over is taken over first, -1 where by none; shape (k,), or empty for none at all."""
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

    @property
    def handed_by(self) -> Integers:
        """By which task what is taken over is handed over on the way, -1 where by none; shape (k,)."""
        found = np.full(len(self), -1, np.int64)
        pairs = np.flatnonzero(self.taken_by >= 0)
        found[self.taken_by[pairs]] = pairs
        return found

    def least_money(self) -> Floats:
        """Return what every leg costs at least, with whatever load; infinite where there is no way; shape (s, s)."""
        steps = int(np.ceil(self.most_kg / self.step_kg - 1e-9)) + 1
        energy_wh = self.phases_s @ self.power_w[:, :steps].min(axis=1) / SECONDS_PER_HOUR
        flown, way_s = np.isfinite(self.leg_s), np.where(np.isfinite(self.leg_s), self.leg_s, 0.0)
        return np.where(flown, self.leg_cost + self.cost_per_wh * energy_wh + self.cost_per_s * way_s, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holding:
    """Which limits of the day a carrier's sorties count against, and for how long; -1 where there is none."""

    drones: int
    packs: int
    hub_slots: int
    pad_slots: Integers
    """By stop, shape (s,); that of the hub is not read."""
    climb_s: float
    """From take-off until a pad is free again."""
    descent_s: float
    """From when a pad has to be free until touch-down."""
    turnaround_s: float
    """At the hub, before a take-off and after a landing."""
    swap_s: float
    """From landing until the drone may fly again."""
    recharge_s: float
    """From landing until the pack may."""

    @classmethod
    def nothing(cls, *, stops: int) -> Holding:
        """Return what counts against no limit at all."""
        return cls(
            drones=-1, packs=-1, hub_slots=-1, pad_slots=np.full(stops, -1, np.int64), climb_s=0.0, descent_s=0.0,
            turnaround_s=0.0, swap_s=0.0, recharge_s=0.0,
        )  # fmt: skip
