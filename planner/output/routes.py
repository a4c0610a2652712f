"""The page of legs: one self-contained file that shows what bends each of them, on a map and as a height profile."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import shapely

from airspace.earth.frame import Frame
from airspace.earth.terrain import TerrainModel
from airspace.model.skies import Airspace
from airspace.model.zones import Zone
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.plans import Bound, CreatedBy, Leg, Plan, Totals
from planner.model.profiles import Profile
from planner.model.reviews import Review, Verdict
from planner.output import shapes
from planner.output.canvas import empty_map, own_text
from planner.output.data import block, page_data, way_out
from planner.output.figure import OfflineFigure
from planner.solving.detours import Detour
from planner.solving.enquiries import LOOK_AHEAD, Enquiry
from planner.solving.turns import Turn
from planner.solving.windows import LaunchWindows

Json: TypeAlias = dict[str, Any]

SHARED = "page"
OWN = "routes"
SCRIPTS = (
    (SHARED, "words.js"),
    (OWN, "legs.js"),
    (SHARED, "symbols.js"),
    (SHARED, "map.js"),
    (SHARED, "labels.js"),
    (OWN, "lines.js"),
    (OWN, "profile.js"),
    (OWN, "panel.js"),
    (OWN, "pairs.js"),
    (OWN, "begin.js"),
)
"""The page's scripts, in the order in which they build on each other; map, signs and labels are those of the plan's."""

PANES = ("land", "terrain", "zones", "boundary", "areas", "lines", "gates", "pads", "turns", "names")
"""What lies on what, from the back to the front."""

GROUND_STEP_M = 50.0
MOST_GROUND = 120
"""How often a height profile looks at the ground below."""


def draw(
    job: Job, sky: Airspace, answers: Sequence[Enquiry], *, at: datetime, version: str, basemap: Basemap | None = None
) -> str:
    """Return some legs as one HTML file: map, table of pairs, reasons, height profiles, sources.

    The file asks for nothing outside itself. The same values give the same bytes.
    """
    data = routes_data(job, sky, answers, at=at, version=version, basemap=basemap)
    figure = OfflineFigure(
        html=own_text(OWN, "routes.html"),
        styles=[own_text(SHARED, "page.css"), own_text(OWN, "routes.css")],
        scripts=["\n".join(own_text(folder, script) for folder, script in SCRIPTS)],
        data=block(data),
    )
    figure.add_child(empty_map(data["bounds"] or [0.0, 0.0, 0.0, 0.0], PANES), name="map")
    return figure.render()


def routes_data(
    job: Job, sky: Airspace, answers: Sequence[Enquiry], *, at: datetime, version: str, basemap: Basemap | None
) -> Json:
    """Return everything that the page shows: what a plan's page shows of the airspace, and the legs."""
    asked = replace(job, orders=(), drones=(), start=at, end=at + LOOK_AHEAD)
    data = page_data(_nothing_planned(asked, version), sky, asked, NOTHING_CHECKED, digest="", basemap=basemap)
    profiles = _Profiles(sky)
    legs = [_leg(answer, profiles, job.utc_offset) for answer in answers]
    places = [point for leg in legs for point in leg["line"]] if len(answers) == 1 else []
    return data | {
        "legs": legs,
        "policy": data["policy"] | {"half_width_m": _half_width_m(answers, job)},
        "unreachable": _unreachable(answers),
        "kind": _kind(answers),
        "terrain_model": sky.terrain is not None,
        "bounds": shapes.bounds(places) if places else data["bounds"],
    }


NOTHING_CHECKED = Review(plan_digest="", verdict=Verdict.NOT_CHECKED, findings=())


def _nothing_planned(job: Job, version: str) -> Plan:
    """Return the plan of a job in which nothing flies, for what it tells of day and airspace."""
    return Plan(
        name=job.name,
        start=job.start,
        end=job.end,
        utc_offset=job.utc_offset,
        created_by=CreatedBy(version=version, seed=0, options={}),
        inputs=job.inputs,
        sorties=(),
        unserved=(),
        totals=Totals(
            cost=0.0,
            currency=job.policy.currency,
            distance_m=0.0,
            energy_wh=0.0,
            flight_s=0.0,
            sorties=0,
            served=0,
            unserved=0,
        ),
        bound=Bound(lower=None, gap=None, rules="", proven=False),
    )


def _kind(answers: Sequence[Enquiry]) -> Json:
    """Return the drone type that is asked about, and what it has on board."""
    loads = [answer.leg.payload_kg for answer in answers if answer.leg is not None]
    return {"name": answers[0].kind.name if answers else "", "payload_kg": loads[0] if loads else None}


def _half_width_m(answers: Sequence[Enquiry], job: Job) -> float:
    return job.policy.half_width_m(answers[0].kind) if answers else job.policy.corridor_half_width_m


