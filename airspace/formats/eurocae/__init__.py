"""The two standards of EUROCAE for UAS geographical zones, read and written.

ED-269 is JSON of its own, older, and still what most states publish: limits and radii in metres or feet, heights above
ground or mean sea level. ED-318 is GeoJSON whose geometries have a vertical layer: heights above the ellipsoid too,
circles as points with a radius in metres, several layers as a GeometryCollection.
"""

from airspace.formats.eurocae.ed269_reading import Ed269
from airspace.formats.eurocae.ed269_writing import Ed269Writer
from airspace.formats.eurocae.ed318_reading import Ed318
from airspace.formats.eurocae.ed318_writing import Ed318Writer

__all__ = ["Ed269", "Ed269Writer", "Ed318", "Ed318Writer"]
