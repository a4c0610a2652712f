"""How inner loops are compiled: by Numba, without the interpreter's lock, and kept on disk under a seal.

Numba runs what it finds in its cache as it is. A file that was cut off, or in which a bit has turned, is taken for
machine code all the same, so what is kept here carries a SHA-256; what does not fit it is compiled anew.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

Function = TypeVar("Function", bound=Callable[..., Any])

log = logging.getLogger(__name__)


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays on its first call; the result is kept beside its source file.

    Where nothing can be written there Numba looks for a folder of the user's; without one nothing is kept. Where Numba
    is told to compile nothing (NUMBA_DISABLE_JIT) the function stays as it is.
    """
    settings: Any = numba.config
    if settings.DISABLE_JIT:
        return function
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy")(function)
    try:
        dispatcher._cache = SealedCache(dispatcher.py_func)
    except RuntimeError as error:
        log.info("nothing compiled is kept: %s", error)
    return cast("Function", dispatcher)


class SealedCache(FunctionCache):
    """Numba's cache of one function, in sealed files; what cannot be read or written there costs time and no more."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = SealedFiles(
            cache_path=self._cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=self._impl.locator.get_source_stamp(),
        )

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, if the disk takes it."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            log.warning("what was compiled cannot be kept in %s: %s", self._cache_path, error.strerror or error)


class SealedFiles(IndexDataCacheFile):
    """An index and its data files, each behind a SHA-256 of Numba's version, of the source and of what follows."""

    def save(self, key: Any, data: Any) -> None:
        """Keep data under a key, which they name themselves: two processes may give two keys one file."""
        super().save(key, (repr(key), data))

    def load(self, key: Any) -> Any:
        """Return what is kept under a key; None where there is nothing, or nothing whole."""
        found = super().load(key)
        return found[1] if found is not None and found[0] == repr(key) else None

    def _load_index(self) -> Any:
        try:
            return self._unsealed(Path(self._index_path))
        except OSError:
            return {}

    def _save_index(self, overloads: Any) -> None:
        with self._open_for_write(self._index_path) as stream:
            stream.write(self._sealed(overloads))

    def _load_data(self, name: str) -> Any:
        return self._unsealed(Path(self._data_path(name)))

    def _save_data(self, name: str, data: Any) -> None:
        with self._open_for_write(self._data_path(name)) as stream:
            stream.write(self._sealed(data))

    def _sealed(self, value: Any) -> bytes:
        raw = bytes(self._dump(value))
        return self._seal(raw) + raw

    def _unsealed(self, path: Path) -> Any:
        """Return what a file holds; OSError, which Numba takes for nothing there, where its seal does not fit."""
        kept = path.read_bytes()
        seal, raw = kept[:SEAL_BYTES], kept[SEAL_BYTES:]
        if seal != self._seal(raw):
            log.info("compiled anew: %s is damaged, or of another version", path)
            raise OSError(f"{path}: the seal does not fit")
        return pickle.loads(raw)  # noqa: S301 - as Numba does with its own files, and behind a seal

    def _seal(self, raw: bytes) -> bytes:
        source = repr(self._source_stamp).encode()  # a hash, or in older versions a time and a size
        return hashlib.sha256(b"\0".join((self._version.encode(), source, raw))).digest()


SEAL_BYTES = 32
