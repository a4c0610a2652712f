// The card that tells the numbers of what is chosen; with nothing chosen, who is in the air.

function link(kind, id, ...words) {
  return el("button", { type: "button", class: "link", onclick: () => choose(kind, id) }, words.length ? words : id);
}

function droneTag(id) {
  return el("button", { type: "button", class: `tag ${colourOf(id)}`, onclick: () => choose("drone", id) }, id);
}

function hoursOf(thing) {
  if (thing.spans === null) return told(thing.hours);
  const now = { time: clockTime(state.t, false) };
  return [told(thing.hours), "; ", holds(thing.spans, state.t) ? t("active at {time}", now) : t("not active at {time}", now)];
}

function heading(mark, title, ...rest) {
  return el("header", { class: "card-head" }, mark, el("h2", null, title), el("span", { class: "quiet" }, rest), el("span", { class: "space" }), viewChoice(),
    state.chosen ? el("button", { type: "button", class: "button close", "aria-label": t("Close"), onclick: () => choose(null) }, "✕") : null);
}

function showDetail() {
  const card = byId("detail");
  card.classList.toggle("open", state.chosen !== null);
  if (!state.chosen) { show(card, nowFlying()); return; }
  const { kind, id } = state.chosen;
  show(card, DETAILS[kind](thing(state.chosen), id));
}

// ---------------------------------------------------------------- beside the map: a flight from the side, or figures

let view = "profile";

function viewChoice() {
  return choices(t("Beside the map"), [["profile", t("Profile")], ["figures", t("Figures")]], view, useView);
}

function useView(what) {
  view = what;
  byId("side").dataset.view = view;
  if (view === "profile") drawProfile();
  else showDetail();
}

// What has no flight is told in figures.
function turnTo() {
  if (state.chosen) view = ["pad", "zone", "gate"].includes(state.chosen.kind) || data.summed ? "figures" : "profile";
  byId("side").dataset.view = view;
}

// ---------------------------------------------------------------- nothing chosen

const MOST_LISTED = 40;

function nowFlying() {
  const listed = data.sorties.filter((sortie) => inFlight(sortie, state.t));
  const title = heading(null, t("In the air"), ` ${clockTime(state.t)} · ${t("{count} of {total}", { count: num(airborneAt(state.t)), total: tn("{count} drone", "{count} drones", data.drones.length || data.totals.sorties) })}`);
  if (data.summed) return [heading(null, t("In the air"), ` ${clockTime(state.t)} · ${airborneWords()}`), el("p", { class: "empty" }, t("With so many sorties the page tells sums for each corridor, and no flight by itself."))];
  if (!listed.length) return [title, el("p", { class: "empty" }, t("No drone is in the air at this time. Move the slider, or press Play."))];
  const line = (sortie) => {
    const { leg, alt, landed } = position(sortie, state.t);
    const row = el("tr", null,
      el("td", null, droneTag(sortie.drone)),
      el("td", null, link("sortie", sortie.id)),
      el("td", null, landed ? t("at {pad}", { pad: leg.to }) : el("span", null, leg.from, " → ", el("b", null, leg.to))),
      el("td", { class: "n" }, `${num(alt)} m`),
      el("td", { class: "n" }, `${brief(leg.payload_kg)} kg`),
      el("td", { class: "n" }, clockTime(leg.times[leg.times.length - 1], false)),
      el("td", { class: "n" }, percent(leg.soc_end, 0)));
    row.dataset.sortie = sortie.id;
    return row;
  };
  const rest = listed.length - MOST_LISTED;
  return [title,
    tableOf([[t("Drone")], [t("Sortie")], [t("Leg")], ["AMSL", true], [t("Load"), true], [t("Lands"), true], [t("Charge then"), true]], listed.slice(0, MOST_LISTED).map(line)),
    rest > 0 ? el("p", { class: "note" }, tn("and {count} more", "and {count} more", rest)) : null];
}

