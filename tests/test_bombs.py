"""Small files made to take for ever or all of the memory: each is read or refused within two seconds and 500 MB."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable

import pytest

from benchmarks.fuzzing import READERS, judged
from benchmarks.fuzzing.inputs import seeds_of
from benchmarks.fuzzing.readers import problems_of

MANY = 100_000
VERY_MANY = 1_000_000

JSON_READERS = ("geojson", "ed269", "ed318", "pads", "gates", "jurisdictions", "land", "corridors", "plan", "review",
                "export_geojson")  # fmt: skip
TOML_READERS = ("drones", "ledger", "scenario")
CSV_READERS = ("orders", "fleet", "winds", "log", "export_csv")
XML_READERS = ("kml", "aixm", "export_gpx", "export_kml")


def seed(reader: str) -> str:
    return first(reader)[1].decode()


def first(reader: str) -> tuple[str, bytes]:
    """The good file that most is hung on: the settings of a scenario, else the first one."""
    return next((each for each in seeds_of(reader) if each[0] == "scenario.toml"), seeds_of(reader)[0])


def with_number(token: str) -> Callable[[str], str]:
    """A good JSON file with the first number of its kind that there is replaced."""

    def spoilt(text: str) -> str:
        for old in ("114.1", "114.0", "0.1", "30", "1"):
            if old in text:
                return text.replace(old, token, 1)
        raise AssertionError("no number in it")

    return spoilt


JSON_BOMBS: dict[str, Callable[[str], str]] = {
    "lists in lists": lambda _: "[" * VERY_MANY,
    "objects in objects": lambda _: '{"a":' * MANY,
    "a good file with lists in lists": lambda text: text.replace("[", "[" * MANY, 1),
    "digits": with_number("9" * VERY_MANY),
    "digits behind the point": with_number("1." + "0" * VERY_MANY + "1"),
    "an exponent": with_number("1e" + "9" * VERY_MANY),
    "one key a million times": lambda _: "{" + ",".join(['"a":1'] * VERY_MANY) + "}",
    "a long key": lambda text: text.replace('"', '"' + "k" * VERY_MANY, 1),
    "escapes": lambda text: text.replace('": "', '": "' + "\\u0041" * MANY, 1),
    "blanks": lambda text: text.replace(":", ":" + " " * VERY_MANY, 1),
}
TOML_BOMBS: dict[str, Callable[[str], str]] = {
    "lists in lists": lambda text: f"a = {'[' * MANY}\n{text}",
    "a long dotted key": lambda text: f"{'a.' * 3_000}a = 1\n{text}",
    "a longer dotted key": lambda text: f"{'a.' * MANY}a = 1\n{text}",
    "tables in tables": lambda text: f"{text}\n[{'a.' * MANY}a]\n",
    "keys in a value": lambda text: f"{text}\na = {{ {'a.' * MANY}a = 1 }}\n",
    "many long dotted keys": lambda text: "".join(f"{'a.' * 1_000}a{n} = 1\n" for n in range(1_000)) + text,
    "digits": lambda text: f"a = {'9' * VERY_MANY}\n{text}",
    "an exponent": lambda text: f"a = 1e{'9' * VERY_MANY}\n{text}",
    "many tables": lambda text: text + "".join(f"\n[t{number}]\n" for number in range(5_000)),
    "a time of many digits": lambda text: f"a = 2026-12-01T08:00:00.{'9' * VERY_MANY}Z\n{text}",
}
CSV_BOMBS: dict[str, Callable[[str], str]] = {
    "many columns": lambda text: ",".join(f"c{number}" for number in range(MANY)) + "\n" + text,
    "many columns more": lambda text: text.replace(
        "\n", "," + ",".join(f"c{number}" for number in range(MANY)) + "\n", 1
    ),
    "one column many times": lambda text: text.replace("\n", ",a" * MANY + "\n", 1),
    "many cells": lambda text: f"{text}{',' * VERY_MANY}\n",
    "a long cell": lambda text: f"{text}{'a' * VERY_MANY}\n",
    "quotes": lambda text: text + '"' * VERY_MANY + "\n",
    "many broken rows": lambda text: text + "a\n" * 5_000,
    "digits": lambda text: text.replace("1", "9" * MANY, 1),
    "an exponent": lambda text: text.replace("1", "1e" + "9" * MANY, 1),
    "a time of many digits": lambda text: f"{text}2026-12-01T08:00:00.{'9' * MANY}Z\n",
}
XML_BOMBS: dict[str, Callable[[str], str]] = {
    "entities": lambda text: text.replace(
        "?>",
        '?><!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">'
        + "".join(f'<!ENTITY a{number + 1} "{f"&a{number};" * 10}">' for number in range(9))
        + "]>",
        1,
    ),
    "an entity from elsewhere": lambda text: text.replace(
        "?>", '?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 1
    ),
    "elements in elements": lambda text: text.replace("?>", "?>" + "<a>" * MANY, 1),
    "attributes": lambda text: text.replace("?>", "?><a " + " ".join(f'a{n}="1"' for n in range(MANY)) + ">", 1),
    "a long name": lambda text: text.replace("?>", f"?><{'a' * VERY_MANY}>", 1),
    "a comment without end": lambda text: text.replace("?>", "?><!--" + "-" * VERY_MANY, 1),
    "digits": lambda text: text.replace("114.1", "9" * VERY_MANY, 1),
    "positions": lambda text: text.replace("114.1", "114.1 " * MANY, 1),
}
TEXT_BOMBS = {
    "openair": {
        "digits": lambda text: text.replace("47", "4" * VERY_MANY, 1),
        "blanks": lambda text: text.replace("DP ", "DP" + " " * VERY_MANY, 1),
        "one long line": lambda _: "AC R " * 200_000,
        "many commands": lambda text: text + "AC R\n" * 5_000,
        "a star many times": lambda text: text + "*" * VERY_MANY,
        "an interval": lambda text: text.replace("AX 7000", "AA " + "2026-01-01T00:00Z/" * MANY, 1),
        "a height": lambda text: text.replace("FL 195", "FL " * MANY, 1),
    },
    "notam": {
        "brackets": lambda _: "(" * VERY_MANY,
        "beginnings": lambda _: "(A1234/26 NOTAMN\n" * 5_000,
        "a text": lambda text: text.replace("TEMPORARY", "TEMPORARY " * MANY, 1),
        "digits": lambda text: text.replace("3NM", "3" * VERY_MANY + "NM", 1),
        "positions": lambda text: text.replace("221000N1140000E", "221000N1140000E " * 20_000, 1),
        "a schedule": lambda text: text.replace("MON-FRI", "MON-FRI " * MANY, 1),
        "blanks": lambda text: text.replace("RADIUS OF", "RADIUS" + " " * VERY_MANY + "OF", 1),
    },
}
CASES = [
    (reader, name, spoilt)
    for readers, bombs in (
        (JSON_READERS, JSON_BOMBS),
        (TOML_READERS, TOML_BOMBS),
        (CSV_READERS, CSV_BOMBS),
        (XML_READERS, XML_BOMBS),
    )
    for reader in readers
    for name, spoilt in bombs.items()
] + [(reader, name, spoilt) for reader, bombs in TEXT_BOMBS.items() for name, spoilt in bombs.items()]


@pytest.mark.parametrize(
    ("reader", "spoilt"),
    [(reader, spoilt) for reader, _, spoilt in CASES],
    ids=[f"{reader}: {name}" for reader, name, _ in CASES],
)
def test_no_text_takes_for_ever(reader: str, spoilt: Callable[[str], str]) -> None:
    name, good = first(reader)
    text = spoilt(good.decode())
    assert text != good.decode()
    assert judged(READERS[reader], text.encode(), name).defect is None


def test_a_shore_of_very_many_corners_is_read() -> None:
    ring = [[114 + 0.1 * (number % 2) / 1000 + number * 1e-7, 22.5] for number in range(200_000)]
    document = json.loads(seed("geojson"))
    document["features"] = document["features"][:1]
    ring += [[114.5, 22.6], [114.0, 22.6], ring[0]]
    document["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    raw = json.dumps(document).encode()
    problems = problems_of(READERS["geojson"], raw, "big.geojson")
    assert all(problem.found for problem in problems)


# --- binary -----------------------------------------------------------------------------------------------------------


def message(kind: bytes, body: bytes) -> bytes:
    return struct.pack("<Hc", len(body), kind) + body


def ulog(*messages: bytes) -> bytes:
    return b"ULog\x01\x12\x35\x01" + bytes(8) + b"".join(messages)


@pytest.mark.parametrize(
    "raw",
    [
        ulog(message(b"F", b"battery_status:battery_status x;"), message(b"A", b"\0\0\0battery_status")),
        ulog(
            *(message(b"F", f"a{number}:a{number + 1}[60000] x;".encode()) for number in range(5)),
            message(b"F", b"a5:float x;"),
            message(b"A", b"\0\0\0a0"),
        ),
        ulog(message(b"F", b"a:float x;"))[:-2] + b"\0" * 200,
        ulog(message(b"\0", b"x" * 40), b"\xff\xff"),
        ulog(message(b"z", b"x" * 20_000), b"\xff\xffz123"),
    ],
    ids=["a topic in itself", "arrays in arrays", "nothing but zeros", "an unknown kind", "a large unknown kind"],
)
def test_a_ulog_that_would_never_end_is_refused(raw: bytes) -> None:
    verdict = judged(READERS["ulog"], raw, "plain.ulg")
    assert verdict.defect is None
    assert verdict.refused or verdict.seconds < 1


def tiff(width: int, height: int, *, cell: float = 0.001) -> bytes:
    """A GeoTIFF in a single strip of zeros packed tightly, whatever its size."""
    strip = zlib.compress(bytes(min(width * height * 4, 2**24)), 9)
    scale, tie = struct.pack("<3d", cell, cell, 0), struct.pack("<6d", 0, 0, 0, 114, 22.6, 0)
    keys = struct.pack("<12H", 1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326)
    heap = 8
    places = {name: heap + sum(map(len, parts)) for name, parts in {
        "strip": [], "scale": [strip], "tie": [strip, scale], "keys": [strip, scale, tie],
    }.items()}  # fmt: skip
    entries = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 32), (259, 3, 1, 8), (262, 3, 1, 1),
        (273, 4, 1, places["strip"]), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(strip)), (339, 3, 1, 3),
        (33550, 12, 3, places["scale"]), (33922, 12, 6, places["tie"]), (34735, 3, 12, places["keys"]),
    ]  # fmt: skip
    body = strip + scale + tie + keys
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", heap + len(body)) + body + directory + bytes(4)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (tiff(11_000, 10_900), "TERRAIN_PACKED"),
        (tiff(100, 100, cell=1e9), "TERRAIN_PLACE"),
        (tiff(100, 100, cell=1e300), "TERRAIN_PLACE"),
    ],
    ids=["packed too well", "wider than the Earth", "wider than anything"],
)
def test_terrain_that_is_more_than_its_file_can_hold_is_refused(raw: bytes, code: str) -> None:
    assert judged(READERS["terrain"], raw, "plain.tif").defect is None
    problems = problems_of(READERS["terrain"], raw, "plain.tif")
    assert code in {problem.code for problem in problems}


def test_a_good_terrain_of_the_same_making_is_read() -> None:
    assert problems_of(READERS["terrain"], tiff(40, 40), "plain.tif") == ()
