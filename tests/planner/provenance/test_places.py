"""The first byte that differs, and the field it belongs to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.provenance import places
from planner.provenance.places import Difference, difference, field_at, file_difference

RECORD = """{
  "legs": [
    {"from": "A", "km": [1.5,2.5]},
    {"from": "深", "km": []}
  ],
  "name": "x"
}
""".encode()


def at(text: bytes, after: bytes = b"") -> int:
    return RECORD.index(text) + len(after)


def test_equal_bytes_do_not_differ() -> None:
    assert difference(RECORD, RECORD) is None


def test_a_changed_figure_is_told_with_byte_line_column_and_field() -> None:
    told = difference(RECORD.replace(b"2.5", b"2.6"), RECORD)
    assert told == Difference(byte=46, line=3, column=32, field="legs[0].km[1]", found="'6]},'", expected="'5]},'")
    assert str(told) == "byte 46, line 3, column 32 in legs[0].km[1]: found '6]},', expected '5]},'"


def test_a_file_cut_off_and_one_that_goes_on_are_told_by_their_ends() -> None:
    short, long = difference(RECORD[:-3], RECORD), difference(RECORD + b" ", RECORD)
    assert short is not None
    assert long is not None
    assert (short.found, short.expected, short.line) == ("the end of the file", "'\\n'", 6)
    assert (long.found, long.expected, long.byte) == ("' '", "the end of the file", len(RECORD) + 1)


@pytest.mark.parametrize(
    ("offset", "field"),
    [
        (0, ""),
        (at(b'"legs"'), "legs"),
        (at(b'"A"'), "legs[0].from"),
        (at(b"1.5"), "legs[0].km[0]"),
        (at(b"2.5"), "legs[0].km[1]"),
        (at(b"\xb7\xb1"), "legs[1].from"),
        (at(b"[]"), "legs[1].km[0]"),
        (at(b'"x"'), "name"),
        (len(RECORD), ""),
    ],
)
def test_each_byte_belongs_to_a_field(offset: int, field: str) -> None:
    assert field_at(RECORD, offset) == field


def test_every_value_of_a_document_is_found_at_its_own_place() -> None:
    """Each number stands once only, so that its place in the text is known."""
    document = {"a": [[11, 12], {"b": 13, "c:d": "14,]}"}], "e": {"f": [{"g": 15}]}, 'h"': 16}
    raw = json.dumps(document).encode()
    fields = {11: "a[0][0]", 12: "a[0][1]", 13: "a[1].b", 14: "a[1]['c:d']", 15: "e.f[0].g"}
    for number, field in fields.items():
        assert field_at(raw, raw.index(str(number).encode())) == field


@pytest.mark.parametrize("raw", [b"order_id,mass\n1,2\n", b"", b"schema = 1\n"])
def test_what_is_not_json_has_no_fields(raw: bytes) -> None:
    assert field_at(raw, len(raw) // 2) == ""


@pytest.mark.parametrize("raw", [b"}}]],,", b'{"a', b"[1,", b'{"a":"\\', b'{"a" "b"}', b"[[[["])
def test_broken_json_is_walked_through_all_the_same(raw: bytes) -> None:
    for offset in range(len(raw) + 1):
        assert isinstance(field_at(raw, offset), str)


@pytest.mark.parametrize("limit", [0, 1 << 30], ids=["in chunks", "at once"])
@pytest.mark.parametrize("place", [0, 9, 10, 11, 4095, 4096, 9000])
def test_large_files_differ_at_the_same_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, place: int
) -> None:
    monkeypatch.setattr(places, "SIZE_LIMIT_BYTES", limit)
    monkeypatch.setattr(places, "CHUNK_BYTES", 1024)
    old = b"0123456789\n" * 900
    new = old[:place] + b"#" + old[place + 1 :]
    (tmp_path / "old").write_bytes(old)
    (tmp_path / "new").write_bytes(new)
    told = file_difference(tmp_path / "new", tmp_path / "old")
    assert told is not None
    assert (told.byte, told.line, told.column) == (place + 1, place // 11 + 1, place % 11 + 1)
    assert file_difference(tmp_path / "old", tmp_path / "old") is None


def test_a_large_file_cut_off_differs_at_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "SIZE_LIMIT_BYTES", 0)
    (tmp_path / "old").write_bytes(b"ab\n" * 100)
    (tmp_path / "new").write_bytes(b"ab\n" * 99)
    told = file_difference(tmp_path / "new", tmp_path / "old")
    assert told is not None
    assert (told.byte, told.line, told.found) == (298, 100, "the end of the file")
