"""KML 2.2, plain and packed as KMZ: flights in space and time, over zones drawn as bodies, for globes and GIS."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from xml.etree import ElementTree as ET

import shapely

from airspace.earth.heights import Height, HeightFrame, Reference
from airspace.errors import BadInput, Problem
from airspace.formats.bands import plain_number
from airspace.formats.geojson_writing import oriented
from airspace.formats.markup.archives import kml_of
from airspace.formats.markup.xml import Element
from airspace.formats.telling import shown
from airspace.model.gates import Gate
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from planner.model.plans import Leg, Sortie, Waypoint
from planner.output.exports.faults import Faults, tracks_once
from planner.output.exports.formats import (
    File,
    Precision,
    Reviewed,
    Track,
    TrackPoint,
    leg_name,
    leg_named,
    the_file,
    zulu,
)
from planner.output.exports.markup import child, degrees, document, inside, metres, parsed, refuse_too_large, text_in
from planner.output.exports.refusals import refuse

NAMESPACE = "http://www.opengis.net/kml/2.2"
EXTENSIONS = "http://www.google.com/kml/ext/2.2"
KML_NAME, KMZ_NAME, MEMBER = "plan.kml", "plan.kmz", "doc.kml"

PRECISION = Precision(horizontal_m=0.001, vertical_m=0.0005, time_s=0.0005)

COLOURS = {
    "leg": "0A62B0",
    "gate": "12171E",
    Restriction.PROHIBITED: "A80F2C",
    Restriction.REQ_AUTHORISATION: "6A3D9E",
    Restriction.CONDITIONAL: "7A6400",
    Restriction.NO_RESTRICTION: "5F6B78",
}
"""Red, green, blue, as on the page of a plan."""

NOTE = "Heights are metres above mean sea level (EGM96). Zones without a ceiling are drawn up to the highest flight. "
NOTE += "Not for navigation."


class Kml:
    """A plan as KML.

    Every leg is a line in the folder Legs, with heights above mean sea level (``absolute``, the geoid EGM96) and the
    span of time in which it is flown, and a track in the folder Flights that can be played (``gx:Track``). Both hold
    all its waypoints. Zones are bodies; what they ask stands in ``ExtendedData``, as Skyferry reads zones from KML.
    """

    name = "kml"
    title = "KML 2.2, for globes and GIS"
    precision = PRECISION

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return one file with everything."""
        return (File(name=KML_NAME, content=_written(self.name, reviewed)),)

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs of a file: the lines, with the times of the tracks."""
        return _read(the_file(files, KML_NAME))


class Kmz:
    """The same packed."""

    name = "kmz"
    title = "KMZ, the same packed"
    precision = PRECISION

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return one archive with everything."""
        return (File(name=KMZ_NAME, content=packed({MEMBER: _written(self.name, reviewed)})),)

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs of the KML in an archive."""
        file = the_file(files, KMZ_NAME)
        return _read(File(name=file.name, content=kml_of(file.name, file.content)[1]))


def packed(members: dict[str, bytes]) -> bytes:
    """Return an archive whose bytes follow from its members alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            # Without a moment and a system of its own it would be another archive on every machine.
            told = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            told.create_system, told.external_attr, told.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(told, content)
    return held.getvalue()


# --- Writing -------------------------------------------------------------------------------------------------------


def _written(format_name: str, reviewed: Reviewed) -> bytes:
    refuse(format_name, reviewed)
    root = ET.Element("kml", {"xmlns": NAMESPACE, "xmlns:gx": EXTENSIONS})
    whole = child(root, "Document")
    child(whole, "name", reviewed.plan.name)
    child(whole, "description", _described(f"Plan {reviewed.digest}.", NOTE))
    for name, colour in COLOURS.items():
        _style(whole, name, colour)
    _legs(whole, reviewed)
    _flights(whole, reviewed)
    _pads(whole, reviewed.sky)
    _gates(whole, reviewed.sky)
    _zones(whole, reviewed)
    refuse_too_large(format_name, root)
    return document(root)


def _described(*lines: str) -> str:
    """Return lines as a description, which globes show as HTML with ``$[name]`` filled in: neither is to happen."""
    told = (html.escape(line).replace("$", "&#36;") for line in lines if line)
    return "<br/>".join(told)


def _style(whole: ET.Element, name: str, colour: str) -> None:
    style = child(whole, "Style", id=name)
    # KML tells opacity, blue, green, red.
    reversed_colour = (colour[4:6] + colour[2:4] + colour[0:2]).lower()
    line = child(style, "LineStyle")
    child(line, "color", f"ff{reversed_colour}")
    child(line, "width", "3" if name == "leg" else "2")
    child(child(style, "PolyStyle"), "color", f"{'33' if name == 'leg' else '55'}{reversed_colour}")
    child(child(style, "BalloonStyle"), "text", "$[description]")


def _folder(whole: ET.Element, name: str) -> ET.Element:
    folder = child(whole, "Folder")
    child(folder, "name", name)
    return folder


