"""What the two EUROCAE formats for zones have in common when they are read: ED-269, and ED-318, which follows it.

Circles, layers, times and texts as the standards say them, with the liberties that published files take: numbers in
quotes, empty text for nothing, one value where a list belongs. Nothing else is repaired.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias, TypedDict, TypeVar

import numpy as np
import shapely
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from airspace.earth.frame import GEOD
from airspace.earth.heights import GROUND, Band, Height
from airspace.earth.sun import SunEvent
from airspace.errors import Problem
from airspace.formats.bands import FOOT_M
from airspace.formats.doors import YEARS, Bounded, Moment, MultiPolygonGeometry, Open, PolygonGeometry, refusal
from airspace.formats.scrutiny import PROBLEM_LIMIT, too_many_problems
from airspace.formats.shapes import Area, Telling, area_of, on_earth
from airspace.formats.tangles import Effort
from airspace.formats.telling import Location, Placed, place_of, problem_of, problems_of, shown
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Period, Schedule
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Zone

OWN = "skyferry"
"""The name, among the extended properties of a zone, under which stands what the standard has no field for."""

LONGEST_RADIUS_M = 200_000.0
SHORTEST_RADIUS_M = 1.0
"""A radius beyond these is in another unit than the file says."""

CORNERS = 96
"""Of the polygon around a circle: its corners lie 0.054 % of the radius outside, its area is 0.036 % larger."""

METRES = {"m": 1.0, "ft": FOOT_M}
"""How many metres a unit has."""

FAR_PAST = datetime(1, 1, 1, tzinfo=UTC)
FAR_FUTURE = datetime(9999, 12, 31, tzinfo=UTC)
"""Stand-ins for dates such as 9999-12-31, which are written to say that there is no end."""

M = TypeVar("M", bound=BaseModel)

Object: TypeAlias = dict[str, Any]
"""A JSON object."""


# --- telling -------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class FeatureTelling(Telling):
    """Gathers what is wrong with one zone of a file, also where its values stand elsewhere than they are looked for."""

    moves: Mapping[Location, Location] = field(default_factory=dict)
    """Where in the file something stands that was put elsewhere for reading."""

    def place(self, *steps: str | int) -> str:
        """Return the place of something inside the feature."""
        for head, real in self.moves.items():
            if steps[: len(head)] == head:
                steps = (*real, *steps[len(head) :])
        return place_of((*self.prefix, *steps))

    def inside(self, head: Location, real: Location) -> FeatureTelling:
        """Return one that gathers into the same list, for something put elsewhere."""
        moves = {head: real, **self.moves}
        return FeatureTelling(
            file=self.file,
            prefix=self.prefix,
            subject=self.subject,
            problems=self.problems,
            effort=self.effort,
            moves=moves,
        )


def admitted(model: type[M], raw: object, telling: FeatureTelling, *steps: str | int) -> M | None:
    """Show something to a door; None, and its problems told, when it does not get in."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        told = problems_of(
            error, file=telling.file, place=lambda at: telling.place(*at), prefix=steps, subject=telling.subject
        )
        telling.problems += _first_of_coordinates(told)
        return None


def _first_of_coordinates(problems: Sequence[Problem]) -> list[Problem]:
    """Keep one problem about coordinates: a shape wrong throughout would tell thousands."""
    inside = [problem for problem in problems if "coordinates" in problem.place]
    if len(inside) > 1:
        inside = [replace(inside[0], found=f"{inside[0].found}, and {len(inside) - 1} more like it")]
    return [problem for problem in problems if "coordinates" not in problem.place] + inside


def warn(telling: Telling, code: str, *steps: str | int, found: str, expected: str, fix: str = "") -> None:
    """Note something that can still be used."""
    telling.tell(code, *steps, found=found, expected=expected, fix=fix, warning=True)


def file_problem(
    file: str, place: str, code: str, found: str, expected: str, fix: str = "", *, warning: bool = False
) -> Problem:
    """Return a problem with the file as a whole."""
    return Problem(file=file, place=place, code=code, found=found, expected=expected, fix=fix, warning=warning)


