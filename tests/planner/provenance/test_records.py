"""Every byte of a record counts: what changes one is found."""

from __future__ import annotations

import contextlib
import json
import random
from pathlib import Path

import pytest

from airspace.errors import BadInput
from planner.formats.plans import digest, record_text
from planner.provenance.records import Record, read_whole


def written(record: Record, raw: bytes, folder: Path) -> Path:
    file = folder / record.file.name
    file.write_bytes(raw)
    return file


@pytest.fixture(scope="module")
def record(made: Path) -> Record:
    return read_whole(made / "out" / "plan.json")


def test_a_record_as_it_was_written_is_whole(record: Record) -> None:
    assert record.whole
    assert record.stated == record.digest == json.loads(record.raw)["digest"]


def tampered(raw: bytes, rng: random.Random) -> bytes:
    """Return bytes with one of them changed, taken away, put in, or swapped with the next."""
    at, kind = rng.randrange(len(raw)), rng.randrange(4)
    if kind == 0:
        return raw[:at] + bytes([raw[at] ^ rng.randrange(1, 256)]) + raw[at + 1 :]
    if kind == 1:
        return raw[:at] + raw[at + 1 :]
    if kind == 2:
        return raw[:at] + bytes([rng.randrange(256)]) + raw[at:]
    return raw[:at] + raw[at + 1 : at + 2] + raw[at : at + 1] + raw[at + 2 :]


def test_200_random_changes_of_a_byte_are_all_found(record: Record, tmp_path: Path) -> None:
    rng, found = random.Random(1), 0
    while found < 200:
        raw = tampered(record.raw, rng)
        if raw == record.raw:
            continue  # two equal neighbours were swapped
        with contextlib.suppress(BadInput):  # no record at all any more
            assert not read_whole(written(record, raw, tmp_path)).whole
        found += 1


def test_a_decimal_that_no_digest_sees_is_found_with_its_place(record: Record, tmp_path: Path) -> None:
    cost = f'"cost": {json.loads(record.raw)["totals"]["cost"]}'.encode()
    changed = read_whole(written(record, record.raw.replace(cost, cost + b"00000001"), tmp_path))
    assert changed.stated == changed.digest
    assert changed.written_otherwise is not None
    assert changed.written_otherwise.field == "totals.cost"


def test_another_layout_is_found_although_the_digest_fits(record: Record, tmp_path: Path) -> None:
    other = read_whole(written(record, json.dumps(json.loads(record.raw)).encode(), tmp_path))
    assert other.stated == other.digest
    assert other.written_otherwise is not None
    assert not other.whole


def test_a_key_of_a_later_version_is_under_the_digest_and_the_record_whole(record: Record, tmp_path: Path) -> None:
    later = json.loads(record.raw) | {"weather": "fine"}
    told = record_text(later | {"digest": digest(later)}).encode()
    assert read_whole(written(record, told, tmp_path)).whole
    assert not read_whole(written(record, told.replace(b"fine", b"foul"), tmp_path)).whole
