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

const spoken = new Map();

// Let the keyboard reach a thing on the map, and a voice tell it: `label` is asked again in each language.
function reachable(node, label, act) {
  spoken.set(node, label);
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", label());
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

function speakAgain() {
  for (const [node, label] of spoken) node.setAttribute("aria-label", label());
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

const RESTRICTIONS = {
  PROHIBITED: () => t("Prohibited"), REQ_AUTHORISATION: () => t("Authorisation required"),
  CONDITIONAL: () => t("Conditional"), NO_RESTRICTION: () => t("No restriction"),
};
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
    reachable(layer.getElement(), () => t("Zone {id}: {restriction}, {lower} to {upper}", { ...zone, restriction: RESTRICTIONS[zone.restriction]() }), () => choose("zone", zone.id));
    zoneLayers.set(zone.id, layer);
  }
}

function drawGates() {
  for (const gate of data.gates) {
    const area = shape(gate.area, "gates", "gate-area");
    const made = marker(gate.at, "gates", SIGNS.gate(), 22, () => t("Gate {id} {name}", gate), "gate", gate.id);
    gateLayers.set(gate.id, { area, marker: made });
  }
}

function drawPads() {
  for (const pad of data.pads) {
    const made = marker(pad.at, "pads", SIGNS[roleOf(pad)](), 16, () => t("Pad {id} {name}", pad), "pad", pad.id);
    made.getElement().classList.toggle("unused", !usedPads.has(pad.id));
    made.getElement().classList.add(roleOf(pad));
  }
}

// Zones and gates outside their hours are drawn grey; on the page of legs the hours asked about are all there are.
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
  window.addEventListener("beforeprint", () => { onPaper(true); whole(); refresh(); });
  window.addEventListener("afterprint", () => onPaper(false));
}

function onPaper(printed) {
  document.body.classList.toggle("on-paper", printed);
  refresh();
}

// Corridors keep their true width; where that is under three pixels a line of three stands for it.
function widthCorridors() {
  const centre = map.getCenter();
  const metresPerPixel = (40075016.7 * Math.cos((centre.lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
  byId("map-frame").classList.toggle("wide-corridors", (2 * data.policy.half_width_m) / metresPerPixel >= 3);
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
