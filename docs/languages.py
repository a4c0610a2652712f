"""Keeps the catalogues of both Chinese languages: every text that pages and packets show, and what it is in Chinese.

``python -m docs.languages`` brings the .po and .mo files of ``planner/output/locales`` up to date: new texts come in
untranslated, texts that nobody uses go. ``--check`` writes nothing, and tells what would change or is not translated.
The files hold no dates, names or line numbers, so that the same texts give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from docs.collecting import Text, collected
from planner.output.languages import CATALOGUES, DOMAIN, LOCALES, Language


class Catalogue(Catalog):
    """A catalogue whose head tells no dates and no persons."""

    mime_headers = property(
        lambda self: [
            ("Project-Id-Version", "Skyferry"),
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]
    )


def file_of(language: Language, suffix: str) -> Path:
    """Return the ``po`` or the ``mo`` file of a language."""
    return LOCALES / CATALOGUES[language] / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


def read(language: Language) -> Catalog:
    """Return the catalogue of a language as it is written."""
    return read_po(BytesIO(file_of(language, "po").read_bytes()), locale=CATALOGUES[language])


def translations(language: Language) -> dict[Text, str]:
    """Return what stands in the catalogue of a language, without what is not translated or only guessed."""
    told = {message.id: message.string for message in read(language) if message.id and not message.fuzzy}
    # Chinese has one form for one and for many.
    return {text: string if isinstance(string, str) else string[0] for text, string in told.items()}


def files_of(language: Language, texts: Mapping[Text, Sequence[str]]) -> dict[Path, bytes]:
    """Return the .po and the .mo file of a language with some texts, translated as far as they are now."""
    known, written, compiled = translations(language), BytesIO(), BytesIO()
    made = Catalogue(locale=CATALOGUES[language], fuzzy=False, header_comment=f"# Skyferry in {language}.")
    for text, places in texts.items():
        string = known.get(text, "")
        made.add(text, string if isinstance(text, str) else (string,), locations=[(place, None) for place in places])
    write_po(written, made, width=120, sort_output=True)
    write_mo(compiled, made)
    return {file_of(language, "po"): written.getvalue(), file_of(language, "mo"): compiled.getvalue()}


def untranslated(language: Language, texts: Mapping[Text, Sequence[str]]) -> list[Text]:
    """Return the texts that the catalogue of a language has nothing for."""
    known = translations(language)
    return [text for text in texts if not known.get(text)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring the catalogues up to date, or tell what would change; 1 when something would, or is not translated."""
    parser = argparse.ArgumentParser(prog="python -m docs.languages", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; tell what would change or is missing")
    only_told = parser.parse_args(arguments).check
    texts, open_ones = collected(), 0
    for language in CATALOGUES:
        changed = {file: new for file, new in files_of(language, texts).items() if file.read_bytes() != new}
        for file, content in changed.items() if not only_told else ():
            file.write_bytes(content)
        missing = untranslated(language, texts)
        names = ", ".join(file.name for file in changed) or "nothing"
        change = "would change" if only_told else "changed"
        print(f"{language}: {len(texts)} texts, {len(missing)} not translated; {change}: {names}")
        open_ones += len(missing) + (len(changed) if only_told else 0)
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
