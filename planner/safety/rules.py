"""The rules of the independent check: id, who asks for it, and what it means in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from planner.model.reviews import Verdict

CLEARANCE_TOLERANCE_M = 0.02
"""Coordinates are recorded to 7 decimals, which moves a point by up to 1 cm."""
SEPARATION_TOLERANCE_M = 0.05
"""Two places are each recorded to 1 cm, and passed at times recorded to the millisecond."""
INTERSECTION_M = 0.01
INTERSECTION_S = 0.001
"""Less than this is no overlap of volumes (ASTM F3548-21), and no overlap of times that are told to the millisecond."""
PAD_TOLERANCE_M = 1.0
PAD_HEIGHT_TOLERANCE_M = 0.5
LEVEL_TOLERANCE_M = 0.1
CORRIDOR_TOLERANCE_M = 0.01
TURN_TOLERANCE_DEG = 1.0
"""What coordinates rounded to 1 cm may turn a piece of a metre."""
CROSSING_TOLERANCE_M = 5.0
CROSSING_TOLERANCE_S = 2.0
"""A crossing is recorded where a boundary drawn with other vertices on its two sides lies, and to the millisecond."""
TIME_TOLERANCE_S = 1.0
"""Times may be recorded to the second."""
PIECE_TIME_SHARE = 0.01
DISTANCE_SHARE = 0.001
ENERGY_SHARE = 0.005
ENERGY_TOLERANCE_WH = 1.0
RESERVE_SHARE_OF_USED = 0.002
"""The reserve may fall short by this share of the energy used: two independent measurings of a leg differ by less."""
CHARGE_TOLERANCE = 0.001
MASS_TOLERANCE_KG = 0.001
TOTALS_SHARE = 1e-4
VALUE_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule that a plan must keep."""

    id: str
    """Stable, such as ``zone.clearance``."""
    source: str
    """The law or policy line that asks for it."""
    explanation: str
    """One paragraph in plain words."""
    tolerance: str = "none"
    """What is allowed beyond the letter of it, and why."""
    limits: str = ""
    """What it does not judge."""
    in_scope: bool = True
    """False for what this check does not look at, and says so."""


BOUNDARY_LAW = "HK Cap. 448G as amended by L.N. 82 of 2025; Interim Regulations (Order 761) art. 19"
TIMES = f"{TIME_TOLERANCE_S:g} s, for the rounding of times in a record"
CLEARANCES = f"{CLEARANCE_TOLERANCE_M * 100:g} cm, for the rounding of coordinates in a record"

_ZONES = (
    Rule(
        id="zone.clearance",
        source="policy clearance_m; corridor_half_width_m of the drone type, else of the policy",
        explanation="The centre line of every leg, with its climb and descent over the pads, keeps the corridor's "
        "half width plus the clearance away from every closed zone that holds at any time of the leg, wherever it is "
        "flown at a height within the zone's band or nearer to it than the vertical clearance. The distance is "
        "measured on the ellipsoid between the whole line and the whole edge; inside a zone it is negative, by as "
        "much as the line goes in at its deepest.",
        tolerance=CLEARANCES,
        limits="How far an aircraft strays in the air: the half width is taken as told. A zone counts for the whole "
        "of its area and hours, whatever its reason.",
    ),
    Rule(
        id="zone.vertical",
        source="policy vertical_clearance_m + vertical_budget_m",
        explanation="Where a leg passes over or under a closed zone, or beside one nearer than the horizontal "
        "clearance, it keeps the vertical clearance, and the budget for what heights of different datums may be off, "
        "from the zone's floor or ceiling. Where heights above ground, above the ellipsoid or by pressure are "
        "uncertain, the zone is taken as tall as it can be. A leg that does not is judged by zone.clearance.",
        tolerance=CLEARANCES,
        limits="How far an aircraft rises or sinks off its level: the vertical clearance is to cover it.",
    ),
    Rule(
        id="zone.permit",
        source=f"permit that names the zone; {BOUNDARY_LAW}",
        explanation="A zone that asks for an authorisation may be entered only with a permit that names the zone and "
        "the drone or its type and is valid throughout the leg. A prohibited zone is never opened by a permit.",
        limits="That a permit is genuine, and what else stands in it.",
    ),
    Rule(
        id="zone.record",
        source="the plan's record: zones of each leg",
        explanation="A closed zone that is written down as entered exists, and so does the permit written beside it, "
        "which is for that zone and drone and in force throughout the leg.",
        limits="A closed zone that is entered and not written down is judged by zone.clearance and zone.permit, not "
        "here.",
    ),
)

