"""Energy, charge and reserve, by the check's own arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model.reviews import Finding
from planner.model.weather import Weather
from planner.safety.cases import Case, LegCase, SortieCase, place_of
from planner.safety.findings import agrees, at_least
from planner.safety.flights import SECONDS_PER_HOUR, energy_wh, flown
from planner.safety.powers import watts_of
from planner.safety.rules import CHARGE_TOLERANCE, ENERGY_SHARE, ENERGY_TOLERANCE_WH, RESERVE_SHARE_OF_USED
from planner.safety.winds import Blown, air_density, blown, ground_between, weather_at


def weather_of(case: Case, leg: LegCase) -> Weather:
    """Return the weather at the take-off of a leg; that it does not change on the way is a rule of its own."""
    return weather_at(case.job, leg.takes_off)


def blown_on(case: Case, leg: LegCase) -> Blown:
    """Return the wind along a measurable leg."""
    return blown(leg.line, weather_of(case, leg), ground_between(case.sky, leg.from_pad, leg.to_pad))


def payload_kg(leg: LegCase) -> float:
    """Return what the orders that are truly on board weigh."""
    return sum(order.consignment.mass_kg for order in leg.on_board)


def derived_wh(case: Case, leg: LegCase) -> float:
    """Return the energy of a measurable leg of a known type, with its hand-over and the policy's factor."""
    if leg.kind is None:
        raise ValueError(f"{leg.subject}: the drone type is not known")
    flight = flown(leg.line, leg.kind, blown_on(case, leg))
    own_wh = energy_wh(flight, leg.kind, payload_kg(leg), weather=weather_of(case, leg), hover_s=leg.handover_s)
    return own_wh * case.job.policy.energy_factor + heavier_wh(case, leg)


def heavier_wh(case: Case, leg: LegCase) -> float:
    """Return what the hand-over of a leg takes on top where it leaves heavier than it came, with the policy's factor.

    Nobody knows when in the hand-over the load changes, so all of it counts with the heavier one.
    """
    left_kg = sum(order.consignment.mass_kg for order in leg.leaving)
    if leg.kind is None or left_kg <= payload_kg(leg):
        return 0.0
    density = air_density(weather_of(case, leg))
    more_w = watts_of(leg.kind, left_kg, density).hover - watts_of(leg.kind, payload_kg(leg), density).hover
    return more_w * leg.handover_s / SECONDS_PER_HOUR * case.job.policy.energy_factor


def energy_not_understated(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the energy written down for a leg; more than derived is safe, less is not."""
    if not leg.measurable or leg.kind is None:
        return
    own_wh = derived_wh(case, leg)
    least_wh = own_wh * (1.0 - ENERGY_SHARE) - ENERGY_TOLERANCE_WH
    yield at_least(
        "energy.leg", leg.subject, leg.leg.energy_wh, least_wh, "Wh",
        detail=f"recorded {leg.leg.energy_wh:.2f} Wh, derived {own_wh:.2f} Wh, at least {least_wh:.2f} Wh allowed",
    )  # fmt: skip


def _charge_at_first(case: Case, sortie: SortieCase) -> float:
    """Return the state of charge at a take-off from home: the drone's own in the morning, full after a swap."""
    drone = sortie.drone
    return drone.state_of_charge if drone is not None and case.by_drone[drone.id][0] is sortie else 1.0


def start_wh(case: Case, sortie: SortieCase) -> float:
    """Return what the packs of a sortie of a known drone give from its take-off on, as cold as the air is."""
    if sortie.drone is None or sortie.kind is None:
        raise ValueError(f"{sortie.subject}: the drone is not known")
    weather = weather_at(case.job, sortie.sortie.departs)
    cold_c = max(0.0, sortie.kind.packs_warm_c - weather.temperature_c)
    warm = max(0.0, 1.0 - sortie.kind.cold_loss_per_c * cold_c)
    return _charge_at_first(case, sortie) * sortie.kind.battery_wh * sortie.drone.health * warm


def energy_in_hand(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge reserve and states of charge along a sortie."""
    drone, kind = sortie.drone, sortie.kind
    if drone is None or kind is None:
        return
    capacity_wh, charge = kind.battery_wh * drone.health, _charge_at_first(case, sortie)
    yield from _reserve_kept(case, sortie, start_wh(case, sortie), capacity_wh)
    yield from _charge_chain(case, sortie, charge, capacity_wh)


def _reserve_kept(case: Case, sortie: SortieCase, start_wh: float, capacity_wh: float) -> Iterator[Finding]:
    required_wh, used_wh = case.job.policy.reserve_share * capacity_wh, 0.0
    for leg in sortie.legs:
        if not leg.measurable:
            return
        used_wh += derived_wh(case, leg)
        left_wh = start_wh - used_wh
        yield at_least(
            "energy.reserve", leg.subject, left_wh, required_wh, "Wh", tolerance=RESERVE_SHARE_OF_USED * used_wh,
            where=place_of(leg.leg.waypoints[-1]),
            detail=f"{left_wh:.1f} Wh left of {start_wh:.1f} Wh at take-off; {required_wh:.1f} Wh must remain",
        )  # fmt: skip


def _charge_chain(case: Case, sortie: SortieCase, charge: float, capacity_wh: float) -> Iterator[Finding]:
    reserve_wh = case.job.policy.reserve_share * capacity_wh
    for leg in sortie.legs:
        record = leg.leg
        yield agrees("energy.charge", f"{leg.subject}, soc_start", record.soc_start, charge, CHARGE_TOLERANCE, "")
        spent = record.soc_start - record.energy_wh / capacity_wh
        yield agrees("energy.charge", f"{leg.subject}, soc_end", record.soc_end, spent, CHARGE_TOLERANCE, "")
        allowed_wh = ENERGY_SHARE * reserve_wh + ENERGY_TOLERANCE_WH
        yield agrees("energy.reserve_stated", leg.subject, record.reserve_wh, reserve_wh, allowed_wh, "Wh")
        charge = record.soc_end
