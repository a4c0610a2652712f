"""Launch windows: when in the day of a job a corridor may be flown, and what shuts it in between."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone, tzinfo
from functools import partial
from itertools import pairwise
from typing import TypeAlias

from airspace.corridors.passages import zone_spans
from airspace.model.corridors import Library
from airspace.model.gates import Gate
from airspace.model.schedules import DAY, Schedule, Span, gaps, merged
from airspace.model.zones import Zone
from planner.physics.batteries import most_usable_wh
from planner.solving.approvals import unapproved
from planner.solving.flights import Flight
from planner.solving.groups import Group
from planner.solving.hops import Hop, lone_hop
from planner.solving.makers import FlightMaker
from planner.solving.needs import quantile_wh, with_way_out_wh
from planner.solving.spans import shifted_in, whole_seconds
from planner.solving.tables import Slice, Tables
from planner.solving.ways_out import WaysOut

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """A stretch of the day in which a drone may not take off for a corridor."""

    span: Span
    why: tuple[str, ...]
    """What keeps it, in words."""
    day_over: bool = False
    """Whether nothing but the end of the day does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchWindows:
    """When a drone type may take off to fly a corridor with a load, by everything but the traffic of other flights."""

    corridor: str
    drone_type: str
    day: Span
    """Of the job."""
    spans: tuple[Span, ...]
    """First and last take-off, on whole seconds; a span may have no length."""
    shut: tuple[Shut, ...]
    """The rest of the day, in order."""

    def in_words(self, clock: tzinfo) -> str:
        """Return the windows in one line by a clock, such as "flyable 08:00 to 09:40; 09:40 to 10:20: gusts of ..."."""
        return "; ".join(self.lines(clock))

    def lines(self, clock: tzinfo) -> list[str]:
        """Return the same in lines: when it is flyable, then each stretch in which it is not, and why."""
        first_day = self.day[0].astimezone(clock)
        flyable = [_told(_inwards(span), clock, first_day) for span in self.spans]
        shut = [
            f"{_told(_outwards(item.span), clock, first_day)}: {' and '.join(item.why)}"
            for item in self.shut
            if not item.day_over
        ]
        return [f"flyable {' and '.join(flyable)}" if flyable else "not flyable at any time of the day", *shut]


def _told(span: Span, clock: tzinfo, first_day: datetime) -> str:
    start, end = (moment.astimezone(clock) for moment in span)
    form = "%H:%M" if start.second == end.second == 0 else "%H:%M:%S"
    days = ["" if moment.date() == first_day.date() else f"{moment:%Y-%m-%d} " for moment in (start, end)]
    return f"{days[0]}{start:{form}} to {days[1]}{end:{form}}"


def _inwards(span: Span) -> Span:
    """Shrink a span to whole minutes, unless nothing would be left of it."""
    shrunk = _ceil(span[0]), _floor(span[1])
    return shrunk if shrunk[0] <= shrunk[1] else span


def _outwards(span: Span) -> Span:
    return _floor(span[0]), _ceil(span[1])


def _floor(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _ceil(moment: datetime) -> datetime:
    return _floor(moment + MINUTE - timedelta(microseconds=1))


Why: TypeAlias = Callable[[Span], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """One thing to be kept: at which take-offs it is, and what to say of a stretch in which it is not."""

    allowed: tuple[Span, ...]
    why: Why
    """Empty when something else says it already."""
    runs_out: bool = False
    """Whether it is only that time runs out, which is told where nothing else is."""

    def keeps(self, moment: datetime) -> bool:
        return any(start <= moment <= end for start, end in self.allowed)


def launch_windows(
    maker: FlightMaker,
    flight: Flight,
    group: Group,
    *,
    payload_kg: float,
    ways_out: Sequence[Flight] = (),
    library: Library | None = None,
) -> LaunchWindows:
    """Work out when a group's drones may take off for one leg with a load, and a hand-over at its end.

    Within the day of the job: in weather that lets the type fly and does not change before the leg is over, while
    zones, gates, permits and rules let it, with both pads open (the first one for its turnaround before), and with
    full packs that surely hold enough beside the reserve, also to go on to an alternate from above the second pad.

    Parameters
    ----------
    ways_out
        Flights from the second pad to alternates; asked for where the airspace has alternates.
    library
        Where only approved corridors are flown: what authorities say of them.
    """
    day = (maker.job.start, maker.job.end)
    spans, shut = list[Span](), list[Shut]()
    for when, weather in maker.job.weather_periods(day):
        flown, *ways = (maker.flown(one, group, weather) for one in (flight, *ways_out))
        survey = _Survey(maker=maker, flight=flown, ways_out=tuple(ways), group=group, when=when)
        limits = list(survey.limits(payload_kg, library))
        free: tuple[Span, ...] = (when,)
        for limit in limits:
            free = _both(free, limit.allowed)
        spans += (free := whole_seconds(free))
        shut += _shut(when, free, limits, day)
    return LaunchWindows(
        corridor=flight.corridor, drone_type=group.kind.id, day=day, spans=tuple(spans), shut=tuple(_joined(shut))
    )


def _both(first: Iterable[Span], second: Sequence[Span]) -> tuple[Span, ...]:
    """Return what lies in both of two sets of spans, single moments too."""
    overlaps = ((max(a, c), min(b, d)) for a, b in first for c, d in second)
    return merged((start, end) for start, end in overlaps if start <= end)


def _shut(when: Span, free: tuple[Span, ...], limits: Sequence[_Limit], day: Span) -> Iterator[Shut]:
    """Yield the stretches of a period that are not free, cut where what shuts them changes."""
    moments = sorted({moment for limit in limits for span in limit.allowed for moment in span})
    for gap in gaps(free, when):
        edges = [gap[0]]
        edges += [m for m in moments if edges[-1] + SECOND <= m <= gap[1] - SECOND]
        for span in pairwise([*dict.fromkeys(edges), gap[1]]):
            middle = span[0] + (span[1] - span[0]) / 2
            broken = [limit for limit in limits if not limit.keeps(middle)]
            why = _words([limit for limit in broken if not limit.runs_out], span)
            late = () if why else _words([limit for limit in broken if limit.runs_out], span)
            if why or late:
                yield Shut(span=span, why=why or late, day_over=bool(late) and when[1] == day[1])


def _words(limits: Sequence[_Limit], span: Span) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words for limit in limits if (words := limit.why(span))))


