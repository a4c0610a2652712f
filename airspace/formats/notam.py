"""Zones from NOTAM texts (ICAO Annex 15), with aviconv-notam reading the items.

A NOTAM says little for machines and much for people. Wherever the two differ, or one of them is silent, the zone is the
larger or the longer of what can be meant, with a warning. Each NOTAM is read by itself: a bad one costs no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

import shapely

from airspace.earth.frame import GEOD
from airspace.earth.heights import GROUND, LEVEL_M, Band, Height, Reference
from airspace.earth.sun import SunEvent
from airspace.errors import Problem
from airspace.formats.arcs import circle, crosses_antimeridian
from airspace.formats.documents import Document, unprintable
from airspace.formats.telling import Placed, about, problem_of, shorten, shown
from airspace.model.schedules import WEEKDAYS, Hours, Period, Schedule
from airspace.model.zones import Restriction, Zone

if TYPE_CHECKING:
    from aviconv_notam.model import Notam as Parsed
    from aviconv_notam.model import Period as ParsedPeriod

NAUTICAL_MILE_M = 1852.0

WHOLE_FIR_NM = 999
"""A radius that stands for a whole flight information region."""

NOTAM_LIMIT = 2_000
"""NOTAMs in one file."""

LENGTH_LIMIT_CHARACTERS = 5_000
"""The longest NOTAM."""

CORNERS_LIMIT = 200
"""Positions in the text of one NOTAM."""

PROHIBITED, AUTHORISE, CONDITIONAL, NOTHING = (
    Restriction.PROHIBITED,
    Restriction.REQ_AUTHORISATION,
    Restriction.CONDITIONAL,
    Restriction.NO_RESTRICTION,
)

SUBJECTS = {
    "RP": PROHIBITED,  # prohibited area
    "RR": AUTHORISE,  # restricted area
    "RT": AUTHORISE,  # temporary restricted area
    "RA": AUTHORISE,  # airspace reservation
    "RM": AUTHORISE,  # military operating area
    "RO": AUTHORISE,  # overflying of ...
    "RD": CONDITIONAL,  # danger area
    "WU": CONDITIONAL,  # unmanned aircraft
}
"""What subjects of the Q-code ask (ICAO Doc 8126): its second and third letters. Others are CONDITIONAL."""

PROHIBITED_TO = "LP"
"""The condition that prohibits, whatever the subject: the fourth and fifth letters."""

OVER = {"CD": "deactivated", "CN": "cancelled", "CC": "completed", "HQ": "operation cancelled"}
"""Conditions that say that something holds no longer."""

GROUND_MATTERS = "CFGILMNPS"
"""First letters of subjects that are equipment, procedures and pavements: nothing that closes the air to drones ..."""

PLAIN_LANGUAGE = "XX"
"""... unless the condition says to read the text ..."""

SPEAKS_OF_AIR = re.compile(
    r"\b(?:UAS|UAV|RPAS?|DRONES?|UNMANNED|PROHIBITED|RESTRICTED|DANGER|AIRSPACE)\b", re.IGNORECASE
)
"""... or the text speaks of what could."""

HEADER = re.compile(r"\(?\b([A-Z]\d{4}/\d{2})[ \t]+NOTAM([NRC])\b(?:[ \t]+([A-Z]\d{4}/\d{2}))?")


class Notam:
    """Zones in NOTAM texts, which need the extra ``skyferry[notam]``."""

    name = "NOTAM text"

    def recognises(self, document: Document) -> bool:
        """Tell whether the document is text with the heads of NOTAMs in it."""
        text = document.text
        return document.data is None and text.lstrip()[:1] != "<" and HEADER.search(text) is not None and "Q)" in text

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        """Return a zone for each NOTAM that closes something, with its place, and what is wrong."""
        blocks = list(_blocks(document))
        if len(blocks) > NOTAM_LIMIT:
            expected = f"at most {NOTAM_LIMIT:,} NOTAMs in a file"
            return [], [Problem(file=document.file, code="TOO_MANY", found="more", expected=expected)]
        try:
            from aviconv_notam.parser import parse  # noqa: F401 - whether it is there is found out first
        except ImportError:
            return [], [_missing_library(document.file)]
        problems = list(_between(document, blocks))
        placed = [one for block in blocks if (one := _placed(block)) is not None]
        for block in blocks:
            problems += block.problems
        return placed, [*problems, *_twice(blocks)]


def _missing_library(file: str) -> Problem:
    return Problem(
        file=file,
        code="MISSING_LIBRARY",
        found="NOTAMs, and no library that reads them",
        expected="the package aviconv-notam",
        fix="Install it with: pip install 'skyferry[notam]'",
    )


@dataclass(slots=True, kw_only=True)
class _Block:
    """The text of one NOTAM."""

    file: str
    id: str
    line: int
    text: str
    cancels: str
    """The NOTAM it cancels; empty if it cancels none."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it begins."""
        return f"line {self.line}"

    def tell(self, code: str, *, found: str, expected: str, fix: str = "", warning: bool = False) -> None:
        """Note one problem about it."""
        expected = about(f"NOTAM {self.id}", expected)
        self.problems.append(
            Problem(
                file=self.file, place=self.place, code=code, found=found, expected=expected, fix=fix, warning=warning
            )
        )


