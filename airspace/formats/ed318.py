"""Zones in EUROCAE ED-318, read and written: GeoJSON whose geometries have a vertical layer.

Heights are above ground, above mean sea level (EGM96 unless the file names another geoid) or above the WGS 84
ellipsoid; circles are points with a radius, which is always in metres; several layers make a GeometryCollection.
"""

from airspace.formats.ed318_reading import Ed318
from airspace.formats.ed318_writing import Ed318Writer

__all__ = ["Ed318", "Ed318Writer"]
