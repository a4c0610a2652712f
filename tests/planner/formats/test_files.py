from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from pathlib import Path

import pytest

from airspace.errors import BadInput
from planner.formats import files
from planner.formats.files import LEFT_BEHIND, write_atomically, write_together


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


def test_bytes_and_texts_are_written_together(tmp_path):
    write_together({tmp_path / "a" / "plan.kmz": b"PK\x00\xff", tmp_path / "b" / "plan.kml": "深圳"})
    assert (tmp_path / "a" / "plan.kmz").read_bytes() == b"PK\x00\xff"
    assert (tmp_path / "b" / "plan.kml").read_bytes() == "深圳".encode()


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


def test_files_that_belong_together_are_all_written_or_none(tmp_path, monkeypatch):
    write_together({tmp_path / "map.html": "old map", tmp_path / "plan.json": "old plan"})
    flush, calls = os.fsync, []

    def full_at_the_second(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        flush(handle)

    monkeypatch.setattr(os, "fsync", full_at_the_second)
    with pytest.raises(BadInput, match=r"plan\.json: expected a place that can be written to, found No space left"):
        write_together({tmp_path / "map.html": "new map", tmp_path / "plan.json": "new plan"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "map.html": "old map", "plan.json": "old plan",
    }  # fmt: skip


def test_a_folder_in_the_place_of_one_of_them_keeps_all_from_being_written(tmp_path):
    (tmp_path / "plan.json").mkdir()
    with pytest.raises(BadInput, match="Is a directory"):
        write_together({tmp_path / "map.html": "map", tmp_path / "plan.json": "plan"})
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_files_take_their_places_in_the_order_given(tmp_path, monkeypatch):
    placed, replace = [], Path.replace

    def noted(self: Path, target: Path) -> Path:
        placed.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    write_together({tmp_path / name: "x" for name in ("map.html", "review.json", "plan.json")})
    assert placed == ["map.html", "review.json", "plan.json"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_between_two_files_waits_until_both_stand(tmp_path, monkeypatch, number):
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        signal.raise_signal(number)
        return replace(self, target)

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    before = signal.signal(number, stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            write_together({tmp_path / "a": "1", tmp_path / "b": "2"})
        assert signal.getsignal(number) is stop
    finally:
        signal.signal(number, before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_another_thread_writes_as_well(tmp_path):
    thread = threading.Thread(target=write_atomically, args=(tmp_path / "a", "1"))
    thread.start()
    thread.join()
    assert (tmp_path / "a").read_text() == "1"


def test_what_somebody_killed_while_writing_left_behind_is_cleared_by_the_next(tmp_path):
    (tmp_path / LEFT_BEHIND.replace("*", "dead")).write_text("half a pl")
    write_atomically(tmp_path / "plan.json", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_what_somebody_is_writing_just_now_is_left_alone(tmp_path):
    temporary, stream = files._claimed(tmp_path)
    with stream:
        write_atomically(tmp_path / "plan.json", "whole")
        assert temporary.exists()
    write_atomically(tmp_path / "plan.json", "whole")
    assert not temporary.exists()


def test_a_temporary_file_cleared_before_it_was_locked_is_made_anew(tmp_path, monkeypatch):
    lock, locked = files.lock, []

    def late(stream: object, **options: bool) -> bool:
        if not locked:
            for temporary in tmp_path.iterdir():
                temporary.unlink()
        locked.append(stream)
        return lock(stream, **options)

    monkeypatch.setattr(files, "lock", late)
    write_atomically(tmp_path / "plan.json", "whole")
    assert (tmp_path / "plan.json").read_text() == "whole"
    assert len(locked) == 2


def test_without_locks_files_are_written_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    write_atomically(tmp_path / "plan.json", "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]
