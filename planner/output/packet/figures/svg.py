"""SVG as text that is safe to put into a page: all that is not ours is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import shapely
from markupsafe import Markup, escape

from airspace.errors import showable

Pixels = Sequence[Sequence[float]]

WIDE = 0x2E80
"""From this character on (CJK and beyond) a letter is as wide as it is high."""

LATIN_SHARE = 0.56
"""How wide other letters are on the average, as a share of their height."""


def tag(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return an element; underscores in names of attributes stand for hyphens, None leaves one out."""
    told = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), figure(value))
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(escape(child) for child in children)
    if not inside:
        return Markup("<{}{}/>").format(Markup(name), told)  # noqa: S704 - the names of elements are ours
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), told, inside)  # noqa: S704 - the same


def figure(value: str | float) -> str:
    """Return the value of an attribute: texts as they can be shown, numbers with two decimals at most."""
    if isinstance(value, str):
        return showable(value)
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def path(lines: Iterable[Pixels], *, closed: bool = False) -> str:
    """Return the commands of a path through some lines of pixels."""
    end = "Z" if closed else ""
    return "".join("M" + "L".join(f"{_px(x)} {_px(y)}" for x, y, *_ in line) + end for line in lines if len(line) > 1)


def _px(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def outline(area: shapely.Geometry) -> str:
    """Return the commands of a path around an area, with its holes; to be filled by the even-odd rule."""
    return path(
        (ring.coords for polygon in polygons(area) for ring in (polygon.exterior, *polygon.interiors)), closed=True
    )


def polygons(area: shapely.Geometry) -> list[shapely.Polygon]:
    """Return the polygons of a geometry."""
    return [part for part in shapely.get_parts(area).tolist() if isinstance(part, shapely.Polygon)]


def lines_of(geometry: shapely.Geometry) -> list[Pixels]:
    """Return the lines of a geometry."""
    parts = shapely.get_parts(geometry).tolist()
    return [list(part.coords) for part in parts if isinstance(part, shapely.LineString) and len(part.coords) > 1]


def text(x: float, y: float, words: str, *, halo: bool = True, **attributes: str | float | None) -> Markup:
    """Return a text, with a white rim to be read on whatever lies below: drawn twice, since not all order paint."""
    shown = showable(words)
    above = tag("text", shown, x=x, y=y, **attributes)
    if not halo:
        return above
    rim: dict[str, str | float | None] = {"fill": "#FFFFFF", "stroke": "#FFFFFF", "stroke_width": 3}
    below = tag("text", shown, x=x, y=y, **{**attributes, **rim}, stroke_linejoin="round", aria_hidden="true")
    return below + above


def width_of(words: str, size: float) -> float:
    """Return about how wide a text is, pixels."""
    return size * sum(1.0 if ord(letter) >= WIDE else LATIN_SHARE for letter in words)


def shortened(words: str, most: int = 22) -> str:
    """Return a text that fits a label; tables tell the whole of it."""
    return words if len(words) <= most else f"{words[: most - 1]}…"
