"""A leg as MAVLink tells it: home, take-off, waypoints, speeds, landing; for ground stations that load missions.

Heights are in frame 0 (MAV_FRAME_GLOBAL), metres above mean sea level. In our record the sea is the geoid EGM96; what
an autopilot takes for it is up to its receiver, so a metre or two may lie between both.

A leg is a mission of its own, because a landing ends one: behind it the aircraft is disarmed, and its fence is another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from airspace.earth.frame import GEOD, MAX_HALF_WIDTH_M
from airspace.formats.telling import shown
from planner.model.fleets import DroneType
from planner.model.plans import Waypoint
from planner.model.powers import Quadplane
from planner.output.exports.faults import Faults
from planner.output.exports.formats import TrackPoint
from planner.output.exports.legs import DEGREES, EXCHANGED, METRES, SPEED, Flown, length_m, place_of

SLACK_S = 0.02
"""By so much a piece of a leg may take longer or shorter, before another speed is told for it."""

LEVEL_M = 0.01
"""A piece shorter than this over the ground goes straight up or down."""


class Command(IntEnum):
    """Commands of a mission, numbered as MAV_CMD in MAVLink's common.xml."""

    WAYPOINT = 16
    LAND = 21
    TAKEOFF = 22
    VTOL_TAKEOFF = 84
    VTOL_LAND = 85
    CHANGE_SPEED = 178


UPS, DOWNS = (Command.TAKEOFF, Command.VTOL_TAKEOFF), (Command.LAND, Command.VTOL_LAND)


class Frame(IntEnum):
    """What the place of an item is told in, numbered as MAV_FRAME."""

    GLOBAL = 0
    """Height above mean sea level."""
    MISSION = 2
    """No place at all."""
    RELATIVE = 3
    """Height above home."""


class Speed(IntEnum):
    """What a speed is measured against, numbered as SPEED_TYPE."""

    AIR = 0
    GROUND = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a mission."""

    command: Command
    frame: Frame = Frame.GLOBAL
    params: tuple[float | None, float | None, float | None, float | None] = (0.0, 0.0, 0.0, None)
    """The first four; None where the autopilot is to keep what it has, as the heading."""
    lat: float = 0.0
    lon: float = 0.0
    alt_m: float = 0.0
    """As the frame tells heights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """A leg to be flown by an autopilot."""

    home: Waypoint
    """The pad it leaves, on the ground."""
    items: tuple[Item, ...]


def mission_of(flown: Flown) -> Mission:
    """Write a leg as a mission: item by item its waypoints, with speeds between them, the first one as home."""
    home, *air, down = flown.leg.waypoints
    winged = isinstance(flown.kind.power, Quadplane)
    speeds = _air_speed(flown.kind, air) if winged else _ground_speeds(air)
    items = [_at(Command.VTOL_TAKEOFF if winged else Command.TAKEOFF, air[0])]
    for point, speed in zip(air[1:], speeds, strict=True):
        items += [speed, _at(Command.WAYPOINT, point)] if speed else [_at(Command.WAYPOINT, point)]
    items.append(_at(Command.VTOL_LAND if winged else Command.LAND, down))
    return Mission(home=home, items=tuple(items))


def _at(command: Command, point: Waypoint) -> Item:
    return Item(
        command=command,
        lat=round(point.lat, DEGREES),
        lon=round(point.lon, DEGREES),
        alt_m=round(point.alt_amsl_m, METRES),
    )


def _air_speed(kind: DroneType, air: Sequence[Waypoint]) -> list[Item | None]:
    """Return the speed to begin with: what flies on wings keeps to its air speed, as it was planned to."""
    return [_speed(Speed.AIR, kind.cruise_mps) if number == 0 else None for number in range(len(air) - 1)]


