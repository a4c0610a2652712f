"""What the two EUROCAE formats for zones have in common when they are written.

What a standard has no field for stands in a block of our own among a zone's extended properties, from where it is read
back: full ids, sources, properties of other formats. Nothing that says where or when a zone must be kept clear of is
ever put there: other programs do not look into it, and whoever edits the file by hand would have two truths.
Where the standard cannot say how far or how long a zone reaches, the file says more, and the difference is reported.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Any, TypeAlias

import shapely

from airspace.earth.heights import GROUND, Band, Height, HeightFrame, Reference
from airspace.earth.sun import SunEvent
from airspace.formats import Loss
from airspace.formats.eurocae.common_reading import METRES, OWN, Object, Words, circle_area, parts, sun_place
from airspace.formats.scrutiny import INTEGER_LIMIT_DIGITS, unprintable
from airspace.formats.shapes import Area
from airspace.formats.telling import shown
from airspace.model.schedules import WEEKDAYS, Hours, Period, Schedule
from airspace.model.zones import Zone

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,7}", re.ASCII)
"""What may stand as the identifier of a zone."""

NO_COUNTRY = "ZZZ"
"""Written where nobody has said which country a zone is in: ISO 3166 leaves this code to its users."""

CLOCK_YEARS = range(2024, 2038)
"""In which the offsets of a named time zone are looked up."""

NOON = timedelta(hours=12)
ONE_DAY = timedelta(days=1)
LONGEST_OFFSET = timedelta(hours=15)

FAMILY = ("ed318", "ed269")
"""Under these keys of a zone's extra stand circles, layers and what else the two formats share."""

ClockWriter: TypeAlias = Callable[[time, timedelta], str]


@dataclass(slots=True, kw_only=True)
class Losses:
    """Gathers what the format cannot say of one zone."""

    zone: str
    found: list[Loss] = field(default_factory=list)

    def note(self, what: str, said: object, kept: object = "") -> None:
        """Note one thing that the zone says, and what the file says instead."""
        said, kept = (value if isinstance(value, str) else shown(value) for value in (said, kept))
        self.found.append(Loss(zone=self.zone, field=what, said=said, kept=kept))


# --- names ---------------------------------------------------------------------------------------------------------


def identifiers(ids: Iterable[str]) -> dict[str, str]:
    """Return for each id an identifier of at most seven characters, each another one: the id itself where it fits.

    The others are made from a hash of the id, so that a zone keeps its identifier from one file to the next.
    """
    wanted = list(dict.fromkeys(ids))
    names = {value: value for value in wanted if IDENTIFIER.fullmatch(value)}
    taken = set(names)
    for value in wanted:
        if value not in names:
            names[value] = next(name for name in _hashed(value) if name not in taken)
            taken.add(names[value])
    return names


def _hashed(value: str) -> Iterator[str]:
    for attempt in range(10_000):
        told = f"{value}\n{attempt}".encode("utf-8", errors="replace")
        yield b32encode(hashlib.sha256(told).digest()).decode()[:7]


def shared(zone: Zone, what: str) -> Any:
    """Return what either of the two formats keeps of a zone, such as its circle; None if neither does."""
    for key in FAMILY:
        kept = zone.extra.get(key)
        if isinstance(kept, Mapping) and what in kept:
            return kept[what]
    return None


def kept_of(zone: Zone, key: str) -> Object:
    """Return what a zone's extra keeps for a format."""
    kept = zone.extra.get(key)
    return dict(kept) if isinstance(kept, Mapping) else {}


def grouped(zones: Sequence[Zone], same: Callable[[Zone], object]) -> list[tuple[Zone, ...]]:
    """Join zones that were layers of one zone of a file, in order, as far as they still say the same."""
    groups: dict[object, dict[int, Zone]] = {}
    for index, zone in enumerate(zones):
        base, number = part_of(zone)
        layers = groups.setdefault((base, same(zone)) if number else index, {})
        if number in layers:
            layers = groups.setdefault(index, {})
        layers[number] = zone
    return [tuple(layers[number] for number in sorted(layers)) for layers in groups.values()]


