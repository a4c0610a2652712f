"""Of Skyferry, and of everything beneath it that shapes a plan."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

LIBRARIES = (
    "astral", "holidays", "networkx", "numba", "numpy", "ortools", "pyproj", "pythoncdt", "scipy", "shapely",
)  # fmt: skip
"""Those whose arithmetic a plan goes through. What reads files and draws pages shapes no plan: inputs have hashes."""

UNKNOWN = "unknown"


def installed_version() -> str:
    """Return the version of the installed distribution, ``unknown`` when run from loose files."""
    return _version("skyferry")


@cache
def shaping_versions() -> Mapping[str, str]:
    """Return the versions of Python and of all libraries that shape a plan, by name.

    Nothing of the machine is among them, so that two machines with the same versions write the same bytes. GEOS and
    PROJ are told beside the packages that bring them, which may be built with others.
    """
    import pyproj
    import shapely

    told = {name: _version(name) for name in LIBRARIES}
    told |= {"geos": shapely.geos_version_string, "proj": pyproj.proj_version_str}
    return MappingProxyType(dict(sorted({**told, "python": platform.python_version()}.items())))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return UNKNOWN
