"""The directive ``commands``: a section for every command of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.util.docutils import SphinxDirective

from docs.building import command_text

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Let pages use the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Commands(SphinxDirective):
    """A section for each command."""

    def run(self) -> list[Node]:
        """Return the sections."""
        return self.parse_text_to_nodes(command_text.text(), allow_section_headings=True)
