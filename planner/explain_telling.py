"""What ``skyferry explain`` prints: why, and what would serve the order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rich.console import Console

from planner.explaining import Explanation, Found, Served
from planner.model.plans import Unserved
from planner.telling import escape


def explanation_document(told: Explanation) -> dict[str, Any]:
    """Return an explanation for programs."""
    why = told.unserved
    return {
        "order": told.order,
        "served": None if told.served is None else _served_document(told.served),
        "reason": None if why is None else why.reason.value,
        "detail": None if why is None else why.detail,
        "numbers": {} if why is None else dict(why.numbers),
        "alone": told.alone or told.served is not None,
        "fixes": [_fix_document(found) for found in told.found],
        "no_fix": told.no_fix,
        "complete": told.complete,
    }


def _served_document(served: Served) -> dict[str, Any]:
    return {
        "sortie": served.sortie,
        "drone": served.drone,
        "departs": served.departs.isoformat(),
        "handed_at": None if served.handed_at is None else served.handed_at.isoformat(),
    }


def _fix_document(found: Found) -> dict[str, Any]:
    change = found.change
    return {
        "change": found.fix.change,
        "verified": found.fix.verified,
        "kind": change.kind.value,
        "size": round(change.size, 3),
        "unit": change.unit,
        "orders": list(change.orders),
    }


def tell_explanation(told: Explanation, utc_offset: timedelta, console: Console) -> None:
    """Print an explanation, its times by the clock of the plan."""
    if told.served is not None:
        _line(console, f"[bold]{escape(told.order)}[/] is served: {escape(_where(told.served, utc_offset))}")
    elif told.unserved is not None:
        _tell_unserved(told, told.unserved, console)


def _where(served: Served, utc_offset: timedelta) -> str:
    def clock(moment: datetime) -> str:
        return f"{moment + utc_offset:%H:%M}"

    handed = "" if served.handed_at is None else f", handed over by {clock(served.handed_at)}"
    return f"sortie {served.sortie} of drone {served.drone}, departs {clock(served.departs)}{handed}"


def _tell_unserved(told: Explanation, why: Unserved, console: Console) -> None:
    _line(console, f"[bold]{escape(told.order)}[/] is not served: [bold]{why.reason}[/]")
    _line(console, f"  {escape(why.detail)}")
    for name, figure in sorted(why.numbers.items()):
        _line(console, f"  {escape(name):<24} {in_full(figure)}")
    _line(
        console,
        "  By itself it could be served; the rest of the day is in its way."
        if told.alone
        else "  Even with nothing else to fly it could not be served.",
    )
    if told.found:
        _line(console, "  Any one of these would serve it; each was planned and checked:")
    for found in told.found:
        _line(console, f"    [green]✓[/] {escape(found.fix.change)}")
    if told.no_fix:
        _line(console, f"  No single change would serve it: {escape(told.no_fix)}.")
    if not told.complete:
        _line(console, "  Stopped before everything was tried.")


def in_full(value: float) -> str:
    """Tell a figure in full, with no more decimals than it has; three at the most."""
    whole, _, decimals = f"{value:,.3f}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def _line(console: Console, text: str) -> None:
    console.print(text, soft_wrap=True)
