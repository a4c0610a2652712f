"""Rooms for the code on the pages: an empty folder with copies of the examples, so that a page changes nothing else."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def enter(*examples: str) -> None:
    """Go to an empty folder for the rest of the process, with copies of some examples in its ``examples``."""
    room = Path(tempfile.mkdtemp(prefix="skyferry-docs-"))
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    for name in examples:
        shutil.copytree(EXAMPLES / name, room / "examples" / name)
    os.chdir(room)
