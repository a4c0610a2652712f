"""Ways to spoil a file: by bytes, by words, and by what its format is made of."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

Mutation: TypeAlias = Callable[[random.Random, bytes, bytes], bytes]
"""From a file, and another good one of its format, to one that is worse."""

HOSTILE = Path(__file__).parents[2] / "tests" / "data" / "hostile.json"

NUMBERS = (
    "0", "-0", "-0.0", "1", "-1", "1e308", "-1e308", "1e309", "5e-324", "1e-400", "nan", "NaN", "inf", "Infinity",
    "-Infinity", "1e999999999", "90", "90.0000001", "-90", "180", "180.0000001", "-180", "359.99", "360", "1e18",
    "999999999999999999", "1000000000000000000", "9223372036854775808", "-2147483649", "0x10", "1_000", "1,5", "+5",
    "05", ".5", "5.", "1e5", "٣", "½", "Ⅷ", "true", "null", "''",
)  # fmt: skip
WORDS = (
    "", " ", "\t", "\n", "\r\n", "\r", "\x00", "\ufeff", "\u2028", "\x85", "\x0c", "\x1b[31m", "\x7f", "\u202e",
    "é", "\U0001f680", '"', "'", ",", ";", ":", "/", "\\", "[", "]", "{", "}", "(", ")", "<", ">", "&", "=", "#",
    "*", "|", "\\u0000", "\\ud800", "'''", '"""', "null", "true", "[]", "{}", "id", "type", "GND", "UNL", "SFC",
    "FL", "FL999", "-FL1", "AGL", "ft", "PERMANENT", "Polygon", "Point", "MON", "2026-02-30", "2026-12-01",
    "2026-12-01T24:00:00Z", "2026-12-31T23:59:60Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "10000-01-01T00:00:00Z", "2026-12-01T08:00:00", "2026-12-01T08:00:00+24:00", "2026-12-01T08:00:00.123456789Z",
    "24:00", "23:59:59.999999", "-1:00", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "&#0;", "&#x110000;", "<![CDATA[",
    "]]>", "<!--", "-->", "<?", "?>", "PK\x03\x04", "A" * 300, "(" * 300, "9" * 30, "9" * 5000, "1" + "0" * 400,
    "0." + "0" * 400 + "1", "1e" + "9" * 100,
)  # fmt: skip
"""Pieces of text that one format or another stumbles over."""
DEPTHS = (2, 62, 63, 64, 65, 66, 100, 101, 1000, 100_000)
SIZES = (0, 1, 2, 3, 127, 128, 255, 256, 32_767, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1)
SPECIMENS = 12
"""In a row that are looked through for a place; more would only cost time."""


def mutated(chance: random.Random, suffix: str, raw: bytes, other: bytes) -> bytes:
    """Return a file spoilt once or several times, in the ways that suit the suffix of its name."""
    ways = WAYS.get(suffix, BYTES)
    for _ in range(min(1 + int(chance.expovariate(0.7)), 6)):
        raw = chance.choice(ways)(chance, raw, other)
    return raw


@cache
def hostile() -> tuple[str, ...]:
    """Return names that attack whoever shows them."""
    told = json.loads(HOSTILE.read_text(encoding="utf-8"))
    return tuple(item["text"] * item.get("times", 1) for item in told)


def _word(chance: random.Random) -> str:
    return str(chance.choice(chance.choice((WORDS, NUMBERS, hostile()))))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")


# --- bytes ------------------------------------------------------------------------------------------------------------


def _span(chance: random.Random, raw: bytes) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + int(chance.expovariate(0.05)))


