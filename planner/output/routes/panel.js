// The card that tells of the leg shown, or of the zone, pad or gate looked at beside it.

function link(kind, id, ...words) {
  return el("button", { type: "button", class: "link", onclick: () => choose(kind, id) }, words.length ? words : id);
}

function heading(mark, title, ...rest) {
  const open = state.chosen !== null || (state.leg !== null && !single);
  return el("header", { class: "card-head" }, mark, el("h2", null, title), el("span", { class: "quiet" }, rest), el("span", { class: "space" }),
    open ? el("button", { type: "button", class: "button close", "aria-label": "Close", onclick: () => choose(state.chosen ? null : "leg", null) }, "✕") : null);
}

function showDetail() {
  const card = byId("detail");
  card.classList.toggle("open", state.chosen !== null || (state.leg !== null && !single));
  if (state.chosen) { show(card, DETAILS[state.chosen.kind](thing(state.chosen))); card.scrollTop = 0; return; }
  const leg = shown();
  show(card, leg ? legDetail(leg) : nothingChosen());
  card.scrollTop = 0;
}

function nothingChosen() {
  return [heading(null, "No pair chosen"), el("p", { class: "empty" }, "Choose a pair in the table: its leg is drawn on the map, with the zones that bend it. The arrow keys go from pair to pair, / goes to the filter, Esc clears.")];
}

// ---------------------------------------------------------------- a leg

function legDetail(leg) {
  const title = heading(swatch("corridor"), el("span", null, leg.from, " → ", leg.to), nameOf(leg.from), " ", chinese(pads.get(leg.from)), " – ", nameOf(leg.to), " ", chinese(pads.get(leg.to)));
  if (!flies(leg)) return [title, el("p", { class: "why bad" }, "No way"), el("p", { class: "empty" }, sentence(leg.detail)), rows(["Straight", km(leg.straight_m)], ["Shut by", zoneLinks(leg.shut_by)], ["In the straight line", zoneLinks(leg.in_the_way.filter((id) => !leg.shut_by.includes(id)))]), launchWindows(leg)];
  return [
    title,
    el("p", { class: "why" }, sentence(leg.reason)),
    leg.allowed ? null : el("p", { class: "warning" }, el("b", null, `Not allowed at ${clockTime(0, false)}: `), leg.detail),
    el("p", { class: "figures" }, figures(leg)),
    wayOut(leg),
    leg.turns.length ? el("ol", { class: "turns" }, leg.turns.map(turnLine)) : null,
    entries(leg),
    launchWindows(leg),
    leg.detours.length ? [el("h3", null, "Other ways"), el("ol", { class: "turns other-ways" }, leg.detours.map(detourLine))] : null];
}

function sentence(text) {
  const letters = [...text];
  return letters.length ? letters[0].toUpperCase() + letters.slice(1).join("") : text;
}

function figures(leg) {
  const extra = leg.distance_m - leg.straight_m;
  const more = extra < 0.5 ? "no longer than straight" : `${km(extra)} more than straight`;
  return [el("b", null, km(leg.distance_m)), `, ${more} · `, el("b", null, minutes(leg.duration_s)), " with the hand-over · ", el("b", null, `${num(leg.energy_wh)} Wh`),
    ", ", el("span", { class: belowReserve(leg) ? "bad" : null }, chargeWords(leg)), ` · ${leg.jurisdictions.join(" → ") || "no jurisdiction"}`];
}

// Where the drone goes when the pad at the end does not take it, with full packs at its take-off.
function wayOut(leg) {
  if (!data.pads.some((pad) => roleOf(pad) === "alternate")) return null;
  const out = leg.way_out;
  if (!out) return el("p", { class: "warning" }, el("b", null, "No way out: "), `from above ${leg.to} no alternate is open and within reach then.`);
  const left = out.margin_wh < 0 ? `${num(-out.margin_wh)} Wh into the reserve` : `${num(out.margin_wh)} Wh above the reserve left`;
  return el("p", { class: "figures" }, "Should ", link("pad", leg.to), " not take it: on to ", link("pad", out.alternate), `, ${num(out.energy_wh)} Wh, `, el("span", { class: out.margin_wh < 0 ? "bad" : null }, left));
}

function turnLine(turn, index) {
  const node = el("li", null, el("span", { class: "turn-mark small" }, String(index + 1)),
    el("span", null, sentence(turn.words), " ", el("span", { class: "quiet" }, `at ${num(turn.along_m / 1000, 2)} km`),
      turn.zones.length || turn.gates.length ? [" ", list([...turn.zones.filter((id) => zones.has(id)).map((id) => link("zone", id)), ...turn.gates.filter((id) => gates.has(id)).map((id) => link("gate", id, `${id} ${gates.get(id).name}`))])] : null));
  return pointing(node, turn.zones, null);
}

function detourLine(detour, index) {
  const node = el("li", null, el("span", { class: "turn-mark small letter" }, LETTERS[index] || String(index + 1)),
    el("span", null, sentence(detour.words), detour.allowed ? "" : el("b", { class: "bad" }, " (not allowed then)"), " ",
      el("span", { class: "quiet" }, `${km(detour.distance_m)}, ${num(detour.energy_wh)} Wh: ${detour.reason}`)));
  node.setAttribute("tabindex", "0");
  return pointing(node, detour.zones, index);
}