def _blocks(document: Document) -> Iterator[_Block]:
    heads = list(islice(HEADER.finditer(document.text), NOTAM_LIMIT + 1))
    line, counted = 1, 0
    for index, head in enumerate(heads):
        end = heads[index + 1].start() if index + 1 < len(heads) else len(document.text)
        line += document.text.count("\n", counted, head.start())
        counted = head.start()
        cancels = (head[3] or "another NOTAM") if head[2] == "C" else ""
        text = document.text[head.start() : end]
        yield _Block(file=document.file, id=head[1], line=line, text=text, cancels=cancels)


def _between(document: Document, blocks: Sequence[_Block]) -> Iterator[Problem]:
    before = document.text[: document.text.find(blocks[0].text)] if blocks else document.text
    if before.strip():
        found = f"text before the first NOTAM: {shown(before.strip())}"
        expected = "NOTAMs that begin as A1234/26 NOTAMN"
        yield Problem(
            file=document.file, place="line 1", code="TEXT_IGNORED", found=found, expected=expected, warning=True
        )


def _twice(blocks: Sequence[_Block]) -> Iterator[Problem]:
    first: dict[str, _Block] = {}
    for block in blocks:
        if first.setdefault(block.id, block) is not block:
            found = f"{block.id}, which stands at {first[block.id].place} too"
            expected = "every NOTAM once"
            yield Problem(file=block.file, place=block.place, code="DUPLICATE_ID", found=found, expected=expected)


def _placed(block: _Block) -> Placed[Zone] | None:
    """Return the zone of a NOTAM; None if it makes none, and without a value if it is too broken to tell."""
    block.problems += unprintable(block.file, block.place, block.text)
    if block.cancels:
        _tell_no_zone(f"a cancellation of {block.cancels}", block)
        return None
    parsed = _parsed(block)
    if parsed is not None and parsed.q_line.qcode[3:] in OVER:
        code = parsed.q_line.qcode
        _tell_no_zone(f"the Q-code {code} ({OVER[code[3:]]})", block)
        return None
    zone = None if parsed is None else _zone(parsed, block)
    broken = any(not problem.warning for problem in block.problems)
    return Placed(id=block.id, place=block.place, value=None if broken else zone)


def _tell_no_zone(found: str, block: _Block) -> None:
    fix = "It makes no zone; what it ends still counts if that stands in the files too."
    block.tell("NO_ZONE", found=found, expected="a NOTAM that closes something", fix=fix, warning=True)


def _parsed(block: _Block) -> Parsed | None:
    from aviconv_core.errors import AviconvError
    from aviconv_notam.parser import parse

    if len(block.text) > LENGTH_LIMIT_CHARACTERS:
        limit = f"at most {LENGTH_LIMIT_CHARACTERS:,} characters"
        block.tell("OUT_OF_RANGE", found=f"{len(block.text):,} characters", expected=limit)
        return None
    try:
        return parse(_in_lines(block.text))
    except (AviconvError, ValueError, ArithmeticError) as error:
        block.tell(
            "BAD_NOTAM",
            found=shorten(str(error).split("\n")[0]),
            expected="the items Q, A, B and C of ICAO Annex 15",
        )
        return None


