"""Airspace from AIXM 5.1 messages, with aviconv-aixm reading the rings.

The library knows neither what a limit is measured from nor more than one volume of an airspace, and one bad feature
would end its reading. So the message is taken apart here, by the safe XML parser, and the library is shown one ring
at a time, built anew from what was parsed: bytes from a file never reach it. Arcs are flattened by geodesics here.

Positions in EPSG:4326 are latitude before longitude in AIXM.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice, pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from airspace.earth.frame import GEOD
from airspace.earth.heights import GROUND, LEVEL_M, Band, Height, Reference
from airspace.errors import BadInput, Problem
from airspace.formats.arcs import Arc, Floats, along, arc_by_bearings, clockwise, crosses_antimeridian
from airspace.formats.documents import Document, unprintable
from airspace.formats.doors import YEARS
from airspace.formats.markup.xml import Element, first_element, parse, place_at
from airspace.formats.openair.classes import ASKED, STRICTEST_FIRST
from airspace.formats.openair.words import Refused
from airspace.formats.shapes import SMALLEST_AREA_DEG2, Area, on_earth
from airspace.formats.tangles import Effort
from airspace.formats.telling import Placed, about, problem_of, shorten, shown
from airspace.model.schedules import ALWAYS, Period, Schedule
from airspace.model.zones import Restriction, Zone

if TYPE_CHECKING:
    from aviconv_aixm import ElevatedSurface, SegmentRing

VERSIONS = ("5.1", "5.1.1", "5.2")
"""Those whose airspace is told in the same words."""

NAMESPACE = "http://www.aixm.aero/schema/"
"""How the namespaces of AIXM begin; the version follows."""

GML = "http://www.opengis.net/gml/3.2"

POSITION_LIMIT = 200_000
"""Corners in one file, those of flattened arcs and geodesics too."""

ARC_POSITIONS = 150
"""Corners that the library makes of an arc, at most."""

RING_LIMIT = 15_000
"""Rings in one file; each circle counts as ten, for that is how long the library takes."""

VOLUME_LIMIT = 50
"""Volumes of one airspace."""

AIRSPACE_LIMIT = 20_000
"""Airspaces in one file."""

LIMIT_M = {"M": 1.0, "FT": 0.3048}

SM_M = {"lower": 1.0, "upper": 10.0}
"""The unit SM, "standard metres", is metres in some hands and tens of metres in others; each end takes the wider."""

REFERENCES = {"SFC": Reference.AGL, "MSL": Reference.AMSL, "W84": Reference.W84, "STD": Reference.FL}
"""What limits are measured from (AIXM CodeVerticalReferenceType)."""

RADIUS_M = {"M": 1.0, "KM": 1000.0, "FT": 0.3048, "NM": 1852.0, "[NMI_I]": 1852.0, "[FT_I]": 0.3048}

GEODESIC_STEP_M = 5_000.0
"""Geodesics are cut into such pieces, for edges straight in longitude and latitude stray from long ones."""

OWN_TYPES = {
    "D": Restriction.CONDITIONAL,  # danger area; in OpenAir the letter is a class
    "A": Restriction.CONDITIONAL,  # alert area
    "W": Restriction.CONDITIONAL,  # warning area
    "OCA": Restriction.NO_RESTRICTION,  # says who gives information over the sea, as a FIR does
    "NAS": Restriction.NO_RESTRICTION,  # the whole of a state's airspace
    "NO_FIR": Restriction.NO_RESTRICTION,
    "AUA": Restriction.NO_RESTRICTION,  # says which unit is in charge
    "ASE": Restriction.NO_RESTRICTION,
}
"""Types of airspace (CodeAirspaceType) beside those that OpenAir has too."""


class Aixm:
    """Zones in AIXM, which needs the extra ``skyferry[aixm]``."""

    name = "AIXM 5.1 (XML)"

    def recognises(self, document: Document) -> bool:
        """Tell whether the document is an AIXM message."""
        return first_element(document.text)[1] == "AIXMBasicMessage"

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        """Return a zone for each volume of each airspace, with its place, and what is wrong."""
        reading = _Reading(file=document.file)
        try:
            root = parse(document.file, document.text)
            return _read(root, reading), reading.problems
        except BadInput as error:
            return [], [*reading.problems, *error.problems]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What goes on while one file is read."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    effort: Effort = field(default_factory=Effort)
    positions: int = 0
    rings: int = 0

    def tell(self, element: Element, refused: Refused, *, subject: str = "", warning: bool = False) -> None:
        """Note one problem at an element."""
        self.problems.append(
            Problem(
                file=self.file,
                place=place_at(element.line, element.column),
                code=refused.code,
                found=refused.found,
                expected=about(subject, refused.expected),
                fix=refused.fix,
                warning=warning,
            )
        )


@dataclass(slots=True, kw_only=True)
class _Airspace:
    """One airspace while it is read."""

    element: Element
    id: str
    reading: _Reading

    def tell(
        self, element: Element, code: str, *, found: str, expected: str, fix: str = "", warning: bool = False
    ) -> None:
        """Note one problem about it."""
        refused = Refused(code, found=found, expected=expected, fix=fix)
        self.reading.tell(element, refused, subject=f"zone {shown(self.id)}", warning=warning)


def _read(root: Element, reading: _Reading) -> list[Placed[Zone]]:
    version = root.namespace.removeprefix(NAMESPACE).removesuffix("/message")
    if not root.namespace.startswith(NAMESPACE) or version not in VERSIONS:
        found = f"the namespace {shown(root.namespace)}"
        reading.tell(root, Refused("UNKNOWN_VERSION", found=found, expected=f"AIXM {', '.join(VERSIONS)}"))
        return []
    try:
        import aviconv_aixm  # noqa: F401 - whether it is there is found out before anything else
    except ImportError:
        reading.tell(root, _MISSING_LIBRARY)
        return []
    airspaces = [element for element in _inside(root) if element.name == "Airspace"]
    if len(airspaces) > AIRSPACE_LIMIT:
        expected = f"at most {AIRSPACE_LIMIT:,} airspaces in a file"
        fix = "Cut it into several files."
        reading.tell(root, Refused("TOO_MANY", found=f"{len(airspaces):,}", expected=expected, fix=fix))
        return []
    if not airspaces:
        refused = Refused("EMPTY_COLLECTION", found="no airspace", expected="members of the kind Airspace")
        reading.tell(root, refused, warning=True)
    ids = _ids(airspaces)
    return [
        placed
        for element, own in zip(airspaces, ids, strict=True)
        for placed in _placed(_Airspace(element=element, id=own, reading=reading))
    ]


_MISSING_LIBRARY = Refused(
    "MISSING_LIBRARY",
    found="an AIXM file, and no library that reads it",
    expected="the package aviconv-aixm",
    fix="Install it with: pip install 'skyferry[aixm]'",
)


def _inside(element: Element) -> Iterator[Element]:
    """Yield all elements inside another, at any depth and in whatever namespace, in order."""
    for child in element.parts:
        if isinstance(child, Element):
            yield child
            yield from _inside(child)


def _named(element: Element, name: str) -> list[Element]:
    return [child for child in _inside(element) if child.name == name]


def _words(element: Element, name: str) -> str:
    """Return the text of the first element of a name directly inside, in whatever namespace."""
    children = (part for part in element.parts if isinstance(part, Element))
    return next((child.words for child in children if child.name == name), "")


def _slices(airspace: Element) -> list[Element]:
    return _named(airspace, "AirspaceTimeSlice")


def _ids(airspaces: Sequence[Element]) -> list[str]:
    """Return the designator of each airspace where no other bears it, or else its identifier, or its place."""
    designators = [next((_words(part, "designator") for part in _slices(element)), "") for element in airspaces]
    counts = Counter(designators)
    ids: list[str] = []
    taken: set[str] = set()
    for element, designator in zip(airspaces, designators, strict=True):
        own = designator if designator and counts[designator] == 1 else _words(element, "identifier") or designator
        own = own or f"airspace at line {element.line}"
        unique = own if own not in taken else f"{own} at line {element.line}, column {element.column}"
        taken.add(unique)
        ids.append(unique)
    return ids


def _placed(airspace: _Airspace) -> list[Placed[Zone]]:
    """Return the zones of one airspace; one without a value if there are none."""
    place = place_at(airspace.element.line, airspace.element.column)
    zones: list[Placed[Zone]] = []
    parts = [(part, volume) for part in _current_slices(airspace) for volume in _volumes(part, airspace)]
    if len(parts) > VOLUME_LIMIT:
        expected = f"at most {VOLUME_LIMIT} volumes in an airspace"
        airspace.tell(airspace.element, "TOO_MANY", found=f"{len(parts):,}", expected=expected)
        return [Placed(id=airspace.id, place=place, value=None)]
    for number, (part, volume) in enumerate(parts, start=1):
        layer = replace(airspace, id=airspace.id if number == 1 else f"{airspace.id}/{number}")
        value = _sound_zone(part, volume, layer)
        zones.append(Placed(id=layer.id, place=place_at(volume.line, volume.column), value=value))
    if zones:
        return zones
    if not any(problem.place == place and not problem.warning for problem in airspace.reading.problems):
        expected = "a volume with a horizontalProjection"
        airspace.tell(airspace.element, "NO_GEOMETRY", found="an airspace without one", expected=expected)
    return [Placed(id=airspace.id, place=place, value=None)]


def _current_slices(airspace: _Airspace) -> list[Element]:
    """Return the time slices that tell the airspace whole. Changes cannot be left out without a word."""
    current = []
    for part in _slices(airspace.element):
        interpretation = _words(part, "interpretation")
        if interpretation in ("BASELINE", "SNAPSHOT"):
            current.append(part)
        else:
            found = f"a time slice that is a {shown(interpretation)}"
            fix = "Ask for a snapshot, in which changes are worked in."
            airspace.tell(part, "TIME_SLICE_CHANGE", found=found, expected="a BASELINE or a SNAPSHOT", fix=fix)
    return current


def _volumes(part: Element, airspace: _Airspace) -> list[Element]:
    """Return the volumes an airspace is made of. What others take away from them is not taken away."""
    volumes = []
    for component in _named(part, "AirspaceGeometryComponent"):
        operation = _words(component, "operation") or "BASE"
        if operation in ("BASE", "UNION"):
            volumes += _named(component, "AirspaceVolume")
        else:
            found = f"a volume with the operation {shown(operation)}"
            fix = "It was not applied, so the zone is larger than the airspace."
            airspace.tell(component, "NOT_APPLIED", found=found, expected="BASE or UNION", fix=fix, warning=True)
    return volumes


def _sound_zone(part: Element, volume: Element, airspace: _Airspace) -> Zone | None:
    before = len(airspace.reading.problems)
    try:
        zone = _zone(part, volume, airspace)
    except ValueError as error:
        place = place_at(volume.line, volume.column)
        subject = f"zone {shown(airspace.id)}"
        airspace.reading.problems.append(problem_of(error, file=airspace.reading.file, place=place, subject=subject))
        return None
    broken = any(not problem.warning for problem in airspace.reading.problems[before:])
    return None if broken else zone


def _zone(part: Element, volume: Element, airspace: _Airspace) -> Zone | None:
    kind, name = _words(part, "type"), _words(part, "name")
    kept = {
        "identifier": _words(airspace.element, "identifier"),
        "designator": _words(part, "designator"),
        "type": kind,
        "localType": _words(part, "localType"),
        "class": next((element.words for element in _named(part, "classification")), ""),
    }
    place = place_at(airspace.element.line, airspace.element.column)
    texts = (airspace.id, name, *kept.values())
    unfit = (problem for text in texts for problem in unprintable(airspace.reading.file, place, text))
    airspace.reading.problems += islice(unfit, 1)
    band, area = _band(volume, airspace), _area(volume, airspace)
    restriction, schedule = _restriction(kind, kept["class"], part, airspace), _schedule(part, airspace)
    if band is None or area is None:
        return None
    return Zone(
        id=airspace.id,
        name=name or airspace.id,
        restriction=restriction,
        area=area,
        band=band,
        schedule=schedule,
        category=kind,
        extra=MappingProxyType({"aixm": {key: value for key, value in kept.items() if value}}),
    )


def _restriction(kind: str, airspace_class: str, part: Element, airspace: _Airspace) -> Restriction:
    """Return what the type and the class ask, the stricter of the two."""
    asked = [ASKED[airspace_class][0]] if airspace_class in ("A", "B", "C", "D", "E", "F", "G") else []
    word = kind.removesuffix("_P")
    if word in OWN_TYPES:
        asked.append(OWN_TYPES[word])
    elif (word in ASKED and len(word) > 1) or word in ("P", "R"):
        asked.append(ASKED[word][0])
    elif word != "CLASS" or not asked:
        found = f"the type {shown(kind)}" if kind else "no type"
        fix = "It was read as CONDITIONAL, or as its class asks if that is stricter."
        airspace.tell(
            part, "UNKNOWN_TYPE", found=found, expected="a type of airspace known here", fix=fix, warning=True
        )
        asked.append(Restriction.CONDITIONAL)
    return min(asked, key=STRICTEST_FIRST.index)


# --- Heights and times -----------------------------------------------------------------------------------------------


def _band(volume: Element, airspace: _Airspace) -> Band | None:
    lower = _limit(volume, "lower", airspace) or GROUND
    upper = _limit(volume, "upper", airspace)
    for name in ("minimumLimit", "maximumLimit"):
        if _words(volume, name):
            fix = "The zone was left open at that end."
            found = f"a {name} of {shown(_words(volume, name))}, whichever is farther"
            airspace.tell(volume, "HEIGHT_UNCLEAR", found=found, expected="one limit", fix=fix, warning=True)
            lower, upper = (GROUND, upper) if name == "minimumLimit" else (lower, None)
    if upper is not None and upper.datum == lower.datum and lower.value_m >= upper.value_m:
        airspace.tell(volume, "LOWER_ABOVE_UPPER", found=f"{lower} and {upper}", expected="lower below upper")
        return None
    return Band(lower=lower, upper=upper)


def _limit(volume: Element, end: str, airspace: _Airspace) -> Height | None:
    """Return a limit of a volume; None where it is open, or where it cannot be told and so has to be taken as open."""
    limit = next((part for part in _children(volume) if part.name == f"{end}Limit"), None)
    words = limit.words.upper() if limit else ""
    if words in ({"lower": ("GND", "SFC"), "upper": ("UNL",)}[end]):
        return None
    unit = limit.attributes.get("uom", "").upper() if limit else ""
    reference = REFERENCES.get(_words(volume, f"{end}LimitReference").upper())
    height = _height(words, unit, reference, end)
    if height is None:
        told = " ".join(filter(None, (words, unit, _words(volume, f"{end}LimitReference"))))
        found = f"the {end} limit {shown(told)}" if told else f"no {end} limit"
        expected = "a number with uom and reference, such as 2000 FT MSL"
        fix = f"The zone was left open: {'GND' if end == 'lower' else 'UNL'}."
        airspace.tell(limit or volume, "HEIGHT_UNCLEAR", found=found, expected=expected, fix=fix, warning=True)
    return height


def _children(element: Element) -> Iterator[Element]:
    return (part for part in element.parts if isinstance(part, Element))


def _height(words: str, unit: str, reference: Reference | None, end: str) -> Height | None:
    number = _number(words)
    if number is None:
        return None
    if unit == "FL":
        return Height(value_m=number * LEVEL_M, reference=Reference.FL)
    metres = SM_M[end] if unit == "SM" else LIMIT_M.get(unit)
    if metres is None and number == 0:
        metres = 1.0  # nothing is nothing in every unit
    if metres is None or reference is None:
        return None
    return Height(value_m=number * metres, reference=reference)


def _number(words: str) -> float | None:
    try:
        number = float(words) if len(words) < 30 and "_" not in words else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _schedule(part: Element, airspace: _Airspace) -> Schedule:
    """Return the time for which a time slice is valid. Activation times within it are not read."""
    if _named(part, "AirspaceActivation") or _named(part, "Timesheet"):
        fix = "The zone was taken as active throughout."
        expected = "an airspace without times of its own"
        airspace.tell(part, "TIMES_NOT_READ", found="activation times", expected=expected, fix=fix, warning=True)
    valid = next((child for child in _children(part) if child.name == "validTime"), None)
    if valid is None:
        return ALWAYS
    start, end = (_moment(valid, name, airspace) for name in ("beginPosition", "endPosition"))
    if start is None and end is None:
        return ALWAYS
    return Schedule(periods=(Period(start=start, end=end),))


def _moment(valid: Element, name: str, airspace: _Airspace) -> datetime | None:
    words = next((element.words for element in _named(valid, name)), "")
    if not words:
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        moment = None
    if moment is None or not YEARS[0] < moment.year < YEARS[1]:
        fix = "The period was left open there."
        airspace.tell(valid, "BAD_TIME", found=shown(words), expected="a time in UTC", fix=fix, warning=True)
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- Areas -----------------------------------------------------------------------------------------------------------


def _area(volume: Element, airspace: _Airspace) -> Area | None:
    """Return the area of a volume: its patches together, each less its holes."""
    projection = next((part for part in _children(volume) if part.name == "horizontalProjection"), None)
    try:
        patches = _patches(projection)
        areas = [_patch_area(patch, airspace) for patch in patches]
    except Refused as refused:
        airspace.reading.tell(projection or volume, refused, subject=f"zone {shown(airspace.id)}")
        return None
    whole = areas[0] if len(areas) == 1 else shapely.union_all(areas)
    if isinstance(whole, shapely.Polygon | shapely.MultiPolygon) and whole.area >= SMALLEST_AREA_DEG2:
        return whole
    airspace.tell(volume, "POLYGON_WITHOUT_AREA", found="an outline around nothing", expected="one with an area")
    return None


PATCHES_LIMIT = 200
"""Patches of one surface; real ones have one."""


def _patches(projection: Element | None) -> list[Element]:
    expected = "a horizontalProjection with a Surface of PolygonPatches"
    if projection is None:
        fix = "Airspace made of other airspace by reference, or of a centre line, is not read."
        raise Refused("NO_GEOMETRY", found="a volume without it", expected=expected, fix=fix)
    inside = list(_inside(projection))
    for element in inside:
        if element.attributes.get("{http://www.w3.org/1999/xlink}href"):
            fix = "Ask for a message in which all geometry stands inside."
            found = f"a reference to {shown(element.attributes['{http://www.w3.org/1999/xlink}href'])}"
            raise Refused("GEOMETRY_BY_REFERENCE", found=found, expected="positions in the file", fix=fix)
        name = element.attributes.get("srsName", "EPSG:4326")
        if not name.upper().endswith((":4326", "/4326", "#4326")):
            fix = "Only WGS 84 with latitude first is read; changing the name alone would move everything."
            raise Refused("WRONG_CRS", found=shown(name), expected="EPSG:4326", fix=fix)
    patches = [element for element in inside if element.name == "PolygonPatch" and element.namespace == GML]
    if not 0 < len(patches) <= PATCHES_LIMIT or _others(inside):
        found = f"{len(patches)} patches and {', '.join(_others(inside)[:3]) or 'nothing else'}"
        raise Refused("NO_GEOMETRY", found=found, expected=expected)
    return patches


_KNOWN = frozenset(
    {
        "Surface",
        "patches",
        "PolygonPatch",
        "exterior",
        "interior",
        "LinearRing",
        "Ring",
        "curveMember",
        "Curve",
        "segments",
        "LineStringSegment",
        "GeodesicString",
        "ArcByCenterPoint",
        "CircleByCenterPoint",
        "posList",
        "pos",
        "radius",
        "startAngle",
        "endAngle",
        "horizontalAccuracy",
    }
)


def _others(inside: Sequence[Element]) -> list[str]:
    """Return the names of elements that draw something in a way not known here."""
    return [shown(element.name) for element in inside if element.name not in _KNOWN]


def _patch_area(patch: Element, airspace: _Airspace) -> Area:
    outer = [part for part in _children(patch) if part.name == "exterior"]
    if len(outer) != 1:
        raise Refused("NO_GEOMETRY", found=f"{len(outer)} exteriors in a patch", expected="one")
    area = _ring_area(outer[0], airspace, hole=False)
    for hole in (part for part in _children(patch) if part.name == "interior"):
        area = area.difference(_ring_area(hole, airspace, hole=True))
    return area


def _ring_area(holder: Element, airspace: _Airspace, *, hole: bool) -> Area:
    _refuse_odd_arcs(holder)
    _refuse_too_much(holder, airspace.reading)
    surface = _surface(holder)
    segments = surface.segment_rings[0] if surface.segment_rings else None

    if segments is None:
        pieces: list[Floats | Arc] = [np.array([(point.lon, point.lat) for point in surface.rings[0]])]
    else:
        pieces = _pieces(segments)
    near = _drawn(pieces, frozenset())
    _refuse_tangles(near, airspace.reading)
    if shapely.is_simple(shapely.linestrings(near)):
        # What bulges out of an area is drawn outside its arcs, so that none is lost; in a hole what bites into it.
        outward = clockwise(near) != hole
        return shapely.Polygon(_drawn(pieces, frozenset({outward})))
    if hole:
        raise Refused("POLYGON_INVALID", found="a hole whose outline crosses itself", expected="one that does not")
    airspace.tell(
        holder,
        "POLYGON_REPAIRED",
        found="an outline that crosses or touches itself",
        expected="one that does not",
        fix="It was repaired by keeping every part the outline goes round; look at it on the map.",
        warning=True,
    )
    # Which side is inside changes along such an outline: take all that lies inside by either reading.
    readings = [shapely.Polygon(_drawn(pieces, turns)) for turns in (frozenset[bool](), frozenset({True, False}))]
    return shapely.union_all(
        [shapely.make_valid(reading, method="structure", keep_collapsed=False) for reading in readings]
    )


def _drawn(pieces: Sequence[Floats | Arc], outside: frozenset[bool]) -> Floats:
    """Return a closed ring, with the arcs that turn a way named (clockwise or not) drawn on their outside."""
    corners = np.vstack(
        [along(piece, outside=piece.clockwise in outside) if isinstance(piece, Arc) else piece for piece in pieces]
    )
    closed: Floats = np.vstack((corners, corners[:1]))
    steps = np.abs(np.diff(closed, axis=0)).max(axis=1) > SAME_DEG
    return closed[np.append(True, steps)] if steps.any() else closed


SAME_DEG = 1e-9
"""Corners nearer than this, a tenth of a millimetre, are one."""


def _refuse_tangles(ring: Floats, reading: _Reading) -> None:
    """Refuse rings that are no outline of anything, and those that would take minutes to look at."""
    if not all(on_earth(lon, lat) for lon, lat in ring):
        raise Refused("BAD_COORDINATES", found="a position off the Earth", expected="latitude, then longitude")
    if len(ring) < 4:
        raise Refused("RING_TOO_SHORT", found=f"{len(ring) - 1} different positions", expected="3 or more, or arcs")
    if crosses_antimeridian(ring):
        found, expected = "an outline over the 180th meridian or a pole", "an outline on one side of it"
        raise Refused("CROSSES_ANTIMERIDIAN", found=found, expected=expected, fix="Cut the airspace in two there.")
    drawn = shapely.Polygon(ring)
    if not reading.effort.allows_look(drawn) or not (drawn.is_valid or reading.effort.allows_mending(drawn)):
        found = "an outline that crosses itself again and again"
        raise Refused("POLYGON_TOO_TANGLED", found=found, expected="outlines that do not cross themselves")


def _surface(holder: Element) -> ElevatedSurface:
    """Have the library read one ring, as the only one of a surface."""
    from aviconv_aixm import elevated_surface_from_gml
    from aviconv_core.errors import AviconvError
    from lxml import etree  # type: ignore[import-untyped]

    surface = etree.Element(f"{{{GML}}}Surface")
    patch = etree.SubElement(etree.SubElement(surface, f"{{{GML}}}patches"), f"{{{GML}}}PolygonPatch")
    try:
        _copy(replace(holder, name="exterior"), patch, etree)
        with warnings.catch_warnings():
            # What the library makes of circles is not used, only what it reads of them.
            warnings.simplefilter("ignore", DeprecationWarning)
            read = elevated_surface_from_gml(surface)
    except (AviconvError, ValueError, ArithmeticError) as error:
        first_line = str(error).split("\n")[0]
        raise Refused("BAD_RING", found=shorten(first_line), expected="a ring of positions and arcs") from None
    if read is None or not read.rings or len(read.rings[0]) < 3:
        raise Refused("RING_TOO_SHORT", found="a ring without positions", expected="3 or more")
    return read


def _copy(element: Element, parent: Any, etree: Any) -> None:
    """Build an element of the library's kind with the same name, text and children."""
    copied = etree.SubElement(parent, f"{{{element.namespace}}}{element.name}")
    if "uom" in element.attributes:
        copied.set("uom", element.attributes["uom"])
    copied.text = "".join(part for part in element.parts if isinstance(part, str))
    for child in _children(element):
        _copy(child, copied, etree)


