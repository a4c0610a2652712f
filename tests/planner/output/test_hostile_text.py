"""Names that attack whoever shows them, from the files of a scenario through the commands to all that they make."""

from __future__ import annotations

import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from defusedxml import ElementTree
from playwright.sync_api import Browser
from rich.text import Text
from typer.testing import CliRunner

from airspace.errors import Problem, showable
from planner.cli import app
from planner.output.exports.catalogue import FORMATS
from planner.output.exports.formats import SAFE_NAME
from planner.terminal import OneLine, Screen
from tests.hostile import (
    ALLOWED,
    PAYLOADS,
    REFUSED,
    Names,
    everything_under,
    harmless_on_a_terminal,
    hostile_day,
    of_kinds,
    without_formulas,
)
from tests.planner.output.chromium import Page
from tests.planner.output.test_comparison import SEE_EVERYTHING as SEE_BOTH
from tests.planner.output.test_page_in_browser import FOREIGN
from tests.planner.output.test_page_in_browser import SEE_EVERYTHING as SEE_THE_PLAN
from tests.planner.output.test_routes import SEE_EVERYTHING as SEE_THE_LEGS

CONVERTED = ("ed269", "ed318", "openair", "geojson")


@dataclass(frozen=True)
class Ran:
    """A hostile day after every command, each with its arguments, exit code and all that it printed."""

    folder: Path
    name: Names
    before: dict[str, bytes]
    after: dict[str, bytes]
    outcomes: dict[tuple[str, ...], tuple[int, str]]


