"""Rooms for the code on the pages: an empty folder with copies of the examples, so that a page changes nothing else."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def enter(*examples: str) -> None:
    """Go to an empty folder for the rest of the process, with copies of some examples in its ``examples``.

    Python imports from there as well, as it does from where a person works.
    """
    before, room = Path.cwd(), Path(tempfile.mkdtemp(prefix="skyferry-docs-"))
    atexit.register(_leave, room, before)
    for name in examples:
        shutil.copytree(EXAMPLES / name, room / "examples" / name)
    os.chdir(room)
    sys.path.insert(0, str(room))


def _leave(room: Path, before: Path) -> None:
    os.chdir(before)
    shutil.rmtree(room, ignore_errors=True)
