"""Docstrings as the reference shows them: NumPy's sections become fields, and the words on a field stay as they are."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sphinx.ext.napoleon import Config, NumpyDocstring

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SECTIONS = Config(napoleon_google_docstring=False, napoleon_use_rtype=False)


def setup(app: Sphinx) -> dict[str, Any]:
    """Have autodoc show docstrings and signatures so."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", shown)
    app.connect("autodoc-process-signature", signed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def shown(app: Sphinx, what: str, name: str, obj: object, options: Any, lines: list[str]) -> None:
    """Put a docstring as it is shown in the place of its lines.

    Napoleon itself takes what stands before a colon in the docstring of a field for the field's type.
    """
    if what not in ("attribute", "property", "data"):
        lines[:] = NumpyDocstring(lines, SECTIONS, app, what, name, obj, options).lines()


def signed(
    app: Sphinx, what: str, name: str, obj: object, options: Any, arguments: str | None, returns: str | None
) -> tuple[str, str] | None:
    """Return the signature of a class: of values their fields, whose types stand below; of enums and protocols none."""
    if not isinstance(obj, type):
        return None
    if is_dataclass(obj):
        return f"(*, {', '.join(map(_field, fields(obj)))})", ""
    return ("", "") if issubclass(obj, Enum) or getattr(obj, "_is_protocol", False) else None


def _field(field: Field[Any]) -> str:
    """Return a field as an argument, with its default where that can be told in a word."""
    default = field.default
    if default is MISSING and field.default_factory is MISSING:
        return field.name
    if isinstance(default, Enum):
        return f"{field.name}={default}"
    told = isinstance(default, str | int | float | bool | None) or default == ()
    return f"{field.name}={default!r}" if told else f"{field.name}=..."