function pointing(node, zoneIds, other) {
  for (const [type, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) node.addEventListener(type, () => point(on, zoneIds, other));
  return node;
}

function entries(leg) {
  if (!leg.entered.length) return null;
  return [el("h3", null, "Zones crossed"), el("ul", { class: "entered" }, leg.entered.map((entry) =>
    pointing(el("li", null, zones.has(entry.zone) ? link("zone", entry.zone) : entry.zone, " ", zones.has(entry.zone) ? zones.get(entry.zone).name : "", ": ", entry.note), [entry.zone], null)))];
}

// When in the day it may be launched: a strip over the hours of the job, and the same in words.
function launchWindows(leg) {
  if (!leg.launches) return null;
  const { spans, day, lines } = leg.launches;
  const strip = svg("svg", { class: "launches", role: "img", "aria-label": `Launch windows from ${day[0]} to ${day[1]}: ${lines[0]}` },
    svg("rect", { class: "day", x: 0, y: 3, width: "100%", height: 10 }),
    spans.map(([from, to]) => svg("rect", { class: "free", x: `${100 * from}%`, y: 3, width: `${Math.max(0.3, 100 * (to - from))}%`, height: 10 })));
  return [el("h3", null, "When it may be launched"), strip, el("div", { class: "launch-ends" }, el("span", null, day[0]), el("span", null, day[1])),
    el("ul", { class: "launch-lines" }, lines.map((line) => el("li", null, sentence(line))))];
}

function zoneLinks(ids) {
  return list(ids.map((id) => (zones.has(id) ? link("zone", id) : id)));
}

// ---------------------------------------------------------------- other things

const MOST_LEGS = 24;

// The legs that something is of weight to, as links to them, and a way to have them all in the table.
function weighed(title, id, test) {
  const found = [...legs.entries()].filter(([, leg]) => test(leg));
  if (single || (!found.length && title !== "Bends")) return null;
  const rest = found.length - MOST_LEGS;
  return el("p", { class: "weighed" }, el("b", null, title), ` ${found.length ? tn("{count} leg", "{count} legs", found.length) : "no leg"}`, found.length ? ": " : "",
    list(found.slice(0, MOST_LEGS).map(([index, leg]) => link("leg", index, `${leg.from} → ${leg.to}`))),
    rest > 0 ? [` and ${num(rest)} more: `, el("button", { type: "button", class: "link", onclick: () => filterBy(id) }, "filter the table")] : "");
}

const DETAILS = {
  zone(zone) {
    return [
      heading(swatch(kindOf(zone)), zone.id, " ", zone.name, " ", chinese(zone)),
      rows(
        ["Restriction", el("b", null, zone.restriction)],
        ["Heights", `${zone.lower} to ${zone.upper === "UNL" ? "UNL (unlimited)" : zone.upper}`],
        ["Hours", zone.hours],
        ["Protects", zone.category],
        ["Authority", zone.authority || "not named"],
        ["Permits", zone.permittable ? "a permit can open it" : "no permit can open it"],
        ["Source", trusted(zone)]),
      weighed("Bends", zone.id, (leg) => flies(leg) && zonesOf(leg).has(zone.id)),
      weighed("Leaves no way for", zone.id, (leg) => !flies(leg) && zonesOf(leg).has(zone.id)),
      weighed("Crossed by", zone.id, (leg) => enteredBy(leg).has(zone.id))];
  },
  pad(pad) {
    return [
      heading(SIGNS[roleOf(pad)](), pad.id, " ", pad.name, " ", chinese(pad)),
      rows(
        ["Roles", pad.roles.join(", ") || "not given"],
        ["Ground", `${brief(pad.elevation_amsl_m)} m AMSL`],
        ["Position", `${num(pad.at[1], 5)}° N, ${num(pad.at[0], 5)}° E, WGS 84`],
        ["Jurisdiction", pad.jurisdiction || "none"],
        ["Hours", pad.hours],
        ["Source", trusted(pad)]),
      weighed("Ends of", pad.id, (leg) => flies(leg) && (leg.from === pad.id || leg.to === pad.id)),
      weighed("No way for", pad.id, (leg) => !flies(leg) && (leg.from === pad.id || leg.to === pad.id))];
  },
  gate(gate) {
    return [
      heading(SIGNS.gate(), gate.id, " ", gate.name, " ", chinese(gate)),
      rows(
        ["Band", `${gate.lower} to ${gate.upper}`],
        ["Flight levels", `${data.policy.levels_amsl_m.map(brief).join(", ")} m AMSL`],
        ["Hours", gate.hours],
        ["Permits", list(gate.permits.map((permit) => `${permit.id} of ${permit.authority}`))],
        ["Source", trusted(gate)]),
      weighed("Passed by", `gate ${gate.id}`, (leg) => flies(leg) && leg.gates.includes(gate.id))];
  },
};
