"""How inner loops are compiled: by Numba, without the interpreter's lock, and kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays on its first call; the result is kept beside its source file."""
    return cast("Function", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
