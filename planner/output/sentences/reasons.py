"""Why orders are not served: a sentence for each code, and the sentences of records, with places for their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from planner.model.plans import Reason, Unserved
from planner.output.languages import N_, Words

REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.PAD_UNREACHABLE: N_("The pad lies in or behind closed zones, or no corridor leads there."),
        Reason.PAD_CLOSED: N_("No start keeps the hours of the pad or the hub."),
        Reason.TIME_WINDOW: N_("The fastest delivery is too late, or the drone would be back after the job ends."),
        Reason.PAYLOAD: N_("It is heavier than any drone at the hub lifts."),
        Reason.VOLUME: N_("It is larger than any drone at the hub takes."),
        Reason.BATTERY_RANGE: N_("Out and back takes more than full packs hold."),
        Reason.RESERVE: N_("The reserve, or a way out to an alternate, could not be kept."),
        Reason.WEATHER: N_("Temperature, rain or a warning in force keeps every drone on the ground."),
        Reason.WIND: N_("The wind is too strong for the drone, or leaves too little speed over ground."),
        Reason.VALUE_CAP: N_("The declared value is above a cap of the policy."),
        Reason.CUSTODY: N_("The pad offers less custody than the order asks for, or not at these hours."),
        Reason.COLD_CHAIN: N_("The fastest delivery takes longer than the cold chain allows."),
        Reason.DANGEROUS_GOODS: N_("An approval for dangerous goods is missing, or a rule forbids them."),
        Reason.CUSTOMS_WINDOW: N_("It has to clear customs, and no pad, hours or time allow it."),
        Reason.GATE_CLOSED: N_("No start keeps the hours or the capacity of the gates."),
        Reason.PERMIT_MISSING: N_("A permit that names the drone is missing, or not valid then."),
        Reason.ZONE_ACTIVE: N_("Zones hold for as long as the order can wait."),
        Reason.RULE: N_("A rule of a jurisdiction forbids it, and no permit mends that."),
        Reason.CORRIDOR: N_("The corridor it needs is suspended, not approved or not there."),
        Reason.TOGETHER: N_("It flies with others or not at all, and no sortie can take them all."),
        Reason.FLEET_BUSY: N_("Every drone that could carry it is on other orders or off work, or there is none."),
        Reason.PAD_BUSY: N_("A drone is free, but pads or charged packs are taken."),
        Reason.CONFLICT: N_("At no time is it apart from other sorties, or from intents of other operators."),
        Reason.NOT_WORTH_IT: N_("Leaving it out costs less than flying it."),
        Reason.UNKNOWN: N_("No cause was found, or the time for planning ran out."),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A sentence on a reason that some figures of a record are enough for, whatever words stand beside them."""

    reason: Reason
    text: str
    """With a place for each figure, by its name in the record."""
    names: tuple[str, ...]


