"""How far the facts behind a packet can be relied on, and how old they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from planner.model.jobs import Job
from planner.output.packet.values import SourceRow

ZONES, PADS, GATES, PERMITS, JURISDICTIONS, DRONES = "zones", "pads", "gates", "permits", "jurisdictions", "drones"


def rows(sky: Airspace, job: Job) -> tuple[SourceRow, ...]:
    """Return one row for each kind of facts; zones side by side."""
    return tuple(_row(kind, side, list(told)) for kind, side, told in _kinds(sky, job) if told)


def _kinds(sky: Airspace, job: Job) -> Iterator[tuple[str, str, Sequence[Source]]]:
    by_side: dict[str, list[Source]] = defaultdict(list)
    for zone in sky.zones:
        by_side[zone.jurisdiction].append(zone.source)
    for side in sorted(by_side):
        yield ZONES, side, by_side[side]
    yield PADS, "", [pad.source for pad in sky.pads]
    yield GATES, "", [gate.source for gate in sky.gates]
    yield PERMITS, "", [permit.source for permit in sky.permits]
    yield JURISDICTIONS, "", [side.source for side in sky.jurisdictions]
    yield DRONES, "", [source for kind in job.drone_types for source in kind.sources.values()]


def _row(kind: str, side: str, told: Sequence[Source]) -> SourceRow:
    dates = sorted(source.date for source in told if source.date)
    return SourceRow(
        kind=kind,
        side=side,
        count=len(told),
        verified=_of(told, Confidence.VERIFIED),
        sourced=_of(told, Confidence.SOURCED),
        assumed=_of(told, Confidence.ASSUMED),
        unknown=_of(told, Confidence.UNKNOWN),
        oldest=dates[0] if dates else None,
        newest=dates[-1] if dates else None,
        undated=len(told) - len(dates),
    )


def _of(told: Iterable[Source], level: Confidence) -> int:
    return sum(source.confidence is level for source in told)