def with_ids_once(file: str, placed: Sequence[Placed[Zone]], key: str) -> tuple[list[Placed[Zone]], list[Problem]]:
    """Return zones without those whose id another one bears already, and a problem for each of these."""
    first: dict[str, str] = {}
    for item in placed:
        first.setdefault(item.id, item.place)
    twice: dict[str, str] = {}
    for item in placed:
        if item.id and first[item.id] != item.place:
            twice.setdefault(item.place, item.id)
    kept = [replace(item, value=None) if item.place in twice else item for item in placed]
    return kept, [_told_twice(file, place, name, first[name], key) for place, name in twice.items()]


def _told_twice(file: str, place: str, name: str, first: str, key: str) -> Problem:
    at = f"{place}.{key}" if place else key
    found = f"{shown(name)}, which stands at {first} too"
    return file_problem(file, at, "DUPLICATE_ID", found, "every zone identifier once")


@dataclass(slots=True, kw_only=True)
class Intake:
    """What was read so far of one file. After very many errors the rest is counted, but not looked at."""

    file: str
    placed: list[Placed[Zone]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    errors: int = 0
    effort: Effort = field(default_factory=Effort)

    def take(self, identifier: object, telling: FeatureTelling, read: Callable[[], list[Zone]]) -> None:
        """Read one zone of the file, which may become several of ours or, with problems told, none."""
        place, known = telling.place(), identifier if isinstance(identifier, str) else ""
        zones = [] if self.errors > PROBLEM_LIMIT else read()
        good = zones and not telling.broken
        self.placed += [Placed(id=zone.id, place=place, value=zone) for zone in zones if good]
        self.placed += [] if good else [Placed(id=known, place=place, value=None)]
        before = self.errors
        self.problems += dict.fromkeys(telling.problems)
        self.errors += sum(not problem.warning for problem in telling.problems)
        if before <= PROBLEM_LIMIT < self.errors:
            self.problems.append(too_many_problems(self.file, place))


def refused(error: ValueError, telling: Telling, *steps: str | int) -> None:
    """Note the refusal of one of our values."""
    told = problem_of(error, file=telling.file, place=telling.place(*steps), subject=telling.subject)
    telling.problems.append(told)


# --- doors ---------------------------------------------------------------------------------------------------------


def blank(value: object) -> bool:
    """Tell whether a value says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def _none_if_blank(value: object) -> object:
    return None if blank(value) else value


Blank = BeforeValidator(_none_if_blank)
"""Lets empty text through as nothing."""


def _number(value: object) -> object:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", value.strip(), re.ASCII):
        return float(value)
    raise refusal("BAD_NUMBER", "a number", fix="Write it without a unit.")


Limit = Annotated[float, BeforeValidator(_number)]
"""A number, in quotes if need be, but without a unit."""


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


Upper = BeforeValidator(_upper)
"""Lets small letters through as capitals."""


def _unit(value: object) -> object:
    return "m" if blank(value) else value.lower() if isinstance(value, str) else value


Unit = Annotated[Literal["m", "ft"], BeforeValidator(_unit)]
"""Metres or feet."""


def _as_list(value: object) -> object:
    return value if isinstance(value, list) or blank(value) else [value]


AsList = BeforeValidator(_as_list)
"""Lets one value through as a list of one."""

Country = Annotated[str, Upper, Field(pattern="^[A-Z]{3}$")]
"""ISO 3166-1 alpha-3."""

YesNo = Annotated[Literal["YES", "NO"], Upper]


def _moment(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    """Let dates beyond all planning through as such."""
    if blank(value):
        return None
    year = re.match(r"(\d{4})-\d{2}-\d{2}", value, re.ASCII) if isinstance(value, str) else None
    if year and int(year[1]) > YEARS[1]:
        return FAR_FUTURE
    if year and int(year[1]) < YEARS[0]:
        return FAR_PAST
    return handler(value)


MaybeMoment = Annotated[Moment | None, WrapValidator(_moment)]


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day with its offset from UTC."""

    at: time
    offset: timedelta
    ends_day: bool
    """Written as 24:00."""


_CLOCK = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII | re.IGNORECASE)


