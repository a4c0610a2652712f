"""The log of what was planned, checked and approved: a chain of records, each holding the hash of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from planner.model.reviews import Verdict


class Kind(StrEnum):
    """What was done."""

    PLAN = "plan"
    CHECK = "check"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something done with a plan, before it is in a log."""

    kind: Kind
    at: datetime
    """By the clock on the wall, which may be wrong."""
    by: str
    """Who says so; empty where nobody is known."""
    plan: str
    """Digest of the plan."""
    verdict: Verdict | None
    """Of the check; of an approval, of the last check of the plan in the log. None where there is none."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Torn:
    """Bytes in front of a link that belong to none: somebody was killed while writing them."""

    bytes: int
    sha256: str
    """In hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A record of the log."""

    number: int
    """From 1."""
    prev: str
    """Hash of the link before; empty of the first."""
    deed: Deed
    mends: Torn | None
    """What stands in front of it, if anything does."""
    hash: str
    """Of everything else in it."""
