"""XML for other systems: made element by element, so that no text in it can be taken for a mark."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from airspace.errors import BadInput
from airspace.formats.documents import RawFile, text_of
from airspace.formats.markup.xml import ELEMENT_LIMIT, Element, parse
from planner.output.exports.formats import File, cannot
from planner.output.exports.refusals import said


def child(parent: ET.Element, name: str, text: str | None = None, /, **attributes: str) -> ET.Element:
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


def inside(element: Element, name: str) -> list[Element]:
    """Return all elements of a name inside another, at any depth and in whatever namespace."""
    parts = [part for part in element.parts if isinstance(part, Element)]
    return [found for part in parts for found in ([part] if part.name == name else inside(part, name))]


def refuse_too_large(format_name: str, root: ET.Element) -> None:
    """Refuse a file that would not be read back.

    Raises
    ------
    BadInput
        If it has more elements and attributes than are read.
    """
    count = sum(1 + len(element.attrib) for element in root.iter())
    if count > ELEMENT_LIMIT:
        found, expected = f"{count:,} elements and attributes", f"at most {ELEMENT_LIMIT:,}, to be read back"
        raise BadInput([cannot(format_name, "plan", found, expected, "Export the plan of a part of the day.")])


def degrees(value: float) -> str:
    """Return degrees with 8 decimals, about a millimetre: XML knows no exponents."""
    return f"{value:.8f}"


def metres(value: float) -> str:
    """Return metres to the millimetre."""
    return f"{value:.3f}"
