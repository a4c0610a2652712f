"""The inputs of a reader by their numbers: each follows from the seed, the reader's name and its number alone."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from benchmarks.fuzzing.mutations import mutated

DATA = Path(__file__).parents[2] / "tests" / "data" / "fuzz"

SEEDS = DATA / "seeds"
"""A folder for each reader with small good files that inputs are made from."""

CRASHERS = DATA / "crashers"
"""A folder for each reader with files that once broke it."""


@cache
def seeds_of(reader: str) -> tuple[tuple[str, bytes], ...]:
    """Return the good files of a reader, each with its name."""
    return tuple((path.name, path.read_bytes()) for path in sorted((SEEDS / reader).iterdir()))


def input_of(reader: str, number: int, *, seed: int = 1) -> tuple[str, bytes]:
    """Return an input by its number, with the name of the good file it was made from."""
    chance = random.Random(f"{seed} {reader} {number}")  # noqa: S311 - to be had again, not to be secret
    corpus = seeds_of(reader)
    name, raw = corpus[chance.randrange(len(corpus))]
    _, other = corpus[chance.randrange(len(corpus))]
    return name, mutated(chance, Path(name).suffix, raw, other)
