"""Zones in EUROCAE ED-269, read and written: JSON of its own, older than ED-318 and still what most states publish.

Limits and radii are in metres or feet, as each volume says; heights are above ground or above mean sea level. Files
come as ``{"features": [...]}``, as ``{"UASZoneList": [...]}`` or as the bare list.
"""

from airspace.formats.ed269_reading import Ed269
from airspace.formats.ed269_writing import Ed269Writer

__all__ = ["Ed269", "Ed269Writer"]