// ---------------------------------------------------------------- one thing chosen

const DETAILS = {
  corridor(corridor, index) {
    return [
      heading(swatch("corridor"), `${corridor.ends[0]} – ${corridor.ends[1]}`, ` ${km(corridor.distance_m)} · ${tn("{count} flight", "{count} flights", corridor.flights)}`),
      rows(
        [t("Corridor"), el("code", null, corridor.ids.join(", "))],
        [t("Between"), list(corridor.ends.map((id) => link("pad", id, nameOf(id))))],
        [t("Length"), t("{length} along the ground", { length: km(corridor.distance_m) })],
        [t("Width"), t("{width} m, and {clear} m clear on each side", { width: brief(2 * corridor.half_width_m), clear: brief(data.policy.clearance_m) })],
        [t("Height"), `${corridor.levels_amsl_m.map(brief).join(", ")} m AMSL`],
        [t("Gates"), corridor.gates.length ? list(corridor.gates.map((id) => link("gate", id))) : t("none; stays on one side")],
        [t("Jurisdictions"), corridor.jurisdictions.join(" → ")],
        [t("Energy"), energyWords(corridor)],
        [t("Each hour"), corridor.hours.map((count) => num(count)).join(" · ")]),
      data.summed ? null : legTable(legsOf(index))];
  },
  pad(pad) {
    const calls = allLegs.filter((leg) => leg.to === pad.id || leg.from === pad.id);
    const waiting = data.unserved.filter((item) => orders.has(item.order) && orders.get(item.order).to === pad.id);
    return [
      heading(SIGNS[roleOf(pad)](), pad.id, " ", pad.name, " ", chinese(pad)),
      rows(
        [t("Roles"), pad.roles.join(", ") || t("delivery")],
        [t("Ground"), `${brief(pad.elevation_amsl_m)} m AMSL`],
        [t("Position"), `${placeWords(pad.at)}, WGS 84`],
        [t("Jurisdiction"), pad.jurisdiction || t("none")],
        [t("Takes"), tn("{count} drone at a time, {time} turnaround", "{count} drones at a time, {time} turnaround", pad.slots, { time: minutes(pad.turnaround_s) })],
        [t("Custody"), told(plain(pad.custody))],
        [t("Hours"), hoursOf(pad)],
        [t("Unserved here"), waiting.length ? list(waiting.map((item) => `${item.order} (${item.reason})`)) : null],
        [t("Source"), trusted(pad)]),
      calls.length ? legTable(calls) : el("p", { class: "empty" }, usedPads.has(pad.id) ? t("With so many sorties the page tells sums for each corridor, and no flight by itself.") : t("No flight of this plan uses this pad."))];
  },
  zone(zone) {
    const opening = data.gates.flatMap((gate) => gate.permits.filter((permit) => permit.zones.includes(zone.id)).map((permit) => ({ gate, permit })));
    return [
      heading(swatch(kindOf(zone)), zone.id, " ", zone.name, " ", chinese(zone)),
      rows(
        [t("Restriction"), el("b", null, zone.restriction), language === "en" ? null : ` ${RESTRICTIONS[zone.restriction]()}`],
        [t("Ceiling"), zone.upper === "UNL" ? t("UNL (unlimited)") : zone.upper],
        [t("Floor"), zone.lower],
        [t("Hours"), hoursOf(zone)],
        [t("Protects"), told(plain(zone.category))],
        [t("Authority"), told(zone.authority) || t("not named")],
        [t("Jurisdiction"), zone.jurisdiction],
        [t("Permits"), zone.permittable ? (opening.length ? list(opening.map(({ gate, permit }) => el("span", null, mixed(t("{permit} by gate {gate}"), { permit: permit.id, gate: link("gate", gate.id) })))) : t("none opens it")) : t("no permit can open it")],
        [t("Source"), trusted(zone)])];
  },
  gate(gate) {
    const crossed = allLegs.filter((leg) => leg.gates.includes(gate.id));
    return [
      heading(SIGNS.gate(), gate.id, " ", gate.name, " ", chinese(gate)),
      rows(
        [t("Band"), t("{lower} to {upper}", gate)],
        [t("Flight levels"), `${data.policy.levels_amsl_m.map(brief).join(", ")} m AMSL`],
        [t("Hours"), hoursOf(gate)],
        [t("Capacity"), gate.capacity_per_hour === null ? t("not stated") : t("{count} crossings an hour", { count: gate.capacity_per_hour })],
        [t("Source"), trusted(gate)]),
      el("h3", null, tn("{count} permit", "{count} permits", gate.permits.length)),
      tableOf([t("Permit"), t("Authority"), t("Aircraft"), t("Opens zones"), t("Valid")].map((word) => [word]), gate.permits.map((permit) => el("tr", null,
        el("td", null, el("b", null, permit.id)), el("td", null, told(permit.authority)), el("td", null, permit.aircraft.join(", ")),
        el("td", null, permit.zones.length ? list(permit.zones.map((id) => (zones.has(id) ? link("zone", id) : id))) : t("none")),
        el("td", null, `${clockTime(permit.from, false)}–${clockTime(permit.to, false)}`)))),
      data.summed ? null : [el("h3", null, tn("{count} crossing", "{count} crossings", crossed.length)), legTable(crossed)]];
  },
  drone(drone) {
    const flights = data.sorties.filter((sortie) => sortie.drone === drone.id);
    const busy = sum(flights.map((sortie) => sortie.returns - sortie.departs));
    const now = flights.find((sortie) => inFlight(sortie, state.t));
    const at = now && position(now, state.t);
    return [
      heading(droneTag(drone.id), drone.type, ` ${tn("{count} sortie", "{count} sorties", flights.length)} · ${t("{time} in the air", { time: minutes(busy) })}`),
      rows(
        [t("At {time}", { time: clockTime(state.t) }), at ? [at.landed ? t("at {pad}", { pad: at.leg.to }) : t("towards {pad}", { pad: at.leg.to }), `, ${num(at.alt)} m AMSL, `, link("sortie", now.id)] : t("on the ground")],
        [t("Home"), link("pad", drone.home_pad, nameOf(drone.home_pad))],
        [t("Battery"), t("{energy} Wh new, health {health}, {charge} at the start", { energy: num(drone.battery_wh), health: percent(drone.health, 0), charge: percent(drone.state_of_charge, 0) })],
        [t("Carries"), t("at most {mass} kg", { mass: brief(drone.max_payload_kg) })],
        [t("Cruise"), t("{speed} m/s, wind up to {wind} m/s", { speed: brief(drone.cruise_mps), wind: brief(drone.max_wind_mps) })],
        [t("Lowest landing"), flights.length ? overReserve(Math.min(...flights.map(lowestCharge))) : null]),
      flights.length ? sortieTable(flights) : el("p", { class: "empty" }, t("This drone does not fly in this plan."))];
  },
  sortie(sortie) {
    const distance = sum(sortie.legs.map((leg) => leg.distance_m));
    const value = sortie.orders.map((id) => orders.get(id)).filter(Boolean);
    return [
      heading(droneTag(sortie.drone), sortie.id, ` ${km(distance)} · ${minutes(sortie.returns - sortie.departs)}`),
      rows(
        [t("Flies"), `${clockTime(sortie.departs)}–${clockTime(sortie.returns)}${onTo(sortie)}`],
        [t("Held back"), sortie.held_for.length ? t("{time} s on the ground, to be apart in the air", { time: brief(sortie.held_s) }) : null],
        [t("Held back for"), list(sortie.held_for.map((id) => link("sortie", id)))],
        [t("Other ways"), sortie.other_ways.length ? t("leg {legs}: another corridor or level than the best, to be apart in the air", { legs: sortie.other_ways.join(", ") }) : null],
        [t("Orders"), sortie.orders.join(", ") || t("none")],
        [t("On board"), value.length ? t("{mass} kg, {value} declared", { mass: brief(sum(value.map((order) => order.mass_kg))), value: `${value[0].currency} ${num(sum(value.map((order) => order.value)))}` }) : null],
        [t("Energy"), forecastWords(sum(sortie.legs.map((leg) => leg.energy_wh)))],
        [t("Lands with"), overReserve(lowestCharge(sortie))],
        [t("Crosses"), list(sortie.legs.flatMap((leg) => leg.crossings).map(crossingOf))],
        [t("Enters"), list(entriesOf(sortie))]),
      sortie.ledger ? ledgerBar(sortie.ledger) : null,
      waysOut(sortie),
      legTable(sortie.legs, true)];
  },
  finding(finding) {
    return [
      heading(finding.verdict === "FAIL" ? SIGNS.fault() : SIGNS.closest(), told(plain(finding.rule)), ` ${finding.verdict}`),
      rows(
        [t("Subject"), told(finding.subject)],
        [t("Measured"), withUnit(finding.measured, finding.unit)],
        [t("Limit"), withUnit(finding.required, finding.unit)],
        [t("Margin"), finding.margin === null ? t("not measured") : el("b", null, signed(finding.margin, finding.unit))],
        [t("When"), finding.t === null ? null : clockTime(finding.t)],
        [t("Where"), finding.at ? `${placeWords(finding.at)}, ${brief(finding.alt_amsl_m)} m AMSL` : null],
        [t("Asked by"), told(finding.source)],
        [t("In words"), told(finding.detail)])];
  },
};