_REJECTED = (
    Rule(
        id="zone.rejected",
        source="zone files of the airspace",
        explanation="Every zone of the files could be used. One that could not be, because its file is broken there, "
        "may reach anywhere: nothing can be said to be clear of it.",
        limits="Zones that no file tells of are known to nobody.",
    ),
)

_BOUNDARY = (
    Rule(
        id="boundary.gate",
        source=f"corridor_half_width_m of the drone type, else of the policy; {BOUNDARY_LAW}",
        explanation="A leg passes from one jurisdiction to another only inside the area of a gate, and its centre "
        "line stays the corridor's half width away from both ends of the gate's opening. A crossing outside every "
        "gate is given as a negative distance: how far off the nearest gate is.",
        tolerance=CLEARANCES,
    ),
    Rule(
        id="boundary.clearance",
        source="corridor_half_width_m of the drone type, else of the policy",
        explanation="The centre line stays the corridor's half width away from every stretch of the boundary that no "
        "gate opens, so that the corridor overlaps the other side inside a gate's area only.",
        tolerance=CLEARANCES,
    ),
    Rule(
        id="boundary.inside",
        source="corridor_half_width_m of the drone type, else of the policy",
        explanation="A leg never leaves the jurisdictions of the airspace taken together, and stays the corridor's "
        "half width away from their outer edge: nobody has answered for the airspace beyond. Gaps of up to 2 mm "
        "between two jurisdictions count as closed.",
        tolerance=CLEARANCES,
    ),
    Rule(
        id="boundary.record",
        source="the plan's record: jurisdictions, gates and crossings of each leg",
        explanation="The jurisdictions and gates written down for a leg are those that it truly passes through, and "
        "the crossings are written down where and when it makes them, with a gate that is there. Where two sides "
        "overlap, or lie apart, it crosses in the middle of that stretch, by metres along the ground.",
        tolerance=f"{CROSSING_TOLERANCE_M:g} m and {CROSSING_TOLERANCE_S:g} s for a crossing, because a boundary may "
        "be drawn with other vertices on its two sides",
        limits="Records made elsewhere may leave crossings out.",
    ),
    Rule(
        id="gate.hours",
        source="hours of the gate",
        explanation="A gate that a leg crosses by is open throughout the leg.",
    ),
    Rule(
        id="gate.band",
        source="band of the gate",
        explanation="The boundary is crossed at a height inside the gate's band. Where heights above ground are "
        "uncertain, the band is taken as narrow as it can be, and the budget for datums is kept from both its ends.",
        tolerance=CLEARANCES,
    ),
    Rule(
        id="gate.capacity",
        source="capacity_per_hour of the gate",
        explanation="In any hour, wherever it begins, no more legs cross by a gate than it lets through, whichever "
        "way and by whichever drone. An hour does not hold its own end. A crossing that several gates hold counts "
        "for the one written down. Ways out do not count: they are flown in need only. Where no gate tells a "
        "capacity this is not checked.",
        tolerance=f"{CROSSING_TOLERANCE_S:g} s, within which crossings are told",
    ),
    Rule(
        id="gate.permit",
        source=f"permit of both authorities; {BOUNDARY_LAW}",
        explanation="For each of the two jurisdictions, a permit of that gate by that jurisdiction's authority names "
        "the drone or its type and is valid throughout the leg.",
        limits="That a permit is genuine, and what else stands in it.",
    ),
)

