"""From a zone to the lines of OpenAir 2.1, and word of everything that they cannot say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

import shapely

from airspace.earth.heights import Height
from airspace.formats import Loss
from airspace.formats.arcs import circle
from airspace.formats.openair.classes import WRITTEN, asked_by
from airspace.formats.openair.words import (
    SAME_M,
    Refused,
    ceiling_of,
    floor_of,
    interval_of,
    metres,
    numbers,
    position,
    written_ceiling,
    written_floor,
    written_interval,
    written_position,
)
from airspace.formats.openair.zones import KEY, category_of, numbered
from airspace.formats.telling import shown
from airspace.model.schedules import Period
from airspace.model.zones import Zone

A_COMMENT = "a comment"

SAME_DEG = 1e-9
"""Corners of a circle drawn twice from the same words agree far better."""

_NOT_KEPT = frozenset({"AC", "AY", "AA", "X", "DC", "DY", "W", "AN", "AI", "AL", "AH"})
"""Commands that are not put back just as they stand."""


@dataclass(slots=True, kw_only=True)
class Page:
    """One zone on its way to becoming lines."""

    zone: Zone
    losses: list[Loss] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id as a line of text can hold it."""
        return in_one_line(self.zone.id) or "_"

    def blocks(self, zone_id: str) -> Iterator[list[str]]:
        """Yield the lines of each airspace that the zone becomes, and note what is lost."""
        if zone_id != self.zone.id:
            self._lose("id", self.zone.id, zone_id)
        comments, head, tail = list(self._comments()), list(self._class_and_name()), list(self._rest())
        outlines = self._outlines()
        for number, outline in enumerate(outlines, start=1):
            part = f"{zone_id}[{number}/{len(outlines)}]" if len(outlines) > 1 else zone_id
            yield [*comments, *head, f"AI {part}", *tail, *outline]

    def _lose(self, name: str, said: object, kept: str) -> None:
        self.losses.append(Loss(zone=self.zone.id, field=name, said=in_one_line(str(said)), kept=kept))

    def _comments(self) -> Iterator[str]:
        """Yield what people want to know of a zone and no line of OpenAir holds."""
        zone = self.zone
        told = {
            "name_zh": zone.name_zh,
            "authority": zone.authority,
            "jurisdiction": zone.jurisdiction,
            "source": str(zone.source) if zone.source.citation else "",
        }
        for name, said in told.items():
            if said:
                self._lose(name, said, A_COMMENT)
                yield f"* {name}: {in_one_line(said)}"
        for key, value in zone.extra.items():
            if key != KEY:
                self._lose(f"extra.{key}", shown(value), "")

    @property
    def _kept(self) -> Mapping[str, object]:
        """What an OpenAir file said of the zone, if it came from one."""
        kept = self.zone.extra.get(KEY)
        return kept if isinstance(kept, Mapping) else {}

    def _class_and_name(self) -> Iterator[str]:
        zone = self.zone
        word, kind = (in_one_line(str(self._kept.get(command, ""))) for command in ("AC", "AY"))
        if not word or asked_by(word, kind) is not zone.restriction:
            word, kind = WRITTEN[zone.restriction]
        yield f"AC {word}"
        if kind:
            yield f"AY {kind}"
        category = category_of(word, kind)
        if zone.category not in ("", category):
            self._lose("category", zone.category, category)
        name = in_one_line(zone.name)
        if name != zone.name:
            self._lose("name", zone.name, name)
        if name:
            yield f"AN {name}"

    def _rest(self) -> Iterator[str]:
        yield from self._put_back()
        yield from self._activation()
        band, area = self.zone.band, self.zone.area
        floor, ceiling = written_floor(band.lower, area), written_ceiling(band.upper, area)
        if not _above(floor, ceiling):
            ceiling = "UNL"
        self._lose_height("band.lower", band.lower, floor_of(floor), floor)
        self._lose_height("band.upper", band.upper, ceiling_of(ceiling), ceiling)
        yield f"AL {floor}"
        yield f"AH {ceiling}"

    def _put_back(self) -> Iterator[str]:
        """Yield the lines that were kept as they stood."""
        for command, said in self._kept.items():
            if command in _NOT_KEPT:
                continue
            if not re.fullmatch("[AS][A-Z]", command):
                self._lose(f"extra.{command}", shown(said), "")
                continue
            for text in (said,) if isinstance(said, str) else _texts(said):
                yield f"{command} {in_one_line(text)}".rstrip()

    def _lose_height(self, name: str, said: Height | None, read: Height | None, written: str) -> None:
        same = said is read is None or (
            said is not None
            and read is not None
            and said.datum == read.datum
            and abs(said.value_m - read.value_m) < SAME_M
        )
        if not same:
            self._lose(name, said or "UNL", written)

    def _activation(self) -> Iterator[str]:
        periods = self.zone.schedule.periods
        if not periods and self._kept.get("AA") == "NONE":
            yield "AA NONE"
            return
        written = [written_interval(period) for period in periods]
        # Hours are left out, which makes a period longer; one without either end is always, whatever the others say.
        always = not periods or ALWAYS_WRITTEN in written
        if any(_shortened(period, text) for period, text in zip(periods, written, strict=True)):
            self._lose("schedule", self.zone.schedule.in_words(UTC), "at all times" if always else ", ".join(written))
        if not always:
            yield from (f"AA {text}" for text in written)

    def _outlines(self) -> list[list[str]]:
        drawn = self._circle()
        if drawn:
            return [drawn]
        if "DY" in self._kept:
            self._lose("extra.DY", "an airway along a line", "its outline")
        return [self._outline(part) for part in shapely.get_parts(self.zone.area)]

    def _circle(self) -> list[str]:
        """Return the lines of the circle a file drew the zone with; nothing when it is no longer that circle."""
        centre, radius = self._kept.get("X"), self._kept.get("DC")
        if not isinstance(centre, str) or not isinstance(radius, str):
            return []
        try:
            drawn = shapely.Polygon(circle(position(centre), metres(*numbers(radius, 1))))
        except Refused:
            # Somebody has changed what was kept; the outline says it all.
            return []
        return [f"V X={centre}", f"DC {radius}"] if drawn.equals_exact(self.zone.area, SAME_DEG) else []

    def _outline(self, part: shapely.Polygon) -> list[str]:
        if part.interiors:
            self._lose("area", f"{len(part.interiors)} holes", "filled")
        ring = part.exterior if not part.exterior.is_ccw else part.exterior.reverse()
        return [f"DP {written_position(lon, lat)}" for lon, lat in shapely.get_coordinates(ring).tolist()]