function crossingOf(crossing) {
  return el("span", null, `${clockTime(crossing.t)} ${crossing.from} → ${crossing.to} `, mixed(t("by {gate} at {height} m AMSL"), { gate: link("gate", crossing.gate), height: brief(crossing.alt_amsl_m) }));
}

// Each zone once for each way it is open to the sortie: by a permit, or because it is not in force then.
function entriesOf(sortie) {
  const seen = new Map(sortie.legs.flatMap((leg) => leg.zones).map((entry) => [`${entry.zone} ${entry.note}`, entry]));
  return [...seen.values()].map((entry) => el("span", null, zones.has(entry.zone) ? link("zone", entry.zone) : entry.zone, entry.permit ? ` (${entry.permit})` : [": ", told(entry.note)]));
}

const PARTS = { trip: () => t("trip"), contingency: () => t("contingency"), alternate: () => t("alternate"), margin: () => t("margin"), reserve: () => t("final reserve") };

// What the packs hold at take-off, part by part; the words beneath say the same.
function ledgerBar(ledger) {
  const parts = ledger.parts.filter(([, wh]) => wh > 0.05);
  const whole = sum(parts.map(([, wh]) => wh));
  const bar = el("div", { class: "ledger", role: "img", "aria-label": t("Energy of the packs at take-off, {energy} Wh", { energy: brief(whole) }) }, parts.map(([name, wh]) => {
    const part = el("span", { class: `part ${name}` });
    part.style.width = `${(100 * wh) / whole}%`;
    return part;
  }));
  return el("section", { class: "ledger-card" },
    el("h3", null, t("Packs at take-off"), " ", el("span", { class: "quiet" }, t("{energy} Wh · enough with a chance of {chance} · half of all cases take at most {median} Wh", { energy: brief(whole), chance: percent(ledger.chance, 1), median: brief(ledger.median_wh) }))),
    bar,
    el("ul", { class: "ledger-key" }, parts.map(([name, wh]) => el("li", null, el("span", { class: `part ${name}`, "aria-hidden": "true" }), ` ${PARTS[name]()} `, el("b", null, `${brief(wh)} Wh`)))));
}

