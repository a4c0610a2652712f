"""What a builder of changes goes by: an order that is not served, why, and job and airspace as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import TypeAlias

from airspace.earth.frame import GEOD
from airspace.model.pads import Pad
from airspace.model.schedules import DAY, Span
from airspace.model.skies import Airspace
from planner.explaining.changes import Change, Kind, Scale, World, with_pads
from planner.explaining.trials import Trials
from planner.model.fleets import Drone
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Unserved

DAY_STEP_MIN = 5
"""On the whole day times are tried in steps of this; alone, which is quick, minute by minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An order that is not served, and why: what a builder goes by."""

    trials: Trials
    why: Unserved
    alone: bool
    """Whether it could be served by itself, so that only the day is in its way."""

    @property
    def order(self) -> Order:
        """The order."""
        return self.trials.order

    @property
    def job(self) -> Job:
        """The job as it is."""
        return self.trials.job

    @property
    def sky(self) -> Airspace:
        """The airspace as it is."""
        return self.trials.sky

    @property
    def around(self) -> Span:
        """The job with a day on either side."""
        return self.job.start - DAY, self.job.end + DAY

    @property
    def step_min(self) -> int:
        """In which steps times are tried."""
        return DAY_STEP_MIN if self.alone else 1

    @property
    def origin(self) -> Pad:
        """The pad that the order comes from."""
        return self.sky.pad(self.order.from_pad)

    @property
    def hubs(self) -> tuple[Pad, ...]:
        """The pads where the drones live that could bring it: where it comes from, or all when it lies at none."""
        return tuple(map(self.sky.pad, self.trials.hubs))

    @property
    def handled_at(self) -> tuple[Pad, ...]:
        """The pads where somebody hands it over or takes it over: its own first, and where it is fetched from."""
        return (self.pad,) if self.order.from_pad in self.trials.hubs else (self.pad, self.origin)

    @property
    def called_at(self) -> tuple[Pad, ...]:
        """The pads that a sortie for it calls at, or may begin from: its own first."""
        return tuple({pad.id: pad for pad in (self.pad, self.origin, *self.hubs)}.values())

    @property
    def pad(self) -> Pad:
        """The pad that the order goes to."""
        return self.sky.pad(self.order.to_pad)

    @property
    def fleet(self) -> tuple[Drone, ...]:
        """The drones that could bring it."""
        return self.trials.fleet

    def change(
        self,
        kind: Kind,
        words: str,
        size: float,
        unit: str,
        apply: Callable[[Job, Airspace], World],
        *,
        reroutes: bool = False,
        orders: tuple[str, ...] = (),
    ) -> Change:
        """Return a change for the order."""
        served = orders or (self.order.id,)
        return Change(kind=kind, words=words, size=size, unit=unit, orders=served, reroutes=reroutes, apply=apply)

    def minutes(self, most_min: float, at: Callable[[int], Change]) -> Scale:
        """Return the scale of a change that is told in minutes."""
        return Scale(steps=max(0, ceil(most_min / self.step_min)), at=lambda step: at(step * self.step_min))

    def clock(self, moment: datetime) -> str:
        """Tell a time by the clock of the job."""
        return f"{moment + self.job.utc_offset:%H:%M}"


Builder: TypeAlias = Callable[[Ask], Iterable[Scale]]


def on_pads(ids: Iterable[str], **fields: object) -> Callable[[Job, Airspace], World]:
    """Return what changes fields of some pads."""
    chosen = tuple(ids)
    return lambda job, sky: (job, with_pads(sky, lambda pad: replace(pad, **fields), chosen))  # type: ignore[arg-type]


def others(ask: Ask, wanted: Callable[[Pad], bool]) -> list[Pad]:
    """Return the pads of a sort that the order neither comes from nor goes to, nearest to its pad first."""
    ends = {ask.origin.id, ask.pad.id}
    return sorted((pad for pad in ask.sky.pads if pad.id not in ends and wanted(pad)), key=lambda pad: off_m(ask, pad))


def off_m(ask: Ask, pad: Pad) -> float:
    """Return how far a pad is from the one that the order goes to, on the ellipsoid."""
    return float(GEOD.inv(ask.pad.lon, ask.pad.lat, pad.lon, pad.lat)[2])


def policy_with(**fields: object) -> Callable[[Job, Airspace], World]:
    """Return what changes fields of the policy."""
    return lambda job, sky: (replace(job, policy=replace(job.policy, **fields)), sky)  # type: ignore[arg-type]
