"""What a plan and an airspace show of themselves in a notebook."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
import shapely

from airspace.errors import showable
from airspace.model.sketches import MOST_ZONES, View
from planner.drawing import Shown
from planner.model.plans import Plan
from planner.model.sketches import MOST_SORTIES
from tests.hostile import PAYLOADS
from tests.planner.comparing.pairs import day
from tests.planner.output.samples import GATE, NORTH, SOUTH, sample


class Seen(HTMLParser):
    """The tags, attributes and text of some HTML as a browser would read it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def many(count: int) -> Plan:
    first = day().sorties[0]
    sorties = (
        replace(first, id=f"S-{n}", departs=first.departs + timedelta(minutes=n), returns=first.returns)
        for n in range(count)
    )
    return replace(day(), sorties=tuple(sorties))


def test_a_plan_shows_a_map_its_figures_its_sorties_and_what_it_leaves_out() -> None:
    seen = Seen(day()._repr_html_())
    assert seen.tags.count("svg") == 1
    for told in ("Morning", "2 of 3 orders served", "CNY 1,284.60", "S-1", "08:30", "CLINIC → HUB", "62.5 %"):
        assert told in seen.text
    assert "PAD_UNREACHABLE" in seen.text
    assert "planner.show(plan, scenario)" in seen.text


def test_every_leg_is_a_line_that_begins_and_ends_where_it_does_in_the_record() -> None:
    html = day()._repr_html_()
    view = View.of([NORTH, GATE, SOUTH])
    lines = re.findall(r'<path d="M([-\d.]+) ([-\d.]+)[^"]*L([-\d.]+) ([-\d.]+)" fill="none"', html)
    assert len(lines) == 4
    assert tuple(map(float, lines[0])) == (*view.at(*NORTH), *view.at(*SOUTH))


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude_by_the_cosine() -> None:
    view = View.of([(114.0, 60.0), (114.2, 60.0), (114.1, 59.9), (114.1, 60.1)])
    assert view.px_per_lon / view.px_per_lat == pytest.approx(0.5, abs=1e-9)
    west, north = view.at(114.0, 60.1)
    east, south = view.at(114.2, 59.9)
    assert 0 < west < east < view.width_px
    assert 0 < north < south < view.height_px


def test_a_long_plan_is_told_by_drone_and_not_drawn() -> None:
    assert "svg" in Seen(many(MOST_SORTIES)._repr_html_()).tags
    seen = Seen(many(MOST_SORTIES + 1)._repr_html_())
    assert "svg" not in seen.tags
    assert "S-1" not in seen.text
    assert "D1" in seen.text


def test_a_plan_that_flies_nothing_and_leaves_out_many_shows_a_table() -> None:
    left_out = tuple(replace(day().unserved[0], order=f"O-{n}") for n in range(30))
    seen = Seen(replace(day(), sorties=(), unserved=left_out)._repr_html_())
    assert "svg" not in seen.tags
    assert "and 10 more" in seen.text


def test_an_airspace_shows_its_zones_gates_pads_and_sides() -> None:
    seen = Seen(sample().sky._repr_html_())
    # Two sides, the three zones among the pads, a gate; and four pads, of which the hub is a square.
    assert (seen.tags.count("path"), seen.tags.count("circle"), seen.tags.count("rect")) == (6, 3, 1)
    assert "STRIP" in seen.text
    assert "REQ_AUTHORISATION" in seen.text
    assert "6 (1 CONDITIONAL, 1 NO_RESTRICTION, 3 PROHIBITED, 1 REQ_AUTHORISATION)" in seen.text
    assert "none: ground is known at the pads only" in seen.text


def test_a_zone_off_the_map_is_not_drawn() -> None:
    sky = sample().sky
    far = replace(sky.zones[0], id="FAR", area=shapely.box(10, 50, 11, 51))
    html = replace(sky, zones=(*sky.zones, far))._repr_html_()
    assert "FAR" not in html
    assert 'd="MZ"' not in html


def test_a_zone_over_most_of_the_map_is_an_outline_only() -> None:
    sky = sample().sky
    wide = replace(sky.zones[0], area=shapely.box(113, 22, 115, 23))
    assert 'fill="#6A3D9E"' in sky._repr_html_()
    assert 'fill="#6A3D9E"' not in replace(sky, zones=(wide,))._repr_html_()


def test_an_airspace_without_anything_and_one_with_too_much_show_a_table() -> None:
    sky = sample().sky
    nothing = replace(sky, zones=(), pads=(), gates=(), jurisdictions=())
    zones = tuple(replace(sky.zones[0], id=f"Z{n}") for n in range(MOST_ZONES + 1))
    for shown in (nothing, replace(sky, zones=zones)):
        assert "svg" not in Seen(shown._repr_html_()).tags
    assert f"{MOST_ZONES + 1} (" in Seen(replace(sky, zones=zones)._repr_html_()).text


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_hostile_names_are_only_shown(text: str) -> None:
    shown = sample(text)
    for value, name in ((shown.plan, "Morning"), (shown.sky, "STRIP")):
        seen = Seen(value._repr_html_())
        allowed = {
            "div", "svg", "title", "path", "rect", "circle", "text", "table", "thead", "tbody", "tr", "th", "td", "p",
        }  # fmt: skip
        assert set(seen.tags) <= allowed
        assert not [key for key, _ in seen.attributes if key.startswith("on") or key in ("href", "src")]
        assert showable(f"{name}{text}") in seen.text


def test_a_page_in_a_frame_is_escaped_whole_and_kept_from_the_notebook() -> None:
    page = '<!DOCTYPE html><title>"\'&amp;</title><script>parent.x = "</iframe>"</script>'
    seen = Seen(Shown(page=page, height_px=500)._repr_html_())
    assert seen.tags == ["iframe"]
    told = dict(seen.attributes)
    assert told["srcdoc"] == page
    assert told["sandbox"] == "allow-scripts allow-modals"
    assert "height:500px" in str(told["style"])


def test_what_is_shown_is_well_formed_and_the_same_each_time() -> None:
    for value in (day(), sample().sky):
        assert value._repr_html_() == value._repr_html_()
        ET.fromstring(value._repr_html_())  # noqa: S314 - our own text