def _clock_time(value: object) -> ClockTime | None:
    if blank(value):
        return None
    matched = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if matched is None:
        raise refusal("BAD_CLOCK", "a time of day with its offset, such as 07:00Z or 07:00:00+08:00")
    if matched[5] is None:
        raise refusal("NAIVE_TIME", "a time of day with its offset from UTC", fix="Add Z or an offset such as +08:00.")
    hour, minute, second = (int(part or 0) for part in matched.groups()[:3])
    fraction = int((matched[4] or "").ljust(6, "0"))
    ends_day = (hour, minute, second, fraction) == (24, 0, 0, 0)
    if not ends_day and (hour > 23 or minute > 59 or second > 59):
        raise refusal("BAD_CLOCK", "a time of day between 00:00 and 24:00")
    at = time(0) if ends_day else time(hour, minute, second, fraction)
    return ClockTime(at, _offset(matched[5]), ends_day)


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise refusal("BAD_OFFSET", "an offset within 15 hours of UTC")
    size = timedelta(hours=hours, minutes=minutes)
    return -size if text[0] == "-" else size


MaybeClock = Annotated[ClockTime | None, PlainValidator(_clock_time)]
MaybeEvent = Annotated[Literal["BMCT", "SR", "SS", "EECT"] | None, Upper, Blank]
Day = Annotated[Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "ANY"], Upper]


class DailyPeriod(Open):
    """One entry of a schedule. ED-269 has no events of the sun; files that use them are understood all the same."""

    day: Annotated[list[Day], Field(min_length=1, fail_fast=True), AsList]
    start_time: MaybeClock = Field(None, alias="startTime")
    start_event: MaybeEvent = Field(None, alias="startEvent")
    end_time: MaybeClock = Field(None, alias="endTime")
    end_event: MaybeEvent = Field(None, alias="endEvent")

    @property
    def days(self) -> tuple[str, ...]:
        """The weekdays it names, each once."""
        return WEEKDAYS if "ANY" in self.day else tuple(dict.fromkeys(self.day))

    @property
    def timeless(self) -> bool:
        """Whether it names days only."""
        return not (self.start_time or self.start_event or self.end_time or self.end_event)


class TimePeriod(Open):
    """A stretch of time with the hours within it."""

    start: MaybeMoment = Field(None, alias="startDateTime")
    end: MaybeMoment = Field(None, alias="endDateTime")
    schedule: Annotated[list[DailyPeriod] | None, AsList, Blank, Bounded] = None


# --- times ---------------------------------------------------------------------------------------------------------


def schedule_of(
    periods: Sequence[TimePeriod], area: Area, telling: Telling, *steps: str | int, schedule_key: str = "schedule"
) -> Schedule:
    """Return when a zone holds; without periods, or with one that has no limits, always."""
    read = [_period(period, area, telling, (*steps, index), schedule_key) for index, period in enumerate(periods)]
    if any(period == Period() for period in read):
        return ALWAYS
    return Schedule(periods=tuple(period for period in read if period is not None))


def _period(period: TimePeriod, area: Area, telling: Telling, place: Location, schedule_key: str) -> Period | None:
    entries = period.schedule or []
    hours = [_hours(entry, area, telling, (*place, schedule_key, index)) for index, entry in enumerate(entries)]
    if any(entry.timeless and set(entry.days) == set(WEEKDAYS) for entry in entries):
        hours = []
    if period.start == FAR_FUTURE or period.end == FAR_PAST:
        found = "a period that begins or ends beyond all planning"
        telling.tell("BAD_TIME", *place, found=found, expected=f"times between the years {YEARS[0]} and {YEARS[1]}")
        return None
    start = _open(period.start, FAR_PAST, "startDateTime", telling, place)
    end = _open(period.end, FAR_FUTURE, "endDateTime", telling, place)
    if start and end and not start < end:
        found = f"{start.isoformat()} and {end.isoformat()}"
        telling.tell("TIMES_REVERSED", *place, found=found, expected="startDateTime before endDateTime")
        return None
    return Period(start=start, end=end, hours=_whole_days([told for told in hours if told is not None]))