def part_of(zone: Zone) -> tuple[str, int]:
    """Return of which zone of a file a zone was a layer and which one, counted from 1; 0 when it was all of it."""
    part = shared(zone, "part")
    if isinstance(part, Mapping) and isinstance(part.get("of"), str) and isinstance(part.get("number"), int):
        return part["of"], part["number"]
    return zone.id, 0


# --- heights -------------------------------------------------------------------------------------------------------


def sayable_band(band: Band, area: Area, known: frozenset[Reference], losses: Losses) -> Band:
    """Return a band, as wide or wider, whose references a format knows."""
    lower = _sayable(band.lower, area, known, downwards=True) or GROUND
    upper = band.upper and _sayable(band.upper, area, known, downwards=False)
    if upper is not None and upper.datum == lower.datum and not lower.value_m < upper.value_m:
        # Two references became one, and then the ends no longer stand in order: only the ground is surely below.
        lower, upper = GROUND, None if upper.reference is Reference.AGL else upper
    if lower != band.lower:
        losses.note("band.lower", str(band.lower), str(lower))
    if upper != band.upper:
        losses.note("band.upper", str(band.upper), str(upper) if upper else "no ceiling")
    return Band(lower=lower, upper=upper)


def _sayable(height: Height, area: Area, known: frozenset[Reference], *, downwards: bool) -> Height | None:
    """Return a height by a known reference and not inside the band; None where nothing can be said."""
    if height.reference in known:
        return height
    if height.reference is Reference.PAD:
        return None  # how high the pad lies is written nowhere in the zone
    low_m, high_m = HeightFrame().span_amsl_m(height, area)
    metres = math.floor(low_m) if downwards else math.ceil(high_m)
    return Height(value_m=float(metres), reference=Reference.AMSL)


def unit_of(zone: Zone) -> str:
    """Return the unit in which a file told the heights of a zone; metres if no file did."""
    layer = shared(zone, "layer")
    unit = layer.get("uom") if isinstance(layer, Mapping) else None
    return unit if unit in METRES else "m"


def in_unit(metres: float, unit: str) -> float | int | None:
    """Return a length in a unit; None if, read again, it would be another length."""
    told = float(metres) if unit == "m" else round(metres / METRES[unit], 6)
    return number(told) if told * METRES[unit] == metres else None


def number(value: float) -> float | int:
    """Return a number without a decimal point where it needs none."""
    return int(value) if value.is_integer() and abs(value) < 10**INTEGER_LIMIT_DIGITS else value


# --- times ---------------------------------------------------------------------------------------------------------


def periods(schedule: Schedule, area: Area, losses: Losses, clock: ClockWriter, *, sun: bool) -> list[Object]:
    """Return the periods of a schedule as JSON, none for always; ``sun``: the format knows events of the sun."""
    written = [_period(period, area, losses, clock, sun=sun) for period in schedule.periods]
    return [] if {} in written else written


def _period(period: Period, area: Area, losses: Losses, clock: ClockWriter, *, sun: bool) -> Object:
    limits = {"startDateTime": period.start, "endDateTime": period.end}
    entries = [_entries(hours, area, losses, clock, sun=sun) for hours in period.hours]
    written: Object = {key: _moment(moment) for key, moment in limits.items() if moment}
    if entries and all(entries):
        written["schedule"] = [entry for some in entries for entry in some]
    return written


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _entries(hours: Hours, area: Area, losses: Losses, clock: ClockWriter, *, sun: bool) -> list[Object]:
    """Return the entries that some hours need; none when they can only be said by leaving the hours out."""
    events = [isinstance(end, SunEvent) for end in (hours.start, hours.end)]
    offsets = _offsets(hours.clock)
    odd = any(offset % timedelta(minutes=1) or abs(offset) >= LONGEST_OFFSET for offset in offsets)
    if (any(events) and not sun) or odd:
        losses.note("schedule.hours", hours.in_words(UTC), "at all hours")
        return []
    if any(events) and hours.place != sun_place(area):
        losses.note("schedule.place", hours.place, sun_place(area))
    if all(events):
        return [_sun_entry(hours, offsets, losses)]
    if not isinstance(hours.clock, timezone):
        told = " and ".join(f"{timezone(offset)}" for offset in offsets)
        losses.note("schedule.clock", str(hours.clock), told)
    return [entry for offset in offsets for entry in _clock_entries(hours, offset, clock)]


