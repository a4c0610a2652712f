"""What a page says in other languages: the messages of its scripts, and the sentences of the record that we know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from planner.output.languages import CATALOGUES, Words, words
from planner.output.values import Json

_TEXT = r'"((?:[^"\\]|\\.)*)"'
_ONE = re.compile(rf"\bt\(\s*{_TEXT}")
_TWO = re.compile(rf"\btn\(\s*{_TEXT},\s*{_TEXT}")


def page_words(scripts: str, data: Json) -> dict[str, dict[str, str]]:
    """Return what a page says in each language but English, by its English text; what has no translation is left out.

    Of a message with a count it is the text for many, by the English text for one: Chinese has one form. Texts of the
    data are looked up too, so that sentences of ours in the record (a rule, a reason) can be said.
    """
    singles = {_text(found) for found in _ONE.findall(scripts)} | set(_texts(data))
    pairs = {(_text(one), _text(many)) for one, many in _TWO.findall(scripts)}
    return {str(language): _said(words(language), singles, pairs) for language in CATALOGUES}


def _said(say: Words, singles: set[str], pairs: set[tuple[str, str]]) -> dict[str, str]:
    told = [(text, text, say.catalogue.gettext(text)) for text in sorted(singles) if text]
    counted = [(one, many, say.catalogue.ngettext(one, many, 2)) for one, many in sorted(pairs)]
    return {key: said for key, untold, said in (*told, *counted) if said != untold}


def _text(literal: str) -> str:
    """Return the text of a literal of JavaScript in double quotes, which ours write as JSON does."""
    return str(json.loads(f'"{literal}"'))


def _texts(value: Any) -> Iterator[str]:
    """Yield every text among plain values that is not a key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
