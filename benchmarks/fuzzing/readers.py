"""Every reader of the project behind one shape: bytes in, and out a value or the problems of a BadInput."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from airspace.earth.rasters import RasterGround
from airspace.errors import BadInput, Problem
from airspace.formats.catalogue import built_in, writers
from airspace.formats.comparing import unexplained
from airspace.formats.corridors import library_text, read_library
from airspace.formats.documents import RawFile, document_of
from airspace.formats.geojson import read_land
from airspace.formats.ledgers import read_ledger
from airspace.formats.reading import Contents, SkyFiles, survey_bytes
from benchmarks.fuzzing.inputs import SEEDS
from planner.errors import TooLittleLogged
from planner.formats.fleet import read_drone_types, read_drones
from planner.formats.logs import logged, read_csv, read_log
from planner.formats.orders import read_orders
from planner.formats.plans import digest, plan_to_document, read_plan, record_of
from planner.formats.reviews import read_review, review_to_document
from planner.formats.scenario import lint
from planner.formats.winds import read_wind_grid
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import File
from planner.output.languages import Language
from planner.output.packet.documents import packet_from_document, packet_to_document
from planner.output.packet.pages import draw
from planner.physics.calibration import fit, mass_power_of, table_of

Problems: TypeAlias = Sequence[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A way in, and what it takes as good."""

    name: str
    """As its folder of good files is called."""
    read: Callable[[bytes, str], Problems]
    """From the bytes, and the name of the good file they were made from, to what was told; may raise BadInput."""


class Untrue(Exception):
    """What was read is not what was written; never to be met."""


def _file(raw: bytes) -> RawFile:
    return RawFile(name="input", raw=raw)


