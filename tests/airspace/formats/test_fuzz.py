"""Whatever a file holds, reading it ends in an airspace or in BadInput."""

from __future__ import annotations

import copy
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airspace.errors import BadInput
from airspace.formats.corridors import library_text, read_library
from airspace.formats.documents import RawFile
from airspace.formats.reading import read
from airspace.model.corridors import Act, Corridor, Entry, Library, Passed

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["PROHIBITED", "2026-12-01T08:00:00", "MON", "24:00", "Polygon", 1e308, 10**18, -0.0, "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)

RING = [[114.1, 22.5], [114.2, 22.5], [114.2, 22.6], [114.1, 22.5]]
ZONES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[RING]]},
            "properties": {
                "id": "z",
                "name": "z",
                "restriction": "CONDITIONAL",
                "lower": 0,
                "lower_ref": "AGL",
                "upper": 100,
                "upper_ref": "AMSL",
                "uom": "ft",
                "schedule": [{"days": ["MON"], "start": "07:00", "end": "19:00", "utc_offset": "+08:00"}],
                "source": "s",
                "source_date": "2026-01-01",
            },
        }
    ],
}
GATES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": RING[:2]},
            "properties": {
                "id": "g",
                "name": "g",
                "lower": 0,
                "lower_ref": "AGL",
                "upper": 100,
                "upper_ref": "AGL",
                "permits": [
                    {
                        "id": "p",
                        "authority": "a",
                        "zones": ["z"],
                        "aircraft": ["d"],
                        "valid_from": "2026-01-01T00:00:00Z",
                        "valid_to": "2027-01-01T00:00:00Z",
                        "source": "s",
                    }
                ],
                "source": "s",
            },
        }
    ],
}


CORRIDOR = Corridor(
    from_pad="A", to_pad="B", drone_types=("d",), points=((114.1, 22.5, 80.0), (114.2, 22.5, 80.0)), half_width_m=20,
    clearance_m=30, vertical_clearance_m=10, jurisdictions=(Passed(jurisdiction="j", authority="a"),), gates=("g",),
    rules="sha256:" + "0" * 64,
)  # fmt: skip
APPROVED = Entry(
    at=datetime(2026, 1, 1, tzinfo=UTC), corridor=CORRIDOR.id, hash=CORRIDOR.hash, act=Act.APPROVED, authority="a",
    drone_types=("d",), valid_to=datetime(2027, 1, 1, tzinfo=UTC),
)  # fmt: skip
LIBRARY = json.loads(library_text(Library(corridors=(CORRIDOR,), history=(APPROVED,))))


def locations(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from locations(item, (*path, key))


@st.composite
def mutated(draw, document):
    """A good document with one or two values replaced by junk, or taken out."""
    whole = {"top": copy.deepcopy(document)}
    for _ in range(draw(st.integers(1, 2))):
        path = ("top", *draw(st.sampled_from(sorted(locations(whole["top"]), key=str))))
        parent = whole
        for key in path[:-1]:
            parent = parent[key]
        if draw(st.booleans()) or len(path) == 1:
            parent[path[-1]] = draw(JUNK)
        else:
            del parent[path[-1]]
    return json.dumps(whole["top"]).encode()


def reads_or_refuses(**files: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, raw in files.items():
            paths[name] = Path(folder) / name
            paths[name].write_bytes(raw)
        problems = ()
        try:
            read(paths.pop("zones"), **paths)
        except BadInput as error:
            problems = error.problems
        assert all(problem.found and problem.expected for problem in problems)
        "".join(map(str, problems)).encode("utf-8")


quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(raw):
    reads_or_refuses(zones=raw, pads=raw)


@quick
@given(mutated(ZONES), mutated(GATES))
def test_mutated_zones_and_gates_never_raise_anything_else(zones, gates):
    reads_or_refuses(zones=zones, gates=gates, jurisdictions=zones)


@quick
@given(st.lists(st.lists(st.floats(-200, 200) | st.sampled_from([114.1, 22.5]), min_size=2, max_size=2), max_size=9))
def test_random_outlines_never_raise_anything_else(ring):
    document = copy.deepcopy(ZONES)
    document["features"][0]["geometry"]["coordinates"] = [[ring]]
    reads_or_refuses(zones=json.dumps(document).encode())


@quick
@given(mutated(LIBRARY))
def test_mutated_libraries_never_raise_anything_else(raw):
    problems, library = (), Library()
    try:
        library = read_library(RawFile(name="corridors.json", raw=raw))
    except BadInput as error:
        problems = error.problems
    assert all(problem.found and problem.expected for problem in problems)
    "".join(map(str, problems)).encode("utf-8")
    assert read_library(RawFile(name="again", raw=library_text(library).encode())) == library