def _placemark(folder: ET.Element, name: str, *description: str) -> ET.Element:
    placemark = child(folder, "Placemark")
    child(placemark, "name", name)
    child(placemark, "description", _described(*description))
    return placemark


def _legs(whole: ET.Element, reviewed: Reviewed) -> None:
    folder = _folder(whole, "Legs")
    for sortie, number, leg in reviewed.legs:
        placemark = _placemark(folder, leg_name(sortie.id, number), *_words(sortie, leg))
        span = child(placemark, "TimeSpan")
        child(span, "begin", zulu(leg.waypoints[0].t))
        child(span, "end", zulu(leg.waypoints[-1].t))
        child(placemark, "styleUrl", "#leg")
        line = child(placemark, "LineString")
        child(line, "extrude", "1")
        child(line, "altitudeMode", "absolute")
        child(line, "coordinates", " ".join(",".join(_place(point)) for point in leg.waypoints))


def _words(sortie: Sortie, leg: Leg) -> Iterator[str]:
    yield f"{leg.from_pad} > {leg.to_pad}, corridor {leg.corridor}"
    yield f"Drone {sortie.drone} of type {sortie.drone_type}, {leg.payload_kg:g} kg on board"
    yield f"{leg.distance_m:,.0f} m, {leg.energy_wh:,.1f} Wh"
    yield f"Zones entered: {', '.join(entry.zone for entry in leg.zones) or 'none'}"


def _flights(whole: ET.Element, reviewed: Reviewed) -> None:
    folder = _folder(whole, "Flights")
    for sortie, number, leg in reviewed.legs:
        placemark = _placemark(folder, leg_name(sortie.id, number), *_words(sortie, leg))
        child(placemark, "styleUrl", "#leg")
        track = child(placemark, "gx:Track")
        child(track, "altitudeMode", "absolute")
        for point in leg.waypoints:
            child(track, "when", zulu(point.t))
        for point in leg.waypoints:
            child(track, "gx:coord", " ".join(_place(point)))


def _place(point: Waypoint) -> tuple[str, str, str]:
    return degrees(point.lon), degrees(point.lat), metres(point.alt_amsl_m)


def _pads(whole: ET.Element, sky: Airspace) -> None:
    folder = _folder(whole, "Pads")
    for pad in sky.pads:
        placemark = _placemark(folder, pad.id, pad.name, pad.name_zh, ", ".join(pad.roles))
        point = child(placemark, "Point")
        child(point, "altitudeMode", "absolute")
        child(point, "coordinates", f"{degrees(pad.lon)},{degrees(pad.lat)},{metres(pad.elevation_amsl_m)}")


def _gates(whole: ET.Element, sky: Airspace) -> None:
    """Add gates as lines around them: whoever reads zones from the file takes areas for zones."""
    folder = _folder(whole, "Gates")
    for gate in sky.gates:
        placemark = _placemark(folder, gate.id, gate.name, gate.name_zh, str(gate.band), _hours(gate))
        child(placemark, "styleUrl", "#gate")
        line = child(placemark, "LineString")
        child(line, "tessellate", "1")
        child(line, "coordinates", _ring(oriented(gate.area).exterior, 0.0))


def _hours(thing: Gate | Zone) -> str:
    return f"Holds {thing.schedule.in_words(UTC)}"


def _zones(whole: ET.Element, reviewed: Reviewed) -> None:
    folder = _folder(whole, "Zones")
    flown_m = [point.alt_amsl_m for _, _, leg in reviewed.legs for point in leg.waypoints]
    for zone in reviewed.sky.zones:
        placemark = _placemark(folder, zone.name, zone.name_zh, zone.id, str(zone.restriction), str(zone.band),
                               _hours(zone), str(zone.source))  # fmt: skip
        child(placemark, "styleUrl", f"#{zone.restriction}")
        data = child(placemark, "ExtendedData")
        for name, value in _told(zone):
            child(child(data, "Data", name=name), "value", value)
        _body(placemark, zone, reviewed.sky.heights, max(flown_m, default=0.0))


def _told(zone: Zone) -> Iterator[tuple[str, str]]:
    """Yield what a zone says, in the words that Skyferry reads; its hours are told in the description only."""
    yield "id", zone.id
    yield "restriction", str(zone.restriction)
    yield "lower", _limit(zone.band.lower)
    yield "upper", _limit(zone.band.upper)
    for name in ("name_zh", "authority", "jurisdiction", "category"):
        if value := getattr(zone, name):
            yield name, value
    if zone.source.citation:
        yield "source", zone.source.citation


def _limit(height: Height | None) -> str:
    """Return a height to its last digit: ``GND``, ``120 m AGL``, ``FL 65``, ``UNL``."""
    if height is None:
        return "UNL"
    in_metres = height.reference in (Reference.AGL, Reference.AMSL, Reference.W84) and height.value_m
    return f"{plain_number(height.value_m)} m {height.reference}" if in_metres else str(height)


