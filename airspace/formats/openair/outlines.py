"""From the V and D lines of an OpenAir block to the area they draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from airspace.formats.arcs import (
    Arc,
    Floats,
    LonLat,
    airway,
    along,
    arc_by_bearings,
    arc_by_ends,
    circle,
    circles,
    clockwise,
    crosses_antimeridian,
)
from airspace.formats.openair.words import NAUTICAL_MILE_M, Refused, metres, numbers, position, two_positions
from airspace.formats.shapes import SMALLEST_AREA_DEG2, Area
from airspace.formats.telling import shown

SAME_PLACE_DEG = 1e-3
"""An outline whose ends lie nearer than this, some 100 m, counts as closed: ends of arcs are seldom exact."""

RADII_APART_M = 100.0
"""The ends of an arc may lie this much nearer or farther from its centre than each other: positions are rounded ..."""
RADII_APART_WARNED = 0.01
"""... or this share of the radius, before somebody is told."""
RADII_APART_REFUSED = 0.25
"""Beyond this share it is not known what arc is meant."""

MOST_TURNED_DEG = 3600.0
"""Ten full circles: far more than any real airspace has, and every one crosses all others."""

Warn: TypeAlias = Callable[[Refused], None]
"""Where to put what is doubtful and can still be used."""


@dataclass(slots=True, kw_only=True)
class Outline:
    """What the V and D lines of one block have drawn so far."""

    warn: Warn
    centre: LonLat | None = None
    clockwise: bool = True
    width_m: float | None = None
    ring: list[LonLat | Floats | Arc] = field(default_factory=list)
    """Points, runs of points of shape (n, 2), and arcs."""
    turned_deg: float = 0.0
    """By all arcs together, whichever way; 0 without arcs."""
    circle: tuple[LonLat, float] | None = None
    """Centre, and radius in metres."""
    line: list[LonLat] = field(default_factory=list)
    """Of an airway."""
    words: dict[str, list[str]] = field(default_factory=dict)
    """What the file says of a circle or an airway: X and DC, W and DY."""
    said: dict[str, str] = field(default_factory=dict)
    """The last value of each variable, as it stands in the file."""

    def take(self, command: str, text: str) -> None:
        """Draw one line of the file.

        Raises
        ------
        Refused
            If it cannot be read, or makes no sense after the lines before.
        """
        drawing = _DRAWING.get(command)
        if drawing is None:
            expected = "a line of OpenAir that this program knows; this one may be a part of the outline"
            raise Refused("UNKNOWN_COMMAND", found=shown(f"{command} {text}".strip()), expected=expected)
        drawing(self, text)

    def area(self) -> Area:
        """Return the area drawn.

        Raises
        ------
        Refused
            If it is none, or goes over the 180th meridian or a pole.
        """
        if (self.circle is not None) + bool(self.ring) + bool(self.line) > 1:
            expected = "one outline: points and arcs, or a circle, or an airway"
            raise Refused("MIXED_OUTLINES", found="several kinds in one airspace", expected=expected)
        if self.circle is not None:
            return _with_area(shapely.Polygon(_on_the_map(circle(*self.circle))))
        if self.line:
            return self._airway()
        return self._around()

    def _airway(self) -> Area:
        if len(self.line) < 2 or self.width_m is None:
            found = f"{len(self.line)} points and {'a' if self.width_m else 'no'} width"
            raise Refused("BAD_AIRWAY", found=found, expected="DY lines for two points or more, and a width (V W=)")
        self.words["W"] = [self.said["W"]]
        rings = airway(self.line, self.width_m)
        return _with_area(shapely.union_all([shapely.Polygon(_on_the_map(ring)) for ring in rings]))

    def _around(self) -> Area:
        near = self._drawn(NEITHER)
        # A closed ring of three different corners has four positions.
        if len(near) < 4:
            found, fix = f"{len(near) - 1} different points", "Draw a cable or another line as the area around it."
            raise Refused("RING_TOO_SHORT", found=found, expected="3 different points or more, or arcs", fix=fix)
        self._warn_if_open()
        if not self.turned_deg:
            return self._sound(shapely.Polygon(near))
        if shapely.is_simple(shapely.linestrings(near)):
            return self._sound(shapely.Polygon(self._drawn(frozenset({clockwise(near)}))))
        # Which side is inside changes along such an outline: take all that lies inside by either reading.
        self._warn_of_repair(shapely.Polygon(near))
        readings = [_mended(shapely.Polygon(self._drawn(turns))) for turns in (NEITHER, BOTH)]
        return _with_area(shapely.union_all(readings))

    def _drawn(self, outside: frozenset[bool]) -> Floats:
        """Return the closed ring, with the arcs that turn a way named (clockwise or not) drawn on the outside."""
        pieces = [
            along(piece, outside=piece.clockwise in outside) if isinstance(piece, Arc) else np.reshape(piece, (-1, 2))
            for piece in self.ring
        ]
        if not pieces:
            raise Refused("MISSING_VALUE", found="no outline", expected="DP, DA, DB, DC or DY lines")
        corners = pieces[0] if len(pieces) == 1 else np.vstack(pieces)
        closed = np.vstack((corners, corners[:1]))
        steps = (closed[1:] != closed[:-1]).any(axis=1)
        return _on_the_map(closed if steps.all() else closed[np.append(True, steps)])

    def _warn_if_open(self) -> None:
        first, last = self.ring[0], self.ring[-1]
        start = first.start if isinstance(first, Arc) else np.reshape(first, (-1, 2))[0]
        end = last.end if isinstance(last, Arc) else np.reshape(last, (-1, 2))[-1]
        if max(abs(start[0] - end[0]), abs(start[1] - end[1])) > SAME_PLACE_DEG:
            fix = "It was closed with a straight line; repeat the first point at the end."
            found = "an outline whose last point is not its first"
            self.warn(Refused("RING_NOT_CLOSED", found=found, expected="a closed outline", fix=fix))

    def _sound(self, drawn: shapely.Polygon) -> Area:
        if drawn.is_valid:
            return _with_area(drawn)
        mended = _with_area(_mended(drawn))
        self._warn_of_repair(drawn)
        return mended

    def _warn_of_repair(self, drawn: shapely.Polygon) -> None:
        found = shapely.is_valid_reason(drawn).replace("[", " at ").replace("]", "")
        fix = "It was repaired by keeping every part the outline goes round; look at it on the map."
        self.warn(Refused("POLYGON_REPAIRED", found=found, expected="an outline that does not cross itself", fix=fix))


def simple_areas(outlines: Sequence[Outline]) -> list[Area | None]:
    """Return the areas of circles and closed rings of points, drawn all at once with nothing wrong about them.

    All others are None, and have to be drawn one by one, which tells what is the matter.
    """
    areas: list[Area | None] = [None] * len(outlines)
    rings = dict(_rings(outlines))
    for index, area in zip(rings, _sound_polygons(list(rings.values())), strict=True):
        areas[index] = area
    return areas


def _rings(outlines: Sequence[Outline]) -> Iterator[tuple[int, Floats]]:
    """Yield the rings of outlines that are one circle or one run of points and nothing else, with their index."""
    discs = []
    for index, outline in enumerate(outlines):
        if outline.line:
            continue
        if outline.circle is not None:
            if not outline.ring:
                discs.append((index, *outline.circle))
        elif len(outline.ring) == 1 and isinstance(outline.ring[0], np.ndarray):
            yield index, outline.ring[0]
    if discs:
        indices, centres, radii_m = zip(*discs, strict=True)
        yield from zip(indices, circles(centres, radii_m), strict=True)


def _sound_polygons(rings: Sequence[Floats]) -> list[Area | None]:
    """Return a polygon for each ring; None if it needs a closer look."""
    if not rings:
        return []
    corners, counts = np.concatenate(rings), np.array([len(ring) for ring in rings])
    ring_of = np.repeat(np.arange(len(rings)), counts)
    plain = _plain(corners, ring_of, counts)
    drawn = plain[ring_of]
    numbers = (np.cumsum(plain) - 1)[ring_of[drawn]]
    polygons = np.full(len(rings), None)
    polygons[plain] = shapely.polygons(shapely.linearrings(corners[drawn], indices=numbers))
    polygons[~(shapely.is_valid(polygons) & (shapely.area(polygons) >= SMALLEST_AREA_DEG2))] = None
    areas: list[Area | None] = polygons.tolist()
    return areas


def _plain(corners: Floats, ring_of: npt.NDArray[np.intp], counts: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Tell which rings are closed, repeat no point in a row and stay on their side of the 180th meridian."""
    steps = corners[1:] - corners[:-1]
    same_ring = ring_of[1:] == ring_of[:-1]
    odd = same_ring & ((steps == 0).all(axis=1) | (np.abs(steps[:, 0]) > 180))
    without_odd = np.bincount(ring_of[1:][odd], minlength=len(counts)) == 0
    ends = np.cumsum(counts)
    closed = (corners[ends - counts] == corners[ends - 1]).all(axis=1)
    plain: npt.NDArray[np.bool_] = (counts >= 4) & closed & without_odd
    return plain


