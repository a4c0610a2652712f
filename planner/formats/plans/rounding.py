"""The decimals of a record, and a plan rounded to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from planner.model.plans import Crossing, Delivery, Filing, Ledger, Leg, Plan, Sortie, WayOut, Waypoint
from planner.model.profiles import Profile

DEGREES, METRES, SECONDS, WATT_HOURS, KILOGRAMS, MONEY, SHARES, OTHERS = 7, 2, 3, 3, 4, 2, 6, 6
"""Decimals of the record. 1e-7 degrees is about a centimetre; times go to the millisecond."""

PROFILE_DECIMALS = {
    "along_m": 1,
    "t_s": 1,
    "lon": 6,
    "lat": 6,
    "alt_amsl_m": 1,
    "ground_amsl_m": 1,
    "floor_amsl_m": 1,
    "cap_amsl_m": 1,
    "ground_speed_mps": 2,
    "air_speed_mps": 2,
    "power_w": 1,
    "energy_wh": WATT_HOURS,
    "state_of_charge": 4,
    "reserve_wh": 1,
}
"""Those of a profile, which is to be looked at and not to be flown: 1e-6 degrees is some ten centimetres."""

LEDGER_WH = ("median_wh", "trip_wh", "contingency_wh", "alternate_wh", "final_reserve_wh", "margin_wh")
WAY_OUT_WH = ("energy_wh", "needed_wh", "margin_wh")
"""Figures of a ledger and of a way out, all in watt-hours."""

FILING_TIMES = ("first_flight", "latest_at", "indicative_at", "reply_by")

Option: TypeAlias = str | int | float | bool | None


def rounded(plan: Plan) -> Plan:
    """Return a plan with every figure at the decimals of the record, times in UTC to the millisecond."""
    return replace(
        plan,
        start=to_millisecond(plan.start),
        end=to_millisecond(plan.end),
        created_by=replace(plan.created_by, options=_rounded_options(plan.created_by.options)),
        sorties=tuple(_rounded_sortie(sortie) for sortie in plan.sorties),
        unserved=tuple(replace(item, numbers=_rounded_numbers(item.numbers)) for item in plan.unserved),
        totals=replace(
            plan.totals,
            cost=to_decimals(plan.totals.cost, MONEY),
            distance_m=to_decimals(plan.totals.distance_m, METRES),
            energy_wh=to_decimals(plan.totals.energy_wh, WATT_HOURS),
            flight_s=to_decimals(plan.totals.flight_s, SECONDS),
        ),
        filings=tuple(_rounded_filing(filing) for filing in plan.filings),
        bound=replace(
            plan.bound,
            lower=None if plan.bound.lower is None else to_decimals(plan.bound.lower, MONEY),
            gap=None if plan.bound.gap is None else to_decimals(plan.bound.gap, SHARES),
        ),
    )


def _rounded_filing(filing: Filing) -> Filing:
    told = {name: getattr(filing, name) for name in FILING_TIMES}
    times: dict[str, Any] = {name: to_millisecond(moment) for name, moment in told.items() if moment is not None}
    return replace(filing, **times)


def _rounded_sortie(sortie: Sortie) -> Sortie:
    return replace(
        sortie,
        departs=to_millisecond(sortie.departs),
        returns=to_millisecond(sortie.returns),
        legs=tuple(_rounded_leg(leg) for leg in sortie.legs),
        ledger=None if sortie.ledger is None else _rounded_ledger(sortie.ledger),
    )


def _rounded_ledger(ledger: Ledger) -> Ledger:
    figures: dict[str, Any] = {name: to_decimals(getattr(ledger, name), WATT_HOURS) for name in LEDGER_WH}
    return replace(ledger, chance=to_decimals(ledger.chance, SHARES), **figures)


def _rounded_way_out(way: WayOut) -> WayOut:
    figures: dict[str, Any] = {name: to_decimals(getattr(way, name), WATT_HOURS) for name in WAY_OUT_WH}
    return replace(way, waypoints=tuple(_rounded_waypoint(waypoint) for waypoint in way.waypoints), **figures)


def _rounded_leg(leg: Leg) -> Leg:
    return replace(
        leg,
        payload_kg=to_decimals(leg.payload_kg, KILOGRAMS),
        distance_m=to_decimals(leg.distance_m, METRES),
        duration_s=to_decimals(leg.duration_s, SECONDS),
        energy_wh=to_decimals(leg.energy_wh, WATT_HOURS),
        soc_start=to_decimals(leg.soc_start, SHARES),
        soc_end=to_decimals(leg.soc_end, SHARES),
        reserve_wh=to_decimals(leg.reserve_wh, WATT_HOURS),
        waypoints=tuple(_rounded_waypoint(waypoint) for waypoint in leg.waypoints),
        crossings=tuple(_rounded_crossing(crossing) for crossing in leg.crossings),
        deliveries=tuple(_rounded_delivery(delivery) for delivery in leg.deliveries),
        pickups=tuple(replace(pickup, t=to_millisecond(pickup.t)) for pickup in leg.pickups),
        way_out=None if leg.way_out is None else _rounded_way_out(leg.way_out),
        profile=None if leg.profile is None else rounded_profile(leg.profile),
    )


def rounded_profile(profile: Profile) -> Profile:
    """Return a profile with every column at the decimals of the record."""

    def column(name: str, decimals: int) -> tuple[float | None, ...]:
        return tuple(None if value is None else to_decimals(value, decimals) for value in getattr(profile, name))

    rounded_columns: dict[str, Any] = {name: column(name, decimals) for name, decimals in PROFILE_DECIMALS.items()}
    return replace(profile, **rounded_columns)


def _rounded_delivery(delivery: Delivery) -> Delivery:
    return replace(
        delivery,
        t=to_millisecond(delivery.t),
        taken_s=to_decimals(delivery.taken_s, SECONDS),
        quantile_s=to_decimals(delivery.quantile_s, SECONDS),
    )


def _rounded_crossing(crossing: Crossing) -> Crossing:
    return replace(
        crossing,
        lon=to_decimals(crossing.lon, DEGREES),
        lat=to_decimals(crossing.lat, DEGREES),
        alt_amsl_m=to_decimals(crossing.alt_amsl_m, METRES),
        t=to_millisecond(crossing.t),
    )


def _rounded_waypoint(waypoint: Waypoint) -> Waypoint:
    return Waypoint(
        lon=to_decimals(waypoint.lon, DEGREES),
        lat=to_decimals(waypoint.lat, DEGREES),
        alt_amsl_m=to_decimals(waypoint.alt_amsl_m, METRES),
        alt_agl_m=to_decimals(waypoint.alt_agl_m, METRES),
        t=to_millisecond(waypoint.t),
    )


def _rounded_numbers(numbers: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType({name: to_decimals(value, OTHERS) for name, value in sorted(numbers.items())})


def _rounded_options(options: Mapping[str, Option]) -> Mapping[str, Option]:
    return MappingProxyType(
        {
            name: to_decimals(value, OTHERS) if isinstance(value, float) else value
            for name, value in sorted(options.items())
        }
    )


def to_decimals(value: float, decimals: int) -> float:
    """Round to a number of decimals, as a float and without negative zero."""
    return round(float(value), decimals) + 0.0


def to_millisecond(moment: datetime) -> datetime:
    """Return an aware time in UTC, rounded to the millisecond."""
    exact = moment.astimezone(UTC)
    milliseconds = round(exact.microsecond / 1000)
    return exact.replace(microsecond=0) + timedelta(milliseconds=milliseconds)
