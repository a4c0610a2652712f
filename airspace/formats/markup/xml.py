"""Reading XML from strangers: no document types, no entities, nothing fetched, and bounded in every direction.

What is refused is told with its line and column. The elements come out as plain values that know where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from airspace.errors import BadInput, Problem
from airspace.formats.telling import shown

if TYPE_CHECKING:
    from defusedxml.ElementTree import DefusedXMLParser

DEPTH_LIMIT_LEVELS = 100
"""KML needs about ten and AIXM twenty; folders within folders add a few."""

ELEMENT_LIMIT = 500_000
"""Elements and attributes together. Each costs some hundred bytes of memory, whatever it holds."""

TAG_LIMIT_BYTES = 2**20
"""The longest single tag, comment or instruction. The parser looks at an unfinished one from its start again with
every piece that comes in, so that without a limit its time would grow with the square of the length."""

PIECE_BYTES = 2**16
"""How much is shown to the parser at a time, so that it can be stopped early."""

ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii")
"""Encodings that a file may declare: it is read as UTF-8, and no other program must come to read it otherwise."""

SNIFFED_CHARACTERS = 2**16
"""How far into a text its first element is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element of an XML file, with its place."""

    name: str
    """Without prefix and namespace."""
    namespace: str = ""
    """As a URI; empty without one."""
    attributes: Mapping[str, str]
    """Those in a namespace of their own as ``{namespace}name``."""
    line: int
    column: int
    parts: list[str | Element] = field(default_factory=list)
    """Text and elements inside, in order."""

    @property
    def text(self) -> str:
        """All text inside, that of inner elements too, as it stands in the file."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def words(self) -> str:
        """All text inside on one line, without blanks around it."""
        return " ".join(self.text.split())

    @property
    def children(self) -> Iterator[Element]:
        """The elements directly inside that belong to the same namespace."""
        return (part for part in self.parts if isinstance(part, Element) and part.namespace == self.namespace)

    def all(self, name: str) -> list[Element]:
        """Return the elements directly inside that bear a name, of the same namespace."""
        return [child for child in self.children if child.name == name]

    def find(self, name: str) -> Element | None:
        """Return the first element directly inside that bears a name, of the same namespace."""
        return next((child for child in self.children if child.name == name), None)

    def words_of(self, name: str) -> str:
        """Return the text of the first element of a name on one line; empty if there is none."""
        found = self.find(name)
        return "" if found is None else found.words


def first_element(text: str) -> tuple[str, str]:
    """Return namespace and name of the first element of a text, two empty words if it is not XML.

    It looks at the text and parses nothing, so that it cannot fail; what it finds is a guess until it is parsed.
    """
    head = text[:SNIFFED_CHARACTERS].lstrip("\ufeff \t\r\n")
    announced, start = "", 0 if head.startswith("<") else -1
    while start >= 0:
        mark = next((mark for mark in _ENDS if head.startswith(mark, start)), "")
        tag = None if mark else _TAG.match(head, start)
        if tag is not None:
            return _namespace(tag), tag["name"]
        if mark == "<!DOCTYPE":
            # The parser refuses it; whoever knows its name lets it do so.
            announced = head[start + len(mark) : start + 200].lstrip().partition(" ")[0].rstrip(">[")
        end = head.find(_ENDS.get(mark, "<"), start + 1)
        start = head.find("<", end) if end >= 0 else -1
    return "", announced


_ENDS = {"<!--": "-->", "<?": "?>", "<!DOCTYPE": "<"}
"""What may come before the first element, and how it ends; the declarations inside a document type begin with "<!"."""

_TAG = re.compile(r"<(?:(?P<prefix>[^\W\d][\w.-]*):)?(?P<name>[^\W\d][\w.-]*)(?P<inside>[^<>]*)")


def _namespace(tag: re.Match[str]) -> str:
    attribute = f"xmlns:{tag['prefix']}" if tag["prefix"] else "xmlns"
    declared = re.search(rf"""\s{re.escape(attribute)}\s{{0,9}}=\s{{0,9}}["']([^"']*)["']""", tag["inside"])
    return declared[1] if declared else ""


def parse(file: str, text: str, *, inside: str = "") -> Element:
    """Return the outermost element of an XML text.

    ``inside`` names a member of an archive, for the place of what is wrong.

    Raises
    ------
    BadInput
        If it is not well-formed XML, has a document type or entities, or goes beyond a limit.
    """
    builder = _Builder()
    _run(file, text, builder, inside)
    return builder.root


def check(file: str, text: str) -> None:
    """Refuse what :func:`parse` refuses, without keeping anything: before a text goes to another library.

    Raises
    ------
    BadInput
        As :func:`parse` does.
    """
    _run(file, text, _Counter(), "")


class _Spot(Protocol):
    """Where a parser is."""

    CurrentLineNumber: int
    """From 1."""
    CurrentColumnNumber: int
    """From 0."""


class _Refused(Exception):
    """Something that no file may hold."""

    def __init__(self, code: str, found: str, expected: str, fix: str = "", *, spot: _Spot | None = None) -> None:
        super().__init__(code)
        self.code, self.found, self.expected, self.fix = code, found, expected, fix
        # Noted now: once the parser is stopped it points behind what stopped it.
        self.place = None if spot is None else (spot.CurrentLineNumber, spot.CurrentColumnNumber)


