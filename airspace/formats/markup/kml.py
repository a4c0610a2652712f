"""Zones drawn in KML, plain or packed as KMZ.

KML knows areas and altitudes and little else: what a zone asks, its unit and its datum stand in ``ExtendedData`` if
anywhere. Wherever a file does not say, the zone comes out larger or stricter, with a warning, and never smaller.
Nothing a file links to is fetched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from types import MappingProxyType

import numpy as np
import shapely

from airspace.earth.heights import GROUND, LEVEL_M, Band, Height, Reference
from airspace.errors import BadInput, Problem
from airspace.formats.arcs import crosses_antimeridian
from airspace.formats.documents import ZIP_MARK, Document, RawFile, text_of, unprintable
from airspace.formats.doors import YEARS, MultiPolygonGeometry
from airspace.formats.markup.archives import kml_of, names_of
from airspace.formats.markup.xml import Element, first_element, parse, place_at
from airspace.formats.shapes import SMALLEST_AREA_DEG2, Area, Telling, area_of
from airspace.formats.tangles import Effort
from airspace.formats.telling import Placed, problem_of, shown
from airspace.model.schedules import ALWAYS, Period, Schedule
from airspace.model.sources import NO_SOURCE, Source
from airspace.model.zones import Restriction, Zone

FOOT_M = 0.3048
"""The international foot, exactly."""

POSITION_LIMIT = 500_000
"""Corners in one file."""

UNITS_M = {"m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0}
UNITS_M |= {"ft": FOOT_M, "foot": FOOT_M, "feet": FOOT_M}

POLYGON_LIMIT = 20_000
"""Polygons in one file."""

REFERENCES = {
    "agl": Reference.AGL,
    "relativetoground": Reference.AGL,
    "amsl": Reference.AMSL,
    "msl": Reference.AMSL,
    "absolute": Reference.AMSL,
    "wgs84": Reference.W84,
    "w84": Reference.W84,
    "gnd": Reference.AGL,
    "sfc": Reference.AGL,
}
"""What heights are measured from, in the words that files use for it."""

MODES = {"absolute": Reference.AMSL, "relativeToGround": Reference.AGL}
"""Altitude modes with a height. KML measures absolute ones from mean sea level, the geoid EGM96 (OGC 12-007r2)."""

NO_HEIGHT_MODES = ("", "clampToGround", "clampToSeaFloor", "relativeToSeaFloor")
"""Altitude modes that say nothing of a height in the air."""

RESTRICTIONS = {
    "prohibited": Restriction.PROHIBITED,
    "p": Restriction.PROHIBITED,
    "reqauthorisation": Restriction.REQ_AUTHORISATION,
    "reqauthorization": Restriction.REQ_AUTHORISATION,
    "restricted": Restriction.REQ_AUTHORISATION,
    "r": Restriction.REQ_AUTHORISATION,
    "conditional": Restriction.CONDITIONAL,
    "danger": Restriction.CONDITIONAL,
    "d": Restriction.CONDITIONAL,
    "q": Restriction.CONDITIONAL,
    "norestriction": Restriction.NO_RESTRICTION,
}

FIELDS = {
    "id": ("id", "identifier", "zoneid"),
    "restriction": ("restriction", "type", "restrictiontype", "zonetype"),
    "lower": ("lower", "lowerlimit", "floor", "base", "bottom", "minaltitude", "minheight", "loweraltitude"),
    "upper": ("upper", "upperlimit", "ceiling", "top", "maxaltitude", "maxheight", "upperaltitude"),
    "lower_ref": ("lowerref", "lowerreference", "lowerverticalreference", "floorref", "floorreference", "baseref"),
    "upper_ref": ("upperref", "upperreference", "upperverticalreference", "ceilingref", "ceilingreference", "topref"),
    "uom": ("uom", "unit", "units", "uomdimensions", "heightunit", "altitudeunit"),
    "name_zh": ("namezh",),
    "authority": ("authority",),
    "jurisdiction": ("jurisdiction",),
    "category": ("category",),
    "source": ("source",),
}
"""What we look for in ExtendedData, and its names, the surest first; case, blanks and punctuation do not count."""


class Kml:
    """Zones in KML or KMZ."""

    name = "KML or KMZ"

    def recognises(self, document: Document) -> bool:
        """Tell whether the document is KML, or an archive that is no flight plan of a DJI drone."""
        if document.raw.startswith(ZIP_MARK):
            return not any(name.startswith("wpmz/") for name in names_of(document.raw))
        return first_element(document.text)[1] == "kml"

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        """Return a zone for each placemark with polygons, with its place, and what is wrong."""
        try:
            inside, text, warnings = _text(document)
            root = parse(document.file, text, inside=inside)
            reading = _Reading(file=document.file, inside=inside)
            placed = _read(root, reading)
        except BadInput as error:
            return [], list(error.problems)
        return placed, [*warnings, *reading.problems]


def _text(document: Document) -> tuple[str, str, tuple[Problem, ...]]:
    """Return the member of the archive the KML comes from, if there is one, its text, and warnings."""
    if not document.raw.startswith(ZIP_MARK):
        return "", document.text, ()
    name, raw, warnings = kml_of(document.file, document.raw)
    try:
        return shown(name)[1:-1], text_of(RawFile(name=document.file, raw=raw)), warnings
    except BadInput as error:
        places = (", ".join(filter(None, (name, problem.place))) for problem in error.problems)
        raise BadInput(
            replace(problem, place=place) for problem, place in zip(error.problems, places, strict=True)
        ) from None


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What goes on while one file is read."""

    file: str
    inside: str
    problems: list[Problem] = field(default_factory=list)
    positions: int = 0
    effort: Effort = field(default_factory=Effort)

    def at(self, element: Element) -> str:
        """Return the place of an element."""
        return place_at(element.line, element.column, inside=self.inside)

    def tell(
        self, code: str, element: Element, *, found: str, expected: str, fix: str = "", warning: bool = False
    ) -> None:
        """Note one problem."""
        self.problems.append(
            Problem(
                file=self.file,
                place=self.at(element),
                code=code,
                found=found,
                expected=expected,
                fix=fix,
                warning=warning,
            )
        )


