"""What lies around a flight on one side of a boundary, by category, as far as the zone data tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from airspace.model.gates import Jurisdiction
from airspace.model.schedules import Span
from airspace.model.skies import Airspace
from airspace.model.zones import Zone
from airspace.rules.kinds import Distance
from airspace.rules.ledger import Ledger

BOUNDARY = "boundary"
"""The category of the line between two jurisdictions, which is known without any zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that a zone is drawn around."""

    zone: Zone
    buffer_m: float
    """How far the zone's edge lies outside of the thing itself; 0 when the file does not say."""

    def distance_m(self, to_edge_m: float) -> float:
        """Return how far off the thing is, from how far off the zone's edge is; 0 or less inside the zone."""
        return to_edge_m + self.buffer_m if to_edge_m > 0 else 0.0


def things(sky: Airspace, side: Jurisdiction, when: Span) -> Mapping[str, tuple[Thing, ...]]:
    """Return what the zones of a jurisdiction are drawn around, by category; a category without any is a gap.

    Zones count for the jurisdiction that they name, or, naming none, for each that they touch. A zone that is not in
    force at any time of a span is left out.
    """
    found: dict[str, list[Thing]] = defaultdict(list)
    known = {item.id for item in sky.jurisdictions}
    for zone in sky.zones:
        own = zone.jurisdiction == side.id if zone.jurisdiction in known else zone.area.intersects(side.area)
        if own and zone.category and zone.schedule.touches(*when):
            buffer_m = zone.extra.get("buffer_m", 0.0)
            sound = isinstance(buffer_m, int | float) and not isinstance(buffer_m, bool) and buffer_m >= 0
            found[zone.category].append(Thing(zone=zone, buffer_m=float(buffer_m) if sound else 0.0))  # type: ignore[arg-type]
    return {category: tuple(items) for category, items in sorted(found.items())}


def reaches_m(ledger: Ledger) -> Mapping[str, float]:
    """Return, by category, the greatest distance at which any rule in force takes notice of it."""
    reaches: dict[str, float] = {}
    for rule in ledger.in_force:
        if isinstance(rule.asks, Distance):
            reach_m = rule.asks.least_m if rule.asks.least_m is not None else rule.asks.stand_in_m or 0.0
            for category in rule.asks.categories:
                reaches[category] = max(reaches.get(category, 0.0), reach_m)
    return reaches