class _Counter:
    """What the parser tells of elements: it counts them, and how deep they lie."""

    def __init__(self) -> None:
        self.depth = 0
        self.count = 0
        self.spot: _Spot

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - a builder uses the tag
        self.depth += 1
        self.count += 1 + len(attributes)
        if self.depth > DEPTH_LIMIT_LEVELS:
            limit = f"at most {DEPTH_LIMIT_LEVELS} levels of nesting"
            raise _Refused("TOO_DEEP", "elements nested deeper", limit, spot=self.spot)
        if self.count > ELEMENT_LIMIT:
            limit = f"at most {ELEMENT_LIMIT:,} elements and attributes"
            raise _Refused("TOO_MANY_ELEMENTS", "more", limit, "Cut it into several files.", spot=self.spot)

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser itself sees to matching tags
        self.depth -= 1

    def data(self, text: str) -> None:
        """Nothing is kept here."""

    def close(self) -> None:
        """Nothing is left to do."""


class _Builder(_Counter):
    """What the parser tells of elements, put together."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[Element] = []
        self.root: Element

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        super().start(tag, attributes)
        namespace, _, name = tag.rpartition("}")
        element = Element(
            name=name,
            namespace=namespace[1:],
            attributes=attributes or NO_ATTRIBUTES,
            line=self.spot.CurrentLineNumber,
            column=self.spot.CurrentColumnNumber + 1,
        )
        if self.stack:
            self.stack[-1].parts.append(element)
        else:
            self.root = element
        self.stack.append(element)

    def end(self, tag: str) -> None:
        super().end(tag)
        self.stack.pop()

    def data(self, text: str) -> None:
        # Blanks between elements say nothing, and would take more memory than they.
        parts = self.stack[-1].parts
        if parts or not text.isspace():
            parts.append(text)


NO_ATTRIBUTES: Mapping[str, str] = {}


def _run(file: str, text: str, target: _Counter, inside: str) -> None:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=True)
    raw_parser = parser.parser
    raw_parser.XmlDeclHandler = _declared
    target.spot = raw_parser
    try:
        _feed(parser, text)
        return
    except _Refused as error:
        refused = error
    except DefusedXmlException:
        refused = _Refused(
            "DOCUMENT_TYPE",
            "a document type or an entity declaration",
            "XML without a DOCTYPE",
            "Take the DOCTYPE out; entities are not expanded and nothing is fetched.",
        )
    except ParseError as error:
        line, column = error.position
        what = str(error).partition(":")[0]
        raise _bad(file, inside, line, column, _broken(text, line, column, what)) from None
    except UnicodeEncodeError:
        refused = _Refused("NOT_UTF8", "half a character (a lone surrogate)", "text in UTF-8")
    line, column = refused.place or (raw_parser.CurrentLineNumber, raw_parser.CurrentColumnNumber)
    raise _bad(file, inside, line, column, refused) from None


def _feed(parser: DefusedXMLParser, text: str) -> None:
    raw_parser = parser.parser
    raw = text.encode("utf-8")
    for start in range(0, len(raw), PIECE_BYTES):
        piece = raw[start : start + PIECE_BYTES]
        parser.feed(piece)
        if start + len(piece) - raw_parser.CurrentByteIndex > TAG_LIMIT_BYTES:
            limit = f"at most {TAG_LIMIT_BYTES // 2**10:,} KB"
            raise _Refused("TAG_TOO_LONG", "a single tag, comment or instruction longer than that", limit)
    parser.close()


def _declared(version: str, encoding: str | None, standalone: int) -> None:  # noqa: ARG001 - as the parser calls it
    if encoding is not None and encoding.lower() not in ENCODINGS:
        fix = "Save it again as UTF-8, and have its first line say so."
        raise _Refused("WRONG_ENCODING", f"the declared encoding {shown(encoding)}", "XML in UTF-8", fix)


def _broken(text: str, line: int, column: int, what: str) -> _Refused:
    lines = text.split("\n", line)
    rest = lines[line - 1][column : column + 20] if line <= len(lines) else ""
    found = f"{shown(rest) if rest else 'the end of the line or file'} ({what})"
    fixes = {
        "unbound prefix": "Declare the prefix with xmlns:... at the top, or take it out.",
        "undefined entity": "Write the character itself; XML knows &amp;, &lt;, &gt;, &quot; and &apos; only.",
    }
    return _Refused("XML_SYNTAX", found, "well-formed XML", fixes.get(what, ""))


def _bad(file: str, inside: str, line: int, column: int, refused: _Refused) -> BadInput:
    place = place_at(line, column + 1, inside=inside)
    return BadInput(
        [
            Problem(
                file=file,
                place=place,
                code=refused.code,
                found=refused.found,
                expected=refused.expected,
                fix=refused.fix,
            )
        ]
    )


def place_at(line: int, column: int, *, inside: str = "") -> str:
    """Return a place in an XML file, such as ``doc.kml, line 3, column 4``."""
    return f"{inside}, line {line}, column {column}" if inside else f"line {line}, column {column}"
