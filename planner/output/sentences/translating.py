"""Texts of records in another language: looked up whole, or taken apart along the sentences that they were made by.

Records are in English. A text of theirs that is no sentence known here stays as it is, and the page says that it is in
English. Ids, codes, figures, units and names are never translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TypeAlias

from airspace.model.sources import Confidence
from planner.model.plans import Reason
from planner.output.languages import Language, Words, words
from planner.output.sentences import changes, codes, findings, notes, reasons, subjects
from planner.output.sentences.apart import Sentence, taken_apart

LONGEST = 2000
"""Characters of a text that is taken apart; longer ones are nobody's sentence."""
DEEPEST = 6
"""Sentences inside sentences."""


def translated(text: str, say: Words) -> str | None:
    """Return a text of a record in a language, or None where nobody has translated it: it is to be marked as English.

    >>> translated("45 kg is more than any drone at SZ-LUOHU lifts (30 kg)", words(Language.ZH_HANS))
    '45 kg超出SZ-LUOHU所有无人机的载重上限（30 kg）'
    """
    if say.language is Language.EN:
        return text
    return _translated(text, say.language) if len(text) <= LONGEST else None


@lru_cache(maxsize=8192)
def _translated(text: str, language: Language) -> str | None:
    return _told(text, words(language), DEEPEST)


def translated_subject(text: str, say: Words) -> str | None:
    """Return what a finding is about in a language; None where nobody has translated that."""
    if say.language is Language.EN:
        return text
    if len(text) > LONGEST:
        return None
    parts, told, at = text.split(", "), [], 0
    while at < len(parts):
        # Names of offices hold commas of their own.
        found = ((end, _subject(", ".join(parts[at:end]), say)) for end in (at + 1, at + 2) if end <= len(parts))
        at, part = next(((end, part) for end, part in found if part is not None), (len(parts) + 1, ""))
        told.append(part)
    return "，".join(told) if at == len(parts) else None


def _subject(part: str, say: Words) -> str | None:
    return part if _CODE.fullmatch(part) else _sentence(part, say, DEEPEST, SUBJECTS)


_CODE = re.compile(r"[^a-z ]*[0-9][^a-z ]*")


def _told(text: str, say: Words, depth: int) -> str | None:
    """Return a text in a language: as it stands in the catalogue, by its sentence, or part by part."""
    if depth == 0 or not text:
        return None
    whole = _whole(text, say)
    if whole is not None or " " not in text:
        return whole
    for tell in (_source, _titled):
        if (told := tell(text, say, depth)) is not None:
            return told
    if (sentence := _sentence(text, say, depth, SENTENCES)) is not None:
        return sentence
    if (hours := _schedule(text, say)) is not None:
        return hours
    return _listed(text, "; ", "；", lambda part: _told(part, say, depth - 1)) if "; " in text else None


def _whole(text: str, say: Words) -> str | None:
    """Return what the catalogue has for a text; the first letter may be large or small."""
    for known in dict.fromkeys((text, text[:1].lower() + text[1:], text[:1].upper() + text[1:])):
        if (told := say.known(known)) is not None:
            return told
    return None


def _listed(text: str, comma: str, told_comma: str, tell: Callable[[str], str | None]) -> str | None:
    parts = [tell(part) for part in text.split(comma)]
    return told_comma.join(part for part in parts if part is not None) if None not in parts else None


def _source(text: str, say: Words, _depth: int) -> str | None:
    """Return a source as records cite it: title, article, date, and how far it can be relied on."""
    found = _CITED.fullmatch(text)
    title, date, confidence = found.groups() if found else (text, None, None)
    cited = _whole(title, say) or _listed_last(title, say)
    if cited is None or confidence is None:
        return cited
    if date is None:
        return say("{source} ({confidence})", source=cited, confidence=say(confidence))
    return say("{source}, {date} ({confidence})", source=cited, date=date, confidence=say(confidence))


_CITED = re.compile(rf"(.+?)(?:, (\d{{4}}-\d\d-\d\d))? \(({'|'.join(Confidence)})\)")


def _listed_last(text: str, say: Words) -> str | None:
    title, _, article = text.rpartition("; ")
    told = _whole(title, say), _whole(article, say)
    return None if None in told else say("{title}; {article}", title=told[0], article=told[1])


def _titled(text: str, say: Words, depth: int) -> str | None:
    """Return what came of a rule of the law or of an order: title or code, which may hold colons, then the rest."""
    for colon in islice(re.finditer(": ", text), DEEPEST):
        begun = text[: colon.start()]
        if (title := begun if begun in Reason.__members__ else _whole(begun, say)) is not None:
            cause = _told(text[colon.end() :], say, depth - 1)
            return None if cause is None else say("{title}: {cause}", title=title, cause=cause)
    return None


# ---------------------------------------------------------------- sentences


MEASURED = tuple(one.text for one in reasons.MEASURED)
SENTENCES = taken_apart((*MEASURED, *reasons.SENTENCES, *changes.SENTENCES, *findings.SENTENCES, *notes.SENTENCES))
SUBJECTS = taken_apart(subjects.PARTS)


def _sentence(text: str, say: Words, depth: int, sentences: tuple[Sentence, ...]) -> str | None:
    """Return a text by the first sentence that it follows and all of whose places can be told."""
    for begun in dict.fromkeys((text, text[:1].lower() + text[1:])):
        for sentence in sentences:
            values = sentence.values(begun) if sentence.names else {} if sentence.text == begun else None
            if values is None:
                continue
            told = {name: _place(name, value, say, depth) for name, value in values.items()}
            if None not in told.values():
                return say(sentence.text, **told)
    return None


