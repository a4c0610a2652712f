"""Operational intents as ASTM F3548-21 exchanges them: what a service supplier (USS) files for each sortie.

Three files for a sortie. ``NAME.reference.json`` is the body that is put to the DSS under the sortie's entity id
(``PutOperationalIntentReferenceParameters``); ``NAME.intent.json`` is what the USS answers others who ask for details,
and what a scenario of ours reads as the traffic of others; ``NAME.track.json`` is our own and goes nowhere: waypoints,
and the margins around them that the volumes promise to hold. The standard's objects have no room for waypoints, and are
left as they are. Reading back takes the track and walks it through the volumes (:mod:`planner.output.exports.walks`).

What only the DSS or the USS knows is not made up: ``key`` is empty, ``ovn``, ``version`` and ``subscription_id`` are
left out of the reference, and ``uss_base_url`` is a name that leads nowhere (RFC 2606) until the USS puts its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import shapely

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, json_of, text_of
from airspace.formats.telling import shown
from airspace.model.schedules import Span
from planner.formats.doors.traffic import HEIGHTS_M
from planner.formats.traffic import LEAST_AREA_M2, MOST_VERTICES
from planner.model.plans import Sortie
from planner.output.exports.faults import Faults, tracks_once
from planner.output.exports.formats import File, Precision, Reviewed, Track, TrackPoint, cannot, leg_name, stems, zulu
from planner.output.exports.intents import CORNERS, Held, Ring, entity_id, held_by
from planner.output.exports.legs import DEGREES, METRES, place_of, too_far
from planner.output.exports.refusals import refuse
from planner.output.exports.walks import Margins, convex, outside

REFERENCE, INTENT, TRACK = ".reference.json", ".intent.json", ".track.json"
FORMAT, VERSION = "skyferry-track", 1
NOWHERE = "https://uss.invalid"

MOST_AHEAD = timedelta(days=30)
"""How far ahead an intent may be filed (OiMaxPlanHorizon)."""

LEAST_HALF_WIDTH_M = (LEAST_AREA_M2 / 2.0) ** 0.5
"""A narrower corridor gives volumes of less than the area that is taken for one."""

MOST_POINTS = 10_000
"""Of a sortie's track: as many as its volumes may have vertices."""

