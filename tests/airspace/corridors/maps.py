"""Small maps drawn in metres around a place near Luohu, and turned into airspace values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import shapely
from pyproj import Transformer

from airspace.corridors.charts import CorridorRules
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Pad
from airspace.model.schedules import ALWAYS, Schedule, Span
from airspace.model.zones import Restriction, Zone

CENTRE_LON, CENTRE_LAT = 114.1, 22.5
PLANE = f"+proj=aeqd +lat_0={CENTRE_LAT} +lon_0={CENTRE_LON} +ellps=WGS84 +units=m"
"""Another projection than the one under test, so that an error of the frame does not cancel out."""

RULES = CorridorRules(half_width_m=20.0, clearance_m=30.0, vertical_clearance_m=10.0, levels_amsl_m=(80.0,))
EVERYWHERE = Band(lower=GROUND, upper=None)

OPENS = datetime(2025, 6, 2, 1, 0, tzinfo=UTC)
CLOSES = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
WHEN: Span = (OPENS, CLOSES)
"""A Monday, nine to five in Hong Kong."""

_from_plane = Transformer.from_crs(PLANE, "EPSG:4326", always_xy=True)
_to_plane = Transformer.from_crs("EPSG:4326", PLANE, always_xy=True)


def amsl(lower_m: float, upper_m: float) -> Band:
    return Band(
        lower=Height(value_m=lower_m, reference=Reference.AMSL), upper=Height(value_m=upper_m, reference=Reference.AMSL)
    )


def box(west_m: float, south_m: float, east_m: float, north_m: float) -> shapely.Polygon:
    return shapely.box(west_m, south_m, east_m, north_m)


def on_earth(shape_m: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape_m, lambda xy: np.column_stack(_from_plane.transform(xy[:, 0], xy[:, 1])))


def on_plane(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.column_stack(_to_plane.transform(xy[:, 0], xy[:, 1])))


def a_zone(
    shape_m: shapely.Geometry,
    zone_id: str = "Z",
    *,
    band: Band = EVERYWHERE,
    restriction: Restriction = Restriction.PROHIBITED,
    schedule: Schedule = ALWAYS,
) -> Zone:
    return Zone(
        id=zone_id,
        name=f"zone {zone_id}",
        restriction=restriction,
        area=on_earth(shape_m),
        band=band,
        schedule=schedule,
    )


def a_pad(pad_id: str, x_m: float, y_m: float, elevation_m: float = 5.0) -> Pad:
    lon, lat = _from_plane.transform(x_m, y_m)
    return Pad(id=pad_id, name=f"pad {pad_id}", lon=lon, lat=lat, elevation_amsl_m=elevation_m)


def a_side(side_id: str, shape_m: shapely.Geometry) -> Jurisdiction:
    return Jurisdiction(id=side_id, name=side_id, authority=f"authority of {side_id}", area=on_earth(shape_m))


def a_permit(
    authority: str,
    *,
    zones: Sequence[str] = (),
    aircraft: Sequence[str] = ("D1",),
    start: datetime = OPENS,
    end: datetime = CLOSES,
) -> Permit:
    return Permit(
        id=f"permit of {authority}",
        authority=authority,
        zones=tuple(zones),
        aircraft=tuple(aircraft),
        valid_from=start,
        valid_to=end,
    )


def a_gate(
    shape_m: shapely.Polygon,
    permits: Sequence[Permit],
    gate_id: str = "G",
    *,
    band: Band = EVERYWHERE,
    schedule: Schedule = ALWAYS,
) -> Gate:
    return Gate(id=gate_id, name=gate_id, area=on_earth(shape_m), band=band, schedule=schedule, permits=tuple(permits))


def round_a_circle_m(
    centre: tuple[float, float], radius_m: float, start: tuple[float, float], turn_rad: float
) -> float:
    """Length of a taut string round a circle between mirrored points that stand ``turn_rad`` apart from its centre."""
    far_m = math.dist(centre, start)
    return 2 * math.sqrt(far_m**2 - radius_m**2) + radius_m * (turn_rad - 2 * math.acos(radius_m / far_m))
