"""Seeded faults: whether the check finds what was put wrong into right plans, and lets pass what is just clear.

Right plans come from the planner: small days made up in metres, and mornings of the examples. Each kind of fault is put
in 50 times, each time beside a twin, the same change kept on the right side, which has to pass the check as a whole. To
reach: 99 % of the faults found, by a rule that is meant for them, and 99 % of the twins accepted. Then what checking
takes beside planning, which it must not exceed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.seeded import KINDS, Kind, Seeded, seeded
from benchmarks.tables import table, write
from planner.model.reviews import Verdict

TIMES, TIMES_SMOKE = 50, 1
SHARE = 0.99
DRAWS = 6
"""How many draws are made at most for each fault: some plans have no room for some kinds."""
HEAD = ("fault", "put in", "found", "by rule", "twins", "accepted", "failed instead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the check said of a fault and of its twin."""

    case: Seeded
    failed: tuple[str, ...]
    """Rules that the fault broke, by the check."""
    wrongly: tuple[str, ...]
    """Rules that the twin broke, or that were not checked in it; empty when it passed as a whole."""

    @property
    def found(self) -> bool:
        """Whether a rule that is meant for the fault found it."""
        return not set(self.case.kind.rules).isdisjoint(self.failed)


def main() -> int:
    """Put faults in, print the table, and say by the exit code whether every figure was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short version for CI: each kind once")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    parser.add_argument("--only", metavar="KIND", help="kinds whose name holds these words")
    parser.add_argument("--times", type=int, help="how often each kind is put in")
    options = parser.parse_args()
    times = options.times or (TIMES_SMOKE if options.smoke else TIMES)
    kinds = [kind for kind in KINDS if (options.only or "") in kind.name]
    began, judged = time.perf_counter(), []
    for kind in kinds:
        of_kind = list(_judged(kind, times, options.smoke))
        judged += of_kind
        print(_row(kind.name, of_kind), f"{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    text = _table(kinds, judged)
    print(text)
    if options.write:
        write("faults", text, renew="python -m benchmarks.faults --write")
    found, accepted = sum(one.found for one in judged), sum(not one.wrongly for one in judged)
    missing = [kind.name for kind in kinds if not any(one.case.kind is kind for one in judged)]
    for name in missing:
        print(f"NO ROOM for {name} in any plan drawn", file=sys.stderr)
    return 0 if min(found, accepted) >= SHARE * len(judged) and not missing else 1


def _judged(kind: Kind, times: int, smoke: bool) -> Iterator[Judged]:
    bases = [name for name in kind.bases if name != "luohu"] if smoke else list(kind.bases)
    made = 0
    for seed in range(DRAWS * times * len(kind.bases)):
        if made == times:
            return
        if kind.bases[seed % len(kind.bases)] not in bases:
            continue
        case = seeded(kind, seed)
        if case is not None:
            made += 1
            yield _told(_judge(case), seed)


def _judge(case: Seeded) -> Judged:
    failed = {finding.rule for finding in case.faulty.review().of(Verdict.FAIL)}
    review = case.twin.review()
    broken = [finding for finding in review.findings if finding.verdict is Verdict.FAIL]
    wrongly = {finding.rule for finding in broken}
    if not broken and review.verdict is not Verdict.PASS:
        wrongly = {finding.rule for finding in review.of(Verdict.NOT_CHECKED)}
    return Judged(case=case, failed=tuple(sorted(failed)), wrongly=tuple(sorted(wrongly)))


def _told(judged: Judged, seed: int) -> Judged:
    """Name what was missed, so that it can be put in again."""
    name = f"{judged.case.kind.name}, {judged.case.base}, seed {seed}"
    if not judged.found:
        print(f"MISSED {name}: failed {', '.join(judged.failed) or 'nothing'}", file=sys.stderr)
    if judged.wrongly:
        first = [finding for finding in judged.case.twin.review().findings if finding.rule == judged.wrongly[0]]
        print(f"REFUSED twin of {name}: {', '.join(judged.wrongly)}: {first[0].detail}", file=sys.stderr)
    return judged


def _table(kinds: Sequence[Kind], judged: Sequence[Judged]) -> str:
    rows = [_row(kind.name, [one for one in judged if one.case.kind is kind]) for kind in kinds]
    return table(HEAD, [*rows, _row(f"all {len(kinds)} kinds", judged, by=False)])


def _row(name: str, judged: Sequence[Judged], *, by: bool = True) -> tuple[str, ...]:
    rules = Counter(rule for one in judged for rule in one.failed if rule in one.case.kind.rules)
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