PRECISION = Precision(horizontal_m=0.01, vertical_m=0.001, time_s=0.0005)
"""Of the tracks; the volumes hold them with their margins, which is walked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class F3548:
    """Operational intents."""

    name: str = "f3548"
    title: str = "ASTM F3548-21 operational intent, one for each sortie (4-D volumes, WGS 84 heights)"
    precision: Precision = PRECISION
    uss_base_url: str = NOWHERE
    """Of the USS that files them."""

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return three files for each sortie.

        Raises
        ------
        BadInput
            If a sortie's times do not rise, its corridor is too narrow, it needs more vertices than an intent may have
            or ends too far ahead of the plan's start, or reaches too far; or if the job does not have its type of
            drone.
        """
        made, problems = self._made(reviewed)
        refuse(self.name, reviewed, problems)
        stem = stems(sortie.id for sortie in reviewed.plan.sorties)
        return tuple(
            File(name=stem[sortie.id] + suffix, content=content)
            for sortie, margins, volumes in made
            for suffix, content in (
                (REFERENCE, _text(self._reference(volumes))),
                (INTENT, _text(self._intent(volumes, entity_id(reviewed.digest, sortie.id)))),
                (TRACK, _text(_own(sortie, margins, reviewed.digest), indent=1)),
            )
        )

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs of some sorties, each walked through its volumes.

        Raises
        ------
        BadInput
            If a file is missing or not of this format, its volumes are not those of one intent in a row, or a leg is
            somewhere not inside them with its margins.
        """
        named = {file.name: file for file in files}
        problems, tracks = list(_strangers(named)), []
        for name in sorted(name for name in named if name.endswith(TRACK)):
            try:
                tracks += [(name, track) for track in _read(name.removesuffix(TRACK), named)]
            except BadInput as error:
                problems += error.problems
        if problems:
            raise BadInput(problems)
        with Faults(file="the files of an export") as faults:
            return tracks_once(faults, tracks)

    def _made(self, reviewed: Reviewed) -> tuple[list[tuple[Sortie, Margins, tuple[Held, ...]]], list[Problem]]:
        """Return the volumes of every sortie that has some, and what keeps others from having any."""
        policy, kinds = reviewed.job.policy, {kind.id: kind for kind in reviewed.job.drone_types}
        made, problems = [], list[Problem]()
        for sortie in reviewed.plan.sorties:
            kind, name = kinds.get(sortie.drone_type), f"sortie {shown(sortie.id)}"
            if kind is None:
                told = f"the drone type {shown(sortie.drone_type)}"
                problems.append(cannot(self.name, name, told, "one of the types of the job"))
                continue
            half_width_m = policy.half_width_m(kind)
            misfits = [*_misfits(sortie, half_width_m)]
            volumes = held_by(sortie, policy, half_width_m) if not misfits and sortie.legs else ()
            misfits += _too_much(volumes, reviewed.plan.start)
            problems += (cannot(self.name, name, *misfit) for misfit in misfits)
            margins = Margins(
                half_width_m=half_width_m, vertical_m=policy.vertical_budget_m, timing_s=policy.departure_error_s
            )
            if volumes:
                made.append((sortie, margins, volumes))
        return made, problems

    def _reference(self, volumes: Sequence[Held]) -> dict[str, Any]:
        return {
            "extents": [_volume(one) for one in volumes],
            "key": [],
            "new_subscription": {"notify_for_constraints": False, "uss_base_url": self.uss_base_url},
            "state": "Accepted",
            "uss_base_url": self.uss_base_url,
        }

    def _intent(self, volumes: Sequence[Held], entity: str) -> dict[str, Any]:
        reference = {
            "id": entity,
            "manager": "",
            "state": "Accepted",
            "time_end": _time(max(one.end for one in volumes)),
            "time_start": _time(min(one.start for one in volumes)),
            "uss_availability": "Unknown",
            "uss_base_url": self.uss_base_url,
        }
        details = {"off_nominal_volumes": [], "priority": 0, "volumes": [_volume(one) for one in volumes]}
        return {"operational_intent": {"details": details, "reference": reference}}


# --- writing ----------------------------------------------------------------------------------------------------------


def _misfits(sortie: Sortie, half_width_m: float) -> Iterator[tuple[str, str]]:
    points = [point for leg in sortie.legs for point in leg.waypoints]
    if not points:
        return  # refused as no line
    moved = any(
        end.t == start.t and (start.lon, start.lat, start.alt_amsl_m) != (end.lon, end.lat, end.alt_amsl_m)
        for start, end in pairwise(points)
    )
    if moved or any(end.t < start.t for start, end in pairwise(points)) or points[0].t == points[-1].t:
        yield "waypoints whose times do not rise", "every waypoint later than the one before"
    yield from too_far(points)
    if half_width_m < LEAST_HALF_WIDTH_M:
        yield f"a corridor of {half_width_m:g} m to a side", f"{LEAST_HALF_WIDTH_M:.2f} m or more"


def _too_much(volumes: Sequence[Held], plan_starts: datetime) -> Iterator[tuple[str, str]]:
    corners = sum(len(one.ring) for one in volumes)
    if corners > MOST_VERTICES:
        found, expected = f"{corners:,} vertices in its volumes", f"at most {MOST_VERTICES:,}"
        yield found, f"{expected}, or {MOST_VERTICES // CORNERS:,} volumes of {CORNERS}"
    if volumes and max(one.end for one in volumes) - plan_starts > MOST_AHEAD:
        yield "an end too far ahead", f"an end within {MOST_AHEAD.days} days from the plan's start, to be filed before"


def _text(document: Mapping[str, Any], *, indent: int | None = None) -> bytes:
    # ASCII only: names of others come through escaped, and nothing in them can fool who looks at the file.
    return (json.dumps(document, indent=indent) + "\n").encode("ascii")


def _volume(one: Held) -> dict[str, Any]:
    vertices = [{"lat": lat, "lng": lon} for lon, lat in one.ring]
    return {
        "time_end": _time(one.end),
        "time_start": _time(one.start),
        "volume": {
            "altitude_lower": _altitude(one.lower_w84_m),
            "altitude_upper": _altitude(one.upper_w84_m),
            "outline_polygon": {"vertices": vertices},
        },
    }


def _time(moment: datetime) -> dict[str, str]:
    return {"format": "RFC3339", "value": zulu(moment)}


def _altitude(height_m: float) -> dict[str, Any]:
    return {"reference": "W84", "units": "M", "value": height_m}


def _own(sortie: Sortie, margins: Margins, digest: str) -> dict[str, Any]:
    return {
        "departure_error_s": margins.timing_s,
        "entity_id": entity_id(digest, sortie.id),
        "format": FORMAT,
        "half_width_m": margins.half_width_m,
        "legs": [
            [
                {
                    "alt_amsl_m": round(point.alt_amsl_m, METRES),
                    "lat": round(point.lat, DEGREES),
                    "lon": round(point.lon, DEGREES),
                    "t": zulu(point.t),
                }
                for point in leg.waypoints
            ]
            for leg in sortie.legs
        ],
        "plan_digest": digest,
        "sortie": sortie.id,
        "version": VERSION,
        "vertical_budget_m": margins.vertical_m,
    }


# --- reading ----------------------------------------------------------------------------------------------------------


def _strangers(named: Mapping[str, File]) -> Iterator[Problem]:
    """Tell which files have no track beside them, or are of another kind."""
    for name in sorted(named):
        stem = next((name.removesuffix(suffix) for suffix in (REFERENCE, INTENT, TRACK) if name.endswith(suffix)), None)
        if stem is None:
            expected = f"a file whose name ends in {REFERENCE}, {INTENT} or {TRACK}"
            yield Problem(file=name, code="UNKNOWN_FILE", found=shown(name), expected=expected)
        elif f"{stem}{TRACK}" not in named:
            expected = f"{stem}{TRACK} beside it, which tells whose volumes they are"
            yield Problem(file=name, code="FILE_MISSING", found="volumes without a track", expected=expected)


def _read(stem: str, named: Mapping[str, File]) -> tuple[Track, ...]:
    """Return the legs of one sortie."""
    own = _object_of(named, stem + TRACK)
    intent, reference = (_object_of(named, stem + suffix) for suffix in (INTENT, REFERENCE))
    with Faults(file=stem + TRACK) as faults:
        tracks, margins = _tracks(faults, own)
    with Faults(file=stem + INTENT) as faults:
        told = _inside(faults, "operational_intent", intent.get("operational_intent"))
        details = _inside(faults, "operational_intent.details", told.get("details"))
        _look_at_reference(faults, told.get("reference"), own.get("entity_id"))
        volumes = _volumes(faults, "operational_intent.details.volumes", details.get("volumes"))
        _look_at_row(faults, volumes)
    with Faults(file=stem + REFERENCE) as faults:
        if reference.get("extents") != details.get("volumes"):
            faults.tell("extents", "other volumes", f"those of {stem}{INTENT}", code="CONTRADICTION")
    with Faults(file=stem + INTENT) as faults:
        _walk(faults, tracks, volumes, margins)
    return tracks


def _object_of(named: Mapping[str, File], name: str) -> dict[str, Any]:
    """Return what a file holds.

    Raises
    ------
    BadInput
        If it is not there, or no JSON object.
    """
    with Faults(file=name) as faults:
        if name not in named:
            faults.tell("", "nothing there", "a file of this name", code="FILE_MISSING")
            return {}
        document = json_of(name, text_of(RawFile(name=name, raw=named[name].content)))
        faults.problems += document.problems
        return _inside(faults, "the file", document.data)


def _inside(faults: Faults, place: str, value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    faults.tell(place, shown(value), "an object with named values", code="WRONG_TYPE")
    return {}


def _list(faults: Faults, place: str, value: object) -> list[Any]:
    if isinstance(value, list) and value:
        return value
    faults.tell(place, shown(value), "a list with something in it", code="WRONG_TYPE")
    return []


def _tracks(faults: Faults, own: dict[str, Any]) -> tuple[tuple[Track, ...], Margins]:
    for key, wanted in (("format", FORMAT), ("version", VERSION)):
        if isinstance(own.get(key), bool) or own.get(key) != wanted:
            faults.tell(key, shown(own.get(key)), shown(wanted), code="WRONG_FORMAT")
    sortie = own.get("sortie")
    if not isinstance(sortie, str) or not sortie:
        faults.tell("sortie", shown(sortie), "the id of a sortie", code="UNKNOWN_LEG")
    margins = Margins(
        half_width_m=faults.number("half_width_m", own.get("half_width_m"), 0.0, 10_000.0),
        vertical_m=faults.number("vertical_budget_m", own.get("vertical_budget_m"), 0.0, 10_000.0),
        timing_s=faults.number("departure_error_s", own.get("departure_error_s"), 0.0, 86_400.0),
    )
    legs = [
        [_point(faults, f"legs[{number}][{index}]", value) for index, value in enumerate(values)]
        for number, leg in enumerate(_list(faults, "legs", own.get("legs")))
        for values in [_list(faults, f"legs[{number}]", leg)]
    ]
    if sum(map(len, legs)) > MOST_POINTS:
        faults.tell("legs", f"{sum(map(len, legs)):,} points", f"at most {MOST_POINTS:,}", code="TOO_MANY")
    return tuple(Track(sortie=str(sortie), leg=n, points=tuple(points)) for n, points in enumerate(legs)), margins


def _point(faults: Faults, place: str, value: object) -> TrackPoint:
    told = _inside(faults, place, value)
    lon, lat = place_of(faults, place, told.get("lat"), told.get("lon"))
    height_m = faults.number(f"{place}.alt_amsl_m", told.get("alt_amsl_m"), *HEIGHTS_M)
    return TrackPoint(lon=lon, lat=lat, alt_amsl_m=height_m, t=faults.moment(f"{place}.t", told.get("t")))


def _look_at_reference(faults: Faults, value: object, entity: object) -> None:
    reference = _inside(faults, "operational_intent.reference", value)
    for key, wanted in (("id", entity), ("state", "Accepted")):
        if reference.get(key) != wanted:
            place = f"operational_intent.reference.{key}"
            faults.tell(place, shown(reference.get(key)), shown(wanted), code="CONTRADICTION")


def _volumes(faults: Faults, place: str, value: object) -> tuple[Held, ...]:
    """Return the volumes of an intent, each one looked at as strictly as the standard's words are."""
    given = _list(faults, place, value)
    volumes = tuple(_held(faults, f"{place}[{number}]", one) for number, one in enumerate(given))
    vertices = sum(len(one.ring) for one in volumes)
    if vertices > MOST_VERTICES:
        faults.tell(place, f"{vertices:,} vertices", f"at most {MOST_VERTICES:,}", code="TOO_MANY")
    return volumes


