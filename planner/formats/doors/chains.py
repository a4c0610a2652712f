"""The door of the log: one line of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from airspace.formats.doors import Digest, Moment, Strict
from planner.model.chains import Kind
from planner.model.reviews import Verdict


class TornRecord(Strict):
    """Bytes in front of a line that belong to none."""

    bytes: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class LinkRecord(Strict):
    """One line of the log."""

    log: Literal[1]
    """Version of the format."""
    number: Annotated[int, Field(ge=1)]
    prev: Digest | Literal[""]
    kind: Literal[tuple(map(str, Kind))]  # type: ignore[valid-type]
    at: Moment
    by: str
    plan: Digest
    verdict: Literal[tuple(map(str, Verdict))] | None  # type: ignore[valid-type]
    note: str
    mends: TornRecord | None
    hash: Digest
