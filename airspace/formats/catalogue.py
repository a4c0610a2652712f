"""Which formats there are: the readers in the order in which they are asked, and the writers by name."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib.metadata import entry_points

from airspace.formats import Reader, Writer

ENTRY_POINTS = "skyferry.readers"
"""The group under which an installed package names a reader: a class, or anything that returns a reader."""

log = logging.getLogger(__name__)


def built_in() -> tuple[Reader, ...]:
    """Return the readers that come with this package; those that look closest are asked first."""
    from airspace.formats.eurocae import Ed269, Ed318
    from airspace.formats.geojson import GeoJson
    from airspace.formats.markup import Aixm, Kml
    from airspace.formats.notam import Notam
    from airspace.formats.openair import OpenAir

    return (Ed318(), Ed269(), GeoJson(), OpenAir(), Kml(), Aixm(), Notam())


def plugged_in() -> tuple[Reader, ...]:
    """Return the readers of other installed packages, in the order of their names.

    One that cannot be loaded is left out, and a warning is logged: a broken package must not keep files from being
    read that need nothing of it.
    """
    readers = []
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        try:
            readers.append(entry.load()())
        except Exception:
            # Whatever somebody else's package raises on being loaded.
            log.warning("the reader '%s' (%s) cannot be loaded and is left out", entry.name, entry.value, exc_info=True)
    return tuple(readers)


def readers() -> tuple[Reader, ...]:
    """Return every reader there is, those of other packages first."""
    return (*plugged_in(), *built_in())


def writers() -> Mapping[str, Writer]:
    """Return the writers by the names that the command line takes."""
    from airspace.formats.eurocae import Ed269Writer, Ed318Writer
    from airspace.formats.geojson_writing import GeoJsonWriter
    from airspace.formats.openair import OpenAirWriter

    return {
        "ed269": Ed269Writer(),
        "ed318": Ed318Writer(),
        "geojson": GeoJsonWriter(),
        "openair": OpenAirWriter(),
    }
