"""How the log of plans, checks and approvals is told: as lines, and as a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from airspace.formats.telling import shown
from planner.formats.chains import Chain
from planner.model.chains import Link
from planner.model.reviews import Verdict
from planner.telling import SIGNS, counted, problems_document, tell_problems

NO_HEAD = "without a published head (--head) nobody can see whether records were cut off at the end"


def link_document(link: Link) -> dict[str, Any]:
    """Return a record of the log for programs."""
    deed = link.deed
    return {
        "number": link.number,
        "kind": deed.kind.value,
        "at": deed.at.isoformat(),
        "by": deed.by,
        "plan": deed.plan,
        "verdict": None if deed.verdict is None else deed.verdict.value,
        "note": deed.note,
        "mends_bytes": 0 if link.mends is None else link.mends.bytes,
        "hash": link.hash,
    }


def verdict_of(chain: Chain) -> Verdict:
    """Return FAIL for a log with anything wrong in it."""
    return Verdict.FAIL if chain.problems else Verdict.PASS


def chain_document(file: str, chain: Chain, *, head: str | None) -> dict[str, Any]:
    """Return what became of a log for programs."""
    return {
        "file": file,
        "verdict": verdict_of(chain).value,
        "records": len(chain.links),
        "head": chain.head,
        "cut_off_seen": head is not None,
        "mended": [link.number for link in chain.links if link.mends is not None],
        **problems_document(chain.problems),
    }


def tell_chain(file: str, chain: Chain, console: Console, *, head: str | None) -> None:
    """Print what became of a log: the verdict, its head, every line that is not as it was, and what was mended."""
    told = f"{escape(file)}  {counted(len(chain.links), 'record')}, head {chain.head or 'none'}"
    console.print(f"{SIGNS[verdict_of(chain)]}  {told}", soft_wrap=True)
    tell_problems(chain.problems, console)
    for link in chain.links:
        if link.mends is not None:
            console.print(f"  record {link.number} mends {counted(link.mends.bytes, 'torn byte')}", soft_wrap=True)
    if head is None:
        console.print(f"  {NO_HEAD}", markup=False, soft_wrap=True)


def tell_links(links: Sequence[Link], console: Console) -> None:
    """Print records, one to a row."""
    table = Table("", "when", "what", "verdict", "plan", "by", "note")
    for link in links:
        deed = link.deed
        verdict = "" if deed.verdict is None else SIGNS[deed.verdict]
        words = [escape(shown(text)[1:-1]) for text in (deed.by, deed.note)]
        when, plan = deed.at.isoformat(timespec="seconds"), deed.plan.removeprefix("sha256:")[:12]
        table.add_row(str(link.number), when, deed.kind.value, verdict, plan, *words)
    console.print(table)