def _held(faults: Faults, place: str, value: object) -> Held:
    given = _inside(faults, place, value)
    _only(faults, place, given, ("volume", "time_start", "time_end"))
    volume = _inside(faults, f"{place}.volume", given.get("volume"))
    _only(faults, f"{place}.volume", volume, ("outline_polygon", "altitude_lower", "altitude_upper"))
    lower_m, upper_m = (
        _read_altitude(faults, f"{place}.volume.{key}", volume.get(key)) for key in ("altitude_lower", "altitude_upper")
    )
    start, end = (_read_time(faults, f"{place}.{key}", given.get(key)) for key in ("time_start", "time_end"))
    if not lower_m < upper_m:
        found, expected = f"{lower_m:g} and {upper_m:g} m", "altitude_lower below altitude_upper"
        faults.tell(f"{place}.volume", found, expected, code="HEIGHTS_REVERSED")
    if not start < end:
        found, expected = f"{zulu(start)} and {zulu(end)}", "time_start before time_end"
        faults.tell(place, found, expected, code="TIMES_REVERSED")
    ring = _read_ring(faults, f"{place}.volume.outline_polygon", volume.get("outline_polygon"))
    return Held(ring=ring, lower_w84_m=lower_m, upper_w84_m=upper_m, start=start, end=end)


