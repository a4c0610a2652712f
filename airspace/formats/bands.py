"""Heights as our GeoJSON tells them, to a band and back: ``lower, lower_ref, lower_pad, upper, ..., uom``."""

from __future__ import annotations

from typing import Protocol

from airspace.earth.heights import LEVEL_M, Band, Height, Reference
from airspace.formats.shapes import Telling
from airspace.formats.telling import shown

FOOT_M = 0.3048
"""The international foot, exactly."""

UNIT_M = {"m": 1.0, "ft": FOOT_M, "FL": LEVEL_M}

USUAL_CEILING_FT = 400
"""The ceiling of most drone rules, 120 m, as told in feet. Nobody's rules say 400 m above the ground."""

HIGHEST_AIRSPACE_M = 20_500
"""Above flight level 660 (20,117 m), the highest that any airspace reaches."""


class BandProperties(Protocol):
    """What a door says of a band."""

    @property
    def lower(self) -> float | None:
        """The floor in the unit."""

    @property
    def lower_ref(self) -> str | None:
        """What it is measured from."""

    @property
    def lower_pad(self) -> str:
        """The pad it is measured from."""

    @property
    def upper(self) -> float | None:
        """The ceiling in the unit; None without one."""

    @property
    def upper_ref(self) -> str | None:
        """What it is measured from."""

    @property
    def upper_pad(self) -> str:
        """The pad it is measured from."""

    @property
    def uom(self) -> str:
        """The unit of both."""


def band_of(given: BandProperties, telling: Telling, *steps: str | int) -> Band | None:
    """Return the band of some properties that stand at a place; None, and a problem told, where they make none."""
    lower = _height(given, "lower", telling, *steps)
    upper = None if given.upper is None else _height(given, "upper", telling, *steps)
    if lower is None or (upper is None and given.upper is not None):
        return None
    if upper is not None and upper.datum == lower.datum and not lower.value_m < upper.value_m:
        found = f"lower {given.lower:g} and upper {given.upper:g}, both {given.lower_ref}"
        telling.tell("LOWER_ABOVE_UPPER", *steps, "lower", found=found, expected="lower below upper")
        return None
    _tell_feet(given, telling, *steps)
    return Band(lower=lower, upper=upper)


def _height(given: BandProperties, end: str, telling: Telling, *steps: str | int) -> Height | None:
    value, reference, pad = (getattr(given, name) for name in (end, f"{end}_ref", f"{end}_pad"))
    if value is None:
        telling.tell("MISSING_VALUE", *steps, end, found="nothing", expected="a value")
    elif reference is None:
        kind = "an upper" if end == "upper" else "a lower"
        expected = f"AGL, AMSL, WGS84, PAD or FL beside {kind} limit"
        telling.tell("MISSING_VALUE", *steps, f"{end}_ref", found="nothing", expected=expected)
    elif (reference == Reference.PAD) != bool(pad):
        _tell_pad(end, reference, pad, telling, *steps)
    elif given.uom == "FL" and reference != Reference.FL and value != 0:
        found = f"{value:g} {reference} in flight levels"
        fix = "Give both limits in m or ft; the reference FL takes those too."
        telling.tell("WRONG_UNIT", *steps, "uom", found=found, expected="m or ft beside this reference", fix=fix)
    else:
        return Height(value_m=value * UNIT_M[given.uom], reference=Reference(reference), pad=pad)
    return None


def _tell_pad(end: str, reference: str, pad: str, telling: Telling, *steps: str | int) -> None:
    place = (*steps, f"{end}_pad")
    if pad:
        expected = f"no pad beside the reference {reference}"
        telling.tell("PAD_NOT_MEANT", *place, found=shown(pad), expected=expected, fix="Or write the reference PAD.")
    else:
        telling.tell("MISSING_VALUE", *place, found="nothing", expected="the id of a pad beside the reference PAD")


def _tell_feet(given: BandProperties, telling: Telling, *steps: str | int) -> None:
    """Warn where metres look like feet. Only two signs do not cry wolf; any other number is a fair height in metres."""
    if given.uom != "m":
        return
    for value, reference in ((given.lower, given.lower_ref), (given.upper, given.upper_ref)):
        usual = value == USUAL_CEILING_FT and reference == Reference.AGL
        if usual or (value is not None and value > HIGHEST_AIRSPACE_M):
            fix = (
                "If they are feet, write ft." if usual else "If they are feet, write ft; without a ceiling, upper null."
            )
            telling.tell(
                "FEET_FOR_METRES",
                *steps,
                "uom",
                found=f"{value:g} m {reference}",
                expected="metres, not feet",
                fix=fix,
                warning=True,
            )


def band_words(band: Band) -> dict[str, object]:
    """Return the properties that say a band."""
    uom = _unit_of(band)
    return {
        **_height_words("lower", band.lower, uom),
        **({"upper": None} if band.upper is None else _height_words("upper", band.upper, uom)),
        "uom": uom,
    }


def _unit_of(band: Band) -> str:
    """Flight levels where both limits can be told in them to the last digit, or are the ground; else metres."""
    heights = [height for height in (band.lower, band.upper) if height is not None]
    levels = [height for height in heights if height.reference is Reference.FL]
    others = [height for height in heights if height.reference is not Reference.FL]
    exact = all(_level(height) * LEVEL_M == height.value_m for height in levels)
    return "FL" if levels and exact and all(height.value_m == 0 for height in others) else "m"


def _level(height: Height) -> float:
    return round(height.value_m / LEVEL_M, 6)


def _height_words(end: str, height: Height, uom: str) -> dict[str, object]:
    in_levels = uom == "FL" and height.reference is Reference.FL
    value = _level(height) if in_levels else height.value_m
    words: dict[str, object] = {end: plain_number(value), f"{end}_ref": str(height.reference)}
    return words | {f"{end}_pad": height.pad} if height.pad else words


def plain_number(value: float) -> float | int:
    """Return 120 for 120.0, which is what people write."""
    # A whole number in a height made by code may be an int, which has no is_integer() in Python 3.11.
    return int(value) if float(value).is_integer() and abs(value) < 10**15 else value
