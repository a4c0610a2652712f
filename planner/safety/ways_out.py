"""Ways out: that from above every pad a sortie flies to there is energy to go on to an alternate that is open then.

Above its pad is the tightest moment of a leg: wherever else the drone is, it can follow the leg to there and go on, and
what it still has then is less by just what that takes. The lines of ways out are judged by the rules of every other
line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from airspace.earth.frame import GEOD
from airspace.model.pads import Pad
from planner.model.plans import WayOut
from planner.model.reviews import Finding
from planner.safety.cases import Case, LegCase, SortieCase, place_of
from planner.safety.chances import Errors, Taken, errors_of, spread_wh, surely_wh, taken
from planner.safety.energies import derived_wh, heavier_wh, payload_kg, start_wh, weather_of
from planner.safety.findings import agrees, at_least, at_most, fact
from planner.safety.flights import SECONDS_PER_HOUR
from planner.safety.powers import watts_of
from planner.safety.rules import (
    ENERGY_SHARE,
    ENERGY_TOLERANCE_WH,
    LEVEL_TOLERANCE_M,
    PAD_HEIGHT_TOLERANCE_M,
    PAD_TOLERANCE_M,
    RESERVE_SHARE_OF_USED,
    TIME_TOLERANCE_S,
)
from planner.safety.winds import air_density, blown, ground_between


@dataclass(frozen=True, slots=True, kw_only=True)
class Sure:
    """What is not exceeded with the chance that is asked for."""

    needed_wh: float
    spread_wh: float
    """How far off it may be told with other steps of the errors."""


def way_known(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge that a leg tells a way out, to a pad that may take what is on board, and is open when it gets there."""
    if not any(pad.is_alternate for pad in case.sky.pads):
        return
    way, subject = leg.leg.way_out, leg.subject
    if way is None:
        yield fact("energy.alternate", subject, holds=False, detail="the record tells no way out")
        return
    pad = next((pad for pad in case.sky.pads if pad.id == way.alternate), None)
    if pad is None or not pad.is_alternate or pad.id == leg.leg.to_pad:
        detail = f"'{way.alternate}' is no alternate beside the leg's own pad"
        yield fact("energy.alternate", subject, holds=False, detail=detail)
        return
    flown = case.way_of(leg)
    if flown is None or not flown.measurable:
        detail = f"the way out cannot be flown: {'; '.join(flown.faults) if flown else 'no line'}"
        yield fact("energy.alternate", subject, holds=False, detail=detail)
        return
    start = way.waypoints[0].t
    end = way.waypoints[-1].t + timedelta(seconds=case.job.policy.final_hover_s)
    open_then = pad.schedule.covers(start, end)
    yield fact(
        "energy.alternate", f"{subject}, hours of alternate {pad.id}", holds=open_then,
        detail=f"{'open' if open_then else 'not open'} from {start:%H:%M:%S} to {end:%H:%M:%S} UTC",
    )  # fmt: skip
    offers = pad.custody_during(start, end)
    for order in leg.on_board:
        asked = case.job.policy.custody_asked(order.consignment)
        yield fact(
            "energy.alternate", f"{subject}, order {order.id} at alternate {pad.id}", holds=offers.meets(asked),
            detail=f"alternate {pad.id} offers {offers}, the order asks for {asked}",
        )  # fmt: skip
    yield from _joined(case, leg, way)
    yield from _arrives(leg, way, pad)


def _joined(case: Case, leg: LegCase, way: WayOut) -> Iterator[Finding]:
    """Judge that a way out begins where and when the leg is above its pad, and keeps to flight levels."""
    if not leg.measurable or len(leg.leg.waypoints) < 2:
        return
    above, first = leg.leg.waypoints[-2], way.waypoints[0]
    apart_m = float(GEOD.inv(above.lon, above.lat, first.lon, first.lat)[2])
    for what, off_m, most_m in (
        ("place", apart_m, PAD_TOLERANCE_M),
        ("height", abs(above.alt_amsl_m - first.alt_amsl_m), LEVEL_TOLERANCE_M),
    ):
        yield at_most(
            "energy.alternate", f"{leg.subject}, {what} of the way out", off_m, most_m, "m", where=place_of(first),
            detail=f"begins {off_m:.2f} m off the leg's last point above its pad",
        )  # fmt: skip
    late_s = abs((first.t - above.t).total_seconds())
    yield at_most(
        "energy.alternate", f"{leg.subject}, time of the way out", late_s, TIME_TOLERANCE_S, "s", where=place_of(first),
        detail=f"begins {late_s:.3f} s off the moment the leg is there",
    )  # fmt: skip
    levels_m = case.job.policy.levels_amsl_m
    off_m = max((min(abs(point.alt_amsl_m - m) for m in levels_m) for point in way.waypoints[:-1]), default=0.0)
    yield at_most(
        "energy.alternate", f"{leg.subject}, level of the way out", off_m, LEVEL_TOLERANCE_M, "m",
        detail=f"{off_m:.2f} m off the policy's levels",
    )  # fmt: skip


