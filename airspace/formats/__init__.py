"""What reads and writes airspace files: one module per format, all entering by the same door.

A format is anything with the shape of :class:`Reader`. The built-in ones are tried in order and have no way in that
a reader from elsewhere lacks: an installed package that names its reader under the entry point group
``skyferry.readers`` is asked before them, and ``airspace.read(files, readers=(MyReader(), *readers()))`` asks one
by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from airspace.errors import Problem
from airspace.formats.documents import Document
from airspace.formats.telling import Placed
from airspace.model.zones import Zone

__all__ = ["Loss", "Reader", "Writer"]


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
        not told off for naming an unknown zone, and nobody mistakes a rejected zone for none.
        """


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Loss:
    """Something of a zone that a file format cannot say."""

    zone: str
    """Its id."""
    field: str
    """What it is about: ``band.upper``, ``schedule``, ``message`` ..."""
    said: str
    """What the zone says."""
    kept: str
    """What the file says instead; empty when it says nothing."""


class Writer(Protocol):
    """Something that writes zones to one file format."""

    @property
    def name(self) -> str:
        """The format in a few words."""

    def write(self, zones: Sequence[Zone], *, title: str) -> tuple[str, tuple[Loss, ...]]:
        """Return the text of a file of some zones, and what of them the format cannot say.

        Where a format cannot say how far a zone reaches, the file says more than the zone and never less.
        """
