"""Freezing: the courses of a chart become corridors for authorities to approve, and join those that are known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, tzinfo
from enum import Enum

import shapely

from airspace.corridors.charts import Chart
from airspace.corridors.courses import Course, as_flown
from airspace.corridors.passages import passage
from airspace.model.corridors import Act, Corridor, Entry, Library, Passed, Point, digest_of
from airspace.model.schedules import Span
from airspace.model.zones import Zone
from airspace.rules.kinds import Filing
from airspace.rules.ledger import Ledger, Rule

NEAR_M = 1000.0
"""Closed zones that come this near to a centre line, over the ground, are part of what a corridor is judged against.
A change farther off leaves approvals alone; the plan of a day is judged by all zones of that day in any case."""


def freeze(
    courses: Iterable[Course],
    chart: Chart,
    *,
    drone_types: Collection[str],
    when: Span,
    ledgers: Sequence[Ledger] = (),
) -> tuple[Corridor, ...]:
    """Return courses as corridors for some drone types, with the rules of a chart.

    Parameters
    ----------
    when
        The time that the zones of the chart are looked at for.
    ledgers
        The rules in force, by the names that jurisdictions call them.
    """
    book = Rulebook(chart=chart, ledgers=tuple(ledgers))
    return tuple(_frozen(course, book, drone_types, when) for course in courses)


def _frozen(course: Course, book: Rulebook, drone_types: Collection[str], when: Span) -> Corridor:
    chart = book.chart
    points, rules = as_flown(course, chart.frame), chart.rules
    ends = (chart.sky.pad(course.from_pad), chart.sky.pad(course.to_pad))
    # Whoever flies it: its gates are those that hold its crossings, whomever they are open to.
    passed = passage(points, ends, chart, aircraft=(), when=when)
    authorities = {side.id: side.authority for side in chart.sky.jurisdictions}
    return Corridor(
        from_pad=course.from_pad,
        to_pad=course.to_pad,
        drone_types=tuple(drone_types),
        points=points,
        half_width_m=rules.half_width_m,
        clearance_m=rules.clearance_m,
        vertical_clearance_m=rules.vertical_gap_m,
        jurisdictions=tuple(Passed(jurisdiction=side, authority=authorities[side]) for side in passed.jurisdictions),
        gates=passed.gates,
        rules=book.digest(points, passed.jurisdictions),
    )


def joined(library: Library, frozen: Iterable[Corridor], *, at: datetime, by: str = "") -> Library:
    """Return a library with corridors frozen at a time.

    One that is known with the same hash keeps what was said of it, and is for the new types too. One that is known with
    another hash is told as changed, and nobody has approved it any longer. What was not frozen again stays as it is.
    """
    known, history = {corridor.id: corridor for corridor in library.corridors}, list(library.history)
    for new in frozen:
        old = known.get(new.id, new)
        if old.hash != new.hash:
            told = f"its hash was {old.hash}"
            history.append(Entry(at=at, corridor=new.id, hash=new.hash, act=Act.CHANGED, by=by, note=told))
        known[new.id] = replace(new, drone_types=(*old.drone_types, *new.drone_types))
    return Library(corridors=tuple(known.values()), history=tuple(history))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rulebook:
    """What corridors of a chart are judged against; its zones and ledgers are hashed once."""

    chart: Chart
    ledgers: tuple[Ledger, ...]
    _zones: dict[str, str] = field(default_factory=dict)
    _rules: dict[str, str] = field(default_factory=dict)

    def digest(self, points: Sequence[Point], jurisdictions: Collection[str]) -> str:
        """Return the digest of what a line is judged against: zones near it, ledgers of the sides it passes.

        It covers what decides anything, not titles, sources and notes.
        """
        line = self.chart.frame.project(shapely.LineString([point[:2] for point in points]))
        near = [zone for zone, area in self.chart.zones if shapely.dwithin(area, line, NEAR_M)]
        named = {name for side in self.chart.sky.jurisdictions if side.id in jurisdictions for name in side.rules}
        return digest_of(
            {
                "zones": {zone.id: self._of_zone(zone) for zone in near},
                "ledgers": {ledger.name: self._of_ledger(ledger) for ledger in self.ledgers if ledger.name in named},
            }
        )

    def _of_zone(self, zone: Zone) -> str:
        if zone.id not in self._zones:
            self._zones[zone.id] = digest_of(_zone(zone))
        return self._zones[zone.id]

    def _of_ledger(self, ledger: Ledger) -> str:
        if ledger.name not in self._rules:
            self._rules[ledger.name] = digest_of([_rule(rule) for rule in _judging(ledger)])
        return self._rules[ledger.name]


def _zone(zone: Zone) -> dict[str, object]:
    names = ("id", "restriction", "band", "schedule", "category", "jurisdiction")
    area = shapely.to_wkt(shapely.normalize(zone.area), rounding_precision=7)
    return {name: _plain(getattr(zone, name)) for name in names} | {"area": area}


def _judging(ledger: Ledger) -> list[Rule]:
    """Return the rules that judge a flight; those on what to file do not."""
    return [rule for rule in ledger.in_force if not isinstance(rule.asks, Filing)]


def _rule(rule: Rule) -> dict[str, object]:
    names = ("id", "authority", "aliases", "asks", "classes", "applies_to", "permittable")
    return {"kind": rule.kind} | {name: _plain(getattr(rule, name)) for name in names}


def _plain(value: object) -> object:
    """Return a value of ours as JSON values, the same for equal ones; fields that stand at their default are left out.

    So a field that is added to one of our values some day voids no approval.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, tzinfo):
        return str(value)
    return _plain_parts(value)


def _plain_parts(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        told = {part.name: getattr(value, part.name) for part in fields(value)}
        defaults = {part.name: part.default for part in fields(value) if part.default is not MISSING}
        return {name: _plain(part) for name, part in told.items() if name not in defaults or part != defaults[name]}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    raise TypeError(f"no way is known to hash a {type(value).__name__}")
