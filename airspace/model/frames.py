"""Values as tables of pandas and GeoPandas, which are loaded when they are asked for.

Geometry is WGS 84 (EPSG:4326), longitude first. An airspace without zones gives a table without rows, of the same
columns and types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeAlias

import shapely

from airspace.errors import MissingExtra
from airspace.model.gates import Gate, Jurisdiction
from airspace.model.pads import Pad
from airspace.model.zones import Zone

if TYPE_CHECKING:
    import geopandas

    from airspace.model.skies import Airspace

Row: TypeAlias = Mapping[str, Any]

WGS_84 = "EPSG:4326"

NAMED = {"id": "string", "name": "string", "name_zh": "string"}
SOURCED = {"source": "string", "confidence": "string"}
BAND = {"lower": "string", "upper": "string", "hours": "string"}
ZONES = {
    **NAMED, "restriction": "string", "category": "string", "jurisdiction": "string", "authority": "string", **BAND,
    **SOURCED,
}  # fmt: skip
PADS = {
    **NAMED, "jurisdiction": "string", "roles": "string", "elevation_amsl_m": "float64", "slots": "int64",
    "turnaround_s": "float64", "custody": "string", "hours": "string", **SOURCED,
}  # fmt: skip
GATES = {**NAMED, **BAND, "capacity_per_hour": "Int64", "permits": "int64", **SOURCED}
JURISDICTIONS = {**NAMED, "authority": "string", "rules": "string", **SOURCED}

SEPARATOR = "; "
"""Between words that stand in one cell."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AirspaceFrames:
    """An airspace as tables with geometry, a row for each thing; hours are told in UTC."""

    zones: geopandas.GeoDataFrame
    pads: geopandas.GeoDataFrame
    gates: geopandas.GeoDataFrame
    jurisdictions: geopandas.GeoDataFrame


def airspace_frames(sky: Airspace) -> AirspaceFrames:
    """Return an airspace as tables with geometry.

    Raises
    ------
    MissingExtra
        If GeoPandas is not installed.
    """
    return AirspaceFrames(
        zones=_with_shapes(ZONES, map(_zone, sky.zones), [zone.area for zone in sky.zones]),
        pads=_with_shapes(PADS, map(_pad, sky.pads), [pad.point for pad in sky.pads]),
        gates=_with_shapes(GATES, map(_gate, sky.gates), [gate.area for gate in sky.gates]),
        jurisdictions=_with_shapes(
            JURISDICTIONS, map(_jurisdiction, sky.jurisdictions), [side.area for side in sky.jurisdictions]
        ),
    )


def geopandas_of() -> Any:
    """Return the library GeoPandas.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    try:
        import geopandas
    except ImportError as error:
        raise MissingExtra(
            "tables with geometry are GeoPandas frames, and it is not installed. Run: pip install 'skyferry[geo]'"
        ) from error
    return geopandas


def table(columns: Mapping[str, str], rows: Iterable[Row]) -> Any:
    """Return rows as a data frame of pandas with columns of given types; ``time`` is a time in UTC.

    Raises
    ------
    MissingExtra
        If pandas is not installed.
    """
    pandas = _pandas()
    given = list(rows)
    series = {name: _series(pandas, kind, [row[name] for row in given]) for name, kind in columns.items()}
    return pandas.DataFrame(series, columns=list(columns))


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise MissingExtra("tables are frames of pandas, and it is not installed. Run: pip install pandas") from error
    return pandas


def _series(pandas: Any, kind: str, values: Sequence[Any]) -> Any:
    if kind == "time":
        # Microseconds whatever the version of pandas: a record's times have milliseconds.
        told = [None if moment is None else moment.astimezone(UTC) for moment in values]
        return pandas.Series(pandas.to_datetime(told, utc=True), dtype="datetime64[us, UTC]")
    return pandas.Series(values, dtype=kind)


def _with_shapes(columns: Mapping[str, str], rows: Iterable[Row], shapes: Sequence[shapely.Geometry]) -> Any:
    geopandas = geopandas_of()
    return geopandas.GeoDataFrame(table(columns, rows), geometry=list(shapes), crs=WGS_84)


def _zone(zone: Zone) -> Row:
    return {
        **_named(zone),
        "restriction": zone.restriction.value,
        "category": zone.category,
        "jurisdiction": zone.jurisdiction,
        "authority": zone.authority,
        **_banded(zone),
    }


def _pad(pad: Pad) -> Row:
    return {
        **_named(pad),
        "jurisdiction": pad.jurisdiction,
        "roles": SEPARATOR.join(pad.roles),
        "elevation_amsl_m": pad.elevation_amsl_m,
        "slots": pad.slots,
        "turnaround_s": pad.turnaround_s,
        "custody": pad.custody.value,
        "hours": pad.schedule.in_words(UTC),
    }


def _gate(gate: Gate) -> Row:
    return {
        **_named(gate),
        **_banded(gate),
        "capacity_per_hour": gate.capacity_per_hour,
        "permits": len(gate.permits),
    }


def _jurisdiction(side: Jurisdiction) -> Row:
    return {**_named(side), "authority": side.authority, "rules": SEPARATOR.join(side.rules)}


def _named(thing: Zone | Pad | Gate | Jurisdiction) -> Row:
    return {
        "id": thing.id,
        "name": thing.name,
        "name_zh": thing.name_zh,
        "source": thing.source.citation,
        "confidence": thing.source.confidence.value,
    }


def _banded(thing: Zone | Gate) -> Row:
    """Return floor, ceiling and hours in words: a height is a figure only with what it is measured from."""
    return {
        "lower": str(thing.band.lower),
        "upper": str(thing.band.upper or "UNL"),
        "hours": thing.schedule.in_words(UTC),
    }
