from __future__ import annotations

import io
import struct
import warnings
import zipfile

import pytest

from airspace.errors import BadInput
from airspace.formats.markup.archives import kml_of, members_of, names_of

KML = b"<kml/>"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def codes(raw: bytes) -> list[str]:
    with pytest.raises(BadInput) as caught:
        kml_of("a.kmz", raw)
    assert all(problem.file == "a.kmz" for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def patched(raw: bytes, mark: bytes, offset: int, layout: str, value: int) -> bytes:
    """The archive with a number in its headers changed, wherever the mark of such a header stands."""
    changed, at = bytearray(raw), raw.find(mark)
    while at >= 0:
        struct.pack_into(layout, changed, at + offset, value)
        at = raw.find(mark, at + 1)
    return bytes(changed)


def test_doc_kml_goes_before_others():
    name, content, problems = kml_of("a.kmz", zipped(("a.kml", b"<a/>"), ("doc.kml", KML)))
    assert (name, content) == ("doc.kml", KML)
    (problem,) = problems
    assert (problem.code, problem.warning) == ("OTHER_KML", True)


def test_without_doc_kml_the_first_at_the_top_is_read():
    raw = zipped(("files/x.kml", b"<a/>"), ("Zones.KML", KML), ("z.kml", b"<b/>"))
    assert kml_of("a.kmz", raw)[:2] == ("Zones.KML", KML)


def test_pictures_and_nested_archives_are_left_alone():
    raw = zipped(("doc.kml", KML), ("files/a.png", b"\x89PNG"), ("b.kmz", zipped(("doc.kml", b"<b/>"))))
    assert kml_of("a.kmz", raw) == ("doc.kml", KML, ())


def test_an_archive_without_kml_at_its_top_is_refused():
    assert codes(zipped(("files/doc.kml", KML))) == ["NO_KML"]


@pytest.mark.parametrize("name", ["../doc.kml", "/doc.kml", "a/../../b", "C:\\x.kml", "..\\doc.kml", "\\\\host\\x.kml"])
def test_paths_that_lead_outside_are_refused_though_nothing_is_written(name):
    assert codes(zipped((name, KML), ("doc.kml", KML))) == ["PATH_OUTSIDE"]


def test_a_member_that_unpacks_to_a_hundred_times_its_size_is_refused():
    assert codes(zipped(("doc.kml", b" " * 20 * 2**20))) == ["ZIP_BOMB"]


def test_a_small_file_may_shrink_well():
    content = b"<kml>" + b" " * 500_000 + b"</kml>"
    assert kml_of("a.kmz", zipped(("doc.kml", content)))[1] == content


def test_the_ratio_counts_what_comes_out_not_what_the_header_says():
    """The headers say that it is small; it is cut at that size, and then does not match its checksum."""
    raw = zipped(("doc.kml", b" " * 20 * 2**20))
    small = patched(patched(raw, b"PK\x01\x02", 24, "<I", 1000), b"PK\x03\x04", 22, "<I", 1000)
    assert codes(small) == ["BAD_ARCHIVE"]


def test_a_packed_size_larger_than_the_archive_does_not_hide_the_ratio():
    raw = zipped(("doc.kml", b" " * 20 * 2**20))
    (code,) = codes(patched(raw, b"PK\x01\x02", 20, "<I", 2**31))
    assert code in ("ZIP_BOMB", "BAD_ARCHIVE")  # some versions of Python see through it themselves


def test_ten_gigabytes_in_the_headers_are_refused_before_anything_is_unpacked():
    raw = zipped(("doc.kml", KML), ("a.png", b"x"))
    assert codes(patched(raw, b"PK\x01\x02", 24, "<I", 2**32 - 2)) == ["FILE_TOO_LARGE"]


def test_too_many_members_are_refused_before_they_are_listed():
    raw = zipped(*((f"{number}.txt", b"") for number in range(1_001)), ("doc.kml", KML))
    assert codes(raw) == ["TOO_MANY_MEMBERS"]
    assert names_of(raw) == ()


def test_folders_count_as_members():
    assert codes(zipped(*((f"{number}/", b"") for number in range(1_001)))) == ["TOO_MANY_MEMBERS"]


def test_encrypted_members_are_refused():
    raw = patched(zipped(("doc.kml", KML)), b"PK\x01\x02", 8, "<H", 0x1)
    assert codes(raw) == ["ENCRYPTED"]


def test_names_that_stand_twice_are_refused():
    assert codes(zipped(("doc.kml", KML), ("doc.kml", b"<b/>"))) == ["DUPLICATE_MEMBER"]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_other_methods_of_compression_are_refused(method):
    assert codes(zipped(("doc.kml", KML), method=method)) == ["UNKNOWN_COMPRESSION"]


def test_a_broken_archive_is_refused_wherever_it_is_cut():
    raw = zipped(("doc.kml", KML * 50))
    for end in range(4, len(raw) - 1):
        assert codes(raw[:end]) == ["BAD_ARCHIVE"]
    damaged = bytearray(raw)
    damaged[45] ^= 0xFF
    assert codes(bytes(damaged)) == ["BAD_ARCHIVE"]


def test_asking_for_names_never_fails():
    assert names_of(b"PK\x03\x04 nothing") == ()
    assert names_of(zipped(("wpmz/template.kml", KML))) == ("wpmz/template.kml",)


def test_members_are_taken_out_by_name_wherever_they_lie() -> None:
    raw = zipped(("wpmz/a.kml", KML), ("wpmz/res/b.json", b"{}"), ("c.txt", b"c"))
    assert members_of("a.kmz", raw, ("wpmz/a.kml", "wpmz/res/b.json", "d.txt")) == {
        "wpmz/a.kml": KML,
        "wpmz/res/b.json": b"{}",
    }


def test_members_are_held_against_the_same_limits() -> None:
    for raw, code in (
        (zipped(("a", b" " * 20_000_000)), "ZIP_BOMB"),
        (zipped(("a", b"a"), ("../b", b"b")), "PATH_OUTSIDE"),
        (zipped(("a", b"a"), ("a", b"b")), "DUPLICATE_MEMBER"),
        (b"PK\x03\x04", "BAD_ARCHIVE"),
    ):
        with pytest.raises(BadInput) as caught:
            members_of("a.kmz", raw, ("a",))
        assert [problem.code for problem in caught.value.problems] == [code]
