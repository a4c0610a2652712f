"""Figures, times, names and codes as a packet says them in one language. Nothing here is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Protocol

from airspace.model.sources import Confidence
from airspace.model.zones import Restriction
from planner.model.reviews import Verdict
from planner.output.languages import Language, Words
from planner.output.packet.values import Packet
from planner.output.sentences import codes

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

SCREEN_FONTS = {
    Language.EN: "Inter, 'Segoe UI', system-ui, Arial, 'Noto Sans CJK SC', sans-serif",
    Language.ZH_HANT: "Inter, 'Segoe UI', system-ui, Arial, 'PingFang HK', 'Microsoft JhengHei', 'Noto Sans CJK HK', "
    "sans-serif",
    Language.ZH_HANS: "Inter, 'Segoe UI', system-ui, Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "sans-serif",
}
PRINT_FONTS = {
    Language.EN: "Noto Sans CJK SC",
    Language.ZH_HANT: "Noto Sans CJK HK",
    Language.ZH_HANS: "Noto Sans CJK SC",
}
"""What a PDF is set in and carries inside: one family for every letter, so that it is the same wherever it is made."""

TRADITIONAL = ("HK", "MO")
"""How the ids of jurisdictions with traditional characters begin; names elsewhere are in simplified ones."""


class Named(Protocol):
    """Something with a name, perhaps in Chinese too."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name in English."""

    @property
    def name_zh(self) -> str:
        """Its name in Chinese; empty where nobody has told it."""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How one packet is told in one language."""

    say: Words
    packet: Packet
    printed: bool = False
    """Whether it is set for a PDF, with the fonts that go into it."""

    @property
    def language(self) -> Language:
        """The language it is told in."""
        return self.say.language

    @property
    def fonts(self) -> str:
        """The fonts of text, as CSS and SVG name them."""
        return PRINT_FONTS[self.language] if self.printed else SCREEN_FONTS[self.language]

    # --- times --------------------------------------------------------------------------------------------------------

    @cached_property
    def clock(self) -> timezone:
        """The clock of the plan."""
        return timezone(timedelta(seconds=self.packet.plan.utc_offset_s))

    @property
    def zone(self) -> str:
        """The name of that clock."""
        minutes = self.packet.plan.utc_offset_s // 60
        sign = "-" if minutes < 0 else "+"
        return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

    def day(self, moment: datetime) -> str:
        """Return a date: 1 Dec 2026 in English, 2026-12-01 in Chinese."""
        local = moment.astimezone(self.clock)
        if self.language is Language.EN:
            return f"{local.day} {MONTHS[local.month - 1]} {local.year:04d}"
        return f"{local.year:04d}-{local.month:02d}-{local.day:02d}"

    def time(self, moment: datetime) -> str:
        """Return a time of day to the second, as the record's milliseconds round."""
        local = (moment + timedelta(milliseconds=500)).astimezone(self.clock)
        return f"{local.hour:02d}:{local.minute:02d}:{local.second:02d}"

    def moment(self, moment: datetime) -> str:
        """Return date and time to the minute, downwards: a deadline is never told later than it is."""
        local = moment.astimezone(self.clock)
        return f"{self.day(moment)} {local.hour:02d}:{local.minute:02d}"

    def span(self) -> str:
        """Return when the plan begins and ends."""
        start, end = self.packet.plan.start, self.packet.plan.end
        same = start.astimezone(self.clock).date() == end.astimezone(self.clock).date()
        last = f"{end.astimezone(self.clock):%H:%M}" if same else self.moment(end)
        return f"{self.moment(start)}–{last} {self.zone}"

    # --- figures ------------------------------------------------------------------------------------------------------

    def metres(self, metres: float) -> str:
        """Return metres without decimals that mean nothing."""
        return f"{metres:,.0f} m"

    def kilometres(self, metres: float) -> str:
        """Return metres as kilometres."""
        return f"{metres / 1000:,.2f} km"

    def percent(self, share: float, decimals: int = 1) -> str:
        """Return a share of 1 as percent."""
        return f"{100 * share:.{decimals}f} %"

    def measured(self, value: float, unit: str) -> str:
        """Return a figure of a finding with its unit: two decimals below 100, one below 10,000, then none."""
        decimals = 0 if float(value).is_integer() else 2 if abs(value) < 100 else 1 if abs(value) < 10_000 else 0
        return f"{value:,.{decimals}f} {self.say(unit) if unit else ''}".strip()

    def place(self, lon: float, lat: float) -> str:
        """Return latitude and longitude, in that order, as people read them."""
        return f"{lat:.5f}, {lon:.5f}"

    # --- names --------------------------------------------------------------------------------------------------------

    def name(self, thing: Named) -> str:
        """Return the name of something: in Chinese where the packet is, and the name is known in it."""
        chinese = self.language is not Language.EN
        return (thing.name_zh if chinese and thing.name_zh else thing.name) or thing.id

    def pad(self, pad_id: str) -> str:
        """Return the name of a pad by its id; empty where the packet has none such."""
        found = next((pad for pad in self.packet.pads if pad.id == pad_id), None)
        return "" if found is None or self.name(found) == pad_id else self.name(found)

    def side(self, side_id: str) -> str:
        """Return the name of a jurisdiction by its id."""
        return next((self.name(side) for side in self.packet.sides if side.id == side_id), side_id)

    def verdict(self, verdict: Verdict) -> str:
        """Return how a rule came out, in words."""
        return self.say(codes.VERDICTS[verdict])

    def restriction(self, restriction: Restriction) -> str:
        """Return what a zone asks, in words."""
        return self.say(codes.RESTRICTIONS[restriction])

    def confidence(self, level: Confidence) -> str:
        """Return how far a fact can be relied on, in words."""
        return self.say(codes.CONFIDENCES[level])
