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
from planner.output.exports.markup import child, degrees, document, metres, parsed, refuse_too_large, text_in
from planner.output.exports.refusals import refuse

NAMESPACE = "http://www.topografix.com/GPX/1/1"
FILE_NAME = "plan.gpx"


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
        refuse(self.name, reviewed)
        root = ET.Element("gpx", {"version": "1.1", "creator": "Skyferry", "xmlns": NAMESPACE})
        _head(root, reviewed)
        for pad in reviewed.sky.pads:
            place = child(root, "wpt", lat=degrees(pad.lat), lon=degrees(pad.lon))
            child(place, "ele", metres(pad.elevation_amsl_m))
            child(place, "name", pad.id)
            child(place, "desc", pad.name)
        for sortie, number, leg in reviewed.legs:
            _track(root, sortie, number, leg)
        refuse_too_large(self.name, root)
        return (File(name=FILE_NAME, content=document(root)),)

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the tracks of a file, each of which is a leg."""
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
        point = child(segment, "trkpt", lat=degrees(waypoint.lat), lon=degrees(waypoint.lon))
        child(point, "ele", metres(waypoint.alt_amsl_m))
        child(point, "time", zulu(waypoint.t))


def _read_track(faults: Faults, track: Element) -> tuple[str, Track]:
    place = f"line {track.line}"
    sortie, leg = faults.leg(f"{place}, name", text_in(track, "name"))
    points = [point for segment in track.all("trkseg") for point in segment.all("trkpt")]
    return place, Track(sortie=sortie, leg=leg, points=tuple(_read_point(faults, point) for point in points))


def _read_point(faults: Faults, point: Element) -> TrackPoint:
    place = f"line {point.line}"
    lon, lat = point.attributes.get("lon"), point.attributes.get("lat")
    return faults.point(place, lon, lat, point.words_of("ele"), faults.moment(f"{place}, time", point.words_of("time")))
