import ast
import base64
import hashlib
import inspect
import re
from collections.abc import Callable
from pathlib import Path

import folium
import pytest
from branca.element import Element
from folium.plugins import Fullscreen, Geocoder, MiniMap
from jinja2 import Environment

from planner.errors import MissingAsset
from planner.output import page, routes
from planner.output.canvas import empty_map
from planner.output.figure import OfflineFigure
from tests.planner.output.samples import sample
from tests.planner.output.test_routes import all_legs

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


MARK = "a name out of a file"


def compiled_while(draw: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the source of every template that Jinja compiles while something is drawn."""
    sources: list[str] = []
    plain = Environment.compile

    def note(self: Environment, source: str, *rest: object, **options: object) -> object:
        sources.append(source)
        return plain(self, source, *rest, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", note)
    draw()
    return sources


@pytest.mark.parametrize("shown", [lambda: sample(MARK).page(), lambda: all_legs(MARK).page()], ids=["plan", "legs"])
def test_no_name_out_of_a_file_becomes_part_of_a_template(
    shown: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    sources = compiled_while(lambda: pages.append(shown()), monkeypatch)
    assert MARK in pages[0]
    assert sources
    assert not [source for source in sources if MARK in source]


def test_what_folium_is_given_would_be_found_in_a_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless() -> None:
        canvas = folium.Map(tiles=None)
        folium.Marker([22, 114], tooltip=MARK).add_to(canvas)
        canvas.get_root().render()

    assert any(MARK in source for source in compiled_while(careless, monkeypatch))


DRAWERS = {
    "planner/output/canvas.py": {"folium"},
    "planner/output/figure.py": {"branca"},
    "planner/output/packet/pages.py": {"jinja2"},
}
"""The only modules that may know templates: an empty map is made of numbers, and rendered; packets are filled in."""


def test_folium_is_given_nothing_but_numbers_and_our_own_words() -> None:
    root = Path(__file__).parents[3]
    for path in (path for package in ("airspace", "planner") for path in (root / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]  # type: ignore[union-attr]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert named & {"folium", "branca", "jinja2"} == DRAWERS.get(str(path.relative_to(root)), set()), path
    (made,) = [node for node in ast.walk(ast.parse(inspect.getsource(empty_map))) if isinstance(node, ast.FunctionDef)]
    assert {argument.arg: ast.unparse(argument.annotation) for argument in made.args.args if argument.annotation} == {
        "bounds": "Sequence[float]",
        "panes": "Sequence[str]",
    }


def test_panes_are_named_by_us() -> None:
    for module in (page, routes):
        calls = [
            node
            for node in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "empty_map"
        ]
        assert [ast.unparse(call.args[1]) for call in calls] == ["PANES"]
        assert all(re.fullmatch("[a-z]+", pane) for pane in module.PANES)
