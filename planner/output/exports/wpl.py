"""MAVLink missions as plain text, ``QGC WPL 110``: one file for each leg, for Mission Planner, MAVProxy and others.

Twelve columns with tabs between them: index, current, frame, command, four parameters, latitude, longitude, altitude,
autocontinue. Line 0 is home, as ArduPilot has it. The format has no fence, no rally points, no times and no room for a
word: whose leg it is stands in the name of the file. Speeds over the ground are told where they change, so that the
time of a piece is its length over its speed; how fast to climb and to come down is left to the autopilot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from airspace.formats.documents import RawFile, text_of
from airspace.formats.telling import shown
from planner.output.exports.faults import Faults
from planner.output.exports.formats import File, Precision, Reviewed, Track, TrackPoint, cannot, stems
from planner.output.exports.legs import DEGREES, METRES, SPEED, Flown, legs_flown, named_in, place_of, read_each
from planner.output.exports.missions import Command, Frame, Item, Raw, mission_of, points_of
from planner.output.exports.refusals import refuse

HEADER = "QGC WPL 110"
COLUMNS = 12
SUFFIX = ".waypoints"
"""QGroundControl and Mission Planner open files of this name."""

WHOLE = re.compile(r"[0-9]{1,5}")
FIX = "Only the name of a file tells here whose mission it is: take another format."
PRECISION = Precision(horizontal_m=0.01, vertical_m=0.002, time_s=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wpl:
    """MAVLink missions as plain text."""

    name: str = "wpl"
    title: str = "MAVLink mission, one for each leg, without fence (QGC WPL 110)"
    precision: Precision = PRECISION

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return a mission for each leg.

        Raises
        ------
        BadInput
            If a leg is not straight up, along and straight down, or a sortie's id cannot be the name of a file.
        """
        legs, problems = legs_flown(reviewed, self.name)
        stem = stems(sortie.id for sortie in reviewed.plan.sorties)
        problems += [
            cannot(self.name, f"sortie {shown(sortie)}", shown(sortie), "an id that can be the name of a file", FIX)
            for sortie, plain in stem.items()
            if sortie != plain
        ]
        refuse(self.name, reviewed, problems)
        return tuple(File(name=flown.file_name(stem[flown.sortie.id], SUFFIX), content=_text(flown)) for flown in legs)

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs of some missions.

        Raises
        ------
        BadInput
            If a file is no such mission, or none of a leg.
        """
        return read_each(files, _track)


# --- writing ----------------------------------------------------------------------------------------------------------


def _text(flown: Flown) -> bytes:
    mission = mission_of(flown)
    home = Item(command=Command.WAYPOINT, lat=mission.home.lat, lon=mission.home.lon, alt_m=mission.home.alt_amsl_m)
    lines = [_line(number, item) for number, item in enumerate((home, *mission.items))]
    return "".join(f"{line}\n" for line in (HEADER, *lines)).encode("ascii")


def _line(number: int, item: Item) -> str:
    params = (f"{param or 0.0:.{SPEED}f}" for param in item.params)
    place = (f"{item.lat:.{DEGREES}f}", f"{item.lon:.{DEGREES}f}", f"{item.alt_m:.{METRES}f}")
    current = 1 if number == 0 else 0
    return "\t".join((str(number), str(current), str(int(item.frame)), str(int(item.command)), *params, *place, "1"))


# --- reading ----------------------------------------------------------------------------------------------------------


def _track(file: File) -> Track:
    text = text_of(RawFile(name=file.name, raw=file.content))
    with Faults(file=file.name) as faults:
        header, *lines = text.splitlines()
        if header.rstrip() != HEADER:
            faults.tell("line 1", shown(header), f"'{HEADER}'", code="WRONG_FORMAT")
        named = named_in(file.name, SUFFIX)
        if named is None:
            expected = "the name of a leg, such as S001-leg1.waypoints"
            faults.tell("its name", shown(file.name), expected, code="UNKNOWN_LEG")
        items = _items(faults, lines) if not faults.problems else []
        points = _points(faults, items) if not faults.problems else ()
    sortie, leg = named or ("", 0)
    return Track(sortie=sortie, leg=leg, points=points)


def _items(faults: Faults, lines: Sequence[str]) -> list[Raw]:
    found = []
    for number, line in enumerate(lines):
        place, columns = f"line {number + 2}", line.rstrip("\r").split("\t")
        if len(columns) != COLUMNS:
            expected = f"{COLUMNS} columns with tabs between them"
            faults.tell(place, f"{len(columns)} columns", expected, code="WRONG_COLUMNS")
            continue
        if columns[0] != str(number):
            faults.tell(f"{place}, index", shown(columns[0]), f"{number}, as lines count", code="OUT_OF_ORDER")
        for name, value in zip(("parameter 1", "parameter 2", "parameter 3", "parameter 4"), columns[4:8], strict=True):
            faults.number(f"{place}, {name}", value)
        frame, command = (int(value) if WHOLE.fullmatch(value) else value for value in columns[2:4])
        lat, lon, alt_m = columns[8:11]
        found.append(Raw(place=place, command=command, frame=frame, lat=lat, lon=lon, alt_m=alt_m))
    return found


def _points(faults: Faults, items: Sequence[Raw]) -> tuple[TrackPoint, ...]:
    if not items:
        faults.tell("line 2", "nothing", "home, and the items of a mission", code="TOO_FEW")
        return ()
    home, *others = items
    if home.frame != Frame.GLOBAL or home.command != Command.WAYPOINT:
        found = f"frame {shown(home.frame)} and command {shown(home.command)}"
        expected = "home: frame 0 and command 16"
        faults.tell(home.place, found, expected, code="UNKNOWN_VALUE")
    lon, lat = place_of(faults, home.place, home.lat, home.lon)
    height_m = faults.number(f"{home.place}, altitude", home.alt_m, -10_000, 100_000)
    return points_of(faults, TrackPoint(lon=lon, lat=lat, alt_amsl_m=height_m, t=None), others)
