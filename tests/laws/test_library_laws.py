"""Laws of the corridor library, over random histories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from airspace.model.corridors import Act, Corridor, Entry, Library, Passed, State

DAY = datetime(2026, 12, 1, tzinfo=UTC)
SIDES = (Passed(jurisdiction="N", authority="north"), Passed(jurisdiction="S", authority="south"))
KINDS = ("hexa", "quad")

moments = st.integers(0, 24).map(lambda hours: DAY + timedelta(hours=hours))


def a_corridor(points: tuple[tuple[float, float, float], ...], rules: str = "") -> Corridor:
    return Corridor(
        from_pad="A", to_pad="B", drone_types=KINDS, points=points, half_width_m=20, clearance_m=30,
        vertical_clearance_m=10, jurisdictions=SIDES, gates=(), rules=rules,
    )  # fmt: skip


LINE = ((114.1, 22.5, 80.0), (114.2, 22.5, 80.0))
NOW, BEFORE = a_corridor(LINE, "now"), a_corridor(LINE, "before")


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    act, at = draw(st.sampled_from(Act)), draw(moments)
    ends = draw(st.none() | st.integers(1, 12).map(lambda hours: at + timedelta(hours=hours)))
    return Entry(
        at=at, corridor=NOW.id, hash=draw(st.sampled_from((NOW.hash, BEFORE.hash))), act=act,
        drone_types=tuple(draw(st.sets(st.sampled_from(KINDS)))), authority=draw(st.sampled_from(("north", "south"))),
        note="why", valid_to=ends if act is Act.APPROVED else None,
    )  # fmt: skip


histories = st.lists(entries(), max_size=12).map(tuple)


@given(histories, st.sampled_from(KINDS), moments, st.integers(1, 59))
def test_a_moment_between_two_entries_is_approved_just_when_a_span_holds_it(
    history: tuple[Entry, ...], kind: str, hour: datetime, minute: int
):
    library, when = Library(corridors=(NOW,), history=history), hour + timedelta(minutes=minute)
    spans = library.approved_spans(NOW.id, kind, (DAY, DAY + timedelta(days=2)))
    held = any(start <= when <= end for start, end in spans)
    assert held == (library.state(NOW.id, when, kind) is State.APPROVED)


@given(histories, moments)
def test_what_happens_later_does_not_change_what_was(history: tuple[Entry, ...], when: datetime):
    past = tuple(entry for entry in history if entry.at <= when)
    all_, some = (Library(corridors=(NOW,), history=told) for told in (history, past))
    for kind in (None, *KINDS):
        assert all_.state(NOW.id, when, kind) is some.state(NOW.id, when, kind)


@given(histories, moments, st.sampled_from(("north", "south")))
def test_a_suspension_always_shuts_and_its_end_brings_back_what_was(
    history: tuple[Entry, ...], when: datetime, authority: str
):
    def told(act: Act, at: datetime) -> Entry:
        return Entry(at=at, corridor=NOW.id, hash=NOW.hash, act=act, authority=authority, note="why")

    later = max([when, *(entry.at for entry in history)]) + timedelta(minutes=1)
    shut = Library(corridors=(NOW,), history=(*history, told(Act.SUSPENDED, later)))
    assert shut.state(NOW.id, later) is State.SUSPENDED
    free = Library(corridors=(NOW,), history=(*history, told(Act.RESUMED, later)))
    again = Library(corridors=(NOW,), history=(*history, told(Act.SUSPENDED, later), told(Act.RESUMED, later)))
    assert again.state(NOW.id, later) is free.state(NOW.id, later)


coordinates = st.floats(-1e-3, 1e-3)


@given(st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=5))
def test_ids_and_hashes_are_those_of_the_rounded_line_both_ways(places: list[tuple[float, float]]):
    points = tuple((lon, lat, 80.0) for lon, lat in places)
    once = a_corridor(points)
    assert a_corridor(once.points) == once
    back = Corridor(
        from_pad="B", to_pad="A", drone_types=KINDS, points=points[::-1], half_width_m=20, clearance_m=30,
        vertical_clearance_m=10, jurisdictions=SIDES[::-1], gates=(), rules="",
    )  # fmt: skip
    assert back.id.split("#")[1] == once.id.split("#")[1]
