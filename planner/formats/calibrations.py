"""Writing fitted figures of power as a table of ``drones.toml``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from planner.model.powers import MassPower, Multirotor, PowerFigures, PowerTable, Quadplane

MODELS: dict[type, str] = {
    MassPower: "mass_power",
    Multirotor: "multirotor",
    Quadplane: "quadplane",
    PowerTable: "table",
}
"""How ``drones.toml`` names the model of a class of figures."""


def figures_to_document(power: PowerFigures) -> dict[str, object]:
    """Return the figures by name, five significant digits, without the constants that are zero."""
    values = {field.name: getattr(power, field.name) for field in fields(power)}
    return {name: _rounded(value) for name, value in values.items() if not (name.endswith("_constant_w") and not value)}


def _rounded(value: object) -> object:
    if isinstance(value, tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.5g}")


def to_toml(
    type_id: str,
    power: PowerFigures,
    *,
    measured: Mapping[str, float],
    assumed: Sequence[str],
    sources: tuple[str, str],
) -> str:
    """Return a table of ``drones.toml`` with figures of power, and speeds that were measured with them.

    The id is made of letters, digits, _ and -; the sources are those of the figures of power and of the speeds.
    What the log does not tell (mass, payload, battery, limits) has to be added by hand: ``skyferry lint`` names it.
    """
    return "\n".join(_lines(type_id, power, measured, assumed, sources)) + "\n"


def _lines(
    type_id: str, power: PowerFigures, measured: Mapping[str, float], assumed: Sequence[str], sources: tuple[str, str]
) -> Iterator[str]:
    source, median = sources
    yield "# Fitted by skyferry calibrate. Add what a log does not tell: name, masses, battery, limits."
    yield f"[{type_id}]"
    for name, value in measured.items():
        yield _figure(name, round(value, 2), median, verified=True)
    yield f"model = {_text(MODELS[type(power)])}"
    document = figures_to_document(power)
    if isinstance(power, PowerTable):
        yield f"[{type_id}.power_table]"
        yield f"source = {_text(source)}"
        yield "verified = true"
        yield from (f"{name} = {figures}" for name, figures in document.items())
        return
    for name, figure in document.items():
        told = "given or assumed, not fitted" if name in assumed else source
        yield _figure(name, figure, told, verified=name not in assumed)


def _figure(name: str, value: object, source: str, *, verified: bool) -> str:
    return f"{name} = {{ value = {value}, verified = {str(verified).lower()}, source = {_text(source)} }}"


def _text(text: str) -> str:
    """Write a string of TOML: JSON's escapes are TOML's, but for the one character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