_LEGS = (
    Rule(
        id="leg.waypoints",
        source="the plan's record: waypoints",
        explanation="A leg has at least four waypoints (on the pad, above it, above the other pad, on it), each with "
        "a longitude, a latitude and a height that can exist, and is shorter than 1 000 km. A leg without them "
        "cannot be measured: no other rule on its line is then judged, and the plan fails here.",
    ),
    Rule(
        id="leg.pads",
        source="pads of the airspace",
        explanation="A leg begins and ends on its pads, at their elevation.",
        tolerance=f"{PAD_TOLERANCE_M:g} m over the ground, {PAD_HEIGHT_TOLERANCE_M:g} m of height",
    ),
    Rule(
        id="leg.level",
        source="policy levels_amsl_m",
        explanation="Between the pads a leg is flown at flight levels of the policy. It climbs and descends straight "
        "up and down: over its pads, and wherever it changes level.",
        tolerance=f"{LEVEL_TOLERANCE_M:g} m of height, {PAD_TOLERANCE_M:g} m over the ground",
    ),
    Rule(
        id="leg.turn",
        source="drone type min_turn_radius_m; geometry of the circle that touches both sides of a corner",
        explanation="A type that does not turn on the spot can fly every turn of the line: over any stretch it turns "
        "by no more than a circle of its least radius does over that length, and what flying by a corner inside the "
        "corridor's half width gains; between turns to different sides there is room for both. Such a type keeps one "
        "level from pad to pad.",
        tolerance=f"{TURN_TOLERANCE_DEG:g} degree, for the rounding of coordinates",
        limits="Types that turn on the spot are not asked.",
    ),
    Rule(
        id="leg.ground",
        source="the plan's record: alt_agl_m",
        explanation="Heights above ground agree with the heights above sea level over a ground between the "
        "elevations of the leg's two pads.",
        tolerance=f"{PAD_HEIGHT_TOLERANCE_M:g} m",
        limits="Where a terrain model tells the ground, a height above it that is understated passes.",
    ),
    Rule(
        id="leg.times",
        source="the plan's record: t",
        explanation="Times strictly increase from each waypoint to the next.",
    ),
    Rule(
        id="leg.speed",
        source="drone type: cruise_mps, climb_mps, descent_mps; weather",
        explanation="The time between two waypoints is what the drone type needs with its own air speed, climb and "
        "descent in the wind.",
        tolerance=f"{PIECE_TIME_SHARE:.0%} of each piece and {TIME_TOLERANCE_S:g} s",
        limits="Gusts and acceleration are not modelled.",
    ),
    Rule(
        id="leg.distance",
        source="the plan's record: distance_m",
        explanation="The distance written down for a leg is its length along the ground on the ellipsoid.",
        tolerance=f"{DISTANCE_SHARE:.1%} and 1 m",
    ),
    Rule(
        id="leg.duration",
        source="the plan's record: duration_s; policy handover_s",
        explanation="The duration written down for a leg is its last time less its first, with the hand-over when it "
        "delivers.",
        tolerance=f"{TIME_TOLERANCE_S:g} s",
    ),
    Rule(
        id="leg.deliveries",
        source="the plan's record: deliveries; policy time_factor",
        explanation="The hand-overs written down for a leg are those that it makes, with the time from take-off as "
        "planned and as a quantile.",
        tolerance=TIMES,
        limits="Records from before hand-overs were written down have none.",
    ),
    Rule(
        id="leg.pickups",
        source="the plan's record: pickups",
        explanation="A take-over written down for a leg has ended when the hand-over at the leg's end has: both take "
        "the policy's handover_s together.",
        tolerance=TIMES,
    ),
    Rule(
        id="leg.profile",
        source="the plan's record: the profile of each leg",
        explanation="Where a record tells how a leg is flown from row to row, every row is where, and as high as, "
        "the line of the leg is as far along as the row says, and the last row has the distance, time, energy and "
        "charge that the leg itself tells.",
        tolerance=f"{PAD_TOLERANCE_M:g} m and {DISTANCE_SHARE:.1%} of the leg for places, {PAD_HEIGHT_TOLERANCE_M:g} "
        f"m of height; at the end 1 m, {TIME_TOLERANCE_S:g} s, {ENERGY_TOLERANCE_WH:g} Wh, {CHARGE_TOLERANCE:.1%} of "
        "charge",
        limits="Ground, floor and cap, speeds, power and energy of the rows before the last; what is flown is judged "
        "by the waypoints.",
    ),
    Rule(
        id="sortie.stops",
        source="order to_pad; drone home_pad",
        explanation="A sortie leaves the drone's home pad, calls at the pads of its orders in their order, one leg "
        "for each, and comes back home; each leg begins where the one before ended, and its orders wait at that home "
        "pad, unless they are taken over on the way. A leg that only calls at customs, or only takes something over, "
        "is let in between. Where the policy lets sorties end elsewhere, drone.place and drone.end take the place of "
        "the home pad.",
    ),
    Rule(
        id="sortie.times",
        source="the plan's record: departs, returns; policy handover_s",
        explanation="A sortie departs with its first waypoint and returns with its last, and each leg takes off when "
        "the hand-over before it ends.",
        tolerance=f"{TIME_TOLERANCE_S:g} s",
    ),
)

_CORRIDORS = (
    Rule(
        id="corridor.approved",
        source="the plan's record: created_by.options.corridors; library of corridors",
        explanation="Where the plan says that it flies approved corridors only, every leg lies on the corridor of "
        "the library whose id it names, from end to end, and that corridor is as wide as the drone type may stray. "
        "It is approved, as it stands in the library, for the drone type by every authority whose jurisdiction it "
        "passes, and suspended by none, throughout the leg. Where nobody is known to have a say, some authority's "
        "approval will do. Without a library it cannot be told.",
        tolerance=f"{CORRIDOR_TOLERANCE_M * 100:g} cm",
        limits="Plans that do not say that they fly approved corridors only are not asked.",
    ),
)

