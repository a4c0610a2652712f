"""The site: ``python -m sphinx -W -n --keep-going -b html docs out/docs``. Nothing is ever fetched."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

# What is run on a page runs with the interpreter that builds it, and with the packages of this checkout.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
os.environ |= {
    "NO_COLOR": "1",
    "TERM": "dumb",
    "COLUMNS": "100",
    "PYTHONWARNINGS": "error::DeprecationWarning:__main__",
}

project = "Skyferry"
author = "the authors of Skyferry"
project_copyright = author
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "docs.building.command_pages",
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
nb_execution_timeout = 180
nb_merge_streams = True

autodoc_default_options = {"members": True, "undoc-members": True}
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
python_use_unqualified_type_names = True
python_display_short_literal_types = True

# The documentation of other libraries is not asked where a thing stands in it: that would take a network.
nitpick_ignore_regex = [
    (
        r"py:.*",
        r"(numpy|np|npt|shapely|networkx|nx|pyproj|geopandas|pandas|datetime|pathlib|zoneinfo|collections)(\..*)?",
    ),
]

html_theme = "furo"
html_title = f"Skyferry {release}"
html_copy_source = False
html_show_sphinx = False
