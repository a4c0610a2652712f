from __future__ import annotations

import os
import stat

import pytest

from airspace.errors import BadInput
from planner.formats.files import write_atomically


def test_the_whole_text_is_written_as_utf8_and_folders_are_made(tmp_path):
    write_atomically(tmp_path / "a" / "b.json", "深圳\n")
    assert (tmp_path / "a" / "b.json").read_bytes() == "深圳\n".encode()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.json"]


def test_the_file_gets_the_permissions_of_any_new_file(tmp_path):
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_when_writing_fails_the_old_file_stays_and_nothing_else(tmp_path, monkeypatch, error):
    path = tmp_path / "plan.json"
    write_atomically(path, "old")

    def fail(_handle: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else BadInput):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.json"]


def test_text_that_no_file_can_hold_leaves_nothing_behind(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_atomically(tmp_path / "a", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "plan.json", tmp_path):
        with pytest.raises(BadInput) as caught:
            write_atomically(path, "x")
        assert [item.code for item in caught.value.problems] == ["CANNOT_WRITE"]


def test_a_link_in_the_place_of_the_file_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "victim").write_text("old", encoding="utf-8")
    (tmp_path / "plan.json").symlink_to(tmp_path / "victim")
    write_atomically(tmp_path / "plan.json", "new")
    assert (tmp_path / "victim").read_text(encoding="utf-8") == "old"
    assert not (tmp_path / "plan.json").is_symlink()
    assert (tmp_path / "plan.json").read_text(encoding="utf-8") == "new"
