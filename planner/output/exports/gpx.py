"""GPX 1.1 (Topografix): a track for each leg, with heights above mean sea level and times."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from airspace.errors import BadInput, Problem
from airspace.formats.markup.xml import Element
from airspace.formats.telling import shown
from planner.model.plans import Leg, Sortie
from planner.output.exports.faults import Faults, tracks_once
from planner.output.exports.formats import (
    File,
    Precision,
    Reviewed,
    Track,
    TrackPoint,
    leg_name,
    the_file,
    zulu,
)
from planner.output.exports.markup import child, document, parsed, refuse_unsayable, text_in

NAMESPACE = "http://www.topografix.com/GPX/1/1"
FILE_NAME = "plan.gpx"
ELEMENTS_OF_A_POINT = 5
"""Itself, two attributes, height and time."""


class Gpx:
    """A plan as GPX.

    Longitude and latitude stand with all their digits, ``ele`` in metres above mean sea level (EGM96) as is the custom,
    times in UTC. Every leg is a track of its own, named by its sortie and its number there. Pads are waypoints.
    """

    name = "gpx"
    title = "GPX 1.1, tracks for GPS tools and maps"
    precision = Precision(horizontal_m=0.001, vertical_m=0.0005, time_s=0.0005)

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return one file with every leg as a track."""
        points = sum(len(leg.waypoints) for _, _, leg in reviewed.legs)
        refuse_unsayable(self.name, reviewed, ELEMENTS_OF_A_POINT * points)
        root = ET.Element("gpx", {"version": "1.1", "creator": "Skyferry", "xmlns": NAMESPACE})
        _head(root, reviewed)
        for pad in reviewed.sky.pads:
            place = child(root, "wpt", lat=_degrees(pad.lat), lon=_degrees(pad.lon))
            child(place, "ele", _metres(pad.elevation_amsl_m))
            child(place, "name", pad.id)
            child(place, "desc", pad.name)
        for sortie, number, leg in reviewed.legs:
            _track(root, sortie, number, leg)
        return (File(name=FILE_NAME, content=document(root)),)

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the tracks of a file; those of other names than a leg's are no legs."""
        file = the_file(files, FILE_NAME)
        root = parsed(file)
        if (root.namespace, root.name) != (NAMESPACE, "gpx"):
            found, expected = f"the element {shown(root.name)}", f"gpx in the namespace {NAMESPACE}"
            raise BadInput([Problem(file=file.name, code="WRONG_FORMAT", found=found, expected=expected)])
        with Faults(file=file.name) as faults:
            return tracks_once(faults, [_read_track(faults, track) for track in root.all("trk")])


def _head(root: ET.Element, reviewed: Reviewed) -> None:
    head = child(root, "metadata")
    child(head, "name", reviewed.plan.name)
    child(head, "desc", f"Plan {reviewed.digest}. Heights are metres above mean sea level (EGM96). Not for navigation.")


def _track(root: ET.Element, sortie: Sortie, number: int, leg: Leg) -> None:
    track = child(root, "trk")
    child(track, "name", leg_name(sortie.id, number))
    child(track, "desc", f"{leg.from_pad} > {leg.to_pad}, drone {sortie.drone}, corridor {leg.corridor}")
    segment = child(track, "trkseg")
    for waypoint in leg.waypoints:
        point = child(segment, "trkpt", lat=_degrees(waypoint.lat), lon=_degrees(waypoint.lon))
        child(point, "ele", _metres(waypoint.alt_amsl_m))
        child(point, "time", zulu(waypoint.t))


def _degrees(value: float) -> str:
    """Return degrees with 8 decimals, about a millimetre: xsd:decimal knows no exponents."""
    return f"{value:.8f}"


def _metres(value: float) -> str:
    return f"{value:.3f}"


def _read_track(faults: Faults, track: Element) -> tuple[str, Track]:
    place = f"line {track.line}"
    sortie, leg = faults.leg(f"{place}, name", text_in(track, "name"))
    points = [point for segment in track.all("trkseg") for point in segment.all("trkpt")]
    return place, Track(sortie=sortie, leg=leg, points=tuple(_read_point(faults, point) for point in points))


def _read_point(faults: Faults, point: Element) -> TrackPoint:
    place = f"line {point.line}"
    lon, lat = point.attributes.get("lon"), point.attributes.get("lat")
    return faults.point(place, lon, lat, point.words_of("ele"), faults.moment(f"{place}, time", point.words_of("time")))
