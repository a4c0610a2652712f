"""A packet as its pages tell it: rows and boxes in the order of reading, everything in words of one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from markupsafe import Markup

from planner.formats.plans import digest
from planner.model.plans import Filing
from planner.model.reviews import Finding, Verdict
from planner.output.packet import sources
from planner.output.packet.figures import legends, maps, profiles
from planner.output.packet.rows import Counts, Group, Row, Rulebook, Text, zh_tag
from planner.output.packet.values import (
    Change,
    CorridorPage,
    Difference,
    Flight,
    GateFacts,
    Handover,
    Packet,
    Part,
    PermitFacts,
    SourceRow,
    Standing,
    WayOutFacts,
    ZoneFacts,
)
from planner.output.packet.wording import Named, Telling

WORST = ("zone.clearance", "zone.vertical", "energy.reserve", "energy.alternate")
"""The rules whose worst points stand by themselves on a corridor's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Something to be filed, and by when."""

    side: str
    title: Text
    rule: str
    latest: str
    note: str
    source: Text
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """The crossings of one gate in one direction by some flights."""

    gate: GateFacts | None
    gate_id: str
    before: str
    after: str
    place: str
    altitude: str
    track: str
    moments: tuple[str, ...]
    """Each with its flight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstPoint:
    """Where a limit is nearest."""

    title: str
    found: Text
    verdict: Verdict
    margin: str
    where: str
    flight: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Ways out from above one pad to one alternate."""

    over: str
    alternate: str
    alternate_side: str
    flights: int
    needed: str
    margin: str
    worst: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A closed zone that a corridor enters."""

    id: str
    zone: ZoneFacts | None
    permit: str
    permit_of: PermitFacts | None


@dataclass(frozen=True, kw_only=True)
class CorridorView:
    """One corridor as its page tells it."""

    page: CorridorPage
    book: Rulebook

    @property
    def telling(self) -> Telling:
        """The language it is told in."""
        return self.book.telling

    @property
    def packet(self) -> Packet:
        """The packet it stands in."""
        return self.book.packet

    @property
    def anchor(self) -> str:
        """The name that links lead to."""
        return f"corridor-{self.page.number}"

    @cached_property
    def flights(self) -> tuple[Flight, ...]:
        """Its flights, by take-off."""
        return tuple(flight for flight in self.packet.flights if flight.page == self.page.number)

    @property
    def moments(self) -> str:
        """From the first take-off to the last landing."""
        first = min(flight.takes_off for flight in self.flights)
        last = max(flight.lands for flight in self.flights)
        clock = self.telling
        return f"{clock.day(first)}, {clock.time(first)}–{clock.time(last)} {clock.zone}"

    @property
    def band(self) -> str:
        """The levels it is flown at."""
        low_m, high_m = self.page.band_amsl_m
        return f"{low_m:g} m AMSL" if low_m == high_m else f"{low_m:g}–{high_m:g} m AMSL"

    @property
    def counts(self) -> Counts:
        """How its rules came out that the authority asks about."""
        return self.book.counts(self.page.findings)

    @cached_property
    def map(self) -> maps.Map:
        """Its map."""
        return maps.draw(self.page, self.telling)

    @property
    def legend(self) -> tuple[tuple[Markup, str], ...]:
        """The signs on its map, with words."""
        return legends.legend(self.map.present, self.page, self.telling)

    @cached_property
    def profile(self) -> Markup:
        """The profile of the flight shown; empty where the record tells none."""
        return profiles.draw(self.page, self.telling)

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """What is to be filed for its flights with the authority, and with others for the whole plan."""
        others = (filing for filing in self.packet.filings if filing.jurisdiction in self.page.sides)
        theirs = [filing for filing in others if filing.jurisdiction != self.packet.side]
        return tuple(deadline(filing, self.book) for filing in (*self.page.filings, *theirs))

    @property
    def groups(self) -> tuple[Group, ...]:
        """Its rules."""
        return self.book.groups(self.page)

    @property
    def agreeing(self) -> str:
        """The rules by which its record agrees with itself."""
        return ", ".join(self.book.agreeing(self.page.findings))

    @property
    def carried(self) -> str:
        """The rules on orders and cargo that hold."""
        return ", ".join(self.book.carried(self.page.findings))

    @property
    def left_open(self) -> str:
        """The rules of law that are not checked on any corridor."""
        return ", ".join(rule.removeprefix("law.") for rule in self.book.left_open(self.page))

    @property
    def crossed(self) -> tuple[tuple[Crossed, ...], ...]:
        """Its crossings gate by gate, each by direction."""
        by_gate: dict[str, list[Crossed]] = {}
        for one in crossings(self.flights, self.telling):
            by_gate.setdefault(one.gate_id, []).append(one)
        return tuple(tuple(ways) for ways in by_gate.values())

    @property
    def entered(self) -> tuple[Entered, ...]:
        """The closed zones it enters; those of the authority's side first."""
        zones = {zone.id: zone for zone in self.packet.zones}
        permits = {permit.id: permit for permit in self.packet.permits}
        found = [
            Entered(
                id=entry.zone,
                zone=zones.get(entry.zone),
                permit=entry.permit,
                permit_of=permits.get(entry.permit),
            )
            for entry in self.page.entries
        ]
        return tuple(sorted(found, key=lambda one: one.zone is None or one.zone.side != self.packet.side))

    @property
    def worst(self) -> tuple[WorstPoint, ...]:
        """Where it comes nearest to its limits."""
        found = {finding.rule: finding for finding in self.page.findings}
        return tuple(self._worst(found[rule]) for rule in WORST if rule in found)

    def _worst(self, finding: Finding) -> WorstPoint:
        row, where, telling = self.book.row(finding, self.page), finding.where, self.telling
        place = "" if where is None else f"{telling.place(where.lon, where.lat)}, {where.alt_amsl_m:.0f} m AMSL"
        if where is not None and where.t is not None:
            place += f", {telling.time(where.t)}"
        return WorstPoint(
            title=row.title.words,
            found=row.evidence,
            verdict=finding.verdict,
            margin="" if finding.margin is None else telling.measured(finding.margin, finding.unit),
            where=place,
            flight=row.flight,
            note=self._alternate() if finding.rule == "energy.alternate" else "",
        )

    def _alternate(self) -> str:
        """Say which way out of the record leaves least."""
        ways = [way for way in self.packet.ways_out if way.page == self.page.number]
        if not ways:
            return ""
        least = min(ways, key=lambda way: (way.margin_wh, way.sortie, way.leg))
        return self.telling.say(
            "from above {over} to {alternate}", over=least.over, alternate=_padded(least.alternate, self.telling)
        )

    @property
    def changes(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """How each direction stands to the version on record: its id, in words, and what differs."""
        return tuple(
            (one.id, standing(one.change, self.telling), tuple(differences(one.change.differences, self.telling)))
            for one in self.page.directions
        )


@dataclass(frozen=True, kw_only=True)
class PacketView:
    """A packet as its page tells it."""

    packet: Packet
    telling: Telling

    @cached_property
    def book(self) -> Rulebook:
        """Its rules."""
        return Rulebook(packet=self.packet, telling=self.telling)

    @cached_property
    def corridors(self) -> tuple[CorridorView, ...]:
        """Its corridors."""
        return tuple(CorridorView(page=page, book=self.book) for page in self.packet.corridors)

    @property
    def counts(self) -> Counts:
        """How the rules came out that the authority asks about, over all corridors and on the plan as a whole."""
        return self.book.counts((*self.book.worst, *self.packet.whole))

    @property
    def failures(self) -> tuple[Row, ...]:
        """Every rule that is broken, of any side."""
        found = (*self.book.worst, *self.packet.whole)
        return self.book.rows(one for one in found if one.verdict is Verdict.FAIL)

    @property
    def inputs_digest(self) -> str:
        """One digest of all files that the plan was made from."""
        return digest({"inputs": [[item.path, item.sha256] for item in self.packet.inputs]})

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """What is to be filed, the authority's own first."""
        return tuple(deadline(filing, self.book) for filing in self.packet.filings)

    @property
    def crossed(self) -> tuple[Crossed, ...]:
        """All crossings, by gate and direction."""
        return tuple(crossings(self.packet.flights, self.telling))

    @property
    def whole(self) -> tuple[Row, ...]:
        """The rules of the plan as a whole, but for those that are told by their ids."""
        by_id = {*self.book.agreeing(self.packet.whole), *self.book.carried(self.packet.whole)}
        return self.book.rows(one for one in self.packet.whole if one.rule not in by_id)

    @property
    def agreeing(self) -> str:
        """The rules by which the record of the plan agrees with itself."""
        return ", ".join(self.book.agreeing(self.packet.whole))

    @property
    def carried(self) -> str:
        """The rules on orders and cargo that hold for the plan as a whole."""
        return ", ".join(self.book.carried(self.packet.whole))

    @property
    def open_laws(self) -> tuple[Row, ...]:
        """The rules of law that are not checked on any corridor, the authority's own first."""
        found = sorted(self.book.everywhere, key=lambda one: (not self.book.own(one.rule), one.rule))
        return self.book.rows(found)

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways out of its flights."""
        return tuple(_ways([way for way in self.packet.ways_out if way.page], self.telling))

    @property
    def ways_of_others(self) -> tuple[Way, ...]:
        """The ways out of other flights that pass the authority's side."""
        return tuple(_ways([way for way in self.packet.ways_out if not way.page], self.telling))

    @property
    def sources(self) -> tuple[tuple[str, str, str, str, str], ...]:
        """Each kind of facts: what, how many, how old, how far they can be relied on, and of what date."""
        return tuple(self._source(row) for row in self.packet.sources)

    def _source(self, row: SourceRow) -> tuple[str, str, str, str, str]:
        say, start = self.telling.say, self.packet.plan.start.astimezone(self.telling.clock).date()
        kinds = {
            sources.ZONES: say("Zones, {side}", side=row.side or say("no side named")),
            sources.PADS: say("Pads"),
            sources.GATES: say("Gates"),
            sources.PERMITS: say("Permits"),
            sources.JURISDICTIONS: say("Jurisdictions"),
            sources.DRONES: say("Figures of drones"),
        }
        told = (
            (row.verified, say("verified")),
            (row.sourced, say("sourced")),
            (row.assumed, say("assumed")),
            (row.unknown, say("unknown")),
        )
        dates = [day.isoformat() for day in (row.oldest, row.newest) if day]
        age = "" if row.oldest is None else say.plural("{count} day", "{count} days", (start - row.oldest).days)
        undated = say("{count} without a date", count=row.undated) if row.undated else ""
        return (
            kinds.get(row.kind, row.kind),
            str(row.count),
            ", ".join(f"{count} {words}" for count, words in told if count),
            "; ".join(filter(None, ["–".join(dict.fromkeys(dates)), undated])),
            age,
        )

    @property
    def limits(self) -> tuple[str, ...]:
        """What the packet does not show."""
        return tuple(_limits(self.packet, self.telling))

    @property
    def vintages(self) -> str:
        """The newest date of each side's zones, for the footer."""
        told = [
            f"{row.side or '-'} {row.newest.isoformat() if row.newest else '-'}"
            for row in self.packet.sources
            if row.kind == sources.ZONES
        ]
        return ", ".join(told)

    def flight_rows(self) -> Iterator[tuple[Flight, str, str, str, str]]:
        """Yield each flight with its take-off, its crossings, its landing and its permits in words."""
        clock = self.telling
        for flight in self.packet.flights:
            crossed = ", ".join(f"{one.gate} {clock.time(one.t)}" for one in flight.handovers)
            yield flight, clock.time(flight.takes_off), crossed, clock.time(flight.lands), ", ".join(flight.permits)

    def lang_of(self, thing: Named, side: str) -> str:
        """Return the language of a name, where it is not the page's own."""
        told = self.telling.name(thing)
        return zh_tag([side]) if thing.name_zh and told == thing.name_zh else ""


# --- parts ------------------------------------------------------------------------------------------------------------


def deadline(filing: Filing, book: Rulebook) -> Deadline:
    """Return something to be filed in words."""
    say, moment = book.telling.say, book.telling.moment
    notes = []
    if filing.latest_at is None and filing.indicative_at is not None:
        notes.append(say("a superseded rule asked for it by {day}", day=book.telling.day(filing.indicative_at)))
    if filing.count > 1:
        notes.append(say("the first of {count}", count=filing.count))
    if filing.reply_by is not None:
        notes.append(say("reply by {moment}", moment=moment(filing.reply_by)))
    return Deadline(
        side=filing.jurisdiction,
        title=book.english(filing.title),
        rule=filing.rule,
        latest=say("Not stated in law") if filing.latest_at is None else moment(filing.latest_at),
        note="; ".join(notes),
        source=book.english(filing.source),
        count=filing.count,
    )


def crossings(flights: Sequence[Flight], telling: Telling) -> Iterator[Crossed]:
    """Yield the crossings of some flights by gate and direction, in the order of their first."""
    gates = {gate.id: gate for gate in telling.packet.gates}
    found: dict[tuple[str, str, str], list[tuple[datetime, str]]] = {}
    first: dict[tuple[str, str, str], Handover] = {}
    for flight in flights:
        for one in flight.handovers:
            key = (one.gate, one.before, one.after)
            first.setdefault(key, one)
            found.setdefault(key, []).append((one.t, f"{flight.sortie}/{flight.leg}"))
    for key, moments in found.items():
        one = first[key]
        yield Crossed(
            gate=gates.get(one.gate),
            gate_id=one.gate,
            before=one.before,
            after=one.after,
            place=telling.place(one.lon, one.lat),
            altitude=f"{one.alt_amsl_m:.0f} m AMSL",
            track=f"{one.track_deg % 360:03.0f}°",
            moments=tuple(f"{telling.time(t)} {flight}" for t, flight in sorted(moments)),
        )


def _ways(ways: Sequence[WayOutFacts], telling: Telling) -> Iterator[Way]:
    found: dict[tuple[str, str], list[WayOutFacts]] = {}
    for way in ways:
        found.setdefault((way.over, way.alternate), []).append(way)
    for over, alternate in sorted(found):
        told = found[over, alternate]
        least = min(told, key=lambda way: (way.margin_wh, way.sortie, way.leg))
        yield Way(
            over=_padded(over, telling),
            alternate=_padded(alternate, telling),
            alternate_side=least.alternate_side,
            flights=len(told),
            needed=f"{least.needed_wh:,.0f} Wh",
            margin=f"{least.margin_wh:,.0f} Wh",
            worst=f"{least.sortie}/{least.leg}",
        )


def _padded(pad_id: str, telling: Telling) -> str:
    return f"{pad_id} {telling.pad(pad_id)}".strip()


def standing(change: Change, telling: Telling) -> str:
    """Say how a corridor stands to the version on record."""
    say = telling.say
    words = {
        Standing.NO_RECORD: say("No approved version is on record."),
        Standing.NEW: say("New: no version of it is on record."),
        Standing.UNCHANGED: say("Unchanged since the version on record."),
        Standing.CHANGED: say("Changed since the version on record."),
        Standing.RULES_UNKNOWN: say("Line, width, levels and zones as before; whether rules changed is not on record."),
    }
    told = [words[change.standing]]
    if change.at is not None:
        told.append(
            say("That is {id}, {hash}, on record of {by} since {moment}.",
                id=change.id, hash=change.hash[:19], by=change.by, moment=telling.moment(change.at))
        )  # fmt: skip
    elif change.id and change.standing is not Standing.RULES_UNKNOWN:
        told.append(say("It is compared with {id}.", id=change.id))
    if change.valid_to is not None:
        told.append(say("It runs out at {moment}.", moment=telling.moment(change.valid_to)))
    if change.suspended_by:
        told.append(say("Suspended by {names}.", names=", ".join(change.suspended_by)))
    return " ".join(told)


def differences(found: Sequence[Difference], telling: Telling) -> Iterator[str]:
    """Yield what differs, with figures."""
    say = telling.say
    names = {
        Part.LINE: say("line"),
        Part.LENGTH: say("length"),
        Part.WIDTH: say("half-width"),
        Part.BAND: say("levels"),
        Part.CLEARANCE: say("clearance beside zones"),
        Part.VERTICAL_CLEARANCE: say("clearance above and below zones"),
        Part.GATES: say("gates"),
        Part.JURISDICTIONS: say("jurisdictions"),
        Part.ZONES: say("zones entered (permits)"),
        Part.RULES: say("zones near it, or rules it is judged by (hash)"),
        Part.UNTOLD: say("something that only the hash tells"),
    }
    for one in found:
        if one.part is Part.LINE:
            yield say("{what}: up to {far} apart", what=names[one.part], far=one.after)
        else:
            nothing = say("none")
            yield f"{names[one.part]}: {one.before or nothing} → {one.after or nothing}"


def _limits(packet: Packet, telling: Telling) -> Iterator[str]:
    say, limits = telling.say, packet.limits
    yield say("Quality of radio links and of satellite navigation along the corridors.")
    yield (
        say("Cranes, wires and buildings that the terrain model does not hold.")
        if limits.terrain_model
        else say("Ground between the pads: no terrain model was given, and hills are drawn as simple shapes.")
    )
    yield (
        say("Flights of others beyond the {count} operational intents that were given.", count=limits.intents)
        if limits.intents
        else say("Flights of others: no operational intents of others were given.")
    )
    if not limits.gusts:
        yield say("Gusts: the weather tells none.")
    if not limits.contacts:
        yield say("Contacts at the gates, where they are told to be not on record.")
    if not limits.basemap:
        yield say("Land: jurisdictions stand in for it on the maps.")
    yield say("Whether an authority will give its permission: PASS is against the rules listed, and is no permission.")
