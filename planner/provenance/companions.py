"""The three files of a run: ``plan.json``, and ``review.json`` and ``map.html`` that were made with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airspace.errors import BadInput
from airspace.formats.documents import read_raw, text_of
from planner.formats.reviews import read_review
from planner.output.data import told_digest

PLAN_NAME, REVIEW_NAME, MAP_NAME = "plan.json", "review.json", "map.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A file beside a plan, and the plan that it says it is of."""

    path: Path
    told: str | None
    """The digest of that plan; None when the file cannot be read, or tells none."""
    digest: str
    """Of the plan it stands beside."""

    @property
    def belongs(self) -> bool:
        """Whether it is of the plan that it stands beside."""
        return self.told == self.digest

    @property
    def words(self) -> str:
        """Say it to a person."""
        if self.belongs:
            return f"{self.path} is of this plan"
        if self.told is None:
            return f"{self.path} does not tell which plan it is of; it is no whole file of ours"
        return (
            f"{self.path} is of another plan ({self.told}), not of this one ({self.digest}): a run was cut off, or one "
            "of them was put there later"
        )


def companions(plan_file: Path, digest: str) -> tuple[Companion, ...]:
    """Return the review and the page that stand beside a plan, as ``skyferry plan`` names them.

    Only beside a file called ``plan.json``: under another name nobody knows what belongs to it.
    """
    if plan_file.name != PLAN_NAME:
        return ()
    readers = ((REVIEW_NAME, _of_review), (MAP_NAME, _of_page))
    beside = ((plan_file.with_name(name), read) for name, read in readers)
    return tuple(Companion(path=path, told=read(path), digest=digest) for path, read in beside if path.is_file())


def _of_review(path: Path) -> str | None:
    try:
        return read_review(path).plan_digest
    except BadInput:
        return None


def _of_page(path: Path) -> str | None:
    try:
        page = text_of(read_raw(path))
    except BadInput:
        return None
    # A page that was cut off may still have its head.
    return told_digest(page) if page.rstrip().endswith("</html>") else None