@cache
def _folder() -> Path:
    """Return a folder of this process, for readers that want a path."""
    folder = Path(tempfile.mkdtemp(prefix="skyferry-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _on_disk(raw: bytes) -> Path:
    path = _folder() / "input"
    path.write_bytes(raw)
    return path


# --- airspace ---------------------------------------------------------------------------------------------------------


def _zones(raw: bytes, _: str) -> Problems:
    return survey_bytes(_file(raw), readers=built_in()).problems


def _converted(raw: bytes, _: str) -> Problems:
    """Read zones, write them in every format, and read those: what cannot be said is told, and nothing else lost."""
    found = survey_bytes(_file(raw), readers=built_in())
    sound = found.values if not found.errors else ()  # the command refuses the others, unless it is told otherwise
    for name, writer in writers().items() if sound else ():
        text, losses = writer.write(found.values, title="input")
        back = survey_bytes(RawFile(name=name, raw=text.encode()), readers=built_in())
        wrong = [*map(str, back.errors), *unexplained(found.values, back.values, losses)]
        if wrong:
            raise Untrue(f"{name}: {wrong[0]}")
    return found.problems


def _sky(kind: str) -> Callable[[bytes, str], Problems]:
    """Read a file beside good ones of the other kinds."""

    def read(raw: bytes, _: str) -> Problems:
        good = {each: _seed(each, "plain.geojson") for each in ("pads", "gates", "jurisdictions")}
        contents = Contents(allow_rejected=True)
        contents.take(SkyFiles(zones=[_seed("geojson", "two.geojson")], **(good | {kind: _file(raw)})))
        if not any(not problem.warning for problem in contents.problems):
            contents.airspace()
        return contents.problems

    return read


@cache
def _seed(reader: str, name: str) -> RawFile:
    return RawFile(name=name, raw=(SEEDS / reader / name).read_bytes())


def _land(raw: bytes, _: str) -> Problems:
    return read_land(document_of(_file(raw)))[1]


def _library(raw: bytes, _: str) -> Problems:
    library = read_library(_file(raw))
    if read_library(_file(library_text(library).encode())) != library:
        raise Untrue("a library differs once it is written and read")
    return ()


def _ledger(raw: bytes, _: str) -> Problems:
    return read_ledger(_file(raw))[1]


def _terrain(raw: bytes, _: str) -> Problems:
    ground = RasterGround.open(raw, name="input")
    ground.outline  # noqa: B018 - it is worked out when first asked for
    return ()


# --- planner ----------------------------------------------------------------------------------------------------------


def _table(reading: Callable[[RawFile], tuple[object, Iterable[Problem]]]) -> Callable[[bytes, str], Problems]:
    return lambda raw, _: tuple(reading(_file(raw))[1])


def _log(raw: bytes, _: str) -> Problems:
    log = logged(read_csv(_file(raw), mass_kg=None), name="input")
    for fitter in (mass_power_of, table_of):
        try:
            fit(log, fitter)
        except TooLittleLogged:
            return ()
    return ()


def _ulog(raw: bytes, _: str) -> Problems:
    read_log(_on_disk(raw), mass_kg=4.0)
    return ()


def _plan(raw: bytes, _: str) -> Problems:
    plan, _stated, _held = read_plan(_on_disk(raw))
    digest(plan_to_document(plan))
    return ()


def _review(raw: bytes, _: str) -> Problems:
    review_to_document(read_review(_on_disk(raw)))
    return ()


def _export(form: str) -> Callable[[bytes, str], Problems]:
    """Read one file of an export back, as tracks."""

    def read(raw: bytes, name: str) -> Problems:
        format_of(form).read([File(name=name, content=raw)])
        return ()

    return read


def _intent(raw: bytes, name: str) -> Problems:
    """Read the files of an operational intent back, good ones but one."""
    others = [path for path in sorted((SEEDS / "export_f3548").iterdir()) if path.name != name]
    files = [File(name=name, content=raw), *(File(name=path.name, content=path.read_bytes()) for path in others)]
    format_of("f3548").read(files)
    return ()


def _packet(raw: bytes, _: str) -> Problems:
    """Read a packet under a digest that fits, and draw what it holds."""
    document = record_of(_file(raw))
    with suppress(ValueError):  # of numbers that are not finite, which the reader has to refuse
        document = {**document, "digest": digest(document)}
    packet = packet_from_document(document)
    draw(packet, Language.EN)
    if packet_from_document(packet_to_document(packet)) != packet:
        raise Untrue("a packet differs once it is written and read")
    return ()


def _scenario(raw: bytes, name: str) -> Problems:
    """Read a scenario of good files but one."""
    path = _day() / name
    good = path.read_bytes()
    path.write_bytes(raw)
    try:
        return lint(_day())
    finally:
        path.write_bytes(good)


@cache
def _day() -> Path:
    return Path(shutil.copytree(SEEDS / "scenario", _folder() / "day"))


READERS = {
    reader.name: reader
    for reader in (
        *(
            Reader(name=name, read=_zones)
            for name in ("geojson", "ed269", "ed318", "openair", "kml", "kmz", "aixm", "notam")
        ),
        Reader(name="converted", read=_converted),
        *(Reader(name=name, read=_sky(name)) for name in ("pads", "gates", "jurisdictions")),
        Reader(name="land", read=_land),
        Reader(name="corridors", read=_library),
        Reader(name="ledger", read=_ledger),
        Reader(name="terrain", read=_terrain),
        Reader(name="orders", read=_table(read_orders)),
        Reader(name="fleet", read=_table(read_drones)),
        Reader(name="drones", read=_table(read_drone_types)),
        Reader(name="winds", read=_table(read_wind_grid)),
        Reader(name="log", read=_log),
        Reader(name="ulog", read=_ulog),
        Reader(name="plan", read=_plan),
        Reader(name="review", read=_review),
        Reader(name="packet", read=_packet),
        Reader(name="scenario", read=_scenario),
        *(
            Reader(name=f"export_{name}", read=_export(name))
            for name in ("csv", "geojson", "geoparquet", "gpx", "kml", "kmz", "qgc", "wpl", "wpml")
        ),
        Reader(name="export_f3548", read=_intent),
    )
}
"""By name, in the order in which they are run."""


def problems_of(reader: Reader, raw: bytes, name: str) -> Problems:
    """Return what a reader tells of an input, whether it takes it or not; whatever else it raises comes through."""
    try:
        return reader.read(raw, name)
    except BadInput as error:
        if not error.problems:
            raise Untrue("a BadInput without a problem") from error
        return error.problems
