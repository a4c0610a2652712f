"""A day planned and written as ``skyferry plan`` does, once for all tests of this folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner import cli

TINY = Path(__file__).parents[3] / "examples" / "tiny"


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the tiny example, ``tiny``, and its plan, ``out``; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(TINY, folder / "tiny")
    result = CliRunner().invoke(cli.app, ["plan", str(folder / "tiny"), "-o", str(folder / "out")])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def day(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it that may be changed."""
    return shutil.copytree(made, tmp_path / "day")