def _unreachable(answers: Sequence[Enquiry]) -> list[str]:
    """Return the pads that no leg leads to; of a single pair nobody can tell which of the two it is."""
    if len(answers) < 2:
        return []
    asked = {pad for answer in answers for pad in (answer.from_pad, answer.to_pad)}
    joined = {pad for answer in answers if answer.leg is not None for pad in (answer.from_pad, answer.to_pad)}
    return sorted(asked - joined)


def _leg(answer: Enquiry, profiles: _Profiles, utc_offset: timedelta) -> Json:
    told = {
        "from": answer.from_pad,
        "to": answer.to_pad,
        "straight_m": round(answer.straight_m, 1),
        "allowed": answer.allowed,
        "detail": answer.detail,
        "reason": answer.reason,
        "shut_by": list(answer.shut_by),
        "in_the_way": list(answer.direct.zones),
        "turns": [_turn(turn) for turn in answer.turns],
        "detours": [_detour(detour) for detour in answer.detours],
        "line": [],
        "launches": None if answer.launches is None else _launches(answer.launches, utc_offset),
    }
    return told if answer.leg is None else told | _flown(answer.leg, profiles, utc_offset)


def _launches(launches: LaunchWindows, utc_offset: timedelta) -> Json:
    """Return launch windows in words, and as shares of the day of the job."""
    start, end = launches.day
    return {
        "lines": launches.lines(timezone(utc_offset)),
        "spans": [[round((moment - start) / (end - start), 5) for moment in span] for span in launches.spans],
        "day": [f"{moment + utc_offset:%H:%M}" for moment in launches.day],
    }


def _flown(leg: Leg, profiles: _Profiles, utc_offset: timedelta) -> Json:
    return {
        "line": shapes.line((point.lon, point.lat) for point in leg.waypoints),
        "distance_m": round(leg.distance_m, 1),
        "duration_s": round(leg.duration_s, 1),
        "energy_wh": round(leg.energy_wh, 1),
        "soc_end": round(leg.soc_end, 4),
        "jurisdictions": list(leg.jurisdictions),
        "gates": list(leg.gates),
        "crossings": [
            {
                "gate": crossing.gate,
                "from": crossing.before,
                "to": crossing.after,
                "at": shapes.line([(crossing.lon, crossing.lat)])[0],
                "alt_amsl_m": round(crossing.alt_amsl_m, 1),
                "time": f"{crossing.t + utc_offset:%H:%M:%S}",
                "along_m": profiles.along_m(leg, (crossing.lon, crossing.lat)),
            }
            for crossing in leg.crossings
        ],
        "entered": [{"zone": entry.zone, "permit": entry.permit, "note": entry.note} for entry in leg.zones],
        "way_out": way_out(leg.way_out),
        "profile": profiles.of(leg),
    }


def _turn(turn: Turn) -> Json:
    return {
        "along_m": round(turn.along_m, 1),
        "at": shapes.line([(turn.lon, turn.lat)])[0],
        "level_amsl_m": turn.level_amsl_m,
        "words": turn.words,
        "zones": list(turn.zones),
        "gates": list(turn.gates),
        "bends": turn.bends,
    }


def _detour(detour: Detour) -> Json:
    return {
        "line": shapes.line(detour.lonlat),
        "distance_m": round(detour.distance_m, 1),
        "flown_s": round(detour.flown_s, 1),
        "energy_wh": round(detour.energy_wh, 1),
        "words": detour.words,
        "reason": detour.reason,
        "allowed": detour.allowed,
        "zones": list(dict.fromkeys(zone for turn in detour.turns for zone in turn.zones)),
    }


