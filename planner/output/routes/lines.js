// The leg on the map: its true width, the places where it turns, the zones that make it, the other ways.

const LETTERS = ["A", "B", "C", "D", "E", "F"];
let drawn = [];
let breadth = null;

// Every way at once, thin and not to be clicked: what can be flown at all.
function drawWays() {
  const lines = legs.filter(flies).map((leg) => leg.line.map(ll));
  if (!lines.length || single) return;
  L.polyline(lines, { pane: "lines", renderer: rendererOf("lines"), className: "way", interactive: false, smoothFactor: 0.6 }).addTo(map);
}

function drawLeg() {
  for (const layer of drawn) layer.remove();
  for (let index = labels.length - 1; index >= 0; index -= 1) if (labels[index].ofLeg) labels.splice(index, 1)[0].node.remove();
  drawn = [];
  breadth = null;
  corridors.length = 0;
  const leg = shown();
  byId("map-frame").classList.toggle("has-leg", leg !== null);
  markZones(leg);
  if (!leg) return;
  if (!flies(leg)) { drawn.push(stroke([pads.get(leg.from).at, pads.get(leg.to).at], "lines", "no-way")); return; }
  corridors.push(leg);
  leg.detours.forEach((detour, index) => {
    drawn.push(stroke(detour.line, "lines", "line-casing"), stroke(detour.line, "lines", `line other other-${index}`));
    addLabel(middleOfLongest(detour.line), 2, el("div", { class: "name other-name" }, `other way ${LETTERS[index] || index + 1}`), { ofLeg: true, reach: 6 });
  });
  if (leg.way_out) drawn.push(stroke(leg.way_out.line, "lines", "way-out"));
  breadth = stroke(leg.line, "areas", "breadth");
  drawn.push(breadth, stroke(leg.line, "lines", "line-casing"), stroke(leg.line, "lines", "line d1"));
  leg.turns.forEach((turn, index) => drawn.push(turnMark(turn, index)));
  widenLeg();
}

function middleOfLongest(line) {
  const pieces = line.slice(1).map((end, index) => [line[index], end]);
  const [a, b] = pieces.sort((one, other) => span(other) - span(one))[0];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

const span = ([a, b]) => L.latLng(ll(a)).distanceTo(ll(b));

function turnMark(turn, index) {
  const node = el("div", { class: "turn-mark" }, String(index + 1));
  const icon = L.divIcon({ html: node, className: "mark turn", iconSize: [18, 18], iconAnchor: [9, 9] });
  const made = L.marker(ll(turn.at), { icon, pane: "turns", keyboard: false, interactive: false }).addTo(map);
  made.getElement().setAttribute("aria-hidden", "true");
  node.classList.add("sign");
  return made;
}

// The zones that bend the leg, or that it enters, stand out; the others step back.
function markZones(leg) {
  const bending = leg ? zonesOf(leg) : new Set();
  const entered = leg ? enteredBy(leg) : new Set();
  for (const [id, layer] of zoneLayers) {
    const node = layer.getElement();
    node.classList.toggle("lit", bending.has(id));
    node.classList.toggle("entered", entered.has(id));
    if (bending.has(id)) layer.bringToFront();
  }
  for (const label of labels) {
    if (!label.zone) continue;
    if (label.usual === undefined) label.usual = label.priority;
    const on = bending.has(label.zone.id);
    label.priority = on ? 2 : entered.has(label.zone.id) ? 4 : label.usual;
    label.node.classList.toggle("lit", on);
  }
}

function markChosen() {
  for (const [id, layer] of zoneLayers) layer.getElement().classList.toggle("chosen", isChosen("zone", id));
}

// The corridor keeps its true width on the ground.
function widenLeg() {
  widthCorridors();
  if (!breadth) return;
  const centre = map.getCenter();
  const metresPerPixel = (40075016.7 * Math.cos((centre.lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
  breadth.setStyle({ weight: Math.max(3, (2 * data.policy.half_width_m) / metresPerPixel) });
}

// Point out what a line of the panel tells of: some zones, or another way.
function point(on, zoneIds, other = null) {
  for (const id of zoneIds) if (zoneLayers.has(id)) zoneLayers.get(id).getElement().classList.toggle("pointed", on);
  if (other !== null) for (const node of document.querySelectorAll(`path.other-${other}`)) node.classList.toggle("pointed", on);
}

function fitShown() {
  const leg = shown();
  const places = !leg ? [] : flies(leg) ? [...leg.line, ...leg.detours.flatMap((detour) => detour.line)] : [pads.get(leg.from).at, pads.get(leg.to).at];
  if (!places.length) { fit(); return; }
  map.invalidateSize({ pan: false });
  const side = narrow.matches ? 26 : 56;
  map.fitBounds(L.latLngBounds(places.map(ll)), { paddingTopLeft: [side, narrow.matches ? 34 : 62], paddingBottomRight: [side, 52], animate: !calm.matches, maxZoom: 15 });
}

function drawKey() {
  const present = new Set(data.zones.filter((zone) => !zone.whole_side).map(kindOf));
  const roles = new Set(data.pads.map(roleOf));
  const item = (mark, ...text) => el("span", { class: "item" }, mark, el("span", null, text));
  const zoneItems = [["prohibited", "Prohibited"], ["authorisation", "Authorisation required"], ["conditional", "Conditional"], ["free", "No restriction"], ["terrain", "High ground (keep out)"]];
  const padItems = [["hub", "Hub"], ["delivery", "Pad"], ["charging", "Charging pad"], ["alternate", "Alternate"], ["unreachable", "No leg leads there"]];
  const whole = data.zones.filter((zone) => zone.whole_side);
  show(byId("legend"),
    el("div", { class: "items" },
      item(swatch("corridor"), `Leg, ${brief(2 * data.policy.half_width_m)} m wide`),
      item(el("span", { class: "turn-mark small" }, "1"), "Where it turns, and why"),
      legs.some((leg) => leg.detours.length) ? item(dash("other"), "Other ways") : null,
      single ? null : item(dash("way"), "All ways"),
      legs.some((leg) => leg.way_out) ? item(dash("way-out"), "Way out") : null,
      zoneItems.filter(([kind]) => present.has(kind)).map(([kind, words]) => item(swatch(kind), words)),
      data.zones.some((zone) => !holds(zone.spans)) || data.gates.some((gate) => !holds(gate.spans)) ? item(swatch("authorisation inactive"), "Not active then") : null,
      data.ground.boundary.length ? item(swatch("boundary"), "Boundary ", el("span", { lang: "zh-Hans" }, "边界 "), el("span", { lang: "zh-Hant" }, "邊界")) : null,
      padItems.filter(([role]) => roles.has(role)).map(([role, words]) => item(SIGNS[role](), words)),
      data.gates.length ? item(SIGNS.gate(), "Gate") : null),
    whole.length ? el("p", { class: "whole" }, "Over a whole side, not drawn: ", whole.map((zone, index) => [
      index ? " · " : "",
      el("button", { type: "button", class: "link", onclick: () => choose("zone", zone.id) }, zone.id),
      ` ${zone.name}, ${zone.lower} to ${zone.upper}`,
    ])) : null);
}

function dash(kind) {
  return svg("svg", { class: "swatch", width: 30, height: 16, viewBox: "-15 -8 30 16", "aria-hidden": "true" }, svg("path", { d: "M-14 0H14", class: kind === "other" ? "line other" : kind }));
}