def _whole_days(hours: Sequence[Hours]) -> tuple[Hours, ...]:
    """Join the two halves in which our writers tell a day from midnight to midnight."""
    joined: list[Hours] = []
    for told in hours:
        if (
            joined
            and (told.start, told.end) == (time(12), time(0))
            and joined[-1] == replace(told, start=time(0), end=time(12))
        ):
            joined[-1] = replace(told, start=time(0))
        else:
            joined.append(told)
    return tuple(joined)


def _open(moment: datetime | None, far: datetime, key: str, telling: Telling, place: Location) -> datetime | None:
    if moment == far:
        expected = f"a time between the years {YEARS[0]} and {YEARS[1]}"
        warn(telling, "TIME_FAR_AWAY", *place, key, found="a time far away", expected=expected, fix="Read as no limit.")
        return None
    return moment.astimezone(UTC) if moment else None


def _hours(entry: DailyPeriod, area: Area, telling: Telling, place: Location) -> Hours | None:
    if entry.timeless:
        return Hours(days=entry.days, start=time(0), end=time(0), clock=UTC)
    for key, clock, event in (
        ("start", entry.start_time, entry.start_event),
        ("end", entry.end_time, entry.end_event),
    ):
        if bool(clock) == bool(event):
            found = f"both {key}Time and {key}Event" if clock else f"neither {key}Time nor {key}Event"
            telling.tell("WRONG_TIMES", *place, found=found, expected=f"one of {key}Time and {key}Event")
            return None
    offsets = {clock.offset for clock in (entry.start_time, entry.end_time) if clock}
    if len(offsets) > 1 or (entry.start_time and entry.start_time.ends_day):
        found = "two different offsets" if len(offsets) > 1 else "a start at 24:00"
        telling.tell("WRONG_TIMES", *place, found=found, expected="a start before 24:00, and an end by the same clock")
        return None
    return Hours(
        days=entry.days,
        start=_end(entry.start_time, entry.start_event),
        end=_end(entry.end_time, entry.end_event),
        # Without a clock time there is none: noon in UTC is nearest to noon of the same date at any longitude.
        clock=timezone(offsets.pop()) if offsets else UTC,
        place=sun_place(area) if entry.start_event or entry.end_event else None,
    )


def _end(clock: ClockTime | None, event: str | None) -> time | SunEvent:
    return clock.at if clock else SunEvent(event or "")


def sun_place(area: shapely.Geometry) -> tuple[float, float]:
    """Return where the sun is watched from for an area: lon, lat of a point inside, to about 10 m."""
    point = area.representative_point()
    return round(point.x, 4), round(point.y, 4)


# --- heights -------------------------------------------------------------------------------------------------------


def band_of(
    lower: Height | None, upper: Height | None, telling: Telling, *steps: str | int, key: str = "lower"
) -> Band | None:
    """Return the band between two heights; None, and a problem told, when the lower one is not below."""
    lower = lower or GROUND
    if upper is not None and upper.datum == lower.datum and not lower.value_m < upper.value_m:
        found = f"{lower.value_m:g} m and {upper.value_m:g} m, both {lower.reference}"
        telling.tell("LOWER_ABOVE_UPPER", *steps, key, found=found, expected="a lower limit below the upper limit")
        return None
    return Band(lower=lower, upper=upper)


# --- areas ---------------------------------------------------------------------------------------------------------


def polygon_area(coordinates: object, telling: FeatureTelling, *, several: bool = False) -> Area | None:
    """Return the area of a Polygon's (or of a MultiPolygon's) coordinates, outer rings anticlockwise.

    ``telling`` looks for them under ``geometry``.
    """
    area = None
    if several:
        drawn = {"type": "MultiPolygon", "coordinates": coordinates}
        pieces = admitted(MultiPolygonGeometry, drawn, telling, "geometry")
        area = pieces and area_of(pieces, telling)
    else:
        drawn = {"type": "Polygon", "coordinates": coordinates}
        polygon = admitted(PolygonGeometry, drawn, telling, "geometry")
        shape = polygon and _without_false_holes(polygon, telling)
        area = shape and area_of(shape, telling)
    return shapely.orient_polygons(area) if area is not None else None


