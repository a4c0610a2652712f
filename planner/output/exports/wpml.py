"""DJI's waylines (WPML): a KMZ for each leg, with the template that people edit and the wayline that is flown.

Written from DJI's pages on WPML in its Cloud API documentation, read in a copy of November 2026; no file was loaded in
DJI Pilot 2 or flown. Heights are told twice: in the template above the geoid (``EGM96``, as our record has them) and
above the ellipsoid, in the wayline above the ellipsoid (``WGS84``). A Placemark has longitude before latitude, the
reference for the take-off latitude before longitude, as that page says.

A wayline begins and ends above its pads. The aircraft climbs to its first point by itself, and lands below its last
one (``autoLand``). How high the ground is there has no place in a wayline, so it stands, with whose leg it is, in
``wpmz/res/skyferry.json``, beside the resources that a wayline may bring and that nothing reads unless told to.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from airspace.earth.geoids import undulation_m
from airspace.errors import Problem
from airspace.formats.documents import RawFile, json_of, text_of
from airspace.formats.markup.archives import members_of
from airspace.formats.markup.xml import Element, parse
from airspace.formats.telling import listed, shown
from planner.model.plans import Waypoint
from planner.output.exports.faults import Faults
from planner.output.exports.formats import File, Precision, Reviewed, Track, TrackPoint, cannot, stems
from planner.output.exports.legs import DEGREES, METRES, SPEED, Flown, legs_flown, length_m, place_of, read_each
from planner.output.exports.refusals import refuse

SUFFIX = ".kmz"
TEMPLATE, WAYLINES, OWN = "wpmz/template.kml", "wpmz/waylines.wpml", "wpmz/res/skyferry.json"
KML, WPML = "http://www.opengis.net/kml/2.2", "http://www.dji.com/wpmz/1.0.2"
WPMLS = tuple(f"http://www.dji.com/wpmz/1.0.{number}" for number in range(10))
"""Versions of the language; what is read here is the same in those that were seen, 1.0.2 to 1.0.6."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every member, the first that a zip can tell: the same plan gives the same bytes."""

MOST_POINTS = 65_536
"""Points are numbered from 0 to 65535 (``wpml:index``)."""

SPEEDS_MPS = (1.0, 15.0)
"""``wpml:waypointSpeed``, ``autoFlightSpeed`` and ``globalTransitionalSpeed``; the same for all aircraft."""

SECURE_M = (1.2, 1500.0)
"""``wpml:takeOffSecurityHeight``, above the take-off, with a remote controller; a dock asks 8 m or more."""

RETURN_M = (2.0, 1500.0)
"""``wpml:globalRTHHeight``."""

AGREE_M = 0.05
"""By so much the heights of one point that a file tells may differ: they are rounded each for itself."""

CUT_SHARE = 0.4
"""Of the shorter piece at a bend, where the turn begins at most: those of two bends must not take up a piece."""

