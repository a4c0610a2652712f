"""Whether a drone can get there and back: weather, wind, what its packs hold, and ways out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from planner.model.orders import worth
from planner.model.plans import Reason, Unserved
from planner.model.weather import Weather
from planner.physics.batteries import capacity_wh, most_usable_wh
from planner.physics.weather import strongest_mps
from planner.solving.hops import Hop
from planner.solving.needs import flyable_chance, quantile_wh, with_way_out_wh
from planner.solving.reasons.cases import Case


def weather(case: Case) -> Unserved | None:
    """Return an answer when the weather keeps every drone at the hub on the ground all day."""
    kinds = [group.kind for group in case.kinds]
    if any(case.may_launch(kind) for kind in kinds):
        return None
    hardiest = max(kinds, key=lambda kind: kind.max_wind_mps)
    causes = [cause for piece in case.tables.slices for cause in case.tables.grounded(hardiest, piece)]
    # A warning that keeps everything on the ground comes before limits of a type, and wind before the rest.
    cause = min(causes, key=lambda cause: (bool(cause.figures), not cause.wind))
    return case.says(Reason.WIND if cause.wind else Reason.WEATHER, cause.words, **cause.figures)


def wind(case: Case) -> Unserved | None:
    """Return an answer when the wind or the weather on the way lets no way out and back be flown."""
    if case.loads():
        return None
    flights = [flight for _, way in case.ways() for flight in way if not flight.flyable]
    least_mps = case.trips.policy.min_ground_speed_mps
    for flight in flights:
        for cause in flight.grounded:
            return case.says(Reason.WIND if cause.wind else Reason.WEATHER, cause.words, **cause.figures)
    wind_mps = max(strongest_mps(flight.weather) for flight in flights)
    text = f"a wind of {wind_mps:g} m/s leaves too little speed over ground on the way"
    return case.says(Reason.WIND, text, wind_mps=wind_mps, min_ground_speed_mps=least_mps)


def energy(case: Case) -> Unserved | None:
    """Find the way that asks for the smallest share of its battery, and say when even that is too much."""
    needs = [Need.of(case, number, hops) for number, hops in case.courses()]
    least = min(needs, key=lambda need: (need.share, need.needed_wh))
    if least.needed_wh <= least.usable_wh:
        return None
    if not math.isfinite(least.needed_wh):
        return _too_strong(case, least.way, least, least.flyable_chance)
    reason = Reason.BATTERY_RANGE if least.share > 1 else Reason.RESERVE
    text = (
        f"{least.way} is {least.distance_m / 1000:.1f} km; {least.name} needs {least.needed_wh:,.0f} Wh "
        f"({least.chance:.1%} sure), and may use {least.usable_wh:,.0f} of {least.capacity_wh:,.0f} Wh with the "
        "reserve kept"
    )
    return case.says(
        reason, text, needed_wh=least.needed_wh, forecast_wh=least.forecast_wh, usable_wh=least.usable_wh,
        capacity_wh=least.capacity_wh, distance_m=least.distance_m, chance=least.chance,
    )  # fmt: skip


def way_out(case: Case) -> Unserved | None:
    """Say from above which pad there is no way out to an alternate that the packs are enough for."""
    if not case.tables.alternates:
        return None
    lost = [_lost(case, number, hops) for number, hops in case.courses()]
    return None if not all(lost) else max((found for found in lost if found), key=lambda item: item[0])[1]


def _lost(case: Case, number: int, hops: Sequence[Hop]) -> tuple[float, Unserved] | None:
    """Return the first hop of a trip without a way out, with the energy left over; None when all have one."""
    need = Need.of(case, number, hops)
    for at, hop in enumerate(hops):
        ways = case.trips.ways_out.above(hop, number, case.piece_of(number, hops))
        pad = hop.flight.to_pad
        if not ways:
            text = f"from above {pad} no alternate that may take the order can be reached"
            return -math.inf, case.says(Reason.RESERVE, text, usable_wh=need.usable_wh)
        needs_wh = [with_way_out_wh(case.tables, hops, at, number, way) for way in ways]
        needed_wh, way = min(zip(needs_wh, ways, strict=True), key=lambda pair: pair[0])
        if not math.isfinite(needed_wh):
            likeliest = max(flyable_chance(hops[: at + 1], way) for way in ways)
            return -math.inf, _too_strong(case, f"to above {pad} and on to an alternate", need, likeliest)
        if needed_wh > need.usable_wh:
            text = (
                f"if {pad} cannot be landed on, {need.name} would need {needed_wh:,.0f} Wh to the alternate "
                f"{way.alternate} ({need.chance:.1%} sure), and may use {need.usable_wh:,.0f} Wh with the reserve "
                "kept"
            )
            numbers = {"needed_wh": needed_wh, "usable_wh": need.usable_wh, "alternate_wh": way.energy_wh}
            return need.usable_wh - needed_wh, case.says(Reason.RESERVE, text, chance=need.chance, **numbers)
    return None


def _too_strong(case: Case, where: str, need: Need, flyable: float) -> Unserved:
    """Say that the wind may well be too much stronger than forecast, or come from too bad a side."""
    weather, least_mps = need.weather, case.trips.policy.min_ground_speed_mps
    wind_mps = strongest_mps(weather)
    text = (
        f"with {wind_mps:g} m/s of wind forecast, {weather.wind_error_mps:g} m/s and {weather.wind_error_deg:g} "
        f"degrees uncertain, {where} can be flown with a chance of {flyable:.1%}; {need.chance:.1%} is asked for"
    )
    return case.says(
        Reason.WIND, text, wind_mps=wind_mps, wind_error_mps=weather.wind_error_mps,
        wind_error_deg=weather.wind_error_deg, min_ground_speed_mps=least_mps, flyable_chance=flyable,
        chance=need.chance,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one way of serving an order asks of the best packs that may fly it."""

    name: str
    """Of the drone type."""
    way: str
    """From where to where it is, in words."""
    chance: float
    forecast_wh: float
    needed_wh: float
    usable_wh: float
    capacity_wh: float
    distance_m: float
    weather: Weather
    """Of the first flight, and so of all."""
    flyable_chance: float
    """That the wind lets the whole of it be flown."""

    @classmethod
    def of(cls, case: Case, number: int, hops: Sequence[Hop]) -> Need:
        """Return what a trip with a group asks for."""
        group, policy = case.tables.groups[number], case.trips.policy
        return cls(
            name=group.kind.name,
            way="out and back" if group.returns else f"from {group.start_pad} on to {group.end_pad}",
            chance=policy.chance(worth([case.order])),
            forecast_wh=sum(hop.energy_wh for hop in hops),
            needed_wh=quantile_wh(case.tables, hops, number),
            usable_wh=most_usable_wh(group.drones, group.kind, policy, hops[0].flight.weather),
            capacity_wh=max(capacity_wh(drone, group.kind) for drone in group.drones),
            distance_m=sum(hop.flight.distance_m for hop in hops),
            weather=hops[0].flight.weather,
            flyable_chance=flyable_chance(hops),
        )

    @property
    def share(self) -> float:
        """Of what the packs hold."""
        return self.needed_wh / self.capacity_wh
