"""QGroundControl's ``.plan``: one for each leg, with its mission, its fence and the alternate to turn to.

Written as QGroundControl 4 reads it (``PlanMasterController``, ``MissionItem`` and their like in its source): latitude
before longitude, rings not closed, heights of items in frame 0 above mean sea level, those of rally points above home,
and two keys for the height of an item beside its parameters. What a plan has no field for stands under ``skyferry``,
which QGroundControl passes over when it loads and drops when it saves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from airspace.formats.documents import RawFile, json_of, text_of
from airspace.formats.telling import shown
from planner.model.powers import Quadplane
from planner.output.exports.faults import Faults
from planner.output.exports.fences import Fence, Ring, fence_of
from planner.output.exports.formats import File, Precision, Reviewed, Track, TrackPoint, cannot, stems
from planner.output.exports.legs import DEGREES, EXCHANGED, METRES, Flown, legs_flown, named_in, place_of, read_each
from planner.output.exports.missions import Frame, Item, Raw, mission_of, points_of
from planner.output.exports.refusals import refuse, said

SUFFIX = ".plan"
PLAN_VERSION, MISSION_VERSION, FENCE_VERSION, SHAPE_VERSION, RALLY_VERSION = 1, 2, 2, 1, 2
"""Of the parts of a plan, as QGroundControl 4 writes them."""

ABSOLUTE = 2
"""QGroundControl's word for heights above mean sea level (``AltitudeModeAbsolute``)."""

GENERIC, MULTIROTOR, VTOL = 0, 2, 20
"""Any autopilot (MAV_AUTOPILOT): a drone type does not say which. A quadrotor, a VTOL (MAV_TYPE)."""

PRECISION = Precision(horizontal_m=0.01, vertical_m=0.002, time_s=None)
"""Missions hold no times; the decimals are those of the record."""

HEIGHTS = "metres above mean sea level (EGM96); rally points above home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qgc:
    """QGroundControl plans."""

    name: str = "qgc"
    title: str = "QGroundControl plan, one for each leg, with fence and rally point (.plan)"
    precision: Precision = PRECISION

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return a plan for each leg.

        Raises
        ------
        BadInput
            If a leg is not straight up, along and straight down, or its way out begins elsewhere.
        """
        legs, problems = legs_flown(reviewed, self.name)
        stem = stems(sortie.id for sortie in reviewed.plan.sorties)
        fences = [(flown, fence_of(flown, reviewed)) for flown in legs]
        problems += [
            cannot(self.name, flown.name, "a way out that begins elsewhere", "a way out from above the leg's end")
            for flown, fence in fences
            if fence is None
        ]
        refuse(self.name, reviewed, problems)
        return tuple(
            File(
                name=flown.file_name(stem[flown.sortie.id], SUFFIX),
                content=_text(_document(flown, fence, reviewed)),
            )
            for flown, fence in fences
            if fence is not None
        )

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs of some plans.

        Raises
        ------
        BadInput
            If a file is no plan of QGroundControl's, is none of a leg, or its points are not inside its own fence.
        """
        return read_each(files, _track)


def _text(document: Mapping[str, Any]) -> bytes:
    # ASCII only: names of others come through escaped, and nothing in them can fool who looks at the file.
    return (json.dumps(document, indent=1) + "\n").encode("ascii")


# --- writing ----------------------------------------------------------------------------------------------------------


def _document(flown: Flown, fence: Fence, reviewed: Reviewed) -> dict[str, Any]:
    return {
        "fileType": "Plan",
        "geoFence": _fence(fence),
        "groundStation": "Skyferry",
        "mission": _mission(flown),
        "rallyPoints": {"points": list(_rally(flown)), "version": RALLY_VERSION},
        "skyferry": _about(flown, fence, reviewed),
        "version": PLAN_VERSION,
    }


def _mission(flown: Flown) -> dict[str, Any]:
    mission = mission_of(flown)
    home = mission.home
    return {
        "cruiseSpeed": flown.kind.cruise_mps,
        "firmwareType": GENERIC,
        "globalPlanAltitudeMode": ABSOLUTE,
        "hoverSpeed": flown.kind.cruise_mps,
        "items": [_item(item, number) for number, item in enumerate(mission.items, start=1)],
        "plannedHomePosition": [*_latlon(home.lon, home.lat), round(home.alt_amsl_m, METRES)],
        "vehicleType": VTOL if isinstance(flown.kind.power, Quadplane) else MULTIROTOR,
        "version": MISSION_VERSION,
    }


