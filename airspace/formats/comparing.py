"""Whether what was written is what was meant: zones read back, held against the zones that were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import shapely

from airspace.earth.heights import Height
from airspace.formats import Loss
from airspace.model.sources import NO_SOURCE
from airspace.model.zones import Zone

PRECISION_DEG = 2e-6
"""How far an outline may move by being written and read: some 20 cm, two units of the last digit of OpenAir."""
PRECISION_M = 0.01
"""How far a height may."""

FIELDS = ("name", "restriction", "schedule")
WORDS = ("name_zh", "authority", "jurisdiction", "category")
"""Fields that a zone may leave empty, and that a format may then fill with words of its own."""


def differences(written: Zone, read: Zone) -> tuple[str, ...]:
    """Return the fields in which a zone that was read back does not say what was written.

    What the format adds of its own is no difference: a class, a source, properties that were not there before.
    """
    found = [name for name in FIELDS if getattr(written, name) != getattr(read, name)]
    found += [name for name in WORDS if getattr(written, name) not in ("", getattr(read, name))]
    found += ["source"] if written.source not in (NO_SOURCE, read.source) else []
    found += (
        ["extra"] if any(_plain(read.extra.get(key)) != _plain(value) for key, value in written.extra.items()) else []
    )
    if not _same_place(written.area, read.area):
        found.append("area")
    ends = (("band.lower", written.band.lower, read.band.lower), ("band.upper", written.band.upper, read.band.upper))
    found += [name for name, before, after in ends if not _same_height(before, after)]
    return tuple(sorted(found))


def unexplained(written: Sequence[Zone], read: Sequence[Zone], losses: Sequence[Loss]) -> Iterator[str]:
    """Yield, in words, each difference between zones written and read back that no loss tells of."""
    told: Mapping[str, set[str]] = {zone.id: set() for zone in written}
    for loss in losses:
        told.get(loss.zone, set()).add(loss.field.partition(".")[0])
    called = {loss.zone: loss.kept for loss in losses if loss.field == "id"}
    back = {zone.id: zone for zone in read}
    for zone in written:
        if "zone" in told[zone.id]:
            continue
        found = back.get(called.get(zone.id, zone.id))
        if found is None:
            yield f"zone {zone.id} is not in the file written"
            continue
        for name in differences(zone, found):
            if name.partition(".")[0] not in told[zone.id]:
                yield f"zone {zone.id}: its {name} reads back as another"


def _plain(value: object) -> object:
    """Return a value with its tables and rows as JSON knows them: a tuple is read back as a list."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _same_height(before: Height | None, after: Height | None) -> bool:
    if before is None or after is None:
        return before is after
    return before.datum == after.datum and abs(before.value_m - after.value_m) <= PRECISION_M


def _same_place(before: shapely.Geometry, after: shapely.Geometry) -> bool:
    """Tell whether two areas differ by no more than the precision, whatever order their rings are in."""
    if before.equals_exact(after, PRECISION_DEG):
        return True
    near = before.buffer(PRECISION_DEG).covers(after) and after.buffer(PRECISION_DEG).covers(before)
    return bool(near and shapely.hausdorff_distance(before.boundary, after.boundary) <= 2 * PRECISION_DEG)
