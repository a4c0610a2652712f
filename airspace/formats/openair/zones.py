"""From the lines of one OpenAir block to a zone, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from airspace.earth.heights import Band, Height
from airspace.formats.documents import unprintable
from airspace.formats.openair.blocks import PENS, Block, Line
from airspace.formats.openair.classes import NO_TYPE, asked_by, unknown_words
from airspace.formats.openair.outlines import Outline
from airspace.formats.openair.words import Refused, ceiling_of, floor_of, interval_of
from airspace.formats.shapes import Area
from airspace.formats.telling import Placed, listed, problem_of, shown
from airspace.model.schedules import ALWAYS, Period, Schedule
from airspace.model.zones import Zone

KEY = "openair"
"""Under which ``extra`` keeps what the file says and a zone has no field for, by the file's own commands."""

UNNAMED = "unnamed"
"""The name of an airspace without one: the format does not ask for it."""

ONCE = frozenset({"AC", "AN", "AY", "AI", "AL", "AH", "AF", "AG", "AX"})
"""Lines that may stand once in an airspace, or again with the same words."""

KEPT = ("AC", "AY", "AF", "AG", "AX")
"""Those of them that a zone has no field for."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """One block on its way to becoming a zone."""

    block: Block
    outline: Outline = field(init=False)
    said: dict[str, str] = field(default_factory=dict)
    """Lines that may stand once, by command."""
    others: dict[str, list[str]] = field(default_factory=dict)
    """Lines that nothing is done with, by command."""
    periods: list[Period] = field(default_factory=list)
    announced: bool = False
    """Whether it is activated by announcements that the file does not hold."""
    floor: Height | None = None
    ceiling: Height | None = None
    drawable: bool = True
    """Whether every line of the outline could be read."""
    area: Area | None = None
    number: int = 0
    """Of the line being read; 0 before and after."""

    def __post_init__(self) -> None:
        self.outline = Outline(warn=lambda refused: self._tell(refused, warning=True))

    @property
    def id(self) -> str:
        """What its AI line says; empty without one."""
        return self.said.get("AI", "")

    @property
    def name(self) -> str:
        """What its AN line says."""
        return self.said.get("AN") or UNNAMED

    def read(self) -> None:
        """Read every line, and tell everything that is wrong but for the outline as a whole."""
        for line in self.block.lines:
            try:
                if line.points is not None:
                    self.outline.ring.append(line.points)
                else:
                    self._line(line)
            except Refused as refused:
                self.number = line.number
                self._tell(refused)
                self.drawable = self.drawable and line.command[0] == "A"
        self.number = 0
        self._need_heights()
        self._warn_of_unknown_words()

    def draw(self) -> None:
        """Draw the outline, and tell what is wrong with it as a whole."""
        try:
            self.area = self.outline.area()
        except Refused as refused:
            self._tell(refused)

    def _tell(self, refused: Refused, *, warning: bool = False) -> None:
        self.block.tell(
            refused.code,
            line=self.number,
            found=refused.found,
            expected=refused.expected,
            fix=refused.fix,
            warning=warning,
        )

    def _line(self, line: Line) -> None:
        if line.command[0] in "DV":
            self.number = line.number
            self.outline.take(line.command, line.text)
            return
        self.number, text = line.number, " ".join(line.text.split())
        if not text.isprintable():
            self.block.problems += unprintable(self.block.file, self.block.place(line.number), text)
        if line.command in ONCE:
            self._once(line.command, text)
        elif line.command == "AA":
            self._activation(text)
        elif line.command in PENS or (line.command[0] == "A" and len(line.command) == 2):
            self.others.setdefault(line.command, []).append(text)
        else:
            self.outline.take(line.command, text)

    def _once(self, command: str, text: str) -> None:
        before = self.said.setdefault(command, text)
        if before != text:
            found, expected = f"{shown(before)} and {shown(text)}", f"one {command} line in an airspace"
            raise Refused("SAID_TWICE", found=found, expected=expected)
        if not text and command == "AC":
            raise Refused("MISSING_VALUE", found="nothing", expected="a class of airspace")
        if command == "AL":
            self.floor = floor_of(text)
        elif command == "AH":
            self.ceiling = ceiling_of(text)

    def _activation(self, text: str) -> None:
        period, naive = interval_of(text)
        if naive:
            fix = "It was read as UTC; add the Z."
            refused = Refused("NAIVE_TIME", found=shown(text), expected="times that end in Z", fix=fix)
            self._tell(refused, warning=True)
        if period is None:
            self.announced = True
        else:
            self.periods.append(period)

    def _need_heights(self) -> None:
        for command, what in (("AL", "a floor"), ("AH", "a ceiling")):
            if command not in self.said:
                self._tell(Refused("MISSING_VALUE", found=f"no {command} line", expected=what))

    def _warn_of_unknown_words(self) -> None:
        words = unknown_words(self.said.get("AC", ""), self.said.get("AY", ""))
        if words and self.said["AC"]:
            found = listed(shown(word) for word in words)
            fix = "It was read as CONDITIONAL, or as what its other word asks if that is stricter."
            refused = Refused("UNKNOWN_CLASS", found=found, expected="a class or type of airspace known here", fix=fix)
            self._tell(refused, warning=True)

    def placed(self, zone_id: str) -> Placed[Zone]:
        """Return the zone with its place; without a value if anything is wrong with it."""
        return Placed(id=zone_id, place=self.block.place(), value=self._zone(zone_id))

    def _zone(self, zone_id: str) -> Zone | None:
        if self.block.broken or self.area is None or self.floor is None:
            return None
        try:
            return Zone(
                id=zone_id,
                name=self.name,
                restriction=asked_by(self.said["AC"], self.said.get("AY", "")),
                area=self.area,
                band=Band(lower=self.floor, upper=self.ceiling),
                schedule=self._schedule(),
                category=category_of(self.said["AC"], self.said.get("AY", "")),
                extra=MappingProxyType({KEY: self._extra()}),
            )
        except ValueError as error:
            self.block.problems.append(problem_of(error, file=self.block.file, place=self.block.place()))
            return None

    def _schedule(self) -> Schedule:
        return ALWAYS if self.announced or not self.periods else Schedule(periods=tuple(self.periods))

    def _extra(self) -> Mapping[str, object]:
        kept: dict[str, object] = {command: self.said[command] for command in KEPT if self.said.get(command)}
        if self.announced:
            kept["AA"] = "NONE"
        words = self.others | self.outline.words
        return MappingProxyType(
            kept | {key: tuple(texts) if len(texts) > 1 else texts[0] for key, texts in words.items()}
        )


def category_of(airspace_class: str, airspace_type: str) -> str:
    """Return the word that says most: the type, or the class where there is no type."""
    return airspace_class if airspace_type.upper() in NO_TYPE else airspace_type


def numbered(name: str, taken: set[str], counts: dict[str, int]) -> str:
    """Return an id that is not taken, the name or the name with a number, and note it as taken."""
    while True:
        counts[name] += 1
        free = name if counts[name] == 1 else f"{name} #{counts[name]}"
        if free not in taken:
            taken.add(free)
            return free