def _joined(shut: Iterable[Shut]) -> list[Shut]:
    """Join neighbours that the same keeps shut."""
    joined: list[Shut] = []
    for item in shut:
        last = joined[-1] if joined else None
        if last and last.why == item.why and item.span[0] - last.span[1] < SECOND:
            joined[-1] = replace(item, span=(last.span[0], item.span[1]), day_over=last.day_over and item.day_over)
        else:
            joined.append(item)
    return joined


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """One leg in one stretch of weather, and what limits its launch there."""

    maker: FlightMaker
    flight: Flight
    ways_out: tuple[Flight, ...]
    group: Group
    when: Span

    def limits(self, payload_kg: float, library: Library | None) -> Iterator[_Limit]:
        yield from self._weather()
        if not math.isfinite(self.flight.flown_s):
            return  # nobody can say how long it would take
        yield from self._packs(payload_kg)
        yield from self._leave()
        yield from self._pads()
        if library is not None:
            yield self._approval(library)
        yield _Limit(allowed=self._starts((self.when,), 0.0, self._ends_s), why=self._runs_out, runs_out=True)

    @property
    def _ends_s(self) -> float:
        return self.flight.flown_s + self.maker.job.policy.handover_s

    @property
    def _day(self) -> Span:
        return self.maker.job.start, self.maker.job.end

    @property
    def _clock(self) -> tzinfo:
        return timezone(self.maker.job.utc_offset)

    def _throughout(self, spans: Iterable[Span], why: Why) -> _Limit:
        """Return the limit that the whole leg lies in one of some spans of the day; the end of the day is another."""
        beyond = self._day[1] + DAY
        open_ended = [(start, beyond if end == self._day[1] else end) for start, end in spans]
        return _Limit(allowed=self._starts(open_ended, 0.0, self._ends_s), why=why)

    def _starts(self, spans: Sequence[Span], from_s: float, until_s: float) -> tuple[Span, ...]:
        return merged(shifted_in((self.when,), spans, from_s, until_s))

    def _runs_out(self, _: Span) -> str:
        if self.when[1] == self._day[1]:
            return f"the day ends at {self._day[1].astimezone(self._clock):%H:%M}, before the leg is over"
        return f"the weather changes at {self.when[1].astimezone(self._clock):%H:%M}, before the leg is over"

    def _weather(self) -> Iterator[_Limit]:
        words = [cause.words for cause in self.flight.grounded]
        if not words and not self.flight.flyable:
            words = [SLOW]
        for word in words:
            yield _never(word)

    def _packs(self, payload_kg: float) -> Iterator[_Limit]:
        job, kind = self.maker.job, self.group.kind
        tables = Tables(job=job, chart=self.maker.base, groups=(self.group,), slices=())
        hop = lone_hop(self.flight, kind, tables, payload_kg=payload_kg)
        needed_wh = quantile_wh(tables, [hop], 0)
        usable_wh = most_usable_wh(self.group.drones, kind, job.policy, self.flight.weather)
        if not needed_wh <= usable_wh:
            yield _never(f"the leg takes {self._no_more(needed_wh, usable_wh)}")
        elif tables.alternates:
            yield from self._way_out(hop, tables, usable_wh)

    def _way_out(self, hop: Hop, tables: Tables, usable_wh: float) -> Iterator[_Limit]:
        """Yield that from above the second pad some alternate can be reached, and is open then."""
        piece, pad = Slice.of_one_group(self.when, self.ways_out, self.flight.weather), self.flight.to_pad
        found = WaysOut(tables)
        needed_wh = [(with_way_out_wh(tables, [hop], 0, 0, way), way) for way in found.above(hop, 0, piece)]
        if not needed_wh:
            yield _never(f"no corridor leads on from above {pad} to an alternate")
            return
        near = [way for wh, way in needed_wh if wh <= usable_wh]
        if not near:
            least_wh, least = min(needed_wh, key=lambda pair: pair[0])
            more = self._no_more(least_wh, usable_wh)
            yield _never(f"should {pad} not take the drone, going on to {least.alternate} takes {more}")
            return
        allowed = merged(span for way in near for span in found.open_from((self.when,), hop, way, piece))
        ends_s = [hop.above_s + way.flown_s + self.maker.job.policy.final_hover_s for way in near]
        late = [end for _, end in allowed if any(abs(self._left_s(end) - seconds) < 1 for seconds in ends_s)]
        open_ended = (*allowed, *((end, self.when[1]) for end in late))
        yield _Limit(allowed=merged(open_ended), why=lambda _: f"no way out from above {pad} is open until it is over")
        yield _Limit(allowed=allowed, why=self._runs_out, runs_out=True)

    def _left_s(self, moment: datetime) -> float:
        return (self.when[1] - moment).total_seconds()

    def _no_more(self, needed_wh: float, usable_wh: float) -> str:
        sure = self.maker.job.policy.energy_chance
        return f"{needed_wh:.0f} Wh ({sure:.1%} sure), and full packs give {usable_wh:.0f} Wh beside the reserve"

    def _leave(self) -> Iterator[_Limit]:
        """Yield what zones, rules and gates ask; of gates it is said where zones and rules would let it."""
        passed, chart = self.flight.passage, self.maker.chart(self.group)
        zones = [zone for zone, _ in chart.zones if zone.id in passed.zones]
        said = [
            self._throughout(
                zone_spans(zone, chart, self.group.aircraft, self._day, passed.heights_amsl_m[zone.id]),
                partial(self._zone_shut, zone),
            )
            for zone in zones
        ]
        said.append(self._throughout(self.flight.lawful.spans, lambda _: self.flight.lawful.why))
        yield from said
        gates = [gate for gate in chart.sky.gates if gate.id in passed.gates]
        yield self._throughout(passed.spans, partial(self._gates_shut, gates, said))

    def _zone_shut(self, zone: Zone, _: Span) -> str:
        words = f"zone {zone.id} ({zone.name}) is in force {zone.schedule.in_words(self._clock)}"
        return f"{words}, and no permit covers the whole leg" if zone.permittable else words

    def _gates_shut(self, gates: Sequence[Gate], said: Sequence[_Limit], span: Span) -> str:
        middle = span[0] + (span[1] - span[0]) / 2
        if not all(limit.keeps(middle) for limit in said):
            return ""
        told = []
        for gate in gates:
            hours = self._throughout(gate.schedule.spans(*self._day), lambda _: "")
            words = f"gate {gate.id} is open {gate.schedule.in_words(self._clock)}"
            told.append(words if not hours.keeps(middle) else f"no permits of both sides cover gate {gate.id}")
        return " and ".join(told) or "permits do not cover the whole leg"

    def _pads(self) -> Iterator[_Limit]:
        """Yield the hours of both pads: of the first from turnaround to climb, of the other from the descent on."""
        flight, sky = self.flight, self.maker.base.sky
        start, end = sky.pad(flight.from_pad), sky.pad(flight.to_pad)
        begins_s = flight.flown_s - flight.descent_s
        for pad, from_s, until_s in ((start, -start.turnaround_s, flight.climb_s), (end, begins_s, self._ends_s)):
            hours = pad.schedule.spans(self._day[0] - DAY, self._day[1] + DAY)
            yield _Limit(
                allowed=self._starts(hours, from_s, until_s), why=partial(self._pad_shut, pad.id, pad.schedule)
            )

    def _pad_shut(self, pad: str, hours: Schedule, _: Span) -> str:
        return f"pad {pad} is open {hours.in_words(self._clock)}"

    def _approval(self, library: Library) -> _Limit:
        name, kind = self.flight.corridor, self.group.kind.id
        known = next((corridor for corridor in library.corridors if corridor.id == name), None)
        if known is None:
            return _never(f"corridor {name} is not in the library")

        def why(span: Span) -> str:
            end = min(span[1] + timedelta(seconds=self._ends_s), self._day[1])
            return f"corridor {name} is {unapproved(library, known, kind, (span[0], end), self._clock)}"

        return self._throughout(library.approved_spans(name, kind, self._day), why)


def _never(words: str) -> _Limit:
    return _Limit(allowed=(), why=lambda _: words)


SLOW = "the wind leaves too little speed over ground"
