"""What the command line prints of frozen corridors: as lines for people and as one JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timezone
from typing import Any

from rich.console import Console
from rich.table import Table

from airspace.formats.corridors import corridor_document, entry_document
from airspace.model.corridors import Corridor, Entry, Library, State
from planner.model.plans import Plan
from planner.solving.freezing import Hit, hits, strangers
from planner.telling import counted, escape

COLOURS = {State.APPROVED: "green", State.SUSPENDED: "red", State.EXPIRED: "yellow", State.SUBMITTED: "yellow"}


def library_document(library: Library, corridors: Sequence[Corridor], when: datetime) -> dict[str, Any]:
    """Return what holds of some corridors at a moment, for programs."""
    return {
        "at": when.isoformat(),
        "corridors": [_summary(library, corridor, when) for corridor in corridors],
        "counts": counts(library, corridors, when),
    }


def counts(library: Library, corridors: Iterable[Corridor], when: datetime) -> dict[str, int]:
    """Return how many corridors are in each state at a moment."""
    found = Counter(library.state(corridor.id, when) for corridor in corridors)
    return {state.value: found[state] for state in State}


def _summary(library: Library, corridor: Corridor, when: datetime) -> dict[str, Any]:
    return {
        "id": corridor.id,
        "hash": corridor.hash,
        "from": corridor.from_pad,
        "to": corridor.to_pad,
        "drone_types": list(corridor.drone_types),
        "length_m": round(corridor.length_m, 2),
        "band_amsl_m": list(corridor.band_amsl_m),
        "authorities": list(corridor.authorities),
        "state": library.state(corridor.id, when).value,
        "lacking": list(library.lacking(corridor.id, when)),
        "suspended_by": [
            {"authority": entry.authority, "since": entry.at.astimezone(UTC).isoformat(), "note": entry.note}
            for entry in library.suspensions(corridor.id, when)
        ],
    }


def corridor_in_full(library: Library, corridor: Corridor, when: datetime) -> dict[str, Any]:
    """Return all there is to say of one corridor, for programs."""
    return {
        "at": when.isoformat(),
        **corridor_document(corridor),
        **_summary(library, corridor, when),
        "states": {kind: library.state(corridor.id, when, kind).value for kind in corridor.drone_types},
        "history": [entry_document(entry) for entry in library.entries(corridor.id)],
    }


def plan_document(plan: Plan, library: Library, corridors: Iterable[Corridor]) -> dict[str, Any]:
    """Return which sorties and orders of a plan some corridors hit, for programs."""
    found = hits(plan, library, [corridor.id for corridor in corridors])
    return {
        "hits": [_hit_document(hit) for hit in found],
        "orders_hit": sorted({order for hit in found for order in hit.orders}),
        "not_in_library": list(strangers(plan, library)),
    }


def _hit_document(hit: Hit) -> dict[str, Any]:
    return {
        "corridor": hit.corridor,
        "sortie": hit.sortie,
        "legs": list(hit.legs),
        "departs": hit.departs.isoformat(),
        "orders": list(hit.orders),
        "why": hit.why,
    }


# --- for people -------------------------------------------------------------------------------------------------------


def tell_library(
    library: Library, corridors: Sequence[Corridor], when: datetime, console: Console, *, quiet: bool
) -> None:
    """Print what holds of some corridors at a moment."""
    if corridors and not quiet:
        table = Table("id", "km", "m AMSL", "types", "authorities", f"at {when:%Y-%m-%d %H:%M} UTC")
        for corridor in corridors:
            table.add_row(*_row(library, corridor, when))
        console.print(table)
    number = counts(library, corridors, when)
    states = ", ".join(f"{count} {state}" for state, count in number.items() if count)
    console.print(counted(len(corridors), "corridor") + (f": {states}" if states else ""))


def _row(library: Library, corridor: Corridor, when: datetime) -> list[str]:
    low_m, high_m = corridor.band_amsl_m
    band = f"{low_m:g}" if low_m == high_m else f"{low_m:g} to {high_m:g}"
    cells = (
        corridor.id,
        f"{corridor.length_m / 1000:.2f}",
        band,
        ", ".join(corridor.drone_types),
        ", ".join(corridor.authorities) or "nobody known",
    )
    return [*map(escape, cells), _standing(library, corridor, when)]


def _standing(library: Library, corridor: Corridor, when: datetime) -> str:
    """Return the state of a corridor in words, with who suspends it or whose approval it lacks."""
    state = library.state(corridor.id, when)
    why = "; ".join(f"{entry.authority}: {_flat(entry.note)}" for entry in library.suspensions(corridor.id, when))
    lacking = ", ".join(library.lacking(corridor.id, when)) if state is not State.SUSPENDED else ""
    tail = why or (f"lacks {lacking}" if lacking else "")
    coloured = f"[{COLOURS[state]}]{state}[/]" if state in COLOURS else str(state)
    return f"{coloured} ({escape(tail)})" if tail else coloured


def tell_corridor(library: Library, corridor: Corridor, when: datetime, console: Console) -> None:
    """Print all there is to say of one corridor."""
    low_m, high_m = corridor.band_amsl_m
    passed = [f"{side.jurisdiction} ({side.authority})" for side in corridor.jurisdictions]
    lines = {
        "hash": corridor.hash,
        "types": ", ".join(corridor.drone_types),
        "length": f"{corridor.length_m:,.0f} m in {counted(len(corridor.points) - 1, 'piece')}",
        "width": f"{corridor.half_width_m:g} m to each side",
        "keeps": f"{corridor.clearance_m:g} m beside and {corridor.vertical_clearance_m:g} m above and below zones",
        "levels": f"{low_m:g} to {high_m:g} m AMSL" if low_m != high_m else f"{low_m:g} m AMSL",
        "passes": ", ".join(passed) or "no jurisdiction that is known",
        "gates": ", ".join(corridor.gates) or "none",
        "rules": corridor.rules,
    }
    console.print(f"[bold]{escape(corridor.id)}[/]  {_standing(library, corridor, when)}", soft_wrap=True)
    for name, value in lines.items():
        console.print(f"  {name:<8} {escape(value)}", soft_wrap=True)
    for entry in library.entries(corridor.id):
        console.print(f"  {escape(_entry_line(entry, corridor))}", soft_wrap=True)


def _entry_line(entry: Entry, corridor: Corridor) -> str:
    """Return one line of the history; what was said of another hash says so."""
    parts = [f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC", str(entry.act)]
    parts += [f"by {entry.authority}"] if entry.authority else []
    parts += [f"({entry.by})"] if entry.by else []
    parts += [f"for {', '.join(entry.drone_types)}"] if entry.drone_types else []
    parts += [f"until {entry.valid_to.astimezone(UTC):%Y-%m-%d %H:%M} UTC"] if entry.valid_to else []
    parts += [f": {_flat(entry.note)}"] if entry.note else []
    parts += ["[of another hash]"] if entry.hash != corridor.hash else []
    return " ".join(parts).replace(" : ", ": ")


def _flat(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def tell_hits(plan: Plan, library: Library, corridors: Iterable[Corridor], console: Console) -> None:
    """Print which sorties and orders of a plan some corridors hit."""
    found, clock = hits(plan, library, [corridor.id for corridor in corridors]), timezone(plan.utc_offset)
    for hit in found:
        line = (
            f"sortie {hit.sortie} at {hit.departs.astimezone(clock):%H:%M}, orders {', '.join(hit.orders)}: corridor "
            f"{hit.corridor} is {hit.why}"
        )
        console.print(f"  [red]hit[/] {escape(line)}", soft_wrap=True)
    orders = {order for hit in found for order in hit.orders}
    told = f"of plan '{plan.name}' {counted(len({hit.sortie for hit in found}), 'sortie')} and "
    console.print(escape(f"{told}{counted(len(orders), 'order')} hit"), soft_wrap=True)
    unknown = strangers(plan, library)
    if unknown:
        console.print(escape(f"  not in this library: {', '.join(unknown)}"), soft_wrap=True)