def _offsets(clock: tzinfo) -> list[timedelta]:
    """Return the offsets from UTC that a time zone has in the course of some years."""
    if isinstance(clock, timezone):
        return [clock.utcoffset(None)]
    months = [datetime(year, month, 1, 12, tzinfo=clock) for year in CLOCK_YEARS for month in range(1, 13)]
    return sorted({moment.utcoffset() or timedelta(0) for moment in months})


def _sun_entry(hours: Hours, offsets: Sequence[timedelta], losses: Losses) -> Object:
    days = hours.days
    if offsets != [timedelta(0)]:
        # Without a clock time the file has no clock either; the days are those on which the sun stands highest.
        lon = hours.place[0] if hours.place else 0.0
        turns = {math.floor((NOON - offset) / ONE_DAY + lon / 360) - math.floor(0.5 + lon / 360) for offset in offsets}
        turned = {WEEKDAYS[(WEEKDAYS.index(day) + turn) % 7] for day in days for turn in turns}
        days = days if turned == set(days) else tuple(day for day in WEEKDAYS if day in turned)
        losses.note("schedule.clock", str(hours.clock), "the sun's own days")
    return {"day": _days(days), "startEvent": str(hours.start), "endEvent": str(hours.end)}


def _clock_entries(hours: Hours, offset: timedelta, clock: ClockWriter) -> Iterator[Object]:
    if hours.start == hours.end == time(0):
        # From midnight to midnight, told in two halves: to others the same time twice may mean no time at all.
        for start, end in ((time(0), time(12)), (time(12), time(0))):
            yield {"day": _days(hours.days), "startTime": clock(start, offset), "endTime": clock(end, offset)}
        return
    entry: Object = {"day": _days(hours.days)}
    for key, told in (("start", hours.start), ("end", hours.end)):
        if isinstance(told, SunEvent):
            entry[f"{key}Event"] = str(told)
        else:
            entry[f"{key}Time"] = clock(told, offset)
    yield entry


def _days(days: tuple[str, ...]) -> list[str]:
    return ["ANY"] if days == WEEKDAYS else list(dict.fromkeys(days))


def offset_text(offset: timedelta) -> str:
    """Return an offset from UTC: Z, or +08:00."""
    return "Z" if not offset else str(timezone(offset)).removeprefix("UTC")


# --- areas ---------------------------------------------------------------------------------------------------------


def circle_of_zone(zone: Zone) -> tuple[tuple[float, float], float] | None:
    """Return centre (lon, lat) and radius in metres of a zone that was read as a circle and still is that circle."""
    circle = shared(zone, "circle")
    try:
        lon, lat = (float(value) for value in circle["center"])
        radius_m = float(circle["radius_m"])
    except (TypeError, KeyError, ValueError):
        return None
    drawn = circle_area(lon, lat, radius_m)
    return ((lon, lat), radius_m) if drawn is not None and zone.area == drawn else None


def polygons(area: Area) -> list[list[list[list[float]]]]:
    """Return the polygons of an area, a list of closed rings each, outer rings anticlockwise (RFC 7946)."""
    parts_of_area = shapely.get_parts(shapely.orient_polygons(area))
    return [[shapely.get_coordinates(ring).tolist() for ring in shapely.get_rings(part)] for part in parts_of_area]


# --- JSON ----------------------------------------------------------------------------------------------------------


def plain(value: object) -> Any:
    """Return a value as JSON can hold it and every reader of it takes it."""
    if isinstance(value, Mapping):
        return {str(plain(str(key))): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and abs(value) >= 10**INTEGER_LIMIT_DIGITS:
        return str(value)
    return value if value is None or isinstance(value, int) else _printable(str(value))


def _printable(text: str) -> str:
    if next(unprintable("", "", text), None) is None:
        return str(text)
    return "".join("\ufffd" if next(unprintable("", "", letter), None) else letter for letter in text)


def own(extended: object, block: Mapping[str, Any]) -> Object:
    """Return extended properties with a block of our own, if there is anything to say in it."""
    given = {key: value for key, value in extended.items() if key != OWN} if isinstance(extended, Mapping) else {}
    return {**given, OWN: dict(block)} if block else given


def document_text(heading: Mapping[str, Any], key: str, items: Sequence[Mapping[str, Any]]) -> str:
    """Return a JSON document with a list of items, one a line."""
    head = "".join(f"{_json(name)}: {_json(value)},\n" for name, value in heading.items())
    lines = ",\n".join(_json(item) for item in items)
    return f"{{{head}{_json(key)}: [\n{lines}\n]}}\n" if items else f"{{{head}{_json(key)}: []}}\n"


def _json(value: object) -> str:
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, sort_keys=True)


