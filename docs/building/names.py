"""What the reference calls a thing: the name it is imported by, in whatever module it is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import airspace
import planner

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PACKAGES = (planner, airspace)


def setup(app: Sphinx) -> dict[str, Any]:
    """Have Sphinx ask here for what it finds nowhere."""
    app.connect("missing-reference", resolved)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def public_names() -> dict[str, str]:
    """Return the public name of each public thing, by its module and name and by its bare name."""
    names: dict[str, str] = {}
    for package in PACKAGES:
        for name in package.__all__:
            thing = getattr(package, name)
            public = f"{package.__name__}.{name}"
            names.setdefault(name, public)
            names[f"{getattr(thing, '__module__', package.__name__)}.{getattr(thing, '__qualname__', name)}"] = public
    return names


def resolved(app: Sphinx, env: BuildEnvironment, node: pending_xref, contents: Element) -> Element | None:
    """Return the link for a thing that is told by the module it is defined in, or by its bare name."""
    if node.get("refdomain") != "py":
        return None
    target = public_names().get(node["reftarget"])
    found = env.domains.python_domain.find_obj(env, "", None, target, None) if target else []
    if not found:
        return None
    from sphinx.util.nodes import make_refnode

    entry = found[0][1]
    return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, contents, target)
