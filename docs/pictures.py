"""The pictures of the documentation, taken from real plans: ``python -m docs.pictures PLAN [OTHER]``.

Pages are drawn anew from the records by the commands that anybody would type, opened in Chromium at fixed sizes and
without a network, and what is seen is written to ``docs/pictures`` in at most 256 colours. Printed pages and the packet
are PDF first. OTHER is the plan that PLAN is compared with; without it that picture stays as it is.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent / "pictures"
COLOURS = 256
PDF_SCALE = 1.25
"""Dots of a picture for each point of a PDF: an A4 page becomes 744 by 1,052."""
LEGS = ("SZ-LUOHU", "HK-LMC")
"""From and to of the page of legs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page as it is seen at some size."""

    picture: str
    page: str
    """Name of the page: plan, comparison or legs."""
    state: str = ""
    """What stands behind the # of its address."""
    width: int = 1440
    height: int = 1500
    dark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page of a PDF."""

    picture: str
    document: str
    """Name of the PDF: print, or packet and its language."""
    words: str = ""
    """It is the first page with these words on it."""


SHOTS = (
    Shot(picture="page-wide", page="plan", state="lang=en&theme=light&t=4320&sortie=S010"),
    Shot(picture="page-dark", page="plan", state="lang=zh-Hant&theme=dark&t=4320&sortie=S010", height=900, dark=True),
    Shot(picture="page-phone-en", page="plan", state="lang=en&theme=light&t=4320", width=390, height=844),
    Shot(picture="page-phone-zh-hant", page="plan", state="lang=zh-Hant&theme=light&t=4320", width=390, height=844),
    Shot(
        picture="page-phone-zh-hans",
        page="plan",
        state="lang=zh-Hans&theme=dark&t=4320",
        width=390,
        height=844,
        dark=True,
    ),
    Shot(picture="comparison", page="comparison", height=1100),
    Shot(picture="legs", page="legs", height=900),
)
SHEETS = (
    Sheet(picture="print-summary", document="print"),
    Sheet(picture="print-corridor", document="print", words="State of charge"),
    Sheet(picture="packet-cover", document="packet-en"),
    Sheet(picture="packet-corridor", document="packet-en", words="C1:"),
    Sheet(picture="packet-corridor-zh-hant", document="packet-zh-Hant", words="C1:"),
    Sheet(picture="packet-corridor-zh-hans", document="packet-zh-Hans", words="C1:"),
)
PACKETS = {"packet-en": ("hk", "en"), "packet-zh-Hant": ("hk", "zh-Hant"), "packet-zh-Hans": ("sz", "zh-Hans")}
"""Authority and language of each packet."""


def main() -> int:
    """Take the pictures, and print the size of each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("plan", type=Path, metavar="PLAN", help="a plan.json whose scenario is found from here")
    parser.add_argument("other", type=Path, metavar="OTHER", nargs="?", help="the plan to hold against it")
    parser.add_argument("-o", "--output", type=Path, default=HERE, help="folder to write to")
    parser.add_argument("--only", metavar="WORD", default="", help="pictures with this word in their name only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        taken = dict(_pictures(options.plan, options.other, Path(folder), chromium, options.only))
    options.output.mkdir(parents=True, exist_ok=True)
    for name, picture in taken.items():
        (options.output / f"{name}.png").write_bytes(picture)
        print(f"{name}.png: {len(picture) / 1000:.0f} kB")
    return 0


def _pictures(
    plan: Path, other: Path | None, folder: Path, chromium: Browser, only: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each picture."""
    shots = [shot for shot in SHOTS if only in shot.picture and (other or shot.page != "comparison")]
    sheets = [sheet for sheet in SHEETS if only in sheet.picture]
    for page in sorted({shot.page for shot in shots} | {"plan" for sheet in sheets if sheet.document == "print"}):
        _drawn(page, plan, other, folder / f"{page}.html")
    for shot in shots:
        yield shot.picture, _seen(shot, folder / f"{shot.page}.html", chromium)
    for document in sorted({sheet.document for sheet in sheets}):
        pdf = _printed(folder / "plan.html", chromium) if document == "print" else _packet(plan, document, folder)
        for sheet in sheets:
            if sheet.document == document:
                yield sheet.picture, _sheet(pdf, sheet.words)


def _drawn(page: str, plan: Path, other: Path | None, file: Path) -> None:
    """Have a page written by the command that anybody would type."""
    if page == "plan":
        _skyferry("map", plan, "-o", file)
    elif page == "comparison":
        _skyferry("compare", plan, str(other), "-o", file)
    else:
        _skyferry("route", _scenario(plan), *LEGS, "-o", file)


def _scenario(plan: Path) -> Path:
    from planner.formats.plans import read_plan
    from planner.origins import place_of_scenario

    return place_of_scenario(read_plan(plan)[0], plan)


def _packet(plan: Path, name: str, folder: Path) -> bytes:
    """Return the PDF of a packet."""
    authority, language = PACKETS[name]
    _skyferry("packet", plan, "--authority", authority, "--lang", language, "-o", folder / name, "--pdf")
    (pdf,) = (folder / name).glob("*.pdf")
    return pdf.read_bytes()


def _skyferry(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "planner", *map(str, words), "-q"], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def browser() -> Iterator[Browser]:
    """Open Debian's Chromium without a window."""
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("chromium: not found; apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--disable-gpu", "--disable-lcd-text"])
        yield chromium
        chromium.close()


@contextmanager
def opened(file: Path, chromium: Browser, *, state: str = "", width: int, height: int, dark: bool) -> Iterator[Page]:
    """Open a page at some size, without a network and at rest."""
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        offline=True,
    )
    page = context.new_page()
    page.goto(f"{file.resolve().as_uri()}#{state}")
    page.wait_for_load_state("load")
    page.evaluate("() => document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    page.wait_for_timeout(500)
    yield page
    context.close()


def _seen(shot: Shot, file: Path, chromium: Browser) -> bytes:
    size = {"width": shot.width, "height": shot.height}
    with opened(file, chromium, state=shot.state, dark=shot.dark, **size) as page:
        return small(Image.open(io.BytesIO(page.screenshot())))


def _printed(file: Path, chromium: Browser) -> bytes:
    with opened(file, chromium, width=1440, height=1500, dark=False) as page:
        return page.pdf(prefer_css_page_size=True, print_background=True)


def _sheet(pdf: bytes, words: str) -> bytes:
    """Return the first page of a PDF with some words on it as a picture."""
    pages = (page for page in pypdfium2.PdfDocument(pdf) if words in page.get_textpage().get_text_range())
    return small(next(pages).render(scale=PDF_SCALE).to_pil())


def small(picture: Image.Image) -> bytes:
    """Return a picture as PNG in few colours, each place in the one that is nearest."""
    few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    told = io.BytesIO()
    few.save(told, format="PNG", optimize=True)
    return told.getvalue()


if __name__ == "__main__":
    sys.exit(main())
