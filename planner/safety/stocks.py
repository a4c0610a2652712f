"""Spare packs and chargers, by the check's own count: who took which pack when, and when it was full again."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from airspace.model.pads import Pad
from planner.model.packs import Pack
from planner.model.reviews import Finding, Place
from planner.safety.cases import Case, SortieCase
from planner.safety.findings import at_least
from planner.safety.rules import TIME_TOLERANCE_S

_NEVER = datetime.max.replace(tzinfo=UTC)
_ALWAYS = datetime.min.replace(tzinfo=UTC)


def packs_in_stock(case: Case) -> Iterator[Finding]:
    """Judge that a charged pack was there for every take-off from a pad that counts its spares."""
    for pad in case.sky.pads:
        if pad.swap_packs is not None:
            yield from _counted(case, pad, pad.swap_packs)


def _counted(case: Case, pad: Pad, spares: int) -> Iterator[Finding]:
    known = [s for s in case.sorties if s.drone and s.kind and s.legs]
    known.sort(key=lambda sortie: (sortie.sortie.departs, sortie.sortie.id))
    left = [sortie for sortie in known if sortie.legs[0].leg.from_pad == pad.id]
    ended = [sortie for sortie in known if sortie.legs[-1].leg.to_pad == pad.id]
    full_at = _charged(ended, pad)
    for kind_id in sorted({sortie.kind.id for sortie in left if sortie.kind}):
        own = [sortie for sortie in left if sortie.kind and sortie.kind.id == kind_id]
        brought = [sortie for sortie in ended if sortie.kind and sortie.kind.id == kind_id]
        begun = spares + sum(
            drone.home_pad == pad.id and drone.type == kind_id and drone.state_of_charge >= 1
            for drone in case.job.drones
        )
        for number, sortie in enumerate(own):
            departs = sortie.sortie.departs + timedelta(seconds=TIME_TOLERANCE_S)
            # A drone short of charge flies first on its own pack, which joins the others once it is full.
            taken = sum(not _on_its_own(case, other) for other in own[:number])
            back = sum(full_at[other.sortie.id] <= departs for other in brought if other is not sortie)
            there = begun - taken + back
            if _on_its_own(case, sortie):
                continue
            yield at_least(
                "pad.packs", f"pad '{pad.id}', {sortie.subject}", there, 1, "packs",
                detail=f"{there} charged packs for '{kind_id}' at take-off; {taken} were taken before, {back} of "
                "all that came back were full again",
                where=Place(lon=pad.lon, lat=pad.lat, alt_amsl_m=pad.elevation_amsl_m, t=sortie.sortie.departs),
            )  # fmt: skip


def _on_its_own(case: Case, sortie: SortieCase) -> bool:
    """Tell whether a sortie is flown on the pack that its drone began the day with, short of charge."""
    drone = sortie.drone
    return drone is not None and drone.state_of_charge < 1 and case.by_drone[drone.id][0] is sortie


def _charged(sorties: Sequence[SortieCase], pad: Pad) -> dict[str, datetime]:
    """Return when the pack of each sortie is full again: cooled, its turn at a charger come, and charged."""
    free: list[datetime] | None = None if pad.chargers is None else [_ALWAYS] * pad.chargers
    found: dict[str, datetime] = {}
    for sortie in sorted(sorties, key=_cooled):
        begins, seconds = _cooled(sortie), _seconds_to_full(sortie)
        if not math.isfinite(seconds):
            found[sortie.sortie.id] = _NEVER
            continue
        if free is not None:
            begins = max(begins, heapq.heappop(free))
        found[sortie.sortie.id] = begins + timedelta(seconds=seconds)
        if free is not None:
            heapq.heappush(free, found[sortie.sortie.id])
    return found


def _cooled(sortie: SortieCase) -> datetime:
    rest_s = sortie.kind.pack.cool_s if sortie.kind and sortie.kind.pack else 0.0
    return sortie.sortie.returns + timedelta(seconds=rest_s)


def _seconds_to_full(sortie: SortieCase) -> float:
    """Return the time on a charger from the charge written down at the end; infinite where packs are not charged.

    Up to a state of charge at full power, from there several times slower.
    """
    kind, drone = sortie.kind, sortie.drone
    pack = kind.pack if kind is not None else None
    if pack is None or drone is None:
        return math.inf
    left = min(1.0, max(0.0, sortie.legs[-1].leg.soc_end))
    return _stored_wh(pack, left) * drone.health / (pack.charge_w * pack.charge_efficiency) * 3600.0


def _stored_wh(pack: Pack, left: float) -> float:
    """Return what is missing from a new pack, what is charged slowly counted as many times as it is slower."""
    if left >= pack.slow_from:
        return pack.energy_wh * pack.slow_factor * (1.0 - left)
    return pack.energy_wh * ((pack.slow_from - left) + pack.slow_factor * (1.0 - pack.slow_from))
