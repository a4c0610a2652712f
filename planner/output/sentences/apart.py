"""Sentences with places, and how a text is taken apart along one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with places, taken apart into its places and the words before, between and after them."""

    text: str
    names: tuple[str, ...]
    words: tuple[str, ...]

    def values(self, told: str) -> dict[str, str] | None:
        """Return what stands in the places of a sentence; None when it is another sentence.

        Each place ends where the next words come first. Nothing is tried twice: hostile text takes no longer.
        """
        if not self.names or not told.startswith(self.words[0]) or not told.endswith(self.words[-1]):
            return None
        at, last = len(self.words[0]), len(told) - len(self.words[-1])
        values: dict[str, str] = {}
        for name, following in zip(self.names[:-1], self.words[1:-1], strict=True):
            end = told.find(following, at, last)
            if end <= at:
                return None
            values[name], at = told[at:end], end + len(following)
        values[self.names[-1]] = told[at:last]
        return values if at < last else None


_PLACE = re.compile(r"\{(\w+)\}")


def taken_apart(texts: tuple[str, ...]) -> tuple[Sentence, ...]:
    """Return sentences with places, those with the most words of their own first."""
    made = [
        Sentence(text=text, names=tuple(_PLACE.findall(text)), words=tuple(_PLACE.split(text)[::2])) for text in texts
    ]
    return tuple(sorted(made, key=lambda one: (-sum(map(len, one.words)), one.text)))