# ---------------------------------------------------------------- places

Tell: TypeAlias = Callable[[str, Words, int], str | None]
"""Tells what stands in a place in a language, with so many sentences inside it; None when it cannot be told."""


def _place(name: str, value: str, say: Words, depth: int) -> str | None:
    """Return what stands in a place, by the name of the place; names and times stay as they are."""
    return _KINDS.get(name.rstrip("2"), _name)(value, say, depth - 1)


def _name(value: str, _say: Words, _depth: int) -> str | None:
    """Return a name or a time as it is; what holds the sign between sentences is more than that."""
    return None if "; " in value else value.strip(" '")


def _figure(value: str, _say: Words, _depth: int) -> str | None:
    return value.strip() if value[:1] in "+-.0123456789" and " " not in value.strip() else None


def _ids(value: str, _say: Words, _depth: int) -> str | None:
    """Return ids in a row; they hold no blanks, and may stand in quotes."""
    return _listed(value, ", ", "、", lambda part: None if " " in part or not part else part.strip("'"))


def _office(value: str, say: Words, _depth: int) -> str:
    return _whole(value, say) or value


def _code(table: Mapping[str, str]) -> Tell:
    return lambda value, say, _: None if value not in table else say(table[value])


def _list(comma: str, told_comma: str) -> Tell:
    return lambda value, say, depth: _listed(value, comma, told_comma, lambda part: _told(part, say, depth))


def _hours(value: str, say: Words, _depth: int) -> str | None:
    """Return a schedule told in words: times and dates stay, the words between them are told."""
    if (whole := _whole(value, say)) is not None:
        return whole
    return _listed(value, "; ", "；", lambda stretch: _listed(stretch, " ", " ", lambda word: _hour(word, say)))


def _schedule(text: str, say: Words) -> str | None:
    """Return a text that is a schedule, which has some words of its own among times and dates."""
    return _hours(text, say, 0) if set(re.split("[ –;]+", text)) & set(notes.HOURS) else None


def _hour(word: str, say: Words) -> str | None:
    if word in notes.HOURS:
        return say(word)
    if "–" in word:
        return _listed(word, "–", "–", lambda end: _hour(end, say))
    return word if re.fullmatch(r"[0-9:-]+|UTC([+-][0-9:]+)?|[A-Z][A-Za-z]+/[A-Za-z_/]+", word) else None


def _class(value: str, say: Words) -> str | None:
    return say(value) if value in codes.CLASSES else value if value.isupper() else None


def _window(value: str, say: Words) -> str | None:
    pad, _, hours = value.partition(" ")
    told = _hours(hours, say, 0)
    return None if told is None else f"{pad} {told}"


def _crossing(value: str, say: Words) -> str | None:
    leg, _, at = value.partition(" at ")
    told = translated_subject(leg, say)
    return None if told is None else f"{at} {told}"


def _band(value: str, say: Words, _depth: int) -> str | None:
    lower, to, upper = value.partition(" to ")
    return say("{lower} to {upper}", lower=lower, upper=upper) if to else None


_FIGURES = (
    "above", "agl", "air", "amsl", "apart", "away", "budget", "cap", "capacity", "cleared", "count", "days", "degrees",
    "direct", "distance", "dwell", "elevation", "error", "fastest", "gap", "ground", "gusts", "height", "keep", "late",
    "least", "level", "limit", "mass", "minutes", "most", "needed", "number", "pressure", "quantile", "radius", "rain",
    "required", "rise", "seconds", "slots", "speed", "swap", "temperature", "usable", "value", "volume", "wind",
)  # fmt: skip
_CUSTODIES = {form: text for code, text in codes.CUSTODIES.items() for form in (str(code), str(code).replace("_", "-"))}

_KINDS: Mapping[str, Tell] = MappingProxyType(
    {
        **dict.fromkeys(("cause", "where", "open", "deed", "filing", "lead", "warning", "lithium", "category"), _told),
        **dict.fromkeys(
            ("sortie", "leg", "pads", "order", "pad", "zone", "permit", "drone", "rule", "side", "gate", "ledger"), _ids
        ),
        **dict.fromkeys(("sorties", "orders", "zones", "gates", "permits", "hubs", "rules", "corridors"), _ids),
        **dict.fromkeys(("custody", "asked", "offered"), _code(_CUSTODIES)),
        **dict.fromkeys(("causes", "refusals"), _list("; ", "；")),
        **dict.fromkeys(_FIGURES, _figure),
        "title": lambda value, say, _: _whole(value, say),
        "categories": _list(", ", "、"),
        **dict.fromkeys(("charged", "judged"), _list(", ", "、")),
        "class": lambda value, say, _: _listed(value, " or ", "／", lambda part: _class(part, say)),
        "legs": lambda value, say, _: translated_subject(value, say),
        "crossings": lambda value, say, _: _listed(value, ", ", "、", lambda part: _crossing(part, say)),
        "approvers": _list(" and ", "、"),
        "customs_windows": lambda value, say, _: _listed(value, ", ", "、", lambda part: _window(part, say)),
        "restriction": _code({str(code): text for code, text in codes.RESTRICTIONS.items()}),
        "hours": _hours,
        "band": _band,
        "authority": _office,
    }
)
