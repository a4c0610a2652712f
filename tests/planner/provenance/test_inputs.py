"""Inputs as they were, changed, gone, and beside an old copy."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from planner.model.jobs import InputFile
from planner.provenance.inputs import InputState, input_states

OLD = b"order_id,mass_kg\nO-1,2.0\n"
ORDERS = InputFile(path="orders.csv", sha256=hashlib.sha256(OLD).hexdigest())


def state(folder: Path, *, against: Path | None = None, item: InputFile = ORDERS) -> InputState:
    (told,) = input_states([item], folder, against=against)
    return told


def folder_with(folder: Path, raw: bytes) -> Path:
    folder.mkdir()
    (folder / "orders.csv").write_bytes(raw)
    return folder


def test_a_file_as_it_was_is_the_same(tmp_path: Path) -> None:
    assert state(folder_with(tmp_path / "now", OLD)).same


def test_a_changed_file_is_told_with_both_hashes_and_the_first_byte_from_an_old_copy(tmp_path: Path) -> None:
    now, old = folder_with(tmp_path / "now", OLD.replace(b"2.0", b"5.0")), folder_with(tmp_path / "old", OLD)
    told = state(now, against=old)
    assert not told.same
    assert told.found == hashlib.sha256(OLD.replace(b"2.0", b"5.0")).hexdigest()
    assert told.difference is not None
    assert (told.difference.byte, told.difference.line, told.difference.column) == (22, 2, 5)
    assert state(now).difference is None


def test_a_copy_that_is_not_the_old_file_either_is_not_compared_with(tmp_path: Path) -> None:
    now, other = folder_with(tmp_path / "now", b"new"), folder_with(tmp_path / "old", b"other")
    told = state(now, against=other)
    assert told.difference is None
    assert "not the file that the plan was made from either" in told.copy
    (other / "orders.csv").unlink()
    assert state(now, against=other).copy == "not there"


def test_what_is_gone_or_no_file_any_more_is_told(tmp_path: Path) -> None:
    assert state(tmp_path).trouble == "not there"
    (tmp_path / "orders.csv").mkdir()
    assert state(tmp_path).trouble == "not a file"
    (tmp_path / "orders.csv").rmdir()
    os.mkfifo(tmp_path / "orders.csv")
    assert state(tmp_path).trouble == "not a file"


@pytest.mark.parametrize("path", ["/etc/hostname", "../other/orders.csv", "a/../../b"])
def test_no_record_makes_anybody_read_files_outside_of_the_folder(tmp_path: Path, path: str) -> None:
    told = state(tmp_path, item=InputFile(path=path, sha256="0" * 64))
    assert (told.found, told.trouble) == (None, "its path leads out of the folder")


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    told = state(tmp_path, item=InputFile(path="a\0b", sha256="0" * 64))
    assert told.found is None
    assert "null" in told.trouble or told.trouble == "not there"