def _item(item: Item, number: int) -> dict[str, Any]:
    placed = item.frame is not Frame.MISSION
    heights = {"AMSLAltAboveTerrain": None, "Altitude": item.alt_m, "AltitudeMode": ABSOLUTE} if placed else {}
    return {
        **heights,
        "autoContinue": True,
        "command": int(item.command),
        "doJumpId": number,
        "frame": int(item.frame),
        "params": [*item.params, item.lat, item.lon, item.alt_m],
        "type": "SimpleItem",
    }


def _fence(fence: Fence) -> dict[str, Any]:
    kept_out = [*fence.holes, *(ring for _, ring in fence.outside)]
    polygons = [_polygon(fence.inside, inclusion=True), *(_polygon(ring, inclusion=False) for ring in kept_out)]
    return {"circles": [], "polygons": polygons, "version": FENCE_VERSION}


def _polygon(ring: Ring, *, inclusion: bool) -> dict[str, Any]:
    return {"inclusion": inclusion, "polygon": [_latlon(*place) for place in ring], "version": SHAPE_VERSION}


def _rally(flown: Flown) -> Iterator[list[float]]:
    """Yield the alternate of a leg's way out, at the level that it is flown: no other lies inside the fence."""
    way_out = flown.leg.way_out
    if way_out and len(way_out.waypoints) > 1:
        level, pad = way_out.waypoints[-2:]
        above_m = level.alt_amsl_m - flown.leg.waypoints[0].alt_amsl_m
        yield [*_latlon(pad.lon, pad.lat), round(above_m, METRES)]


def _latlon(lon: float, lat: float) -> list[float]:
    return [round(lat, DEGREES), round(lon, DEGREES)]


def _about(flown: Flown, fence: Fence, reviewed: Reviewed) -> dict[str, Any]:
    """Return what a plan has no field for: which leg it is, and what stands in its fence and why."""
    way_out = flown.leg.way_out
    return {
        "corridor": said(flown.leg.corridor),
        "drone": said(flown.sortie.drone),
        "fence": {
            "alternate": said(way_out.alternate) if way_out else None,
            "half_width_m": flown.half_width_m,
            "holes": len(fence.holes),
            "kept_out_of": [said(zone) for zone, _ in fence.outside],
            "not_fenced_because_above_or_below": [said(zone) for zone in fence.not_fenced],
        },
        "heights": HEIGHTS,
        "leg": flown.number + 1,
        "plan_digest": reviewed.digest,
        "sortie": flown.sortie.id,
    }


# --- reading ----------------------------------------------------------------------------------------------------------


def _track(file: File) -> Track:
    document = json_of(file.name, text_of(RawFile(name=file.name, raw=file.content)))
    with Faults(file=file.name, problems=list(document.problems)) as faults:
        plan = _object(faults, "the file", document.data)
        if not faults.problems:
            _look_at_heads(faults, plan)
        sortie, leg = _whose(faults, plan)
        points = _mission_points(faults, _object(faults, "mission", plan.get("mission")))
        if not faults.problems:
            _look_at_fence(faults, plan, points)
    return Track(sortie=sortie, leg=leg, points=points)


