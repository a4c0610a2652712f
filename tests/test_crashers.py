"""Files that once broke a reader, read again: each ends in a value or in problems that can be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzzing import READERS, judged
from benchmarks.fuzzing.inputs import CRASHERS

FILES = sorted(path for path in CRASHERS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_file_breaks_its_reader_again(path: Path) -> None:
    # What it was made from stands behind the number or the word that it is called by.
    made_from = path.name.partition("-")[2]
    assert judged(READERS[path.parent.name], path.read_bytes(), made_from).defect is None


def test_there_are_files_of_every_kind_of_reader() -> None:
    assert len({path.parent.name for path in FILES}) >= 10
