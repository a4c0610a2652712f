"""What lies under the map: land, and whose data it is."""

from __future__ import annotations

from dataclasses import dataclass

import shapely


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """Land areas for drawing; nothing is planned or checked with them."""

    land: shapely.MultiPolygon
    """WGS 84, degrees."""
    attribution: str
    """Who is to be named for it, and of when it is."""