_ENERGY = (
    Rule(
        id="energy.leg",
        source="drone type: power figures; policy energy_factor",
        explanation="The energy written down for a leg is not less than what is derived again from the drone type's "
        "figures, the payload, the air, the wind and the policy's factor.",
        tolerance=f"{ENERGY_SHARE:.1%} and {ENERGY_TOLERANCE_WH:g} Wh",
        limits="An energy that is overstated passes: that is safe.",
    ),
    Rule(
        id="energy.reserve",
        source="policy reserve_share",
        explanation="At the end of each leg the packs still hold the policy's share of what they hold today, by the "
        "check's own energy, from the drone's state of charge at first and from full packs after each swap.",
        tolerance=f"{RESERVE_SHARE_OF_USED:.1%} of the energy used",
        limits="That packs hold what their health and charge say is taken as told.",
    ),
    Rule(
        id="energy.charge",
        source="the plan's record: soc_start, soc_end",
        explanation="The states of charge written down make a chain: the drone's own at first, full after a swap, "
        "less the energy of each leg.",
        tolerance=f"{CHARGE_TOLERANCE:.1%} of charge",
    ),
    Rule(
        id="energy.chance",
        source="policy energy_chance, high_value_chance; weather wind_error_mps, wind_error_deg; drone type: "
        "model_error_share",
        explanation="What the packs hold above the reserve is enough for the whole sortie with the policy's chance, "
        "when the forecast errs as it says, the same way for all legs, and the energy model by the type's share.",
        tolerance=f"{RESERVE_SHARE_OF_USED:.1%} of the energy used",
        limits="That forecast and model err as they say is taken as told.",
    ),
    Rule(
        id="energy.alternate",
        source="policy final_hover_s, energy_chance; pads with the role alternate",
        explanation="Every leg tells a way out from above the pad it goes to: to an alternate that is open then, "
        "looks after what is on board as it asks, and can be reached, and hovered over, on what the packs hold above "
        "the reserve, with the policy's chance. Above its pad is the tightest moment of a leg, since from every "
        "other point the drone can follow the leg to there. The line of a way out leads from there to the alternate, "
        "comes down straight above it, and keeps the rules on zones, boundaries, gates, corridors, turns, ground, "
        "speeds and laws like any other. Where the airspace has no alternates this is not checked.",
        tolerance=f"{PAD_TOLERANCE_M:g} m, {LEVEL_TOLERANCE_M:g} m of height, {TIME_TOLERANCE_S:g} s where it joins "
        "the leg",
        limits="How many drones an alternate has room for at one time.",
    ),
    Rule(
        id="energy.way_out",
        source="the plan's record: way_out",
        explanation="What a way out is said to take, to need from the take-off of the sortie on, and to leave above "
        "the reserve is what is derived again.",
        tolerance=f"{ENERGY_SHARE:.1%} and {ENERGY_TOLERANCE_WH:g} Wh",
        limits="Records without ways out are judged by energy.alternate.",
    ),
    Rule(
        id="energy.ledger",
        source="the plan's record: ledger",
        explanation="Trip, contingency, alternate, final reserve and margin add up to what the packs hold at "
        "take-off; trip, median, quantile, reserve and the way out that takes the most are those derived again.",
        tolerance=f"{ENERGY_SHARE:.1%} and {ENERGY_TOLERANCE_WH:g} Wh",
        limits="Records made elsewhere may leave it out.",
    ),
    Rule(
        id="energy.reserve_stated",
        source="policy reserve_share; the plan's record: reserve_wh",
        explanation="The reserve written down for a leg is the policy's share of what the packs hold today.",
        tolerance=f"{ENERGY_SHARE:.1%} and {ENERGY_TOLERANCE_WH:g} Wh",
    ),
)

