import math
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

import pytest
import shapely

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.errors import UnknownPad
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Period, Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import NO_SOURCE, Confidence, Source
from airspace.model.zones import Restriction, Zone

SQUARE = shapely.box(114.0, 22.4, 114.1, 22.5)
BAND = Band(lower=GROUND, upper=Height(value_m=120.0, reference=Reference.AMSL))
ZONE = Zone(
    id="Z",
    name="Airport",
    restriction=Restriction.PROHIBITED,
    area=SQUARE,
    band=BAND,
    extra=MappingProxyType({"colour": "red"}),
)
PAD = Pad(id="P", name="Pad", lon=114.2, lat=22.5, elevation_amsl_m=4.0, extra=MappingProxyType({"roof": True}))
PERMIT = Permit(
    id="L1",
    authority="CAD",
    zones=("Z",),
    aircraft=("D1", "T1"),
    valid_from=datetime(2025, 6, 1, tzinfo=UTC),
    valid_to=datetime(2025, 7, 1, tzinfo=UTC),
)
GATE = Gate(id="G", name="Gate", area=SQUARE, band=BAND, permits=(PERMIT,))
SIDE = Jurisdiction(id="HK", name="Hong Kong", authority="CAD", area=SQUARE)
SKY = Airspace(zones=(ZONE,), pads=(PAD,), gates=(GATE,), jurisdictions=(SIDE,))

BOW_TIE = shapely.Polygon([(114.0, 22.4), (114.1, 22.5), (114.1, 22.4), (114.0, 22.5)])


@pytest.mark.parametrize("value", [ZONE, PAD, PERMIT, GATE, SIDE, SKY])
def test_values_survive_a_pickle_and_are_equal_by_what_they_hold(value: object) -> None:
    copy = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes
    assert copy is not value
    assert copy == value
    assert hash(copy) == hash(value)


def test_values_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        ZONE.name = "Harbour"  # type: ignore[misc]
    with pytest.raises(TypeError):
        ZONE.extra["colour"] = "blue"  # type: ignore[index]


def test_values_with_another_shape_are_different() -> None:
    assert replace(ZONE, area=shapely.box(114.0, 22.4, 114.1, 22.51)) != ZONE


@pytest.mark.parametrize("kind", [ZONE, GATE, SIDE])
@pytest.mark.parametrize(
    ("area", "reason"),
    [
        (BOW_TIE, "valid polygon"),
        (shapely.Polygon(), "polygon with an area"),
        (shapely.Point(114.0, 22.4), "polygon with an area"),
        (shapely.LineString([(114.0, 22.4), (114.1, 22.4)]), "polygon with an area"),
        (shapely.box(22.4, 114.0, 22.5, 114.1), "lat within ±90"),
        (shapely.box(180.5, 22.4, 181.0, 22.5), "lon within ±180"),
    ],
)
def test_an_area_is_a_valid_polygon_in_lon_and_lat(
    kind: Zone | Gate | Jurisdiction, area: shapely.Geometry, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(kind, area=area)


@pytest.mark.parametrize("kind", [ZONE, PAD, PERMIT, GATE, SIDE])
@pytest.mark.parametrize("bad", ["", " ", "A ", "\tA"])
def test_an_id_has_no_blanks_around_it(kind: Zone, bad: str) -> None:
    with pytest.raises(ValueError, match="without blanks"):
        replace(kind, id=bad)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lon": 22.5, "lat": 114.2}, "lat within ±90"),
        ({"lon": math.nan}, "lon within ±180"),
        ({"slots": 0}, "at least one slot"),
        ({"turnaround_s": -1.0}, "turnaround_s"),
        ({"turnaround_s": math.nan}, "turnaround_s"),
        ({"elevation_amsl_m": math.nan}, "elevation"),
        ({"elevation_amsl_m": math.inf}, "elevation"),
    ],
)
def test_a_pad_refuses_what_cannot_be(change: dict[str, float], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(PAD, **change)  # type: ignore[arg-type]


def test_a_pad_is_a_point_with_lon_first() -> None:
    assert (PAD.point.x, PAD.point.y) == (114.2, 22.5)


def test_a_permit_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="valid_from before valid_to"):
        replace(PERMIT, valid_to=PERMIT.valid_from)


def test_a_permit_without_an_offset_from_utc_is_refused() -> None:
    with pytest.raises(ValueError, match="offset from UTC"):
        replace(PERMIT, valid_from=datetime(2025, 6, 1))  # noqa: DTZ001 - that is the point


def test_a_permit_names_a_drone_or_its_type() -> None:
    assert PERMIT.names(("D1", "T9"))
    assert PERMIT.names(("D9", "T1"))
    assert not PERMIT.names(("D9", "T9"))
    assert not PERMIT.names(())


def test_a_gate_has_each_permit_once() -> None:
    with pytest.raises(ValueError, match="L1 more than once"):
        replace(GATE, permits=(PERMIT, PERMIT))


@pytest.mark.parametrize("kind", ["zones", "pads", "gates", "jurisdictions"])
def test_an_airspace_has_every_id_once(kind: str) -> None:
    with pytest.raises(ValueError, match=f"{kind}: expected every id once"):
        replace(SKY, **{kind: getattr(SKY, kind) * 2})


def test_an_airspace_knows_its_pads_by_id() -> None:
    assert SKY.pad("P") is PAD
    with pytest.raises(UnknownPad, match="no pad 'Q'; there are P"):
        SKY.pad("Q")


def test_an_airspace_gathers_the_permits_of_its_gates_and_the_ground_of_its_pads() -> None:
    other = replace(PAD, id="R", elevation_amsl_m=31.0)
    sky = replace(SKY, pads=(PAD, other))
    assert sky.permits == (PERMIT,)
    assert sky.ground.span_amsl_m() == (4.0, 31.0)
    assert len(sky.geometries) == 5


