"""The fuzzing itself: inputs that can be had again, and defects of every kind that are found and told."""

from __future__ import annotations

import json
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from airspace.errors import BadInput, Problem
from benchmarks import fuzzing
from benchmarks.fuzzing import READERS, Reader, input_of, judged, run
from benchmarks.fuzzing.inputs import SEEDS, seeds_of
from benchmarks.fuzzing.judging import Verdict
from benchmarks.fuzzing.mutations import WAYS
from benchmarks.fuzzing.readers import Problems

GOOD = Problem(file="input", code="X", found="this", expected="that")


def reader(read: Callable[[bytes, str], Problems]) -> Reader:
    return Reader(name="geojson", read=read)


def verdict(read: Callable[[bytes, str], Problems]) -> Verdict:
    return judged(reader(read), b"", "input")


def raising(error: BaseException) -> Callable[[bytes, str], Problems]:
    def read(_raw: bytes, _name: str) -> Problems:
        raise error

    return read


def warning(_raw: bytes, _name: str) -> Problems:
    warnings.warn("careless", RuntimeWarning, stacklevel=1)
    return ()


def telling(text: str) -> Callable[[bytes, str], Problems]:
    def read(_raw: bytes, _name: str) -> Problems:
        problem = Problem(file="input", code="X", found="this", expected="that")
        object.__setattr__(problem, "found", text)  # past what keeps problems showable
        return (problem,)

    return read


@pytest.mark.parametrize("name", READERS)
def test_every_reader_takes_its_good_files(name: str) -> None:
    assert seeds_of(name)
    for file, raw in seeds_of(name):
        found = judged(READERS[name], raw, file)
        assert found.defect is None
        assert not found.refused, file
        assert Path(file).suffix in WAYS


def test_every_folder_of_good_files_has_its_reader() -> None:
    assert {path.name for path in SEEDS.iterdir()} == set(READERS)


def test_an_input_follows_from_its_number_and_the_seed() -> None:
    assert [input_of("orders", number) for number in range(50)] == [input_of("orders", number) for number in range(50)]
    assert input_of("orders", 3) != input_of("orders", 4)
    assert [input_of("orders", number) for number in range(9)] != [
        input_of("orders", number, seed=2) for number in range(9)
    ]


@pytest.mark.parametrize("name", READERS)
def test_most_inputs_differ_from_the_good_files_and_from_each_other(name: str) -> None:
    inputs = [input_of(name, number)[1] for number in range(100)]
    assert len(set(inputs)) > 80
    assert len(set(inputs) - {raw for _, raw in seeds_of(name)}) > 80


@pytest.mark.parametrize(
    ("read", "kind", "what"),
    [
        (raising(KeyError("lost")), "raised", "KeyError at "),
        (raising(BadInput([])), "raised", "Untrue at "),
        (raising(BaseException("a panic")), "raised", "BaseException at "),
        (warning, "warned", "RuntimeWarning at "),
        (telling("a\x1b[2J"), "message", "X: a control character"),
        (telling("a\nb"), "message", "X: a control character"),
        (telling(""), "message", "X: a part is missing"),
        (telling("a" * 3000), "message", "X: too long"),
    ],
)
def test_whatever_a_reader_must_not_do_is_a_defect(
    read: Callable[[bytes, str], Problems], kind: str, what: str
) -> None:
    found = verdict(read).defect
    assert found is not None
    assert found.kind == kind
    assert found.what.startswith(what)


def test_a_value_and_a_refusal_are_none() -> None:
    for read, refused in ((lambda *_: (), False), (raising(BadInput([GOOD])), True)):
        found = verdict(read)
        assert (found.defect, found.refused) == (None, refused)


def test_an_interruption_ends_the_run() -> None:
    with pytest.raises(KeyboardInterrupt):
        verdict(raising(KeyboardInterrupt()))


def test_slow_and_large_are_defects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.fuzzing.judging.SLOW_S", 0.01)

    def slow(_raw: bytes, _name: str) -> Problems:
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass
        return ()

    found = verdict(slow).defect
    assert found is not None
    assert found.kind == "slow"
    held: list[bytes] = []
    monkeypatch.setattr("benchmarks.fuzzing.judging.LARGE_MB", -1)
    monkeypatch.setattr("benchmarks.fuzzing.judging.SLOW_S", 9.0)
    found = verdict(lambda *_: held.append(bytes(2**20)) or ()).defect  # type: ignore[func-returns-value]
    assert found is not None
    assert found.kind == "large"


def odd_one(number: int, harm: Callable[[], object]) -> Callable[[bytes, str], Problems]:
    """A reader that takes everything but one input."""
    bad = input_of("geojson", number)[1]

    def read(raw: bytes, _name: str) -> Problems:
        if raw == bad:
            harm()
        return ()

    return read


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[bytes, str], Problems]], None]:
    def put(read: Callable[[bytes, str], Problems]) -> None:
        monkeypatch.setitem(READERS, "geojson", reader(read))

    return put


def busy() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("harm", "kind"), [(busy, "hung"), (lambda: os._exit(9), "died"), (lambda: {}["lost"], "raised")]
)
def test_a_run_goes_on_behind_an_input_that_brings_its_process_down(
    tmp_path: Path, only: Callable[..., None], harm: Callable[[], object], kind: str
) -> None:
    only(odd_one(30, harm))
    progress = run("geojson", inputs=60, seed=1, state=tmp_path, patience_s=0.3)
    assert progress.done == 60
    (found,) = progress.found
    assert (found.kind, found.count, found.numbers) == (kind, 1, [30])
    name, raw = input_of("geojson", 30)
    assert (tmp_path / "geojson" / f"30-{name}").read_bytes() == raw


def test_a_run_goes_on_where_the_last_one_ended(tmp_path: Path, only: Callable[..., None]) -> None:
    only(odd_one(30, lambda: {}["lost"]))
    first = run("geojson", inputs=20, seed=1, state=tmp_path)
    assert (first.done, first.found) == (20, [])
    second = run("geojson", inputs=40, seed=1, state=tmp_path)
    assert (second.done, [found.numbers for found in second.found]) == (40, [[30]])
    assert second.seconds > first.seconds
    assert json.loads((tmp_path / "geojson.json").read_text(encoding="utf-8"))["done"] == 40
    assert run("geojson", inputs=10, seed=2, state=tmp_path).done == 10


def test_what_is_public_is_there() -> None:
    assert all(hasattr(fuzzing, name) for name in fuzzing.__all__)
