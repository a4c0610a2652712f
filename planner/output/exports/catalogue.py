"""All formats that plans can be exported to, by name; a format's module is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from airspace.errors import BadInput, Problem
from airspace.formats.telling import did_you_mean, shown
from planner.output.exports.formats import Format

ALL = "all"

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "csv": "spreadsheets:Spreadsheets",
        "f3548": "f3548:F3548",
        "geojson": "geojson:GeoJson",
        "geoparquet": "geoparquet:GeoParquet",
        "gpx": "gpx:Gpx",
        "kml": "kml:Kml",
        "kmz": "kml:Kmz",
        "qgc": "qgc:Qgc",
        "wpl": "wpl:Wpl",
        "wpml": "wpml:Wpml",
    }
)
"""By name, the module in this folder and the class in it that is the format."""


def formats_of(asked: str) -> tuple[Format, ...]:
    """Return the formats of a list such as ``gpx,kmz``, each once, in the order asked; ``all`` is every one.

    Raises
    ------
    BadInput
        If there is no such format, with every name that is not known.
    """
    names = list(dict.fromkeys(name.strip().casefold() for name in asked.split(",")))
    if names == [ALL]:
        return tuple(format_of(name) for name in FORMATS)
    if unknown := [name for name in names if name not in FORMATS]:
        raise BadInput([_unknown(name) for name in unknown])
    return tuple(format_of(name) for name in names)


def format_of(name: str) -> Format:
    """Return a format by its name, one of :data:`FORMATS`."""
    module, _, kind = FORMATS[name].partition(":")
    found: Format = getattr(import_module(f"{__package__}.{module}"), kind)()
    return found


def _unknown(name: str) -> Problem:
    known = f"one of {ALL}, {', '.join(FORMATS)}"
    return Problem(
        file="--to", code="UNKNOWN_FORMAT", found=shown(name), expected=known, fix=did_you_mean(name, [ALL, *FORMATS])
    )


__all__ = ["ALL", "FORMATS", "format_of", "formats_of"]
