from __future__ import annotations

import pytest

from airspace.errors import BadInput
from airspace.formats.documents import RawFile, document_of, json_of, read_raw, toml_of
from airspace.formats.telling import did_you_mean, place_of, shown


def problems_in(text: str) -> list[tuple[str, str]]:
    try:
        found = json_of("a.json", text).problems
    except BadInput as error:
        found = error.problems
    return [(item.code, item.place) for item in found]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('{"a": 1,}', "JSON_SYNTAX", "line 1, column 9"),
        ('{"a": 1\n "b": 2}', "JSON_SYNTAX", "line 2, column 2"),
        ('{"a": [{"b": 1, "b": 2}]}', "DUPLICATE_KEY", "a[0].b"),
        ('{"a": NaN}', "NOT_FINITE", "a"),
        ('{"a": [0, -Infinity]}', "NOT_FINITE", "a[1]"),
        ('{"a": 1e999}', "NOT_FINITE", "a"),
        ('{"a": ' + "9" * 5000 + "}", "NOT_FINITE", "a"),
        ('{"a": 1234567890123456789}', "NUMBER_TOO_LARGE", "a"),
        ('{"a": "\\u0000"}', "CONTROL_CHARACTER", "a"),
        ('{"a": "\\ud800"}', "CONTROL_CHARACTER", "a"),
        ('{"a": "\\u202egnp.exe"}', "CONTROL_CHARACTER", "a"),
        ('{"\\u001b[2J": 1}', "CONTROL_CHARACTER", "['\\x1b[2J']"),
        ('{"a": ' + "[" * 70 + "]" * 70 + "}", "TOO_DEEP", ""),
        ("[" * 100_000, "TOO_DEEP", ""),
    ],
    ids=lambda value: str(value)[:20],
)
def test_doubtful_json_is_told_with_its_place(text, code, place):
    assert problems_in(text) == [(code, place)]


def test_everything_doubtful_is_told_at_once():
    assert problems_in('{"a": NaN, "b": [1, 2, {"c": 1, "c": Infinity}]}') == [
        ("NOT_FINITE", "a"),
        ("DUPLICATE_KEY", "b[2].c"),
        ("NOT_FINITE", "b[2].c"),
    ]


def test_good_json_is_left_as_it_is():
    document = json_of("a.json", '{"名": ["深圳", 1, 2.5, null, true, "a\\nb"]}')
    assert document.data == {"名": ["深圳", 1, 2.5, None, True, "a\nb"]}
    assert document.problems == ()


def test_text_that_is_not_utf8_names_the_first_wrong_byte():
    with pytest.raises(BadInput) as caught:
        document_of(RawFile(name="a.csv", raw="id\n编号,深圳".encode("gbk")))
    [problem] = caught.value.problems
    assert (problem.code, problem.place, problem.found) == ("NOT_UTF8", "line 2, column 1", "the byte 0xb1")


def test_utf16_is_recognised():
    with pytest.raises(BadInput, match="UTF-16"):
        document_of(RawFile(name="a.csv", raw="id".encode("utf-16")))


def test_a_byte_order_mark_is_dropped():
    assert document_of(RawFile(name="a", raw=b'\xef\xbb\xbf{"a": 1}')).data == {"a": 1}


def test_files_above_the_limit_are_refused_without_being_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr("airspace.formats.documents.SIZE_LIMIT_BYTES", 2**20)
    path = tmp_path / "big.json"
    path.write_bytes(b" " * (2**20 + 1))
    with pytest.raises(BadInput) as caught:
        read_raw(path)
    assert [item.code for item in caught.value.problems] == ["FILE_TOO_LARGE"]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a = 1\nb = 1 2", "TOML_SYNTAX", "line 2, column 7"),
        ("a = 1\nb = ", "TOML_SYNTAX", "end of the file"),
        ("a = 2026-02-31", "TOML_SYNTAX", "line 1, column 5"),
        ("a = " + "[" * 5000, "TOO_DEEP", ""),
    ],
)
def test_broken_toml_is_told_with_its_place(text, code, place):
    with pytest.raises(BadInput) as caught:
        toml_of("a.toml", text)
    assert [(item.code, item.place) for item in caught.value.problems] == [(code, place)]


def test_places_and_values_are_short_and_printable():
    assert place_of(("features", 17, "properties", "lower")) == "features[17].properties.lower"
    assert place_of(("a b",)) == "['a b']"
    assert len(shown("x" * 1000)) == 60
    assert len(shown(list(range(10**5)))) <= 60
    assert shown("a\x1b\nb") == r"'a\x1b\nb'"
    assert (shown(None), shown(True)) == ("null", "true")


def test_near_words_are_offered_and_far_ones_are_not():
    assert did_you_mean("prohibted", ["PROHIBITED", "CONDITIONAL"]) == "Did you mean 'PROHIBITED'?"
    assert did_you_mean("banana", ["PROHIBITED", "CONDITIONAL"]) == ""
