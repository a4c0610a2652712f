"""The site: ``python -m sphinx -W -n --keep-going -b html docs out/docs``. Nothing is ever fetched."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexers import TextLexer

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

# What is run on a page runs with the interpreter that builds it, and with the packages of this checkout.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
os.environ |= {
    "NO_COLOR": "1",
    "TERM": "dumb",
    "COLUMNS": "100",
    "LINES": "50",
    "PYTHONWARNINGS": "error::DeprecationWarning:__main__",
}

project = "Skyferry"
author = "the authors of Skyferry"
project_copyright = author
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "docs.building.command_pages",
    "docs.building.docstrings",
    "docs.building.names",
    "docs.building.offline",
]
exclude_patterns = ["building", "**/.ipynb_checkpoints"]
nitpicky = True
highlight_language = "none"

myst_enable_extensions = ["html_image"]
myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 900
nb_merge_streams = True

autodoc_default_options = {"members": True, "undoc-members": True}
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 100
python_use_unqualified_type_names = True
python_display_short_literal_types = True

nitpick_ignore_regex = [
    # Of other libraries: where a thing stands in their documentation only a network could tell.
    (r"py:.*", r"(numpy|npt|pandas|pd|geopandas|shapely|networkx|nx|datetime|pathlib|os|collections)(\..*)?"),
    # Inside: tables and makers that nobody outside has to know, and what a docstring names for whoever reads the code.
    (r"py:class", r"planner\.solving\.(detours|flights|hops|makers|needs|separations|turns|windows)\..*"),
    (r"py:class", r"planner\.physics\.weather\.Grounding|airspace\.formats\.telling\.T"),
    (
        r"py:class",
        r"airspace\.corridors\.(charts\.Chart|passages\.Passage)|airspace\.rules\.(calendars|classes|kinds|pieces)\..*",
    ),
    (
        r"py:(func|mod|data)",
        r"read_with_warnings|showable|datum_named|PACK_SOURCES|airspace\.corridors\.library|.*\.singles",
    ),
]
# Pages that programs write begin their sections a level lower.
suppress_warnings = ["myst.header"]

html_theme = "furo"
html_title = f"Skyferry {release}"
html_copy_source = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    """Show tables of commas as they are; Pygments knows no such language."""
    app.add_lexer("csv", TextLexer)
