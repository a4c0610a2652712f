import base64
import hashlib
import re

import folium
import pytest
from branca.element import Element
from folium.plugins import Fullscreen, Geocoder, MiniMap

from planner.errors import MissingAsset
from planner.output.figure import OfflineFigure

LAYERS = [Fullscreen(), Geocoder(), MiniMap(), folium.TileLayer("OpenStreetMap")]  # type: ignore[no-untyped-call]
HTML = "<html><head><!--policy--><!--styles--></head><body><!--map--><!--data--><!--scripts--></body></html>"


def figure(*layers: Element, html: str = HTML, data: str = "{}") -> OfflineFigure:
    canvas = folium.Map(location=[22.5, 114.1], tiles=None)
    for layer in layers:
        canvas.add_child(layer)
    made = OfflineFigure(html=html, styles=["b{color:red}"], scripts=["let a = 1;"], data=data)
    made.add_child(canvas)
    return made


@pytest.mark.parametrize(
    "layer",
    LAYERS,
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_that_would_fetch_something_is_an_error(layer: Element) -> None:
    with pytest.raises(MissingAsset):
        figure(layer).render()


def test_every_script_and_style_is_named_by_its_hash() -> None:
    page = figure().render()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    for kind, text in re.findall(r"<(script|style)>(.*?)</\1>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        (listed,) = re.findall(rf"{kind}-src ([^;]*)", policy)
        assert f"'sha256-{digest}'" in listed
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_a_placeholder_in_the_data_is_left_alone() -> None:
    page = figure(data='{"a":"<!--scripts--><!--policy-->"}').render()
    assert '"<!--scripts--><!--policy-->"' in page


def test_a_script_cannot_end_its_own_tag() -> None:
    made = OfflineFigure(html=HTML, styles=[], scripts=["'</SCRIPT>'"], data="{}")
    made.add_child(folium.Map(location=[22.5, 114.1], tiles=None))
    with pytest.raises(MissingAsset, match="end its own tag"):
        made.render()


def test_a_figure_renders_the_same_twice() -> None:
    made = figure()
    assert made.render() == made.render()