// From above each pad of a sortie on to an alternate; the one that leaves least is its tightest point.
function waysOut(sortie) {
  const known = sortie.legs.filter((leg) => leg.way_out);
  if (!known.length) return null;
  const least = Math.min(...known.map((leg) => leg.way_out.margin_wh));
  const line = ({ to, way_out: way }) => el("li", { class: way.margin_wh === least ? "tightest" : null },
    mixed(t("from above {pad} to {alternate}: {energy} Wh, {margin} Wh above the reserve left"), { pad: link("pad", to), alternate: link("pad", way.alternate), energy: brief(way.energy_wh), margin: brief(way.margin_wh) }),
    way.margin_wh === least ? [" · ", el("b", null, t("the tightest point"))] : null);
  return el("section", null, el("h3", null, t("Ways out")), el("ul", { class: "ways-out" }, known.map(line)));
}

function withUnit(value, unit) {
  return value === null ? t("not stated") : amount(value, unit);
}

function energyWords({ energy_wh: [least, most] }) {
  return brief(least) === brief(most) ? t("{energy} Wh a flight", { energy: brief(least) }) : t("{least} to {most} Wh a flight", { least: brief(least), most: brief(most) });
}

function overReserve(share) {
  return t("{charge}; reserve {reserve}", { charge: percent(share), reserve: percent(data.policy.reserve_share, 0) });
}

