from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from random import Random

import numpy as np
import pytest

from planner.solving.choice import clashes
from planner.solving.choice.clashes import clash_of
from planner.solving.choice.cuts import Clash, Cut, Member, RankOne, Together, larger_rows, subset_rows
from planner.solving.choice.pieces import cut
from planner.solving.choice.pools import Pool
from planner.solving.choice.timing import Fits, Timing
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import columns_of, pool_of

HORIZON = 32


def counted(pool: Pool, one: Cut, grid: int = 1) -> list[bool]:
    """Return which columns a cut counts with at least one of their pieces."""
    pieces = cut(pool, grid)
    found = np.zeros(len(pool), bool)
    found[pieces.column[one.counts(pool, pieces) > 0]] = True
    return found.tolist()


def allows(pool: Pool, one: Cut, chosen: Sequence[int], starts: Sequence[int]) -> bool:
    """Tell whether a cut allows columns at some starts."""
    pieces = cut(pool, 1)
    counts = one.counts(pool, pieces)
    taken = [counts[(pieces.column == k) & (pieces.low == at)][0] for k, at in zip(chosen, starts, strict=True)]
    return sum(map(bool, taken)) <= one.most


def test_a_subset_row_counts_the_columns_that_serve_two_or_three_of_three() -> None:
    pool, _, _ = draws.drawn(3, orders=6, columns=30)
    one = RankOne(orders=(0, 2, 5), times=(1, 1, 1), below=2)
    assert one.most == 1
    assert counted(pool, one) == [len({0, 2, 5} & set(column[3])) >= 2 for column in columns_of(pool)]


def test_the_subset_rows_found_are_all_that_are_broken_the_worst_first() -> None:
    found_some = 0
    for seed in range(30):
        pool = pool_of(*[(1.0, 0, 0, orders, []) for size in (2, 3) for orders in combinations(range(6), size)])
        amount = shares(pool, Random(seed))
        sums = {
            triple: sum(
                share
                for share, column in zip(amount, columns_of(pool), strict=True)
                if len(set(triple) & set(column[3])) >= 2
            )
            for triple in combinations(range(6), 3)
        }
        broken = {triple: value for triple, value in sums.items() if value > 1.02}
        found = [one.orders for one in subset_rows(pool, np.arange(35), amount, 99)]
        assert set(found) == set(broken)
        assert [broken[triple] for triple in found] == sorted(broken.values(), reverse=True)
        assert [one.orders for one in subset_rows(pool, np.arange(35), amount, 2)] == found[:2]
        found_some += len(found)
    assert found_some > 15


def shares(pool: Pool, r: Random) -> np.ndarray:
    """Draw how much of each column is taken, no order being served more than once altogether."""
    told = [column[3] for column in columns_of(pool)]
    drawn = [r.choice([0.0, 0.0, 0.0, 0.0, 0.5, 1.0]) for _ in told]
    served = [sum(share for share, orders in zip(drawn, told, strict=True) if k in orders) for k in range(6)]
    return np.array([share / max(1.0, *(served[k] for k in orders)) for share, orders in zip(drawn, told, strict=True)])


def test_no_subset_row_forbids_a_choice_that_serves_each_order_once() -> None:
    pool, _, _ = draws.drawn(7, orders=5, columns=12)
    rows = [RankOne(orders=triple, times=(1, 1, 1), below=2) for triple in combinations(range(5), 3)]
    for chosen in draws.choices(pool):
        assert all(taken(pool, row, chosen) <= 1 for row in rows)


def taken(pool: Pool, one: RankOne, chosen: Sequence[int]) -> int:
    """Return what whole columns count in a row."""
    counts = one.counts(pool, cut(pool, HORIZON))
    return sum(int(counts[cut(pool, HORIZON).column == k][0]) for k in chosen)


def test_no_rounded_row_forbids_a_choice_that_serves_each_order_once() -> None:
    r, tight = Random(5), 0
    for seed in range(10):
        pool, _, _ = draws.drawn(seed, orders=6, columns=12)
        choices = [*draws.choices(pool)]
        for below in (2, 3, 4, 5):
            times = tuple(r.randrange(1, below) for _ in range(6))
            one = RankOne(orders=tuple(range(6)), times=times, below=below)
            assert one.most == sum(times) // below
            most = max(taken(pool, one, chosen) for chosen in choices)
            assert most <= one.most
            tight += most == one.most
    assert tight > 5


def test_a_rounded_row_counts_what_its_orders_come_to_rounded_down() -> None:
    pool, _, _ = draws.drawn(3, orders=6, columns=30)
    one = RankOne(orders=(0, 2, 5), times=(2, 1, 3), below=4)
    weights = {0: 2, 2: 1, 5: 3}
    for k, column in enumerate(columns_of(pool)):
        assert taken(pool, one, [k]) == sum(weights.get(order, 0) for order in column[3]) // 4


def test_larger_rows_are_broken_by_what_they_were_found_for_and_none_is_told_twice() -> None:
    pool = pool_of(*[(1.0, 0, 0, [k, (k + 1) % 7], []) for k in range(7)])
    amount = np.full(7, 0.5)
    found = larger_rows(pool, np.arange(7), amount, 9, seed=1)
    assert RankOne(orders=tuple(range(7)), times=(1,) * 7, below=2) in found
    assert len(found) == len(set(found))
    for one in found:
        assert sum(0.5 * taken(pool, one, [k]) for k in range(7)) > one.most + 0.01
    assert larger_rows(pool, np.arange(7), np.ones(7), 9, seed=1) == []


