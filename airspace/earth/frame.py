"""The one place that projects: a local transverse Mercator frame around the data.

A frame is conformal with scale 1 on its central meridian, so a buffer in metres stays round. Within 100 km of
the centre its lengths differ from the ellipsoid by at most 0.013 %; beyond that it refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod, Transformer

from airspace.errors import RegionTooLarge

GEOD = Geod(ellps="WGS84")
"""The ellipsoid everything is measured on."""

MAX_HALF_WIDTH_M = 100_000.0
"""Beyond this distance from the centre the flat frame would cost more than is harmless."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A local metric frame: x east, y north, in metres from a centre given in WGS 84."""

    lon: float
    lat: float

    @classmethod
    def around(cls, geometries: Iterable[shapely.Geometry]) -> Frame:
        """Return the frame centred on some WGS 84 geometries; without any, at longitude and latitude 0.

        Raises
        ------
        RegionTooLarge
            If they reach more than 100 km east, west, north or south of the centre.
        """
        given = np.array(list(geometries), dtype=object)
        if len(given) == 0:
            return cls(lon=0.0, lat=0.0)
        west, south, east, north = shapely.total_bounds(given).tolist()
        frame = cls(lon=round((west + east) / 2, 3), lat=round((south + north) / 2, 3))
        frame._refuse_beyond(west, south, east, north)
        return frame

    def _refuse_beyond(self, west: float, south: float, east: float, north: float) -> None:
        # Along each axis by itself: a diagonal would let a long thin region pass.
        along = [(lon, self.lat) for lon in (west, east)] + [(self.lon, lat) for lat in (south, north)]
        reach_m = max(GEOD.inv(self.lon, self.lat, lon, lat)[2] for lon, lat in along)
        if reach_m > MAX_HALF_WIDTH_M:
            raise RegionTooLarge(
                f"the data reach {reach_m / 1000:.0f} km from their centre {self.lon:.3f}, {self.lat:.3f}; "
                f"one plan covers at most {MAX_HALF_WIDTH_M / 1000:.0f} km each way. Plan smaller regions apart."
            )

    def to_xy(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Project degrees (lon, lat; WGS 84) to metres (x, y), arrays of any one shape."""
        x, y = _transformers(self.lon, self.lat)[0].transform(np.asarray(lon), np.asarray(lat), errcheck=True)
        return np.asarray(x), np.asarray(y)

    def to_lonlat(self, x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Turn metres (x, y) back to degrees (lon, lat; WGS 84)."""
        lon, lat = _transformers(self.lon, self.lat)[1].transform(np.asarray(x_m), np.asarray(y_m), errcheck=True)
        return np.asarray(lon), np.asarray(lat)

    def project(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Project a WGS 84 geometry into the frame, vertex by vertex."""
        return shapely.transform(geometry, lambda points: np.column_stack(self.to_xy(points[:, 0], points[:, 1])))

    def unproject(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Turn a geometry of the frame back to WGS 84, vertex by vertex."""
        return shapely.transform(geometry, lambda points: np.column_stack(self.to_lonlat(points[:, 0], points[:, 1])))


@lru_cache(maxsize=64)
def _transformers(lon: float, lat: float) -> tuple[Transformer, Transformer]:
    local = f"+proj=tmerc +lat_0={lat!r} +lon_0={lon!r} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +units=m +no_defs"
    return (
        Transformer.from_crs("EPSG:4326", local, always_xy=True),
        Transformer.from_crs(local, "EPSG:4326", always_xy=True),
    )