@pytest.mark.parametrize(
    ("restriction", "closed", "permittable"),
    [
        (Restriction.PROHIBITED, True, False),
        (Restriction.REQ_AUTHORISATION, True, True),
        (Restriction.CONDITIONAL, True, True),
        (Restriction.NO_RESTRICTION, False, False),
    ],
)
def test_what_a_restriction_asks(restriction: Restriction, closed: bool, permittable: bool) -> None:
    zone = replace(ZONE, restriction=restriction)
    assert (zone.closed, zone.permittable) == (closed, permittable)


def test_a_pad_is_staffed_while_the_second_person_is_away() -> None:
    ten = datetime(2026, 12, 1, 10, tzinfo=UTC)
    hour, day = timedelta(hours=1), timedelta(days=1)
    there = Schedule(periods=(Period(start=ten, end=ten + hour),))
    pad = Pad(id="P", name="P", lon=0, lat=0, elevation_amsl_m=0, custody=Custody.TWO_PERSON, two_person_hours=there)
    assert pad.custody_during(ten, ten + hour) is Custody.TWO_PERSON
    assert pad.custody_during(ten - hour, ten + hour) is Custody.STAFFED
    assert pad.custody_spans(Custody.TWO_PERSON, ten - day, ten + day) == ((ten, ten + hour),)
    assert pad.custody_spans(Custody.STAFFED, ten - day, ten + day) == ((ten - day, ten + day),)
    always = replace(pad, two_person_hours=ALWAYS)
    assert always.custody_during(ten - day, ten) is Custody.TWO_PERSON
    locker = replace(always, custody=Custody.LOCKER)
    assert locker.custody_during(ten, ten + hour) is Custody.LOCKER
    assert locker.custody_spans(Custody.STAFFED, ten, ten + day) == ()
    with pytest.raises(ValueError, match="two_person only, got staffed"):
        replace(pad, custody=Custody.STAFFED)


def test_custody_rises_from_locker_over_staffed_to_two_persons() -> None:
    met = {(have, need) for have in Custody for need in Custody if have.meets(need)}
    assert met == {
        (Custody.LOCKER, Custody.LOCKER),
        (Custody.STAFFED, Custody.LOCKER),
        (Custody.STAFFED, Custody.STAFFED),
        (Custody.TWO_PERSON, Custody.LOCKER),
        (Custody.TWO_PERSON, Custody.STAFFED),
        (Custody.TWO_PERSON, Custody.TWO_PERSON),
    }


def test_a_source_says_what_it_is_and_how_far_it_goes() -> None:
    assert str(NO_SOURCE) == "no source given (unknown)"
    told = Source(citation="AIP HK ENR 5", date=date(2025, 1, 2), confidence=Confidence.SOURCED)
    assert str(told) == "AIP HK ENR 5, 2025-01-02 (sourced)"


def in_june(start: int, end: int) -> Schedule:
    return Schedule(
        periods=(Period(start=datetime(2025, 6, start, tzinfo=UTC), end=datetime(2025, 6, end, tzinfo=UTC)),)
    )


def test_an_airspace_at_a_time_holds_what_holds_then() -> None:
    early, late = replace(ZONE, id="early", schedule=in_june(1, 3)), replace(ZONE, id="late", schedule=in_june(5, 9))
    sky = replace(SKY, zones=(ZONE, early, late))
    during = (datetime(2025, 6, 2, tzinfo=UTC), datetime(2025, 6, 4, tzinfo=UTC))
    assert [zone.id for zone in sky.at(during).zones] == [ZONE.id, "early"]
    assert [zone.id for zone in sky.at(datetime(2025, 6, 6, tzinfo=UTC)).zones] == [ZONE.id, "late"]
    assert sky.at(during).zones[1].schedule == early.schedule
    assert sky.at(during).jurisdictions == sky.jurisdictions


def test_pads_and_gates_that_are_shut_and_permits_that_are_over_are_not_there() -> None:
    sky = replace(SKY, pads=(PAD, replace(PAD, id="R", schedule=in_june(1, 2))))
    assert [pad.id for pad in sky.at(datetime(2025, 6, 20, tzinfo=UTC)).pads] == ["P"]
    shut = replace(SKY, gates=(replace(GATE, schedule=in_june(1, 2)),))
    assert shut.at(datetime(2025, 6, 20, tzinfo=UTC)).gates == ()
    (gate,) = SKY.at(PERMIT.valid_to).gates
    assert gate.permits == ()
    (gate,) = SKY.at(PERMIT.valid_from).gates
    assert gate.permits == (PERMIT,)


def test_a_permit_holds_in_its_hours_within_its_validity() -> None:
    daily = Schedule.weekly(Hours(days=WEEKDAYS, start=time(7), end=time(9), clock=UTC))
    start = datetime(2025, 6, 2, 8, tzinfo=UTC)
    permit = replace(PERMIT, valid_from=start, valid_to=start + timedelta(days=1), schedule=daily)
    hour = timedelta(hours=1)
    assert permit.spans(start - 9 * hour, start + 99 * hour) == (
        (start, start + hour),
        (start + 23 * hour, start + 24 * hour),
    )
    assert permit.spans(start + 2 * hour, start + 3 * hour) == ()
    assert permit.spans(start, start) == ((start, start),)


def test_a_gate_that_tells_a_capacity_lets_somebody_through() -> None:
    assert replace(GATE, capacity_per_hour=1).capacity_per_hour == 1
    with pytest.raises(ValueError, match="gate 'G': expected capacity_per_hour >= 1, got 0"):
        replace(GATE, capacity_per_hour=0)
