"""Sentences of records in Chinese: what they were made of, what stays as it is, and what stays English."""

import datetime
import re
import time
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from airspace.model.schedules import WEEKDAYS, Hours, Schedule
from planner.model.plans import Reason, Unserved
from planner.output.languages import CATALOGUES, Language, words
from planner.output.sentences import (
    REASONS,
    changes,
    findings,
    meaning,
    measured,
    notes,
    reasons,
    translated,
    translated_subject,
)
from planner.output.sentences.translating import LONGEST, MEASURED, SENTENCES, SUBJECTS
from tests.hostile import ALLOWED

ROOT = Path(__file__).parents[4]
HONG_KONG, MAINLAND = words(Language.ZH_HANT), words(Language.ZH_HANS)

OF_RECORDS = [
    ("45 kg is more than any drone at SZ-LUOHU lifts (30 kg)", "45 kg超出SZ-LUOHU所有无人机的载重上限（30 kg）"),
    (
        "Declared value 2,600,000 is above the cap of 2,000,000 CNY per sortie",
        "申报价值2,600,000超出每架次上限2,000,000 CNY",
    ),
    (
        "The order asks for two_person hand-over; pad HK-MKT offers locker",
        "订单要求双人交接；起降点HK-MKT提供自提柜",
    ),
    (
        "Pad HK-POH lies inside zone HK-SHEKKONG (Shek Kong Airfield, PROHIBITED)",
        "起降点HK-POH在区域HK-SHEKKONG（Shek Kong Airfield，禁飞）内",
    ),
    (
        "No start in 08:00 to 12:00 keeps the hours on the way: gates G1, G2 would be open, and no permits are valid",
        "08:00至12:00之间没有起飞时刻符合途中的时段：闸口G1、G2当时开放，但没有有效的批件",
    ),
    (
        "opened by permit HK-PERMIT-G1 of Civil Aviation Department, Hong Kong",
        "由香港民航处的批件HK-PERMIT-G1开放",
    ),
    ("opened by permit P1 of Nobody knows whom", "由Nobody knows whom的批件P1开放"),
    ("not in force then: it holds MON TUE 08:00–sunset", "当时未生效：生效时间为周一 周二 08:00–日落"),
    (
        "file by 12:00 the day before, per day; reply by 21:00 the day before",
        "前一日12:00前申报，每日一次；前一日21:00前答复",
    ),
    (
        "file (no lead time given), per application; superseded rule HK-2022-PERMISSION: file 28 working days before, "
        "per application",
        "（未给出提前时间）申报，每项申请一次；已被取代的规则HK-2022-PERMISSION：28个工作日前申报，每项申请一次",
    ),
    (
        "Category A2: 300 ft above ground: 75 m above ground",
        "甲二类：离地300英尺：离地75 m",
    ),
    (
        "Liability insurance: Liability insurance covers commercial flights, and all flights of small, medium and "
        "large aircraft; the law names no sum.",
        "责任保险：经营性飞行以及小型、中型、大型无人机的一切飞行须有责任保险；条例未规定保额。",
    ),
    (
        "Radar stations and what surrounds them: a gap: no data on radar, railway on this side",
        "雷达站以及周边一定范围的区域：数据缺口：此侧没有雷达站、铁路的数据",
    ),
    ("PAYLOAD: 45 kg is more than any drone lifts (30 kg)", "PAYLOAD：45 kg超出所有无人机的载重上限（30 kg）"),
    (
        "Restricted flying zones under Cap. 448G, contents as listed by bastillepost.com (11624783); their outlines "
        "were not found (sourced)",
        "第448G章下的限制飞行区，内容按bastillepost.com（11624783）所列；未找到其边界线（有来源）",
    ),
    (
        "Interim Regulations on the Management of Unmanned Aircraft Flight (State Council and Central Military "
        "Commission, Order 761), in force 2024-01-01; art. 26, 2024-01-01 (verified)",
        "《无人驾驶航空器飞行管理暂行条例》（国务院、中央军委令第761号），2024-01-01起施行，第二十六条，2024-01-01"
        "（已核实）",
    ),
    (
        "the centre line is 50.05 m from PROHIBITED zone 'HK-POL' (Tai Po police station, GND to UNL)",
        "中心线距禁飞区域HK-POL（Tai Po police station，GND至UNL）50.05 m",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OF_RECORDS, ids=lambda text: text[:40])
def test_a_sentence_of_a_record_is_said_with_its_own_figures_and_ids(text: str, expected: str) -> None:
    assert translated(text, MAINLAND) == expected


def test_weather_is_said_part_by_part() -> None:
    said = translated("4 m/s from 090° at every height; gusts of 7 m/s; 18 °C; 1013 hPa", HONG_KONG)
    assert said == "各高度風向090°，風速4 m/s；陣風7 m/s；18 °C；1013 hPa"


@pytest.mark.parametrize(
    "text",
    [
        "a sentence that nobody has thought of",
        "45 kg is more than any drone at SZ-LUOHU lifts (30 kg), we think",
        "two kilograms kg is more than any drone lifts (30 kg)",
        "file soon; or later, per day",
        "Pad A lies inside zone Z (Zone, SOMETHING)",
        "opened by permit two words of Office",
        "not in force then: it holds whenever",
        "; ; ;",
        "",
    ],
)
def test_what_is_no_sentence_of_ours_is_left_to_be_shown_in_english(text: str) -> None:
    assert translated(text, HONG_KONG) is None
    assert translated(text, words(Language.EN)) == text


def test_an_id_that_is_a_word_of_the_catalogue_stays_an_id() -> None:
    assert translated("pad Hub offers locker", HONG_KONG) == "起降點Hub提供儲物櫃"
    assert translated_subject("order Hub", HONG_KONG) == "訂單Hub"


def test_a_finding_is_about_the_same_thing_in_every_language() -> None:
    said = translated_subject(
        "S001 leg 1 A>B, gate 'G1', authority Civil Aviation Department, Hong Kong of HK", MAINLAND
    )
    assert said == "S001航段1 A>B，闸口G1，HK的主管部门香港民航处"
    assert translated_subject("S002 leg 1 way out A>B in HK", HONG_KONG) == "S002航段1備降路徑A>B（HK）"
    assert translated_subject("S001", HONG_KONG) == "S001"
    assert translated_subject("plan", HONG_KONG) == "方案"
    assert translated_subject("something else altogether", HONG_KONG) is None
    assert translated_subject("something else", words(Language.EN)) == "something else"


def test_hours_are_said_as_schedules_tell_them() -> None:
    clock = timezone(timedelta(hours=8))
    hours = Hours(days=WEEKDAYS[:2], start=datetime.time(8), end=datetime.time(18), clock=clock)
    told = Schedule.weekly(hours).in_words(clock)
    assert (
        translated(f"not in force then: it holds {told}", HONG_KONG)
        == "其時未生效：生效時間為星期一 星期二 08:00–18:00"
    )
    always = Schedule().in_words(clock)
    assert translated(f"not in force then: it holds {always}", HONG_KONG) == "其時未生效：生效時間為全時"


# ---------------------------------------------------------------- reasons


@pytest.mark.parametrize("language", list(CATALOGUES), ids=str)
@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_every_reason_has_a_sentence_in_every_language(reason: Reason, language: Language) -> None:
    assert words(language).known(REASONS[reason])


def unserved(reason: Reason, **numbers: float) -> Unserved:
    return Unserved(order="O-1", reason=reason, detail="Somebody else's words", numbers=numbers)


def test_a_reason_with_its_figures_is_said_whatever_words_stand_beside_it() -> None:
    item = unserved(Reason.PAYLOAD, mass_kg=45, max_payload_kg=30.5, more=1)
    assert measured(item, HONG_KONG) == "重45 kg；無人機載重上限30.5 kg。"
    assert measured(item, words(Language.EN)) == "It weighs 45 kg; the drones lift at most 30.5 kg."


def test_without_all_its_figures_a_reason_is_not_said() -> None:
    assert measured(unserved(Reason.PAYLOAD, mass_kg=45), HONG_KONG) is None
    assert measured(unserved(Reason.PAD_CLOSED), HONG_KONG) is None


def test_of_two_sentences_on_a_reason_that_is_said_whose_figures_are_there() -> None:
    assert measured(unserved(Reason.WIND, gust_mps=14, max_gust_mps=12), MAINLAND) == "阵风14 m/s；机型上限12 m/s。"
    wind = unserved(Reason.WIND, wind_mps=14.25, min_ground_speed_mps=3)
    assert measured(wind, MAINLAND) == "风速14.2 m/s时，地速可能低于3 m/s。"


def test_what_is_said_of_a_reason_without_the_words_of_its_record_can_be_said_in_every_language() -> None:
    english = words(Language.EN)
    for item in (unserved(Reason.PAYLOAD, mass_kg=45, max_payload_kg=30), unserved(Reason.PAD_CLOSED)):
        assert translated(meaning(item, english), HONG_KONG) == meaning(item, HONG_KONG)
    assert meaning(unserved(Reason.PAD_CLOSED), HONG_KONG) == "沒有起飛時刻符合起降點或樞紐的開放時間。"


def test_large_figures_are_told_with_commas_and_small_ones_with_what_they_are() -> None:
    item = unserved(Reason.VALUE_CAP, declared_value=2_600_000, cap=0.5)
    assert measured(item, words(Language.EN)) == "Declared value 2,600,000; cap 0.5."


# ---------------------------------------------------------------- the code that the sentences come from


def fragments() -> set[str]:
    """Return the words of every sentence, from place to place."""
    known = (*reasons.SENTENCES, *changes.SENTENCES, *findings.SENTENCES, *notes.SENTENCES)
    taken = [one for one in (*SENTENCES, *SUBJECTS) if one.names and one.text not in MEASURED]
    return {part for sentence in taken for part in sentence.words if part} | {text for text in known if "{" not in text}


OF_DATA = {"application", "day", "flight"}
"""What a ledger says it is filed for each of."""


def written_by_the_code() -> set[str]:
    """Return the texts in the code that writes records, from place to place and from sign to sign."""
    found: set[str] = set(OF_DATA)
    for folder in ("airspace/rules", "airspace/corridors", "planner"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "output" not in path.parts or path.name == "winds.py":
                code = re.sub(r'""".*?"""', "", path.read_text("utf-8"), flags=re.DOTALL)
                texts = re.findall(r'"((?:[^"\\\n]|\\.)*)"', code)
                for chunk in (part for text in texts for part in re.split(r"\{[^{}]*\}", text)):
                    parts = {chunk, *re.split("(; |: |, )", chunk)}
                    found |= (
                        parts | {part.strip("'") for part in parts} | {part[:1].lower() + part[1:] for part in parts}
                    )
                found |= set(re.findall(r"'([^'\"\n]*)'", code))
    return found


def is_put_together(text: str, parts: set[str]) -> bool:
    """Tell whether a text is made of whole parts."""
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            reached |= {end for end in range(start + 1, len(text) + 1) if text[start:end] in parts}
    return len(text) in reached


def test_every_sentence_is_one_that_the_code_still_writes() -> None:
    parts = written_by_the_code()
    assert [text for text in sorted(fragments()) if not is_put_together(text, parts)] == []


# ---------------------------------------------------------------- hostile text


def test_names_that_attack_come_out_as_they_went_in() -> None:
    for payload in ALLOWED:
        name = payload.whole.replace("; ", "")
        said = translated(f"opened by permit P1 of {name}", HONG_KONG)
        assert said is None or name.strip(" '") in said


@pytest.mark.parametrize(
    "text",
    [
        "a: " * 600,
        "no start in 1 to 2 keeps the hours on the way: " * 40,
        "; ".join(["no cause was found"] * 100),
        " is more than any drone lifts (" * 60,
        "x" * LONGEST,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.perf_counter()
    translated(text, HONG_KONG)
    translated_subject(text, HONG_KONG)
    assert time.perf_counter() - begun < 1


def test_a_text_longer_than_any_sentence_is_not_looked_at() -> None:
    assert translated("no cause was found; " * 200, HONG_KONG) is None
    assert translated_subject(", ".join(["plan"] * 400), HONG_KONG) is None
    assert translated_subject(", ".join(["plan"] * 300), HONG_KONG) == "，".join(["方案"] * 300)
