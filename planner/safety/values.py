"""Declared value: on one drone in a day, and at one pad at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from airspace.model.pads import Pad
from planner.model.orders import Order
from planner.model.reviews import Finding, Place
from planner.safety.cases import Case, SortieCase
from planner.safety.findings import at_most, fact
from planner.safety.rules import TIME_TOLERANCE_S, VALUE_TOLERANCE


def worth(orders: tuple[Order, ...]) -> float:
    """Return the declared value of some orders."""
    return sum(order.consignment.declared_value for order in orders)


def value_per_drone(case: Case) -> Iterator[Finding]:
    """Judge the declared value that each drone carries in the job."""
    policy = case.job.policy
    cap = policy.value_cap_per_drone_day
    if cap is None:
        yield fact("value.drone_day", "plan", holds=True, detail="not asked: the policy has no cap per drone and day")
        return
    for drone, sorties in case.by_drone.items():
        carried = sum(worth(sortie.orders) for sortie in sorties)
        told = ", ".join(sortie.subject for sortie in sorties)
        yield at_most(
            "value.drone_day", f"drone {drone}", carried, cap, policy.currency, tolerance=VALUE_TOLERANCE,
            detail=f"{carried:.2f} {policy.currency} in {told}",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """Goods that lie at a pad."""

    start: datetime
    """When they touch down."""
    end: datetime
    """When they have been taken away."""
    value: float
    subject: str


def value_at_pads(case: Case) -> Iterator[Finding]:
    """Judge the declared value that lies at each pad at its fullest moment."""
    policy = case.job.policy
    if policy.value_cap_per_pad is None or policy.pad_dwell_s is None:
        yield fact("value.pad", "plan", holds=True, detail="not asked: the policy has no cap per pad")
        return
    dwell = timedelta(seconds=policy.pad_dwell_s)
    for pad in case.sky.pads:
        lying = [item for sortie in case.sorties for item in _left_at(pad, sortie, dwell)]
        if lying:
            yield _fullest(pad, lying, policy.value_cap_per_pad, policy.currency)


def _left_at(pad: Pad, sortie: SortieCase, dwell: timedelta) -> Iterator[Lying]:
    for leg in sortie.legs:
        if leg.leg.to_pad == pad.id and leg.delivered and leg.leg.waypoints:
            yield Lying(
                start=leg.lands,
                end=max(map(leg.released, leg.delivered)) + dwell,
                value=worth(leg.delivered),
                subject=leg.subject,
            )


def _fullest(pad: Pad, lying: list[Lying], cap: float, currency: str) -> Finding:
    """Return the finding on the moment at which most lies at a pad."""

    def there(moment: datetime) -> list[Lying]:
        # What meets by the rounding of a record does not meet.
        later = moment + timedelta(seconds=TIME_TOLERANCE_S)
        return [item for item in lying if item.start <= moment and (item.start == moment or item.end > later)]

    moment = max(sorted(item.start for item in lying), key=lambda start: sum(item.value for item in there(start)))
    found = there(moment)
    value = sum(item.value for item in found)
    return at_most(
        "value.pad", f"pad '{pad.id}'", value, cap, currency, tolerance=VALUE_TOLERANCE,
        where=Place(lon=pad.lon, lat=pad.lat, alt_amsl_m=pad.elevation_amsl_m, t=moment),
        detail=f"{value:.2f} {currency} at one time, brought by {', '.join(item.subject for item in found)}",
    )  # fmt: skip