MEASURED = (
    Measured(
        reason=Reason.PAYLOAD, names=("mass_kg", "max_payload_kg"),
        text=N_("It weighs {mass_kg} kg; the drones lift at most {max_payload_kg} kg."),
    ),
    Measured(
        reason=Reason.VOLUME, names=("volume_l", "max_volume_l"),
        text=N_("It takes {volume_l} l; the drones hold at most {max_volume_l} l."),
    ),
    Measured(
        reason=Reason.BATTERY_RANGE, names=("distance_m", "needed_wh", "usable_wh", "capacity_wh"),
        text=N_(
            "{distance_m} m to fly take {needed_wh} Wh; {usable_wh} of {capacity_wh} Wh may be used with the reserve "
            "kept."
        ),
    ),
    Measured(
        reason=Reason.RESERVE, names=("needed_wh", "usable_wh"),
        text=N_("{needed_wh} Wh are needed; {usable_wh} Wh may be used with the reserve kept."),
    ),
    Measured(
        reason=Reason.WIND, names=("wind_mps", "max_wind_mps"),
        text=N_("Wind {wind_mps} m/s; the drone type flies in up to {max_wind_mps} m/s."),
    ),
    Measured(
        reason=Reason.WIND, names=("gust_mps", "max_gust_mps"),
        text=N_("Gusts {gust_mps} m/s; the drone type flies in up to {max_gust_mps} m/s."),
    ),
    Measured(
        reason=Reason.WIND, names=("wind_mps", "min_ground_speed_mps"),
        text=N_("In a wind of {wind_mps} m/s less than {min_ground_speed_mps} m/s over ground could be left."),
    ),
    Measured(
        reason=Reason.WEATHER, names=("rain_mm_h", "max_rain_mm_h"),
        text=N_("Rain {rain_mm_h} mm/h; the drone type flies in up to {max_rain_mm_h} mm/h."),
    ),
    Measured(
        reason=Reason.VALUE_CAP, names=("declared_value", "cap"),
        text=N_("Declared value {declared_value}; cap {cap}."),
    ),
    Measured(
        reason=Reason.COLD_CHAIN, names=("fastest_min", "max_minutes"),
        text=N_("The fastest delivery takes {fastest_min} min; the cold chain allows {max_minutes} min."),
    ),
    Measured(
        reason=Reason.CUSTOMS_WINDOW, names=("cleared_min", "direct_min", "allowed_min"),
        text=N_("With customs {cleared_min} min, without {direct_min} min; it may take {allowed_min} min."),
    ),
    Measured(
        reason=Reason.CUSTOMS_WINDOW, names=("open_min", "dwell_min"),
        text=N_("Customs are there for {open_min} min of its time; clearing takes {dwell_min} min."),
    ),
    Measured(
        reason=Reason.GATE_CLOSED, names=("capacity_per_hour", "crossings_per_hour"),
        text=N_("{crossings_per_hour} crossings in an hour; the gate lets {capacity_per_hour} through."),
    ),
    Measured(
        reason=Reason.TIME_WINDOW, names=("late_min", "flight_min"),
        text=N_("At best {late_min} min too late; {flight_min} min are flown."),
    ),
    Measured(
        reason=Reason.FLEET_BUSY, names=("able_drones", "sortie_min", "at_work_min"),
        text=N_(
            "Its sortie takes {sortie_min} min; the {able_drones} drones that could carry it work for at most "
            "{at_work_min} min of its time."
        ),
    ),
    Measured(
        reason=Reason.CONFLICT,
        names=("horizontal_m", "vertical_m", "separation_horizontal_m", "separation_vertical_m"),
        text=N_(
            "It would be {horizontal_m} m from another sortie over the ground and {vertical_m} m in height; "
            "{separation_horizontal_m} m, or {separation_vertical_m} m in height, are kept."
        ),
    ),
    Measured(
        reason=Reason.NOT_WORTH_IT, names=("cost", "penalty"),
        text=N_("To fly it costs {cost}; to leave it out counts {penalty}."),
    ),
    Measured(
        reason=Reason.UNKNOWN, names=("time_limit_s",),
        text=N_("The time for planning, {time_limit_s} s, ran out."),
    ),
)  # fmt: skip
"""For each reason the first whose figures are all there."""