def _body(placemark: ET.Element, zone: Zone, frame: HeightFrame, highest_flown_m: float) -> None:
    """Add the body of a zone: down to the ground, or a sheet at its floor and one at its ceiling, if it has one."""
    upper, lower = zone.band.upper, zone.band.lower
    on_ground = lower.reference is Reference.AGL and lower.value_m <= 0
    top = upper or Height(value_m=highest_flown_m, reference=Reference.AMSL)
    sheets = [top] if on_ground else [lower] if upper is None else [lower, upper]
    geometry = child(placemark, "MultiGeometry")
    for polygon in shapely.get_parts(oriented(zone.area)).tolist():
        for height in sheets:
            _sheet(geometry, polygon, height, zone, frame, extruded=on_ground)


def _sheet(
    parent: ET.Element, polygon: shapely.Polygon, height: Height, zone: Zone, frame: HeightFrame, *, extruded: bool
) -> None:
    """Add a polygon at a height: above the ground as it is told, else above the sea as high as it can be."""
    above_ground = height.reference is Reference.AGL
    height_m = height.value_m if above_ground else frame.span_amsl_m(height, zone.area)[1]
    made = child(parent, "Polygon")
    child(made, "extrude", "1" if extruded else "0")
    child(made, "altitudeMode", "relativeToGround" if above_ground else "absolute")
    for name, rings in (("outerBoundaryIs", [polygon.exterior]), ("innerBoundaryIs", polygon.interiors)):
        for ring in rings:
            child(child(child(made, name), "LinearRing"), "coordinates", _ring(ring, height_m))


def _ring(ring: shapely.LinearRing, height_m: float) -> str:
    return " ".join(f"{degrees(lon)},{degrees(lat)},{metres(height_m)}" for lon, lat in shapely.get_coordinates(ring))


# --- Reading back --------------------------------------------------------------------------------------------------


def _read(file: File) -> tuple[Track, ...]:
    root = parsed(file)
    if root.name != "kml":
        found = f"the element {shown(root.name)}"
        raise BadInput([Problem(file=file.name, code="WRONG_FORMAT", found=found, expected="kml")])
    placemarks = [mark for mark in inside(root, "Placemark") if leg_named(text_in(mark, "name"))]
    with Faults(file=file.name) as faults:
        flights = {text_in(mark, "name"): track for mark in placemarks for track in inside(mark, "Track")}
        legs = [(text_in(mark, "name"), line) for mark in placemarks for line in inside(mark, "LineString")]
        return tracks_once(
            faults, [(f"line {line.line}", _leg(faults, name, line, flights.get(name))) for name, line in legs]
        )


def _leg(faults: Faults, name: str, line: Element, flight: Element | None) -> Track:
    """Return the places of a line with the times of its flight; where somebody took the flight out there are none."""
    place = f"line {line.line}"
    sortie, leg = faults.leg(place, name)
    if line.words_of("altitudeMode") != "absolute":
        faults.tell(place, shown(line.words_of("altitudeMode")), "the altitudeMode absolute")
    positions = [position.split(",") for position in line.words_of("coordinates").split()]
    times = [] if flight is None else _times(faults, flight)
    points = [
        _point(faults, f"{place}, position {index + 1}", position, when)
        for index, (position, when) in enumerate(zip_longest(positions, times[: len(positions)]))
    ]
    if flight is not None:
        _same(faults, points, flight, name)
    return Track(sortie=sortie, leg=leg, points=tuple(points))


def _times(faults: Faults, flight: Element) -> list[datetime]:
    whens = inside(flight, "when")
    return [faults.moment(f"line {when.line}", when.words) for when in whens]


def _point(faults: Faults, place: str, position: Sequence[str] | None, when: datetime | None) -> TrackPoint:
    if position is None or len(position) != 3:
        faults.tell(place, shown(",".join(position or ())), "longitude,latitude,height")
        position = ("0", "0", "0")
    lon, lat, height_m = position
    return faults.point(place, lon, lat, height_m, when)


def _same(faults: Faults, points: Sequence[TrackPoint], flight: Element, name: str) -> None:
    """Tell where the flight of a leg is not along its line: nobody could say which of them is flown."""
    coords = [coord.words.split() for coord in inside(flight, "coord")]
    read = [
        _point(faults, f"line {flight.line}, position {index + 1}", coord, None) for index, coord in enumerate(coords)
    ]
    fix = "Change both alike, or take the one in Flights out."
    if len(points) != len(read) or len(inside(flight, "when")) != len(points):
        found, expected = f"{len(read)} positions", f"{len(points)} with a time each, as the line of {shown(name)} has"
        faults.tell(f"line {flight.line}", found, expected, code="TRACK_DIFFERS", fix=fix)
        return
    for index, (point, other) in enumerate(zip(points, read, strict=True)):
        if (point.lon, point.lat, point.alt_amsl_m) != (other.lon, other.lat, other.alt_amsl_m):
            found = f"{other.lon}, {other.lat}, {other.alt_amsl_m} m"
            expected = f"the place that the line of {shown(name)} has, {point.lon}, {point.lat}, {point.alt_amsl_m} m"
            place = f"line {flight.line}, position {index + 1}"
            faults.tell(place, found, expected, code="TRACK_DIFFERS", fix=fix)