_CARGO = (
    Rule(
        id="payload.leg",
        source="order mass_kg; the plan's record: payload_kg",
        explanation="The payload written down for a leg is the mass of the orders still on board.",
        tolerance=f"{MASS_TOLERANCE_KG * 1000:g} g",
        limits="That consignments weigh what their orders say is taken as told.",
    ),
    Rule(
        id="payload.limit",
        source="drone type: max_payload_kg",
        explanation="The orders on board never weigh more than the drone type may carry.",
        limits="That consignments weigh what their orders say is taken as told.",
    ),
    Rule(
        id="volume.limit",
        source="drone type: max_volume_l; order volume_l",
        explanation="The orders on board at one time take no more litres than the box of the drone type holds. A "
        "type that tells no volume does not ask, and the finding says so. Where a type tells one and an order on "
        "board does not, this is not checked, unless the other orders alone are too many.",
        limits="Shapes.",
    ),
    Rule(
        id="value.cap",
        source="policy value_cap_per_sortie",
        explanation="The declared value on board at one time stays within the policy's cap for one sortie: at "
        "take-off all that leaves the hub, from a take-over on what is taken over as well.",
        limits="That goods are worth what is declared is taken as told.",
    ),
    Rule(
        id="value.drone_day",
        source="policy value_cap_per_drone_day",
        explanation="The declared value that one drone carries in all its sorties of the job stays within the "
        "policy's cap. A policy without one does not ask, and the finding says so.",
    ),
    Rule(
        id="value.pad",
        source="policy value_cap_per_pad, pad_dwell_s",
        explanation="The declared value that lies at a pad at one time stays within the policy's cap. What is handed "
        "over there counts from its touch-down until the policy's dwell after the hand-over, when it counts as taken "
        "away; what stays on board of a drone, or still waits at a hub, counts for the sortie only. A policy without "
        "a cap does not ask, and the finding says so.",
        tolerance=TIMES,
        limits="When goods are truly taken away.",
    ),
    Rule(
        id="value.currency",
        source="policy currency",
        explanation="Every order served is declared in the policy's currency, and so is the plan's cost; values in "
        "two currencies cannot be added up.",
    ),
    Rule(
        id="sortie.orders",
        source="policy max_orders_per_sortie",
        explanation="A sortie serves at least one order and no more than the policy allows.",
    ),
    Rule(
        id="custody.level",
        source="order custody; pad custody",
        explanation="The pad where an order is handed over, or taken over on the way, looks after it at least as "
        "well as the order asks: 0 is a locker, 1 staffed, 2 two persons.",
        limits="That a pad is staffed as it says.",
    ),
    Rule(
        id="custody.value",
        source="policy two_person_above",
        explanation="A consignment whose declared value is above the policy's figure is handed over, or taken over "
        "on the way, at a pad with two persons. A policy without the figure does not ask, and the finding says so.",
        limits="That a pad is staffed as it says.",
    ),
    Rule(
        id="custody.hours",
        source="pad two_person_hours",
        explanation="Where an order or its value asks for two persons, they are at the pad from touch-down until the "
        "hand-over or take-over has ended.",
        limits="That a pad is staffed as it says.",
    ),
    Rule(
        id="goods.dangerous",
        source="policy dangerous_goods_allowed; Interim Regulations (Order 761) art. 31; HK Cap. 448G advanced "
        "operations",
        explanation="Dangerous goods are flown only over sides whose approval for their UN number the policy holds. "
        "What the law of a side asks of such flights beside that is judged by its ledger.",
        limits="How goods are packed and labelled.",
    ),
    Rule(
        id="goods.lithium",
        source="policy dangerous_goods_allowed; IATA packing instructions (not read, unverified)",
        explanation="Lithium cells and batteries (UN 3090, 3091, 3480, 3481) are flagged for approval by a person: "
        "an order with them is flown only over sides whose approval the policy holds, which the finding names.",
        limits="State of charge and packing.",
    ),
    Rule(
        id="customs.cleared",
        source="policy customs; pad roles, customs_windows; order precleared",
        explanation="An order whose two pads lie in different jurisdictions is pre-cleared, or clears customs once: "
        "at its destination, or at a pad where the sortie calls with it on board. A policy that does not ask is told "
        "as not checked.",
        limits="Goods that only pass over another side, or stay on board at a stop there.",
    ),
    Rule(
        id="customs.window",
        source="pad customs_windows, customs_dwell_s",
        explanation="From the touch-down until the goods have cleared, which takes the pad's dwell after the "
        "hand-over, customs are there. Due times and cold chain run until then where an order clears at its "
        "destination.",
    ),
    Rule(
        id="coldchain.time",
        source="order max_minutes; policy time_factor",
        explanation="An order with a longest time is handed over within it, counted from the take-off of its sortie, "
        "or from the touch-down where it is taken over; what is judged is the planned time times the policy's "
        "factor, its quantile. With a factor of 1 that is the planned time itself.",
        tolerance=f"{TIME_TOLERANCE_S:g} s times the factor",
        limits="The temperature in the box: coldchain.temperature.",
    ),
    Rule(
        id="order.once",
        source="orders of the job",
        explanation="Every order of the job is served exactly once or listed as unserved exactly once, and no order "
        "is invented; an order counts as served when a leg before the last one ends at its pad, or the last one if "
        "it was taken over on the way.",
    ),
    Rule(
        id="order.ready",
        source="order ready_at",
        explanation="A sortie takes off when all its orders are ready, and lands no earlier where others are taken "
        "over on the way.",
        tolerance=TIMES,
    ),
    Rule(
        id="order.taken",
        source="order from_pad; the plan's record: pickups",
        explanation="What does not lie where its sortie starts is taken over once, at the pad where it lies, by the "
        "sortie that hands it over, and before that; nothing is taken over that the sortie does not carry.",
    ),
    Rule(
        id="order.together",
        source="order together",
        explanation="Orders with one label fly in one sortie, all of them or none.",
    ),
    Rule(
        id="order.apart",
        source="order apart",
        explanation="No two orders with one label share a sortie.",
    ),
    Rule(
        id="order.due",
        source="order due_at",
        explanation="The hand-over of an order ends before it is due.",
        tolerance=TIMES,
    ),
)

