"""The languages that pages and packets speak: English, and Chinese as written in Hong Kong and on the mainland.

English texts are the keys of the catalogues in ``locales/``. Codes, ids and units are the same in every language and
stand in no catalogue.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from airspace.errors import showable
from planner.errors import UnknownLanguage

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "skyferry"


class Language(StrEnum):
    """A language by its BCP 47 tag, as ``--lang`` takes it and as HTML wants it."""

    EN = "en"
    ZH_HANT = "zh-Hant"
    ZH_HANS = "zh-Hans"

    @classmethod
    def _missing_(cls, value: object) -> Language:
        """Refuse a language that pages do not speak, and name those that they do."""
        told = ", ".join(cls)
        raise UnknownLanguage(f"language {showable(str(value))!r}: expected one of {told}")


CATALOGUES = {Language.ZH_HANT: "zh_Hant_HK", Language.ZH_HANS: "zh_Hans_CN"}
"""The folder of each language that has a catalogue. English needs none: it is what the texts are written in."""


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's own tools know it
    """Return a text as it is, marked to be collected for the catalogues: it is said later, when somebody asks."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said in one language."""

    language: Language
    catalogue: gettext.NullTranslations

    def __call__(self, text: str, **values: object) -> str:
        """Return a text in this language, with ``{name}`` filled in from the values. Nothing is escaped."""
        return _filled(self.catalogue.gettext(text) or text, values)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Return one of two texts by a count, which stands in them as ``{count}``."""
        told = self.catalogue.ngettext(one, many, count) or (one if count == 1 else many)
        return _filled(told, {"count": count, **values})

    def known(self, text: str) -> str | None:
        """Return what stands for a text in this language; None when it is to be said, and marked, as English."""
        return self.catalogue.gettext(text) or None


@cache
def words(language: Language) -> Words:
    """Return the words of a language.

    Raises
    ------
    OSError
        If the language's catalogue does not lie beside this module: a broken installation.
    """
    return Words(language=language, catalogue=_catalogue(language))


def _catalogue(language: Language) -> gettext.NullTranslations:
    if language not in CATALOGUES:
        return gettext.NullTranslations()
    catalogue = gettext.translation(DOMAIN, localedir=str(LOCALES), languages=[CATALOGUES[language]])
    catalogue.add_fallback(_Unknown())
    return catalogue


class _Unknown(gettext.NullTranslations):
    """Says nothing for what a catalogue does not have, so that this can be told from what is the same as in English."""

    def gettext(self, message: str) -> str:  # noqa: ARG002
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002
        return ""


def _filled(text: str, values: dict[str, object]) -> str:
    """Fill in values in one pass, so that no value can bring a place of its own."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), text)
