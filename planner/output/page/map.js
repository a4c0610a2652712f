// The map: folium made it and its panes; here the layers are put on.

const map = map_plan;
const narrow = matchMedia("screen and (max-width: 767px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const FULL_LABELS_ZOOM = 12.6;

const ll = ([lon, lat]) => [lat, lon];
const rings = (area) => area.map((polygon) => polygon.map((ring) => ring.map(ll)));

const renderers = {};
function rendererOf(pane) {
  renderers[pane] = renderers[pane] || L.svg({ pane, padding: 0.6 });
  return renderers[pane];
}

function shape(area, pane, className, interactive = false) {
  const options = { pane, renderer: rendererOf(pane), className, interactive, smoothFactor: 0.6 };
  return L.polygon(rings(area), options).addTo(map);
}

function stroke(points, pane, className, interactive = false) {
  const options = { pane, renderer: rendererOf(pane), className, interactive, smoothFactor: 0.6 };
  return L.polyline(points.map(ll), options).addTo(map);
}

function marker(at, pane, node, size, label, kind, id) {
  const icon = L.divIcon({ html: node, className: `mark ${kind}`, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
  const made = L.marker(ll(at), { icon, pane, keyboard: false, riseOnHover: true }).addTo(map);
  reachable(made.getElement(), label, () => choose(kind, id));
  made.on("click", (event) => { L.DomEvent.stop(event); choose(kind, id); });
  return made;
}

// Let the keyboard reach a thing on the map.
function reachable(node, label, act) {
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", label);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

// ---------------------------------------------------------------- ground

function drawGround() {
  const { land, coast, boundary } = data.ground;
  land.forEach((area, index) => area.length && shape(area, "land", `land side-${index % 2}`));
  coast.forEach((points) => stroke(points, "land", "coast"));
  boundary.forEach((points) => stroke(points, "boundary", "casing"));
  boundary.forEach((points) => stroke(points, "boundary", "boundary"));
}

// ---------------------------------------------------------------- zones and gates

const KINDS = { PROHIBITED: "prohibited", REQ_AUTHORISATION: "authorisation", CONDITIONAL: "conditional", NO_RESTRICTION: "free" };
const zoneLayers = new Map();
const gateLayers = new Map();

function kindOf(zone) {
  return zone.terrain ? "terrain" : KINDS[zone.restriction];
}

function drawZones() {
  // Large zones first, so that a small one inside a large one can still be clicked.
  const drawn = data.zones.filter((zone) => !zone.whole_side);
  const size = (zone) => { const box = L.polygon(rings(zone.area)).getBounds(); return (box.getEast() - box.getWest()) * (box.getNorth() - box.getSouth()); };
  for (const zone of drawn.sort((one, other) => size(other) - size(one))) {
    const layer = shape(zone.area, zone.terrain ? "terrain" : "zones", `zone ${kindOf(zone)}`, true);
    layer.on("click", (event) => { L.DomEvent.stop(event); choose("zone", zone.id); });
    reachable(layer.getElement(), `Zone ${zone.id}: ${plain(zone.restriction)}, ${zone.lower} to ${zone.upper}`, () => choose("zone", zone.id));
    zoneLayers.set(zone.id, layer);
  }
}

function drawGates() {
  for (const gate of data.gates) {
    const area = shape(gate.area, "gates", "gate-area");
    const made = marker(gate.at, "gates", SIGNS.gate(), 22, `Gate ${gate.id} ${gate.name}`, "gate", gate.id);
    gateLayers.set(gate.id, { area, marker: made });
  }
}

function drawPads() {
  for (const pad of data.pads) {
    const made = marker(pad.at, "pads", SIGNS[roleOf(pad)](), 16, `Pad ${pad.id} ${pad.name}`, "pad", pad.id);
    made.getElement().classList.toggle("unused", !usedPads.has(pad.id));
    made.getElement().classList.add(roleOf(pad));
  }
}

// ---------------------------------------------------------------- corridors

const corridorLayers = [];
const SEGMENT_PX = 13;

// Drones that share a corridor take turns along it, at most three colours; the panel names them all.
function coloursOf(corridor) {
  return [...new Set(corridor.drones.map(([drone]) => colourOf(drone)))].slice(0, 3);
}

function drawCorridors() {
  corridors.forEach((corridor, index) => {
    const colours = coloursOf(corridor);
    const alone = corridor.drones.length === 1 ? dashOf(corridor.drones[0][0]) : "";
    const area = shape(corridor.area, "areas", `area ${colours[0]}`);
    const casing = stroke(corridor.line, "lines", "line-casing");
    const lines = colours.map((colour, turn) => {
      const line = stroke(corridor.line, "lines", `line ${colour}`);
      const node = line.getElement();
      if (colours.length > 1) {
        node.style.strokeDasharray = `${SEGMENT_PX} ${SEGMENT_PX * (colours.length - 1)}`;
        node.style.strokeDashoffset = String(-SEGMENT_PX * turn);
      } else if (alone) node.style.strokeDasharray = alone;
      return line;
    });
    const hit = stroke(corridor.line, "lines", "hit", true);
    hit.on("click", (event) => { L.DomEvent.stop(event); choose("corridor", index); });
    hit.on("mouseover", () => lit(index, true)).on("mouseout", () => lit(index, false));
    hit.getElement().addEventListener("focus", () => lit(index, true));
    hit.getElement().addEventListener("blur", () => lit(index, false));
    reachable(hit.getElement(), `Corridor ${corridor.ids.join(", ")} between ${nameOf(corridor.ends[0])} and ${nameOf(corridor.ends[1])}`, () => choose("corridor", index));
    corridorLayers.push({ area, casing, lines, hit });
  });
}

function lit(index, on) {
  for (const line of corridorLayers[index].lines) line.getElement().classList.toggle("lit", on);
}

// Corridors keep their true width; where that is under three pixels a line of three stands for it.
function widthCorridors() {
  const centre = map.getCenter();
  const metresPerPixel = (40075016.7 * Math.cos((centre.lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
  byId("map-frame").classList.toggle("wide-corridors", (2 * data.policy.half_width_m) / metresPerPixel >= 3);
}

const waysOutDrawn = [];

// The ways out of the sortie looked at, and a ring round the pad from above which the packs leave least.
function drawWaysOut() {
  for (const layer of waysOutDrawn.splice(0)) layer.remove();
  if (!state.chosen || state.chosen.kind !== "sortie") return;
  const told = sorties.get(state.chosen.id).legs.filter((leg) => leg.way_out);
  const least = Math.min(...told.map((leg) => leg.way_out.margin_wh));
  for (const leg of told) {
    waysOutDrawn.push(stroke(leg.way_out.line, "lines", "way-out"));
    if (leg.way_out.margin_wh === least) {
      const at = ll(leg.way_out.line[0]);
      waysOutDrawn.push(L.circleMarker(at, { pane: "lines", renderer: rendererOf("lines"), className: "tightest-point", radius: 11, interactive: false }).addTo(map));
    }
  }
}

function markChoice() {
  const chosen = chosenCorridors();
  drawWaysOut();
  corridorLayers.forEach((layers, index) => {
    const dim = chosen !== null && !chosen.has(index);
    const on = chosen !== null && chosen.has(index);
    for (const layer of [layers.area, layers.casing, ...layers.lines]) {
      layer.getElement().classList.toggle("dim", dim);
      layer.getElement().classList.toggle("chosen", on);
      if (on && layer !== layers.area) layer.bringToFront();
    }
  });
  if (chosen !== null) for (const layers of corridorLayers) layers.hit.bringToFront();
  for (const [id, layer] of zoneLayers) layer.getElement().classList.toggle("chosen", isChosen("zone", id));
  for (const [id, made] of droneMarkers) {
    const sortie = flying.get(id);
    if (!sortie) continue;
    const other = chosen !== null && !sortie.legs.some((leg) => chosen.has(leg.line));
    made.getElement().classList.toggle("dim", other);
  }
}

// ---------------------------------------------------------------- what the review found

function drawFindings() {
  data.review.findings.forEach((finding, index) => {
    if (!finding.at) return;
    if (finding.verdict === "FAIL") marker(finding.at, "faults", SIGNS.fault(), 20, `Fails ${plain(finding.rule)}: ${finding.subject}`, "finding", index);
    else if (index === data.review.tightest) marker(finding.at, "faults", SIGNS.closest(), 20, `Tightest margin: ${plain(finding.rule)}, ${finding.subject}`, "finding", index);
  });
}

// ---------------------------------------------------------------- drones

const droneMarkers = new Map();
let flying = new Map();

function drawDrones() {
  for (const drone of data.drones) {
    if (!drone.sorties.length) continue;
    const node = el("div", { class: `craft ${colourOf(drone.id)}` }, SIGNS.chevron(), el("span", { class: "tag" }, drone.id));
    const made = marker([0, 0], "drones", node, 22, `Drone ${drone.id}`, "drone", drone.id);
    made.remove();
    droneMarkers.set(drone.id, made);
  }
}

function moveDrones() {
  flying = new Map(data.sorties.filter((sortie) => inFlight(sortie, state.t)).map((sortie) => [sortie.drone, sortie]));
  for (const [id, made] of droneMarkers) {
    const sortie = flying.get(id);
    if (!sortie) { made.remove(); continue; }
    const at = position(sortie, state.t);
    made.setLatLng([at.lat, at.lon]);
    if (!map.hasLayer(made)) {
      made.addTo(map);
      reachable(made.getElement(), `Drone ${id}`, () => choose("drone", id));
    }
    made.getElement().querySelector(".sign").style.transform = `rotate(${at.heading}deg)`;
  }
}

function greyByHours() {
  for (const [id, layer] of zoneLayers) layer.getElement().classList.toggle("inactive", !holds(zones.get(id).spans, state.t));
  for (const [id, { area, marker: made }] of gateLayers) {
    const shut = !holds(gates.get(id).spans, state.t);
    area.getElement().classList.toggle("inactive", shut);
    made.getElement().classList.toggle("inactive", shut);
  }
}

// ---------------------------------------------------------------- frame

function fit() {
  if (!data.bounds) return;
  const [west, south, east, north] = data.bounds;
  const side = narrow.matches ? 22 : 44;
  map.fitBounds([[south, west], [north, east]], { paddingTopLeft: [side, narrow.matches ? 30 : 56], paddingBottomRight: [side, 44], animate: false, maxZoom: 15 });
}

// What both pages listen to: theme, print, zoom, legend, keys; `whole` shows all there is, `moved` follows the map.
function listenToFrame(whole, moved) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  chooseTheme(dark.matches);
  dark.addEventListener("change", (event) => chooseTheme(event.matches));
  byId("theme").addEventListener("click", () => chooseTheme(document.documentElement.dataset.theme !== "dark"));
  byId("print").addEventListener("click", () => window.print());
  byId("zoom-in").addEventListener("click", () => map.zoomIn());
  byId("zoom-out").addEventListener("click", () => map.zoomOut());
  byId("zoom-fit").addEventListener("click", whole);
  byId("legend-button").addEventListener("click", () => {
    const open = byId("legend").classList.toggle("open");
    byId("legend-button").setAttribute("aria-expanded", String(open));
  });
  document.addEventListener("keydown", onKey, true);
  map.on("click", () => choose(null));
  map.on("zoomend moveend", () => { moved(); drawScale(); settle(); });
  window.addEventListener("resize", refresh);
  window.addEventListener("beforeprint", () => { refresh(); whole(); });
}

function drawScale() {
  const size = map.getSize();
  const a = map.containerPointToLatLng([0, size.y / 2]);
  const b = map.containerPointToLatLng([100, size.y / 2]);
  const metres = map.distance(a, b);
  const power = 10 ** Math.floor(Math.log10(metres));
  const round = [5, 2, 1].find((step) => step * power <= metres) * power;
  byId("scale").style.width = `${Math.round((100 * round) / metres)}px`;
  show(byId("scale").firstElementChild, round < 1000 ? `${round} m` : `${round / 1000} km`);
}

// ---------------------------------------------------------------- weather

function weatherAt(t) {
  return data.weather.filter((period) => period.from <= t).pop() || data.weather[0];
}

let windShown = null;

// The wind at the time shown; where it differs from place to place, the mean of them.
function drawWind() {
  const period = weatherAt(state.t);
  if (period === windShown) return;
  windShown = period;
  const { wind_mps: speed, wind_from_deg: from } = period;
  const arrow = sign(26, svg("path", { d: "M0-10V9M-4 4L0 9.5L4 4", class: "ink-line" }));
  arrow.style.transform = `rotate(${from}deg)`;
  const told = speed > 0 ? `${String(Math.round(from)).padStart(3, "0")}°` : "calm";
  const where = period.by_place ? "mean" : period.height_m === null ? null : `at ${brief(period.height_m)} m`;
  show(byId("wind"), speed > 0 ? arrow : null, el("span", null, el("b", null, told), el("span", null, `${brief(speed)} m/s`), where ? el("span", null, where) : null));
  byId("wind").setAttribute("title", `Weather used ${periodWords(period)}: ${period.words}. The arrow points downwind.`);
}

function periodWords(period) {
  return `${clockTime(period.from, false)}–${clockTime(period.to, false)}`;
}

function weatherUsed() {
  return [el("h3", null, "Weather used"), el("ul", { class: "dots" }, data.weather.map((period) => el("li", null, data.weather.length > 1 ? [el("b", null, periodWords(period)), " "] : null, period.words)))];
}

// What the wind of these pages leaves out, as far as the weather given does not tell it.
function windLeftOut() {
  const same = [
    data.weather.every((period) => period.by_place) ? null : "place",
    data.weather.every((period) => period.height_m !== null) ? null : "height",
    data.weather.length > 1 ? null : "time"].filter(Boolean);
  const one = same.length ? `Wind that changes by ${same.length > 1 ? `${same.slice(0, -1).join(", ")} or ${same[same.length - 1]}` : same[0]}: the weather given tells one wind. ` : "";
  const gusts = data.weather.every((period) => period.gust_mps !== null) ? "" : ` Gusts${data.weather.some((period) => period.gust_mps !== null) ? " of some hours" : ""} are not told.`;
  return `${one}Turbulence near buildings and hills.${gusts}`;
}

function drawCredit() {
  const coast = data.ground.attribution ? `Coast: ${data.ground.attribution}` : "No coastline given: tints show jurisdictions";
  show(byId("credit"), `${coast} · WGS 84 · illustrative, not for navigation`);
}

function drawLegend() {
  const present = new Set(data.zones.filter((zone) => !zone.whole_side).map(kindOf));
  const roles = new Set(data.pads.map(roleOf));
  const item = (mark, ...text) => el("span", { class: "item" }, mark, el("span", null, text));
  const zoneItems = [["prohibited", "Prohibited"], ["authorisation", "Authorisation required"], ["conditional", "Conditional"], ["free", "No restriction"], ["terrain", "High ground (keep out)"]];
  const padItems = [["hub", "Hub"], ["delivery", "Delivery pad"], ["charging", "Charging pad"], ["alternate", "Alternate"], ["unreachable", "Unreachable pad"]];
  const tightest = data.review.findings[data.review.tightest];
  const whole = data.zones.filter((zone) => zone.whole_side);
  show(byId("legend"),
    el("div", { class: "items" },
      zoneItems.filter(([kind]) => present.has(kind)).map(([kind, words]) => item(swatch(kind), words)),
      data.zones.some((zone) => zone.spans) || data.gates.some((gate) => gate.spans) ? item(swatch("authorisation inactive"), "Not active ", el("span", { id: "legend-time" })) : null,
      data.ground.boundary.length ? item(swatch("boundary"), "Boundary ", el("span", { lang: "zh-Hans" }, "边界 "), el("span", { lang: "zh-Hant" }, "邊界")) : null,
      item(swatch("corridor"), `Corridor ${brief(2 * data.policy.half_width_m)} m wide, coloured by drone`),
      padItems.filter(([role]) => roles.has(role)).map(([role, words]) => item(SIGNS[role](), words)),
      data.gates.length ? item(SIGNS.gate(), "Gate") : null,
      tightest && tightest.at && tightest.verdict !== "FAIL" ? item(SIGNS.closest(), "Tightest margin") : null,
      data.review.counts.FAIL ? item(SIGNS.fault(), "Rule broken") : null),
    whole.length ? el("p", { class: "whole" }, "Over a whole side, not drawn: ", whole.map((zone, index) => [
      index ? " · " : "",
      el("button", { type: "button", class: "link", onclick: () => choose("zone", zone.id) }, zone.id),
      ` ${zone.name}, ${zone.lower} to ${zone.upper}`,
    ])) : null);
}
