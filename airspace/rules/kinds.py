"""The kinds of rules: each holds the figures of one rule and tests them on a piece of a leg.

Nothing here knows of any place or authority; permits are looked at in :mod:`airspace.rules.ledger`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar, TypeAlias

from airspace.earth.sun import Polar, SunEvent, sun_event
from airspace.rules.calendars import Lead
from airspace.rules.classes import NO_CLASS, MassClass, possible_classes
from airspace.rules.pieces import Outcome, Piece, Trait, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """What classes of aircraft there are."""

    word: ClassVar[str] = "classes"
    classes: tuple[MassClass, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.classes))

    def test(self, piece: Piece) -> Outcome:
        """Find the class of an aircraft; UNKNOWN when its masses leave several, or none of them fits."""
        possible = possible_classes(self.classes, piece)
        if len(possible) == 1 and NO_CLASS not in possible:
            return Outcome(verdict=Verdict.HOLDS, detail=f"class {in_words(possible)}")
        return Outcome(verdict=Verdict.UNKNOWN, detail=f"class not known: {in_words(possible)}", gap=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightCap:
    """A greatest height above the ground."""

    word: ClassVar[str] = "height_cap"
    most_m: float

    def __str__(self) -> str:
        return f"at most {self.most_m:g} m above ground"

    def test(self, piece: Piece) -> Outcome:
        """Compare the highest that the piece can be above the ground."""
        return _compared(piece.agl_m[-1], self.most_m, "m", most=True, words="above ground")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedCap:
    """A greatest speed over the ground."""

    word: ClassVar[str] = "speed_cap"
    most_mps: float

    def __str__(self) -> str:
        return f"at most {self.most_mps:.4g} m/s over the ground"

    def test(self, piece: Piece) -> Outcome:
        """Compare the highest ground speed."""
        if piece.speed_mps is None:
            return Outcome(verdict=Verdict.UNKNOWN, required=self.most_mps, unit="m/s", detail=NO_SPEED, gap=True)
        return _compared(piece.speed_mps, self.most_mps, "m/s", most=True, words="over the ground")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """A distance to keep from everything of some categories; nearer is controlled."""

    word: ClassVar[str] = "distance"
    categories: tuple[str, ...]
    least_m: float | None
    """Zero: stay out of it. None: the law names the category and gives no figure."""
    stand_in_m: float | None = None
    """Where the law gives no figure: nearer than this counts as too near; farther is still unknown."""

    def __str__(self) -> str:
        things = ", ".join(self.categories).replace("_", " ")
        if self.least_m is not None:
            return f"stay out of: {things}" if self.least_m == 0 else f"{self.least_m:g} m from: {things}"
        assumed = "" if self.stand_in_m is None else f"; {self.stand_in_m:g} m stands in for it"
        return f"away from: {things} (no figure given{assumed})"

    def test(self, piece: Piece) -> Outcome:
        """Take the nearest category; one without data leaves the rule unknown, unless another is too near."""
        known = {name: at_m for name in self.categories if (at_m := piece.distances_m.get(name)) is not None}
        if not known:
            return self.gap_in(piece)
        nearest = min(known, key=lambda name: known[name])
        found = self._measured(nearest, known[nearest])
        return found if found.verdict is Verdict.BROKEN or not self.gaps(piece) else self.gap_in(piece)

    def gaps(self, piece: Piece) -> tuple[str, ...]:
        """Return the categories of which there are no data on this side."""
        return tuple(name for name in self.categories if piece.distances_m.get(name) is None)

    def gap_in(self, piece: Piece) -> Outcome:
        """Return word of the categories without data."""
        detail = f"a gap: no data on {', '.join(map(_thing, self.gaps(piece)))} on this side"
        return Outcome(verdict=Verdict.UNKNOWN, required=self.least_m, unit="m", detail=detail, gap=True)

    def too_near(self, piece: Piece) -> tuple[str, ...]:
        """Return the categories of which something is nearer than the rule allows."""
        known = ((name, piece.distances_m.get(name)) for name in self.categories)
        judged = ((name, self._measured(name, at_m)) for name, at_m in known if at_m is not None)
        return tuple(name for name, outcome in judged if outcome.verdict is Verdict.BROKEN)

    def _measured(self, name: str, at_m: float) -> Outcome:
        required_m = (self.stand_in_m if self.least_m is None else self.least_m) or 0
        clear, known = at_m > 0 and at_m >= required_m, math.isfinite(at_m)
        figureless = self.least_m is None and clear and known
        return Outcome(
            verdict=Verdict.UNKNOWN if figureless else Verdict.HOLDS if clear else Verdict.BROKEN,
            measured=at_m if known else None,
            required=self.least_m,
            margin=at_m - required_m if known else None,
            unit="m",
            detail=f"{_metres(at_m)} from {_thing(name)}{self._figure_words()}",
            gap=figureless,
        )

    def _figure_words(self) -> str:
        if self.least_m is not None:
            return ""
        return "; no figure is given" + (f", {self.stand_in_m:g} m stands in for it" if self.stand_in_m else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something done in flight that asks for a permit, or that no permit allows; the rule says which."""

    word: ClassVar[str] = "activity"
    when: tuple[Trait, ...]
    """Any of these; empty means every flight."""

    def __str__(self) -> str:
        return "a flight that " + " or ".join(map(_deed, self.when)) if self.when else "every flight"

    def test(self, piece: Piece) -> Outcome:
        """BROKEN when the flight does any of it, UNKNOWN when nobody said whether it does."""
        if not self.when:
            return Outcome(verdict=Verdict.BROKEN, detail="every flight of this class")
        done = [trait for trait in self.when if piece.does(trait)]
        untold = [trait for trait in self.when if piece.does(trait) is None]
        if done:
            return Outcome(verdict=Verdict.BROKEN, detail=f"the flight {' and '.join(map(_deed, done))}")
        if untold:
            return Outcome(verdict=Verdict.UNKNOWN, detail=f"not told whether the flight {_deeds(untold)}")
        return Outcome(verdict=Verdict.HOLDS, detail=f"no flight that {_deeds(self.when)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Daylight:
    """Flight by day only, between two events of the sun."""

    word: ClassVar[str] = "daylight"
    begins: SunEvent
    ends: SunEvent
    clock: tzinfo

    def __str__(self) -> str:
        return f"by day only, {self.begins} to {self.ends}"

    def test(self, piece: Piece) -> Outcome:
        """Compare the times of the piece with the sun at both of its ends."""
        places = (piece.line.coords[0], piece.line.coords[-1])
        hands_s = [self._in_hand_s(piece.start, piece.end, lon, lat) for lon, lat, *_ in places]
        least_s = min(hands_s)
        verdict = Verdict.HOLDS if least_s >= 0 else Verdict.BROKEN
        day = piece.start.astimezone(self.clock)
        detail = (
            f"{day:%Y-%m-%d %H:%M} to {piece.end.astimezone(self.clock):%H:%M}, day is {self.begins} to {self.ends}"
        )
        return Outcome(verdict=verdict, margin=least_s if math.isfinite(least_s) else None, unit="s", detail=detail)

    def _in_hand_s(self, start: datetime, end: datetime, lon: float, lat: float) -> float:
        day = start.astimezone(self.clock).date()
        begins = sun_event(self.begins, day, self.clock, lon, lat)
        ends = sun_event(self.ends, day, self.clock, lon, lat)
        for polar in (begins, ends):
            if isinstance(polar, Polar):
                return math.inf if begins == ends == Polar.ABOVE else -math.inf
        return min((start - begins).total_seconds(), (ends - end).total_seconds())  # type: ignore[operator]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """A limit of the weather, where a source gives a figure."""

    word: ClassVar[str] = "weather"
    quantity: str
    """A key of the piece's weather, such as ``wind_mps``."""
    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        ends = [f"at least {self.least:g}"] if self.least is not None else []
        ends += [f"at most {self.most:g}"] if self.most is not None else []
        return f"{self.quantity} {' and '.join(ends)}"

    def test(self, piece: Piece) -> Outcome:
        """Compare the forecast; UNKNOWN when there is none of that quantity."""
        forecast = piece.weather.get(self.quantity)
        if forecast is None:
            return Outcome(verdict=Verdict.UNKNOWN, detail=f"a gap: no forecast of {self.quantity}", gap=True)
        judged = []
        if self.least is not None:
            judged.append(_compared(forecast[0], self.least, "", most=False, words=self.quantity))
        if self.most is not None:
            judged.append(_compared(forecast[-1], self.most, "", most=True, words=self.quantity))
        return min(judged, key=lambda outcome: outcome.margin or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What no program can test, and somebody has to answer for."""

    word: ClassVar[str] = "declaration"
    text: str

    def __str__(self) -> str:
        return self.text

    def test(self, piece: Piece) -> Outcome:  # noqa: ARG002 - every kind is asked the same way
        """Say what has to be declared."""
        return Outcome(verdict=Verdict.NOT_CHECKED, detail=self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Something to hand in before flying, and by when; :mod:`airspace.rules.approvals` turns it into moments."""

    word: ClassVar[str] = "filing"
    lead: Lead | None
    """None when no source gives a lead time."""
    reply: Lead | None = None
    """By when the authority answers."""
    each: str
    """``application``, once for all flights; ``day``; or ``flight``."""
    standing_suffices: bool
    """Whether a standing (long-term) approval stands in for it."""
    only_if: str = ""
    """A word of whoever asks, such as ``urgent`` or ``standing``; without it the rule is left out."""
    unless: tuple[str, ...] = ()
    """Words of whoever asks that put another rule in its place."""
    indicative: str = ""
    """Id of a superseded rule that gives an idea of the lead time."""

    def __str__(self) -> str:
        when = "(no lead time given)" if self.lead is None else str(self.lead)
        return f"file {when}, per {self.each}" + (f"; reply {self.reply}" if self.reply else "")

    def test(self, piece: Piece) -> Outcome:  # noqa: ARG002 - every kind is asked the same way
        """Point to the approval clock: filing is no property of a piece."""
        return Outcome(verdict=Verdict.NOT_CHECKED, detail=f"see the approval clock: {self}")


Kind: TypeAlias = Classes | HeightCap | SpeedCap | Distance | Activity | Daylight | Weather | Declaration | Filing

NO_SPEED = "a gap: the ground speed is not known"

_DEEDS = {
    Trait.CROSSES_BOUNDARY: "crosses the boundary",
    Trait.BVLOS: "goes beyond visual line of sight",
    Trait.DROPS: "drops something",
    Trait.DANGEROUS_GOODS: "carries dangerous goods",
    Trait.RELAY: "is controlled through base stations or the internet",
    Trait.OVER_CROWDS: "passes over a crowd",
    Trait.OVER_PEOPLE: "passes over people, vehicles, vessels or structures that have no part in it",
    Trait.FROM_VEHICLE: "is controlled from a moving vehicle",
    Trait.SWARM: "is one of a swarm",
    Trait.INTEGRATED: "shares its air with manned aircraft",
}


def in_words(classes: frozenset[str]) -> str:
    """Return class names in a row."""
    return " or ".join(name or "none of the ledger" for name in sorted(classes))


def _deed(trait: Trait) -> str:
    return _DEEDS[trait]


def _deeds(traits: tuple[Trait, ...] | list[Trait]) -> str:
    return " or ".join(map(_deed, traits))


def _thing(category: str) -> str:
    return category.replace("_", " ")


def _metres(at_m: float) -> str:
    return "inside or 0 m" if at_m <= 0 else f"{at_m:.0f} m" if math.isfinite(at_m) else "far"


def _compared(measured: float, required: float, unit: str, *, most: bool, words: str) -> Outcome:
    margin = required - measured if most else measured - required
    return Outcome(
        verdict=Verdict.HOLDS if margin >= 0 else Verdict.BROKEN,
        measured=measured,
        required=required,
        margin=margin,
        unit=unit,
        detail=" ".join(filter(None, (f"{measured:.4g}", unit, words))),
    )
