"""From an OpenAir file to zones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import shapely

from airspace.errors import Problem
from airspace.formats.documents import Document
from airspace.formats.openair.blocks import PENS, TERRAIN, blocks_of, commands_in
from airspace.formats.openair.outlines import simple_areas
from airspace.formats.openair.zones import Draft, numbered
from airspace.formats.telling import Placed, shown
from airspace.model.zones import Zone


class OpenAir:
    """Zones in OpenAir 1 and 2."""

    name = "OpenAir (AC, AN, AL, AH, DP ... lines)"

    def recognises(self, document: Document) -> bool:
        """Tell whether the text, comments left out, begins like an OpenAir file and goes on like one."""
        if document.data is not None:
            return False
        commands = commands_in(document.text[:BEGINNING_CHARACTERS])
        first = next(commands, "")
        if first not in _FIRST:
            return False
        # "in" stops behind the first AC, and what follows is the second line of that airspace.
        return (first == "AC" or "AC" in commands) and next(commands, "") in _SECOND

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        """Return the zones with their places, and what is wrong."""
        blocks, problems = blocks_of(document.file, document.text)
        if not blocks:
            found, expected = "no AC line", "at least one airspace, which begins with AC"
            problems.append(Problem(file=document.file, code="EMPTY_COLLECTION", found=found, expected=expected))
        drafts = [Draft(block=block) for block in blocks]
        for draft in drafts:
            draft.read()
        _draw(drafts)
        placed = [draft.placed(zone_id) for draft, zone_id in zip(drafts, _ids(drafts), strict=True)]
        for block in blocks:
            problems += block.problems
        return _joined(placed), [*document.problems, *problems]


def _draw(drafts: Sequence[Draft]) -> None:
    drawable = [draft for draft in drafts if draft.drawable]
    for draft, area in zip(drawable, simple_areas([draft.outline for draft in drawable]), strict=True):
        if area is None:
            draft.draw()
        else:
            draft.area = area


BEGINNING_CHARACTERS = 200_000
"""Within these the first airspace must begin; real files have some pages of comments in front."""

_FIRST = PENS | TERRAIN | {"AC"}
_SECOND = PENS | {"AN", "AY", "AI", "AL", "AH", "AF", "AG", "AA", "AX", "AT", "V", "DP", "DA", "DB", "DC", "DY"}


def _ids(drafts: Sequence[Draft]) -> list[str]:
    """Return an id for each: what AI says, or the name and, from the second of a name on, its number."""
    first: dict[str, str] = {}
    for draft in drafts:
        if draft.id in first:
            found = f"{shown(draft.id)}, which is that of {first[draft.id]} too"
            draft.block.tell("DUPLICATE_ID", found=found, expected="every AI once")
        elif draft.id:
            first[draft.id] = draft.block.place()
    taken, counts = set(first), defaultdict[str, int](int)
    return [draft.id or numbered(draft.name, taken, counts) for draft in drafts]


_PART = re.compile(r"(.+)\[(\d{1,5})/(\d{1,5})\]", re.ASCII)
"""How the writer names the parts of a zone that is in pieces: ``ID[1/3]``."""


def _joined(placed: list[Placed[Zone]]) -> list[Placed[Zone]]:
    """Put zones together again that were written in parts, where all parts are there and agree on the rest."""
    parts: dict[tuple[str, int], list[tuple[int, Placed[Zone]]]] = defaultdict(list)
    for item in placed:
        matched = _PART.fullmatch(item.id)
        if matched is not None:
            parts[matched[1], int(matched[3])].append((int(matched[2]), item))
    whole = {}
    gone = set()
    taken = {item.id for item in placed}
    for (zone_id, count), items in parts.items():
        zone = _one_of(zone_id, count, items)
        if zone is not None and zone_id not in taken:
            whole[items[0][1].id] = Placed(id=zone_id, place=items[0][1].place, value=zone)
            gone |= {item.id for _, item in items}
    return [whole.get(item.id, item) for item in placed if item.id in whole or item.id not in gone]


def _one_of(zone_id: str, count: int, items: list[tuple[int, Placed[Zone]]]) -> Zone | None:
    zones = [item.value for _, item in items if item.value is not None]
    if count < 2 or len(zones) != count or [number for number, _ in items] != list(range(1, count + 1)):
        return None
    first = replace(zones[0], id=zone_id)
    if any(replace(zone, id=zone_id, area=first.area) != first for zone in zones):
        return None
    area = shapely.MultiPolygon([part for zone in zones for part in shapely.get_parts(zone.area)])
    return replace(first, area=area if area.is_valid else shapely.union_all(area.geoms))
