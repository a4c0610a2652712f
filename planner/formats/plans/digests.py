"""Digests of records: one line of canonical JSON, and its SHA-256."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

CANONICAL_DECIMALS = 7

Document = dict[str, Any]
"""JSON as Python values."""


def digest(document: Mapping[str, object]) -> str:
    """Return ``sha256:`` and the SHA-256 of a record's canonical JSON without its own digest.

    Canonical: keys sorted, no spaces, every float with 7 decimals, whole numbers as they are, UTF-8.
    """
    rest = {key: value for key, value in document.items() if key != "digest"}
    return "sha256:" + hashlib.sha256(canonical(rest).encode("utf-8")).hexdigest()


def canonical(value: object) -> str:
    """Return canonical JSON of a value made of dicts with text keys, lists, text, numbers, true, false and null."""
    if isinstance(value, float):
        return _fixed(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _fixed(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"record: expected finite numbers, got {value}")
    text = f"{value:.{CANONICAL_DECIMALS}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text  # no negative zero