SENTENCES = (
    # What is in the box.
    N_("{mass} kg is more than any drone at {hub} lifts ({most} kg)"),
    N_("{mass} kg is more than any drone lifts ({most} kg)"),
    N_("{volume} l is more than any drone at {hub} that lifts it holds ({most} l)"),
    N_("{volume} l is more than any drone that lifts it holds ({most} l)"),
    N_("declared value {value} is above the cap of {cap} {currency} per sortie"),
    N_("declared value {value} is above the cap of {cap} {currency} per drone and day"),
    N_("declared value {value} is above the cap of {cap} {currency} at a pad at one time"),
    N_(
        "declared value {value} would take every drone that could carry it above the cap of {cap} {currency} per drone "
        "and day; the one with the least carries {carried} already"
    ),
    N_(
        "declared value {value} would lie at pad {pad} beside {lying} not yet taken away at best; the cap is {cap} "
        "{currency} per pad"
    ),
    N_("the order asks for {custody} hand-over"),
    N_("declared value {value} is above {above} {currency}, which asks for {custody} hand-over"),
    N_("pad {pad} offers {custody}"),
    N_("at pad {pad} two persons are there {hours}, which no hand-over in {start} to {end} keeps"),
    N_("it crosses from {here} to {there} and is not pre-cleared"),
    N_("no pad on the way or at its destination clears customs"),
    N_("none of {pads} can be flown by with {custody} custody"),
    N_("with customs it takes {cleared} min from take-off, {direct} min without"),
    N_("it may take {allowed} min"),
    N_(
        "no landing in {start} to {end} lets it clear, which takes {dwell} min, within the customs windows: "
        "{customs_windows}"
    ),
    N_("{lithium} ({goods}) are flagged for manual approval"),
    N_(
        "{lithium} ({goods}) are flagged for manual approval, which is held by UN number: a class alone is "
        "served by none"
    ),
    N_("dangerous goods ({goods}) need an approval"),
    N_("dangerous goods ({goods}) need an approval, which is held by UN number: a class alone is served by none"),
    N_("an approval for {goods} of {approvers} in dangerous_goods_allowed would serve it"),
    N_("{authority} for {side} (rule {rules})"),
    N_("{authority} for {side}"),
    N_("with {goods} on board, {cause}"),
    N_("lithium metal batteries"),
    N_("lithium metal batteries in or with equipment"),
    N_("lithium ion batteries"),
    N_("lithium ion batteries in or with equipment"),
    N_("it flies together with {orders} or not at all (label '{label}'), and {cause}"),
    N_("{orders} cannot be flown at all"),
    N_("a sortie takes at most {most} orders, these are {count}"),
    N_("some of them are to be kept apart"),
    N_("no sortie can take them all"),
    # Whether a drone may get there.
    N_("there is no drone that could bring it"),
    N_("no gate in the boundary is open during the job"),
    N_("no open gate has permits of today, of both authorities, that name a drone at this hub"),
    N_("pad {pad} lies inside zone {zone} ({name}, {restriction})"),
    N_("pad {pad} lies {gap} m from zone {zone} ({name}, {restriction}), nearer than the {keep} m to keep"),
    N_("pad {pad} lies at {height} m AMSL, not {rise} m or more below the flight level {level} m AMSL"),
    N_("pad {pad} lies against a boundary, among zones or high ground, or outside every jurisdiction"),
    N_("corridor {corridor} is not approved by {authority} yet"),
    N_("corridor {corridor} is not approved by {authority} yet, and was not submitted"),
    N_("corridor {corridor} is no longer approved by {authority}"),
    N_("corridor {corridor} is suspended by {authority} since {since}: {note}"),
    N_("corridor {corridor} keeps {width} m to each side, and type {type} may stray {own} m"),
    N_("the library has no corridor from {here} to {there}"),
    N_("no corridor leads from {here} to {there}"),
    N_("no corridor leads from {here} to {there} without a permit that opens {zones}"),
    N_("no corridor leads from {here} to {there} by way of a hub ({hubs})"),
    N_("no corridor leads from {here} to {there} by way of a hub ({hubs}) without a permit that opens {zones}"),
    N_(
        "no corridor leads from {here} to {there} that keeps one level and bends no tighter than a circle of "
        "{radius} m"
    ),
    N_("by itself it crosses gate {gate} {count} times in an hour, and the gate lets {most} through"),
    N_("rule {rule} ({title}): {cause}"),
    # Energy and weather.
    N_(
        "{where} is {distance} km; {type} needs {needed} Wh ({chance} sure), and may use {usable} of {capacity} "
        "Wh with the reserve kept"
    ),
    N_("out and back"),
    N_("from {here} on to {there}"),
    N_("to above {pad} and on to an alternate"),
    N_("from above {pad} no alternate that may take the order can be reached"),
    N_(
        "if {pad} cannot be landed on, {type} would need {needed} Wh to the alternate {alternate} ({chance} sure), and "
        "may use {usable} Wh with the reserve kept"
    ),
    N_(
        "with {wind} m/s of wind forecast, {error} m/s and {degrees} degrees uncertain, {where} can be flown with a "
        "chance of {flyable}; {chance} is asked for"
    ),
    N_("a wind of {wind} m/s leaves too little speed over ground on the way"),
    N_("a wind of {wind} m/s is more than {type} flies in ({most} m/s)"),
    N_("gusts of {gusts} m/s are more than {type} flies in ({most} m/s)"),
    N_("{air} °C is outside {least} to {most} °C, which {type} flies in"),
    N_("rain of {rain} mm/h is more than {type} flies in ({most} mm/h)"),
    N_("{warning}: nothing is launched"),
    # Times.
    N_("ready {ready}, {away} min away: {late} min late at best"),
    N_("the drone would be back {late} min after the job ends at {end}"),
    N_(
        "no take-off on a whole second keeps its window, {start} to {end} UTC, and that of the job, {first} "
        "to {last} UTC"
    ),
    N_("the fastest delivery takes {fastest} min from take-off"),
    N_("the fastest delivery takes {fastest} min from take-off, {quantile} min as a quantile (factor {factor})"),
    N_("the cold chain allows {allowed} min"),
    N_("no start in {start} to {end} keeps the hours of pad {pad}"),
    N_("no start in {start} to {end} keeps the hours of pads, two persons and customs, and the cold chain, at once"),
    N_("no start in {start} to {end} keeps to approved corridors: {causes}"),
    N_("no start in {start} to {end} leaves an alternate open that the packs are enough for"),
    N_("no start in {start} to {end} keeps the hours on the way: {cause}"),
    N_("no start in {start} to {end} keeps all hours that are asked for at once"),
    N_("it would not be over before other weather comes"),
    N_("gates {gates} and their permits"),
    N_("zones and permits"),
    N_("zone {zones}"),
    N_("zones {zones}"),
    N_("gate {gates}"),
    N_("gates {gates}"),
    N_("gate {gates} would be open, and no permits are valid"),
    N_("gates {gates} would be open, and no permits are valid"),
    # A day without room.
    N_("leaving it out costs less than flying it"),
    N_("the drones that could carry it begin the day with too little charge, and nothing brings them a swap"),
    N_("a drone is free, but the landing pads it needs are taken at those times"),
    N_("a drone is free, but the landing pads it needs are taken, or no charged pack is left, at those times"),
    N_("a drone is free, but the landing pads it needs are taken, or a gate is full, at those times"),
    N_(
        "a drone is free, but the landing pads it needs are taken, or no charged pack is left, or a gate is "
        "full, at those times"
    ),
    N_("every drone that could carry it is on other orders throughout its window"),
    N_("every drone that could carry it is on other orders or off work throughout its window"),
    N_(
        "every drone that could carry it is on other orders, or not where its sortie begins, or could not go on from "
        "where it ends, throughout its window"
    ),
    N_(
        "every drone that could carry it is on other orders, or not where its sortie begins, or could not go on from "
        "where it ends, or off work throughout its window"
    ),
    N_(
        "gate {gate} lets {most} crossings an hour through, and others use them up from {start} to {end}: with this "
        "sortie it would be {count} in an hour at best"
    ),
    N_(
        "a drone and its pads are free at {start}, but at {moment} it would be {apart} m from sortie {sortie} of drone "
        "{drone}, {height} m apart in height, at {lat} N {lon} E with departures {error} s off"
    ),
    N_("{apart} m, or {height} m in height, are kept, and no later start has room"),
    N_(
        "operational intent {intent} holds {lower} to {upper} m AMSL on its way from {from} to {until}, and no "
        "take-off from {start} to {end} keeps clear of it and others, on this way or on another"
    ),
    N_("the time for planning, {limit} s, ran out before it was found out why it is left out"),
    N_("the time for planning, {limit} s, ran out before this order was looked at"),
    N_(
        "the time for planning, {limit} s, ran out before this order was given a place; there is room for it beside "
        "the plan"
    ),
    N_("no cause was found"),
    N_("the plan does not tell of it"),
)  # fmt: skip
"""Details of reasons as they stand in records, the first letter small."""


