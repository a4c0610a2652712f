"""What pages say: every message of their scripts is found, and said in the languages that have words for it."""

import re
from collections import Counter
from collections.abc import Sequence

import pytest

from planner.output import page, routes
from planner.output.canvas import own_text
from planner.output.data import page_data
from planner.output.page_words import page_words, plain
from planner.output.values import Json
from tests.planner.output.samples import sample

PLAN = [own_text(page.OWN, script) for script in page.SCRIPTS]
LEGS = [own_text(folder, script) for folder, script in routes.SCRIPTS]


def data() -> Json:
    made = sample()
    return page_data(made.plan, made.sky, made.job, made.review, digest=made.digest, basemap=made.basemap)


def test_messages_of_scripts_are_said_in_chinese() -> None:
    said = page_words(
        't("Gate"); tn("{count} xyz", "{count} xyzs", 2); t(on ? "Hub" : "Boundary"); t("not a message")', data()
    )
    assert set(said) == {"zh-Hant", "zh-Hans"}
    assert (said["zh-Hant"]["Gate"], said["zh-Hans"]["Gate"]) == ("閘口", "闸口")
    assert {"Hub", "Boundary"} <= set(said["zh-Hans"])
    assert "not a message" not in said["zh-Hant"]
    assert "{count} xyz" not in said["zh-Hant"]


def test_sentences_of_the_record_are_said_by_their_english_text() -> None:
    told = data()
    told["unserved"][0]["detail"] = "45 kg is more than any drone at SZ-LUOHU lifts (30 kg)"
    said = page_words("", told)
    assert "45 kg" in said["zh-Hans"][told["unserved"][0]["detail"]]
    assert "A sentence of nobody's" not in said["zh-Hans"]


def test_codes_are_said_as_the_scripts_write_them() -> None:
    assert plain("zone.clearance_m") == "zone clearance m"
    assert 'code.replace(/[._]/g, " ")' in "".join(PLAN)


@pytest.mark.parametrize("scripts", [PLAN, LEGS], ids=["plan", "legs"])
def test_no_name_is_declared_twice_in_the_scripts_of_a_page(scripts: Sequence[str]) -> None:
    # The later of two functions of one name would take the place of the earlier one, and nobody would say so.
    names = re.findall(r"^(?:async )?(?:function|const|let) (\w+)", "\n".join(scripts), flags=re.MULTILINE)
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_text_that_is_asked_for_is_written_out_where_it_is_asked_for() -> None:
    for script in PLAN:
        calls = re.findall(r"(?<![\w.])tn?\((?!text|one|\))[^\n]{0,40}", script)
        assert [call for call in calls if '"' not in call] == []