def _ground_speeds(air: Sequence[Waypoint]) -> list[Item | None]:
    """Return for each piece the speed over the ground that brings it in time, if another one was told before."""
    told_mps, found = 0.0, list[Item | None]()
    for start, end in pairwise(air):
        way_m, taken_s = length_m(start, end), (end.t - start.t).total_seconds()
        if way_m < LEVEL_M or (told_mps > 0 and abs(way_m / told_mps - taken_s) <= SLACK_S):
            found.append(None)
            continue
        told_mps = round(way_m / taken_s, SPEED)
        found.append(_speed(Speed.GROUND, told_mps))
    return found


def _speed(kind: Speed, speed_mps: float) -> Item:
    # -1 leaves the throttle alone; the fourth takes the speed as it is, not on top of another.
    return Item(command=Command.CHANGE_SPEED, frame=Frame.MISSION, params=(float(kind), speed_mps, -1.0, 0.0))


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An item as it stands in a file, nothing of it looked at."""

    place: str
    command: object
    frame: object
    lat: object
    lon: object
    alt_m: object


def points_of(faults: Faults, home: TrackPoint, items: Sequence[Raw]) -> tuple[TrackPoint, ...]:
    """Return the waypoints of a mission in a file, home first; what keeps it from being a leg is told."""
    placed = [item for item in items if item.command != Command.CHANGE_SPEED]
    if not placed:
        faults.tell("items", "no item with a place", "a mission of one item or more", code="TOO_FEW")
        return (home,)
    for number, item in enumerate(placed):
        _look_at_command(faults, item, first=number == 0, last=number == len(placed) - 1)
    points = tuple(_point(faults, item, home) for item in placed)
    _look_at_ends(faults, placed, (home, *points))
    return (home, *points)


def _look_at_command(faults: Faults, item: Raw, *, first: bool, last: bool) -> None:
    known: tuple[Command, ...]
    if last and not first:
        known, expected = DOWNS, "a landing (21 or 85) at the end"
    elif first:
        known, expected = UPS, "a take-off (22 or 84) at the start, and a landing behind it"
    else:
        known, expected = (Command.WAYPOINT,), "a waypoint (16) or a speed (178) on the way"
    if isinstance(item.command, bool) or item.command not in known:
        faults.tell(f"{item.place}, command", shown(item.command), expected, code="UNKNOWN_VALUE")


def _point(faults: Faults, item: Raw, home: TrackPoint) -> TrackPoint:
    above_m = home.alt_amsl_m if item.frame == Frame.RELATIVE else 0.0
    if isinstance(item.frame, bool) or item.frame not in (Frame.GLOBAL, Frame.RELATIVE):
        expected = "0 (heights above the sea) or 3 (above home)"
        fix = "Heights above terrain would need the terrain of the autopilot."
        faults.tell(f"{item.place}, frame", shown(item.frame), expected, code="UNKNOWN_VALUE", fix=fix)
    place = place_of(faults, item.place, item.lat, item.lon)
    height_m = faults.number(f"{item.place}, altitude", item.alt_m, -10_000, 100_000)
    return TrackPoint(lon=place[0], lat=place[1], alt_amsl_m=round(height_m + above_m, METRES), t=None)


def _look_at_ends(faults: Faults, items: Sequence[Raw], points: Sequence[TrackPoint]) -> None:
    """Tell what no leg does: begin or end beside its pad, or lead farther than one frame reaches."""
    if faults.problems:
        return
    home = points[0]
    for item, point in zip(items, points[1:], strict=True):
        away_m = GEOD.inv(home.lon, home.lat, point.lon, point.lat)[2]
        if away_m > MAX_HALF_WIDTH_M:
            found, expected = f"{away_m / 1000:,.0f} km from home", f"at most {MAX_HALF_WIDTH_M / 1000:.0f} km"
            faults.tell(item.place, found, expected, code="FAR_AWAY", fix=EXCHANGED)
    ends = ((items[0], points[1], home, "take-off"), (items[-1], points[-2], points[-1], "landing"))
    for item, above, foot, what in ends:
        if (above.lon, above.lat) != (foot.lon, foot.lat) or not above.alt_amsl_m > foot.alt_amsl_m:
            faults.tell(item.place, f"a {what} that is not straight", f"a {what} straight above its pad")
