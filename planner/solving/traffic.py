"""Others in the air: operational intents, and the starts of a trip that would bring it into one of their volumes.

A trip is where its corridor is, as wide as the policy has it, with the vertical budget above and below, and as much
earlier or later as the policy's departure error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from airspace.model.schedules import Span
from planner.model.traffic import Intent, Volume
from planner.solving.hops import Hop
from planner.solving.separations import SLACK_S, Separations
from planner.solving.spans import whole_seconds
from planner.solving.tables import Tables

if TYPE_CHECKING:
    from planner.safety.volumes import Volumes

SLACK_M = 0.05
"""Kept on top of the half-width, for the decimals of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A volume that a trip would be in, and the starts with which it would."""

    intent: Intent
    volume: Volume
    starts: Span
    """Between them, ends aside."""


class Traffic:
    """Tells when trips would be where somebody else has an operational intent."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.separations = Separations(tables)
        self.intents = tables.job.intents
        self._all: Volumes | None = None
        self._known: dict[tuple[int, float], tuple[Span, ...]] = {}

    def clear(self, starts: tuple[Span, ...], hops: Sequence[Hop], half_width_m: float) -> tuple[Span, ...]:
        """Keep the starts with which a trip is clear of all intents; whole seconds."""
        if not self.intents or not starts:
            return starts
        for shut in self._shut(hops, half_width_m):
            starts = tuple(part for span in starts for part in _without(span, shut))
        return whole_seconds(starts)

    def meetings(self, hops: Sequence[Hop], half_width_m: float) -> Iterator[Meeting]:
        """Yield the volumes that a trip would be in at some starts, one by one."""
        shape = self.separations.shape(hops)
        for intent in self.intents:
            for volume in intent.volumes:
                alone = self._volumes([replace(intent, volumes=(volume,))])
                for shut in self._starts(shape, alone, half_width_m):
                    yield Meeting(intent=intent, volume=volume, starts=shut)

    def _shut(self, hops: Sequence[Hop], half_width_m: float) -> tuple[Span, ...]:
        key = (self.separations.shape(hops), half_width_m)
        if key not in self._known:
            self._all = self._volumes(self.intents) if self._all is None else self._all
            self._known[key] = tuple(self._starts(key[0], self._all, half_width_m))
        return self._known[key]

    def _volumes(self, intents: Sequence[Intent]) -> Volumes:
        from planner.safety.volumes import volumes_of

        return volumes_of(intents, self.tables.chart.frame, self.tables.job.start)[0]

    def _starts(self, shape: int, volumes: Volumes, half_width_m: float) -> Iterator[Span]:
        """Yield the starts between which a trip of a shape would be in some volumes."""
        from planner.safety.conflicts import Separation
        from planner.safety.volumes import forbidden_by_volumes

        policy, origin = self.tables.job.policy, self.tables.job.start
        margin = Separation(
            horizontal_m=half_width_m + SLACK_M,
            vertical_m=policy.vertical_budget_m,
            timing_s=policy.departure_error_s + SLACK_S,
        )
        for first_s, last_s in forbidden_by_volumes(self.separations.known.tracks[shape], volumes, margin).tolist():
            yield origin + timedelta(seconds=first_s), origin + timedelta(seconds=last_s)


def _without(span: Span, shut: Span) -> Iterator[Span]:
    """Yield what of a span is left outside of another, open one."""
    start, end = span
    if shut[1] <= start or end <= shut[0]:
        yield span
        return
    if start <= shut[0]:
        yield start, shut[0]
    if shut[1] <= end:
        yield shut[1], end
