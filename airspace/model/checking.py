"""Small checks that the values of this folder share, so that a value that exists is a good value."""

from __future__ import annotations

import copyreg
from collections import Counter
from collections.abc import Iterable
from types import MappingProxyType

import shapely


def need_id(kind: str, value: str) -> None:
    """Refuse an id that is empty or padded with blanks."""
    if not value or value != value.strip():
        raise ValueError(f"{kind}: expected an id without blanks around it, got {value!r}")


def need_lonlat(kind: str, lon: float, lat: float) -> None:
    """Refuse coordinates that are not degrees of longitude and latitude."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"{kind}: expected lon within ±180 and lat within ±90, got {lon}, {lat}")


def need_area(kind: str, area: shapely.Geometry) -> None:
    """Refuse an area that is empty, invalid or outside the degrees of the Earth."""
    if not isinstance(area, shapely.Polygon | shapely.MultiPolygon) or area.is_empty:
        raise ValueError(f"{kind}: expected a polygon with an area, got {shapely.to_wkt(area) if area else area}")
    if not area.is_valid:
        raise ValueError(f"{kind}: expected a valid polygon, got {shapely.is_valid_reason(area)}")
    west, south, east, north = area.bounds
    need_lonlat(kind, west, south)
    need_lonlat(kind, east, north)


def need_unique(kind: str, ids: Iterable[str]) -> None:
    """Refuse ids that stand twice."""
    twice = sorted(value for value, count in Counter(ids).items() if count > 1)
    if twice:
        raise ValueError(f"{kind}: expected every id once, got {', '.join(twice)} more than once")


def _read_only(items: dict[str, object]) -> MappingProxyType[str, object]:
    return MappingProxyType(items)


def _pickled(view: MappingProxyType[str, object]) -> tuple[object, tuple[dict[str, object]]]:
    # The type itself cannot be pickled by name (it calls itself builtins.mappingproxy), a function can.
    return _read_only, (dict(view),)


# Values hold read-only mappings, and Python does not know how to pickle those; workers and caches need it to.
copyreg.pickle(MappingProxyType, _pickled)  # type: ignore[arg-type]