def _above(floor: str, ceiling: str) -> bool:
    """Tell whether a band is left: one that lies wholly below the ground or is thinner than the words has none."""
    lower, upper = floor_of(floor), ceiling_of(ceiling)
    return upper is None or upper.datum != lower.datum or upper.value_m > lower.value_m


ALWAYS_WRITTEN = written_interval(Period())


def _shortened(period: Period, written: str) -> bool:
    """Tell whether a period is not what its words say: it has hours, or ends that had to be moved."""
    return bool(period.hours) or (interval_of(written)[0] or Period()) != period


def _texts(said: object) -> Iterator[str]:
    return (text for text in said if isinstance(text, str)) if isinstance(said, Sequence) else iter(())


def in_one_line(text: str) -> str:
    """Return a text as a line of the file can hold it: single blanks, and nothing that would begin a comment."""
    flat = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return re.sub(r"(^|(?<= ))[*;]+ ?", "", flat).strip()


class OpenAirWriter:
    """Zones as OpenAir 2.1, one airspace for each polygon of each zone."""

    name = "OpenAir 2.1"

    def write(self, zones: Sequence[Zone], *, title: str) -> tuple[str, tuple[Loss, ...]]:
        """Return the text of a file, and what of the zones OpenAir cannot say.

        Positions are exact to 1.5e-8 degrees (2 mm), heights to whole feet, metres or flight levels, rounded
        outwards; points are clockwise and the first is repeated at the end.
        """
        pages = [Page(zone=zone) for zone in zones]
        taken: set[str] = set()
        counts = defaultdict[str, int](int)
        blocks = [block for page in pages for block in page.blocks(numbered(page.id, taken, counts))]
        head = ["*VERSION: 2.1", "*WRITTEN_BY: Skyferry", f"* {in_one_line(title)}".rstrip()]
        text = "\n\n".join(["\n".join(lines) for lines in [head, *blocks]]) + "\n"
        return text, tuple(loss for page in pages for loss in page.losses)
