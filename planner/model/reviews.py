"""The verdict of the independent check: one finding per rule, each with what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """How a rule came out."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    NOT_CHECKED = "NOT_CHECKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when a figure was measured."""

    lon: float
    lat: float
    """WGS 84, degrees."""
    alt_amsl_m: float
    t: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says of one subject."""

    rule: str
    """Stable id, such as ``zone.clearance``."""
    source: str
    """The law, standard or policy line that asks for it."""
    verdict: Verdict
    subject: str
    """What was looked at where the margin is least: sortie, leg, zone, order ..."""
    where: Place | None = None
    measured: float | None = None
    required: float | None = None
    margin: float | None = None
    """In ``unit``; negative when the rule is broken."""
    unit: str = ""
    detail: str = ""
    """One sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The findings on one plan: at least one per rule, failures first, then the worst margin first."""

    plan_digest: str
    verdict: Verdict
    findings: tuple[Finding, ...]

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """Return the findings with a verdict."""
        return tuple(finding for finding in self.findings if finding.verdict is verdict)
