"""A packet as PDF, set by WeasyPrint from the same page, with the fonts of its languages inside."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airspace.errors import BadInput, Problem
from planner.errors import MissingAsset
from planner.output.languages import Language
from planner.output.packet.pages import draw
from planner.output.packet.values import Packet
from planner.output.packet.wording import PRINT_FONTS


def to_pdf(packet: Packet, language: Language) -> bytes:
    """Return a packet as PDF; the same packet, fonts and library give the same bytes.

    Raises
    ------
    BadInput
        If the extra that sets it is missing, what that stands on, or the fonts.
    """
    html = draw(packet, language, printed=True)
    with _quietly():
        weasyprint = _library()
        document = weasyprint.HTML(string=html, url_fetcher=_refused).render()
        # No dates are written, and the identifier follows from the packet alone.
        made: bytes = document.write_pdf(pdf_identifier=packet.plan.digest.encode(), pdf_tags=True)
    _need_fonts({font.family for font in document.fonts.values()}, language)
    return made


def _library() -> Any:
    try:
        import weasyprint
    except ImportError:
        raise _missing(
            "MISSING_EXTRA", "no WeasyPrint", "the extra that sets PDF", "Run: pip install 'skyferry[pdf]'"
        ) from None
    except OSError as error:
        # It finds Pango and its companions when it is imported, and they are no Python packages.
        found = str(error).splitlines()[0]
        fix = (
            "Run: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (or what your system calls them)"
        )
        raise _missing("MISSING_LIBRARY", found, "the libraries that WeasyPrint stands on", fix) from None
    return weasyprint


def _missing(code: str, found: str, expected: str, fix: str) -> BadInput:
    return BadInput([Problem(file="--pdf", code=code, found=found, expected=expected, fix=fix)])


def _refused(address: str, *_: object, **__: object) -> object:
    raise MissingAsset(f"packet: expected a page that asks for nothing, found {address}")


def _need_fonts(used: set[str], language: Language) -> None:
    """Refuse a PDF that was set in other fonts: letters could be missing, and it would look otherwise elsewhere."""
    wanted = PRINT_FONTS[language]
    if wanted not in used:
        found = f"text set in {', '.join(sorted(used)) or 'no font at all'}"
        fix = "Run: apt-get install fonts-noto-cjk, or install Noto Sans CJK from its makers, then fc-cache."
        raise _missing("MISSING_FONT", found, f"the font {wanted}", fix)


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep to itself what WeasyPrint says of our style sheet: properties that only browsers know."""
    logger = logging.getLogger("weasyprint")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
