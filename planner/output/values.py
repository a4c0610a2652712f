"""What all pages tell things with: plain JSON values, numbers with the digits that mean something, times of the day."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

from airspace.model.schedules import Schedule

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """When the plan begins and ends, to tell times from."""

    start: datetime
    end: datetime
    utc_offset: timedelta

    def seconds(self, moment: datetime) -> float:
        """Return the seconds from the start of the plan."""
        return round((moment - self.start).total_seconds(), 1)

    def spans(self, schedule: Schedule) -> list[list[float]] | None:
        """Return the stretches in which something holds; None when it always does."""
        if schedule.covers(self.start, self.end):
            return None
        return [[self.seconds(start), self.seconds(end)] for start, end in schedule.spans(self.start, self.end)]

    def hours(self, schedule: Schedule) -> str:
        """Return a schedule in words; the offset from UTC only where it is not the one of the plan."""
        return schedule.in_words(timezone(self.utc_offset))


class Shared:
    """Values that many things have in common: each is told once, and named by its number."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: Any) -> int:
        """Return the number of a value, a new one for a value not seen before."""
        key = json.dumps(value, sort_keys=True)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


def number(value: float | None) -> float | None:
    """Return a number that JSON can carry, with the digits that mean something; None for what is not a number."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.9g}")