def _only(faults: Faults, place: str, given: dict[str, Any], keys: Sequence[str]) -> None:
    """Tell what an object of the standard lacks or does not have: it takes no other keys."""
    for key in keys:
        if key not in given:
            faults.tell(f"{place}.{key}", "nothing", "a value", code="MISSING_VALUE")
    for key in given:
        if key not in keys:
            faults.tell(place, f"the key {shown(key)}", f"{', '.join(keys)} only", code="UNKNOWN_KEY")


def _read_altitude(faults: Faults, place: str, value: object) -> float:
    told = _inside(faults, place, value)
    for key, wanted in (("reference", "W84"), ("units", "M")):
        if told.get(key) != wanted:
            faults.tell(f"{place}.{key}", shown(told.get(key)), f"'{wanted}'", code="UNKNOWN_VALUE")
    return faults.number(f"{place}.value", told.get("value"), *HEIGHTS_M)


def _read_time(faults: Faults, place: str, value: object) -> datetime:
    told = _inside(faults, place, value)
    moment = told.get("value")
    if told.get("format") != "RFC3339":
        faults.tell(f"{place}.format", shown(told.get("format")), "'RFC3339'", code="UNKNOWN_VALUE")
    if not isinstance(moment, str) or not moment.endswith("Z"):
        faults.tell(f"{place}.value", shown(moment), "a time in UTC, with a Z at its end", code="BAD_TIME")
    return faults.moment(f"{place}.value", moment)


