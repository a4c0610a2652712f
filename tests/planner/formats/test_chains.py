"""The log: what is added stays, and whatever else happens to it is found."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from airspace.errors import BadInput
from airspace.formats.documents import RawFile, read_raw
from planner.formats import chains
from planner.formats.chains import Chain, append, chain_of, line_of, link_of, linked, ready
from planner.model.chains import Deed, Kind, Link
from planner.model.reviews import Verdict

T0 = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def deed(number: int, kind: Kind = Kind.PLAN, verdict: Verdict | None = Verdict.PASS) -> Deed:
    return Deed(
        kind=kind, at=T0 + timedelta(seconds=number), by="王 小明", plan=f"sha256:{number:064x}", verdict=verdict,
        note='a "note"',
    )  # fmt: skip


def links(count: int) -> list[Link]:
    made: list[Link] = []
    for number in range(count):
        made.append(linked(deed(number), made[-1] if made else None))
    return made


def text(listed: list[Link]) -> bytes:
    return b"".join(line_of(link) + b"\n" for link in listed)


def chain(raw: bytes, *, head: str | None = None) -> Chain:
    return chain_of(RawFile(name="log", raw=raw), head=head)


def codes(raw: bytes, *, head: str | None = None) -> list[tuple[str, str]]:
    return [(problem.place, problem.code) for problem in chain(raw, head=head).problems]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return a log of three records."""
    for number in range(3):
        append(tmp_path / "log.jsonl", deed(number))
    return tmp_path / "log.jsonl"


def told(log: Path) -> Chain:
    return chain_of(read_raw(log))


def test_what_was_added_is_read_back_in_its_order_each_after_the_one_before(log: Path) -> None:
    found = told(log)
    assert found.problems == ()
    assert [link.deed for link in found.links] == [deed(number) for number in range(3)]
    assert [link.number for link in found.links] == [1, 2, 3]
    assert [link.prev for link in found.links] == ["", *(link.hash for link in found.links[:2])]
    assert found.head == found.links[-1].hash
    assert log.read_bytes() == text(links(3))


def test_a_line_is_canonical_json_and_its_hash_that_of_the_rest_of_it() -> None:
    line = json.loads(line_of(links(1)[0]))
    assert line["at"] == "2026-11-30T12:00:00.000+00:00"
    rest = {key: value for key, value in line.items() if key != "hash"}
    canonical = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert line["hash"] == "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def test_an_empty_log_is_whole_and_has_no_head() -> None:
    assert chain(b"") == Chain(links=(), problems=())
    assert chain(b"").head == ""


def test_each_kind_of_damage_is_called_by_its_name() -> None:
    a, b, c, d = (line_of(link) + b"\n" for link in links(4))
    assert codes(a + b + c + d) == []
    assert codes(a + b.replace(b"note", b"mote") + c) == [("line 2", "LINE_CHANGED"), ("line 3", "LINES_MISSING")]
    assert codes(a + c + d) == [("line 2", "LINES_MISSING")]
    assert codes(b + c) == [("line 1", "LINES_MISSING")]
    assert codes(a + b + b + c) == [("line 3", "LINE_TWICE")]
    assert codes(a + c + b + d)[0] == ("line 2", "LINES_MISSING")
    assert ("line 3", "OUT_OF_PLACE") in codes(a + c + b + d)
    assert codes(a + b + c[:-9]) == [("line 3", "TORN_END")]
    assert codes(a + b"\n" + b) == [("line 2", "LINE_CHANGED")]
    assert codes(a + b"{}\n" + b) == [("line 2", "LINE_CHANGED")]


def test_a_cut_off_end_shows_against_a_published_head_only() -> None:
    three = links(3)
    head = three[-1].hash
    assert codes(text(three[:2])) == []
    assert codes(text(three[:2]), head=head) == [("line 3", "HEAD_NOT_THERE")]
    assert codes(text([*three, linked(deed(9), three[-1])]), head=head) == [], "more may have been added since"


