// The card that tells the numbers of what is chosen; with nothing chosen, who is in the air.

function rows(...pairs) {
  const kept = pairs.filter((pair) => pair && pair[1] !== null && pair[1] !== undefined && pair[1] !== "" && pair[1].length !== 0);
  return el("dl", { class: "rows" }, kept.map(([term, ...told]) => el("div", null, el("dt", null, term), el("dd", null, told))));
}

function link(kind, id, ...words) {
  return el("button", { type: "button", class: "link", onclick: () => choose(kind, id) }, words.length ? words : id);
}

function list(items) {
  return items.flatMap((item, index) => (index ? [", ", item] : [item]));
}

function droneTag(id) {
  return el("button", { type: "button", class: `tag ${colourOf(id)}`, onclick: () => choose("drone", id) }, id);
}

function trusted(thing) {
  const dated = thing.source_date ? `, ${thing.source_date}` : ", no date";
  return [thing.source ? `${thing.source}${dated} ` : "not given ", el("span", { class: `trust ${thing.confidence}` }, thing.confidence)];
}

function hoursOf(thing) {
  const now = holds(thing.spans, state.t) ? "active" : "not active";
  return thing.spans === null ? thing.hours : `${thing.hours}; ${now} at ${clockTime(state.t, false)}`;
}

function heading(mark, title, ...rest) {
  return el("header", { class: "card-head" }, mark, el("h2", null, title), el("span", { class: "quiet" }, rest), el("span", { class: "space" }),
    state.chosen ? el("button", { type: "button", class: "button close", "aria-label": "Close", onclick: () => choose(null) }, "✕") : null);
}

function showDetail() {
  const card = byId("detail");
  card.classList.toggle("open", state.chosen !== null);
  if (!state.chosen) { show(card, nowFlying()); return; }
  const { kind, id } = state.chosen;
  show(card, DETAILS[kind](thing(state.chosen), id));
}

// ---------------------------------------------------------------- nothing chosen

function nowFlying() {
  const list = data.sorties.filter((sortie) => inFlight(sortie, state.t));
  const title = heading(null, "In the air", ` ${clockTime(state.t)} · ${num(list.length)} of ${plural(data.drones.length, "drone")}`);
  if (!list.length) return [title, el("p", { class: "empty" }, "No drone is in the air at this time. Move the slider, or press Play.")];
  const line = (sortie) => {
    const { leg, alt, landed } = position(sortie, state.t);
    return el("tr", null,
      el("td", null, droneTag(sortie.drone)),
      el("td", null, link("sortie", sortie.id)),
      el("td", null, landed ? `at ${leg.to}` : el("span", null, leg.from, " → ", el("b", null, leg.to))),
      el("td", { class: "n" }, `${num(alt)} m`),
      el("td", { class: "n" }, `${brief(leg.payload_kg)} kg`),
      el("td", { class: "n" }, clockTime(leg.waypoints[leg.waypoints.length - 1][3], false)),
      el("td", { class: "n" }, percent(leg.soc_end, 0)));
  };
  return [title, el("div", { class: "scroll" }, el("table", null,
    el("thead", null, el("tr", null, ["Drone", "Sortie", "Leg"].map((word) => el("th", null, word)), ["AMSL", "Load", "Lands", "Charge then"].map((word) => el("th", { class: "n" }, word)))),
    el("tbody", null, list.map(line))))];
}

// ---------------------------------------------------------------- one thing chosen