NEITHER: frozenset[bool] = frozenset()
BOTH = frozenset({True, False})
"""Which arcs are drawn outside: those clockwise (True), those anticlockwise (False)."""


def _mended(drawn: shapely.Polygon) -> shapely.Geometry:
    # "structure" keeps every part that the outline goes round at all: no overlap becomes a hole.
    try:
        mended = shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    except shapely.errors.GEOSException:
        # It runs out of memory over outlines that cross themselves millions of times.
        expected = "an outline that can be repaired"
        raise Refused("POLYGON_BROKEN", found="one that crosses itself everywhere", expected=expected) from None
    parts = shapely.get_parts(shapely.get_parts(mended))
    return shapely.union_all([part for part in parts if isinstance(part, shapely.Polygon)])


def _with_area(shape: shapely.Geometry) -> Area:
    if isinstance(shape, shapely.Polygon | shapely.MultiPolygon) and shape.area >= SMALLEST_AREA_DEG2:
        return shape
    raise Refused("POLYGON_WITHOUT_AREA", found="an outline around nothing", expected="an outline with an area")


def _on_the_map(ring: Floats) -> Floats:
    if crosses_antimeridian(ring):
        found, expected = "an outline over the 180th meridian or a pole", "an outline on one side of it"
        raise Refused("CROSSES_ANTIMERIDIAN", found=found, expected=expected, fix="Cut the airspace in two there.")
    return ring


