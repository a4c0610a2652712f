"""GeoJSON (RFC 7946) for web maps and GIS: legs, corridors, crossings, pads, gates and the zones that are entered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC
from typing import Any, TypeAlias

import shapely
from shapely.geometry import mapping

from airspace.earth.frame import Frame
from airspace.earth.geoids import undulation_m
from airspace.errors import BadInput, Problem
from airspace.formats.bands import band_words
from airspace.formats.documents import RawFile, json_of, text_of
from airspace.formats.geojson_writing import oriented
from airspace.formats.telling import shown
from airspace.model.gates import Gate
from airspace.model.pads import Pad
from airspace.model.zones import Zone
from planner.model.plans import Crossing, Leg, Sortie
from planner.output.exports.ellipsoid import DECIMALS_M, above_the_sea, positions
from planner.output.exports.faults import Faults, tracks_once
from planner.output.exports.formats import File, Precision, Reviewed, Track, TrackPoint, leg_name, the_file, zulu
from planner.output.exports.refusals import refuse, said

FILE_NAME = "plan.geojson"
AREA_DECIMALS = 8
"""Of the degrees of a corridor's edge: a millimetre."""

HEIGHTS = "The third coordinate is metres above the WGS 84 ellipsoid (RFC 7946); alt_amsl_m is above the sea (EGM96)."

Feature: TypeAlias = dict[str, Any]


class GeoJson:
    """A plan as GeoJSON.

    Places stand with all their digits, longitude first. Heights above the sea become heights above the ellipsoid with
    EGM96, ``h = alt_amsl_m + undulation_m``; those above the sea stand beside as a property. The times of a leg are its
    property ``coordTimes``, one for each position, as map libraries that play tracks read them.
    """

    name = "geojson"
    title = "GeoJSON (RFC 7946), for web maps and GIS"
    precision = Precision(horizontal_m=0.0, vertical_m=0.0001, time_s=0.0005)

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return one file with a feature for each thing, one a line."""
        refuse(self.name, reviewed)
        features = ",\n".join(_json(feature) for feature in _features(reviewed))
        told = {"name": reviewed.plan.name, "digest": reviewed.digest, "note": f"{HEIGHTS} Not for navigation."}
        head = _json(told)[1:-1]
        text = f'{{"type": "FeatureCollection", {head}, "features": [\n{features}\n]}}\n'
        return (File(name=FILE_NAME, content=text.encode()),)

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs of a file; what else stands in it is let be."""
        file = the_file(files, FILE_NAME)
        document = json_of(file.name, text_of(RawFile(name=file.name, raw=file.content)))
        if document.problems:
            raise BadInput(document.problems)
        features = document.data.get("features") if isinstance(document.data, dict) else None
        if not isinstance(features, list):
            found, expected = shown(document.data), "a FeatureCollection"
            raise BadInput([Problem(file=file.name, code="WRONG_FORMAT", found=found, expected=expected)])
        with Faults(file=file.name) as faults:
            placed = [(f"features[{index}]", feature) for index, feature in enumerate(features)]
            legs = [(place, feature) for place, feature in placed if _kind(feature) == "leg"]
            return tracks_once(faults, [(place, _track(faults, place, feature)) for place, feature in legs])


# --- Writing -------------------------------------------------------------------------------------------------------