def _without_false_holes(
    polygon: PolygonGeometry, telling: FeatureTelling
) -> PolygonGeometry | MultiPolygonGeometry | None:
    """Make rings that lie outside the first one polygons of their own: as holes they would say nothing.

    A ring that is neither inside nor outside is refused, because nobody can tell what is meant.
    """
    rings = polygon.coordinates
    if len(rings) == 1 or any(len(ring) < 4 for ring in rings):
        return polygon
    shapes = np.array([shapely.Polygon([position[:2] for position in ring]) for ring in rings])
    if not _on_earth(shapes) or not _may_look(shapes, telling):
        return polygon  # which is refused for that when its area is asked for
    first, others = shapely.make_valid(shapes[0]), shapely.make_valid(shapes[1:])
    shapely.prepare(first)
    inside, meets = shapely.covers(first, others), shapely.intersects(first, others)
    crossing, outside = np.flatnonzero(~inside & meets) + 1, np.flatnonzero(~meets) + 1
    if len(crossing):
        found, expected = "a ring that lies only partly inside the first one", "holes inside the first ring"
        telling.tell("HOLE_CROSSES_OUTLINE", *RINGS, int(crossing[0]), found=found, expected=expected)
        return None
    if not len(outside):
        return polygon
    more = f", and {len(outside) - 1} more like it" if len(outside) > 1 else ""
    fix = "It was read as a polygon of its own; look at it on the map."
    found, expected = f"a ring outside the first one{more}", "holes inside the first ring"
    warn(telling, "RING_OUTSIDE", *RINGS, int(outside[0]), found=found, expected=expected, fix=fix)
    holes = [ring for index, ring in enumerate(rings) if index not in set(outside)]
    return MultiPolygonGeometry(type="MultiPolygon", coordinates=[holes, *([rings[index]] for index in outside)])


RINGS = ("geometry", "coordinates")


def _on_earth(shapes: np.ndarray) -> bool:
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return on_earth(west, south) and on_earth(east, north)


def _may_look(shapes: np.ndarray, telling: FeatureTelling) -> bool:
    """Tell whether rings may be compared: tangled ones would take for ever."""
    effort = telling.effort
    return all(effort.allows_look(shape) for shape in shapes) and all(
        effort.allows_mending(shape) for shape in shapes[~shapely.is_valid(shapes)]
    )


def circle_of(
    centre: Sequence[float], radius_m: float, telling: Telling, centre_at: Location, radius_at: Location
) -> shapely.Polygon | None:
    """Return the polygon around a circle; None, and a problem told, when it cannot be drawn."""
    lon, lat = centre[:2]
    if not on_earth(lon, lat):
        fix = f"Longitude and latitude look swapped: write [{lat:.9g}, {lon:.9g}]." if on_earth(lat, lon) else ""
        code = "LATITUDE_OUT_OF_RANGE" if abs(lat) > 90 else "LONGITUDE_OUT_OF_RANGE"
        expected = "longitude within ±180, then latitude within ±90"
        telling.tell(code, *centre_at, found=f"[{lon:.9g}, {lat:.9g}]", expected=expected, fix=fix)
        return None
    if not SHORTEST_RADIUS_M <= radius_m <= LONGEST_RADIUS_M:
        expected = f"a radius between {SHORTEST_RADIUS_M:g} m and {LONGEST_RADIUS_M / 1000:g} km"
        telling.tell("OUT_OF_RANGE", *radius_at, found=f"{radius_m:g} m", expected=expected)
        return None
    drawn = circle_area(lon, lat, radius_m)
    if drawn is None:
        expected = "a circle that does not reach over 180 degrees of longitude or a pole"
        telling.tell("ACROSS_180", *centre_at, found=f"a circle around [{lon:.9g}, {lat:.9g}]", expected=expected)
    return drawn