const DETAILS = {
  corridor(corridor, index) {
    const flights = sortiesOf(corridor).flatMap((sortie) => sortie.legs.filter((leg) => leg.line === index).map((leg) => ({ sortie, leg })));
    const energies = flights.map(({ leg }) => leg.energy_wh);
    return [
      heading(svgSwatch("corridor"), `${corridor.ends[0]} – ${corridor.ends[1]}`, ` ${km(corridor.distance_m)} · ${plural(flights.length, "flight")}`),
      rows(
        ["Corridor", el("code", null, corridor.ids.join(", "))],
        ["Between", list(corridor.ends.map((id) => link("pad", id, nameOf(id))))],
        ["Length", `${km(corridor.distance_m)} along the ground`],
        ["Width", `${brief(2 * corridor.half_width_m)} m, and ${brief(data.policy.clearance_m)} m clear on each side`],
        ["Height", `${corridor.levels_amsl_m.map(brief).join(", ")} m AMSL`],
        ["Gates", corridor.gates.length ? list(corridor.gates.map((id) => link("gate", id))) : "none; stays on one side"],
        ["Jurisdictions", corridor.jurisdictions.join(" → ")],
        ["Energy", energies.length ? `${brief(Math.min(...energies))} to ${brief(Math.max(...energies))} Wh a flight` : null]),
      legTable(flights)];
  },
  pad(pad) {
    const calls = data.sorties.flatMap((sortie) => sortie.legs.filter((leg) => leg.to === pad.id || leg.from === pad.id).map((leg) => ({ sortie, leg })));
    const waiting = data.unserved.filter((item) => orders.has(item.order) && orders.get(item.order).to === pad.id);
    return [
      heading(SIGNS[roleOf(pad)](), pad.id, " ", pad.name, " ", chinese(pad)),
      rows(
        ["Roles", pad.roles.join(", ") || "delivery"],
        ["Ground", `${brief(pad.elevation_amsl_m)} m AMSL`],
        ["Position", `${num(pad.at[1], 5)}° N, ${num(pad.at[0], 5)}° E, WGS 84`],
        ["Jurisdiction", pad.jurisdiction || "none"],
        ["Takes", `${plural(pad.slots, "drone")} at a time, ${minutes(pad.turnaround_s)} turnaround`],
        ["Custody", plain(pad.custody)],
        ["Hours", hoursOf(pad)],
        ["Unserved here", waiting.length ? list(waiting.map((item) => `${item.order} (${item.reason})`)) : null],
        ["Source", trusted(pad)]),
      calls.length ? legTable(calls) : el("p", { class: "empty" }, "No flight of this plan uses this pad.")];
  },
  zone(zone) {
    const opening = data.gates.flatMap((gate) => gate.permits.filter((permit) => permit.zones.includes(zone.id)).map((permit) => ({ gate, permit })));
    return [
      heading(svgSwatch(kindOf(zone)), zone.id, " ", zone.name, " ", chinese(zone)),
      rows(
        ["Restriction", el("b", null, zone.restriction)],
        ["Ceiling", zone.upper === "UNL" ? "UNL (unlimited)" : zone.upper],
        ["Floor", zone.lower],
        ["Hours", hoursOf(zone)],
        ["Protects", zone.category],
        ["Authority", zone.authority || "not named"],
        ["Jurisdiction", zone.jurisdiction],
        ["Permits", zone.permittable ? (opening.length ? list(opening.map(({ gate, permit }) => el("span", null, permit.id, " by gate ", link("gate", gate.id)))) : "none opens it") : "no permit can open it"],
        ["Source", trusted(zone)])];
  },
  gate(gate) {
    const flights = data.sorties.flatMap((sortie) => sortie.legs.filter((leg) => leg.gates.includes(gate.id)).map((leg) => ({ sortie, leg })));
    return [
      heading(SIGNS.gate(), gate.id, " ", gate.name, " ", chinese(gate)),
      rows(
        ["Band", `${gate.lower} to ${gate.upper}`],
        ["Flight levels", `${data.policy.levels_amsl_m.map(brief).join(", ")} m AMSL`],
        ["Hours", hoursOf(gate)],
        ["Capacity", gate.capacity_per_hour === null ? "not stated" : `${gate.capacity_per_hour} crossings an hour`],
        ["Source", trusted(gate)]),
      el("h3", null, plural(gate.permits.length, "permit")),
      el("div", { class: "scroll" }, el("table", null,
        el("thead", null, el("tr", null, ["Permit", "Authority", "Aircraft", "Opens zones", "Valid"].map((word) => el("th", null, word)))),
        el("tbody", null, gate.permits.map((permit) => el("tr", null,
          el("td", null, el("b", null, permit.id)), el("td", null, permit.authority), el("td", null, permit.aircraft.join(", ")),
          el("td", null, permit.zones.length ? list(permit.zones.map((id) => (zones.has(id) ? link("zone", id) : id))) : "none"),
          el("td", null, `${clockTime(permit.from, false)}–${clockTime(permit.to, false)}`)))))),
      el("h3", null, plural(flights.length, "crossing")),
      legTable(flights)];
  },
  drone(drone) {
    const flights = data.sorties.filter((sortie) => sortie.drone === drone.id);
    const busy = sum(flights.map((sortie) => sortie.returns - sortie.departs));
    const now = flights.find((sortie) => inFlight(sortie, state.t));
    const at = now && position(now, state.t);
    return [
      heading(droneTag(drone.id), drone.type, ` ${plural(flights.length, "sortie")} · ${minutes(busy)} in the air`),
      rows(
        [`At ${clockTime(state.t)}`, at ? `${at.landed ? "at" : "towards"} ${at.leg.to}, ${num(at.alt)} m AMSL, sortie ${now.id}` : "on the ground"],
        ["Home", link("pad", drone.home_pad, nameOf(drone.home_pad))],
        ["Battery", `${num(drone.battery_wh)} Wh new, health ${percent(drone.health, 0)}, ${percent(drone.state_of_charge, 0)} at the start`],
        ["Carries", `at most ${brief(drone.max_payload_kg)} kg`],
        ["Cruise", `${brief(drone.cruise_mps)} m/s, wind up to ${brief(drone.max_wind_mps)} m/s`],
        ["Lowest landing", flights.length ? `${percent(Math.min(...flights.map(lowestCharge)))}; reserve ${percent(data.policy.reserve_share, 0)}` : null]),
      flights.length ? sortieTable(flights) : el("p", { class: "empty" }, "This drone does not fly in this plan.")];
  },
  sortie(sortie) {
    const distance = sum(sortie.legs.map((leg) => leg.distance_m));
    const value = sortie.orders.map((id) => orders.get(id)).filter(Boolean);
    return [
      heading(droneTag(sortie.drone), sortie.id, ` ${km(distance)} · ${minutes(sortie.returns - sortie.departs)}`),
      rows(
        ["Flies", `${clockTime(sortie.departs)} to ${clockTime(sortie.returns)}${onTo(sortie)}`],
        ["Held back", sortie.held_for.length ? `${brief(sortie.held_s)} s on the ground, to be apart in the air` : null],
        ["Held back for", list(sortie.held_for.map((id) => link("sortie", id)))],
        ["Other ways", sortie.other_ways.length ? `leg ${sortie.other_ways.join(", ")}: another corridor or level than the best, to be apart in the air` : null],
        ["Orders", sortie.orders.join(", ") || "none"],
        ["On board", value.length ? `${brief(sum(value.map((order) => order.mass_kg)))} kg, ${value[0].currency} ${num(sum(value.map((order) => order.value)))} declared` : null],
        ["Energy", `${brief(sum(sortie.legs.map((leg) => leg.energy_wh)))} Wh as forecast${data.policy.energy_factor > 1 ? `, with a factor of ${brief(data.policy.energy_factor)}` : ""}`],
        ["Lands with", `${percent(lowestCharge(sortie))}; reserve ${percent(data.policy.reserve_share, 0)}`],
        ["Crosses", list(sortie.legs.flatMap((leg) => leg.crossings).map(crossingOf))],
        ["Enters", list(entriesOf(sortie))]),
      sortie.ledger ? ledgerBar(sortie.ledger) : null,
      waysOut(sortie),
      legTable(sortie.legs.map((leg) => ({ sortie, leg })), true)];
  },
  finding(finding) {
    return [
      heading(finding.verdict === "FAIL" ? SIGNS.fault() : SIGNS.closest(), plain(finding.rule), ` ${finding.verdict}`),
      rows(
        ["Subject", finding.subject],
        ["Measured", withUnit(finding.measured, finding.unit)],
        ["Limit", withUnit(finding.required, finding.unit)],
        ["Margin", finding.margin === null ? "not measured" : el("b", null, signed(finding.margin, finding.unit))],
        ["When", finding.t === null ? null : clockTime(finding.t)],
        ["Where", finding.at ? `${num(finding.at[1], 5)}° N, ${num(finding.at[0], 5)}° E, ${brief(finding.alt_amsl_m)} m AMSL` : null],
        ["Asked by", finding.source],
        ["In words", finding.detail])];
  },
};