_DAY = (
    Rule(
        id="job.window",
        source="job start, end",
        explanation="No drone is off its hub before the job starts or after it ends.",
        tolerance=TIMES,
    ),
    Rule(
        id="weather.warnings",
        source="weather of the job; signals of the Hong Kong Observatory",
        explanation="No sortie takes off under tropical cyclone signal 3 or above, a rainstorm signal or a "
        "thunderstorm warning.",
        limits="What the job does not tell of counts as not in force.",
    ),
    Rule(
        id="weather.temperature",
        source="drone type: temp_min_c, temp_max_c",
        explanation="The air is neither colder nor warmer than the drone type may fly in.",
        limits="That the weather comes as forecast.",
    ),
    Rule(
        id="weather.wind",
        source="drone type: max_wind_mps",
        explanation="The mean wind, at the greatest height above the ground that the sortie reaches, is within what "
        "the drone type may fly in.",
        limits="That the weather comes as forecast; its errors count in energy.chance.",
    ),
    Rule(
        id="weather.gusts",
        source="weather of the job: gust_mps; drone type: max_gust_mps, else max_wind_mps",
        explanation="Gusts, at the greatest height that the sortie reaches, are within what the drone type may fly "
        "in. Where nobody has told of gusts this is not checked.",
        limits="That the weather comes as forecast.",
    ),
    Rule(
        id="weather.rain",
        source="drone type: max_rain_mm_h",
        explanation="It rains no more than the drone type may fly in; a type that says nothing flies in none.",
        limits="That the weather comes as forecast.",
    ),
    Rule(
        id="weather.period",
        source="weather of the job: later",
        explanation="A sortie is over before other weather comes, as its legs are judged by that of their take-off. "
        "Weather that is told again with the same figures is no other.",
    ),
    Rule(
        id="weather.flyable",
        source="policy min_ground_speed_mps",
        explanation="On every piece of a leg the drone can hold its track in the wind and still makes the policy's "
        "least ground speed.",
        limits="That the weather comes as forecast; its errors count in energy.chance.",
    ),
    Rule(
        id="pad.slots",
        source="pad slots, turnaround_s",
        explanation="A pad never holds more drones than it has slots. A delivery pad is held from the start of the "
        "descent until the next climb has ended; a hub from its turnaround time before a take-off until the climb "
        "has ended, and from the start of the descent until its turnaround time after the landing.",
        tolerance=TIMES,
        limits="What a drone does that comes late: pad.hold.",
    ),
    Rule(
        id="pad.hours",
        source="hours of the pad",
        explanation="A pad is open for all the time that it is held.",
    ),
    Rule(
        id="drone.swap",
        source="drone type: swap_s",
        explanation="A drone flies one sortie at a time, with time for fresh packs between two of them.",
        tolerance=TIMES,
    ),
    Rule(
        id="drone.place",
        source="policy end_elsewhere; drone home_pad",
        explanation="Where the policy lets sorties end elsewhere, a sortie leaves the pad where its drone stands: "
        "its home before its first sortie of the day, then the pad where its sortie before ended. Drones move in no "
        "other way.",
    ),
    Rule(
        id="drone.end",
        source="policy end_elsewhere; fleet of the job",
        explanation="Where the policy lets sorties end elsewhere, a sortie ends at a hub, which is a pad where "
        "drones of the job have their home.",
    ),
    Rule(
        id="drone.evening",
        source="policy end_elsewhere, evening; drone home_pad",
        explanation="Where the policy lets sorties end elsewhere, drones stand in the end where its evening says: "
        "each at its own home pad (home), at each pad as many of a type in the same permits as live there (level), "
        "or anywhere.",
    ),
    Rule(
        id="drone.hours",
        source="works_from, works_until of the drone",
        explanation="A drone takes off and is back on its hub within its working hours. One that tells none, or only "
        "one end of them, is free as long as the job lasts.",
        tolerance=TIMES,
    ),
    Rule(
        id="pad.packs",
        source="pad swap_packs, chargers; drone type: charge_w, pack_cool_s",
        explanation="A charged pack is there for every take-off from a pad that counts its spares. They and the full "
        "packs that drones of the type begin the day with there are one stock; a pack that flew joins the stock of "
        "the pad where its sortie ends when it has cooled, its turn at a charger has come, and it is full. Packs of "
        "a type without charge_w are not charged during the day.",
        tolerance=TIMES,
        limits="Packs are taken as charged from the charge that the record tells at the end of each sortie, which "
        "energy.charge judges.",
    ),
    Rule(
        id="record.known",
        source="fleet of the job; airspace",
        explanation="Every drone, drone type, pad, gate and jurisdiction that the plan names exists, a drone is of "
        "the type written down, and no sortie id stands twice.",
    ),
    Rule(
        id="record.job",
        source="job start, end",
        explanation="The plan is for the job's day: it begins and ends when the job does.",
        tolerance=f"{TIME_TOLERANCE_S:g} s",
    ),
    Rule(
        id="record.inputs",
        source="the plan's record: inputs; files of the scenario",
        explanation="The files that the plan says it was made from are those that it is judged by. Where one has "
        "changed, is missing or has come since, this is not checked, and the finding names it; it breaks nothing by "
        "itself, because everything else is judged by the files as they are now.",
        limits="Records made elsewhere may tell no files.",
    ),
    Rule(
        id="record.filings",
        source="the plan's record: filings; rule ledgers of the jurisdictions; policy approvals_held",
        explanation="What is written down to be filed is what the ledgers ask for the sides that the plan truly "
        "flies over: no rule is left out, none is invented, and the number of filings, the first flight, the latest "
        "moment, the reply and the authority of each are those derived again. Where the ledgers ask for some and a "
        "record tells of none at all, this is not checked, and the finding names them.",
        tolerance=TIMES,
        limits="Whether anything was filed, and whether there is still time for it.",
    ),
    Rule(
        id="record.unserved",
        source="the plan's record: unserved; orders of the job",
        explanation="An order left out has a reason told in words, with numbers that are numbers, and the reason "
        "does not contradict the order itself: dangerous goods are only told of goods declared so, a cold chain of "
        "an order with a longest time, a company of one that flies together with others, customs of one that is not "
        "pre-cleared, and a change is offered as verified only with words that say which.",
        limits="Whether a reason is true, and whether a change would truly serve the order; skyferry explain plans "
        "and checks those.",
    ),
    Rule(
        id="record.held",
        source="the plan's record: held_s, held_for, other_ways of each sortie; policy separation_m, departure_error_s",
        explanation="A sortie that is said to be held back for others would have come too near to each of them, had "
        "it taken off at some moment within the seconds told before it does; they are sorties of other drones in the "
        "plan, or intents of other operators. Legs said to be flown another way are there.",
        tolerance=f"{TIME_TOLERANCE_S:g} s, and {SEPARATION_TOLERANCE_M * 100:g} cm over the ground and of height",
        limits="Whether it could have taken off that early for all else, and whether the other way was needed.",
    ),
    Rule(
        id="record.digest",
        source="the plan's record: digest",
        explanation="The digest in the file is that of its content: nothing was changed after it was written.",
        limits="Who wrote the record: a digest is no signature.",
    ),
    Rule(
        id="totals.cost",
        source="policy cost_per_sortie, cost_per_flight_hour, cost_per_kwh",
        explanation="The cost is the policy's prices times the sorties, flight hours and energy of the plan.",
        tolerance=f"{TOTALS_SHARE:.2%} and 0.01 of the currency",
    ),
    Rule(
        id="totals.distance",
        source="the plan's record: totals",
        explanation="The distance is the sum of the legs.",
        tolerance=f"{TOTALS_SHARE:.2%} and 1 m",
    ),
    Rule(
        id="totals.energy",
        source="the plan's record: totals",
        explanation="The energy is the sum of the legs.",
        tolerance=f"{TOTALS_SHARE:.2%} and 1 Wh",
    ),
    Rule(
        id="totals.flight",
        source="the plan's record: totals",
        explanation="The flight time is the sum, over the sorties, of the time from departing to returning.",
        tolerance=f"{TOTALS_SHARE:.2%} and 1 s",
    ),
    Rule(
        id="totals.counts",
        source="the plan's record: totals",
        explanation="The numbers of sorties, of orders served and of orders unserved are those listed.",
    ),
    Rule(
        id="totals.bound",
        source="the plan's record: bound",
        explanation="What no plan is said to cost less than, this plan does not cost less than; the gap told is the "
        "share of this plan's cost that it is above the bound; a proof is told only where the two are the same. "
        "Where no bound is told there is no gap and no proof of one.",
        tolerance=f"{TOTALS_SHARE:.2%} of the cost",
        limits="Whether a bound is true.",
    ),
)