class _Profiles:
    """Height profiles of legs over one airspace: the line flown, the zones above and below it, the ground."""

    def __init__(self, sky: Airspace) -> None:
        self._sky = sky
        self._frame = Frame.around(sky.geometries)
        self._zones = [(zone, self._frame.project(zone.area)) for zone in sky.zones if zone.closed]
        self._tree = shapely.STRtree([area for _, area in self._zones])
        self._bands: dict[str, tuple[float | None, float | None]] = {}

    def of(self, leg: Leg) -> Json:
        """Return a leg's profile; heights are metres AMSL, places metres from its start over the ground."""
        line = self._line(leg)
        steps = np.diff(shapely.get_coordinates(line), axis=0)
        along_m = [0.0, *np.cumsum(np.hypot(*steps.T)).tolist()]
        return {
            "path": [
                [round(m, 1), round(point.alt_amsl_m, 1)] for m, point in zip(along_m, leg.waypoints, strict=True)
            ],
            "ground": None if self._sky.terrain is None else self._ground(line, self._sky.terrain),
            "bands": [band for number in self._over(line) for band in self._bands_along(number, line)],
            **({} if leg.profile is None else _charge(leg.profile)),
        }

    def along_m(self, leg: Leg, lonlat: tuple[float, float]) -> float:
        """Return how far along a leg a place lies, metres over the ground."""
        return round(float(shapely.line_locate_point(self._line(leg), self._frame.project(shapely.Point(lonlat)))), 1)

    def _line(self, leg: Leg) -> shapely.LineString:
        return self._frame.project(shapely.LineString([(point.lon, point.lat) for point in leg.waypoints]))

    def _over(self, line: shapely.LineString) -> list[int]:
        return sorted(self._tree.query(line, predicate="intersects").tolist())

    def _bands_along(self, number: int, line: shapely.LineString) -> Iterable[Json]:
        """Yield the stretches of a line inside a zone, with the floor and ceiling it can have."""
        zone, area = self._zones[number]
        lower_m, upper_m = self._band(zone)
        for part in shapely.get_parts(shapely.intersection(line, area)):
            if part.length > 0:
                ends = [float(shapely.line_locate_point(line, end)) for end in shapely.get_parts(part.boundary)]
                if ends:
                    yield {
                        "zone": zone.id,
                        "from_m": round(min(ends), 1),
                        "to_m": round(max(ends), 1),
                        "lower_m": lower_m,
                        "upper_m": upper_m,
                    }

    def _band(self, zone: Zone) -> tuple[float | None, float | None]:
        """Return the lowest floor and highest ceiling of a zone; None where it is on the ground or without end."""
        if zone.id not in self._bands:
            lower_m, upper_m = zone.band.widest_amsl_m(self._sky.heights, zone.area)
            self._bands[zone.id] = (_finite(lower_m), _finite(upper_m))
        return self._bands[zone.id]

    def _ground(self, line: shapely.LineString, terrain: TerrainModel) -> list[list[float | None]]:
        """Return the highest that the ground can be below points of a line; None where nobody knows it."""
        count = int(np.clip(line.length / GROUND_STEP_M, 2, MOST_GROUND))
        along_m = np.linspace(0.0, line.length, count + 1)
        lon, lat = self._frame.to_lonlat(*shapely.get_coordinates(shapely.line_interpolate_point(line, along_m)).T)
        return [
            [round(m, 1), _finite(terrain.span_amsl_m(shapely.Point(x, y))[1])]
            for m, x, y in zip(along_m.tolist(), lon.tolist(), lat.tolist(), strict=True)
        ]


def _charge(profile: Profile) -> Json:
    """Return height, charge and power row by row, as few rows as show them, and the floors and caps as steps."""
    return {
        "rows": [
            [
                round(profile.along_m[row], 1),
                round(profile.t_s[row], 1),
                round(profile.alt_amsl_m[row], 1),
                round(profile.state_of_charge[row], 4),
                round(profile.power_w[row]),
                str(profile.phase[row]),
            ]
            for row in _telling(profile)
        ],
        "floor": _stretches(profile, profile.floor_amsl_m),
        "cap": _stretches(profile, profile.cap_amsl_m),
    }


SEEN_SHARE = 0.002
"""Of full packs: less cannot be seen on a chart."""


def _telling(profile: Profile) -> list[int]:
    """Return the rows at which the phase changes, and those between that a straight line of charge would miss."""
    phases, end = profile.phase, len(profile) - 1
    changes = [row for row in range(1, end) if phases[row] is not phases[row - 1]]
    spans = pairwise([0, *changes, end])
    return [0, *(row for first, last in spans for row in _missed(profile, first, last))]


def _missed(profile: Profile, first: int, last: int) -> list[int]:
    """Return the rows after the first up to the last that a line of charge has to bend at, the last one too."""
    along_m, charge = np.array(profile.along_m[first : last + 1]), np.array(profile.state_of_charge[first : last + 1])
    straight = np.interp(along_m, along_m[[0, -1]], charge[[0, -1]])
    worst = int(np.argmax(np.abs(straight - charge)))
    if last - first < 2 or abs(straight[worst] - charge[worst]) <= SEEN_SHARE:
        return [last]
    return [*_missed(profile, first, first + worst), *_missed(profile, first + worst, last)]


def _stretches(profile: Profile, heights_m: Sequence[float | None]) -> list[list[float]]:
    """Return where a floor or a cap is known: from and to metres along the leg, and the height."""
    found: list[list[float]] = []
    for (start_m, end_m), (height_m, after_m) in zip(pairwise(profile.along_m), pairwise(heights_m), strict=True):
        # Between two rows that know different ones nobody can say where the step is: it is drawn half-way.
        middle_m = (start_m + end_m) / 2
        halves = [(start_m, middle_m, height_m), (middle_m, end_m, after_m)]
        for begins_m, ends_m, value in halves:
            if value is None or ends_m == begins_m:
                continue
            if found and found[-1][1] == round(begins_m, 1) and found[-1][2] == round(value, 1):
                found[-1][1] = round(ends_m, 1)
            else:
                found.append([round(begins_m, 1), round(ends_m, 1), round(value, 1)])
    return found


def _finite(value: float) -> float | None:
    return round(value, 1) if math.isfinite(value) else None