def clashing(seeds: range) -> list[tuple[Pool, list[int], np.ndarray]]:
    """Return choices that serve each order once and cannot be flown."""
    found = []
    for seed in seeds:
        pool, _, capacity = draws.drawn(seed, orders=5, columns=12, wide=4)
        for chosen in sorted(draws.choices(pool), key=len, reverse=True)[:6]:
            if not draws.can_be_flown(draws.jobs(pool, chosen), capacity.tolist()):
                found.append((pool, list(chosen), capacity))
                break
    return found


def test_a_clash_is_as_small_as_can_be_and_its_members_cannot_be_flown_in_windows_as_wide_as_theirs() -> None:
    found = clashing(range(40))
    assert len(found) > 15
    widened = 0
    for pool, chosen, capacity in found:
        told, clash = columns_of(pool), clash_of(pool, chosen, capacity, HORIZON)
        jobs = [(member.opens, member.closes, member.holds) for member in clash.members]
        assert not draws.can_be_flown(jobs, capacity.tolist())
        owners = {tuple(told[k][3]): told[k] for k in chosen}
        own = [next(column for orders, column in owners.items() if member.order in orders) for member in clash.members]
        for column, member in zip(own, clash.members, strict=True):
            assert 0 <= member.opens <= column[1]
            assert column[2] <= member.closes <= HORIZON
            assert member.holds
            assert set(member.holds) <= set(column[4])
            widened += (member.opens, member.closes) != column[1:3]
        for left_out in range(len(own)):
            # Most often one limit alone is too tight; the others are then not what the clash is about.
            rest = [(col[1], col[2], member.holds) for col, member in zip(own, clash.members, strict=True)]
            del rest[left_out]
            assert draws.can_be_flown(rest, capacity.tolist())
    assert widened > 10


def test_a_clash_forbids_what_cannot_be_flown_and_nothing_that_can() -> None:
    forbidden = 0
    for pool, chosen, capacity in clashing(range(24)):
        clash = clash_of(pool, chosen, capacity, HORIZON)
        every = counted(pool, clash)
        assert sum(every[k] for k in chosen) > clash.most
        for other in draws.choices(pool):
            if sum(every[k] for k in other) > clash.most:
                forbidden += 1
                # Only starts at which all of its columns count are forbidden; none of those may be possible.
                assert not any(
                    not allows(pool, clash, other, starts) and flies(pool, other, starts, capacity)
                    for starts in sampled(pool, other)
                )
    assert forbidden > 40


def flies(pool: Pool, chosen: Sequence[int], starts: Sequence[int], capacity: np.ndarray) -> bool:
    told = columns_of(pool)
    fixed = [(at, at, told[k][4]) for k, at in zip(chosen, starts, strict=True)]
    return draws.can_be_flown(fixed, capacity.tolist())


def sampled(pool: Pool, chosen: Sequence[int]) -> list[list[int]]:
    told, r = columns_of(pool), Random(str(chosen))
    return [[r.randint(told[k][1], told[k][2]) for k in chosen] for _ in range(25)]


MEMBER = Member(order=2, opens=10, closes=20, holds=((0, 1, 5), (0, 6, 9)))


def test_a_member_stands_for_what_serves_its_order_and_is_as_tight() -> None:
    as_tight = [(0, 1, 5), (0, 6, 9)]
    pool = pool_of(
        (1.0, 10, 20, [0, 2], as_tight),
        (9.0, 12, 13, [2], [(1, 0, 3), (0, 6, 9), (0, 0, 5)]),
        (1.0, 10, 20, [1, 3], as_tight),
        (1.0, 9, 9, [2], as_tight),
        (1.0, 21, 21, [2], as_tight),
        (1.0, 10, 20, [2], [(0, 1, 5), (0, 7, 9)]),
        (1.0, 10, 20, [2], [(0, 1, 5), (0, 6, 8)]),
        (1.0, 10, 20, [2], [(0, 1, 9)]),
        (1.0, 10, 20, [2], [(1, 1, 5), (0, 6, 9)]),
    )
    assert counted(pool, Clash(members=(MEMBER,))) == [True, True] + [False] * 7


def test_a_piece_counts_in_a_clash_when_all_of_it_lies_within_a_window() -> None:
    pool = pool_of((1.0, 4, 26, [2], [(0, 1, 5), (0, 6, 9)]))
    pieces = cut(pool, 5)
    counts = Clash(members=(MEMBER,)).counts(pool, pieces)
    assert [(int(low), bool(one)) for low, one in zip(pieces.low, counts, strict=True)] == [
        (4, False), (5, False), (10, True), (15, True), (20, False), (25, False)
    ]  # fmt: skip


def test_columns_that_cannot_be_flown_together_are_told_by_label() -> None:
    pool = pool_of(*[(1.0, 0, 3, [k], []) for k in range(4)], labels=[7, 9, 8, 7])
    one = Together(labels=frozenset({7, 8}))
    assert one.most == 1
    assert counted(pool, one, grid=2) == [True, False, True, True]


def test_a_question_that_stays_open_keeps_every_column_in_the_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody knows then whether fewer would do, so none may be left out, and no window be widened.
    monkeypatch.setattr(clashes, "timed", lambda *_, **__: Timing(fits=Fits.UNKNOWN))
    for pool, chosen, capacity in clashing(range(10)):
        told, clash = columns_of(pool), clash_of(pool, chosen, capacity, HORIZON)
        assert [(one.opens, one.closes) for one in clash.members] == [told[k][1:3] for k in chosen]
        assert [set(one.holds) for one in clash.members] == [set(told[k][4]) for k in chosen]
