"""From GeoJSON coordinates to areas and points that are sound: in range, closed, not crossing themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import shapely

from airspace.earth.frame import Frame
from airspace.errors import Problem, RegionTooLarge
from airspace.formats.doors import LineGeometry, MultiPolygonGeometry, PolygonGeometry
from airspace.formats.tangles import Effort
from airspace.formats.telling import Location, about, place_of

GATE_REACH_M = 50.0
"""A gate drawn as a line is the area within this distance of it."""

SMALLEST_AREA_DEG2 = 1e-12
"""About a hundredth of a square metre: less is a line drawn as a polygon."""

Area: TypeAlias = "shapely.Polygon | shapely.MultiPolygon"
"""In WGS 84, degrees."""


@dataclass(slots=True, kw_only=True)
class Telling:
    """Gathers what is wrong with one feature, with its file and place filled in."""

    file: str
    prefix: Location
    subject: str
    problems: list[Problem] = field(default_factory=list)
    effort: Effort = field(default_factory=Effort)
    """What tangled outlines may still cost. The features of one file share one."""

    @property
    def broken(self) -> bool:
        """Whether anything worse than a warning was told."""
        return any(not problem.warning for problem in self.problems)

    def place(self, *steps: str | int) -> str:
        """Return the place of something inside the feature."""
        return place_of((*self.prefix, *steps))

    def tell(
        self,
        code: str,
        *steps: str | int,
        found: str,
        expected: str,
        fix: str = "",
        warning: bool = False,
    ) -> None:
        """Note one problem at a place inside the feature."""
        self.problems.append(
            Problem(
                file=self.file,
                place=self.place(*steps),
                code=code,
                found=found,
                expected=about(self.subject, expected),
                fix=fix,
                warning=warning,
            )
        )


def area_of(geometry: PolygonGeometry | MultiPolygonGeometry, telling: Telling) -> Area | None:
    """Return the area a feature covers, mended where that is safe; None, and a problem told, where it is not."""
    polygons = _polygons(geometry)
    positions = (
        (path, i, j, position)
        for path, rings in polygons
        for i, ring in enumerate(rings)
        for j, position in enumerate(ring)
    )
    if not _in_range(positions, telling) or not _rings_are_rings(polygons, telling):
        return None
    _tell_open_rings(polygons, telling)
    shapes = [shapely.Polygon(_flat(rings[0]), [_flat(hole) for hole in rings[1:]]) for _, rings in polygons]
    drawn = shapes[0] if len(shapes) == 1 else shapely.MultiPolygon(shapes)
    return None if _is_too_tangled(drawn, telling) else _with_area(_mended(drawn, telling), telling)


_Path = tuple[str | int, ...]
_Rings = Sequence[Sequence[Sequence[float]]]
_Located = tuple[_Path, int, int, Sequence[float]]
"""A position with the path of its polygon, its ring and its place there."""


def _polygons(geometry: PolygonGeometry | MultiPolygonGeometry) -> list[tuple[_Path, _Rings]]:
    if isinstance(geometry, PolygonGeometry):
        return [(("geometry", "coordinates"), geometry.coordinates)]
    return [(("geometry", "coordinates", index), rings) for index, rings in enumerate(geometry.coordinates)]


def _flat(ring: Iterable[Sequence[float]]) -> list[tuple[float, float]]:
    return [(position[0], position[1]) for position in ring]


def _in_range(positions: Iterable[_Located], telling: Telling) -> bool:
    """Tell of the first position of an outline that is not degrees of the Earth, and of how many there are."""
    wrong = (located for located in positions if not on_earth(*located[3][:2]))
    first = next(wrong, None)
    if first is None:
        return True
    path, i, j, position = first
    _tell_off_the_earth(telling, (*path, i, j), position, others=sum(1 for _ in wrong))
    return False


def _tell_off_the_earth(telling: Telling, path: _Path, position: Sequence[float], *, others: int) -> None:
    lon, lat = position[:2]
    more = f" and {others} more positions like it" if others else ""
    telling.tell(
        "LATITUDE_OUT_OF_RANGE" if abs(lat) > 90 else "LONGITUDE_OUT_OF_RANGE",
        *path,
        found=f"[{lon:.9g}, {lat:.9g}]{more}",
        expected="longitude within ±180, then latitude within ±90",
        fix=_range_hint(lon, lat),
    )


def on_earth(lon: float, lat: float) -> bool:
    """Tell whether two numbers can be degrees of longitude and latitude."""
    return abs(lon) <= 180 and abs(lat) <= 90


def _range_hint(lon: float, lat: float) -> str:
    if on_earth(lat, lon):
        return f"Longitude and latitude look swapped: write [{lat:.9g}, {lon:.9g}]."
    return "These look like metres of a map grid: convert them to WGS 84 degrees."


RINGS_TOLD = 10
"""Of rings with the same slip in one feature so many are told one by one, and the last of them with a count."""


def _rings_are_rings(polygons: list[tuple[_Path, _Rings]], telling: Telling) -> bool:
    counted = [(path, i, len(set(_flat(ring)))) for path, rings in polygons for i, ring in enumerate(rings)]
    short = [found for found in counted if found[2] < 3]
    for path, i, corners, more in _some(short):
        found = f"{corners} different corners{more}"
        telling.tell("RING_TOO_SHORT", *path, i, found=found, expected="at least 3 corners")
    return not short


def _some(rings: Sequence[tuple[_Path, int, int]]) -> Iterator[tuple[_Path, int, int, str]]:
    others = len(rings) - RINGS_TOLD
    for index, (path, i, corners) in enumerate(rings[:RINGS_TOLD], start=1):
        more = f", and {others} more rings like it" if others > 0 and index == RINGS_TOLD else ""
        yield path, i, corners, more


def _tell_open_rings(polygons: list[tuple[_Path, _Rings]], telling: Telling) -> None:
    still_open = [
        (path, i, 0)
        for path, rings in polygons
        for i, ring in enumerate(rings)
        if list(ring[0][:2]) != list(ring[-1][:2])
    ]
    for path, i, _, more in _some(still_open):
        telling.tell(
            "RING_NOT_CLOSED",
            *path,
            i,
            found=f"a ring whose last position is not its first{more}",
            expected="a closed ring",
            fix="It was closed with a straight line; repeat the first position at its end.",
            warning=True,
        )


def _is_too_tangled(drawn: Area, telling: Telling) -> bool:
    """Tell of an outline that would take minutes to look at, before anything looks at it."""
    corners = shapely.get_num_coordinates(drawn)
    if telling.effort.allows_look(drawn):
        return False
    telling.tell(
        "POLYGON_TOO_TANGLED",
        "geometry",
        found=f"{corners:,} positions in pieces that lie over or inside one another again and again",
        expected="an outline that a map could show",
        fix="Thin it out, or cut it into several zones.",
    )
    return True


def _mended(drawn: Area, telling: Telling) -> shapely.Geometry | None:
    if drawn.is_valid:
        return drawn
    if not telling.effort.allows_mending(drawn):
        telling.tell(
            "POLYGON_TOO_TANGLED",
            "geometry",
            found="an outline that crosses itself again and again",
            expected="outlines that do not cross or touch themselves",
            fix="Draw it again: what it goes round cannot be told with any sense.",
        )
        return None
    # "structure" keeps every part that the outline goes round at all; the other method would turn the overlap
    # of an outline with itself into a hole, and a hole in a closed zone is the one mistake that must not happen.
    mended = shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    mended = _polygonal_parts(mended)
    if mended.area >= SMALLEST_AREA_DEG2:
        telling.tell(
            "POLYGON_REPAIRED",
            "geometry",
            found=shapely.is_valid_reason(drawn).replace("[", " at ").replace("]", ""),
            expected="outlines that do not cross or touch themselves",
            fix="It was repaired by keeping every part the outline goes round; look at it on the map.",
            warning=True,
        )
    return mended


def _polygonal_parts(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, shapely.Polygon)]
    return shapely.union_all(parts) if len(parts) != 1 else parts[0]


def _with_area(shape: shapely.Geometry | None, telling: Telling) -> Area | None:
    if shape is None:
        return None
    if isinstance(shape, shapely.Polygon | shapely.MultiPolygon) and shape.area >= SMALLEST_AREA_DEG2:
        return shape
    telling.tell(
        "POLYGON_WITHOUT_AREA", "geometry", found="an outline around nothing", expected="a polygon with an area"
    )
    return None


def gate_area_of(geometry: PolygonGeometry | LineGeometry, telling: Telling) -> shapely.Polygon | None:
    """Return the area of a gate, drawn as such or as a line along the boundary."""
    if isinstance(geometry, LineGeometry):
        return _around_line(geometry, telling)
    area = area_of(geometry, telling)
    if isinstance(area, shapely.MultiPolygon):
        telling.tell(
            "GATE_IN_PIECES",
            "geometry",
            found=f"{len(area.geoms)} pieces",
            expected="a gate in one piece",
            fix="Draw an outline that does not cross itself, or make each piece a gate of its own.",
        )
        return None
    return area


def _around_line(geometry: LineGeometry, telling: Telling) -> shapely.Polygon | None:
    wrong = [(j, position) for j, position in enumerate(geometry.coordinates) if not on_earth(*position[:2])]
    if wrong:
        j, position = wrong[0]
        _tell_off_the_earth(telling, ("geometry", "coordinates", j), position, others=len(wrong) - 1)
        return None
    line = shapely.LineString(_flat(geometry.coordinates))
    if line.length == 0:
        telling.tell("LINE_WITHOUT_LENGTH", "geometry", found="one point, repeated", expected="a line with a length")
        return None
    try:
        frame = Frame.around([line])
    except RegionTooLarge:
        telling.tell("GATE_TOO_LONG", "geometry", found="a line of over 200 km", expected="a stretch of boundary")
        return None
    around: shapely.Polygon = frame.unproject(frame.project(line).buffer(GATE_REACH_M))
    return around


def point_of(position: Sequence[float], telling: Telling) -> tuple[float, float] | None:
    """Return longitude and latitude of a pad."""
    if not on_earth(*position[:2]):
        _tell_off_the_earth(telling, ("geometry", "coordinates"), position, others=0)
        return None
    return position[0], position[1]