def _variable(outline: Outline, text: str) -> None:
    name, sign, value = (part.strip() for part in text.partition("="))
    name = name.upper()
    outline.said[name] = value
    if name == "X" and sign:
        outline.centre = position(value)
    elif name == "D" and value in ("+", "-"):
        outline.clockwise = value == "+"
    elif name == "W" and sign:
        outline.width_m = metres(*numbers(value, 1))
    elif name != "Z":  # from which zoom on it is shown
        raise Refused(
            "BAD_VARIABLE", found=shown(f"V {text}"), expected="V X=position, V D=+, V D=-, V W=width or V Z=zoom"
        )


def _point(outline: Outline, text: str) -> None:
    outline.ring.append(position(text))


def _arc_by_bearings(outline: Outline, text: str) -> None:
    radius_nm, from_deg, to_deg = numbers(text, 3)
    if max(from_deg, to_deg) > 360 or from_deg == to_deg:
        raise Refused("BAD_ARC", found=shown(f"DA {text}"), expected="two different bearings of at most 360 degrees")
    centre = _centre(outline)
    _add(outline, arc_by_bearings(centre, metres(radius_nm), from_deg, to_deg, clockwise=outline.clockwise))


def _arc_by_ends(outline: Outline, text: str) -> None:
    start, end = two_positions(text)
    arc = arc_by_ends(_centre(outline), start, end, clockwise=outline.clockwise)
    near_m, far_m = sorted(arc.radii_m)
    found = f"ends {near_m:.0f} m and {far_m:.0f} m from the centre"
    if near_m < 1 or far_m - near_m > max(RADII_APART_M, RADII_APART_REFUSED * far_m):
        raise Refused("BAD_ARC", found=found, expected="an arc whose ends are equally far from its centre")
    metres(far_m / NAUTICAL_MILE_M)
    if far_m - near_m > max(RADII_APART_M, RADII_APART_WARNED * far_m):
        fix = "It was drawn so that the area is the larger of the two readings."
        outline.warn(Refused("BAD_ARC", found=found, expected="ends equally far from the centre of an arc", fix=fix))
    _add(outline, arc)


def _add(outline: Outline, arc: Arc) -> None:
    outline.turned_deg += abs(arc.sweep_deg)
    if outline.turned_deg > MOST_TURNED_DEG:
        expected = f"arcs that turn at most {MOST_TURNED_DEG:g} degrees in an airspace"
        raise Refused("TOO_MANY", found="arcs that go round and round", expected=expected)
    outline.ring.append(arc)


def _circle(outline: Outline, text: str) -> None:
    if outline.circle is not None:
        raise Refused("MIXED_OUTLINES", found="a second circle", expected="one outline in an airspace")
    outline.circle = _centre(outline), metres(*numbers(text, 1))
    outline.words = {"X": [outline.said["X"]], "DC": [text]}


def _airway_point(outline: Outline, text: str) -> None:
    outline.line.append(position(text))
    outline.words.setdefault("DY", []).append(text)


def _centre(outline: Outline) -> LonLat:
    if outline.centre is None:
        raise Refused("MISSING_VALUE", found="no centre", expected="a line V X=position before it in the same airspace")
    return outline.centre


_DRAWING: dict[str, Callable[[Outline, str], None]] = {
    "V": _variable,
    "DP": _point,
    "DA": _arc_by_bearings,
    "DB": _arc_by_ends,
    "DC": _circle,
    "DY": _airway_point,
}