def test_a_log_written_anew_with_hashes_that_fit_shows_against_the_head() -> None:
    three = links(3)
    forged = linked(deed(7), three[0])
    anew = text([three[0], forged, linked(deed(2), forged)])
    assert codes(anew) == []
    assert codes(anew, head=three[-1].hash) == [("line 4", "HEAD_NOT_THERE")]


def tampered(listed: list[Link], rng: random.Random) -> bytes:
    """Return the text of a log after one thing was done to it, of eleven kinds."""
    lines = [line_of(link) + b"\n" for link in listed]
    raw, at, i, j = b"".join(lines), 0, rng.randrange(len(lines)), rng.randrange(len(lines))
    at = rng.randrange(len(raw))
    other = linked(deed(rng.randrange(100, 999)), listed[i - 1] if i else None)
    done = {
        "changed byte": lambda: raw[:at] + bytes([raw[at] ^ rng.randrange(1, 256)]) + raw[at + 1 :],
        "lost byte": lambda: raw[:at] + raw[at + 1 :],
        "byte put in": lambda: raw[:at] + bytes([rng.randrange(256)]) + raw[at:],
        "dropped": lambda: b"".join(lines[:i] + lines[i + 1 :]),
        "twice": lambda: b"".join([*lines[: i + 1], lines[i], *lines[i + 1 :]]),
        "moved": lambda: b"".join(_moved(lines, i, j)),
        "inserted": lambda: b"".join([*lines[:i], line_of(other) + b"\n", *lines[i:]]),
        "replaced": lambda: b"".join([*lines[:i], line_of(other) + b"\n", *lines[i + 1 :]]),
        "cut off": lambda: raw[:at],
        "records cut off": lambda: b"".join(lines[:i]),
        "written anew": lambda: text(_anew(listed, i, rng)),
    }
    return done[rng.choice(sorted(done))]()


def _moved(lines: list[bytes], i: int, j: int) -> list[bytes]:
    rest = lines[:i] + lines[i + 1 :]
    return [*rest[:j], lines[i], *rest[j:]]


def _anew(listed: list[Link], since: int, rng: random.Random) -> list[Link]:
    """Forge one record and give all that follow hashes that fit."""
    made = listed[:since]
    for link in listed[since:]:
        forged = deed(rng.randrange(100, 999)) if len(made) == since else link.deed
        made.append(linked(forged, made[-1] if made else None))
    return made


def test_1000_random_tamperings_are_all_found() -> None:
    listed, rng, done = links(12), random.Random(2026), 0
    raw, head = text(listed), listed[-1].hash
    while done < 1000:
        other = tampered(listed, rng)
        if other != raw:
            assert codes(other, head=head), other
            done += 1


def test_what_a_killed_writer_left_at_the_end_is_told_and_mended_by_the_next_record(log: Path) -> None:
    half = line_of(links(4)[3])[:50]
    with log.open("ab") as stream:
        stream.write(half)
    assert [problem.code for problem in told(log).problems] == ["TORN_END"]
    link = append(log, deed(3))
    assert link.mends is not None
    assert link.mends.bytes == 50
    found = told(log)
    assert found.problems == ()
    assert [one.deed for one in found.links] == [deed(number) for number in range(4)]
    assert half in log.read_bytes(), "nothing is ever taken out of a log"


def test_a_record_that_lacks_nothing_but_the_end_of_its_line_gets_it(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-1])
    assert [problem.code for problem in told(log).problems] == ["TORN_END"]
    link = append(log, deed(3))
    assert (link.number, link.mends) == (4, None)
    assert log.read_bytes() == text(links(4))


@pytest.mark.parametrize("change", [lambda half: half[:-1] + b"!", lambda _half: b"", lambda half: half + b"\nmore"])
def test_mended_bytes_are_under_the_hash_of_what_mends_them(log: Path, change) -> None:
    half = b'{"at":"torn'
    with log.open("ab") as stream:
        stream.write(half)
    append(log, deed(3))
    log.write_bytes(log.read_bytes().replace(half, change(half)))
    assert "TORN_CHANGED" in [problem.code for problem in told(log).problems]