_GROUND_AND_LAW = (
    Rule(
        id="ground.terrain",
        source="terrain model; policy vertical_clearance_m + vertical_budget_m",
        explanation="Between the climb and the descent a leg keeps the vertical clearance and the budget for datums "
        "above the highest that the ground of the terrain model can be below its corridor. Without a terrain model "
        "the ground is known at the pads only, and hills count only where they are drawn as zones.",
        tolerance=f"{LEVEL_TOLERANCE_M:g} m",
        limits="Buildings, and hills that no terrain model or zone tells of.",
    ),
    Rule(
        id="law.judged",
        source="rule ledgers of the jurisdictions",
        explanation="Every leg is cut where it crosses the boundary, and each piece is judged by every rule in the "
        "ledger of the jurisdiction it is flown over: heights, speeds, classes of aircraft, distances, daylight, "
        "what needs a permit. Each such rule is told by itself, as law. and its id; what it has no data or no figure "
        "for is NOT CHECKED, as is what somebody has to declare.",
        limits="What somebody has to declare.",
    ),
    Rule(
        id="law.ledger",
        source="rules that a jurisdiction names",
        explanation="A jurisdiction that names no ledger known here is judged by no rules of its own.",
        limits="Whether a ledger says all that the law asks for.",
    ),
)