def _arrives(leg: LegCase, way: WayOut, pad: Pad) -> Iterator[Finding]:
    """Judge that a way out ends on its alternate, and comes down to it straight from above."""
    for what, point in (("end", way.waypoints[-1]), ("descent", way.waypoints[-2])):
        off_m = float(GEOD.inv(point.lon, point.lat, pad.lon, pad.lat)[2])
        yield at_most(
            "energy.alternate", f"{leg.subject}, {what} of the way out", off_m, PAD_TOLERANCE_M, "m",
            where=place_of(point), detail=f"{off_m:.2f} m from alternate {pad.id}",
        )  # fmt: skip
    over_m = abs(way.waypoints[-1].alt_amsl_m - pad.elevation_amsl_m)
    yield at_most(
        "energy.alternate", f"{leg.subject}, height at the end of the way out", over_m, PAD_HEIGHT_TOLERANCE_M, "m",
        where=place_of(way.waypoints[-1]), detail=f"{over_m:.2f} m off the height of alternate {pad.id}",
    )  # fmt: skip


def energy_sure(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that a sortie, and each way out of it, takes no more than the packs hold above the reserve, surely."""
    kind, drone = sortie.kind, sortie.drone
    if kind is None or drone is None or not all(leg.measurable for leg in sortie.legs) or not sortie.legs:
        return
    policy, errors = case.job.policy, errors_of(weather_of(case, sortie.legs[0]))
    loads = (leg.on_board for leg in sortie.legs)
    chance = policy.chance(max(sum(order.consignment.declared_value for order in load) for load in loads))
    capacity_wh = kind.battery_wh * drone.health
    usable_wh = start_wh(case, sortie) - policy.reserve_share * capacity_wh
    so_far, forecast_wh, out_wh, spread = np.zeros(len(errors.chance)), 0.0, dict[int, float](), 0.0
    for leg in sortie.legs:
        flown = _taken(case, leg, errors)
        forecast_wh += derived_wh(case, leg)
        handed_wh = leg.handover_s * flown.hover_wh_per_s + heavier_wh(case, leg)
        landing_wh = flown.last_descent_wh + handed_wh
        above_wh = so_far + flown.whole_wh - flown.last_descent_wh
        way_out = _way_out(case, leg, above_wh, forecast_wh - landing_wh, errors, chance)
        if way_out is not None:
            out_wh[leg.number] = way_out.needed_wh
            spread = max(spread, way_out.spread_wh)
            yield from _way_out_sure(case, leg, way_out, usable_wh, chance)
        so_far = so_far + flown.whole_wh + handed_wh
    # No less than as forecast: a forecast may tell the worst direction of a wind, and any error is for good.
    sure = _sure(so_far, forecast_wh, errors, kind.model_error_share, chance)
    needed_wh, spread = sure.needed_wh, max(spread, sure.spread_wh)
    yield at_least(
        "energy.chance", sortie.subject, usable_wh, needed_wh, "Wh", tolerance=RESERVE_SHARE_OF_USED * needed_wh,
        detail=f"takes no more than {needed_wh:.1f} Wh with a chance of {chance:.1%}; {usable_wh:.1f} Wh are at hand "
        "above the reserve",
    )  # fmt: skip
    yield from _ledger_agrees(case, sortie, so_far, sure, errors, chance)
    yield from _tightest_agrees(case, sortie, out_wh, replace(sure, spread_wh=spread))


def _sure(values_wh: np.ndarray, forecast_wh: float, errors: Errors, model_error: float, chance: float) -> Sure:
    """Work out what is not exceeded with a chance, and no less than as forecast."""
    return Sure(
        needed_wh=max(forecast_wh, surely_wh(values_wh, errors, model_error, chance)),
        spread_wh=spread_wh(values_wh, errors, model_error, chance),
    )


def _taken(case: Case, leg: LegCase, errors: Errors) -> Taken:
    weather, kind = weather_of(case, leg), leg.kind
    if kind is None:
        raise ValueError(f"{leg.subject}: the drone type is not known")
    wind = blown(leg.line, weather, ground_between(case.sky, leg.from_pad, leg.to_pad))
    return taken(leg.line, kind, payload_kg(leg), wind, weather, errors, case.job.policy)


def _way_out(
    case: Case, leg: LegCase, above_wh: np.ndarray, forecast_wh: float, errors: Errors, chance: float
) -> Sure | None:
    """Return what flying to above the pad of a leg and on to its alternate surely takes no more than.

    ``above_wh`` and ``forecast_wh`` are what getting to above the pad takes, by error and as forecast.
    """
    way = case.way_of(leg)
    if way is None or not way.measurable or leg.kind is None:
        return None
    flown = _taken(case, way, errors)
    hover_wh = case.job.policy.final_hover_s * flown.hover_wh_per_s
    whole_wh = above_wh + flown.whole_wh + hover_wh
    told_wh = forecast_wh + derived_wh(case, way) + hover_wh
    return _sure(whole_wh, told_wh, errors, leg.kind.model_error_share, chance)


def _way_out_sure(case: Case, leg: LegCase, sure: Sure, usable_wh: float, chance: float) -> Iterator[Finding]:
    """Judge that the packs hold what a way out may take, and that the record tells its figures truly."""
    told, way = leg.leg.way_out, case.way_of(leg)
    if told is None or way is None or leg.kind is None:
        return
    needed_wh = sure.needed_wh
    yield at_least(
        "energy.alternate", f"{leg.subject}, energy", usable_wh, needed_wh, "Wh",
        tolerance=RESERVE_SHARE_OF_USED * needed_wh, where=place_of(told.waypoints[0]),
        detail=f"to above {leg.leg.to_pad} and on to {told.alternate} takes no more than {needed_wh:.1f} Wh with a "
        f"chance of {chance:.1%}; {usable_wh:.1f} Wh are at hand above the reserve",
    )  # fmt: skip
    allowed_wh = ENERGY_SHARE * needed_wh + ENERGY_TOLERANCE_WH + sure.spread_wh
    hover_w = watts_of(leg.kind, payload_kg(way), air_density(weather_of(case, leg))).hover
    hover_wh = hover_w * case.job.policy.final_hover_s / SECONDS_PER_HOUR * case.job.policy.energy_factor
    for what, recorded_wh, own_wh in (
        ("taken", told.energy_wh, derived_wh(case, way) + hover_wh),
        ("needed", told.needed_wh, needed_wh),
        ("left", told.margin_wh, usable_wh - needed_wh),
    ):
        yield agrees("energy.way_out", f"{leg.subject}, {what}", recorded_wh, own_wh, allowed_wh, "Wh")


def _tightest_agrees(case: Case, sortie: SortieCase, out_wh: dict[int, float], sure: Sure) -> Iterator[Finding]:
    """Judge what a ledger sets aside for the way out that takes the most, which one that is, and the reserve."""
    ledger, kind, drone = sortie.sortie.ledger, sortie.kind, sortie.drone
    if ledger is None or kind is None or drone is None:
        return
    dearest_wh, needed_wh, subject = max(out_wh.values(), default=0.0), sure.needed_wh, f"{sortie.subject}, ledger"
    allowed_wh = ENERGY_SHARE * max(needed_wh, dearest_wh) + ENERGY_TOLERANCE_WH + sure.spread_wh
    beyond_wh = max(0.0, dearest_wh - needed_wh)
    yield agrees("energy.ledger", f"{subject}, alternate", ledger.alternate_wh, beyond_wh, allowed_wh, "Wh")
    named_wh = out_wh.get(ledger.tightest, needed_wh if ledger.tightest == 0 else 0.0)
    yield agrees("energy.ledger", f"{subject}, tightest", named_wh, max(dearest_wh, needed_wh), allowed_wh, "Wh")
    reserve_wh = case.job.policy.reserve_share * kind.battery_wh * drone.health
    told_wh = ledger.final_reserve_wh
    yield agrees("energy.ledger", f"{subject}, final reserve", told_wh, reserve_wh, ENERGY_TOLERANCE_WH, "Wh")


def _ledger_agrees(
    case: Case, sortie: SortieCase, so_far: np.ndarray, sure: Sure, errors: Errors, chance: float
) -> Iterator[Finding]:
    """Judge that a sortie's ledger adds up to what its packs hold, and tells the chance and quantile that are true."""
    ledger, kind, drone = sortie.sortie.ledger, sortie.kind, sortie.drone
    if ledger is None or kind is None or drone is None:
        return
    needed_wh, subject = sure.needed_wh, f"{sortie.subject}, ledger"
    allowed_wh = ENERGY_SHARE * needed_wh + ENERGY_TOLERANCE_WH
    parts_wh = ledger.trip_wh + ledger.contingency_wh + ledger.alternate_wh + ledger.final_reserve_wh + ledger.margin_wh
    yield agrees("energy.ledger", f"{subject}, sum", parts_wh, start_wh(case, sortie), ENERGY_TOLERANCE_WH, "Wh")
    surely = ledger.trip_wh + ledger.contingency_wh
    yield agrees(
        "energy.ledger", f"{subject}, trip and contingency", surely, needed_wh, allowed_wh + sure.spread_wh, "Wh"
    )
    legs_wh = sum(leg.leg.energy_wh for leg in sortie.legs)
    yield agrees("energy.ledger", f"{subject}, trip", ledger.trip_wh, legs_wh, ENERGY_TOLERANCE_WH, "Wh")
    median_wh = surely_wh(so_far, errors, kind.model_error_share, 0.5)
    yield agrees("energy.ledger", f"{subject}, median", ledger.median_wh, median_wh, allowed_wh, "Wh")
    yield agrees("energy.ledger", f"{subject}, chance", ledger.chance, chance, 1e-6, "")
