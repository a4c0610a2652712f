"""What reads airspace files: one module per format, all entering by the same door.

A format is anything with the shape of :class:`Reader`. The built-in ones are tried in order and have no way in that
a reader from elsewhere lacks: ``airspace.read(files, readers=(MyReader(), *built_in()))``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from airspace.errors import Problem
from airspace.formats.documents import Document
from airspace.formats.telling import Placed
from airspace.model.zones import Zone

__all__ = ["Reader"]


class Reader(Protocol):
    """Something that reads zones from one file format, told apart by content and never by file name."""

    @property
    def name(self) -> str:
        """The format in a few words, for the message about a file that nobody recognises."""

    def recognises(self, document: Document) -> bool:
        """Tell whether the document is in this format; it must not raise, whatever the document holds."""

    def zones(self, document: Document) -> tuple[Sequence[Placed[Zone]], Sequence[Problem]]:
        """Return each zone with its place in the file, and every problem found; it must not raise for bad content.

        A zone too broken to become a value is still returned with its id and no value, so that what names it is
        not told off for naming an unknown zone.
        """
