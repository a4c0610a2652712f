"""Both catalogues: whole, up to date, alike in their places, and in the terms of the glossary."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from airspace.formats.ledgers import shipped
from docs import languages
from docs.collecting import Text, collected, of_python, of_script, of_template
from planner.output.languages import CATALOGUES, Language, words
from planner.safety.rules import RULES

ROOT = Path(__file__).parents[2]
CHINESE = pytest.mark.parametrize("language", list(CATALOGUES), ids=str)
HAN = "\u3400-\u9fff"


@cache
def texts() -> Mapping[Text, list[str]]:
    return collected()


@cache
def told(language: Language) -> Mapping[Text, str]:
    return languages.translations(language)


def english(text: Text) -> str:
    return text if isinstance(text, str) else text[-1]


# ---------------------------------------------------------------- whole and up to date


@CHINESE
def test_every_text_is_translated(language: Language) -> None:
    assert languages.untranslated(language, texts()) == []


@CHINESE
def test_the_files_are_those_that_the_texts_give_so_that_nothing_unused_is_left_in_them(language: Language) -> None:
    stale = [file.name for file, new in languages.files_of(language, texts()).items() if file.read_bytes() != new]
    assert stale == [], "run python -m docs.languages"


@CHINESE
def test_what_is_compiled_says_what_is_written(language: Language) -> None:
    say = words(language)
    for text, string in told(language).items():
        said = say.known(text) if isinstance(text, str) else say.catalogue.ngettext(*text, 2)
        assert said == string, text


@CHINESE
def test_nothing_is_only_guessed(language: Language) -> None:
    assert [message.id for message in languages.read(language) if message.id and message.fuzzy] == []


@CHINESE
def test_the_files_tell_no_dates_no_persons_and_no_lines(language: Language) -> None:
    written = languages.file_of(language, "po").read_text("utf-8")
    head = written.partition("\n\n")[0]
    assert not re.search(r"\d{4}-|@|FIRST|Translator", head)
    assert not re.search(r"^#: .*:\d", written, re.MULTILINE)


def test_a_text_that_came_and_one_that_went_are_told_and_then_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    monkeypatch.setattr(languages, "collected", lambda: {"Hub": ["a.py"], "Went": ["a.py"]})
    for language in CATALOGUES:
        file = languages.file_of(language, "po")
        file.parent.mkdir(parents=True)
        file.write_text(
            'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Hub"\nmsgstr "樞紐"\n', "utf-8"
        )
        languages.file_of(language, "mo").touch()
    assert languages.main([]) == 1, "nobody has translated one of them"
    monkeypatch.setattr(languages, "collected", lambda: {"Hub": ["a.py"], ("{count} leg", "{count} legs"): ["b.js"]})
    before = languages.file_of(Language.ZH_HANT, "po").read_bytes()
    assert languages.main(["--check"]) == 1
    assert languages.file_of(Language.ZH_HANT, "po").read_bytes() == before, "--check writes nothing"
    assert "2 texts, 1 not translated; would change: skyferry.po, skyferry.mo" in capsys.readouterr().out
    languages.main([])
    assert languages.translations(Language.ZH_HANT) == {"Hub": "樞紐", ("{count} leg", "{count} legs"): ""}
    written = languages.file_of(Language.ZH_HANT, "po").read_bytes()
    assert b"Went" not in written
    languages.main([])
    assert languages.file_of(Language.ZH_HANT, "po").read_bytes() == written


# ---------------------------------------------------------------- what stands in them


def places(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{\w+\}", text)))


@CHINESE
def test_a_translation_has_the_places_of_its_text(language: Language) -> None:
    wrong = [text for text, string in told(language).items() if places(english(text)) != places(string)]
    assert wrong == []


@CHINESE
def test_a_translation_is_in_chinese_unless_its_text_has_no_words(language: Language) -> None:
    units = {
        "m",
        "s",
        "h",
        "g",
        "cm",
        "kg",
        "km",
        "l",
        "Wh",
        "W",
        "hPa",
        "min",
        "C",
        "AMSL",
        "UTC",
        "WGS",
        "ETA",
        "SHA",
    }
    for text, string in told(language).items():
        letters = set(re.findall(r"[A-Za-z]+", re.sub(r"\{\w+\}", "", english(text))))
        assert re.search(f"[{HAN}]", string) or letters <= units or PUT_IN_ORDER.fullmatch(string), text


PUT_IN_ORDER = re.compile(r"(\{\w+\}|\W)+")
"""Places and signs alone: what is Chinese stands in the places."""

# One thing in both scripts, the traditional sign first.
TELLING = (
    "無无 機机 區区 須须 門门 時时 間间 離离 過过 開开 關关 經经 維维 與与 為为 邊边 緣缘 訂订 單单 電电 "
    "儲储 備备 飛飞 閘闸 樞枢 紐纽 貨货 運运 輸输 線线 圖图 標标 檢检 查查 確确 認认 記记 錄录 點点 風风 "
    "陣阵 氣气 溫温 載载 險险 價价 證证 據据 動动 數数 說说 讀读 寫写 從从 個个 這这 種种 則则 規规 總总 "
    "長长 寬宽 處处 對对 應应 當当 會会 來来 後后"
)
TRADITIONAL = {pair[0] for pair in TELLING.split() if pair[0] != pair[1]}
SIMPLIFIED = {pair[1] for pair in TELLING.split() if pair[0] != pair[1]} - {"后"}
"""The last stands for an empress in traditional script, and nowhere here."""


FOREIGN = {Language.ZH_HANT: SIMPLIFIED, Language.ZH_HANS: TRADITIONAL}


@CHINESE
def test_no_character_of_the_other_script_slipped_in(language: Language) -> None:
    assert {text: string for text, string in told(language).items() if FOREIGN[language] & set(string)} == {}


@CHINESE
def test_punctuation_beside_chinese_is_of_full_width(language: Language) -> None:
    half = re.compile(f"[{HAN}][,;:!?()]|[,;:!?()][{HAN}]|[{HAN}]\\.$")
    assert {text: string for text, string in told(language).items() if half.search(string)} == {}


@CHINESE
def test_a_sentence_ends_where_its_text_ends_one(language: Language) -> None:
    wrong = [
        text for text, string in told(language).items() if english(text).endswith(".") != string.endswith(("。", "."))
    ]
    assert wrong == []


# ---------------------------------------------------------------- terms


def glossary(column: int) -> dict[str, tuple[str, ...]]:
    table = (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("## Terms in Chinese")[2]
    rows = [[cell.strip() for cell in row.strip("| ").split("|")] for row in table.splitlines() if row.startswith("| ")]
    terms = {row[0]: tuple(row[column].split("／")) for row in rows[1:]}
    return dict(sorted(terms.items(), key=lambda term: -len(term[0])))


SAID_OTHERWISE = {
    "Flight plan under a standing approval": "the law files the plan, and names no approval",
    "Medium and large aircraft fly with approval only": "by the law one applies",
    "asks for {custody} hand-over": "which hand-over says that it is one",
    "skyferry explain plans": "to plan, and no plan",
    "plan again": "to plan, and no plan",
    "plans and checks them": "to plan, and no plan",
}
"""Parts of texts in which a term is no term, and why."""


@pytest.mark.parametrize(("language", "column"), [(Language.ZH_HANT, 1), (Language.ZH_HANS, 2)], ids=str)
def test_the_terms_of_the_glossary_are_used_throughout(language: Language, column: int) -> None:
    wrong = {}
    words_of_laws = {rule.title_zh for ledger in shipped().values() for rule in ledger.rules}
    for text, string in told(language).items():
        if string in words_of_laws or any(part in english(text) for part in SAID_OTHERWISE):
            continue
        left = re.sub(r"\{\w+\}", "{}", english(text))
        left = left[:1].lower() + left[1:]
        for term, forms in glossary(column).items():
            found = re.subn(rf"(?<![\w.]){term}s?(?![\w-])", "", left)
            left = found[0]
            # The name of a field of a record is the same in every language.
            if found[1] and not any(form in string for form in (*forms, term)):
                wrong[text, term] = string
    assert wrong == {}


def test_the_glossary_says_that_no_native_reviewer_has_signed_it_off() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    assert "No native reviewer has signed off the legal wording yet." in page


@pytest.mark.parametrize(
    ("ledger", "language"), [("hongkong", Language.ZH_HANT), ("shenzhen", Language.ZH_HANS)], ids=str
)
def test_a_rule_is_called_in_the_language_of_its_side_what_its_ledger_calls_it(ledger: str, language: Language) -> None:
    own = {rule.title: rule.title_zh for rule in shipped()[ledger].rules if rule.title_zh}
    assert len(own) > 20
    assert {title: told(language)[title] for title in own} == own


# ---------------------------------------------------------------- collecting


def test_texts_of_python_are_found_wherever_they_are_said() -> None:
    code = (
        'say("one"); self.say("two " "lines"); say.plural("{count} leg", "{count} legs", n); TABLE = (N_("three"),)\n'
        'say("four" if on else "five", inner=say("six")); say(name); say(f"no {x}"); print("no")'
    )
    expected = {"one", "two lines", ("{count} leg", "{count} legs"), "three", "four", "five", "six"}
    assert set(of_python(code)) == expected


SCRIPT = r"""
x = t("outer {a}", { a: t("inner") });          // t("a comment")
y = on ? t("two") : t("three"); z = t(on ? "four" : "five");
w = `a ${t("six")} ${tn("{count} leg", "{count} legs", n)} ${on ? `b ${t("deep")} {}` : ""} c`;
v = el("p", { title: t("seven " + "eight") }, t('nine "q"'));
q = s.replace(/["'`]/g, t("ten")).split(/[/"]+/); u = a / b / t("eleven");  /* t("another") */
r = plan.t("no"); setTime(t); t(name); t(); N_("marked"); f(...t("spread")); t("\u00e9 \"quoted\"");
"""


def test_texts_of_scripts_are_found_inside_others_in_templates_and_by_condition() -> None:
    expected = {
        "outer {a}", "inner", "two", "three", "four", "five", "six", ("{count} leg", "{count} legs"), "deep",
        "seven eight", 'nine "q"', "ten", "eleven", "marked", "spread", 'é "quoted"',
    }  # fmt: skip
    assert set(of_script(SCRIPT)) == expected
    assert len(list(of_script(SCRIPT))) == len(expected)


def test_a_script_that_breaks_off_is_read_to_its_end() -> None:
    assert set(of_script('t("one"); `a ${t("two")')) == {"one", "two"}
    assert list(of_script("t(")) == []


def test_texts_of_templates_are_found() -> None:
    template = '<p title="{{ say("one") }}">{% if x %}{{ say.plural("{count} leg", "{count} legs", n) }}{% endif %}</p>'
    assert set(of_template(template + '{{ say("two" if x else "three") }} say("no")')) == {
        "one", "two", "three", ("{count} leg", "{count} legs"),
    }  # fmt: skip


def test_rules_of_the_check_and_of_the_ledgers_are_among_the_texts() -> None:
    found = texts()
    assert found[RULES["zone.clearance"].explanation] == ["planner/safety/rules.py"]
    assert "zone clearance" in found
    assert "airspace/rules/hongkong.toml" in found["Category A2: 300 ft above ground"]
    assert "art. 31(2)" in found
