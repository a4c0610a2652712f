"""What the command line prints of legs that were asked for: as lines for people and as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Console
from rich.table import Table

from airspace.model.schedules import Span
from airspace.model.skies import Airspace
from planner.formats.plans import leg_to_document, rfc3339
from planner.model.jobs import Job
from planner.model.plans import Leg
from planner.model.profiles import Phase, Profile
from planner.solving.detours import Detour, how_much_longer
from planner.solving.enquiries import Enquiry
from planner.solving.turns import STRAIGHT, Turn
from planner.solving.windows import LaunchWindows
from planner.telling import escape


def enquiry_document(answer: Enquiry, utc_offset: timedelta) -> dict[str, Any]:
    """Return one leg for programs, with times in an offset from UTC."""
    return {
        "from": answer.from_pad,
        "to": answer.to_pad,
        "drone_type": answer.kind.id,
        "straight_m": round(answer.straight_m, 2),
        "in_the_way": list(answer.direct.zones),
        "reason": answer.reason,
        "turns": [_turn_document(turn) for turn in answer.turns],
        "alternatives": [_detour_document(detour) for detour in answer.detours],
        "shut_by": list(answer.shut_by),
        "zones_entered": list(answer.zones_entered),
        "allowed": answer.allowed,
        "detail": answer.detail,
        "launches": None if answer.launches is None else _launches_document(answer.launches, utc_offset),
        "leg": None if answer.leg is None else leg_to_document(answer.leg, utc_offset),
    }


def _launches_document(launches: LaunchWindows, utc_offset: timedelta) -> dict[str, Any]:
    def span(told: Span) -> dict[str, str]:
        return {"from": rfc3339(told[0], utc_offset), "to": rfc3339(told[1], utc_offset)}

    return {
        "corridor": launches.corridor,
        "drone_type": launches.drone_type,
        "flyable": [span(window) for window in launches.spans],
        "shut": [span(item.span) | {"why": list(item.why)} for item in launches.shut],
        "words": launches.in_words(timezone(utc_offset)),
    }


def pairs_document(
    answers: Sequence[Enquiry], job: Job, *, at: datetime, payload_kg: float, paths: Mapping[str, str]
) -> dict[str, Any]:
    """Return the legs of all pairs for programs."""
    return {
        "name": job.name,
        "at": rfc3339(at, job.utc_offset),
        "drone_type": answers[0].kind.id if answers else None,
        "payload_kg": payload_kg,
        "counts": counts(answers),
        "pairs": [enquiry_document(answer, job.utc_offset) for answer in answers],
        "paths": dict(paths),
    }


def counts(answers: Sequence[Enquiry]) -> dict[str, int]:
    """Return how many pairs there are, and how many of them are joined by a leg, by a straight one, by none."""
    joined = [answer for answer in answers if answer.leg is not None]
    straight = sum(not any(turn.bends for turn in answer.turns) for answer in joined)
    return {
        "pairs": len(answers),
        "joined": len(joined),
        "straight": straight,
        "bent": len(joined) - straight,
        "no_way": len(answers) - len(joined),
        "not_allowed": sum(not answer.allowed for answer in joined),
    }


def _turn_document(turn: Turn) -> dict[str, Any]:
    return {
        "along_m": round(turn.along_m, 1),
        "lon": round(turn.lon, 7),
        "lat": round(turn.lat, 7),
        "level_amsl_m": turn.level_amsl_m,
        "words": turn.words,
        "zones": list(turn.zones),
        "gates": list(turn.gates),
        "bends": turn.bends,
    }


def _detour_document(detour: Detour) -> dict[str, Any]:
    return {
        "words": detour.words,
        "reason": detour.reason,
        "distance_m": round(detour.distance_m, 2),
        "extra_m": round(detour.extra_m, 2),
        "flown_s": round(detour.flown_s, 1),
        "energy_wh": round(detour.energy_wh, 1),
        "allowed": detour.allowed,
        "turns": [_turn_document(turn) for turn in detour.turns],
        "lonlat": [[round(lon, 7), round(lat, 7)] for lon, lat in detour.lonlat],
    }


def tell_enquiry(answer: Enquiry, job: Job, sky: Airspace, console: Console, *, all_rows: bool = False) -> None:
    """Print one leg: figures, why it goes as it does, what it crosses, the other ways, its launches and its profile.

    The profile has a row for each waypoint, or all of its rows.
    """
    leg = answer.leg
    if leg is None:
        console.print(f"[red]no way[/]: {escape(answer.detail)}", soft_wrap=True)
        _tell_launches(answer, timezone(job.utc_offset), console)
        return
    longer = how_much_longer(leg.distance_m - answer.straight_m)
    reserve = job.policy.reserve_share
    short = f" [yellow](below the reserve of {reserve:.0%})[/]" if leg.soc_end < reserve else ""
    console.print(
        f"[bold]{escape(leg.from_pad)} → {escape(leg.to_pad)}[/]  {escape(answer.kind.name)}, {leg.payload_kg:g} kg"
    )
    console.print(f"  [bold]{escape(answer.reason)}[/]", soft_wrap=True)
    console.print(f"  length    {leg.distance_m:,.0f} m, {longer} than straight".replace("as long than", "as long as"))
    console.print(f"  time      {leg.duration_s:,.0f} s with the hand-over")
    console.print(f"  energy    {leg.energy_wh:,.0f} Wh, charge {leg.soc_start:.0%} to {leg.soc_end:.0%}{short}")
    console.print(f"  way out   {_way_out_in_words(leg, sky)}", soft_wrap=True)
    _tell_turns(answer.turns, console)
    _tell_crossed(answer, sky, console)
    for detour in answer.detours:
        then = "" if detour.allowed else " [yellow](not allowed then)[/]"
        console.print(f"  other way {escape(detour.words)}{then}: {escape(detour.reason)}", soft_wrap=True)
    if not answer.allowed:
        console.print(f"  [yellow]not allowed then[/]: {escape(answer.detail)}", soft_wrap=True)
    _tell_launches(answer, timezone(job.utc_offset), console)
    _tell_waypoints(answer, timezone(job.utc_offset), console)
    if leg.profile is not None:
        _tell_profile(leg, leg.profile, console, all_rows=all_rows)


def _way_out_in_words(leg: Leg, sky: Airspace) -> str:
    """Tell where the drone goes when it cannot land at the end of a leg, with full packs at its take-off."""
    out = leg.way_out
    if out is not None:
        left = f"{out.margin_wh:,.0f} Wh above the reserve left"
        short = f"[yellow]{-out.margin_wh:,.0f} Wh into the reserve[/]"
        figures = f"{out.energy_wh:,.0f} Wh, {left if out.margin_wh >= 0 else short}"
        return f"from above {escape(leg.to_pad)} to {escape(out.alternate)}: {figures}"
    if any(pad.is_alternate for pad in sky.pads):
        return f"[yellow]none[/]: from above {escape(leg.to_pad)} no alternate is open and within reach then"
    return "the airspace has no alternates"


def _tell_launches(answer: Enquiry, clock: timezone, console: Console) -> None:
    if answer.launches is not None:
        console.print(f"  launch    {escape(answer.launches.in_words(clock))}", soft_wrap=True)


PROFILE_HEADS = ("km", "s", "m AMSL", "ground", "floor..cap", "phase", "m/s", "W", "Wh", "charge")
"""After these comes the energy of the way out, where there is one."""


def _tell_profile(leg: Leg, profile: Profile, console: Console, *, all_rows: bool) -> None:
    """Print a profile as a table: at its waypoints and its end, or row by row."""
    takes_off = leg.waypoints[0].t
    at_waypoints = profile.rows_at(
        [*((point.t - takes_off).total_seconds() for point in leg.waypoints), leg.duration_s]
    )
    heads = PROFILE_HEADS if leg.way_out is None else (*PROFILE_HEADS, f"Wh to {escape(leg.way_out.alternate)}")
    table = Table()
    for head in heads:
        table.add_column(head, justify="left" if head == "phase" else "right", no_wrap=True)
    for row in range(len(profile)) if all_rows else at_waypoints:
        table.add_row(*_profile_row(profile, row), *_to_alternate(leg, profile, row))
    console.print(table)


def _to_alternate(leg: Leg, profile: Profile, row: int) -> list[str]:
    """Return what it takes from a row to follow the leg to above its end and go on to the alternate."""
    if leg.way_out is None:
        return []
    above_s = (leg.way_out.waypoints[0].t - leg.waypoints[0].t).total_seconds()
    (above,) = profile.rows_at([above_s])
    needed_wh = leg.way_out.energy_wh + profile.energy_wh[above] - profile.energy_wh[row]
    return [f"{needed_wh:,.0f}" if row <= above else "-"]


def _profile_row(profile: Profile, row: int) -> list[str]:
    def height(value: float | None) -> str:
        return "-" if value is None else f"{value:.0f}"

    last = row == len(profile) - 1
    return [
        f"{profile.along_m[row] / 1000:.2f}",
        f"{profile.t_s[row]:.0f}",
        f"{profile.alt_amsl_m[row]:.0f}",
        height(profile.ground_amsl_m[row]),
        f"{height(profile.floor_amsl_m[row])}..{height(profile.cap_amsl_m[row])}",
        "end" if last else str(profile.phase[row]),
        f"{profile.ground_speed_mps[row]:.1f}" if profile.phase[row] is Phase.CRUISE else "-",
        "-" if last else f"{profile.power_w[row]:,.0f}",
        f"{profile.energy_wh[row]:,.0f}",
        f"{profile.state_of_charge[row]:.1%}",
    ]


def _tell_turns(turns: Sequence[Turn], console: Console) -> None:
    """Print what happens on the way, with the ids of zones."""
    for number, turn in enumerate(turns):
        ids = f" ({', '.join(turn.zones)})" if turn.zones else ""
        line = f"{turn.along_m / 1000:6.2f} km  {turn.words}{ids}"
        console.print(f"  {'on the way' if number == 0 else '':<10}{escape(line)}", soft_wrap=True)


def _tell_crossed(answer: Enquiry, sky: Airspace, console: Console) -> None:
    """Print gates, jurisdictions, and each zone that is crossed with what lets it."""
    leg = answer.leg
    if leg is None:
        return
    names = {gate.id: gate.name for gate in sky.gates}
    gates = [f"{gate} ({names[gate]})" if names.get(gate) else gate for gate in leg.gates]
    console.print(f"  gates     {escape(', '.join(gates) or 'none')}", soft_wrap=True)
    console.print(f"  passes    {escape(', '.join(leg.jurisdictions) or 'none')}", soft_wrap=True)
    crossed = [f"{entry.zone}: {entry.note}" for entry in leg.zones] or ["none"]
    for number, line in enumerate(crossed):
        console.print(f"  {'crosses' if number == 0 else '':<9} {escape(line)}", soft_wrap=True)


def _tell_waypoints(answer: Enquiry, clock: timezone, console: Console) -> None:
    table = Table(f"time ({clock})", "lon", "lat", "m AMSL", "m AGL")
    for point in answer.leg.waypoints if answer.leg else ():
        figures = (f"{point.lon:.6f}", f"{point.lat:.6f}", f"{point.alt_amsl_m:.1f}", f"{point.alt_agl_m:.1f}")
        table.add_row(f"{point.t.astimezone(clock):%H:%M:%S}", *figures)
    console.print(table)


def tell_pairs(answers: Sequence[Enquiry], console: Console, *, listed: bool) -> None:
    """Print how many pairs are joined, and on request a line for each of them."""
    number = counts(answers)
    if listed:
        table = Table("from", "to", "km", "straight", "s", "Wh", "why")
        for answer in answers:
            table.add_row(*_row(answer))
        console.print(table)
    console.print(
        f"{number['pairs']} pairs: {number['straight']} {STRAIGHT}, {number['bent']} bent, {number['no_way']} without "
        f"a way, {number['not_allowed']} not allowed then"
    )


def _row(answer: Enquiry) -> list[str]:
    leg, straight = answer.leg, f"{answer.straight_m / 1000:.2f}"
    ends = [escape(answer.from_pad), escape(answer.to_pad)]
    if leg is None:
        return [*ends, "-", straight, "-", "-", f"[red]no way[/]: {escape(answer.detail)}"]
    why = escape(answer.reason) + ("" if answer.allowed else f"; [yellow]not allowed then[/]: {escape(answer.detail)}")
    return [*ends, f"{leg.distance_m / 1000:.2f}", straight, f"{leg.duration_s:.0f}", f"{leg.energy_wh:.0f}", why]
