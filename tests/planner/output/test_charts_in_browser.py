"""The charts of the page and what links them: flights from the side, the timeline, lights, layers, languages, paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser

from planner.model.reviews import Verdict
from planner.output import flights
from tests.planner.output.chromium import Page
from tests.planner.output.samples import sample, with_profiles

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]

LIT = "[...document.querySelectorAll('.lit')].map((node) => node.dataset.sortie).filter(Boolean)"


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Give one page for all tests that leave it as they found it."""
    file = tmp_path_factory.mktemp("charts") / "map.html"
    file.write_text(with_profiles(sample()).page(), encoding="utf-8")
    with Page(chromium, file, width=1440, height=1000, hash_="#t=1980") as opened:
        yield opened


@pytest.fixture(autouse=True)
def as_found(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "page" in request.fixturenames:
        shared = request.getfixturevalue("page")
        assert shared.complaints == []
        shared.run("(speak('en'), choose(null), useView('profile'), setTime(1980), light(null))")


# ---------------------------------------------------------------- from the side


def test_the_flight_in_the_air_is_drawn_from_the_side(page: Page) -> None:
    words = page.run("document.querySelector('svg.profile').getAttribute('aria-label')")
    assert words == "Flight S-1 from HUB to HUB from the side: up to 80 m AMSL, charge from 100 % to 63 %"
    text = page.run("byId('profile').textContent")
    # 90 m is the cap as far as the gate and 85 m behind it; half of all cases take 262 Wh, 300 Wh do for 95 %.
    for told in ("5 m below the cap", "path 80 m", "P50 62.2 %", "P95 56.7 %", "reserve 20 %", "G1 08:34:00"):
        assert told in text
    assert "from above CLINIC to SPARE: 71.2 % left" in text
    assert "from above HUB to SPARE: 48.1 % left" in text
    assert page.run("document.querySelectorAll('svg.profile .crossing').length") == 2


def test_the_crosshair_is_where_the_flight_is_at_the_time_of_the_page(page: Page) -> None:
    assert page.run("byId('readout').textContent") == "1.13 km: 80 m · 94.0 %"  # half way on the first level piece
    page.press("ArrowRight")
    assert page.run("state.t") == 1990
    assert page.run("byId('readout').textContent").startswith("1.31 km")
    page.run("setTime(0)")
    assert page.run("byId('readout').textContent") == "not in the air at 08:00:00"
    assert page.run("cross.hair.classList.contains('away')")


def test_pointing_at_the_profile_moves_the_time_and_the_drones(page: Page) -> None:
    page.run("setTime(1900)")
    before = page.run("droneMarkers.get('D1').getLatLng().lat")
    page.point("svg.profile", across=0.5)
    assert 1900 < page.run("state.t") < 3300
    assert page.run("droneMarkers.get('D1').getLatLng().lat") != before
    assert page.run("byId('slider').valueAsNumber") == pytest.approx(page.run("state.t"), abs=5)


def test_a_path_beyond_its_cap_is_filled_in_red(page: Page) -> None:
    assert page.run("document.querySelectorAll('svg.profile .breach').length") == 0
    page.run(
        "(sorties.get('S-1').legs[0].limits = { floor: [], cap: [[0, 2000, 70], [2000, 4500, 95]] }, drawProfile())"
    )
    try:
        assert page.run("document.querySelectorAll('svg.profile .breach').length") == 1
    finally:
        page.run("(sorties.get('S-1').legs[0].limits = data.limits[0], drawProfile())")


def test_a_breach_is_what_lies_between_path_and_limit(page: Page) -> None:
    # A climb from 60 to 100 m over 400 m passes a cap of 80 m half way.
    outlines = page.run("breaches([[0, 60, 0], [400, 100, 10]], [[0, 300, 80]], 1)")
    assert outlines == [[[200, 80], [200, 80], [300, 90], [300, 80]]]
    assert page.run("breaches([[0, 60, 0], [400, 100, 10]], [[0, 300, 80]], -1)") == [
        [[0, 80], [0, 60], [200, 80], [200, 80]]
    ]
    assert page.run("breaches([[0, 80, 0], [400, 80, 10]], [[0, 400, 80.01]], -1)") == []


def test_the_same_stands_in_a_table(page: Page) -> None:
    page.click("#profile summary")
    page.settle()
    assert page.run("document.querySelectorAll('.profile-table tbody tr').length") == 10
    cells = "[...document.querySelectorAll('.profile-table tbody tr')[2].cells].map((cell) => cell.textContent)"
    assert page.run(cells)[:7] == ["2.25", "08:34:00", "80", "–", "90", "12", "92.0 %"]


# ---------------------------------------------------------------- the timeline


def test_the_timeline_has_a_row_for_each_drone_pad_and_gate_in_use(page: Page) -> None:
    rows = page.run("[...document.querySelectorAll('svg.timeline .row-id')].map((node) => node.textContent)")
    assert rows == ["D1", "D2", "HUB", "CLINIC", "G1"]
    assert page.run("[...document.querySelectorAll('svg.timeline .flight')].map((bar) => bar.dataset.sortie)") == [
        "S-1",
        "S-2",
    ]
    assert page.run("document.querySelectorAll('svg.timeline .diamond').length") == 4
    assert page.run("document.querySelectorAll('svg.timeline .hold.over').length") == 0


def test_a_pad_is_held_from_the_descent_until_the_next_climb_has_ended(page: Page) -> None:
    held = page.run("holdsOf(pads.get('CLINIC')).map(([from, to, sortie]) => [from, to, sortie.id])")
    # S-1 is above the pad 36 minutes in, and up again 43 minutes in; S-2 the same four minutes later.
    assert held == [[2160, 2580, "S-1"], [2400, 2820, "S-2"]]
    assert page.run("lanesOf(holdsOf(pads.get('CLINIC'))).map((hold) => hold.lane)") == [0, 1]
    assert page.run("lanesOf([[0, 10, 1], [10, 20, 2], [15, 30, 3]]).map((hold) => hold.lane)") == [0, 0, 1]


def test_what_is_shut_lies_between_the_hours(page: Page) -> None:
    assert page.run("shutSpans(null)") == []
    assert page.run("shutSpans([[3600, 7200]])") == [[0, 3600], [7200, 14400]]
    assert page.run("shutSpans([])") == [[0, 14400]]


def test_packs_are_swapped_where_the_record_tells_more_charge_at_the_next_take_off(page: Page) -> None:
    assert page.run("swapsOf(drones.get('D1'))") == []
    swapped = "swapsOf({ sorties: ['S-1', 'S-2'], swap_s: 300 })"
    assert page.run(swapped) == [[page.run("sorties.get('S-1').returns"), page.run("sorties.get('S-1').returns + 300")]]


def test_a_click_on_a_bar_chooses_its_sortie_and_goes_to_its_time(page: Page) -> None:
    page.run("setTime(0)")
    page.click("svg.timeline .flight[data-sortie='S-2']")
    assert page.run("state.chosen") == {"kind": "sortie", "id": "S-2"}
    assert page.run("state.t") == 34 * 60
    assert page.run("document.querySelectorAll('svg.timeline .flight.chosen').length") == 1


def test_the_table_of_sorties_takes_the_place_of_the_timeline(page: Page) -> None:
    page.click("#flown [data-value='table']")
    assert page.run("[...document.querySelectorAll('table.sorties tr[data-sortie]')].length") == 2
    assert page.run("document.querySelector('svg.timeline')") is None
    page.click("#flown [data-value='chart']")
    assert page.run("document.querySelectorAll('svg.timeline').length") == 2


# ---------------------------------------------------------------- what lights up


def test_whatever_belongs_to_what_the_pointer_is_on_lights_up(page: Page) -> None:
    page.point("svg.timeline .flight[data-sortie='S-2'] rect")
    assert set(page.run(LIT)) == {"S-2"}
    assert page.run("corridorLayers[0].lines.every((line) => line.getElement().classList.contains('lit'))")
    page.run("light(corridorLayers[0].hit.getElement())")
    assert set(page.run(LIT)) == {"S-1", "S-2"}
    page.run("light(byId('title'))")
    assert page.run(LIT) == []
    assert not page.run("corridorLayers[0].lines.some((line) => line.getElement().classList.contains('lit'))")


def test_a_click_on_a_margin_goes_to_its_place_and_time(page: Page) -> None:
    page.run("map.setView([22.60, 114.30], 15, { animate: false })")
    page.click("#margins tr[data-finding]")
    chosen = page.run("state.chosen")
    assert chosen["kind"] == "finding"
    assert page.run("state.t") == 34 * 60
    page.run("new Promise((done) => setTimeout(done, 400))")
    assert page.run("map.getBounds().contains([22.53, 114.125])")


# ---------------------------------------------------------------- switches


def test_layers_can_be_switched_off_and_on(page: Page) -> None:
    seen = "[...document.querySelectorAll('path.zone.prohibited')].some((node) => node.checkVisibility())"
    assert page.run(seen)
    page.click("#legend [data-layer='prohibited']")
    assert not page.run(seen)
    assert page.run("document.querySelector('#legend [data-layer=prohibited]').getAttribute('aria-pressed')") == "false"
    page.click("#legend [data-layer='prohibited']")
    assert page.run(seen)
    for layer, pane in (("corridors", "lines"), ("names", "names"), ("pads", "pads"), ("gates", "gates")):
        page.click(f"#legend [data-layer='{layer}']")
        assert page.run(f"getComputedStyle(map.getPane('{pane}')).display") == "none", layer
        page.click(f"#legend [data-layer='{layer}']")


def test_corridors_are_coloured_by_the_drone_or_by_the_least_room(page: Page) -> None:
    # The way out of the second leg leaves 153.333 Wh above a reserve of 180: 85 % of the limit.
    assert page.run("leastRoom(0)") == pytest.approx(153.333 / 180)
    stroke = "getComputedStyle(corridorLayers[0].lines[0].getElement()).stroke"
    by_drone = page.run(stroke)
    page.click("#colouring [data-value='margin']")
    assert page.run(stroke) == "rgb(95, 107, 120)"
    page.click("#colouring [data-value='drone']")
    assert page.run(stroke) == by_drone
    assert [page.run(f"toneOf({share})") for share in ("-0.1", "0.05", "0.1", "null")] == [
        "bad",
        "near",
        "good",
        "untold",
    ]


def test_the_page_speaks_three_languages(page: Page) -> None:
    page.click("#languages [data-value='zh-Hant']")
    assert page.run("document.documentElement.lang") == "zh-Hant"
    assert "通過" in page.run("byId('kpis').textContent")
    assert page.run("byId('hours').textContent").startswith("2026-12-01")
    page.click("#languages [data-value='zh-Hans']")
    assert "通过" in page.run("byId('kpis').textContent")
    # What nobody has translated is marked as the English that it is.
    assert page.run("[...document.querySelectorAll('#unserved [lang=en]')].map((node) => node.textContent)")
    page.click("#languages [data-value='en']")
    assert page.run("byId('hours').textContent").startswith("1 Dec 2026")


def test_values_fill_texts_in_one_pass_and_names_of_objects_are_no_texts(page: Page) -> None:
    assert page.run("withValues('{a} and {b} of {c}', { a: '{b}', b: 2 })") == "{b} and 2 of {c}"
    assert page.run("mixed('{a} to {b}.', { a: 1 })") == ["", 1, " to ", "{b}", "."]
    page.run("useLanguage('zh-Hans')")
    assert page.run("[t('constructor'), t('__proto__'), t('toString')]") == ["constructor", "__proto__", "toString"]
    page.run("useLanguage('klingon')")
    assert page.run("language") == "en"


def test_keys_go_through_corridors_and_by_the_minute(page: Page) -> None:
    page.press("Shift+ArrowRight")
    assert page.run("state.t") == 2040
    page.press("Shift+ArrowLeft")
    page.press("]")
    assert page.run("state.chosen") == {"kind": "corridor", "id": 0}
    page.press(" ")
    assert page.run("state.playing")
    page.press(" ")
    assert not page.run("state.playing")
    page.press("Escape")
    assert page.run("state.chosen") is None


# ---------------------------------------------------------------- pages of their own


def test_a_link_shows_what_was_looked_at(opened: Opener) -> None:
    hash_ = "#t=2100&sortie=S-2&lang=zh-Hans&theme=dark&off=prohibited,names&colour=margin&view=figures&list=table"
    with opened(with_profiles(sample()), hash_=hash_) as page:
        assert page.run("[state.t, state.chosen.id, language, view, listing, colouring]") == [
            2100, "S-2", "zh-Hans", "figures", "table", "margin"
        ]  # fmt: skip
        assert page.run("document.documentElement.dataset.theme") == "dark"
        assert page.run("[...off]") == ["prohibited", "names"]
        assert page.run("String(addressOf())") == hash_[1:].replace(",", "%2C")
        page.run("(location.hash = '#t=60')")
        page.settle()
        assert page.run("[state.t, state.chosen, language, off.size]") == [60, None, "en", 0]
        assert page.complaints == []


def test_nonsense_in_a_link_is_left_alone(opened: Opener) -> None:
    with opened(
        sample(), hash_="#t=x&sortie=gone&lang=fr&theme=pink&off=all&colour=red&view=none&drone=__proto__"
    ) as page:
        assert page.run("[state.chosen, language, off.size, colouring, view]") == [None, "en", 0, "drone", "profile"]
        assert page.complaints == []


def test_on_paper_each_corridor_has_a_page_after_the_summary(opened: Opener) -> None:
    with opened(with_profiles(sample()), hash_="#theme=dark") as page:
        document = pypdfium2.PdfDocument(page.pdf())
        texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
        assert "Morning" in texts[0]
        (sheet,) = [text for text in texts if "CLINIC>HUB, HUB>CLINIC" in text]
        assert "1 of 1" in sheet
        assert texts[-1] == sheet
        width, height = document[0].get_size()
        assert (width, height) == (pytest.approx(595, abs=2), pytest.approx(842, abs=2))
        # Always light: the corner of a page is white.
        assert document[0].render(scale=0.2).to_numpy()[1, 1].min() >= 250
        assert page.run("byId('sheets').childElementCount") == 0
        assert page.complaints == []


def test_thousands_of_sorties_are_summed_up_by_corridor(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flights, "SUMMED_FROM", 2)
    with opened(sample(), hash_="#t=2000") as page:
        assert page.run("[...document.querySelectorAll('table.sums tbody tr')].map((row) => row.textContent)") == [
            "HUB – CLINIC44.50 km62.5 %4–––"
        ]
        assert page.run("byId('airborne').textContent") == "1 airborne"
        assert page.run("document.querySelectorAll('[data-sortie]').length") == 0
        page.run("choose('corridor', 0)")
        assert "4 · 0 · 0 · 0" in page.run("byId('detail').textContent")
        page.run("choose('pad', 'HUB')")
        assert "No flight of this plan uses this pad." not in page.run("byId('detail').textContent")
        assert page.complaints == []


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_always_has_its_word_and_its_sign(opened: Opener, verdict: Verdict) -> None:
    told = {Verdict.PASS: "✓ PASS", Verdict.FAIL: "✕ FAIL", Verdict.NOT_CHECKED: "? NOT CHECKED"}[verdict]
    with opened(sample(verdict=verdict), width=390, height=844) as page:
        assert told in page.run("document.querySelector('.badge').textContent")


def test_targets_on_a_phone_are_as_large_as_a_finger(opened: Opener) -> None:
    with opened(with_profiles(sample()), width=390, height=844, calm=True) as page:
        small = page.run(
            "[...document.querySelectorAll('.bar button, .tabs a, .clock button, .legend-button')]"
            ".filter((node) => node.checkVisibility()).map((node) => node.getBoundingClientRect())"
            ".filter((box) => box.height < 32 || box.width < 44).length"
        )
        assert small == 0
        assert page.run("timelineSpan()") == [0, 5400]
        page.run("setTime(9000)")
        assert page.run("timeline.to - timeline.from") == 5400
        assert page.run("timeline.from <= 9000 && 9000 <= timeline.to")
        page.run("byId('tabs').children[3].click()")
        assert not page.run("location.hash").startswith("#unserved")
        assert page.run("calm.matches && map.options.zoomAnimation === false")
        assert page.complaints == []