def _json(value: object) -> str:
    return said(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _features(reviewed: Reviewed) -> Iterator[Feature]:
    for sortie, number, leg in reviewed.legs:
        yield _leg(sortie, number, leg)
        for crossing in leg.crossings:
            yield _crossing(sortie, number, crossing)
    yield from _corridors(reviewed)
    for pad in reviewed.sky.pads:
        yield _pad(pad)
    for gate in reviewed.sky.gates:
        yield _gate(gate)
    entered = {entry.zone for _, _, leg in reviewed.legs for entry in leg.zones}
    for zone in reviewed.sky.zones:
        if zone.id in entered:
            yield _zone(zone)


def _feature(kind: str, geometry: Mapping[str, Any], **properties: object) -> Feature:
    return {"type": "Feature", "geometry": dict(geometry), "properties": {"kind": kind, **properties}}


def _leg(sortie: Sortie, number: int, leg: Leg) -> Feature:
    figures = ("payload_kg", "distance_m", "duration_s", "energy_wh", "soc_start", "soc_end", "reserve_wh")
    return _feature(
        "leg",
        {"type": "LineString", "coordinates": positions(leg.waypoints)},
        name=leg_name(sortie.id, number),
        sortie=sortie.id,
        leg=number + 1,
        from_pad=leg.from_pad,
        to_pad=leg.to_pad,
        drone=sortie.drone,
        drone_type=sortie.drone_type,
        corridor=leg.corridor,
        **{name: getattr(leg, name) for name in figures},
        jurisdictions=list(leg.jurisdictions),
        gates=list(leg.gates),
        zones=[asdict(entry) for entry in leg.zones],
        alt_amsl_m=[point.alt_amsl_m for point in leg.waypoints],
        alt_agl_m=[point.alt_agl_m for point in leg.waypoints],
        coordTimes=[zulu(point.t) for point in leg.waypoints],
    )


def _crossing(sortie: Sortie, number: int, crossing: Crossing) -> Feature:
    return _feature(
        "crossing",
        {"type": "Point", "coordinates": positions([crossing])[0]},
        name=f"{leg_name(sortie.id, number)}: {crossing.before} > {crossing.after}",
        sortie=sortie.id,
        leg=number + 1,
        gate=crossing.gate,
        before=crossing.before,
        after=crossing.after,
        alt_amsl_m=crossing.alt_amsl_m,
        time=zulu(crossing.t),
    )


def _corridors(reviewed: Reviewed) -> Iterator[Feature]:
    """Yield each corridor that is flown, once, as the area of its true width."""
    flown: dict[tuple[str, float], Leg] = {}
    for sortie, _, leg in reviewed.legs:
        flown.setdefault((leg.corridor, _half_width_m(reviewed, sortie)), leg)
    frame = Frame.around(reviewed.sky.geometries) if flown else None
    for (corridor, half_width_m), leg in flown.items():
        if frame is not None:
            line = frame.project(shapely.LineString([(point.lon, point.lat) for point in leg.waypoints]))
            area = frame.unproject(shapely.buffer(line, half_width_m, quad_segs=4))
            area = oriented(shapely.transform(area, lambda places: places.round(AREA_DECIMALS)))
            ends = {"from_pad": leg.from_pad, "to_pad": leg.to_pad}
            yield _feature("corridor", mapping(area), name=corridor, half_width_m=half_width_m, **ends)


def _half_width_m(reviewed: Reviewed, sortie: Sortie) -> float:
    policy = reviewed.job.policy
    kinds = (kind for kind in reviewed.job.drone_types if kind.id == sortie.drone_type)
    return next((policy.half_width_m(kind) for kind in kinds), policy.corridor_half_width_m)


def _pad(pad: Pad) -> Feature:
    height_m = round(pad.elevation_amsl_m + float(undulation_m(pad.lon, pad.lat)), DECIMALS_M)
    return _feature(
        "pad",
        {"type": "Point", "coordinates": [pad.lon, pad.lat, height_m]},
        name=pad.id,
        title=pad.name,
        title_zh=pad.name_zh,
        elevation_amsl_m=pad.elevation_amsl_m,
        jurisdiction=pad.jurisdiction,
        roles=list(pad.roles),
        hours=pad.schedule.in_words(UTC),
    )


def _gate(gate: Gate) -> Feature:
    return _feature("gate", mapping(oriented(gate.area)), name=gate.id, **_named(gate))


def _zone(zone: Zone) -> Feature:
    return _feature(
        "zone",
        mapping(oriented(zone.area)),
        name=zone.id,
        **_named(zone),
        restriction=str(zone.restriction),
        authority=zone.authority,
        jurisdiction=zone.jurisdiction,
        category=zone.category,
    )


def _named(thing: Zone | Gate) -> dict[str, object]:
    """Return what zones and gates have in common: names, band, hours, source."""
    return {
        "title": thing.name,
        "title_zh": thing.name_zh,
        **band_words(thing.band),
        "hours": thing.schedule.in_words(UTC),
        "source": str(thing.source),
    }


# --- Reading back --------------------------------------------------------------------------------------------------


def _kind(feature: object) -> object:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties.get("kind") if isinstance(properties, dict) else None


def _track(faults: Faults, place: str, feature: Mapping[str, Any]) -> Track:
    properties = feature["properties"]
    sortie, leg = faults.leg(f"{place}.properties.name", properties.get("name"))
    places, times = _line(feature.get("geometry")), properties.get("coordTimes")
    if places is None:
        faults.tell(f"{place}.geometry", shown(feature.get("geometry")), "a LineString")
        places = []
    if not isinstance(times, list) or len(times) != len(places):
        faults.tell(f"{place}.properties.coordTimes", shown(times), f"{len(places)} times, one for each position")
        places = times = []
    told = enumerate(zip(places, times, strict=True))
    points = [_point(faults, f"{place}.geometry.coordinates[{index}]", *pair) for index, pair in told]
    return Track(sortie=sortie, leg=leg, points=above_the_sea(points))


def _line(geometry: object) -> list[Any] | None:
    is_line = isinstance(geometry, dict) and geometry.get("type") == "LineString"
    places = geometry.get("coordinates") if isinstance(geometry, dict) and is_line else None
    return places if isinstance(places, list) else None


def _point(faults: Faults, place: str, position: object, time: object) -> TrackPoint:
    if not isinstance(position, list) or len(position) != 3:
        faults.tell(place, shown(position), "longitude, latitude and height")
        position = [0.0, 0.0, 0.0]
    lon, lat, height_m = position
    return faults.point(place, lon, lat, height_m, faults.moment(f"{place}, time", time))