function forecastWords(wh) {
  const factor = data.policy.energy_factor;
  return factor > 1 ? t("{energy} Wh as forecast, with a factor of {factor}", { energy: brief(wh), factor: brief(factor) }) : t("{energy} Wh as forecast", { energy: brief(wh) });
}

// Where a sortie leads that ends at another hub than the one it left; nothing where it comes back.
function onTo(sortie) {
  const ends = { from: sortie.legs[0].from, to: sortie.legs[sortie.legs.length - 1].to };
  return ends.from === ends.to ? "" : t(", from {from} on to {to}", ends);
}

// What happens at the end of a leg: hand-overs, take-overs, and what clears customs and stays on board.
function happening(leg) {
  const called = leg.clears.filter((id) => !leg.orders.includes(id));
  return [...leg.orders, ...leg.pickups.map((id) => t("{order} (picked up)", { order: id })), ...called.map((id) => t("{order} (customs)", { order: id }))];
}

const MOST_ROWS = 200;

function legTable(legs, one = false) {
  const line = (leg) => {
    const row = el("tr", null,
      one ? null : [el("td", null, droneTag(leg.sortie.drone)), el("td", null, link("sortie", leg.sortie.id))],
      el("td", null, leg.from, " → ", el("b", null, leg.to)),
      el("td", { class: "n" }, clockTime(leg.times[0])),
      el("td", { class: "n" }, minutes(leg.duration_s)),
      one ? el("td", { class: "n" }, km(leg.distance_m)) : null,
      el("td", { class: "n" }, `${brief(leg.payload_kg)} kg`),
      el("td", { class: "n" }, `${brief(leg.energy_wh)} Wh`),
      el("td", { class: "n" }, `${percent(leg.soc_start, 0)} → ${percent(leg.soc_end, 0)}`),
      el("td", null, happening(leg).join(", ") || "–"));
    if (one) row.dataset.corridor = leg.line;
    else row.dataset.sortie = leg.sortie.id;
    return row;
  };
  const heads = [...(one ? [] : [[t("Drone")], [t("Sortie")]]), [t("Leg")], [t("Takes off"), true], [t("Time"), true], ...(one ? [[t("Length"), true]] : []), [t("Load"), true], [t("Energy"), true], [t("Charge"), true], [t("Orders")]];
  const rest = legs.length - MOST_ROWS;
  return [tableOf(heads, legs.slice(0, MOST_ROWS).map(line)), rest > 0 ? el("p", { class: "note" }, tn("and {count} more", "and {count} more", rest)) : null];
}