def _flip(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    if not raw:
        return b"\x00"
    spoilt = bytearray(raw)
    for _each in range(chance.randint(1, 3)):
        spoilt[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _drop(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    start, end = _span(chance, raw)
    return raw[:start] + raw[end:]


def _double(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    start, end = _span(chance, raw)
    return raw[:end] + raw[start:end] * chance.choice((1, 1, 2, 50)) + raw[end:]


def _insert(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    start, end = _span(chance, raw)
    return raw[:start] + _encoded(_word(chance)) + raw[chance.choice((start, end)) :]


def _noise(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    start, end = _span(chance, raw)
    return raw[:start] + chance.randbytes(chance.randrange(9)) + raw[end:]


def _splice(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


def _cut(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _size(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    """Put a whole number where binary formats keep lengths, counts and offsets."""
    width = chance.choice((1, 2, 4, 8))
    at = chance.randrange(max(1, len(raw) - width))
    size = chance.choice((*SIZES, chance.randrange(2 * len(raw) + 1))) % 256**width
    return raw[:at] + size.to_bytes(width, chance.choice(("little", "little", "big"))) + raw[at + width :]


def _recoded(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    text = raw.decode("utf-8", errors="replace")
    way = chance.randrange(6)
    if way == 0:
        return b"\xef\xbb\xbf" * chance.choice((1, 2)) + raw
    if way == 1:
        return raw.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\x0b", b"")))
    if way == 2:
        return text.swapcase().encode()
    return text.encode(("utf-16", "latin-1", "utf-32")[way - 3], errors="replace")


BYTES: tuple[Mutation, ...] = (_flip, _drop, _double, _insert, _noise, _splice, _cut)

# --- text -------------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_NAME = re.compile(rb"[A-Za-z_][A-Za-z_0-9]{1,30}")


def _replaced(chance: random.Random, raw: bytes, pattern: re.Pattern[bytes], new: bytes) -> bytes:
    found = list(islice(pattern.finditer(raw, chance.randrange(len(raw) + 1)), SPECIMENS))
    if not found:
        return raw
    at = chance.choice(found)
    return raw[: at.start()] + new + raw[at.end() :]


def _number(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    return _replaced(chance, raw, _NUMBER, chance.choice(NUMBERS).encode())


def _nudged(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    """Replace a number by one that might stand there as well."""
    figure = chance.choice((chance.uniform(-200, 200), chance.uniform(22.4, 22.6), chance.uniform(114, 114.2)))
    return _replaced(chance, raw, _NUMBER, f"{figure:.{chance.randrange(7)}f}".encode())


def _name(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    names = _NAME.findall(other)
    new = chance.choice(names) if names and chance.random() < 0.6 else _encoded(_word(chance))
    return _replaced(chance, raw, _NAME, new)


def _lines(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    """Take lines out, double them, swap them, or bring one from elsewhere."""
    lines, others = raw.split(b"\n"), other.split(b"\n")
    at, to, way = chance.randrange(len(lines)), chance.randrange(len(lines)), chance.randrange(4)
    if way == 0:
        del lines[at]
    elif way == 1:
        lines[to:to] = [lines[at]] * chance.choice((1, 2, 100))
    elif way == 2:
        lines[at], lines[to] = lines[to], lines[at]
    else:
        lines[at:at] = [chance.choice(others)]
    return b"\n".join(lines)


TEXT: tuple[Mutation, ...] = (*BYTES, _recoded, _number, _number, _nudged, _name, _name, _lines, _lines)

# --- JSON -------------------------------------------------------------------------------------------------------------

_RAW = "\ue000raw\ue000"
"""Stands for a piece of text that no writer of JSON would write."""


def _json(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    try:
        whole = {"": json.loads(raw)}
    except (ValueError, RecursionError):
        return _insert(chance, raw, other)
    token = _json_edited(chance, whole, other)
    text = json.dumps(whole[""], ensure_ascii=chance.random() < 0.5)
    return _encoded(text.replace(json.dumps(_RAW), token).replace(f'"{_RAW}"', token))


def _json_edited(chance: random.Random, whole: dict[str, Any], other: bytes) -> str:
    """Edit one place of a document; return the text that the mark in it stands for."""
    parent, key = _json_place(chance, whole)
    way = chance.randrange(10)
    if way < 3:
        parent[key] = _junk(chance)
    elif way == 3:
        parent[key] = _RAW
        return chance.choice(NUMBERS)
    elif way == 4:
        return _nested(chance, parent, key)
    elif way == 5:
        return _doubled(chance, parent, key)
    elif way == 6 and parent is not whole:
        del parent[key]
    elif way == 7:
        parent[key] = _same_kind(chance, parent[key])
    elif way == 8:
        elsewhere, there = _json_place(chance, whole)
        if elsewhere is not whole and parent is not whole:
            parent[key], elsewhere[there] = elsewhere[there], parent[key]
    else:
        parent[key] = _json_piece(chance, other)
    return "0"


def _json_place(chance: random.Random, whole: dict[str, Any]) -> tuple[Any, Any]:
    parent: Any = whole
    key: Any = ""
    while True:
        value = parent[key]
        if not isinstance(value, dict | list) or not value or chance.random() < 0.12:
            return parent, key
        parent, key = value, chance.choice(list(value) if isinstance(value, dict) else range(len(value)))


def _junk(chance: random.Random) -> Any:
    plain = (None, True, False, 0, -1, 0.5, 10**17, [], {}, [[]], [None], {"": ""}, "", "0", [0, 0], [114.1, 22.5])
    return chance.choice(plain) if chance.random() < 0.5 else _word(chance)


def _same_kind(chance: random.Random, value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return chance.choice(
            (-value, value + 1, value * 10, round(chance.uniform(-200, 200), 3), 0, str(value), [value])
        )
    if isinstance(value, str):
        return chance.choice((value + _word(chance), value[:-1], value.upper(), value * 2, [value], len(value)))
    if isinstance(value, list):
        return chance.choice((value * 2, value[::-1], value[1:], [value], [*value, _junk(chance)], value * 300))
    return chance.choice(({**value, _word(chance): _junk(chance)}, [value], list(value.values())))


def _nested(chance: random.Random, parent: Any, key: Any) -> str:
    depth = chance.choice(DEPTHS)
    begin, end = chance.choice((("[", "]"), ('{"a":', "}")))
    inside = json.dumps(parent[key])
    parent[key] = _RAW
    return begin * depth + inside + end * depth


def _doubled(chance: random.Random, parent: Any, key: Any) -> str:
    """Give a key twice in one object."""
    value = parent[key]
    if not isinstance(value, dict) or not value:
        parent[key] = [value, value]
        return "0"
    name = chance.choice(list(value))
    inside = ",".join(f"{json.dumps(each)}:{json.dumps(held)}" for each, held in value.items())
    parent[key] = _RAW
    return f"{{{inside},{json.dumps(name)}:{json.dumps(chance.choice((value[name], _junk(chance))))}}}"


def _json_piece(chance: random.Random, other: bytes) -> Any:
    try:
        parent, key = _json_place(chance, {"": json.loads(other)})
    except (ValueError, RecursionError):
        return _junk(chance)
    return parent[key]


# --- CSV --------------------------------------------------------------------------------------------------------------


def _cells(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    try:
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8", errors="surrogateescape"), newline="")))
    except csv.Error:
        return raw
    row = chance.choice(rows or [[]])
    at, way = chance.randrange(len(row) + 1), chance.randrange(6)
    if way < 3 and at < len(row):
        row[at] = _word(chance)
    elif way == 3:
        row.insert(at, _word(chance))
    elif way == 4 and at < len(row):
        del row[at]
    elif at < len(row):
        row[at], row[0] = row[0], row[at]
    held = io.StringIO(newline="")
    csv.writer(held, lineterminator="\n").writerows(rows)
    return held.getvalue().encode("utf-8", errors="surrogatepass")


# --- TOML -------------------------------------------------------------------------------------------------------------

_VALUE = re.compile(rb"(?<==)[^\n#]+")
_TOML_VALUES = (
    "1", "-0.0", "nan", "inf", "-inf", "1e308", "true", "[]", "{}", "''", '"x"', "[1, [2]]", "{ a.b = 1 }",
    "2026-12-01", "08:00:00", "2026-12-01T08:00:00", "2026-12-01T08:00:00Z", "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+12:00", "9" * 30, "0xffffffffffffffffffff", "[[[]]]", "1_0", '"""a\nb"""', "'\\u0000'",
    '"\\u0000"', '"\\ud800"', "{ value = 1, source = 'x', verified = true }", "{ value = nan }",
)  # fmt: skip


def _value(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    values = _VALUE.findall(other)
    way = chance.randrange(4)
    if way == 0 and values:
        new = chance.choice(values)
    elif way == 1:
        depth = chance.choice(DEPTHS)
        new = b"[" * depth + b"]" * depth
    elif way == 2:
        new = _encoded(json.dumps(_word(chance), ensure_ascii=False))
    else:
        new = chance.choice(_TOML_VALUES).encode()
    return _replaced(chance, raw, _VALUE, b" " + new)


def _header(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    new = chance.choice(
        (b"[a]", b"[[a]]", b"[a.b.c]", b'[""]', b"[airspace]", b"a.b = 1", b"[[weather.later]]", b"[__proto__]")
    )
    lines = raw.split(b"\n")
    lines.insert(chance.randrange(len(lines) + 1), new)
    return b"\n".join(lines)


# --- XML --------------------------------------------------------------------------------------------------------------

_TEXT = re.compile(rb"(?<=>)[^<>]*(?=<)")
_ELEMENT = re.compile(rb"<([\w:]+)[^<>]*>[^<>]*</\1>")
_ATTRIBUTE = re.compile(rb'(?<=")[^"<>]*(?=")')


def _xml_text(chance: random.Random, raw: bytes, _: bytes) -> bytes:
    new = chance.choice(
        (_word(chance), chance.choice(NUMBERS), " ".join(chance.choices(NUMBERS, k=4)), "114,22 115,23")
    )
    return _replaced(chance, raw, chance.choice((_TEXT, _TEXT, _ATTRIBUTE)), _encoded(new))


def _xml_element(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    elements = [found[0] for found in _ELEMENT.finditer(chance.choice((raw, other)))]
    if not elements:
        return raw
    new = chance.choice(elements)
    depth = chance.choice((0, 0, 1, 2, 90, 101, 5000))
    return _replaced(
        chance, raw, _ELEMENT, chance.choice((b"", new, new + new, b"<a>" * depth + new + b"</a>" * depth))
    )


# --- archives ---------------------------------------------------------------------------------------------------------


def _archived(chance: random.Random, raw: bytes, other: bytes) -> bytes:
    """Spoil the KML inside an archive, or how it lies there."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # noqa: BLE001 - a broken archive is as good an input as any
        return chance.choice(BYTES)(chance, raw, other)
    members = members or [("doc.kml", b"")]
    at = chance.randrange(len(members))
    name, content = members[at]
    way = chance.randrange(4)
    if way < 2:
        members[at] = name, mutated(chance, ".kml", content, content)
    elif way == 2:
        members[at] = (
            chance.choice(("../doc.kml", "/doc.kml", "a/doc.kml", "DOC.KML", "doc.kml\x00x", "", _word(chance))),
            content,
        )
    else:
        members.append(chance.choice(members))
    return _packed(members, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2)))


def _packed(members: list[tuple[str, bytes]], method: int) -> bytes:
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w") as archive:
        warnings.simplefilter("ignore", UserWarning)  # of names that stand in it twice
        for name, content in members:
            info = zipfile.ZipInfo(name.encode("utf-8", errors="replace").decode()[:1000], (2026, 1, 1, 0, 0, 0))
            archive.writestr(info, content, compress_type=method)
    return held.getvalue()


WAYS: dict[str, tuple[Mutation, ...]] = {
    ".json": (*TEXT, *(_json,) * 20),
    ".geojson": (*TEXT, *(_json,) * 20),
    ".csv": (*TEXT, *(_cells,) * 12),
    ".plan": (*TEXT, *(_json,) * 20),
    ".toml": (*TEXT, *(_value,) * 10, _header),
    ".xml": (*TEXT, *(_xml_text,) * 6, *(_xml_element,) * 6),
    ".kml": (*TEXT, *(_xml_text,) * 6, *(_xml_element,) * 6),
    ".gpx": (*TEXT, *(_xml_text,) * 6, *(_xml_element,) * 6),
    ".txt": TEXT,
    ".waypoints": TEXT,
    ".kmz": (*BYTES, _size, _size, *(_archived,) * 8),
    ".ulg": (*BYTES, *(_size,) * 8),
    ".tif": (*BYTES, *(_size,) * 8),
    ".parquet": (*BYTES, *(_size,) * 8),
}
"""By the suffix of a file's name."""