def test_torn_bytes_that_nobody_mends_are_a_line_that_is_no_record() -> None:
    a, b = links(2)
    assert codes(line_of(a) + b"\n{\n" + line_of(b) + b"\n") == [("line 2", "LINE_CHANGED")]


def test_the_very_first_record_may_be_torn_too(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b'{"at":"2026-11-30T')
    ready(log)
    append(log, deed(0))
    assert told(log).problems == ()


@pytest.mark.parametrize("raw", [b"my diary", b"my diary\n", b'{"at":"x"}\n', b"\n"])
def test_a_file_that_is_no_log_is_never_written_to(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(raw)
    for act in (lambda: append(file, deed(0)), lambda: ready(file)):
        with pytest.raises(BadInput, match="a record as it was written at its end"):
            act()
    assert file.read_bytes() == raw


def test_nothing_is_added_behind_a_record_that_was_changed(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(f"{2:064x}".encode(), f"{7:064x}".encode()))
    with pytest.raises(BadInput) as caught:
        append(log, deed(3))
    assert [problem.code for problem in caught.value.problems] == ["LOG_BROKEN"]


@pytest.mark.parametrize("place", ["folder", "pipe", "below a file"])
def test_places_that_cannot_hold_a_log_are_refused(tmp_path: Path, place: str) -> None:
    path = tmp_path / "log"
    if place == "folder":
        path.mkdir()
    elif place == "pipe":
        os.mkfifo(path)
    else:
        path.write_text("")
        path = path / "log"
    with pytest.raises(BadInput) as caught:
        ready(path)
    assert [problem.code for problem in caught.value.problems] == ["CANNOT_WRITE"]


def test_a_full_disk_leaves_the_log_as_it_was(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = log.read_bytes()

    def half(stream, raw: bytes) -> None:
        stream.write(raw[:40])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(chains, "_write_all", half)
    with pytest.raises(BadInput, match="No space left on device"):
        append(log, deed(3))
    assert log.read_bytes() == before


def test_where_there_are_no_locks_nothing_is_written(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(BadInput, match="no locks there"):
        append(log, deed(3))


def test_a_log_that_is_too_long_asks_for_another_one(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "SIZE_LIMIT_BYTES", 100)
    with pytest.raises(BadInput, match="Begin another one"):
        append(log, deed(3))


def write_some(path: Path, first: int) -> None:
    for number in range(first, first + 25):
        append(path, deed(number))


def test_four_who_write_at_once_lose_nothing_and_break_nothing(tmp_path: Path) -> None:
    log, context = tmp_path / "log", multiprocessing.get_context("fork")
    writers = [context.Process(target=write_some, args=(log, 100 * k)) for k in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    found = told(log)
    assert found.problems == ()
    numbers = sorted(int(link.deed.plan[-64:], 16) for link in found.links)
    assert numbers == [100 * k + number for k in range(4) for number in range(25)]


@pytest.mark.parametrize(
    "line",
    [b"", b"[]", b"{}", b"[" * 100_000, b'{"at":"\\ud800"}', b"\xff", b"NaN", line_of(links(1)[0]) + b" "],
    ids=lambda raw: repr(raw[:12]),
)
def test_what_is_no_line_is_none(line: bytes) -> None:
    assert link_of(line) is None


def test_a_lone_surrogate_in_a_note_is_no_record_as_it_was_written() -> None:
    assert link_of(line_of(links(1)[0]).replace(b"note", b"\\ud800")) is None


def test_the_last_verdict_of_a_plan_is_that_of_its_last_check() -> None:
    made = [
        linked(deed(1, Kind.PLAN, Verdict.PASS), None),
    ]
    made.append(linked(deed(1, Kind.CHECK, Verdict.FAIL), made[-1]))
    made.append(linked(deed(1, Kind.APPROVAL, None), made[-1]))
    made.append(linked(deed(2, Kind.CHECK, Verdict.PASS), made[-1]))
    found = chain(text(made))
    assert found.last_verdict(deed(1).plan) is Verdict.FAIL
    assert found.last_verdict(deed(2).plan) is Verdict.PASS
    assert found.last_verdict(deed(3).plan) is None