def _read_ring(faults: Faults, place: str, value: object) -> Ring:
    vertices = _list(faults, f"{place}.vertices", _inside(faults, place, value).get("vertices"))
    before = len(faults.problems)
    ring = tuple(
        place_of(faults, f"{place}.vertices[{number}]", told.get("lat"), told.get("lng"))
        for number, vertex in enumerate(vertices)
        for told in [_inside(faults, f"{place}.vertices[{number}]", vertex)]
    )
    if len(faults.problems) > before or not vertices:
        return ring
    if len(ring) > 1 and ring[0] == ring[-1]:
        faults.tell(place, "a first vertex that is repeated", "every vertex once", code="CLOSED_RING")
    elif len(ring) < 3 or not shapely.Polygon(ring).is_valid or not convex(ring):
        expected = "a convex outline, as those around a straight piece are"
        faults.tell(place, f"an outline of {len(ring)} vertices that is none", expected, code="BAD_OUTLINE")
    return ring


def _look_at_row(faults: Faults, volumes: Sequence[Held]) -> None:
    """Tell where two volumes in a row do not overlap in space and time, and where they reach too far ahead."""
    if faults.problems:
        return
    for number, (one, other) in enumerate(pairwise(volumes), start=1):
        place = f"operational_intent.details.volumes[{number}]"
        together = one.lower_w84_m <= other.upper_w84_m and other.lower_w84_m <= one.upper_w84_m
        if not together or not shapely.Polygon(one.ring).intersects(shapely.Polygon(other.ring)):
            faults.tell(place, "a volume apart from the one before", "volumes that overlap in a row", code="APART")
        if not _overlap((one.start, one.end), (other.start, other.end)):
            faults.tell(place, "a volume at another time", "volumes that overlap in time in a row", code="APART")
    if volumes and max(one.end for one in volumes) - min(one.start for one in volumes) > MOST_AHEAD:
        expected = f"volumes within {MOST_AHEAD.days} days"
        faults.tell("operational_intent.details", "more", expected, code="TOO_FAR_AHEAD")


def _overlap(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _walk(faults: Faults, tracks: Sequence[Track], volumes: Sequence[Held], margins: Margins) -> None:
    """Tell which pieces of a flight, and which stays between its legs, are not inside its volumes."""
    for track in tracks:
        for number in outside(track.points, volumes, margins):
            name = shown(leg_name(track.sortie, track.leg))
            found = f"{name} from waypoint {number + 1} to {number + 2} somewhere in no volume"
            faults.tell("operational_intent.details.volumes", found, _promised(margins), code="OUTSIDE_VOLUMES")
    for before, after in pairwise(tracks):
        for _ in outside((before.points[-1], after.points[0]), volumes, margins):
            found = f"the stay after {shown(leg_name(before.sortie, before.leg))} somewhere in no volume"
            faults.tell("operational_intent.details.volumes", found, _promised(margins), code="OUTSIDE_VOLUMES")


def _promised(margins: Margins) -> str:
    return (
        f"volumes that hold it with {margins.half_width_m:g} m to the sides, {margins.vertical_m:g} m up and down, "
        f"{margins.timing_s:g} s earlier and later"
    )