# --- our own block -------------------------------------------------------------------------------------------------


def printable(zones: Sequence[Zone]) -> tuple[list[Zone], list[Loss]]:
    """Return zones without what no reader takes, such as control characters, and what was lost by that."""
    printed, losses = [], []
    for zone in zones:
        lost = Losses(zone=zone.id)
        changed = {}
        for key in ("id", "name", "name_zh", "authority", "jurisdiction", "category", "extra"):
            value = getattr(zone, key)
            told = plain(value)
            if told != value:
                lost.note(key, value, told)
                changed[key] = told
        printed.append(replace(zone, **changed) if changed else zone)
        losses += lost.found
    return printed, losses


OF_LAYERS = ("circle", "layer", "part")
"""What a zone's extra keeps of its layer."""


def fingerprint(zone: Zone, key: str, when: object) -> str:
    """Return all that layers of one zone must have in common to be written as one; ``when`` is the schedule."""
    kept = {name: value for name, value in kept_of(zone, key).items() if name not in OF_LAYERS}
    others = {name: value for name, value in zone.extra.items() if name != key}
    words = (zone.name, zone.name_zh, zone.restriction, zone.authority, zone.jurisdiction, zone.category, zone.source)
    return repr((words, when, kept, others))


def own_block(
    key: str,
    group: Sequence[Zone],
    read: Mapping[str, Any],
    words: Callable[[Object], Words],
    reread: Sequence[Zone],
) -> Object:
    """Return what the fields of a standard do not say of the layers of a zone.

    It is found by comparing with what these fields were read as: ``read`` is the extra, ``words`` make an extra into
    names and the like, ``reread`` are the zones.
    """
    kept = {name: value for name, value in kept_of(group[0], key).items() if name not in OF_LAYERS}
    block = _own_properties(kept, read)
    block |= _own_words(words({**read, **block.get("properties", {})}), group[0])
    others = {name: value for name, value in group[0].extra.items() if name != key}
    ids = [zone.id for zone in group]
    filled = [*block.pop("filled", []), *(name for name in OF_LAYERS if _in_any(name, reread, key, but_not=group))]
    told = [kept_of(zone, key).get("part") for zone in group]
    parts_differ = _in_any("part", group, key) and told != parts(ids[0], len(ids))
    return {
        **block,
        **({"extra": others} if others else {}),
        **({"ids": ids} if ids != [zone.id for zone in reread] else {}),
        **({"filled": sorted(filled)} if filled else {}),
        **({"parts": told} if parts_differ else {}),
    }


def _in_any(name: str, zones: Sequence[Zone], key: str, but_not: Sequence[Zone] = ()) -> bool:
    return any(name in kept_of(zone, key) for zone in zones) and not any(name in kept_of(zone, key) for zone in but_not)


def _own_words(read: Words, zone: Zone) -> Object:
    """Return the words of a zone that the fields of a standard were not read as."""
    block: Object = {key: getattr(zone, key) for key, value in read.items() if getattr(zone, key) != value}
    if "source" in block:
        source = zone.source
        block["source"] = {
            "citation": source.citation,
            "date": source.date.isoformat() if source.date else None,
            "confidence": str(source.confidence),
        }
    return block


def _own_properties(kept: Mapping[str, Any], read: Mapping[str, Any]) -> Object:
    """Return what the extra of a zone keeps and the fields of a standard were not read as, and what they add to it."""
    in_place = {"extendedProperties"} if isinstance(kept.get("extendedProperties"), Mapping) else set()
    differs = {key: value for key, value in kept.items() if key not in in_place and (key, value) not in read.items()}
    filled = [key for key in read if key not in kept]
    return {**({"properties": differs} if differs else {}), **({"filled": filled} if filled else {})}