@pytest.fixture(scope="module", params=[0, len(ALLOWED) // 2], ids=["first deal", "second deal"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("hostile")
    name = hostile_day(folder / "day", turn=request.param)
    (folder / "out").mkdir()
    before = everything_under(folder)
    # As on a terminal that is wide enough, so that what is printed is what was told, with colours and all.
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("FORCE_COLOR", "1")
        patch.setenv("COLUMNS", "3000")
        patch.setattr("planner.terminal.PIPE_WIDTH", 3000)
        outcomes = {command: _outcome(*command) for command in _commands(name)}
    return Ran(folder, name, before, everything_under(folder), outcomes)


def _outcome(*command: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(command))
    return result.exit_code, result.output


def _commands(name: Names) -> list[tuple[str, ...]]:
    hub, clinic, north = name("HUB"), name("CLINIC"), name("north")
    library, plan = "out/corridors.json", "out/plan.json"
    signed = ("--authority", north, "--by", name("signed"), "--note", name("note"))
    answers = [
        ("lint", "day"),
        ("check", plan),
        ("route", "day", hub, clinic, "-q"),
        ("route", "day", "--all", "-q"),
        ("airspace", "show", "day/zones.geojson"),
        ("explain", plan, name("O-1"), "-q"),
        ("explain", plan, name("O-2"), "-q"),
        ("corridors", "list", library, "--plan", plan),
        ("compare", plan, plan),
        ("export", plan, "--to", "all", "-o", "out/exports", "-q"),
    ]
    return [
        ("plan", "day", "-o", "out", "--iterations", "5", "-q"),
        ("map", plan, "-o", "out/again.html"),
        ("compare", plan, plan, "-o", "out/compared.html"),
        ("packet", plan, "--authority", name("NORTH"), "-o", "out/packet", "--pdf"),
        ("packet", plan, "--authority", name("SOUTH"), "--lang", "zh-Hant", "-o", "out/packet"),
        ("route", "day", hub, clinic, "-o", "out/leg.html", "-q"),
        ("route", "day", "--all", "-o", "out/legs.html", "-q"),
        ("corridors", "freeze", "day", "-o", library, "--by", name("signed"), "-q"),
        ("corridors", "submit", library, "all", *signed),
        ("corridors", "approve", library, "all", *signed),
        ("corridors", "suspend", library, "all", *signed),
        ("corridors", "resume", library, "all", *signed),
        *(("airspace", "convert", "day/zones.geojson", "--to", to, "-o", "out") for to in CONVERTED),
        *answers,
        *((*command, "--json") for command in answers),
    ]


def test_every_command_takes_a_day_of_hostile_names(ran: Ran) -> None:
    failed = {command: outcome for command, outcome in ran.outcomes.items() if outcome[0] != 0}
    assert failed == {}


def test_nothing_that_is_printed_steers_a_terminal(ran: Ran) -> None:
    for command, (_, printed) in ran.outcomes.items():
        assert harmless_on_a_terminal(printed), command


def test_names_are_printed_as_they_are_and_on_one_line(ran: Ran) -> None:
    name = ran.name
    for command, base in (
        ("plan", "Day"),
        ("plan", "O-2"),
        ("explain", "O-2"),
        ("airspace", "WORKS"),
        ("route", "HUB"),
        ("compare", "Day"),
    ):
        printed = [
            Text.from_ansi(text).plain
            for asked, (_, text) in ran.outcomes.items()
            if asked[0] == command and "--json" not in asked
        ]
        assert any(showable(name(base)) in text for text in printed), (command, base)


def test_answers_for_programs_are_json_with_names_as_they_are(ran: Ran) -> None:
    answers = {command: printed for command, (_, printed) in ran.outcomes.items() if command[-1] == "--json"}
    assert len(answers) == 10
    for command, printed in answers.items():
        document = json.loads(printed[printed.index("{") :])
        if command[0] == "airspace":
            assert {zone["id"] for zone in document["files"][0]["zones"]} == set(
                map(ran.name, ("WORKS", "STRIP", "PARK"))
            )
        if command[0] == "explain":
            assert document["order"] == command[2]


def test_nothing_is_written_but_what_was_asked_for(ran: Ran) -> None:
    written = {
        "plan.json", "review.json", "map.html", "again.html", "leg.html", "legs.html", "compared.html",
        "corridors.json", "zones.ed269.json", "zones.ed318.json", "zones.openair.txt", "zones.geojson",
    }  # fmt: skip
    new = ran.after.keys() - ran.before.keys()
    packets = {
        file for file in new if re.fullmatch(r"out/packet/packet-[a-z0-9-]+(\.(en|zh-Hant))?\.(html|pdf|json)", file)
    }
    assert len(packets) == 5
    exports = {file for file in new if file.startswith("out/exports/")}
    assert new - packets - exports == {f"out/{file}" for file in written}
    assert {file: ran.after[file] for file in ran.before} == ran.before
    escaped = ("/tmp/skyferry-escaped", ran.folder.parent / "skyferry-escaped")  # noqa: S108
    assert not any(map(os.path.lexists, escaped))


def exports(ran: Ran) -> dict[str, bytes]:
    """Return the files that were exported, by format and name."""
    start = "out/exports/"
    return {file.removeprefix(start): raw for file, raw in ran.after.items() if file.startswith(start)}


def test_exports_have_names_of_ours_in_folders_of_their_formats(ran: Ran) -> None:
    for file in exports(ran):
        form, name = file.split("/")
        assert form in FORMATS
        assert SAFE_NAME.fullmatch(name)
    assert {file.split("/")[0] for file in exports(ran)} == set(FORMATS)


def test_no_name_becomes_a_formula_of_a_spreadsheet(ran: Ran) -> None:
    tables = {file: raw.decode("utf-8-sig") for file, raw in exports(ran).items() if file.endswith(".csv")}
    assert len(tables) == 4
    for file, text in tables.items():
        assert without_formulas(text), file
    assert any(showable(ran.name("O-1")) in line for line in tables["csv/orders.csv"].splitlines())


def test_no_name_becomes_an_element_of_its_own_nor_leads_anywhere(ran: Ran) -> None:
    for file, ours in (
        ("gpx/plan.gpx", "gpx metadata name desc wpt ele trk trkseg trkpt time"),
        (
            "kml/plan.kml",
            "kml Document name description Style LineStyle color width PolyStyle BalloonStyle text Folder Placemark "
            "TimeSpan begin end styleUrl LineString extrude altitudeMode coordinates Track when coord Point tessellate "
            "ExtendedData Data value MultiGeometry Polygon outerBoundaryIs LinearRing",
        ),
    ):
        root = ElementTree.fromstring(exports(ran)[file])
        assert {element.tag.rpartition("}")[2] for element in root.iter()} <= set(ours.split())
        shown = [element.text or "" for element in root.iter() if element.tag.endswith("}description")]
        assert not [text for text in shown if re.search(r"[<>$]", text.replace("<br/>", ""))]


def test_exports_hold_names_as_they_are(ran: Ran) -> None:
    features = json.loads(exports(ran)["geojson/plan.geojson"])["features"]
    told = {(feature["properties"]["kind"], feature["properties"]["name"]) for feature in features}
    assert {("pad", ran.name("HUB")), ("zone", ran.name("STRIP")), ("gate", ran.name("G1"))} <= told


def test_records_hold_names_as_they_are(ran: Ran) -> None:
    plan = json.loads(ran.after["out/plan.json"])
    name = ran.name
    assert plan["name"] == name("Day")
    assert {sortie["drone"] for sortie in plan["sorties"]} == {name("D1")}
    orders = {
        *(item["order"] for item in plan["unserved"]),
        *(each for sortie in plan["sorties"] for each in sortie["orders"]),
    }
    assert orders == set(map(name, ("O-1", "O-2", "O-3")))
    library = json.loads(ran.after["out/corridors.json"])
    assert {entry["note"] for entry in library["history"]} >= {name("note")}


def test_no_name_becomes_a_line_of_openair_of_its_own(ran: Ran) -> None:
    text = ran.after["out/zones.openair.txt"].decode()
    words = [line.split(" ")[0] for line in text.splitlines() if line and not line.startswith("*")]
    assert set(words) <= {"AC", "AY", "AN", "AI", "AL", "AH", "DP"}
    assert words.count("AC") == 3


@pytest.mark.browser
@pytest.mark.parametrize("file", ["map.html", "again.html", "leg.html", "legs.html", "compared.html"])
def test_pages_made_from_hostile_files_only_show_them(ran: Ran, chromium: Browser, file: str) -> None:
    whole = file in ("map.html", "again.html")
    with Page(chromium, ran.folder / "out" / file, width=1440, height=1000, hash_="") as page:
        seen = page.run(SEE_THE_PLAN if whole else SEE_BOTH if file == "compared.html" else SEE_THE_LEGS)
        for base in (
            "HUB",
            "CLINIC",
            "WORKS",
            "STRIP",
            "G1",
            *(("Day", "D1", "O-1", "O-2", "O-3", "coast") if whole else ()),
            *(("Day", "coast") if file == "compared.html" else ()),
        ):
            assert ran.name(base) in seen, base
        assert page.run("window.PWNED") is None
        assert page.run(f"document.querySelectorAll({json.dumps(FOREIGN)}).length") == 0
        assert page.run("document.scripts.length") == 4
        assert page.requests == []
        assert page.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_packets_made_from_hostile_files_only_show_them(ran: Ran, chromium: Browser, language: str) -> None:
    (file,) = (ran.folder / "out" / "packet").glob(f"*.{language}.html")
    with Page(chromium, file, width=1440, height=1000, hash_="") as page:
        seen = page.run("document.documentElement.textContent")
        for base in ("Day", "HUB", "CLINIC", "STRIP", "G1", "D1", "T1", "coast"):
            assert showable(ran.name(base)) in seen, base
        assert page.run("window.PWNED") is None
        assert page.run(f"document.querySelectorAll({json.dumps(FOREIGN)}).length") == 0
        assert page.run("document.scripts.length") == 0
        assert page.requests == []
        assert page.complaints == []


def test_the_pdf_of_a_hostile_packet_shows_names_as_they_can_be_shown(ran: Ran) -> None:
    (file,) = (ran.folder / "out" / "packet").glob("*.pdf")
    with pypdfium2.PdfDocument(file.read_bytes()) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    seen = re.sub(r"\s+", "", text)
    for base in ("HUB", "G1"):
        assert re.sub(r"\s+", "", showable(ran.name(base)))[-20:] in seen, base
    raw = file.read_bytes()
    assert not [mark for mark in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/URI") if mark in raw]


# --- what no file may hold --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [each.whole for each in REFUSED], ids=[each.name for each in REFUSED])
@pytest.mark.parametrize(
    ("file", "old"),
    [
        ("scenario.toml", 'name = "'),
        ("zones.geojson", '"id": "'),
        ("pads.geojson", '"name": "'),
        ("orders.csv", "9.0,"),
        ("drones.toml", '\nname = "'),
    ],
)
def test_control_characters_are_refused_and_told_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, payload: str, file: str, old: str
) -> None:
    hostile_day(tmp_path / "day", turn=0)
    path = tmp_path / "day" / file
    quoted = payload if file.endswith(".csv") else json.dumps(payload)[1:-1].replace("\x7f", "\\u007f")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_bytes(text.replace(old, f"{old}{quoted}", 1).encode("utf-8", errors="surrogatepass"))
    monkeypatch.setenv("FORCE_COLOR", "1")
    for command in (("lint", str(tmp_path / "day")), ("lint", str(tmp_path / "day"), "--json")):
        code, printed = _outcome(*command)
        assert code == 3, printed
        assert harmless_on_a_terminal(printed)


# --- names of files and folders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["\x1b[2Jday", "a\nerror: b", "\udcff\udcfe", "\u202eyad", *of_kinds("template", "markup")]
)
def test_a_folder_with_a_hostile_name_is_told_harmlessly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    folder = tmp_path / name.replace("/", "|")
    hostile_day(folder, turn=3)
    (folder / "land.geojson").write_text("{", encoding="utf-8")
    code, printed = _outcome("lint", str(folder))
    assert code == 3
    assert harmless_on_a_terminal(printed)
    assert len(printed.rstrip("\n").split("\n")) == 3  # a warning, an error, and how many there are


def test_a_folder_whose_name_is_no_text_can_be_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    hostile_day(tmp_path / "\udcff", turn=3)
    code, printed = _outcome("plan", "\udcff", "-o", "out", "--iterations", "5", "-q")
    assert code == 0, printed
    assert harmless_on_a_terminal(printed)
    assert json.loads((tmp_path / "out" / "plan.json").read_bytes())["created_by"]["scenario"] == "\\udcff"


@pytest.mark.parametrize(
    "scenario", ["/etc", "/etc/passwd", "../day", "day/../../day", "{outside}", "{outside}/secret.txt"]
)
def test_a_plan_leads_nowhere_but_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: Ran, scenario: str
) -> None:
    outside = tmp_path / "outside"
    hostile_day(outside, turn=1)
    (outside / "secret.txt").write_text("a secret", encoding="utf-8")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "secret.txt").write_text("a secret", encoding="utf-8")
    plan = json.loads(ran.after["out/plan.json"])
    plan["created_by"]["scenario"] = scenario.format(outside=outside)
    (tmp_path / "inside" / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "inside")
    code, printed = _outcome("check", "plan.json")
    assert code == 3
    assert "SCENARIO_NOT_FOUND" in printed
    assert "secret" not in printed.replace("secret.txt", "")


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_no_name_of_a_file_leads_out_of_the_folder_of_a_scenario(tmp_path: Path, text: str) -> None:
    hostile_day(tmp_path / "a" / "day", turn=0)
    (tmp_path / "skyferry-escaped").write_text("a secret", encoding="utf-8")
    settings = tmp_path / "a" / "day" / "scenario.toml"
    quoted = json.dumps(text).replace("\x7f", "\\u007f")
    told = settings.read_text(encoding="utf-8").replace('file = "orders.csv"', f"file = {quoted}")
    settings.write_bytes(told.encode("utf-8", errors="surrogatepass"))
    code, printed = _outcome("lint", str(tmp_path / "a" / "day"))
    assert code == 3
    assert harmless_on_a_terminal(printed)
    assert "secret" not in printed