@dataclass(slots=True, kw_only=True)
class _Telling(Telling):
    """Gathers what is wrong with one placemark; places are lines and columns, whatever is asked for."""

    reading: _Reading
    placemark: Element
    rings: Sequence[Element] = ()
    """Where the coordinates of the polygon at hand stand, ring by ring."""

    def place(self, *steps: str | int) -> str:
        """Return the place of a ring or a position of the polygon at hand, or of the placemark."""
        numbers = [step for step in steps if isinstance(step, int)]
        if len(numbers) < 2 or numbers[1] >= len(self.rings):
            return self.reading.at(self.placemark)
        ring = self.reading.at(self.rings[numbers[1]])
        return f"{ring}, position {numbers[2] + 1}" if len(numbers) > 2 else ring


def _read(root: Element, reading: _Reading) -> list[Placed[Zone]]:
    placemarks = list(_placemarks(root, (), reading))
    drawn = [(element, folder, _inside(element, "Polygon")) for element, folder in placemarks]
    zones = [(element, folder, polygons) for element, folder, polygons in drawn if polygons]
    _tell_not_zones([element for element, _, polygons in drawn if not polygons], reading)
    _tell_empty(root, len(zones), reading)
    _refuse_too_many(root, sum(len(polygons) for _, _, polygons in zones), reading)
    data = [_Data.of(element, reading) for element, _, _ in zones]
    ids = _ids([(element, folder) for element, folder, _ in zones], data, reading)
    return [
        _placed(element, folder, polygons, values, zone_id, reading)
        for (element, folder, polygons), values, zone_id in zip(zones, data, ids, strict=True)
    ]


