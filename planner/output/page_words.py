"""What a page says in other languages: the messages of its scripts, and the sentences of the record that we know."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from planner.output.languages import CATALOGUES, Words, words
from planner.output.sentences import translated, translated_subject
from planner.output.values import Json

_TEXT = r'"((?:[^"\\]|\\.)*)"'
_ONE = re.compile(rf"\bt\([^\"()]*?{_TEXT}(?: : {_TEXT})?")
_TWO = re.compile(rf"\btn\(\s*{_TEXT},\s*{_TEXT}")


def page_words(scripts: str, data: Json) -> dict[str, dict[str, str]]:
    """Return what a page says in each language but English, by its English text; what has no translation is left out.

    Of a message with a count it is the text for many, by the English text for one: Chinese has one form. Texts of the
    record that are sentences of ours are among them, taken apart along their figures where they have any.
    """
    singles = sorted({_text(found) for pair in _ONE.findall(scripts) for found in pair if found})
    pairs = sorted({(_text(one), _text(many)) for one, many in _TWO.findall(scripts)})
    return {str(language): _said(words(language), singles, pairs, data) for language in CATALOGUES}


def _said(say: Words, singles: Iterable[str], pairs: Iterable[tuple[str, str]], data: Json) -> dict[str, str]:
    told = {text: say.known(text) for text in singles}
    told |= {one: say.catalogue.ngettext(one, many, 2) or None for one, many in pairs}
    told |= _each(_sentences(data), lambda text: translated(text, say))
    told |= _each(_subjects(data), lambda text: translated_subject(text, say))
    return {text: said for text, said in told.items() if said is not None and said != text}


def _each(texts: Iterable[str], tell: Callable[[str], str | None]) -> dict[str, str | None]:
    return {text: tell(text) for text in dict.fromkeys(texts) if text}


def _subjects(data: Json) -> Iterator[str]:
    yield from (finding["subject"] for finding in data["review"]["findings"])


def _sentences(data: Json) -> Iterator[str]:
    """Yield the texts of the record that the page's scripts have told: sentences, and codes as words."""
    for finding in data["review"]["findings"]:
        yield from (plain(finding["rule"]), finding["detail"], finding["source"])
    for item in data["unserved"]:
        yield from (item["detail"], item["meaning"], *(fix["change"] for fix in item["fixes"]))
        yield from (plain(part) for name in item["numbers"] for part in (name, name.rpartition("_")[0]))
    for filing in data["filings"]:
        yield from (filing["title"], filing["source"], filing["authority"])
    yield from (permit["authority"] for gate in data["gates"] for permit in gate["permits"])
    for thing in (*data["zones"], *data["pads"], *data["gates"]):
        yield from (thing["hours"], plain(thing.get("category", "")), plain(thing.get("custody", "")))
        yield thing.get("authority", "")
    yield from (entry["note"] for entries in data["entries"] for entry in entries)
    yield from (period["words"] for period in data["weather"])
    yield data["bound"]["rules"]


def plain(code: str) -> str:
    """Return a code as words, as the scripts do."""
    return re.sub(r"[._]", " ", code)


def _text(literal: str) -> str:
    """Return the text of a literal of JavaScript in double quotes, which ours write as JSON does."""
    return str(json.loads(f'"{literal}"'))
