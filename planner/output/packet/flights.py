"""The flights of a packet: legs that pass the authority's side, when they cross its boundary, and their ways out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from airspace.earth.frame import GEOD
from airspace.model.gates import Jurisdiction
from airspace.model.skies import Airspace
from planner.model.plans import Crossing, Leg, Sortie, WayOut, Waypoint
from planner.output import shapes
from planner.output.packet.dossiers import Dossier
from planner.output.packet.values import Flight, Handover, WayOutFacts

LEAST_PIECE_M = 0.05
"""Waypoints nearer than this to each other give no direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegOf:
    """A leg with its sortie and the number of its corridor."""

    sortie: Sortie
    number: int
    """Of the leg in its sortie, from 1."""
    leg: Leg
    page: int
    """Of its corridor in the packet, from 1."""

    @property
    def takes_off(self) -> datetime:
        """When it leaves the ground."""
        return self.leg.waypoints[0].t

    @property
    def lands(self) -> datetime:
        """When it touches down."""
        return self.leg.waypoints[-1].t

    def permits(self, sky: Airspace) -> tuple[tuple[str, str], ...]:
        """Return the permits it flies on, each after its gate: those its record names, and those of its gates."""
        named = {entry.permit for entry in self.leg.zones if entry.permit}
        crossed = {crossing.gate: crossing.t for crossing in self.leg.crossings}
        aircraft = (self.sortie.drone, self.sortie.drone_type)
        return tuple(
            (gate.id, permit.id)
            for gate in sky.gates
            for permit in gate.permits
            if permit.id in named
            or (
                gate.id in crossed
                and permit.names(aircraft)
                and permit.valid_from <= crossed[gate.id] <= permit.valid_to
            )
        )


def legs_of(dossier: Dossier, side: str) -> tuple[LegOf, ...]:
    """Return the legs that pass a side, by take-off, with corridors numbered in the order of their first flight."""
    passing = sorted(
        (
            (sortie, number, leg)
            for sortie in dossier.plan.sorties
            for number, leg in enumerate(sortie.legs, start=1)
            if side in leg.jurisdictions
        ),
        key=lambda one: (one[2].waypoints[0].t, one[0].id, one[1]),
    )
    pages: dict[object, int] = {}
    return tuple(
        LegOf(sortie=sortie, number=number, leg=leg, page=pages.setdefault(two_way(leg), len(pages) + 1))
        for sortie, number, leg in passing
    )


def between_pads(leg: Leg) -> tuple[Waypoint, ...]:
    """Return the waypoints from above one pad to above the other; all of them where a record tells no climb."""
    return leg.waypoints[1:-1] if len(leg.waypoints) > 3 else leg.waypoints


def two_way(leg: Leg) -> tuple[object, ...]:
    """Return a key that a corridor and its way back share: pads and hash, or the line where the id is none of ours."""
    ends, mark, digits = leg.corridor.rpartition("#")
    if mark and ends == f"{leg.from_pad}>{leg.to_pad}":
        return (*sorted((leg.from_pad, leg.to_pad)), digits)
    line = tuple(map(tuple, shapes.line((point.lon, point.lat) for point in leg.waypoints)))
    return (min(line, line[::-1]),)


def flights(dossier: Dossier, told: Sequence[LegOf]) -> tuple[Flight, ...]:
    """Return legs as the packet tells them."""
    return tuple(
        Flight(
            sortie=one.sortie.id,
            leg=one.number,
            drone=one.sortie.drone,
            drone_type=one.sortie.drone_type,
            corridor=one.leg.corridor,
            page=one.page,
            from_pad=one.leg.from_pad,
            to_pad=one.leg.to_pad,
            takes_off=one.takes_off,
            lands=one.lands,
            payload_kg=one.leg.payload_kg,
            soc_end=one.leg.soc_end,
            handovers=tuple(_handover(crossing, one.leg) for crossing in one.leg.crossings),
            permits=tuple(dict.fromkeys(permit for _, permit in one.permits(dossier.sky))),
        )
        for one in told
    )


def _handover(crossing: Crossing, leg: Leg) -> Handover:
    return Handover(
        gate=crossing.gate,
        before=crossing.before,
        after=crossing.after,
        lon=crossing.lon,
        lat=crossing.lat,
        alt_amsl_m=crossing.alt_amsl_m,
        track_deg=_track_deg(crossing.t, leg),
        t=crossing.t,
    )


def _track_deg(moment: datetime, leg: Leg) -> float:
    """Return which way a leg is flown at a moment: along the piece between the waypoints around it."""
    tracks = [
        (abs((a.t + (b.t - a.t) / 2 - moment).total_seconds()), azimuth_deg % 360)
        for a, b in pairwise(leg.waypoints)
        for azimuth_deg, _, metres in [GEOD.inv(a.lon, a.lat, b.lon, b.lat)]
        if metres > LEAST_PIECE_M and a.t <= moment <= b.t
    ]
    return round(min(tracks)[1], 1) % 360 if tracks else 0.0


def ways_out(dossier: Dossier, own: Jurisdiction, told: Sequence[LegOf]) -> tuple[WayOutFacts, ...]:
    """Return the ways out of a packet's flights, and those of other flights that pass the authority's side."""
    pages = {(one.sortie.id, one.number): one.page for one in told}
    sides = {pad.id: pad.jurisdiction or dossier.side_of(pad.point) for pad in dossier.sky.pads}
    found = (_way_out(dossier, sides, pages, *one) for one in _all_ways(dossier))
    return tuple(way for way in found if way.page or own.id in way.sides)


def _all_ways(dossier: Dossier) -> Iterator[tuple[Sortie, int, Leg, WayOut]]:
    for sortie in dossier.plan.sorties:
        for number, leg in enumerate(sortie.legs, start=1):
            if leg.way_out is not None:
                yield sortie, number, leg, leg.way_out


def _way_out(
    dossier: Dossier,
    sides: dict[str, str],
    pages: dict[tuple[str, int], int],
    sortie: Sortie,
    number: int,
    leg: Leg,
    way: WayOut,
) -> WayOutFacts:
    points = [(point.lon, point.lat) for point in way.waypoints]
    return WayOutFacts(
        sortie=sortie.id,
        leg=number,
        page=pages.get((sortie.id, number), 0),
        over=leg.to_pad,
        alternate=way.alternate,
        alternate_side=sides.get(way.alternate, ""),
        corridor=way.corridor,
        needed_wh=way.needed_wh,
        margin_wh=way.margin_wh,
        sides=dossier.sides_along(points),
        line=tuple((lon, lat) for lon, lat in shapes.line(points)),
    )
