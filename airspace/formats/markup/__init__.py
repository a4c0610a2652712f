"""Formats in XML: KML with its archive KMZ, and AIXM, behind one parser that no file can lead astray."""

from airspace.formats.markup.aixm import Aixm
from airspace.formats.markup.kml import Kml

__all__ = ["Aixm", "Kml"]