def test_formulas_are_found_in_a_csv_and_numbers_are_none() -> None:
    for text in ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1,1)", '"\t=1"', "%x", "|x"):
        assert not without_formulas(f"order_id,mass_kg\n{text},1\n"), text
    assert without_formulas("order_id,lon\nO-1,-114.5\n'=1,+2e3\n a,b=c\n")


# --- the terminal and the log themselves ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_a_screen_says_any_text_as_one_harmless_line(capsys: pytest.CaptureFixture[str], text: str) -> None:
    screen = Screen(force_terminal=True, emoji=False, highlight=False, width=40)
    screen.say(text)
    printed = capsys.readouterr().out
    assert harmless_on_a_terminal(printed)
    assert printed == showable(text) + "\n"
    screen.print(text, markup=False)
    assert harmless_on_a_terminal(capsys.readouterr().out)


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_a_log_tells_any_text_in_one_harmless_line(text: str) -> None:
    record = logging.LogRecord("skyferry", logging.WARNING, __file__, 1, "zone %s", (text,), None)
    line = OneLine(logging.BASIC_FORMAT).format(record)
    assert line == f"WARNING:skyferry:zone {showable(text)}"
    assert harmless_on_a_terminal(line)
    assert "\n" not in line


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_a_problem_can_be_shown_whatever_it_repeats(text: str) -> None:
    problem = Problem(file=text, place=text, code="X", found=text, expected=text, fix=text)
    assert harmless_on_a_terminal(str(problem))
    assert "\n" not in str(problem)
    assert re.sub(r"\\(x|u)[0-9a-f]+|\\[nrt]", "", showable(text)) in text or not text.isprintable()