def meaning(item: Unserved, say: Words) -> str:
    """Return why an order is not served without the words of its record: by its figures, else by its code alone."""
    return measured(item, say) or say(REASONS[item.reason])


def measured(item: Unserved, say: Words) -> str | None:
    """Return why an order is not served, from its reason and its figures alone; None where figures are missing."""
    for one in MEASURED:
        if one.reason is item.reason and all(name in item.numbers for name in one.names):
            return say(one.text, **{name: _figure(item.numbers[name]) for name in one.names})
    return None


def _figure(value: float) -> str:
    """Return a figure with the digits that mean something."""
    digits = 0 if abs(value) >= LARGE or value == round(value) else 1
    return f"{value:,.{digits}f}" if abs(value) >= 1 else f"{value:.2g}"


LARGE = 100
"""From here on no decimals are told."""

NAMES = (
    N_("mass"), N_("max payload"), N_("volume"), N_("max volume"), N_("declared value"), N_("cap"),
    N_("carried"), N_("lying"), N_("pad dwell"), N_("two person above"), N_("asked level"), N_("offered level"),
    N_("approvals missing"), N_("customs pads"), N_("open"), N_("dwell"), N_("direct"), N_("cleared"),
    N_("allowed"), N_("fastest"), N_("max"), N_("quantile"), N_("time factor"), N_("late"), N_("flight"),
    N_("needed"), N_("forecast"), N_("usable"), N_("capacity"), N_("alternate"), N_("distance"), N_("chance"),
    N_("wind"), N_("min ground speed"), N_("max wind"), N_("gust"), N_("max gust"), N_("temperature"),
    N_("rain mm h"), N_("max rain mm h"), N_("wind error"), N_("wind error deg"), N_("flyable chance"),
    N_("gap"), N_("keep out"), N_("corridors"), N_("gates"), N_("open gates"), N_("able drones"), N_("sortie"),
    N_("at work"), N_("two person"), N_("capacity per hour"), N_("crossings per hour"), N_("own crossings"),
    N_("horizontal"), N_("vertical"), N_("separation horizontal"), N_("separation vertical"),
    N_("departure error"), N_("departs"), N_("meets"), N_("cost"), N_("penalty"), N_("lower amsl"),
    N_("upper amsl"), N_("from"), N_("until"), N_("orders"), N_("max orders"), N_("time limit"),
)  # fmt: skip
"""What the figures of reasons are called where they are listed, without their units."""
