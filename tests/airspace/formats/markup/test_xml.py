from __future__ import annotations

import pytest

from airspace.errors import BadInput
from airspace.formats.markup.xml import check, first_element, parse


def refused(text: str) -> tuple[str, str]:
    """The code and the place of the only problem; the check without a tree must refuse the same."""
    with pytest.raises(BadInput) as caught:
        parse("a.xml", text)
    with pytest.raises(BadInput) as again:
        check("a.xml", text)
    assert caught.value.problems == again.value.problems
    (problem,) = caught.value.problems
    return problem.code, problem.place


def test_elements_know_their_text_their_attributes_and_their_place():
    root = parse("a.xml", '<?xml version="1.0"?>\n<a>\n  <b c="d">one <i>two</i> three</b>\n</a>')
    (b,) = root.all("b")
    assert (b.line, b.column) == (3, 3)
    assert dict(b.attributes) == {"c": "d"}
    assert b.words == "one two three"
    assert root.find("x") is None
    assert root.words_of("b") == "one two three"


def test_columns_count_characters_not_bytes():
    root = parse("a.xml", "<a>香港<b/></a>")
    assert root.find("b").column == 6


def test_character_data_is_text():
    assert parse("a.xml", "<a><![CDATA[<b>x</b> & y]]></a>").words == "<b>x</b> & y"


def test_elements_of_another_namespace_are_not_found_by_name():
    root = parse("a.xml", '<a xmlns="u" xmlns:gx="v"><gx:b>1</gx:b><b>2</b></a>')
    assert root.words_of("b") == "2"


def billion_laughs() -> str:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return f'<?xml version="1.0"?>\n<!DOCTYPE kml [<!ENTITY l0 "lol">{entities}]><kml>&l9;</kml>'


HOSTILE = {
    "billion laughs": billion_laughs(),
    "external entity": '<?xml version="1.0"?>\n<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/hostname">]><k>&x;</k>',
    "quadratic": f'<?xml version="1.0"?>\n<!DOCTYPE k [<!ENTITY x "{"y" * 9000}">]><k>{"&x;" * 9000}</k>',
    "parameter entity": '<?xml version="1.0"?>\n<!DOCTYPE k [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><k/>',
    "external subset": '<?xml version="1.0"?>\n<!DOCTYPE k SYSTEM "http://127.0.0.1/x.dtd"><k/>',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_document_types_are_refused_before_anything_is_expanded(text):
    code, place = refused(text)
    assert code == "DOCUMENT_TYPE"
    assert place.startswith("line 2, column ")


def test_deep_nesting_is_refused_at_its_hundred_and_first_level():
    assert refused("<a>" * 100_000) == ("TOO_DEEP", "line 1, column 301")
    assert parse("a.xml", "<a>" * 100 + "</a>" * 100).name == "a"


def test_endless_elements_are_refused():
    assert refused("<a>" + "<b/>" * 500_000)[0] == "TOO_MANY_ELEMENTS"


def test_endless_attributes_are_refused():
    tag = "<b " + " ".join(f'a{i}=""' for i in range(1_000)) + "/>"
    assert refused("<a>" + tag * 500)[0] == "TOO_MANY_ELEMENTS"


@pytest.mark.parametrize("text", ['<a b="{}"/>', "<a><!--{}--></a>", "<a><?p {}?></a>", "<{}/>"])
def test_a_tag_longer_than_a_megabyte_is_refused(text):
    assert refused(text.format("y" * 3 * 2**20))[0] == "TAG_TOO_LONG"


def test_long_text_is_no_long_tag():
    assert len(parse("a.xml", f"<a>{'1,2,3 ' * 400_000}</a>").text) == 2_400_000


@pytest.mark.parametrize(
    ("text", "place"),
    [("<a>\n <b></c></a>", "line 2, column 7"), ("<a>\n", "line 2, column 1"), ("<a>&nbsp;</a>", "line 1, column 4")],
)
def test_broken_syntax_is_told_with_its_place(text, place):
    assert refused(text) == ("XML_SYNTAX", place)


def test_a_prefix_without_a_namespace_is_told_with_what_to_do():
    with pytest.raises(BadInput) as caught:
        parse("a.xml", "<kml><gx:b/></kml>")
    assert "xmlns" in caught.value.problems[0].fix


@pytest.mark.parametrize("encoding", ["UTF-7", "UTF-16", "ISO-8859-1", "hz"])
def test_no_other_program_may_read_the_same_bytes_in_another_encoding(encoding):
    assert refused(f'<?xml version="1.0" encoding="{encoding}"?><a/>')[0] == "WRONG_ENCODING"


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "US-ASCII"])
def test_utf8_may_be_declared(encoding):
    assert parse("a.xml", f'<?xml version="1.0" encoding="{encoding}"?><a/>').name == "a"


def test_half_a_character_is_refused():
    assert refused("<a>\ud800</a>")[0] == "NOT_UTF8"


def test_the_place_names_the_member_of_an_archive():
    with pytest.raises(BadInput) as caught:
        parse("a.kmz", "<a", inside="doc.kml")
    assert caught.value.problems[0].place == "doc.kml, line 1, column 1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<kml/>", ("", "kml")),
        ('\ufeff\n<?xml version="1.0"?><!-- <b> --><k:kml xmlns:k="u">', ("u", "kml")),
        ('<kml xmlns="http://www.opengis.net/kml/2.2" x="1">', ("http://www.opengis.net/kml/2.2", "kml")),
        ('<!DOCTYPE kml [<!ENTITY l "<b>">]><kml>', ("", "b")),
        ("<!DOCTYPE kml [" + "x" * 100_000, ("", "kml")),
        ("{}", ("", "")),
        ("", ("", "")),
        ("a < b", ("", "")),
        ("<!-- never closed <kml>", ("", "")),
        ("<!--" * 20_000, ("", "")),
        ("<?" * 30_000, ("", "")),
    ],
)
def test_the_first_element_is_guessed_without_parsing(text, expected):
    assert first_element(text) == expected
