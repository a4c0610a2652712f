"""Seeded faults: whether the check finds what was put wrong into right plans, and lets pass what is just clear.

Right plans come from the planner: small days made up in metres, and mornings of the examples. Each kind of fault is put
in 50 times, each time beside a twin, the same change kept on the right side, which has to pass the check as a whole. To
reach: 99 % of the faults found, by a rule that is meant for them, and 99 % of the twins accepted.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.seeded import KINDS, Kind, Seeded, seeded
from benchmarks.tables import table, write
from planner.model.reviews import Verdict

TIMES, TIMES_SMOKE = 50, 1
SHARE = 0.99
STOPPED = 2
SLOW = ("luohu",)
"""Bases that take long to plan."""
DRAWS = 6
"""How many draws are made at most for each fault: some plans have no room for some kinds."""
HEAD = ("fault", "put in", "found", "by rule", "twins", "accepted", "failed instead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the check said of a fault and of its twin."""

    kind: str
    rules: tuple[str, ...]
    """Of which one has to find it."""
    base: str
    failed: tuple[str, ...]
    """Rules that the fault broke, by the check."""
    wrongly: tuple[str, ...]
    """Rules that the twin broke, or that were not checked in it; empty when it passed as a whole."""
    why: str = ""
    """Of the first of these."""

    @property
    def found(self) -> bool:
        """Whether a rule that is meant for the fault found it."""
        return not set(self.rules).isdisjoint(self.failed)


Known = dict[tuple[str, int], Judged | None]
"""What was judged before, by kind and seed; None where a plan had no room."""


def main() -> int:
    """Put faults in, print the table, and say by the exit code whether every figure was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short version for CI: each kind once")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    parser.add_argument("--only", metavar="KIND", default="", help="kinds whose name holds these words")
    parser.add_argument("--times", type=int, help="how often each kind is put in")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep results here, and go on from there")
    parser.add_argument("--stop-after", type=float, metavar="S", default=math.inf, help="stop, to go on later")
    options = parser.parse_args()
    times = options.times or (TIMES_SMOKE if options.smoke else TIMES)
    kinds = [kind for kind in KINDS if options.only in kind.name]
    run = Run(known=_read(options.state), state=options.state, until=time.monotonic() + options.stop_after)
    judged = [one for kind in kinds for one in run.judged(kind, times, smoke=options.smoke)]
    if run.stopped:
        print(f"{len(judged)} judged so far", file=sys.stderr)
        return STOPPED
    text = _table(kinds, judged)
    print(text)
    if options.write:
        write("faults", text, renew="python -m benchmarks.faults --write")
    for one in judged:
        _complain(one)
    found, accepted = sum(one.found for one in judged), sum(not one.wrongly for one in judged)
    few = [kind.name for kind in kinds if sum(one.kind == kind.name for one in judged) < times]
    for name in few:
        print(f"NO ROOM for {name} in enough of the plans drawn", file=sys.stderr)
    return 0 if min(found, accepted) >= SHARE * len(judged) and not few else 1


@dataclass(slots=True, kw_only=True)
class Run:
    """One run, that may be stopped and gone on with."""

    known: Known
    state: Path | None
    until: float
    stopped: bool = False

    def judged(self, kind: Kind, times: int, *, smoke: bool) -> Iterator[Judged]:
        """Yield what the check says of so many faults of a kind; of fewer when it is time to stop."""
        slow = SLOW if smoke else ()
        made = 0
        for seed in range(DRAWS * times * len(kind.bases)):
            if made == times or self.stopped:
                return
            if kind.bases[seed % len(kind.bases)] in slow:
                continue
            if (kind.name, seed) not in self.known:
                if time.monotonic() > self.until:
                    self.stopped = True
                    return
                self._keep(kind, seed)
            if (one := self.known[kind.name, seed]) is not None:
                made += 1
                yield one

    def _keep(self, kind: Kind, seed: int) -> None:
        case = seeded(kind, seed)
        told = self.known[kind.name, seed] = None if case is None else judge(case)
        if self.state is not None:
            line = json.dumps({"name": kind.name, "seed": seed, "told": None if told is None else asdict(told)})
            with self.state.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


def _read(state: Path | None) -> Known:
    """Return what stands in a file of results; nothing where there is none yet."""
    if state is None or not state.exists():
        return {}
    rows = map(json.loads, state.read_text(encoding="utf-8").splitlines())
    return {(row["name"], row["seed"]): None if row["told"] is None else _from(row["told"]) for row in rows}


def _from(told: dict[str, Any]) -> Judged:
    return Judged(**{key: tuple(value) if isinstance(value, list) else value for key, value in told.items()})


def judge(case: Seeded) -> Judged:
    """Let the check judge a fault and its twin."""
    failed = {finding.rule for finding in case.faulty.review().of(Verdict.FAIL)}
    review = case.twin.review()
    open_ones = review.of(Verdict.FAIL)
    if not open_ones and review.verdict is not Verdict.PASS:
        open_ones = review.of(Verdict.NOT_CHECKED)
    return Judged(
        kind=case.kind.name, rules=case.kind.rules, base=case.base, failed=tuple(sorted(failed)),
        wrongly=tuple(sorted({finding.rule for finding in open_ones})), why=open_ones[0].detail if open_ones else "",
    )  # fmt: skip


def _complain(one: Judged) -> None:
    name = f"{one.kind} on {one.base}"
    if not one.found:
        print(f"MISSED {name}: failed {', '.join(one.failed) or 'nothing'}", file=sys.stderr)
    if one.wrongly:
        print(f"REFUSED twin of {name}: {', '.join(one.wrongly)}: {one.why}", file=sys.stderr)


def _table(kinds: Sequence[Kind], judged: Sequence[Judged]) -> str:
    rows = [_row(kind.name, [one for one in judged if one.kind == kind.name]) for kind in kinds]
    return table(HEAD, [*rows, _row(f"all {len(kinds)} kinds", judged, by=False)])


def _row(name: str, judged: Sequence[Judged], *, by: bool = True) -> tuple[str, ...]:
    rules = Counter(rule for one in judged for rule in one.failed if rule in one.rules)
    wrongly = Counter(rule for one in judged for rule in one.wrongly)
    return (
        name,
        str(len(judged)),
        str(sum(one.found for one in judged)),
        ", ".join(f"{rule} {count}" for rule, count in rules.most_common()) if by else "",
        str(len(judged)),
        str(sum(not one.wrongly for one in judged)),
        ", ".join(f"{rule} {count}" for rule, count in wrongly.most_common()) if by else "",
    )


if __name__ == "__main__":
    sys.exit(main())
