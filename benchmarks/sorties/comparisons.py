"""Other solvers asked for the same day: what their sorties break as they are, and what a valid plan of them costs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import NotInstalledError, python_of_peers
from benchmarks.sorties.instances import Instance
from benchmarks.sorties.repairs import repaired
from benchmarks.sorties.walker import Sortie, Verdict, walk
from benchmarks.tables import ROOT, told_s

PEERS = ("PyVRP, range", "PyVRP, fleet", "VROOM", "OR-Tools", "OR-Tools GLS", "OR-Tools ILS")
"""As ``peers.py`` names them, where it is told what each of them cannot state."""

HEAD = ("solver", "time", "sorties", "raw: objective", "rules broken", "repaired: objective", "left out", "sorties")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a peer makes of a day."""

    who: str
    sorties: tuple[Sortie, ...]
    """As it tells them, with its own starts."""
    used_s: float
    cpu_s: float


def ask(
    day: Instance, who: str, *, seconds: float, seed: int = 1, python: Path | None = None, make: bool = True
) -> Answer:
    """Return what a peer makes of a day in so many seconds on one thread.

    Parameters
    ----------
    python
        An interpreter of an environment that has the peers, None for the one that benchmarks make.
    make
        Whether that may be made.

    Raises
    ------
    NotInstalledError
        If the peer is not there.
    """
    command = [str(python or python_of_peers(make=make)), "-W", "ignore", str(Path(__file__).with_name("peers.py"))]
    job = json.dumps({"peer": who, "instance": json.loads(day.to_json()), "seconds": seconds, "seed": seed})
    told = subprocess.run(command, input=job, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    found = json.loads(told)
    if "missing" in found:
        raise NotInstalledError(found["missing"])
    sorties = tuple(
        Sortie(hub=told["hub"], kind=told["kind"], start_s=float(told["start_s"]), orders=tuple(told["orders"]))
        for told in found["sorties"]
    )
    return Answer(who=who, sorties=sorties, used_s=found["used_s"], cpu_s=found["cpu_s"])


def rows(
    day: Instance, *, peers: Iterable[str] = PEERS, seconds: float, repair_s: float = 10.0, python: Path | None = None
) -> Iterator[tuple[str, ...]]:
    """Ask peers one after another, and yield what stands in the columns of ``HEAD``."""
    for who in peers:
        try:
            answer = ask(day, who, seconds=seconds, python=python)
        except NotInstalledError as error:
            yield (who, f"not installed: {error}", *[""] * (len(HEAD) - 2))
            continue
        valid = walk(day, repaired(day, answer.sorties, seconds=repair_s))
        yield cells(day, answer, valid)


def cells(day: Instance, answer: Answer, valid: Verdict) -> tuple[str, ...]:
    """Return a row for an answer and the valid plan that was made of it."""
    raw = walk(day, answer.sorties)
    broken = ", ".join(f"{times} x {rule}" for rule, times in raw.broken.most_common()) or "none"
    if valid.violations:
        raise AssertionError(f"{day.name}: repaired, {answer.who} breaks {valid.violations[0]}")
    return (
        answer.who,
        told_s(answer.used_s),
        str(len(answer.sorties)),
        f"{raw.objective:,.0f}",
        broken,
        f"{valid.objective:,.0f}",
        str(len(valid.unserved)),
        str(len(valid.flown)),
    )
