"""What a person with the page in front of them meets, seen through a real browser with the network cut."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from planner.model.reviews import Verdict
from planner.model.weather import Weather
from tests.hostile import PAYLOADS
from tests.planner.output.chromium import Page
from tests.planner.output.samples import at, sample

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]

SHOWN = [payload for payload in PAYLOADS if payload.kind not in ("cell", "path")]
"""Each for itself; the others with all the rest."""
HOSTILE = [payload.whole for payload in SHOWN]
HOSTILE_NAMES = [payload.name for payload in SHOWN]

FOREIGN = 'img, iframe, object, embed, base, body style, body a:not([href^="#"])'
"""What our page never holds, so that one of them can only have come from outside."""

SEE_EVERYTHING = """
(async () => {
  const rest = () => new Promise((done) => setTimeout(done, 5));
  const everything = [
    ...data.zones.map((thing) => ["zone", thing.id]), ...data.pads.map((thing) => ["pad", thing.id]),
    ...data.gates.map((thing) => ["gate", thing.id]), ...data.drones.map((thing) => ["drone", thing.id]),
    ...data.sorties.map((thing) => ["sortie", thing.id]), ...corridors.keys().map((index) => ["corridor", index]),
    ...data.review.findings.keys().map((index) => ["finding", index]),
  ];
  let text = "";
  for (const [kind, id] of everything) {
    choose(kind, id);
    if (state.chosen === null) throw new Error(kind + " " + id + " cannot be chosen");
    text += byId("detail").textContent;
    await rest();
  }
  document.querySelectorAll("details").forEach((part) => { part.open = true; });
  choose(null);
  window.dispatchEvent(new Event("beforeprint"));
  text += byId("sheets").textContent;
  window.dispatchEvent(new Event("afterprint"));
  speak("zh-Hant");
  speak("en");
  document.querySelectorAll("#flown [data-value=table]").forEach((button) => button.click());
  await rest();
  return text + document.body.textContent + document.title;
})()
"""


def test_the_page_asks_for_nothing_and_complains_of_nothing(opened: Opener) -> None:
    with opened(sample()) as page:
        page.run(SEE_EVERYTHING)
        assert page.requests == []
        assert page.complaints == []


@pytest.mark.parametrize("text", HOSTILE, ids=HOSTILE_NAMES)
def test_text_from_a_file_stays_text(opened: Opener, text: str) -> None:
    with opened(sample(text, verdict=Verdict.FAIL)) as page:
        seen = page.run(SEE_EVERYTHING)
        plain = text.replace("\ud800", "\ufffd")
        for beginning in (
            "HUB",
            "HUB name",
            "STRIP",
            "G1",
            "S-1",
            "O-3",
            "Morning",
            "citation",
            "coast",
            "law",
            "Another pad",
        ):
            assert f"{beginning}{plain}" in seen.replace("\ud800", "\ufffd"), beginning
        assert page.run("window.PWNED") is None
        assert page.run(f"document.querySelectorAll('{FOREIGN}').length") == 0
        assert page.run("document.scripts.length") == 4  # Leaflet, Folium's, ours and the data
        assert page.requests == []
        assert page.complaints == []


def test_all_text_together_stays_text(opened: Opener) -> None:
    with opened(sample("".join(payload.whole for payload in PAYLOADS))) as page:
        page.run(SEE_EVERYTHING)
        assert page.run("window.PWNED") is None
        assert page.complaints == []


def test_every_sortie_order_and_zone_can_be_seen(opened: Opener) -> None:
    with opened(sample()) as page:
        seen = page.run(SEE_EVERYTHING)
        for name in (
            "S-1",
            "S-2",
            "O-1",
            "O-2",
            "O-3",
            "PAD_UNREACHABLE",
            "It lies in a prison.",
            "STRIP",
            "PRISON",
            "WORKS",
            "HILL",
            "CEILING",
            "PARK",
        ):
            assert name in seen
        assert set(page.run("[...zoneLayers.keys()]")) == {"STRIP", "PRISON", "WORKS", "HILL", "PARK"}


def test_a_sortie_tells_where_it_ends_when_that_is_not_where_it_began(opened: Opener) -> None:
    with opened(sample()) as page:
        page.run("choose('sortie', 'S-1')")
        assert " on to " not in page.run("byId('detail').textContent")
        page.run("(sorties.get('S-1').legs.at(-1).to = 'EAST', choose(null), choose('sortie', 'S-1'))")
        assert "from HUB on to EAST" in page.run("byId('detail').textContent")


def test_an_unknown_bound_is_said_to_be_unknown(opened: Opener) -> None:
    with opened(sample()) as page:
        assert "no bound known: nothing proves one" in page.run("byId('kpis').textContent")


def test_a_failure_stands_at_the_top_and_leads_to_its_place(opened: Opener) -> None:
    with opened(sample(verdict=Verdict.FAIL)) as page:
        assert "✕ FAIL" in page.run("byId('kpis').textContent")
        page.run("byId('failing').querySelector('button').click()")
        assert page.run("state.chosen") == {"kind": "finding", "id": 1}
        assert page.run("map.getBounds().contains([22.53, 114.125])")


def test_a_drone_is_where_its_waypoints_put_it(opened: Opener) -> None:
    with opened(sample(), hash_="#t=1980") as page:  # 33 minutes in: D1 half way on its first straight piece
        assert page.run("[...flying.keys()]") == ["D1"]
        shown = "[...document.querySelectorAll('.mark.drone')].filter((node) => node.checkVisibility()).length"
        assert page.run(shown) == 1
        place = page.run("droneMarkers.get('D1').getLatLng()")
        assert (place["lat"], place["lng"]) == (pytest.approx(22.54), pytest.approx(114.1225))
        assert "1 airborne" in page.run("byId('clock').textContent")


def test_things_with_hours_turn_grey_outside_them(opened: Opener) -> None:
    grey = """[zoneLayers.get('WORKS'), gateLayers.get('G1').marker].map(
        (layer) => layer.getElement().classList.contains('inactive'))"""
    with opened(sample(), hash_="#t=0") as page:
        assert page.run(grey) == [True, False]
        page.run("setTime(5400)")
        assert page.run(grey) == [False, False]
        page.run("setTime(7300)")
        assert page.run(grey) == [True, True]


def test_the_wind_shown_is_that_of_the_time_shown(opened: Opener) -> None:
    shown = sample()
    gusty = Weather(wind_mps=9, wind_from_deg=270, wind_height_m=10, gust_mps=14)
    job = replace(shown.job, later=((at(60), gusty),))
    with opened(replace(shown, job=job), hash_="#t=0") as page:
        assert page.run("byId('wind').textContent") == "060°4 m/s"
        page.run("setTime(4000)")
        assert page.run("byId('wind').textContent") == "270°9 m/sat 10 m"
        assert "4–9 m/schanges at" in page.run("byId('kpis').textContent")
        assert "270° at 10 m above ground, more above that by the power law; gusts of 14 m/s" in page.run(
            "byId('sources').textContent"
        )
        assert "one wind stands for the whole plan" not in page.run("document.body.textContent")


def test_keys_move_the_time_and_choose_drones(opened: Opener) -> None:
    with opened(sample(), hash_="#t=100") as page:
        page.press("ArrowRight")
        page.press("ArrowRight")
        page.press("ArrowLeft")
        assert page.run("state.t") == 110
        page.press("2")
        assert page.run("state.chosen") == {"kind": "drone", "id": "D2"}
        page.press("Escape")
        assert page.run("state.chosen") is None


@pytest.mark.parametrize(("width", "height"), [(1440, 1000), (900, 900), (390, 844)])
def test_labels_neither_overlap_nor_leave_the_frame(opened: Opener, width: int, height: int) -> None:
    boxes_script = """
      JSON.stringify([...document.querySelectorAll('.label:not(.away)')].map((node) => {
        const box = node.getBoundingClientRect(), frame = byId('map-frame').getBoundingClientRect();
        return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top,
                frame.width, frame.height];
      }))"""
    with opened(sample(), width=width, height=height) as page:
        boxes = json.loads(page.run(boxes_script))
        assert len(boxes) >= 5
        for index, (left, top, right, bottom, across, down) in enumerate(boxes):
            assert left >= 0
            assert top >= 0
            assert right <= across
            assert bottom <= down
            for other in boxes[:index]:
                assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


@pytest.mark.parametrize("width", [1440, 1200, 768, 390, 320])
def test_the_page_is_never_wider_than_its_window(opened: Opener, width: int) -> None:
    with opened(sample("-with-a-rather-long-name-of-many-parts"), width=width) as page:
        assert page.run("document.documentElement.scrollWidth") <= width


def test_the_map_shows_all_that_is_flown(opened: Opener) -> None:
    with opened(sample()) as page:
        assert page.run("map.getBounds().contains([[22.51, 114.12], [22.55, 114.13]])")
        assert page.run("map.getZoom()") > 12


def test_dark_and_light_are_one_button_apart(opened: Opener) -> None:
    with opened(sample()) as page:
        colour = "getComputedStyle(document.body).backgroundColor"
        before = page.run(colour)
        page.run("byId('theme').click()")
        assert {before, page.run(colour)} == {"rgb(243, 244, 246)", "rgb(12, 16, 21)"}


def test_the_keyboard_reaches_everything_on_the_map(opened: Opener) -> None:
    with opened(sample()) as page:
        page.run("zoneLayers.get('PRISON').getElement().focus()")
        page.press("Enter")
        assert page.run("state.chosen") == {"kind": "zone", "id": "PRISON"}
        marks = "[...document.querySelectorAll('.mark, path.zone, path.hit')]"
        assert page.run(f"{marks}.every((node) => node.getAttribute('aria-label') && node.tabIndex === 0)")


ALL_ON_PAPER = """
(() => {
  const map_before = map.getSize().y;
  window.dispatchEvent(new Event("beforeprint"));
  const [west, south, east, north] = data.bounds;
  const size = map.getSize();
  const seen = [[south, west], [north, east]].every((place) => {
    const { x, y } = map.latLngToContainerPoint(place);
    return x >= 0 && y >= 0 && x <= size.x && y <= size.y;
  });
  window.dispatchEvent(new Event("afterprint"));
  return [size.x, size.y, seen, map.getSize().y === map_before];
})()
"""


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])
def test_on_paper_the_map_shows_all_that_is_flown_at_the_size_of_the_paper(opened: Opener, wide: bool) -> None:
    width, height = (1440, 900) if wide else (390, 844)
    with opened(sample(), width=width, height=height) as page:
        across, down, seen, as_before = page.run(ALL_ON_PAPER)
        assert down == 469  # less a line below it
        assert across == pytest.approx(638 if wide else 390, abs=2)
        assert seen
        assert as_before
