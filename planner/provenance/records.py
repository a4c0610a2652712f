"""Whether the record of a plan is whole: as it was written, to the byte."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airspace.formats.documents import read_raw
from planner.formats.plans import digest, plan_from_document, record_of, record_text
from planner.formats.plans.digests import CANONICAL_DECIMALS, Document
from planner.model.plans import Plan
from planner.provenance.places import Difference, difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A file with a plan, and what its bytes say of themselves.

    A changed byte either changes what the record holds, and then the digest does not fit, or only how it is written,
    and then it is not the one way in which such a record is written.
    """

    file: Path
    raw: bytes
    plan: Plan
    stated: str
    """The digest that stands in it."""
    digest: str
    """That of what it holds."""
    written_otherwise: Difference | None
    """Where its bytes first differ from the one way in which what it holds is written."""

    @property
    def whole(self) -> bool:
        """Whether it is as it was written."""
        return self.stated == self.digest and self.written_otherwise is None


def read_whole(file: Path) -> Record:
    """Read the record of a plan with its bytes.

    Raises
    ------
    BadInput
        If it is not the record of a plan, with every problem in it.
    """
    raw = read_raw(file)
    document = record_of(raw)
    plan = plan_from_document(document, file=raw.name)
    written = record_text(_at_its_decimals(document)).encode("utf-8")
    return Record(
        file=file,
        raw=raw.raw,
        plan=plan,
        stated=str(document["digest"]),
        digest=digest(document),
        written_otherwise=difference(raw.raw, written),
    )


def _at_its_decimals(document: Document) -> Document:
    """Return a record without the decimals that its digest does not see."""
    turned = _turned(document)
    return turned if isinstance(turned, dict) else document


def _turned(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, CANONICAL_DECIMALS) + 0.0
    if isinstance(value, dict):
        return {key: _turned(item) for key, item in value.items()}
    return [_turned(item) for item in value] if isinstance(value, list) else value