@lru_cache(maxsize=1024)
def circle_area(lon: float, lat: float, radius_m: float) -> shapely.Polygon | None:
    """Return a polygon that holds a circle on the ellipsoid and hardly more; None across 180 degrees or a pole.

    Its corners lie on geodesics from the centre, so far out that the edges touch the circle from outside. An edge
    straight in longitude and latitude bows away from the geodesic by up to length² tan(latitude) / 8 R (the
    geodesic curvature of a parallel is tan(latitude) / R), which is added. Corners are whole billionths of a degree.
    """
    side_m = 2 * radius_m * math.tan(math.pi / CORNERS)
    farthest_deg = min(abs(lat) + math.degrees(radius_m / EARTH_M), 89.0)
    reach_m = (radius_m + side_m**2 * math.tan(math.radians(farthest_deg)) / (8 * EARTH_M)) / SHARE + 1e-3
    for _ in range(10):
        corners = _corners(lon, lat, reach_m)
        if _over_pole(lat, reach_m) or np.ptp(corners[:, 0]) > 180:
            return None
        short_m = radius_m - _nearest_m(lon, lat, corners) if radius_m > LARGE_M else 0.0
        if short_m <= 0:
            return shapely.Polygon(corners)
        reach_m += 1.1 * short_m
    return None  # so near to a pole that edges straight in degrees cannot go round it


LARGE_M = 10_000.0
"""From this radius on a circle is looked at closely: on so much of the Earth the formula for the bow is too short."""


EARTH_M = 6_371_000.0
"""Mean radius, for figures that need two digits."""

SHARE = math.cos(math.pi / CORNERS)
"""How far the middle of an edge of a regular polygon lies from its centre, corners lying at 1."""


def _over_pole(lat: float, reach_m: float) -> bool:
    to_pole_m: float = GEOD.inv(0, lat, 0, np.copysign(90, lat))[2]
    return to_pole_m <= reach_m


def _corners(lon: float, lat: float, reach_m: float) -> np.ndarray:
    # Anticlockwise, as RFC 7946 asks.
    azimuths = -np.arange(CORNERS) * (360 / CORNERS)
    lons, lats, _ = GEOD.fwd(np.full(CORNERS, lon), np.full(CORNERS, lat), azimuths, np.full(CORNERS, reach_m))
    return np.round(np.column_stack((lons, lats)), 9)


def _nearest_m(lon: float, lat: float, corners: np.ndarray) -> float:
    """Return how near the edges of a ring come to a point, looked at in nine places of each."""
    shares = np.linspace(0.1, 0.9, 9)[:, None, None]
    along = (corners * (1 - shares) + np.roll(corners, -1, axis=0) * shares).reshape(-1, 2)
    lons, lats = np.full(len(along), lon), np.full(len(along), lat)
    return float(np.min(GEOD.inv(lons, lats, along[:, 0], along[:, 1])[2]))


# --- texts ---------------------------------------------------------------------------------------------------------


def texts(value: object) -> list[Object]:
    """Return texts with their languages, however few words the file makes about them; raise a refusal otherwise."""
    if blank(value):
        return []
    return [text for item in (value if isinstance(value, list) else [value]) for text in _text(item)]


def _text(item: object) -> list[Object]:
    if isinstance(item, str) or item is None:
        return [] if blank(item) else [{"text": item}]
    words, lang = (item.get("text"), item.get("lang")) if isinstance(item, dict) else (0, None)
    if not (isinstance(words, str) or words is None) or not (isinstance(lang, str) or lang is None):
        raise refusal("WRONG_TYPE", "text with its language", found=shown(item))
    if blank(words):
        return []
    return [{"text": words} if blank(lang) else {"text": words, "lang": language(lang or "")}]


