"""A packet as one HTML file: no script, nothing to fetch, one corridor to a sheet of A4."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from airspace.errors import showable
from planner.output.canvas import own_text
from planner.output.languages import Language, words
from planner.output.packet.rows import Text
from planner.output.packet.values import Packet
from planner.output.packet.views import PacketView
from planner.output.packet.wording import Telling

if TYPE_CHECKING:
    from jinja2 import Environment

OWN = "packet"


def draw(packet: Packet, language: Language, *, printed: bool = False) -> str:
    """Return a packet as HTML in a language; the same packet gives the same bytes.

    Parameters
    ----------
    printed
        Whether it is set for a PDF, in the fonts that go into that.
    """
    telling = Telling(say=words(language), packet=packet, printed=printed)
    view = PacketView(packet=packet, telling=telling)
    style = Markup(_style(view))  # noqa: S704 - our own text; what is put into it is spelt in hex
    return _environment().get_template("packet.html").render(
        view=view, packet=packet, tell=telling, say=telling.say, told=_told, style=style, policy=_policy(style),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    # Jinja is loaded when a packet is drawn. Only our own templates are ever compiled.
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(lambda name: own_text(OWN, name)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _shown(value: object) -> object:
    """Return what an expression of a template comes to, so that no text of others steers whoever reads it."""
    return showable(value) if type(value) is str else value


def _told(text: Text) -> Markup:
    """Return a text marked with its language, where that is not the page's own."""
    shown = showable(text.words)
    return Markup('<span lang="{}">{}</span>').format(text.lang, shown) if text.lang else Markup("{}").format(shown)


def _style(view: PacketView) -> str:
    """Return the style sheet, with what stands at the foot of every printed page."""
    say = view.telling.say
    plan = view.packet.plan
    made = say(
        "{version} · plan {digest} · files {inputs} · zones {vintages}",
        version=plan.version, digest=plan.digest[:19], inputs=view.inputs_digest[:19], vintages=view.vintages,
    )  # fmt: skip
    page, of = _around(say("page {number} of {total}", number="\0", total="\1"))
    parts = {
        "fonts": view.telling.fonts if not view.telling.printed else f"'{view.telling.fonts}'",
        "mono": "'Noto Sans Mono CJK SC', monospace" if view.telling.printed else "ui-monospace, Consolas, monospace",
        "made": css_text(showable(made)),
        "page": css_text(page),
        "of": css_text(of[0]),
        "last": css_text(of[1]),
    }
    # One pass, so that no part can bring a place of its own.
    return re.sub(r"/\*(\w+)\*/", lambda found: parts[found[1]], own_text(OWN, "packet.css"))


def _around(sentence: str) -> tuple[str, tuple[str, str]]:
    """Return what stands before, between and after the two numbers of a sentence."""
    before, _, rest = sentence.partition("\0")
    between, _, after = rest.partition("\1")
    return before, (between, after)


def css_text(text: str) -> str:
    """Return a text as a string of CSS; all but plain letters is spelt in hex, so that it ends nothing."""
    # Blanks too: one behind a character in hex would be taken for the end of that.
    return '"' + re.sub(r"[^A-Za-z0-9]", lambda found: f"\\{ord(found[0]):06x}", text) + '"'


def _policy(style: str) -> str:
    """Return a content security policy that lets exactly this style hold, and nothing run or be fetched."""
    sha256 = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; script-src 'none'; style-src 'sha256-{sha256}'; base-uri 'none'; form-action 'none'"
