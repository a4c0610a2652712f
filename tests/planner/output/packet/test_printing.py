"""The PDF of a packet: its pages, its text in three languages, its fonts, and the same bytes every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest

from airspace.errors import BadInput
from planner.formats.plans import record_text
from planner.output.languages import Language
from planner.output.packet import printing
from planner.output.packet.documents import packet_to_document
from planner.output.packet.printing import to_pdf
from planner.output.packet.values import Packet
from tests.planner.output.packet.day import Ready

ROOT = Path(__file__).parents[4]

A4 = (595, 842)
"""Points."""


def pages_of(made: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(made)
    try:
        assert {tuple(round(side) for side in page.get_size()) for page in document} == {A4}
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def english(made: Path) -> bytes:
    return (made / "packet-north.en.pdf").read_bytes()


def short(packet: Packet) -> Packet:
    """Return a packet with fewer rules, which is set faster."""
    return replace(packet, whole=(), ways_out=(), filings=())


def empty(packet: Packet) -> Packet:
    """Return a packet without flights."""
    return replace(short(packet), flights=(), corridors=(), permits=())


def test_a_pdf_has_a_cover_the_corridor_and_the_rules_each_on_pages_of_its_own(english: bytes) -> None:
    pages = pages_of(english)
    assert 6 <= len(pages) <= 12
    begins = [next(number for number, text in enumerate(pages) if head in text) for head in HEADS]
    assert begins == sorted(set(begins))
    assert begins[0] == 0
    # The header of a sheet stands on each of its pages, and nowhere else.
    for head, first, end in zip(HEADS, begins, [*begins[1:], len(pages)], strict=True):
        assert [number for number, text in enumerate(pages) if head in text] == list(range(first, end))


HEADS = ("Packet for Shenzhen", "Corridor C1: HUB", "Rules beyond single corridors")


def test_every_page_tells_its_number_the_plan_and_how_old_its_data_are(ready: Ready, english: bytes) -> None:
    pages = pages_of(english)
    for number, text in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in text
        assert f"plan {ready.north.plan.digest[:19]}" in text
        assert "zones NORTH" in text


def test_the_corridor_continues_with_its_header(english: bytes) -> None:
    pages = pages_of(english)
    own = [text for text in pages if "Corridor C1: HUB" in text]
    assert len(own) > 1
    assert all("HUB>CLINIC#" in text and "sha256:" in text for text in own)


@pytest.mark.parametrize(
    ("language", "font", "told"),
    [
        (Language.ZH_HANT, "NotoSansCJKhk", ["✓通過", "2026-12-01", "罗湖"]),
        (Language.ZH_HANS, "NotoSansCJKsc", ["✓通过", "2026-12-01", "罗湖"]),
    ],
)
def test_chinese_can_be_read_back_and_its_font_is_inside(
    ready: Ready, language: Language, font: str, told: list[str]
) -> None:
    document = pypdfium2.PdfDocument(to_pdf(short(ready.south), language))
    text = flat("".join(page.get_textpage().get_text_range() for page in document))
    for words in told:
        assert words in text, words
    fonts = {
        (one.get_font().get_base_name().split("+")[-1], one.get_font().is_embedded)
        for page in document
        for one in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT])
    }
    assert (f"{font}-Regular", True) in fonts
    assert {inside for _, inside in fonts} == {True}
    document.close()


def test_no_dates_of_making_and_no_paths_stand_in_a_pdf(ready: Ready, english: bytes) -> None:
    assert b"CreationDate" not in english
    assert b"ModDate" not in english
    assert str(ready.folder).encode() not in english
    assert b"file://" not in english
    assert b"http" not in english


SET_IT = """
import json, sys
from pathlib import Path
from airspace.errors import BadInput
from planner.output.languages import Language
from planner.output.packet.documents import packet_from_document
from planner.output.packet.documents import packet_to_document
from planner.output.packet.printing import to_pdf
from planner.output.packet.values import Packet
packet = packet_from_document(json.loads(Path(sys.argv[1]).read_text("utf-8")))
try:
    Path(sys.argv[2]).write_bytes(to_pdf(packet, Language.EN))
except BadInput as error:
    print(error.problems[0].code, error)
"""


def elsewhere(packet: Packet, folder: Path, **environment: str) -> tuple[str, Path]:
    """Set a packet in a process of its own, from its JSON."""
    record, made = folder / "packet.json", folder / "packet.pdf"
    record.write_text(record_text(packet_to_document(packet)), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", SET_IT, str(record), str(made)], cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    return told.stdout, made


def test_another_process_with_other_hashes_and_another_clock_sets_the_same_bytes(
    ready: Ready, english: bytes, tmp_path: Path
) -> None:
    said, made = elsewhere(ready.north, tmp_path, PYTHONHASHSEED="77", TZ="America/New_York", LC_ALL="C")
    assert said == ""
    assert made.read_bytes() == english


def test_without_its_fonts_there_is_no_pdf_but_word_of_what_to_install(ready: Ready, tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    settings = tmp_path / "fonts.conf"
    told = f"<dir>/usr/share/fonts/truetype</dir><cachedir>{fonts}</cachedir>"
    settings.write_text(f"<?xml version='1.0'?><fontconfig>{told}</fontconfig>", encoding="utf-8")
    said, made = elsewhere(empty(ready.north), tmp_path, FONTCONFIG_FILE=str(settings))
    assert said.startswith("MISSING_FONT --pdf: expected the font Noto Sans CJK SC")
    assert "fonts-noto-cjk" in said
    assert not made.exists()


def test_without_the_extra_there_is_no_pdf_but_word_of_how_to_get_it(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(BadInput, match="skyferry\\[pdf\\]") as caught:
        to_pdf(ready.north, Language.EN)
    assert caught.value.problems[0].code == "MISSING_EXTRA"


def test_without_the_libraries_beneath_it_there_is_no_pdf_but_word_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(BadInput, match="libpango") as caught:
        printing._library()
    assert caught.value.problems[0].code == "MISSING_LIBRARY"


def test_a_packet_without_flights_is_a_cover_and_the_rules(ready: Ready) -> None:
    pages = pages_of(to_pdf(empty(ready.north), Language.EN))
    assert len(pages) == 2
    assert "No flight of this plan passes NORTH name." in " ".join(pages[0].split())
    assert not any("Corridor C" in text for text in pages)