STOP, TURN = "toPointAndStopWithDiscontinuityCurvature", "coordinateTurn"
PRECISION = Precision(horizontal_m=0.01, vertical_m=0.002, time_s=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wpml:
    """DJI waylines."""

    name: str = "wpml"
    title: str = "DJI wayline, one for each leg (WPML in a KMZ)"
    precision: Precision = PRECISION

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return a wayline for each leg.

        Raises
        ------
        BadInput
            If a type of drone is not told by DJI's number for it, or a leg is faster, slower, higher or longer than a
            wayline can be.
        """
        legs, problems = legs_flown(reviewed, self.name)
        problems += [*self._unnumbered(legs), *_misfits(legs, self.name)]
        refuse(self.name, reviewed, problems)
        stem = stems(sortie.id for sortie in reviewed.plan.sorties)
        return tuple(
            File(name=flown.file_name(stem[flown.sortie.id], SUFFIX), content=_archive(flown, reviewed.digest))
            for flown in legs
        )

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs of some waylines.

        Raises
        ------
        BadInput
            If a file is no wayline of ours, or template and wayline do not tell the same.
        """
        return read_each(files, _track)

    def _unnumbered(self, legs: Sequence[Flown]) -> Iterator[Problem]:
        for kind in dict.fromkeys(flown.kind.id for flown in legs if flown.kind.dji_type is None):
            fix = (
                "If DJI lists the aircraft for waylines, add dji_type = { value = ..., source = ..., verified = ... } "
                "to the type, and dji_sub_type where it is not 0."
            )
            expected = "a type with dji_type, its number in DJI's list of aircraft"
            yield cannot(self.name, f"drone type {shown(kind)}", "a type without dji_type", expected, fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """What DJI's numbers allow of something."""

    what: str
    unit: str
    least: float
    most: float
    fix: str = ""
    """Of what is above."""

    def told(self, legs: Sequence[tuple[str, list[float]]], format_name: str) -> Iterator[Problem]:
        """Yield one problem for all legs that are beyond it, told by their names and figures."""
        odd = [(name, figure) for name, figures in legs for figure in figures if not self.least <= figure <= self.most]
        if odd:
            ends = dict.fromkeys(f"{end(figure for _, figure in odd):.5g}" for end in (min, max))
            found = f"{self.what} of {' to '.join(ends)} {self.unit}"
            place = listed(dict.fromkeys(name for name, _ in odd))
            fix = self.fix if any(figure > self.most for _, figure in odd) else ""
            yield cannot(format_name, place, found, f"{self.least:g} to {self.most:g} {self.unit}", fix)


SLOWER = "Give the type a cruise_mps that leaves room for the wind from behind, and plan again."
LIMITS = {
    "points": _Limit(what="waylines", unit="points above the ground", least=2, most=MOST_POINTS),
    "climb": _Limit(what="climbs", unit="m to the first point", least=SECURE_M[0], most=SECURE_M[1]),
    "top": _Limit(what="flights", unit="m above their start", least=RETURN_M[0], most=RETURN_M[1]),
    "cruise": _Limit(what="air speeds in cruise", unit="m/s", least=SPEEDS_MPS[0], most=SPEEDS_MPS[1]),
    "speed": _Limit(what="speeds over the ground", unit="m/s", least=SPEEDS_MPS[0], most=SPEEDS_MPS[1], fix=SLOWER),
}


def _misfits(legs: Sequence[Flown], format_name: str) -> Iterator[Problem]:
    """Tell what of the legs a wayline has no numbers for."""
    figures = [(flown.name, _figures(flown)) for flown in legs]
    for key, limit in LIMITS.items():
        yield from limit.told([(name, told[key]) for name, told in figures], format_name)


def _figures(flown: Flown) -> dict[str, list[float]]:
    home, *air, _ = flown.leg.waypoints
    return {
        "points": [len(air)],
        "climb": [air[0].alt_amsl_m - home.alt_amsl_m],
        "top": [max(point.alt_amsl_m for point in air) - home.alt_amsl_m],
        "cruise": [flown.kind.cruise_mps],
        "speed": [speed for speed in _speeds_mps(air) if speed is not None],
    }


def _speeds_mps(air: Sequence[Waypoint]) -> list[float | None]:
    """Return the speed of each piece along itself, level, up or down; None for one that takes no time."""
    found = list[float | None]()
    for start, end in pairwise(air):
        taken_s = (end.t - start.t).total_seconds()
        found.append(round(_way_m(start, end) / taken_s, SPEED) if taken_s > 0 else None)
    return found


def _way_m(start: Waypoint, end: Waypoint) -> float:
    """Return how long a piece is in space."""
    return float((length_m(start, end) ** 2 + (end.alt_amsl_m - start.alt_amsl_m) ** 2) ** 0.5)


# --- writing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """A point of a wayline."""

    lon: float
    lat: float
    alt_amsl_m: float
    alt_ellipsoid_m: float
    speed_mps: float
    """To the next one."""
    cut_m: float
    """How far before it the turn begins; 0 where the aircraft stops."""


def _archive(flown: Flown, digest: str) -> bytes:
    points = _points(flown)
    members = {
        TEMPLATE: _document(_template(flown, points)),
        WAYLINES: _document(_wayline(flown, points)),
        OWN: json.dumps(_own(flown, digest), indent=1) + "\n",
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in members.items():
            # Stored, so that no version of a compressor has a say in the bytes; made as on Unix, wherever it is made.
            info = zipfile.ZipInfo(name, date_time=LONG_AGO)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    return held.getvalue()


def _points(flown: Flown) -> list[_Point]:
    air = flown.leg.waypoints[1:-1]
    speeds = _speeds_mps(air)
    known = [speed for speed in speeds if speed is not None] or [flown.kind.cruise_mps]
    undulations_m = undulation_m([point.lon for point in air], [point.lat for point in air]).tolist()
    return [
        _Point(
            lon=point.lon,
            lat=point.lat,
            alt_amsl_m=point.alt_amsl_m,
            alt_ellipsoid_m=point.alt_amsl_m + above_m,
            speed_mps=speed or known[-1],
            cut_m=cut_m,
        )
        for point, above_m, speed, cut_m in zip(
            air, undulations_m, [*speeds, known[-1]], _cuts_m(air, flown.half_width_m), strict=True
        )
    ]


def _cuts_m(air: Sequence[Waypoint], half_width_m: float) -> list[float]:
    """Return how far before each point the aircraft begins to turn: 0 at the ends, and where it climbs or descends.

    A turn that begins d before a bend of any angle, and ends d behind it, cuts the corner by less than d: on a circle
    that touches both pieces by d tan(angle / 4). So with at most the half-width it stays inside the corridor.
    """
    ways_m = [length_m(start, end) for start, end in pairwise(air)]
    level = [start.alt_amsl_m == end.alt_amsl_m for start, end in pairwise(air)]
    between = [
        round(min(CUT_SHARE * min(before_m, behind_m), half_width_m), METRES) if flat_in and flat_out else 0.0
        for (before_m, behind_m), (flat_in, flat_out) in zip(pairwise(ways_m), pairwise(level), strict=True)
    ]
    return [0.0, *between, 0.0]


def _own(flown: Flown, digest: str) -> dict[str, object]:
    down = flown.leg.waypoints[-1]
    return {
        "about": "Skyferry's own; no aircraft reads it.",
        "leg": flown.number + 1,
        "plan_digest": digest,
        "sortie": flown.sortie.id,
        "touch_down": {
            "alt_amsl_m": round(down.alt_amsl_m, METRES),
            "lat": round(down.lat, DEGREES),
            "lon": round(down.lon, DEGREES),
        },
    }


def _document(lines: Iterator[str]) -> str:
    head = f'<kml xmlns="{KML}" xmlns:wpml="{WPML}">'
    whole = ('<?xml version="1.0" encoding="UTF-8"?>', head, "<Document>", *lines, "</Document>", "</kml>")
    return "\n".join(whole) + "\n"


def _element(name: str, value: str | float) -> str:
    """Return an element with a word of DJI's or a number in it; no text of others ever goes into one."""
    return f"<wpml:{name}>{value}</wpml:{name}>"


def _mission(flown: Flown) -> Iterator[str]:
    """Yield what template and wayline both begin with."""
    home, first = flown.leg.waypoints[:2]
    top_m = max(point.alt_amsl_m for point in flown.leg.waypoints) - home.alt_amsl_m
    yield "<wpml:missionConfig>"
    yield _element("flyToWaylineMode", "safely")
    yield _element("finishAction", "autoLand")
    # Without a link it goes on along its corridor; the straight way home would lead through whatever lies there.
    yield _element("exitOnRCLost", "goContinue")
    yield _element("executeRCLostAction", "landing")
    yield _element("takeOffSecurityHeight", f"{first.alt_amsl_m - home.alt_amsl_m:.{METRES}f}")
    yield _element("globalTransitionalSpeed", f"{flown.kind.cruise_mps:.{SPEED}f}")
    yield _element("globalRTHHeight", f"{top_m:.{METRES}f}")
    yield _element("takeOffRefPoint", _reference(home))
    yield "<wpml:droneInfo>"
    yield _element("droneEnumValue", flown.kind.dji_type or 0)
    yield _element("droneSubEnumValue", flown.kind.dji_sub_type)
    yield "</wpml:droneInfo>"
    yield "</wpml:missionConfig>"


def _reference(home: Waypoint) -> str:
    """Return where the leg begins: latitude, longitude, metres above the ellipsoid."""
    height_m = home.alt_amsl_m + float(undulation_m(home.lon, home.lat))
    return f"{home.lat:.{DEGREES}f},{home.lon:.{DEGREES}f},{height_m:.{METRES}f}"


def _template(flown: Flown, points: Sequence[_Point]) -> Iterator[str]:
    yield _element("author", "Skyferry")
    yield from _mission(flown)
    yield "<Folder>"
    yield _element("templateType", "waypoint")
    yield _element("templateId", 0)
    yield "<wpml:waylineCoordinateSysParam>"
    yield _element("coordinateMode", "WGS84")
    yield _element("heightMode", "EGM96")
    yield "</wpml:waylineCoordinateSysParam>"
    yield _element("autoFlightSpeed", f"{flown.kind.cruise_mps:.{SPEED}f}")
    yield _element("gimbalPitchMode", "manual")
    yield "<wpml:globalWaypointHeadingParam>"
    yield from _heading()
    yield "</wpml:globalWaypointHeadingParam>"
    yield _element("globalWaypointTurnMode", STOP)
    for number, point in enumerate(points):
        yield from _place(number, point)
        yield _element("ellipsoidHeight", f"{point.alt_ellipsoid_m:.{METRES}f}")
        yield _element("height", f"{point.alt_amsl_m:.{METRES}f}")
        for name in ("useGlobalHeight", "useGlobalSpeed"):
            yield _element(name, 0)
        yield _element("waypointSpeed", f"{point.speed_mps:.{SPEED}f}")
        yield _element("useGlobalHeadingParam", 1)
        yield _element("useGlobalTurnParam", 0)
        yield from _turn(point)
        yield "</Placemark>"
    yield "</Folder>"


def _wayline(flown: Flown, points: Sequence[_Point]) -> Iterator[str]:
    yield from _mission(flown)
    yield "<Folder>"
    yield _element("templateId", 0)
    yield _element("executeHeightMode", "WGS84")
    yield _element("waylineId", 0)
    yield _element("autoFlightSpeed", f"{flown.kind.cruise_mps:.{SPEED}f}")
    for number, point in enumerate(points):
        yield from _place(number, point)
        yield _element("executeHeight", f"{point.alt_ellipsoid_m:.{METRES}f}")
        yield _element("waypointSpeed", f"{point.speed_mps:.{SPEED}f}")
        yield "<wpml:waypointHeadingParam>"
        yield from _heading()
        yield "</wpml:waypointHeadingParam>"
        yield from _turn(point)
        yield "</Placemark>"
    yield "</Folder>"


def _place(number: int, point: _Point) -> Iterator[str]:
    yield "<Placemark>"
    yield f"<Point><coordinates>{point.lon:.{DEGREES}f},{point.lat:.{DEGREES}f}</coordinates></Point>"
    yield _element("index", number)


def _heading() -> Iterator[str]:
    yield _element("waypointHeadingMode", "followWayline")
    yield _element("waypointHeadingPathMode", "followBadArc")


def _turn(point: _Point) -> Iterator[str]:
    yield "<wpml:waypointTurnParam>"
    yield _element("waypointTurnMode", TURN if point.cut_m > 0 else STOP)
    yield _element("waypointTurnDampingDist", f"{point.cut_m:.{METRES}f}")
    yield "</wpml:waypointTurnParam>"


# --- reading ----------------------------------------------------------------------------------------------------------


def _track(file: File) -> Track:
    members = members_of(file.name, file.content, (TEMPLATE, WAYLINES, OWN))
    with Faults(file=file.name) as faults:
        for name in (TEMPLATE, WAYLINES, OWN):
            if name not in members:
                fix = "Where a leg touches down is told there only." if name == OWN else ""
                faults.tell(name, "nothing there", "a file of this name", code="MEMBER_MISSING", fix=fix)
        if faults.problems:
            return Track(sortie="", leg=0, points=())
        template, waylines = (_root(file.name, name, members[name]) for name in (TEMPLATE, WAYLINES))
        sortie, leg, down = _read_own(faults, members[OWN])
        start = _take_off(faults, template, TEMPLATE)
        if _take_off(faults, waylines, WAYLINES) != start:
            faults.tell(WAYLINES, "another take-off", f"the one of {TEMPLATE}", code="CONTRADICTION")
        points = _flown_points(faults, template, waylines)
    return Track(sortie=sortie, leg=leg, points=(start, *points, down))


def _root(file: str, name: str, raw: bytes) -> Element:
    return parse(file, text_of(RawFile(name=f"{file}: {name}", raw=raw)), inside=name)


def _read_own(faults: Faults, raw: bytes) -> tuple[str, int, TrackPoint]:
    document = json_of(OWN, text_of(RawFile(name=OWN, raw=raw)))
    faults.problems += document.problems
    told: Mapping[str, object] = document.data if isinstance(document.data, dict) else {}
    sortie, leg, down = told.get("sortie"), told.get("leg"), told.get("touch_down")
    if not isinstance(sortie, str) or not sortie:
        faults.tell(f"{OWN}, sortie", shown(sortie), "the id of a sortie", code="UNKNOWN_LEG")
    if not isinstance(leg, int) or isinstance(leg, bool) or leg < 1:
        faults.tell(f"{OWN}, leg", shown(leg), "the number of a leg, from 1", code="UNKNOWN_LEG")
        leg = 1
    where: Mapping[str, object] = down if isinstance(down, dict) else {}
    lon, lat = place_of(faults, f"{OWN}, touch_down", where.get("lat"), where.get("lon"))
    height_m = faults.number(f"{OWN}, touch_down, alt_amsl_m", where.get("alt_amsl_m"), -10_000, 100_000)
    return str(sortie), leg - 1, TrackPoint(lon=lon, lat=lat, alt_amsl_m=height_m, t=None)


def _take_off(faults: Faults, root: Element, member: str) -> TrackPoint:
    config = _found(faults, _found(faults, root, "Document", member), "missionConfig", member)
    words, place = _words(config, "takeOffRefPoint"), f"{member}, takeOffRefPoint"
    parts = words.split(",")
    if len(parts) != 3:
        faults.tell(place, shown(words), "latitude,longitude,height with commas between them")
        return TrackPoint(lon=0.0, lat=0.0, alt_amsl_m=0.0, t=None)
    lon, lat = place_of(faults, place, *parts[:2])
    height_m = faults.number(f"{place}, height", parts[2], -10_000, 100_000)
    return TrackPoint(lon=lon, lat=lat, alt_amsl_m=_amsl_m(lon, lat, height_m), t=None)


def _amsl_m(lon: float, lat: float, ellipsoid_m: float) -> float:
    return round(ellipsoid_m - float(undulation_m(lon, lat)), METRES)


MODES = (
    (("waylineCoordinateSysParam", "heightMode"), "EGM96"),
    (("executeHeightMode",), "WGS84"),
)
"""What heights are told from in the template, and in the wayline."""


def _flown_points(faults: Faults, template: Element, waylines: Element) -> tuple[TrackPoint, ...]:
    """Return the points of a wayline, and tell where the template, or its other height, tells something else."""
    folders = (_folder(faults, template, TEMPLATE), _folder(faults, waylines, WAYLINES))
    for folder, member, (names, value) in zip(folders, (TEMPLATE, WAYLINES), MODES, strict=True):
        found = folder
        for name in names[:-1]:
            found = _found(faults, found, name, member)
        if _words(found, names[-1]) != value:
            faults.tell(f"{member}, {names[-1]}", shown(_words(found, names[-1])), value, code="UNKNOWN_VALUE")
    told, flown = (_placemarks(folder) for folder in folders)
    if len(told) != len(flown) or len(flown) < 2:
        found_, expected = (
            f"{len(told)} and {len(flown)} points",
            "as many in the template as in the wayline, two or more",
        )
        faults.tell(WAYLINES, found_, expected, code="CONTRADICTION")
        return ()
    both = zip(told, flown, strict=True)
    return tuple(_flown_point(faults, number, *pair) for number, pair in enumerate(both))


def _folder(faults: Faults, root: Element, member: str) -> Element:
    document = _found(faults, root, "Document", member)
    folders = document.all("Folder")
    if len(folders) > 1:
        faults.tell(member, f"{len(folders)} folders", "one wayline in a file", code="TOO_MANY")
    return _found(faults, document, "Folder", member)


def _placemarks(folder: Element) -> list[Element]:
    return folder.all("Placemark")


def _flown_point(faults: Faults, number: int, told: Element, flown: Element) -> TrackPoint:
    place = f"{WAYLINES}, Placemark {number}"
    for element, member in ((told, TEMPLATE), (flown, WAYLINES)):
        if _words(element, "index") != str(number):
            found = shown(_words(element, "index"))
            faults.tell(f"{member}, Placemark {number}, index", found, f"{number}", code="OUT_OF_ORDER")
    lon, lat = _coordinates(faults, flown, place)
    height_m = faults.number(f"{place}, executeHeight", _words(flown, "executeHeight"), -10_000, 100_000)
    point = TrackPoint(lon=lon, lat=lat, alt_amsl_m=_amsl_m(lon, lat, height_m), t=None)
    _compare(faults, number, told, point, height_m)
    return point


def _compare(faults: Faults, number: int, told: Element, point: TrackPoint, ellipsoid_m: float) -> None:
    """Tell where a point of the template is not that of the wayline: people see the one, the other is flown."""
    place = f"{TEMPLATE}, Placemark {number}"
    if _coordinates(faults, told, place) != (point.lon, point.lat):
        faults.tell(place, "another place", "that of the wayline", code="CONTRADICTION")
    for name, expected_m in (("height", point.alt_amsl_m), ("ellipsoidHeight", ellipsoid_m)):
        found_m = faults.number(f"{place}, {name}", _words(told, name), -10_000, 100_000)
        if abs(found_m - expected_m) > AGREE_M:
            expected = f"{expected_m:.2f} m, as the wayline has it"
            faults.tell(f"{place}, {name}", f"{found_m:g} m", expected, code="CONTRADICTION")


def _coordinates(faults: Faults, placemark: Element, place: str) -> tuple[float, float]:
    point = placemark.find("Point")
    words = point.words_of("coordinates") if point else ""
    parts = [part.strip() for part in words.split(",")]
    if len(parts) != 2:
        faults.tell(f"{place}, coordinates", shown(words), "longitude,latitude")
        return 0.0, 0.0
    return place_of(faults, place, *reversed(parts))


def _found(faults: Faults, element: Element, name: str, member: str) -> Element:
    """Return the element of a name inside another, of KML or of DJI's language; the outer one where there is none."""
    for part in element.parts:
        if isinstance(part, Element) and part.name == name and part.namespace in (KML, *WPMLS):
            return part
    faults.tell(member, f"no {name}", f"the element {name}", code="MISSING_VALUE")
    return element


def _words(element: Element, name: str) -> str:
    """Return what stands in DJI's element of a name inside another; empty where there is none."""
    for part in element.parts:
        if isinstance(part, Element) and part.name == name and part.namespace in WPMLS:
            return part.words
    return ""
