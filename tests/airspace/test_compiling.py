"""What is kept of compiled loops: used when whole, compiled anew when not, and never taken on trust."""

from __future__ import annotations

import importlib.util
import logging
import random
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba.core import caching

from airspace.compiling import SealedFiles, compiled

SOURCE = """
def total(values):
    found = 0.0
    for value in values:
        found += 2.0 * value
    return found
"""
VALUES = np.array([1.0, 2.5])


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "sums.py").write_text(SOURCE)
    return tmp_path / "sums.py"


def loaded(module: Path) -> Any:
    """Return the function as a process that begins afresh has it."""
    spec = importlib.util.spec_from_file_location("sums", module)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return compiled(made.total)


def hits(function: Any) -> int:
    assert function(VALUES) == 7.0
    return sum(function.stats.cache_hits.values())


def kept(module: Path) -> list[Path]:
    return sorted(path for path in (module.parent / "__pycache__").iterdir() if path.suffix in (".nbi", ".nbc"))


def test_what_was_compiled_is_read_from_disk_the_next_time(module: Path) -> None:
    assert hits(loaded(module)) == 0
    assert [path.suffix for path in kept(module)] == [".nbc", ".nbi"]
    assert hits(loaded(module)) == 1


def test_where_nothing_is_to_be_compiled_the_function_stays_as_it_is(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    total = loaded(module)
    assert not hasattr(total, "stats")
    assert total(VALUES) == 7.0


@pytest.mark.parametrize("which", [0, 1], ids=["machine code", "index"])
@pytest.mark.parametrize("damage", ["empty", "cut off", "one bit", "noise", "longer"])
def test_a_damaged_file_is_compiled_anew_and_replaced(module: Path, which: int, damage: str) -> None:
    hits(loaded(module))
    file, rng = kept(module)[which], random.Random(1)
    raw = file.read_bytes()
    at = rng.randrange(len(raw))
    file.write_bytes(
        {
            "empty": b"",
            "cut off": raw[:at],
            "one bit": raw[:at] + bytes([raw[at] ^ 16]) + raw[at + 1 :],
            "noise": rng.randbytes(len(raw)),
            "longer": raw + b"\0",
        }[damage]
    )
    assert hits(loaded(module)) == 0
    assert hits(loaded(module)) == 1


def test_a_cache_of_numbas_own_is_not_taken_for_ours(module: Path) -> None:
    spec = importlib.util.spec_from_file_location("sums", module)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    numba.njit(cache=True, nogil=True, error_model="numpy")(made.total)(VALUES)
    assert kept(module)
    assert hits(loaded(module)) == 0
    assert hits(loaded(module)) == 1


def test_what_another_version_of_the_source_left_is_not_used(module: Path) -> None:
    hits(loaded(module))
    module.write_text(SOURCE.replace("2.0", "3.0"))
    assert loaded(module)(VALUES) == 10.5


def test_data_of_another_key_in_the_same_file_are_not_used(module: Path) -> None:
    """Two processes may both call their first data file 1; the index of one may then name the data of the other."""
    hits(loaded(module))
    data, index = kept(module)
    whole = loaded(module)
    whole(np.array([1, 2]))
    other = next(path for path in kept(module) if path not in (data, index))
    data.write_bytes(other.read_bytes())
    assert hits(loaded(module)) == 0


def test_where_nothing_can_be_kept_it_is_compiled_each_time(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for locator in caching.CacheImpl._locator_classes:
        monkeypatch.setattr(locator, "from_function", classmethod(lambda _cls, *_: None))
    assert hits(loaded(module)) == 0
    assert not (module.parent / "__pycache__").exists()


def test_a_full_disk_costs_a_warning_and_no_more(
    module: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_self: SealedFiles, _key: object, _data: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SealedFiles, "save", full)
    with caplog.at_level(logging.WARNING):
        assert hits(loaded(module)) == 0
    assert "No space left on device" in caplog.text