def _in_lines(text: str) -> str:
    """Return a NOTAM without brackets around it and with each item on a line of its own, which the library needs."""
    bare = text.strip()
    if bare.startswith("("):
        bare = bare[1:].removesuffix(")")
    head, mark, rest = bare.partition("Q)")
    qualifiers, letter, items = rest.partition("A)")
    coded = "".join(qualifiers.split())
    before, body_mark, body = items.partition("E)")
    # F and G come last, and the library finds them; an F) within the text is part of it.
    lines = [head, f"{mark} {coded}", *re.split(r"\s(?=[B-D]\))", letter + before), body_mark + body]
    return "\n".join(" ".join(line.split()) for line in lines)


def _zone(parsed: Parsed, block: _Block) -> Zone | None:
    area, band, schedule = _area(parsed, block), _band(parsed, block), _schedule(parsed, block)
    if area is None or band is None or schedule is None:
        return None
    if parsed.replaces:
        fix = "If that one stands in the files too, take it out: both count."
        block.tell(
            "REPLACES",
            found=f"a replacement of {parsed.replaces}",
            expected="only NOTAMs in force",
            fix=fix,
            warning=True,
        )
    text = " ".join(parsed.body.split())
    kept = {"qcode": parsed.q_line.qcode, "location": parsed.fir, "text": text, "replaces": parsed.replaces or ""}
    kept |= {
        "schedule": " ".join(parsed.schedule.raw.split()),
        "lower": parsed.lower_limit or "",
        "upper": parsed.upper_limit or "",
    }
    try:
        return Zone(
            id=block.id,
            name=shorten(text) or block.id,
            restriction=_restriction(parsed, block),
            area=area,
            band=band,
            schedule=schedule,
            category="NOTAM",
            extra=MappingProxyType({"notam": {key: value for key, value in kept.items() if value}}),
        )
    except ValueError as error:
        block.problems.append(problem_of(error, file=block.file, place=block.place, subject=f"NOTAM {block.id}"))
        return None


def _restriction(parsed: Parsed, block: _Block) -> Restriction:
    code = parsed.q_line.qcode
    subject, condition = code[1:3], code[3:]
    if condition == PROHIBITED_TO:
        return PROHIBITED
    if subject in SUBJECTS:
        return SUBJECTS[subject]
    if subject[0] in GROUND_MATTERS and condition != PLAIN_LANGUAGE and not SPEAKS_OF_AIR.search(parsed.body):
        fix = "It is about equipment, procedures or pavements, and was read as NO_RESTRICTION."
        block.tell(
            "NOT_ABOUT_AIRSPACE", found=f"the Q-code {code}", expected="one about airspace", fix=fix, warning=True
        )
        return NOTHING
    fix = "It was read as CONDITIONAL."
    block.tell(
        "UNKNOWN_CODE",
        found=f"the Q-code {code}",
        expected="one whose meaning for drones is known",
        fix=fix,
        warning=True,
    )
    return CONDITIONAL


# --- Areas -----------------------------------------------------------------------------------------------------------

_RADIUS = re.compile(
    r"(?:RADIUS|RAD)\s+(?:OF\s+)?(\d{1,4}(?:\.\d{1,4})?)\s*(NM|KM|M|FT)\b"
    r"|(\d{1,4}(?:\.\d{1,4})?)\s*(NM|KM|M|FT)\s+RAD(?:IUS)?\b",
    re.IGNORECASE,
)
_UNITS_M = {"NM": NAUTICAL_MILE_M, "KM": 1000.0, "M": 1.0, "FT": 0.3048}


