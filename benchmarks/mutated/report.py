"""The page of mutants: how many of each module were tried and seen, the branches taken, and every survivor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.mutated.changes import Mutant
from benchmarks.mutated.measuring import Branches
from benchmarks.mutated.records import Judged, Judgement, Key
from benchmarks.mutated.trials import Outcome, Result
from benchmarks.tables import table

SHARE = 0.9
"""Of the mutants tried, to be seen by a test."""

HEAD = (
    "module",
    "mutants",
    "tried",
    "seen",
    "of them late",
    "survived",
    "no other answer",
    "seen, of tried",
    "branches",
)
SURVIVORS = ("function", "was", "is", "judged", "why")
NO_OTHER_ANSWER = (Judged.EQUIVALENT, Judged.EFFORT, Judged.MESSAGE, Judged.MARGIN)
SEEN = (Outcome.KILLED, Outcome.LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of a module's mutants and branches."""

    module: str
    mutants: int
    results: tuple[Result, ...]
    branches: Branches | None

    @property
    def seen(self) -> int:
        """How many of those tried a test saw."""
        return sum(result.outcome in SEEN for result in self.results)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Those that no test saw."""
        return tuple(result.mutant for result in self.results if result.outcome not in SEEN)


def figures(accounts: Sequence[Account], judged: Mapping[Key, Judgement]) -> str:
    """Return the table by module."""
    rows = [_row(account.module, [account], judged) for account in accounts if account.mutants]
    return table(HEAD, [*rows, _row("all", accounts, judged)])


def survivors(accounts: Sequence[Account], judged: Mapping[Key, Judgement]) -> str:
    """Return a table of survivors for each module that has any."""
    parts = []
    for account in accounts:
        if account.survivors:
            rows = [_survivor(mutant, judged.get(mutant.key)) for mutant in account.survivors]
            parts.append(f"### `{account.module}`\n{table(SURVIVORS, rows)}")
    return "\n\n".join(parts)


def untaken(accounts: Sequence[Account]) -> str:
    """Return the branches that no test takes, by module."""
    told = [
        f"- `{account.module}`: {', '.join(f'{a} to {b}' if b > 0 else f'{a} to the end' for a, b in missing)}"
        for account in accounts
        if account.branches and (missing := account.branches.untaken)
    ]
    if unknown := [f"`{account.module}`" for account in accounts if account.branches is None]:
        told.append(f"- not measured with the tests as they are: {', '.join(unknown)}")
    return "\n".join(told) or "Every branch is taken by a test."


def reached(accounts: Sequence[Account]) -> bool:
    """Return whether mutants of every module were tried, and enough of them seen."""
    if any(account.mutants and not account.results for account in accounts):
        return False
    tried = sum(len(account.results) for account in accounts)
    return sum(account.seen for account in accounts) >= SHARE * tried


def _row(name: str, accounts: Sequence[Account], judged: Mapping[Key, Judgement]) -> tuple[str, ...]:
    results = [result for account in accounts for result in account.results]
    outcomes = Counter(result.outcome for result in results)
    seen = sum(account.seen for account in accounts)
    survived = [mutant for account in accounts for mutant in account.survivors]
    same = sum(mutant.key in judged and judged[mutant.key].judged in NO_OTHER_ANSWER for mutant in survived)
    figures = (sum(account.mutants for account in accounts), len(results), seen, outcomes[Outcome.LATE], len(survived))
    share = f"{seen / len(results):.1%}" if results else "not tried"
    return name, *(f"{figure:,}" for figure in figures), str(same), share, _branches(accounts)


def _branches(accounts: Sequence[Account]) -> str:
    known = [account.branches for account in accounts if account.branches is not None]
    if not known:
        return "not measured"
    of = sum(item.branches for item in known)
    return f"{of - sum(len(item.untaken) for item in known)} of {of}"


def _survivor(mutant: Mutant, judgement: Judgement | None) -> tuple[str, ...]:
    was, now = _differing(mutant.was, mutant.now)
    judged, why = ("not judged yet", "") if judgement is None else (judgement.judged.value, judgement.why)
    return f"`{mutant.function or 'the module'}`", was, now, judged, why


def _differing(was: str, now: str, *, around: int = 24) -> tuple[str, str]:
    """Return what differs between two lines, with a little of what stands around it."""
    begin = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    end = next((i for i, (a, b) in enumerate(zip(was[::-1], now[::-1], strict=False)) if a != b), 0)
    end = min(end, len(was) - begin, len(now) - begin)
    return _cut(was, begin, len(was) - end, around), _cut(now, begin, len(now) - end, around)


def _cut(text: str, begin: int, end: int, around: int) -> str:
    low, high = max(begin - around, 0), min(end + around, len(text))
    cut = f"{'...' if low else ''}{text[low:high]}{'...' if high < len(text) else ''}"
    return f"`{cut.replace('|', chr(92) + '|').replace('`', '')}`"
