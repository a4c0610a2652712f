"""The page of legs: one self-contained file that shows what bends each of them, on a map and as a height profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from airspace.model.skies import Airspace
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.plans import Bound, CreatedBy, Leg, Plan, Totals
from planner.model.profiles import Profile
from planner.model.reviews import Review, Verdict
from planner.output import shapes
from planner.output.canvas import empty_map, own_text
from planner.output.data import block, page_data
from planner.output.figure import OfflineFigure
from planner.output.flights import way_out
from planner.output.page_words import page_words
from planner.output.profiles import Sides, limits_of, telling_rows
from planner.output.values import Json
from planner.solving.detours import Detour
from planner.solving.enquiries import LOOK_AHEAD, Enquiry
from planner.solving.turns import Turn
from planner.solving.windows import LaunchWindows

SHARED = "page"
OWN = "routes"
SCRIPTS = (
    (SHARED, "dom.js"),
    (SHARED, "languages.js"),
    (SHARED, "figures.js"),
    (SHARED, "facts.js"),
    (OWN, "legs.js"),
    (SHARED, "symbols.js"),
    (SHARED, "map.js"),
    (SHARED, "weather.js"),
    (SHARED, "labels.js"),
    (OWN, "lines.js"),
    (SHARED, "side.js"),
    (OWN, "profile.js"),
    (OWN, "panel.js"),
    (OWN, "pairs.js"),
    (OWN, "begin.js"),
)
"""The page's scripts, in the order in which they build on each other; map, signs and labels are those of the plan's."""

STYLES = ((SHARED, "page.css"), (SHARED, "charts.css"), (SHARED, "paper.css"), (OWN, "routes.css"))

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
    scripts = "\n".join(own_text(folder, script) for folder, script in SCRIPTS)
    data = routes_data(job, sky, answers, at=at, version=version, basemap=basemap)
    figure = OfflineFigure(
        html=own_text(OWN, "routes.html"),
        styles=[
            own_text(SHARED, "page.css"),
            own_text(SHARED, "charts.css"),
            own_text(SHARED, "paper.css"),
            own_text(OWN, "routes.css"),
        ],
        scripts=[scripts],
        data=block(data | {"words": page_words(scripts, data)}),
    )
    figure.add_child(empty_map(data["bounds"] or [0.0, 0.0, 0.0, 0.0], PANES), name="map")
    return figure.render()


def routes_data(
    job: Job, sky: Airspace, answers: Sequence[Enquiry], *, at: datetime, version: str, basemap: Basemap | None
) -> Json:
    """Return everything that the page shows: what a plan's page shows of the airspace, and the legs."""
    asked = replace(job, orders=(), drones=(), start=at, end=at + LOOK_AHEAD)
    data = page_data(_nothing_planned(asked, version), sky, asked, NOTHING_CHECKED, digest="", basemap=basemap)
    sides = Sides(sky)
    legs = [_leg(answer, sides, job.utc_offset) for answer in answers]
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


def _leg(answer: Enquiry, sides: Sides, utc_offset: timedelta) -> Json:
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
    return told if answer.leg is None else told | _flown(answer.leg, sides, utc_offset)


def _launches(launches: LaunchWindows, utc_offset: timedelta) -> Json:
    """Return launch windows in words, and as shares of the day of the job."""
    start, end = launches.day
    return {
        "lines": launches.lines(timezone(utc_offset)),
        "spans": [[round((moment - start) / (end - start), 5) for moment in span] for span in launches.spans],
        "day": [f"{moment + utc_offset:%H:%M}" for moment in launches.day],
    }


def _flown(leg: Leg, sides: Sides, utc_offset: timedelta) -> Json:
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
                "along_m": sides.place_m(leg, (crossing.lon, crossing.lat)),
            }
            for crossing in leg.crossings
        ],
        "entered": [{"zone": entry.zone, "permit": entry.permit, "note": entry.note} for entry in leg.zones],
        "way_out": way_out(leg.way_out),
        "profile": _profile(leg, sides),
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


def _profile(leg: Leg, sides: Sides) -> Json:
    """Return a leg from the side; heights are metres AMSL, places metres from its start over the ground."""
    line = sides.line(leg)
    path = zip(sides.along_m(leg), leg.waypoints, strict=True)
    return {
        "path": [[along_m, round(point.alt_amsl_m, 1)] for along_m, point in path],
        "ground": sides.ground(line, step_m=GROUND_STEP_M, most=MOST_GROUND),
        "bands": sides.bands(line),
        **({} if leg.profile is None else _rows(leg.profile) | limits_of(leg.profile)),
    }


def _rows(profile: Profile) -> Json:
    """Return height, charge and power row by row, as few rows as show them."""
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
            for row in telling_rows(profile)
        ]
    }