def language(code: str) -> str:
    """Return a language code with its letters as the standard has them: en-GB."""
    matched = re.fullmatch(r"([A-Za-z]{2})[-_]([A-Za-z]{2})", code.strip())
    return f"{matched[1].lower()}-{matched[2].upper()}" if matched else code


def in_chinese(text: Mapping[str, Any]) -> bool:
    """Tell whether a text says that it is Chinese."""
    return str(text.get("lang", "")).lower().startswith("zh")


def picked(said: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return a name and a Chinese name: English first, then no language, then any but Chinese, then Chinese."""

    def rank(text: Mapping[str, Any]) -> int:
        lang = str(text.get("lang", "")).lower()
        return 0 if lang.startswith("en") else 1 if not lang else 3 if lang.startswith("zh") else 2

    name = str(min(said, key=rank)["text"]) if said else ""
    return name, next((str(text["text"]) for text in said if in_chinese(text)), "")


def day_of(value: object) -> date | None:
    """Return the date that a date-time begins with, if it does."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def without_blanks(value: Mapping[str, Any]) -> Object:
    """Leave out of an object what says nothing."""
    return {key: inner for key, inner in value.items() if not blank(inner)}


def own_block(extended: object) -> Object:
    """Return what a file says under our own name beside the standard."""
    block = extended.get(OWN) if isinstance(extended, dict) else None
    return dict(block) if isinstance(block, dict) else {}


def listed_for(block: Mapping[str, Any], key: str, layers: Sequence[object]) -> list[Any] | None:
    """Return a list of our own block if it says something of every layer."""
    told = block.get(key)
    return told if isinstance(told, list) and len(told) == len(layers) else None


def text_in(block: Mapping[str, Any], key: str, otherwise: str) -> str:
    """Return a text of our own block, or what the standard says."""
    told = block.get(key)
    return told if isinstance(told, str) else otherwise


class Words(TypedDict):
    """What a zone is called, and who says so."""

    name: str
    name_zh: str
    authority: str
    jurisdiction: str
    category: str
    source: Source


def words_in(block: Mapping[str, Any], otherwise: Words) -> Words:
    """Return the words of our own block, and those of the standard's fields where it has none."""
    return Words(
        name=text_in(block, "name", otherwise["name"]),
        name_zh=text_in(block, "name_zh", otherwise["name_zh"]),
        authority=text_in(block, "authority", otherwise["authority"]),
        jurisdiction=text_in(block, "jurisdiction", otherwise["jurisdiction"]),
        category=text_in(block, "category", otherwise["category"]),
        source=_source_in(block, otherwise["source"]),
    )


def _source_in(block: Mapping[str, Any], otherwise: Source) -> Source:
    told = block.get("source")
    if not isinstance(told, dict):
        return otherwise
    known = {str(confidence) for confidence in Confidence}
    confidence = text_in(told, "confidence", "")
    return Source(
        citation=text_in(told, "citation", ""),
        date=day_of(told.get("date")),
        confidence=Confidence(confidence) if confidence in known else Confidence.UNKNOWN,
    )


def extra_of(key: str, kept: Mapping[str, Any], block: Mapping[str, Any]) -> Mapping[str, object]:
    """Return the extra of a zone: under the format's key what the file says, less what our writers had to fill in."""
    filled = block.get("filled")
    left = {name: value for name, value in kept.items() if name not in (filled if isinstance(filled, list) else ())}
    extended = left.pop("extendedProperties", None)
    if isinstance(extended, dict):
        extended = {name: value for name, value in extended.items() if name != OWN}
    left |= {"extendedProperties": extended} if extended else {}
    others = block.get("extra")
    return MappingProxyType({**(others if isinstance(others, dict) else {}), **({key: left} if left else {})})


def layer_ids(base: str, count: int) -> list[str]:
    """Return the ids that the layers of a zone have when a file is read."""
    return [base, *(f"{base}/{number}" for number in range(2, count + 1))]


def parts(base: str, count: int) -> list[Object | None]:
    """Return what the extras of the layers of a zone keep about being its layers."""
    return [{"of": base, "number": number} for number in range(1, count + 1)] if count > 1 else [None] * count
