"""Where a fact comes from, and how far it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """How far a fact can be relied on."""

    VERIFIED = "verified"
    """Two independent sources agree, or the law itself was read."""
    SOURCED = "sourced"
    """One source was read."""
    ASSUMED = "assumed"
    """A stand-in chosen by whoever compiled the data."""
    UNKNOWN = "unknown"
    """The file does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact comes from."""

    citation: str = ""
    date: date | None = None
    confidence: Confidence = Confidence.UNKNOWN

    def __str__(self) -> str:
        dated = f", {self.date.isoformat()}" if self.date else ""
        return f"{self.citation or 'no source given'}{dated} ({self.confidence})"


NO_SOURCE = Source()
"""What is said of a fact whose file names no source."""
