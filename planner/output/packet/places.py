"""What maps of a packet show: pads, gates, permits, zones, land and boundary, cut to where its flights are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timezone
from typing import TypeAlias

import shapely

from airspace.model.gates import Gate, Permit
from airspace.model.schedules import Schedule
from airspace.model.zones import Zone
from planner.output import shapes
from planner.output.packet.dossiers import Dossier
from planner.output.packet.flights import LegOf
from planner.output.packet.values import Area, Contact, GateFacts, Land, Line, PadFacts, PermitFacts, ZoneFacts

Window: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north; WGS 84, degrees."""

MARGIN = 0.75
"""Of the extent of what is flown, kept on each side of it: a map of one corridor may reach so far beyond it."""

LEAST_DEG = 0.03
"""At least this much on each side: some three kilometres."""

LEAST_CORNERS = 3
"""Of a ring, which ends where it begins."""

CONTACTS, IF_UNCONFIRMED = "contacts", "if_unconfirmed"
"""Properties of a gate that planning does not use and a packet shows."""


def window_of(dossier: Dossier, told: Sequence[LegOf]) -> Window:
    """Return the part of the world that maps may show; around the pads where nothing is flown."""
    points = [(point.lon, point.lat) for one in told for point in one.leg.waypoints]
    points = points or [(pad.lon, pad.lat) for pad in dossier.sky.pads] or [(0.0, 0.0)]
    west, south, east, north = shapes.bounds(points)
    wide = max(LEAST_DEG, MARGIN * max(east - west, north - south))
    return (round(west - wide, 4), round(south - wide, 4), round(east + wide, 4), round(north + wide, 4))


def clipped(area: shapely.Geometry, window: Window) -> Area:
    """Return an area as far as it lies in a window, its coordinates rounded."""
    return frozen(shapes.polygons(shapely.intersection(area, shapely.box(*window))))


def frozen(polygons: Sequence[Sequence[shapes.Line]]) -> Area:
    """Return polygons as tuples; what rounding has left no area of is no part of them."""
    whole = ([ring for ring in polygon if len(ring) > LEAST_CORNERS] for polygon in polygons if polygon)
    return tuple(tuple(_line(ring) for ring in polygon) for polygon in whole if polygon)


def _line(points: shapes.Line) -> Line:
    return tuple((lon, lat) for lon, lat in points)


def hours(schedule: Schedule, dossier: Dossier) -> str:
    """Return a schedule in words, told by the plan's clock; empty where it always holds."""
    return "" if schedule.permanent else schedule.in_words(timezone(dossier.plan.utc_offset))


def pads(dossier: Dossier, window: Window) -> tuple[PadFacts, ...]:
    """Return the pads of a window."""
    box = shapely.box(*window)
    return tuple(
        PadFacts(
            id=pad.id,
            name=pad.name,
            name_zh=pad.name_zh,
            side=pad.jurisdiction or dossier.side_of(pad.point),
            lon=pad.lon,
            lat=pad.lat,
            elevation_amsl_m=round(float(pad.elevation_amsl_m), 2),
            roles=pad.roles,
        )
        for pad in dossier.sky.pads
        if box.covers(pad.point)
    )


def gates(dossier: Dossier) -> tuple[GateFacts, ...]:
    """Return all gates."""
    return tuple(_gate(gate, dossier) for gate in dossier.sky.gates)


def _gate(gate: Gate, dossier: Dossier) -> GateFacts:
    action = gate.extra.get(IF_UNCONFIRMED)
    return GateFacts(
        id=gate.id,
        name=gate.name,
        name_zh=gate.name_zh,
        side=dossier.side_of(gate.area),
        lower=str(gate.band.lower),
        upper=str(gate.band.upper or "UNL"),
        hours=hours(gate.schedule, dossier),
        contacts=contacts(gate),
        if_unconfirmed=action if isinstance(action, str) else "",
        area=frozen(shapes.polygons(gate.area)),
    )


def contacts(gate: Gate) -> tuple[Contact, ...]:
    """Return whom to speak to at a gate, by jurisdiction; none where its file does not tell it."""
    told = gate.extra.get(CONTACTS)
    if not isinstance(told, Mapping):
        return ()
    return tuple(
        Contact(side=str(side), text=text) for side, text in sorted(told.items()) if isinstance(text, str) and text
    )


def permits(dossier: Dossier, told: Sequence[LegOf]) -> tuple[PermitFacts, ...]:
    """Return the permits that flights use, gate by gate."""
    used = {(gate, permit) for one in told for gate, permit in one.permits(dossier.sky)}
    return tuple(
        _permit(permit, gate, dossier)
        for gate in dossier.sky.gates
        for permit in gate.permits
        if (gate.id, permit.id) in used
    )


def _permit(permit: Permit, gate: Gate, dossier: Dossier) -> PermitFacts:
    return PermitFacts(
        id=permit.id,
        gate=gate.id,
        authority=permit.authority,
        zones=permit.zones,
        aircraft=permit.aircraft,
        valid_from=permit.valid_from,
        valid_to=permit.valid_to,
        hours=hours(permit.schedule, dossier),
        source=str(permit.source),
    )


def zones(dossier: Dossier, window: Window) -> tuple[ZoneFacts, ...]:
    """Return the closed zones of a window."""
    box = shapely.box(*window)
    return tuple(
        _zone(zone, dossier, window) for zone in dossier.sky.zones if zone.closed and zone.area.intersects(box)
    )


def _zone(zone: Zone, dossier: Dossier, window: Window) -> ZoneFacts:
    terrain = zone.category == TERRAIN
    return ZoneFacts(
        id=zone.id,
        name=zone.name,
        name_zh=zone.name_zh,
        side=zone.jurisdiction or dossier.side_of(zone.area),
        restriction=zone.restriction,
        category=zone.category,
        lower=str(zone.band.lower),
        upper=str(zone.band.upper or "UNL"),
        hours=hours(zone.schedule, dossier),
        active=zone.schedule.touches(dossier.plan.start, dossier.plan.end),
        whole_side=not terrain and shapes.covers_a_side(zone.area, dossier.sky.jurisdictions),
        authority=zone.authority,
        area=clipped(zone.area, window),
    )


TERRAIN = "terrain"
"""The category of zones that stand for hills: drawn as ground, not as a rule."""


def land(dossier: Dossier, window: Window) -> tuple[Land, ...]:
    """Return the land of each side; without a basemap the sides themselves stand in for it."""
    sides = dossier.sky.jurisdictions
    if dossier.basemap is None:
        return tuple(Land(side=side.id, area=clipped(side.area, window)) for side in sides)
    here = shapely.intersection(dossier.basemap.land, shapely.box(*window))
    parts = shapes.land_by_side(here, sides)
    return tuple(
        Land(side=name, area=frozen(part)) for name, part in zip([*(side.id for side in sides), ""], parts, strict=True)
    )


def boundary(dossier: Dossier, window: Window) -> tuple[Line, ...]:
    """Return the lines along which jurisdictions meet."""
    box = shapely.box(*window)
    met = (shapely.LineString(line) for line in shapes.boundary(dossier.sky.jurisdictions) if len(line) > 1)
    return tuple(_line(line) for part in met for line in shapes.lines(shapely.intersection(part, box)))
