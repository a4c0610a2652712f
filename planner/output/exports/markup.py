"""XML for other systems: made element by element, so that no text in it can be taken for a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, text_of
from airspace.formats.markup.xml import ELEMENT_LIMIT, Element, parse
from airspace.formats.telling import shown
from planner.output.exports.formats import File, Reviewed, cannot

UNSAYABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold; with the carriage return, which every parser turns into a line end."""


def said(text: str) -> str:
    """Return a text as XML can hold it, for people to read."""
    return UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def child(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add an element with a text, and return it."""
    made = ET.SubElement(parent, name, {key: said(value) for key, value in attributes.items()})
    made.text = None if text is None else said(text)
    return made


def document(root: ET.Element) -> bytes:
    """Return an XML file in UTF-8, one element a line."""
    ET.indent(root, " ")
    body: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def parsed(file: File) -> Element:
    """Return the outermost element of an XML file from anybody.

    Raises
    ------
    BadInput
        If it is not well-formed, or goes beyond a limit.
    """
    return parse(file.name, text_of(RawFile(name=file.name, raw=file.content)))


def text_in(element: Element, name: str) -> str:
    """Return the text of the first element of a name inside another, as it stands there but for blanks around it."""
    found = element.find(name)
    return "" if found is None else found.text.strip()


def refuse_unsayable(format_name: str, reviewed: Reviewed, elements: int) -> None:
    """Refuse a plan whose sorties have names that XML cannot hold, or that is too large to be read back.

    Raises
    ------
    BadInput
        With every such sortie.
    """
    problems = list(_unsayable(format_name, reviewed))
    if elements > ELEMENT_LIMIT:
        found, expected = f"a plan of {elements:,} elements and attributes", f"at most {ELEMENT_LIMIT:,}"
        problems.append(cannot(format_name, "", found, expected, "Export a part of the day."))
    if problems:
        raise BadInput(problems)


def _unsayable(format_name: str, reviewed: Reviewed) -> Iterator[Problem]:
    for sortie in reviewed.plan.sorties:
        if said(sortie.id) != sortie.id:
            expected = "a name of characters that XML can hold"
            yield cannot(format_name, f"sortie {shown(sortie.id)}", shown(sortie.id), expected)