LARGEST_RADIUS_M = 2_000_000.0

LARGEST_ANGLE_DEG = 720.0


def _refuse_odd_arcs(holder: Element) -> None:
    """Refuse radii and angles that the library would not: in other units, without end, of circles around the Earth."""
    for element in _inside(holder):
        unit, number = element.attributes.get("uom", ""), _number(element.words)
        if element.name == "radius":
            _refuse_unit(element, unit, unit.upper() in RADIUS_M, f"a radius in one of {', '.join(RADIUS_M)}")
            if number is None or not 0 < number * RADIUS_M[unit.upper()] <= LARGEST_RADIUS_M:
                expected = "a radius of more than nothing and at most 2000 km"
                raise Refused("OUT_OF_RANGE", found=shown(element.words), expected=expected)
        elif element.name in ("startAngle", "endAngle"):
            _refuse_unit(element, unit, unit.lower().startswith("deg"), "an angle in deg")
            if number is None or abs(number) > LARGEST_ANGLE_DEG:
                expected = f"an angle within {LARGEST_ANGLE_DEG:g} degrees"
                raise Refused("OUT_OF_RANGE", found=shown(element.words), expected=expected)


def _refuse_too_much(holder: Element, reading: _Reading) -> None:
    """Refuse what the library would take too long for, before it sees it."""
    for element in _inside(holder):
        if element.name in ("pos", "posList"):
            reading.positions += len(element.text.split()) // 2
        elif element.name == "ArcByCenterPoint":
            reading.positions += ARC_POSITIONS
    reading.rings += 10 if _named(holder, "CircleByCenterPoint") else 1
    if reading.rings > RING_LIMIT:
        expected = f"at most {RING_LIMIT:,} in a file, each circle counted as ten"
        raise Refused("TOO_MANY", found="more rings", expected=expected, fix="Cut it into several files.")
    if reading.positions > POSITION_LIMIT:
        expected = f"at most {POSITION_LIMIT:,} in a file"
        raise Refused("TOO_MANY_POSITIONS", found="more positions", expected=expected, fix="Cut it into several files.")