def _refuse_too_many(root: Element, polygons: int, reading: _Reading) -> None:
    if polygons > POLYGON_LIMIT:
        expected = f"at most {POLYGON_LIMIT:,} polygons in a file"
        reading.tell("TOO_MANY", root, found=f"{polygons:,}", expected=expected, fix="Cut it into several files.")
        raise BadInput(reading.problems)


def _placemarks(
    element: Element, folder: tuple[str, ...], reading: _Reading
) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Yield every placemark, wherever it stands and in whatever namespace, with the folders it lies in."""
    for child in element.parts:
        if not isinstance(child, Element):
            continue
        if child.name == "NetworkLink":
            _tell_link(child, reading)
        elif child.name == "Placemark":
            yield child, folder
        else:
            inner = (*folder, child.words_of("name") or "folder") if child.name == "Folder" else folder
            yield from _placemarks(child, inner, reading)


def _inside(element: Element, name: str) -> list[Element]:
    """Return all elements of a name inside another, at any depth and in whatever namespace."""
    found: list[Element] = []
    for child in element.parts:
        if isinstance(child, Element):
            found += [child] if child.name == name else _inside(child, name)
    return found


def _tell_link(link: Element, reading: _Reading) -> None:
    hrefs = [element.words for element in _inside(link, "href")]
    reading.tell(
        "NETWORK_LINK",
        link,
        found=f"a link to {shown(hrefs[0])}" if hrefs else "a link to another file",
        expected="zones in the file itself",
        fix="Nothing is fetched: download what it links to, give it as a file, and take the link out.",
    )


_NOT_ZONES = {"Point": "points", "LineString": "lines", "LinearRing": "lines", "Track": "tracks", "Model": "models"}


def _tell_not_zones(placemarks: Sequence[Element], reading: _Reading) -> None:
    kinds: dict[str, list[Element]] = {}
    for placemark in placemarks:
        kind = next((kind for name, kind in _NOT_ZONES.items() if _inside(placemark, name)), "no geometry")
        kinds.setdefault("closed lines" if kind == "lines" and _closes(placemark) else kind, []).append(placemark)
    for kind, elements in kinds.items():
        what = f"{len(elements)} placemark{'s' if len(elements) > 1 else ''} with {kind}"
        fix = "Draw it as a polygon if it bounds a zone." if kind == "closed lines" else ""
        reading.tell(
            "NOT_A_ZONE",
            elements[0],
            found=f"{what}, this one first, read as no zone",
            expected="polygons",
            fix=fix,
            warning=True,
        )


def _closes(placemark: Element) -> bool:
    if _inside(placemark, "LinearRing"):
        return True
    lines = [element.text.strip() for element in _inside(placemark, "coordinates")]
    return any(line.count(",") > 3 and line.split(maxsplit=1)[0] == line.rsplit(maxsplit=1)[-1] for line in lines)


def _tell_empty(root: Element, zones: int, reading: _Reading) -> None:
    if not zones and not reading.problems:
        reading.tell("EMPTY_COLLECTION", root, found="no placemark", expected="placemarks with polygons", warning=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """The ExtendedData of a placemark."""

    known: Mapping[str, str]
    """What we look for, under our own names."""
    rest: Mapping[str, str]
    """Everything, under the names of the file."""

    @classmethod
    def of(cls, placemark: Element, reading: _Reading) -> _Data:
        rest: dict[str, str] = {}
        for element in _inside(placemark, "ExtendedData"):
            for name, words in _named_values(element):
                if rest.setdefault(name, words) != words:
                    reading.tell(
                        "DUPLICATE_KEY",
                        element,
                        found=f"{shown(name)} twice, as {shown(rest[name])} and {shown(words)}",
                        expected="every name once",
                        fix="Keep one of them; which value is meant cannot be told.",
                    )
        by_plain = {_plain(name): words for name, words in reversed(rest.items()) if words}
        known = {
            ours: next(by_plain[name] for name in names if name in by_plain)
            for ours, names in FIELDS.items()
            if any(name in by_plain for name in names)
        }
        return cls(known=known, rest=rest)

    def __getitem__(self, name: str) -> str:
        return self.known.get(name, "")


def _named_values(extended: Element) -> Iterator[tuple[str, str]]:
    for element in _inside(extended, "Data"):
        yield element.attributes.get("name", ""), element.words_of("value")
    for element in _inside(extended, "SimpleData"):
        yield element.attributes.get("name", ""), element.words


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _ids(placemarks: Sequence[tuple[Element, tuple[str, ...]]], data: Sequence[_Data], reading: _Reading) -> list[str]:
    given = [
        " ".join(element.attributes.get("id", "").split()) or values["id"]
        for (element, _), values in zip(placemarks, data, strict=True)
    ]
    _tell_ids_twice(placemarks, given, reading)
    made = _made_ids(
        ["/".join((*folder, element.words_of("name") or "placemark")) for element, folder in placemarks], given
    )
    return [own or instead for own, instead in zip(given, made, strict=True)]


def _tell_ids_twice(
    placemarks: Sequence[tuple[Element, tuple[str, ...]]], given: Sequence[str], reading: _Reading
) -> None:
    first: dict[str, Element] = {}
    for (element, _), own in zip(placemarks, given, strict=True):
        if own and first.setdefault(own, element) is not element:
            found = f"{shown(own)}, which stands at {reading.at(first[own])} too"
            reading.tell("DUPLICATE_ID", element, found=found, expected="every zone id once")


def _made_ids(paths: Sequence[str], given: Sequence[str]) -> list[str]:
    """Return ids made of folders and names, with a number where one is not the first such."""
    taken, numbers, made = set(given), Counter[str](), []
    for path in paths:
        numbers[path] += 1
        name = path if numbers[path] == 1 else f"{path} #{numbers[path]}"
        while name in taken:
            numbers[path] += 1
            name = f"{path} #{numbers[path]}"
        taken.add(name)
        made.append(name)
    return made


def _placed(
    element: Element,
    folder: tuple[str, ...],
    polygons: Sequence[Element],
    data: _Data,
    zone_id: str,
    reading: _Reading,
) -> Placed[Zone]:
    subject = f"zone {shown(zone_id)}"
    telling = _Telling(
        file=reading.file, prefix=(), subject=subject, effort=reading.effort, reading=reading, placemark=element
    )
    zone = _zone(element, folder, polygons, data, zone_id, telling)
    reading.problems += telling.problems
    return Placed(id=zone_id, place=reading.at(element), value=None if telling.broken else zone)


def _zone(
    element: Element,
    folder: tuple[str, ...],
    polygons: Sequence[Element],
    data: _Data,
    zone_id: str,
    telling: _Telling,
) -> Zone | None:
    name = element.words_of("name")
    kept = {"description": element.words_of("description"), "folder": "/".join(folder), **data.rest}
    texts = (zone_id, name, *kept, *kept.values())
    unfit = (problem for text in texts for problem in unprintable(telling.file, telling.place(), text))
    telling.problems += islice(unfit, 1)
    drawings = [_drawing(polygon, telling) for polygon in polygons]
    area = _area([drawing for drawing in drawings if drawing is not None], telling)
    band = _band([drawing for drawing in drawings if drawing is not None], data, telling)
    schedule = _schedule(element, telling)
    restriction = _restriction(data, telling)
    if area is None or band is None or telling.broken:
        return None
    try:
        return Zone(
            id=zone_id,
            name=name or zone_id,
            name_zh=data["name_zh"],
            restriction=restriction,
            area=area,
            band=band,
            schedule=schedule,
            authority=data["authority"],
            jurisdiction=data["jurisdiction"],
            category=data["category"],
            source=Source(citation=data["source"]) if data["source"] else NO_SOURCE,
            extra=MappingProxyType({"kml": {key: value for key, value in kept.items() if value}}),
        )
    except ValueError as error:
        telling.problems.append(problem_of(error, file=telling.file, place=telling.place(), subject=telling.subject))
        return None


def _restriction(data: _Data, telling: _Telling) -> Restriction:
    told = RESTRICTIONS.get(_plain(data["restriction"]))
    if told is None:
        telling.tell(
            "RESTRICTION_UNKNOWN",
            found=shown(data["restriction"]) if data["restriction"] else "nothing about what the zone asks",
            expected="a restriction in ExtendedData, such as REQ_AUTHORISATION",
            fix="It was taken as PROHIBITED.",
            warning=True,
        )
    return told or Restriction.PROHIBITED


# --- Areas ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """One polygon as it is drawn: its rings, and how high."""

    rings: Sequence[Sequence[tuple[float, float]]]
    places: Sequence[Element]
    """Where the coordinates of each ring stand."""
    reference: Reference | None
    """None when its altitudes say nothing."""
    extruded: bool
    lowest_m: float
    highest_m: float

    @property
    def upright(self) -> bool:
        """Whether it is a wall: seen from above, nothing but a line."""
        hull: shapely.Geometry = shapely.linestrings(np.array(self.rings[0])).convex_hull
        return bool(hull.area < SMALLEST_AREA_DEG2)


_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?"
_POSITION = re.compile(rf"({_NUMBER}),({_NUMBER})(?:,({_NUMBER})?)?")
_POSITION_CHARACTERS = 120
"""Longer ones are no numbers but an attempt to keep us busy."""


def _drawing(polygon: Element, telling: _Telling) -> _Drawing | None:
    boundaries = [*_inside(polygon, "outerBoundaryIs"), *_inside(polygon, "innerBoundaryIs")]
    coordinates = [element for boundary in boundaries for element in _inside(boundary, "coordinates")]
    if not _inside(polygon, "outerBoundaryIs") or not coordinates:
        _tell_at(telling, polygon, "MISSING_VALUE", "a polygon without coordinates", "an outer boundary")
        return None
    rings = [_positions(element, telling) for element in coordinates]
    read = [ring for ring in rings if ring is not None]
    if len(read) < len(rings):
        return None
    altitudes_m = [altitude for ring in read for _, _, altitude in ring]
    reference = _mode(polygon, telling)
    return _Drawing(
        rings=[[(lon, lat) for lon, lat, _ in ring] for ring in read],
        places=coordinates,
        reference=reference,
        extruded=polygon.words_of("extrude").casefold() in ("1", "true"),
        lowest_m=min(altitudes_m),
        highest_m=max(altitudes_m),
    )


def _tell_at(telling: _Telling, element: Element, code: str, found: str, expected: str, fix: str = "") -> None:
    told = f"{expected} ({telling.subject})"
    place = telling.reading.at(element)
    telling.problems.append(Problem(file=telling.file, place=place, code=code, found=found, expected=told, fix=fix))


def _mode(polygon: Element, telling: _Telling) -> Reference | None:
    mode = polygon.words_of("altitudeMode")
    if mode not in MODES and mode not in NO_HEIGHT_MODES:
        telling.tell(
            "UNKNOWN_VALUE",
            found=f"the altitude mode {shown(mode)}",
            expected=f"one of {', '.join(MODES)}",
            fix="Its altitudes were not used.",
            warning=True,
        )
    return MODES.get(mode)


def _positions(element: Element, telling: _Telling) -> list[tuple[float, float, float]] | None:
    """Return longitude, latitude and altitude of each corner of a ring; None, and a problem told, if one is none."""
    positions = []
    for index, found in enumerate(re.finditer(r"\S+", element.text)):
        matched = _POSITION.fullmatch(found[0][: _POSITION_CHARACTERS + 1])
        if matched is None or len(found[0]) > _POSITION_CHARACTERS:
            told = f"{shown(found[0])} as position {index + 1}"
            expected = "positions as lon,lat,altitude without blanks inside"
            _tell_at(telling, element, "BAD_COORDINATES", told, expected)
            return None
        positions.append((float(matched[1]), float(matched[2]), float(matched[3] or 0.0)))
        _count_position(element, telling)
    if len(positions) < 3:
        _tell_at(telling, element, "RING_TOO_SHORT", f"{len(positions)} positions", "at least 3 corners")
        return None
    return positions


def _count_position(element: Element, telling: _Telling) -> None:
    telling.reading.positions += 1
    if telling.reading.positions > POSITION_LIMIT:
        limit = f"at most {POSITION_LIMIT:,} positions in a file"
        _tell_at(telling, element, "TOO_MANY_POSITIONS", "more positions", limit, "Cut it into several files.")
        raise BadInput([*telling.reading.problems, *telling.problems])


def _area(drawings: Sequence[_Drawing], telling: _Telling) -> Area | None:
    """Return what the polygons of a placemark cover together."""
    flat = [drawing for drawing in drawings if not drawing.upright]
    areas = [_outline(drawing, telling) for drawing in flat or drawings]
    sound = [area for area in areas if area is not None]
    if not sound or len(sound) < len(areas):
        return None
    # Floors, ceilings and neighbouring pieces of one zone lie above or beside each other: together they are the zone.
    return _joined(list({area.wkb: area for area in sound}.values()), telling)


def _joined(areas: Sequence[Area], telling: _Telling) -> Area | None:
    if len(areas) == 1:
        return areas[0]
    if not telling.reading.effort.allows_mending(shapely.MultiPolygon([*shapely.get_parts(areas)])):
        _tell_at(
            telling,
            telling.placemark,
            "POLYGON_TOO_TANGLED",
            f"{len(areas):,} polygons that cross again and again",
            "polygons that can be joined",
            "Make each of them a placemark of its own.",
        )
        return None
    whole = shapely.union_all(areas)
    return whole if isinstance(whole, shapely.Polygon | shapely.MultiPolygon) else None


def _outline(drawing: _Drawing, telling: _Telling) -> Area | None:
    telling.rings = drawing.places
    if not _within_one_turn(drawing, telling):
        return None
    geometry = MultiPolygonGeometry.model_construct(type="MultiPolygon", coordinates=[drawing.rings])
    return area_of(geometry, telling)


def _within_one_turn(drawing: _Drawing, telling: _Telling) -> bool:
    for ring, element in zip(drawing.rings, drawing.places, strict=True):
        if crosses_antimeridian(np.array(ring)) and all(abs(lon) <= 180 for lon, _ in ring):
            found = "an edge that spans more than 180 degrees of longitude"
            fix = "Cut the polygon in two along the meridian of 180 degrees."
            _tell_at(telling, element, "CROSSES_ANTIMERIDIAN", found, "edges of less than half a turn", fix)
            return False
    return True


# --- Heights -------------------------------------------------------------------------------------------------------


def _band(drawings: Sequence[_Drawing], data: _Data, telling: _Telling) -> Band | None:
    """Return the band, from what the data say or else from the altitudes drawn; open at an end nobody tells."""
    drawn = _drawn_band(drawings, telling)
    lower, upper = (_stated(end, data, telling) for end in ("lower", "upper"))
    if drawn is None and lower is None and upper is None:
        telling.tell(
            "HEIGHTS_UNKNOWN",
            found="no heights",
            expected="an altitudeMode with altitudes, or lower and upper in ExtendedData",
            fix="It was taken as GND to UNL.",
            warning=True,
        )
        return _UNBOUNDED
    return _checked_band(_floor(lower, drawn, telling), _ceiling(upper, drawn, telling), telling)


_UNBOUNDED = Band(lower=GROUND, upper=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """One end of a band as the data state it."""

    height: Height | None
    """None when it is open, or cannot be told."""


def _floor(stated: _End | None, drawn: Band | None, telling: _Telling) -> Height:
    if stated is None:
        return drawn.lower if drawn else GROUND
    if stated.height is None:
        return GROUND
    if drawn and drawn.lower.datum == stated.height.datum and drawn.lower.value_m < stated.height.value_m:
        _tell_disagreement("lower", stated.height, drawn.lower, telling)
        return drawn.lower
    return stated.height


def _ceiling(stated: _End | None, drawn: Band | None, telling: _Telling) -> Height | None:
    if stated is None:
        return drawn.upper if drawn else None
    higher = drawn.upper if drawn else None
    if stated.height and higher and higher.datum == stated.height.datum and higher.value_m > stated.height.value_m:
        _tell_disagreement("upper", stated.height, higher, telling)
        return higher
    return stated.height


def _tell_disagreement(end: str, stated: Height, drawn: Height, telling: _Telling) -> None:
    telling.tell(
        "HEIGHTS_DISAGREE",
        found=f"{end} {stated} in ExtendedData and {drawn} in the drawing",
        expected="one of them",
        fix="The wider one was taken.",
        warning=True,
    )


def _checked_band(lower: Height, upper: Height | None, telling: _Telling) -> Band | None:
    if upper is not None and upper.datum == lower.datum and lower.value_m >= upper.value_m:
        telling.tell("LOWER_ABOVE_UPPER", found=f"lower {lower} and upper {upper}", expected="lower below upper")
        return None
    return Band(lower=lower, upper=upper)


def _drawn_band(drawings: Sequence[_Drawing], telling: _Telling) -> Band | None:
    """Return the band that the altitudes of some polygons say; None, and why if it is doubtful, if they say none."""
    references = {drawing.reference for drawing in drawings}
    if references <= {None}:
        return None
    if len(references) > 1:
        _tell_altitudes(telling, "altitudes of several kinds in one placemark", "They were not used.")
        return None
    (reference,) = references
    assert reference is not None  # noqa: S101 - for the type checker
    lowest_m = min(drawing.lowest_m for drawing in drawings)
    highest_m = max(drawing.highest_m for drawing in drawings)
    extruded = any(drawing.extruded for drawing in drawings)
    if highest_m <= 0 or (lowest_m == highest_m and not extruded):
        sheet = f"a sheet at {highest_m:g} m {reference} without thickness"
        _tell_altitudes(telling, sheet, "It was not used: it may be a floor or a ceiling.")
        return None
    if lowest_m < highest_m:
        _tell_altitudes(telling, f"altitudes from {lowest_m:g} to {highest_m:g} m", "The widest band was taken.")
    lower = GROUND if extruded else Height(value_m=lowest_m, reference=reference)
    return Band(lower=lower, upper=Height(value_m=highest_m, reference=reference))


def _tell_altitudes(telling: _Telling, found: str, fix: str) -> None:
    expected = "one altitude, extruded to the ground"
    telling.tell("HEIGHTS_UNCLEAR", found=found, expected=expected, fix=fix, warning=True)


_GROUND_WORDS = ("gnd", "sfc", "ground", "surface")
_OPEN_WORDS = ("unl", "unlim", "unlimited")
_LIMIT = re.compile(rf"(?P<level>fl)?\s*(?P<number>{_NUMBER})\s*(?P<rest>[a-z0-9 ]*)", re.IGNORECASE)
_LIMIT_CHARACTERS = 60


def _stated(end: str, data: _Data, telling: _Telling) -> _End | None:
    """Return an end of the band as ExtendedData state it; None if they are silent."""
    words = data[end]
    if not words:
        return None
    if words.casefold() in _GROUND_WORDS and end == "lower":
        return _End(height=GROUND)
    if words.casefold() in _OPEN_WORDS and end == "upper":
        return _End(height=None)
    height = _height(words, data["uom"], data[f"{end}_ref"], end)
    if height is None:
        beside = [f"{name} {shown(data[name])}" for name in ("uom", f"{end}_ref") if data[name]]
        telling.tell(
            "HEIGHT_UNCLEAR",
            found=" and ".join([f"{end} {shown(words)}", *beside]),
            expected="a height with unit and reference, such as 120 m AGL",
            fix=f"The zone was left open: {'GND' if end == 'lower' else 'UNL'}.",
            warning=True,
        )
    return _End(height=height)


def _height(words: str, unit: str, reference: str, end: str) -> Height | None:
    """Return a height such as ``400 ft AMSL`` or ``FL 65``; None if its unit or its reference cannot be told."""
    matched = _LIMIT.fullmatch(words) if len(words) <= _LIMIT_CHARACTERS else None
    if matched is None:
        return None
    number, rest = float(matched["number"]), matched["rest"].split()
    if matched["level"] or _plain(unit) == "fl":
        return None if rest else Height(value_m=number * LEVEL_M, reference=Reference.FL)
    if number == 0 and end == "lower" and not rest and not reference:
        return GROUND
    metres = UNITS_M.get(rest.pop(0).casefold() if rest and rest[0].casefold() in UNITS_M else _plain(unit))
    told = REFERENCES.get(_plain("".join(rest) or reference))
    if told is None or (metres is None and number != 0):
        return None
    return Height(value_m=number * (metres or 1.0), reference=told)


# --- Times ---------------------------------------------------------------------------------------------------------

_FARTHEST_EAST = timedelta(hours=14)
_FARTHEST_WEST = timedelta(hours=-12)
"""Between these lie all time zones: a time that names none is read so that the period comes out longest."""


def _schedule(placemark: Element, telling: _Telling) -> Schedule:
    """Return when a placemark holds. Times of the folders around it are not used: they can only shorten it."""
    span = placemark.find("TimeSpan")
    if span is None:
        return ALWAYS
    start, end = (_moment(span.words_of(name), name, telling) for name in ("begin", "end"))
    if start and end and start >= end:
        found = f"{start.isoformat()} and {end.isoformat()}"
        _tell_at(telling, span, "TIMES_REVERSED", found, "begin before end")
        return ALWAYS
    return Schedule(periods=(Period(start=start, end=end),)) if start or end else ALWAYS


_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def _moment(words: str, name: str, telling: _Telling) -> datetime | None:
    """Return a time of a TimeSpan: a moment, a day, a month or a year; None if there is none or it is none."""
    if not words:
        return None
    moment, exact = _day_moment(words, name) if _DATE.fullmatch(words) else _clock_moment(words, name)
    if moment is None or not exact:
        wide = moment and moment.isoformat()
        telling.tell(
            "BAD_TIME" if moment is None else "NAIVE_TIME",
            found=f"the {name} {shown(words)}",
            expected="a time with its offset from UTC, such as 2026-12-01T08:00:00+08:00",
            fix=f"It was taken as {wide}, right in every time zone." if wide else "The period was left open there.",
            warning=True,
        )
    return moment


def _day_moment(words: str, name: str) -> tuple[datetime | None, bool]:
    matched = _DATE.fullmatch(words)
    assert matched is not None  # noqa: S101 - for the type checker
    year, month, day = (int(part) if part else None for part in matched.groups())
    if year is None or not YEARS[0] <= year <= YEARS[1]:
        return None, False
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None, False
    if name == "begin":
        return _widened(datetime(first.year, first.month, first.day), name), False  # noqa: DTZ001 - made aware there
    if day:
        after = first + timedelta(days=1)
    elif month:
        after = (first + timedelta(days=31)).replace(day=1)
    else:
        after = first.replace(year=first.year + 1)
    return _widened(datetime(after.year, after.month, after.day), name), False  # noqa: DTZ001


def _clock_moment(words: str, name: str) -> tuple[datetime | None, bool]:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None, False
    if not YEARS[0] <= moment.year <= YEARS[1]:
        return None, False
    if moment.tzinfo is None:
        return _widened(moment, name), False
    return moment.astimezone(UTC), True


def _widened(naive: datetime, name: str) -> datetime:
    return (naive - (_FARTHEST_EAST if name == "begin" else _FARTHEST_WEST)).replace(tzinfo=UTC)
