import pytest

from airspace.errors import showable
from planner.errors import UnknownLanguage
from planner.output.languages import CATALOGUES, LOCALES, N_, Language, words
from tests.hostile import ALLOWED

CHINESE = pytest.mark.parametrize("language", list(CATALOGUES), ids=str)


def test_english_is_said_as_it_is_written() -> None:
    say = words(Language.EN)
    assert say("Hub") == "Hub"
    assert say("nobody has written this") == "nobody has written this"
    assert say.known("nobody has written this") == "nobody has written this"
    assert say.plural("{count} leg", "{count} legs", 1) == "1 leg"
    assert say.plural("{count} leg", "{count} legs", 0) == "0 legs"


def test_hong_kong_and_the_mainland_have_terms_of_their_own() -> None:
    hong_kong, mainland = words(Language.ZH_HANT), words(Language.ZH_HANS)
    assert [hong_kong("Authorisation required"), mainland("Authorisation required")] == ["須取得授權", "须取得批准"]
    assert [hong_kong("NOT CHECKED"), mainland("NOT CHECKED")] == ["未檢查", "未检查"]


@CHINESE
def test_what_nobody_has_translated_is_said_in_english_and_can_be_told(language: Language) -> None:
    say = words(language)
    assert say("nobody has written this, {name}", name="X") == "nobody has written this, X"
    assert say.known("nobody has written this") is None
    assert say.plural("{count} thing", "{count} things", 2) == "2 things"
    assert say.plural("{count} thing", "{count} things", 1) == "1 thing"


@CHINESE
def test_what_is_the_same_in_chinese_counts_as_translated(language: Language) -> None:
    assert words(language).known("1 cm") == "1 cm"


def test_a_value_brings_no_places_of_its_own() -> None:
    say = words(Language.EN)
    assert say("{a} and {b}", a="{b}", b="B") == "{b} and B"
    assert say("{a} and {b}", a="A") == "A and {b}"
    for payload in ALLOWED:
        assert say("<{name}>", name=payload.whole) == f"<{payload.whole}>"


def test_a_text_that_is_marked_stays_as_it_is() -> None:
    assert N_("Hub") == "Hub"


@pytest.mark.parametrize("tag", ["fr", "zh", "zh_Hant", "EN", "", "x\x1b[31m"])
def test_a_language_that_no_page_speaks_is_refused_with_those_that_pages_do(tag: str) -> None:
    with pytest.raises(UnknownLanguage, match=r"expected one of en, zh-Hant, zh-Hans$") as refused:
        Language(tag)
    assert repr(showable(tag)) in str(refused.value)
    assert str(refused.value).isprintable()
    assert isinstance(refused.value, ValueError)


def test_every_language_but_english_has_a_catalogue_of_its_own() -> None:
    assert {*CATALOGUES, Language.EN} == set(Language)
    assert {folder.name for folder in LOCALES.iterdir()} == set(CATALOGUES.values())
