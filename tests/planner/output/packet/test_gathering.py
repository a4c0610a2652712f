"""From a plan to a packet: every figure is one of the record, the scenario or the check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from airspace.errors import BadInput
from airspace.model.corridors import corridor_id
from planner.output.packet.documents import packet_from_document, packet_to_document
from planner.output.packet.gathering import gather
from planner.output.packet.values import Basis, Standing
from planner.safety.findings import worst_of_each_rule
from tests.planner.output.packet.day import OFFICES, Ready
from tests.planner.output.samples import sample


def legs_of(ready: Ready) -> dict[tuple[str, int], dict[str, Any]]:
    return {
        (sortie["id"], number): leg
        for sortie in ready.record["sorties"]
        for number, leg in enumerate(sortie["legs"], start=1)
    }


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_the_authoritys_own_side_comes_first(ready: Ready) -> None:
    assert [side.id for side in ready.north.sides] == ["NORTH", "SOUTH"]
    assert [side.id for side in ready.south.sides] == ["SOUTH", "NORTH"]
    assert ready.south.filings[0].jurisdiction == "SOUTH"
    assert ready.south.filings[-1].jurisdiction == "NORTH"
    assert {filing.authority for filing in ready.north.corridors[0].filings} == {OFFICES["north"]}


def test_flights_are_those_of_the_record(ready: Ready) -> None:
    legs = legs_of(ready)
    assert len(ready.north.flights) == len(legs) == 2
    for flight in ready.north.flights:
        leg = legs[flight.sortie, flight.leg]
        assert (flight.from_pad, flight.to_pad, flight.corridor) == (leg["from"], leg["to"], leg["corridor"])
        assert flight.takes_off == moment(leg["waypoints"][0]["t"])
        assert flight.lands == moment(leg["waypoints"][-1]["t"])
        assert (flight.payload_kg, flight.soc_end) == (leg["payload_kg"], leg["soc_end"])
        (crossed,) = flight.handovers
        (told,) = leg["crossings"]
        assert (crossed.gate, crossed.before, crossed.after) == (told["gate"], told["from"], told["to"])
        assert (crossed.lon, crossed.lat, crossed.alt_amsl_m) == (told["lon"], told["lat"], told["alt_amsl_m"])
        assert crossed.t == moment(told["t"])


def test_there_is_flown_to_the_south_and_back_to_the_north(ready: Ready) -> None:
    # Both pads lie on one meridian.
    assert [flight.handovers[0].track_deg for flight in ready.north.flights] == [180.0, 0.0]


def test_both_directions_of_a_line_are_one_corridor(ready: Ready) -> None:
    (page,) = ready.north.corridors
    legs = legs_of(ready)
    assert page.number == 1
    assert page.ends == ("HUB", "CLINIC")
    assert [one.id for one in page.directions] == [leg["corridor"] for leg in legs.values()]
    assert [one.flights for one in page.directions] == [1, 1]
    first = legs["S001", 1]
    assert page.distance_m == first["distance_m"]
    assert [[p.lon, p.lat, p.alt_amsl_m, p.alt_agl_m] for p in page.points] == [
        [p["lon"], p["lat"], p["alt_amsl_m"], p["alt_agl_m"]] for p in first["waypoints"][1:-1]
    ]
    # The id of the record follows from the line and the width that the page tells.
    line = [(p.lon, p.lat, p.alt_amsl_m) for p in page.points]
    assert corridor_id("HUB", "CLINIC", line, page.half_width_m) == page.directions[0].id


def test_zones_and_permits_are_those_of_the_record(ready: Ready) -> None:
    told = {(entry["zone"], entry["permit"]) for leg in legs_of(ready).values() for entry in leg["zones"]}
    assert {(entry.zone, entry.permit) for entry in ready.north.corridors[0].entries} == told
    assert [permit.id for permit in ready.north.permits] == ["north permit", "south permit"]
    assert ready.north.permits[0].valid_to == datetime(2027, 1, 1, tzinfo=UTC)


def test_the_profile_is_the_one_of_the_flight_that_lands_with_the_least_charge(ready: Ready) -> None:
    shown, legs = ready.north.corridors[0].shown, legs_of(ready)
    assert legs[shown.sortie, shown.leg]["soc_end"] == min(leg["soc_end"] for leg in legs.values())
    assert shown.profile is not None
    assert list(shown.profile.alt_amsl_m) == legs[shown.sortie, shown.leg]["profile"]["alt_amsl_m"]
    assert list(shown.profile.state_of_charge) == legs[shown.sortie, shown.leg]["profile"]["state_of_charge"]


def test_a_profile_lies_over_a_zone_for_as_long_as_the_zone_is_wide(ready: Ready) -> None:
    # STRIP reaches over 0.004 degrees of latitude, 442.9 m at 22.5 degrees; on the way back it comes at its far end.
    (over,) = [one for one in ready.north.corridors[0].shown.overs if one.zone == "STRIP"]
    assert over.to_m - over.from_m == pytest.approx(442.9, abs=1.0)
    assert over.lower_amsl_m is None
    assert over.upper_amsl_m == 150.0


def test_ways_out_are_those_of_the_record(ready: Ready) -> None:
    legs = legs_of(ready)
    assert len(ready.north.ways_out) == 2
    for way in ready.north.ways_out:
        told = legs[way.sortie, way.leg]["way_out"]
        assert (way.alternate, way.needed_wh, way.margin_wh) == (
            told["alternate"], told["needed_wh"], told["margin_wh"],
        )  # fmt: skip
        assert way.alternate_side == "NORTH"
    assert [way.sides for way in ready.north.ways_out] == [("NORTH", "SOUTH"), ("NORTH",)]


def test_filings_of_a_corridor_are_those_of_the_plan_where_it_is_all_that_is_flown(ready: Ready) -> None:
    told = [filing for filing in ready.north.filings if filing.jurisdiction == "NORTH"]
    own = list(ready.north.corridors[0].filings)
    assert [(one.rule, one.latest_at, one.count) for one in own] == [
        (one.rule, one.latest_at, one.count) for one in told
    ]


def test_rules_of_corridors_and_of_the_plan_are_all_of_the_review_and_say_the_same(ready: Ready) -> None:
    told = {one.rule: one for one in worst_of_each_rule(ready.dossier.review.findings)}
    found = {one.rule: one for page in ready.north.corridors for one in page.findings}
    whole = {one.rule: one for one in ready.north.whole}
    assert found.keys() & whole.keys() == set()
    assert found.keys() | whole.keys() == told.keys()
    for rule, finding in {**found, **whole}.items():
        assert (finding.verdict, finding.detail) == (told[rule].verdict, told[rule].detail), rule


def test_contacts_are_those_of_the_file_of_gates_and_nothing_else(ready: Ready) -> None:
    (gate,) = ready.north.gates
    assert [(one.side, one.text) for one in gate.contacts] == [("NORTH", "tower of the north, 118.1 MHz")]
    assert gate.if_unconfirmed == "return to HUB"
    silent = replace(ready.dossier.sky.gates[0], extra={"contacts": ["?"], "if_unconfirmed": 3})
    sky = replace(ready.dossier.sky, gates=(silent,))
    (gate,) = gather(replace(ready.dossier, sky=sky), "north").gates
    assert (gate.contacts, gate.if_unconfirmed) == ((), "")


def test_an_authority_that_is_none_of_the_plans_is_told_which_there_are(ready: Ready) -> None:
    with pytest.raises(BadInput, match="NORTH, SOUTH"):
        gather(ready.dossier, "east")


def test_a_side_that_no_flight_passes_is_told_of_ways_out_alone(ready: Ready) -> None:
    # Both legs told as flown in the north only: the south has no flight, and one way out that enters it.
    sorties = tuple(
        replace(sortie, legs=tuple(replace(leg, jurisdictions=("NORTH",)) for leg in sortie.legs))
        for sortie in ready.dossier.plan.sorties
    )
    packet = gather(replace(ready.dossier, plan=replace(ready.dossier.plan, sorties=sorties)), "south")
    assert (packet.flights, packet.corridors, packet.elsewhere) == ((), (), 2)
    assert [(way.sortie, way.leg, way.page) for way in packet.ways_out] == [("S001", 1, 0)]
    assert packet_from_document(packet_to_document(packet)) == packet


def test_nothing_is_on_record_to_compare_with_where_there_is_no_library(ready: Ready) -> None:
    assert ready.north.comparison.basis is Basis.NOTHING
    assert {one.change.standing for one in ready.north.corridors[0].directions} == {Standing.NO_RECORD}


def test_a_record_from_elsewhere_without_profiles_ids_or_crossings_gives_a_packet_too() -> None:
    from planner.output.packet.dossiers import Dossier
    from planner.safety.checks import check_leg_by_leg

    day, digest = sample(), "sha256:" + "0" * 64
    review, legs = check_leg_by_leg(day.plan, day.sky, day.job, digest=digest, stated_digest=digest)
    dossier = Dossier(plan=day.plan, sky=day.sky, job=day.job, review=review, legs=legs, digest=digest)
    packet = gather(dossier, "sz")
    assert len(packet.flights) == 4
    (page,) = packet.corridors
    assert page.shown.profile is None
    assert page.ends == ("HUB", "CLINIC")