def _object(faults: Faults, place: str, value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    faults.tell(place, shown(value), "an object with named values", code="WRONG_TYPE")
    return {}


def _list(faults: Faults, place: str, value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    faults.tell(place, shown(value), "a list", code="WRONG_TYPE")
    return []


def _look_at_heads(faults: Faults, plan: dict[str, Any]) -> None:
    """Tell what is of another kind or version, since nothing else in it can then be judged."""
    expected = (
        ("fileType", plan.get("fileType"), "Plan"),
        ("version", plan.get("version"), PLAN_VERSION),
        ("mission.version", _inside(plan, "mission"), MISSION_VERSION),
        ("geoFence.version", _inside(plan, "geoFence"), FENCE_VERSION),
        ("rallyPoints.version", _inside(plan, "rallyPoints"), RALLY_VERSION),
    )
    for place, found, wanted in expected:
        if isinstance(found, bool) or found != wanted:
            faults.tell(place, shown(found), shown(wanted), code="WRONG_VERSION")


def _inside(plan: dict[str, Any], part: str) -> object:
    return plan[part].get("version") if isinstance(plan.get(part), dict) else None


def _whose(faults: Faults, plan: dict[str, Any]) -> tuple[str, int]:
    """Return whose leg it is; QGroundControl drops what is not its own when it saves, and the file's name is left."""
    if "skyferry" not in plan and (named := named_in(faults.file, SUFFIX)):
        return named
    told = _object(faults, "skyferry", plan.get("skyferry"))
    sortie, leg = told.get("sortie"), told.get("leg")
    if not isinstance(sortie, str) or not sortie:
        faults.tell("skyferry.sortie", shown(sortie), "the id of a sortie", code="UNKNOWN_LEG")
    if not isinstance(leg, int) or isinstance(leg, bool) or leg < 1:
        faults.tell("skyferry.leg", shown(leg), "the number of a leg, from 1", code="UNKNOWN_LEG")
        return str(sortie), 0
    return str(sortie), leg - 1


def _mission_points(faults: Faults, mission: dict[str, Any]) -> tuple[TrackPoint, ...]:
    home = _list(faults, "mission.plannedHomePosition", mission.get("plannedHomePosition"))
    lat, lon, alt_m = home if len(home) == 3 else (None, None, None)
    place = place_of(faults, "mission.plannedHomePosition", _number(lat), _number(lon))
    height_m = faults.number("mission.plannedHomePosition, altitude", _number(alt_m), -10_000, 100_000)
    start = TrackPoint(lon=place[0], lat=place[1], alt_amsl_m=height_m, t=None)
    given = _list(faults, "mission.items", mission.get("items"))
    items = [_raw(faults, f"mission.items[{number}]", value) for number, value in enumerate(given)]
    return points_of(faults, start, items)


def _raw(faults: Faults, place: str, value: object) -> Raw:
    item = _object(faults, place, value)
    if item.get("type") != "SimpleItem":
        faults.tell(f"{place}.type", shown(item.get("type")), "'SimpleItem'", code="UNKNOWN_VALUE")
    params = _list(faults, f"{place}.params", item.get("params"))
    if len(params) != 7:
        faults.tell(f"{place}.params", f"{len(params)} parameters", "seven of them", code="WRONG_TYPE")
    lat, lon, alt_m = map(_number, params[4:7]) if len(params) == 7 else (None, None, None)
    return Raw(place=place, command=item.get("command"), frame=item.get("frame"), lat=lat, lon=lon, alt_m=alt_m)


def _number(value: object) -> object:
    """Return a number as it stands; a text is not one here, whatever stands in it."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _look_at_fence(faults: Faults, plan: dict[str, Any], points: Sequence[TrackPoint]) -> None:
    """Tell where a mission, or its rally point, is outside of its own fence: no autopilot would fly there."""
    fence = _object(faults, "geoFence", plan.get("geoFence"))
    flown = shapely.LineString([(point.lon, point.lat) for point in points])
    rallies = _rallies(faults, _object(faults, "rallyPoints", plan.get("rallyPoints")))
    _list(faults, "geoFence.circles", fence.get("circles"))
    around = 0
    for number, value in enumerate(_list(faults, "geoFence.polygons", fence.get("polygons"))):
        place = f"geoFence.polygons[{number}]"
        polygon = _object(faults, place, value)
        area = _area(faults, f"{place}.polygon", polygon.get("polygon"))
        inclusion = polygon.get("inclusion")
        around += inclusion is True
        if not isinstance(inclusion, bool):
            faults.tell(f"{place}.inclusion", shown(inclusion), "true or false", code="WRONG_TYPE")
        elif area is not None:
            for what, where in (("a mission", flown), ("a rally point", rallies)):
                if area.intersects(where) and not inclusion:
                    faults.tell(place, f"{what} that enters it", HOLDS, code="OUTSIDE_FENCE", fix=EXCHANGED)
                if inclusion and not area.covers(where) and not where.is_empty:
                    faults.tell(place, f"{what} that leaves it", HOLDS, code="OUTSIDE_FENCE", fix=EXCHANGED)
    if not around:
        faults.tell("geoFence.polygons", "no polygon to stay inside of", HOLDS, code="TOO_FEW")


HOLDS = "a fence that holds its mission and its rally point"


def _rallies(faults: Faults, rally: dict[str, Any]) -> shapely.MultiPoint:
    places = []
    for number, value in enumerate(_list(faults, "rallyPoints.points", rally.get("points"))):
        place = f"rallyPoints.points[{number}]"
        told = _list(faults, place, value)
        lat, lon, alt_m = told if len(told) == 3 else (None, None, None)
        places.append(place_of(faults, place, _number(lat), _number(lon)))
        faults.number(f"{place}, altitude", _number(alt_m), -10_000, 100_000)
    return shapely.MultiPoint(places)


def _area(faults: Faults, place: str, value: object) -> shapely.Polygon | None:
    before, places = len(faults.problems), []
    for number, given in enumerate(_list(faults, place, value)):
        pair = _list(faults, f"{place}[{number}]", given)
        lat, lon = pair if len(pair) == 2 else (None, None)
        places.append(place_of(faults, f"{place}[{number}]", _number(lat), _number(lon)))
    area = shapely.Polygon(places) if len(places) > 2 and len(faults.problems) == before else None
    if area is None or not area.is_valid:
        if len(faults.problems) == before:
            found = "fewer than three places" if area is None else shapely.is_valid_reason(area)
            faults.tell(place, found, "an outline that does not cross itself", code="BAD_OUTLINE")
        return None
    return area