_AIR = (
    Rule(
        id="air.separation",
        source="policy separation_m, departure_error_s; ASTM F3548-21 OiMaxDurationPerExcursion",
        explanation="Two sorties of different drones are never nearer to each other over the ground than the first "
        "figure of the policy's separation while their heights are nearer than the second, even if each is flown "
        "earlier or later as a whole by up to the policy's departure error. All pairs and all such shifts are worked "
        "out at once, without sampling. A drone is in the air from the first waypoint of a leg to its last. The "
        "sorties of one drone are judged by drone.swap.",
        tolerance=f"{SEPARATION_TOLERANCE_M * 100:g} cm, over the ground and of height, for the rounding of "
        "coordinates and times in a record",
        limits="Ways out, which are flown in need only. A plan alone keeps nobody apart in the air: who strays "
        "further, or is later, than the plan allows for is not where it says.",
    ),
    Rule(
        id="air.traffic",
        source="operational intents of others, as told with the job; ASTM F3548-21 IntersectionMinimumPrecision; "
        "policy vertical_budget_m, departure_error_s",
        explanation="No leg overlaps a volume that somebody else has told to hold: its corridor, the half width to "
        "both sides of the centre line and the budget for datums above and below, taken the policy's departure error "
        "before and after, does not meet the volume's area while its heights and its times are met. All volumes "
        "count, off-nominal ones too, whatever the priority of the intent. Where no intents are told this is not "
        "checked.",
        tolerance=f"{INTERSECTION_M * 100:g} cm, the precision of the standard, and {INTERSECTION_S * 1000:g} ms, "
        "that of a record",
        limits="Manned aircraft, and flights of others that nobody has told of. Ways out, which are flown in need "
        "only.",
    ),
)

_OUT_OF_SCOPE = (
    Rule(
        id="pad.hold",
        source="expected hold at arrival",
        explanation="How long a drone may have to wait above a pad when one before it is late is not checked: no "
        "hold is planned, a record that waits in the air fails leg.speed, and delays are not modelled.",
        limits="All of it.",
        in_scope=False,
    ),
    Rule(
        id="coldchain.temperature",
        source="order temp_min_c, temp_max_c",
        explanation="The temperature inside the box is not modelled; only the time to the hand-over is checked.",
        limits="All of it.",
        in_scope=False,
    ),
)

_TABLES = (_ZONES, _REJECTED, _BOUNDARY, _CORRIDORS, _LEGS, _ENERGY, _CARGO, _DAY, _AIR, _GROUND_AND_LAW, _OUT_OF_SCOPE)

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for table in _TABLES for rule in table})
"""Every rule by its id, in the order in which a person would read them."""

BOOKKEEPING = (
    "record.",
    "totals.",
    "leg.",
    "sortie.",
    "boundary.record",
    "zone.record",
    "corridor.",
    "energy.leg",
    "energy.charge",
    "energy.reserve_stated",
    "energy.way_out",
    "energy.ledger",
    "payload.leg",
    "custody.",
    "pad.slots",
    "customs.cleared",
    "pad.packs",
    "order.once",
    "order.ready",
    "order.taken",
    "order.together",
    "order.apart",
    "drone.place",
    "drone.end",
    "drone.evening",
)
"""Beginnings of the ids of rules that compare a record with itself or count: they have no room worth showing."""


def is_bookkeeping(rule: str) -> bool:
    """Tell whether a rule says nothing about how near a plan comes to a limit."""
    return rule.startswith(BOOKKEEPING)


def is_waived(rule: str, verdict: Verdict, margin: float | None) -> bool:
    """Tell whether a permit lets a plan go beyond a limit of the law: it has no room there, and needs none."""
    return rule.startswith("law.") and verdict is Verdict.PASS and margin is not None and margin < 0