function crossingOf(crossing) {
  return el("span", null, `${clockTime(crossing.t)} ${crossing.from} → ${crossing.to} by `, link("gate", crossing.gate), ` at ${brief(crossing.alt_amsl_m)} m AMSL`);
}

/** Each zone once for each way it is open to the sortie: by a permit, or because it is not in force then. */
function entriesOf(sortie) {
  const seen = new Map(sortie.legs.flatMap((leg) => leg.zones).map((entry) => [`${entry.zone} ${entry.note}`, entry]));
  return [...seen.values()].map((entry) => el("span", null, zones.has(entry.zone) ? link("zone", entry.zone) : entry.zone, entry.permit ? ` (${entry.permit})` : `: ${entry.note}`));
}

const PARTS = { trip: "trip", contingency: "contingency", alternate: "alternate", margin: "margin", reserve: "final reserve" };

// What the packs hold at take-off, part by part; the words beneath say the same.
function ledgerBar(ledger) {
  const parts = ledger.parts.filter(([, wh]) => wh > 0.05);
  const whole = sum(parts.map(([, wh]) => wh));
  const bar = el("div", { class: "ledger", role: "img", "aria-label": `Energy of the packs at take-off, ${brief(whole)} Wh` }, parts.map(([name, wh]) => {
    const part = el("span", { class: `part ${name}` });
    part.style.width = `${(100 * wh) / whole}%`;
    return part;
  }));
  return el("section", { class: "ledger-card" },
    el("h3", null, "Packs at take-off ", el("span", { class: "quiet" }, `${brief(whole)} Wh · enough with a chance of ${percent(ledger.chance, 1)} · half of all cases take at most ${brief(ledger.median_wh)} Wh`)),
    bar,
    el("ul", { class: "ledger-key" }, parts.map(([name, wh]) => el("li", null, el("span", { class: `part ${name}`, "aria-hidden": "true" }), ` ${PARTS[name]} `, el("b", null, `${brief(wh)} Wh`)))));
}

