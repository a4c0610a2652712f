"""The files that a plan was made from, as they are now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from planner.model.jobs import InputFile
from planner.provenance.places import Difference, file_difference


@dataclass(frozen=True, slots=True, kw_only=True)
class InputState:
    """One file that a plan was made from, then and now."""

    path: str
    """As the record tells it, from the folder of the scenario."""
    stated: str
    """SHA-256 of the file that the plan was made from, in hex."""
    found: str | None
    """That of the file as it is now; None when there is none that can be read."""
    trouble: str = ""
    """Why there is none."""
    difference: Difference | None = None
    """The first byte that differs from the old copy, where there is one."""
    copy: str = ""
    """What there is to say of the old copy; empty when none was asked for, or none is needed."""

    @property
    def same(self) -> bool:
        """Whether it is the file that the plan was made from."""
        return self.found == self.stated


def input_states(inputs: Iterable[InputFile], folder: Path, *, against: Path | None = None) -> tuple[InputState, ...]:
    """Look at every file that a plan was made from, and where it differs from an old copy of the folder."""
    return tuple(_state(item, folder, against) for item in inputs)


def _state(item: InputFile, folder: Path, against: Path | None) -> InputState:
    found, trouble = _hashed(folder, item.path)
    if found == item.sha256 or found is None or against is None:
        return InputState(path=item.path, stated=item.sha256, found=found, trouble=trouble)
    old, trouble = _hashed(against, item.path)
    if old != item.sha256:
        copy = trouble or "the copy is not the file that the plan was made from either"
        return InputState(path=item.path, stated=item.sha256, found=found, copy=copy)
    where = file_difference(folder / item.path, against / item.path)
    return InputState(path=item.path, stated=item.sha256, found=found, difference=where)


def _hashed(folder: Path, path: str) -> tuple[str | None, str]:
    """Return the SHA-256 of a file in hex, or None and why there is none."""
    inside = PurePosixPath(path)
    if inside.is_absolute() or ".." in inside.parts:
        return None, "its path leads out of the folder"
    file = folder / path
    try:
        if not file.is_file():
            # A pipe or a device could keep the reader waiting for ever.
            return None, "not a file" if file.exists() else "not there"
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest(), ""
    except (OSError, ValueError) as error:
        # ValueError: a name that the file system cannot hold.
        return None, (error.strerror if isinstance(error, OSError) else None) or str(error)
