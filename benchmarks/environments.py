"""An environment of its own for the libraries that we are compared with, because their pins clash with ours.

It is made on first use, in ``.bench`` of the checkout, from the extra ``bench`` of pyproject.toml.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

from benchmarks.tables import ROOT

CACHE = ROOT / ".bench"
PATIENCE_S = 500
"""How long pip may take; a download that hangs is no reason to wait for ever."""


class NotInstalledError(Exception):
    """The environment is not there and could not be made; the text says why."""


def python_of_peers(*, make: bool) -> Path:
    """Return the interpreter of the environment that holds the peers.

    Parameters
    ----------
    make
        Whether it may be made when it is not there.

    Raises
    ------
    NotInstalledError
        If it is not there and may not, or cannot, be made.
    """
    wanted = _wanted()
    folder = CACHE / f"peers-{hashlib.sha256(' '.join(wanted).encode()).hexdigest()[:8]}"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if (folder / "ready").exists():
        return python
    if not make:
        raise NotInstalledError(f"{CACHE.name} has no environment for the peers; a full run makes it")
    print(f"installing the peers in {folder.relative_to(ROOT)}, once", file=sys.stderr)
    venv.create(folder, with_pip=True, clear=True)
    _install(python, wanted)
    (folder / "ready").touch()
    return python


def _wanted() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted: list[str] = project["optional-dependencies"]["bench"]
    return sorted(wanted)


def _install(python: Path, wanted: list[str]) -> None:
    # Our own pins are what the peers clash with.
    variables = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
    try:
        subprocess.run(command, env=variables, check=True, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.CalledProcessError as error:
        said = [text for text in error.stderr.splitlines() if text.startswith("ERROR")] or error.stderr.splitlines()
        raise NotInstalledError(f"pip said: {said[-1] if said else 'nothing'}") from error
    except subprocess.TimeoutExpired as error:
        raise NotInstalledError(f"pip did not end within {PATIENCE_S} s") from error
