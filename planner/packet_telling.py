"""What the command line says of a packet."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from planner.output.languages import Language, words
from planner.output.packet.rows import Counts, Rulebook
from planner.output.packet.values import Packet
from planner.output.packet.wording import Telling
from planner.telling import SIGNS, counted, escape

PLAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""Ids of jurisdictions that may stand in the name of a file as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNames:
    """How the files of a packet are called."""

    page: str
    pdf: str
    record: str


def file_names(packet: Packet, language: Language) -> FileNames:
    """Return how the files of a packet are called: by its side, and by the language of what people read."""
    side = packet.side.lower()
    if not PLAIN.fullmatch(side):
        # An id may hold anything; what a file system or a shell could take amiss is left out.
        plain = re.sub(r"[^a-z0-9]+", "-", side)[:20].strip("-")
        side = f"{plain or 'side'}-{hashlib.sha256(packet.side.encode()).hexdigest()[:8]}"
    stem = f"packet-{side}"
    return FileNames(page=f"{stem}.{language}.html", pdf=f"{stem}.{language}.pdf", record=f"{stem}.json")


def _counts(packet: Packet) -> Counts:
    book = Rulebook(packet=packet, telling=Telling(say=words(Language.EN), packet=packet))
    return book.counts((*book.worst, *packet.whole))


def packet_document(packet: Packet, paths: Sequence[str]) -> dict[str, Any]:
    """Return a packet in figures, for programs."""
    counts = _counts(packet)
    return {
        "authority": packet.sides[0].authority,
        "side": packet.side,
        "plan": packet.plan.digest,
        "verdict": packet.plan.verdict.value,
        "rules": {"pass": counts.passed, "fail": counts.failed, "not_checked": counts.not_checked},
        "flights": len(packet.flights),
        "corridors": len(packet.corridors),
        "compared_with": packet.comparison.basis.value,
        "paths": list(paths),
    }


def tell_packet(packet: Packet, paths: Sequence[str], console: Console, *, quiet: bool) -> None:
    """Print what a packet comes to, and where it is."""
    if not quiet:
        counts = _counts(packet)
        console.print(f"[bold]{escape(packet.sides[0].authority)}[/]  {escape(packet.plan.name)}", soft_wrap=True)
        console.print(
            f"  {SIGNS[packet.plan.verdict]} of the whole plan; for this side {counts.passed} pass, "
            f"{counts.failed} fail, {counts.not_checked} not checked",
            soft_wrap=True,
        )
        flown = f"{counted(len(packet.flights), 'flight')} on {counted(len(packet.corridors), 'corridor')}"
        console.print(f"  {flown}" if packet.flights else "  no flight of the plan passes this side")
    for path in paths:
        console.print(escape(path), soft_wrap=True)
