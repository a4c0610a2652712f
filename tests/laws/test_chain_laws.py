"""Laws of the log: whatever is added stays readable, whatever is changed is found, wherever a writer was killed."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.formats.documents import RawFile, read_raw
from planner.formats.chains import append, chain_of, line_of, linked
from planner.model.chains import Deed, Kind, Link
from planner.model.reviews import Verdict

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DEEDS = st.builds(
    Deed,
    kind=st.sampled_from(Kind),
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is beside it
    by=TEXTS,
    plan=st.integers(0, 2**256 - 1).map(lambda number: f"sha256:{number:064x}"),
    verdict=st.none() | st.sampled_from(Verdict),
    note=TEXTS,
)
CHAINS = st.lists(DEEDS, min_size=1, max_size=6)


def linked_up(deeds: list[Deed]) -> list[Link]:
    made: list[Link] = []
    for deed in deeds:
        made.append(linked(deed, made[-1] if made else None))
    return made


def text(links: list[Link]) -> bytes:
    return b"".join(line_of(link) + b"\n" for link in links)


@given(CHAINS)
def test_whatever_is_said_is_read_back_and_whole(deeds: list[Deed]) -> None:
    links = linked_up(deeds)
    found = chain_of(RawFile(name="log", raw=text(links)), head=links[-1].hash)
    assert found.problems == ()
    assert list(found.links) == links


@given(CHAINS, st.data())
def test_no_part_of_a_log_can_be_put_in_the_place_of_another(deeds: list[Deed], data: st.DataObject) -> None:
    links = linked_up(deeds)
    raw = text(links)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
    other = raw[:start] + data.draw(st.binary(max_size=30) | st.just(raw[: end - start])) + raw[end:]
    if other != raw:
        assert chain_of(RawFile(name="log", raw=other), head=links[-1].hash).problems


@given(st.lists(DEEDS, min_size=2, max_size=4), st.data())
@settings(deadline=None)
def test_wherever_a_writer_is_killed_the_next_one_mends_it(deeds: list[Deed], data: st.DataObject) -> None:
    raw, last = text(linked_up(deeds)), len(text(linked_up(deeds[:-1])))
    cut = data.draw(st.integers(last, len(raw)))
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        log.write_bytes(raw[:cut])
        append(log, deeds[0])
        append(log, deeds[-1])
        found = chain_of(read_raw(log))
    assert found.problems == ()
    assert len(found.links) == len(deeds) + 1 + (cut >= len(raw) - 1)
