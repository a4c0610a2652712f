"""The rules of the check in a few words each, for tables; what they judge, ``skyferry check --explain`` tells."""

from __future__ import annotations

from collections.abc import Mapping

from planner.output.languages import Words


def titles(say: Words) -> Mapping[str, str]:
    """Return the rules of the check by their ids, in a few words of one language."""
    return {**_air(say), **_flight(say), **_energy(say), **_cargo(say), **_day(say), **_record(say)}


def _air(say: Words) -> dict[str, str]:
    return {
        "zone.clearance": say("Distance kept beside closed zones"),
        "zone.vertical": say("Distance kept above and below closed zones"),
        "zone.permit": say("Zones entered are opened by a permit"),
        "zone.record": say("Zones entered are those written down"),
        "zone.rejected": say("Every zone of the files could be used"),
        "boundary.gate": say("The boundary is crossed inside a gate"),
        "boundary.clearance": say("Distance kept from the boundary outside gates"),
        "boundary.inside": say("Within the jurisdictions throughout"),
        "boundary.record": say("Crossings are those written down"),
        "gate.hours": say("The gate is open when it is crossed"),
        "gate.band": say("Height within the gate"),
        "gate.capacity": say("Crossings of a gate in an hour"),
        "gate.permit": say("Permits of both sides for the crossing"),
        "corridor.approved": say("Flown on corridors that authorities have cleared, where that is claimed"),
        "ground.terrain": say("Height kept above the terrain model"),
        "law.judged": say("Rules of the jurisdictions were judged"),
        "law.ledger": say("The rules of every side are known"),
        "air.separation": say("Flights of the plan keep apart"),
        "air.traffic": say("Clear of what others have announced"),
    }


def _flight(say: Words) -> dict[str, str]:
    return {
        "leg.waypoints": say("The line can be measured"),
        "leg.pads": say("Begins and ends on its pads"),
        "leg.level": say("Flown at flight levels"),
        "leg.turn": say("Turns can be flown"),
        "leg.ground": say("Height kept above the pads' ground"),
        "leg.times": say("Times rise along the line"),
        "leg.speed": say("Flown at the speeds of its type"),
        "leg.distance": say("Distance written down"),
        "leg.duration": say("Duration written down"),
        "leg.deliveries": say("Hand-overs written down"),
        "leg.pickups": say("Take-overs written down"),
        "leg.profile": say("Profile written down"),
        "sortie.stops": say("Legs join at their pads"),
        "sortie.times": say("Times of the sortie written down"),
        "weather.warnings": say("No weather warning in force at take-off"),
        "weather.temperature": say("Temperature"),
        "weather.wind": say("Wind"),
        "weather.gusts": say("Gusts"),
        "weather.rain": say("Rain"),
        "weather.period": say("The weather stays as told"),
        "weather.flyable": say("Wind can be flown in"),
    }


def _energy(say: Words) -> dict[str, str]:
    return {
        "energy.leg": say("Energy of the leg is not understated"),
        "energy.reserve": say("Reserve left on landing"),
        "energy.charge": say("Charge written down"),
        "energy.chance": say("Energy is enough at the chance asked for"),
        "energy.alternate": say("An alternate can be reached from above the pad"),
        "energy.way_out": say("Way out written down"),
        "energy.ledger": say("Ledger of energy written down"),
        "energy.reserve_stated": say("Reserve written down"),
    }


def _cargo(say: Words) -> dict[str, str]:
    return {
        "payload.leg": say("Payload written down"),
        "payload.limit": say("Payload within the type's limit"),
        "volume.limit": say("Volume within the box"),
        "value.cap": say("Declared value on board"),
        "value.drone_day": say("Declared value per drone and day"),
        "value.pad": say("Declared value lying at a pad"),
        "value.currency": say("One currency"),
        "sortie.orders": say("Orders in one sortie"),
        "custody.level": say("Custody at the pad"),
        "custody.value": say("Two persons for high value"),
        "custody.hours": say("Two persons are there at the time"),
        "goods.dangerous": say("Leave for dangerous goods"),
        "goods.lithium": say("Packaging of lithium cells"),
        "customs.cleared": say("What crosses clears customs"),
        "customs.window": say("Customs are open at the time"),
        "coldchain.time": say("Cold chain: time until the hand-over"),
        "coldchain.temperature": say("Cold chain: temperature in the box"),
        "order.once": say("Every order once"),
        "order.ready": say("Orders are ready at take-off"),
        "order.taken": say("Orders are on board before they are handed over"),
        "order.together": say("Orders that go together"),
        "order.apart": say("Orders that go apart"),
        "order.due": say("Orders in time"),
    }


def _day(say: Words) -> dict[str, str]:
    return {
        "job.window": say("Within the time of the plan"),
        "pad.slots": say("Slots of pads"),
        "pad.hours": say("Hours of pads"),
        "pad.hold": say("Waiting above a pad"),
        "pad.packs": say("Charged packs at hand"),
        "drone.swap": say("Time on the ground between sorties"),
        "drone.place": say("Drones start where they landed"),
        "drone.end": say("Sorties end at a hub"),
        "drone.evening": say("Drones stand where they should in the end"),
        "drone.hours": say("Working hours of drones"),
    }


def _record(say: Words) -> dict[str, str]:
    return {
        "record.known": say("Names in the record are known"),
        "record.job": say("Record and scenario are of one day"),
        "record.inputs": say("Files are those the plan was made from"),
        "record.filings": say("What is to be filed is written down"),
        "record.unserved": say("Orders left out are told"),
        "record.held": say("Held back for a reason"),
        "record.digest": say("The record was not changed"),
        "totals.cost": say("Cost written down"),
        "totals.distance": say("Total distance written down"),
        "totals.energy": say("Total energy written down"),
        "totals.flight": say("Total flight time written down"),
        "totals.counts": say("Counts written down"),
        "totals.bound": say("Bound of cost written down"),
    }