// From above each pad of a sortie on to an alternate; the one that leaves least is its tightest point.
function waysOut(sortie) {
  const told = sortie.legs.filter((leg) => leg.way_out);
  if (!told.length) return null;
  const least = Math.min(...told.map((leg) => leg.way_out.margin_wh));
  return el("section", null, el("h3", null, "Ways out"),
    el("ul", { class: "ways-out" }, told.map((leg) => el("li", { class: leg.way_out.margin_wh === least ? "tightest" : null },
      "from above ", link("pad", leg.to, leg.to), " to ", link("pad", leg.way_out.alternate, leg.way_out.alternate), `: ${brief(leg.way_out.energy_wh)} Wh, ${brief(leg.way_out.margin_wh)} Wh above the reserve left`,
      leg.way_out.margin_wh === least ? el("b", null, ", the tightest point") : null))));
}

function withUnit(value, unit) {
  return value === null ? "not stated" : amount(value, unit);
}

function svgSwatch(kind) {
  return swatch(kind);
}

// What happens at the end of a leg: hand-overs, take-overs, and what clears customs and stays on board.
function happening(leg) {
  const called = leg.clears.filter((id) => !leg.orders.includes(id));
  return [...leg.orders, ...leg.pickups.map((id) => `${id} (picked up)`), ...called.map((id) => `${id} (customs)`)];
}

function legTable(flights, one = false) {
  const line = ({ sortie, leg }) => el("tr", null,
    one ? null : [el("td", null, droneTag(sortie.drone)), el("td", null, link("sortie", sortie.id))],
    el("td", null, leg.from, " → ", el("b", null, leg.to)),
    el("td", { class: "n" }, clockTime(leg.waypoints[0][3])),
    el("td", { class: "n" }, minutes(leg.duration_s)),
    one ? el("td", { class: "n" }, km(leg.distance_m)) : null,
    el("td", { class: "n" }, `${brief(leg.payload_kg)} kg`),
    el("td", { class: "n" }, `${brief(leg.energy_wh)} Wh`),
    el("td", { class: "n" }, `${percent(leg.soc_start, 0)} → ${percent(leg.soc_end, 0)}`),
    el("td", null, happening(leg).join(", ") || "–"));
  const head = [...(one ? [] : ["Drone", "Sortie"]), "Leg"];
  const numbers = ["Takes off", "Time", ...(one ? ["Length"] : []), "Load", "Energy", "Charge"];
  return el("div", { class: "scroll" }, el("table", null,
    el("thead", null, el("tr", null, head.map((word) => el("th", null, word)), numbers.map((word) => el("th", { class: "n" }, word)), el("th", null, "Orders"))),
    el("tbody", null, flights.map(line))));
}
