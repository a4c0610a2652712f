"""Finding data in the shifted coordinates of mainland maps (GCJ-02, BD-09) among data in WGS 84.

Nothing in a coordinate tells that it is shifted, and the box that map libraries go by takes in Hong Kong, whose data
are not. So nothing is converted by guess. But an outline drawn along a boundary that follows it only when it is moved
by the 600 or 1,250 m of such a shift, or pads that lie on the side they name only then, give themselves away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from airspace.earth.datums import BD09, GCJ02, SHIFTED_AREA, Datum, horizontal_note, shift_m, to_wgs84
from airspace.earth.frame import Frame
from airspace.errors import Problem, RegionTooLarge
from airspace.formats.telling import within
from airspace.model.gates import Jurisdiction
from airspace.model.pads import Pad

STEP_M = 50.0
"""How finely an outline is followed."""
FITS_M = 30.0
"""An outline this near to another follows it; compiled outlines of one boundary differ by about as much."""
SHORTEST_FIT_M = 1000.0
"""Less than this may fit by chance when it is moved ..."""
TIMES_BETTER = 5.0
"""... and so may an outline that fits not much better than as it stands. A true one along the Shenzhen River fits 4 to
100 times worse when it is moved, a shifted one 9 to 30 times better."""
NEAR_DEG = 0.03
"""Some 3 km: outlines farther than this from a boundary are not looked at; the greatest shift is 1.3 km."""

MAPPED = shapely.box(*SHIFTED_AREA)
"""Where maps in shifted coordinates are made; elsewhere nothing is looked for."""

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Something drawn in a file."""

    file: str
    place: str
    subject: str
    """``zone 'A12'``, for the message."""
    shape: shapely.Geometry
    """WGS 84 as it was read."""


def outlines_shifted(drawn: Sequence[Outline], areas: Sequence[shapely.Geometry]) -> Iterator[Problem]:
    """Yield an error for each outline that follows the edges of some areas of other files only when it is moved."""
    if not drawn or not areas:
        return
    try:
        frame = Frame.around(areas)
    except RegionTooLarge:
        return  # told elsewhere
    edges = shapely.union_all([shapely.boundary(area) for area in areas])
    if not shapely.covers(MAPPED, edges):
        return
    reach = shapely.box(*edges.bounds).buffer(NEAR_DEG)
    reference = frame.project(edges)
    shapely.prepare(reference)
    for outline in drawn:
        if shapely.intersects(reach, outline.shape):
            yield from _told(outline, frame, reference, reach)


def _told(outline: Outline, frame: Frame, reference: shapely.Geometry, reach: shapely.Geometry) -> Iterator[Problem]:
    points = _followed(outline.shape, frame)
    # What lies beyond may lie where no map is shifted, and would not follow a boundary here either way.
    points = points[shapely.intersects_xy(reach, points)]
    as_it_is_m = _fit_m(points, frame, reference)
    moved = [(_fit_m(to_wgs84(points, datum.name), frame, reference), datum) for datum in (GCJ02, BD09)]
    fit_m, datum = max(moved, key=lambda item: item[0])
    if fit_m < SHORTEST_FIT_M or fit_m < TIMES_BETTER * as_it_is_m:
        return
    found = (
        f"an outline that follows a boundary for {as_it_is_m / 1000:.1f} km as it stands and for "
        f"{fit_m / 1000:.1f} km once it is moved {_moved(datum, shapely.multipoints(points))}"
    )
    yield _problem(outline.file, within(outline.place, "geometry"), found, f"WGS 84 degrees ({outline.subject})", datum)


def _followed(shape: shapely.Geometry, frame: Frame) -> Floats:
    """Return points along an outline, degrees, at most 50 m apart."""
    xy_m = shapely.get_coordinates(shapely.segmentize(frame.project(shapely.boundary(shape)), STEP_M))
    return np.column_stack(frame.to_lonlat(xy_m[:, 0], xy_m[:, 1]))


def _fit_m(points: Floats, frame: Frame, reference: shapely.Geometry) -> float:
    """Return over about how many metres of its length an outline follows a line of the frame."""
    near = shapely.dwithin(shapely.points(*frame.to_xy(points[:, 0], points[:, 1])), reference, FITS_M)
    return float(np.count_nonzero(near)) * STEP_M


def pads_shifted(file: str, pads: Sequence[tuple[str, Pad]], sides: Sequence[Jurisdiction]) -> Iterator[Problem]:
    """Yield an error when pads, given with their places in a file, lie on the sides they name only when moved."""
    areas = {side.id: side.area for side in sides}
    named = [(place, pad) for place, pad in pads if pad.jurisdiction in areas]
    points = np.array([[pad.lon, pad.lat] for _, pad in named]).reshape(-1, 2)
    if not shapely.covers(MAPPED, shapely.multipoints(points)):
        return
    wanted = [areas[pad.jurisdiction] for _, pad in named]
    as_they_are = _on_their_sides(points, wanted)
    if all(as_they_are):
        return
    for datum in (GCJ02, BD09):
        if all(_on_their_sides(to_wgs84(points, datum.name), wanted)):
            wrong = [pad for (_, pad), right in zip(named, as_they_are, strict=True) if not right]
            first = next(place for place, pad in named if pad is wrong[0])
            found = (
                f"{len(wrong)} of {len(named)} pads on another side than the jurisdiction they name, such as "
                f"'{wrong[0].id}'; all are right once they are moved {_moved(datum, wrong[0].point)}"
            )
            yield _problem(file, f"{first}.geometry", found, "WGS 84 degrees", datum)
            return


def _on_their_sides(points: Floats, areas: Iterable[shapely.Geometry]) -> list[bool]:
    return [bool(shapely.intersects_xy(area, *point)) for area, point in zip(areas, points, strict=True)]


def _moved(datum: Datum, shape: shapely.Geometry) -> str:
    """Return by how much a shift is undone at a place, in words."""
    centre = shapely.centroid(shape)
    east_m, north_m = shift_m(datum.name, centre.x, centre.y)
    sides = (f"{abs(-m):.0f} m {plus if -m > 0 else minus}" for m, plus, minus in (
        (east_m, "east", "west"), (north_m, "north", "south"),
    ))  # fmt: skip
    return f"{math.hypot(east_m, north_m):.0f} m ({', '.join(sides)}), back from {datum.name}"


def _problem(file: str, place: str, found: str, expected: str, datum: Datum) -> Problem:
    return Problem(
        file=file,
        place=place,
        code="SHIFTED_COORDINATES",
        found=found,
        expected=expected,
        fix=f'If the file is in {datum.name}, say so with "datum": "{datum.name}" at its top, or export it in WGS 84. '
        + horizontal_note(datum.name),
    )