def _area(parsed: Parsed, block: _Block) -> shapely.Polygon | shapely.MultiPolygon | None:
    """Return the circle of the Q-line, with all that the text draws beyond it."""
    line = parsed.q_line
    stated_m, points = _stated_radius_m(parsed.body), _positions(parsed)
    radius_m = max(line.radius_nm * NAUTICAL_MILE_M, stated_m)
    if line.radius_nm == WHOLE_FIR_NM:
        found = f"a radius of {WHOLE_FIR_NM} NM, which stands for the whole of {line.fir}"
        block.tell(
            "WHOLE_FIR", found=found, expected="a radius", fix="A circle of that radius was taken.", warning=True
        )
    elif stated_m and stated_m != line.radius_nm * NAUTICAL_MILE_M:
        found = f"a radius of {line.radius_nm} NM in Q) and {stated_m / NAUTICAL_MILE_M:.2f} NM in E)"
        block.tell("RADII_DISAGREE", found=found, expected="one radius", fix="The larger one was taken.", warning=True)
    if not 0 < radius_m <= WHOLE_FIR_NM * NAUTICAL_MILE_M or len(points) > CORNERS_LIMIT:
        found = f"a radius of {radius_m / NAUTICAL_MILE_M:g} NM and {len(points):,} positions"
        expected = f"a radius of 1 to {WHOLE_FIR_NM} NM, and at most {CORNERS_LIMIT} positions"
        block.tell("NO_GEOMETRY", found=found, expected=expected)
        return None
    shapes = [_disc((line.centre_lon, line.centre_lat), radius_m)]
    if stated_m:
        shapes += [_disc(centre, reach_m) for centre, reach_m in _round(points, stated_m)]
    if len(points) > 2:
        # The order of the positions may be that of several areas: their hull misses none.
        shapes.append(shapely.MultiPoint(points).convex_hull)
    whole = None if None in shapes else shapely.union_all(shapes)
    if not isinstance(whole, shapely.Polygon | shapely.MultiPolygon) or whole.bounds[2] - whole.bounds[0] > 180:
        found, expected = "an area over the 180th meridian or a pole", "an area on one side of it"
        block.tell("CROSSES_ANTIMERIDIAN", found=found, expected=expected)
        return None
    return whole


def _round(points: Sequence[tuple[float, float]], radius_m: float) -> list[tuple[tuple[float, float], float]]:
    """Return circles that cover those of one radius round some points: one for them all where they are many."""
    if len(points) <= FEW_POINTS:
        return [(point, radius_m) for point in points]
    middle = shapely.MultiPoint(points).convex_hull.centroid
    farthest_m = max(GEOD.inv(middle.x, middle.y, *point)[2] for point in points)
    return [((middle.x, middle.y), farthest_m + radius_m)]


FEW_POINTS = 5
"""So many circles are drawn one by one."""


def _disc(centre: tuple[float, float], radius_m: float) -> shapely.Polygon | None:
    ring = circle(centre, radius_m)
    disc = shapely.Polygon(ring)
    return None if crosses_antimeridian(ring) or not disc.is_valid else disc


def _stated_radius_m(text: str) -> float:
    """Return the largest radius the text speaks of, 0 if it speaks of none."""
    found = (match.groups() for match in _RADIUS.finditer(" ".join(text.split())))
    return max((float(a or c) * _UNITS_M[(b or d).upper()] for a, b, c, d in found), default=0.0)


def _positions(parsed: Parsed) -> list[tuple[float, float]]:
    """Return the positions in the text, lon and lat."""
    from aviconv_core.coords import parse_pair

    pairs = (parse_pair(fragment) for fragment in parsed.geometry.raw_fragments)
    return [(lon, lat) for lat, lon in pairs]


# --- Heights ---------------------------------------------------------------------------------------------------------

_LIMIT = re.compile(r"(\d{1,6})\s*(FT|M)\s*(?:\(?\s*)?(AGL|AMSL|MSL|GND|SFC)\b.*", re.IGNORECASE | re.DOTALL)
_LEVEL = re.compile(r"FL\s*(\d{1,3})\b.*", re.IGNORECASE | re.DOTALL)
_GROUND = re.compile(r"(?:GND|SFC)\W*", re.IGNORECASE)
_UNLIMITED = re.compile(r"UNL(?:TD|IM|IMITED)?\W*", re.IGNORECASE)
_REFERENCES = {
    "AGL": Reference.AGL,
    "GND": Reference.AGL,
    "SFC": Reference.AGL,
    "AMSL": Reference.AMSL,
    "MSL": Reference.AMSL,
}