def _refuse_unit(element: Element, unit: str, known: bool, expected: str) -> None:
    if not known:
        found = f"a {element.name} in {shown(unit)}" if unit else f"a {element.name} without uom"
        raise Refused("WRONG_UNIT", found=found, expected=expected)


def _pieces(ring: SegmentRing) -> list[Floats | Arc]:
    """Return the pieces of a ring. A pair of angles that falls turns anticlockwise, seen from above."""
    pieces: list[Floats | Arc] = []
    for segment in ring.segments:
        if segment.kind == "line":
            pieces.append(np.array([(point.lon, point.lat) for point in segment.points]))
        elif segment.kind == "geodesic":
            pieces.append(_geodesics([(point.lon, point.lat) for point in segment.points]))
        else:
            radius_m = segment.radius * RADIUS_M[segment.radius_uom.upper()]
            start, end = (0.0, 360.0) if segment.kind == "circle" else (segment.start_angle_deg, segment.end_angle_deg)
            centre = (segment.center.lon, segment.center.lat)
            pieces.append(arc_by_bearings(centre, radius_m, start, end, clockwise=end > start))
    return pieces


def _geodesics(points: Sequence[tuple[float, float]]) -> Floats:
    """Return a line along the geodesics between some points, in pieces that edges straight in degrees can follow."""
    line: list[tuple[float, float]] = []
    for start, end in pairwise(points):
        length_m = GEOD.inv(*start, *end)[2]
        steps = math.ceil(length_m / GEODESIC_STEP_M)
        line += [start, *(GEOD.npts(*start, *end, steps - 1) if steps > 1 else ())]
        if len(line) > POSITION_LIMIT:
            raise Refused("TOO_MANY_POSITIONS", found="endless geodesics", expected="shorter edges")
    return np.array([*line, points[-1]])