def _band(parsed: Parsed, block: _Block) -> Band | None:
    line = parsed.q_line
    lower = Height(value_m=line.lower_fl * LEVEL_M, reference=Reference.FL) if line.lower_fl else GROUND
    # A ceiling of 000 or 999 says nothing.
    upper = (
        Height(value_m=line.upper_fl * LEVEL_M, reference=Reference.FL) if 0 < line.upper_fl < WHOLE_FIR_NM else None
    )
    if parsed.lower_limit:
        lower = GROUND if _GROUND.fullmatch(parsed.lower_limit) else _limit(parsed.lower_limit, block) or lower
    if parsed.upper_limit:
        upper = None if _UNLIMITED.fullmatch(parsed.upper_limit) else _limit(parsed.upper_limit, block) or upper
    if upper is not None and upper.datum == lower.datum and lower.value_m >= upper.value_m:
        block.tell("LOWER_ABOVE_UPPER", found=f"{lower} and {upper}", expected="lower below upper")
        return None
    return Band(lower=lower, upper=upper)


def _limit(words: str, block: _Block) -> Height | None:
    level, limit = _LEVEL.fullmatch(words), _LIMIT.fullmatch(words)
    if level:
        return Height(value_m=float(level[1]) * LEVEL_M, reference=Reference.FL)
    if limit:
        metres = float(limit[1]) * _UNITS_M[limit[2].upper()]
        return Height(value_m=metres, reference=_REFERENCES[limit[3].upper()])
    fix = "The flight levels of Q) were taken instead."
    block.tell("HEIGHT_UNCLEAR", found=shown(words), expected="a limit such as 2000FT AMSL", fix=fix, warning=True)
    return None


# --- Times -----------------------------------------------------------------------------------------------------------


def _schedule(parsed: Parsed, block: _Block) -> Schedule | None:
    start, end = parsed.effective_from, parsed.effective_to
    until = end if isinstance(end, datetime) else None
    if parsed.estimated_end:
        fix = "It holds until it is cancelled or replaced, so it was taken as without end."
        block.tell(
            "END_ESTIMATED", found=f"the end {until} as an estimate", expected="a fixed end", fix=fix, warning=True
        )
        until = None
    if until is not None and start >= until:
        found = f"{start.isoformat()} and {until.isoformat()}"
        block.tell("TIMES_REVERSED", found=found, expected="B) before C)")
        return None
    return Schedule(periods=(Period(start=start, end=until, hours=_hours(parsed, block)),))


def _hours(parsed: Parsed, block: _Block) -> tuple[Hours, ...]:
    """Return the hours of item D; none, which means throughout, if there is none or it cannot be read."""
    if parsed.schedule.parse_error:
        fix = "It was taken as active throughout B) to C)."
        found = f"D) {shown(parsed.schedule.raw.strip())}"
        block.tell("TIMES_NOT_READ", found=found, expected="a schedule such as DAILY 0600-1800", fix=fix, warning=True)
        return ()
    place = (parsed.q_line.centre_lon, parsed.q_line.centre_lat)
    return tuple(_hours_of(period, place) for period in parsed.schedule.periods)


def _hours_of(period: ParsedPeriod, place: tuple[float, float]) -> Hours:
    ends = [SunEvent(end) if isinstance(end, str) else _whole(end) for end in (period.start, period.end)]
    return Hours(
        days=tuple(WEEKDAYS[day - 1] for day in sorted(period.days)),
        start=ends[0],
        end=ends[1],
        clock=UTC,
        place=place if any(isinstance(end, SunEvent) for end in ends) else None,
    )


def _whole(moment: time) -> time:
    """Return midnight for 23:59, as which the library gives 2400 and the end of H24."""
    return time(0) if moment == time(23, 59) else moment
